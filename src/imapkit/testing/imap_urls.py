"""What imap:// URLs lead to on this server (RFC 5092): a message, a part of one, or some of its octets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire.cursor import Cursor, ParseError
from imapkit.testing.commands.fetch import read_section
from imapkit.testing.message import sections
from imapkit.types.urls import ImapUrl

if TYPE_CHECKING:
    from imapkit.testing.message.parts import Part
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.types.sections import Section

__all__ = ["HOST", "UrlFailed", "content", "find_message", "is_here", "parse", "part_of", "section_of"]

HOST: Final = "localhost"
"""What this server is called in a URL; with "127.0.0.1" it is meant, too."""


class UrlFailed(Exception):
    """The URL leads to nothing that can be used."""


def find_message(mailbox: StoredMailbox, url: ImapUrl) -> StoredMessage:
    """The message that a URL names, or names a part of."""
    if url.uid is None:
        raise UrlFailed("this URL names no message")
    if url.uidvalidity not in (None, mailbox.uidvalidity):
        raise UrlFailed("this URL is about an older mailbox")
    message = mailbox.messages.get(url.uid)
    if message is None:
        raise UrlFailed("there is no such message")
    return message


def section_of(url: ImapUrl) -> Section:
    """The section that a URL names; an empty one for the whole message."""
    cursor = Cursor(f"[{url.section or ''}]".encode())
    try:
        section = read_section(cursor)
    except (ParseError, InvalidArgument):
        raise UrlFailed("this URL names no section of a message") from None
    if not cursor.at_end():
        raise UrlFailed("this URL names no section of a message")
    return section


def part_of(message: StoredMessage, section: Section) -> Part | None:
    """The part that a section is about; None where it is about the header of one, or there is none."""
    if section.text:
        return None
    structure = message.content.structure
    return sections.find(structure, section.part) if section.part else structure


def content(message: StoredMessage, url: ImapUrl, *, partial: bool) -> bytes:
    """The octets that a URL names; some of a section only where `partial` allows (URL-PARTIAL, RFC 5550)."""
    octets = sections.extract(message.content.structure, section_of(url))
    if octets is None:
        raise UrlFailed("there is no such part")
    if url.partial is None:
        return octets
    if not partial:
        raise UrlFailed("some octets of a part are nothing that a URL can name here")
    offset, length = url.partial
    return octets[offset : None if length is None else offset + length]


def parse(text: str, base: ImapUrl) -> ImapUrl:
    """Read a URL, absolute or relative."""
    try:
        return ImapUrl.join(base, text)
    except InvalidArgument as error:
        raise UrlFailed(str(error)) from None


def is_here(url: ImapUrl) -> bool:
    """Whether a URL is about this server."""
    return url.host.lower() in (HOST, "127.0.0.1")
