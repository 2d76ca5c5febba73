"""Tests of the object API are written once, for asyncio (`_async`); their blocking twins (`_sync`) are generated."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator

import pytest

from tests.api.places import Dovecot, InMemory, Place


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    with asyncio.Runner() as runner:
        runner.run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture
def memory() -> Iterator[InMemory]:
    """An account on the server in this process."""
    place = InMemory()
    yield place
    place.close()


@pytest.fixture(params=["memory", "dovecot"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The same on each server."""
    found: Place = InMemory() if request.param == "memory" else Dovecot(request.getfixturevalue("dovecot"))
    yield found
    found.close()
