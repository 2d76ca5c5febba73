"""ESEARCH (RFC 4731; RFC 9051, 7.3.4): RETURN says what of a result is wanted, one response gives it, as ranges.

SEARCH, SORT and the ESEARCH command share all of this, and so do the extensions that add to it: SEARCHRES (SAVE, RFC
5182), CONTEXT (UPDATE, CONTEXT, RFC 5267), SEARCH=FUZZY (RELEVANCY, RFC 6203), PARTIAL (RFC 9394), MULTISEARCH
(RFC 7377).

The response names the command that it answers by its tag, so several may be in flight, and a change reported to an
earlier one (ADDTO, REMOVEFROM) is never taken for the answer to a later one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.context import Update, is_update
from imapkit.protocol.extensions.order import NumberOrder
from imapkit.protocol.extensions.partial import PartialRange, PartialResult, partial_result
from imapkit.protocol.model import Extension, Untagged, missing_for_items
from imapkit.types.query import And, Key, Not, Or, Query
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "EXTENSIONS",
    "ESearch",
    "ListChange",
    "ReturnOption",
    "SearchResult",
    "SearchUpdate",
    "missing_for_returns",
    "write_returns",
]


# --- responses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found.  `uids` holds sequence numbers where the command was not the UID form.

    `count`, `minimum`, `maximum` are there where they were asked for (RETURN), or can be told from the set.
    """

    uids: UidSet = UidSet()  # noqa: RUF009 - it is immutable
    count: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    modseq: int | None = None
    """The highest mod-sequence of what was found, where the query asks for MODSEQ (RFC 7162, 3.1.5)."""
    partial: PartialResult | None = None
    """What the window of a `PartialRange` shows."""
    relevancy: tuple[int, ...] = ()
    """For each message found, in order, how well it fits: 1 to 100 (RELEVANCY, RFC 6203)."""
    context: str | None = None
    """The name under which changes of this result will be told (UPDATE, RFC 5267); None when they will not."""


@dataclass(frozen=True, slots=True)
class ESearch(Untagged):
    """``* ESEARCH``: what a search found.

    `tag` names the command that asked.  `mailbox` and `uidvalidity` say where it was found, when several mailboxes
    were searched.  `order` is `result.uids` in the order of the response, which is that of a SORT.
    """

    tag: str | None
    by_uid: bool
    result: SearchResult
    order: NumberOrder = NumberOrder()  # noqa: RUF009 - it is immutable
    mailbox: str | None = None
    uidvalidity: int | None = None


@dataclass(frozen=True, slots=True)
class ListChange:
    """A step in keeping a result: `numbers` go in at `position`, or are taken out there (RFC 5267, 4.3.3, 4.3.4).

    Positions count from 1 on; 0 leaves the place to the order of the mailbox.
    """

    action: Literal["ADDTO", "REMOVEFROM"]
    position: int
    numbers: NumberOrder


@dataclass(frozen=True, slots=True)
class SearchUpdate(Untagged):
    """``* ESEARCH`` with ADDTO or REMOVEFROM: the result of an earlier command, named by `tag`, is another now."""

    tag: str | None
    by_uid: bool
    changes: tuple[ListChange, ...]


# esearch-response   = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
# search-correlator  = SP "(" one-correlator *(SP one-correlator) ")"
# search-return-data = "MIN" SP nz-number / "MAX" SP nz-number / "ALL" SP sequence-set / "COUNT" SP number / ...
# One bad value costs itself: it reads as if it had not been asked for.
def _esearch(cursor: Cursor) -> ESearch | SearchUpdate:
    correlators = _correlators(cursor)
    data = _ReturnData()
    while cursor.spaces() or not cursor.at_end():
        if cursor.at_end():
            break
        data.read(cursor)
    tag = cast("str | None", correlators.get("TAG"))
    if data.changes:
        return SearchUpdate(tag, data.by_uid, tuple(data.changes))
    return ESearch(
        tag,
        data.by_uid,
        data.result(),
        data.order,
        cast("str | None", correlators.get("MAILBOX")),
        cast("int | None", correlators.get("UIDVALIDITY")),
    )


# one-correlator = ("TAG" SP tag-string) / ("MAILBOX" SP astring) / ("UIDVALIDITY" SP nz-number)  (RFC 7377)
def _correlators(cursor: Cursor) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    if cursor.peek() != ord("("):
        return found
    for _ in cursor.items():
        name = cursor.keyword()
        cursor.sp()
        if name == "TAG":
            found[name] = cursor.astring().decode("latin-1")
        elif name == "MAILBOX":
            found[name] = cursor.mailbox()
        elif name == "UIDVALIDITY":
            found[name] = cursor.number()
        else:
            cursor.skip_value()
    return found


_NAME = re.compile(rb"(?:UID|ALL|COUNT|MIN|MAX|MODSEQ|PARTIAL|RELEVANCY)(?: |\Z)", re.IGNORECASE)


