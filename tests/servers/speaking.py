"""A logged-in session on a real server, command by command."""

from __future__ import annotations

import contextlib
import functools
import ssl
from collections.abc import Callable, Generator
from typing import Literal, TypeVar

import pytest

from imapkit.protocol.channel import TlsFilter
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.session import Capability
from imapkit.protocol.flows.base import Flow, Wait, execute
from imapkit.protocol.flows.opening import authenticate, open_connection
from imapkit.protocol.model import Command, Untagged
from imapkit.protocol.sasl import from_auth
from imapkit.transport.blocking import Session, open_tcp
from imapkit.types.auth import Password
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

    def top(self, name: str) -> str:
        """The path of a mailbox at the top of the user's own namespace."""
        namespaces = self.do(GetNamespaces()) if self.connection.supports("NAMESPACE") else None
        return f"{namespaces.personal[0].prefix if namespaces and namespaces.personal else ''}{name}"

    def needs(self, *capabilities: str) -> None:
        """Skip the test where the server offers none of these."""
        if not any(map(self.connection.supports, capabilities)):
            pytest.skip(f"this server does not offer {' or '.join(capabilities)}")


@contextlib.contextmanager
def speaking(server: RealServer, user: str = "") -> Generator[Speaker]:
    """A session of this user, or of one that nobody used yet; under TLS where nobody logs in without."""
    session = _greeted(server, "none")
    try:
        session.run(execute(session.connection, Capability()))
        if session.connection.supports("LOGINDISABLED"):
            session.close()
            session = _greeted(server, "tls")
        credentials = from_auth(Password(user or server.new_user(), server.password))
        session.run(authenticate(session.connection, credentials, private=True, allowed=()))
        speaker = Speaker(session)
        speaker.do(Capability())
        yield speaker
    finally:
        session.close()


def _greeted(server: RealServer, security: Literal["tls", "none"]) -> Session:
    stream = open_tcp(server.host, server.port if security == "none" else server.tls_port, timeout=10)
    session = Session(Connection(), stream, Timeout(connect=10, read=20))

    def make_tls() -> TlsFilter:
        return TlsFilter(ssl.create_default_context(cafile=server.cafile), server.host)

    session.run(open_connection(session.connection, security, make_tls))
    return session


@functools.cache
def offered(server: RealServer, security: Literal["tls", "none"] = "none") -> frozenset[str]:
    """The capabilities before anybody has logged in."""
    with contextlib.closing(_greeted(server, security)) as session:
        session.run(execute(session.connection, Capability()))
        return session.connection.session.capabilities or frozenset()
