"""METADATA and METADATA-SERVER (RFC 5464): named values that are kept with a mailbox, or with the server.

Entries are named like files, ``/private/comment`` for one user's own and ``/shared/comment`` for everybody's, whatever
their case; values are octets.  The mailbox "" stands for the server.  After ``ENABLE METADATA`` the server tells of
changes others make (`MetadataChanged`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import AUTHENTICATED, Code, Collector, Command, Done, Effect, Extension, Tagged, Untagged
from imapkit.protocol.wire.names import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "EXTENSIONS",
    "Entries",
    "GetMetadata",
    "Metadata",
    "MetadataChanged",
    "MetadataCode",
    "MetadataResult",
    "SetMetadata",
    "check_entry",
    "write_value",
]

Entries = tuple[tuple[str, bytes | None], ...]
"""Entries and their values; None: the entry has no value."""

# RFC 5464, 3.2: no "*" or "%", ASCII without controls, components between slashes.
_ENTRY = re.compile(r"(?:/[^\x00-\x1f\x7f-\U0010ffff*%/]+)+")


def check_entry(name: str) -> str:
    """Give the name back, or raise `InvalidArgument` when it can be no entry's."""
    if not _ENTRY.fullmatch(name):
        raise InvalidArgument(f"{name!r} is no entry: one is like /private/comment, in ASCII without * and %")
    return name


# --- responses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Metadata(Untagged):
    """``* METADATA`` with values: entries of a mailbox, or of the server (mailbox ""), names in lower case."""

    mailbox: str
    entries: Entries


@dataclass(frozen=True, slots=True)
class MetadataChanged(Untagged):
    """``* METADATA`` without values: these entries have changed; ask for their values."""

    mailbox: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetadataCode(Code):
    """``[METADATA ...]``: LONGENTRIES or MAXSIZE with a size in octets, TOOMANY, NOPRIVATE."""

    reason: str
    size: int | None = None

    @property
    def name(self) -> str:
        """METADATA."""
        return "METADATA"


# metadata-resp = "METADATA" SP mailbox SP (entry-values / entry-list)
# entry-list = entry *(SP entry)
def _metadata(cursor: Cursor) -> Untagged:
    mailbox = cursor.mailbox()
    cursor.spaces()
    if cursor.peek() == ord("("):
        return Metadata(mailbox, _entry_values(cursor))
    names: list[str] = []
    while not cursor.at_end():
        names.append(_entry(cursor))
        cursor.spaces()
    return MetadataChanged(mailbox, tuple(names))


# entry-values = "(" entry-value *(SP entry-value) ")"     entry-value = entry SP value     value = nstring / literal8
def _entry_values(cursor: Cursor) -> Entries:
    """Read ``entry-values``; a value that is none reads as None."""
    values: list[tuple[str, bytes | None]] = []
    for _ in cursor.items():
        name = _entry(cursor)
        cursor.spaces()
        values.append((name, _value(cursor)))
    return tuple(values)


def _entry(cursor: Cursor) -> str:
    return cursor.astring().decode("latin-1").lower()


def _value(cursor: Cursor) -> bytes | None:
    if cursor.peek() == ord(")"):
        cursor.defect("an entry without a value")
        return None
    if cursor.peek() == ord("("):
        cursor.defect("a list where an entry's value belongs")
        cursor.skip_value()
        return None
    return cursor.nstring()


# resp-text-code =/ "METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")
def _code(cursor: Cursor) -> MetadataCode:
    reason = cursor.keyword()
    return MetadataCode(reason, cursor.number64() if cursor.spaces() else None)


# --- commands -------------------------------------------------------------------------------------------------


def _missing(mailbox: str, supports: Callable[[str], bool]) -> str | None:
    """METADATA; for the server's own entries METADATA-SERVER does, too."""
    if supports("METADATA") or (not mailbox and supports("METADATA-SERVER")):
        return None
    return "METADATA" if mailbox else "METADATA-SERVER"


def _write_mailbox(out: Encoder, mailbox: str) -> Encoder:
    return out.mailbox(mailbox) if mailbox else out.string("")


