"""Sets of message numbers as ranges: UIDs and message sequence numbers (RFC 9051, sections 2.3.1 and 9).

A `NumberSet` is a sorted tuple of inclusive ranges that neither overlap nor touch. Half a million consecutive UIDs
are one pair of integers; the operators, chunking and the IMAP text all work on the ranges and never spell the numbers
out. Only iteration does.

There are two kinds, and they never mix: what a `UidSet` names stays the same message for as long as the folder's
UIDVALIDITY lasts, what a `SeqSet` names changes with every expunge. A command takes its kind from the set it is
given, so ``Fetch(UidSet(...))`` is a UID FETCH.

Besides the sets, three things can stand where IMAP wants a sequence set, and none of them can be counted here because
only the server knows what they hold: `OpenRange` (``7:*`` of UIDs), `OpenSeqRange` (the same of message sequence
numbers) and `SAVED_RESULT` (``$``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, islice
from operator import index, lt
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias, cast, final

from imapkit.errors import InvalidArgument

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "MAX_NUMBER",
    "SAVED_RESULT",
    "NumberSet",
    "OpenNumberRange",
    "OpenRange",
    "OpenSeqRange",
    "SavedResult",
    "SeqSet",
    "UidSet",
    "Uids",
    "to_uid_set",
]

MAX_NUMBER: Final = 2**32 - 1
"""The largest UID and the largest message sequence number (RFC 9051, section 9: nz-number)."""

_LONGEST_RANGE: Final = len(f"{MAX_NUMBER}:{MAX_NUMBER}")

Range: TypeAlias = tuple[int, int]
Ranges: TypeAlias = tuple[Range, ...]

#   sequence-set = (seq-number / seq-range) ["," sequence-set]        RFC 9051, section 9
#   seq-range    = seq-number ":" seq-number                          in either order
# without "*", which only the server can resolve.
_SEQUENCE_SET = re.compile(r"[1-9][0-9]{0,9}+(?::[1-9][0-9]{0,9}+)?+(?:,[1-9][0-9]{0,9}+(?::[1-9][0-9]{0,9}+)?+)*+")


class NumberSet(AbstractSet[int]):
    """An immutable set of numbers from 1 to 4294967295, kept as ranges: use `UidSet` or `SeqSet`.

    It is a `collections.abc.Set`: `in`, comparison and ``| & - ^`` work, with sets of the same kind and with plain
    sets of `int`. A `UidSet` with a `SeqSet` is a `TypeError` (they are never equal, though). Iterating ascends,
    `reversed()` descends. `str()` is the IMAP text, which is empty for the empty set.

    A `frozenset` can equal a `NumberSet` and yet hash otherwise: do not mix the two as keys of one mapping.
    """

    __slots__ = ("_numbers", "_ranges")

    _noun: ClassVar[str] = "number"
    _open: ClassVar[str] = "OpenNumberRange"
    _ranges: Ranges
    _numbers: list[int] | None
    """The numbers one by one, ascending, where they came so (the result of a SEARCH): often nobody asks for ranges."""

    def __init__(self, numbers: Iterable[int] | str = ()) -> None:
        """Make a set of `numbers`: integers in any order, a `range`, or text such as ``"1,3:5"``.

        Raises `InvalidArgument` for a number outside 1..4294967295, for what is no integer (a `bool` is none), and
        for text that is no list of numbers and ranges; ``*`` has no place in a set, see `OpenRange` and `OpenSeqRange`.
        """
        self._ranges, self._numbers = self._ranges_of(numbers), None

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name != "_ranges":
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            self._ranges = ranges = _runs(self._numbers)
            return ranges

    @classmethod
    def _ranges_of(cls, numbers: Iterable[int] | str) -> Ranges:
        if isinstance(numbers, str):
            return cls._ranges_of_text(numbers)
        if isinstance(numbers, NumberSet):
            cls._refuse_other_kind(numbers)
            return numbers._ranges
        if isinstance(numbers, range) and numbers and abs(numbers.step) == 1:
            first, last = sorted((numbers[0], numbers[-1]))
            return ((_valid(first, cls._noun), _valid(last, cls._noun)),)
        if isinstance(numbers, bytes | bytearray | memoryview):
            raise InvalidArgument(f"{cls.__name__} takes numbers or text: {cls.__name__}.parse() reads bytes")
        return cls._ranges_of_integers(list(numbers))

    @classmethod
    def _ranges_of_text(cls, text: str) -> Ranges:
        if not text:
            return ()
        if "*" in text:
            raise InvalidArgument(
                f"{text!r}: a {cls.__name__} holds numbers, and only the server knows what '*' is;"
                f" {cls._open}(first) asks for everything from a {cls._noun} on"
            )
        try:
            return _parsed(text)
        except ValueError as error:
            raise InvalidArgument(str(error)) from None

    @classmethod
    def _ranges_of_integers(cls, numbers: list[int]) -> Ranges:
        if set(map(type, numbers)) - {int}:  # at C speed
            numbers = [_valid(number, cls._noun) for number in numbers]
        numbers.sort()
        for number in (*numbers[:1], *numbers[-1:]):
            _valid(number, cls._noun)
        return _runs(numbers)

    @classmethod
    def of_integers(cls, numbers: list[int]) -> Self:
        """Make a set of what is known to be plain integers; the list belongs to the set from now on.

        Two hundred thousand UIDs of one SEARCH come this way: none of them is looked at more often than it must.
        """
        if not all(map(lt, numbers, islice(numbers, 1, None))):  # at C speed
            numbers = sorted(set(numbers))
        for number in (*numbers[:1], *numbers[-1:]):
            _valid(number, cls._noun)
        new = cls.__new__(cls)
        new._numbers = numbers
        return new

    @classmethod
    def _of(cls, ranges: Ranges) -> Self:
        """Wrap ranges that are known to be sorted, merged and valid."""
        new = cls.__new__(cls)
        new._ranges, new._numbers = ranges, None
        return new

    @classmethod
    def from_ranges(cls, ranges: Iterable[tuple[int, int]]) -> Self:
        """Make a set of inclusive ranges, in any order, overlapping or not; ``(7, 3)`` is ``(3, 7)``.

        >>> UidSet.from_ranges([(9, 7), (1, 3), (4, 5)])
        UidSet('1:5,7:9')
        """
        valid = ((_valid(a, cls._noun), _valid(b, cls._noun)) for a, b in ranges)
        return cls._of(_merged(sorted((a, b) if a <= b else (b, a) for a, b in valid)))

    @classmethod
    def parse(cls, text: bytes | str) -> Self:
        """Read a sequence set as a server sends it, such as ``b"1:3,7"``.

        Raises `ValueError` for anything else, also for ``*``, for nothing at all and for numbers over 32 bits.

        >>> UidSet.parse(b"304,319:320")
        UidSet('304,319:320')
        """
        return cls._of(_parsed(text if isinstance(text, str) else text.decode("latin-1")))

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The set as inclusive ranges: ascending, none overlapping or touching the next."""
        return self._ranges

    @property
    def first(self) -> int | None:
        """The smallest number, `None` in the empty set."""
        return next(iter(self), None)

    @property
    def last(self) -> int | None:
        """The largest number, `None` in the empty set."""
        return next(reversed(self), None)

    def __bool__(self) -> bool:
        return bool(self._ranges if self._numbers is None else self._numbers)

    def __len__(self) -> int:
        if self._numbers is not None:
            return len(self._numbers)
        return sum([hi - lo for lo, hi in self._ranges], len(self._ranges))

    def __iter__(self) -> Iterator[int]:
        if self._numbers is not None:
            return iter(self._numbers)
        return chain.from_iterable(range(lo, hi + 1) for lo, hi in self._ranges)

    def __reversed__(self) -> Iterator[int]:
        if self._numbers is not None:
            return reversed(self._numbers)
        return chain.from_iterable(range(hi, lo - 1, -1) for lo, hi in reversed(self._ranges))

    def __contains__(self, number: object) -> bool:
        value = _index(number)
        if value is None:
            return False
        # Only the last range that starts at or before the number can hold it.
        at = bisect_left(self._ranges, (value + 1, 0))
        return at > 0 and value <= self._ranges[at - 1][1]

    def __hash__(self) -> int:
        return hash((type(self), self._ranges))

    def __str__(self) -> str:
        return ",".join(map(_text, self._ranges))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})" if self._ranges else f"{type(self).__name__}()"

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (str(self),)

    # -- comparison and algebra ----------------------------------------------------------------------------------

    @classmethod
    def _refuse_other_kind(cls, other: NumberSet) -> None:
        if type(other) is not cls:
            raise TypeError(f"a {cls.__name__} and a {type(other).__name__} number different things and do not mix")

    def _operand(self, other: object) -> Ranges | None:
        """The ranges of the right side of an operator; `None` when it is no set: the answer is NotImplemented."""
        return self._ranges_of(cast("AbstractSet[int]", other)) if isinstance(other, AbstractSet) else None

    def _possible(self, other: object) -> Ranges | None:
        """The same where what this set cannot hold decides nothing, and is left out instead of refused."""
        if isinstance(other, AbstractSet) and not isinstance(other, NumberSet):
            other = set(filter(_is_number, cast("AbstractSet[object]", other)))
        return self._operand(other)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, NumberSet):
            return type(other) is type(self) and other._ranges == self._ranges
        theirs = self._possible(other)
        if theirs is None:
            return NotImplemented
        return theirs == self._ranges and len(cast("AbstractSet[object]", other)) == len(self)

    def __le__(self, other: AbstractSet[object]) -> bool:
        theirs = self._possible(other)
        if theirs is None:
            return NotImplemented
        return not _difference(self._ranges, theirs)

    def __ge__(self, other: AbstractSet[object]) -> bool:
        theirs = self._possible(other)
        if theirs is None:
            return NotImplemented
        return not _difference(theirs, self._ranges) and (isinstance(other, NumberSet) or all(map(_is_number, other)))

    def __lt__(self, other: AbstractSet[object]) -> bool:
        if self._possible(other) is None:
            return NotImplemented
        return self <= other and self != other

    def __gt__(self, other: AbstractSet[object]) -> bool:
        if self._possible(other) is None:
            return NotImplemented
        return self >= other and self != other

    def isdisjoint(self, other: Iterable[object]) -> bool:
        """Whether the two have no number in common."""
        theirs = self._possible(other)
        if theirs is None:
            return not any(number in self for number in other)
        return not _intersection(self._ranges, theirs)

    def __and__(self, other: AbstractSet[object]) -> Self:
        theirs = self._possible(other)
        if theirs is None:
            return NotImplemented
        return self._of(_intersection(self._ranges, theirs))

    def __or__(self, other: AbstractSet[object]) -> Self:
        theirs = self._operand(other)
        if theirs is None:
            return NotImplemented
        return self._of(_merged(sorted((*self._ranges, *theirs))))

    def __sub__(self, other: AbstractSet[object]) -> Self:
        theirs = self._possible(other)
        if theirs is None:
            return NotImplemented
        return self._of(_difference(self._ranges, theirs))

    def __xor__(self, other: AbstractSet[object]) -> Self:
        theirs = self._operand(other)
        if theirs is None:
            return NotImplemented
        only_mine, only_theirs = _difference(self._ranges, theirs), _difference(theirs, self._ranges)
        return self._of(_merged(sorted((*only_mine, *only_theirs))))

    def __rsub__(self, other: AbstractSet[object]) -> Self:
        theirs = self._operand(other)
        if theirs is None:
            return NotImplemented
        return self._of(_difference(theirs, self._ranges))

    def __rand__(self, other: AbstractSet[object]) -> Self:
        return self & other

    def __ror__(self, other: AbstractSet[object]) -> Self:
        return self | other

    def __rxor__(self, other: AbstractSet[object]) -> Self:
        return self ^ other

    # -- parts ---------------------------------------------------------------------------------------------------

    def take_first(self, n: int) -> Self:
        """The `n` smallest numbers, or all where there are fewer: of UIDs the oldest messages.

        >>> UidSet("1:3,7:9").take_first(4)
        UidSet('1:3,7')
        """
        nothing = self._of(())
        return next(self._split(n), nothing) if _count(n, 0) else nothing

    def take_last(self, n: int) -> Self:
        """The `n` largest numbers, or all where there are fewer: of UIDs the newest messages.

        >>> UidSet("1:3,7:9").take_last(4)
        UidSet('3,7:9')
        """
        wanted = _count(n, 0)
        kept: list[Range] = []
        for lo, hi in reversed(self._ranges):
            if not wanted:
                break
            kept.append((max(lo, hi - wanted + 1), hi))
            wanted -= min(wanted, hi - lo + 1)
        return self._of(tuple(reversed(kept)))

    def chunks(self, n: int) -> Iterator[Self]:
        """Cut the set into sets of `n` numbers each, ascending; the last one may hold fewer.

        >>> list(UidSet("1:5,9").chunks(4))
        [UidSet('1:4'), UidSet('5,9')]
        """
        return self._split(_count(n, 1))

    def _split(self, n: int) -> Iterator[Self]:
        chunk: list[Range] = []
        free = n
        for first, hi in self._ranges:
            lo = first
            while hi - lo + 1 >= free:
                chunk.append((lo, lo + free - 1))
                yield self._of(tuple(chunk))
                lo += free
                free = n
                chunk = []
            if lo <= hi:
                chunk.append((lo, hi))
                free -= hi - lo + 1
        if chunk:
            yield self._of(tuple(chunk))

    def chunks_by_octets(self, limit: int) -> Iterator[Self]:
        """Cut the set into sets whose IMAP text is at most `limit` octets long (21 or more: the longest range).

        Servers limit the length of a command line, most of them to 8,192 octets and more (RFC 9051, section 4.6, RFC
        7162, section 4).

        >>> list(UidSet("1000:1999,5000:5999,70000").chunks_by_octets(21))
        [UidSet('1000:1999,5000:5999'), UidSet('70000')]
        """
        return self._pack(_count(limit, _LONGEST_RANGE))

    def _pack(self, limit: int) -> Iterator[Self]:
        start = size = 0
        for at, pair in enumerate(self._ranges):
            length = len(_text(pair))
            if at > start and size + 1 + length > limit:
                yield self._of(self._ranges[start:at])
                start, size = at, length
            else:
                size += length + (at > start)
        if self._ranges:
            yield self._of(self._ranges[start:])


