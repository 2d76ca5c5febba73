"""A set of messages that is read page by page: which messages, in which order, and what of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from imapkit.mime.text import snippet
from imapkit.protocol.extensions.fetch import (
    BODYSTRUCTURE,
    ENVELOPE,
    FLAGS,
    INTERNALDATE,
    RFC822_SIZE,
    body_section,
)
from imapkit.protocol.extensions.gmail import GMAIL_LABELS
from imapkit.protocol.extensions.preview import PREVIEW
from imapkit.protocol.flows.messages import cut, fetch
from imapkit.protocol.flows.parts import previews
from imapkit.protocol.flows.searching import search
from imapkit.types.query import Q, Query
from imapkit.types.results import Include
from imapkit.types.sections import Section
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imapkit.protocol.connection import Connection
    from imapkit.protocol.extensions.fetch import Fetched
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.model import Item

__all__ = ["PAGE", "Found", "Page", "Plan", "act_on", "fetch_page", "pages", "resolve"]

T = TypeVar("T")

PAGE = 100  # messages

_EVERYTHING = frozenset({Include.FLAGS, Include.ENVELOPE, Include.STRUCTURE, Include.SIZE, Include.RECEIVED})
_ITEMS: dict[Include, Item[object]] = {
    Include.FLAGS: FLAGS,
    Include.ENVELOPE: ENVELOPE,
    Include.STRUCTURE: BODYSTRUCTURE,
    Include.SIZE: RFC822_SIZE,
    Include.RECEIVED: INTERNALDATE,
    Include.LABELS: GMAIL_LABELS,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a message set stands for; nothing of it has been sent.

    `uids` restricts it to some (None: all); `count` to that many, the newest or the oldest, newest first or oldest
    first accordingly.  `include`, `body` and `headers` say what is fetched of each; labels belong to everything where
    the server has them.
    """

    query: Query = Q.all
    uids: UidSet | None = None
    count: int | None = None
    newest_first: bool = False
    include: frozenset[Include] = _EVERYTHING
    body: bool = False
    headers: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the UIDs are all there is to it; some of them may be gone."""
        return self.uids is not None and self.count is None and self.query == Q.all

    def items(self, connection: Connection) -> tuple[Item[object], ...]:
        """What FETCH asks for."""
        items = [item for include, item in _ITEMS.items() if include in self.include]
        if self.include >= _EVERYTHING and GMAIL_LABELS not in items and connection.supports("X-GM-EXT-1"):
            items.append(GMAIL_LABELS)
        if Include.PREVIEW in self.include and Include.STRUCTURE not in self.include:
            items.append(BODYSTRUCTURE)
        if self.headers:
            items.append(body_section(Section(text="HEADER.FIELDS", fields=self.headers)))
        if self.body:
            items.append(body_section())
        return tuple(items)


@dataclass(frozen=True, slots=True)
class Found:
    """Which messages they are, and the UIDVALIDITY that their UIDs belong to, where it is known."""

    uidvalidity: int | None
    uids: UidSet


def resolve(connection: Connection, plan: Plan) -> Flow[Found]:
    """Which messages these are now: those that are there."""
    found = yield from _found(connection, plan)
    if plan.count is not None:
        found = found.take_last(plan.count) if plan.newest_first else found.take_first(plan.count)
    return Found(_uidvalidity(connection), found)


def _found(connection: Connection, plan: Plan) -> Flow[UidSet]:
    if plan.uids is None:
        return (yield from search(connection, plan.query))
    found = UidSet()
    for part in cut(connection, plan.uids):
        found |= yield from search(connection, plan.query & Q.uid(part))
    return found


def _uidvalidity(connection: Connection) -> int | None:
    selected = connection.session.selected
    return selected.uidvalidity if selected is not None else None


def act_on(connection: Connection, plan: Plan, action: Callable[[UidSet], Flow[T]]) -> Flow[T]:
    """Do something with the messages of a plan, while they are what they were found to be.

    Nobody selects another mailbox between finding them and acting, so their UIDs name the same messages.
    """
    found = yield from resolve(connection, plan)
    return (yield from action(found.uids))


def pages(plan: Plan, uids: UidSet) -> Iterator[UidSet]:
    """The messages, a page at a time, in the plan's order."""
    if not plan.newest_first:
        yield from uids.chunks(PAGE)
        return
    while uids:
        page = uids.take_last(PAGE)
        yield page
        uids -= page


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the messages in order, their previews by UID, and the UIDVALIDITY that their UIDs belong to.

    `asked` is what the server was asked for of each, which it may have failed to send; `since` says how many commands
    had been completed before.
    """

    uidvalidity: int | None
    messages: tuple[Fetched, ...]
    previews: dict[int, str]
    asked: tuple[Item[object], ...]
    since: int


def fetch_page(connection: Connection, plan: Plan, uids: UidSet) -> Flow[Page]:
    """Fetch one page: one FETCH, and a few more for previews that the server does not make (RFC 8970)."""
    wanted = Include.PREVIEW in plan.include
    by_server = (PREVIEW,) if wanted and connection.supports("PREVIEW") else ()
    items, since = plan.items(connection), connection.completions
    found = yield from fetch(connection, uids, (*items, *by_server))
    snippets = {data.uid or 0: snippet(text) for data in found if (text := data.get(PREVIEW)) is not None}
    if wanted:
        # Cyrus offers PREVIEW and answers NIL.
        rest = [(data, data.get(BODYSTRUCTURE)) for data in found if data.uid not in snippets]
        snippets |= yield from previews(connection, rest)
    if plan.newest_first:
        found.reverse()
    return Page(_uidvalidity(connection), tuple(found), snippets, items, since)
