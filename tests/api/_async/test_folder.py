"""Folders: made, renamed, removed, counted, subscribed, appended to; and their tree."""

from __future__ import annotations

import datetime as dt
import io
import pickle
from email.message import EmailMessage
from pathlib import Path

import pytest

from imapkit import (
    Flag,
    FolderExists,
    FolderInfo,
    FolderNotFound,
    InvalidArgument,
    MessageNotFound,
    NotFetched,
    OverQuota,
    ReadOnly,
    Role,
    UidValidityChanged,
)
from imapkit.testing import Server
from tests.api.places import InMemory, Place, Script, letter


class TestInbox:
    async def test_in_any_case(self, memory: InMemory) -> None:
        memory.deliver()
        async with memory.connect_async() as mail:
            folder = mail.folder("inbox")
            assert (folder.path, folder.ref) == ("INBOX", "INBOX")
            assert mail.folder("Inbox", "Work").path == "INBOX/Work"
            message = await folder.get(1)
            assert message.ref.folder == "INBOX"
            await mail.inbox.messages.add_flags(Flag.FLAGGED)
            assert message.flagged


class TestMaking:
    async def test_it_is_there_and_subscribed(self, place: Place) -> None:
        async with place.connect_async() as mail:
            folder = mail.folder("Kunden", "Müller & Söhne")
            assert not await folder.exists()
            assert await folder.create() is folder
            assert await folder.exists()
            assert "Kunden/Müller & Söhne" in await mail.folders(subscribed=True)

    async def test_not_subscribed_when_not_asked(self, place: Place) -> None:
        async with place.connect_async() as mail:
            await mail.folder("quiet").create(subscribe=False)
            assert "quiet" not in await mail.folders(subscribed=True)

    async def test_one_that_exists(self, place: Place) -> None:
        async with place.connect_async() as mail:
            await mail.folder("Work").create()
            with pytest.raises(FolderExists):
                await mail.folder("Work").create()
            await mail.folder("Work").create(exist_ok=True)

    async def test_one_with_a_slash_where_that_means_nothing(self) -> None:
        script = Script({"NAMESPACE": '* NAMESPACE (("" ".")) NIL NIL'})
        async with script.connect_async() as mail:
            with pytest.raises(InvalidArgument, match="verbatim=True"):
                await mail.folder("Work/2026").create()
            assert not [line for line in script.heard if line.startswith("CREATE")]
            await mail.folder("Work/2026").create(verbatim=True)
            assert "CREATE Work/2026" in script.heard

    async def test_one_for_a_role(self) -> None:
        server = Server(capabilities=["IMAP4rev2", "SPECIAL-USE", "CREATE-SPECIAL-USE", "AUTH=PLAIN"])
        memory = InMemory(server)
        async with memory.connect_async() as mail:
            await mail.folder(Role.SENT).delete()
            await mail.folder("Ausgang").create(role=Role.SENT)
            assert (await mail.append(letter(), Role.SENT)).folder == "Ausgang"
        memory.close()

    @pytest.mark.parametrize("name", ["a\r\nb", "a\0b", ""])
    async def test_one_whose_name_cannot_be(self, memory: InMemory, name: str) -> None:
        async with memory.connect_async() as mail:
            with pytest.raises(InvalidArgument):
                await mail.folder(name).create()


