"""A server with everything, and imapkit's own clients on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imapkit.testing import Server
from tests.testing.extensions.clients import Client


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that has every extension, with three users; one of them may act for others."""
    with Server(profile="everything") as made:
        for user in ("ann", "bob", "admin"):
            made.add_user(user)
        yield made


@pytest.fixture
def ann(server: Server) -> Client:
    """Ann's client."""
    return Client(server, "ann")


@pytest.fixture
def bob(server: Server) -> Client:
    """Bob's client."""
    return Client(server, "bob")
