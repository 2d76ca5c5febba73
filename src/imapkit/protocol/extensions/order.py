"""Numbers whose order means something: the result of a SORT, where sequence numbers or UIDs come in its order.

`UidSet` has no order; COPYUID's pairs have one, too, but need no more than their ranges (see `copy`).
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, cast

from imapkit.errors import LimitExceeded
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["NumberOrder", "plain_numbers", "refuse_too_many"]

_MAX_NUMBER = 2**32 - 1
_MAX_NUMBER64 = 2**63 - 1
_MOST = 10_000_000  # a range of two numbers can stand for four milliards; no mailbox of this size is sorted
_LONG = 10_000  # octets
_DIGITS = re.compile(rb"\d{1,20}")  # int() refuses thousands of them


@dataclass(frozen=True, slots=True)
class NumberOrder:
    """A sequence set in the server's order, kept as its text (which has been checked).

    Ranges ascend, however they are written: ``12:10`` is 10, 11, 12 (RFC 5267, 3.2).

    >>> NumberOrder("5,12:10,1").numbers()
    (5, 10, 11, 12, 1)
    """

    text: str = ""

    @classmethod
    def read(cls, cursor: Cursor) -> NumberOrder:
        """Read a ``sequence-set``."""
        start = cursor.pos
        cursor.uid_set()
        return cls(cursor.text[start : cursor.pos].decode("ascii"))

    def as_set(self) -> UidSet:
        """The same without its order."""
        return UidSet.parse(self.text) if self.text else UidSet()

    def numbers(self) -> tuple[int, ...]:
        """All numbers, in order.  Raises `LimitExceeded` where there are more than ten million."""
        ranges = list(self._ranges())
        refuse_too_many(sum([len(numbers) for numbers in ranges]))
        return tuple(chain.from_iterable(ranges))

    def _ranges(self) -> Iterator[range]:
        for item in self.text.split(",") if self.text else ():
            first, _, last = item.partition(":")
            ends = int(first), int(last or first)
            yield range(min(ends), max(ends) + 1)


def refuse_too_many(count: int) -> None:
    """Raise `LimitExceeded` where a list of so many numbers is not to be made."""
    if count > _MOST:
        raise LimitExceeded(f"a sorted result of more than {_MOST} messages")


def plain_numbers(cursor: Cursor, *, ordered: bool) -> tuple[list[int], int | None]:
    """Read the rest of ``* SEARCH`` or ``* SORT``: numbers, and what CONDSTORE may add behind them.

    A number that is none (0, more than 32 bits, a word) is left out.  Where their order means nothing, they ascend.
    """
    before, parenthesis, modifier = cursor.rest().partition(b"(")
    modseq: int | None = None
    if parenthesis:
        words = modifier.rstrip(b") ").split()
        is_modseq = len(words) == 2 and words[0].upper() == b"MODSEQ" and _DIGITS.fullmatch(words[1])
        if is_modseq and int(words[1]) <= _MAX_NUMBER64:
            modseq = int(words[1])
        else:
            cursor.defect("an unknown addition to a list of numbers")
    numbers = _integers(before.strip(b" "), cursor)
    if not ordered:
        numbers.sort()
    if numbers:
        least, most = (min(numbers), max(numbers)) if ordered else (numbers[0], numbers[-1])
        if not 0 < least <= most <= _MAX_NUMBER:
            cursor.defect("a message number out of range")
            numbers = [number for number in numbers if 0 < number <= _MAX_NUMBER]
    return numbers, modseq


def _integers(text: bytes, cursor: Cursor) -> list[int]:
    if text.translate(None, b"0123456789 "):
        return list(map(int, _digits(text.split(), cursor)))
    if len(text) > _LONG:
        from json import loads

        # With commas it is JSON, whose reader makes two hundred thousand integers in half the time that int() takes.
        with suppress(ValueError):  # doubled spaces, leading zeros
            return cast("list[int]", loads(f"[{text.decode('ascii').replace(' ', ',')}]"))
    try:
        return list(map(int, text.split()))
    except ValueError:  # one of thousands of digits
        return list(map(int, _digits(text.split(), cursor)))


def _digits(words: Iterable[bytes], cursor: Cursor) -> Iterator[bytes]:
    for word in words:
        if _DIGITS.fullmatch(word):
            yield word
        else:
            cursor.defect(f"a message number expected, not {word[:20]!r}")
