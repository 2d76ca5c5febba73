"""CATENATE (RFC 4469): a message put together on the server, of new text and of pieces that it has already.

So a draft with a large attachment is saved again, or forwarded, without sending the attachment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import Code, Extension

if TYPE_CHECKING:
    import datetime as dt

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, LiteralStream

__all__ = ["EXTENSIONS", "BadUrl", "Catenation", "TextPart", "UrlPart", "write_parts"]


@dataclass(frozen=True, slots=True)
class TextPart:
    """Octets of the message that are sent along."""

    data: bytes | LiteralStream = field(repr=False)


@dataclass(frozen=True, slots=True)
class UrlPart:
    """A piece that the server has: an IMAP URL (`ImapUrl`), such as ``/Drafts;UIDVALIDITY=385759045/;UID=20``."""

    url: str


@dataclass(frozen=True, slots=True)
class Catenation:
    """A message to append that is made of parts, in their order."""

    parts: tuple[TextPart | UrlPart, ...]
    flags: tuple[str, ...] = ()
    date: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class BadUrl(Code):
    """``[BADURL url]``: this URL leads to nothing that can be used."""

    url: str

    @property
    def name(self) -> str:
        """BADURL."""
        return "BADURL"


# resp-text-code =/ "BADURL" SP url-resp-text / "TOOBIG"     url-resp-text: any TEXT-CHAR except "]"
# The URL comes in quotation marks all the same, in the examples of RFC 4469 as well as from Dovecot.
def _bad_url(cursor: Cursor) -> BadUrl:
    end = cursor.text.find(b"]", cursor.pos)
    if end < 0:
        raise cursor.error("the end of a response code")
    url = cursor.text[cursor.pos : end].strip(b' "')
    cursor.pos = end
    return BadUrl(url.decode("utf-8", "replace"))


def write_parts(out: Encoder, parts: tuple[TextPart | UrlPart, ...]) -> None:
    """Write ``"CATENATE" SP "(" cat-part *(SP cat-part) ")"``."""
    if not parts:
        raise InvalidArgument("a message of no parts")
    out.word("CATENATE").open()
    for part in parts:
        if isinstance(part, TextPart):
            out.word("TEXT").literal(part.data)
        else:
            out.word("URL").astring(part.url)
    out.close()


EXTENSIONS = (Extension(name="CATENATE", rfc="RFC 4469", capabilities=("CATENATE",), codes={"BADURL": _bad_url}),)
