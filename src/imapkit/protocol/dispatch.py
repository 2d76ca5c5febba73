"""From a framed response to a value, by one table merged from all extensions.

Messages and mailboxes come by the thousand, one like the other: what the last response looked like is tried first.

A response that nobody knows becomes `Unknown`; so does a malformed one, with the reason.  Framing is intact in both
cases, so they cost nothing but themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from imapkit.protocol.model import (
    Code,
    CodeParser,
    Condition,
    Continuation,
    Extension,
    NumberedParser,
    OtherCode,
    Reading,
    ResponseParser,
    Status,
    Tagged,
    Unknown,
    Untagged,
    UsualResponse,
)
from imapkit.protocol.wire.cursor import Cursor, ParseError
from imapkit.protocol.wire.limits import DEFAULT_LIMITS, Limits
from imapkit.types.uids import MAX_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from imapkit.protocol.wire.framer import Framed
    from imapkit.types.defects import Defect

__all__ = ["Dispatcher", "Response"]

V = TypeVar("V")

Response = Untagged | Tagged | Continuation

# response-data = "*" SP (... / number SP name / name ...) (RFC 9051, 9)
_UNTAGGED = re.compile(rb'\* +(?:(\d{1,10}) +)?([^\x00-\x20()"{\[]+) *')
# response-tagged = tag SP resp-cond-state CRLF; a code without a space before it does no harm, a lost completion does
_TAGGED = re.compile(rb"([^\x00-\x20+*]\S*+) ++(OK|NO|BAD)(?=[ \[]|\Z) *+", re.IGNORECASE)
_STATUSES: Mapping[bytes, Status] = {b"OK": "OK", b"NO": "NO", b"BAD": "BAD", b"BYE": "BYE", b"PREAUTH": "PREAUTH"}
_CODE = re.compile(rb"\[([^\x00-\x20\]\[(){]+) *")


class Dispatcher:
    """The merged table.  `defects` holds what was put up with in the response parsed last."""

    def __init__(self, extensions: Iterable[Extension], limits: Limits = DEFAULT_LIMITS) -> None:
        extensions = tuple(extensions)
        self._responses: Mapping[bytes, ResponseParser] = _merged(e.responses for e in extensions)
        self._numbered: Mapping[bytes, NumberedParser] = _merged(e.numbered for e in extensions)
        self._codes: Mapping[bytes, CodeParser] = _merged(e.codes for e in extensions)
        self._usual: Mapping[bytes, UsualResponse] = _merged(e.usual for e in extensions)
        self._likely: UsualResponse | None = None  # how the last response is usually written
        self._reading = Reading(nesting=limits.nesting)
        self._cursor = Cursor(b"", nesting=limits.nesting)  # one for all: nobody keeps it
        self.defects: list[Defect] = []

    @property
    def utf8(self) -> bool:
        """Whether mailbox names come in UTF-8 from now on."""
        return self._reading.utf8

    @utf8.setter
    def utf8(self, value: bool) -> None:
        self._reading = replace(self._reading, utf8=value)

    def parse_alike(self, ahead: list[bytes]) -> Iterator[Untagged]:
        """The values of the responses ahead (see `Framer.ahead`) that look like the last one; they are taken off."""
        likely = self._likely
        if likely is None:
            return
        match, make, reading = likely.pattern.match, likely.make, self._reading
        while ahead and (found := match(ahead[-1])) is not None:
            ahead.pop()
            yield make(found, None, reading)

    def parse(self, framed: Framed) -> Response | None:
        """The value of a response; None for an empty line (Exchange sends them between responses)."""
        text, literals = framed
        likely = self._likely
        if likely is not None:
            found = likely.pattern.match(text)
            if found is not None:
                if self.defects:
                    self.defects = []
                return likely.make(found, literals, self._reading)
        cursor = self._cursor
        cursor.begin(text, literals, utf8=self.utf8)
        self.defects = cursor.defects
        try:
            found = _UNTAGGED.match(text)
            if found is None:
                return self._other(cursor)
            cursor.pos = found.end()
            number, name = found.groups()
            self._likely = self._usual.get(name)
            if number is not None:
                numbered = self._numbered.get(name) or self._numbered.get(name.upper())
                if numbered is not None:
                    value = int(number)
                    if value > MAX_NUMBER:
                        raise ParseError(f"a number up to {MAX_NUMBER}", text, found.start(1))
                    return numbered(cursor, value)
            else:
                parser = self._responses.get(name) or self._responses.get(name.upper())
                if parser is not None:
                    return parser(cursor)
                if name.upper() in _STATUSES:
                    return Condition(_STATUSES[name.upper()], *self._resp_text(cursor))
            return Unknown(name.upper().decode("latin-1"), framed.raw())
        except ValueError as error:
            return Unknown(_name_of(text), framed.raw(), str(error))

    def _other(self, cursor: Cursor) -> Response | None:
        """What is no untagged response with a name."""
        text = cursor.text
        if text.startswith(b"* "):
            raise cursor.error("the name of a response")
        if text.startswith(b"+"):
            return Continuation(text[2:] if text.startswith(b"+ ") else text[1:])
        return self._tagged(cursor) if text else None

    def _tagged(self, cursor: Cursor) -> Tagged | Unknown:
        found = _TAGGED.match(cursor.text)
        if found is None:
            raise cursor.error("a tagged status response")
        cursor.pos = found.end()
        status = found[2].upper()
        code, text = self._resp_text(cursor)
        tag = found[1].decode("latin-1")
        return Tagged(tag, "OK" if status == b"OK" else "NO" if status == b"NO" else "BAD", code, text)

    def _resp_text(self, cursor: Cursor) -> tuple[Code | None, str]:
        """``resp-text = ["[" resp-text-code "]" SP] text``; a code stands right behind the status, nowhere else."""
        found = _CODE.match(cursor.text, cursor.pos)
        code: Code | None = None
        if found is not None:
            code = self._code(cursor, found[1].upper(), found.end())
        if code is not None:
            cursor.spaces()
        return code, cursor.rest().decode("utf-8", "replace")

    def _code(self, cursor: Cursor, name: bytes, start: int) -> Code | None:
        before = cursor.pos
        parser = self._codes.get(name)
        if parser is not None:
            try:
                cursor.pos = start
                code = parser(cursor)
                cursor.spaces()
                cursor.expect(b"]")
            except ValueError:
                cursor.pos = before
                cursor.defect("a malformed response code")
            else:
                return code
        end = cursor.text.find(b"]", start)
        if end < 0:
            cursor.pos = before
            cursor.defect("a response code without an end")
            return None
        cursor.pos = end + 1
        return OtherCode(name.decode("latin-1"), cursor.text[start:end].rstrip(b" "))


def _merged(tables: Iterable[Mapping[str, V]]) -> dict[bytes, V]:
    merged: dict[bytes, V] = {}
    for table in tables:
        for name, parser in table.items():
            key = name.encode("ascii")
            if key in merged:
                raise ValueError(f"two extensions parse {name}")
            merged[key] = parser
    return merged


def _name_of(text: bytes) -> str:
    found = _UNTAGGED.match(text)
    return found[2].decode("latin-1").upper() if found is not None else ""
