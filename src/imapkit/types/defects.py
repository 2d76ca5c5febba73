"""What a parser put up with: the server's deviation, reported beside the value instead of raised."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Defect"]


@dataclass(frozen=True, slots=True)
class Defect:
    """One deviation from the grammar that cost nothing or only the value it stands in.

    `message` says what was wrong, `raw` holds the octets it was seen in (cut to a few hundred).
    """

    message: str
    raw: bytes = b""

    def __str__(self) -> str:
        return f"{self.message}: {self.raw!r}" if self.raw else self.message
