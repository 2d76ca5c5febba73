"""Connecting over TCP, taking over sockets, and what is said when that fails."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from imapkit.errors import ConnectionLost, ImapTimeout, InvalidArgument
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import execute
from imapkit.transport import opening
from tests.transport.worlds import GREETING, Peer, World, greeted, listening


def script(server: Peer) -> None:
    server.send(GREETING)
    server.answer(b"TAG OK\r\n")


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> None:
    """Let every name have these IPv4 addresses."""
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST."])
def test_a_server_that_is_there(world: World, host: str) -> None:
    with listening(script) as port, closing(world.session(world.open_tcp(host, port))) as session:
        session.run(greeted(session.connection))
        session.run(execute(session.connection, Noop()))


def test_an_ipv6_address(world: World) -> None:
    try:
        server = listening(script, "::1")
        port = server.__enter__()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with contextlib.ExitStack() as stack:
        stack.push(server)
        session = stack.enter_context(closing(world.session(world.open_tcp("[::1]", port))))
        session.run(greeted(session.connection))
        session.run(execute(session.connection, Noop()))


def test_every_address_is_tried(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(script) as port:
        resolve_to(monkeypatch, ("127.0.0.1", closed_port()), ("127.0.0.1", port))
        with closing(world.session(world.open_tcp("imap.example.org", port))) as session:
            session.run(greeted(session.connection))
            session.run(execute(session.connection, Noop()))


def test_a_port_where_nothing_listens(world: World) -> None:
    port = closed_port()
    with pytest.raises(ConnectionLost, match=f"127.0.0.1, port {port}: .*refused.*993 for TLS") as caught:
        world.open_tcp("127.0.0.1", port)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


def test_several_addresses_where_nothing_listens(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    port = closed_port()
    resolve_to(monkeypatch, ("127.0.0.1", port), ("127.0.0.2", port))
    with pytest.raises(ConnectionLost, match=f"imap.example.org, port {port}: .*993 for TLS"):
        world.open_tcp("imap.example.org", port)


def test_a_name_without_an_address(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(ConnectionLost, match=r"imap\.example\.org, port 993: .*Name or service not known.*spelling"):
        world.open_tcp("imap.example.org", 993)


@contextlib.contextmanager
def deaf_port() -> Iterator[int]:
    """A port whose queue of connections is full: who knocks gets no answer."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_a_server_that_does_not_answer(world: World) -> None:
    with deaf_port() as port, pytest.raises(ImapTimeout, match=rf"port {port}: no answer within 0\.05 seconds"):
        world.open_tcp("127.0.0.1", port, timeout=0.05)


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with deaf_port() as deaf, listening(script) as port:
        resolve_to(monkeypatch, ("127.0.0.1", deaf), ("127.0.0.1", port))
        with closing(world.session(world.open_tcp("imap.example.org", port, timeout=1.0))) as session:
            session.run(greeted(session.connection))
            session.run(execute(session.connection, Noop()))


def test_no_time_at_all(world: World) -> None:
    with listening(lambda server: server.sock.close()) as port:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(ImapTimeout):
            world.open_tcp("127.0.0.1", port, timeout=1e-9)


def test_without_a_timeout(world: World) -> None:
    with listening(script) as port, closing(world.session(world.open_tcp("127.0.0.1", port, timeout=None))) as session:
        session.run(greeted(session.connection))
        session.run(execute(session.connection, Noop()))


def test_what_is_no_host_name(world: World) -> None:
    with pytest.raises(InvalidArgument, match="no host name"):
        world.open_tcp("imap example", 993)


def test_socket_options() -> None:
    with socket.socket() as sock:
        opening.keep_alive(sock)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "Network is unreachable; check the name"),
        (OSError("Multiple exceptions: one, two"), "Multiple exceptions: one, two; check the name"),
        (socket.gaierror("odd"), r"for the name \(odd\)"),
    ],
)
def test_what_is_said(error: OSError, said: str) -> None:
    with pytest.raises(ConnectionLost, match=said):
        raise opening.unreachable("imap.example.org", 143, error, 10.0)


def test_a_timeout_without_a_number() -> None:
    assert "no answer in time" in str(opening.timed_out("imap.example.org", 143, None))
