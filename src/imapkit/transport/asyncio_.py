"""The library's I/O for asyncio: sockets, commands, and the session that runs flows on them.

`imapkit.transport.blocking` has the same names for threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from typing import TYPE_CHECKING, TypeVar, cast

from imapkit.protocol.flows.base import Signal
from imapkit.transport import opening
from imapkit.transport.driving import Driver
from imapkit.transport.hostnames import ascii_host

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable, Sequence
    from typing import IO

    from imapkit.protocol.connection import Connection
    from imapkit.protocol.flows.base import Flow
    from imapkit.transport.driving import Operation
    from imapkit.transport.streams import AsyncStream
    from imapkit.types.timeouts import Timeout

__all__ = [
    "AsyncSession",
    "CommandStream",
    "SocketStream",
    "open_command",
    "open_socket",
    "open_tcp",
]

T = TypeVar("T")

_INBOX = 1024 * 1024  # octets after which no more are read until somebody wants them
_PATIENCE = 2.0  # seconds that somebody who was told to end is given
_GRACE = 0.5  # seconds between the end of a command's output and its own


class AsyncSession:
    """Runs flows on one connection, for any number of tasks of one event loop.

    `stream` carries the connection's octets and belongs to the session from now on; `timeout` holds the deadlines.
    """

    def __init__(self, connection: Connection, stream: AsyncStream, timeout: Timeout) -> None:
        self.connection = connection
        self._stream = stream
        self._driver = Driver(connection, stream, timeout)
        self._changed = _Bell()
        self._leading = False  # somebody waits on the stream

    @property
    def closed(self) -> bool:
        """Whether nothing more can be done with it: it was closed, or the connection ended."""
        return self.connection.closed

    async def run(self, flow: Flow[T], *, timeout: float | None = None) -> T:
        """Run a flow to its end; its result.

        `timeout` bounds all of it, in seconds; by default `Timeout.total` does.  Raises what the flow raises,
        `ImapTimeout`, and what ended the connection.  Whatever raises, being cancelled too, closes the flow, which
        gives up its commands; the connection stays usable unless one of them was half-way out.
        """
        try:
            return await self._drive(self._driver.begin(flow, timeout, _now()))
        finally:
            try:
                flow.close()
            finally:
                await self._settle()

    async def close(self) -> None:
        """Close the stream at once; whatever still runs fails with `ConnectionLost`.  May be called again."""
        self._driver.give_up("the session was closed")
        await self._settle()

    async def _drive(self, operation: Operation[T]) -> T:
        signal = Signal.PROGRESS
        while not self._driver.step(operation, signal, _now()):
            signal = await self._wait(operation)
        return operation.result

    async def _wait(self, operation: Operation[T]) -> Signal:
        """Wait until there is a reason to resume the flow."""
        driver = self._driver
        batches = driver.batches
        driver.check_deadline(operation, _now())
        while driver.batches == batches:
            more = driver.send()
            if self.connection.closed:
                operation.tell(self.connection)
                return Signal.PROGRESS
            now = _now()
            driver.watch_output(now)
            left = driver.left(operation, now)
            if left is not None and left <= 0:
                return driver.run_down(operation, now)
            if self._leading:
                await self._follow(left, more)
            else:
                await self._lead(0 if more and not self._stream.unsent else left)
        return Signal.PROGRESS

    async def _lead(self, timeout: float | None) -> None:
        self._leading = True
        try:
            await self._stream.wait(timeout)
        finally:
            self._leading = False
        if self._driver.receive(_now()):
            self._changed.ring()

    async def _follow(self, timeout: float | None, more: bool) -> None:
        if more:
            self._stream.wake()  # the leader has more to wait for than it knows
        await self._changed.wait(timeout)

    async def _settle(self) -> None:
        """After a flow: send what giving up needs, close a dead connection's stream, hand over."""
        self._driver.send()
        self._driver.batches += 1
        if self._leading:
            self._stream.wake()
        self._changed.ring()
        if self.connection.closed:
            await self._stream.close()


