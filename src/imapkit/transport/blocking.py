"""The library's I/O for threads: sockets, commands, and the session that runs flows on them.

`imapkit.transport.asyncio_` has the same names for tasks.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from imapkit.errors import InvalidArgument
from imapkit.protocol.flows.base import Signal
from imapkit.transport import opening
from imapkit.transport.driving import Driver
from imapkit.transport.hostnames import ascii_host

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from typing import IO

    from imapkit.errors import ConnectionLost
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.flows.base import Flow
    from imapkit.transport.driving import Operation
    from imapkit.transport.streams import Stream
    from imapkit.types.timeouts import Timeout

__all__ = [
    "CommandStream",
    "Session",
    "SocketStream",
    "open_command",
    "open_socket",
    "open_tcp",
]

T = TypeVar("T")

# poll() needs no descriptor of its own as epoll() does, and has no limit as select() has; Windows has only that.
_Selector: type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.SelectSelector)

_READ_SIZE = 256 * 1024
_PATIENCE = 2.0  # seconds that somebody who was told to end is given
_GRACE = 0.5  # seconds between the end of a command's output and its own


class Session:
    """Runs flows on one connection, for any number of threads.

    `stream` carries the connection's octets and belongs to the session from now on; `timeout` holds the deadlines.
    """

    def __init__(self, connection: Connection, stream: Stream, timeout: Timeout) -> None:
        self.connection = connection
        self._stream = stream
        self._driver = Driver(connection, stream, timeout)
        self._changed = threading.Condition()
        self._leading = False  # somebody waits on the stream
        self._busy = False  # the lock is held by `run`
        self._gone = False  # the stream is closed

    @property
    def closed(self) -> bool:
        """Whether nothing more can be done with it: it was closed, or the connection ended."""
        return self.connection.closed

    def run(self, flow: Flow[T], *, timeout: float | None = None) -> T:
        """Run a flow to its end; its result.

        `timeout` bounds all of it, in seconds; by default `Timeout.total` does.  Raises what the flow raises,
        `ImapTimeout`, and what ended the connection.  Whatever raises, an interrupt too, closes the flow, which gives
        up its commands; the connection stays usable unless one of them was half-way out.
        """
        with self._changed:
            if self._busy:
                raise InvalidArgument("what is called back by a session cannot use it; do so when it has returned")
            try:
                self._busy = True
                return self._drive(self._driver.begin(flow, timeout, time.monotonic()))
            finally:
                try:
                    flow.close()
                finally:
                    self._settle()
                    self._busy = False

    def close(self) -> None:
        """Close the stream at once; whatever still runs fails with `ConnectionLost`.  May be called again."""
        with self._changed:
            self._driver.give_up("the session was closed")
            self._settle()
            if not self._busy:
                self._changed.wait_for(lambda: self._gone, _PATIENCE)  # for the leader, who is in the stream

    def _drive(self, operation: Operation[T]) -> T:
        signal = Signal.PROGRESS
        while not self._driver.step(operation, signal, time.monotonic()):
            signal = self._wait(operation)
        return operation.result

    def _wait(self, operation: Operation[T]) -> Signal:
        """Wait until there is a reason to resume the flow."""
        driver = self._driver
        batches = driver.batches
        driver.check_deadline(operation, time.monotonic())
        while driver.batches == batches:
            more = driver.send()
            if self.connection.closed:
                operation.tell(self.connection)
                return Signal.PROGRESS
            now = time.monotonic()
            driver.watch_output(now)
            left = driver.left(operation, now)
            if left is not None and left <= 0:
                return driver.run_down(operation, now)
            if self._leading:
                self._follow(left, more)
            else:
                self._lead(0 if more and not self._stream.unsent else left)
        return Signal.PROGRESS

    def _lead(self, timeout: float | None) -> None:
        self._leading = True
        self._busy = False
        try:
            self._changed.release()
            self._stream.wait(timeout)
        finally:
            try:
                self._acquire()
            finally:
                self._busy = True
                self._leading = False
        if self._driver.receive(time.monotonic()):
            self._changed.notify_all()

    def _follow(self, timeout: float | None, more: bool) -> None:
        if more:
            self._stream.wake()  # the leader has more to wait for than it knows
        self._busy = False
        try:
            self._changed.wait(timeout)
        finally:
            self._busy = True

    def _acquire(self) -> None:
        """Take the lock again, even when an interrupt comes meanwhile: the others wait for the leader's word."""
        interrupt: BaseException | None = None
        while True:
            try:
                self._changed.acquire()
                break
            except BaseException as error:  # noqa: BLE001 - raised below
                interrupt = error
        if interrupt is not None:
            raise interrupt

    def _settle(self) -> None:
        """After a flow: send what giving up needs, close a dead connection's stream, hand over."""
        self._driver.send()
        self._driver.batches += 1
        if self._leading:
            self._stream.wake()
        elif self.connection.closed:
            self._stream.close()
            self._gone = True
        self._changed.notify_all()


