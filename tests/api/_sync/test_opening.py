# Generated from tests/api/_async/test_opening.py by tools/unasync.py; do not edit.
"""Connecting and logging in: each kind of security, each kind of credentials, and what can go wrong."""

from __future__ import annotations

import pickle
import socket
import threading
import time
from contextlib import suppress

import pytest

import imapkit
from imapkit import (
    Account,
    Anonymous,
    AuthenticationError,
    ConnectionLost,
    ImapTimeout,
    InvalidArgument,
    NotSupported,
    OAuth2,
    Password,
    Security,
    ServerBye,
    ServerUnavailable,
    Timeout,
    TLSError,
    TokenRejected,
)
from imapkit._sync import open_mailbox
from imapkit.testing import Server
from imapkit.transport.blocking import open_command
from imapkit.transport.streams import Stream
from tests.api.places import InMemory, Script
from tests.servers import RealServer

TESTED: tuple[Security, ...] = ("tls", "none")
IMPLICIT = {"tls": "implicit", "starttls": "starttls", "none": "none"}


@pytest.fixture
def server() -> Server:
    server = Server()
    server.add_user("ann", "open-sesame")
    return server


class TestSecurity:
    @pytest.mark.parametrize("security", ["tls", "starttls", "none"])
    def test_each_kind(self, server: Server, security: Security) -> None:
        with server:
            host, port = server.serve(tls=IMPLICIT[security])  # type: ignore[arg-type]
            with imapkit.connect(
                host,
                port=port,
                security=security,
                ssl_context=server.client_context(),
                user="ann",
                password="open-sesame",
            ) as mail:
                assert mail.inbox.messages.count() == 0

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_certificate_that_nobody_vouches_for(self, server: Server, security: Security) -> None:
        with server:
            host, port = server.serve(tls=IMPLICIT[security])  # type: ignore[arg-type]
            with pytest.raises(TLSError, match="certificate"):
                imapkit.connect(host, port=port, security=security, user="ann", password="open-sesame")
            said = [line for line in server.transcript if line.startswith("C: ")]
            assert not [line for line in said if "AUTHENTICATE" in line or "LOGIN" in line]

    def test_no_starttls_where_it_was_demanded(self, server: Server) -> None:
        with server:
            host, port = server.serve(tls="none")
            with pytest.raises(TLSError, match="STARTTLS"):
                imapkit.connect(host, port=port, security="starttls", user="ann", password="open-sesame")

    def test_compressed(self, server: Server) -> None:
        with server:
            host, port = server.serve()
            context = server.client_context()
            with imapkit.connect(
                host, port=port, ssl_context=context, user="ann", password="open-sesame", compress=True
            ) as mail:
                mail.append(b"Subject: x\r\n\r\n" + b"a" * 10_000, "INBOX")
                assert len((mail.inbox.get(1)).raw()) == 10_014
            assert any("COMPRESS DEFLATE" in line for line in server.transcript)


