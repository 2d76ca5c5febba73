"""Connecting: `connect()` and `connect_async()`, and accounts as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.types.auth import Password
from imapkit.types.settings import ConnectionSettings
from imapkit.types.timeouts import Timeout

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Generator, Mapping
    from types import TracebackType

    from imapkit._async.mailbox import AsyncMailbox
    from imapkit._sync.mailbox import Mailbox
    from imapkit.transport.streams import AsyncStream
    from imapkit.types.auth import Auth
    from imapkit.types.settings import Security

__all__ = ["Account", "AsyncConnecting", "connect", "connect_async"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(ConnectionSettings):
    """Everything needed to connect, as a value: hashable, picklable (without an `ssl_context`), secrets never shown.

    >>> Account(host="imap.example.org", auth=Password("ann", "open sesame")).auth
    Password(user='ann', password=***)
    """

    def connect(self) -> Mailbox:
        """Connect and log in.  Raises what `imapkit.connect` raises."""
        from imapkit._sync import open_mailbox

        return open_mailbox(self)

    def connect_async(self) -> AsyncConnecting:
        """Connect and log in, for asyncio: ``await`` it, or use it in ``async with``."""
        return AsyncConnecting(self)


class AsyncConnecting:
    """A connection about to be made: ``mail = await x`` and ``async with x as mail`` both work."""

    def __init__(self, settings: ConnectionSettings, dial: Callable[[], Awaitable[AsyncStream]] | None = None) -> None:
        self._settings = settings
        self._dial = dial
        self._mailbox: AsyncMailbox | None = None
        self._entered = False

    def __await__(self) -> Generator[object, None, AsyncMailbox]:
        from imapkit._async import open_mailbox

        return open_mailbox(self._settings, self._dial).__await__()

    async def __aenter__(self) -> AsyncMailbox:
        if self._entered:
            raise InvalidArgument("this connection was entered already: call connect_async() anew for another one")
        self._entered = True
        self._mailbox = await self
        return self._mailbox

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if self._mailbox is not None:
            await self._mailbox.__aexit__(exc_type, exc, tb)


def connect(
    host: str,
    /,
    *,
    user: str | None = None,
    password: str | None = None,
    auth: Auth | None = None,
    port: int | None = None,
    security: Security = "tls",
    ssl_context: ssl.SSLContext | None = None,
    timeout: Timeout | float | None = 60.0,
    read_only: bool = False,
    compress: bool = False,
    client_id: Mapping[str, str] | None = None,
) -> Mailbox:
    """Connect to an IMAP server and log in.

    Give `user` and `password`, or `auth` (`OAuth2`, `External`, `Anonymous`, or a `Password` that names the SASL
    mechanisms it may be used with).  `security` is ``"tls"`` (port 993), ``"starttls"`` (port 143), or ``"none"``,
    which sends everything readable.  Certificate and host name are verified; for a private authority pass an
    `ssl_context` that trusts it.  `timeout` in seconds is the longest silence that is borne (see `Timeout`);
    the system's lookup of the host's name cannot be interrupted, and may take longer than `Timeout.connect`.
    With `read_only`, whatever would change something raises `ReadOnly`.  `compress` asks for COMPRESS=DEFLATE
    (RFC 4978).  `client_id` is what ID tells the server (RFC 2971), such as ``{"name": "my program"}``.

    Raises `ConnectionLost`, `ImapTimeout`, `TLSError`, `AuthenticationError`, `TokenRejected`, `NotSupported`,
    `InvalidArgument`.
    """
    return Account(
        host=host,
        auth=_auth(user, password, auth),
        port=port,
        security=security,
        ssl_context=ssl_context,
        timeout=_deadlines(timeout),
        read_only=read_only,
        compress=compress,
        client_id=tuple((client_id or {}).items()),
    ).connect()


def connect_async(
    host: str,
    /,
    *,
    user: str | None = None,
    password: str | None = None,
    auth: Auth | None = None,
    port: int | None = None,
    security: Security = "tls",
    ssl_context: ssl.SSLContext | None = None,
    timeout: Timeout | float | None = 60.0,
    read_only: bool = False,
    compress: bool = False,
    client_id: Mapping[str, str] | None = None,
) -> AsyncConnecting:
    """Connect to an IMAP server and log in, for asyncio: ``await`` it, or use it in ``async with``.

    Arguments and exceptions are those of `connect`.
    """
    return Account(
        host=host,
        auth=_auth(user, password, auth),
        port=port,
        security=security,
        ssl_context=ssl_context,
        timeout=_deadlines(timeout),
        read_only=read_only,
        compress=compress,
        client_id=tuple((client_id or {}).items()),
    ).connect_async()


def _auth(user: str | None, password: str | None, auth: Auth | None) -> Auth:
    if auth is None:
        if user is None or password is None:
            raise InvalidArgument("how to log in? give user= and password=, or auth=")
        return Password(user, password)
    if user is not None or password is not None:
        raise InvalidArgument("give user= and password=, or auth=, not both")
    return auth


def _deadlines(silence: Timeout | float | None) -> Timeout:
    """The deadlines for a longest silence in seconds; without one, an operation may take for ever, too."""
    if isinstance(silence, Timeout):
        return silence
    return Timeout(read=silence) if silence is not None else Timeout(read=None, total=None)
