"""STORE (RFC 9051, 6.4.6): change flags; UNCHANGEDSINCE and MODIFIED (RFC 7162)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.fetch import FetchCollector, FetchResult, is_uid_command
from imapkit.protocol.model import SELECTED, Code, Collector, Command, Effect, Extension, Tagged, Untagged
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, SequenceSet

__all__ = ["EXTENSIONS", "Modified", "Store", "StoreResult"]


@dataclass(frozen=True, slots=True)
class Modified(Code):
    """``[MODIFIED set]``: these had changed since, and were left alone (RFC 7162, 3.1.3)."""

    numbers: UidSet

    @property
    def name(self) -> str:
        """MODIFIED."""
        return "MODIFIED"


def _modified(cursor: Cursor) -> Modified:
    return Modified(cursor.uid_set())


@dataclass(frozen=True, slots=True)
class StoreResult:
    """`messages`: what the server told of the new flags, by number; `modified`: who was left alone."""

    messages: FetchResult
    modified: UidSet = UidSet()  # noqa: RUF009 - it is immutable


class _StoreCollector(Collector[StoreResult]):
    def __init__(self, numbers: SequenceSet) -> None:
        self._fetched = FetchCollector(numbers)

    def claim(self, response: Untagged) -> bool:
        return self._fetched.claim(response)

    def finish(self, completion: Tagged) -> StoreResult:
        modified = completion.code.numbers if isinstance(completion.code, Modified) else UidSet()
        return StoreResult(self._fetched.result, modified)

    def partial(self) -> object:
        return self._fetched.partial()


@dataclass(frozen=True, slots=True)
class Store(Command[StoreResult]):
    """STORE or UID STORE: add (``"+"``), remove (``"-"``) or replace (``""``) flags.

    With `silent` the server need not tell the result.  `unchanged_since` leaves alone what changed after that
    mod-sequence (capability CONDSTORE).
    """

    numbers: SequenceSet
    action: Literal["+", "-", ""]
    flags: tuple[str, ...]
    silent: bool = False
    unchanged_since: int | None = None

    name = "STORE"
    states = SELECTED

    def disturbs(self) -> Effect:
        """Adding and removing flags twice is the same as once; replacing them is not, beside somebody else."""
        return Effect.CHANGES_DATA | (
            Effect.MAY_EXPUNGE if is_uid_command(self.numbers) else Effect.USES_SEQUENCE_NUMBERS
        )

    def write(self, out: Encoder) -> None:
        """[UID] STORE set [(UNCHANGEDSINCE n)] [+|-]FLAGS[.SILENT] (flag...)."""
        if self.action not in ("+", "-", ""):
            raise InvalidArgument(f"{self.action!r} is nothing to do with flags: '+', '-' and '' are")
        if not self.flags and self.action:
            raise InvalidArgument("no flags to add or remove")
        out.word("UID STORE" if is_uid_command(self.numbers) else "STORE").sequence_set(self.numbers)
        if self.unchanged_since is not None:
            out.open().word("UNCHANGEDSINCE").number(self.unchanged_since).close()
        out.word(f"{self.action}FLAGS{'.SILENT' if self.silent else ''}").flags(self.flags)

    def collector(self) -> Collector[StoreResult]:
        """What the server told of the new flags."""
        return _StoreCollector(self.numbers)

    def answers(self) -> frozenset[object]:
        """FETCH: the new flags come as such."""
        return frozenset({"FETCH"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """CONDSTORE is needed for `unchanged_since`; a server with QRESYNC has it (RFC 7162, 3.2.3)."""
        conditional = self.unchanged_since is not None and not supports("QRESYNC")
        return "CONDSTORE" if conditional and not supports("CONDSTORE") else None


EXTENSIONS = (Extension(name="STORE", rfc="RFC 9051, 6.4.6", commands=(Store,), codes={"MODIFIED": _modified}),)
