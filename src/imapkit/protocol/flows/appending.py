"""Putting a message into a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.errors import CommandError, InvalidArgument
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.appendlimit import limit_of
from imapkit.protocol.flows.base import Flow, execute
from imapkit.protocol.flows.folders import absent
from imapkit.protocol.flows.selection import showing
from imapkit.types.results import AppendResult

if TYPE_CHECKING:
    from imapkit.protocol.connection import Connection

__all__ = ["append"]


def append(connection: Connection, mailbox: str, message: NewMessage) -> Flow[AppendResult]:
    """Append one message.  Raises `FolderNotFound` (TRYCREATE), `OverQuota`, `InvalidArgument`."""
    _check_size(connection, message)
    try:
        code = yield from showing(connection, mailbox, execute(connection, Append(mailbox, (message,))))
    except CommandError as error:  # Mailutils says "NO APPEND [TRYCREATE] failed", where that is no code
        raise (yield from absent(connection, mailbox, error)) from error
    if code is None:
        return AppendResult(mailbox)
    return AppendResult(mailbox, code.uids[0][0], code.uidvalidity)


def _check_size(connection: Connection, message: NewMessage) -> None:
    """Refuse what the server says it will refuse (APPENDLIMIT, RFC 7889), before sending it."""
    size = len(message.data) if isinstance(message.data, bytes) else message.data.size
    limit = limit_of(connection.session.capabilities or frozenset())
    if limit is not None and size > limit:
        raise InvalidArgument(f"the message has {size} octets, and the server takes at most {limit}")
