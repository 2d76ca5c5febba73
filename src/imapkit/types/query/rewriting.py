"""What a query asks of a server, and what is left for the client.

IMAP searches by day; `ReceivedAfter` and `ReceivedBefore` mean a moment. So a query with one of them takes two steps:
the server is asked for `coarse(query)`, which matches all of the messages and perhaps some more, and what it names is
sifted with `remainder(query)`:

>>> from datetime import UTC, datetime
>>> from imapkit.types.query import Q
>>> query = Q.unseen & Q.received_after(datetime(2026, 11, 1, 9, 30, tzinfo=UTC))
>>> print(coarse(query), "|", remainder(query))
UNSEEN SINCE 31-Oct-2026 | RECEIVED-AFTER 2026-11-01T09:30:00+00:00

For every message: ``query.matches(m) == (coarse(query).matches(m) and remainder(query).matches(m))``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.types.query.keys import KEYS
from imapkit.types.query.tree import All, And, Key, Not, Or, Query, ReceivedAfter, ReceivedBefore, all_of, any_of
from imapkit.types.uids import OpenSeqRange, SavedResult, SeqSet

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["coarse", "is_ascii", "needs_filter", "remainder", "required_capabilities", "uses_sequence_numbers"]


def needs_filter(query: Query) -> bool:
    """Whether what a server finds for `coarse(query)` must be sifted with `remainder(query)`."""
    return any(isinstance(leaf, ReceivedAfter | ReceivedBefore) for leaf in _leaves(query))


def coarse(query: Query) -> Query:
    """What a server can be asked: a query that matches everything that `query` does, and as little more as possible."""
    if not needs_filter(query):
        return query
    match query:
        case ReceivedAfter() | ReceivedBefore():
            return query.coarse
        case And():
            return all_of(map(coarse, query.parts))
        case Or():
            return any_of(map(coarse, query.parts))
        case Not():
            return _coarse_opposite(query.part)
        case Key("FUZZY", (Query() as part,)):
            return Key("FUZZY", (coarse(part),))
        case _:  # a key that imapkit does not know and that holds queries: it may be a kind of NOT
            return All()


def _coarse_opposite(query: Query) -> Query:
    """`coarse(~query)`, where `query` needs a filter: NOT of a superset would be a subset, so NOT moves inwards."""
    match query:
        case ReceivedAfter(moment):
            return coarse(ReceivedBefore(moment))
        case ReceivedBefore(moment):
            return coarse(ReceivedAfter(moment))
        case And():
            return any_of(coarse(~part) for part in query.parts)
        case Or():
            return all_of(coarse(~part) for part in query.parts)
        case _:
            return All()


def remainder(query: Query) -> Query:
    """What the client must still ask of the messages that match `coarse(query)`; `All()` where nothing is left.

    As much as possible is left to the server, which may have understood more of a text than `Query.matches` does, or
    may alone know the answer. What remains is a part of `query`, so it can need attributes besides `received`: of
    ``Q.received_after(moment) | Q.from_("ann")`` everything remains.
    """
    if not needs_filter(query):
        return All()
    match query:
        case And():
            return all_of(map(remainder, query.parts))
        case Key("FUZZY", (Query() as part,)):
            return remainder(part)
        case _:
            return query


def required_capabilities(query: Query) -> frozenset[str]:
    """The capabilities, in upper case, without which a server does not understand `query`.

    >>> from imapkit.types.query import Q
    >>> sorted(required_capabilities(Q.seen & ~Q.fuzzy(Q.younger(3600))))
    ['SEARCH=FUZZY', 'WITHIN']
    """
    return frozenset(_capabilities(query))


def _capabilities(query: Query) -> Iterator[str]:
    for key in _keys(query):
        spec = KEYS.get(key.name)
        if spec and spec.capability:
            yield spec.capability
        if any(isinstance(arg, SavedResult) for arg in key.args):
            yield "SEARCHRES"


def uses_sequence_numbers(query: Query) -> bool:
    """Whether the query names messages by sequence number; the saved result (``$``) does not.

    >>> from imapkit.types.query import SEQUENCE_SET, Key, Q
    >>> uses_sequence_numbers(Q.unseen & Key(SEQUENCE_SET, (SeqSet("1:5"),)))
    True
    """
    return any(isinstance(arg, SeqSet | OpenSeqRange) for key in _keys(query) for arg in key.args)


def is_ascii(query: Query) -> bool:
    """Whether all of the query's text is ASCII; if not, an IMAP4rev1 server must be told ``CHARSET UTF-8``."""
    return all(arg.isascii() for key in _keys(query) for arg in key.args if isinstance(arg, str | bytes))


def _keys(query: Query) -> Iterator[Key]:
    return (leaf for leaf in _leaves(query) if isinstance(leaf, Key))


def _leaves(query: Query) -> Iterator[Query]:
    """All nodes that do not combine others, and the keys that do."""
    match query:
        case And() | Or():
            for part in query.parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case Key(_, args):
            yield query
            for arg in args:
                if isinstance(arg, Query):
                    yield from _leaves(arg)
        case _:
            yield query
