"""The vocabulary of everything that follows: commands, what collects their answers, responses, extensions.

A `Command[T]` is a value.  It writes itself into an `Encoder` and names the `Collector[T]` that will gather its
answer; the connection offers that collector every untagged response while the command runs and asks it for the
result, a `T`, when the tagged OK comes.  So ``Command[T]`` goes in and ``T`` comes out, with no cast on the way.

An `Extension` is a record of what one concern of the protocol adds: commands, responses, response codes, FETCH and
STATUS items.  The dispatch table is merged from all of them; nothing else in the core knows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder
    from imapkit.protocol.wire.framer import Literals, Routing

__all__ = [
    "ANY_STATE",
    "AUTHENTICATED",
    "NOT_AUTHENTICATED",
    "SELECTED",
    "Code",
    "Collector",
    "Command",
    "Condition",
    "Continuation",
    "Done",
    "Effect",
    "Extension",
    "Item",
    "LastOf",
    "OtherCode",
    "Reading",
    "State",
    "Status",
    "Tagged",
    "Unknown",
    "Untagged",
    "UsualItem",
    "UsualResponse",
    "missing_for_items",
    "usual_item",
    "usual_number",
]

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound="Untagged")


# --- what the server says -------------------------------------------------------------------------------------


class State(Enum):
    """The states of a session (RFC 9051, 3)."""

    GREETING = "waiting for the greeting"
    NOT_AUTHENTICATED = "not authenticated"
    AUTHENTICATED = "authenticated"
    SELECTED = "selected"
    LOGOUT = "logged out"


class Code:
    """A response code: the machine-readable part of a status response, in brackets (RFC 9051, 7.1; RFC 5530)."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """Its name, in upper case."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class OtherCode(Code):
    """A response code that carries nothing, or nothing that is understood here: its raw arguments."""

    label: str
    arguments: bytes = b""

    @property
    def name(self) -> str:
        """Its name, in upper case."""
        return self.label


class Untagged:
    """An untagged response (RFC 9051, 2.2.2): data that a command asked for, or that nobody did."""

    __slots__ = ()


Status = Literal["OK", "NO", "BAD", "BYE", "PREAUTH"]


@dataclass(frozen=True, slots=True)
class Condition(Untagged):
    """An untagged status response, such as ``* OK [UIDNEXT 7] Predicted`` or ``* BYE``."""

    status: Status
    code: Code | None
    text: str


@dataclass(frozen=True, slots=True)
class Unknown(Untagged):
    """A response that nobody here understands: by its name, or because it is malformed (`error` says how).

    `raw` is all of it.  It costs nothing but itself: the next response starts where it should.
    """

    name: str
    raw: bytes
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Tagged:
    """The status response that completes a command."""

    tag: str
    status: Literal["OK", "NO", "BAD"]
    code: Code | None
    text: str


@dataclass(frozen=True, slots=True)
class Continuation:
    """A continuation request: the server waits for the rest of a command (RFC 9051, 7.5)."""

    text: bytes


# --- what the client says -------------------------------------------------------------------------------------


class Effect(Flag):
    """What a command disturbs, and so what may be in flight beside it (RFC 9051, 5.5)."""

    NONE = 0
    CHANGES_SELECTION = auto()
    """SELECT and its like: what is in flight before must be about the old mailbox, what comes after the new one."""
    USES_SEQUENCE_NUMBERS = auto()
    """Names messages by sequence number: nothing that may expunge must be in flight."""
    MAY_EXPUNGE = auto()
    """The server may send EXPUNGE while it runs (any command but FETCH, STORE and SEARCH by sequence number)."""
    CHANGES_DATA = auto()
    """Not idempotent: if the connection is lost before the answer, the outcome is unknown."""
    BARRIER = auto()
    """Nothing is in flight beside it: the meaning of what follows depends on its answer."""
    UPGRADES = auto()
    """Its OK changes the byte stream itself (STARTTLS, COMPRESS): nothing is read until the upgrade is done."""


class Collector(Generic[T_co]):
    """Gathers the answer to one command."""

    tag: str = ""
    """The command's tag, set before it is sent: some responses say whose answer they are (ESEARCH, RFC 4466, 2.6.2)."""

    def claim(self, response: Untagged) -> bool:
        """Take this response if it belongs to the answer; whether it was taken."""
        return False

    def route(self, first: bytes, line: bytes, size: int) -> Routing | None:
        """Say what happens to a literal about to come, or None when it is not this command's (see `Framer`)."""
        return None

    def respond(self, challenge: bytes) -> bytes | None:
        """Answer a continuation request that no literal was waiting for: a line without CRLF, or None for nothing."""
        return None

    def end(self) -> bytes | None:
        """Bring an interactive command to its end: the line that does it, or None when there is none (yet)."""
        return None

    def finish(self, completion: Tagged) -> T_co:
        """The result, now that the command has completed with OK."""
        raise NotImplementedError

    def partial(self) -> object:
        """What has come so far, for the exception when the command is refused half-way; None when nothing."""
        return None


class Done(Collector[None]):
    """For commands whose only answer is OK."""

    def finish(self, completion: Tagged) -> None:
        """Nothing to give."""


class LastOf(Collector[R | None]):
    """For commands whose answer is one untagged response: the last of this `kind` that is `wanted`; None without."""

    def __init__(self, kind: type[R], wanted: Callable[[R], bool] | None = None) -> None:
        self._kind = kind
        self._wanted = wanted
        self._response: R | None = None

    def claim(self, response: Untagged) -> bool:
        """Take it when it is of the kind, and wanted."""
        if not isinstance(response, self._kind) or (self._wanted is not None and not self._wanted(response)):
            return False
        self._response = response
        return True

    def finish(self, completion: Tagged) -> R | None:
        """The response."""
        return self._response

    def partial(self) -> object:
        """The response, too."""
        return self._response


