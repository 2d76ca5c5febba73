"""APPEND (RFC 9051, 6.3.12), several messages at once (MULTIAPPEND, RFC 3502) and UTF8 (RFC 9755)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imapkit.protocol.wire import dates
from imapkit.testing import render
from imapkit.testing.commands.store import checked_flags
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.rights import storable
from imapkit.testing.store import Content
from imapkit.types.flags import FlagSet

if TYPE_CHECKING:
    import datetime as dt

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]


class _Message(NamedTuple):
    flags: FlagSet
    received: dt.datetime | None
    octets: bytes


def _announced(session: ServerSession, request: Request, size: int) -> None:
    """Refuse before the client sends all of it for nothing."""
    mailbox = session.namespace.find(request.arguments.mailbox(), "i", code="TRYCREATE")
    mailbox.account.has_room_for(size)


# append = "APPEND" SP mailbox 1*append-message  (RFC 3502, 6.3.11)
def _append(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    mailbox = session.namespace.find(arguments.mailbox(), "i", code="TRYCREATE")
    messages: list[_Message] = []
    while not messages or not arguments.at_end():
        arguments.sp()
        messages.append(_message(session, arguments))
    if len(messages) > 1 and not session.supports("MULTIAPPEND"):
        raise Refused("One message at a time", status="BAD")
    # All or none (RFC 3502).
    mailbox.account.has_room_for(sum(len(message.octets) for message in messages), len(messages))
    rights = session.namespace.rights(mailbox)
    added = [
        mailbox.add(Content(octets), flags=storable(rights, flags), received=received)
        for flags, received, octets in messages
    ]
    if not session.supports("UIDPLUS"):
        return Completion()
    uids = render.numbers(message.uid for message in added).decode("ascii")
    return Completion(code=f"APPENDUID {mailbox.uidvalidity} {uids}")


# append-message = [SP flag-list] [SP date-time] SP append-data
def _message(session: ServerSession, arguments: Cursor) -> _Message:
    flags, received = FlagSet(), None
    if arguments.peek() == ord("("):
        flags = checked_flags(arguments.flags())
        arguments.sp()
    if arguments.peek() == ord('"'):
        received = dates.parse_date_time(arguments.string())
        if received is None:
            raise Refused("Invalid internal date", status="BAD")
        arguments.sp()
    wrapped = session.supports("UTF8=ACCEPT") and arguments.accept(b"UTF8 (")
    binary = arguments.peek() == ord("~")
    if arguments.peek() not in b"{~":
        raise arguments.error("a literal")
    octets = arguments.string()
    if wrapped:
        arguments.expect(b")")
    elif binary and not session.supports("BINARY", "IMAP4REV2"):
        raise Refused("literal8 is not offered here", status="BAD")
    elif not binary and b"\0" in octets:
        raise Refused("A NUL octet, which only a literal8 takes", status="BAD")
    if not octets:
        raise Refused("Can't save a message of no octets")
    return _Message(flags, received, octets)


FEATURE = Feature(
    capabilities=("MULTIAPPEND",),
    commands=(Handler("APPEND", _append, announced=_announced),),
)
