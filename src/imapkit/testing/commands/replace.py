"""REPLACE (RFC 8508): a new version of a message in the place of the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import SELECTED
from imapkit.testing.commands import append
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE"]


def _announced(session: ServerSession, request: Request, size: int) -> None:
    """Refuse before the client sends all of it for nothing."""
    request.arguments.atom()
    request.arguments.sp()
    session.namespace.find(request.arguments.mailbox(), "i", code="TRYCREATE")


# replace = "REPLACE" SP seq-number SP mailbox append-message; uid =/ "UID" SP replace
def _replace(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    number = arguments.atom()
    arguments.sp()
    mailbox = session.namespace.find(arguments.mailbox(), "i", code="TRYCREATE")
    arguments.sp()
    new = append.read_message(session, arguments, mailbox)
    request.end()
    view = session.writable
    session.insist_on("te")
    old = _old(session, number, uid=request.uid)
    # Only what the two differ by needs room (RFC 8508, 3.4).
    freed = (old.size, 1) if mailbox.account is view.mailbox.account else (0, 0)
    mailbox.account.has_room_for(max(0, len(new.octets or b"") - freed[0]), 1 - freed[1])
    code = append.append_uid(session, mailbox, append.put(session, [new]))
    if code is not None:
        session.condition("OK", "Replacement message ready.", code=code)  # ahead of the EXPUNGE (4.3)
    view.mailbox.expunge([old])
    return Completion(code=f"HIGHESTMODSEQ {view.mailbox.modseq}" if session.condstore else None)


def _old(session: ServerSession, number: str, *, uid: bool) -> StoredMessage:
    if not number.isdigit() and number != "*":
        raise Refused("The number of one message is needed", status="BAD")
    chosen = session.view.resolve(number, uid=uid)
    if not chosen or session.view.is_gone(chosen[0]):
        raise Refused("There is no such message")
    return chosen[0]


FEATURE = Feature(
    capabilities=("REPLACE",),
    commands=(
        Handler("REPLACE", _replace, states=SELECTED, requires=("REPLACE",), announced=_announced),
        Handler("UID REPLACE", _replace, states=SELECTED, requires=("REPLACE",), announced=_announced),
    ),
)
