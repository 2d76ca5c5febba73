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
from imapkit._async import open_mailbox
from imapkit.testing import Server
from imapkit.transport.asyncio_ import open_command
from imapkit.transport.streams import AsyncStream
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
    async def test_each_kind(self, server: Server, security: Security) -> None:
        with server:
            host, port = server.serve(tls=IMPLICIT[security])  # type: ignore[arg-type]
            async with imapkit.connect_async(
                host,
                port=port,
                security=security,
                ssl_context=server.client_context(),
                user="ann",
                password="open-sesame",
            ) as mail:
                assert await mail.inbox.messages.count() == 0

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    async def test_a_certificate_that_nobody_vouches_for(self, server: Server, security: Security) -> None:
        with server:
            host, port = server.serve(tls=IMPLICIT[security])  # type: ignore[arg-type]
            with pytest.raises(TLSError, match="certificate"):
                await imapkit.connect_async(host, port=port, security=security, user="ann", password="open-sesame")
            said = [line for line in server.transcript if line.startswith("C: ")]
            assert not [line for line in said if "AUTHENTICATE" in line or "LOGIN" in line]

    async def test_no_starttls_where_it_was_demanded(self, server: Server) -> None:
        with server:
            host, port = server.serve(tls="none")
            with pytest.raises(TLSError, match="STARTTLS"):
                await imapkit.connect_async(host, port=port, security="starttls", user="ann", password="open-sesame")

    async def test_compressed(self, server: Server) -> None:
        with server:
            host, port = server.serve()
            context = server.client_context()
            async with imapkit.connect_async(
                host, port=port, ssl_context=context, user="ann", password="open-sesame", compress=True
            ) as mail:
                await mail.append(b"Subject: x\r\n\r\n" + b"a" * 10_000, "INBOX")
                assert len(await (await mail.inbox.get(1)).raw()) == 10_014
            assert any("COMPRESS DEFLATE" in line for line in server.transcript)


