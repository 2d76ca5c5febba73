"""What every recipe for a real server needs: a place, ports, a process that dies with the tests, a first greeting."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.certificates import Certificates

HOST = "127.0.0.1"
PASSWORD = "testpass"
_fresh = itertools.count(1)


@dataclass(frozen=True, slots=True)
class RealServer:
    """A running server.  `port` speaks plaintext and STARTTLS, `tls_port` TLS from the first byte."""

    name: str
    host: str
    port: int
    tls_port: int
    cafile: Path
    certificates: Certificates = field(repr=False)
    user: str
    password: str = field(repr=False)
    directory: Path
    log: Path
    #: Addresses of the same ports that present an unacceptable certificate: "expired", "wrong_host", "self_signed".
    bad_certificate_hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    #: Makes the account, where the server does not take any `fresh-N` as it is.
    create_user: Callable[[str], None] | None = field(default=None, repr=False)

    def new_user(self) -> str:
        """The name of an account that nobody used yet; its password is `password`."""
        name = f"fresh-{next(_fresh)}"
        if self.create_user is not None:
            self.create_user(name)
        return name


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to get one kind of server: its fixture's name, its title, why it cannot run here (or None), its start."""

    name: str
    title: str
    missing: Callable[[], str | None]
    serve: Callable[[], AbstractContextManager[RealServer]]


def required() -> frozenset[str]:
    """The servers whose absence is a failure, from `IMAPKIT_REQUIRE_SERVERS` (comma separated)."""
    return frozenset(os.environ.get("IMAPKIT_REQUIRE_SERVERS", "").replace(",", " ").split())


@contextlib.contextmanager
def server_directory(name: str) -> Generator[Path]:
    """A directory for a server's files, removed afterwards.

    Servers started by root drop to users of their own, who could not reach pytest's `tmp_path` (mode 0700); and it is
    under /tmp itself because the path of a Unix socket is limited to 107 bytes.
    """
    directory = Path(tempfile.mkdtemp(prefix=f"imapkit-{name}-", dir="/tmp"))
    try:
        directory.chmod(0o755)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports that were free on every loopback address a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("", 0))
        return [sock.getsockname()[1] for sock in sockets]


@contextlib.contextmanager
def running(
    argv: list[str], *, log: Path, ports: list[int], environment: Mapping[str, str] | None = None
) -> Generator[subprocess.Popen[bytes]]:
    """Run a server in the foreground until the block ends; enter the block once the first port greets.

    The kernel ends the server when the test run dies without a farewell (`setpriv --pdeathsig`); a session of its own
    keeps Ctrl-C away from it, so that it is stopped by the fixture, in order.
    """
    mortal = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*mortal, *argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        for index, port in enumerate(ports):
            wait_until_up(process, port, log, greets=index == 0)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def wait_until_up(
    process: subprocess.Popen[bytes], port: int, log: Path, *, greets: bool, patience: float = 20
) -> None:
    """Wait until the port takes connections (and greets with OK); a server that died or keeps silent is an error."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerFailed(f"{process.args!r} ended with status {process.returncode}", log)
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 5) as connection:
            if not greets or connection.makefile("rb").readline().startswith(b"* OK"):
                return
        time.sleep(0.05)
    raise ServerFailed(f"nothing usable on port {port} after {patience:g} s", log)


class ServerFailed(Exception):
    """A server did not start; the message carries the end of its log."""

    def __init__(self, reason: str, log: Path) -> None:
        tail = log.read_text("utf-8", "replace")[-3000:] if log.exists() else "(no log)"
        super().__init__(f"{reason}\n{tail}")
