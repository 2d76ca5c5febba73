"""Both kinds of stream keep the same contract."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from tests.transport.worlds import PATIENCE, Opened, World

MIB = 1024 * 1024


@pytest.fixture
def pair(world: World):
    ours, theirs = socket.socketpair()
    stream = world.open_socket(ours)
    theirs.settimeout(PATIENCE)
    with theirs:
        yield stream, theirs
        stream.close()


def test_octets_come(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    assert stream.read() is None
    other.sendall(b"abc")
    assert stream.wait(PATIENCE)
    assert stream.read() == b"abc"
    assert stream.read() is None


def test_octets_go(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    stream.write(b"abc")
    assert other.recv(10) == b"abc"
    assert stream.unsent == 0


def test_nothing_comes(pair: tuple[Opened, socket.socket]) -> None:
    stream, _ = pair
    assert not stream.wait(0.01)
    assert not stream.wait(0)


def test_the_end(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    other.sendall(b"last words")
    other.shutdown(socket.SHUT_WR)
    assert stream.wait(PATIENCE)
    assert stream.read() == b"last words"
    assert stream.wait(PATIENCE)
    assert stream.read() == b""
    stream.write(b"farewell")
    assert other.recv(20) == b"farewell"


def test_what_is_not_taken_is_kept_and_sent_when_it_can_be(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    stream.write(b"x" * (4 * MIB))
    stream.write(b"end")
    before = stream.unsent
    assert MIB < before <= 4 * MIB + 3
    assert not stream.wait(0.01), "nothing has changed"
    got = bytearray()
    while len(got) < 4 * MIB + 3:
        got += other.recv(MIB)
        if stream.unsent:
            stream.wait(0.01)
            stream.write(b"")
    assert got == b"x" * (4 * MIB) + b"end"
    assert stream.unsent == 0


def test_a_wait_ends_when_more_can_be_sent(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    stream.write(b"x" * (2 * MIB))
    reader = threading.Thread(target=lambda: [other.recv(MIB) for _ in range(1)], daemon=True)
    reader.start()
    deadline = time.monotonic() + PATIENCE
    other.setblocking(True)
    taken = threading.Thread(target=_drain, args=(other, 2 * MIB), daemon=True)
    reader.join(PATIENCE)
    taken.start()
    while stream.unsent:
        assert stream.wait(PATIENCE)
        stream.write(b"")
        assert time.monotonic() < deadline
    stream.close()
    taken.join(PATIENCE)


def _drain(sock: socket.socket, size: int) -> None:
    while size > 0 and (data := sock.recv(MIB)):
        size -= len(data)


def test_a_wake_ends_the_next_wait(pair: tuple[Opened, socket.socket]) -> None:
    stream, _ = pair
    stream.wake()
    stream.wake()
    assert stream.wait(PATIENCE)
    assert not stream.wait(0.005)


def test_any_number_of_wakes(pair: tuple[Opened, socket.socket]) -> None:
    stream, _ = pair
    for _ in range(5000):
        stream.wake()
    assert stream.wait(PATIENCE)


def test_writing_to_what_is_closed_shows_in_read(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    other.sendall(b"last words")
    assert stream.wait(PATIENCE)
    other.shutdown(socket.SHUT_RD)
    other_end = stream.read()
    assert other_end == b"last words"
    stream.write(b"nobody hears this")
    assert stream.wait(PATIENCE)
    with pytest.raises(BrokenPipeError):
        stream.read()
    stream.write(b"nor this")
    assert stream.unsent == 0
    assert stream.wait(PATIENCE)


def test_a_closed_stream(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    stream.close()
    stream.close()
    assert other.recv(10) == b""
    stream.write(b"x")
    stream.wake()
    assert stream.unsent == 0
    assert stream.wait(PATIENCE)
    assert stream.read() == b""


def test_closing_drops_what_is_unsent(pair: tuple[Opened, socket.socket]) -> None:
    stream, _ = pair
    stream.write(b"x" * (4 * MIB))
    started = time.monotonic()
    stream.close()
    assert time.monotonic() - started < 1
    assert stream.unsent == 0


def test_much_that_nobody_reads_is_left_to_the_kernel(pair: tuple[Opened, socket.socket]) -> None:
    stream, other = pair
    other.setblocking(False)
    sent = 0
    for _ in range(300):
        try:
            sent += other.send(bytes(256 * 1024))
        except BlockingIOError:
            stream.wait(0.002)
    assert sent < 3 * MIB, "a reader who does not read must slow the sender down"
    got = 0
    while got < sent:
        data = stream.read()
        if data is None:
            assert stream.wait(PATIENCE)
        else:
            got += len(data)
    assert got == sent