class TestCredentials:
    async def test_a_wrong_password(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            wrong = Account(
                host=account.host, port=account.port, ssl_context=account.ssl_context, auth=Password("ann", "wrong")
            )
            with pytest.raises(AuthenticationError) as caught:
                await wrong.connect_async()
            assert caught.value.code == "AUTHENTICATIONFAILED"
            assert "wrong" not in str(caught.value)

    async def test_a_token(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            for token in ("open-sesame", lambda: "open-sesame"):
                async with imapkit.connect_async(
                    account.host, port=account.port, ssl_context=account.ssl_context, auth=OAuth2("ann", token)
                ) as mail:
                    assert mail.user == "ann"

    async def test_a_token_source_is_asked_again_with_what_was_refused(self, server: Server) -> None:
        asked: list[str | None] = []

        class Source:
            def token(self, rejected: str | None, /) -> str:
                asked.append(rejected)
                return "open-sesame" if rejected else "expired"

        with server:
            account = server.account("ann")
            async with imapkit.connect_async(
                account.host, port=account.port, ssl_context=account.ssl_context, auth=OAuth2("ann", Source())
            ) as mail:
                await mail.noop()
        assert asked == [None, "expired"]

    async def test_a_token_that_stays_refused(self, server: Server) -> None:
        class Source:
            def token(self, rejected: str | None, /) -> str:
                return "expired"

        with server:
            account = server.account("ann")
            for token in ("expired", Source()):
                with pytest.raises(TokenRejected):
                    await imapkit.connect_async(
                        account.host, port=account.port, ssl_context=account.ssl_context, auth=OAuth2("ann", token)
                    )

    async def test_a_mechanism_that_is_not_offered(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            auth = Password("ann", "open-sesame", mechanisms=("SCRAM-SHA-512",))
            with pytest.raises((NotSupported, InvalidArgument)):
                await imapkit.connect_async(account.host, port=account.port, ssl_context=account.ssl_context, auth=auth)

    async def test_too_few_or_too_many(self) -> None:
        with pytest.raises(InvalidArgument, match="how to log in"):
            imapkit.connect_async("localhost")
        with pytest.raises(InvalidArgument, match="how to log in"):
            imapkit.connect_async("localhost", user="ann")
        with pytest.raises(InvalidArgument, match="not both"):
            imapkit.connect_async("localhost", auth=Anonymous(), user="ann", password="x")
        with pytest.raises(InvalidArgument, match="startls"):
            imapkit.connect_async("localhost", user="ann", password="x", security="startls")  # type: ignore[arg-type]
        with pytest.raises(InvalidArgument, match="port"):
            imapkit.connect_async("localhost", user="ann", password="x", port=70_000)
        with pytest.raises(InvalidArgument, match="read"):
            imapkit.connect_async("localhost", user="ann", password="x", timeout=-1)

    async def test_whoever_is_known_already(self) -> None:
        async with Script({}).connect_async() as mail:
            await mail.noop()

    async def test_the_program_says_who_it_is(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            async with imapkit.connect_async(
                account.host,
                port=account.port,
                ssl_context=account.ssl_context,
                auth=account.auth,
                client_id={"name": "my program"},
            ) as mail:
                assert mail.server_id["name"] == "imapkit.testing"
            assert any('ID ("name" "my program")' in line for line in server.transcript)


class TestAccounts:
    async def test_are_values(self, server: Server) -> None:
        with server:
            account = server.account("ann")
            plain = Account(host="imap.example.org", auth=account.auth)
            assert pickle.loads(pickle.dumps(plain)) == plain
            assert len({plain, Account(host="imap.example.org", auth=Password("ann", "open-sesame"))}) == 1
            assert "sesame" not in repr(account)
            async with account.connect_async() as mail:
                assert mail.settings == account

    async def test_of_nobody(self, server: Server) -> None:
        with pytest.raises(InvalidArgument, match="add_user"):
            server.account("nobody")
        with pytest.raises(InvalidArgument, match="add_user"):
            server.connect_async("nobody")


class TestTrouble:
    async def test_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(ConnectionLost, match="nothing listens"):
            await imapkit.connect_async("127.0.0.1", port=port, user="ann", password="x")

    async def test_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            for security in TESTED:
                with pytest.raises(ImapTimeout):
                    await imapkit.connect_async(
                        "127.0.0.1",
                        port=port,
                        user="ann",
                        password="x",
                        security=security,
                        timeout=Timeout(connect=0.2, read=0.2),
                    )

    async def test_a_server_that_talks_but_lets_nobody_in(self) -> None:
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
                await imapkit.connect_async(
                    "127.0.0.1",
                    port=listener.getsockname()[1],
                    user="ann",
                    password="x",
                    security="none",
                    timeout=Timeout(connect=5, read=0.3),
                )
            thread.join()

    async def test_the_server_refuses(self) -> None:
        script = Script({})
        script.greeting = b"* BYE too many connections\r\n"
        with pytest.raises(ServerBye, match="too many connections"):
            await script.connect_async()

    async def test_a_connection_that_fails_later_is_no_connection(self) -> None:
        memory = InMemory()
        memory.server.fail_next("AUTHENTICATE", text="not now", code="UNAVAILABLE")
        with pytest.raises(ServerUnavailable, match="not now"):
            await memory.connect_async()
        assert memory.connections == 0
        memory.close()


class TestDovecot:
    @pytest.mark.parametrize("security", ["tls", "starttls", "none"])
    async def test_each_kind_of_security(self, dovecot: RealServer, security: Security) -> None:
        import ssl

        async with imapkit.connect_async(
            dovecot.host,
            port=dovecot.tls_port if security == "tls" else dovecot.port,
            security=security,
            ssl_context=ssl.create_default_context(cafile=dovecot.cafile),
            user=dovecot.new_user(),
            password=dovecot.password,
        ) as mail:
            await mail.append(b"Subject: x\r\n\r\n", "INBOX")
            assert [message.subject async for message in mail.inbox.messages] == ["x"]

    async def test_over_the_pipes_of_a_process(self, dovecot_over_pipes: list[str]) -> None:
        async def dial() -> AsyncStream:
            return await open_command(dovecot_over_pipes)

        settings = Account(host="localhost", auth=Anonymous(), security="none")
        async with await open_mailbox(settings, dial) as mail:
            await mail.append(b"Subject: x\r\n\r\n", "INBOX")
            assert [message.subject async for message in mail.inbox.messages] == ["x"]
            assert mail.user == ""
