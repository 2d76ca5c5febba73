"""APPEND (RFC 9051, 6.3.12), several messages at once (MULTIAPPEND, RFC 3502)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.wire import dates
from imapkit.testing import render
from imapkit.testing.commands import appendlimit, messagelimit
from imapkit.testing.commands.store import checked_flags
from imapkit.testing.commands.utf8 import insist_on_plain_header
from imapkit.testing.features import Completion, Feature, Handler, NewMessage, Request, offered
from imapkit.testing.refusal import Refused
from imapkit.testing.rights import storable
from imapkit.testing.store import Content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox, StoredMessage

__all__ = ["FEATURE", "append_uid", "put", "read_message"]


def _announced(session: ServerSession, request: Request, size: int) -> None:
    """Refuse before the client sends all of it for nothing."""
    mailbox = session.namespace.find(request.arguments.mailbox(), "i", code="TRYCREATE")
    appendlimit.insist(session, size)
    mailbox.account.has_room_for(size)


# append = "APPEND" SP mailbox 1*append-message  (RFC 3502, 6.3.11)
def _append(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    mailbox = session.namespace.find(arguments.mailbox(), "i", code="TRYCREATE")
    messages: list[NewMessage] = []
    while not messages or not arguments.at_end():
        arguments.sp()
        messages.append(read_message(session, arguments, mailbox))
    if len(messages) > 1 and not session.supports("MULTIAPPEND"):
        raise Refused("One message at a time", status="BAD")
    # All or none (RFC 3502).
    messagelimit.insist(session, messages)
    mailbox.account.has_room_for(sum(len(message.octets or b"") for message in messages), len(messages))
    return Completion(code=append_uid(session, mailbox, put(session, messages)))


# append-message = [SP flag-list] [SP date-time] *(SP append-ext) SP append-data  (RFC 4466, 2.3)
def read_message(session: ServerSession, arguments: Cursor, mailbox: StoredMailbox) -> NewMessage:
    """Read ``append-message``."""
    message = NewMessage(mailbox)
    if arguments.peek() == ord("("):
        message.flags = checked_flags(arguments.flags())
        arguments.sp()
    if arguments.peek() == ord('"'):
        message.received = dates.parse_date_time(arguments.string())
        if message.received is None:
            raise Refused("Invalid internal date", status="BAD")
        arguments.sp()
    while message.octets is None:
        if arguments.peek() in tuple(b"{~"):
            message.octets = _literal(session, arguments)
        else:
            _read_item(session, arguments, message)
    if not message.octets:
        raise Refused("Can't save a message of no octets")
    appendlimit.insist(session, len(message.octets))
    return message


def _literal(session: ServerSession, arguments: Cursor) -> bytes:
    binary = arguments.peek() == ord("~")
    octets = arguments.string()
    if binary and not session.supports("BINARY", "IMAP4REV2"):
        raise Refused("literal8 is not offered here", status="BAD")
    if not binary and b"\0" in octets:
        raise Refused("A NUL octet, which only a literal8 takes", status="BAD")
    insist_on_plain_header(session, octets)
    return octets


def _read_item(session: ServerSession, arguments: Cursor, message: NewMessage) -> None:
    start = arguments.pos
    name = arguments.keyword()
    item = offered(session, session.site.table.append_items, name)
    if item is None:
        arguments.pos = start
        raise arguments.error("a literal")
    arguments.sp()
    item.read(session, arguments, message)
    if message.octets is None:
        arguments.sp()


def put(session: ServerSession, messages: Iterable[NewMessage]) -> list[StoredMessage]:
    """Put messages where they belong."""
    added: list[StoredMessage] = []
    for message in messages:
        rights = session.namespace.rights(message.mailbox)
        flags = storable(rights, message.flags)
        stored = message.mailbox.add(Content(message.octets or b""), flags=flags, received=message.received)
        for act in message.then:
            act(stored)
        added.append(stored)
    return added


def append_uid(session: ServerSession, mailbox: StoredMailbox, added: list[StoredMessage]) -> str | None:
    """The APPENDUID code (RFC 4315), where it is offered."""
    if not session.supports("UIDPLUS"):
        return None
    return f"APPENDUID {mailbox.uidvalidity} {render.numbers(message.uid for message in added).decode('ascii')}"


FEATURE = Feature(
    capabilities=("MULTIAPPEND",),
    commands=(Handler("APPEND", _append, announced=_announced),),
)
