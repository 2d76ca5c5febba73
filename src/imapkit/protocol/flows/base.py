"""How flows wait, and how they run commands.

A flow is a generator that yields `Wait` whenever it needs something from the server.  Whoever runs it (a session of
`imapkit.transport`) moves bytes, and resumes it with a `Signal`: something came, or the time ran out.  A flow that is
closed early (a cancelled task, an exception in a thread) gives its commands up: no answer of theirs is taken for
somebody else's.

Flows of several users may run on one connection; each is resumed when anything happened, looks whether it was what
it waits for, and waits again if not.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from imapkit.protocol.extensions.inprogress import InProgress
from imapkit.protocol.model import Condition

if TYPE_CHECKING:
    from imapkit.protocol.connection import Connection, Pending
    from imapkit.protocol.model import Command, Untagged

__all__ = ["Flow", "Signal", "Wait", "execute", "wait_for"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wait:
    """Something must come from the server (or from another user of the connection).

    `timeout` is in seconds; when they are over, the flow is resumed with `Signal.TIMEOUT`.  None leaves it to the
    session's deadlines, which end the connection when the server is silent for too long.

    The time counts anew with each new `Wait`.  To wait for so long in all, however often something came in between and
    whatever else was waited for without a `timeout`, yield the same object again; it goes on counting until it ends in
    `Signal.TIMEOUT`.
    """

    timeout: float | None = None


class Signal(Enum):
    """Why a flow is resumed."""

    PROGRESS = "something happened"
    TIMEOUT = "the time ran out"


Flow: TypeAlias = Generator[Wait, Signal, T]


def execute(
    connection: Connection, command: Command[T], in_progress: Callable[[InProgress], object] | None = None
) -> Flow[T]:
    """Run one command; its result.

    `in_progress` is called with what the server tells meanwhile of how far it has come (INPROGRESS, RFC 9585); what it
    raises is raised at the end of the command.
    """
    pending = connection.send(command)
    with _hearing(connection, pending, in_progress):
        yield from wait_for(connection, (pending,))
    return pending.result()


@contextmanager
def _hearing(
    connection: Connection, pending: Pending[object], in_progress: Callable[[InProgress], object] | None
) -> Generator[None, None, None]:
    if in_progress is None:
        yield
        return

    def listen(response: Untagged) -> None:
        if isinstance(response, Condition) and isinstance(code := response.code, InProgress):
            # Without a tag it can be told whose it is only where nothing else is in flight (RFC 9585, 4).
            if not pending.is_meant(code.tag):
                return
            try:
                in_progress(code)
            except Exception as error:  # noqa: BLE001 - raised again by pending.result()
                pending.fail_with(error)

    connection.listeners.append(listen)
    try:
        yield
    finally:
        connection.listeners.remove(listen)


def wait_for(connection: Connection, pending: Iterable[Pending[object]]) -> Flow[None]:
    """Wait until all of these are done; give them up if the flow is closed before."""
    pending = tuple(pending)
    try:
        while not all(one.done for one in pending):
            connection.check()
            yield Wait()
    finally:
        for one in pending:
            one.abandon()
