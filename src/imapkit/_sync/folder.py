# Generated from src/imapkit/_async/folder.py by tools/unasync.py; do not edit.
"""A folder: the RFC's mailbox."""

# The classes of this package are friends: what has an underscore is private to it, not to the class.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, TypeVar

from imapkit._sync.message import Message
from imapkit._sync.message_set import MessageSet
from imapkit.errors import FolderNotFound, InvalidArgument, MessageNotFound, NotFetched
from imapkit.files import message_octets
from imapkit.protocol.extensions.append import NewMessage
from imapkit.protocol.flows import folders as flows
from imapkit.protocol.flows.appending import append
from imapkit.protocol.flows.pages import Plan
from imapkit.protocol.flows.selection import apart, catch_up, within
from imapkit.protocol.flows.watching import Gone, New, Reflagged, Watch
from imapkit.protocol.wire.names import canonical
from imapkit.types.folders import Role
from imapkit.types.query import where
from imapkit.types.results import Arrived, FlagsChanged, Removed
from imapkit.types.uids import to_uid_set

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Generator, Iterable
    from typing import Unpack

    from imapkit._sync.mailbox import Mailbox
    from imapkit.files import MessageSource
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.flows.watching import Change
    from imapkit.types.flags import Flag
    from imapkit.types.folders import FolderInfo, FolderRef, Status
    from imapkit.types.query import Query, QueryArgs
    from imapkit.types.results import AppendResult, Event
    from imapkit.types.uids import Uids

__all__ = ["Folder"]

T = TypeVar("T")


