"""JMAPACCESS (RFC 9698): the same mail by JMAP, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, LastOf, Untagged
from imapkit.protocol.wire.names import opaque

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "GetJmapAccess", "JmapAccess"]


@dataclass(frozen=True, slots=True)
class JmapAccess(Untagged):
    """``* JMAPACCESS``: the URL of the JMAP session resource (RFC 8620, 2) of this account."""

    url: str


# resp-jmapaccess = "JMAPACCESS" SP quoted  (RFC 9698, 4)
def _jmap_access(cursor: Cursor) -> JmapAccess:
    return JmapAccess(opaque(cursor.astring()))


@dataclass(frozen=True, slots=True)
class GetJmapAccess(Command[JmapAccess | None]):
    """GETJMAPACCESS: where the same mail is to be had by JMAP; the credentials are the same, too."""

    name = "GETJMAPACCESS"
    requires = ("JMAPACCESS",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GETJMAPACCESS."""
        out.word("GETJMAPACCESS")

    def collector(self) -> Collector[JmapAccess | None]:
        """The URL; None when the server does not tell."""
        return LastOf(JmapAccess)

    def answers(self) -> frozenset[object]:
        """JMAPACCESS."""
        return frozenset({"JMAPACCESS"})


EXTENSIONS = (
    Extension(
        name="JMAPACCESS",
        rfc="RFC 9698",
        capabilities=("JMAPACCESS",),
        commands=(GetJmapAccess,),
        responses={"JMAPACCESS": _jmap_access},
    ),
)
