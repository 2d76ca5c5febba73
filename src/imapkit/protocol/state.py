"""What the session knows: kept up to date from every response, whoever it was meant for."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING

from imapkit.protocol.capabilities import speaks_rev2, supports
from imapkit.protocol.extensions.auth import Authenticate, Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.enable import Enabled
from imapkit.protocol.extensions.expunge import Expunged, Vanished
from imapkit.protocol.extensions.id import ServerId
from imapkit.protocol.extensions.namespace import NamespaceResponse
from imapkit.protocol.extensions.proxyauth import ProxyAuth
from imapkit.protocol.extensions.select import (
    Close,
    Exists,
    Flags,
    NumberCode,
    PermanentFlags,
    Select,
    Selected,
    Unselect,
)
from imapkit.protocol.extensions.session import Capabilities, CapabilityCode, Logout, StartTls
from imapkit.protocol.extensions.unauthenticate import Unauthenticate
from imapkit.protocol.model import Code, Command, Condition, Effect, OtherCode, State, Tagged, Untagged
from imapkit.protocol.wire.names import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imapkit.types.flags import FlagSet
    from imapkit.types.folders import Namespaces

__all__ = ["TELLING", "SelectedMailbox", "SessionState", "Ticket"]


TELLING = frozenset({Capabilities, Condition, Enabled, Exists, Expunged, Flags, NamespaceResponse, ServerId, Vanished})
"""The responses that tell of the session.  The others, messages and mailboxes by the thousand, need not be applied."""

# Bounds on what a server can make us remember for as long as the session lasts.
_MAX_ALERTS = 100
_MAX_ALERT = 2000  # characters
_MAX_ENABLED = 100


@dataclass(slots=True)
class SelectedMailbox:
    """The mailbox that is selected, as it is now."""

    name: str
    examined: bool
    """Whether it was opened by EXAMINE."""
    read_only: bool
    exists: int
    flags: FlagSet
    permanent_flags: FlagSet | None
    uidvalidity: int | None
    uidnext: int | None
    highestmodseq: int | None

    @classmethod
    def of(cls, command: Select, selected: Selected) -> SelectedMailbox:
        """As SELECT told of it."""
        return cls(
            canonical(selected.mailbox),
            command.read_only,
            selected.read_only,
            selected.exists,
            selected.flags,
            selected.permanent_flags,
            selected.uidvalidity,
            selected.uidnext,
            selected.highestmodseq,
        )

    def apply(self, response: Untagged) -> None:
        """Learn from an untagged response."""
        match response:
            case Exists(count):
                self.exists = count
            case Expunged():
                self.exists = max(0, self.exists - 1)
            case Vanished(uids, earlier=False):
                self.exists = max(0, self.exists - len(uids))
            case Flags(flags):
                self.flags = flags
            case Condition(code=PermanentFlags(flags)):
                self.permanent_flags = flags
            case Condition(code=OtherCode("READ-ONLY" | "READ-WRITE" as access)):
                self.read_only = access == "READ-ONLY"
            case Condition(code=NumberCode("UIDNEXT", value)):
                self.uidnext = value
            case Condition(code=NumberCode("UIDVALIDITY", value)):
                self.uidvalidity = value
            case Condition(code=NumberCode("HIGHESTMODSEQ", value)):
                self.highestmodseq = value
            case _:
                pass


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """A place in the line of those who wait for their mailbox to be selected."""

    mailbox: str | None
    """None for who wants that nobody relies on any."""
    read_only: bool = False

    def fits(self, selected: SelectedMailbox | None) -> bool:
        """Whether its owner can work with what is selected."""
        if self.mailbox is None or selected is None or selected.name != canonical(self.mailbox):
            return False
        # A mailbox that the server itself opens read-only would be no other after another SELECT.
        return self.read_only or not selected.examined


@dataclass(slots=True)
class SessionState:
    """The session as a whole."""

    state: State = State.GREETING
    capabilities: frozenset[str] | None = None
    """In upper case; None when the server has not told yet (or not since something changed them)."""
    enabled: frozenset[str] = frozenset()
    selected: SelectedMailbox | None = None
    maybe_selected: bool = False
    """Whether the server may have a mailbox selected: one that was left unheard of is not in `selected`."""
    namespaces: Namespaces | None = None
    server_id: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    selection_users: int = 0
    """How many flows rely on the mailbox that is selected; another one is selected only when it is 0."""
    line: deque[Ticket] = field(default_factory=deque[Ticket])
    """Who waits to become one of them, first come first."""
    alerts: list[str] = field(default_factory=list[str])
    """What the server wants the user to read (RFC 9051, 7.1, ALERT)."""
    compressed: bool = False
    """Whether COMPRESS is on, which nothing turns off again."""
    _told_since_login: bool = False

    def supports(self, capability: str) -> bool:
        """Whether the server takes what this capability stands for."""
        return supports(self.capabilities or frozenset(), self.enabled, capability)

    @property
    def utf8(self) -> bool:
        """Whether strings and mailbox names are UTF-8 in both directions.

        It was enabled, or IMAP4rev2 is spoken, of which it is a part.
        """
        return "UTF8=ACCEPT" in self.enabled or speaks_rev2(self.capabilities or frozenset(), self.enabled)

    def refusal(self, command: Command[object]) -> str | None:
        """Why a command does not go with the session as it is; None when it does."""
        if self.state not in command.states:
            return f"{command.name} does not go with a session that is {self.state.value}"
        if self.compressed and isinstance(command, Compress):
            return "COMPRESS is on already"
        if self.compressed and isinstance(command, Unauthenticate):
            # It would turn compression off in the middle of a stream (RFC 8437, 4.1).
            return "UNAUTHENTICATE does not go with COMPRESS: use a connection without it"
        if "UIDONLY" in self.enabled and command.disturbs() & Effect.USES_SEQUENCE_NUMBERS:
            return f"{command.name} by sequence number does not go with UIDONLY, which is on: there are UIDs alone"
        if "QRESYNC" not in self.enabled and isinstance(command, Select) and command.known is not None:
            return "what is known of a mailbox goes with QRESYNC, which is not on: send ENABLE QRESYNC first"
        return None

    def may_enter(self, ticket: Ticket) -> bool:
        """Whether it is a ticket's turn: who fits enters, unless somebody who came before waits for another mailbox."""
        if ticket is self.line[0] and not self.selection_users:
            return True
        ahead = takewhile(lambda other: other is not ticket, self.line)
        return ticket.fits(self.selected) and all(other.fits(self.selected) for other in ahead)

    def forget(self) -> None:
        """Drop what was learned: after STARTTLS nothing said before counts (RFC 9051, 6.2.1)."""
        self.capabilities = None
        self.enabled = frozenset()
        self.namespaces = None
        self.server_id = {}
        self.alerts.clear()

    def leave(self) -> None:
        """No mailbox is selected: a command that changes the selection is in line, and nobody may build on the old."""
        self.selected = None
        if self.state is State.SELECTED:
            self.state = State.AUTHENTICATED

    def apply(self, response: Untagged) -> None:
        """Learn from an untagged response."""
        match response:
            case Capabilities(names):
                self.capabilities = names
                self._told_since_login = True
            case Enabled(names) if len(self.enabled | names) <= _MAX_ENABLED:
                self.enabled |= names
            case NamespaceResponse(namespaces):
                self.namespaces = namespaces
            case ServerId(fields):
                self.server_id = MappingProxyType(dict(fields))
            case Condition():
                self._apply_code(response.code, response.text)
            case _:
                pass
        if self.selected is not None:
            self.selected.apply(response)

    def _apply_code(self, code: Code | None, text: str) -> None:
        if isinstance(code, CapabilityCode):
            self.capabilities = code.names
            self._told_since_login = True
        elif code is not None and code.name == "ALERT" and len(self.alerts) < _MAX_ALERTS:
            self.alerts.append(text[:_MAX_ALERT])

    def complete(
        self, command: Command[object], completion: Tagged, result: object, *, superseded: bool = False
    ) -> None:
        """Learn from the completion of a command; `result` is None unless it succeeded.

        A selection that is `superseded`, because nobody wants it or another one is in line, is nothing to build on.
        """
        self._apply_code(completion.code, completion.text)
        succeeded = completion.status == "OK"
        match command:
            case Login() | Authenticate() if succeeded:
                self.state = State.AUTHENTICATED
                if not isinstance(completion.code, CapabilityCode) and not self._told_since_login:
                    self.capabilities = None  # they may be others now (RFC 9051, 6.2.2)
            case Select():
                if completion.status != "BAD":
                    # A SELECT that fails leaves no mailbox selected (RFC 9051, 6.3.2); BAD may be no SELECT at all.
                    self.maybe_selected = succeeded
                told = result if isinstance(result, Selected) and not superseded else None
                self.selected = SelectedMailbox.of(command, told) if told is not None else None
                self.state = State.SELECTED if self.selected is not None else State.AUTHENTICATED
            case Close() | Unselect() if succeeded:
                self.maybe_selected = False
            case StartTls() if succeeded:
                self.forget()
            case Unauthenticate() if succeeded:
                self._start_over(keep_capabilities=isinstance(completion.code, CapabilityCode))
            case ProxyAuth() if succeeded:
                self.namespaces = None
            case Compress() if succeeded:
                self.compressed = True
            case Logout():
                self.state = State.LOGOUT
            case _:
                pass

    def _start_over(self, *, keep_capabilities: bool) -> None:
        """Nobody is logged in, nothing is selected or enabled any more (RFC 8437, 4.1)."""
        self.state = State.NOT_AUTHENTICATED
        self.selected = None
        self.maybe_selected = False
        self.enabled = frozenset()
        self.namespaces = None
        if not keep_capabilities:
            self.capabilities = None

    def sent(self, command: Command[object]) -> None:
        """Note that a command is on its way."""
        if isinstance(command, Login | Authenticate):
            self._told_since_login = False
