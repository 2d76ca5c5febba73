"""Messages and attachments on disk: read with line ends as mail has them, written whole or not at all."""

from __future__ import annotations

import itertools
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from imapkit.errors import InvalidArgument
from imapkit.mime.transfer import Decoder
from imapkit.protocol.wire.encoder import LiteralStream
from imapkit.types.results import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from typing_extensions import TypeIs

    from imapkit.protocol.extensions.inprogress import InProgress

__all__ = ["FileSink", "MessageSource", "StrPath", "message_octets"]

StrPath: TypeAlias = "str | os.PathLike[str]"
MessageSource: TypeAlias = "EmailMessage | bytes | IO[bytes] | StrPath"
"""A message to append: an object, its octets, an open binary file, or a path."""

_PIECE = 64 * 1024


def message_octets(message: MessageSource) -> bytes | LiteralStream:
    """The octets of a message with CRLF at the end of each line, as RFC 5322 and IMAP want them.

    Files are streamed, so they may be larger than memory.  An open file is read from where it stands, twice, so it
    must be seekable.
    """
    if isinstance(message, bytes):
        return b"".join(_with_crlf(iter((message,))))
    if isinstance(message, str | os.PathLike):
        path = Path(message)
        return LiteralStream(_size(_with_crlf(_pieces_of_path(path))), _with_crlf(_pieces_of_path(path)))
    if _is_file(message):
        start = message.tell()
        size = _size(_with_crlf(_pieces(message)))
        message.seek(start)
        return LiteralStream(size, _with_crlf(_pieces(message)))
    if _is_email(message):
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    raise InvalidArgument(f"a message is an EmailMessage, bytes, a binary file or a path, not {type(message).__name__}")


def _is_file(message: object) -> TypeIs[IO[bytes]]:
    return hasattr(message, "read")


def _is_email(message: object) -> TypeIs[EmailMessage]:
    return hasattr(message, "as_bytes")  # asked so, the email package need not be loaded to find out


def _size(pieces: Iterator[bytes]) -> int:
    return sum(len(piece) for piece in pieces)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _pieces_of_path(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _pieces(file)


def _with_crlf(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Make every line end CRLF (files from a maildir or an mbox have LF)."""
    after_cr = False
    for piece in pieces:
        whole = piece.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        # A CRLF cut in two: the CR has gone out already, and its LF needs none.
        yield whole[1:] if after_cr and piece.startswith(b"\n") else whole
        after_cr = piece.endswith(b"\r")


class FileSink:
    """Writes what comes in pieces, decoded, to a temporary file, and moves that to its place at the end.

    `to` is a file, which is replaced, or a directory, where the file is called `name`, numbered if that is taken.
    """

    def __init__(
        self,
        to: StrPath,
        name: str,
        encoding: str = "binary",
        *,
        total: int | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        path = Path(to)
        self._numbered = path.is_dir()
        self._target = path / name if self._numbered else path
        # Not by `tempfile`, whose files only their owner may read: these are to be what the umask makes of them.
        self._temporary = self._target.with_name(f".{secrets.token_hex(8)}.part")
        self._file = self._temporary.open("xb")
        self._decoder = Decoder(encoding)
        self._progress = progress
        self._total = total
        self._done = 0

    def write(self, octets: bytes) -> None:
        """Take a piece."""
        self._file.write(self._decoder.feed(octets))
        self._done += len(octets)
        self._report()

    def hear(self, told: InProgress) -> None:
        """The server has not sent it yet, or not all, and tells how far it has come, or no more than that it works."""
        if told.progress is None:
            self._report()
        elif self._progress is not None:
            self._progress(Progress(told.progress, told.goal, "steps", self._target.name))

    def _report(self) -> None:
        if self._progress is not None:
            self._progress(Progress(self._done, self._total, "bytes", self._target.name))

    def commit(self) -> Path:
        """All is there: put it in its place, and say where that is."""
        self._file.write(self._decoder.finish())
        self._file.close()
        if not self._numbered:
            return self._temporary.replace(self._target)
        return next(path for path in _candidates(self._target) if self._put(path))

    def _put(self, path: Path) -> bool:
        """Give the file this name, unless it is taken; of several who want it at once, one gets it."""
        try:
            os.link(self._temporary, path)
        except FileExistsError:
            return False
        except OSError:  # this file system has no second names
            if path.exists():
                return False
            self._temporary.replace(path)
        else:
            self._temporary.unlink()
        return True

    def abort(self) -> None:
        """Something went wrong: leave nothing behind."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)


def _candidates(path: Path) -> Iterator[Path]:
    """``scan.pdf``, ``scan (2).pdf``, and so on."""
    yield path
    room = 255 - len(os.fsencode(f" (1234567){path.suffix}"))  # octets that a name may have, nearly everywhere
    stem = os.fsdecode(os.fsencode(path.stem)[:room])
    for number in itertools.count(2):
        yield path.with_name(f"{stem} ({number}){path.suffix}")
