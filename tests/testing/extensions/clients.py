"""imapkit's own client on the test server, command by command, in memory."""

from __future__ import annotations

from typing import TypeVar

from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.flows.base import Flow, Wait, execute
from imapkit.protocol.model import Command, Untagged
from imapkit.testing import Server
from imapkit.transport.blocking import Session
from imapkit.types.timeouts import Timeout

T = TypeVar("T")


class Client:
    """Runs commands; `news` is what came without being asked for."""

    def __init__(self, server: Server, user: str | None = "ann") -> None:
        """Connect, and log in unless `user` is None."""
        self.server = server
        self.connection = Connection()
        self.news: list[Untagged] = []
        self._session = Session(self.connection, server.open_stream(), Timeout(read=5))
        self._session.run(_greeted(self.connection))
        if user is not None:
            self(Login(user, "pw"))
        self.connection.listeners.append(self.news.append)

    def __call__(self, command: Command[T]) -> T:
        """Run one command; its result."""
        result = self._session.run(execute(self.connection, command))
        assert not self.connection.defects, "the server sends nothing that has to be put up with"
        return result

    def hear(self) -> list[Untagged]:
        """What has come by itself since, without asking."""
        self._session.run(_look(self.connection), timeout=5)
        heard, self.news[:] = list(self.news), []
        return heard

    def said(self, command: Command[object]) -> list[str]:
        """Run one command; what the server said since, as its transcript has it."""
        before = len(self.server.transcript)
        self(command)
        return [line[3:] for line in self.server.transcript[before:] if line.startswith("S: ")]


def _greeted(connection: Connection) -> Flow[None]:
    while connection.greeting is None:
        connection.check()
        yield Wait()


def _look(connection: Connection) -> Flow[None]:
    """Take what is there; in memory, that is there at once or not at all."""
    yield Wait(0.001)
    connection.check()
