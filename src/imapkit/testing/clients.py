"""imapkit's own clients of the test server, in memory: no socket, no port, no thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.account import Account, AsyncConnecting
from imapkit.types.auth import Password

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit._sync import Mailbox
    from imapkit.transport.streams import AsyncStream, Stream

__all__ = ["HOST", "connect", "connect_async", "in_memory"]

HOST = "localhost"


def in_memory(user: str, password: str, *, read_only: bool) -> Account:
    """The settings of a client that needs neither port nor TLS; nobody can connect by them alone."""
    return Account(host=HOST, auth=Password(user, password), security="none", read_only=read_only)


def connect(account: Account, open_stream: Callable[[], Stream]) -> Mailbox:
    """Log in over a stream."""
    from imapkit._sync import open_mailbox

    return open_mailbox(account, open_stream)


def connect_async(account: Account, open_stream: Callable[[], AsyncStream]) -> AsyncConnecting:
    """Log in over a stream, for asyncio."""

    async def dial() -> AsyncStream:
        return open_stream()

    return AsyncConnecting(account, dial)
