"""CRAM-MD5 (RFC 2195): the password as the key of an HMAC over the server's challenge.

The password is not readable on the wire, but whoever records the exchange can guess it at leisure, and the server
proves nothing: better than nothing without TLS, and outranked by SCRAM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.errors import ProtocolError
from imapkit.protocol.sasl.fields import utf8
from imapkit.protocol.sasl.mechanism import Mechanism

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["CRAM_MD5"]


def _cram_md5(credentials: Credentials, _context: Context) -> SaslExchange:
    user = utf8(credentials.user, "user name")
    utf8(credentials.password.reveal(), "password")  # refuses it before anything is sent; no variable holds it
    challenge = yield b""
    if not challenge:
        # The digest of nothing is the same every time: it would be a password equivalent.
        raise ProtocolError("CRAM-MD5: the server's challenge is empty")
    yield user + b" " + _digest(credentials, challenge)


def _digest(credentials: Credentials, challenge: bytes) -> bytes:
    import hmac

    return hmac.new(utf8(credentials.password.reveal(), "password"), challenge, "md5").hexdigest().encode()


CRAM_MD5 = Mechanism(
    "CRAM-MD5", kind="password", strength=30, client_first=False, plaintext=False, responses=1, start=_cram_md5
)
