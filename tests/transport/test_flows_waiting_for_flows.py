"""A flow may wait for another flow's end (the lease of the selected mailbox); whoever leads must hear of it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import Flow, Wait, execute
from imapkit.transport import asyncio_, blocking
from imapkit.types.timeouts import Timeout


def waits_for(flag: list[str]) -> Flow[str]:
    while not flag:
        yield Wait()
    return flag[0]


def sets(connection: Connection, flag: list[str]) -> Flow[None]:
    yield from execute(connection, Noop())
    flag.append("set")


@contextmanager
def peer(sock: socket.socket) -> Iterator[None]:
    def serve() -> None:
        with sock, sock.makefile("rb") as lines:
            sock.sendall(b"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n")
            for line in lines:
                sock.sendall(line.split()[0] + b" OK done\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    yield
    thread.join()


def greeted(connection: Connection) -> Flow[None]:
    while connection.greeting is None:
        yield Wait()


def test_threads() -> None:
    ours, theirs = socket.socketpair()
    with peer(theirs):
        connection = Connection()
        session = blocking.Session(connection, blocking.SocketStream(ours), Timeout(read=5))
        session.run(greeted(connection))
        flag: list[str] = []
        heard: list[str] = []
        waiter = threading.Thread(target=lambda: heard.append(session.run(waits_for(flag))))
        waiter.start()
        while not session._leading:
            pass
        session.run(sets(connection, flag))
        waiter.join()
        session.close()
    assert heard == ["set"]


def test_tasks() -> None:
    ours, theirs = socket.socketpair()

    async def use() -> str:
        connection = Connection()
        session = asyncio_.AsyncSession(connection, await asyncio_.open_socket(ours), Timeout(read=5))
        await session.run(greeted(connection))
        flag: list[str] = []
        waiter = asyncio.create_task(session.run(waits_for(flag)))
        await asyncio.sleep(0)
        await session.run(sets(connection, flag))
        heard = await waiter
        await session.close()
        return heard

    with peer(theirs):
        assert asyncio.run(use()) == "set"