class _ReturnData:
    """Collects the items of one response."""

    def __init__(self) -> None:
        self.by_uid = False
        self.uids = UidSet()
        self.order = NumberOrder()
        self.numbers: dict[str, int] = {}
        self.partial: PartialResult | None = None
        self.relevancy: tuple[int, ...] = ()
        self.changes: list[ListChange] = []

    def read(self, cursor: Cursor) -> None:
        name = cursor.keyword()
        if name == "UID":
            self.by_uid = True
            return
        if not cursor.spaces() or cursor.at_end():
            cursor.defect(f"{name} without a value")
            return
        start = cursor.pos
        try:
            self._value(name, cursor)
        except ValueError as error:
            cursor.pos = start
            cursor.defect(f"{name}: {error}")
            if not _NAME.match(cursor.text, start):
                cursor.skip_value()

    def _value(self, name: str, cursor: Cursor) -> None:
        match name:
            case "ALL":
                start = cursor.pos
                self.uids = cursor.uid_set()
                self.order = NumberOrder(cursor.text[start : cursor.pos].decode("ascii"))
            case "COUNT" | "MIN" | "MAX" | "MODSEQ":
                self.numbers[name] = cursor.number64() if name == "MODSEQ" else cursor.number()
            case "PARTIAL":
                self.partial = partial_result(cursor)
            case "RELEVANCY":
                self.relevancy = tuple(cursor.list_of(cursor.number))
            case "ADDTO" | "REMOVEFROM":
                self.changes += _changes("ADDTO" if name == "ADDTO" else "REMOVEFROM", cursor)
            case _:
                cursor.skip_value()

    def result(self) -> SearchResult:
        get = self.numbers.get
        return SearchResult(
            self.uids, get("COUNT"), get("MIN"), get("MAX"), get("MODSEQ"), self.partial, self.relevancy
        )


# ret-data-addto = "ADDTO" SP "(" context-position SP sequence-set *(SP context-position SP sequence-set) ")"
def _changes(action: Literal["ADDTO", "REMOVEFROM"], cursor: Cursor) -> list[ListChange]:
    changes: list[ListChange] = []
    for _ in cursor.items():
        position = cursor.number()
        cursor.sp()
        changes.append(ListChange(action, position, NumberOrder.read(cursor)))
    return changes


# --- what to return -------------------------------------------------------------------------------------------

ReturnOption = str | PartialRange | Update
"""ALL, COUNT, MIN, MAX (ESEARCH), SAVE (SEARCHRES), RELEVANCY (SEARCH=FUZZY), UPDATE, CONTEXT (CONTEXT=SEARCH or
CONTEXT=SORT), a window, or UPDATE with items (NOTIFY)."""

_CAPABILITIES = {
    "ALL": ("ESEARCH", "ESORT"),
    "COUNT": ("ESEARCH", "ESORT"),
    "MIN": ("ESEARCH", "ESORT"),
    "MAX": ("ESEARCH", "ESORT"),
    "SAVE": ("SEARCHRES", "SEARCHRES"),
    "RELEVANCY": ("SEARCH=FUZZY", "SEARCH=FUZZY"),
    "UPDATE": ("CONTEXT=SEARCH", "CONTEXT=SORT"),
    "CONTEXT": ("CONTEXT=SEARCH", "CONTEXT=SORT"),
}


def write_returns(out: Encoder, returns: tuple[ReturnOption, ...], query: Query) -> None:
    """Write ``RETURN (option...)``, or nothing where nothing special is wanted."""
    if not returns:
        return
    _check(returns, query)
    out.word("RETURN").open()
    for option in returns:
        match option:
            case PartialRange():
                out.word("PARTIAL").word(str(option))
            case Update():
                option.write(out)
            case _:
                out.word(option)
    out.close()


def _check(returns: tuple[ReturnOption, ...], query: Query) -> None:
    words = [option for option in returns if not isinstance(option, PartialRange | Update)]
    unknown = [option for option in words if option not in _CAPABILITIES]
    if unknown:
        raise InvalidArgument(f"there is no RETURN option {unknown[0]!r}: there are {', '.join(_CAPABILITIES)}")
    windows = [option for option in returns if isinstance(option, PartialRange)]
    if len(windows) + ("ALL" in returns) > 1:
        raise InvalidArgument("one window, or ALL, but not both: RFC 9394 allows one of them in a command")
    if sum(map(is_update, returns)) > 1:
        raise InvalidArgument("UPDATE is said once: with items, or without")
    if "RELEVANCY" in returns and not _is_fuzzy(query):
        raise InvalidArgument("RELEVANCY is known of fuzzy searches alone (RFC 6203): wrap the query in Q.fuzzy()")


def _is_fuzzy(query: Query) -> bool:
    match query:
        case And(parts) | Or(parts):
            return any(map(_is_fuzzy, parts))
        case Not(part):
            return _is_fuzzy(part)
        case _:
            return isinstance(query, Key) and query.name == "FUZZY"


def missing_for_returns(
    returns: tuple[ReturnOption, ...], supports: Callable[[str], bool], *, sorting: bool = False
) -> str | None:
    """The capability that one of the options needs and the server lacks."""
    missing = (_missing(option, supports, sorting=sorting) for option in returns)
    return next(filter(None, missing), None)


def _missing(option: ReturnOption, supports: Callable[[str], bool], *, sorting: bool) -> str | None:
    context = "CONTEXT=SORT" if sorting else "CONTEXT=SEARCH"
    match option:
        case PartialRange():
            is_known = supports("PARTIAL") or (supports(context) and not option.from_end)
            return None if is_known else "PARTIAL"
        case Update(items):
            lacking = next((name for name in (context, "NOTIFY") if not supports(name)), None)
            return lacking or missing_for_items(items, supports)
        case _ if option in _CAPABILITIES and not supports(_CAPABILITIES[option][sorting]):
            return _CAPABILITIES[option][sorting]
        case _:
            return None


EXTENSIONS = (
    Extension(name="ESEARCH", rfc="RFC 4731", capabilities=("ESEARCH",), responses={"ESEARCH": _esearch}),
    Extension(name="SEARCHRES", rfc="RFC 5182", capabilities=("SEARCHRES",)),
    Extension(name="SEARCH=FUZZY", rfc="RFC 6203", capabilities=("SEARCH=FUZZY",)),
)
