"""How an input is laid out, so that an octet changed by the fuzzer changes one thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["MARK", "choose", "cut"]

T = TypeVar("T")

#: Cuts an input into pieces.  It is ASCII's record separator, which has no meaning in IMAP and MIME.
MARK = b"\x1e"


def choose(data: bytes, options: Sequence[T]) -> tuple[T, bytes]:
    """One of the options, by the first octet (the first of them where there is none), and what follows it."""
    return options[data[0] % len(options) if data else 0], data[1:]


def cut(data: bytes) -> list[bytes]:
    """The pieces between the marks."""
    return data.split(MARK)
