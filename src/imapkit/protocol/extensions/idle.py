"""IDLE (RFC 2177; RFC 9051, 6.3.13): hear of changes as they happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, Tagged

if TYPE_CHECKING:
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Idle", "IdleCollector"]


class IdleCollector(Collector[None]):
    """Knows whether the server has begun to idle; the changes themselves are events, claimed by nobody."""

    def __init__(self) -> None:
        self.idling = False
        self._ended = False

    def respond(self, challenge: bytes) -> bytes | None:
        """The server idles now; if that came too late, end it at once."""
        if self.idling:
            return None
        self.idling = True
        return b"DONE" if self._ended else None

    def end(self) -> bytes | None:
        """DONE, which may be sent once, and only after the server began to idle."""
        if self._ended:
            return None
        self._ended = True
        return b"DONE" if self.idling else None

    def finish(self, completion: Tagged) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Idle(Command[None]):
    """IDLE: ended by `Pending.end()`, after 29 minutes at the latest (RFC 2177)."""

    name = "IDLE"
    requires = ("IDLE",)
    states = AUTHENTICATED
    effects = Effect.BARRIER | Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """IDLE."""
        out.word("IDLE")

    def collector(self) -> IdleCollector:
        """Whether the server idles."""
        return IdleCollector()


EXTENSIONS = (Extension(name="IDLE", rfc="RFC 2177", capabilities=("IDLE",), commands=(Idle,)),)
