"""TLS over loopback: accepted where the certificate is good, refused with a reason where it is not."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import closing

import pytest

from imapkit.errors import ConnectionLost, ImapTimeout, TLSError
from imapkit.protocol.channel import TlsFilter
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import execute
from imapkit.protocol.flows.opening import open_connection
from imapkit.types.timeouts import Timeout
from tests.certificates import Certificates, Pair
from tests.transport.worlds import GREETING, QUICK, Peer, Script, World, greeted, listening

MIB = 1024 * 1024


def under_tls(pair: Pair, script: Script) -> Script:
    """The script, played under TLS with this certificate."""

    def play(server: Peer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
        with context.wrap_socket(server.sock, server_side=True) as sock:
            script(Peer(sock))

    return play


def refused(pair: Pair) -> tuple[Script, list[str]]:
    """A server whose certificate is refused, and the alert that it hears."""
    heard: list[str] = []

    def play(server: Peer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
        try:
            # Under TLS 1.3 the server's handshake is over before it hears of the alert.
            with context.wrap_socket(server.sock, server_side=True) as sock:
                sock.recv(10)
        except ssl.SSLError as error:
            heard.append(error.reason)

    return play, heard


def filter_for(certificates: Certificates, name: str = "localhost") -> Callable[[], TlsFilter]:
    context = ssl.create_default_context(cafile=certificates.cafile)
    return lambda: TlsFilter(context, name)


def test_implicit_tls(world: World, certificates: Certificates) -> None:
    def script(server: Peer) -> None:
        server.send(GREETING)
        server.answer(b"TAG OK\r\n")
        server.line()
        server.send(b"+ go ahead\r\n")
        assert server.receive(5 * MIB + 2) == b"x" * (5 * MIB) + b"\r\n"
        server.send(b"K2 OK\r\n")
        assert server.sock.recv(10) == b"", "the client says farewell"

    with listening(under_tls(certificates.server, script)) as port:
        session = world.session(world.open_tcp("localhost", port))
        with closing(session):
            connection = session.connection
            session.run(open_connection(connection, "tls", filter_for(certificates)))
            assert connection.channel.secure
            session.run(execute(connection, Noop()))
            session.run(execute(connection, Append("INBOX", (NewMessage(b"x" * (5 * MIB)),))))


def test_starttls(world: World, certificates: Certificates) -> None:
    def secret(server: Peer) -> None:
        server.answer(b"TAG OK\r\n")

    def script(server: Peer) -> None:
        server.send(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        server.answer(b"TAG OK go ahead\r\n")
        under_tls(certificates.server, secret)(server)

    with listening(script) as port, closing(world.session(world.open_tcp("localhost", port))) as session:
        session.run(open_connection(session.connection, "starttls", filter_for(certificates)))
        assert session.connection.channel.secure
        session.run(execute(session.connection, Noop()))


@pytest.mark.parametrize(
    ("kind", "why"),
    [("expired", "has expired"), ("wrong_host", "for another host"), ("self_signed", "self-signed")],
)
def test_a_bad_certificate_is_refused(world: World, certificates: Certificates, kind: str, why: str) -> None:
    script, heard = refused(getattr(certificates, kind))
    with listening(script) as port:
        session = world.session(world.open_tcp("localhost", port))
        with pytest.raises(TLSError, match=why):
            session.run(open_connection(session.connection, "tls", filter_for(certificates)))
        assert session.closed
    assert len(heard) == 1, "the server is told why"
    assert "ALERT" in heard[0]


def test_a_server_without_tls(world: World, certificates: Certificates) -> None:
    with listening(lambda server: server.send(GREETING)) as port:
        session = world.session(world.open_tcp("localhost", port))
        with pytest.raises(TLSError, match="does not speak TLS on this port"):
            session.run(open_connection(session.connection, "tls", filter_for(certificates)))
        assert session.closed


def test_a_server_that_is_silent_in_the_handshake(world: World, certificates: Certificates) -> None:
    with listening(lambda server: server.receive(1 << 20)) as port:
        session = world.session(world.open_tcp("localhost", port), Timeout(read=0.05))
        with pytest.raises(ImapTimeout, match="waiting for the TLS handshake"):
            session.run(open_connection(session.connection, "tls", filter_for(certificates)))


@pytest.mark.parametrize("cut", [0, 1, 5, 100, 700])
def test_a_cut_in_the_handshake(world: World, certificates: Certificates, cut: int) -> None:
    def script(server: Peer) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server.certificate, certificates.server.key)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        handshake = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(server.sock.recv(65536))
        with pytest.raises(ssl.SSLWantReadError):
            handshake.do_handshake()
        server.send(outgoing.read()[:cut])

    with listening(script) as port:
        session = world.session(world.open_tcp("localhost", port), QUICK, Connection())
        with pytest.raises((TLSError, ConnectionLost), match="during the TLS handshake"):
            session.run(open_connection(session.connection, "tls", filter_for(certificates)))
        assert session.closed


def test_a_connection_that_ends_without_tls_s_farewell(world: World, certificates: Certificates) -> None:
    """Cyrus and UW IMAP end like this; IMAP itself knows whether an answer was whole."""

    def script(server: Peer) -> None:
        server.send(GREETING)
        server.line()
        server.send(b"* BYE shutting down\r\n")
        server.sock.shutdown(2)

    with listening(under_tls(certificates.server, script)) as port:
        session = world.session(world.open_tcp("localhost", port))
        session.run(open_connection(session.connection, "tls", filter_for(certificates)))
        session.run(greeted(session.connection))
        with pytest.raises(ConnectionLost, match="shutting down"):
            session.run(execute(session.connection, Noop()))


def test_nothing_is_sent_behind_tls_s_farewell(world: World, certificates: Certificates) -> None:
    def script(server: Peer) -> None:
        server.send(GREETING)
        assert server.sock.recv(100) == b""

    with listening(under_tls(certificates.server, script)) as port:
        session = world.session(world.open_tcp("localhost", port))
        session.run(open_connection(session.connection, "tls", filter_for(certificates)))
        session.connection.channel.close()
        with pytest.raises(TLSError, match="TLS was closed"):
            session.run(execute(session.connection, Noop()))
        assert session.closed