class TestRenaming:
    async def test_it_has_the_other_name(self, place: Place) -> None:
        async with place.connect_async() as mail:
            folder = await mail.folder("before").create()
            await folder.append(letter("kept"))
            renamed = await folder.rename("after")
            assert renamed.path == "after"
            assert [message.subject async for message in renamed.messages] == ["kept"]
            assert not await folder.exists()

    async def test_what_is_below_and_the_subscriptions_move_along(self, place: Place) -> None:
        async with place.connect_async() as mail:
            await mail.folder("a").create()
            await (mail.folder("a") / "b").create()
            await (mail.folder("a") / "quiet").create(subscribe=False)
            await mail.folder("a").rename(mail.folder("x"))
            subscribed = await mail.folders(subscribed=True)
            assert {"x", "x/b"} <= set(subscribed)
            assert not {"a", "a/b", "x/quiet"} & set(subscribed)
            assert await mail.folder("x/quiet").exists()

    async def test_onto_one_that_exists(self, place: Place) -> None:
        async with place.connect_async() as mail:
            await mail.folder("a").create()
            await mail.folder("b").create()
            with pytest.raises(FolderExists):
                await mail.folder("a").rename("b")

    async def test_one_that_is_not_there(self, place: Place) -> None:
        async with place.connect_async() as mail:
            with pytest.raises(FolderNotFound):
                await mail.folder("nowhere").rename("somewhere")

    async def test_the_selected_one(self, place: Place) -> None:
        """Its name then means another folder, if any: not the one that is still selected."""
        async with place.connect_async() as mail:
            folder = await mail.folder("current").create()
            await folder.append(letter("old"))
            assert [message.subject async for message in folder.messages] == ["old"]
            await folder.rename("done")
            await folder.create()
            assert [message.subject async for message in folder.messages] == []
            await folder.append(letter("new"))
            assert [message.subject async for message in mail.folder("done").messages] == ["old"]


class TestRemoving:
    async def test_it_is_gone_with_its_subscription(self, place: Place) -> None:
        async with place.connect_async() as mail:
            folder = await mail.folder("Work").create()
            await folder.append(letter())
            await folder.delete()
            assert not await folder.exists()
            assert "Work" not in await mail.folders(subscribed=True)

    async def test_one_that_is_not_there(self, place: Place) -> None:
        async with place.connect_async() as mail:
            with pytest.raises(FolderNotFound):
                await mail.folder("nowhere").delete()

    async def test_the_selected_one(self, place: Place) -> None:
        async with place.connect_async() as mail:
            folder = await mail.folder("current").create()
            await folder.append(letter())
            assert await folder.messages.count() == 1
            await folder.delete()
            await mail.noop()
            with pytest.raises(FolderNotFound):
                await folder.messages.count()
            assert await mail.inbox.messages.count() == 0

    async def test_the_selected_one_where_there_is_no_unselect(self) -> None:
        """Nothing is expunged on the way: CLOSE comes after EXAMINE."""
        memory = InMemory(Server(capabilities=["IMAP4rev1", "UIDPLUS", "AUTH=PLAIN"]))
        async with memory.connect_async() as mail:
            await mail.append(letter(), "INBOX", flags=[Flag.DELETED])
            assert await mail.inbox.messages.count() == 1
            await mail.folder("Junk").delete()
            assert await mail.inbox.messages.count() == 1
        assert "CLOSE" in memory.said()
        memory.close()

    async def test_what_was_known_of_it_is_not_taken_for_its_successor(self, place: Place) -> None:
        async with place.connect_async() as mail:
            folder = await mail.folder("Work").create()
            await folder.append(letter("old"))
            message = await folder.get(1)
            await folder.delete()
            await folder.create()
            await folder.append(letter("new"))
            if (await folder.get(1)).ref == message.ref:
                pytest.skip("this server gives the same UIDVALIDITY within a second")
            with pytest.raises(UidValidityChanged):
                await message.raw()
            with pytest.raises(UidValidityChanged):
                await message.delete()
            with pytest.raises(UidValidityChanged):
                await mail.get(message.ref)
            assert await folder.messages.count() == 1


