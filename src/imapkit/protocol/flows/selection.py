"""Working in a mailbox: at most one is selected at a time, and several users share the connection.

A flow that needs a mailbox is run by `within`, which selects it if it is not yet, and keeps others from selecting
another one until the flow is through.  Who needs another one waits in line, and whoever comes later waits behind, even
if it would fit: otherwise a mailbox in steady use would keep all others out for ever.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from imapkit.errors import CommandError, ConnectionLost, FolderNotFound, UidValidityChanged
from imapkit.protocol.extensions.select import Close, Select, Unselect
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import Flow, Wait, execute
from imapkit.protocol.flows.folders import absent
from imapkit.protocol.model import Effect
from imapkit.protocol.state import Ticket
from imapkit.protocol.wire.names import canonical

if TYPE_CHECKING:
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.model import Command
    from imapkit.protocol.state import SelectedMailbox

__all__ = ["apart", "catch_up", "run_command", "select", "showing", "within"]

T = TypeVar("T")


def within(
    connection: Connection,
    mailbox: str,
    flow: Flow[T],
    *,
    read_only: bool = False,
    uidvalidity: int | None = None,
) -> Flow[T]:
    """Run a flow while `mailbox` is selected; with `read_only`, EXAMINE is enough.

    Raises `FolderNotFound`, and `UidValidityChanged` when the mailbox has another UIDVALIDITY than the one given.
    """
    session = connection.session
    try:
        yield from _enter(connection, Ticket(mailbox, read_only))
        try:
            selected = yield from select(connection, mailbox, read_only=read_only)
            if uidvalidity is not None and selected.uidvalidity not in (None, uidvalidity):
                raise UidValidityChanged(
                    f"{mailbox!r} has UIDVALIDITY {selected.uidvalidity} now, not {uidvalidity}: "
                    "its UIDs name other messages; look the messages up again"
                )
            return (yield from flow)
        finally:
            session.selection_users -= 1
    finally:
        flow.close()


def _enter(connection: Connection, ticket: Ticket) -> Flow[None]:
    """Wait in line, and become one of the `selection_users`; who is given up meanwhile leaves the line."""
    session = connection.session
    session.line.append(ticket)
    try:
        while connection.changes_selection or not session.may_enter(ticket):
            connection.check()
            yield Wait()
        session.selection_users += 1
    finally:
        session.line.remove(ticket)


def select(
    connection: Connection, mailbox: str, *, read_only: bool = False, anew: bool = False
) -> Flow[SelectedMailbox]:
    """Select a mailbox unless it is selected already (`anew`: even then)."""
    session = connection.session
    selected = session.selected
    if anew or not Ticket(mailbox, read_only).fits(selected):
        condstore = connection.supports("CONDSTORE")
        try:
            yield from execute(connection, Select(mailbox, read_only=read_only, condstore=condstore))
        except CommandError as error:
            # Dovecot 2.3 and others say a plain NO where RFC 5530 has NONEXISTENT, hoodiecrow "BAD Invalid mailbox
            # name"; but a plain NO may as well be about rights, or about the server itself.
            reason = yield from absent(connection, mailbox, error)
            if reason is error:
                raise
            raise reason from error
        selected = session.selected
    if selected is None:
        connection.check()
        raise FolderNotFound("SELECT", "NO", None, f"{mailbox!r} is not selected any more")
    return selected


def apart(connection: Connection, flow: Flow[T]) -> Flow[T]:
    """Run a flow that renames or removes mailboxes while none is selected and nobody selects one.

    A selected mailbox that is renamed stays selected under its new name, and one that is deleted ends the session
    (Dovecot says BYE): either way the old name would stand for another mailbox than it did.
    """
    return _alone(connection, flow, deselected=True)


def run_command(connection: Connection, command: Command[T]) -> Flow[T]:
    """Run a command that somebody made; one that changes the selection waits until nobody relies on it."""
    flow = execute(connection, command)
    return _alone(connection, flow) if command.disturbs() & Effect.CHANGES_SELECTION else flow


def _alone(connection: Connection, flow: Flow[T], *, deselected: bool = False) -> Flow[T]:
    """Run a flow while nobody else relies on the mailbox that is selected, or selects one."""
    try:
        yield from _enter(connection, Ticket(None))
        try:
            if deselected:
                yield from _deselect(connection)
            return (yield from flow)
        finally:
            connection.session.selection_users -= 1
    finally:
        flow.close()


def _deselect(connection: Connection) -> Flow[None]:
    """Leave the mailbox that is selected, and change nothing in it."""
    session = connection.session
    if session.selected is None and session.maybe_selected:
        # Which one nobody heard: neither UNSELECT nor CLOSE can be sent, but another one can be selected.
        yield from execute(connection, Select("INBOX", read_only=True))
    if session.selected is not None and connection.supports("UNSELECT"):
        yield from execute(connection, Unselect())
    elif session.selected is not None and not session.selected.examined:
        # CLOSE would expunge here; it does not where the mailbox is open for reading only (RFC 9051, 6.4.1).
        yield from select(connection, session.selected.name, read_only=True, anew=True)
    if session.selected is not None:
        yield from _close(connection)


def _close(connection: Connection) -> Flow[None]:
    try:
        yield from execute(connection, Close())
    except CommandError:  # pymap closes no mailbox that is open for reading only; INBOX is there and stays
        yield from select(connection, "INBOX", read_only=True)


def catch_up(connection: Connection, mailbox: str) -> Flow[None]:
    """Let a session that has the mailbox selected hear of what another connection knows already.

    A session is told of new messages only when it says something, and until then may be refused them: Dovecot answers
    FETCH and STORE of a UID that this session has not heard of with a plain OK, as if it were gone.
    """
    selected = connection.session.selected
    if selected is not None and selected.name == canonical(mailbox) and not connection.closed:
        with suppress(ConnectionLost):  # whoever needs the connection will be told
            yield from execute(connection, Noop())


def showing(connection: Connection, mailbox: str, flow: Flow[T]) -> Flow[T]:
    """Run a flow that adds messages to a mailbox; if that is selected, they can be seen afterwards.

    Courier and Mailutils do not show a session what it has added itself until it asks (RFC 9051, 6.3.12).
    """
    before = _exists(connection, mailbox)
    result = yield from flow
    if before is not None and _exists(connection, mailbox) == before:
        yield from catch_up(connection, mailbox)
    return result


def _exists(connection: Connection, mailbox: str) -> int | None:
    """How many messages there are in the mailbox, if it is selected."""
    selected = connection.session.selected
    return selected.exists if selected is not None and selected.name == canonical(mailbox) else None
