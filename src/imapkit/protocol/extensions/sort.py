"""SORT (RFC 5256): search results in an order of choice.

With SORT=DISPLAY (RFC 5957), ESORT and CONTEXT=SORT (RFC 5267), and the order of annotations (RFC 5257, 4.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.annotate import AnnotationOrder
from imapkit.protocol.extensions.context import NoUpdate, is_update
from imapkit.protocol.extensions.esearch import ESearch, ReturnOption, missing_for_returns, write_returns
from imapkit.protocol.extensions.order import plain_numbers
from imapkit.protocol.extensions.search import search_effects, write_query
from imapkit.protocol.model import SELECTED, Collector, Command, Condition, Effect, Extension, Tagged, Untagged
from imapkit.types.query import All, Query, required_capabilities

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.extensions.partial import PartialRange
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Sort", "SortNumbers", "SortResult"]


@dataclass(frozen=True, slots=True)
class SortNumbers(Untagged):
    """``* SORT``: the numbers found, in the order asked for; with the highest mod-sequence where asked (RFC 7162)."""

    numbers: tuple[int, ...]
    modseq: int | None = None


# sort-data = "SORT" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]
def _sort(cursor: Cursor) -> SortNumbers:
    numbers, modseq = plain_numbers(cursor, ordered=True)
    return SortNumbers(tuple(numbers), modseq)


@dataclass(frozen=True, slots=True)
class SortResult:
    """What was found, in order.  `uids` holds sequence numbers where the command was not the UID form.

    The rest is there where `returns` asked for it.  `minimum` and `maximum` are the first and the last message in
    the order (RFC 5267, 3.1), not the lowest and the highest number (which is what Cyrus gives all the same).
    """

    uids: tuple[int, ...] = ()
    count: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    modseq: int | None = None
    window: PartialRange | None = None
    """The window that was asked for; then `uids` is what it shows."""
    relevancy: tuple[int, ...] = ()
    """How well each message fits, 1 to 100 (RFC 6203)."""
    context: str | None = None
    """The name under which changes will be told (see `context`); None when they will not."""


class _SortCollector(Collector[SortResult]):
    def __init__(self, *, by_uid: bool, updates: bool) -> None:
        self._by_uid = by_uid
        self._updates = updates
        self._numbers: list[int] = []
        self._modseq: int | None = None
        self._extended: ESearch | None = None

    def claim(self, response: Untagged) -> bool:
        match response:
            case SortNumbers(numbers, modseq):
                self._numbers += numbers
                self._modseq = modseq
            case ESearch(tag=self.tag, mailbox=None) | ESearch(tag=None, by_uid=self._by_uid, mailbox=None):
                self._extended = response
            case Condition(code=NoUpdate(tag=self.tag)):
                self._updates = False
            case _:
                return False
        return True

    def finish(self, completion: Tagged) -> SortResult:
        context = completion.tag if self._updates else None
        if self._extended is None:
            return SortResult(tuple(self._numbers), modseq=self._modseq, context=context)
        found, partial = self._extended.result, self._extended.result.partial
        return SortResult(
            (partial.found if partial is not None else self._extended.order).numbers(),
            found.count,
            found.minimum,
            found.maximum,
            found.modseq,
            partial.window if partial is not None else None,
            found.relevancy,
            context,
        )


_NEEDS = {
    "ARRIVAL": "SORT",
    "CC": "SORT",
    "DATE": "SORT",
    "FROM": "SORT",
    "SIZE": "SORT",
    "SUBJECT": "SORT",
    "TO": "SORT",
    "DISPLAYFROM": "SORT=DISPLAY",
    "DISPLAYTO": "SORT=DISPLAY",
    "RELEVANCY": "SEARCH=FUZZY",
    "MODSEQ": "SORT=MODSEQ",
    "UID": "SORT=UID",
}


@dataclass(frozen=True, slots=True)
class Sort(Command[SortResult]):
    """UID SORT (or SORT, without `by_uid`): what `query` finds, sorted by the first key, then by the next, and so on.

    Keys are ``"DATE"``, ``"SUBJECT"`` and the others of RFC 5256 (`SortKey` has them), with ``"REVERSE "`` before
    one that descends; ``"DISPLAYFROM"`` and ``"DISPLAYTO"`` need SORT=DISPLAY, ``"RELEVANCY"`` needs SEARCH=FUZZY
    and a fuzzy query, ``"MODSEQ"`` and ``"UID"`` are Cyrus' (SORT=MODSEQ, SORT=UID).  An `AnnotationOrder` sorts by
    annotations, where the server has these.
    `returns` (ESORT, CONTEXT=SORT, PARTIAL) says what to answer with, as for `Search`.
    """

    keys: tuple[str | AnnotationOrder, ...]
    query: Query = All()  # noqa: RUF009 - it is immutable
    by_uid: bool = True
    returns: tuple[ReturnOption, ...] = ()
    charset: str = "UTF-8"

    name = "SORT"
    states = SELECTED

    def disturbs(self) -> Effect:
        """By sequence number, no EXPUNGE may come in between (RFC 5256, 3); those of the query count as well."""
        return search_effects(self.query, by_uid=self.by_uid)

    def write(self, out: Encoder) -> None:
        """[UID] SORT [RETURN (option...)] (key...) charset search-key..."""
        if not self.keys:
            raise InvalidArgument("nothing to sort by: name a key, such as SortKey.DATE")
        out.word("UID SORT" if self.by_uid else "SORT")
        write_returns(out, self.returns, self.query)
        out.open()
        for key in self.keys:
            if isinstance(key, AnnotationOrder):
                key.write(out)
            elif _criterion(key) not in _NEEDS:
                raise InvalidArgument(f"{key!r} is no key to sort by: there are {', '.join(_NEEDS)}")
            else:
                out.word(str(key).upper())
        out.close().atom(self.charset)
        write_query(out, self.query)

    def collector(self) -> Collector[SortResult]:
        """What was found, in order."""
        return _SortCollector(by_uid=self.by_uid, updates=any(map(is_update, self.returns)))

    def answers(self) -> frozenset[object]:
        """SORT, or ESEARCH."""
        return frozenset({"SORT", "SEARCH"} if self.returns else {"SORT"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """SORT, and what the keys, `returns` and the query need."""
        needed = ["SORT", *map(_capability, self.keys)]
        if self.returns:
            needed.append("ESORT")
        needed += sorted(required_capabilities(self.query))
        lacking = next((name for name in needed if not supports(name)), None)
        return lacking or missing_for_returns(self.returns, supports, sorting=True)


def _capability(key: str | AnnotationOrder) -> str:
    return "ANNOTATE-EXPERIMENT-1" if isinstance(key, AnnotationOrder) else _NEEDS.get(_criterion(key), "SORT")


def _criterion(key: str) -> str:
    return key.upper().removeprefix("REVERSE ")


EXTENSIONS = (
    Extension(name="SORT", rfc="RFC 5256", capabilities=("SORT",), commands=(Sort,), responses={"SORT": _sort}),
    Extension(name="SORT=DISPLAY", rfc="RFC 5957", capabilities=("SORT=DISPLAY",)),
    Extension(name="ESORT", rfc="RFC 5267, 3", capabilities=("ESORT",)),
    Extension(name="CONTEXT=SORT", rfc="RFC 5267, 4", capabilities=("CONTEXT=SORT",)),
)