class TestAsking:
    async def test_counts(self, place: Place) -> None:
        place.deliver()
        place.deliver(flags=["\\Seen"])
        async with place.connect_async() as mail:
            status = await mail.inbox.status()
            assert (status.messages, status.unseen, status.uidnext) == (2, 1, 3)
            assert status.uidvalidity > 0
            assert status.highestmodseq
            with pytest.raises(FolderNotFound):
                await mail.folder("nowhere").status()

    async def test_what_must_be_quoted(self, place: Place) -> None:
        names = ["two words", 'quo"te', "back\\slash", "amp&ersand", "仕事", "📦", "(a) {5}"]
        if place.name == "Dovecot":
            names += ["per%cent", "star*"]  # which the other refuses, as RFC 9051, 5.1, lets it
        async with place.connect_async() as mail:
            for name in names:
                folder = await mail.folder(name).create()
                assert await folder.exists(), name
                assert (await folder.status()).messages == 0
                await folder.append(letter())
                assert await folder.messages.count() == 1
            assert set(names) <= set(await mail.folders())

    async def test_one_message(self, place: Place) -> None:
        uid = place.deliver(letter("one"))
        async with place.connect_async() as mail:
            assert (await mail.inbox.get(uid)).subject == "one"
            with pytest.raises(MessageNotFound, match="UID 99 in 'INBOX'") as caught:
                await mail.inbox.get(99)
            assert isinstance(caught.value, LookupError)
            with pytest.raises(FolderNotFound):
                await mail.folder("nowhere").get(1)

    async def test_one_that_this_connection_has_not_heard_of(self, place: Place) -> None:
        async with place.connect_async() as mail:
            assert await mail.inbox.messages.count() == 0
            uid = place.deliver(letter("late"))
            assert (await mail.inbox.get(uid)).subject == "late"

    async def test_subscriptions(self, place: Place) -> None:
        async with place.connect_async() as mail:
            folder = await mail.folder("Work").create(subscribe=False)
            await folder.subscribe()
            assert "Work" in await mail.folders(subscribed=True)
            await folder.unsubscribe()
            assert "Work" not in await mail.folders(subscribed=True)

    async def test_nothing_when_a_handle_is_made(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            before = memory.now
            folder = mail.folder("Work")
            assert (repr(folder), repr(mail.inbox)) == (
                f"<{type(folder).__name__} Work>",
                f"<{type(folder).__name__} inbox>",
            )
            folder.search(seen=False), folder.messages, folder.by_uid([1, 2]), folder / "2026"
            assert memory.now == before

    async def test_it_does_not_pickle(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            folder = (await mail.folders())["INBOX"]
            with pytest.raises(TypeError, match="info"):
                pickle.dumps(folder)
            assert isinstance(pickle.loads(pickle.dumps(folder.info)), FolderInfo)


class TestAppending:
    WHEN = dt.datetime(2026, 5, 4, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))

    async def test_octets_with_flags_and_a_date(self, place: Place) -> None:
        async with place.connect_async() as mail:
            result = await mail.inbox.append(letter("one"), flags=[Flag.SEEN, "$Work"], date=self.WHEN)
            message = await mail.inbox.get(result.uid or 0)
            assert await message.raw() == letter("one")
            assert message.received == self.WHEN
            assert {"\\Seen", "$work"} <= message.flags

    async def test_line_ends_become_what_mail_has(self, place: Place) -> None:
        async with place.connect_async() as mail:
            result = await mail.inbox.append(letter("one").replace(b"\r\n", b"\n"))
            assert await (await mail.inbox.get(result.uid or 0)).raw() == letter("one")

    async def test_an_email_message(self, place: Place) -> None:
        message = EmailMessage()
        message["Subject"] = "Grüße"
        message["From"] = "Büro <buero@example.net>"
        message.set_content("Größe\n", cte="8bit")
        message.add_attachment(b"\0\1\2", "application", "octet-stream", filename="Maß.bin")
        async with place.connect_async() as mail:
            uid = (await mail.inbox.append(message)).uid
            found = await mail.inbox.get(uid or 0)
            assert found.subject == "Grüße"
            assert b"\n" not in (await found.raw()).replace(b"\r\n", b"")
            assert await found.text() == "Größe\n"
            assert await found.attachments[0].read() == b"\0\1\2"
            assert found.attachments[0].filename == "Maß.bin"

    async def test_a_file_and_a_path(self, place: Place, tmp_path: Path) -> None:
        path = tmp_path / "mail.eml"
        large = letter("large", text="0123456789\n" * 40_000)
        path.write_bytes(large.replace(b"\r\n", b"\n"))
        async with place.connect_async() as mail:
            one = await mail.inbox.append(path)
            two = await mail.inbox.append(str(path))
            with path.open("rb") as file:
                three = await mail.inbox.append(file)
            for result in (one, two, three):
                assert await (await mail.inbox.get(result.uid or 0)).raw() == large

    async def test_a_file_is_read_from_where_it_stands(self, place: Place) -> None:
        file = io.BytesIO(b"From nobody\n" + letter("one"))
        file.readline()
        async with place.connect_async() as mail:
            uid = (await mail.inbox.append(file)).uid
            assert await (await mail.inbox.get(uid or 0)).raw() == letter("one")

    async def test_what_cannot_be_sent(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            before = memory.now
            with pytest.raises(InvalidArgument, match=r"timezone|naive|aware"):
                await mail.inbox.append(letter(), date=dt.datetime(2026, 5, 4))
            with pytest.raises(InvalidArgument):
                await mail.inbox.append(letter(), flags=["two words"])
            with pytest.raises(InvalidArgument, match="EmailMessage"):
                await mail.inbox.append(7)  # type: ignore[arg-type]
            assert memory.now == before

    async def test_too_much_for_the_quota(self) -> None:
        server = Server()
        server.add_user("small", quota=200)
        async with server.connect_async("small") as mail:
            with pytest.raises(OverQuota):
                await mail.inbox.append(letter(text="x\n" * 300))
            assert await mail.inbox.messages.count() == 0

    async def test_more_than_the_server_says_it_takes(self) -> None:
        script = Script({}, capabilities="IMAP4rev1 NAMESPACE UIDPLUS APPENDLIMIT=100")
        async with script.connect_async() as mail:
            with pytest.raises(InvalidArgument, match="at most 100"):
                await mail.inbox.append(letter())
            assert not [line for line in script.heard if line.startswith("APPEND")]


class TestReadOnly:
    async def test_nothing_is_changed(self, place: Place) -> None:
        async with place.connect_async(read_only=True) as mail:
            folder = mail.folder("Junk")
            for refused in (
                mail.folder("new").create,
                folder.delete,
                folder.subscribe,
                folder.unsubscribe,
            ):
                with pytest.raises(ReadOnly, match="read_only=True"):
                    await refused()
            with pytest.raises(ReadOnly, match=r"rename\(\)"):
                await folder.rename("x")
            with pytest.raises(ReadOnly, match=r"append\(\)"):
                await folder.append(letter())
            assert await folder.exists()
            assert await mail.folder("Junk").messages.count() == 0


class TestTree:
    async def test_it_is_a_mapping(self, place: Place) -> None:
        async with place.connect_async() as mail:
            tree = await mail.folders()
            assert tree["INBOX"].path == "INBOX"
            assert len(tree) == len(list(tree))
            assert "nowhere" not in tree
            with pytest.raises(KeyError):
                tree["nowhere"]
            assert repr(tree) == f"<{type(tree).__name__} of {len(tree)} folders>"

    async def test_it_is_walked_and_drawn(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            for names in (["Work"], ["Work", "2026"], ["Work", "2026", "<May>"], ["Arbeit & mehr"]):
                await mail.folder(names[0], *names[1:]).create()
            memory.deliver()
            tree = await mail.folders(status=True)
            walked = [(depth, folder.path) for depth, folder in tree.walk()]
            assert walked[0] == (0, "INBOX")
            assert walked[-3:] == [(0, "Work"), (1, "Work/2026"), (2, "Work/2026/<May>")]
            assert [folder.path for folder in tree.roots] == [path for depth, path in walked if not depth]
            assert str(tree).splitlines() == [
                "INBOX  1, 1 unread",
                "Arbeit & mehr  0",
                "Archive  [archive]  0",
                "Drafts  [drafts]  0",
                "Junk  [junk]  0",
                "Sent  [sent]  0",
                "Trash  [trash]  0",
                "Work  0",
                "└── 2026  0",
                "    └── <May>  0",
            ]
            html = tree._repr_html_()
            assert "&lt;May&gt;" in html
            assert "Arbeit &amp; mehr" in html

    async def test_it_is_what_was_listed(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            tree = await mail.folders()
            await mail.folder("new").create()
            before = memory.now
            assert "new" not in tree
            assert tree.role(Role.SENT) is not None
            assert tree.role(Role.FLAGGED) is None
            assert memory.now == before

    async def test_a_role_needs_no_folder_of_the_tree(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            await mail.folders()
            assert mail.folder(Role.SENT).path == "Sent"
            with pytest.raises(NotFetched):
                _ = mail.folder(Role.FLAGGED).path
