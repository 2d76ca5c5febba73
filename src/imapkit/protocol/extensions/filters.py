"""FILTERS (RFC 5466): searches that the server keeps under a name, for ``Q.filter(name)``.

They are kept as metadata of the server, and found in every client of the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.metadata import Entries, GetMetadata, MetadataResult, SetMetadata
from imapkit.protocol.extensions.search import write_query
from imapkit.protocol.model import AUTHENTICATED, Code, Collector, Command, Done, Effect, Extension, Tagged, Untagged
from imapkit.protocol.wire.encoder import Dialect, Encoder, Segment
from imapkit.types.query import Key, Query

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "GetFilters", "SavedFilter", "SetFilter", "UndefinedFilter"]

_ROOTS = ("/private/filters", "/shared/filters")


@dataclass(frozen=True, slots=True)
class UndefinedFilter(Code):
    """``[UNDEFINED-FILTER name]``: a search named a filter that does not exist (or that must not be seen)."""

    filter: str

    @property
    def name(self) -> str:
        """UNDEFINED-FILTER."""
        return "UNDEFINED-FILTER"


# resp-text-code =/ "UNDEFINED-FILTER" SP filter-name
def _undefined_filter(cursor: Cursor) -> UndefinedFilter:
    return UndefinedFilter(cursor.atom())


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter: what it searches for, in the words of SEARCH, and what it is about, in words for people."""

    criteria: str
    description: str | None = None
    shared: bool = False


class _FiltersCollector(Collector[Mapping[str, SavedFilter]]):
    def __init__(self, entries: Collector[MetadataResult]) -> None:
        self._entries = entries

    def claim(self, response: Untagged) -> bool:
        return self._entries.claim(response)

    def finish(self, completion: Tagged) -> Mapping[str, SavedFilter]:
        values = {entry: value for entry, value in self._entries.finish(completion).entries if value is not None}
        found: dict[str, SavedFilter] = {}
        for root in reversed(_ROOTS):  # a user's own filter stands before a shared one of its name (RFC 5466, 3.2)
            for entry, value in values.items():
                if entry.startswith(f"{root}/values/"):
                    name = entry.removeprefix(f"{root}/values/")
                    about = [values.get(f"{place}/descriptions/{name}") for place in _ROOTS]
                    description = next((text.decode("utf-8", "replace") for text in about if text is not None), None)
                    found[name] = SavedFilter(value.decode("utf-8", "replace"), description, root == _ROOTS[1])
        return found


@dataclass(frozen=True, slots=True)
class GetFilters(Command[Mapping[str, SavedFilter]]):
    """GETMETADATA: all filters of the account, by name (in lower case, as names of entries are)."""

    name = "GETMETADATA"
    requires = ("FILTERS",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GETMETADATA (DEPTH infinity) "" (/private/filters /shared/filters)."""
        self._entries().write(out)

    def collector(self) -> Collector[Mapping[str, SavedFilter]]:
        """The filters."""
        return _FiltersCollector(self._entries().collector())

    def answers(self) -> frozenset[object]:
        """METADATA of the server."""
        return self._entries().answers()

    def _entries(self) -> GetMetadata:
        return GetMetadata("", _ROOTS, depth="infinity")


@dataclass(frozen=True, slots=True)
class SetFilter(Command[None]):
    """SETMETADATA: keep a query under a name, with words for people about it, or remove it (`query` is None).

    The name is an atom without ``/``; case does not matter.  `shared` is for everybody, where the server allows it.
    """

    filter: str
    query: Query | None
    description: str | None = None
    shared: bool = False

    name = "SETMETADATA"
    requires = ("FILTERS",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """SETMETADATA "" (/private/filters/values/name criteria /private/filters/descriptions/name text)."""
        Key("FILTER", (self.filter,))  # refuses what is no name of a filter
        root = _ROOTS[self.shared]
        text = None if self.description is None else self._words(self.description)
        entries: Entries = ((f"{root}/values/{self.filter}", self._criteria()),)
        if self.query is None or text is not None:
            entries += ((f"{root}/descriptions/{self.filter}", text),)
        SetMetadata("", entries).write(out)

    def _words(self, description: str) -> bytes:
        try:
            return description.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidArgument(f"{description!r} holds a lone surrogate") from None

    def _criteria(self) -> bytes | None:
        if self.query is None:
            return None
        criteria = Encoder(Dialect(utf8=True))
        write_query(criteria, self.query)
        return b"".join(map(_octets, criteria.finish()))

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


def _octets(segment: Segment) -> bytes:
    assert isinstance(segment.data, bytes)  # noqa: S101 - no query holds a stream
    return segment.data


EXTENSIONS = (
    Extension(
        name="FILTERS",
        rfc="RFC 5466",
        capabilities=("FILTERS",),
        commands=(GetFilters, SetFilter),
        codes={"UNDEFINED-FILTER": _undefined_filter},
    ),
)
