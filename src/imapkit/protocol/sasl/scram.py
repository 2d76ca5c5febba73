"""SCRAM (RFC 5802; SHA-256 in RFC 7677): both sides prove that they know the password, neither shows it.

With ``H`` the hash, ``Hi`` PBKDF2 over its HMAC, and ``AuthMessage`` everything that was said, joined by commas::

    SaltedPassword  = Hi(Normalize(password), salt, i)
    ClientKey       = HMAC(SaltedPassword, "Client Key")
    ClientSignature = HMAC(H(ClientKey), AuthMessage)
    ClientProof     = ClientKey XOR ClientSignature            -> p=
    ServerSignature = HMAC(HMAC(SaltedPassword, "Server Key"), AuthMessage)     <- v=

The server's final message comes as one more challenge in IMAP, and the client acknowledges it with an empty response.
A server that says OK without having sent it has proved nothing: `Exchange.finished` is still false then.

The GS2 header in front of the first message tells what the client knows of channel binding, and is itself under the
proof, so that nobody between the two can strip ``-PLUS`` from the offer unnoticed (section 6)::

    p=<kind>    bound: this is a -PLUS mechanism
    y           the client could bind, and saw no -PLUS offered: a server that did offer one refuses
    n           the client cannot bind, or could and does not
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from imapkit.errors import InvalidArgument, LimitExceeded, ProtocolError
from imapkit.protocol.sasl.encoding import decode_base64, encode_base64
from imapkit.protocol.sasl.fields import saslname, utf8
from imapkit.protocol.sasl.mechanism import Mechanism, Refusal
from imapkit.protocol.sasl.saslprep import saslprep

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["SCRAM_MECHANISMS", "server_signature_and_proof"]

_Hash = Literal["sha1", "sha256", "sha512"]

_NONCE_OCTETS: Final = 24
# server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
_SERVER_FIRST = re.compile(rb"r=([!-+\--~]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9][0-9]{0,18})(?:,.*)?", re.DOTALL)
# server-final-message = (server-error / verifier) ["," extensions]
_SERVER_FINAL = re.compile(rb"v=([A-Za-z0-9+/]+={0,2})(?:,.*)?", re.DOTALL)
_SERVER_ERROR = re.compile(rb"e=([^,]+)(?:,.*)?", re.DOTALL)


class _ServerFirst(NamedTuple):
    nonce: bytes
    salt: bytes
    iterations: int


def _scram(credentials: Credentials, context: Context, *, digest: _Hash, bind: bool) -> SaslExchange:
    header, binding = _gs2(credentials, context, bind=bind)
    user = saslname(saslprep(credentials.user, "user name"), "user name")
    _password(credentials)  # refuses it before anything is sent; no variable holds it
    nonce = context.nonce.encode("ascii") or _fresh_nonce()

    client_first = b"n=" + user + b",r=" + nonce
    server_first = yield header + client_first
    answer = _parse_server_first(server_first, nonce, context.iterations)
    client_final = b"c=" + encode_base64(header + binding) + b",r=" + answer.nonce
    signature, proof = server_signature_and_proof(
        digest,
        _password(credentials),
        answer.salt,
        answer.iterations,
        b",".join((client_first, server_first, client_final)),
    )
    server_final = yield client_final + b",p=" + encode_base64(proof)
    _verify(server_final, signature)
    yield b""


def _password(credentials: Credentials) -> bytes:
    return utf8(saslprep(credentials.password.reveal(), "password"), "password")


def _gs2(credentials: Credentials, context: Context, *, bind: bool) -> tuple[bytes, bytes]:
    """The GS2 header and the channel binding data behind it in ``c=``."""
    binding = context.channel_binding
    if bind:
        if binding is None:
            raise InvalidArgument("a SCRAM -PLUS mechanism needs channel binding data, which only TLS can give")
        flag, data = b"p=" + binding.kind.encode("ascii"), binding.data
    else:
        could_bind = binding is not None and not any(name.upper().endswith("-PLUS") for name in context.offered)
        flag, data = (b"y" if could_bind else b"n"), b""
    authzid = b"a=" + saslname(credentials.authzid, "authorization identity") if credentials.authzid else b""
    return flag + b"," + authzid + b",", data


def _fresh_nonce() -> bytes:
    import os

    return encode_base64(os.urandom(_NONCE_OCTETS))


def _parse_server_first(message: bytes, client_nonce: bytes, bounds: tuple[int, int]) -> _ServerFirst:
    _raise_server_error(message)
    if message.startswith(b"m="):
        raise ProtocolError("SCRAM: the server demands an extension that does not exist yet (m=)")
    match = _SERVER_FIRST.fullmatch(message)
    if match is None:
        raise ProtocolError("SCRAM: the server's first message is malformed")
    nonce, salt, iterations = match[1], decode_base64(match[2], "SCRAM salt"), int(match[3])
    if not nonce.startswith(client_nonce) or len(nonce) == len(client_nonce):
        raise ProtocolError("SCRAM: the server's nonce does not extend ours: the answer may be a replay")
    fewest, most = bounds
    if iterations < fewest:
        raise ProtocolError(
            f"SCRAM: the server asks for {iterations} iterations, fewer than {fewest}: "
            "the password could be guessed from the answer (RFC 5802, section 5.1)"
        )
    if iterations > most:
        raise LimitExceeded(f"SCRAM: the server asks for {iterations} iterations, more than the limit of {most}")
    return _ServerFirst(nonce, salt, iterations)


def server_signature_and_proof(
    digest: _Hash, password: bytes, salt: bytes, iterations: int, auth_message: bytes
) -> tuple[bytes, bytes]:
    """``(ServerSignature, ClientProof)`` of RFC 5802, section 3; both sides of an exchange compute these."""
    import hashlib
    import hmac

    salted = hashlib.pbkdf2_hmac(digest, password, salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", digest)
    client_signature = hmac.digest(hashlib.new(digest, client_key).digest(), auth_message, digest)
    proof = bytes(a ^ b for a, b in zip(client_key, client_signature, strict=True))
    return hmac.digest(hmac.digest(salted, b"Server Key", digest), auth_message, digest), proof


def _verify(message: bytes, expected: bytes) -> None:
    import hmac

    _raise_server_error(message)
    match = _SERVER_FINAL.fullmatch(message)
    if match is None:
        raise ProtocolError("SCRAM: the server's final message is malformed")
    if not hmac.compare_digest(decode_base64(match[1], "SCRAM server signature"), expected):
        raise ProtocolError("SCRAM: the server's signature is wrong: it does not know the password, do not trust it")


def _raise_server_error(message: bytes) -> None:
    if match := _SERVER_ERROR.fullmatch(message):
        raise Refusal(match[1], answer=b"")


def _mechanism(name: str, digest: _Hash, strength: int, *, bind: bool) -> Mechanism:
    return Mechanism(
        name,
        kind="password",
        strength=strength,
        client_first=True,
        plaintext=False,
        responses=3,
        start=partial(_scram, digest=digest, bind=bind),
    )


SCRAM_MECHANISMS: Final = (
    _mechanism("SCRAM-SHA-512-PLUS", "sha512", 90, bind=True),
    _mechanism("SCRAM-SHA-256-PLUS", "sha256", 80, bind=True),
    _mechanism("SCRAM-SHA-1-PLUS", "sha1", 70, bind=True),
    _mechanism("SCRAM-SHA-512", "sha512", 60, bind=False),
    _mechanism("SCRAM-SHA-256", "sha256", 50, bind=False),
    _mechanism("SCRAM-SHA-1", "sha1", 40, bind=False),
)
