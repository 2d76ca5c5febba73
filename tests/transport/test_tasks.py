"""Several tasks on one session, and tasks that are cancelled wherever they wait."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Generator
from typing import TypeVar

import pytest

from imapkit.errors import ConnectionLost, ImapTimeout
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.fetch import Fetch, body_section
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import Flow, execute
from imapkit.transport.asyncio_ import AsyncSession, open_socket
from imapkit.types.timeouts import Timeout
from imapkit.types.uids import UidSet
from tests.transport.worlds import GREETING, PATIENCE, QUICK, Peer, Script, greeted, peer

T = TypeVar("T")
MIB = 1024 * 1024


def play(script: Script, scenario: Callable[[AsyncSession], Awaitable[T]], timeout: Timeout = QUICK) -> T:
    """Run the scenario on a greeted session whose other side plays the script."""

    def whole(server: Peer) -> None:
        server.send(GREETING)
        script(server)

    async def main(sock: socket.socket) -> T:
        session = AsyncSession(Connection(), await open_socket(sock), timeout)
        try:
            async with asyncio.timeout(PATIENCE):
                await session.run(greeted(session.connection))
                return await scenario(session)
        finally:
            await session.close()

    with peer(whole) as sock:
        return asyncio.run(main(sock))


async def noop(session: AsyncSession, timeout: float | None = None) -> None:
    await session.run(execute(session.connection, Noop()), timeout=timeout)


def test_twenty_tasks_with_twenty_commands_each() -> None:
    async def many(session: AsyncSession) -> None:
        for _ in range(20):
            await noop(session)

    async def scenario(session: AsyncSession) -> None:
        await asyncio.gather(*[many(session) for _ in range(20)])

    play(lambda server: server.answer(*[b"TAG OK done\r\n"] * 400), scenario)


def test_a_follower_leads_when_the_leader_has_given_up() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\nK3 NOOP\r\n")
        server.send(b"K1 OK\r\nK3 OK\r\nK2 OK\r\n")

    async def scenario(session: AsyncSession) -> None:
        leader = asyncio.create_task(noop(session, timeout=0.02))
        follower = asyncio.create_task(noop(session))
        with pytest.raises(ImapTimeout):
            await leader
        await noop(session)
        await follower

    play(script, scenario)


def test_a_follower_s_large_message_goes_out_while_the_leader_waits() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\n")
        server.expect(b"K2 APPEND INBOX {4194304}\r\n")
        server.send(b"+ go ahead\r\n")
        assert server.receive(4 * MIB + 2) == b"x" * (4 * MIB) + b"\r\n"
        server.send(b"K2 OK\r\nK1 OK\r\n")

    async def scenario(session: AsyncSession) -> None:
        leader = asyncio.create_task(noop(session))
        await asyncio.sleep(0.01)
        await session.run(execute(session.connection, Append("INBOX", (NewMessage(b"x" * (4 * MIB)),))))
        await leader

    play(script, scenario)


@pytest.mark.parametrize("cancelled", ["leader", "follower"])
def test_one_of_two_is_cancelled(cancelled: str) -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\nK3 NOOP\r\n")
        server.send(b"K1 OK\r\nK2 OK\r\nK3 OK\r\n")

    async def scenario(session: AsyncSession) -> None:
        tasks = {name: asyncio.create_task(noop(session)) for name in ("leader", "follower")}
        await asyncio.sleep(0.01)
        tasks[cancelled].cancel()
        third = asyncio.create_task(noop(session))
        outcomes = await asyncio.gather(*tasks.values(), third, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes].count(asyncio.CancelledError) == 1
        assert tasks[cancelled].cancelled()
        assert not session.closed

    play(script, scenario)


def test_all_are_told_when_the_connection_ends() -> None:
    async def scenario(session: AsyncSession) -> None:
        outcomes = await asyncio.gather(*[noop(session) for _ in range(5)], return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [ConnectionLost] * 5
        assert len(set(map(id, outcomes))) == 5, "each has an error of its own"

    play(lambda server: server.line(), scenario)


def test_closing_ends_what_other_tasks_wait_for() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 NOOP\r\nK2 NOOP\r\n")
        server.expect_end()

    async def scenario(session: AsyncSession) -> None:
        tasks = [asyncio.create_task(noop(session)) for _ in range(2)]
        await asyncio.sleep(0.01)
        await session.close()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert "session was closed" in str(outcome)

    play(script, scenario)


def test_cancelling_in_the_middle_of_a_large_literal() -> None:
    def script(server: Peer) -> None:
        server.answer(b"TAG OK [READ-WRITE]\r\n")
        server.expect(b"K2 UID FETCH 9 (BODY.PEEK[])\r\n")
        server.send(b"* 1 FETCH (UID 9 BODY[] {3145728}\r\n" + bytes(MIB))
        server.expect(b"K3 NOOP\r\n")
        server.send(bytes(2 * MIB) + b")\r\nK2 OK\r\nK3 OK\r\n")

    async def scenario(session: AsyncSession) -> None:
        taken: list[bytes] = []
        begun = asyncio.Event()

        def sink(octets: bytes) -> None:
            taken.append(octets)
            begun.set()

        await session.run(execute(session.connection, Select("INBOX")))
        fetch = Fetch(UidSet([9]), (), streams=((body_section(), sink),))
        task = asyncio.create_task(session.run(execute(session.connection, fetch)))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await noop(session)
        assert sum(map(len, taken)) <= MIB

    play(script, scenario)


def test_cancelling_while_the_server_has_not_asked_for_the_literal() -> None:
    def script(server: Peer) -> None:
        server.expect(b"K1 APPEND INBOX {1048577}\r\n")
        server.expect_end()

    async def scenario(session: AsyncSession) -> None:
        append = Append("INBOX", (NewMessage(b"x" * (MIB + 1)),))
        task = asyncio.create_task(session.run(execute(session.connection, append)))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(ConnectionLost, match="APPEND was given up half-way"):
            await noop(session)

    play(script, scenario)


class Cancelled(Exception):
    """Stands for what the task that was cancelled would have become."""


class CancelAt(Awaitable[T]):
    """Awaits something and cancels it where it waits for the `at`th time."""

    def __init__(self, work: Awaitable[T], at: int) -> None:
        self._work = work
        self._at = at

    def __await__(self) -> Generator[object, object, T]:
        inner = self._work.__await__()
        answer: object = None
        waits = 0
        while True:
            try:
                wait = inner.send(answer)
                if waits == self._at:
                    if isinstance(wait, asyncio.Future):
                        wait._asyncio_future_blocking = False
                    wait = inner.throw(asyncio.CancelledError())  # what it awaits while it ends is awaited
            except StopIteration as stop:
                return stop.value
            except asyncio.CancelledError:
                raise Cancelled from None
            waits += 1
            answer = yield wait


@pytest.mark.parametrize("at", range(14))
def test_cancelling_wherever_it_waits(at: int) -> None:
    """The session answers afterwards, or says why it does not; it never hangs, and never mixes answers up."""

    def script(server: Peer) -> None:
        try:
            server.answer(b"* 1 EXISTS\r\nTAG OK [READ-WRITE]\r\n")
            while line := server.line():
                tag = line.split(b" ", 1)[0]
                if line.endswith(b"APPEND INBOX {1500000}\r\n"):
                    server.send(b"+ go ahead\r\n")
                    server.receive(1500002)
                    server.send(tag + b" OK stored\r\n")
                elif b"FETCH" in line:
                    for piece in (b"* 1 FETCH (UID 9 BODY[] {600000}\r\n", bytes(300000), bytes(300000), b")\r\n"):
                        server.send(piece)
                    server.send(tag + b" OK\r\n")
                else:
                    server.send(tag + b" OK [PING] pong\r\n")
        except OSError:
            pass  # the client has gone

    def flow(connection: Connection) -> Flow[None]:
        yield from execute(connection, Select("INBOX"))
        yield from execute(connection, Fetch(UidSet([9]), (body_section(),)))
        yield from execute(connection, Append("INBOX", (NewMessage(b"x" * 1500000),)))
        yield from execute(connection, Noop())

    async def scenario(session: AsyncSession) -> None:
        with contextlib.suppress(Cancelled):
            await CancelAt(session.run(flow(session.connection)), at)
        if session.closed:
            with pytest.raises(ConnectionLost, match="half-way"):
                await noop(session)
        else:
            await noop(session)

    play(script, scenario)


def test_cancelling_what_has_just_been_answered() -> None:
    """A follower is told and cancelled in one turn of the event loop."""

    def script(server: Peer) -> None:
        server.answer(*[b"TAG OK\r\n"] * 3)

    async def scenario(session: AsyncSession) -> None:
        leader = asyncio.create_task(noop(session))
        follower = asyncio.create_task(noop(session))
        await leader
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)
        await noop(session)

    play(script, scenario)
