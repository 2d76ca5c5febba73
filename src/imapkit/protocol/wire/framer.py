r"""Where a response ends.

An IMAP response is a line; but a line that ends in ``{42}`` is followed by 42 octets of anything, a *literal*, and
then goes on.  The framer finds these ends and looks at nothing else, so whatever a response says, the next one
starts where it should.

What it hands out is the text of the response with every literal lifted out: the announcement ``{42}\r\n`` stays
in its place, the octets lie in a table beside it, under the offset where they would have stood.  A compiled regex
can therefore run over a whole value as if its literals were short words (Dovecot sends literals inside almost
every second ENVELOPE), and the octets are copied once.

At each announcement, before any memory is spent, `route` decides: hold it (BUFFER), throw it away (DISCARD), or
hand it on in pieces as it comes (a sink).  In the last two cases a `LiteralMarker` lies in the table instead.

Only CRLF ends a line.  A lone CR or LF is data: to let it end a line would let the content of a message decide
where a response ends.  (`lf_ends_lines` is for a server that ends a line wrongly where no content can be.)
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple, Self, TypeAlias, cast

from imapkit.errors import LimitExceeded, ProtocolError
from imapkit.protocol.wire.limits import DEFAULT_LIMITS, Limits

__all__ = ["Disposal", "Framed", "Framer", "LiteralMarker", "Literals", "Route", "Routing", "Sink"]


class Disposal(Enum):
    """What happens to a literal that is not handed to a sink."""

    BUFFER = "buffer"
    DISCARD = "discard"


Sink: TypeAlias = Callable[[bytes], object]
"""Takes the octets of a streamed literal as they come.  It must not raise."""

Routing: TypeAlias = Disposal | Sink

Route: TypeAlias = Callable[[bytes, bytes, int], Routing]
"""Asked at an announcement: the response's first line, the line that ends in the announcement, the size in octets."""


class LiteralMarker(bytes):
    """Stands, empty, where a literal was that went elsewhere.  `size` is what was announced, in octets."""

    size: int
    streamed: bool

    def __new__(cls, size: int, *, streamed: bool) -> Self:
        """Mark the place of a literal of this size."""
        marker = super().__new__(cls)
        marker.size = size
        marker.streamed = streamed
        return marker

    def __reduce__(self) -> tuple[object, ...]:
        return _marker, (self.size, self.streamed)

    def __repr__(self) -> str:
        return f"LiteralMarker({self.size}, streamed={self.streamed})"


def _marker(size: int, streamed: bool) -> LiteralMarker:
    return LiteralMarker(size, streamed=streamed)


Literals: TypeAlias = dict[int, bytes]
"""The literals of a response, by the offset behind their announcement."""


class Framed(NamedTuple):
    """One response: its text without the final CRLF, and its literals."""

    text: bytes
    literals: Literals | None = None

    def raw(self) -> bytes:
        """The response as it was on the wire, without the final CRLF (and without what was not held)."""
        if not self.literals:
            return self.text
        pieces: list[bytes] = []
        start = 0
        for offset, literal in self.literals.items():
            pieces += (self.text[start:offset], literal)
            start = offset
        pieces.append(self.text[start:])
        return b"".join(pieces)


# literal = "{" number64 ["+"] "}" CRLF *CHAR8; literal8 = "~" literal (RFC 9051, 9; RFC 3516).
_ANNOUNCEMENT = re.compile(rb"\{(\d++)\+?\}\r\n\Z")

# The words of a status response and of a continuation request are for people: "* OK see {5}" announces nothing.
# A response code that is still open at the end of the line (group 1) may hold a literal: BADCHARSET takes astrings.
_STATUS = re.compile(rb"\S++ ++(?:OK|NO|BAD|BYE|PREAUTH)(?=[ \[]) *+(\[[^\]]*+\Z)?", re.IGNORECASE)
_MAX_NUMBER64 = 2**63 - 1
_MAX_DIGITS = len(str(_MAX_NUMBER64))
# Half the price of calling the class, which counts where lines come by the thousand.
_NEW = cast("Callable[[type[Framed], tuple[bytes, Literals | None]], Framed]", getattr(tuple, "__new__"))  # noqa: B009
_BUFFER = Disposal.BUFFER
_LITERAL_OVERHEAD = 512  # what a literal or its marker costs beside its octets: thousands of empty ones are not free


