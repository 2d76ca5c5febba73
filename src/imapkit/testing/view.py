"""A session's view of the mailbox that it has selected: what its client has been told, which may lag behind.

Message sequence numbers are positions in what the client knows, so nothing may shift them behind its back: an EXPUNGE
waits until a command allows it (RFC 9051, 7.5.1), and until then a message that is gone can still be fetched, as
RFC 2180, 4.1.1 suggests.  `updates` says what is left to tell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from imapkit.testing.refusal import Refused
from imapkit.testing.rights import ALL
from imapkit.types.uids import MAX_NUMBER, UidSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imapkit.testing.searching import Context
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.types.flags import FlagSet

__all__ = ["View"]

_NUMBER: Final = r"(?:[1-9][0-9]{0,9}|\*)"
_SET: Final = re.compile(rf"{_NUMBER}(?::{_NUMBER})?(?:,{_NUMBER}(?::{_NUMBER})?)*")


class View:
    """What one client knows of its mailbox.  `announce` is called whenever there is something new to tell.

    `rights` are what the user may do, as they were when it was selected (RFC 4314, 5.1.1 allows that); `acting` says
    whether it is this client's own command that changes something.
    """

    def __init__(
        self,
        mailbox: StoredMailbox,
        *,
        read_only: bool,
        announce: Callable[[], None],
        rights: frozenset[str] = ALL,
        acting: Callable[[], bool] = lambda: False,
    ) -> None:
        self.mailbox = mailbox
        self.rights = rights
        # RFC 4314, 5.2: who may do none of this sees a mailbox that is read-only.
        self.read_only = read_only or rights.isdisjoint("ieswtn")
        self.messages: list[StoredMessage] = list(mailbox)
        self.recent: set[int] = set()
        self.saved: set[int] = set()
        """The UIDs that SEARCH RETURN (SAVE) left for ``$`` (RFC 9051, 6.4.4.1)."""
        self.deleted = False
        """Whether the mailbox itself is gone."""
        self.uids_only = False
        """Whether the client has given up sequence numbers (UIDONLY, RFC 9586)."""
        self.contexts: dict[str, Context] = {}
        """The searches whose results are kept up to date (RFC 5267), by their tags."""
        self.keywords_to_tell = False
        self.annotate = False
        """Whether the client wants to hear of changed annotations (SELECT (ANNOTATE), RFC 5257)."""
        self._announce = announce
        self._acting = acting
        self._arrived: list[StoredMessage] = []
        self._gone: set[int] = set()
        self._changed: dict[int, StoredMessage] = {}
        self._annotated: dict[int, tuple[str, ...]] = {}
        self._own: set[int] = set()
        self._take_recent()
        mailbox.watchers.append(self)

    def close(self) -> None:
        """Watch no more."""
        if self in self.mailbox.watchers:
            self.mailbox.watchers.remove(self)

    # --- what the mailbox tells (Watcher) ---------------------------------------------------------------------

    def arrived(self, message: StoredMessage) -> None:
        """A message is there that was not."""
        self._arrived.append(message)
        if self._acting():
            self._own.add(message.uid)
        self._announce()

    def vanished(self, message: StoredMessage) -> None:
        """A message is gone."""
        if message in self._arrived:
            self._arrived.remove(message)
        else:
            self._gone.add(message.uid)
            self._changed.pop(message.uid, None)
            self._annotated.pop(message.uid, None)
        self._announce()

    def changed(self, message: StoredMessage) -> None:
        """A message's flags are others now."""
        if message not in self._arrived:
            self._changed[message.uid] = message
            self._announce()

    def annotated(self, message: StoredMessage, entries: tuple[str, ...]) -> None:
        """Entries of a message have other values."""
        if message not in self._arrived and not self.is_gone(message):
            known = self._annotated.get(message.uid, ())
            self._annotated[message.uid] = tuple(dict.fromkeys((*known, *entries)))
            self._announce()

    def keywords_grew(self) -> None:
        """A keyword is in use that was not."""
        self.keywords_to_tell = True

    def removed(self) -> None:
        """The mailbox itself is gone."""
        self.deleted = True
        self._announce()

    # --- numbers ----------------------------------------------------------------------------------------------

    def number(self, message: StoredMessage) -> int:
        """Its message sequence number."""
        return bisect_left(self.messages, message.uid, key=lambda known: known.uid) + 1

    def flags(self, message: StoredMessage, *, recent: bool) -> FlagSet:
        r"""Its flags as this session sees them: ``\Recent`` is of the session (RFC 3501, 2.3.2)."""
        return message.flags | {"\\Recent"} if recent and message.uid in self.recent else message.flags

    def resolve(self, text: str, *, uid: bool, strict: bool = True) -> list[StoredMessage]:
        """The messages of a sequence set, in order.

        UIDs that are nobody's are passed over; a sequence number that is nobody's is a mistake of the client's,
        unless `strict` is off.
        """
        if text == "$":
            return [message for message in self.messages if message.uid in self.saved]
        if not _SET.fullmatch(text):
            raise Refused("Invalid messageset", status="BAD")
        if self.uids_only and not uid:
            raise Refused("UIDONLY is enabled: name messages by UID", code="UIDREQUIRED", status="BAD")
        count = len(self.messages)
        # "*" is the largest number in use; in an empty mailbox there is none (RFC 9051, 9, seq-number).
        largest = self.messages[-1].uid if uid and count else count
        chosen: set[int] = set()
        for item in text.split(","):
            ends = sorted(largest if end == "*" else int(end) for end in item.split(":"))
            if ends[-1] > (MAX_NUMBER if uid else count) and (strict or uid):
                raise Refused("Invalid messageset", status="BAD")
            chosen.update(range(*self._positions(ends[0], ends[-1], uid)))
        return [self.messages[position] for position in sorted(chosen)]

    def uids_meant(self, text: str) -> UidSet:
        """The UIDs of a sequence set, whether they are somebody's or not."""
        if text == "$":
            return UidSet(self.saved)
        largest = str(self.messages[-1].uid if self.messages else self.mailbox.uidnext)
        return UidSet.parse(text.replace("*", largest))

    def _positions(self, low: int, high: int, uid: bool) -> tuple[int, int]:
        if not uid:
            return max(0, low - 1), min(high, len(self.messages))
        return (
            bisect_left(self.messages, low, key=lambda known: known.uid),
            bisect_left(self.messages, high + 1, key=lambda known: known.uid),
        )

    # --- what is left to tell ---------------------------------------------------------------------------------

    def expunged(self) -> Iterator[tuple[int, StoredMessage]]:
        """Drop what is gone from what the client knows; yields each with the number it has at that moment."""
        gone, self._gone = self._gone, set()
        # From the end: so the numbers of the others stay what they were.
        for position in range(len(self.messages) - 1, -1, -1) if gone else ():
            message = self.messages[position]
            if message.uid in gone:
                del self.messages[position]
                self.saved.discard(message.uid)
                self.recent.discard(message.uid)
                yield position + 1, message

    def arrivals(self) -> list[StoredMessage]:
        """Take new messages into what the client knows; which there were."""
        arrived, self._arrived = self._arrived, []
        self.messages += arrived
        if arrived:
            self._take_recent()
        return arrived

    def is_own(self, message: StoredMessage) -> bool:
        """Whether this client itself put the message there."""
        return message.uid in self._own

    def changes(self) -> list[StoredMessage]:
        """The messages whose new flags the client has not been told."""
        changed, self._changed = self._changed, {}
        return sorted(changed.values(), key=lambda message: message.uid)

    def annotations(self) -> list[tuple[StoredMessage, tuple[str, ...]]]:
        """The messages whose changed annotations the client has not been told, and which entries those are."""
        changed, self._annotated = self._annotated, {}
        return [(self.mailbox.messages[uid], entries) for uid, entries in sorted(changed.items())]

    def told(self, message: StoredMessage) -> None:
        """The client knows this message's flags (it set them itself, or a FETCH just told it)."""
        self._changed.pop(message.uid, None)

    def is_gone(self, message: StoredMessage) -> bool:
        """Whether somebody has expunged it meanwhile."""
        return message.uid not in self.mailbox.messages

    def _take_recent(self) -> None:
        r"""Whoever is told first of a message has it as ``\Recent``; a read-only session takes it from nobody."""
        first = self.mailbox.first_recent
        position = bisect_left(self.messages, first, key=lambda known: known.uid)
        self.recent.update(message.uid for message in self.messages[position:])
        if not self.read_only:
            self.mailbox.first_recent = self.mailbox.uidnext
