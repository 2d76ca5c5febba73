"""The two worlds have the same names and signatures: one object API is generated from the other by substitution."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from imapkit.transport import asyncio_, blocking, streams
from tools import unasync

ASYNC_NAMES = sorted(asyncio_.__all__)


def signatures(thing: object) -> dict[str, str]:
    """The signature of a function, or of each public method of a class, as the blocking world would write it."""
    if not inspect.isclass(thing):
        return {"": unasync.translate(str(inspect.signature(thing)))} if callable(thing) else {}
    public = {name: member for name, member in vars(thing).items() if not name.startswith("_")}
    return {
        name: unasync.translate(str(inspect.signature(member))) if callable(member) else type(member).__name__
        for name, member in public.items()
    }


def twin(name: str) -> str:
    return unasync.translate(name)


def test_names() -> None:
    assert sorted(map(twin, ASYNC_NAMES)) == sorted(blocking.__all__)


@pytest.mark.parametrize("name", ["AsyncSession", "open_command", "open_socket", "open_tcp"])
def test_signatures(name: str) -> None:
    assert signatures(getattr(asyncio_, name)) == signatures(getattr(blocking, twin(name)))


def test_streams() -> None:
    assert signatures(streams.AsyncStream) == signatures(streams.Stream)
    for module in (asyncio_, blocking):
        assert signatures(streams.Stream).items() <= signatures(module.SocketStream).items()
        assert {"read", "close"} <= signatures(module.CommandStream).keys()


@pytest.mark.parametrize("heavy", ["asyncio", "subprocess", "tempfile", "idna", "ssl", "ipaddress"])
def test_importing_the_blocking_world_does_not_load(heavy: str) -> None:
    program = f"import sys, imapkit.transport.blocking; print({heavy!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
