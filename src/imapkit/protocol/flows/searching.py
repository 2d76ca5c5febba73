"""Which messages a query finds, decided by the server as far as it can.

IMAP's SEARCH knows whole days; a query may ask for a moment (`received_after`).  So a query that does is taken
apart: what holds no moment is one SEARCH; for a moment, the server finds the days that are surely in, and of the
days around it the INTERNALDATEs are fetched and compared here; the parts are put together again as sets.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from imapkit.errors import CommandError
from imapkit.protocol.extensions.fetch import INTERNALDATE, UID, Fetch
from imapkit.protocol.extensions.messagelimit import MessageLimit
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.flows.base import Flow, execute, wait_for
from imapkit.types.query import And, Not, Or, Q, Query, ReceivedAfter, ReceivedBefore, all_of, coarse, needs_filter
from imapkit.types.uids import MAX_NUMBER, UidSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.connection import Connection

__all__ = ["search"]

# A day as written and the same day in UTC lie less than two days apart, whatever the timezone.
_MARGIN = dt.timedelta(days=2)
_PAGE = 1000


def search(connection: Connection, query: Query) -> Flow[UidSet]:
    """The UIDs of the messages of the selected mailbox that a query finds."""
    match query:
        case ReceivedAfter(moment):
            surely = Q.since(moment.astimezone(dt.UTC).date() + _MARGIN)
            return (yield from _by_moment(connection, query, surely))
        case ReceivedBefore(moment):
            surely = Q.before(moment.astimezone(dt.UTC).date() - _MARGIN)
            return (yield from _by_moment(connection, query, surely))
        case Not(part) if needs_filter(part):
            everything = yield from _on_server(connection, Q.all)
            return everything - (yield from search(connection, part))
        case Or(parts) if needs_filter(query):
            return (yield from _any(connection, parts))
        case And(parts) if needs_filter(query):
            return (yield from _all(connection, parts))
        case _:
            return (yield from _on_server(connection, query))


def _on_server(connection: Connection, query: Query) -> Flow[UidSet]:
    found = UidSet()
    charset: str | None = "UTF-8"
    highest = MAX_NUMBER
    while True:
        part = query if highest == MAX_NUMBER else Q.uid(UidSet.from_ranges([(1, highest)])) & query
        returns = ("ALL",) if connection.supports("ESEARCH") else ()
        pending = connection.send(Search(part, returns=returns, charset=charset))
        yield from wait_for(connection, (pending,))
        try:
            found |= pending.result().uids
        except CommandError as error:
            # Exchange refuses CHARSET UTF-8, even where all is ASCII; without it, it takes the octets as they are.
            if error.code != "BADCHARSET" or charset is None:
                raise
            charset = None
            continue
        # RFC 9738, 3.1: the server looked at so many messages, from the highest UID down to this one.
        match pending.code:
            case MessageLimit(last_uid=int(last)) if 1 < last <= highest:
                highest = last - 1
            case _:
                return found


def _by_moment(connection: Connection, query: ReceivedAfter | ReceivedBefore, surely: Query) -> Flow[UidSet]:
    found = yield from _on_server(connection, surely)
    possible = yield from _on_server(connection, query.coarse)
    after = isinstance(query, ReceivedAfter)
    for page in (possible - found).chunks(_PAGE):
        answer = yield from execute(connection, Fetch(page, (UID, INTERNALDATE)))
        received = {uid: data.get(INTERNALDATE) for uid, data in answer.items()}
        found |= UidSet(
            uid for uid, moment in received.items() if moment is not None and (moment >= query.moment) == after
        )
    return found


def _any(connection: Connection, parts: Iterable[Query]) -> Flow[UidSet]:
    found = UidSet()
    for part in parts:
        found |= yield from search(connection, part)
    return found


def _all(connection: Connection, parts: Iterable[Query]) -> Flow[UidSet]:
    parts = tuple(parts)
    found = yield from _on_server(connection, all_of([coarse(part) for part in parts]))
    for part in parts:
        if needs_filter(part) and found:
            found &= yield from search(connection, part)
    return found