@final
class UidSet(NumberSet):
    """A set of UIDs (RFC 9051, section 2.3.1.1).

    >>> uids = UidSet([5, 3, 4, 9])
    >>> uids, len(uids), 4 in uids, str(uids | {6})
    (UidSet('3:5,9'), 4, True, '3:6,9')
    >>> len(UidSet(range(1, 500001)) - UidSet("7:9"))
    499997
    """

    __slots__ = ()

    _noun = "UID"
    _open = "OpenRange"


@final
class SeqSet(NumberSet):
    """A set of message sequence numbers (RFC 9051, section 2.3.1.2): positions, which every expunge shifts."""

    __slots__ = ()

    _noun = "message sequence number"
    _open = "OpenSeqRange"


@dataclass(frozen=True, slots=True)
class OpenNumberRange:
    """Every number from `first` on, which IMAP writes ``first:*``: use `OpenRange` or `OpenSeqRange`.

    Where `first` is ``"*"``, it is the highest number in use alone (RFC 9051, section 9, seq-number).

    Beware: a range may be written backwards (seq-range, in the same place). Where `first` is beyond the highest number
    in use, the server therefore swaps the two, and the answer still holds the last message: it is never empty unless
    the mailbox is. Drop the numbers below `first` from the answer.
    """

    first: int | Literal["*"]

    _noun: ClassVar[str] = "number"

    def __post_init__(self) -> None:
        first = self.first
        object.__setattr__(self, "first", "*" if first == "*" else _valid(first, self._noun))

    def __str__(self) -> str:
        return "*" if self.first == "*" else f"{self.first}:*"


