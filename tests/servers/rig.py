"""What every recipe for a real server needs: a place, ports, a process that dies with the tests, a first greeting."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, Unpack

from tests import certificates
from tests.certificates import Certificates
from tools import install_servers

HOST = "127.0.0.1"
USER = "testuser"
PASSWORD = "testpass"
#: Servers whose accounts are made before they start know this many of `RealServer.new_user`.
MOST_USERS = 500
#: Octets that all servers together are far from filling.
ENOUGH = 2**30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RealServer:
    """A running server.  `port` speaks plaintext and STARTTLS, `tls_port` TLS from the first byte."""

    name: str
    host: str = HOST
    port: int
    tls_port: int
    cafile: Path
    certificates: Certificates = field(repr=False)
    user: str = USER
    password: str = field(default=PASSWORD, repr=False)
    directory: Path
    log: Path
    version: str = ""
    #: Addresses of the same ports that present an unacceptable certificate: "expired", "wrong_host", "self_signed".
    bad_certificate_hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    #: Makes the account, where the server does not take any `fresh-N` as it is.
    create_user: Callable[[str], None] | None = field(default=None, repr=False)
    #: An OAuth 2 bearer token that logs a user in, where the server takes any.
    token: Callable[[str], str] | None = field(default=None, repr=False)
    #: Whether SASL EXTERNAL logs `user` in with `certificates.client`.
    takes_certificates: bool = False
    _fresh: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    def new_user(self) -> str:
        """The name of an account that nobody used yet; its password is `password`."""
        name = f"fresh-{next(self._fresh)}"
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


def not_installed(name: str) -> str | None:
    """Why a server that tools/install_servers.py installs is not there, or None."""
    if install_servers.version(name) is None:
        return f"{name} is not installed (python3 tools/install_servers.py {name})"
    return None


def place(name: str) -> Path:
    """Where tools/install_servers.py put a server."""
    return install_servers.place(name)


@contextlib.contextmanager
def server_directory(name: str) -> Generator[Path]:
    """A directory for a server's files, removed afterwards.

    Servers started by root drop to users of their own, who could not reach pytest's `tmp_path` (mode 0700); and the
    path is short because that of a Unix socket is limited to 107 bytes.
    """
    directory = Path(tempfile.mkdtemp(prefix=f"imapkit-{name}-", dir=_near()))
    try:
        directory.chmod(0o755)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _near() -> Path:
    """Memory, where there is enough of it: on a disk, each new account of Cyrus' is half a second of waiting."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ENOUGH
    return memory if roomy else Path("/tmp")


