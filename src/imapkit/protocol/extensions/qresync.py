"""QRESYNC (RFC 7162): SELECT tells at once what changed since a client last looked, and what is gone.

The server wants ``ENABLE QRESYNC`` first; then `Select.known` carries what is remembered, `Selected.vanished` and
`Selected.changed` bring it up to date.  `FetchChanged` asks the same of a mailbox that is selected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.expunge import Vanished
from imapkit.protocol.extensions.fetch import Fetch, FetchCollector, FetchResult
from imapkit.protocol.model import (
    SELECTED,
    Collector,
    Command,
    Effect,
    Extension,
    Item,
    Tagged,
    Untagged,
    missing_for_items,
)
from imapkit.types.uids import OpenRange, SeqSet, UidSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Changed", "FetchChanged", "Known", "write_known"]


@dataclass(frozen=True, slots=True)
class Known:
    """What a client remembers of a mailbox.

    `uids` are the messages that it knows; without them the server takes all below the UIDNEXT of the time, and the
    answer may name many that were gone long ago.  `sequence` are some sequence numbers with the UIDs that they had,
    by which a server that forgets who is gone can find out where it begins (RFC 7162, 3.2.5.2); both as many.
    """

    uidvalidity: int
    modseq: int
    uids: UidSet | None = None
    sequence: tuple[SeqSet, UidSet] | None = None


def write_known(out: Encoder, known: Known) -> None:
    """Write ``"QRESYNC" SP "(" uidvalidity SP modseq [SP known-uids] [SP seq-match-data] ")"``."""
    if known.modseq < 1 or known.uidvalidity < 1:
        raise InvalidArgument("QRESYNC needs the UIDVALIDITY and a mod-sequence from 1 on: without them, just SELECT")
    out.word("QRESYNC").open().number(known.uidvalidity, 2**32 - 1).number(known.modseq)
    if known.uids:
        out.sequence_set(known.uids)
    if known.sequence is not None:
        numbers, uids = known.sequence
        if len(numbers) != len(uids):
            raise InvalidArgument(f"{len(numbers)} sequence numbers with {len(uids)} UIDs: as many of both are needed")
        out.open().sequence_set(numbers).sequence_set(uids).close()
    out.close()


@dataclass(frozen=True, slots=True)
class Changed:
    """`messages` that changed, by UID, and those that are gone."""

    messages: FetchResult
    vanished: UidSet


class _ChangedCollector(Collector[Changed]):
    def __init__(self, uids: UidSet | OpenRange) -> None:
        self._fetched = FetchCollector(uids)
        self._vanished = UidSet()

    def claim(self, response: Untagged) -> bool:
        if isinstance(response, Vanished) and response.earlier:
            self._vanished |= response.uids
            return True
        return self._fetched.claim(response)

    def finish(self, completion: Tagged) -> Changed:
        return Changed(self._fetched.result, self._vanished)

    def partial(self) -> object:
        return self._fetched.partial()


@dataclass(frozen=True, slots=True)
class FetchChanged(Command[Changed]):
    """UID FETCH with CHANGEDSINCE and VANISHED: what of these messages changed after `since`, and which are gone.

    The answer may name more messages as gone than were ever there.  ``ENABLE QRESYNC`` comes first (RFC 7162, 3.2.6).
    """

    uids: UidSet | OpenRange
    items: tuple[Item[object], ...]
    since: int

    name = "FETCH"
    states = SELECTED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """UID FETCH set (item...) (CHANGEDSINCE n VANISHED)."""
        Fetch(self.uids, self.items).write(out)
        out.open().word("CHANGEDSINCE").number(self.since).word("VANISHED").close()

    def collector(self) -> Collector[Changed]:
        """What changed, and what is gone."""
        return _ChangedCollector(self.uids)

    def answers(self) -> frozenset[object]:
        """FETCH, and VANISHED."""
        return frozenset({"FETCH"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """QRESYNC, and the capability of an item that the server does not know."""
        return missing_for_items(self.items, supports) if supports("QRESYNC") else "QRESYNC"


EXTENSIONS = (Extension(name="QRESYNC", rfc="RFC 7162", capabilities=("QRESYNC",), commands=(FetchChanged,)),)
