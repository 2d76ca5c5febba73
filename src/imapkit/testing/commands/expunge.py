"""EXPUNGE (RFC 9051, 6.4.3) and UID EXPUNGE (6.4.9; UIDPLUS, RFC 4315)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import SELECTED
from imapkit.testing.commands import messagelimit
from imapkit.testing.features import Completion, Feature, Handler, Request

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]


def _expunge(session: ServerSession, request: Request) -> Completion:
    view = session.writable
    session.insist_on("e")
    chosen = view.resolve(request.arguments.atom(), uid=True) if request.uid else view.messages
    request.end()
    deleted = [message for message in chosen if "\\Deleted" in message.flags and not view.is_gone(message)]
    # RFC 9738, 3.1: it is UID EXPUNGE that has a limit, EXPUNGE has none.
    wanted = messagelimit.cut(session, deleted) if request.uid else messagelimit.Portion(deleted)
    view.mailbox.expunge(wanted.messages)
    known = bool(deleted) and session.condstore
    return wanted.completion(session, code=f"HIGHESTMODSEQ {view.mailbox.modseq}" if known else None)


FEATURE = Feature(
    capabilities=("UIDPLUS",),
    commands=(
        Handler("EXPUNGE", _expunge, states=SELECTED),
        Handler("UID EXPUNGE", _expunge, states=SELECTED, requires=("UIDPLUS",)),
    ),
)
