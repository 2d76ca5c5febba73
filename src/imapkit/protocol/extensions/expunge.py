"""EXPUNGE (RFC 9051, 6.4.3 and 7.5.1), UID EXPUNGE (RFC 4315), VANISHED (RFC 7162): messages that go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import SELECTED, Collector, Command, Done, Effect, Extension, Untagged

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder
    from imapkit.types.uids import UidSet

__all__ = ["EXTENSIONS", "Expunge", "Expunged", "UidExpunge", "Vanished"]


@dataclass(frozen=True, slots=True)
class Expunged(Untagged):
    """``* n EXPUNGE``: this message is gone, and all sequence numbers above it are one less at once."""

    seq: int


@dataclass(frozen=True, slots=True)
class Vanished(Untagged):
    """``* VANISHED``: these are gone; with `earlier`, since some time ago (sequence numbers stay as they are)."""

    uids: UidSet
    earlier: bool = False


def _expunged(cursor: Cursor, number: int) -> Expunged:
    if not number:
        raise cursor.error("a sequence number")
    return Expunged(number)


_EARLIER = b"(EARLIER)"


# expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids
def _vanished(cursor: Cursor) -> Vanished:
    earlier = cursor.text[cursor.pos : cursor.pos + len(_EARLIER)].upper() == _EARLIER
    cursor.pos += len(_EARLIER) * earlier
    cursor.spaces()
    return Vanished(cursor.uid_set(), earlier)


@dataclass(frozen=True, slots=True)
class Expunge(Command[None]):
    r"""EXPUNGE: remove ALL messages with the \Deleted flag, whoever set it.

    Nothing in imapkit sends this by itself; `UidExpunge` removes exactly the messages meant.
    """

    name = "EXPUNGE"
    states = SELECTED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """EXPUNGE."""
        out.word("EXPUNGE")

    def collector(self) -> Collector[None]:
        """Nothing; who is gone comes as events."""
        return Done()


@dataclass(frozen=True, slots=True)
class UidExpunge(Command[None]):
    r"""UID EXPUNGE: remove those of these messages that have the \Deleted flag."""

    uids: UidSet

    name = "UID EXPUNGE"
    requires = ("UIDPLUS",)
    states = SELECTED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """UID EXPUNGE set."""
        out.word("UID EXPUNGE").sequence_set(self.uids)

    def collector(self) -> Collector[None]:
        """Nothing; who is gone comes as events."""
        return Done()


EXTENSIONS = (
    Extension(
        name="EXPUNGE",
        rfc="RFC 9051, 6.4.3",
        commands=(Expunge, UidExpunge),
        responses={"VANISHED": _vanished},
        numbered={"EXPUNGE": _expunged},
    ),
)