@final
class OpenRange(OpenNumberRange):
    """Every UID from `first` on, or the highest one alone; see `OpenNumberRange` for what to beware of.

    >>> str(OpenRange(7)), str(OpenRange("*"))
    ('7:*', '*')
    """

    __slots__ = ()

    _noun = "UID"


@final
class OpenSeqRange(OpenNumberRange):
    """Every message sequence number from `first` on, or the last one alone: ``OpenSeqRange(1)`` is the whole mailbox.

    See `OpenNumberRange` for what to beware of.
    """

    __slots__ = ()

    _noun = "message sequence number"


@final
@dataclass(frozen=True, slots=True, repr=False)
class SavedResult:
    """The result that the last ``SEARCH RETURN (SAVE)`` left on the server, written ``$`` (RFC 5182, in RFC 9051).

    It needs the capability SEARCHRES or IMAP4rev2. There is one: `SAVED_RESULT`.
    """

    def __str__(self) -> str:
        return "$"

    def __repr__(self) -> str:
        return "SAVED_RESULT"


SAVED_RESULT: Final = SavedResult()

Uids: TypeAlias = "UidSet | Iterable[int] | range | int"
"""What a method that wants UIDs takes: one, several, or a set of them."""


def to_uid_set(uids: Uids) -> UidSet:
    """Make a `UidSet` of whatever names UIDs; raises `InvalidArgument` like `UidSet` itself.

    >>> to_uid_set(7), to_uid_set(range(1, 4))
    (UidSet('7'), UidSet('1:3'))
    """
    if isinstance(uids, UidSet):
        return uids
    return UidSet((uids,) if isinstance(uids, int) else uids)


