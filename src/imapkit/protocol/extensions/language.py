"""LANGUAGE, I18NLEVEL and COMPARATOR (RFC 5255): the language of the server's words, and how it compares texts.

I18NLEVEL=1 says that SEARCH, SORT and THREAD ignore case in all of Unicode (i;unicode-casemap); I18NLEVEL=2 lets the
client choose another comparator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.namespace import NamespaceResponse
from imapkit.protocol.model import (
    ANY_STATE,
    AUTHENTICATED,
    Collector,
    Command,
    Effect,
    Extension,
    LastOf,
    Tagged,
    Untagged,
)

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder
    from imapkit.types.folders import Namespaces

__all__ = [
    "EXTENSIONS",
    "Comparators",
    "GetLanguages",
    "Language",
    "Languages",
    "SetLanguage",
    "UseComparator",
]


# --- languages ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Languages(Untagged):
    """``* LANGUAGE``: the one language that is spoken now, or all that can be."""

    tags: tuple[str, ...]


# language-data = "LANGUAGE" SP "(" lang-tag-quoted *(SP lang-tag-quoted) ")"
def _languages(cursor: Cursor) -> Languages:
    return Languages(tuple(tag.decode("latin-1") for tag in cursor.list_of(cursor.astring)))


@dataclass(frozen=True, slots=True)
class GetLanguages(Command[Languages | None]):
    """LANGUAGE without arguments: which languages the server can speak.  It may refuse."""

    name = "LANGUAGE"
    requires = ("LANGUAGE",)
    states = ANY_STATE
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """LANGUAGE."""
        out.word("LANGUAGE")

    def collector(self) -> Collector[Languages | None]:
        """Language tags (BCP 47)."""
        return LastOf(Languages)

    def answers(self) -> frozenset[object]:
        """LANGUAGE."""
        return frozenset({"LANGUAGE"})


@dataclass(frozen=True, slots=True)
class Language:
    """What is spoken now, where the server says so, and what the namespaces are called in it."""

    tag: str | None
    namespaces: Namespaces | None = None


class _LanguageCollector(Collector[Language]):
    def __init__(self) -> None:
        self._tag: str | None = None
        self._namespaces: Namespaces | None = None

    def claim(self, response: Untagged) -> bool:
        match response:
            case Languages((tag, *_)):
                self._tag = tag
            case NamespaceResponse(namespaces):
                self._namespaces = namespaces
            case _:
                return False
        return True

    def finish(self, completion: Tagged) -> Language:
        return Language(self._tag, self._namespaces)


@dataclass(frozen=True, slots=True)
class SetLanguage(Command[Language]):
    """LANGUAGE: let the server's words be in the first of these languages that it can speak.

    `ranges` are language ranges (RFC 4647) such as ``"de-AT"``, the best one first, or ``"default"`` for what the
    server's administrator prefers.  A server that speaks none of them refuses.  What was said before TLS, or before a
    SASL mechanism protects the connection, has to be said again after it (RFC 5255, 3.1).
    """

    ranges: tuple[str, ...]

    name = "LANGUAGE"
    requires = ("LANGUAGE",)
    states = ANY_STATE
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """LANGUAGE range..."""
        if not self.ranges:
            raise InvalidArgument("no language to speak: GetLanguages asks which there are")
        out.word("LANGUAGE")
        for language_range in self.ranges:
            out.astring(language_range)

    def collector(self) -> Collector[Language]:
        """The language chosen."""
        return _LanguageCollector()

    def answers(self) -> frozenset[object]:
        """LANGUAGE, and NAMESPACE with translations."""
        return frozenset({"LANGUAGE", "NAMESPACE"})


# --- comparators ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparators(Untagged):
    """``* COMPARATOR``: the comparator in use, and those that matched when there were several (RFC 4790)."""

    active: str
    matching: tuple[str, ...] = ()


# comparator-data = "COMPARATOR" SP comp-sel-quoted [SP "(" comp-id-quoted *(SP comp-id-quoted) ")"]
def _comparators(cursor: Cursor) -> Comparators:
    active = cursor.astring().decode("latin-1")
    cursor.spaces()
    if cursor.at_end():
        return Comparators(active)
    return Comparators(active, tuple(name.decode("latin-1") for name in cursor.list_of(cursor.astring)))


@dataclass(frozen=True, slots=True)
class UseComparator(Command[Comparators | None]):
    """COMPARATOR: compare texts by the first of these that the server knows; without any, ask what is in use.

    `orders` are collations or patterns of them (RFC 4790) such as ``"i;unicode-casemap"`` or ``"cz;*"``.  A server
    that knows none refuses with the code BADCOMPARATOR.
    """

    orders: tuple[str, ...] = ()

    name = "COMPARATOR"
    requires = ("I18NLEVEL=2",)
    states = AUTHENTICATED
    # What is found, and in which order, depends on it.
    effects = Effect.BARRIER

    def write(self, out: Encoder) -> None:
        """COMPARATOR [order...]."""
        out.word("COMPARATOR")
        for order in self.orders:
            out.astring(order)

    def collector(self) -> Collector[Comparators | None]:
        """The comparator in use."""
        return LastOf(Comparators)

    def answers(self) -> frozenset[object]:
        """COMPARATOR."""
        return frozenset({"COMPARATOR"})


EXTENSIONS = (
    Extension(
        name="LANGUAGE",
        rfc="RFC 5255",
        capabilities=("LANGUAGE",),
        commands=(GetLanguages, SetLanguage),
        responses={"LANGUAGE": _languages},
    ),
    Extension(
        name="I18NLEVEL",
        rfc="RFC 5255",
        capabilities=("I18NLEVEL=1", "I18NLEVEL=2"),
        commands=(UseComparator,),
        responses={"COMPARATOR": _comparators},
    ),
)
