"""How the tour looks: headings, the line of code that does it, and what came of it, in columns that fit a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from textwrap import wrap

from imapkit import AsyncMessage, FolderNotFound, Message, NotSupported, ReadOnly

__all__ = ["Guide", "fit"]

WIDTH = 78
INDENT = "   "


class Guide:
    """Tells what happens; `write` takes a line at a time."""

    def __init__(self, write: Callable[[str], object] = print) -> None:
        self._write = write
        self._steps = 0

    @contextmanager
    def step(self, title: str, code: str) -> Generator[None]:
        """A step of the tour: its title, and its idea in a line of code; says why when it cannot be made."""
        self._steps += 1
        heading = f"── {self._steps}. {title} "
        self._write(f"\n{heading}{'─' * (WIDTH - cells(heading))}\n\n{INDENT}>>> {code}\n")
        try:
            yield
        except (ReadOnly, NotSupported, FolderNotFound) as reason:
            self.say(f"Skipped: {reason}.")

    def say(self, text: str, *, most: int = 40) -> None:
        """Some lines; those beyond `most` are only counted."""
        lines = text.splitlines()
        for line in lines[:most]:
            for piece in wrap(line, WIDTH - len(INDENT)) or [""]:
                self._write(f"{INDENT}{piece}".rstrip())
        if len(lines) > most:
            self._write(f"{INDENT}({len(lines) - most} more lines)")

    def mails(self, messages: Iterable[Message | AsyncMessage], *, previews: bool = False) -> None:
        """A line for each mail, and another one for its first words."""
        for message in messages:
            date = f"{message.date:%d %b %Y %H:%M}" if message.date else "no readable date"
            sender = (message.from_.display_name or message.from_.addr_spec) if message.from_ else "nobody"
            row = f"{fit(date, 17)}  {fit(sender, 18)}  {fit(message.subject, 27)}  {octets(message.size):>7}"
            self.say(row)
            if previews and message.preview:
                self.say(f"{'':19}{fit(message.preview, WIDTH - 22)}")


def octets(count: int) -> str:
    """A size for people."""
    return f"{count} B" if count < 1000 else f"{count / 1000:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells of a terminal, where Chinese and emoji take two and accents none."""
    text = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    if cells(text) > width:
        while cells(text) > width - 1:
            text = text[:-1]
        text = f"{text.rstrip()}…"
    return text + " " * (width - cells(text))


def cells(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
