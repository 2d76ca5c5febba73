"""UNAUTHENTICATE (RFC 8437): be nobody again, on the same connection.

For programs that act for one user after another.  Selection, ENABLE, NOTIFY, saved searches and the language are gone
afterwards; TLS and ID stay.  Compression would end in the middle of the stream, so it is refused after COMPRESS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Done, Effect, Extension

if TYPE_CHECKING:
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Unauthenticate"]


@dataclass(frozen=True, slots=True)
class Unauthenticate(Command[None]):
    """UNAUTHENTICATE: back to the state before the login; log in again to go on."""

    name = "UNAUTHENTICATE"
    requires = ("UNAUTHENTICATE",)
    states = AUTHENTICATED
    effects = Effect.BARRIER | Effect.CHANGES_SELECTION

    def write(self, out: Encoder) -> None:
        """UNAUTHENTICATE."""
        out.word("UNAUTHENTICATE")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


EXTENSIONS = (
    Extension(name="UNAUTHENTICATE", rfc="RFC 8437", capabilities=("UNAUTHENTICATE",), commands=(Unauthenticate,)),
)
