"""Hearing of what happens in a mailbox, as it happens.

The server speaks of messages by sequence number, and a sequence number means another message after every EXPUNGE.
So a `Watch` keeps the UIDs in the order of their sequence numbers and works through what the server says one by one,
in the order in which it was said.  Whenever the two views do not fit together, both are compared afresh (`_resync`),
so an event may come late but is never lost or told of the wrong message.

IDLE (RFC 2177) tells at once, and is begun anew before servers hang up on silence (29 minutes).  Without IDLE, NOOP
asks every so often.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from imapkit.protocol.extensions.expunge import Expunged, Vanished
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, Fetched
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.select import Exists
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import Flow, Signal, Wait, execute
from imapkit.protocol.flows.selection import select
from imapkit.types.uids import OpenRange, SeqSet, UidSet

if TYPE_CHECKING:
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.model import Item, Untagged

__all__ = ["Change", "Gone", "New", "Reflagged", "Watch"]

IDLE_SECONDS = 29 * 60.0  # RFC 2177: servers may log a client out after 30 minutes of silence
POLL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class New:
    """A message arrived."""

    data: Fetched


@dataclass(frozen=True, slots=True)
class Reflagged:
    """A message's flags changed."""

    data: Fetched


@dataclass(frozen=True, slots=True)
class Gone:
    """Messages were removed."""

    uids: UidSet


Change: TypeAlias = New | Reflagged | Gone


class Watch:
    """One mailbox under watch, on a connection of its own."""

    def __init__(self, connection: Connection, mailbox: str, items: tuple[Item[object], ...]) -> None:
        self._connection = connection
        self._mailbox = mailbox
        self._items = items
        self._uids: list[int] = []  # in the order of their sequence numbers
        self._heard: deque[Untagged] = deque()
        self._overflowed = False

    def start(self) -> Flow[None]:
        """Select the mailbox and learn which messages are there."""
        self._connection.listeners.append(self._listen)
        yield from select(self._connection, self._mailbox, read_only=True)
        self._uids = yield from self._all_uids()

    def next(self, timeout: float | None = None) -> Flow[list[Change]]:
        """What happened next; empty when nothing did within `timeout` seconds."""
        changes: list[Change] = []
        while not changes:
            if not self._heard and not self._overflowed:
                signal = yield from self._listen_until_something(timeout)
                if signal is Signal.TIMEOUT and not self._heard:
                    return []
            changes = yield from self._understand()
        return changes

    # --- listening --------------------------------------------------------------------------------------------

    def _listen(self, response: Untagged) -> None:
        if isinstance(response, Exists | Expunged | Vanished | Fetched):
            if len(self._heard) >= self._connection.limits.events:
                self._heard.clear()
                self._overflowed = True  # too much to keep: look afresh instead
            self._heard.append(response)

    def _listen_until_something(self, timeout: float | None) -> Flow[Signal]:
        if not self._connection.supports("IDLE"):
            return (yield from self._poll(timeout))
        if timeout is not None and timeout <= 0:
            yield from execute(self._connection, Noop())
            return Signal.TIMEOUT
        pending = self._connection.send(Idle())
        patience = Wait(IDLE_SECONDS if timeout is None else min(timeout, IDLE_SECONDS))
        signal = Signal.PROGRESS
        try:
            while not self._heard and signal is not Signal.TIMEOUT and not pending.done:
                self._connection.check()
                signal = yield patience
            pending.end()
            while not pending.done:
                self._connection.check()
                yield Wait()
        finally:
            pending.abandon()
        pending.result()
        return Signal.PROGRESS if timeout is None else signal

    def _poll(self, timeout: float | None) -> Flow[Signal]:
        yield from execute(self._connection, Noop())
        if self._heard:
            return Signal.PROGRESS
        patience = Wait(POLL_SECONDS if timeout is None else min(timeout, POLL_SECONDS))
        signal = Signal.PROGRESS
        while signal is not Signal.TIMEOUT and not self._heard:
            self._connection.check()
            signal = yield patience
        yield from execute(self._connection, Noop())
        return signal if timeout is not None else Signal.PROGRESS

    # --- understanding ----------------------------------------------------------------------------------------

    def _understand(self) -> Flow[list[Change]]:
        if self._overflowed:
            return (yield from self._resync())
        changes: list[Change] = []
        while self._heard:
            response = self._heard.popleft()
            if isinstance(response, Exists):
                if response.count > len(self._uids):
                    changes += yield from self._fetch_new(response.count)
            elif isinstance(response, Expunged):
                if response.seq <= len(self._uids):
                    changes.append(Gone(UidSet([self._uids.pop(response.seq - 1)])))
            elif isinstance(response, Vanished):
                gone = response.uids & UidSet(self._uids)
                self._uids = [uid for uid in self._uids if uid not in gone]
                if gone:
                    changes.append(Gone(gone))
            elif isinstance(response, Fetched):
                changes += yield from self._flags_of(response)
        return changes

    def _fetch_new(self, expected: int) -> Flow[list[Change]]:
        """The messages that made the mailbox this large."""
        highest = self._uids[-1] if self._uids else 0
        answer = yield from execute(self._connection, Fetch(OpenRange(highest + 1), (UID, FLAGS, *self._items)))
        found = [answer[uid] for uid in sorted(answer) if uid > highest]
        if len(self._uids) + len(found) != expected:
            # Some came and went at once, or more came since: what was heard and what was fetched do not fit.
            return (yield from self._resync())
        self._uids += [uid for uid in sorted(answer) if uid > highest]
        return [New(data) for data in found]

    def _flags_of(self, response: Fetched) -> Flow[list[Change]]:
        """A flag change; told without UID, it is about the message that has the number now."""
        uid = response.uid
        if uid is None and response.seq <= len(self._uids):
            uid = self._uids[response.seq - 1]
        if uid is None or FLAGS not in response:
            return []
        answer = yield from execute(self._connection, Fetch(UidSet([uid]), (UID, FLAGS, *self._items)))
        return [Reflagged(data) for data in answer.values()]

    def _resync(self) -> Flow[list[Change]]:
        """Compare what we believe with what is there; fetch what is new."""
        before = UidSet(self._uids)
        self._heard.clear()
        self._overflowed = False
        self._uids = yield from self._all_uids()
        now = UidSet(self._uids)
        changes: list[Change] = []
        if before - now:
            changes.append(Gone(before - now))
        if now - before:
            answer = yield from execute(self._connection, Fetch(now - before, (UID, FLAGS, *self._items)))
            changes += [New(answer[uid]) for uid in sorted(answer)]
        return changes

    def _all_uids(self) -> Flow[list[int]]:
        """All UIDs by sequence number.

        FETCH by sequence number, because nothing may be expunged while it runs (RFC 9051, 7.5.1): the numbers it
        answers with are those that the next EXPUNGE will count by.
        """
        selected = self._connection.session.selected
        if selected is None or not selected.exists:
            return []
        everything = SeqSet.from_ranges([(1, selected.exists)])
        answer = yield from execute(self._connection, Fetch(everything, (UID,)))
        uids = [answer[seq].uid for seq in sorted(answer)]
        return [uid for uid in uids if uid is not None]
