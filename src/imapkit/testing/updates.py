"""Telling a client what changed in its mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.extensions.notify import Event
from imapkit.testing import render
from imapkit.testing.rights import may_change
from imapkit.types.flags import FlagSet

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage
    from imapkit.testing.view import View

__all__ = ["fetch_answer", "flag_items", "modseq_items", "send_flags", "tell", "tell_arrivals", "tell_keywords"]

_SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")


def tell(session: ServerSession, *, shifts: bool) -> None:
    """Send what is left to tell; EXPUNGE, which shifts sequence numbers, only with `shifts` (RFC 9051, 7.5.1)."""
    for response in session.take_untold():
        session.untagged(*response)
    view = session.selected
    if view is None:
        return
    if view.deleted:
        session.bye("The selected mailbox was deleted")
        return
    wanted = session.notifications.of_selected
    if Event.MESSAGE_NEW not in wanted.events:
        return  # the client said so (RFC 5465, 3.1), and all other events of messages need this one
    tell_keywords(session)
    for context in view.contexts.values():
        context.tell_removed()
    recent = len(view.recent)
    if shifts:
        _tell_expunged(session, view)
    if not tell_arrivals(session) and len(view.recent) != recent:
        _tell_recent(session, view)
    _tell_changes(session, view)
    for context in view.contexts.values():
        context.tell_added()


def _tell_changes(session: ServerSession, view: View) -> None:
    wanted = session.notifications.of_selected
    uid = session.rev2 or session.condstore or session.notifications.immediate
    for message in view.changes():
        if Event.FLAG_CHANGE in wanted.events:
            fetch_answer(session, message, flag_items(session, message), uid=uid)
    for message, entries in view.annotations():
        if view.annotate or (session.notifications.immediate and Event.ANNOTATION_CHANGE in wanted.events):
            names = render.parenthesised(render.atom_or_string(entry.encode("ascii")) for entry in entries)
            fetch_answer(session, message, [b"ANNOTATION " + names, *modseq_items(session, message)], uid=uid)


def _tell_expunged(session: ServerSession, view: View) -> None:
    expunged = list(view.expunged())
    if session.enabled.isdisjoint({"QRESYNC", "UIDONLY"}):
        for number, _ in expunged:
            session.untagged(b"%d EXPUNGE" % number)
    elif expunged:
        session.untagged(b"VANISHED", render.numbers(message.uid for _, message in expunged))


def tell_arrivals(session: ServerSession) -> bool:
    """Send EXISTS where there are new messages; whether there were."""
    view, wanted = session.selected, session.notifications.of_selected
    if view is None or Event.MESSAGE_NEW not in wanted.events:
        return False
    arrived = view.arrivals()
    if not arrived:
        return False
    session.untagged(b"%d EXISTS" % len(view.messages))
    _tell_recent(session, view)
    for message in arrived if wanted.items else ():
        if not view.is_own(message):
            values = [item.label + b" " + item.value(session, message) for item in wanted.items]
            fetch_answer(session, message, values, uid=False)
    return True


def _tell_recent(session: ServerSession, view: View) -> None:
    if not session.rev2:  # RFC 9051, appendix E: RECENT is gone
        session.untagged(b"%d RECENT" % len(view.recent))


def tell_keywords(session: ServerSession) -> None:
    """Send FLAGS and PERMANENTFLAGS where a keyword came into use (RFC 9051, 7.3.5)."""
    view = session.view
    if view.keywords_to_tell:
        send_flags(session, view)


def send_flags(session: ServerSession, view: View) -> None:
    """Send the flags that the mailbox knows, and those that can be kept."""
    view.keywords_to_tell = False
    known = FlagSet((*_SYSTEM_FLAGS, *view.mailbox.keywords))
    # RFC 4314, 5.1.1: no more than the user has the rights for; a new keyword is one of the flags that need "w".
    permanent = () if view.read_only else [flag for flag in (*known, "\\*") if may_change(view.rights, flag)]
    session.untagged(b"FLAGS", render.flags(known))
    session.condition(
        "OK",
        "Read-only mailbox." if view.read_only else "Flags permitted.",
        code=f"PERMANENTFLAGS {render.flags(permanent).decode()}",
    )


def flag_items(session: ServerSession, message: StoredMessage) -> list[bytes]:
    """FLAGS, and MODSEQ for a client that knows of it."""
    items = [b"FLAGS " + render.flags(session.view.flags(message, recent=not session.rev2))]
    return [*items, *modseq_items(session, message)]


def modseq_items(session: ServerSession, message: StoredMessage) -> list[bytes]:
    """MODSEQ, for a client that knows of it (RFC 7162, 3.1)."""
    return [b"MODSEQ (%d)" % message.modseq] if session.condstore else []


def fetch_answer(session: ServerSession, message: StoredMessage, items: list[bytes], *, uid: bool) -> None:
    """Send one FETCH response."""
    if "UIDONLY" in session.enabled:
        session.untagged(b"%d UIDFETCH" % message.uid, render.parenthesised(items))
        return
    first = [b"UID %d" % message.uid] if uid else []
    session.untagged(b"%d FETCH" % session.view.number(message), render.parenthesised([*first, *items]))
