"""The vocabulary of the server's commands.

A `Feature` is what one concern of the protocol adds to the server: commands, and what it adds to those of others (a
FETCH item, a search key, a parameter of SELECT).  The table in `imapkit.testing.commands` is merged from all of them,
as the client's is, and a profile says which capabilities of it are offered.

What is added to another's command is a record that reads what stands behind its name there, and notes what is wanted;
nothing is done before the command has been read to its end.

A command that is a conversation (IDLE, AUTHENTICATE) is a generator: it yields the text of each continuation request
and is sent the line that the client answers with.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from imapkit.protocol.model import AUTHENTICATED, State
from imapkit.testing.refusal import Refused
from imapkit.types.flags import FlagSet

if TYPE_CHECKING:
    import datetime as dt

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.search_keys import SearchKeys
    from imapkit.testing.searching import Results
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.testing.view import View
    from imapkit.types.query import Query

__all__ = [
    "AppendItem",
    "Change",
    "Completion",
    "Dialogue",
    "Feature",
    "FetchItem",
    "FetchModifier",
    "Fetching",
    "Handler",
    "ItemParser",
    "ListReturn",
    "NewMessage",
    "Request",
    "ReturnOption",
    "SearchKey",
    "SelectParameter",
    "StatusItem",
    "StoreItem",
    "Table",
    "offered",
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

    def words(self) -> list[str]:
        """Read all that is left as ``astring``s."""
        words: list[str] = []
        while not self.arguments.at_end():
            if words:
                self.arguments.sp()
            words.append(self.arguments.astring().decode("latin-1"))
        return words

    def end(self) -> None:
        """Insist that nothing is left, and that nothing had to be put up with, before anything is done."""
        if not self.arguments.at_end():
            raise self.arguments.error("the end of the command")
        if self.arguments.defects:
            raise Refused(f"Error in IMAP command {self.name}: {self.arguments.defects[0].message}", status="BAD")


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


@dataclass(slots=True)
class Fetching:
    """A FETCH on its way, for its modifiers to change."""

    uid: bool
    numbers: str
    items: list[FetchItem]
    window: tuple[int, int] | None = None
    """Which of the messages are meant, counted from 1 on, or from -1 backwards (PARTIAL, RFC 9394)."""
    since: int | None = None
    """Of these, those with a higher mod-sequence (CHANGEDSINCE, RFC 7162)."""
    first: list[Callable[[ServerSession, Fetching], None]] = field(
        default_factory=list["Callable[[ServerSession, Fetching], None]"]
    )
    """Called when all is read, before the first answer."""


@dataclass(frozen=True, slots=True)
class FetchModifier:
    """One modifier of FETCH (RFC 4466, 2.3)."""

    read: Callable[[ServerSession, Cursor, Fetching], None]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a STORE does: `apply` to all messages at once, `tell` of each as items of its FETCH response."""

    apply: Callable[[list[StoredMessage]], None]
    tell: Callable[[StoredMessage], list[bytes]]


@dataclass(frozen=True, slots=True)
class StoreItem:
    """One item of STORE.  `read` is given what stands around its name: "+", "-" or nothing, and whether .SILENT."""

    read: Callable[[ServerSession, Cursor, str, bool], Change]
    requires: tuple[str, ...] = ()


@dataclass(slots=True)
class NewMessage:
    """A message that APPEND or REPLACE brings; without `octets` as long as they have not been read."""

    mailbox: StoredMailbox
    flags: FlagSet = field(default_factory=FlagSet)
    received: dt.datetime | None = None
    octets: bytes | None = None
    then: list[Callable[[StoredMessage], None]] = field(default_factory=list["Callable[[StoredMessage], None]"])
    """Called when it is there."""


