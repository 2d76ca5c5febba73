"""Writing one command, element by element; whatever the grammar refuses is refused here, before a byte leaves.

A command is more than a string, because a synchronizing literal (RFC 9051, 4.3) makes the client wait for the
server's "+" before it may go on.  So the result is a list of `Segment`s; `waits` marks the places where the "+"
must have come first.  LITERAL+ and LITERAL- (RFC 7888) decide which literals may fly without it.

Elements are separated by SP on their own, but for the first one in a list:

>>> from imapkit.protocol.wire.encoder import Dialect, Encoder
>>> out = Encoder(Dialect())
>>> _ = out.word("STORE").word("3").open().word("+FLAGS").close()
>>> [segment.data for segment in out.finish()]
[b'STORE 3 (+FLAGS)']
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire import dates, grammar, mutf7
from imapkit.types.uids import NumberSet, OpenNumberRange, SavedResult

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

__all__ = ["Dialect", "Encoder", "LiteralStream", "Segment", "SequenceSet"]

SequenceSet = NumberSet | OpenNumberRange | SavedResult

_FREE_LITERAL_MINUS = 4096  # RFC 7888, 5: LITERAL- lets literals up to this size fly
_FREE_LITERAL_PLUS = 1024 * 1024  # larger ones wait all the same, so that a server can refuse before it gets them all
_LONGEST_QUOTED = 1000  # servers bound their lines (Cyrus, Dovecot: some thousand octets); longer strings are literals
_MAX_NUMBER64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two sides agreed on, as far as it changes how commands are written."""

    literal_plus: bool = False
    literal_minus: bool = False
    utf8: bool = False
    """UTF8=ACCEPT or IMAP4rev2 is enabled: strings and mailbox names may be UTF-8 (RFC 9755, RFC 9051)."""