class SocketStream:
    """A connected socket; it belongs to the stream from now on."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._queue: deque[memoryview] = deque()
        self._failure: OSError | None = None
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._selector = _Selector()
        self._selector.register(sock, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._events = selectors.EVENT_READ
        self._closed = False

    @property
    def unsent(self) -> int:
        """How many octets were written but not taken yet."""
        return sum(map(len, self._queue)) if self._queue else 0

    def write(self, data: bytes) -> None:
        """Send as much as goes without waiting, what is unsent first; keep the rest."""
        if self._failure is not None or self._closed:
            return
        queue = self._queue
        if data:
            queue.append(memoryview(data))
        try:
            while queue:
                sent = self._socket.send(queue[0])
                if sent == len(queue[0]):
                    queue.popleft()
                else:
                    queue[0] = queue[0][sent:]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._failure = error  # for `read`, when it has given all that came before
            queue.clear()

    def read(self) -> bytes | None:
        """Give what has come; None when there is nothing now, ``b""`` at the end.  Raises `OSError`."""
        if self._closed:
            return b""
        try:
            return self._socket.recv(_READ_SIZE)
        except (BlockingIOError, InterruptedError):
            if self._failure is not None:
                raise self._failure from None
            return None

    def wait(self, timeout: float | None) -> bool:
        """Wait until there may be something to `read`, more of what is unsent can be sent, or somebody calls `wake`."""
        if self._failure is not None or self._closed:
            return True
        events = selectors.EVENT_READ | selectors.EVENT_WRITE if self._queue else selectors.EVENT_READ
        if events != self._events:
            self._selector.modify(self._socket, events)
            self._events = events
        ready = self._selector.select(timeout)
        for key, _ in ready:
            if key.fileobj is self._woken:
                self._woken.recv(4096)
        return bool(ready)

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one.  From any thread."""
        if not self._closed:
            with contextlib.suppress(BlockingIOError):  # it is full of calls that nobody has heard yet
                self._waker.send(b"\0")

    def close(self) -> None:
        """Drop everything at once.  May be called again."""
        self._closed = True
        self._queue.clear()
        self._selector.close()
        for sock in (self._socket, self._waker, self._woken):
            sock.close()


class CommandStream(SocketStream):
    """A command that speaks IMAP on its standard input and output; it ends with the stream."""

    def __init__(self, sock: socket.socket, process: subprocess.Popen[bytes], name: str, stderr: IO[bytes]) -> None:
        super().__init__(sock)
        self._process = process
        self._name = name
        self._stderr = stderr

    def read(self) -> bytes | None:
        """Give what has come; raises `ConnectionLost` with the command's last words when it has failed."""
        try:
            data = super().read()
        except OSError as error:
            raise self._end() or error from error
        if data == b"" and not self._stderr.closed:
            end = self._end()
            if end is not None:
                raise end
        return data

    def close(self) -> None:
        """Drop everything at once, and see the command off."""
        super().close()
        self._process.terminate()
        if self._status(_PATIENCE) is None:
            self._process.kill()
            self._process.wait()
        self._stderr.close()

    def _end(self) -> ConnectionLost | None:
        status = self._status(_GRACE)
        return opening.command_ended(self._name, status, opening.last_words(self._stderr))

    def _status(self, patience: float) -> int | None:
        import subprocess

        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return None


def open_tcp(host: str, port: int, *, timeout: float | None) -> Stream:
    """Connect to the first address of `host` that answers, within `timeout` seconds in all.

    Looking up the name is not interrupted: it takes as long as the system's resolver lets it (its own timeout is
    often 5 to 30 seconds), and that counts.

    Raises `InvalidArgument` for what is no host name, `ConnectionLost`, `ImapTimeout`.
    """
    name = ascii_host(host)
    deadline = None if timeout is None else time.monotonic() + timeout
    failure: OSError = TimeoutError()
    try:
        addresses = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise opening.unreachable(name, port, error, timeout) from error
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        # An address that does not answer leaves time for those that follow.
        left = None if deadline is None else (deadline - time.monotonic()) / (len(addresses) - tried)
        try:
            return SocketStream(_connect(socket.socket(family, kind, protocol), address, left))
        except OSError as error:
            failure = error
    raise opening.unreachable(name, port, failure, timeout) from failure


def _connect(sock: socket.socket, address: tuple[object, ...], timeout: float | None) -> socket.socket:
    try:
        if timeout is not None and timeout <= 0:
            raise TimeoutError
        sock.settimeout(timeout)
        sock.connect(address)
        opening.keep_alive(sock)
    except BaseException:
        sock.close()
        raise
    return sock


def open_socket(sock: socket.socket) -> Stream:
    """Take over a socket that is connected already."""
    return SocketStream(sock)


def open_command(argv: Sequence[str]) -> Stream:
    """Run a command that speaks IMAP on its standard input and output, such as ``ssh host imapd``; no shell is used.

    What it writes to standard error is shown when it fails.  Raises `InvalidArgument` for what is no command, and
    `ConnectionLost` when it cannot be started.
    """
    import subprocess
    import tempfile

    name = opening.command_name(argv)
    # One pair of sockets instead of two pipes: it is read, written and waited for like any other socket.
    ours, theirs = socket.socketpair()
    with theirs, contextlib.ExitStack() as undo:
        undo.callback(ours.close)
        stderr = undo.enter_context(tempfile.TemporaryFile())
        try:
            process = subprocess.Popen(argv, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=stderr)  # noqa: S603
        except OSError as error:
            raise opening.command_failed(name, error) from error
        undo.callback(process.kill)
        stream = CommandStream(ours, process, name, stderr)
        undo.pop_all()
    return stream
