"""The server's side of SASL: one generator for each mechanism.

It yields challenges, is sent responses (both without base64), and returns the account.  The first thing that a
client-first mechanism yields is the empty challenge that an initial response makes needless.

There is no directory behind this: the token of the OAuth mechanisms is the user's password, EXTERNAL believes whom the
client says it is (no certificate is asked for), and ANONYMOUS gets an account of its own.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from imapkit.protocol.sasl.encoding import encode_base64
from imapkit.protocol.sasl.saslprep import saslprep
from imapkit.protocol.sasl.scram import server_signature_and_proof
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.site import Site
    from imapkit.testing.store import Account

__all__ = ["MECHANISMS", "ServerExchange"]

ServerExchange: TypeAlias = Generator[bytes, bytes, "Account"]

_ITERATIONS: Final = 4096  # RFC 7677, 4: the fewest that a client should put up with
_BEARER = re.compile(rb"(?:n,(?:a=[^,]*)?,)?\x01?(?:.*\x01)?auth=Bearer ([^\x01]+)\x01\x01", re.DOTALL | re.IGNORECASE)
_XOAUTH2_USER = re.compile(rb"user=([^\x01]+)\x01")
_OAUTHBEARER_USER = re.compile(rb"n,a=([^,]*),")
_CLIENT_FIRST = re.compile(rb"([ny]),(?:a=([^,]*))?,(n=([^,]+),r=([!-+\--~]+))")
_CLIENT_FINAL = re.compile(rb"(c=([^,]+),r=([^,]+)),p=([A-Za-z0-9+/=]+)")


def _failed() -> Refused:
    return Refused("Authentication failed.", code="AUTHENTICATIONFAILED")


def _plain(site: Site) -> ServerExchange:
    fields = (yield b"").split(b"\0")
    if len(fields) != 3:
        raise Refused("Invalid PLAIN response", status="BAD")
    authorization, user, password = (field.decode("utf-8", "surrogateescape") for field in fields)
    account = site.log_in(user, password)
    if authorization not in ("", user):
        raise Refused("May not act for another", code="AUTHORIZATIONFAILED")
    return account


def _login(site: Site) -> ServerExchange:
    user = yield b"Username:"
    password = yield b"Password:"
    return site.log_in(user.decode("utf-8", "surrogateescape"), password.decode("utf-8", "surrogateescape"))


def _cram_md5(site: Site) -> ServerExchange:
    challenge = b"<%s@localhost>" % os.urandom(12).hex().encode("ascii")
    user, _, digest = (yield challenge).rpartition(b" ")
    name = user.decode("utf-8", "surrogateescape")
    password = site.password_of(name)
    expected = hmac.new((password or "").encode(), challenge, "md5").hexdigest().encode("ascii")
    if password is None or not hmac.compare_digest(expected, digest):
        raise _failed()
    return site.accounts[name]


def _scram(site: Site, digest: Literal["sha1", "sha256"]) -> ServerExchange:
    first = _CLIENT_FIRST.fullmatch((yield b""))
    if first is None:
        raise Refused("Invalid SCRAM response", status="BAD")
    name = first[4].replace(b"=2C", b",").replace(b"=3D", b"=").decode("utf-8", "surrogateescape")
    password = site.password_of(name)
    salt, nonce = os.urandom(16), first[5] + encode_base64(os.urandom(18))
    server_first = b"r=%s,s=%s,i=%d" % (nonce, encode_base64(salt), _ITERATIONS)
    final = _CLIENT_FINAL.fullmatch((yield server_first))
    if final is None or final[3] != nonce:
        raise Refused("Invalid SCRAM response", status="BAD")
    secret = saslprep(password or "nobody's").encode()
    signature, proof = server_signature_and_proof(
        digest, secret, salt, _ITERATIONS, b",".join((first[3], server_first, final[1]))
    )
    header = first[0][: first.start(3)]
    if password is None or final[2] != encode_base64(header) or not hmac.compare_digest(encode_base64(proof), final[4]):
        raise _failed()
    yield b"v=" + encode_base64(signature)
    return site.accounts[name]


def _bearer(site: Site, whose: re.Pattern[bytes]) -> ServerExchange:
    response = yield b""
    token, user = _BEARER.fullmatch(response), whose.match(response)
    name = user[1].decode("utf-8", "surrogateescape") if user else ""
    expected = site.password_of(name)
    if token is None or expected is None or not hmac.compare_digest(expected.encode(), token[1]):
        # RFC 7628, 3.2.3: what is wrong comes as one more challenge, and is answered before the NO.
        yield json.dumps({"status": "invalid_token", "schemes": "bearer", "scope": "mail"}).encode("ascii")
        raise _failed()
    return site.accounts[name]


def _external(site: Site) -> ServerExchange:
    name = (yield b"").decode("utf-8", "surrogateescape")
    if name not in site.accounts:
        raise _failed()
    return site.accounts[name]


def _anonymous(site: Site) -> ServerExchange:
    yield b""
    return site.accounts.get("anonymous") or site.add_user("anonymous", os.urandom(16).hex(), None)


MECHANISMS: Final[Mapping[str, Callable[[Site], ServerExchange]]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
    "SCRAM-SHA-1": partial(_scram, digest="sha1"),
    "SCRAM-SHA-256": partial(_scram, digest="sha256"),
    "XOAUTH2": partial(_bearer, whose=_XOAUTH2_USER),
    "OAUTHBEARER": partial(_bearer, whose=_OAUTHBEARER_USER),
    "EXTERNAL": _external,
    "ANONYMOUS": _anonymous,
}
