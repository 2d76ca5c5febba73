"""How much a server may make us hold, decided before any of it is held."""

from __future__ import annotations

from dataclasses import dataclass, fields

from imapkit.errors import InvalidArgument

__all__ = ["DEFAULT_LIMITS", "Limits"]

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what is taken from a server; going over one raises `LimitExceeded` and ends the connection.

    All are in octets but for `nesting` (levels of parentheses) and `events` (responses).  The defaults are far
    above what well-behaved servers send: a SEARCH of 200,000 UIDs is one line of 1.4 MiB.
    """

    line: int = 16 * _MIB
    """One line of a response, without its literals."""
    literal: int = 64 * _MIB
    """One literal that is held in memory; one that is streamed to a file may have any size."""
    response: int = 128 * _MIB
    """All lines and held literals of one response together."""
    nesting: int = 100
    """Parentheses inside parentheses in one value."""
    events: int = 10_000
    """Responses kept for a reader who does not fetch them."""
    inflated: int = 64 * _MIB
    """What one input of compressed data may inflate to (RFC 4978)."""

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) <= 0:
                raise InvalidArgument(f"the limit {field.name!r} must be positive")


DEFAULT_LIMITS = Limits()
