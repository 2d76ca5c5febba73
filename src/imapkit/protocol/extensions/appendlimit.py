"""APPENDLIMIT (RFC 7889): how large a message may be.

A server with one limit for all mailboxes says ``APPENDLIMIT=257890`` in its capabilities (`limit_of` reads it); one
that says ``APPENDLIMIT`` alone has a limit for each mailbox, which STATUS tells.  What is too large is refused with
the response code TOOBIG.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.capabilities import value_of
from imapkit.protocol.model import Extension, Item

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["APPENDLIMIT", "EXTENSIONS", "limit_of"]

_N = tuple(b"Nn")


# append-limit-resp = "APPENDLIMIT" SP (number / nil)
def _limit(cursor: Cursor) -> int | None:
    if cursor.peek() in _N:  # NIL
        cursor.nstring()
        return None
    return cursor.number64()


APPENDLIMIT: Item[int | None] = Item("APPENDLIMIT", _limit, requires=("APPENDLIMIT", "APPENDLIMIT="))
"""STATUS: the size in octets that a message may have here; None for no limit."""


def limit_of(capabilities: frozenset[str]) -> int | None:
    """The limit of all mailboxes, in octets; None where the server told none.

    >>> limit_of(frozenset({"IMAP4REV1", "APPENDLIMIT=257890"}))
    257890
    """
    value = value_of(capabilities, "APPENDLIMIT=")
    return int(value) if value is not None and value.isdecimal() and value.isascii() and len(value) < 20 else None


EXTENSIONS = (
    Extension(
        name="APPENDLIMIT",
        rfc="RFC 7889",
        capabilities=("APPENDLIMIT", "APPENDLIMIT="),
        status_items=(APPENDLIMIT,),
    ),
)
