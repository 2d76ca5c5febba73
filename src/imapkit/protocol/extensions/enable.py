"""ENABLE (RFC 5161; RFC 9051, 6.3.1): switch on what changes the server's behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import Collector, Command, Effect, Extension, State, Tagged, Untagged

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Enable", "Enabled"]


@dataclass(frozen=True, slots=True)
class Enabled(Untagged):
    """``* ENABLED``: what is switched on now, in upper case."""

    names: frozenset[str]


# enable-data = "ENABLED" *(SP capability)
def _enabled(cursor: Cursor) -> Enabled:
    return Enabled(frozenset(cursor.rest().decode("latin-1").upper().split()))


class _EnableCollector(Collector[frozenset[str]]):
    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Enabled):
            return False
        self._names |= response.names
        return True

    def finish(self, completion: Tagged) -> frozenset[str]:
        return self._names


@dataclass(frozen=True, slots=True)
class Enable(Command[frozenset[str]]):
    """ENABLE: ask for extensions; the answer is what the server did switch on."""

    capabilities: tuple[str, ...]

    name = "ENABLE"
    requires = ("ENABLE", "IMAP4REV2")
    # "Clients MUST NOT issue ENABLE once they SELECT/EXAMINE a mailbox" (RFC 5161, 3.1).
    states = frozenset({State.AUTHENTICATED})
    # What follows is understood differently (names in UTF-8, UIDs alone), so nothing goes beside it.
    effects = Effect.BARRIER

    def write(self, out: Encoder) -> None:
        """ENABLE capability..."""
        out.word("ENABLE")
        for capability in self.capabilities:
            out.atom(capability)

    def collector(self) -> Collector[frozenset[str]]:
        """What was switched on."""
        return _EnableCollector()

    def answers(self) -> frozenset[object]:
        """ENABLED."""
        return frozenset({"ENABLED"})


EXTENSIONS = (
    Extension(
        name="ENABLE",
        rfc="RFC 5161",
        capabilities=("ENABLE",),
        commands=(Enable,),
        responses={"ENABLED": _enabled},
    ),
)
