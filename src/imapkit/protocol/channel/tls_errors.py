"""OpenSSL's errors in words that say what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ssl

__all__ = ["NOT_TLS", "explain"]

NOT_TLS: Final = (
    "; it does not speak TLS on this port: use security='starttls' if this is the port for STARTTLS (143), or the one "
    "for implicit TLS (993)"
)
"""Added where the server's first octet is none that TLS begins with."""

_TRUST = "if you trust it, pass an ssl_context that has it loaded: ssl.create_default_context(cafile=...)"
_REISSUE = "the server's operator has to renew it, or check the clock of this machine"

# X509_V_ERR_* of OpenSSL's x509_vfy.h: what is wrong, what to do.
_CERTIFICATE: Final = {
    2: ("its issuer is not known here", _TRUST),
    9: ("it is not valid yet", _REISSUE),
    10: ("it has expired", _REISSUE),
    18: ("it is self-signed, by an authority not known here", _TRUST),
    19: ("it is self-signed, by an authority not known here", _TRUST),
    20: ("its issuer is not known here", _TRUST),
    21: ("its issuer is not known here", _TRUST),
    23: ("it was revoked", "do not connect; the server's operator has to replace it"),
    62: ("it is for another host", "connect to a name that is in the certificate"),
    64: ("it is for another address", "connect to a name that is in the certificate instead of an address"),
    66: ("its key is too short", "the server's operator has to replace it"),
    67: ("its issuer's key is too short", "the server's operator has to replace it"),
    68: ("its signature is too weak", "the server's operator has to replace it"),
}

_OTHER: Final = ("it did not pass verification", "the server's operator has to replace it")

_REASON: Final = {
    "UNSUPPORTED_PROTOCOL": "the server offers no TLS version that the context allows (TLS 1.2 at least, by default)",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the other side accepts no TLS version that the context allows",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the other side refused: no cipher in common, or it wants a client certificate",
    "NO_SHARED_CIPHER": "there is no cipher in common",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (
        "the server wants a client certificate: pass an ssl_context with load_cert_chain() called"
    ),
    "TLSV1_ALERT_UNKNOWN_CA": "the other side does not know the authority that issued our certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the other side does not accept our certificate",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the other side says that our certificate has expired",
    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC": "the data was changed on its way",
}


def explain(error: ssl.SSLError, host: str | None) -> str:
    """What went wrong and what to do, for a connection to `host`.

    Whatever is not in the tables above comes out in OpenSSL's own words.
    """
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        what, advice = _CERTIFICATE.get(error.verify_code, _OTHER)
        return f"the certificate of {host or 'the peer'} was refused: {what} ({error.verify_message}); {advice}"
    reason: str | None = getattr(error, "reason", None)  # missing where OpenSSL names no library
    return f"TLS with {host or 'the peer'} failed: {_REASON.get(reason or '') or reason or error}"
