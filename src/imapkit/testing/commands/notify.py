"""NOTIFY (RFC 5465): the client says what it wants to be told of, in which mailboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.extensions.notify import Event
from imapkit.testing.commands.fetch import read_items
from imapkit.testing.commands.listing import send_listed
from imapkit.testing.commands.status import send_status
from imapkit.testing.features import Feature, FetchItem, Handler, Request
from imapkit.testing.notifications import SELECTED, EventGroup
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_FILTERS: Final = SELECTED | {"INBOXES", "PERSONAL", "SUBSCRIBED", "SUBTREE", "MAILBOXES"}
_NEW_AND_EXPUNGE: Final = frozenset({Event.MESSAGE_NEW, Event.MESSAGE_EXPUNGE})
_OF_CHANGES: Final = frozenset({Event.FLAG_CHANGE, Event.ANNOTATION_CHANGE})
_OF_MESSAGES: Final = _NEW_AND_EXPUNGE | _OF_CHANGES
_NEEDED: Final = {
    Event.ANNOTATION_CHANGE: ("ANNOTATE-EXPERIMENT-1",),
    Event.MAILBOX_METADATA_CHANGE: ("METADATA",),
    Event.SERVER_METADATA_CHANGE: ("METADATA", "METADATA-SERVER"),
}


# notify = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-groups / "NONE")
def _notify(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    verb = arguments.keyword()
    if verb == "NONE":
        request.end()
        session.notifications.groups = ()
        return
    if verb != "SET":
        raise arguments.error("SET or NONE")
    arguments.sp()
    with_status = arguments.peek() != ord("(")
    if with_status:
        if arguments.keyword() != "STATUS":
            raise arguments.error("STATUS or an event group")
        arguments.sp()
    groups = [_group(session, arguments)]
    while not arguments.at_end():
        arguments.sp()
        groups.append(_group(session, arguments))
    if sum(group.filter in SELECTED for group in groups) > 1:
        raise Refused("SELECTED and SELECTED-DELAYED can be said once", status="BAD")
    session.notifications.groups = tuple(groups)
    _begin(session, with_status=with_status)


# event-group = "(" filter-mailboxes SP events ")"
def _group(session: ServerSession, arguments: Cursor) -> EventGroup:
    arguments.expect(b"(")
    name = arguments.keyword()
    if name not in _FILTERS:
        raise Refused(f"Unknown filter {name}", status="BAD")
    arguments.sp()
    mailboxes: tuple[str, ...] = ()
    if name in ("SUBTREE", "MAILBOXES"):
        several = arguments.peek() == ord("(")
        mailboxes = tuple(arguments.list_of(arguments.mailbox)) if several else (arguments.mailbox(),)
        arguments.sp()
    items: list[FetchItem] = []
    events = _events(session, arguments, items)
    arguments.expect(b")")
    group = EventGroup(name, mailboxes, events, tuple(items))
    _check(group)
    return group


# events = "(" event *(SP event) ")" / "NONE"; event = "MessageNew" [SP "(" fetch-att *(SP fetch-att) ")"] / ...
def _events(session: ServerSession, arguments: Cursor, items: list[FetchItem]) -> frozenset[Event]:
    if arguments.peek() != ord("("):
        if arguments.keyword() != "NONE":
            raise arguments.error("events or NONE")
        return frozenset()
    known = {event.upper(): event for event in Event if session.supports(*_NEEDED.get(event, ("NOTIFY",)))}
    events: set[Event] = set()
    for _ in arguments.items():
        name = arguments.keyword()
        if name not in known:
            raise Refused("There is no such event", code=f"BADEVENT ({' '.join(known.values())})")
        events.add(known[name])
        if known[name] is Event.MESSAGE_NEW and arguments.text.startswith(b" (", arguments.pos):
            arguments.sp()
            items += read_items(session, arguments)
    if not events:
        raise arguments.error("an event")
    return frozenset(events)


def _check(group: EventGroup) -> None:
    """Refuse what RFC 5465, 5, 6.1 and 8 forbid."""
    of_messages = group.events & _OF_MESSAGES
    if of_messages and not of_messages >= _NEW_AND_EXPUNGE:
        raise Refused("MessageNew and MessageExpunge go together, and with the others", status="BAD")
    if group.filter in SELECTED and group.events - _OF_MESSAGES:
        raise Refused("Of the selected mailbox, only events of messages can be told", status="BAD")
    if group.items and group.filter not in SELECTED:
        raise Refused("Items come with messages of the selected mailbox only", status="BAD")


def _begin(session: ServerSession, *, with_status: bool) -> None:
    """Tell of mailboxes that are hidden from view, and (STATUS) where the others stand (RFC 5465, 3.1)."""
    view, notifications = session.selected, session.notifications
    for name, mailbox in session.namespace.listable().items():
        if not notifications.matches(Event.MESSAGE_NEW, name):
            continue
        if "r" not in session.namespace.rights(mailbox):
            send_listed(session, name, access=False)
        elif with_status and (view is None or view.mailbox is not mailbox):
            changes = any(notifications.matches(event, name) for event in _OF_CHANGES)
            modseq = ["HIGHESTMODSEQ"] if changes and session.supports("CONDSTORE") else []
            send_status(session, mailbox, ["UIDVALIDITY", "UIDNEXT", "MESSAGES", *modseq])


FEATURE = Feature(capabilities=("NOTIFY",), commands=(Handler("NOTIFY", _notify, requires=("NOTIFY",)),))
