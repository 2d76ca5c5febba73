"""What comes with a message's text."""

# The classes of this package are friends: what has an underscore is private to it, not to the class.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

from imapkit.files import FileSink
from imapkit.mime import transfer
from imapkit.mime.parameters import safe_filename
from imapkit.protocol.extensions.fetch import body_section

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imapkit._async.message import AsyncMessage
    from imapkit.files import StrPath
    from imapkit.types.bodystructure import Part
    from imapkit.types.results import Progress

__all__ = ["AsyncAttachment"]


class AsyncAttachment:
    """A file, a picture or a message that comes with a message; what it holds is fetched when it is asked for."""

    def __init__(self, message: AsyncMessage, part: Part) -> None:
        self._message = message
        self._part = part

    @property
    def filename(self) -> str | None:
        """Its file name as the sender wrote it, decoded: not safe as a path (`save` makes it so)."""
        return self._part.filename

    @property
    def content_type(self) -> str:
        """``type/subtype``, in lower case."""
        return self._part.content_type

    @property
    def size(self) -> int:
        """Octets as they are transferred; decoded, base64 is about a quarter less.  0 when the server does not say."""
        return self._part.size or 0

    @property
    def content_id(self) -> str | None:
        """What ``cid:`` links in the HTML call it."""
        return self._part.content_id

    @property
    def inline(self) -> bool:
        """Whether it is to be shown within the text."""
        return self._part.disposition is not None and self._part.disposition.kind == "inline"

    @property
    def section(self) -> str:
        """Its number in the message, such as ``"2.1"``."""
        return self._part.section

    def matches(self, *patterns: str) -> bool:
        """Whether its file name or its content type is like one of these, such as ``"*.pdf"`` or ``"image/*"``."""
        names = [self.content_type, (self.filename or "").lower()]
        return any(fnmatch(name, pattern.lower()) for name in names if name for pattern in patterns)

    async def read(self) -> bytes:
        """Its octets, decoded."""
        return transfer.decode(await self._message._part(self._part), self._part.encoding)

    async def save(self, to: StrPath, /, *, progress: Callable[[Progress], None] | None = None) -> Path:
        """Write it to a file, or into a directory under its own name, made safe; where it went.

        It is streamed, so it may be larger than memory, and is there whole or not at all.  `progress` is told of each
        piece, and of what the server says while it gets ready (INPROGRESS, RFC 9585).
        """
        name = safe_filename(self.filename, f"attachment-{self._part.section}")
        sink = FileSink(to, name, self._part.encoding, total=self._part.size, progress=progress)
        return await self._message._save(body_section(self._part.section), sink)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.filename!r} {self.content_type} {self.size} octets>"
