"""What the tests against real servers share: mailboxes in both worlds, folders to work in, and known faults."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import ssl
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias, TypedDict, Unpack

import pytest

import imapkit
from imapkit import Folder, Mailbox
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.types.auth import Auth, Password
from tests.servers.awaited import as_blocking
from tests.servers.known import KNOWN, NO_ANSWER
from tests.servers.rig import RealServer

WORLDS = ("threads", "asyncio")
Security: TypeAlias = Literal["tls", "starttls", "none"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect what is known to go wrong to do so."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if not isinstance(item, pytest.Function) or callspec is None or "real_server" not in callspec.params:
            continue
        server: str = callspec.params["real_server"]
        variant = re.sub(rf"(?:^|(?<=-))(?:{server}|{'|'.join(WORLDS)})(?:-|$)", "", callspec.id).removesuffix("-")
        name = f"{item.cls.__name__}.{item.originalname}" if item.cls else item.originalname
        reason = _known(server, item.originalname, variant, name)
        if reason:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True, run=not reason.startswith(NO_ANSWER)))


def _known(server: str, function: str, variant: str, name: str) -> str | None:
    keys = ((server, f"{function}[{variant}]"), (server, function), (server, name))
    return next((KNOWN[key] for key in keys if key in KNOWN), None)


# Both worlds ----------------------------------------------------------------------------------------------------------


class Settings(TypedDict, total=False):
    """Keyword arguments of `imapkit.connect`, besides those that the server determines."""

    read_only: bool
    compress: bool
    client_id: dict[str, str]
    ssl_context: ssl.SSLContext


@pytest.fixture(scope="session", params=WORLDS)
def world(request: pytest.FixtureRequest) -> str:
    """How the methods of imapkit are called: by threads, or as coroutines."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """The event loop of those tests."""
    with asyncio.Runner() as runner:
        yield runner


class Connector:
    """Connects in one world; what is left open is closed in the end."""

    def __init__(self, world: str, runner: asyncio.Runner, opened: contextlib.ExitStack) -> None:
        self._world, self._runner, self._opened = world, runner, opened

    def __call__(
        self,
        server: RealServer,
        user: str = "",
        *,
        auth: Auth | None = None,
        security: Security = "tls",
        **settings: Unpack[Settings],
    ) -> Mailbox:
        account = imapkit.Account(
            host=server.host,
            port=server.tls_port if security == "tls" else server.port,
            auth=auth or Password(user or server.new_user(), server.password),
            security=security,
            ssl_context=settings.get("ssl_context") or ssl.create_default_context(cafile=server.cafile),
            timeout=imapkit.Timeout(connect=10, read=10),
            read_only=settings.get("read_only", False),
            compress=settings.get("compress", False),
            client_id=tuple(settings.get("client_id", {}).items()),
        )
        if self._world == "threads":
            return self._opened.enter_context(account.connect())

        async def connect() -> imapkit.AsyncMailbox:
            return await account.connect_async()

        return self._opened.enter_context(as_blocking(self._runner, self._runner.run(connect())))


@pytest.fixture
def connect(world: str, runner: asyncio.Runner) -> Iterator[Connector]:
    """Connect as often as needed, as somebody new unless told otherwise."""
    with contextlib.ExitStack() as opened:
        yield Connector(world, runner, opened)


@pytest.fixture
def connect_in_threads(runner: asyncio.Runner) -> Iterator[Connector]:
    """The same, in the world of threads whatever the test's is."""
    with contextlib.ExitStack() as opened:
        yield Connector("threads", runner, opened)


@pytest.fixture(scope="session")
def mailboxes(runner: asyncio.Runner) -> Iterator[Callable[[RealServer, str], Mailbox]]:
    """One mailbox on each server in each world; a new one, where the last test broke it."""
    known: dict[tuple[str, str], Mailbox] = {}
    with contextlib.ExitStack() as opened:

        def mailbox(server: RealServer, world: str) -> Mailbox:
            mail = known.get((server.name, world))
            if mail is None or mail.closed:
                mail = known[server.name, world] = Connector(world, runner, opened)(server)
            return mail

        yield mailbox


@pytest.fixture
def mail(real_server: RealServer, world: str, mailboxes: Callable[[RealServer, str], Mailbox]) -> Mailbox:
    """An account on the server, which the tests share; each works in a folder of its own."""
    return mailboxes(real_server, world)


# Folders --------------------------------------------------------------------------------------------------------------

_numbers = itertools.count(1)


def top(mail: Mailbox, name: str) -> Folder:
    """A folder directly in the account's own namespace."""
    namespaces = mail.execute(GetNamespaces()) if mail.supports("NAMESPACE") else None
    prefix = namespaces.personal[0].prefix if namespaces is not None and namespaces.personal else ""
    return mail.folder(prefix + name)


def new_name() -> str:
    """A name that no folder has yet."""
    return f"work{next(_numbers)}"


@pytest.fixture
def folder(mail: Mailbox) -> Folder:
    """A new, empty folder."""
    return top(mail, new_name()).create(subscribe=False)
