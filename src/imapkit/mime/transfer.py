"""Content-Transfer-Encoding undone, a chunk at a time (RFC 2045, 6).

Each decoder keeps at most the few octets that it cannot judge before more come; what it gives does not depend on where
the chunks were cut. Nothing is ever refused: what could be read is given, what could not is named in `defects`.
"""

from __future__ import annotations

import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp, a2b_uu
from typing import Protocol

__all__ = ["Decoder", "decode"]


class _Codec(Protocol):
    def feed(self, chunk: bytes) -> bytes: ...

    def finish(self) -> bytes: ...

    @property
    def defects(self) -> dict[str, None]: ...


_NAME = re.compile(r"[a-z0-9-]+")


class Decoder:
    r"""Undoes one Content-Transfer-Encoding: `feed` it chunks, then `finish` once.

    `encoding` is the header's value in any case. 7bit, 8bit and binary give the octets as they are; so does a name
    that nobody knows, with a defect.

    >>> decoder = Decoder("BASE64")
    >>> decoder.feed(b"SGVsb") + decoder.feed(b"G8=\r\n") + decoder.finish(), decoder.defects
    (b'Hello', ())
    """

    __slots__ = ("_codec",)

    def __init__(self, encoding: str) -> None:
        found = _NAME.search(encoding.lower())
        name = found[0] if found else ""
        codec = _CODECS.get(name)
        self._codec: _Codec = codec() if codec else _Identity(f"unknown transfer encoding {name[:40]!r}")

    def feed(self, chunk: bytes) -> bytes:
        """The octets that are certain now; may be empty."""
        return self._codec.feed(chunk)

    def finish(self) -> bytes:
        """The octets that were held back, once all was fed."""
        return self._codec.finish()

    @property
    def defects(self) -> tuple[str, ...]:
        """What was wrong so far, each kind once, in the order it was met."""
        return tuple(self._codec.defects)


def decode(data: bytes, encoding: str) -> bytes:
    r"""All of `data` at once; see `Decoder`.

    >>> decode(b"=C3=A9t=\r\n=C3=A9", "quoted-printable").decode()
    'été'
    """
    decoder = Decoder(encoding)
    return decoder.feed(data) + decoder.finish()


class _Identity:
    def __init__(self, *defects: str) -> None:
        self.defects = dict.fromkeys(defects)

    def feed(self, chunk: bytes) -> bytes:
        return chunk

    def finish(self) -> bytes:
        return b""


_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WHITE = b" \t\r\n"
_NO_BASE64 = bytes(octet for octet in range(256) if octet not in _BASE64_ALPHABET + b"=")


class _Base64:
    """RFC 2045, 6.8. Padding ends the data: what a mailing list appended below it is text, not base64."""

    def __init__(self) -> None:
        self.defects: dict[str, None] = {}
        self._quantum = b""  # the one to three characters of a quantum that is not complete
        self._padding = 0  # "=" seen in a row behind them
        self._ended = False

    def feed(self, chunk: bytes) -> bytes:
        dense = chunk.translate(None, _WHITE)
        if self._ended:
            return self._refuse(dense)
        if b"=" not in dense:
            return self._take(dense)
        pieces: list[bytes] = []
        for piece in re.split(b"(=)", dense):
            if self._ended:
                self._refuse(piece)
                continue
            pieces.append(self._pad() if piece == b"=" else self._take(piece))
        return b"".join(pieces)

    def _refuse(self, rest: bytes) -> bytes:
        if rest:
            self.defects["text after the padding"] = None
        return b""

    def _take(self, dense: bytes) -> bytes:
        letters = dense.translate(None, _NO_BASE64)
        if len(letters) != len(dense):
            self.defects["characters that are no base64"] = None
        if not letters:
            return b""
        if self._padding:  # a lone "=" that pads nothing: quoted-printable's, or a slip
            self.defects["characters that are no base64"] = None
            self._padding = 0
        letters = self._quantum + letters
        whole = len(letters) & ~3
        self._quantum = letters[whole:]
        return a2b_base64(letters[:whole])

    def _pad(self) -> bytes:
        if len(self._quantum) < 2:
            self.defects["characters that are no base64"] = None
            return b""
        self._padding += 1
        if len(self._quantum) + self._padding < 4:
            return b""
        self._ended = True
        return self._last()

    def _last(self) -> bytes:
        quantum, self._quantum = self._quantum, b""
        return a2b_base64(quantum + b"=" * (4 - len(quantum)))

    def finish(self) -> bytes:
        if not self._quantum:
            return b""
        self.defects["padding missing"] = None
        if len(self._quantum) == 1:  # six bits make no octet
            self._quantum = b""
            return b""
        return self._last()


