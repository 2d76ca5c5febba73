"""Several threads on one session: whoever waits drives, nobody waits for ever."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager

import pytest

from imapkit.errors import ConnectionLost, ImapTimeout, InvalidArgument
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import Flow, Signal, Wait, execute
from imapkit.protocol.wire.encoder import LiteralStream
from imapkit.transport.blocking import Session, open_socket
from imapkit.types.timeouts import Timeout
from tests.transport.worlds import GREETING, PATIENCE, QUICK, Peer, Script, greeted, peer

MIB = 1024 * 1024


@contextmanager
def session_with(script: Script, timeout: Timeout = QUICK) -> Iterator[Session]:
    """A greeted session whose other side plays the script."""

    def play(server: Peer) -> None:
        server.send(GREETING)
        script(server)

    with peer(play) as sock, closing(Session(Connection(), open_socket(sock), timeout)) as session:
        session.run(greeted(session.connection))
        yield session


def spawn(work: Callable[[], object]) -> Future[object]:
    """Run it in a thread."""
    future: Future[object] = Future()

    def act() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised by future.result()
            future.set_exception(error)

    threading.Thread(target=act, daemon=True).start()
    return future


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def noop(session: Session, timeout: float | None = None) -> None:
    session.run(execute(session.connection, Noop()), timeout=timeout)


def test_twenty_threads_with_twenty_commands_each() -> None:
    def script(server: Peer) -> None:
        server.answer(*[b"TAG OK done\r\n"] * 400)

    with session_with(script) as session:
        threads = [spawn(lambda: [noop(session) for _ in range(20)]) for _ in range(20)]
        assert [thread.result(PATIENCE) for thread in threads] == [[None] * 20] * 20


def test_answers_in_any_order_find_their_threads() -> None:
    def script(server: Peer) -> None:
        tags = [server.line().split(b" ")[0] for _ in range(10)]
        for tag in reversed(tags):
            server.send(tag + b" NO [X" + tag + b"] refused\r\n")

    with session_with(script) as session:
        threads = [spawn(lambda: noop(session)) for _ in range(10)]
        codes = {str(thread.exception(PATIENCE)) for thread in threads}
        assert len(codes) == 10


def test_a_follower_leads_when_the_leader_has_given_up() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\n")
        given_up.wait(PATIENCE)
        server.send(b"K1 OK nobody wants this\r\nK2 OK\r\n")

    given_up = threading.Event()
    with session_with(script) as session:
        leader = spawn(lambda: noop(session, timeout=0.05))
        wait_for(lambda: session._leading)
        follower = spawn(lambda: noop(session))
        assert isinstance(leader.exception(PATIENCE), ImapTimeout)
        given_up.set()
        assert follower.result(PATIENCE) is None


def test_a_follower_gives_up_and_the_leader_goes_on() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\n")
        given_up.wait(PATIENCE)
        server.send(b"K1 OK\r\nK2 OK nobody wants this\r\n")

    given_up = threading.Event()
    with session_with(script) as session:
        leader = spawn(lambda: noop(session))
        wait_for(lambda: session._leading)
        with pytest.raises(ImapTimeout):
            noop(session, timeout=0.03)
        given_up.set()
        assert leader.result(PATIENCE) is None


def test_the_silence_of_a_server_is_everybody_s() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\nK3 NOOP\r\n")
        server.expect_end()

    with session_with(script, Timeout(read=0.1)) as session:
        threads = [spawn(lambda: noop(session)) for _ in range(3)]
        for thread in threads:
            assert isinstance(thread.exception(PATIENCE), ImapTimeout)
        assert session.closed


def test_the_loss_of_the_connection_is_everybody_s() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\nK3 NOOP\r\n")

    with session_with(script) as session:
        threads = [spawn(lambda: noop(session)) for _ in range(3)]
        for thread in threads:
            assert isinstance(thread.exception(PATIENCE), ConnectionLost)


def test_closing_ends_what_other_threads_wait_for() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\n")
        server.expect_end()

    with session_with(script) as session:
        threads = [spawn(lambda: noop(session)) for _ in range(2)]
        wait_for(lambda: len(session.connection._running) == 2 and session._leading)
        session.close()
        for thread in threads:
            assert "session was closed" in str(thread.exception(PATIENCE))


def test_a_follower_s_large_message_goes_out_while_the_leader_waits() -> None:
    """The leader is in the stream and knows nothing of it: it has to be told that there is more to send."""

    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\n")
        server.expect(b"K2 APPEND INBOX {4194304}\r\n")
        server.send(b"+ go ahead\r\n")
        assert server.receive(4 * MIB + 2) == b"x" * (4 * MIB) + b"\r\n"
        server.send(b"K2 OK\r\nK1 OK\r\n")

    with session_with(script) as session:
        leader = spawn(lambda: noop(session))
        wait_for(lambda: session._leading)
        session.run(execute(session.connection, Append("INBOX", (NewMessage(b"x" * (4 * MIB)),))))
        assert leader.result(PATIENCE) is None


def test_the_end_of_an_abandoned_idle_is_sent_by_a_follower() -> None:
    def idle(connection: Connection) -> Flow[None]:
        pending = connection.send(Idle())
        try:
            while not pending.done:
                yield Wait(10)
        finally:
            pending.abandon()

    def script(server: Peer) -> None:
        server.expect(b"K1 IDLE\r\n")
        server.send(b"+ idling\r\n")
        server.expect(b"DONE\r\n")
        server.send(b"K1 OK\r\n")
        server.expect(b"K2 NOOP\r\n")
        server.send(b"K2 OK\r\n")

    with session_with(script) as session:
        with pytest.raises(ImapTimeout):
            session.run(idle(session.connection), timeout=0.05)
        noop(session)


def test_what_is_called_back_cannot_use_the_session() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\n")
        server.send(b"* 5 EXISTS\r\nK1 OK\r\n")

    with session_with(script) as session:
        refused: list[str] = []

        def listener(_: object) -> None:
            try:
                noop(session)
            except InvalidArgument as error:
                refused.append(str(error))

        session.connection.listeners.append(listener)
        noop(session)
        assert "called back" in refused[0]


def test_what_is_called_back_may_close_the_session() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\n")
        server.send(b"* 5 EXISTS\r\n")
        server.expect_end()

    with session_with(script) as session:
        session.connection.listeners.append(lambda _: session.close())
        with pytest.raises(ConnectionLost, match="session was closed"):
            noop(session)


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """A real KeyboardInterrupt, as from Ctrl-C, in the main thread."""

    def interrupt(_: int, __: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timers")
class TestInterrupts:
    def test_of_the_leader(self) -> None:
        def script(server: Peer) -> None:
            server.expect(b"K1 NOOP\r\n")
            server.expect(b"K2 NOOP\r\n")
            server.send(b"K1 OK\r\nK2 OK\r\n")

        with session_with(script) as session:
            with alarm(0.02), pytest.raises(KeyboardInterrupt):
                noop(session)
            assert not session.closed
            noop(session)

    def test_of_the_leader_while_others_follow(self) -> None:
        def script(server: Peer) -> None:
            server.expect(b"K1 NOOP\r\nK2 NOOP\r\n")
            interrupted.wait(PATIENCE)
            server.send(b"K1 OK\r\nK2 OK\r\n")

        interrupted = threading.Event()
        with session_with(script) as session:
            follower: list[Future[object]] = []

            def flow() -> Flow[None]:
                inner = execute(session.connection, Noop())
                wait = next(inner)
                follower.append(spawn(lambda: noop(session)))
                try:
                    while True:
                        wait = inner.send((yield wait))
                finally:
                    inner.close()

            with alarm(0.04), pytest.raises(KeyboardInterrupt):
                session.run(flow())
            interrupted.set()
            assert follower[0].result(PATIENCE) is None

    def test_of_a_follower(self) -> None:
        def script(server: Peer) -> None:
            server.expect(b"K1 NOOP\r\nK2 NOOP\r\n")
            interrupted.wait(PATIENCE)
            server.send(b"K1 OK\r\nK2 OK\r\n")

        interrupted = threading.Event()
        with session_with(script) as session:
            leader = spawn(lambda: noop(session))
            wait_for(lambda: session._leading)
            with alarm(0.02), pytest.raises(KeyboardInterrupt):
                noop(session)
            interrupted.set()
            assert leader.result(PATIENCE) is None

    def test_of_the_leader_while_it_waits_for_the_lock(self) -> None:
        """It has let the lock go to wait on the stream; without its word, the others would follow nobody for ever."""

        def script(server: Peer) -> None:
            server.expect(b"K1 NOOP\r\n")
            locked.wait(PATIENCE)
            server.send(b"* 1 EXISTS\r\n")
            server.expect(b"K2 NOOP\r\n")
            server.send(b"K1 OK\r\nK2 OK\r\n")

        def slow() -> Flow[None]:
            locked.set()
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            time.sleep(0.05)
            yield from execute(session.connection, Noop())

        def spawn_when_leading() -> None:
            wait_for(lambda: session._leading)
            session.run(slow())

        locked = threading.Event()
        with session_with(script) as session:
            follower = spawn(spawn_when_leading)
            with alarm(PATIENCE), pytest.raises(KeyboardInterrupt):
                noop(session)
            assert follower.result(PATIENCE) is None
            assert not session.closed

    def test_of_a_callback_ends_the_connection(self) -> None:
        """What was read is understood by half then, and nobody can tell which half."""

        def script(server: Peer) -> None:
            server.expect(b"K1 NOOP\r\n")
            server.send(b"* 1 EXISTS\r\nK1 OK\r\n")

        with session_with(script) as session:
            session.connection.listeners.append(lambda _: os.kill(os.getpid(), signal.SIGALRM))
            with alarm(PATIENCE), pytest.raises(KeyboardInterrupt):
                noop(session)
            assert session.closed
            with pytest.raises(ConnectionLost, match="interrupted"):
                noop(session)

    def test_of_a_flow_ends_the_connection(self) -> None:
        def flow() -> Flow[None]:
            os.kill(os.getpid(), signal.SIGALRM)
            time.sleep(0)
            yield Wait()

        with session_with(lambda server: server.expect_end()) as session:
            with alarm(PATIENCE), pytest.raises(KeyboardInterrupt):
                session.run(flow())
            assert session.closed

    def test_of_a_source_ends_the_connection(self) -> None:
        def source() -> Iterator[bytes]:
            yield b"x"
            os.kill(os.getpid(), signal.SIGALRM)
            time.sleep(0)
            yield b"y"

        with session_with(lambda server: server.expect_end()) as session:
            append = Append("INBOX", (NewMessage(LiteralStream(2, source())),))
            with alarm(PATIENCE), pytest.raises(KeyboardInterrupt):
                session.run(execute(session.connection, append))
            assert session.closed


def test_a_wait_of_nothing_only_looks() -> None:
    def flow() -> Flow[Signal]:
        return (yield Wait(0))

    with session_with(lambda server: server.expect_end()) as session:
        assert session.run(flow()) is Signal.TIMEOUT
