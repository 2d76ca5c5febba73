"""SELECT, EXAMINE, CLOSE, UNSELECT and CHECK (RFC 9051, 6.3.2, 6.3.3 and 6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import SELECTED
from imapkit.testing import render
from imapkit.testing.commands import condstore
from imapkit.testing.commands.objectid import NamedByIdentifier
from imapkit.testing.features import Completion, Feature, Handler, Request, offered
from imapkit.testing.refusal import Refused
from imapkit.testing.updates import send_flags
from imapkit.testing.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["FEATURE"]


# select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]  (RFC 4466)
def _select(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    name = arguments.mailbox()
    then = _parameters(session, arguments) if arguments.spaces() else ()
    request.end()
    _leave(session)
    mailbox = _mailbox(session, name, then)
    rights = session.namespace.rights(mailbox)
    view = View(
        mailbox,
        read_only=request.name == "EXAMINE",
        announce=session.announce,
        rights=rights,
        acting=lambda: session.site.acting is session,
    )
    view.uids_only = "UIDONLY" in session.enabled
    session.select(view)
    _describe(session, view)
    for act in then:
        act(view)
    return Completion(code="READ-ONLY" if view.read_only else "READ-WRITE")


def _parameters(session: ServerSession, arguments: Cursor) -> list[Callable[[View], None]]:
    then: list[Callable[[View], None]] = []
    for _ in arguments.items():
        name = arguments.keyword()
        parameter = offered(session, session.site.table.select_parameters, name)
        if parameter is None:
            raise Refused(f"Unknown parameter {name} of SELECT", status="BAD")
        then.append(parameter.read(session, arguments))
    return then


def _mailbox(session: ServerSession, name: str, then: Iterable[Callable[[View], None]]) -> StoredMailbox:
    """The mailbox that is meant, by its name unless by an identifier (OBJECTID+)."""
    named = next((act.mailbox for act in then if isinstance(act, NamedByIdentifier)), None)
    return session.namespace.find(name if named is None else session.namespace.name_of(named), "r")


def _leave(session: ServerSession) -> None:
    """A SELECT leaves the old mailbox even if it fails (RFC 9051, 6.3.2)."""
    if session.selected is not None:
        session.select(None)
        if session.rev2 or session.supports(*condstore.CAPABILITIES):
            session.condition("OK", "Previous mailbox closed.", code="CLOSED")


def _describe(session: ServerSession, view: View) -> None:
    mailbox = view.mailbox
    send_flags(session, view)
    session.untagged(b"%d EXISTS" % len(view.messages))
    if not session.rev2:
        session.untagged(b"%d RECENT" % len(view.recent))
        unseen = next((n for n, message in enumerate(view.messages, 1) if "\\Seen" not in message.flags), None)
        if unseen is not None:
            session.condition("OK", "First unseen.", code=f"UNSEEN {unseen}")
    session.condition("OK", "UIDs valid", code=f"UIDVALIDITY {mailbox.uidvalidity}")
    session.condition("OK", "Predicted next UID", code=f"UIDNEXT {mailbox.uidnext}")
    for describe in session.site.table.describers:
        describe(session, view)
    if session.rev2:
        session.untagged(b'LIST () "/"', render.mailbox(session.namespace.name_of(mailbox), utf8=session.utf8))


def _close(session: ServerSession, request: Request) -> None:
    """Expunge without a word, unless read-only, and leave (RFC 9051, 6.4.1)."""
    request.end()
    view = session.view
    session.select(None)
    if not view.read_only and "e" in view.rights:
        view.mailbox.expunge(message for message in view.messages if "\\Deleted" in message.flags)


def _unselect(session: ServerSession, request: Request) -> None:
    request.end()
    session.select(None)


def _check(session: ServerSession, request: Request) -> None:
    request.end()  # and that is all: what is kept in memory has no checkpoints


FEATURE = Feature(
    capabilities=("UNSELECT",),
    commands=(
        Handler("SELECT", _select),
        Handler("EXAMINE", _select),
        Handler("CLOSE", _close, states=SELECTED),
        Handler("UNSELECT", _unselect, states=SELECTED, requires=("UNSELECT",)),
        # RFC 9051, appendix E: CHECK is gone from IMAP4rev2.
        Handler("CHECK", _check, states=SELECTED, requires=("IMAP4REV1",)),
    ),
)
