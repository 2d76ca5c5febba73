"""The vocabulary of the server's commands.

A `Feature` is what one concern of the protocol adds to the server: commands, FETCH items, STATUS items.  The table in
`imapkit.testing.commands` is merged from all of them, as the client's is, and a profile says which capabilities of it
are offered.

A command that is a conversation (IDLE, AUTHENTICATE) is a generator: it yields the text of each continuation request
and is sent the line that the client answers with.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from imapkit.protocol.model import AUTHENTICATED, State

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.testing.view import View

__all__ = [
    "Completion",
    "Dialogue",
    "Feature",
    "FetchItem",
    "Handler",
    "ItemParser",
    "ListReturn",
    "Request",
    "SelectParameter",
    "StatusItem",
    "Table",
]


@dataclass(slots=True)
class Request:
    """A command on its way: `arguments` stands behind its name."""

    tag: str
    name: str
    arguments: Cursor

    @property
    def uid(self) -> bool:
        """Whether this is the UID form of a command."""
        return self.name.startswith("UID ")

    def end(self) -> None:
        """Insist that nothing is left, before anything is done."""
        if not self.arguments.at_end():
            raise self.arguments.error("the end of the command")


@dataclass(frozen=True, slots=True)
class Completion:
    """The tagged OK.  `then` runs when it is written: an upgrade begins behind it."""

    text: str = ""
    code: str | None = None
    then: Callable[[], None] | None = None


Dialogue: TypeAlias = Generator[bytes, bytes, "Completion | None"]
Run: TypeAlias = Callable[["ServerSession", Request], "Completion | Dialogue | None"]


@dataclass(frozen=True, slots=True)
class Handler:
    """One command: in which states it is allowed, and of which capabilities one must be offered for it.

    With `shifts`, EXPUNGE may be sent while it runs; RFC 9051, 7.5.1 forbids that to FETCH, STORE and SEARCH.
    `announced` is asked at the first literal, before its octets come, and may refuse them.  `secret` keeps what the
    client says out of the transcript: all of it but the first so many words.
    """

    name: str
    run: Run
    states: frozenset[State] = AUTHENTICATED
    requires: tuple[str, ...] = ()
    shifts: bool = True
    announced: Callable[[ServerSession, Request, int], None] | None = None
    secret: int | None = None


@dataclass(frozen=True, slots=True)
class FetchItem:
    """One FETCH item as it was asked for: what the answer calls it, and its value for a message."""

    label: bytes
    value: Callable[[ServerSession, StoredMessage], bytes]
    marks_seen: bool = False


@dataclass(frozen=True, slots=True)
class ItemParser:
    """Reads what stands behind a FETCH item's name."""

    parse: Callable[[ServerSession, Cursor], FetchItem]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One STATUS item."""

    value: Callable[[ServerSession, StoredMailbox], bytes]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListReturn:
    """A return option of LIST that has a response of its own come with each mailbox.

    `read` reads what stands behind the option's name, and gives what sends the response.
    """

    read: Callable[[ServerSession, Cursor], Callable[[StoredMailbox], None]]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectParameter:
    """A parameter of SELECT: `read` reads what stands behind its name, and gives what to do once it is selected."""

    read: Callable[[ServerSession, Cursor], Callable[[View], None]]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One row of the table of what the server can do."""

    capabilities: tuple[str, ...] = ()
    """Those that it makes true; one that ends in "=" stands for any value behind it."""
    commands: tuple[Handler, ...] = ()
    fetch_items: Mapping[str, ItemParser] = field(default_factory=dict[str, ItemParser])
    status_items: Mapping[str, StatusItem] = field(default_factory=dict[str, StatusItem])
    list_returns: Mapping[str, ListReturn] = field(default_factory=dict[str, ListReturn])
    select_parameters: Mapping[str, SelectParameter] = field(default_factory=dict[str, SelectParameter])
    enables: tuple[str, ...] = ()
    """The capabilities that ENABLE takes, in upper case."""


class Table:
    """All features together, each thing by its name in upper case."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.commands: dict[str, Handler] = {}
        self.fetch_items: dict[str, ItemParser] = {}
        self.status_items: dict[str, StatusItem] = {}
        self.list_returns: dict[str, ListReturn] = {}
        self.select_parameters: dict[str, SelectParameter] = {}
        self.capabilities: set[str] = set()
        self.enables: set[str] = set()
        for feature in features:
            self.commands.update((handler.name, handler) for handler in feature.commands)
            self.fetch_items.update(feature.fetch_items)
            self.status_items.update(feature.status_items)
            self.list_returns.update(feature.list_returns)
            self.select_parameters.update(feature.select_parameters)
            self.capabilities.update(feature.capabilities)
            self.enables.update(feature.enables)
