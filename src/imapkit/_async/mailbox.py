"""One account on one server."""

# The classes of this package are friends: what has an underscore is private to it, not to the class.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from imapkit._async.folder import AsyncFolder
from imapkit._async.tree import AsyncFolderTree
from imapkit.errors import InvalidArgument, ReadOnly
from imapkit.live import FlagBoard
from imapkit.protocol.extensions.auth import Authenticate, Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.session import Logout, Noop, StartTls
from imapkit.protocol.flows.base import execute
from imapkit.protocol.flows.folders import list_folders
from imapkit.protocol.flows.opening import log_out
from imapkit.protocol.flows.selection import run_command
from imapkit.protocol.model import Effect
from imapkit.types.flags import Flag
from imapkit.types.folders import Role
from imapkit.types.urls import MessageRef

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from email.message import EmailMessage
    from types import TracebackType

    from imapkit._async.message import AsyncMessage
    from imapkit.files import MessageSource
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.model import Command
    from imapkit.transport.asyncio_ import AsyncSession
    from imapkit.types.folders import FolderInfo, FolderRef
    from imapkit.types.results import AppendResult
    from imapkit.types.settings import ConnectionSettings
    from imapkit.types.urls import ImapUrl

__all__ = ["AsyncMailbox"]

T = TypeVar("T")

_NOT_ALONE: tuple[tuple[type, str], ...] = (
    (Idle, "folder.watch()"),
    (StartTls, "connect(security='starttls')"),
    (Compress, "connect(compress=True)"),
    (Authenticate, "connect(auth=...)"),
    (Login, "connect(user=..., password=...)"),
    (Logout, "close()"),
)
"""What leaves the connection in a state that the answer alone does not tell, and the way to have it."""


