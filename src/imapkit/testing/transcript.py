r"""What was said, readable: one line for each command and response.

>>> readable(b"* 1 FETCH (BODY[] {5}\r\nhello UID 7)\r\n")
'* 1 FETCH (BODY[] {5}hello UID 7)'
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Transcript", "readable"]

HIDDEN: Final = "***"
_LINES: Final = 10_000
_SHOWN: Final = 60
_ANNOUNCEMENT = re.compile(rb"\{(\d+)\+?\}\r\n")


class Transcript:
    """The last ten thousand lines of all sessions, in the order in which they were said."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_LINES)

    def client(self, line: str) -> None:
        """Note what the client said."""
        self._lines.append(f"C: {line}")

    def server(self, response: bytes) -> None:
        """Note what the server said."""
        self._lines.append(f"S: {readable(response)}")

    def lines(self) -> Sequence[str]:
        """All lines, oldest first."""
        return tuple(self._lines)


def readable(data: bytes) -> str:
    """One command or response as a line of text, with literals shortened to their first octets."""
    pieces: list[str] = []
    position = 0
    while found := _ANNOUNCEMENT.search(data, position):
        size = int(found[1])
        pieces += (_text(data[position : found.end() - 2]), _shortened(data[found.end() : found.end() + size]))
        position = found.end() + size
    return "".join([*pieces, _text(data[position:].removesuffix(b"\r\n"))])


def _shortened(literal: bytes) -> str:
    return _text(literal) if len(literal) <= _SHOWN else _text(literal[:_SHOWN]) + "..."


def _text(octets: bytes) -> str:
    text = octets.decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
