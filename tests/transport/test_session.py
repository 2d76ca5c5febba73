"""One flow at a time, in both worlds, against exact bytes."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from imapkit.errors import (
    CommandError,
    ConnectionLost,
    ImapError,
    ImapTimeout,
    InvalidArgument,
    OutcomeUnknown,
    ServerBye,
)
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.fetch import Fetch, body_section
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Logout, Noop
from imapkit.protocol.flows.base import Flow, Signal, Wait, execute, wait_for
from imapkit.protocol.wire.encoder import LiteralStream
from imapkit.types.timeouts import Timeout
from imapkit.types.uids import UidSet
from tests.transport.worlds import GREETING, PATIENCE, Peer, World, greeted, listening, peer

MIB = 1024 * 1024


def noop(connection: Connection) -> Flow[None]:
    return execute(connection, Noop())


class TestRunning:
    def test_a_command_goes_out_and_its_result_comes_back(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 NOOP\r\n")
            server.send(b"* 3 EXISTS\r\nK1 OK done\r\n")
            server.expect_end()

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            heard: list[object] = []
            session.connection.listeners.append(heard.append)
            session.run(greeted(session.connection))
            assert session.run(noop(session.connection)) is None
            assert len(heard) == 1
            assert not session.closed

    def test_a_flow_that_needs_nothing_is_run_too(self, world: World) -> None:
        def flow() -> Flow[int]:
            if False:
                yield Wait()
            return 7

        with (
            peer(lambda server: server.expect_end()) as sock,
            closing(world.session(world.open_socket(sock))) as session,
        ):
            assert session.run(flow()) == 7

    def test_a_refusal_is_raised_and_the_session_goes_on(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.answer(b"TAG NO [CANNOT] not now\r\n", b"TAG OK\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            session.run(greeted(session.connection))
            with pytest.raises(CommandError, match="not now"):
                session.run(noop(session.connection))
            session.run(noop(session.connection))

    def test_commands_fly_together(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 NOOP\r\nK2 NOOP\r\nK3 NOOP\r\n")
            server.send(b"K3 OK\r\nK1 OK\r\nK2 OK\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            session.run(greeted(session.connection))
            pending = [session.connection.send(Noop()) for _ in range(3)]
            session.run(wait_for(session.connection, pending))
            assert [one.result() for one in pending] == [None] * 3

    def test_octets_may_come_one_by_one(self, world: World) -> None:
        def script(server: Peer) -> None:
            for octet in GREETING:
                server.send(bytes([octet]))
            server.expect(b"K1 NOOP\r\n")
            for octet in b"* 1 FETCH (BODY[] {3}\r\nabc)\r\nK1 OK\r\n":
                server.send(bytes([octet]))

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            session.run(greeted(session.connection))
            session.run(noop(session.connection))

    def test_an_error_of_the_flow_is_raised_as_it_is(self, world: World) -> None:
        def flow() -> Flow[None]:
            yield Wait(0)
            raise ZeroDivisionError

        def script(server: Peer) -> None:
            server.send(GREETING)
            server.answer(b"TAG OK\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            with pytest.raises(ZeroDivisionError):
                session.run(flow())
            session.run(greeted(session.connection))
            session.run(noop(session.connection))

    @pytest.mark.parametrize("timeout", [-1.0, float("nan")])
    def test_a_timeout_is_a_number_of_seconds(self, world: World, timeout: float) -> None:
        with (
            peer(lambda server: server.expect_end()) as sock,
            closing(world.session(world.open_socket(sock))) as session,
        ):
            with pytest.raises(InvalidArgument, match="timeout="):
                session.run(greeted(session.connection), timeout=timeout)
            assert not session.closed


class TestLargeThings:
    def test_reading_goes_on_while_writing_is_blocked(self, world: World) -> None:
        """The server takes the message only when it has got rid of its own 20 MiB: who only writes waits for ever."""
        incoming = b"* 1 FETCH (BODY[] {1048576}\r\n" + bytes(MIB) + b")\r\n"

        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {20971520}\r\n")
            server.send(b"+ go ahead\r\n")
            for _ in range(20):
                server.send(incoming)
            assert server.receive(20 * MIB + 2) == b"x" * (20 * MIB) + b"\r\n"
            server.send(b"K1 OK [APPENDUID 1 2] stored\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            heard: list[object] = []
            session.connection.listeners.append(heard.append)
            session.run(greeted(session.connection))
            session.run(execute(session.connection, Append("INBOX", (NewMessage(b"x" * (20 * MIB)),))))
            assert len(heard) == 20

    def test_a_message_that_is_produced_as_it_is_sent(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {5242880}\r\n")
            server.send(b"+ go ahead\r\n")
            assert server.receive(5 * MIB + 2) == b"y" * (5 * MIB) + b"\r\n"
            server.send(b"K1 OK stored\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            session.run(greeted(session.connection))
            stream = LiteralStream(5 * MIB, (b"y" * 1024 for _ in range(5 * 1024)))
            session.run(execute(session.connection, Append("INBOX", (NewMessage(stream),))))

    def test_a_source_that_fails_ends_the_connection(self, world: World) -> None:
        def source() -> Iterator[bytes]:
            yield b"x" * MIB
            raise ZeroDivisionError

        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {5242880}\r\n")
            server.send(b"+ go ahead\r\n")
            assert len(server.receive(5 * MIB)) <= MIB

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))
            session.run(greeted(session.connection))
            append = Append("INBOX", (NewMessage(LiteralStream(5 * MIB, source())),))
            with pytest.raises(ConnectionLost, match="half-way out") as caught:
                session.run(execute(session.connection, append))
            assert isinstance(caught.value.__cause__, ZeroDivisionError)
            assert session.closed

    def test_a_body_is_handed_on_as_it_comes(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.answer(b"* 1 EXISTS\r\nTAG OK [READ-WRITE]\r\n")
            server.expect(b"K2 UID FETCH 9 (BODY.PEEK[])\r\n")
            server.send(b"* 1 FETCH (UID 9 BODY[] {8388608}\r\n")
            for _ in range(8):
                server.send(b"z" * MIB)
            server.send(b")\r\nK2 OK\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            sizes: list[int] = []
            session.run(greeted(session.connection))
            session.run(execute(session.connection, Select("INBOX")))
            fetch = Fetch(UidSet([9]), (), streams=((body_section(), lambda piece: sizes.append(len(piece))),))
            session.run(execute(session.connection, fetch))
            assert sum(sizes) == 8 * MIB
            assert max(sizes) <= MIB


class TestClocks:
    def test_silence_ends_the_connection(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 NOOP\r\n")
            server.expect_end()

        with peer(script) as sock:
            session = world.session(world.open_socket(sock), Timeout(read=0.04))
            session.run(greeted(session.connection))
            with pytest.raises(ImapTimeout, match=r"nothing from the server for 0\.04 seconds.*answer to NOOP"):
                session.run(noop(session.connection))
            assert session.closed
            with pytest.raises(ImapTimeout):
                session.run(noop(session.connection))

    def test_silence_may_last_for_ever(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 NOOP\r\n")
            time.sleep(0.02)
            server.send(b"K1 OK\r\n")

        nothing = Timeout(connect=None, read=None, total=None)
        with peer(script) as sock, closing(world.session(world.open_socket(sock), nothing)) as session:
            session.run(greeted(session.connection))
            session.run(noop(session.connection))

    def test_silence_instead_of_a_greeting(self, world: World) -> None:
        with peer(lambda server: server.expect_end()) as sock:
            session = world.session(world.open_socket(sock), Timeout(read=0.02))
            with pytest.raises(ImapTimeout, match="waiting for the greeting"):
                session.run(greeted(session.connection))

    def test_a_server_that_takes_what_is_sent_is_not_silent(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {3145728}\r\n")
            server.send(b"+ go ahead\r\n")
            for _ in range(24):
                time.sleep(0.01)
                server.receive(MIB // 8)
            server.receive(2)
            server.send(b"K1 OK\r\n")

        with peer(script) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
            with closing(world.session(world.open_socket(sock), Timeout(read=0.12))) as session:
                session.run(greeted(session.connection))
                session.run(execute(session.connection, Append("INBOX", (NewMessage(b"x" * (3 * MIB)),))))

    def test_a_server_that_takes_nothing_is_silent(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {3145728}\r\n")
            server.send(b"+ go ahead\r\n")
            timed_out.wait(PATIENCE)

        timed_out = threading.Event()
        with peer(script) as sock:
            session = world.session(world.open_socket(sock), Timeout(read=0.04))
            session.run(greeted(session.connection))
            with pytest.raises(ImapTimeout, match="answer to APPEND"):
                session.run(execute(session.connection, Append("INBOX", (NewMessage(b"x" * (3 * MIB)),))))
            timed_out.set()

    def test_a_flow_s_own_clock_only_tells_it(self, world: World) -> None:
        def flow() -> Flow[Signal]:
            return (yield Wait(0.02))

        def script(server: Peer) -> None:
            server.send(GREETING)
            server.answer(b"TAG OK\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock), Timeout(read=0.5))) as session:
            session.run(greeted(session.connection))
            assert session.run(flow()) is Signal.TIMEOUT
            session.run(noop(session.connection))

    def test_a_flow_s_own_clock_may_be_longer_than_the_session_s(self, world: World) -> None:
        def flow() -> Flow[Signal]:
            return (yield Wait(0.06))

        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect_end()

        with peer(script) as sock, closing(world.session(world.open_socket(sock), Timeout(read=0.02))) as session:
            session.run(greeted(session.connection))
            assert session.run(flow()) is Signal.TIMEOUT
            assert not session.closed

    def test_a_wait_that_is_yielded_again_counts_on(self, world: World) -> None:
        def flow() -> Flow[int]:
            patience = Wait(0.08)
            signals = 0
            while (yield patience) is not Signal.TIMEOUT:
                signals += 1
            return signals

        def script(server: Peer) -> None:
            server.send(GREETING)
            while not timed_out:
                server.send(b"* OK still here\r\n")
                time.sleep(0.01)

        timed_out: list[bool] = []
        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            started = time.monotonic()
            assert session.run(flow()) > 1
            timed_out.append(True)
            assert time.monotonic() - started < 1

    def test_an_operation_has_a_deadline_however_steadily_octets_come(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 NOOP\r\n")
            while not given_up:
                server.send(b"* OK patience\r\n")
                time.sleep(0.005)
            server.send(b"K1 OK at last\r\n")
            server.expect(b"K2 NOOP\r\n")
            server.send(b"K2 OK\r\n")

        given_up: list[bool] = []
        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            session.run(greeted(session.connection))
            with pytest.raises(ImapTimeout, match=r"not done within 0\.05 seconds.*answer to NOOP"):
                session.run(noop(session.connection), timeout=0.05)
            given_up.append(True)
            session.run(noop(session.connection))

    def test_the_session_has_a_deadline_for_every_operation(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 NOOP\r\n")
            server.expect_end()

        with peer(script) as sock, closing(world.session(world.open_socket(sock), Timeout(total=0.03))) as session:
            session.run(greeted(session.connection))
            with pytest.raises(ImapTimeout, match="not done within"):
                session.run(noop(session.connection))
            assert not session.closed

    def test_a_deadline_in_the_middle_of_a_command_ends_the_connection(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {1048577}\r\n")
            server.expect_end()

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))
            session.run(greeted(session.connection))
            append = execute(session.connection, Append("INBOX", (NewMessage(b"x" * (MIB + 1)),)))
            with pytest.raises(ImapTimeout, match="answer to APPEND"):
                session.run(append, timeout=0.03)
            assert session.closed
            with pytest.raises(ConnectionLost, match="half-way"):
                session.run(noop(session.connection))


class TestEnds:
    DIALOGUE = GREETING + b"* 2 EXISTS\r\n* 1 FETCH (BODY[] {3}\r\nabc)\r\nK1 OK done\r\n"

    @pytest.mark.parametrize("cut", range(len(DIALOGUE)))
    def test_a_cut_after_every_octet_is_an_error(self, world: World, cut: int) -> None:
        def script(server: Peer) -> None:
            server.send(self.DIALOGUE[:cut])

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))

            def flow() -> Flow[None]:
                yield from greeted(session.connection)
                yield from noop(session.connection)

            with pytest.raises(ConnectionLost):
                session.run(flow())
            assert session.closed

    def test_a_change_that_was_sent_and_not_answered_has_an_unknown_outcome(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {3+}\r\nabc\r\n")

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))
            session.run(greeted(session.connection))
            with pytest.raises(OutcomeUnknown):
                session.run(execute(session.connection, Append("INBOX", (NewMessage(b"abc"),))))

    def test_a_reset_connection_has_a_cause(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 NOOP\r\n")
            server.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        with listening(script) as port:
            session = world.session(world.open_tcp("127.0.0.1", port))
            session.run(greeted(session.connection))
            with pytest.raises(ConnectionLost, match="the connection broke") as caught:
                session.run(noop(session.connection))
            assert isinstance(caught.value.__cause__, ConnectionResetError)

    def test_the_server_s_last_words_are_heard(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING + b"* BYE you were idle for too long\r\n")

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))
            session.run(greeted(session.connection))
            with pytest.raises(ServerBye, match="idle for too long"):
                session.run(noop(session.connection))

    def test_logging_out(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 LOGOUT\r\n")
            server.send(b"* BYE see you\r\nK1 OK\r\n")

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))
            session.run(greeted(session.connection))
            session.run(execute(session.connection, Logout()))
            session.close()

    def test_closing_twice_and_using_it_afterwards(self, world: World) -> None:
        with peer(lambda server: server.expect_end()) as sock:
            session = world.session(world.open_socket(sock))
            session.close()
            session.close()
            assert session.closed
            with pytest.raises(ConnectionLost, match="the session was closed"):
                session.run(noop(session.connection))

    def test_what_is_wrong_with_the_server_ends_the_connection(self, world: World) -> None:
        def script(server: Peer) -> None:
            server.send(b"HTTP/1.1 400 Bad Request\r\n")
            server.expect_end()

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))
            with pytest.raises(ImapError, match="no IMAP server"):
                session.run(greeted(session.connection))
            assert session.closed

    def test_a_flow_that_does_not_look_is_told(self, world: World) -> None:
        """It may look once at a dead connection, for what was complete; then the error is raised for it."""

        def flow(looks: list[Signal]) -> Flow[None]:
            while True:
                looks.append((yield Wait()))

        with peer(lambda server: server.send(GREETING)) as sock:
            session = world.session(world.open_socket(sock))
            looks: list[Signal] = []
            with pytest.raises(ConnectionLost):
                session.run(flow(looks))
            assert 1 <= len(looks) <= 3

    def test_a_listener_that_raises_ends_the_connection(self, world: World) -> None:
        """What was read is not wholly understood then: nothing that follows could be trusted."""

        def listener(_: object) -> None:
            raise ZeroDivisionError

        def script(server: Peer) -> None:
            server.send(GREETING + b"* 1 EXISTS\r\n")
            server.expect_end()

        with peer(script) as sock:
            session = world.session(world.open_socket(sock))
            session.connection.listeners.append(listener)

            def flow() -> Flow[None]:
                while True:
                    yield Wait()

            with pytest.raises(ZeroDivisionError):
                session.run(flow())
            assert session.closed
            with pytest.raises(ConnectionLost, match="interrupted"):
                session.run(noop(session.connection))


class TestGivingUp:
    """What is interrupted at any point leaves a session that works, or one that says why it does not."""

    def test_in_the_middle_of_a_large_literal(self, world: World) -> None:
        gone = RuntimeError("the caller has something else to do")

        def script(server: Peer) -> None:
            server.send(GREETING)
            server.answer(b"TAG OK [READ-WRITE]\r\n")
            server.expect(b"K2 UID FETCH 9 (BODY.PEEK[])\r\n")
            server.send(b"* 1 FETCH (UID 9 BODY[] {3145728}\r\n" + bytes(MIB))
            server.expect(b"K3 NOOP\r\n")
            server.send(bytes(2 * MIB) + b")\r\nK2 OK\r\n")
            server.send(b"K3 OK\r\n")

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            taken: list[bytes] = []
            session.run(greeted(session.connection))
            session.run(execute(session.connection, Select("INBOX")))
            fetch = Fetch(UidSet([9]), (), streams=((body_section(), taken.append),))

            def flow() -> Flow[None]:
                inner = execute(session.connection, fetch)
                wait = next(inner)
                try:
                    while True:
                        signal = yield wait
                        wait = inner.send(signal)
                        if taken:
                            raise gone
                finally:
                    inner.close()

            with pytest.raises(RuntimeError, match="something else"):
                session.run(flow())
            session.run(noop(session.connection))
            assert sum(map(len, taken)) < 2 * MIB, "what comes after giving up is not handed on"

    def test_a_command_behind_a_blocked_one_is_taken_back(self, world: World) -> None:
        """A deadline of one user is nothing to the other, whose message is half-way out."""

        def upload(connection: Connection) -> Flow[None]:
            yield from execute(connection, Append("INBOX", (NewMessage(b"x" * (8 * MIB)),)))

        def script(server: Peer) -> None:
            server.send(GREETING)
            server.expect(b"K1 APPEND INBOX {8388608}\r\n")
            server.send(b"+ go ahead\r\n")
            server.receive(MIB)
            given_up_at.wait(PATIENCE)
            server.receive(7 * MIB + 2)
            server.send(b"K1 OK\r\n")
            server.expect(b"K3 NOOP\r\n")
            server.send(b"K3 OK\r\n")

        given_up_at = threading.Event()

        def both(connection: Connection) -> Flow[None]:
            big = upload(connection)
            wait = next(big)
            patience = Wait(0.03)
            while (yield patience) is not Signal.TIMEOUT:
                wait = big.send(Signal.PROGRESS)
            pending = connection.send(Noop())
            assert (yield Wait(0.01)) is Signal.TIMEOUT
            pending.abandon()
            given_up_at.set()
            try:
                while True:
                    wait = big.send((yield wait))
            except StopIteration:
                return

        with peer(script) as sock, closing(world.session(world.open_socket(sock))) as session:
            session.run(greeted(session.connection))
            session.run(both(session.connection))
            session.run(noop(session.connection))
