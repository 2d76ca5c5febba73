"""SEARCH (RFC 9051, 6.4.4 and 7.3.4).

What a query may ask for beyond RFC 9051 (WITHIN, FILTERS, Gmail's X-GM-RAW and others) is in `imapkit.types.query`;
what is returned of the result, in `esearch`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.context import NoUpdate, is_update
from imapkit.protocol.extensions.esearch import (
    ESearch,
    ReturnOption,
    SearchResult,
    missing_for_returns,
    write_returns,
)
from imapkit.protocol.extensions.order import plain_numbers
from imapkit.protocol.model import SELECTED, Collector, Command, Condition, Effect, Extension, Tagged, Untagged
from imapkit.types.query import (
    SEQUENCE_SET,
    All,
    And,
    Arg,
    ArgKind,
    Key,
    Not,
    Or,
    Query,
    is_ascii,
    kinds_of,
    required_capabilities,
    uses_sequence_numbers,
)
from imapkit.types.uids import NumberSet, OpenNumberRange, SavedResult, UidSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "EXTENSIONS",
    "ESearch",
    "Search",
    "SearchNumbers",
    "SearchResult",
    "search_effects",
    "write_charset",
    "write_query",
]


# --- responses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchNumbers(Untagged):
    """``* SEARCH``: the numbers found, ascending; the highest mod-sequence among them where asked for (RFC 7162)."""

    numbers: tuple[int, ...]
    modseq: int | None = None


# mailbox-data = "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]
# Yahoo ends the line in a space.
def _search(cursor: Cursor) -> SearchNumbers:
    numbers, modseq = plain_numbers(cursor, ordered=False)
    return SearchNumbers(tuple(numbers), modseq)


# --- writing a query ------------------------------------------------------------------------------------------


_ATOMS = frozenset({ArgKind.FLAG, ArgKind.OBJECT_ID, ArgKind.FILTER_NAME, ArgKind.ENTRY_TYPE})
_STRINGS = frozenset({ArgKind.STRING, ArgKind.ENTRY_NAME})


def write_query(out: Encoder, query: Query) -> None:
    """Write ``search-key``s; those of an AND follow each other, since SEARCH takes them so."""
    if isinstance(query, And):
        for part in query.parts:
            _write_key(out, part)
    else:
        _write_key(out, query)


def _write_key(out: Encoder, query: Query) -> None:
    match query:
        case All():
            out.word("ALL")
        case Not(part):
            _write_key(out.word("NOT"), part)
        case And(parts):
            out.open()
            for part in parts:
                _write_key(out, part)
            out.close()
        case Or(parts):
            # OR takes two keys: a b c is written OR a OR b c.
            for part in parts[:-1]:
                _write_key(out.word("OR"), part)
            _write_key(out, parts[-1])
        case Key(name, args):
            _write_arguments(out, name, args)
        case _:
            raise InvalidArgument(
                f"{query} names a moment, and SEARCH knows days: send coarse(query), and sift what comes"
            )


def _write_arguments(out: Encoder, name: str, args: tuple[Arg, ...]) -> None:
    if name != SEQUENCE_SET:
        out.word(name)
    for kind, arg in zip(kinds_of(name, len(args)), args, strict=True):
        match arg:
            case Query():
                _write_key(out, arg)
            case NumberSet() | OpenNumberRange() | SavedResult():
                out.sequence_set(arg)
            case dt.date():
                out.date(arg)
            case int():
                out.number(arg, 2**64 - 1)
            case str() if kind in _ATOMS:
                out.atom(arg)
            case str() if kind in _STRINGS:
                out.string(arg)
            case _:
                out.astring(arg)


# --- the command ----------------------------------------------------------------------------------------------


def write_charset(out: Encoder, charset: str | None, query: Query) -> None:
    """Write ``CHARSET charset`` where the query is not ASCII and the server could not know what it is in."""
    if charset is not None and not out.utf8 and not is_ascii(query):
        out.word("CHARSET").atom(charset)


def search_effects(query: Query, *, by_uid: bool) -> Effect:
    """What a command disturbs that searches: by sequence number no EXPUNGE may come in between (RFC 9051, 7.5.1).

    A query of the UID form may name some, too.
    """
    numbers = Effect.USES_SEQUENCE_NUMBERS
    if not by_uid:
        return numbers
    return Effect.MAY_EXPUNGE | numbers if uses_sequence_numbers(query) else Effect.MAY_EXPUNGE


class _SearchCollector(Collector[SearchResult]):
    def __init__(self, *, by_uid: bool, returns: tuple[ReturnOption, ...]) -> None:
        self._by_uid = by_uid
        self._returns = returns
        self._numbers: list[int] = []
        self._modseq: int | None = None
        self._extended: SearchResult | None = None
        self._updates = any(map(is_update, returns))

    def claim(self, response: Untagged) -> bool:
        match response:
            case SearchNumbers(numbers, modseq):
                self._numbers += numbers
                self._modseq = modseq
            case ESearch(tag=self.tag, mailbox=None, result=result):
                self._extended = result
            case ESearch(tag=None, by_uid=self._by_uid, mailbox=None, result=result):
                self._extended = result
            case Condition(code=NoUpdate(tag=self.tag)):
                self._updates = False
            case _:
                return False
        return True

    def finish(self, completion: Tagged) -> SearchResult:
        context = completion.tag if self._updates else None
        if self._extended is not None and self._returns:
            return replace(self._extended, context=context)
        if self._extended is not None:  # IMAP4rev2 answers the plain way like this, too (RFC 9051, 6.4.4)
            uids, modseq = self._extended.uids, self._extended.modseq
        elif self._numbers or not self._returns:
            uids, modseq = UidSet.of_integers(self._numbers), self._modseq
        else:
            return SearchResult(context=context)  # SAVE alone is answered with nothing (RFC 5182, 2.1)
        return SearchResult(uids, len(uids), uids.first, uids.last, modseq, context=context)


@dataclass(frozen=True, slots=True)
class Search(Command[SearchResult]):
    """UID SEARCH (or SEARCH, without `by_uid`).

    `returns` says what to answer with: ``"ALL"``, ``"COUNT"``, ``"MIN"``, ``"MAX"``; ``"SAVE"``, which keeps the
    result as ``$`` (`SAVED_RESULT`); a `PartialRange`; see `ReturnOption` for all, and for the capability of each.
    Empty asks the plain way, which lists every number.
    `charset` is told where the query is not ASCII and UTF-8 was not agreed on; None leaves it out all the same, for
    servers that know none.
    """

    query: Query
    by_uid: bool = True
    returns: tuple[ReturnOption, ...] = ()
    charset: str | None = "UTF-8"

    name = "SEARCH"
    states = SELECTED

    def disturbs(self) -> Effect:
        """By sequence number, no EXPUNGE may come in between; a query of UID SEARCH may name some, too."""
        return search_effects(self.query, by_uid=self.by_uid)

    def write(self, out: Encoder) -> None:
        """[UID] SEARCH [RETURN (option...)] [CHARSET charset] key..."""
        out.word("UID SEARCH" if self.by_uid else "SEARCH")
        write_returns(out, self.returns, self.query)
        write_charset(out, self.charset, self.query)
        write_query(out, self.query)

    def collector(self) -> Collector[SearchResult]:
        """What was found."""
        return _SearchCollector(by_uid=self.by_uid, returns=self.returns)

    def answers(self) -> frozenset[object]:
        """SEARCH."""
        return frozenset({"SEARCH"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """What `returns` and the query's keys need."""
        lacking = (name for name in sorted(required_capabilities(self.query)) if not supports(name))
        return missing_for_returns(self.returns, supports) or next(lacking, None)


EXTENSIONS = (
    Extension(name="SEARCH", rfc="RFC 9051, 6.4.4", commands=(Search,), responses={"SEARCH": _search}),
    Extension(name="WITHIN", rfc="RFC 5032", capabilities=("WITHIN",)),
)
