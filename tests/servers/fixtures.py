"""One session-wide fixture for each real server, offered to all tests; `real_server` is each of them in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import RECIPES, RealServer, Recipe, required
from tests.servers.dovecot import preauth_command
from tests.servers.rig import server_directory


def _require(name: str) -> Recipe:
    recipe = RECIPES[name]
    reason = recipe.missing()
    if reason and name in required():
        pytest.fail(f"{name} is required (IMAPKIT_REQUIRE_SERVERS), but {reason}", pytrace=False)
    if reason:
        pytest.skip(reason)
    return recipe


def _serve(name: str) -> Iterator[RealServer]:
    with _require(name).serve() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot() -> Iterator[RealServer]:
    """Debian's Dovecot."""
    yield from _serve("dovecot")


@pytest.fixture(scope="session")
def cyrus() -> Iterator[RealServer]:
    """Debian's Cyrus IMAP."""
    yield from _serve("cyrus")


@pytest.fixture
def dovecot_over_pipes() -> Iterator[list[str]]:
    """The command of an IMAP session of Dovecot's on stdin and stdout, greeting with PREAUTH; an account of its own."""
    _require("dovecot")
    with server_directory("preauth") as directory:
        yield preauth_command(directory)


@pytest.fixture(scope="session", params=sorted(RECIPES))
def real_server(request: pytest.FixtureRequest) -> RealServer:
    """Every real server, one after the other."""
    server: RealServer = request.getfixturevalue(request.param)
    return server