def _text(pair: Range) -> str:
    lo, hi = pair
    return str(lo) if lo == hi else f"{lo}:{hi}"


def _count(n: int, least: int) -> int:
    if _index(n) is None or n < least:
        raise InvalidArgument(f"a whole number of at least {least} is needed here, not {n!r}")
    return n


def _index(number: object) -> int | None:
    """`number` as an int if it is one; numpy's integers are, a bool is not: ``True`` as a UID is surely a mistake."""
    if type(number) is int:
        return number
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        return None
    return index(cast("int", number))


def _is_number(number: object) -> bool:
    value = _index(number)
    return value is not None and 1 <= value <= MAX_NUMBER


def _valid(number: object, noun: str) -> int:
    value = _index(number)
    if value is None:
        raise InvalidArgument(f"a {noun} is an integer, not {number!r}")
    if not 1 <= value <= MAX_NUMBER:
        raise InvalidArgument(f"a {noun} is from 1 to {MAX_NUMBER}, not {value}")
    return value


def _parsed(text: str) -> Ranges:
    if not _SEQUENCE_SET.fullmatch(text):
        raise ValueError(f"not a list of numbers and ranges: {text[:40]!r}")
    pairs: list[Range] = []
    for item in text.split(","):
        if ":" in item:
            start, end = item.split(":")
            lo, hi = int(start), int(end)
            pairs.append((lo, hi) if lo <= hi else (hi, lo))
        else:
            lo = int(item)
            pairs.append((lo, lo))
    pairs.sort()
    ranges = _merged(pairs)
    if ranges[-1][1] > MAX_NUMBER:
        raise ValueError(f"a number over {MAX_NUMBER}: {ranges[-1][1]}")
    return ranges


