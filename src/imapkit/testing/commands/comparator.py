"""COMPARATOR (RFC 5255, 4): how SEARCH, SORT and THREAD compare texts.

I18NLEVEL=1 has i;unicode-casemap, which ignores case in all of Unicode; with I18NLEVEL=2 the client can choose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing import render
from imapkit.testing.annotations import matches
from imapkit.testing.comparators import COMPARATORS, DEFAULT
from imapkit.testing.features import Feature, Handler, Request, SearchKey
from imapkit.testing.message import text
from imapkit.testing.refusal import Refused
from imapkit.testing.search_keys import Having
from imapkit.types.query import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imapkit.testing.message.parts import Part
    from imapkit.testing.search_keys import SearchKeys
    from imapkit.testing.session import ServerSession
    from imapkit.types.query import Query

__all__ = ["FEATURE"]

_REQUIRED: Final = ("I18NLEVEL=2",)


# comparator-cmd = "COMPARATOR" *(SP comp-order-quoted)
def _comparator(session: ServerSession, request: Request) -> None:
    orders = request.words()
    found = [
        name for order in orders for name in COMPARATORS if matches(DEFAULT if order == "default" else order, name)
    ]
    matching = list(dict.fromkeys(found))
    if orders and not matching:
        raise Refused("No comparator matches", code="BADCOMPARATOR")
    session.comparator = matching[0] if matching else session.comparator
    # comparator-data = "COMPARATOR" SP comp-sel-quoted [SP "(" comp-id-quoted *(SP comp-id-quoted) ")"]
    several = [render.parenthesised(name.encode("ascii") for name in matching)] if len(matching) > 1 else []
    session.untagged(b"COMPARATOR", session.comparator.encode("ascii"), *several)


# --- SEARCH -------------------------------------------------------------------------------------------------------

# The keys to which the active comparator applies (section 4.2), but for HEADER, which names its field itself.
_FIELDS: Final = ("BCC", "CC", "FROM", "SUBJECT", "TO")
_TEXTS: Final[Mapping[str, Callable[[Part], str]]] = {"BODY": text.body_text, "TEXT": text.full_text}


def _read_text(name: str) -> SearchKey:
    def read(keys: SearchKeys) -> Query:
        wanted = keys.text()
        return _key(keys.session, Key(name, (wanted,)), wanted, lambda message: [_TEXTS[name](message)])

    return SearchKey(read, _REQUIRED)


def _read_field(name: str) -> SearchKey:
    def read(keys: SearchKeys) -> Query:
        wanted = keys.text()
        return _key(keys.session, Key(name, (wanted,)), wanted, lambda message: text.header_values(message, name))

    return SearchKey(read, _REQUIRED)


def _read_header(keys: SearchKeys) -> Query:
    field, wanted = keys.text(), keys.text()
    key = Key("HEADER", (field, wanted))
    return _key(keys.session, key, wanted, lambda message: text.header_values(message, field))


def _key(session: ServerSession, key: Key, wanted: str, texts: Callable[[Part], list[str]]) -> Query:
    """The key as the active comparator has it; that of the query's own evaluator is the default one."""
    if session.comparator == DEFAULT:
        return key
    normal = COMPARATORS[session.comparator]
    return Having(lambda message: any(normal(wanted) in normal(value) for value in texts(message.content.structure)))


FEATURE = Feature(
    capabilities=("I18NLEVEL=1", "I18NLEVEL=2"),
    commands=(Handler("COMPARATOR", _comparator, requires=_REQUIRED),),
    search_keys={
        **{name: _read_field(name) for name in _FIELDS},
        **{name: _read_text(name) for name in _TEXTS},
        "HEADER": SearchKey(_read_header, _REQUIRED),
    },
)
