# Generated from src/imapkit/_async/message_set.py by tools/unasync.py; do not edit.
"""Many messages: lazy sets, and lists of what was read from them."""

# The classes of this package are friends: what has an underscore is private to it, not to the class.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar, overload

from imapkit._sync.message import Message
from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.flows import messages as flows
from imapkit.protocol.flows.pages import Found, act_on, fetch_page, pages, resolve
from imapkit.types.flags import Flag
from imapkit.types.folders import Role
from imapkit.types.query import where
from imapkit.types.results import CopyResult, Include
from imapkit.types.sections import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Literal, Unpack

    from imapkit._sync.folder import Folder
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.flows.pages import Page, Plan
    from imapkit.types.folders import FolderRef
    from imapkit.types.query import Query, QueryArgs
    from imapkit.types.uids import UidSet

__all__ = ["MessageList", "MessageSet"]

T = TypeVar("T")


class MessageSet:
    """Messages of one folder, not read yet: nothing is sent until you iterate, or call a method that acts.

    Iterating reads a page of 100 messages at a time, each page whole before it hands out the first of it, so
    commands inside the loop are fine.  A message that is removed meanwhile is passed over.  Each use asks the
    server anew.
    """

    def __init__(self, folder: Folder, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan

    # --- narrowing it: nothing is sent ------------------------------------------------------------------------

    def filter(self, *queries: Query, **keys: Unpack[QueryArgs]) -> MessageSet:
        """Those that these queries find, too."""
        if self._plan.count is not None:
            raise InvalidArgument("filter() before newest() or oldest(): the other way round, it would find fewer")
        return MessageSet(self._folder, replace(self._plan, query=self._plan.query & where(*queries, **keys)))

    def newest(self, n: int, /) -> MessageSet:
        """The `n` that arrived last, newest first."""
        return MessageSet(self._folder, replace(self._plan, count=_count(n), newest_first=True))

    def oldest(self, n: int, /) -> MessageSet:
        """The `n` that arrived first, oldest first."""
        return MessageSet(self._folder, replace(self._plan, count=_count(n), newest_first=False))

    def prefetch(self, *, preview: bool = False, body: bool = False, headers: Iterable[str] = ()) -> MessageSet:
        """Fetch more with each page: the first words, the whole message, or some header fields."""
        include = self._plan.include | ({Include.PREVIEW} if preview else set[Include]())
        fields = Section(text="HEADER.FIELDS", fields=tuple(headers)).fields if headers else ()
        body = body or self._plan.body
        fields = fields or self._plan.headers
        return MessageSet(self._folder, replace(self._plan, include=include, body=body, headers=fields))

    def only(self, *what: Include) -> MessageSet:
        """Fetch no more than this of each message; reading other attributes raises `NotFetched`."""
        return MessageSet(self._folder, replace(self._plan, include=frozenset(what)))

    # --- reading ----------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Message]:
        path = self._path()
        found = self._known(path)
        uidvalidity = found.uidvalidity
        for uids in pages(self._plan, found.uids):
            page = self._page(path, uids, uidvalidity)
            uidvalidity = page.uidvalidity
            for message in self._messages(path, page):
                yield message

    def all(self) -> MessageList:
        """All of them, read."""
        return MessageList([message for message in self])

    def first(self) -> Message | None:
        """The first of them; None when there is none."""
        path = self._path()
        one = self._plan.uids is not None and len(self._plan.uids) == 1
        found = self._known(path) if one else self._find(path)
        first = found.uids.take_last(1) if self._plan.newest_first else found.uids.take_first(1)
        if not first:
            return None
        return next(iter(self._messages(path, self._page(path, first, found.uidvalidity))), None)

    def uids(self) -> UidSet:
        """Their UIDs."""
        return (self._find(self._path())).uids

    def count(self) -> int:
        """How many they are."""
        return len(self.uids())

    # --- changing ---------------------------------------------------------------------------------------------

    def add_flags(self, *flags: Flag | str) -> int:
        """Add flags to all of them; to how many.  Other flags stay."""
        return self._store("+", "add_flags", flags)

    def remove_flags(self, *flags: Flag | str) -> int:
        """Remove flags from all of them; from how many."""
        return self._store("-", "remove_flags", flags)

    def mark_seen(self) -> int:
        """Mark them as read."""
        return self.add_flags(Flag.SEEN)

    def add_labels(self, *labels: str) -> int:
        r"""Label all of them, at Gmail; how many.  A label that does not exist is made.

        A folder there is a label, called by the folder's path; Gmail's own are ``\Inbox``, ``\Starred`` and so on.
        Raises `NotSupported` where there are no labels (X-GM-EXT-1).
        """
        return self._label("+", "add_labels", labels)

    def remove_labels(self, *labels: str) -> int:
        """Take labels from all of them; how many.  Without the label of its folder, a message leaves it.

        Raises `NotSupported` where there are no labels (X-GM-EXT-1).
        """
        return self._label("-", "remove_labels", labels)

    def copy(self, to: FolderRef | Folder, /) -> CopyResult:
        """Copy them; the result maps old UIDs to new ones where the server has UIDPLUS.  Raises `FolderNotFound`."""
        return self._transfer("copy", to)

    def move(self, to: FolderRef | Folder, /) -> CopyResult:
        """Move them: by MOVE (RFC 6851), or by COPY and UID EXPUNGE.

        Raises `FolderNotFound`, and `NotSupported` where the server can do neither.
        """
        return self._transfer("move", to)

    def trash(self) -> CopyResult:
        """Move them to the folder that serves as `Role.TRASH`.  Raises what `move` does."""
        return self.move(Role.TRASH)

    def delete(self) -> int:
        """Remove exactly these for good (UID EXPUNGE, RFC 4315); how many.

        Raises `NotSupported` where the server cannot remove single messages.
        """
        self._folder.mailbox._refuse_read_only("delete")
        if self._nothing:
            return 0
        return self._act("delete", lambda uids: flows.delete(self._connection, uids))

    # --- how it is done ---------------------------------------------------------------------------------------

    @property
    def _connection(self) -> Connection:
        return self._folder.mailbox._session.connection

    @property
    def _nothing(self) -> bool:
        return self._plan.uids is not None and not self._plan.uids

    def _path(self) -> str:
        """Where they are, in this use: a role may be served by another folder in the next."""
        return self._folder._resolve()

    def _known(self, path: str) -> Found:
        """Which to fetch: without asking where the UIDs are given, since those that are gone are passed over then."""
        if self._plan.known and self._plan.uids is not None:
            return Found(None, self._plan.uids)
        return self._find(path)

    def _find(self, path: str) -> Found:
        if self._plan.uids is not None and not self._plan.uids:
            return Found(None, self._plan.uids)
        return self._folder._within(resolve(self._connection, self._plan), path=path)

    def _page(self, path: str, uids: UidSet, uidvalidity: int | None) -> Page:
        flow = fetch_page(self._connection, self._plan, uids)
        return self._folder._within(flow, path=path, uidvalidity=uidvalidity)

    def _messages(self, path: str, page: Page) -> list[Message]:
        folder, previews, uidvalidity, asked, since = (
            self._folder,
            page.previews,
            page.uidvalidity,
            page.asked,
            page.since,
        )
        return [
            Message(folder, path, uidvalidity, data, previews.get(data.uid or 0), asked=asked, since=since)
            for data in page.messages
        ]

    def _act(self, what: str, action: Callable[[UidSet], Flow[T]]) -> T:
        """Find them and act on them, in one go: their UIDs cannot come to mean others in between."""
        flow = act_on(self._connection, self._plan, action)
        return self._folder._within(flow, changes=what, timeout=inf)

    def _store(self, action: Literal["+", "-"], what: str, flags: tuple[Flag | str, ...]) -> int:
        self._folder.mailbox._refuse_read_only(what)
        if self._nothing:
            return 0

        def store(uids: UidSet) -> Flow[int]:
            yield from flows.store(self._connection, uids, action, flags)
            return len(uids)

        return self._act(what, store)

    def _label(self, action: Literal["+", "-"], what: str, labels: tuple[str, ...]) -> int:
        self._folder.mailbox._refuse_read_only(what)
        if not self._folder.mailbox.supports("X-GM-EXT-1"):
            raise NotSupported("X-GM-EXT-1", "this server has no labels, only folders: copy() or move() messages there")
        if self._nothing:
            return 0

        def label(uids: UidSet) -> Flow[int]:
            yield from flows.store_labels(self._connection, uids, action, labels)
            return len(uids)

        return self._act(what, label)

    def _transfer(self, what: Literal["copy", "move"], to: FolderRef | Folder) -> CopyResult:
        self._folder.mailbox._refuse_read_only(what)
        target = self._folder.mailbox.folder(to)._resolve()
        if self._nothing:
            return CopyResult(target, 0)
        transfer = flows.copy if what == "copy" else flows.move
        return self._act(what, lambda uids: transfer(self._connection, uids, target))

    def __bool__(self) -> NoReturn:
        raise TypeError("whether a set of messages is empty is known to the server alone: count() or first()")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._folder!r}: {self._plan.query}>"


def _count(n: int) -> int:
    if n < 1:
        raise InvalidArgument(f"{n} messages: at least one is needed")
    return n


class MessageList(Sequence[Message]):
    """Messages that have been read."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._messages = tuple(messages)

    @overload
    def __getitem__(self, i: int, /) -> Message: ...
    @overload
    def __getitem__(self, i: slice, /) -> Self: ...
    def __getitem__(self, i: int | slice, /) -> Message | Self:
        return type(self)(self._messages[i]) if isinstance(i, slice) else self._messages[i]

    def __len__(self) -> int:
        return len(self._messages)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} messages>"

    def _repr_html_(self) -> str:
        rows = "".join(message._row_html() for message in self._messages)
        return f"<table><tr><th>From</th><th>Subject</th><th>Received</th></tr>{rows}</table>"
