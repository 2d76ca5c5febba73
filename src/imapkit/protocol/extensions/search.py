"""SEARCH (RFC 9051, 6.4.4 and 7.3.4) and ESEARCH (RFC 4731)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import SELECTED, Collector, Command, Effect, Extension, Tagged, Untagged
from imapkit.types.query import (
    KEYS,
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
    needs_filter,
    required_capabilities,
)
from imapkit.types.uids import NumberSet, OpenRange, SavedResult, UidSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "ESearch", "Search", "SearchNumbers", "SearchResult", "write_query"]


# --- responses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchNumbers(Untagged):
    """``* SEARCH``: the numbers found, with the highest mod-sequence among them where asked for (RFC 7162)."""

    numbers: tuple[int, ...]
    modseq: int | None = None


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


@dataclass(frozen=True, slots=True)
class ESearch(Untagged):
    """``* ESEARCH``: the same, as ranges; `tag` names the command that asked."""

    tag: str | None
    by_uid: bool
    result: SearchResult


# mailbox-data = "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]
# Yahoo ends the line in a space.
def _search(cursor: Cursor) -> SearchNumbers:
    before, parenthesis, modifier = cursor.rest().partition(b"(")
    modseq: int | None = None
    if parenthesis:
        words = modifier.rstrip(b") ").split()
        if len(words) == 2 and words[0].upper() == b"MODSEQ" and words[1].isdigit():
            modseq = int(words[1])
        else:
            cursor.defect("SEARCH with an unknown addition")
    return SearchNumbers(tuple(map(int, before.split())), modseq)


# esearch-response = "ESEARCH" [SP "(" "TAG" SP tag-string ")"] [SP "UID"] *(SP search-return-data)
def _esearch(cursor: Cursor) -> ESearch:
    tag: str | None = None
    by_uid = False
    values: dict[str, int] = {}
    uids = UidSet()
    if cursor.accept(b"("):
        cursor.keyword()
        cursor.sp()
        tag = cursor.astring().decode("latin-1")
        cursor.spaces()
        cursor.expect(b")")
    while True:
        cursor.spaces()
        if cursor.at_end():
            break
        name = cursor.keyword()
        if name == "UID":
            by_uid = True
            continue
        cursor.sp()
        if name == "ALL":
            uids = cursor.uid_set()
        elif name in {"COUNT", "MIN", "MAX", "MODSEQ"}:
            values[name] = cursor.number64()
        else:
            cursor.skip_value()
    result = SearchResult(uids, values.get("COUNT"), values.get("MIN"), values.get("MAX"), values.get("MODSEQ"))
    return ESearch(tag, by_uid, result)


# --- writing a query ------------------------------------------------------------------------------------------


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
            raise InvalidArgument(f"{query} cannot be sent as it is: ask the server for coarse(query), then filter")


def _write_arguments(out: Encoder, name: str, args: tuple[Arg, ...]) -> None:
    if name != SEQUENCE_SET:
        out.word(name)
    spec = KEYS.get(name)
    kinds = spec.args if spec is not None else (ArgKind.RAW,) * len(args)
    for kind, arg in zip(kinds, args, strict=True):
        match arg:
            case Query():
                _write_key(out, arg)
            case NumberSet() | OpenRange() | SavedResult():
                out.sequence_set(arg)
            case dt.date():
                out.date(arg)
            case int():
                out.number(arg, 2**64 - 1)
            case str() if kind in {ArgKind.FLAG, ArgKind.OBJECT_ID, ArgKind.FILTER_NAME}:
                out.atom(arg)
            case _:
                out.astring(arg)


# --- the command ----------------------------------------------------------------------------------------------


class _SearchCollector(Collector[SearchResult]):
    def __init__(self, *, by_uid: bool) -> None:
        self._by_uid = by_uid
        self._numbers: list[int] = []
        self._modseq: int | None = None
        self._extended: SearchResult | None = None

    def claim(self, response: Untagged) -> bool:
        if isinstance(response, SearchNumbers):
            self._numbers += response.numbers
            self._modseq = response.modseq
            return True
        if isinstance(response, ESearch) and response.by_uid == self._by_uid:
            self._extended = response.result
            return True
        return False

    def finish(self, completion: Tagged) -> SearchResult:
        if self._extended is not None:
            return self._extended
        uids = UidSet(self._numbers)
        return SearchResult(uids, len(uids), uids.first, uids.last, self._modseq)


_RETURNS = {"ALL", "COUNT", "MIN", "MAX", "SAVE"}


@dataclass(frozen=True, slots=True)
class Search(Command[SearchResult]):
    """UID SEARCH (or SEARCH, without `by_uid`).

    `returns` (ALL, COUNT, MIN, MAX; capability ESEARCH) says what to answer with; empty asks the plain way, which
    lists every number.  `charset` is told where the query is not ASCII and UTF-8 was not agreed on; None leaves it
    out all the same, for servers that know none.
    """

    query: Query
    by_uid: bool = True
    returns: tuple[str, ...] = ()
    charset: str | None = "UTF-8"

    name = "SEARCH"
    states = SELECTED

    def disturbs(self) -> Effect:
        """By sequence number, no EXPUNGE may come in between."""
        return Effect.MAY_EXPUNGE if self.by_uid else Effect.USES_SEQUENCE_NUMBERS

    def write(self, out: Encoder) -> None:
        """[UID] SEARCH [RETURN (option...)] [CHARSET charset] key..."""
        if needs_filter(self.query):
            raise InvalidArgument(f"{self.query} asks for moments, and SEARCH knows days: send coarse(query)")
        out.word("UID SEARCH" if self.by_uid else "SEARCH")
        if self.returns:
            unknown = set(self.returns) - _RETURNS
            if unknown:
                raise InvalidArgument(f"SEARCH cannot return {sorted(unknown)}")
            out.word("RETURN").open()
            for option in self.returns:
                out.word(option)
            out.close()
        if self.charset is not None and not out.utf8 and not is_ascii(self.query):
            out.word("CHARSET").atom(self.charset)
        write_query(out, self.query)

    def collector(self) -> Collector[SearchResult]:
        """What was found."""
        return _SearchCollector(by_uid=self.by_uid)

    def answers(self) -> frozenset[object]:
        """SEARCH."""
        return frozenset({"SEARCH"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """ESEARCH for `returns`, and what the query's keys need."""
        needed = {"ESEARCH"} if self.returns else set[str]()
        return next((name for name in sorted(needed | required_capabilities(self.query)) if not supports(name)), None)


EXTENSIONS = (
    Extension(
        name="SEARCH",
        rfc="RFC 9051, 6.4.4",
        commands=(Search,),
        responses={"SEARCH": _search, "ESEARCH": _esearch},
    ),
    Extension(name="ESEARCH", rfc="RFC 4731", capabilities=("ESEARCH",)),
)
