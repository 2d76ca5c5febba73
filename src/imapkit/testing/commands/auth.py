"""LOGIN and AUTHENTICATE (RFC 9051, 6.2.2 and 6.2.3; SASL-IR, RFC 4959)."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import NOT_AUTHENTICATED
from imapkit.protocol.sasl.encoding import encode_base64
from imapkit.testing.commands.referrals import refer_login
from imapkit.testing.features import Completion, Dialogue, Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.sasl import MECHANISMS, ServerExchange

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import Account

__all__ = ["FEATURE"]

_IN_THE_CLEAR: Final = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})


# login = "LOGIN" SP userid SP password
def _login(session: ServerSession, request: Request) -> Completion:
    user = request.arguments.astring()
    request.arguments.sp()
    password = request.arguments.astring()
    request.end()
    _insist_on_privacy(session)
    account = session.site.log_in(user.decode("utf-8", "surrogateescape"), password.decode("utf-8", "surrogateescape"))
    return _welcome(session, account)


# authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp] *(CRLF base64)
def _authenticate(session: ServerSession, request: Request) -> Dialogue:
    arguments = request.arguments
    name = arguments.keyword()
    initial: bytes | None = None
    if arguments.spaces():
        if not session.supports("SASL-IR"):
            raise Refused("No initial response is taken here", status="BAD")
        word = arguments.rest()
        initial = b"" if word == b"=" else _decoded(word)
    if name not in session.site.profile.mechanisms:
        raise Refused("Unsupported authentication mechanism.", code="CANNOT")
    if name in _IN_THE_CLEAR:
        _insist_on_privacy(session)
    exchange = MECHANISMS[name](session.site)
    challenge = next(exchange)
    if initial is not None and challenge:
        raise Refused("The server speaks first in this mechanism", status="BAD")
    response = _decoded((yield encode_base64(challenge))) if initial is None else initial
    while True:
        answer = _step(exchange, response)
        if not isinstance(answer, bytes):
            return _welcome(session, answer)
        response = _decoded((yield encode_base64(answer)))


def _step(exchange: ServerExchange, response: bytes) -> bytes | Account:
    """The next challenge, or whose session it is."""
    try:
        return exchange.send(response)
    except StopIteration as stop:
        account: Account = stop.value
        return account


def _decoded(line: bytes) -> bytes:
    if line == b"*":
        raise Refused("Authentication was cancelled", status="BAD")
    try:
        return binascii.a2b_base64(line, strict_mode=True)
    except binascii.Error:
        raise Refused("Not base64", status="BAD") from None


def _insist_on_privacy(session: ServerSession) -> None:
    if not session.secure:
        raise Refused("Plaintext authentication needs TLS here.", code="PRIVACYREQUIRED")


def _welcome(session: ServerSession, account: Account) -> Completion:
    refer_login(session, account)
    session.log_in(account)
    return Completion("Logged in", code=f"CAPABILITY {session.capability_list()}")


FEATURE = Feature(
    capabilities=("SASL-IR", *(f"AUTH={name}" for name in MECHANISMS)),
    commands=(
        Handler("LOGIN", _login, states=NOT_AUTHENTICATED, secret=2),
        Handler("AUTHENTICATE", _authenticate, states=NOT_AUTHENTICATED, secret=3),
    ),
)