class _Bell:
    """Wakes all who wait for it."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[bool]] = set()

    async def wait(self, timeout: float | None) -> bool:
        """Wait until it rings; False when it does not within `timeout` seconds."""
        loop = asyncio.get_running_loop()
        rung: asyncio.Future[bool] = loop.create_future()
        alarm = None if timeout is None else loop.call_later(timeout, _resolve, rung, False)
        self._waiting.add(rung)
        try:
            return await rung
        finally:
            self._waiting.discard(rung)
            if alarm is not None:
                alarm.cancel()

    def ring(self) -> None:
        """Wake all who wait now."""
        for rung in self._waiting:
            _resolve(rung, True)


def _resolve(rung: asyncio.Future[bool], answer: bool) -> None:
    if not rung.done():
        rung.set_result(answer)


def _now() -> float:
    return asyncio.get_running_loop().time()


class SocketStream(asyncio.Protocol):
    """A connected socket; made by `open_socket` and `open_tcp`."""

    def __init__(self) -> None:
        self._inbox: deque[bytes] = deque()
        self._size = 0  # octets in the inbox
        self._full = False  # reading is paused
        self._end = False
        self._failure: OSError | None = None
        self._awake = False
        self._bell = _Bell()
        self._gone = asyncio.Event()
        self._transport: asyncio.Transport  # from `connection_made` on, before anybody sees the stream

    # --- for the session --------------------------------------------------------------------------------------

    @property
    def unsent(self) -> int:
        """How many octets were written but not taken yet."""
        return 0 if self._transport.is_closing() else self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        """Send as much as goes without waiting; the event loop sends the rest."""
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def read(self) -> bytes | None:
        """Give what has come; None when there is nothing now, ``b""`` at the end.  Raises `OSError`."""
        if self._inbox:
            data = self._inbox.popleft()
            self._size -= len(data)
            if self._full and not self._inbox:
                self._full = False
                self._transport.resume_reading()
            return data
        if self._failure is not None:
            raise self._failure
        return b"" if self._end else None

    async def wait(self, timeout: float | None) -> bool:
        """Wait until there may be something to `read`, more of what is unsent can be sent, or somebody calls `wake`."""
        if not self._inbox and not self._end and not self._awake:
            await self._bell.wait(timeout)
        happened = bool(self._inbox) or self._end or self._awake
        self._awake = False
        return happened

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one."""
        self._awake = True
        self._bell.ring()

    async def close(self) -> None:
        """Drop everything at once, and wait until the event loop has let go of the socket.  May be called again."""
        if self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()
        self._inbox.clear()
        self._finish()
        await self._gone.wait()

    def _finish(self) -> None:
        self._end = True
        self._bell.ring()

    # --- for the event loop -----------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The event loop has the socket."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)  # resume_writing() then says that all is sent

    def data_received(self, data: bytes) -> None:
        """Something came: keep it until somebody wants it, up to a point."""
        self._inbox.append(data)
        self._size += len(data)
        if self._size > _INBOX and not self._full:
            self._full = True
            self._transport.pause_reading()
        self._bell.ring()

    def resume_writing(self) -> None:
        """All that was written is sent."""
        self.wake()

    def eof_received(self) -> bool:
        """The server has closed its side; ours stays open until `close`."""
        self._finish()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        if isinstance(exc, OSError):
            self._failure = exc
        self._finish()
        self._gone.set()


class CommandStream(SocketStream):
    """A command that speaks IMAP on its standard input and output; it ends with the stream."""

    def __init__(self, process: Process, name: str, stderr: IO[bytes]) -> None:
        super().__init__()
        self._process = process
        self._name = name
        self._stderr = stderr

    def read(self) -> bytes | None:
        """Give what has come; raises `ConnectionLost` with the command's last words when it has failed."""
        if self._end and not self._inbox and not self._stderr.closed:
            said = opening.last_words(self._stderr)
            ended = opening.command_ended(self._name, self._process.returncode, said)
            if ended is not None:
                raise ended
        return super().read()

    async def wait(self, timeout: float | None) -> bool:
        """Wait, as every stream does; at the end of a command's output, for its status."""
        happened = await super().wait(timeout)
        if self._end and not self._inbox:
            await self._ended(_GRACE)
        return happened

    async def close(self) -> None:
        """Drop everything at once, and see the command off."""
        try:
            await super().close()
        finally:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            if not await self._ended(_PATIENCE):
                _kill(self._process)
                await self._process.wait()
            self._stderr.close()

    async def _ended(self, patience: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._process.wait()
                return True
        return False


async def open_tcp(host: str, port: int, *, timeout: float | None) -> AsyncStream:
    """Connect to the first address of `host` that answers, within `timeout` seconds in all.

    Raises `InvalidArgument` for what is no host name, `ConnectionLost`, `ImapTimeout`.
    """
    name = ascii_host(host)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout):
            transport, stream = await loop.create_connection(SocketStream, name, port, happy_eyeballs_delay=0.25)
    except OSError as error:  # TimeoutError is one
        raise opening.unreachable(name, port, error, timeout) from error
    opening.keep_alive(transport.get_extra_info("socket"))
    return stream


async def open_socket(sock: socket.socket) -> AsyncStream:
    """Take over a socket that is connected already."""
    return await _adopt(sock, SocketStream)


async def _adopt(sock: socket.socket, factory: Callable[[], SocketStream]) -> SocketStream:
    loop = asyncio.get_running_loop()
    sock.setblocking(False)
    unix = sock.family == getattr(socket, "AF_UNIX", None)
    connect = loop.create_unix_connection if unix else loop.create_connection
    _, stream = await connect(factory, sock=sock)
    return stream


async def open_command(argv: Sequence[str]) -> AsyncStream:
    """Run a command that speaks IMAP on its standard input and output, such as ``ssh host imapd``; no shell is used.

    What it writes to standard error is shown when it fails.  Raises `InvalidArgument` for what is no command, and
    `ConnectionLost` when it cannot be started.
    """
    import tempfile

    name = opening.command_name(argv)
    # One pair of sockets instead of two pipes: it is read, written and waited for like any other socket.
    ours, theirs = socket.socketpair()
    with theirs, contextlib.ExitStack() as undo:
        undo.callback(ours.close)
        stderr = undo.enter_context(tempfile.TemporaryFile())
        try:
            process = await asyncio.create_subprocess_exec(
                *argv, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=stderr
            )
        except OSError as error:
            raise opening.command_failed(name, error) from error
        undo.callback(_kill, process)
        stream = await _adopt(ours, lambda: CommandStream(process, name, stderr))
        undo.pop_all()
    return stream


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
