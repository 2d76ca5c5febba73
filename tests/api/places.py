"""Where the object API is tested: on the server in this process, on Dovecot, and on a script of exact lines."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

from imapkit import Account, AsyncConnecting, Mailbox, Password
from imapkit._sync import open_mailbox
from imapkit.testing import Server
from imapkit.transport.streams import AsyncStream, Stream
from imapkit.types.settings import ConnectionSettings
from tests.servers import RealServer

__all__ = ["Dovecot", "InMemory", "Place", "Script", "letter"]

WHEN = dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def letter(subject: str = "tea", text: str = "At four.", **fields: str) -> bytes:
    """A small mail."""
    header = {
        "From": "Bob <bob@example.net>",
        "To": "Ann <ann@example.org>",
        "Subject": subject,
        "Date": "Fri, 20 Nov 2026 08:29:00 +0100",
        "Message-ID": f"<{abs(hash(subject))}@example.net>",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = [*(f"{name}: {value}" for name, value in header.items()), "", *text.splitlines()]
    return "".join(f"{line}\r\n" for line in lines).encode()


class Place(ABC):
    """An account of its own on some server, empty at first."""

    name: str
    host: str
    user: str

    @abstractmethod
    def connect(self, *, read_only: bool = False) -> Mailbox: ...

    @abstractmethod
    def connect_async(self, *, read_only: bool = False) -> AsyncConnecting: ...

    @cached_property
    def elsewhere(self) -> Mailbox:
        """Another client of the account; blocking, in both worlds."""
        return self.connect()

    def deliver(
        self,
        message: bytes | None = None,
        *,
        folder: str = "INBOX",
        flags: Iterable[str] = (),
        received: dt.datetime = WHEN,
    ) -> int:
        """A mail arrives; its UID."""
        result = self.elsewhere.append(message or letter(), folder, flags=flags, date=received)
        assert result.uid is not None
        return result.uid

    @contextmanager
    def meanwhile(self, *acts: Callable[[], object]) -> Iterator[None]:
        """In a thread, do one after the other, each when somebody listens; what goes wrong in it fails the test."""
        failures: list[BaseException] = []
        elsewhere, since = self.elsewhere, self.now

        def perform() -> None:
            try:
                for number, act in enumerate(acts, 1):
                    self.wait_for_listener(since, number)
                    act()
            except BaseException as error:  # noqa: BLE001 - raised below
                failures.append(error)

        assert not elsewhere.closed
        thread = threading.Thread(target=perform)
        thread.start()
        try:
            yield
        finally:
            thread.join()
        if failures:
            raise failures[0]

    @property
    def now(self) -> int:
        """A mark in the transcript, where there is one."""
        return 0

    @abstractmethod
    def wait_for_listener(self, since: int, number: int) -> None:
        """Wait until a client listens, for that many times."""

    def close(self) -> None:
        """The test is over."""
        if "elsewhere" in vars(self):
            self.elsewhere.close()


class InMemory(Place):
    """The server of `imapkit.testing`, without sockets."""

    name = "imapkit.testing"
    host = "localhost"
    user = "ann"

    def __init__(self, server: Server | None = None) -> None:
        self.server = server or Server()
        self.server.add_user(self.user)

    def connect(self, *, read_only: bool = False) -> Mailbox:
        return self.server.connect(self.user, read_only=read_only)

    def connect_async(self, *, read_only: bool = False) -> AsyncConnecting:
        return self.server.connect_async(self.user, read_only=read_only)

    def said(self, since: int = 0) -> list[str]:
        """What clients said since, without their tags."""
        lines = [line.split(" ", 2) for line in self.server.transcript[since:] if line.startswith("C: ")]
        return [line[2] for line in lines if len(line) > 2]

    @property
    def now(self) -> int:
        """A mark in the transcript."""
        return len(self.server.transcript)

    def wait_for_listener(self, since: int, number: int) -> None:
        deadline = time.monotonic() + 10
        while self.said(since).count("IDLE") < number:
            assert time.monotonic() < deadline, "nobody listens"
            time.sleep(0.01)

    @property
    def connections(self) -> int:
        """How many clients there are."""
        return len(self.server._site.sessions)

    def close(self) -> None:
        super().close()
        self.server.close()


class Dovecot(Place):
    """An account on Dovecot, over TLS."""

    name = "Dovecot"

    def __init__(self, server: RealServer) -> None:
        self.host = server.host
        self.user = server.new_user()
        self._server = server

    def account(self, *, read_only: bool = False) -> Account:
        return Account(
            host=self.host,
            port=self._server.tls_port,
            auth=Password(self.user, self._server.password),
            ssl_context=ssl.create_default_context(cafile=self._server.cafile),
            read_only=read_only,
        )

    def wait_for_listener(self, since: int, number: int) -> None:
        time.sleep(0.7)

    def connect(self, *, read_only: bool = False) -> Mailbox:
        return self.account(read_only=read_only).connect()

    def connect_async(self, *, read_only: bool = False) -> AsyncConnecting:
        return self.account(read_only=read_only).connect_async()


class Script:
    """A server that answers each command with the lines of the first beginning that fits it; the rest gets OK.

    ``TAG`` in an answer is the command's.
    """

    def __init__(self, answers: dict[str, str], *, capabilities: str = "IMAP4rev1 NAMESPACE UIDPLUS MOVE") -> None:
        self.answers = {"NAMESPACE": '* NAMESPACE (("" "/")) NIL NIL', **answers}
        self.greeting = f"* PREAUTH [CAPABILITY {capabilities}] hello\r\n".encode()
        self.heard: list[str] = []

    def answer(self, line: str) -> bytes:
        tag, _, command = line.partition(" ")
        self.heard.append(command)
        found = next((text for start, text in self.answers.items() if command.startswith(start)), "")
        untagged = found.replace("TAG", tag)
        completion = "" if f"\n{tag} " in f"\n{untagged}" else f"{tag} OK done\n"
        return (f"{untagged}\n" if untagged else "").replace("\n", "\r\n").encode() + completion.replace(
            "\n", "\r\n"
        ).encode()

    def connect(self, *, read_only: bool = False) -> Mailbox:
        return open_mailbox(self._settings(read_only), lambda: _Scripted(self))

    def connect_async(self, *, read_only: bool = False) -> AsyncConnecting:
        async def dial() -> AsyncStream:
            return _AsyncScripted(self)

        return AsyncConnecting(self._settings(read_only), dial)

    @staticmethod
    def _settings(read_only: bool) -> ConnectionSettings:
        return Account(host="localhost", auth=Password("ann", "pw"), security="none", read_only=read_only)


class _Lines:
    unsent = 0

    def __init__(self, script: Script) -> None:
        self._answer: Callable[[str], bytes] = script.answer
        self._ready = script.greeting
        self._pending = b""

    def write(self, data: bytes) -> None:
        *lines, self._pending = (self._pending + data).split(b"\r\n")
        for line in lines:
            self._ready += self._answer(line.decode())

    def read(self) -> bytes | None:
        ready, self._ready = self._ready, b""
        return ready or None

    def wake(self) -> None:
        """Nobody ever waits."""

    def _something(self) -> bool:
        assert self._ready, "the client waits for what the script does not say"
        return True


class _Scripted(_Lines):
    def wait(self, timeout: float | None) -> bool:
        return self._something()

    def close(self) -> None:
        """There is nothing to close."""


class _AsyncScripted(_Lines):
    async def wait(self, timeout: float | None) -> bool:
        return self._something()

    async def close(self) -> None:
        """There is nothing to close."""


_: tuple[type[Stream], type[AsyncStream]] = (_Scripted, _AsyncScripted)