class Folder:
    """A handle to a folder; making one asks nothing of the server.

    ``folder / "child"`` uses the server's own delimiter.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        ref: FolderRef,
        info: FolderInfo | None = None,
        *,
        uidvalidity: int | None = None,
    ) -> None:
        self._mailbox = mailbox
        self._ref = ref if isinstance(ref, Role) else canonical(ref)
        self._info = info
        self._uidvalidity = uidvalidity

    # --- what is known ----------------------------------------------------------------------------------------

    @property
    def mailbox(self) -> Mailbox:
        """The account that it belongs to."""
        return self._mailbox

    @property
    def ref(self) -> FolderRef:
        """The path or the role that it was made from."""
        return self._ref

    @property
    def path(self) -> str:
        """The server's own name of it.

        Raises `NotFetched` for a role before the first method that asks the server.
        """
        if not isinstance(self._ref, Role):
            return self._ref
        path = self._mailbox._roles.get(self._ref)
        if path is None:
            raise NotFetched(f"which folder serves {self._ref.value!r} is not known yet: call folders() first")
        return path

    @property
    def info(self) -> FolderInfo | None:
        """What `folders()` told of it; None for a handle that was made by hand."""
        return self._info

    @property
    def messages(self) -> MessageSet:
        """All messages in it, lazily."""
        return MessageSet(self, Plan())

    def __truediv__(self, child: str) -> Folder:
        delimiter = self._mailbox._delimiter()
        if not child or delimiter in child:
            raise InvalidArgument(f"{child!r}: the name of one folder is not empty and holds no {delimiter!r}")
        return Folder(self._mailbox, f"{self.path}{delimiter}{child}")

    def search(self, *queries: Query, **keys: Unpack[QueryArgs]) -> MessageSet:
        """The messages that all of these queries find, lazily: nothing is sent until you iterate.

        >>> unread = mail.inbox.search(seen=False, from_="ann@example.org")     # doctest: +SKIP
        """
        return MessageSet(self, Plan(query=where(*queries, **keys)))

    def by_uid(self, uids: Uids, /) -> MessageSet:
        """The messages with these UIDs, lazily; those that are gone are passed over."""
        return MessageSet(self, Plan(uids=to_uid_set(uids)))

    # --- messages ---------------------------------------------------------------------------------------------

    def get(self, uid: int, /) -> Message:
        """One message.  Raises `MessageNotFound`."""
        message = self.by_uid(uid).first()
        if message is None:
            self._mailbox._run(catch_up(self._mailbox._session.connection, self._resolve()))
            message = self.by_uid(uid).first()
        if message is None:
            raise MessageNotFound(f"there is no message with UID {uid} in {self.path!r}")
        return message

    def append(
        self, message: MessageSource, *, flags: Iterable[Flag | str] = (), date: dt.datetime | None = None
    ) -> AppendResult:
        """Put a message into the folder, with these flags; `date` (aware) becomes its `received`.

        An `EmailMessage`, octets, an open binary file or a path; line ends become CRLF, files are streamed.  The
        result has the UID where the server has UIDPLUS (RFC 4315).  Raises `FolderNotFound`, `OverQuota`,
        `InvalidArgument`.
        """
        self._mailbox._refuse_read_only("append")
        new = NewMessage(message_octets(message), tuple(flags), date)
        flow = append(self._mailbox._session.connection, self._resolve(), new)
        return self._mailbox._run(flow, timeout=inf)

    def watch(self, *, timeout: float | None = None) -> Generator[Event[Message], None, None]:
        """What happens in the folder, as it happens: `Arrived`, `FlagsChanged`, `Removed`.

        Opens a connection of its own, which lives as long as the iterator: whoever leaves the loop early closes it by
        `contextlib.closing`.  With `timeout`, it ends after so many seconds in which nothing happened.  Uses IDLE
        (RFC 2177), or asks twice a minute where there is none.
        """
        return self._watch(timeout)

    def _watch(self, timeout: float | None) -> Generator[Event[Message], None, None]:
        path = self._resolve()
        session = self._mailbox._open_another()
        try:
            watch = Watch(session.connection, path, Plan().items(session.connection))
            session.run(watch.start())
            while changes := session.run(watch.next(timeout), timeout=inf):
                self._mailbox._run(catch_up(self._mailbox._session.connection, path))
                selected = session.connection.session.selected
                for change in changes:
                    yield self._event(path, selected.uidvalidity if selected is not None else None, change)
        finally:
            session.close()

    def _event(self, path: str, uidvalidity: int | None, change: Change) -> Event[Message]:
        match change:
            case New(data):
                return Arrived(Message(self, path, uidvalidity, data))
            case Reflagged(data):
                return FlagsChanged(Message(self, path, uidvalidity, data))
            case Gone(uids):
                return Removed(uids)

    # --- the folder itself ------------------------------------------------------------------------------------

    def status(self) -> Status:
        """How many messages, unread ones and so on.  Raises `FolderNotFound`."""
        return self._mailbox._run(flows.status(self._mailbox._session.connection, self._resolve()))

    def exists(self) -> bool:
        """Whether there is such a folder, and messages can be in it."""
        try:
            path = self._resolve()
        except FolderNotFound:
            return False
        return self._mailbox._run(flows.exists(self._mailbox._session.connection, path))

    def create(
        self,
        *,
        exist_ok: bool = False,
        subscribe: bool = True,
        role: Role | None = None,
        verbatim: bool = False,
    ) -> Folder:
        """Make the folder, and subscribe to it.

        `role` makes it the one for drafts, sent mail and so on (CREATE-SPECIAL-USE, RFC 6154).  A name with ``/``
        in it is refused on a server with another delimiter, where it would not mean a folder in a folder, unless
        `verbatim`.  Raises `FolderExists` unless `exist_ok`, and `NotSupported` where the server gives no roles.
        """
        self._mailbox._refuse_read_only("create")
        path = self._resolve()
        namespaces = self._mailbox._session.connection.session.namespaces
        delimiter = namespaces.personal[0].delimiter if namespaces is not None and namespaces.personal else "/"
        if "/" in path and delimiter != "/" and not verbatim:
            raise InvalidArgument(
                f"{path!r} would be one folder with a slash in its name, since the delimiter here is {delimiter!r}: "
                "write mail.folder('Parent') / 'Child', or create(verbatim=True)"
            )
        flow = flows.create(self._mailbox._session.connection, path, exist_ok=exist_ok, subscribe=subscribe, role=role)
        self._mailbox._run(flow)
        self._mailbox._forget_roles()
        return self

    def rename(self, new: str | Folder, /) -> Folder:
        """Give it and what is below it another name; subscriptions follow.  Raises `FolderExists`, `FolderNotFound`."""
        self._mailbox._refuse_read_only("rename")
        folder = new if isinstance(new, Folder) else Folder(self._mailbox, new)
        path, target = self._resolve(), folder._resolve()
        connection = self._mailbox._session.connection
        self._mailbox._run(apart(connection, flows.rename(connection, path, target)))
        self._mailbox._forget_roles()
        return folder

    def delete(self) -> None:
        """Remove the folder with all messages in it.  Raises `FolderNotFound`."""
        self._mailbox._refuse_read_only("delete")
        connection = self._mailbox._session.connection
        self._mailbox._run(apart(connection, flows.delete(connection, self._resolve())))
        self._mailbox._forget_roles()

    def subscribe(self) -> None:
        """Add it to the subscribed folders."""
        self._subscribe(True)

    def unsubscribe(self) -> None:
        """Take it from the subscribed folders."""
        self._subscribe(False)

    def _subscribe(self, subscribed: bool) -> None:
        self._mailbox._refuse_read_only("subscribe" if subscribed else "unsubscribe")
        flow = flows.set_subscribed(self._mailbox._session.connection, self._resolve(), subscribed=subscribed)
        self._mailbox._run(flow)

    # --- for the messages -------------------------------------------------------------------------------------

    def _resolve(self) -> str:
        """The path, after asking the server for the folder of a role if need be."""
        if not isinstance(self._ref, Role):
            return self._ref
        path = self._mailbox._path_of(self._ref)
        if path is None:
            raise FolderNotFound("LIST", "NO", None, f"no folder here serves as {self._ref.value!r}")
        return path

    def _within(
        self,
        flow: Flow[T],
        *,
        changes: str | None = None,
        path: str | None = None,
        uidvalidity: int | None = None,
        timeout: float | None = None,
    ) -> T:
        """Run a flow while this folder is selected; `changes` names the method that changes something.

        `path` is where it was found to be before: a role may be served by another folder now.
        """
        if changes is not None:
            self._mailbox._refuse_read_only(changes)
        connection = self._mailbox._session.connection
        read_only = changes is None and self._mailbox.settings.read_only
        known = uidvalidity if uidvalidity is not None else self._uidvalidity
        place = path if path is not None else self._resolve()
        flow = within(connection, place, flow, read_only=read_only, uidvalidity=known)
        return self._mailbox._run(flow, timeout=timeout)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._ref!s}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a folder belongs to a live connection: send its path, or folder.info, instead")
