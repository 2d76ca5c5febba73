"""PROXYAUTH: an administrator goes on as somebody else (Netscape, iPlanet, Sun and Oracle servers)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.wire.names import opaque
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]


# proxyauth = "PROXYAUTH" SP astring
def _proxyauth(session: ServerSession, request: Request) -> None:
    user = opaque(request.arguments.astring())
    request.end()
    account = session.site.accounts.get(user)
    if not session.account.administrator or account is None:
        raise Refused("You may not act for this user", code="AUTHORIZATIONFAILED")
    session.log_out()
    session.log_in(account)


FEATURE = Feature(capabilities=("PROXYAUTH",), commands=(Handler("PROXYAUTH", _proxyauth, requires=("PROXYAUTH",)),))