def free_ports(count: int) -> list[int]:
    """Ports that were free on every loopback address a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("", 0))
        return [sock.getsockname()[1] for sock in sockets]


class Facts(TypedDict, total=False):
    """What differs from one server to the other; `RealServer` explains it."""

    bad_certificate_hosts: Mapping[str, str]
    create_user: Callable[[str], None]
    token: Callable[[str], str]
    takes_certificates: bool


@dataclass(frozen=True, slots=True)
class Premises:
    """Where a server that is installed here is to run."""

    name: str
    directory: Path
    certificates: Certificates
    port: int
    tls_port: int

    @property
    def ports(self) -> list[int]:
        """Both; the first one greets."""
        return [self.port, self.tls_port]

    @property
    def log(self) -> Path:
        """What the server writes to its standard output and error."""
        return self.directory / f"{self.name}.log"

    def server(self, **facts: Unpack[Facts]) -> RealServer:
        """The server, once it runs here."""
        return RealServer(
            name=self.name,
            port=self.port,
            tls_port=self.tls_port,
            cafile=self.certificates.cafile,
            certificates=self.certificates,
            directory=self.directory,
            log=self.log,
            version=install_servers.version(self.name) or "",
            **facts,
        )


@contextlib.contextmanager
def premises(name: str) -> Generator[Premises]:
    """A directory, certificates and ports for a server, until the block ends."""
    with server_directory(name) as directory:
        yield Premises(name, directory, certificates.make(directory, client_name=USER), *free_ports(2))


@contextlib.contextmanager
def running(
    argv: list[str],
    *,
    log: Path,
    ports: list[int],
    environment: Mapping[str, str] | None = None,
    farewell: signal.Signals = signal.SIGTERM,
    owner: tuple[int, int] | None = None,
) -> Generator[subprocess.Popen[bytes]]:
    """Run a server in the foreground until the block ends; enter the block once the first port greets.

    The kernel ends the server when the test run dies without a farewell (`setpriv --pdeathsig`); a session of its own
    keeps Ctrl-C away from it, so that it is stopped by the fixture, in order.  `farewell` is the signal that ends it.
    With `owner`, it runs as this user and group: the kernel forgets what it was to do when a process becomes another
    user by itself.
    """
    mortal: list[str] = []
    if shutil.which("setpriv"):
        become = [] if owner is None else [f"--reuid={owner[0]}", f"--regid={owner[1]}", "--clear-groups"]
        mortal = ["setpriv", *become, "--pdeathsig", farewell.name.removeprefix("SIG"), "--"]
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
        process.send_signal(farewell)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextlib.contextmanager
def program(name: str, argv: list[str], **facts: Unpack[Facts]) -> Generator[RealServer]:
    """Run a program that serves whoever logs in with PASSWORD, giving each an account of its own in memory.

    Behind `argv` it gets the port, the port for TLS, the certificate and its key, and the password.
    """
    with premises(name) as here:
        shown = here.certificates.server
        settings = [*map(str, here.ports), str(shown.certificate), str(shown.key), PASSWORD]
        with running([*argv, *settings], log=here.log, ports=here.ports):
            yield here.server(**facts)


# Servers with fixed paths ---------------------------------------------------------------------------------------------


def no_namespace(needed: str = "") -> str | None:
    """Why no process can be given a file system of its own here, or None; `needed` are shell commands to try in it."""
    if shutil.which("unshare") is None:
        return "there is no unshare (util-linux)"
    argv = [*_unshared(), "sh", "-eu", "-c", f"{needed}\n:"]
    if subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
        return "this machine does not let unshare and mount make one"
    return None


@contextlib.contextmanager
def running_in_namespace(script: Path, *, log: Path, ports: list[int]) -> Generator[subprocess.Popen[bytes]]:
    """Run a shell script where mounts are its own affair; whatever it started ends with the block."""
    # unshare ignores SIGTERM; when it is killed, so is its child, the first process of the namespace, and with that
    # one all others.  The child stays a shell: the kernel forgets that it was to die when it becomes another user.
    argv = [*_unshared(), "sh", "-eu", "-c", f". {script}; wait"]
    with running(argv, log=log, ports=ports, farewell=signal.SIGKILL) as process:
        yield process


def _unshared() -> list[str]:
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]


def private_etc(directory: Path, *, passwd: str, group: str = "", shadow: str = "") -> Path:
    """A copy of what servers read below /etc, with these lines added (`shadow` in place of the real one)."""
    etc = directory / "private-etc"
    etc.mkdir(mode=0o755)
    needed = ("nsswitch.conf", "hosts", "host.conf", "resolv.conf", "services", "protocols", "localtime")
    for name in (*needed, "ld.so.cache", "ld.so.conf", "pam.conf", "passwd", "group"):
        if (Path("/etc") / name).exists():
            shutil.copy(Path("/etc") / name, etc / name)
    for name in ("ld.so.conf.d", "pam.d", "security", "ssl"):
        if (Path("/etc") / name).exists():
            shutil.copytree(
                Path("/etc") / name, etc / name, ignore_dangling_symlinks=True, ignore=shutil.ignore_patterns("private")
            )
    for name, added in (("passwd", passwd), ("group", group)):
        with (etc / name).open("a", encoding="utf-8") as file:
            file.write(added)
    (etc / "shadow").touch(mode=0o600)
    (etc / "shadow").write_text(shadow, "utf-8")
    return etc


# Waiting --------------------------------------------------------------------------------------------------------------


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
