"""Real servers as fixtures for all tests: each runs from when it is first asked for to the end of the session."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.servers import RECIPES, RealServer, Recipe, required
from tests.servers.dovecot import preauth_command
from tests.servers.rig import server_directory


def _require(name: str) -> Recipe:
    if name not in RECIPES:
        pytest.skip(f"{name} is tested when IMAPKIT_SERVERS names it")
    recipe = RECIPES[name]
    reason = recipe.missing()
    if reason and name in required():
        pytest.fail(f"{name} is required (IMAPKIT_REQUIRE_SERVERS), but {reason}", pytrace=False)
    if reason:
        pytest.skip(reason)
    return recipe


@pytest.fixture(scope="session")
def start_server() -> Iterator[Callable[[str], RealServer]]:
    """Starts the server of a name, once; skips the test (or fails, where the server is required) when it is absent."""
    with contextlib.ExitStack() as running:

        @cache
        def start(name: str) -> RealServer:
            return running.enter_context(_require(name).serve())

        yield start


@pytest.fixture(scope="session")
def dovecot(start_server: Callable[[str], RealServer]) -> RealServer:
    """Debian's Dovecot."""
    return start_server("dovecot")


@pytest.fixture(scope="session")
def cyrus(start_server: Callable[[str], RealServer]) -> RealServer:
    """Debian's Cyrus IMAP."""
    return start_server("cyrus")


@pytest.fixture
def dovecot_over_pipes() -> Iterator[list[str]]:
    """The command of an IMAP session of Dovecot's on stdin and stdout, greeting with PREAUTH; an account of its own."""
    _require("dovecot")
    with server_directory("preauth") as directory:
        yield preauth_command(directory)


@pytest.fixture(scope="session", params=RECIPES)
def real_server(request: pytest.FixtureRequest, start_server: Callable[[str], RealServer]) -> RealServer:
    """Every real server, one after the other."""
    return start_server(request.param)
