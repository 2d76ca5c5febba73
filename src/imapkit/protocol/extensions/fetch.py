"""FETCH (RFC 9051, 6.4.5 and 7.5.2): everything there is to know of messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.bodystructure import BODY, BODYSTRUCTURE
from imapkit.protocol.extensions.envelope import ENVELOPE
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import (
    SELECTED,
    Collector,
    Command,
    Effect,
    Extension,
    Item,
    Reading,
    Tagged,
    Untagged,
    UsualResponse,
    missing_for_items,
    usual_item,
    usual_number,
)
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.dates import USUAL_DATE_TIME, parse_date_time, usual_date_time
from imapkit.types.flags import FlagSet
from imapkit.types.sections import Section
from imapkit.types.uids import MAX_NUMBER, NumberSet, OpenNumberRange, OpenSeqRange, SeqSet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from imapkit.protocol.extensions.partial import PartialRange
    from imapkit.protocol.wire.encoder import Encoder, SequenceSet
    from imapkit.protocol.wire.framer import Literals, Routing, Sink

__all__ = [
    "BODY",
    "BODYSTRUCTURE",
    "ENVELOPE",
    "EXTENSIONS",
    "FLAGS",
    "INTERNALDATE",
    "RFC822_SIZE",
    "UID",
    "Fetch",
    "FetchResult",
    "Fetched",
    "body_section",
    "is_uid_command",
]


def _flags(cursor: Cursor) -> FlagSet:
    return FlagSet(cursor.flags())


def _internal_date(cursor: Cursor) -> dt.datetime | None:
    text = cursor.nstring()  # NIL was seen
    moment = parse_date_time(text) if text is not None else None
    if moment is None:
        cursor.defect("a date and time expected")
    return moment


def _nstring(cursor: Cursor) -> bytes | None:
    return cursor.nstring()


# The flags of most messages are those of thousands of others.  None for what has to be looked at more closely.
@lru_cache(maxsize=1024)
def _remembered_flags(names: bytes) -> FlagSet | None:
    flags = names.decode("utf-8", "surrogateescape").split(" ") if names else []
    return None if "" in flags or b"NIL" in names.upper().split(b" ") else FlagSet(flags)


def _usual_flags(found: re.Match[bytes], _: Literals | None) -> FlagSet | None:
    names = found[1]
    return _remembered_flags(names) if len(names) <= _MOST_REMEMBERED else None


_MOST_REMEMBERED = 256  # octets
_FLAG_LIST = rb'\(([^\x00-\x1f()"]*+)\)'  # whoever passes over the list takes a quotation mark for that of a string


def _usual_date(found: re.Match[bytes], _: Literals | None) -> dt.datetime | None:
    return usual_date_time(found[1].decode("ascii"))


UID: Item[int] = Item("UID", Cursor.number, usual=usual_number("UID"))
FLAGS: Item[FlagSet] = Item("FLAGS", _flags, usual=usual_item("FLAGS", _FLAG_LIST, _usual_flags))
INTERNALDATE: Item[dt.datetime | None] = Item(
    "INTERNALDATE", _internal_date, usual=usual_item("INTERNALDATE", b'"(%b)"' % USUAL_DATE_TIME.pattern, _usual_date)
)
RFC822_SIZE: Item[int] = Item("RFC822.SIZE", Cursor.number64, usual=usual_number("RFC822.SIZE"))


def _literal(found: re.Match[bytes], literals: Literals | None) -> bytes | None:
    return literals[found.end()] if literals is not None else None


_LITERAL = rb"\{\d++\}\r\n"
_USUAL_SECTIONS = {name: usual_item(f"BODY[{name}]", _LITERAL, _literal) for name in ("", "HEADER", "TEXT")}


def body_section(
    section: Section | str = "", *, partial: tuple[int, int] | None = None, mark_seen: bool = False
) -> Item[bytes | None]:
    r"""The octets of a section of the message, or of `partial` = (first octet, how many) of it.

    The ``\Seen`` flag is left alone unless `mark_seen` asks for it (BODY.PEEK against BODY).

    >>> body_section(Section("1", "MIME")).asked_as, body_section(partial=(0, 1000)).key
    ('BODY.PEEK[1.MIME]', 'BODY[]<0>')
    """
    if isinstance(section, str):
        section = Section(section)
    asked = f"{'BODY' if mark_seen else 'BODY.PEEK'}[{section}]"
    if partial is None:
        return Item(f"BODY[{section}]", _nstring, asked, usual=_USUAL_SECTIONS.get(str(section)), whole=True)
    first, count = partial
    if first < 0 or count < 1 or first + count > 2**63 - 1:
        raise InvalidArgument(f"{partial} is no range of octets: a first one from 0 on and a count from 1 on are")
    return Item(f"BODY[{section}]<{first}>", _nstring, f"{asked}<{first}.{count}>", whole=True)


_SEQ = re.compile(rb"\* +(\d+)")


class Fetched(ItemData):
    """``* n FETCH``: what the server says of one message."""

    __slots__ = ("uid",)

    uid: int | None
    """The UID, where it was sent."""

    @property
    def seq(self) -> int:
        """The message's sequence number when this was sent."""
        found = cast("re.Match[bytes]", _SEQ.match(self._text))
        return int(found[1])

    def _begun(self) -> dict[str, int]:
        # Nobody asks for what `uid` tells already, so reading goes on behind it (see `_usual_fetched`).
        return {"UID": self._text.index(b"(")} if self.uid is not None else {}

    def update(self, newer: ItemData) -> None:
        """Let the values of a later response stand before ours."""
        super().update(newer)
        if self.uid is None and isinstance(newer, Fetched):
            self.uid = newer.uid

    def __repr__(self) -> str:
        return f"<Fetched {self.seq} {' '.join(self.names())}>"


