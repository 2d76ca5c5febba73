"""What a client is told of without asking: as IMAP has it from the start, or as NOTIFY (RFC 5465) made it.

Before the first NOTIFY that is the selected mailbox, with the answers to commands.  Afterwards it is what the event
groups say, at any time; of the selected mailbox only what the group for it says, and of every other one STATUS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imapkit.protocol.extensions.notify import Event
from imapkit.testing import news, render
from imapkit.testing.commands.listing import send_listed
from imapkit.testing.commands.status import send_status
from imapkit.testing.rights import rights_of
from imapkit.testing.store import DELIMITER, within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.testing.features import FetchItem
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["SELECTED", "EventGroup", "Notifications"]

SELECTED: Final = frozenset({"SELECTED", "SELECTED-DELAYED"})


@dataclass(frozen=True, slots=True)
class EventGroup:
    """Events, and the mailboxes in which they matter; `items` are to come with each new message."""

    filter: str
    mailboxes: tuple[str, ...]
    events: frozenset[Event]
    items: tuple[FetchItem, ...] = ()


_BY_ITSELF: Final = EventGroup("SELECTED-DELAYED", (), frozenset(Event))
_NOTHING: Final = EventGroup("SELECTED", (), frozenset())


class Notifications:
    """What one session's client wants to hear; `groups` are None before the first NOTIFY."""

    def __init__(self, session: ServerSession) -> None:
        self._session = session
        self.groups: tuple[EventGroup, ...] | None = None

    @property
    def of_selected(self) -> EventGroup:
        """The events of the selected mailbox that are to be told."""
        if self.groups is None:
            return _BY_ITSELF
        return next((group for group in self.groups if group.filter in SELECTED), _NOTHING)

    @property
    def immediate(self) -> bool:
        """Whether changes of the selected mailbox are told as they happen."""
        return bool(self.groups)

    def matches(self, event: Event, name: str) -> bool:
        """Whether this event matters in a mailbox of this name, selected or not."""
        return any(event in group.events and self._covers(group, name) for group in self.groups or ())

    def _covers(self, group: EventGroup, name: str) -> bool:
        namespace = self._session.namespace
        match group.filter:
            # Messages may be delivered to any mailbox here, so that "inboxes" are all of them (RFC 5465, 6.3).
            case "PERSONAL" | "INBOXES":
                return namespace.is_personal(name)
            case "SUBSCRIBED":
                return name in namespace.account.subscriptions
            case "SUBTREE":
                return any(name == root or within(name, root) for root in group.mailboxes)
            case "MAILBOXES":
                return name in group.mailboxes
            case _:
                return False

    # --- what happens -----------------------------------------------------------------------------------------

    def hear(self, happened: news.News) -> None:
        """Something happened that others did: tell it, if the client wants to hear it."""
        match happened:
            case news.Arrived(mailbox) | news.Expunged(mailbox):
                self._counts(Event.MESSAGE_NEW, mailbox, "UIDNEXT", "MESSAGES")
            case news.FlagsChanged(mailbox):
                self._counts(Event.FLAG_CHANGE, mailbox, "UIDVALIDITY", "UNSEEN")
            case news.AnnotationsChanged():
                self._annotations(happened)
            case news.Created(mailbox) | news.Deleted(mailbox):
                if "l" in self._session.namespace.rights(mailbox):
                    self._name_and_parent(mailbox)
            case news.Renamed(mailbox, old_name):
                self._renamed(mailbox, old_name)
            case news.SubscriptionChanged(account, name):
                if account is self._session.account and self.matches(Event.SUBSCRIPTION_CHANGE, name):
                    send_listed(self._session, name)
            case news.RightsChanged(mailbox, before):
                user = self._session.account.user
                was, is_now = ("l" in rights_of(mailbox, user, acl) for acl in (before, mailbox.acl))
                if was is not is_now:
                    self._name_and_parent(mailbox)
            case news.MetadataChanged():
                self._metadata(happened)
        self._session.flush()

    def _counts(self, event: Event, mailbox: StoredMailbox, *items: str) -> None:
        session = self._session
        view = session.selected
        if view is not None and view.mailbox is mailbox:
            return  # that is the view's to tell
        readable = session.namespace.rights(mailbox).issuperset("lr")
        if readable and self.matches(event, session.namespace.name_of(mailbox)):
            send_status(session, mailbox, [*items, *(["HIGHESTMODSEQ"] if session.condstore else [])])

    def _annotations(self, happened: news.AnnotationsChanged) -> None:
        session = self._session
        if happened.user not in ("", session.account.user):
            return
        view = session.selected
        if view is not None and view.mailbox is happened.mailbox:
            view.annotated(happened.message, happened.entries)
        elif session.condstore:
            self._counts(Event.ANNOTATION_CHANGE, happened.mailbox, "UIDVALIDITY")

    def _name_and_parent(self, mailbox: StoredMailbox) -> None:
        """A mailbox has come or gone, for this user; the one above it is affected, too (RFC 5465, 5.4)."""
        name = self._session.namespace.name_of(mailbox)
        parent = name.rpartition(DELIMITER)[0]
        for affected in (name, parent) if parent else (name,):
            if self.matches(Event.MAILBOX_NAME, affected):
                send_listed(self._session, affected)

    def _renamed(self, mailbox: StoredMailbox, old_name: str) -> None:
        session = self._session
        name = session.namespace.name_of(mailbox)
        old = name[: -len(mailbox.name)] + old_name
        if "l" in session.namespace.rights(mailbox) and (
            self.matches(Event.MAILBOX_NAME, name) or self.matches(Event.MAILBOX_NAME, old)
        ):
            send_listed(session, name, old_name=old)

    def _metadata(self, happened: news.MetadataChanged) -> None:
        """Tell which entries changed; ENABLE METADATA asks for that as well (RFC 5464, 4.1)."""
        session, mailbox = self._session, happened.mailbox
        if happened.user not in ("", session.account.user):
            return
        if mailbox is None:
            name = b'""'
            wanted = any(Event.SERVER_METADATA_CHANGE in group.events for group in self.groups or ())
        else:
            own_name = session.namespace.name_of(mailbox)
            name = render.mailbox(own_name, utf8=session.utf8)
            wanted = self.matches(Event.MAILBOX_METADATA_CHANGE, own_name)
            if "l" not in session.namespace.rights(mailbox):
                return
        response = (b"METADATA", name, *_astrings(happened.entries))
        if wanted:
            session.untagged(*response)
        elif self.groups is None and not session.enabled.isdisjoint({"METADATA", "METADATA-SERVER"}):
            session.tell_later(*response)


def _astrings(names: Iterable[str]) -> list[bytes]:
    return [render.atom_or_string(name.encode("ascii")) for name in names]
