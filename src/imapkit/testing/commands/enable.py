"""ENABLE (RFC 9051, 6.3.1): the client tells what it understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import State
from imapkit.testing.commands import condstore
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]


# enable = "ENABLE" 1*(SP capability)  (RFC 5161, 4)
def _enable(session: ServerSession, request: Request) -> None:
    wanted = request.arguments.rest().decode("ascii", "replace").upper().split()
    if not wanted:
        raise Refused("No capability to enable", status="BAD")
    # RFC 9755, 7: UTF8=ONLY is enabled as UTF8=ACCEPT.
    offered = [name.replace("UTF8=ONLY", "UTF8=ACCEPT") for name in session.site.profile.capabilities]
    enabled = [name for name in offered if name.upper() in wanted and name.upper() in session.site.table.enables]
    session.enabled.update(map(str.upper, enabled))
    session.condstore = session.condstore or not session.enabled.isdisjoint(condstore.CAPABILITIES)
    session.untagged(b"ENABLED", *(name.encode("ascii") for name in enabled))


FEATURE = Feature(
    capabilities=("ENABLE",),
    commands=(Handler("ENABLE", _enable, states=frozenset({State.AUTHENTICATED}), requires=("ENABLE",)),),
    enables=("IMAP4REV2",),
)
