"""Connecting to each real server: over what it offers, by every mechanism that it offers, in both worlds."""

from __future__ import annotations

import ssl

import pytest

from imapkit import AuthenticationError, FolderNotFound, Mailbox, NotSupported, ReadOnly, Role, TLSError
from imapkit.errors import ImapError
from imapkit.protocol.sasl import MECHANISMS
from imapkit.types.auth import Anonymous, Auth, External, OAuth2, Password
from tests.servers.conftest import Connector, Security, top
from tests.servers.rig import RealServer
from tests.servers.speaking import offered

PASSWORD_MECHANISMS = [name for name, mechanism in MECHANISMS.items() if mechanism.kind == "password"]


TOKENS = frozenset(f"AUTH={name}" for name, mechanism in MECHANISMS.items() if mechanism.kind == "token")


def can_log_in_plainly(server: RealServer) -> bool:
    """Whether the server lets somebody in whom everybody can hear: by LOGIN, or by what does not show the password."""
    there = offered(server)
    return "LOGINDISABLED" not in there or any(f"AUTH={name}" in there for name in PASSWORD_MECHANISMS)


class TestTransports:
    @pytest.mark.parametrize("security", ["none", "starttls", "tls"])
    def test_it_connects(self, connect: Connector, real_server: RealServer, security: Security) -> None:
        if security == "none" and not can_log_in_plainly(real_server):
            with pytest.raises(NotSupported):
                connect(real_server, security=security)
            return
        mail = connect(real_server, security=security)
        assert mail.inbox.status().messages == 0
        mail.close()
        assert mail.closed

    def test_an_unknown_authority_is_refused(self, connect: Connector, real_server: RealServer) -> None:
        with pytest.raises(TLSError, match="certificate"):
            connect(real_server, ssl_context=ssl.create_default_context())

    def test_compression(self, connect: Connector, real_server: RealServer) -> None:
        mail = connect(real_server, compress=True)
        message = b"Subject: long\r\n\r\n" + b"all work and no play\r\n" * 5000
        mail.inbox.append(message, flags=["\\Seen"])
        (read,) = mail.inbox.messages
        assert read.raw() == message

    def test_who_is_there(self, connect: Connector, real_server: RealServer) -> None:
        mail = connect(real_server, client_id={"name": "imapkit tests"})
        assert mail.supports("IMAP4rev1") or mail.supports("IMAP4rev2")
        assert bool(mail.server_id) <= mail.supports("ID")

    def test_closing(self, connect: Connector, real_server: RealServer) -> None:
        mail = connect(real_server)
        mail.noop()
        mail.close()
        mail.close()
        with pytest.raises(ImapError):
            mail.noop()


class TestLogin:
    def test_a_wrong_password(self, connect: Connector, real_server: RealServer) -> None:
        with pytest.raises(AuthenticationError):
            connect(real_server, auth=Password(real_server.new_user(), "wrong"))

    @pytest.mark.parametrize("name", PASSWORD_MECHANISMS)
    def test_mechanism(self, connect: Connector, real_server: RealServer, name: str) -> None:
        auth = Password(real_server.new_user(), real_server.password, (name,))
        self._log_in(connect, real_server, name, auth)

    @pytest.mark.parametrize("name", [name for name in PASSWORD_MECHANISMS if not MECHANISMS[name].plaintext])
    def test_mechanism_and_a_wrong_password(self, connect: Connector, real_server: RealServer, name: str) -> None:
        if f"AUTH={name}" in offered(real_server, "tls"):
            with pytest.raises(AuthenticationError):
                connect(real_server, auth=Password(real_server.new_user(), "wrong", (name,)))

    def test_token(self, connect: Connector, real_server: RealServer) -> None:
        if real_server.token is None or not TOKENS & offered(real_server, "tls"):
            with pytest.raises(NotSupported):
                connect(real_server, auth=OAuth2("somebody", "no-such-token"))
            return
        user = real_server.new_user()
        mail = connect(real_server, auth=OAuth2(user, real_server.token(user)))
        assert mail.user == user
        with pytest.raises(AuthenticationError):
            connect(real_server, auth=OAuth2(user, "no-such-token"))

    def test_client_certificate(self, connect: Connector, real_server: RealServer) -> None:
        context = ssl.create_default_context(cafile=real_server.cafile)
        if not real_server.takes_certificates:
            with pytest.raises((NotSupported, AuthenticationError)):
                connect(real_server, auth=External(), ssl_context=context)
            return
        client = real_server.certificates.client
        context.load_cert_chain(client.certificate, client.key)
        mail = connect(real_server, auth=External(), ssl_context=context)
        assert mail.inbox.exists()

    def test_nobody(self, connect: Connector, real_server: RealServer) -> None:
        self._log_in(connect, real_server, "ANONYMOUS", Anonymous("tests@example.org"))

    def _log_in(self, connect: Connector, server: RealServer, name: str, auth: Auth) -> None:
        there = f"AUTH={name}" in offered(server, "tls")
        if not there and name != "LOGIN":  # the command of that name will do
            with pytest.raises(NotSupported):
                connect(server, auth=auth)
            return
        connect(server, auth=auth).noop()


class TestReadOnly:
    def test_changes_are_refused(self, connect: Connector, real_server: RealServer) -> None:
        user = real_server.new_user()
        message = b"Subject: stays\r\n\r\nas it is\r\n"
        connect(real_server, user).inbox.append(message, flags=["\\Flagged"])
        mail = connect(real_server, user, read_only=True)
        (found,) = mail.inbox.messages
        for change in (
            found.mark_seen,
            found.delete,
            lambda: found.move("elsewhere"),
            lambda: found.copy("elsewhere"),
            lambda: mail.inbox.append(message),
            lambda: mail.inbox.messages.add_flags("x"),
            lambda: top(mail, "new").create(),
            lambda: mail.inbox.rename("new"),
            mail.inbox.delete,
            mail.inbox.subscribe,
        ):
            with pytest.raises(ReadOnly):
                change()
        assert found.raw() == message
        (again,) = mail.inbox.messages
        assert again.flagged
        assert not again.seen


class TestAbsence:
    def test_no_such_folder(self, mail: Mailbox) -> None:
        nowhere = top(mail, "nowhere")
        assert not nowhere.exists()
        for ask in (nowhere.status, nowhere.messages.uids, nowhere.messages.all, nowhere.delete):
            with pytest.raises(FolderNotFound):
                ask()
        with pytest.raises(FolderNotFound):
            nowhere.append(b"Subject: x\r\n\r\nx\r\n", flags=["\\Seen"])

    def test_no_such_role(self, mail: Mailbox) -> None:
        if mail.folders().role(Role.IMPORTANT) is None:
            with pytest.raises(FolderNotFound):
                mail.folder(Role.IMPORTANT).status()
