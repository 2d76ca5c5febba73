"""BINARY (RFC 3516): FETCH of parts without their transfer encoding; APPEND takes a literal8."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.mime import transfer
from imapkit.testing import render
from imapkit.testing.commands.fetch import read_partial
from imapkit.testing.features import Feature, FetchItem, ItemParser
from imapkit.testing.message import sections
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.message.parts import Part
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE", "decoded", "read_binary_section"]

_SECTION = re.compile(rb"\[([1-9]\d{0,9}(?:\.[1-9]\d{0,9})*)?\]")
_ENCODINGS: Final = frozenset({b"7bit", b"8bit", b"binary", b"base64", b"quoted-printable"})


# fetch-att =/ "BINARY" [".PEEK"] section-binary [partial] / "BINARY.SIZE" section-binary
def _octets(arguments: Cursor, *, peek: bool) -> FetchItem:
    numbers = read_binary_section(arguments)
    label, cut = read_partial(arguments, b"BINARY[%s]" % numbers.encode("ascii"))

    def value(_session: ServerSession, message: StoredMessage) -> bytes:
        octets = _of_part(message, numbers)
        return b"NIL" if octets is None else render.binary(octets[cut])

    return FetchItem(label, value, not peek)


def _size(arguments: Cursor) -> FetchItem:
    numbers = read_binary_section(arguments)
    label = b"BINARY.SIZE[%s]" % numbers.encode("ascii")
    return FetchItem(label, lambda _session, message: b"%d" % len(_of_part(message, numbers) or b""))


# section-binary = "[" [section-part] "]"
def read_binary_section(arguments: Cursor) -> str:
    """Read ``section-binary``."""
    found = _SECTION.match(arguments.text, arguments.pos)
    if found is None:
        raise arguments.error("the number of a part")
    arguments.pos = found.end()
    return (found[1] or b"").decode("ascii")


def _of_part(message: StoredMessage, numbers: str) -> bytes | None:
    if not numbers:
        return message.raw
    part = sections.find(message.content.structure, numbers)
    if part is None:
        return None
    octets = decoded(part)
    if octets is None:
        raise Refused("Unknown transfer encoding", code="UNKNOWN-CTE")
    return octets


def decoded(part: Part) -> bytes | None:
    """The octets of a part without their transfer encoding; None for one that nobody knows (RFC 3516, 4.3)."""
    if part.encoding.lower() not in _ENCODINGS:
        return None
    return transfer.decode(part.body, part.encoding.decode("ascii"))


_REQUIRES: Final = ("BINARY", "IMAP4REV2")

FEATURE = Feature(
    capabilities=("BINARY",),
    fetch_items={
        "BINARY": ItemParser(lambda _, cursor: _octets(cursor, peek=False), _REQUIRES),
        "BINARY.PEEK": ItemParser(lambda _, cursor: _octets(cursor, peek=True), _REQUIRES),
        "BINARY.SIZE": ItemParser(lambda _, cursor: _size(cursor), _REQUIRES),
    },
)
