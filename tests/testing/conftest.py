"""A server, and connections to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with two users."""
    with Server() as made:
        made.add_user("ann")
        made.add_user("bob")
        yield made


@pytest.fixture
def line(server: Server) -> Line:
    """A connection, not logged in."""
    return Line(server.open_stream())


@pytest.fixture
def ann(server: Server) -> Line:
    """Ann's connection, nothing selected."""
    return logged_in(server)


@pytest.fixture
def inbox(server: Server) -> Line:
    """Ann's connection with three messages in the selected INBOX."""
    deliver(server)
    return selected(server)


@pytest.fixture
def offering() -> Iterator[Callable[[str], Server]]:
    """Makes a server that offers these capabilities, with the same two users."""
    with ExitStack() as stack:

        def make(capabilities: str) -> Server:
            server = stack.enter_context(Server(capabilities=capabilities.split()))
            server.add_user("ann")
            server.add_user("bob")
            return server

        yield make