@dataclass(frozen=True, slots=True)
class MetadataResult:
    """`entries` in the server's order; `left_out` is the size in octets of the largest value over `max_size`."""

    entries: Entries = ()
    left_out: int | None = None

    def get(self, entry: str) -> bytes | None:
        """The value of an entry; None where it has none, or was not sent."""
        return dict(self.entries).get(entry.lower())


class _MetadataCollector(Collector[MetadataResult]):
    def __init__(self, mailbox: str) -> None:
        self._mailbox = canonical(mailbox)
        self._entries: Entries = ()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Metadata) or response.mailbox != self._mailbox:
            return False
        self._entries += response.entries
        return True

    def finish(self, completion: Tagged) -> MetadataResult:
        match completion.code:
            case MetadataCode("LONGENTRIES", size):
                return MetadataResult(self._entries, size)
            case _:
                return MetadataResult(self._entries)

    def partial(self) -> object:
        return MetadataResult(self._entries) if self._entries else None


@dataclass(frozen=True, slots=True)
class GetMetadata(Command[MetadataResult]):
    """GETMETADATA: the values of entries of a mailbox, or of the server (mailbox "").

    `depth` asks for what is below each entry, too: its children (1) or everything (``"infinity"``).  Values of more
    than `max_size` octets are left out.
    """

    mailbox: str
    entries: tuple[str, ...]
    depth: Literal[0, 1, "infinity"] = 0
    max_size: int | None = None

    name = "GETMETADATA"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GETMETADATA [(option...)] mailbox (entry...).

        The options stand before the mailbox in RFC 5464's grammar and behind it in its examples; servers follow the
        grammar.
        """
        if not self.entries:
            raise InvalidArgument("nothing to ask: name some entries")
        out.word("GETMETADATA")
        if self.depth or self.max_size is not None:
            out.open()
            if self.max_size is not None:
                out.word("MAXSIZE").number(self.max_size, 2**32 - 1)
            if self.depth:
                out.word("DEPTH").word(str(self.depth))
            out.close()
        _write_mailbox(out, self.mailbox).open()
        for entry in self.entries:
            out.astring(check_entry(entry))
        out.close()

    def collector(self) -> Collector[MetadataResult]:
        """The values."""
        return _MetadataCollector(self.mailbox)

    def answers(self) -> frozenset[object]:
        """METADATA of this mailbox."""
        return frozenset({("METADATA", canonical(self.mailbox))})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """METADATA or METADATA-SERVER."""
        return _missing(self.mailbox, supports)


@dataclass(frozen=True, slots=True)
class SetMetadata(Command[None]):
    """SETMETADATA: set entries of a mailbox, or of the server (mailbox ""), all or none; None removes one.

    When the server refuses, the code METADATA of the `CommandError` says why: MAXSIZE, TOOMANY, NOPRIVATE.
    """

    mailbox: str
    entries: Entries

    name = "SETMETADATA"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """SETMETADATA mailbox (entry value ...)."""
        if not self.entries:
            raise InvalidArgument("nothing to set: name some entries")
        _write_mailbox(out.word("SETMETADATA"), self.mailbox).open()
        for entry, value in self.entries:
            write_value(out.astring(check_entry(entry)), value)
        out.close()

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """METADATA or METADATA-SERVER."""
        return _missing(self.mailbox, supports)


def write_value(out: Encoder, value: bytes | None) -> None:
    """Write ``nstring / literal8``, in the plainest form that holds these octets."""
    if value is None:
        out.nstring(None)
    elif b"\0" in value:
        out.literal8(value)
    elif b"\r" in value or b"\n" in value:
        out.literal(value)
    else:
        out.string(value)


EXTENSIONS = (
    Extension(
        name="METADATA",
        rfc="RFC 5464",
        capabilities=("METADATA",),
        commands=(GetMetadata, SetMetadata),
        responses={"METADATA": _metadata},
        codes={"METADATA": _code},
    ),
    Extension(name="METADATA-SERVER", rfc="RFC 5464", capabilities=("METADATA-SERVER",)),
)