def _buffer(_first: bytes, _line: bytes, _size: int) -> Routing:
    return Disposal.BUFFER


class Framer:
    r"""Feed it bytes as they come; ask for responses until it has none left.

    >>> framer = Framer()
    >>> framer.feed(b"* 1 FETCH (BODY[] {5}\r\nhello UID 7)\r\n* 2 EX")
    >>> framer.next()
    Framed(text=b'* 1 FETCH (BODY[] {5}\r\n UID 7)', literals={23: b'hello'})
    >>> framer.next() is None
    True

    `of_client` frames a client's commands instead of a server's responses (there, no line holds words for people).
    Raises `LimitExceeded` and `ProtocolError`, after which it must not be used any more.
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS, *, route: Route = _buffer, of_client: bool = False) -> None:
        self._limits = limits
        self._route = route
        self._of_client = of_client
        self.lf_ends_lines = False
        """Whether LF alone ends a line, too: for the time before anybody is logged in."""
        self._chunk = b""  # what was fed and not yet taken
        self._pos = 0
        self._lines: list[bytes] = []  # whole responses cut out of `_chunk` together, the next one last
        self._line = bytearray()  # a line whose end has not come yet
        self._text: list[bytes] = []  # the lines of this response that ended in an announcement
        self._text_size = 0
        self._code_is_open = False  # this is a status response, and its words have not begun yet
        self._held = 0  # octets in the literals of this response
        self._literals: Literals = {}
        self._missing = 0  # octets of the current literal that have not come yet
        self._size = 0
        self._target: io.BytesIO | Sink | None = None

    @property
    def within_response(self) -> bool:
        """Whether a response has begun and not ended: a connection that closes now closes in the middle."""
        return bool(self._line or self._text or self._lines or self._pos < len(self._chunk))

    @property
    def octets_missing(self) -> int:
        """How many octets of an announced literal have not come yet."""
        return self._missing

    def feed(self, data: bytes) -> None:
        """Add what came from the server.  Take out all responses with `next` before feeding more."""
        self._chunk = self._chunk[self._pos :] + data if self._pos < len(self._chunk) else data
        self._pos = 0

    def take_rest(self) -> bytes:
        """Hand back what was fed and does not belong to a response yet (for an upgrade that must find it empty)."""
        whole = b"".join(line + b"\r\n" for line in reversed(self._lines))
        rest = whole + bytes(self._line) + self._chunk[self._pos :]
        self._lines.clear()
        self._line.clear()
        self._chunk, self._pos = b"", 0
        return rest

    def next(self) -> Framed | None:
        """The next whole response, or None when more bytes are needed."""
        lines = self.ahead()
        return _NEW(Framed, (lines.pop(), None)) if lines else self.next_in_pieces()

    def ahead(self) -> list[bytes]:
        """The responses that have come whole, up to the first with a literal, the next one last: to be popped."""
        if not (self._lines or self._text or self._line or self.lf_ends_lines):
            self._cut_up()
        return self._lines

    def _cut_up(self) -> None:
        """The common case: cut whole lines out together, up to the first that may announce a literal, or begin that."""
        chunk, start = self._chunk, self._pos
        most = start + self._limits.line + 2  # no line is longer; what DEFLATE makes of one input is, by far
        announcement = chunk.find(b"}", start, most - 2)  # one octet is found many times as fast as three
        if announcement >= 0 and not chunk.startswith(b"}\r\n", announcement):
            announcement = chunk.find(b"}\r\n", announcement, most)
        end = chunk.rfind(b"\r\n", start, announcement if announcement >= 0 else most)
        if end < 0:
            if announcement >= 0 and (size := self._announced(line := chunk[start : announcement + 3])) is not None:
                self._pos = announcement + 3
                self._begin_literal(line, size)
            return
        self._lines = chunk[start:end].split(b"\r\n")
        self._lines.reverse()
        self._pos = end + 2

    def next_in_pieces(self) -> Framed | None:
        """The same where none is ahead: line by line, with literals."""
        while not self._missing or self._finish_literal():
            line = self._take_loose_line() if self.lf_ends_lines else self._take_line()
            if line is None:
                break
            size = self._announced(line) if line.endswith(b"}\r\n") else None
            if size is None:
                return self._complete(line)
            self._begin_literal(line, size)
        return None

    def _take_line(self) -> bytes | None:
        """A line with its CRLF; None when that has not come yet."""
        chunk, start = self._chunk, self._pos
        if not self._line:
            end = chunk.find(b"\n", start) + 1
            if chunk.endswith(b"\r\n", start, end) and end - start + self._text_size <= self._limits.line:
                self._pos = end
                return chunk[start:end]
        return self._take_up_to(b"\r\n")

    def _take_loose_line(self) -> bytes | None:
        line = self._take_up_to(b"\n")
        return line if line is None or line.endswith(b"\r\n") else line[:-1] + b"\r\n"

    def _take_up_to(self, mark: bytes) -> bytes | None:
        """The line up to this mark, with it; None when the mark has not come yet."""
        chunk, start, line = self._chunk, self._pos, self._line
        cut = line and line.endswith(b"\r") and chunk.startswith(b"\n", start)  # the CRLF came in two pieces
        end = start + 1 if cut else chunk.find(mark, start) + len(mark)
        ended = cut or end >= len(mark)
        taken = chunk[start:end] if ended else chunk[start:]
        if len(line) + len(taken) + self._text_size > self._limits.line + 2:
            raise LimitExceeded(f"a line of more than {self._limits.line} octets (limit 'line')")
        self._pos = start + len(taken)
        if not ended:
            line += taken
            return None
        if not line:
            return taken
        whole = bytes(line) + taken
        line.clear()
        return whole

    def _announced(self, line: bytes) -> int | None:
        found = _ANNOUNCEMENT.match(line, line.rfind(b"{"))
        if found is None or (not self._of_client and self._ends_in_words(line)):
            return None
        digits = found[1]
        if len(digits) < _MAX_DIGITS:
            return int(digits)
        digits = digits.lstrip(b"0")
        if len(digits) > _MAX_DIGITS or (size := int(digits or b"0")) > _MAX_NUMBER64:
            raise ProtocolError("a literal was announced with a size of more than 63 bits")
        return size

    def _ends_in_words(self, line: bytes) -> bool:
        """Whether this line of a response ends in words for people."""
        if self._text:
            return self._code_is_open and b"]" in line
        if line.startswith(b"+"):
            return True
        status = _STATUS.match(line)
        self._code_is_open = status is not None and status[1] is not None
        return status is not None and status[1] is None

    def _begin_literal(self, line: bytes, size: int) -> None:
        self._text.append(line)
        self._text_size += len(line)
        self._held += _LITERAL_OVERHEAD
        routing = self._route(self._text[0], line, size)
        if routing is _BUFFER:
            if size > self._limits.literal:
                raise LimitExceeded(
                    f"a literal of {size} octets was announced (limit 'literal': {self._limits.literal}); "
                    "save it to a file, which streams it, or raise the limit"
                )
            self._held += size
        if self._held + self._text_size > self._limits.response:
            raise LimitExceeded(f"a response of more than {self._limits.response} octets (limit 'response')")
        end = self._pos + size
        if routing is _BUFFER and end <= len(self._chunk):  # it is all here: the slice is the literal
            self._literals[self._text_size] = self._chunk[self._pos : end]
            self._pos = end
            return
        if routing is _BUFFER:
            self._target = io.BytesIO()
        else:
            self._target = None if isinstance(routing, Disposal) else routing
        self._size = self._missing = size
        if not size:
            self._close_literal()

    def _finish_literal(self) -> bool:
        """Take what has come of the current literal; whether it is complete."""
        chunk, pos = self._chunk, self._pos
        available = len(chunk) - pos
        taken = min(available, self._missing)
        piece = chunk if taken == len(chunk) else chunk[pos : pos + taken]
        self._pos = pos + taken
        self._missing -= taken
        target = self._target
        if isinstance(target, io.BytesIO):
            target.write(piece)
        elif target is not None and piece:
            target(piece)
        if self._missing:
            return False
        self._close_literal()
        return True

    def _close_literal(self) -> None:
        target = self._target
        if isinstance(target, io.BytesIO):
            self._literals[self._text_size] = target.getvalue()
        else:
            self._literals[self._text_size] = LiteralMarker(self._size, streamed=target is not None)
        self._target = None

    def _complete(self, line: bytes) -> Framed:
        if not self._text:
            return _NEW(Framed, (line[:-2], None))
        self._text.append(line[:-2])
        framed = _NEW(Framed, (b"".join(self._text), self._literals))
        self._text = []
        self._literals = {}
        self._text_size = self._held = 0
        self._code_is_open = False
        return framed
