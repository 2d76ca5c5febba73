# Generated from tests/api/_async/test_folder.py by tools/unasync.py; do not edit.
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
    def test_in_any_case(self, memory: InMemory) -> None:
        memory.deliver()
        with memory.connect() as mail:
            folder = mail.folder("inbox")
            assert (folder.path, folder.ref) == ("INBOX", "INBOX")
            assert mail.folder("Inbox", "Work").path == "INBOX/Work"
            message = folder.get(1)
            assert message.ref.folder == "INBOX"
            mail.inbox.messages.add_flags(Flag.FLAGGED)
            assert message.flagged


class TestMaking:
    def test_it_is_there_and_subscribed(self, place: Place) -> None:
        with place.connect() as mail:
            folder = mail.folder("Kunden", "Müller & Söhne")
            assert not folder.exists()
            assert folder.create() is folder
            assert folder.exists()
            assert "Kunden/Müller & Söhne" in mail.folders(subscribed=True)

    def test_not_subscribed_when_not_asked(self, place: Place) -> None:
        with place.connect() as mail:
            mail.folder("quiet").create(subscribe=False)
            assert "quiet" not in mail.folders(subscribed=True)

    def test_one_that_exists(self, place: Place) -> None:
        with place.connect() as mail:
            mail.folder("Work").create()
            with pytest.raises(FolderExists):
                mail.folder("Work").create()
            mail.folder("Work").create(exist_ok=True)

    def test_one_with_a_slash_where_that_means_nothing(self) -> None:
        script = Script({"NAMESPACE": '* NAMESPACE (("" ".")) NIL NIL'})
        with script.connect() as mail:
            with pytest.raises(InvalidArgument, match="verbatim=True"):
                mail.folder("Work/2026").create()
            assert not [line for line in script.heard if line.startswith("CREATE")]
            mail.folder("Work/2026").create(verbatim=True)
            assert "CREATE Work/2026" in script.heard

    def test_one_for_a_role(self) -> None:
        server = Server(capabilities=["IMAP4rev2", "SPECIAL-USE", "CREATE-SPECIAL-USE", "AUTH=PLAIN"])
        memory = InMemory(server)
        with memory.connect() as mail:
            mail.folder(Role.SENT).delete()
            mail.folder("Ausgang").create(role=Role.SENT)
            assert (mail.append(letter(), Role.SENT)).folder == "Ausgang"
        memory.close()

    @pytest.mark.parametrize("name", ["a\r\nb", "a\0b", ""])
    def test_one_whose_name_cannot_be(self, memory: InMemory, name: str) -> None:
        with memory.connect() as mail:
            with pytest.raises(InvalidArgument):
                mail.folder(name).create()


class TestRenaming:
    def test_it_has_the_other_name(self, place: Place) -> None:
        with place.connect() as mail:
            folder = mail.folder("before").create()
            folder.append(letter("kept"))
            renamed = folder.rename("after")
            assert renamed.path == "after"
            assert [message.subject for message in renamed.messages] == ["kept"]
            assert not folder.exists()

    def test_what_is_below_and_the_subscriptions_move_along(self, place: Place) -> None:
        with place.connect() as mail:
            mail.folder("a").create()
            (mail.folder("a") / "b").create()
            (mail.folder("a") / "quiet").create(subscribe=False)
            mail.folder("a").rename(mail.folder("x"))
            subscribed = mail.folders(subscribed=True)
            assert {"x", "x/b"} <= set(subscribed)
            assert not {"a", "a/b", "x/quiet"} & set(subscribed)
            assert mail.folder("x/quiet").exists()

    def test_onto_one_that_exists(self, place: Place) -> None:
        with place.connect() as mail:
            mail.folder("a").create()
            mail.folder("b").create()
            with pytest.raises(FolderExists):
                mail.folder("a").rename("b")

    def test_one_that_is_not_there(self, place: Place) -> None:
        with place.connect() as mail:
            with pytest.raises(FolderNotFound):
                mail.folder("nowhere").rename("somewhere")

    def test_the_selected_one(self, place: Place) -> None:
        """Its name then means another folder, if any: not the one that is still selected."""
        with place.connect() as mail:
            folder = mail.folder("current").create()
            folder.append(letter("old"))
            assert [message.subject for message in folder.messages] == ["old"]
            folder.rename("done")
            folder.create()
            assert [message.subject for message in folder.messages] == []
            folder.append(letter("new"))
            assert [message.subject for message in mail.folder("done").messages] == ["old"]


