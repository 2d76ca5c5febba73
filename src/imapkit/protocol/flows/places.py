"""Which message has which sequence number, as far as it is known.

A server says how many messages there are before it tells of any, and may say four milliards.  So places without a known
message are kept as their number, and what is held grows with what was told, never with a number that was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imapkit.types.uids import UidSet

__all__ = ["Places"]


class Places:
    """The UIDs of a mailbox in the order of their sequence numbers; places whose UIDs are not known are empty."""

    def __init__(self, count: int = 0) -> None:
        self._entries: list[int] = []  # a UID; or, negative, how many empty places there are in a row
        self._gaps: list[int] = []  # which entries are of empty places
        self._count = 0
        self.grow(count)

    @property
    def count(self) -> int:
        """How many messages there are."""
        return self._count

    @property
    def known(self) -> set[int]:
        """The UIDs that are known."""
        return {entry for entry in self._entries if entry > 0}

    @property
    def first_empty(self) -> int | None:
        """The first sequence number whose UID is not known; None where all are."""
        return self._gaps[0] + 1 if self._gaps else None

    @property
    def scattered(self) -> bool:
        """Whether so many empty places lie apart that finding a number takes long."""
        return len(self._gaps) > _MOST_GAPS

    def grow(self, count: int) -> None:
        """Have at least so many messages; the new places are empty."""
        new = count - self._count
        if new > 0:
            self._count = count
            if self._entries and self._entries[-1] < 0:
                self._entries[-1] -= new
            else:
                self._gaps.append(len(self._entries))
                self._entries.append(-new)

    def uid(self, seq: int) -> int | None:
        """The UID that has this number; None where it is not known, or there is no such number."""
        entry = self._entries[self._index(seq)] if 0 < seq <= self._count else 0
        return entry if entry > 0 else None

    def take(self, seq: int) -> int | None:
        """Take a message out, from 1 to `count`, so that all behind it have one number less; its UID if it is known."""
        index = self._index(seq)
        entry = self._entries[index]
        self._count -= 1
        if entry < -1:
            self._entries[index] += 1
            return None
        del self._entries[index]
        self._gaps = [gap - (gap > index) for gap in self._gaps if gap != index]
        return entry if entry > 0 else None

    def take_uids(self, uids: UidSet) -> bool:
        """Take messages out by their UIDs; whether all of them were known, for else nothing is done."""
        if len(uids) > len(self._entries):
            return False
        gone = set(uids)
        if not gone <= self.known:
            return False
        before = len(self._entries)
        self._entries = [entry for entry in self._entries if entry not in gone]
        self._gaps = _gaps_of(self._entries, 0)
        self._count -= before - len(self._entries)
        return True

    def learn(self, uids: Mapping[int, int]) -> list[int]:
        """Fill empty places by sequence number; those that were filled.  What is known already stays as it is."""
        told = sorted(uids)
        filled: list[int] = []
        # All before the first empty place is known; `place` is the last one that was gone through.
        place = first = self._gaps[0] if self._gaps else len(self._entries)
        entries = self._entries[:first]
        at = 0
        for entry in self._entries[first:]:
            end = place + max(1, -entry)
            while at < len(told) and told[at] <= end:
                seq = told[at]
                at += 1
                if entry > 0 or seq <= place:
                    continue
                if seq > place + 1:
                    entries.append(place + 1 - seq)
                entries.append(uids[seq])
                filled.append(seq)
                place = seq
            if place < end:
                entries.append(entry if entry > 0 else place - end)
                place = end
        self._entries = entries
        self._gaps = _gaps_of(entries, first)
        return filled

    def _index(self, seq: int) -> int:
        """Where the entry stands that this number belongs to."""
        index = seq - 1
        for gap in self._gaps:
            if index <= gap:
                break
            index = max(gap, index + self._entries[gap] + 1)
        return index


_MOST_GAPS = 1000  # by far more than servers leave; each is passed over in turn when a number behind it is looked for


def _gaps_of(entries: list[int], first: int) -> list[int]:
    return [at for at in range(first, len(entries)) if entries[at] < 0]
