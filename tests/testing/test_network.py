"""The server on loopback: TLS in all three ways, large answers, many clients, and nothing left behind."""

from __future__ import annotations

import socket
import ssl
import threading

import pytest

from imapkit.errors import InvalidArgument
from imapkit.testing import Server


def greeted(address: tuple[str, int]) -> socket.socket:
    connection = socket.create_connection(address, 20)
    assert connection.recv(1000).startswith(b"* OK")
    return connection


def received(connection: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        chunk = connection.recv(1 << 20)
        assert chunk, data[-100:]
        data += chunk
    return data


class TestServe:
    def test_nothing_is_left_behind(self) -> None:
        before = threading.active_count()
        with Server() as server:
            address = server.serve(tls="none")
            with greeted(address):
                assert threading.active_count() == before + 1
        assert threading.active_count() == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, 5)

    def test_a_client_sees_the_end(self) -> None:
        server = Server()
        with greeted(server.serve(tls="none")) as connection:
            server.close()
            assert connection.recv(10) == b""
        server.close()

    def test_several_ports(self, server: Server) -> None:
        addresses = {server.serve(tls="none") for _ in range(2)}
        assert len(addresses) == 2
        for address in addresses:
            greeted(address).close()

    def test_no_such_tls(self, server: Server) -> None:
        with pytest.raises(InvalidArgument, match="implicit, starttls, none"):
            server.serve(tls="maybe")  # type: ignore[arg-type]

    def test_many_clients_at_once(self, server: Server) -> None:
        connections = [greeted(server.serve(tls="none")) for _ in range(2) for _ in range(5)]
        for number, connection in enumerate(connections):
            connection.sendall(b"a%d NOOP\r\n" % number)
        for number, connection in enumerate(connections):
            assert received(connection, b"\r\n") == b"a%d OK NOOP completed.\r\n" % number
            connection.close()

    def test_an_answer_that_does_not_fit_into_any_buffer(self, server: Server) -> None:
        server.deliver("ann", b"x" * 20_000_000)
        with greeted(server.serve(tls="none")) as connection:
            connection.sendall(b"a LOGIN ann pw\r\nb SELECT INBOX\r\nc FETCH 1 BODY.PEEK[]\r\nd LOGOUT\r\n")
            data = received(connection, b"d OK LOGOUT completed.\r\n")
            assert len(data) > 20_000_000
            assert connection.recv(10) == b""

    def test_pushes(self, server: Server) -> None:
        with greeted(server.serve(tls="none")) as connection:
            connection.sendall(b"a LOGIN ann pw\r\nb SELECT INBOX\r\nc IDLE\r\n")
            received(connection, b"+ idling\r\n")
            server.deliver("ann", subject="news")
            assert received(connection, b"RECENT\r\n") == b"* 1 EXISTS\r\n* 1 RECENT\r\n"

    def test_dropping(self, server: Server) -> None:
        with greeted(server.serve(tls="none")) as connection:
            server.drop_connections()
            assert connection.recv(10) == b""

    def test_a_client_that_resets(self, server: Server) -> None:
        address = server.serve(tls="none")
        connection = greeted(address)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
        greeted(address).close()


class TestTls:
    def test_implicit(self, server: Server) -> None:
        host, port = server.serve()
        with (
            socket.create_connection((host, port), 20) as connection,
            server.client_context().wrap_socket(connection, server_hostname="localhost") as tls,
        ):
            assert tls.version() == "TLSv1.3"
            assert b"AUTH=PLAIN" in tls.recv(1000)
            tls.sendall(b"a LOGOUT\r\n")
            assert received_tls(tls) == b"* BYE Logging out\r\na OK LOGOUT completed.\r\n"

    @pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "imap.example.org"])
    def test_the_names_of_the_certificate(self, server: Server, name: str) -> None:
        with (
            socket.create_connection(server.serve(), 20) as connection,
            server.client_context().wrap_socket(connection, server_hostname=name) as tls,
        ):
            assert tls.recv(4)

    def test_nothing_trusts_it_unless_asked(self, server: Server) -> None:
        with socket.create_connection(server.serve(), 20) as connection, pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(connection, server_hostname="localhost")

    def test_it_is_for_nobody_else(self, server: Server) -> None:
        with socket.create_connection(server.serve(), 20) as connection, pytest.raises(ssl.SSLCertVerificationError):
            server.client_context().wrap_socket(connection, server_hostname="example.org")

    def test_it_stands_up_to_the_strictest_reading(self, server: Server) -> None:
        context = server.client_context()
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        with (
            socket.create_connection(server.serve(), 20) as connection,
            context.wrap_socket(connection, server_hostname="localhost") as tls,
        ):
            assert tls.recv(4)

    def test_a_client_that_speaks_no_tls(self, server: Server) -> None:
        address = server.serve()
        with socket.create_connection(address, 20) as connection:
            connection.sendall(b"a NOOP\r\n")
            assert not connection.recv(100).startswith(b"*")


def received_tls(tls: ssl.SSLSocket) -> bytes:
    data = b""
    while chunk := tls.recv(1000):
        data += chunk
    return data
