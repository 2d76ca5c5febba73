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
    async def test_whom_it_talks_to(self, place: Place) -> None:
        async with place.connect_async() as mail:
            assert mail.host == place.host
            assert mail.user == place.user
            assert mail.server_id["name"]
            assert "IMAP4REV1" in mail.capabilities
            assert not mail.closed
        assert mail.closed

    async def test_what_the_server_supports(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            assert mail.supports("IDLE", "move")
            assert not mail.supports("IDLE", "X-NOT-THERE")

    async def test_repr_tells_the_state_without_asking(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            before = memory.now
            assert repr(mail) == f"<{type(mail).__name__} ann@localhost open>"
            assert memory.now == before
        assert repr(mail) == f"<{type(mail).__name__} ann@localhost closed>"

    async def test_it_does_not_pickle(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            with pytest.raises(TypeError, match="settings"):
                pickle.dumps(mail)
            assert pickle.loads(pickle.dumps(mail.settings)).user == "ann"

    async def test_secrets_do_not_show(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            assert "'pw'" not in repr(mail.settings)


class TestRevision2:
    """What RFC 9051, appendix E removed is not said where IMAP4rev2 is spoken."""

    async def test_alone(self) -> None:
        await self.use(Server(profile="rfc9051"))

    async def test_enabled(self) -> None:
        extensions = ["ENABLE", "LIST-EXTENDED", "SPECIAL-USE", "LITERAL+", "AUTH=PLAIN"]
        await self.use(Server(capabilities=["IMAP4rev1", "IMAP4rev2", *extensions]))

    async def use(self, server: Server) -> None:
        memory = InMemory(server)
        memory.server.deliver("ann", letter("tea"))
        async with memory.connect_async() as mail:
            assert mail.supports("IMAP4rev2", "MOVE")
            assert not mail.supports("IMAP4rev1")
            assert "INBOX" in await mail.folders(status=True)
            await mail.folder("Grüße").create()
            assert "Grüße" in await mail.folders(subscribed=True)
            assert (await mail.inbox.status()).messages == 1
            message = await mail.inbox.get(1)
            assert (message.subject, await message.text()) == ("tea", "At four.\n")
            await message.add_flags("$a")
            with pytest.raises(InvalidArgument, match="set by the server alone"):
                await message.add_flags("\\Recent")
            for query in (Q.recent, Q.new | Q.flagged, ~Q.old):
                with pytest.raises(NotSupported, match="SEARCH needs IMAP4REV1, which goes with IMAP4rev2 no more"):
                    await mail.inbox.search(query).uids()
            assert await mail.inbox.search(Q.unseen).uids() == UidSet("1")
        removed = ("RECENT", "LSUB", "CHECK", "RFC822", "NEW", "OLD")
        said = [line.replace("RFC822.SIZE", "") for line in memory.said()]
        assert not [line for line in said if any(word in line for word in removed)]
        memory.close()


class TestConnecting:
    async def test_a_wrong_password_raises(self, memory: InMemory) -> None:
        memory.server.fail_next("AUTHENTICATE", code="AUTHENTICATIONFAILED", text="no")
        with pytest.raises(AuthenticationError, match="no"):
            async with memory.connect_async():
                pass

    async def test_it_may_be_awaited_and_closed_twice(self, place: Place) -> None:
        mail = await place.connect_async()
        await mail.noop()
        await mail.close()
        await mail.close()
        with pytest.raises(ConnectionLost):
            await mail.noop()

    async def test_closing_logs_out(self, memory: InMemory) -> None:
        async with memory.connect_async():
            pass
        assert memory.said()[-1] == "LOGOUT"

    async def test_an_exception_in_the_block_closes_it_too(self, memory: InMemory) -> None:
        with pytest.raises(ZeroDivisionError):
            async with memory.connect_async() as mail:
                raise ZeroDivisionError
        assert mail.closed

    async def test_a_cut_connection_is_closed_without_complaint(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            memory.server.drop_connections()
            with pytest.raises(ConnectionLost):
                await mail.noop()


class TestFolders:
    async def test_one_string_is_the_servers_own_path(self, place: Place) -> None:
        async with place.connect_async() as mail:
            assert mail.folder("a.b/c").path == "a.b/c"
            assert mail.folder("a.b/c").info is None
            assert mail.folder("a").ref == "a"
            assert mail.folder("a").mailbox is mail

    async def test_several_are_joined_by_the_servers_delimiter(self, place: Place) -> None:
        async with place.connect_async() as mail:
            assert mail.folder("Kunden", "Müller & Söhne").path == "Kunden/Müller & Söhne"
            assert (mail.folder("Kunden") / "仕事").path == "Kunden/仕事"

    async def test_below_the_personal_namespace(self) -> None:
        script = Script({"NAMESPACE": '* NAMESPACE (("INBOX." ".")) NIL NIL'})
        async with script.connect_async() as mail:
            assert mail.folder("Work", "2026").path == "INBOX.Work.2026"
            assert mail.folder("INBOX", "Work").path == "INBOX.Work"
            assert mail.folder("INBOX.Work", "x").path == "INBOX.Work.x"
            assert (mail.folder("INBOX.Work") / "x/y").path == "INBOX.Work.x/y"
            assert mail.folder("Work").path == "Work"

    async def test_without_namespaces_the_delimiter_is_asked_for(self) -> None:
        script = Script({'LIST "" ""': '* LIST (\\Noselect) "." ""'}, capabilities="IMAP4rev1")
        async with script.connect_async() as mail:
            assert mail.folder("Work", "2026").path == "Work.2026"

    async def test_in_a_flat_namespace_there_are_none_below(self) -> None:
        script = Script({"NAMESPACE": '* NAMESPACE (("" NIL)) NIL NIL'})
        async with script.connect_async() as mail:
            with pytest.raises(InvalidArgument, match="no folders inside folders"):
                mail.folder("Work") / "2026"

    @pytest.mark.parametrize("name", ["", "a/b"])
    async def test_the_name_of_one_folder_holds_no_delimiter(self, place: Place, name: str) -> None:
        async with place.connect_async() as mail:
            with pytest.raises(InvalidArgument, match="name of one folder"):
                mail.folder("Work") / name

    async def test_a_folder_is_itself(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            folder = mail.folder("Work")
            assert mail.folder(folder) is folder
            assert mail.folder(folder, "2026").path == "Work/2026"

    async def test_the_inbox_is_known_from_the_start(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            assert mail.inbox.path == "INBOX"
            assert mail.inbox.ref is Role.INBOX


class TestRoles:
    async def test_a_role_asks_nothing_until_it_is_needed(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            before = memory.now
            drafts = mail.folder(Role.DRAFTS)
            with pytest.raises(NotFetched, match=r"'drafts'.*folders\(\)"):
                _ = drafts.path
            with pytest.raises(NotFetched):
                drafts / "of old"
            assert memory.now == before
            assert (await drafts.status()).messages == 0
            assert drafts.path == "Drafts"
            assert (drafts / "of old").path == "Drafts/of old"

    async def test_a_role_is_looked_up_once(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            for role in (Role.DRAFTS, Role.SENT, Role.TRASH):
                await mail.folder(role).status()
        assert len([line for line in memory.said() if line.startswith("LIST")]) == 1

    async def test_a_role_that_no_folder_has(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            flagged = mail.folder(Role.FLAGGED)
            with pytest.raises(FolderNotFound, match="'flagged'"):
                await flagged.status()
            assert not await flagged.exists()

    async def test_a_role_follows_when_folders_change(self, place: Place) -> None:
        async with place.connect_async() as mail:
            assert (await mail.append(letter(), Role.SENT)).folder == "Sent"
            await mail.folder(Role.SENT).rename("Old")
            now = place.elsewhere.folders().role(Role.SENT)
            assert now is not None
            assert (await mail.append(letter(), Role.SENT)).folder == now.path


class TestFoldersMethod:
    async def test_all_with_roles(self, place: Place) -> None:
        async with place.connect_async() as mail:
            tree = await mail.folders()
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

    async def test_with_counts(self, place: Place) -> None:
        place.deliver()
        place.deliver(flags=["\\Seen"])
        async with place.connect_async() as mail:
            info = (await mail.folders(status=True))["INBOX"].info
            assert info is not None
            assert info.status is not None
            assert (info.status.messages, info.status.unseen, info.status.uidnext) == (2, 1, 3)

    async def test_a_pattern(self, place: Place) -> None:
        async with place.connect_async() as mail:
            await mail.folder("Work", "2026", "May").create()
            assert "Work/2026/May" in await mail.folders("Work/*")
            assert "Work/2026/May" not in await mail.folders("Work/%")
            assert set(await mail.folders("nothing*")) == set()

    async def test_subscribed_ones(self, place: Place) -> None:
        async with place.connect_async() as mail:
            await mail.folder("one").create()
            await mail.folder("two").create(subscribe=False)
            subscribed = await mail.folders(subscribed=True)
            assert "one" in subscribed
            assert "two" not in subscribed
            assert {"one", "two"} <= set(await mail.folders())


class TestAppending:
    async def test_into_a_folder(self, place: Place) -> None:
        async with place.connect_async() as mail:
            result = await mail.append(letter("one"), "Archive")
            assert (result.folder, result.uid) == ("Archive", 1)
            assert result.uidvalidity == (await mail.folder("Archive").status()).uidvalidity
            assert (await mail.append(letter("two"), mail.folder("Archive"))).uid == 2
            assert (await mail.append(letter("three"), Role.ARCHIVE)).uid == 3

    async def test_a_draft(self, place: Place) -> None:
        async with place.connect_async() as mail:
            result = await mail.save_draft(draft())
            message = await mail.folder(Role.DRAFTS).get(result.uid or 0)
            assert message.subject == "Grüße"
            assert {"\\Draft", "\\Seen"} <= message.flags

    async def test_what_was_sent(self, place: Place) -> None:
        async with place.connect_async() as mail:
            result = await mail.save_sent(draft())
            message = await mail.folder(Role.SENT).get(result.uid or 0)
            assert result.folder == "Sent"
            assert message.seen
            assert "\\Draft" not in message.flags

    async def test_where_there_is_no_folder(self, place: Place) -> None:
        async with place.connect_async() as mail:
            with pytest.raises(FolderNotFound):
                await mail.append(letter(), "nowhere")


class TestGetting:
    async def test_what_a_reference_names(self, place: Place) -> None:
        place.deliver(letter("one"))
        async with place.connect_async() as mail:
            ref = (await mail.inbox.get(1)).ref
            assert isinstance(ref, MessageRef)
            assert (await mail.get(ref)).subject == "one"
            assert (await mail.get(str(ref))).subject == "one"
            assert (await mail.get(ImapUrl.parse(str(ref)))).subject == "one"
            assert (await mail.get(pickle.loads(pickle.dumps(ref)))).ref == ref

    async def test_a_message_that_is_gone(self, place: Place) -> None:
        place.deliver(letter("one"))
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            await message.delete()
            with pytest.raises(MessageNotFound, match="UID 1"):
                await mail.get(message.ref)

    async def test_a_folder_that_is_gone(self, place: Place) -> None:
        async with place.connect_async() as mail:
            with pytest.raises(FolderNotFound):
                await mail.get(MessageRef(mail.host, mail.user, "nowhere", 1, 1))

    async def test_uids_that_were_given_out_anew(self, place: Place) -> None:
        place.deliver(letter("one"))
        async with place.connect_async() as mail:
            ref = (await mail.inbox.get(1)).ref
            old = MessageRef(ref.host, ref.user, ref.folder, ref.uidvalidity + 1, 1)
            with pytest.raises(UidValidityChanged, match=str(ref.uidvalidity)):
                await mail.get(old)

    @pytest.mark.parametrize(("host", "user"), [("imap.example.org", "ann"), ("localhost", "bob"), ("localhost", "")])
    async def test_a_reference_to_mail_of_somebody_else(self, memory: InMemory, host: str, user: str) -> None:
        memory.deliver(letter("one"))
        async with memory.connect_async() as mail:
            ref = (await mail.inbox.get(1)).ref
            with pytest.raises(InvalidArgument, match="connect there"):
                await mail.get(MessageRef(host, user, ref.folder, ref.uidvalidity, ref.uid))
            assert await mail.get(MessageRef("LOCALHOST", ref.user, ref.folder, ref.uidvalidity, ref.uid))

    @pytest.mark.parametrize("url", ["nonsense", "imap://localhost/INBOX", "https://example.org/"])
    async def test_what_is_no_reference(self, memory: InMemory, url: str) -> None:
        async with memory.connect_async() as mail:
            with pytest.raises(InvalidArgument):
                await mail.get(url)


class TestCommands:
    async def test_any_command_of_the_protocol(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            assert "IDLE" in await mail.execute(Capability())
            await mail.execute(Noop())

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
    async def test_what_has_a_method_of_its_own(self, memory: InMemory, command: Command[None], instead: str) -> None:
        async with memory.connect_async() as mail:
            before = memory.now
            with pytest.raises(InvalidArgument, match=instead):
                await mail.execute(command)
            assert memory.now == before
            await mail.noop()


def wrapped(plain: socket.socket, security: Security) -> socket.socket:
    """The server's end of a connection; the client has to end TLS by a farewell."""
    if security == "none":
        return plain
    return server_context().wrap_socket(plain, server_side=True, suppress_ragged_eofs=False)


class TestLeaving:
    async def test_an_exception_does_not_wait_for_the_server(self) -> None:
        script = Script({})
        with pytest.raises(KeyError):
            async with script.connect_async() as mail:
                raise KeyError
        assert mail.closed
        assert "LOGOUT" not in script.heard

    async def test_otherwise_it_is_told(self) -> None:
        script = Script({})
        async with script.connect_async() as mail:
            await mail.noop()
        assert mail.closed
        assert script.heard[-1] == "LOGOUT"

    @pytest.mark.parametrize("security", ["none", "tls"])
    async def test_a_silent_server_is_left_all_the_same(self, security: Security) -> None:
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
            mail = await imapkit.connect_async(
                "127.0.0.1",
                port=listener.getsockname()[1],
                user="ann",
                password="pw",
                security=security,
                ssl_context=Server.client_context(),
                timeout=Timeout(connect=30, read=None, total=None),
            )
            await mail.noop()
            threads = threading.active_count()
            await mail.close()
            thread.join()
        assert heard[-3:] == [b"NOOP\r\n", b"LOGOUT\r\n", b"hung up"]
        assert threading.active_count() == threads - 1
        assert mail.closed
        await mail.close()
        with pytest.raises(ConnectionLost):
            await mail.noop()


class TestReadOnly:
    async def test_nothing_is_appended(self, place: Place) -> None:
        async with place.connect_async(read_only=True) as mail:
            with pytest.raises(ReadOnly, match=r"append\(\)"):
                await mail.append(letter(), "INBOX")
            with pytest.raises(ReadOnly, match="CREATE"):
                await mail.execute(Create("Archive/2026"))
            with pytest.raises(ReadOnly):
                await mail.save_draft(draft())
            with pytest.raises(ReadOnly):
                await mail.save_sent(draft())
            assert (await mail.inbox.status()).messages == 0
