"""Many messages: lazy sets, and lists of what was read from them."""

# The classes of this package are friends: what has an underscore is private to it, not to the class.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar, overload

from imapkit._async.message import AsyncMessage
from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.flows import messages as flows
from imapkit.protocol.flows.pages import Found, act_on, fetch_page, pages, resolve
from imapkit.types.flags import Flag
from imapkit.types.folders import Role
from imapkit.types.query import where
from imapkit.types.results import CopyResult, Include
from imapkit.types.sections import Section

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from typing import Literal, Unpack

    from imapkit._async.folder import AsyncFolder
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.flows.pages import Page, Plan
    from imapkit.types.folders import FolderRef
    from imapkit.types.query import Query, QueryArgs
    from imapkit.types.uids import UidSet

__all__ = ["AsyncMessageList", "AsyncMessageSet"]

T = TypeVar("T")


class AsyncMessageSet:
    """Messages of one folder, not read yet: nothing is sent until you iterate, or call a method that acts.

    Iterating reads a page of 100 messages at a time, each page whole before it hands out the first of it, so
    commands inside the loop are fine.  A message that is removed meanwhile is passed over.  Each use asks the
    server anew.
    """

    def __init__(self, folder: AsyncFolder, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan

    # --- narrowing it: nothing is sent ------------------------------------------------------------------------

    def filter(self, *queries: Query, **keys: Unpack[QueryArgs]) -> AsyncMessageSet:
        """Those that these queries find, too."""
        if self._plan.count is not None:
            raise InvalidArgument("filter() before newest() or oldest(): the other way round, it would find fewer")
        return AsyncMessageSet(self._folder, replace(self._plan, query=self._plan.query & where(*queries, **keys)))

    def newest(self, n: int, /) -> AsyncMessageSet:
        """The `n` that arrived last, newest first."""
        return AsyncMessageSet(self._folder, replace(self._plan, count=_count(n), newest_first=True))

    def oldest(self, n: int, /) -> AsyncMessageSet:
        """The `n` that arrived first, oldest first."""
        return AsyncMessageSet(self._folder, replace(self._plan, count=_count(n), newest_first=False))

    def prefetch(self, *, preview: bool = False, body: bool = False, headers: Iterable[str] = ()) -> AsyncMessageSet:
        """Fetch more with each page: the first words, the whole message, or some header fields."""
        include = self._plan.include | ({Include.PREVIEW} if preview else set[Include]())
        fields = Section(text="HEADER.FIELDS", fields=tuple(headers)).fields if headers else ()
        body = body or self._plan.body
        fields = fields or self._plan.headers
        return AsyncMessageSet(self._folder, replace(self._plan, include=include, body=body, headers=fields))

    def only(self, *what: Include) -> AsyncMessageSet:
        """Fetch no more than this of each message; reading other attributes raises `NotFetched`."""
        return AsyncMessageSet(self._folder, replace(self._plan, include=frozenset(what)))

    # --- reading ----------------------------------------------------------------------------------------------

    async def __aiter__(self) -> AsyncIterator[AsyncMessage]:
        path = await self._path()
        found = await self._known(path)
        uidvalidity = found.uidvalidity
        for uids in pages(self._plan, found.uids):
            page = await self._page(path, uids, uidvalidity)
            uidvalidity = page.uidvalidity
            for message in self._messages(path, page):
                yield message

    async def all(self) -> AsyncMessageList:
        """All of them, read."""
        return AsyncMessageList([message async for message in self])

    async def first(self) -> AsyncMessage | None:
        """The first of them; None when there is none."""
        path = await self._path()
        one = self._plan.uids is not None and len(self._plan.uids) == 1
        found = await (self._known(path) if one else self._find(path))
        first = found.uids.take_last(1) if self._plan.newest_first else found.uids.take_first(1)
        if not first:
            return None
        return next(iter(self._messages(path, await self._page(path, first, found.uidvalidity))), None)

    async def uids(self) -> UidSet:
        """Their UIDs."""
        return (await self._find(await self._path())).uids

    async def count(self) -> int:
        """How many they are."""
        return len(await self.uids())

    # --- changing ---------------------------------------------------------------------------------------------

    async def add_flags(self, *flags: Flag | str) -> int:
        """Add flags to all of them; to how many.  Other flags stay."""
        return await self._store("+", "add_flags", flags)

    async def remove_flags(self, *flags: Flag | str) -> int:
        """Remove flags from all of them; from how many."""
        return await self._store("-", "remove_flags", flags)

    async def mark_seen(self) -> int:
        """Mark them as read."""
        return await self.add_flags(Flag.SEEN)

    async def add_labels(self, *labels: str) -> int:
        r"""Label all of them, at Gmail; how many.  A label that does not exist is made.

        A folder there is a label, called by the folder's path; Gmail's own are ``\Inbox``, ``\Starred`` and so on.
        Raises `NotSupported` where there are no labels (X-GM-EXT-1).
        """
        return await self._label("+", "add_labels", labels)

    async def remove_labels(self, *labels: str) -> int:
        """Take labels from all of them; how many.  Without the label of its folder, a message leaves it.

        Raises `NotSupported` where there are no labels (X-GM-EXT-1).
        """
        return await self._label("-", "remove_labels", labels)

    async def copy(self, to: FolderRef | AsyncFolder, /) -> CopyResult:
        """Copy them; the result maps old UIDs to new ones where the server has UIDPLUS.  Raises `FolderNotFound`."""
        return await self._transfer("copy", to)

    async def move(self, to: FolderRef | AsyncFolder, /) -> CopyResult:
        """Move them: by MOVE (RFC 6851), or by COPY and UID EXPUNGE.

        Raises `FolderNotFound`, and `NotSupported` where the server can do neither.
        """
        return await self._transfer("move", to)

    async def trash(self) -> CopyResult:
        """Move them to the folder that serves as `Role.TRASH`.  Raises what `move` does."""
        return await self.move(Role.TRASH)

    async def delete(self) -> int:
        """Remove exactly these for good (UID EXPUNGE, RFC 4315); how many.

        Raises `NotSupported` where the server cannot remove single messages.
        """
        self._folder.mailbox._refuse_read_only("delete")
        if self._nothing:
            return 0
        return await self._act("delete", lambda uids: flows.delete(self._connection, uids))

    # --- how it is done ---------------------------------------------------------------------------------------

    @property
    def _connection(self) -> Connection:
        return self._folder.mailbox._session.connection

    @property
    def _nothing(self) -> bool:
        return self._plan.uids is not None and not self._plan.uids

    async def _path(self) -> str:
        """Where they are, in this use: a role may be served by another folder in the next."""
        return await self._folder._resolve()

    async def _known(self, path: str) -> Found:
        """Which to fetch: without asking where the UIDs are given, since those that are gone are passed over then."""
        if self._plan.known and self._plan.uids is not None:
            return Found(None, self._plan.uids)
        return await self._find(path)

    async def _find(self, path: str) -> Found:
        if self._plan.uids is not None and not self._plan.uids:
            return Found(None, self._plan.uids)
        return await self._folder._within(resolve(self._connection, self._plan), path=path)

    async def _page(self, path: str, uids: UidSet, uidvalidity: int | None) -> Page:
        flow = fetch_page(self._connection, self._plan, uids)
        return await self._folder._within(flow, path=path, uidvalidity=uidvalidity)

    def _messages(self, path: str, page: Page) -> list[AsyncMessage]:
        folder, previews, uidvalidity, asked, since = (
            self._folder,
            page.previews,
            page.uidvalidity,
            page.asked,
            page.since,
        )
        return [
            AsyncMessage(folder, path, uidvalidity, data, previews.get(data.uid or 0), asked=asked, since=since)
            for data in page.messages
        ]

    async def _act(self, what: str, action: Callable[[UidSet], Flow[T]]) -> T:
        """Find them and act on them, in one go: their UIDs cannot come to mean others in between."""
        flow = act_on(self._connection, self._plan, action)
        return await self._folder._within(flow, changes=what, timeout=inf)

    async def _store(self, action: Literal["+", "-"], what: str, flags: tuple[Flag | str, ...]) -> int:
        self._folder.mailbox._refuse_read_only(what)
        if self._nothing:
            return 0

        def store(uids: UidSet) -> Flow[int]:
            yield from flows.store(self._connection, uids, action, flags)
            return len(uids)

        return await self._act(what, store)

    async def _label(self, action: Literal["+", "-"], what: str, labels: tuple[str, ...]) -> int:
        self._folder.mailbox._refuse_read_only(what)
        if not self._folder.mailbox.supports("X-GM-EXT-1"):
            raise NotSupported("X-GM-EXT-1", "this server has no labels, only folders: copy() or move() messages there")
        if self._nothing:
            return 0

        def label(uids: UidSet) -> Flow[int]:
            yield from flows.store_labels(self._connection, uids, action, labels)
            return len(uids)

        return await self._act(what, label)

    async def _transfer(self, what: Literal["copy", "move"], to: FolderRef | AsyncFolder) -> CopyResult:
        self._folder.mailbox._refuse_read_only(what)
        target = await self._folder.mailbox.folder(to)._resolve()
        if self._nothing:
            return CopyResult(target, 0)
        transfer = flows.copy if what == "copy" else flows.move
        return await self._act(what, lambda uids: transfer(self._connection, uids, target))

    def __bool__(self) -> NoReturn:
        raise TypeError("whether a set of messages is empty is known to the server alone: await count() or first()")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._folder!r}: {self._plan.query}>"


def _count(n: int) -> int:
    if n < 1:
        raise InvalidArgument(f"{n} messages: at least one is needed")
    return n


class AsyncMessageList(Sequence[AsyncMessage]):
    """Messages that have been read."""

    def __init__(self, messages: Iterable[AsyncMessage]) -> None:
        self._messages = tuple(messages)

    @overload
    def __getitem__(self, i: int, /) -> AsyncMessage: ...
    @overload
    def __getitem__(self, i: slice, /) -> Self: ...
    def __getitem__(self, i: int | slice, /) -> AsyncMessage | Self:
        return type(self)(self._messages[i]) if isinstance(i, slice) else self._messages[i]

    def __len__(self) -> int:
        return len(self._messages)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} messages>"

    def _repr_html_(self) -> str:
        rows = "".join(message._row_html() for message in self._messages)
        return f"<table><tr><th>From</th><th>Subject</th><th>Received</th></tr>{rows}</table>"
