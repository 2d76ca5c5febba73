"""Hearing of what happens in a mailbox, as it happens.

The server speaks of messages by sequence number, and a sequence number means another message after every EXPUNGE.
So a `Watch` keeps the UIDs in the order of their sequence numbers (`Places`) and works through what the server says one
by one, in the order in which it was said:

* EXISTS makes more places; those of the new messages stay empty until their UIDs are known.
* EXPUNGE and VANISHED take messages out, known or not.  One that came and went unseen was never there.
* FETCH names a message whose flags changed; told without UID, it is the one that has the number at that point.

Only then anything is asked of the server, and the empty places are asked for by sequence number, because nothing may
be expunged while such a command runs (RFC 9051, 7.5.1): what is true when it is sent is true when it is answered.

Whenever the two views do not fit together (a server breaks that rule, an EXPUNGE is about a number that there is not,
more is said than `Limits.events` lets us keep, or a thousand places stay empty here and there), both are compared
afresh (`_compare`).  So what comes and goes may be told late, but is never lost or told of the wrong message; flags
that change in a flood beyond `Limits.events` are not told.

IDLE (RFC 2177) tells at once, and is begun anew before servers hang up on silence (29 minutes).  Without IDLE, NOOP
asks every so often.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from imapkit.errors import CommandError
from imapkit.protocol.extensions.expunge import Expunged, Vanished
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, Fetched, FetchResult
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.select import Exists
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import Flow, Signal, Wait, execute
from imapkit.protocol.flows.messages import fetch, fetched_before
from imapkit.protocol.flows.places import Places
from imapkit.protocol.flows.selection import select
from imapkit.types.uids import SeqSet, UidSet

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
        self._items = (UID, FLAGS, *items)
        self._places = Places()
        self._heard: deque[Untagged] = deque()
        self._astray = False  # the two views do not fit together
        # What was understood and is not told yet: it survives a `next` that is given up.
        self._gone: list[int] = []
        self._arrived: list[Fetched] = []
        self._reflagged: set[int] = set()
        self._to_fetch = False

    def start(self) -> Flow[None]:
        """Select the mailbox and learn which messages are there."""
        self._connection.listeners.append(self._listen)
        yield from select(self._connection, self._mailbox, read_only=True)
        self._places = yield from self._look()

    def next(self, timeout: float | None = None) -> Flow[list[Change]]:
        """What happened next; empty when nothing did within `timeout` seconds.

        Messages that are gone come first, then new ones, then those with other flags.
        """
        idles = self._connection.supports("IDLE")
        if not idles or (timeout is not None and timeout <= 0):
            yield from execute(self._connection, Noop())
        left = timeout
        patience: Wait | None = None
        while True:
            changes = yield from self._understand()
            if changes or (left is not None and left <= 0):
                return changes
            # The same Wait goes on counting: what is said and changes nothing does not prolong the timeout.
            longest = IDLE_SECONDS if idles else POLL_SECONDS
            seconds = longest if left is None else min(left, longest)
            patience = patience or Wait(seconds)
            signal = yield from (self._idle(patience) if idles else self._poll(patience))
            if signal is Signal.TIMEOUT:
                patience = None
                left = None if left is None else left - seconds

    # --- listening --------------------------------------------------------------------------------------------

    def _listen(self, response: Untagged) -> None:
        if isinstance(response, Exists | Expunged | Vanished | Fetched):
            if len(self._heard) >= self._connection.limits.events:
                self._heard.clear()
                self._astray = True
            self._heard.append(response)

    @property
    def _news(self) -> bool:
        return bool(self._heard or self._astray)

    def _idle(self, patience: Wait) -> Flow[Signal]:
        """Let the server speak until it says something of interest, or patience ends."""
        if self._news:
            return Signal.PROGRESS
        pending = self._connection.send(Idle())
        signal = Signal.PROGRESS
        try:
            while not self._news and signal is not Signal.TIMEOUT and not pending.done:
                self._connection.check()
                signal = yield patience
            pending.end()
            while not pending.done:
                self._connection.check()
                yield Wait()
        finally:
            pending.abandon()
        pending.result()
        return signal

    def _poll(self, patience: Wait) -> Flow[Signal]:
        """Wait for the server to speak by itself, then ask."""
        signal = Signal.PROGRESS
        while not self._news and signal is not Signal.TIMEOUT:
            self._connection.check()
            signal = yield patience
        if signal is Signal.TIMEOUT:
            yield from execute(self._connection, Noop())
        return signal

    # --- understanding ----------------------------------------------------------------------------------------

    def _understand(self) -> Flow[list[Change]]:
        """Work through what was heard, and fetch what there is to tell of it."""
        while self._heard and not self._astray:
            self._take(self._heard.popleft())
        if self._astray:
            yield from self._compare()
        elif self._to_fetch:
            yield from self._fetch_new()
        there = self._places.known
        changed = yield from fetch(self._connection, UidSet(self._reflagged & there), self._items[1:])
        changes: list[Change] = [Gone(UidSet(self._gone))] if self._gone else []
        changes += [New(data) for data in self._arrived if data.uid in there]
        changes += [Reflagged(data) for data in changed]
        self._gone, self._arrived, self._reflagged = [], [], set()
        return changes

    def _take(self, response: Untagged) -> None:
        places = self._places
        match response:
            case Exists(count) if count >= places.count:
                self._to_fetch = True
                places.grow(count)
            case Expunged(seq) if seq <= places.count and not places.scattered:
                uid = places.take(seq)
                self._gone += [] if uid is None else [uid]
            case Vanished(uids, earlier=False) if places.take_uids(uids):
                self._gone += uids
            case Vanished(earlier=True):
                pass
            case Fetched() if response.uid or not places.scattered:
                uid = response.uid or places.uid(response.seq)
                if uid is not None and FLAGS in response:
                    self._reflagged.add(uid)
            case _:
                self._astray = True

    def _fetch_new(self) -> Flow[None]:
        """Fetch the messages whose places are empty still; one that is gone already leaves its place empty."""
        places = self._places
        answer: FetchResult = {}
        if places.first_empty is not None:
            answer = yield from self._fetch(places.first_empty, places.count, self._items)
        self._to_fetch = False
        if self._numbers_moved:
            self._astray = True
            return
        for seq in places.learn(_uids_of(answer)):
            data = answer[seq]
            self._reflagged.discard(data.uid or 0)  # its flags are fresh
            self._arrived.append(data)

    def _compare(self) -> Flow[None]:
        """Look afresh: what is not there any more is gone, what was not there is new.

        Where the server refuses to tell of all, nothing is concluded, and it is looked afresh the next time.
        """
        places = yield from self._look(whole=True)
        before, now = self._places.known, places.known
        self._arrived += yield from fetch(self._connection, UidSet(now - before), self._items[1:])
        self._gone += before - now
        self._places = places
        self._astray = self._to_fetch = False

    def _look(self, *, whole: bool = False) -> Flow[Places]:
        """Which messages there are, by sequence number: by those that the next EXPUNGE will count by.

        Places stay empty where the server tells of some messages and then says NO; with `whole`, that is raised.
        """
        while True:
            self._heard.clear()
            selected = self._connection.session.selected
            places = Places(selected.exists if selected is not None else 0)
            if not places.count:
                return places
            answer = yield from self._fetch(1, places.count, (UID,), whole=whole)
            if not self._numbers_moved:
                places.learn(_uids_of(answer))
                return places

    def _fetch(
        self, first: int, last: int, items: tuple[Item[object], ...], *, whole: bool = False
    ) -> Flow[FetchResult]:
        try:
            return (yield from execute(self._connection, Fetch(SeqSet.from_ranges([(first, last)]), items)))
        except CommandError as error:
            if whole:
                raise
            return fetched_before(error) or {}

    @property
    def _numbers_moved(self) -> bool:
        """Whether a server has expunged where it must not: nobody knows by which numbers its answer counts."""
        return any(isinstance(response, Expunged | Vanished) for response in self._heard)


def _uids_of(answer: FetchResult) -> dict[int, int]:
    """The UIDs by sequence number, of the messages of which the server told it."""
    return {seq: data.uid for seq, data in answer.items() if data.uid}
