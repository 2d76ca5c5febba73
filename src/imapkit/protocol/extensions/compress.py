"""COMPRESS=DEFLATE (RFC 4978)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Done, Effect, Extension

if TYPE_CHECKING:
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Compress"]


@dataclass(frozen=True, slots=True)
class Compress(Command[None]):
    """COMPRESS DEFLATE: the connection pauses at its OK until the filter is in place."""

    name = "COMPRESS"
    requires = ("COMPRESS=DEFLATE",)
    states = AUTHENTICATED
    effects = Effect.BARRIER | Effect.UPGRADES

    def write(self, out: Encoder) -> None:
        """COMPRESS DEFLATE."""
        out.word("COMPRESS DEFLATE")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


EXTENSIONS = (
    Extension(name="COMPRESS=DEFLATE", rfc="RFC 4978", capabilities=("COMPRESS=DEFLATE",), commands=(Compress,)),
)
