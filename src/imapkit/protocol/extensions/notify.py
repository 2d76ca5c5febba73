r"""NOTIFY (RFC 5465): be told of changes in any mailbox, at any time, without a command in progress.

What is told comes as responses of its own kind: FETCH, EXISTS and EXPUNGE for the selected mailbox, STATUS for others,
LIST (with OLDNAME, or ``\NonExistent``) for names and subscriptions, METADATA for annotations.  They belong to no
command, so they reach the listeners of the connection.  After ``OK [NOTIFICATIONOVERFLOW]`` nothing more will come.

Whoever asks for `Event.MESSAGE_EXPUNGE` in the filter ``"selected"`` can no longer use sequence numbers, which may
change at any moment; with ``"selected-delayed"`` they hold as long as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.status import StatusData
from imapkit.protocol.model import (
    AUTHENTICATED,
    Code,
    Collector,
    Command,
    Done,
    Effect,
    Extension,
    Item,
    Untagged,
    missing_for_items,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.model import Tagged
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "BadEvent", "Event", "EventGroup", "NotifyNone", "NotifySet"]


class Event(StrEnum):
    """What can be told of (RFC 5465, 5)."""

    MESSAGE_NEW = "MessageNew"
    MESSAGE_EXPUNGE = "MessageExpunge"
    FLAG_CHANGE = "FlagChange"
    ANNOTATION_CHANGE = "AnnotationChange"
    MAILBOX_NAME = "MailboxName"
    SUBSCRIPTION_CHANGE = "SubscriptionChange"
    MAILBOX_METADATA_CHANGE = "MailboxMetadataChange"
    SERVER_METADATA_CHANGE = "ServerMetadataChange"


_NEW_AND_EXPUNGE = frozenset({Event.MESSAGE_NEW, Event.MESSAGE_EXPUNGE})
_OF_MESSAGES = _NEW_AND_EXPUNGE | {Event.FLAG_CHANGE, Event.ANNOTATION_CHANGE}
_SELECTED = frozenset({"selected", "selected-delayed"})
_WITH_NAMES = frozenset({"subtree", "mailboxes"})

Filter = Literal["selected", "selected-delayed", "inboxes", "personal", "subscribed", "subtree", "mailboxes"]


@dataclass(frozen=True, slots=True)
class EventGroup:
    """Events, none or several, and the mailboxes in which they matter.

    `mailboxes` go with the filters ``"subtree"`` and ``"mailboxes"``; `fetch` are the items to send of each new
    message, in the selected mailbox only.
    """

    filter: Filter
    events: tuple[Event, ...]
    mailboxes: tuple[str, ...] = ()
    fetch: tuple[Item[object], ...] = ()

    def check(self) -> None:
        """Raise `InvalidArgument` for what RFC 5465 does not allow (sections 5, 6 and 8)."""
        if self.filter not in get_args(Filter):
            raise InvalidArgument(f"{self.filter!r} is no filter of mailboxes")
        events = frozenset(self.events)
        selected = self.filter in _SELECTED
        if events & _OF_MESSAGES and not events >= _NEW_AND_EXPUNGE:
            raise InvalidArgument("MessageNew and MessageExpunge go together, and every event of messages needs them")
        if selected and not events <= _OF_MESSAGES:
            raise InvalidArgument(f"the filter {self.filter!r} is for events of messages")
        if self.fetch and not (selected and Event.MESSAGE_NEW in events):
            raise InvalidArgument("items come with MessageNew in the selected mailbox only")
        if bool(self.mailboxes) is not (self.filter in _WITH_NAMES):
            raise InvalidArgument("mailboxes are named for the filters 'subtree' and 'mailboxes', and for no other")

    def write(self, out: Encoder) -> None:
        """(filter [mailboxes] events)."""
        out.open().word(self.filter)
        if len(self.mailboxes) == 1:
            out.mailbox(self.mailboxes[0])
        elif self.mailboxes:
            out.open()
            for mailbox in self.mailboxes:
                out.mailbox(mailbox)
            out.close()
        if self.events:
            out.open()
            for event in self.events:
                out.word(event.value)
                if event is Event.MESSAGE_NEW and self.fetch:
                    out.open()
                    for item in self.fetch:
                        out.word(item.asked_as)
                    out.close()
            out.close()
        else:
            out.word("NONE")
        out.close()


@dataclass(frozen=True, slots=True)
class BadEvent(Code):
    """``[BADEVENT (...)]``: an event is not supported; these are."""

    events: tuple[str, ...]

    @property
    def name(self) -> str:
        """BADEVENT."""
        return "BADEVENT"


# unsupported-events-code = "BADEVENT" SP "(" event-name *(SP event-name) ")"
def _bad_event(cursor: Cursor) -> BadEvent:
    return BadEvent(tuple(cursor.list_of(cursor.atom)))


class _NotifyCollector(Collector[tuple[StatusData, ...]]):
    def __init__(self, *, with_status: bool) -> None:
        self._with_status = with_status
        self._status: list[StatusData] = []

    def claim(self, response: Untagged) -> bool:
        if not self._with_status or not isinstance(response, StatusData):
            return False
        self._status.append(response)
        return True

    def finish(self, completion: Tagged) -> tuple[StatusData, ...]:
        return tuple(self._status)


@dataclass(frozen=True, slots=True)
class NotifySet(Command[tuple[StatusData, ...]]):
    """NOTIFY SET: be told of these events from now on, and of no others.

    With `status` the answer is where the mailboxes stand now (but for the selected one), so that nothing is missed.
    Changes of the selected mailbox that have piled up come at once, as with NOOP.
    """

    groups: tuple[EventGroup, ...]
    status: bool = False

    name: ClassVar[str] = "NOTIFY"
    requires = ("NOTIFY",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """NOTIFY SET [STATUS] (filter [mailboxes] events)..."""
        if not self.groups:
            raise InvalidArgument("no events to be told of: NotifyNone says so")
        if sum(group.filter in _SELECTED for group in self.groups) > 1:
            raise InvalidArgument("one of 'selected' and 'selected-delayed' can be asked for, once")
        for group in self.groups:
            group.check()
        out.word("NOTIFY SET")
        if self.status:
            out.word("STATUS")
        for group in self.groups:
            group.write(out)

    def collector(self) -> Collector[tuple[StatusData, ...]]:
        """The counts of the mailboxes that are watched; nothing without `status`."""
        return _NotifyCollector(with_status=self.status)

    def answers(self) -> frozenset[object]:
        """STATUS of any mailbox, where asked for."""
        return frozenset({"NOTIFY", "STATUS"} if self.status else {"NOTIFY"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """NOTIFY, and what the items need."""
        if not supports("NOTIFY"):
            return "NOTIFY"
        return missing_for_items((item for group in self.groups for item in group.fetch), supports)


@dataclass(frozen=True, slots=True)
class NotifyNone(Command[None]):
    """NOTIFY NONE: be told of nothing any more, not even of the selected mailbox."""

    name: ClassVar[str] = "NOTIFY"
    requires = ("NOTIFY",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """NOTIFY NONE."""
        out.word("NOTIFY NONE")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()

    def answers(self) -> frozenset[object]:
        """NOTIFY: one after the other."""
        return frozenset({"NOTIFY"})


EXTENSIONS = (
    Extension(
        name="NOTIFY",
        rfc="RFC 5465",
        capabilities=("NOTIFY",),
        commands=(NotifySet, NotifyNone),
        codes={"BADEVENT": _bad_event},
    ),
)
