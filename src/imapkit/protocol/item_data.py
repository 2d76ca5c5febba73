"""The answer to FETCH and STATUS: named values, of which only those that somebody reads are parsed.

One regular expression walks over the names and notes where their values begin; a value is parsed when it is asked
for, by the `Item` it is asked with.  One bad value therefore costs itself: it reads as None and is reported in
`defects`, its neighbours are untouched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from imapkit.protocol.model import Item, Untagged
from imapkit.protocol.wire import grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.types.defects import Defect

__all__ = ["ItemData"]

T = TypeVar("T")

# A name: an atom, with a section in brackets and an origin in angle brackets (RFC 9051, `msg-att-static`).  Lotus
# Domino wraps single items in parentheses of their own, so any number of those is passed over between items.
_NAME = (
    rb"[ ()]*+([A-Za-z][^\x00-\x20()\[\]{}\"<>]*+"
    rb'(?:\[(?:[^\]"{]++|"[^"\r\n]*+"|\{\d++\}\r\n)*+\])?(?:<\d++(?:\.\d++)?>)?)'
)
_NAME_ALONE = re.compile(_NAME + rb" *+")
_NAME_AND_VALUE = re.compile(_NAME + rb" ++(" + grammar.VALUE.pattern + rb")(?=[ ()]|\Z)")
_REST_IS_EMPTY = re.compile(rb"[ ()]*+\Z")
_ORIGIN = re.compile(r"<(\d+)(?:\.\d+)?>\Z")  # some servers echo <start.length> where only <start> belongs


class ItemData(Untagged):
    """Named values in parentheses."""

    __slots__ = ("_begin", "_cursor", "_newer", "_offsets")

    def __init__(self, cursor: Cursor) -> None:
        """Stand on the opening parenthesis."""
        self._cursor = cursor
        self._begin = cursor.pos
        self._offsets: dict[str, int] | None = None
        self._newer: ItemData | None = None

    def get(self, item: Item[T]) -> T | None:
        """The value of an item; None where it was not sent, or where it was malformed (see `defects`)."""
        if self._newer is not None and item in self._newer:
            return self._newer.get(item)
        offset = self._scanned().get(item.key)
        if offset is None:
            return None
        cursor = self._cursor
        cursor.pos = offset
        try:
            return item.parse(cursor)
        except ValueError as error:
            cursor.defect(f"{item.key}: {error}", offset)
            return None

    def __contains__(self, item: object) -> bool:
        if not isinstance(item, Item):
            return False
        return item.key in self._scanned() or (self._newer is not None and item in self._newer)

    def names(self) -> Iterator[str]:
        """The names of all items that were sent."""
        yield from self._scanned()
        if self._newer is not None:
            yield from (name for name in self._newer.names() if name not in self._scanned())

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What was put up with so far, in the values that have been read."""
        newer = self._newer.defects if self._newer is not None else ()
        return (*dict.fromkeys(self._cursor.defects), *newer)

    def update(self, newer: ItemData) -> None:
        """Let the values of a later response stand before ours (a server may answer for a message in pieces)."""
        if self._newer is None:
            self._newer = newer
        else:
            self._newer.update(newer)

    def _scanned(self) -> dict[str, int]:
        if self._offsets is None:
            self._offsets = {}
            self._scan(self._offsets)
        return self._offsets

    def _scan(self, offsets: dict[str, int]) -> None:
        cursor = self._cursor
        text, pos = cursor.text, self._begin
        while True:
            found = _NAME_AND_VALUE.match(text, pos)
            if found is not None:
                offsets[_key(found[1])] = found.start(2)
                pos = found.end()
            elif _REST_IS_EMPTY.match(text, pos):
                return
            else:
                cursor.pos = pos
                try:
                    self._scan_odd_one(offsets)
                except ValueError as error:
                    cursor.defect(f"the rest of the items cannot be read: {error}", pos)
                    return
                pos = cursor.pos

    def _scan_odd_one(self, offsets: dict[str, int]) -> None:
        """Pass over one item that the pattern does not fit: a missing value, a name that is none, a broken string."""
        cursor = self._cursor
        found = _NAME_ALONE.match(cursor.text, cursor.pos)
        if found is None:
            cursor.defect("the name of an item expected")
            start = cursor.pos
            while cursor.accept(b" ") or cursor.accept(b"(") or cursor.accept(b")"):
                pass
            cursor.skip_value()
            if cursor.pos == start:
                raise cursor.error("an item")
            return
        cursor.pos = found.end()
        if cursor.at_end() or cursor.peek() == ord(")"):
            cursor.defect("an item without a value", found.start(1))
            return
        offset = cursor.pos
        cursor.skip_value()
        offsets[_key(found[1])] = offset


def _key(name: bytes) -> str:
    key = name.decode("latin-1").upper()
    if "[" in key:
        key = _ORIGIN.sub(r"<\1>", key.replace('"', ""))
    return key
