"""How the server says no."""

from __future__ import annotations

from typing import Literal

__all__ = ["Refused"]


class Refused(Exception):
    """A command cannot be done: its tagged response is NO, or BAD where the client broke the protocol.

    `code` is the response code, without brackets: one of RFC 5530, or of the extension that has the command.
    """

    def __init__(self, text: str, *, code: str | None = None, status: Literal["NO", "BAD"] = "NO") -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.status: Literal["NO", "BAD"] = status
