"""The answer to FETCH and STATUS: named values, of which only those that somebody reads are parsed.

A value is parsed when it is asked for, by the `Item` it is asked with.  Who asks in the order of the answer has each
value taken by its usual pattern, name and all, where the one before it ended.  What stands in between is passed over
by a pattern that fits any item, and what that does not fit, step by step.  One bad value therefore costs itself: it
reads as None and is reported in `defects`, its neighbours are untouched.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Self, TypeVar, cast

from imapkit.protocol.model import Item, Reading, Untagged
from imapkit.protocol.wire import grammar
from imapkit.protocol.wire.cursor import Cursor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imapkit.protocol.wire.framer import Literals
    from imapkit.types.defects import Defect

__all__ = ["ItemData"]

T = TypeVar("T")

# A name: an atom, with a section in brackets and an origin in angle brackets (RFC 9051, `msg-att-static`).  Lotus
# Domino wraps single items in parentheses of their own, so any number of those is passed over between items.
# (No bracket opens inside a section: so each search for the closing one ends where the next begins.)
_NAME = (
    rb"[ ()]*+([A-Za-z][^\x00-\x20()\[\]{}\"<>]*+"
    rb'(?:\[(?>[^\[\]"{]++|"[^\["\r\n]*+"|\{\d++\}\r\n)*+\])?(?:<\d++(?:\.\d++)?>)?)'
)
_NAME_ALONE = re.compile(_NAME + rb" *+")
_NAME_BEFORE_VALUE = re.compile(rb"(?>" + _NAME_ALONE.pattern + rb")(?=[^)])")
_NAME_AND_VALUE = re.compile(_NAME + rb" ++(" + grammar.VALUE.pattern + rb")(?=[ ()]|\Z)")
_END_OF_ITEM = re.compile(rb"[ ()]|\Z")
_REST_IS_EMPTY = re.compile(rb"[ ()]*+\Z")
_BETWEEN = re.compile(rb"[ ()]*+")
_ORIGIN = re.compile(r"<(\d+)(?:\.\d+)?>\Z")  # some servers echo <start.length> where only <start> belongs
_MAX_DEFECTS = 100

# The names that need no second look.
_COMMON = {
    name.encode(): name
    for name in (
        *("UID", "FLAGS", "MODSEQ", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"),
        *("BODY[]", "BODY[HEADER]", "BODY[TEXT]"),
    )
}


class ItemData(Untagged):
    """Named values in parentheses; where a name comes twice, the first value counts."""

    # As long as nothing is read, it is one object: two hundred thousand of them are a load for the garbage collector.
    __slots__ = ("_literals", "_newer", "_next", "_offsets", "_put_up_with", "_reading", "_text")

    def __init__(self, text: bytes, literals: Literals | None, begin: int, reading: Reading) -> None:
        """Of a response, what stands from its opening parenthesis on."""
        self._text = text
        self._literals = literals
        self._reading = reading
        # Where the items begin that have been looked at, by name, and where the others do.  Several threads may read
        # a message at once.  What stands before `_next` is always in `_offsets`: who walks on begins at a `_next` that
        # was read before `_offsets` was looked at, notes each item, and sets `_next` last.  So it does not matter who
        # is first, nor that `_next` may go back; and `_offsets`, once it is there, is never another.
        self._offsets: dict[str, int] | None = None
        self._next = begin
        self._newer: dict[str, ItemData] | None = None  # by name, the later response whose value stands before ours
        self._put_up_with: dict[Defect, None] | None = None

    @classmethod
    def at(cls, cursor: Cursor) -> Self:
        """What begins at the opening parenthesis here."""
        data = cls(cursor.text, cursor.literals, cursor.pos, Reading(cursor.utf8, cursor.nesting))
        if cursor.defects:
            data._report(cursor.defects)
        return data

    def get(self, item: Item[T]) -> T | None:
        """The value of an item; None where it was not sent, or where it was malformed (see `defects`)."""
        if self._newer is not None and item.key in self._newer:
            return self._newer[item.key].get(item)
        usual = item.usual
        if usual is not None:
            start = self._next
            offsets = self._offsets
            if offsets is None:
                offsets = self._noted()
            known = offsets.get(item.key)
            if known is not None:
                found = usual.pattern.match(self._text, known)
            else:
                found = usual.pattern.match(self._text, start)
                if found is not None:
                    offsets[item.key] = start
                    self._next = found.end()
                else:
                    found = self._find(item.key, usual.pattern, start)
            if found is not None and (value := usual.make(found, self._literals)) is not None:
                return value
        return self._patiently(item)

    def _find(self, key: str, pattern: re.Pattern[bytes], start: int) -> re.Match[bytes] | None:
        """Pass over others until this pattern fits, or until there is something out of the ordinary."""
        pos = self._behind_another(key, start)
        while pos is not None:
            found = pattern.match(self._text, pos)
            if found is not None:
                self._passed(key, pos, found.end())
                return found
            pos = self._behind_another(key, pos)
        return None

    def _behind_another(self, key: str, pos: int) -> int | None:
        """Pass over the item that is next in line, if it is another and nothing is odd about it; where it ends."""
        other = _NAME_AND_VALUE.match(self._text, pos)
        if other is None or (name := self._key(other)) == key:
            return None
        self._passed(name, other.start(1), other.end())
        return other.end()

    def _passed(self, key: str, start: int, end: int) -> None:
        """Note where an item begins, and go on behind it."""
        offsets = self._offsets
        if offsets is None:
            offsets = self._noted()
        offsets.setdefault(key, start)
        self._next = end

    def _noted(self) -> dict[str, int]:
        begun = self._begun()
        offsets = self._offsets
        if offsets is None:  # no other thread gets between a look and an assignment without a call
            offsets = self._offsets = begun
        return offsets

    def _begun(self) -> dict[str, int]:
        """Where the items begin that stand before what is read first."""
        return {}

    def _patiently(self, item: Item[T]) -> T | None:
        ahead = self._ahead(item.key) if item.whole else None
        name = ahead
        if name is None:
            start = self._scanned().get(item.key)
            if start is None:
                return None
            name = cast("re.Match[bytes]", _NAME_ALONE.match(self._text, start))  # it was found there
        cursor = self._cursor(name.end())
        try:
            value = item.parse(cursor)
        except (ValueError, RecursionError) as error:  # a user may have raised the limit of nesting above Python's own
            value = None
            cursor.defect(f"{item.key}: {error}", name.end())
        if cursor.defects:
            self._report(cursor.defects)
        elif ahead is not None and _END_OF_ITEM.match(self._text, cursor.pos):
            self._passed(item.key, ahead.start(1), cursor.pos)
        return value

    def _ahead(self, key: str) -> re.Match[bytes] | None:
        """Where this name is, if it stands behind others that are as they should be."""
        pos: int | None = self._next
        if self._offsets is not None and key in self._offsets:
            return None
        while pos is not None:
            name = _NAME_BEFORE_VALUE.match(self._text, pos)
            if name is None or self._key(name) == key:
                return name
            pos = self._behind_another(key, pos)
        return None

    def _cursor(self, pos: int) -> Cursor:
        """A new one each time: several threads may read a message at once."""
        return Cursor(self._text, self._literals, pos, utf8=self._reading.utf8, nesting=self._reading.nesting)

    def __contains__(self, item: object) -> bool:
        if not isinstance(item, Item):
            return False
        return item.key in self._scanned() or (self._newer is not None and item.key in self._newer)

    def names(self) -> Iterator[str]:
        """The names of all items that were sent."""
        yield from self._scanned() | (self._newer or {})

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What was put up with so far, in the values that have been read."""
        responses = {id(data): data for data in (self, *(self._newer or {}).values())}.values()
        return tuple(dict.fromkeys(chain.from_iterable(tuple(data._put_up_with or ()) for data in responses)))

    def update(self, newer: ItemData) -> None:
        """Let the values of a later response stand before ours (a server may answer for a message in pieces).

        What that replaces wholly is let go, so a message may be told of any number of times.
        """
        if self._newer is None:
            self._newer = {}
        for name in newer._scanned():
            self._newer[name] = newer
        if newer._newer is not None:
            self._newer |= newer._newer
        if newer._put_up_with is not None:
            self._report(newer._put_up_with)

    def _report(self, defects: Iterable[Defect]) -> None:
        known = self._put_up_with
        if known is None:
            known = self._put_up_with = {}
        for defect in defects:
            if len(known) < _MAX_DEFECTS:
                known[defect] = None

    def _scanned(self) -> dict[str, int]:
        """Where all items begin."""
        start = self._next
        offsets = self._noted()
        if start < len(self._text):
            cursor = self._cursor(start)
            self._scan(cursor, offsets)
            if cursor.defects:
                self._report(cursor.defects)
            self._next = len(self._text)
        return offsets

    def _scan(self, cursor: Cursor, offsets: dict[str, int]) -> None:
        text, pos = cursor.text, cursor.pos
        broken = False
        while True:
            found = None if broken and cursor.within_escaped(pos) else _NAME_AND_VALUE.match(text, pos)
            if found is not None:
                offsets.setdefault(self._key(found), found.start(1))
                pos = found.end()
            elif _REST_IS_EMPTY.match(text, pos):
                return
            else:
                cursor.pos, broken = pos, True
                try:
                    self._scan_odd_one(cursor, offsets)
                except ValueError as error:
                    cursor.defect(f"the rest of the items cannot be read: {error}", pos)
                    return
                pos = cursor.pos

    def _scan_odd_one(self, cursor: Cursor, offsets: dict[str, int]) -> None:
        """Pass over one item that the pattern does not fit: a missing value, a name that is none, a broken string."""
        found = _NAME_ALONE.match(cursor.text, cursor.pos)
        if found is None:
            cursor.defect("the name of an item expected")
            between = _BETWEEN.match(cursor.text, cursor.pos)
            cursor.pos = between.end() if between is not None else cursor.pos
            cursor.skip_value()
            return
        cursor.pos = found.end()
        if cursor.at_end() or cursor.peek() == ord(")"):
            cursor.defect("an item without a value", found.start(1))
            return
        cursor.skip_value()
        offsets.setdefault(self._key(found), found.start(1))

    def _key(self, found: re.Match[bytes]) -> str:
        """What an item calls itself: in upper case, without quotation marks around the names of header fields."""
        name, literals = found[1], self._literals
        common = _COMMON.get(name)
        if common is not None:
            return common
        if b"[" not in name:
            return name.upper().decode("latin-1")
        if literals is not None and b"{" in name:
            begin = found.start(1)
            name = grammar.LITERAL.sub(lambda literal: literals.get(begin + literal.end(), b""), name)
        key = name.replace(b'"', b"").upper().decode("latin-1")
        # pymap repeats what it was asked for: BINARY.PEEK[1] is BINARY[1].
        return _ORIGIN.sub(r"<\1>", key.replace(".PEEK[", "[", 1))
