"""Which octets BODY[...] and BINARY[...] mean (RFC 9051, 6.4.5.1).

A part that holds a message has two faces: addressed as a part it is its own header (MIME) and body, but numbers,
HEADER and TEXT behind its own number look into the message that it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imapkit.testing.message.parts import Part
    from imapkit.types.sections import Section

__all__ = ["extract", "find"]


def find(message: Part, numbers: str) -> Part | None:
    """The part of this number, such as ``1.2``; None where there is none."""
    current, addressed = message, False
    for number in map(int, numbers.split(".")):
        container = (current.message or current) if addressed else current
        if container.parts:
            if number > len(container.parts):
                return None
            current = container.parts[number - 1]
        elif number == 1 and (not addressed or current.message is not None):
            current = container  # a body that is not multipart is its part 1
        else:
            return None
        addressed = True
    return current


def extract(message: Part, section: Section) -> bytes | None:
    """The octets of a section; None where there is no such thing."""
    if not section.part:
        return message.header + message.body if not section.text else _text(message, section)
    part = find(message, section.part)
    if part is None:
        return None
    if section.text == "MIME":
        return part.header
    if not section.text:
        return part.body
    return _text(part.message, section) if part.message is not None else None


def _text(message: Part, section: Section) -> bytes:
    if section.text == "TEXT":
        return message.body
    if section.text == "HEADER":
        return message.header
    wanted = {name.lower().encode("ascii") for name in section.fields}
    leave_out = section.text == "HEADER.FIELDS.NOT"
    lines = [field.raw for field in message.fields if (field.name in wanted) is not leave_out]
    return b"".join(lines) + _blank_line(message.header)


def _blank_line(header: bytes) -> bytes:
    """The empty line that ends a header belongs to every subset of it, unless there is none."""
    for line in (b"\r\n", b"\n"):
        if header == line or header.endswith(b"\n" + line):
            return line
    return b""