@dataclass(frozen=True, slots=True)
class LiteralStream:
    """The content of a literal that is not held in memory: exactly `size` octets come out of `chunks`."""

    size: int
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a command.  With `waits`, the server must ask for it with "+" first."""

    data: bytes | LiteralStream = field(repr=False)  # there may be a password in it
    waits: bool = False


class Encoder:
    """Collects one command.  Every method returns the encoder, so elements can be chained."""

    __slots__ = ("_buffer", "_dialect", "_glued", "_segments")

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._segments: list[Segment] = []
        self._buffer = bytearray()
        self._glued = True  # the next element follows without a space

    def finish(self) -> list[Segment]:
        """The whole command, without tag and CRLF."""
        self._close_segment()
        return self._segments

    @property
    def utf8(self) -> bool:
        """Whether strings may be UTF-8."""
        return self._dialect.utf8

    # --- structure --------------------------------------------------------------------------------------------

    def word(self, text: str) -> Encoder:
        """Grammar of our own: a command name, a keyword.  Never a caller's text."""
        return self._put(_own(text))

    def open(self) -> Encoder:
        """Begin a list."""
        self._put(b"(")
        self._glued = True
        return self

    def close(self) -> Encoder:
        """End a list."""
        self._buffer += b")"
        self._glued = False
        return self

    # --- elements ---------------------------------------------------------------------------------------------

    def atom(self, text: str) -> Encoder:
        """A caller's atom, such as a keyword."""
        if not grammar.ATOM_STRICT.match(text):
            raise InvalidArgument(f'{text!r} is no atom: IMAP takes visible ASCII without spaces and (){{%*"\\] there')
        return self._put(text.encode("ascii"))

    def number(self, value: int, limit: int = _MAX_NUMBER64) -> Encoder:
        """A number from 0 up to `limit`."""
        if not 0 <= value <= limit:
            raise InvalidArgument(f"{value} is out of range: from 0 to {limit} is possible")
        return self._put(b"%d" % value)

    def sequence_set(self, numbers: SequenceSet) -> Encoder:
        """Message numbers: a set, ``n:*``, ``*`` or ``$``."""
        if isinstance(numbers, NumberSet) and not numbers:
            raise InvalidArgument("an empty set of messages: IMAP cannot say 'none', so leave the command out")
        return self._put(str(numbers).encode("ascii"))

    def flag(self, name: str) -> Encoder:
        r"""A flag or keyword; ``\Recent`` is the server's alone (RFC 3501, 2.3.2)."""
        if not grammar.FLAG_STRICT.match(name):
            raise InvalidArgument(
                f"{name!r} is no flag: a keyword is visible ASCII without spaces and (){{%*\"\\], e.g. '$Forwarded'"
            )
        if name.upper() == "\\RECENT":
            raise InvalidArgument("\\Recent is set by the server alone")
        return self._put(name.encode("ascii"))

    def flags(self, names: Iterable[str]) -> Encoder:
        """A parenthesised list of flags."""
        self.open()
        for name in names:
            self.flag(name)
        return self.close()

    def date(self, day: dt.date) -> Encoder:
        """Write ``date``, a whole day."""
        return self._put(dates.format_date(day).encode("ascii"))

    def date_time(self, moment: dt.datetime) -> Encoder:
        """Write ``date-time``, to the second."""
        return self._put(f'"{dates.format_date_time(moment)}"'.encode("ascii"))

    def mailbox(self, name: str) -> Encoder:
        """A mailbox name, in UTF-8 or modified UTF-7 as agreed."""
        if not name:
            raise InvalidArgument("an empty mailbox name")
        return self.astring(self._encode_mailbox(name))

    def list_pattern(self, pattern: str) -> Encoder:
        """Write ``list-mailbox``, a mailbox name in which ``*`` and ``%`` stand for more."""
        return self.string(self._encode_mailbox(pattern))

    def astring(self, text: str | bytes) -> Encoder:
        """A string in its shortest form: atom, quoted or literal."""
        octets = self._octets(text)
        if (
            octets
            and len(octets) <= _LONGEST_QUOTED
            and grammar.ASTRING_STRICT.match(octets)
            and octets.upper() != b"NIL"  # some servers read NIL as no string at all
        ):
            return self._put(octets)
        return self.string(octets)

    def string(self, text: str | bytes) -> Encoder:
        """A string, quoted where it can be, else a literal."""
        octets = self._octets(text)
        quotable = octets.isascii() or (self._dialect.utf8 and _is_utf8(octets))
        if not quotable or len(octets) > _LONGEST_QUOTED:
            return self._literal(octets)
        return self._put(b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"')

    def nstring(self, text: str | bytes | None) -> Encoder:
        """A string or NIL."""
        return self._put(b"NIL") if text is None else self.string(text)

    def literal(self, data: bytes | LiteralStream) -> Encoder:
        """A literal: any octets but NUL, line ends included.  For messages, not for a caller's strings."""
        if isinstance(data, bytes) and b"\0" in data:
            raise InvalidArgument("a NUL octet: only a server with BINARY takes one (RFC 3516)")
        return self._literal(data)

    def literal8(self, data: bytes | LiteralStream) -> Encoder:
        """A literal of any octets at all (capability BINARY, RFC 3516)."""
        return self._literal(data, b"~")

    # --- how it is done ---------------------------------------------------------------------------------------

    def _put(self, octets: bytes) -> Encoder:
        if not self._glued:
            self._buffer += b" "
        self._glued = False
        self._buffer += octets
        return self

    def _octets(self, text: str | bytes) -> bytes:
        octets = text if isinstance(text, bytes) else _utf8(text)
        _refuse_breaks(octets.decode("latin-1"))
        return octets

    def _encode_mailbox(self, name: str) -> bytes:
        _refuse_breaks(name)  # modified UTF-7 could carry them, but no server means them
        try:
            return mutf7.encode_utf8(name) if self._dialect.utf8 else mutf7.encode(name)
        except UnicodeEncodeError:
            raise InvalidArgument(f"the mailbox name {name!r} holds a lone surrogate") from None

    def _literal(self, data: bytes | LiteralStream, prefix: bytes = b"") -> Encoder:
        size = data.size if isinstance(data, LiteralStream) else len(data)
        if not 0 <= size <= _MAX_NUMBER64:
            raise InvalidArgument(f"{size} octets cannot be sent: a literal takes from 0 to {_MAX_NUMBER64}")
        free = self._flies(size)
        self._put(prefix + (b"{%d+}\r\n" if free else b"{%d}\r\n") % size)
        self._close_segment()
        self._segments.append(Segment(data, waits=not free))
        return self

    def _flies(self, size: int) -> bool:
        if self._dialect.literal_plus:
            return size <= _FREE_LITERAL_PLUS
        return self._dialect.literal_minus and size <= _FREE_LITERAL_MINUS

    def _close_segment(self) -> None:
        if self._buffer:
            self._segments.append(Segment(bytes(self._buffer)))
            self._buffer.clear()


_OWN = re.compile(r"[\x20-\x7e]*+\Z")
_BREAK = re.compile(r"[\0\r\n]")


def _own(text: str) -> bytes:
    """Words of our own, which are sent as they are; what is no word at all was never ours."""
    if not _OWN.match(text):
        raise InvalidArgument(f"{text!r} is no word of IMAP: printable ASCII is")
    return text.encode("ascii")


def _refuse_breaks(text: str) -> None:
    if _BREAK.search(text):
        raise InvalidArgument("a string for the server must not hold CR, LF or NUL")


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidArgument(f"{text!r} holds a lone surrogate") from None


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