# message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att))
def _fetched(cursor: Cursor, _number: int) -> Fetched:
    if not cursor.text.startswith(b"(", cursor.pos):
        raise cursor.error("the items of a message")
    fetched = Fetched.at(cursor)
    fetched.uid = None
    fetched.uid = fetched.get(UID)
    return fetched


# Nearly all servers send UID first; then nothing else has to be looked at to know whose data this is.
def _usual_fetched(found: re.Match[bytes], literals: Literals | None, reading: Reading) -> Fetched:
    fetched = Fetched(found.string, literals, found.end(1), reading)  # behind the UID
    fetched.uid = int(found[1])
    return fetched


_USUAL = UsualResponse(re.compile(rb"\* \d{1,9} FETCH (?=\(UID ([1-9]\d{0,8})[ )])"), _usual_fetched)

FetchResult = Mapping[int, Fetched]
"""What was fetched, in the order in which it came, by UID; by sequence number for a `SeqSet` or an `OpenSeqRange`."""


def is_uid_command(numbers: SequenceSet) -> bool:
    """Whether a command about these numbers is its UID form; a `SeqSet` and an `OpenSeqRange` ask for the other."""
    return not isinstance(numbers, SeqSet | OpenSeqRange)


def _membership(numbers: SequenceSet) -> Callable[[int], bool]:
    """Whether a number is among these; for a single range at the speed of `range`, since it is asked each time."""
    if isinstance(numbers, OpenNumberRange) and isinstance(numbers.first, int):
        return range(numbers.first, MAX_NUMBER + 1).__contains__
    if not isinstance(numbers, NumberSet):
        return lambda _: True  # only the server knows
    if len(numbers.ranges) == 1:
        [(first, last)] = numbers.ranges
        return range(first, last + 1).__contains__
    return numbers.__contains__