class TestRemoving:
    def test_it_is_gone_with_its_subscription(self, place: Place) -> None:
        with place.connect() as mail:
            folder = mail.folder("Work").create()
            folder.append(letter())
            folder.delete()
            assert not folder.exists()
            assert "Work" not in mail.folders(subscribed=True)

    def test_one_that_is_not_there(self, place: Place) -> None:
        with place.connect() as mail:
            with pytest.raises(FolderNotFound):
                mail.folder("nowhere").delete()

    def test_the_selected_one(self, place: Place) -> None:
        with place.connect() as mail:
            folder = mail.folder("current").create()
            folder.append(letter())
            assert folder.messages.count() == 1
            folder.delete()
            mail.noop()
            with pytest.raises(FolderNotFound):
                folder.messages.count()
            assert mail.inbox.messages.count() == 0

    def test_the_selected_one_where_there_is_no_unselect(self) -> None:
        """Nothing is expunged on the way: CLOSE comes after EXAMINE."""
        memory = InMemory(Server(capabilities=["IMAP4rev1", "UIDPLUS", "AUTH=PLAIN"]))
        with memory.connect() as mail:
            mail.append(letter(), "INBOX", flags=[Flag.DELETED])
            assert mail.inbox.messages.count() == 1
            mail.folder("Junk").delete()
            assert mail.inbox.messages.count() == 1
        assert "CLOSE" in memory.said()
        memory.close()

    def test_what_was_known_of_it_is_not_taken_for_its_successor(self, place: Place) -> None:
        with place.connect() as mail:
            folder = mail.folder("Work").create()
            folder.append(letter("old"))
            message = folder.get(1)
            folder.delete()
            folder.create()
            folder.append(letter("new"))
            if (folder.get(1)).ref == message.ref:
                pytest.skip("this server gives the same UIDVALIDITY within a second")
            with pytest.raises(UidValidityChanged):
                message.raw()
            with pytest.raises(UidValidityChanged):
                message.delete()
            with pytest.raises(UidValidityChanged):
                mail.get(message.ref)
            assert folder.messages.count() == 1