class AsyncMailbox:
    """One account on one server: what `connect_async()` gives.  Use it as a context manager.

    Any number of tasks may use it at once; they share its one connection.  Attributes never touch the network,
    methods may.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        session: AsyncSession,
        open_another: Callable[[], Awaitable[AsyncSession]],
    ) -> None:
        self.settings = settings
        self._session = session
        self._open_another = open_another
        self._roles: dict[Role, str] = {Role.INBOX: "INBOX"}
        self._roles_known = False  # and up to date
        self._flags = FlagBoard(session.connection)

    # --- what is known ----------------------------------------------------------------------------------------

    @property
    def host(self) -> str:
        """The host that was connected to."""
        return self.settings.host

    @property
    def user(self) -> str:
        """The user name; empty where the login had none."""
        return self.settings.user

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server offers, in upper case."""
        return self._session.connection.session.capabilities or frozenset()

    @property
    def server_id(self) -> Mapping[str, str | None]:
        """What the server says of itself (ID, RFC 2971); names in lower case."""
        return self._session.connection.session.server_id

    @property
    def closed(self) -> bool:
        """Whether the connection is gone."""
        return self._session.closed

    @property
    def inbox(self) -> AsyncFolder:
        """The folder where mail arrives."""
        return self.folder(Role.INBOX)

    def supports(self, *capabilities: str) -> bool:
        """Whether the server offers all of these, by itself or as part of IMAP4rev2.

        Where that is spoken, ``IMAP4rev1`` is not: what it stands for was removed (RFC 9051, appendix E).
        """
        return all(map(self._session.connection.supports, capabilities))

    def folder(self, ref: FolderRef | AsyncFolder, /, *children: str) -> AsyncFolder:
        """A folder, without asking the server whether there is one.

        A single string is the server's own path.  Several strings are names below each other, put together with
        the server's delimiter below the account's own namespace.  A `Role` is the folder that serves it.
        """
        if isinstance(ref, AsyncFolder):
            folder = ref
        elif children and not isinstance(ref, Role):
            folder = AsyncFolder(self, self._personal(ref))
        else:
            folder = AsyncFolder(self, ref)
        for child in children:
            folder = folder / child
        return folder

    # --- what asks the server ---------------------------------------------------------------------------------

    async def folders(self, pattern: str = "*", *, subscribed: bool = False, status: bool = False) -> AsyncFolderTree:
        """All folders that match a pattern (``*`` stands for anything, ``%`` for anything but the delimiter).

        `subscribed` leaves out the others; `status` adds the counts of each, in the same round trip where the
        server has LIST-STATUS.
        """
        infos = await self._run(
            list_folders(self._session.connection, pattern, subscribed=subscribed, with_status=status)
        )
        if pattern == "*" and not subscribed:
            self._learn_roles(infos)
        return AsyncFolderTree([AsyncFolder(self, info.path, info) for info in infos])

    async def append(
        self,
        message: MessageSource,
        folder: FolderRef | AsyncFolder,
        *,
        flags: Iterable[Flag | str] = (),
        date: dt.datetime | None = None,
    ) -> AppendResult:
        """Put a message into a folder; `date` becomes its `received`.  See `AsyncFolder.append`."""
        return await self.folder(folder).append(message, flags=flags, date=date)

    async def save_draft(self, message: EmailMessage) -> AppendResult:
        """Put a message into the folder of drafts, marked as one.  Raises `FolderNotFound` where there is none."""
        return await self.append(message, Role.DRAFTS, flags=(Flag.DRAFT, Flag.SEEN))

    async def save_sent(self, message: EmailMessage) -> AppendResult:
        """Put a message into the folder of sent mail, marked as seen.  Raises `FolderNotFound` where there is none."""
        return await self.append(message, Role.SENT, flags=(Flag.SEEN,))

    async def get(self, ref: MessageRef | ImapUrl | str, /) -> AsyncMessage:
        """The message that a reference (or its ``imap://`` URL) names.

        Raises `MessageNotFound`, `FolderNotFound`, `UidValidityChanged` when the folder's UIDs were given out anew,
        and `InvalidArgument` when it names another host or user than this mailbox is of.
        """
        if not isinstance(ref, MessageRef):
            ref = MessageRef.parse(str(ref))
        if (ref.host.lower(), ref.user) != (self.host.lower(), self.user):
            raise InvalidArgument(
                f"this reference is to mail of {ref.user!r} on {ref.host!r}: connect there to get it, "
                f"this is {self.user!r} on {self.host!r}"
            )
        return await AsyncFolder(self, ref.folder, uidvalidity=ref.uidvalidity).get(ref.uid)

    async def noop(self) -> None:
        """Ask the server whether something is new; keeps the connection alive."""
        await self._run(execute(self._session.connection, Noop()))

    async def execute(self, command: Command[T]) -> T:
        """Run a command of `imapkit.protocol.extensions`, in the state that the session is in.

        Every extension can be reached so; what comes back is typed by the command.  Raises `ReadOnly` for what changes
        something when the connection was opened with ``read_only=True``, and `InvalidArgument` for what begins or ends
        a connection, or a conversation inside it: that has methods of its own.
        """
        instead = next((method for kind, method in _NOT_ALONE if isinstance(command, kind)), None)
        if instead is not None:
            raise InvalidArgument(f"{command.name} is more than a command and its answer: use {instead}")
        if command.disturbs() & Effect.CHANGES_DATA:
            self._refuse_read_only(f"{command.name} by execute")
        return await self._run(run_command(self._session.connection, command))

    async def close(self) -> None:
        """Log out and close the connection, whether the server answers within two seconds or not.

        May be called again.  Leaving ``async with`` by an exception closes the connection at once, without a goodbye.
        """
        try:
            if not self._session.closed:
                await self._run(log_out(self._session.connection))
        finally:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if exc_type is None:
            await self.close()
        else:
            await self._session.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return f"<{type(self).__name__} {self.user}@{self.host} {state}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a mailbox is a live connection: send its settings to another process and connect there")

    # --- for the folders --------------------------------------------------------------------------------------

    async def _run(self, flow: Flow[T], *, timeout: float | None = None) -> T:
        return await self._session.run(flow, timeout=timeout)

    def _refuse_read_only(self, what: str) -> None:
        if self.settings.read_only:
            raise ReadOnly(f"{what}() changes something, and this connection was opened with read_only=True")

    def _personal(self, name: str) -> str:
        """The path of a folder at the top of the account's own namespace."""
        namespaces = self._session.connection.session.namespaces
        personal = namespaces.personal if namespaces is not None else ()
        prefix = personal[0].prefix if personal else ""
        return name if name.lower() == "inbox" or name.startswith(prefix) else prefix + name

    def _delimiter(self) -> str:
        namespaces = self._session.connection.session.namespaces
        delimiter = namespaces.personal[0].delimiter if namespaces is not None and namespaces.personal else None
        if delimiter is None:
            raise InvalidArgument("this server keeps no folders inside folders")
        return delimiter

    async def _path_of(self, role: Role) -> str | None:
        if role is not Role.INBOX and not self._roles_known:
            await self.folders()
        return self._roles.get(role)

    def _learn_roles(self, infos: Iterable[FolderInfo]) -> None:
        roles = {Role.INBOX: "INBOX"}
        for info in infos:
            if info.role is not None:
                roles.setdefault(info.role, info.path)
        self._roles, self._roles_known = roles, True

    def _forget_roles(self) -> None:
        """Folders have changed: ask anew when a role is needed next."""
        self._roles_known = False