@dataclass(frozen=True, slots=True)
class AppendItem:
    """What may stand in APPEND before a message (``append-ext``) or in its place (``append-data``; RFC 4466, 2.3).

    The latter sets `NewMessage.octets`.
    """

    read: Callable[[ServerSession, Cursor, NewMessage], None]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchKey:
    """One search key, beyond those that the client's `KEYS` describe."""

    read: Callable[[SearchKeys], Query]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnOption:
    """One RETURN option of SEARCH and SORT: `read` gives what writes its element of the ESEARCH response, or none."""

    read: Callable[[ServerSession, Cursor], Callable[[Results], bytes | None]]
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
    fetch_modifiers: Mapping[str, FetchModifier] = field(default_factory=dict[str, FetchModifier])
    store_items: Mapping[str, StoreItem] = field(default_factory=dict[str, StoreItem])
    append_items: Mapping[str, AppendItem] = field(default_factory=dict[str, AppendItem])
    search_keys: Mapping[str, SearchKey] = field(default_factory=dict[str, SearchKey])
    return_options: Mapping[str, ReturnOption] = field(default_factory=dict[str, ReturnOption])
    status_items: Mapping[str, StatusItem] = field(default_factory=dict[str, StatusItem])
    list_returns: Mapping[str, ListReturn] = field(default_factory=dict[str, ListReturn])
    select_parameters: Mapping[str, SelectParameter] = field(default_factory=dict[str, SelectParameter])
    enables: tuple[str, ...] = ()
    """The capabilities that ENABLE takes, in upper case."""
    describes: Callable[[ServerSession, View], None] | None = None
    """Tells more of a mailbox that is being selected."""
    guard: Callable[[ServerSession, Handler], None] | None = None
    """Asked before every command; may refuse it."""


class _Optional(Protocol):
    @property
    def requires(self) -> tuple[str, ...]: ...


Thing = TypeVar("Thing", bound=_Optional)


def offered(session: ServerSession, things: Mapping[str, Thing], name: str) -> Thing | None:
    """The thing of this name, where there is one and one of the capabilities that it takes is offered."""
    thing = things.get(name)
    return thing if thing is not None and (not thing.requires or session.supports(*thing.requires)) else None


class Table:
    """All features together, each thing by its name in upper case."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.commands: dict[str, Handler] = {}
        self.fetch_items: dict[str, ItemParser] = {}
        self.fetch_modifiers: dict[str, FetchModifier] = {}
        self.store_items: dict[str, StoreItem] = {}
        self.append_items: dict[str, AppendItem] = {}
        self.search_keys: dict[str, SearchKey] = {}
        self.return_options: dict[str, ReturnOption] = {}
        self.status_items: dict[str, StatusItem] = {}
        self.list_returns: dict[str, ListReturn] = {}
        self.select_parameters: dict[str, SelectParameter] = {}
        self.capabilities: set[str] = set()
        self.enables: set[str] = set()
        self.describers: list[Callable[[ServerSession, View], None]] = []
        self.guards: list[Callable[[ServerSession, Handler], None]] = []
        for feature in features:
            self._add(feature)

    def is_about_numbers(self, name: str) -> bool:
        """Whether a command names messages by sequence number: it has a UID form, and EXPUNGE has no numbers in it."""
        return name != "EXPUNGE" and f"UID {name}" in self.commands

    def _add(self, feature: Feature) -> None:
        self.commands.update((handler.name, handler) for handler in feature.commands)
        self.fetch_items.update(feature.fetch_items)
        self.fetch_modifiers.update(feature.fetch_modifiers)
        self.store_items.update(feature.store_items)
        self.append_items.update(feature.append_items)
        self.search_keys.update(feature.search_keys)
        self.return_options.update(feature.return_options)
        self.status_items.update(feature.status_items)
        self.list_returns.update(feature.list_returns)
        self.select_parameters.update(feature.select_parameters)
        self.capabilities.update(feature.capabilities)
        self.enables.update(feature.enables)
        if feature.describes is not None:
            self.describers.append(feature.describes)
        if feature.guard is not None:
            self.guards.append(feature.guard)
