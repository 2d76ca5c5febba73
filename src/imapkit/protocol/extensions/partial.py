"""PARTIAL (RFC 9394): a window onto a long result, of SEARCH, SORT and UID FETCH.

The window is a field of those commands: `Search.returns`, `Sort.returns`, `Fetch.partial`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.order import NumberOrder
from imapkit.protocol.model import Extension

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "PartialRange", "PartialResult", "partial_result"]

_MAX_NUMBER = 2**32 - 1


@dataclass(frozen=True, slots=True)
class PartialRange:
    """Results `first` to `last`, both inclusive: counted from 1 on, or with -1 from the end backwards.

    The end of a SEARCH's results is where the newest messages are.

    >>> str(PartialRange(1, 500)), str(PartialRange(-1, -100))
    ('1:500', '-1:-100')
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        ends = (abs(self.first), abs(self.last))
        if self.first * self.last <= 0 or max(ends) > _MAX_NUMBER:
            raise InvalidArgument(
                f"{self.first}:{self.last} is no window: 1:100 are the first hundred results, -1:-100 the last"
            )

    @property
    def from_end(self) -> bool:
        """Whether it counts from the end, which needs the capability PARTIAL."""
        return self.first < 0

    def __str__(self) -> str:
        return f"{self.first}:{self.last}"


@dataclass(frozen=True, slots=True)
class PartialResult:
    """What the window shows: `found` in the order of the results; it is empty when the window lies outside."""

    window: PartialRange
    found: NumberOrder


# ret-data-partial = "PARTIAL" SP "(" partial-range SP partial-results ")"
# partial-range    = nz-number ":" nz-number / "-" nz-number ":" "-" nz-number
# partial-results  = sequence-set / "NIL"
def partial_result(cursor: Cursor) -> PartialResult:
    """Read the list behind PARTIAL."""
    cursor.expect(b"(")
    cursor.spaces()
    first = _end_of_range(cursor)
    cursor.expect(b":")
    window = PartialRange(first, _end_of_range(cursor))
    cursor.sp()
    nothing = cursor.accept(b"NIL") or cursor.accept(b"nil")
    found = NumberOrder() if nothing else NumberOrder.read(cursor)
    cursor.spaces()
    cursor.expect(b")")
    return PartialResult(window, found)


def _end_of_range(cursor: Cursor) -> int:
    return -cursor.number() if cursor.accept(b"-") else cursor.number()


EXTENSIONS = (Extension(name="PARTIAL", rfc="RFC 9394", capabilities=("PARTIAL",)),)