class Command(Generic[T_co]):
    """One command as a value.  Subclasses are frozen dataclasses whose fields are its arguments.

    `name` is what it is called in errors and logs, which never show arguments.  `requires` lists capabilities of
    which the server must offer one.  `states` are those in which it may be sent.
    """

    __slots__ = ()

    name: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()
    states: ClassVar[frozenset[State]] = frozenset({State.AUTHENTICATED, State.SELECTED})
    effects: ClassVar[Effect] = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """Write the command, without tag and CRLF.  Raises `InvalidArgument`."""
        raise NotImplementedError

    def collector(self) -> Collector[T_co]:
        """A new collector for its answer."""
        raise NotImplementedError

    def disturbs(self) -> Effect:
        """What it disturbs: its `effects`, unless that depends on its arguments."""
        return self.effects

    def answers(self) -> frozenset[object]:
        """What its untagged responses are told apart by: two commands that share a key are never in flight together.

        A key is a response name such as ``"SEARCH"``, or a pair such as ``("STATUS", "INBOX")`` where the response
        itself says which command it belongs to.  A bare name claims all of its pairs.
        """
        return frozenset()

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """The capability without which this command must not be sent; None when all is there."""
        if self.requires and not any(map(supports, self.requires)):
            return self.requires[0]
        return None


ANY_STATE = frozenset({State.NOT_AUTHENTICATED, State.AUTHENTICATED, State.SELECTED})
AUTHENTICATED = frozenset({State.AUTHENTICATED, State.SELECTED})
NOT_AUTHENTICATED = frozenset({State.NOT_AUTHENTICATED})
SELECTED = frozenset({State.SELECTED})


# --- extensions -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UsualItem(Generic[T_co]):
    """How an item is nearly always written: one pattern for its name and all of its value (see `usual_item`).

    `make` makes the value of what the pattern found, with the literals of the response, if there are any; None when
    there is something odd about it after all.  What deviates in any way, be it by a doubled space, is left to
    `Item.parse`, which takes its time.
    """

    pattern: re.Pattern[bytes]
    make: Callable[[re.Match[bytes], Literals | None], T_co | None]


def usual_number(name: str) -> UsualItem[int]:
    """An item whose value is a number; those of more digits are looked at more closely."""
    return usual_item(name, rb"(\d{1,9})", lambda found, _: int(found[1]))


def usual_item(
    name: str, value: bytes, make: Callable[[re.Match[bytes], Literals | None], T_co | None]
) -> UsualItem[T_co]:
    """An item of this name, with a value that fits this pattern; delimiters stand before and behind it."""
    return UsualItem(re.compile(rb"[ (]?" + re.escape(name.encode("ascii")) + b" " + value + rb"(?=[ )])"), make)


@dataclass(frozen=True, slots=True)
class Item(Generic[T_co]):
    """A FETCH or STATUS item as a typed key: ``message[ENVELOPE]`` is an Envelope.

    `request` is what is asked for, `key` what the answer calls it (``BODY.PEEK[1]`` is answered as ``BODY[1]``);
    `parse` reads the value, and `usual` the common form of it, in a fraction of the time.  `whole` says that `parse`
    stops where the value ends, and nowhere else: then nobody has to pass over it before.
    """

    key: str
    parse: Callable[[Cursor], T_co] = field(compare=False, repr=False)
    request: str = ""
    requires: tuple[str, ...] = ()
    usual: UsualItem[T_co] | None = field(default=None, compare=False, repr=False)
    whole: bool = field(default=False, compare=False, repr=False)

    @property
    def asked_as(self) -> str:
        """What is written into the command."""
        return self.request or self.key


def missing_for_items(items: Iterable[Item[object]], supports: Callable[[str], bool]) -> str | None:
    """The capability of the first item that the server does not know; None when it knows them all."""
    for item in items:
        if item.requires and not any(map(supports, item.requires)):
            return item.requires[0]
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """How what comes is to be read: whether mailbox names are UTF-8, and how deep parentheses may nest."""

    utf8: bool = False
    nesting: int = 100


@dataclass(frozen=True, slots=True)
class UsualResponse:
    """How a response that comes by the thousand is nearly always written: one pattern, from its first octet on.

    What deviates from it is left to the parser in the table.  Such a response changes nothing in the session, so a run
    of them is read in one go.
    """

    pattern: re.Pattern[bytes]
    make: Callable[[re.Match[bytes], Literals | None, Reading], Untagged]


ResponseParser = Callable[["Cursor"], Untagged]
NumberedParser = Callable[["Cursor", int], Untagged]
CodeParser = Callable[["Cursor"], Code]


@dataclass(frozen=True, kw_only=True)
class Extension:
    """One row of the table of what is spoken here; see the recipe in CONTRIBUTING."""

    name: str
    rfc: str
    capabilities: tuple[str, ...] = ()
    commands: tuple[type[Command[object]], ...] = ()
    responses: Mapping[str, ResponseParser] = field(default_factory=dict[str, ResponseParser])
    numbered: Mapping[str, NumberedParser] = field(default_factory=dict[str, NumberedParser])
    codes: Mapping[str, CodeParser] = field(default_factory=dict[str, CodeParser])
    usual: Mapping[str, UsualResponse] = field(default_factory=dict[str, UsualResponse])
    fetch_items: tuple[Item[object], ...] = ()
    status_items: tuple[Item[object], ...] = ()
