"""How long to wait."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import final

from imapkit.errors import InvalidArgument

__all__ = ["Timeout"]


@final
@dataclass(frozen=True, slots=True)
class Timeout:
    """Deadlines in seconds; `None` waits for ever. `ImapTimeout` tells that one has passed.

    `connect` is for the connection and its TLS handshake, `read` for silence: the time without a byte from a server
    that owes an answer. `total`, when set, bounds a whole operation, however steadily bytes arrive; logging in is
    bounded by `read` where `total` is not set.

    Raises `InvalidArgument` for what is no positive, finite number.
    """

    connect: float | None = 10.0
    read: float | None = 60.0
    total: float | None = 600.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value: object = getattr(self, field.name)
            if value is not None and not _is_duration(value):
                raise InvalidArgument(
                    f"{field.name}={value!r}: a timeout is a positive number of seconds, or None to wait for ever"
                )


def _is_duration(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0
