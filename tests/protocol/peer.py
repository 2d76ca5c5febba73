"""A server's side in memory: exact octets to and from one `Connection`, without sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from imapkit.protocol.connection import Connection, Pending
from imapkit.protocol.flows.base import Flow, Signal, Wait
from imapkit.protocol.model import Command
from imapkit.protocol.wire.limits import DEFAULT_LIMITS, Limits

T = TypeVar("T")


class Peer:
    """Says what it is told to say, and hears what the client sends."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.connection = connection if connection is not None else Connection()

    def say(self, *octets: bytes) -> None:
        """Send these octets, each piece as an input of its own."""
        for piece in octets:
            self.connection.receive_data(piece)

    def hear(self) -> bytes:
        """All that the client has to send now."""
        heard = bytearray()
        while data := self.connection.data_to_send():
            heard += data
        return bytes(heard)

    def expect(self, octets: bytes) -> None:
        """The client sends exactly this now."""
        assert self.hear() == octets

    def send(self, command: Command[T], octets: bytes) -> Pending[T]:
        """A command that goes out as exactly these octets."""
        pending = self.connection.send(command)
        self.expect(octets)
        return pending


def greeted(capabilities: str = "", *, state: str = "PREAUTH", limits: Limits = DEFAULT_LIMITS) -> Peer:
    """A peer that has greeted with these capabilities: the session is authenticated, or with ``"OK"`` not yet."""
    peer = Peer(Connection(limits=limits))
    peer.say(f"* {state} [CAPABILITY IMAP4rev1 {capabilities}] hello\r\n".encode())
    assert peer.connection.error is None
    return peer


def selected(capabilities: str = "", *, exists: int = 3, limits: Limits = DEFAULT_LIMITS) -> Peer:
    """A peer whose INBOX is selected by K1."""
    from imapkit.protocol.extensions.select import Select

    peer = greeted(capabilities, limits=limits)
    peer.send(Select("INBOX"), b"K1 SELECT INBOX\r\n")
    peer.say(b"* %d EXISTS\r\n* OK [UIDVALIDITY 7] as ever\r\nK1 OK [READ-WRITE] done\r\n" % exists)
    return peer


class Run:
    """A flow that is run by hand, without a clock."""

    def __init__(self, peer: Peer, flow: Flow[object]) -> None:
        self.peer = peer
        self.result: object = None
        self.done = False
        self.wait: Wait | None = None
        self._flow = flow
        self._step(lambda: next(flow))

    def say(self, *octets: bytes) -> None:
        """Send each piece, resuming the flow after each."""
        for piece in octets:
            self.peer.say(piece)
            self.resume()

    def hear(self) -> bytes:
        """All that the client has to send now."""
        return self.peer.hear()

    def expect(self, octets: bytes) -> None:
        """The client sends exactly this now."""
        self.peer.expect(octets)

    def resume(self, signal: Signal = Signal.PROGRESS) -> None:
        """Resume the flow, unless it has ended.  Raises what it raises."""
        if not self.done:
            self._step(lambda: self._flow.send(signal))

    def close(self) -> None:
        """The flow is given up."""
        self._flow.close()
        self.done = True

    def _step(self, go: Callable[[], Wait]) -> None:
        try:
            self.wait = go()
        except StopIteration as stop:
            self.done = True
            self.result = stop.value
        except BaseException:
            self.done = True
            raise


def dialogue(peer: Peer, flow: Flow[T], *turns: tuple[bytes, bytes]) -> T:
    """Run a flow to its end, where each turn is what the client sends and what the server answers; its result."""
    run = Run(peer, flow)
    for question, answer in turns:
        run.expect(question)
        assert not run.done
        run.say(answer)
    peer.expect(b"")
    assert run.done, f"it waits for {peer.connection.awaited}"
    return cast("T", run.result)
