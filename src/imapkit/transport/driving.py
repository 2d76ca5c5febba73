"""What the two kinds of session have in common: everything but waiting.

Whoever waits on a connection drives it.  All flows that run on one connection take turns in

    1. *step*: resume the flow, which looks at what has come, sends commands, and says what it waits for;
    2. *send*: hand what is to be sent to the stream, as far as the stream takes it at once;
    3. *wait*: the first to get here is the leader and waits on the stream; the others follow, that is, they wait for
       the leader to say that something came;
    4. *receive* (the leader): feed what has come to the connection, tell the followers, begin anew.

When the leader's flow is done, one of the followers leads.  Only step 3 differs between threads and tasks; it is also
the only place where a session can be interrupted, a task cancelled, and the only one without the session's lock.  So
nothing that was read can be lost, and what is written leaves whole pieces or stays in the stream.

Three clocks run while a flow waits.  *Silence*: the server owes an answer and neither sends nor takes anything for
`Timeout.read` seconds; the connection is not used again.  The *flow's own* (`Wait.timeout`): it is told, and goes on.
The *operation's*, a deadline over everything: the flow is closed, and what it had under way is given up.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Generic, TypeVar

from imapkit.errors import ConnectionLost, ImapError, ImapTimeout, InvalidArgument
from imapkit.protocol.flows.base import Signal, Wait

if TYPE_CHECKING:
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.flows.base import Flow
    from imapkit.transport.streams import AsyncStream, Stream
    from imapkit.types.timeouts import Timeout

__all__ = ["Driver", "Operation"]

T = TypeVar("T")

_PIECES_AT_ONCE = 8  # written without a look at what has come


class Operation(Generic[T]):
    """One flow on its way, and its clocks."""

    __slots__ = (
        "_counted",
        "_flow",
        "_result",
        "_started",
        "_told",
        "counted_since",
        "deadline",
        "seconds",
        "since",
        "wait",
    )

    def __init__(self, flow: Flow[T], seconds: float | None, now: float) -> None:
        if seconds is not None and not seconds >= 0:
            raise InvalidArgument(f"timeout={seconds!r}: a timeout is a number of seconds, or None to wait for ever")
        self._flow = flow
        self._result: list[T] = []
        self._told = False
        self._started = False
        self.wait = Wait()
        self.since = now
        self._counted: Wait | None = None  # the flow's own clock runs for this one
        self.counted_since = now
        self.seconds = seconds
        self.deadline = inf if seconds is None else now + seconds

    @property
    def result(self) -> T:
        """What the flow returned."""
        return self._result[0]

    def resume(self, signal: Signal, now: float) -> bool:
        """Resume the flow; whether it is done.  Raises what it raises."""
        try:
            wait = self._flow.send(signal) if self._started else next(self._flow)
        except StopIteration as stop:
            self._result.append(stop.value)
            return True
        self._started = True
        if wait is not self.wait or signal is Signal.TIMEOUT:
            self.since = now
        if wait.timeout is not None and (wait is not self._counted or signal is Signal.TIMEOUT):
            self._counted = wait
            self.counted_since = now
        self.wait = wait
        return False

    def tell(self, connection: Connection) -> None:
        """Let the flow look at a dead connection once, for what was complete before; then raise what ended it."""
        if self._told:
            connection.check()
        self._told = True


class Driver:
    """A connection, its stream, and the session's clocks.  To be used under the session's lock."""

    __slots__ = ("_active", "_taken", "_timeout", "_written", "batches", "connection", "stream")

    def __init__(self, connection: Connection, stream: Stream | AsyncStream, timeout: Timeout) -> None:
        self.connection = connection
        self.stream = stream
        self.batches = 0
        """How often something came, or a flow ended, which may be what another waits for: whoever waits compares."""
        self._timeout = timeout
        self._active = -inf  # when the server last sent or took anything
        self._written = 0
        self._taken = 0

    def begin(self, flow: Flow[T], seconds: float | None, now: float) -> Operation[T]:
        """A new operation; `seconds` for all of it, by default those of the session."""
        return Operation(flow, self._timeout.total if seconds is None else seconds, now)

    def step(self, operation: Operation[T], signal: Signal, now: float) -> bool:
        """Resume the flow; whether it is done.  Raises what it raises."""
        try:
            return operation.resume(signal, now)
        except Exception:
            raise
        except BaseException:
            self._interrupted()
            raise

    def send(self) -> bool:
        """Hand over what is to be sent, as far as it is taken; whether there is more than that."""
        stream = self.stream
        try:
            if stream.unsent:
                stream.write(b"")
            for _ in range(_PIECES_AT_ONCE):
                if stream.unsent:
                    return True
                data = self.connection.data_to_send()
                if not data:
                    return False
                self._written += len(data)
                stream.write(data)
        except ImapError as error:
            self.connection.fail(error)
            return False
        except BaseException:
            self._interrupted()
            raise
        return True

    def receive(self, now: float) -> bool:
        """Feed what has come to the connection; whether there was something."""
        try:
            data = self._read()
            if data is None:
                return False
            self._active = now
            self.batches += 1
            if data:
                self.connection.receive_data(data)
            else:
                self.connection.receive_eof()
        except BaseException:
            # KeyboardInterrupt, or a listener that raises: what was read is not, or not wholly, understood.
            self._interrupted()
            raise
        return True

    def give_up(self, reason: str) -> None:
        """End the connection, with TLS's farewell if there is TLS."""
        if not self.connection.closed:
            self.connection.fail(ConnectionLost(reason))
            self.connection.channel.close()

    def left(self, operation: Operation[T], now: float) -> float | None:
        """How many seconds the operation may wait; None for ever, 0 or less when a clock has run down."""
        left = min(operation.deadline, self._patience(operation)) - now
        return None if left == inf else left

    def run_down(self, operation: Operation[T], now: float) -> Signal:
        """A clock of the operation has run down: what the flow is resumed with.

        Raises `ImapTimeout` when it was the clock of the whole operation.
        """
        self.check_deadline(operation, now)
        if operation.wait.timeout is not None:
            return Signal.TIMEOUT
        silence = f"nothing from the server for {self._timeout.read:g} seconds"
        self.connection.fail(ImapTimeout(f"{silence}, while waiting for {self.connection.awaited}"))
        return Signal.PROGRESS

    def check_deadline(self, operation: Operation[T], now: float) -> None:
        """Raise `ImapTimeout` when the operation has taken too long."""
        if now >= operation.deadline:
            waited_for = self.connection.awaited
            raise ImapTimeout(f"not done within {operation.seconds:g} seconds, while waiting for {waited_for}")

    def watch_output(self, now: float) -> None:
        """Note whether the server has taken something since the last look: then it is not silent."""
        taken = self._written - self.stream.unsent
        if taken != self._taken:
            self._taken = taken
            self._active = now

    def _patience(self, operation: Operation[T]) -> float:
        if operation.wait.timeout is not None:
            return operation.counted_since + operation.wait.timeout
        if self._timeout.read is not None:
            return max(operation.since, self._active) + self._timeout.read
        return inf

    def _read(self) -> bytes | None:
        try:
            return self.stream.read()
        except OSError as error:
            self.connection.fail(_lost(error))
            return b""

    def _interrupted(self) -> None:
        self.connection.fail(ConnectionLost("interrupted in the middle of a response or a command; connect again"))


def _lost(error: OSError) -> ConnectionLost:
    if isinstance(error, ConnectionLost):
        return error
    lost = ConnectionLost(f"the connection broke: {error.strerror or error}")
    lost.__cause__ = error
    return lost