class TestCredentials:
    def test_a_wrong_password(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            wrong = Account(
                host=account.host, port=account.port, ssl_context=account.ssl_context, auth=Password("ann", "wrong")
            )
            with pytest.raises(AuthenticationError) as caught:
                wrong.connect()
            assert caught.value.code == "AUTHENTICATIONFAILED"
            assert "wrong" not in str(caught.value)

    def test_a_token(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            for token in ("open-sesame", lambda: "open-sesame"):
                with imapkit.connect(
                    account.host, port=account.port, ssl_context=account.ssl_context, auth=OAuth2("ann", token)
                ) as mail:
                    assert mail.user == "ann"

    def test_a_token_source_is_asked_again_with_what_was_refused(self, server: Server) -> None:
        asked: list[str | None] = []

        class Source:
            def token(self, rejected: str | None, /) -> str:
                asked.append(rejected)
                return "open-sesame" if rejected else "expired"

        with server:
            account = server.account("ann")
            with imapkit.connect(
                account.host, port=account.port, ssl_context=account.ssl_context, auth=OAuth2("ann", Source())
            ) as mail:
                mail.noop()
        assert asked == [None, "expired"]

    def test_a_token_that_stays_refused(self, server: Server) -> None:
        class Source:
            def token(self, rejected: str | None, /) -> str:
                return "expired"

        with server:
            account = server.account("ann")
            for token in ("expired", Source()):
                with pytest.raises(TokenRejected):
                    imapkit.connect(
                        account.host, port=account.port, ssl_context=account.ssl_context, auth=OAuth2("ann", token)
                    )

    def test_a_mechanism_that_is_not_offered(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            auth = Password("ann", "open-sesame", mechanisms=("SCRAM-SHA-512",))
            with pytest.raises((NotSupported, InvalidArgument)):
                imapkit.connect(account.host, port=account.port, ssl_context=account.ssl_context, auth=auth)

    def test_too_few_or_too_many(self) -> None:
        with pytest.raises(InvalidArgument, match="how to log in"):
            imapkit.connect("localhost")
        with pytest.raises(InvalidArgument, match="how to log in"):
            imapkit.connect("localhost", user="ann")
        with pytest.raises(InvalidArgument, match="not both"):
            imapkit.connect("localhost", auth=Anonymous(), user="ann", password="x")
        with pytest.raises(InvalidArgument, match="startls"):
            imapkit.connect("localhost", user="ann", password="x", security="startls")  # type: ignore[arg-type]
        with pytest.raises(InvalidArgument, match="port"):
            imapkit.connect("localhost", user="ann", password="x", port=70_000)
        with pytest.raises(InvalidArgument, match="read"):
            imapkit.connect("localhost", user="ann", password="x", timeout=-1)

    def test_whoever_is_known_already(self) -> None:
        with Script({}).connect() as mail:
            mail.noop()

    def test_the_program_says_who_it_is(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            with imapkit.connect(
                account.host,
                port=account.port,
                ssl_context=account.ssl_context,
                auth=account.auth,
                client_id={"name": "my program"},
            ) as mail:
                assert mail.server_id["name"] == "imapkit.testing"
            assert any('ID ("name" "my program")' in line for line in server.transcript)


class TestAccounts:
    def test_are_values(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            plain = Account(host="imap.example.org", auth=account.auth)
            assert pickle.loads(pickle.dumps(plain)) == plain
            assert len({plain, Account(host="imap.example.org", auth=Password("ann", "open-sesame"))}) == 1
            assert "sesame" not in repr(account)
            with account.connect() as mail:
                assert mail.settings == account

    def test_of_nobody(self, server: Server) -> None:
        with pytest.raises(InvalidArgument, match="add_user"):
            server.account("nobody")
        with pytest.raises(InvalidArgument, match="add_user"):
            server.connect("nobody")


class TestTrouble:
    def test_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(ConnectionLost, match="nothing listens"):
            imapkit.connect("127.0.0.1", port=port, user="ann", password="x")

    def test_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            for security in TESTED:
                with pytest.raises(ImapTimeout):
                    imapkit.connect(
                        "127.0.0.1",
                        port=port,
                        user="ann",
                        password="x",
                        security=security,
                        timeout=Timeout(connect=0.2, read=0.2),
                    )

    def test_a_server_that_talks_but_lets_nobody_in(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def talk() -> None:
                with listener.accept()[0] as peer, suppress(OSError):
                    peer.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n")
                    for _ in range(100):
                        time.sleep(0.05)
                        peer.sendall(b"* OK please hold the line\r\n")

            thread = threading.Thread(target=talk)
            thread.start()
            with pytest.raises(ImapTimeout, match="not done within"):
                imapkit.connect(
                    "127.0.0.1",
                    port=listener.getsockname()[1],
                    user="ann",
                    password="x",
                    security="none",
                    timeout=Timeout(connect=5, read=0.3),
                )
            thread.join()

    def test_the_server_refuses(self) -> None:
        script = Script({})
        script.greeting = b"* BYE too many connections\r\n"
        with pytest.raises(ServerBye, match="too many connections"):
            script.connect()

    def test_a_connection_that_fails_later_is_no_connection(self) -> None:
        memory = InMemory()
        memory.server.fail_next("AUTHENTICATE", text="not now", code="UNAVAILABLE")
        with pytest.raises(ServerUnavailable, match="not now"):
            memory.connect()
        assert memory.connections == 0
        memory.close()


class TestDovecot:
    @pytest.mark.parametrize("security", ["tls", "starttls", "none"])
    def test_each_kind_of_security(self, dovecot: RealServer, security: Security) -> None:
        import ssl

        with imapkit.connect(
            dovecot.host,
            port=dovecot.tls_port if security == "tls" else dovecot.port,
            security=security,
            ssl_context=ssl.create_default_context(cafile=dovecot.cafile),
            user=dovecot.new_user(),
            password=dovecot.password,
        ) as mail:
            mail.append(b"Subject: x\r\n\r\n", "INBOX")
            assert [message.subject for message in mail.inbox.messages] == ["x"]

    def test_over_the_pipes_of_a_process(self, dovecot_over_pipes: list[str]) -> None:
        def dial() -> Stream:
            return open_command(dovecot_over_pipes)

        settings = Account(host="localhost", auth=Anonymous(), security="none")
        with open_mailbox(settings, dial) as mail:
            mail.append(b"Subject: x\r\n\r\n", "INBOX")
            assert [message.subject for message in mail.inbox.messages] == ["x"]
            assert mail.user == ""
