"""A message as a tree of parts, each of which knows where in the octets it stands.

`email.parser` is of no use here: it does not keep offsets, and BODY[1] has to be the very octets.  Both CRLF and a
lone LF end a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from imapkit.testing.message.fields import parse_parameters, unfold

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Field", "Part", "parse"]

_DEEPEST: Final = 40
# A header ends at its first empty line, which belongs to it.
_END_OF_HEADER: Final = re.compile(rb"(?:\A|\n)\r?\n")
# A field is a line that does not begin with white space, and those behind it that do.
_FIELD: Final = re.compile(rb"[^\n]*(?:\n|\Z)(?:[ \t][^\n]*(?:\n|\Z))*")
_MESSAGES: Final = frozenset({b"message/rfc822", b"message/global"})


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name (in lower case), its value unfolded, and its lines as they stand there."""

    name: bytes
    value: bytes
    raw: bytes


@dataclass(eq=False)
class Part:
    """One part: header, body, and what the body is made of.

    `parts` are those of a multipart, `message` is what a message/rfc822 holds.
    """

    header: bytes
    body: bytes
    default_type: bytes = b"text/plain"
    parts: list[Part] = field(default_factory=list["Part"])
    message: Part | None = None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The header's fields in order; lines that are none are left out."""
        return tuple(_fields(self.header))

    def value(self, name: bytes) -> bytes | None:
        """The value of the first field of this name, None where there is none."""
        return next((found.value for found in self.fields if found.name == name), None)

    @cached_property
    def content_type(self) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """``type/subtype`` in lower case, and the parameters."""
        value = self.value(b"content-type")
        if value is not None:
            kind, parameters = parse_parameters(value)
            if b"/" in kind:
                return kind.lower(), parameters
        return self.default_type, []

    @property
    def kind(self) -> bytes:
        """``type/subtype`` in lower case."""
        return self.content_type[0]

    @property
    def encoding(self) -> bytes:
        """The transfer encoding, in the sender's spelling."""
        return parse_parameters(self.value(b"content-transfer-encoding") or b"")[0] or b"7bit"

    def leaves(self) -> Iterator[Part]:
        """All parts that hold no other parts, those of encapsulated messages included."""
        inner = [*self.parts, *([self.message] if self.message else [])]
        if not inner:
            yield self
        for part in inner:
            yield from part.leaves()

    def walk(self) -> Iterator[Part]:
        """Itself, and all parts inside."""
        yield self
        for part in (*self.parts, *([self.message] if self.message else [])):
            yield from part.walk()


def parse(raw: bytes) -> Part:
    """The tree of a message."""
    return _parse(raw, b"text/plain", 0)


def _parse(raw: bytes, default_type: bytes, depth: int) -> Part:
    end = _END_OF_HEADER.search(raw)
    cut = end.end() if end else len(raw)
    part = Part(raw[:cut], raw[cut:], default_type)
    if depth >= _DEEPEST:
        return part
    kind, parameters = part.content_type
    if kind in _MESSAGES:
        part.message = _parse(part.body, b"text/plain", depth + 1)
    elif kind.startswith(b"multipart/"):
        boundary = dict(parameters).get(b"boundary")
        if boundary:
            below = b"message/rfc822" if kind == b"multipart/digest" else b"text/plain"
            part.parts = [_parse(piece, below, depth + 1) for piece in _split(part.body, boundary)]
    return part


def _split(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """The pieces between the delimiters (RFC 2046, 5.1.1): the line end before a delimiter belongs to it."""
    delimiter = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\r?\Z)", re.MULTILINE)
    start = -1
    for found in delimiter.finditer(body):
        if start >= 0:
            yield _without_line_end(body[start : found.start()])
        if found[1]:
            return
        start = found.end()
    if start >= 0:
        yield body[start:]


def _without_line_end(piece: bytes) -> bytes:
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith(b"\n") else piece


def _fields(header: bytes) -> Iterator[Field]:
    for found in _FIELD.finditer(header):
        name, colon, value = found[0].partition(b":")
        name = name.rstrip(b" \t")
        if colon and name and not re.search(rb"[\s:]", name):
            yield Field(name.lower(), unfold(value), found[0])