# A soft line break, with the white space that transports add behind it (at most 64: what is held back is bounded).
_SOFT_BREAK = re.compile(rb"=[ \t]{1,64}\r?\n")
_STRAY_EQUALS = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n)")
_UNDECIDED = re.compile(rb"=(?:[0-9A-Fa-f]|[ \t]{0,64}\r?)?\Z")
_LONGEST_UNDECIDED = 66


class _QuotedPrintable:
    """RFC 2045, 6.7, but white space at the end of a line stays: senders leave it bare, no transport adds it."""

    def __init__(self) -> None:
        self.defects: dict[str, None] = {}
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        data = self._held + chunk if self._held else chunk
        undecided = _UNDECIDED.search(data, max(0, len(data) - _LONGEST_UNDECIDED))
        if undecided is None:
            self._held = b""
            return self._decode(data)
        self._held = undecided[0]
        return self._decode(data[: undecided.start()])

    def _decode(self, data: bytes) -> bytes:
        if b"=" not in data:
            return data
        data = _SOFT_BREAK.sub(b"=\n", data)
        # a2b_qp has ideas of its own about "=" before anything but two digits or a line break: leave it none.
        data, stray = _STRAY_EQUALS.subn(b"=3D", data)
        if stray:
            self.defects["'=' that encodes nothing"] = None
        return a2b_qp(data)

    def finish(self) -> bytes:
        held, self._held = self._held, b""
        if held[1:].strip(_WHITE):  # "=" and one digit
            self.defects["'=' that encodes nothing"] = None
            return held
        return b""


_LONGEST_UU_LINE = 512


class _Uuencode:
    """POSIX uuencode, as mailers wrapped it in ``x-uuencode``: the file between its lines ``begin`` and ``end``."""

    def __init__(self) -> None:
        self.defects: dict[str, None] = {}
        self._line = b""
        self._begun = False
        self._ended = False

    def feed(self, chunk: bytes) -> bytes:
        *lines, last = (self._line + chunk).split(b"\n")
        # Of a line too long to be one, keep just enough to know it as such.
        self._line = last[: _LONGEST_UU_LINE + 1]
        return b"".join(map(self._decode, lines))

    def _decode(self, line: bytes) -> bytes:
        line = line.removesuffix(b"\r")
        if self._ended or not line:
            return b""
        if not self._begun:
            self._begun = line.startswith(b"begin ")
            return b""
        if line == b"end":
            self._ended = True
            return b""
        # Some encoders append a check character: the first character says how many belong to the data.
        length = 1 + (((line[0] - 32) & 63) + 2) // 3 * 4
        if len(line) <= _LONGEST_UU_LINE:
            try:
                return a2b_uu(line[:length])
            except BinasciiError:
                pass
        self.defects["a line that is no uuencode"] = None
        return b""

    def finish(self) -> bytes:
        line, self._line = self._line, b""
        rest = self._decode(line)
        if not self._begun:
            self.defects["no 'begin' line"] = None
        elif not self._ended:
            self.defects["no 'end' line"] = None
        return rest


_CODECS: dict[str, type[_Identity | _Base64 | _QuotedPrintable | _Uuencode]] = {
    "": _Identity,
    "7-bit": _Identity,
    "7bit": _Identity,
    "8-bit": _Identity,
    "8bit": _Identity,
    "base64": _Base64,
    "binary": _Identity,
    "quoted-printable": _QuotedPrintable,
    "uue": _Uuencode,
    "uuencode": _Uuencode,
    "x-uue": _Uuencode,
    "x-uuencode": _Uuencode,
}
