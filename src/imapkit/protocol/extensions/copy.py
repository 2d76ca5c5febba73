"""COPY (RFC 9051, 6.4.7), MOVE (RFC 6851), and COPYUID (UIDPLUS, RFC 4315)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from imapkit.protocol.extensions.fetch import is_uid_command
from imapkit.protocol.model import (
    SELECTED,
    Code,
    Collector,
    Command,
    Condition,
    Effect,
    Extension,
    Tagged,
    Untagged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, SequenceSet

__all__ = ["EXTENSIONS", "Copy", "CopyUid", "Move"]

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class CopyUid(Code):
    """``[COPYUID uidvalidity source target]``: what became of whom.

    The n-th UID of `source` became the n-th of `target`; both are inclusive ranges in the server's order.
    """

    uidvalidity: int
    source: Ranges
    target: Ranges

    @property
    def name(self) -> str:
        """COPYUID."""
        return "COPYUID"

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Each source UID with its new one."""
        return zip(_numbers(self.source), _numbers(self.target), strict=False)


def _numbers(ranges: Ranges) -> Iterator[int]:
    for low, high in ranges:
        yield from range(low, high + 1)


# resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set
# UIDVALIDITY 0 was seen (MailKit#240); Microsoft 365 sends empty sets, which tell nothing and fail here.
def _copy_uid(cursor: Cursor) -> CopyUid:
    uidvalidity = cursor.number()
    cursor.sp()
    source = uid_ranges(cursor)
    cursor.sp()
    return CopyUid(uidvalidity, source, uid_ranges(cursor))


def uid_ranges(cursor: Cursor) -> Ranges:
    """Read ``uid-set`` keeping its order, which carries meaning here (a `UidSet` has none)."""
    ranges: list[tuple[int, int]] = []
    while True:
        low = high = cursor.number()
        if cursor.accept(b":"):
            high = cursor.number()
        ranges.append((min(low, high), max(low, high)))
        if not cursor.accept(b","):
            return tuple(ranges)


class _CopyCollector(Collector[CopyUid | None]):
    """COPYUID comes with the tagged OK of COPY, but with an untagged one for MOVE, ahead of the EXPUNGEs.

    Some servers send it with MOVE's tagged OK all the same.
    """

    def __init__(self) -> None:
        self._code: CopyUid | None = None

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Condition) or not isinstance(response.code, CopyUid):
            return False
        self._code = response.code
        return True

    def finish(self, completion: Tagged) -> CopyUid | None:
        return completion.code if isinstance(completion.code, CopyUid) else self._code

    def partial(self) -> object:
        return self._code


@dataclass(frozen=True, slots=True)
class _CopyOrMove(Command[CopyUid | None]):
    numbers: SequenceSet
    mailbox: str

    states = SELECTED

    def write(self, out: Encoder) -> None:
        """[UID] COPY or MOVE set mailbox."""
        out.word(f"UID {self.name}" if is_uid_command(self.numbers) else self.name)
        out.sequence_set(self.numbers).mailbox(self.mailbox)

    def collector(self) -> Collector[CopyUid | None]:
        """The new UIDs, where the server tells them."""
        return _CopyCollector()

    def answers(self) -> frozenset[object]:
        """COPYUID."""
        return frozenset({"COPYUID"})

    def disturbs(self) -> Effect:
        """By sequence number, nothing that may expunge goes beside it."""
        return (
            Effect.CHANGES_DATA
            | Effect.MAY_EXPUNGE
            | (Effect.NONE if is_uid_command(self.numbers) else Effect.USES_SEQUENCE_NUMBERS)
        )


@dataclass(frozen=True, slots=True)
class Copy(_CopyOrMove):
    """COPY or UID COPY: flags and internal date are kept."""

    name: ClassVar[str] = "COPY"


@dataclass(frozen=True, slots=True)
class Move(_CopyOrMove):
    """MOVE or UID MOVE: no message is ever in neither mailbox."""

    name: ClassVar[str] = "MOVE"
    requires: ClassVar[tuple[str, ...]] = ("MOVE",)


EXTENSIONS = (
    Extension(name="COPY", rfc="RFC 9051, 6.4.7", commands=(Copy,)),
    Extension(name="MOVE", rfc="RFC 6851", capabilities=("MOVE",), commands=(Move,)),
    Extension(name="UIDPLUS", rfc="RFC 4315", capabilities=("UIDPLUS",), codes={"COPYUID": _copy_uid}),
)
