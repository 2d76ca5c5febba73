"""INPROGRESS (RFC 9585): how far a long command has come.

The server sends ``* OK [INPROGRESS ("A001" 454 1000)] ...`` every few seconds: for people who watch, and so that nobody
takes the silence for a lost connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import Code, Extension

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "InProgress"]

_N = tuple(b"Nn")


@dataclass(frozen=True, slots=True)
class InProgress(Code):
    """``[INPROGRESS (tag progress goal)]``: `progress` of `goal` are done; what the server does not know is None.

    `tag` names the command it is about.  The numbers may be anything (messages, octets, a percentage).
    """

    tag: str | None = None
    progress: int | None = None
    goal: int | None = None

    @property
    def name(self) -> str:
        """INPROGRESS."""
        return "INPROGRESS"

    @property
    def fraction(self) -> float | None:
        """The part that is done, from 0.0 to 1.0; None where the server does not know it.

        >>> InProgress("A001", 454, 1000).fraction
        0.454
        """
        if self.progress is None or not self.goal:
            return None
        return min(1.0, self.progress / self.goal)


# resp-text-code =/ "INPROGRESS" [SP "(" (quoted / nil) SP (number / nil) SP (nz-number / nil) ")"]
def _in_progress(cursor: Cursor) -> InProgress:
    if cursor.peek() != ord("("):
        return InProgress()
    tag: str | None = None
    numbers: list[int | None] = []
    for place, _ in enumerate(cursor.items()):
        if place == 0:
            octets = cursor.nstring()
            tag = octets.decode("latin-1") if octets is not None else None
        elif cursor.peek() in _N:  # NIL
            cursor.nstring()
            numbers.append(None)
        else:
            numbers.append(cursor.number64())
    progress, goal = (*numbers, None, None)[:2]
    return InProgress(tag, progress, goal)


EXTENSIONS = (
    Extension(name="INPROGRESS", rfc="RFC 9585", capabilities=("INPROGRESS",), codes={"INPROGRESS": _in_progress}),
)
