"""What operations give back, and the small vocabularies they are asked in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import FrozenInstanceError, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Literal, NoReturn, TypeAlias, TypeVar, cast, final

from imapkit.errors import InvalidArgument
from imapkit.types.uids import MAX_NUMBER, UidSet

if TYPE_CHECKING:
    from imapkit.types.urls import MessageRef

__all__ = [
    "AppendResult",
    "Arrived",
    "Changes",
    "CopyResult",
    "Event",
    "FlagsChanged",
    "Include",
    "MigrateReport",
    "Progress",
    "Quota",
    "Reconnected",
    "Removed",
    "SortKey",
    "SyncState",
    "Thread",
    "Usage",
]

M = TypeVar("M", covariant=True)
C = TypeVar("C")


def _callable_with_types(cls: type[C]) -> type[C]:
    """Let ``Thread[int](2)`` be what ``Thread(2)`` is.

    Such a call makes `typing` set an attribute, and bear that it cannot be set: an `AttributeError`, until Python 3.13.
    A dataclass that is frozen and has slots raises `TypeError` instead, as it takes itself for the class that it was
    before it had slots.
    """

    def refuse(self: object, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to {name!r}: {type(self).__name__} is immutable")

    cls.__setattr__ = refuse  # type: ignore[method-assign]
    return cls


class Include(StrEnum):
    """What `MessageSet.only()` fetches of each message."""

    FLAGS = "flags"
    ENVELOPE = "envelope"
    STRUCTURE = "structure"
    SIZE = "size"
    RECEIVED = "received"
    PREVIEW = "preview"
    LABELS = "labels"


class SortKey(StrEnum):
    """What `MessageSet.sort()` sorts by (RFC 5256; DISPLAY_FROM and DISPLAY_TO: RFC 5957); ``-key`` is the reverse.

    The value is the text of the SORT command.

    >>> -SortKey.DATE, -(-SortKey.DATE), (-SortKey.DATE).value
    (-SortKey.DATE, SortKey.DATE, 'REVERSE DATE')
    """

    ARRIVAL = "ARRIVAL"
    CC = "CC"
    DATE = "DATE"
    DISPLAY_FROM = "DISPLAYFROM"
    DISPLAY_TO = "DISPLAYTO"
    FROM = "FROM"
    SIZE = "SIZE"
    SUBJECT = "SUBJECT"
    TO = "TO"
    # Members of their own, so that a reversed key is as good a value as any: it pickles, compares and prints.
    REVERSE_ARRIVAL = "REVERSE ARRIVAL"
    REVERSE_CC = "REVERSE CC"
    REVERSE_DATE = "REVERSE DATE"
    REVERSE_DISPLAY_FROM = "REVERSE DISPLAYFROM"
    REVERSE_DISPLAY_TO = "REVERSE DISPLAYTO"
    REVERSE_FROM = "REVERSE FROM"
    REVERSE_SIZE = "REVERSE SIZE"
    REVERSE_SUBJECT = "REVERSE SUBJECT"
    REVERSE_TO = "REVERSE TO"

    @property
    def descending(self) -> bool:
        """Whether this is a reversed key."""
        return self.value.startswith("REVERSE ")

    @property
    def criterion(self) -> SortKey:
        """The key without its direction."""
        return -self if self.descending else self

    def __neg__(self) -> SortKey:
        return SortKey(self.value.removeprefix("REVERSE ") if self.descending else f"REVERSE {self.value}")

    def __repr__(self) -> str:
        return f"-SortKey.{self.criterion.name}" if self.descending else f"SortKey.{self.name}"


@final
@dataclass(frozen=True, slots=True)
class AppendResult:
    """Where an appended message went; `uid` and `uidvalidity` are `None` where the server does not tell (UIDPLUS)."""

    folder: str
    uid: int | None = None
    uidvalidity: int | None = None


Run: TypeAlias = tuple[int, int, int]


@final
@dataclass(frozen=True, slots=True, eq=False)
class CopyResult(Mapping[int, int]):
    """What a copy or a move did: `count` messages are in `folder` now; the mapping gives each one's new UID by its old.

    The mapping is empty where the server does not tell (it needs UIDPLUS, RFC 4315), whatever `count` says. `runs`
    holds it as (old, new, how many in a row), sorted: a copied folder costs a few numbers.

    >>> result = CopyResult.from_ranges("Archive", 38505, [(304, 304), (319, 320)], [(3956, 3958)])
    >>> result[320], len(result), result == {304: 3956, 319: 3957, 320: 3958}
    (3958, 3, True)
    """

    folder: str
    count: int
    uidvalidity: int | None = None
    runs: tuple[Run, ...] = ()

    @classmethod
    def from_ranges(
        cls,
        folder: str,
        uidvalidity: int,
        source: Iterable[tuple[int, int]],
        destination: Iterable[tuple[int, int]],
    ) -> CopyResult:
        """Read the two UID sets of a COPYUID response code as the server ordered them (RFC 4315, section 3).

        The ranges are inclusive, ``(7, 3)`` is ``(3, 7)``, and correspond one to one in their order, which need not
        ascend. Raises `ValueError` when the two sets are not of one size, name a UID twice, or name what is none.
        """
        runs = tuple(sorted(_runs(_ascending(source), _ascending(destination))))
        return cls(folder, sum([length for _, _, length in runs]), uidvalidity, runs)

    @classmethod
    def join(cls, parts: Iterable[CopyResult]) -> CopyResult:
        """Make one result of those of the commands that a long one was split into; at least one is needed."""
        first, *rest = parts
        whole = (first, *rest)
        runs = tuple(sorted([run for part in whole for run in part.runs]))
        return cls(first.folder, sum(part.count for part in whole), first.uidvalidity, runs)

    def _find(self, uid: object) -> int | None:
        if not isinstance(uid, int):
            return None
        at = bisect_right(self.runs, (uid, MAX_NUMBER, 0)) - 1
        if at < 0:
            return None
        old, new, length = self.runs[at]
        return new + uid - old if uid < old + length else None

    def __getitem__(self, uid: int) -> int:
        new = self._find(uid)
        if new is None:
            raise KeyError(uid)
        return new

    def __contains__(self, uid: object) -> bool:
        return self._find(uid) is not None

    def __iter__(self) -> Iterator[int]:
        for old, _, length in self.runs:
            yield from range(old, old + length)

    def __len__(self) -> int:
        return sum([length for _, _, length in self.runs])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CopyResult):
            return self._key() == other._key()
        if isinstance(other, Mapping):
            # Of one size, or our side, of which a line may tell four milliards, would be spelled out.
            theirs = cast("Mapping[object, object]", other)
            return len(self) == len(theirs) and all(key in theirs and theirs[key] == new for key, new in self.items())
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.folder, self.count, self.uidvalidity, self.runs


def _ascending(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    pairs = [(lo, hi) if lo <= hi else (hi, lo) for lo, hi in ranges]
    if len(UidSet.from_ranges(pairs)) != sum([hi - lo + 1 for lo, hi in pairs]):
        raise ValueError("COPYUID names a UID twice")
    return pairs


def _runs(source: Iterable[tuple[int, int]], destination: Iterable[tuple[int, int]]) -> Iterator[Run]:
    """Cut both lists of ranges at the ends of either."""
    sources, destinations = iter(source), iter(destination)
    old, old_end = new, new_end = 0, -1
    while True:
        if old > old_end:
            old, old_end = next(sources, (0, -1))
        if new > new_end:
            new, new_end = next(destinations, (0, -1))
        length = min(old_end - old, new_end - new) + 1
        if length < 1:
            break
        yield old, new, length
        old += length
        new += length
    if old <= old_end or new <= new_end:
        raise ValueError("the two sets of COPYUID are not of one size")


@final
@dataclass(frozen=True, slots=True)
class Usage:
    """How much is used of how much there may be; what of, and in which unit, says the `Quota` it belongs to."""

    used: int
    limit: int

    @property
    def fraction(self) -> float:
        """The used part, 1.0 when all is used (and when the limit is 0); more is possible.

        >>> Usage(30, 40).fraction
        0.75
        """
        return self.used / self.limit if self.limit else 1.0


@final
@dataclass(frozen=True, slots=True)
class Quota:
    """The limits of a quota root, that is of one or more folders together (RFC 9208).

    `storage` is in octets, `messages` counts messages; `None` where there is no such limit.
    """

    root: str
    storage: Usage | None = None
    messages: Usage | None = None


@final
@_callable_with_types
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Thread(Generic[M]):
    """A message with the threads that answer it (RFC 5256); `message` is `None` where it is not in the folder.

    A conversation of a thousand answers can be a thousand levels deep: walk it with `walk()` rather than by recursion,
    as comparing, hashing and pickling do.

    >>> thread = Thread(2, (Thread(3), Thread(None, (Thread(7),))))
    >>> thread.messages
    (2, 3, 7)
    >>> list(thread.walk())
    [(0, 2), (1, 3), (1, None), (2, 7)]
    """

    message: M | None
    children: tuple[Thread[M], ...] = ()

    @property
    def messages(self) -> Sequence[M]:
        """All messages of the thread, each before its answers."""
        return tuple(message for _, message in self.walk() if message is not None)

    def walk(self) -> Iterator[tuple[int, M | None]]:
        """Give (depth, message) for each place in the thread, from (0, the first message) on, parents first."""
        waiting: list[tuple[int, Thread[M]]] = [(0, self)]
        while waiting:
            depth, thread = waiting.pop()
            yield depth, thread.message
            waiting.extend((depth + 1, child) for child in reversed(thread.children))

    @classmethod
    def from_walk(cls, places: Iterable[tuple[int, M | None]]) -> Thread[M]:
        """Build the thread that `walk()` gives as `places`; raises `ValueError` where none does."""
        # The last place of each level is still open: what follows deeper belongs to it.
        levels: list[tuple[M | None, list[Thread[M]]]] = []
        for depth, message in places:
            if depth > len(levels) or depth < (1 if levels else 0):
                raise ValueError("no thread has a place at this depth here")
            _close(levels, depth)
            levels.append((message, []))
        if not levels:
            raise ValueError("a thread has one place at least")
        _close(levels, 1)
        message, children = levels[0]
        return cls(message, tuple(children))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Thread):
            return NotImplemented
        return list(self.walk()) == list(cast("Thread[object]", other).walk())

    def __hash__(self) -> int:
        return hash(tuple(self.walk()))

    def __reduce__(self) -> tuple[object, ...]:
        return self.from_walk, (tuple(self.walk()),)

    def __repr__(self) -> str:
        if not self.children:
            return f"Thread({self.message!r})"
        return f"<Thread {self.message!r} and {len(tuple(self.walk())) - 1} below>"


def _close(levels: list[tuple[M | None, list[Thread[M]]]], depth: int) -> None:
    """Hand what is open at `depth` and below to its parents."""
    while len(levels) > depth:
        message, children = levels.pop()
        levels[-1][1].append(Thread(message, tuple(children)))


@final
@_callable_with_types
@dataclass(frozen=True, slots=True)
class Arrived(Generic[M]):
    """A new message is in the folder."""

    message: M


@final
@_callable_with_types
@dataclass(frozen=True, slots=True)
class FlagsChanged(Generic[M]):
    """The flags of a message are others now."""

    message: M


@final
@dataclass(frozen=True, slots=True)
class Removed:
    """These messages are no longer in the folder."""

    uids: UidSet


@final
@dataclass(frozen=True, slots=True)
class Reconnected:
    """The connection was lost and is back, after so many attempts; what happened in between follows as events."""

    attempts: int


Event: TypeAlias = Arrived[M] | FlagsChanged[M] | Removed | Reconnected
"""What `watch()` reports."""


@final
@dataclass(frozen=True, slots=True)
class SyncState:
    r"""How a folder was when it was last looked at: what `changes()` compares with. Keep it, as JSON, and pass it back.

    To callers it is opaque, and no larger than it must be: `uids` are the messages then known, as ranges; `flags` says
    of each flag (in lower case) which of them had it, and is kept only where the server has no CONDSTORE, thus no
    `highestmodseq` to tell what changed.

    >>> state = SyncState(uidvalidity=7, uidnext=10, uids=UidSet("1:3,9"), flags=(("\\seen", UidSet("1:2")),))
    >>> SyncState.from_json(state.to_json()) == state
    True
    """

    uidvalidity: int
    uidnext: int
    highestmodseq: int | None = None
    uids: UidSet = field(default_factory=UidSet)
    flags: tuple[tuple[str, UidSet], ...] = ()

    def to_json(self) -> str:
        """Write the state as a line of JSON."""
        import json

        fields: dict[str, object] = {
            "imapkit": _STATE_VERSION,
            "uidvalidity": self.uidvalidity,
            "uidnext": self.uidnext,
            "highestmodseq": self.highestmodseq,
            "uids": str(self.uids),
            "flags": {flag: str(uids) for flag, uids in self.flags},
        }
        return json.dumps(fields)

    @classmethod
    def from_json(cls, text: str) -> SyncState:
        """Read what `to_json()` wrote; raises `InvalidArgument` for anything else."""
        import json

        try:
            fields: object = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidArgument("this is no JSON, so no state that SyncState.to_json() wrote") from error
        if not isinstance(fields, dict):
            _refuse_state("it is no object")
        known = cast("dict[str, object]", fields)
        if known.get("imapkit") != _STATE_VERSION:
            _refuse_state("its version is another: synchronise from scratch, with no state")
        flags = known.get("flags")
        if not isinstance(flags, dict):
            _refuse_state("it has no flags")
        modseq = known.get("highestmodseq")
        return cls(
            uidvalidity=_state_number("uidvalidity", known.get("uidvalidity"), MAX_NUMBER),
            uidnext=_state_number("uidnext", known.get("uidnext"), MAX_NUMBER),
            highestmodseq=None if modseq is None else _state_number("highestmodseq", modseq, 2**63 - 1),
            uids=_state_uids("uids", known.get("uids")),
            flags=tuple((flag, _state_uids(flag, uids)) for flag, uids in cast("dict[str, object]", flags).items()),
        )

    def __str__(self) -> str:
        return self.to_json()


_STATE_VERSION = 1


def _refuse_state(why: str) -> NoReturn:
    raise InvalidArgument(f"this is no state that SyncState.to_json() of this version wrote: {why}")


def _state_number(name: str, value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        _refuse_state(f"{name} is no number from 1 to {most}")
    return value


def _state_uids(name: str, value: object) -> UidSet:
    if not isinstance(value, str):
        _refuse_state(f"{name} is no list of UIDs")
    return UidSet(value)


@final
@_callable_with_types
@dataclass(frozen=True, slots=True)
class Changes(Generic[M]):
    """What happened in a folder since a `SyncState`, and the state to ask from next time.

    With `reset` the folder's UIDVALIDITY is another, or there was no state: forget what you know of it, `new` is
    everything there is.
    """

    new: Sequence[M]
    changed: Sequence[M]
    removed: UidSet
    reset: bool
    state: SyncState


@final
@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long operation is: `done` of `total` (`None` while unknown) bytes or messages, now at `item`.

    ``"steps"`` are what the server itself counts before it sends anything, without saying what they are: messages
    looked at, or per cent (INPROGRESS, RFC 9585).  They may go back, and their `total` may change.
    """

    done: int
    total: int | None
    unit: Literal["bytes", "messages", "steps"]
    item: str


@final
@dataclass(frozen=True, slots=True)
class MigrateReport:
    """What a migration did: messages `copied`, `skipped` because they were there already, and those that `failed`."""

    copied: int
    skipped: int
    failed: tuple[tuple[MessageRef, Exception], ...] = ()
