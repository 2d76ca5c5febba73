"""A logged-in session on a real server, command by command."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import TypeVar

import pytest

from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.extensions.session import Capability
from imapkit.protocol.flows.base import Flow, Wait, execute
from imapkit.protocol.model import Command, Untagged
from imapkit.transport.blocking import Session, open_tcp
from imapkit.types.timeouts import Timeout
from tests.servers.rig import RealServer

T = TypeVar("T")


class Speaker:
    """Runs commands; `news` is what came without being asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.connection = session.connection
        self.news: list[Untagged] = []
        self.connection.listeners.append(self.news.append)

    def do(self, command: Command[T]) -> T:
        """Run one command; its result."""
        return self._session.run(execute(self.connection, command))

    def wait_for_news(self, kind: type[T], wanted: Callable[[T], bool] = lambda _: True) -> T:
        """Wait (for some seconds) until something of this kind comes without being asked for."""
        return self._session.run(self._await(kind, wanted), timeout=15)

    def _await(self, kind: type[T], wanted: Callable[[T], bool]) -> Flow[T]:
        while True:
            for response in self.news:
                if isinstance(response, kind) and wanted(response):
                    return response
            yield Wait()

    def needs(self, *capabilities: str) -> None:
        """Skip the test where the server offers none of these."""
        if not any(map(self.connection.supports, capabilities)):
            pytest.skip(f"this server does not offer {' or '.join(capabilities)}")


@contextlib.contextmanager
def speaking(server: RealServer, user: str = "") -> Generator[Speaker]:
    """A session of this user, or of one that nobody used yet."""
    stream = open_tcp(server.host, server.port, timeout=10)
    session = Session(Connection(), stream, Timeout(connect=10, read=20))
    try:
        session.run(_greeting(session.connection))
        speaker = Speaker(session)
        speaker.do(Login(user or server.new_user(), server.password))
        speaker.do(Capability())
        yield speaker
    finally:
        session.close()


def _greeting(connection: Connection) -> Flow[None]:
    while connection.greeting is None:
        connection.check()
        yield Wait()