class FetchCollector(Collector[FetchResult]):
    """Takes the messages that were asked for and no other: data of other messages is nobody's answer."""

    def __init__(self, numbers: SequenceSet, sinks: Mapping[str, Sink] | None = None) -> None:
        self._wants = _membership(numbers)
        self._by_uid = is_uid_command(numbers)
        self._sinks = sinks or {}
        self.result: dict[int, Fetched] = {}

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Fetched):
            return False
        number = response.uid if self._by_uid else response.seq
        if number is None or not self._wants(number):
            return False
        known = self.result.setdefault(number, response)
        if known is not response:
            known.update(response)
        return True

    def route(self, first: bytes, line: bytes, size: int) -> Routing | None:
        if not self._sinks or b"FETCH " not in first[:24].upper():
            return None
        for key, sink in self._sinks.items():
            if line[: line.rindex(b"{")].rstrip(b" ~").upper().endswith(key.encode("ascii")):
                return sink
        return None

    def finish(self, completion: Tagged) -> FetchResult:
        return self.result

    def partial(self) -> object:
        return self.result or None


@dataclass(frozen=True, slots=True)
class Fetch(Command[FetchResult]):
    """FETCH or UID FETCH.

    `streams` maps items to sinks: the octets of such an item go there as they come, whatever their number, and the
    item reads as an empty `LiteralMarker`.  Streaming is for one message at a time.
    `changed_since` asks for what changed after that mod-sequence only (capability CONDSTORE, RFC 7162).
    `window` asks for some of these messages only: the last hundred are ``PartialRange(-1, -100)`` (PARTIAL, RFC 9394).
    """

    numbers: SequenceSet
    items: tuple[Item[object], ...]
    streams: tuple[tuple[Item[object], Sink], ...] = field(default=(), compare=False, repr=False)
    changed_since: int | None = None
    window: PartialRange | None = None

    name = "FETCH"
    states = SELECTED

    def disturbs(self) -> Effect:
        """By sequence number, no EXPUNGE may come in between (RFC 9051, 7.5.1)."""
        return Effect.MAY_EXPUNGE if is_uid_command(self.numbers) else Effect.USES_SEQUENCE_NUMBERS

    def write(self, out: Encoder) -> None:
        """[UID] FETCH set (item...) [([CHANGEDSINCE n] [PARTIAL first:last])]."""
        if not self.items and not self.streams:
            raise InvalidArgument("nothing to fetch: name some items")
        out.word("UID FETCH" if is_uid_command(self.numbers) else "FETCH").sequence_set(self.numbers).open()
        for item in (*self.items, *(item for item, _ in self.streams)):
            out.word(item.asked_as)
        out.close()
        if self.window is not None and not is_uid_command(self.numbers):
            raise InvalidArgument("a window is for UIDs: RFC 9394 has it for UID FETCH alone")
        if self.changed_since is not None or self.window is not None:
            out.open()
            if self.changed_since is not None:
                out.word("CHANGEDSINCE").number(self.changed_since)
            if self.window is not None:
                out.word("PARTIAL").word(str(self.window))
            out.close()

    def collector(self) -> FetchCollector:
        """The messages asked for, by number."""
        return FetchCollector(self.numbers, {item.key: sink for item, sink in self.streams})

    def answers(self) -> frozenset[object]:
        """FETCH."""
        return frozenset({"FETCH"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """The capability of an item that the server does not know; CONDSTORE and PARTIAL, where they are used."""
        if self.changed_since is not None and not (supports("CONDSTORE") or supports("QRESYNC")):
            return "CONDSTORE"
        if self.window is not None and not supports("PARTIAL"):
            return "PARTIAL"
        return missing_for_items((*self.items, *(item for item, _ in self.streams)), supports)


EXTENSIONS = (
    Extension(
        name="FETCH",
        rfc="RFC 9051, 6.4.5",
        commands=(Fetch,),
        numbered={"FETCH": _fetched},
        usual={"FETCH": _USUAL},
        fetch_items=(UID, FLAGS, INTERNALDATE, RFC822_SIZE, ENVELOPE, BODYSTRUCTURE, BODY),
    ),
)
