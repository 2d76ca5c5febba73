# Generated from tests/api/_async/test_mailbox.py by tools/unasync.py; do not edit.
"""The mailbox: what it knows, its folders, what it appends and gets."""

from __future__ import annotations

import pickle
import socket
import threading
from email.message import EmailMessage

import pytest

import imapkit
from imapkit import (
    AuthenticationError,
    ConnectionLost,
    FolderNotFound,
    ImapUrl,
    InvalidArgument,
    MessageNotFound,
    MessageRef,
    NotFetched,
    NotSupported,
    Q,
    ReadOnly,
    Role,
    Security,
    Timeout,
    UidSet,
    UidValidityChanged,
)
from imapkit.protocol.extensions.auth import Authenticate, Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.session import Capability, Logout, Noop, StartTls
from imapkit.protocol.model import Command
from imapkit.protocol.sasl import Credentials, Exchange
from imapkit.protocol.sasl.plain import PLAIN
from imapkit.testing import Server
from imapkit.testing.certificates import server_context
from imapkit.types.auth import Secret
from tests.api.places import InMemory, Place, Script, letter

ANN = Credentials(kind="password", user="ann", password=Secret("pw"))


def draft() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Grüße"
    message.set_content("Not yet.\n")
    return message


class TestKnows:
    def test_whom_it_talks_to(self, place: Place) -> None:
        with place.connect() as mail:
            assert mail.host == place.host
            assert mail.user == place.user
            assert mail.server_id["name"]
            assert "IMAP4REV1" in mail.capabilities
            assert not mail.closed
        assert mail.closed

    def test_what_the_server_supports(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            assert mail.supports("IDLE", "move")
            assert not mail.supports("IDLE", "X-NOT-THERE")

    def test_repr_tells_the_state_without_asking(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            before = memory.now
            assert repr(mail) == f"<{type(mail).__name__} ann@localhost open>"
            assert memory.now == before
        assert repr(mail) == f"<{type(mail).__name__} ann@localhost closed>"

    def test_it_does_not_pickle(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            with pytest.raises(TypeError, match="settings"):
                pickle.dumps(mail)
            assert pickle.loads(pickle.dumps(mail.settings)).user == "ann"

    def test_secrets_do_not_show(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            assert "'pw'" not in repr(mail.settings)


class TestRevision2:
    """What RFC 9051, appendix E removed is not said where IMAP4rev2 is spoken."""

    def test_alone(self) -> None:
        self.use(Server(profile="rfc9051"))

    def test_enabled(self) -> None:
        extensions = ["ENABLE", "LIST-EXTENDED", "SPECIAL-USE", "LITERAL+", "AUTH=PLAIN"]
        self.use(Server(capabilities=["IMAP4rev1", "IMAP4rev2", *extensions]))

    def use(self, server: Server) -> None:
        memory = InMemory(server)
        memory.server.deliver("ann", letter("tea"))
        with memory.connect() as mail:
            assert mail.supports("IMAP4rev2", "MOVE")
            assert not mail.supports("IMAP4rev1")
            assert "INBOX" in mail.folders(status=True)
            mail.folder("Grüße").create()
            assert "Grüße" in mail.folders(subscribed=True)
            assert (mail.inbox.status()).messages == 1
            message = mail.inbox.get(1)
            assert (message.subject, message.text()) == ("tea", "At four.\n")
            message.add_flags("$a")
            with pytest.raises(InvalidArgument, match="set by the server alone"):
                message.add_flags("\\Recent")
            for query in (Q.recent, Q.new | Q.flagged, ~Q.old):
                with pytest.raises(NotSupported, match="SEARCH needs IMAP4REV1, which goes with IMAP4rev2 no more"):
                    mail.inbox.search(query).uids()
            assert mail.inbox.search(Q.unseen).uids() == UidSet("1")
        removed = ("RECENT", "LSUB", "CHECK", "RFC822", "NEW", "OLD")
        said = [line.replace("RFC822.SIZE", "") for line in memory.said()]
        assert not [line for line in said if any(word in line for word in removed)]
        memory.close()


class TestConnecting:
    def test_a_wrong_password_raises(self, memory: InMemory) -> None:
        memory.server.fail_next("AUTHENTICATE", code="AUTHENTICATIONFAILED", text="no")
        with pytest.raises(AuthenticationError, match="no"):
            with memory.connect():
                pass

    def test_it_may_be_awaited_and_closed_twice(self, place: Place) -> None:
        mail = place.connect()
        mail.noop()
        mail.close()
        mail.close()
        with pytest.raises(ConnectionLost):
            mail.noop()

    def test_closing_logs_out(self, memory: InMemory) -> None:
        with memory.connect():
            pass
        assert memory.said()[-1] == "LOGOUT"

    def test_an_exception_in_the_block_closes_it_too(self, memory: InMemory) -> None:
        with pytest.raises(ZeroDivisionError):
            with memory.connect() as mail:
                raise ZeroDivisionError
        assert mail.closed

    def test_a_cut_connection_is_closed_without_complaint(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            memory.server.drop_connections()
            with pytest.raises(ConnectionLost):
                mail.noop()


class TestFolders:
    def test_one_string_is_the_servers_own_path(self, place: Place) -> None:
        with place.connect() as mail:
            assert mail.folder("a.b/c").path == "a.b/c"
            assert mail.folder("a.b/c").info is None
            assert mail.folder("a").ref == "a"
            assert mail.folder("a").mailbox is mail

    def test_several_are_joined_by_the_servers_delimiter(self, place: Place) -> None:
        with place.connect() as mail:
            assert mail.folder("Kunden", "Müller & Söhne").path == "Kunden/Müller & Söhne"
            assert (mail.folder("Kunden") / "仕事").path == "Kunden/仕事"

    def test_below_the_personal_namespace(self) -> None:
        script = Script({"NAMESPACE": '* NAMESPACE (("INBOX." ".")) NIL NIL'})
        with script.connect() as mail:
            assert mail.folder("Work", "2026").path == "INBOX.Work.2026"
            assert mail.folder("INBOX", "Work").path == "INBOX.Work"
            assert mail.folder("INBOX.Work", "x").path == "INBOX.Work.x"
            assert (mail.folder("INBOX.Work") / "x/y").path == "INBOX.Work.x/y"
            assert mail.folder("Work").path == "Work"

    def test_without_namespaces_the_delimiter_is_asked_for(self) -> None:
        script = Script({'LIST "" ""': '* LIST (\\Noselect) "." ""'}, capabilities="IMAP4rev1")
        with script.connect() as mail:
            assert mail.folder("Work", "2026").path == "Work.2026"

    def test_in_a_flat_namespace_there_are_none_below(self) -> None:
        script = Script({"NAMESPACE": '* NAMESPACE (("" NIL)) NIL NIL'})
        with script.connect() as mail:
            with pytest.raises(InvalidArgument, match="no folders inside folders"):
                mail.folder("Work") / "2026"

    @pytest.mark.parametrize("name", ["", "a/b"])
    def test_the_name_of_one_folder_holds_no_delimiter(self, place: Place, name: str) -> None:
        with place.connect() as mail:
            with pytest.raises(InvalidArgument, match="name of one folder"):
                mail.folder("Work") / name

    def test_a_folder_is_itself(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            folder = mail.folder("Work")
            assert mail.folder(folder) is folder
            assert mail.folder(folder, "2026").path == "Work/2026"

    def test_the_inbox_is_known_from_the_start(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            assert mail.inbox.path == "INBOX"
            assert mail.inbox.ref is Role.INBOX


class TestRoles:
    def test_a_role_asks_nothing_until_it_is_needed(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            before = memory.now
            drafts = mail.folder(Role.DRAFTS)
            with pytest.raises(NotFetched, match=r"'drafts'.*folders\(\)"):
                _ = drafts.path
            with pytest.raises(NotFetched):
                drafts / "of old"
            assert memory.now == before
            assert (drafts.status()).messages == 0
            assert drafts.path == "Drafts"
            assert (drafts / "of old").path == "Drafts/of old"

    def test_a_role_is_looked_up_once(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            for role in (Role.DRAFTS, Role.SENT, Role.TRASH):
                mail.folder(role).status()
        assert len([line for line in memory.said() if line.startswith("LIST")]) == 1

    def test_a_role_that_no_folder_has(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            flagged = mail.folder(Role.FLAGGED)
            with pytest.raises(FolderNotFound, match="'flagged'"):
                flagged.status()
            assert not flagged.exists()

    def test_a_role_follows_when_folders_change(self, place: Place) -> None:
        with place.connect() as mail:
            assert (mail.append(letter(), Role.SENT)).folder == "Sent"
            mail.folder(Role.SENT).rename("Old")
            now = place.elsewhere.folders().role(Role.SENT)
            assert now is not None
            assert (mail.append(letter(), Role.SENT)).folder == now.path


class TestFoldersMethod:
    def test_all_with_roles(self, place: Place) -> None:
        with place.connect() as mail:
            tree = mail.folders()
            assert {"INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive"} <= set(tree)
            for role in (Role.DRAFTS, Role.SENT, Role.JUNK, Role.TRASH, Role.ARCHIVE):
                folder = tree.role(role)
                assert folder is not None
                assert folder.info is not None
                assert folder.info.role_source == "server"
                assert folder.path == role.value.capitalize()
            inbox = tree["INBOX"].info
            assert inbox is not None
            assert inbox.role is Role.INBOX
            assert inbox.status is None

    def test_with_counts(self, place: Place) -> None:
        place.deliver()
        place.deliver(flags=["\\Seen"])
        with place.connect() as mail:
            info = (mail.folders(status=True))["INBOX"].info
            assert info is not None
            assert info.status is not None
            assert (info.status.messages, info.status.unseen, info.status.uidnext) == (2, 1, 3)

    def test_a_pattern(self, place: Place) -> None:
        with place.connect() as mail:
            mail.folder("Work", "2026", "May").create()
            assert "Work/2026/May" in mail.folders("Work/*")
            assert "Work/2026/May" not in mail.folders("Work/%")
            assert set(mail.folders("nothing*")) == set()

    def test_subscribed_ones(self, place: Place) -> None:
        with place.connect() as mail:
            mail.folder("one").create()
            mail.folder("two").create(subscribe=False)
            subscribed = mail.folders(subscribed=True)
            assert "one" in subscribed
            assert "two" not in subscribed
            assert {"one", "two"} <= set(mail.folders())


class TestAppending:
    def test_into_a_folder(self, place: Place) -> None:
        with place.connect() as mail:
            result = mail.append(letter("one"), "Archive")
            assert (result.folder, result.uid) == ("Archive", 1)
            assert result.uidvalidity == (mail.folder("Archive").status()).uidvalidity
            assert (mail.append(letter("two"), mail.folder("Archive"))).uid == 2
            assert (mail.append(letter("three"), Role.ARCHIVE)).uid == 3

    def test_a_draft(self, place: Place) -> None:
        with place.connect() as mail:
            result = mail.save_draft(draft())
            message = mail.folder(Role.DRAFTS).get(result.uid or 0)
            assert message.subject == "Grüße"
            assert {"\\Draft", "\\Seen"} <= message.flags

    def test_what_was_sent(self, place: Place) -> None:
        with place.connect() as mail:
            result = mail.save_sent(draft())
            message = mail.folder(Role.SENT).get(result.uid or 0)
            assert result.folder == "Sent"
            assert message.seen
            assert "\\Draft" not in message.flags

    def test_where_there_is_no_folder(self, place: Place) -> None:
        with place.connect() as mail:
            with pytest.raises(FolderNotFound):
                mail.append(letter(), "nowhere")


class TestGetting:
    def test_what_a_reference_names(self, place: Place) -> None:
        place.deliver(letter("one"))
        with place.connect() as mail:
            ref = (mail.inbox.get(1)).ref
            assert isinstance(ref, MessageRef)
            assert (mail.get(ref)).subject == "one"
            assert (mail.get(str(ref))).subject == "one"
            assert (mail.get(ImapUrl.parse(str(ref)))).subject == "one"
            assert (mail.get(pickle.loads(pickle.dumps(ref)))).ref == ref

    def test_a_message_that_is_gone(self, place: Place) -> None:
        place.deliver(letter("one"))
        with place.connect() as mail:
            message = mail.inbox.get(1)
            message.delete()
            with pytest.raises(MessageNotFound, match="UID 1"):
                mail.get(message.ref)

    def test_a_folder_that_is_gone(self, place: Place) -> None:
        with place.connect() as mail:
            with pytest.raises(FolderNotFound):
                mail.get(MessageRef(mail.host, mail.user, "nowhere", 1, 1))

    def test_uids_that_were_given_out_anew(self, place: Place) -> None:
        place.deliver(letter("one"))
        with place.connect() as mail:
            ref = (mail.inbox.get(1)).ref
            old = MessageRef(ref.host, ref.user, ref.folder, ref.uidvalidity + 1, 1)
            with pytest.raises(UidValidityChanged, match=str(ref.uidvalidity)):
                mail.get(old)

    @pytest.mark.parametrize(("host", "user"), [("imap.example.org", "ann"), ("localhost", "bob"), ("localhost", "")])
    def test_a_reference_to_mail_of_somebody_else(self, memory: InMemory, host: str, user: str) -> None:
        memory.deliver(letter("one"))
        with memory.connect() as mail:
            ref = (mail.inbox.get(1)).ref
            with pytest.raises(InvalidArgument, match="connect there"):
                mail.get(MessageRef(host, user, ref.folder, ref.uidvalidity, ref.uid))
            assert mail.get(MessageRef("LOCALHOST", ref.user, ref.folder, ref.uidvalidity, ref.uid))

    @pytest.mark.parametrize("url", ["nonsense", "imap://localhost/INBOX", "https://example.org/"])
    def test_what_is_no_reference(self, memory: InMemory, url: str) -> None:
        with memory.connect() as mail:
            with pytest.raises(InvalidArgument):
                mail.get(url)


class TestCommands:
    def test_any_command_of_the_protocol(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            assert "IDLE" in mail.execute(Capability())
            mail.execute(Noop())

    @pytest.mark.parametrize(
        ("command", "instead"),
        [
            (Idle(), "watch"),
            (StartTls(), "starttls"),
            (Compress(), "compress"),
            (Authenticate("PLAIN", Exchange(PLAIN, ANN)), r"connect\(auth="),
            (Login("ann", "pw"), "password"),
            (Logout(), "close"),
        ],
    )
    def test_what_has_a_method_of_its_own(self, memory: InMemory, command: Command[None], instead: str) -> None:
        with memory.connect() as mail:
            before = memory.now
            with pytest.raises(InvalidArgument, match=instead):
                mail.execute(command)
            assert memory.now == before
            mail.noop()


def wrapped(plain: socket.socket, security: Security) -> socket.socket:
    """The server's end of a connection; the client has to end TLS by a farewell."""
    if security == "none":
        return plain
    return server_context().wrap_socket(plain, server_side=True, suppress_ragged_eofs=False)


class TestLeaving:
    def test_an_exception_does_not_wait_for_the_server(self) -> None:
        script = Script({})
        with pytest.raises(KeyError):
            with script.connect() as mail:
                raise KeyError
        assert mail.closed
        assert "LOGOUT" not in script.heard

    def test_otherwise_it_is_told(self) -> None:
        script = Script({})
        with script.connect() as mail:
            mail.noop()
        assert mail.closed
        assert script.heard[-1] == "LOGOUT"

    @pytest.mark.parametrize("security", ["none", "tls"])
    def test_a_silent_server_is_left_all_the_same(self, security: Security) -> None:
        """Nothing but the bound of close() itself is in the way of waiting for ever."""
        heard: list[bytes] = []

        def fall_silent() -> None:
            with listener.accept()[0] as plain, wrapped(plain, security) as peer, peer.makefile("rb") as lines:
                peer.sendall(b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\r\n")
                for line in lines:
                    heard.append(line.partition(b" ")[2])
                    if heard[-1] != b"LOGOUT\r\n":
                        peer.sendall(line.partition(b" ")[0] + b" OK done\r\n")
                heard.append(b"hung up")

        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=fall_silent)
            thread.start()
            mail = imapkit.connect(
                "127.0.0.1",
                port=listener.getsockname()[1],
                user="ann",
                password="pw",
                security=security,
                ssl_context=Server.client_context(),
                timeout=Timeout(connect=30, read=None, total=None),
            )
            mail.noop()
            threads = threading.active_count()
            mail.close()
            thread.join()
        assert heard[-3:] == [b"NOOP\r\n", b"LOGOUT\r\n", b"hung up"]
        assert threading.active_count() == threads - 1
        assert mail.closed
        mail.close()
        with pytest.raises(ConnectionLost):
            mail.noop()


class TestReadOnly:
    def test_nothing_is_appended(self, place: Place) -> None:
        with place.connect(read_only=True) as mail:
            with pytest.raises(ReadOnly, match=r"append\(\)"):
                mail.append(letter(), "INBOX")
            with pytest.raises(ReadOnly, match="CREATE"):
                mail.execute(Create("Archive/2026"))
            with pytest.raises(ReadOnly):
                mail.save_draft(draft())
            with pytest.raises(ReadOnly):
                mail.save_sent(draft())
            assert (mail.inbox.status()).messages == 0
