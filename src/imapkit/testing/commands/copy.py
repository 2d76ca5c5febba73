"""COPY (RFC 9051, 6.4.7) and MOVE (6.4.8; RFC 6851), with COPYUID (RFC 4315)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import SELECTED
from imapkit.testing import render
from imapkit.testing.annotations import carried
from imapkit.testing.commands import inprogress, messagelimit
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.rights import storable

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE"]


def _copy(session: ServerSession, request: Request) -> Completion:
    chosen, name = _arguments(session, request)
    messagelimit.insist_on_copies(session, chosen)
    return Completion(code=_put(session, request, chosen, name))


def _move(session: ServerSession, request: Request) -> Completion:
    view = session.writable
    session.insist_on("te")
    chosen, name = _arguments(session, request)
    wanted = messagelimit.cut(session, chosen)
    chosen = [message for message in chosen if message in wanted.messages]
    code = _put(session, request, chosen, name)
    if code is not None:
        # Before the EXPUNGEs, so that the client knows what became of each (RFC 6851, 4.3).
        session.condition("OK", "Moved UIDs.", code=code)
    view.mailbox.expunge(chosen)
    known = bool(chosen) and session.condstore
    return wanted.completion(session, code=f"HIGHESTMODSEQ {view.mailbox.modseq}" if known else None)


# copy = "COPY" SP sequence-set SP mailbox
def _arguments(session: ServerSession, request: Request) -> tuple[list[StoredMessage], str]:
    arguments = request.arguments
    numbers = arguments.atom()
    arguments.sp()
    name = arguments.mailbox()
    request.end()
    chosen = session.view.resolve(numbers, uid=request.uid)
    return [message for message in chosen if not session.view.is_gone(message)], name


def _put(session: ServerSession, request: Request, chosen: list[StoredMessage], name: str) -> str | None:
    """Copy all or none (RFC 9051, 6.4.7); the COPYUID code, None where there is nothing to say."""
    target = session.namespace.find(name, "i", code="TRYCREATE")
    target.account.has_room_for(sum(message.size for message in chosen), len(chosen))
    rights = session.namespace.rights(target)
    annotations = [carried(message.annotations, session.account.user, rights) for message in chosen]
    target.account.quota.insist_on_room(annotations=sum(len(value) for some in annotations for value in some.values()))
    copies = [
        target.add(
            message.content, flags=storable(rights, message.flags), received=message.received, annotations=beside
        )
        for message, beside in inprogress.told(session, request, list(zip(chosen, annotations, strict=True)))
    ]
    if not copies or not session.supports("UIDPLUS"):
        return None
    old, new = (render.numbers(message.uid for message in group).decode() for group in (chosen, copies))
    return f"COPYUID {target.uidvalidity} {old} {new}"


FEATURE = Feature(
    capabilities=("MOVE",),
    commands=(
        Handler("COPY", _copy, states=SELECTED),
        Handler("UID COPY", _copy, states=SELECTED),
        Handler("MOVE", _move, states=SELECTED, requires=("MOVE",)),
        Handler("UID MOVE", _move, states=SELECTED, requires=("MOVE",)),
    ),
)
