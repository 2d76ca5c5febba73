"""UIDBATCHES (RFC 10022): ranges of UIDs that cut a mailbox into batches of equal size, the newest messages first.

A client that works in batches (FETCH of this one, then of the next) needs no sequence numbers for it, which is what
makes UIDONLY practical.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.copy import uid_ranges
from imapkit.protocol.model import SELECTED, Collector, Command, Effect, Extension, Tagged, Untagged
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Batches", "UidBatches"]

_MAX_NUMBER = 2**32 - 1
# RFC 10022, 3.1.3.1 and 3.1.5: what a client may ask for, so that nobody makes sequence numbers of it again.
_SMALLEST = 500
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Batches(Untagged):
    """``* UIDBATCHES``: one set for each batch, the newest messages first; `tag` names the command that asked."""

    tag: str | None
    batches: tuple[UidSet, ...]


# uidbatches-response = "UIDBATCHES" search-correlator [SP uid-range *("," uid-range)]
# A range has its higher UID first ("99695:20351"), and two ends by the grammar; a lone number is taken, too.
def _batches(cursor: Cursor) -> Batches:
    tag: str | None = None
    if cursor.peek() == ord("("):
        for _ in cursor.items():
            name = cursor.keyword()
            cursor.sp()
            value = cursor.astring()
            if name == "TAG":
                tag = value.decode("latin-1")
    cursor.spaces()
    ranges = () if cursor.at_end() else uid_ranges(cursor)
    return Batches(tag, tuple(UidSet.from_ranges([pair]) for pair in ranges))


class _BatchesCollector(Collector[tuple[UidSet, ...]]):
    def __init__(self) -> None:
        self._batches: tuple[UidSet, ...] = ()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Batches) or response.tag not in {None, self.tag}:
            return False
        self._batches += response.batches
        return True

    def finish(self, completion: Tagged) -> tuple[UidSet, ...]:
        return self._batches


@dataclass(frozen=True, slots=True)
class UidBatches(Command[tuple[UidSet, ...]]):
    """UIDBATCHES: the UIDs of each batch of `size` messages (500 or more), counted from the newest message on.

    A batch may have some messages less than that, the last one has those that are left; the ends of a range need not
    be anybody's UIDs.  `batches`, as (first, last), asks for some of them only: (1, 3) are the first three; together
    they have no more than 100,000 messages.  A server refuses a size that is too small for it (code TOOFEW), more
    batches than it can tell (TOOMANY; so ask for some, in a mailbox of more than 100,000), and whoever asks again
    (LIMIT) before half a batch of messages has come or gone.
    """

    size: int
    batches: tuple[int, int] | None = None

    name = "UIDBATCHES"
    requires = ("UIDBATCHES",)
    states = SELECTED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """UIDBATCHES size [first:last]."""
        if self.size < _SMALLEST:
            raise InvalidArgument(f"a batch of {self.size} messages: {_SMALLEST} is the least to ask for")
        out.word("UIDBATCHES").number(self.size, _MAX_NUMBER)
        if self.batches is not None:
            first, last = self.batches
            if not 1 <= first <= last <= _MAX_NUMBER:
                raise InvalidArgument(f"batches {first} to {last}: they count from 1 on, the smaller number first")
            if (last - first + 1) * self.size > _MOST:
                raise InvalidArgument(
                    f"batches {first} to {last} have more than {_MOST} messages: ask for fewer at once"
                )
            out.word(f"{first}:{last}")

    def collector(self) -> Collector[tuple[UidSet, ...]]:
        """The batches."""
        return _BatchesCollector()

    def answers(self) -> frozenset[object]:
        """UIDBATCHES."""
        return frozenset({"UIDBATCHES"})


EXTENSIONS = (
    Extension(
        name="UIDBATCHES",
        rfc="RFC 10022",
        capabilities=("UIDBATCHES",),
        commands=(UidBatches,),
        responses={"UIDBATCHES": _batches},
    ),
)