def _runs(numbers: list[int]) -> Ranges:
    """The ranges of ascending numbers, of which some may come twice."""
    if not numbers:
        return ()
    ranges: list[Range] = []
    start = before = numbers[0]
    for number in numbers:
        if number - before > 1:
            ranges.append((start, before))
            start = number
        before = number
    ranges.append((start, before))
    return tuple(ranges)


def _merged(pairs: Iterable[Range]) -> Ranges:
    """Join what overlaps or touches; `pairs` ascend by their first number."""
    ranges: list[Range] = []
    start, end = 0, -1
    for lo, hi in pairs:
        if lo > end + 1:
            if start:
                ranges.append((start, end))
            start, end = lo, hi
        elif hi > end:
            end = hi
    if start:
        ranges.append((start, end))
    return tuple(ranges)


def _intersection(left: Ranges, right: Ranges) -> Ranges:
    return _difference(left, _difference(left, right))


def _difference(left: Ranges, right: Ranges) -> Ranges:
    rest: list[Range] = []
    j = 0
    for first, hi in left:
        lo = first
        while j < len(right) and right[j][1] < lo:
            j += 1
        # `j` stays on a range that reaches beyond this one: it may cut the next one too.
        while lo <= hi and j < len(right) and right[j][0] <= hi:
            if right[j][0] > lo:
                rest.append((lo, right[j][0] - 1))
            lo = right[j][1] + 1
            if right[j][1] <= hi:
                j += 1
        if lo <= hi:
            rest.append((lo, hi))
    return tuple(rest)