class TestAsking:
    def test_counts(self, place: Place) -> None:
        place.deliver()
        place.deliver(flags=["\\Seen"])
        with place.connect() as mail:
            status = mail.inbox.status()
            assert (status.messages, status.unseen, status.uidnext) == (2, 1, 3)
            assert status.uidvalidity > 0
            assert status.highestmodseq
            with pytest.raises(FolderNotFound):
                mail.folder("nowhere").status()

    def test_what_must_be_quoted(self, place: Place) -> None:
        names = ["two words", 'quo"te', "back\\slash", "amp&ersand", "仕事", "📦", "(a) {5}"]
        if place.name == "Dovecot":
            names += ["per%cent", "star*"]  # which the other refuses, as RFC 9051, 5.1, lets it
        with place.connect() as mail:
            for name in names:
                folder = mail.folder(name).create()
                assert folder.exists(), name
                assert (folder.status()).messages == 0
                folder.append(letter())
                assert folder.messages.count() == 1
            assert set(names) <= set(mail.folders())

    def test_one_message(self, place: Place) -> None:
        uid = place.deliver(letter("one"))
        with place.connect() as mail:
            assert (mail.inbox.get(uid)).subject == "one"
            with pytest.raises(MessageNotFound, match="UID 99 in 'INBOX'") as caught:
                mail.inbox.get(99)
            assert isinstance(caught.value, LookupError)
            with pytest.raises(FolderNotFound):
                mail.folder("nowhere").get(1)

    def test_one_that_this_connection_has_not_heard_of(self, place: Place) -> None:
        with place.connect() as mail:
            assert mail.inbox.messages.count() == 0
            uid = place.deliver(letter("late"))
            assert (mail.inbox.get(uid)).subject == "late"

    def test_subscriptions(self, place: Place) -> None:
        with place.connect() as mail:
            folder = mail.folder("Work").create(subscribe=False)
            folder.subscribe()
            assert "Work" in mail.folders(subscribed=True)
            folder.unsubscribe()
            assert "Work" not in mail.folders(subscribed=True)

    def test_nothing_when_a_handle_is_made(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            before = memory.now
            folder = mail.folder("Work")
            assert (repr(folder), repr(mail.inbox)) == (
                f"<{type(folder).__name__} Work>",
                f"<{type(folder).__name__} inbox>",
            )
            folder.search(seen=False), folder.messages, folder.by_uid([1, 2]), folder / "2026"
            assert memory.now == before

    def test_it_does_not_pickle(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            folder = (mail.folders())["INBOX"]
            with pytest.raises(TypeError, match="info"):
                pickle.dumps(folder)
            assert isinstance(pickle.loads(pickle.dumps(folder.info)), FolderInfo)


class TestAppending:
    WHEN = dt.datetime(2026, 5, 4, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))

    def test_octets_with_flags_and_a_date(self, place: Place) -> None:
        with place.connect() as mail:
            result = mail.inbox.append(letter("one"), flags=[Flag.SEEN, "$Work"], date=self.WHEN)
            message = mail.inbox.get(result.uid or 0)
            assert message.raw() == letter("one")
            assert message.received == self.WHEN
            assert {"\\Seen", "$work"} <= message.flags

    def test_line_ends_become_what_mail_has(self, place: Place) -> None:
        with place.connect() as mail:
            result = mail.inbox.append(letter("one").replace(b"\r\n", b"\n"))
            assert (mail.inbox.get(result.uid or 0)).raw() == letter("one")

    def test_an_email_message(self, place: Place) -> None:
        message = EmailMessage()
        message["Subject"] = "Grüße"
        message["From"] = "Büro <buero@example.net>"
        message.set_content("Größe\n", cte="8bit")
        message.add_attachment(b"\0\1\2", "application", "octet-stream", filename="Maß.bin")
        with place.connect() as mail:
            uid = (mail.inbox.append(message)).uid
            found = mail.inbox.get(uid or 0)
            assert found.subject == "Grüße"
            assert b"\n" not in (found.raw()).replace(b"\r\n", b"")
            assert found.text() == "Größe\n"
            assert found.attachments[0].read() == b"\0\1\2"
            assert found.attachments[0].filename == "Maß.bin"

    def test_a_file_and_a_path(self, place: Place, tmp_path: Path) -> None:
        path = tmp_path / "mail.eml"
        large = letter("large", text="0123456789\n" * 40_000)
        path.write_bytes(large.replace(b"\r\n", b"\n"))
        with place.connect() as mail:
            one = mail.inbox.append(path)
            two = mail.inbox.append(str(path))
            with path.open("rb") as file:
                three = mail.inbox.append(file)
            for result in (one, two, three):
                assert (mail.inbox.get(result.uid or 0)).raw() == large

    def test_a_file_is_read_from_where_it_stands(self, place: Place) -> None:
        file = io.BytesIO(b"From nobody\n" + letter("one"))
        file.readline()
        with place.connect() as mail:
            uid = (mail.inbox.append(file)).uid
            assert (mail.inbox.get(uid or 0)).raw() == letter("one")

    def test_what_cannot_be_sent(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            before = memory.now
            with pytest.raises(InvalidArgument, match=r"timezone|naive|aware"):
                mail.inbox.append(letter(), date=dt.datetime(2026, 5, 4))
            with pytest.raises(InvalidArgument):
                mail.inbox.append(letter(), flags=["two words"])
            with pytest.raises(InvalidArgument, match="EmailMessage"):
                mail.inbox.append(7)  # type: ignore[arg-type]
            assert memory.now == before

    def test_too_much_for_the_quota(self) -> None:
        server = Server()
        server.add_user("small", quota=200)
        with server.connect("small") as mail:
            with pytest.raises(OverQuota):
                mail.inbox.append(letter(text="x\n" * 300))
            assert mail.inbox.messages.count() == 0

    def test_more_than_the_server_says_it_takes(self) -> None:
        script = Script({}, capabilities="IMAP4rev1 NAMESPACE UIDPLUS APPENDLIMIT=100")
        with script.connect() as mail:
            with pytest.raises(InvalidArgument, match="at most 100"):
                mail.inbox.append(letter())
            assert not [line for line in script.heard if line.startswith("APPEND")]


class TestReadOnly:
    def test_nothing_is_changed(self, place: Place) -> None:
        with place.connect(read_only=True) as mail:
            folder = mail.folder("Junk")
            for refused in (
                mail.folder("new").create,
                folder.delete,
                folder.subscribe,
                folder.unsubscribe,
            ):
                with pytest.raises(ReadOnly, match="read_only=True"):
                    refused()
            with pytest.raises(ReadOnly, match=r"rename\(\)"):
                folder.rename("x")
            with pytest.raises(ReadOnly, match=r"append\(\)"):
                folder.append(letter())
            assert folder.exists()
            assert mail.folder("Junk").messages.count() == 0


class TestTree:
    def test_it_is_a_mapping(self, place: Place) -> None:
        with place.connect() as mail:
            tree = mail.folders()
            assert tree["INBOX"].path == "INBOX"
            assert len(tree) == len(list(tree))
            assert "nowhere" not in tree
            with pytest.raises(KeyError):
                tree["nowhere"]
            assert repr(tree) == f"<{type(tree).__name__} of {len(tree)} folders>"

    def test_it_is_walked_and_drawn(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            for names in (["Work"], ["Work", "2026"], ["Work", "2026", "<May>"], ["Arbeit & mehr"]):
                mail.folder(names[0], *names[1:]).create()
            memory.deliver()
            tree = mail.folders(status=True)
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

    def test_it_is_what_was_listed(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            tree = mail.folders()
            mail.folder("new").create()
            before = memory.now
            assert "new" not in tree
            assert tree.role(Role.SENT) is not None
            assert tree.role(Role.FLAGGED) is None
            assert memory.now == before

    def test_a_role_needs_no_folder_of_the_tree(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            mail.folders()
            assert mail.folder(Role.SENT).path == "Sent"
            with pytest.raises(NotFetched):
                _ = mail.folder(Role.FLAGGED).path
