"""The same scenario for threads and for asyncio, and the other side of the socket."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Protocol, TypeVar

from imapkit.protocol.connection import Connection
from imapkit.protocol.flows.base import Flow, Wait
from imapkit.transport import asyncio_, blocking
from imapkit.transport.streams import AsyncStream
from imapkit.types.timeouts import Timeout

T = TypeVar("T")
S = TypeVar("S")

QUICK = Timeout(connect=2.0, read=2.0)
"""For what is not about deadlines: nothing may take that long."""
PATIENCE = 5.0
GREETING = b"* PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ IDLE MOVE] hello\r\n"


class Session(Protocol):
    """A session of either world, driven from a plain test."""

    connection: Connection

    @property
    def closed(self) -> bool: ...

    def run(self, flow: Flow[T], *, timeout: float | None = None) -> T: ...

    def close(self) -> None: ...


class Opened(Protocol):
    """A stream of either world, driven from a plain test."""

    @property
    def unsent(self) -> int: ...

    def write(self, data: bytes) -> None: ...

    def read(self) -> bytes | None: ...

    def wait(self, timeout: float | None) -> bool: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...


class World(Protocol):
    """How to open what, and how to run a flow."""

    name: str

    def open_tcp(self, host: str, port: int, *, timeout: float | None = 2.0) -> Opened: ...

    def open_socket(self, sock: socket.socket) -> Opened: ...

    def open_command(self, argv: Sequence[str]) -> Opened: ...

    def session(self, stream: Opened, timeout: Timeout = QUICK, connection: Connection | None = None) -> Session: ...


class Blocking:
    name = "blocking"

    def open_tcp(self, host: str, port: int, *, timeout: float | None = 2.0) -> Opened:
        return blocking.open_tcp(host, port, timeout=timeout)

    def open_socket(self, sock: socket.socket) -> Opened:
        return blocking.open_socket(sock)

    def open_command(self, argv: Sequence[str]) -> Opened:
        return blocking.open_command(argv)

    def session(self, stream: Opened, timeout: Timeout = QUICK, connection: Connection | None = None) -> Session:
        return blocking.Session(connection or Connection(), stream, timeout)


class Asyncio:
    name = "asyncio"

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner

    def open_tcp(self, host: str, port: int, *, timeout: float | None = 2.0) -> Opened:
        return _Driven(self._runner, self._runner.run(asyncio_.open_tcp(host, port, timeout=timeout)))

    def open_socket(self, sock: socket.socket) -> Opened:
        return _Driven(self._runner, self._runner.run(asyncio_.open_socket(sock)))

    def open_command(self, argv: Sequence[str]) -> Opened:
        return _Driven(self._runner, self._runner.run(asyncio_.open_command(argv)))

    def session(self, stream: Opened, timeout: Timeout = QUICK, connection: Connection | None = None) -> Session:
        assert isinstance(stream, _Driven)
        return _DrivenSession(self._runner, asyncio_.AsyncSession(connection or Connection(), stream.stream, timeout))


class _Driven:
    """An asyncio stream, awaited by a runner."""

    def __init__(self, runner: asyncio.Runner, stream: AsyncStream) -> None:
        self._runner = runner
        self.stream = stream

    @property
    def unsent(self) -> int:
        return self.stream.unsent

    def write(self, data: bytes) -> None:
        self.stream.write(data)

    def read(self) -> bytes | None:
        return self.stream.read()

    def wait(self, timeout: float | None) -> bool:
        return self._runner.run(self.stream.wait(timeout))

    def wake(self) -> None:
        self.stream.wake()

    def close(self) -> None:
        self._runner.run(self.stream.close())


class _DrivenSession:
    """An asyncio session, awaited by a runner."""

    def __init__(self, runner: asyncio.Runner, session: asyncio_.AsyncSession) -> None:
        self._runner = runner
        self._session = session
        self.connection = session.connection

    @property
    def closed(self) -> bool:
        return self._session.closed

    def run(self, flow: Flow[T], *, timeout: float | None = None) -> T:
        return self._runner.run(self._session.run(flow, timeout=timeout))

    def close(self) -> None:
        self._runner.run(self._session.close())


@contextlib.contextmanager
def both(kind: str) -> Generator[World]:
    """The world of this name."""
    if kind == "blocking":
        yield Blocking()
    else:
        with asyncio.Runner() as runner:
            yield Asyncio(runner)


# --- the other side ---------------------------------------------------------------------------------------------------


class Peer:
    """The server's end, in a thread; what it is told to expect is exact."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(PATIENCE)
        self.sock = sock

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def expect(self, data: bytes) -> None:
        got = self.receive(len(data))
        assert got == data, f"{got!r} came instead of {data!r}"

    def receive(self, size: int) -> bytes:
        got = bytearray()
        while len(got) < size:
            chunk = self.sock.recv(min(size - len(got), 1 << 20))
            if not chunk:
                break
            got += chunk
        return bytes(got)

    def expect_end(self) -> None:
        got = self.sock.recv(1000)
        assert got == b"", f"{got!r} came instead of the end"

    def answer(self, *completions: bytes) -> None:
        """Answer one command after the other, whatever its tag."""
        for completion in completions:
            tag = self.line().split(b" ", 1)[0]
            self.send(completion.replace(b"TAG", tag))

    def line(self) -> bytes:
        got = bytearray()
        while not got.endswith(b"\r\n"):
            octet = self.sock.recv(1)
            if not octet:
                break
            got += octet
        return bytes(got)


Script = Callable[[Peer], object]


@contextlib.contextmanager
def acting(script: Script, take: Callable[[], socket.socket]) -> Generator[None]:
    """Play the script on the socket that `take` gives until the block ends; what goes wrong in it fails the test."""
    failures: list[BaseException] = []

    def act() -> None:
        try:
            with take() as sock:
                script(Peer(sock))
        except BaseException as error:  # noqa: BLE001 - raised by whoever waits for the script
            failures.append(error)

    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the script did not come to its end"
        if failures:
            raise failures[0]


@contextlib.contextmanager
def peer(script: Script) -> Generator[socket.socket]:
    """The client's end of a pair of sockets, whose other end plays the script."""
    ours, theirs = socket.socketpair()
    with acting(script, lambda: theirs):
        yield ours


@contextlib.contextmanager
def listening(script: Script, host: str = "127.0.0.1") -> Generator[int]:
    """The port where one connection is accepted and the script played."""
    with socket.create_server((host, 0)) as listener:
        listener.settimeout(PATIENCE)
        with acting(script, lambda: listener.accept()[0]):
            yield listener.getsockname()[1]


def greeted(connection: Connection) -> Flow[None]:
    """Wait for the greeting."""
    while connection.greeting is None:
        connection.check()
        yield Wait()
