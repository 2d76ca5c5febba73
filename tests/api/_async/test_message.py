"""One message: what is known of it, what is read of it, what is done with it."""

from __future__ import annotations

import datetime as dt
import pickle
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest

from imapkit import (
    Flag,
    FolderNotFound,
    Include,
    InvalidArgument,
    MessageNotFound,
    MessageSummary,
    NotFetched,
    NotSupported,
    Progress,
    ReadOnly,
    Role,
    UidSet,
)
from imapkit.testing import Server
from tests.api.places import WHEN, InMemory, Place, Script, letter

RICH = b"""\
From: =?utf-8?q?B=C3=BCro?= <buero@example.net>
To: Ann <ann@example.org>, =?utf-8?b?57WM55CG6YOo?= <keiri@example.org>
Cc: Team: bob@example.net, carol@example.org;
Bcc: secret@example.org
Reply-To: answers@example.net
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
Date: Fri, 20 Nov 2026 08:29:00 +0100
Message-ID: <2@example.net>
In-Reply-To: <1@example.net>
References: <0@example.net> <1@example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe aus dem =
B=FCro.
--inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+R3LDvMOfZTwvcD4K
--inner--
--outer
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''Ma%C3%9Fe.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--outer--
""".replace(b"\n", b"\r\n")


class TestKnows:
    async def test_what_its_header_says(self, place: Place) -> None:
        place.deliver(RICH, flags=["\\Flagged"])
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            assert message.uid == 1
            assert message.folder.path == "INBOX"
            assert message.subject == "Grüße"
            assert message.from_ == Address("Büro", "buero", "example.net")
            assert message.to == (Address("Ann", "ann", "example.org"), Address("経理部", "keiri", "example.org"))
            assert [address.addr_spec for address in message.cc] == ["bob@example.net", "carol@example.org"]
            assert [address.addr_spec for address in message.bcc] == ["secret@example.org"]
            assert [address.addr_spec for address in message.reply_to] == ["answers@example.net"]
            assert message.date == dt.datetime(2026, 11, 20, 7, 29, tzinfo=dt.UTC)
            assert message.received == WHEN
            assert message.size == len(RICH)
            assert message.message_id == "<2@example.net>"
            assert message.in_reply_to == ("<1@example.net>",)
            assert message.flagged
            assert not message.seen
            assert message.defects == ()

    async def test_what_it_has_not(self, place: Place) -> None:
        place.deliver(b"X-Nothing: 1\r\n\r\n")
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            assert message.subject == ""
            assert message.from_ is None
            assert message.to == message.cc == message.bcc == ()
            assert message.date is None
            assert message.message_id is None
            assert message.in_reply_to == ()
            assert message.attachments == ()
            assert await message.text() == ""
            assert await message.html() is None

    async def test_attributes_never_ask(self, memory: InMemory) -> None:
        memory.deliver(RICH)
        async with memory.connect_async() as mail:
            message = await mail.inbox.messages.prefetch(preview=True).first()
            assert message is not None
            before = memory.now
            for name in dir(type(message)):
                # (labels are for test_labels.py: this server has none)
                if not name.startswith("_") and name != "labels" and not callable(getattr(type(message), name)):
                    getattr(message, name)
            assert (repr(message), str(message)) == (f"<{type(message).__name__} 1 in 'INBOX' 'Grüße'>",) * 2
            assert memory.now == before

    @pytest.mark.parametrize(
        ("attribute", "how"),
        [
            ("subject", "Include.ENVELOPE"),
            ("from_", "Include.ENVELOPE"),
            ("to", "Include.ENVELOPE"),
            ("date", "Include.ENVELOPE"),
            ("message_id", "Include.ENVELOPE"),
            ("envelope", "Include.ENVELOPE"),
            ("structure", "Include.STRUCTURE"),
            ("attachments", "Include.STRUCTURE"),
            ("received", "Include.RECEIVED"),
            ("size", "Include.SIZE"),
            ("flags", "Include.FLAGS"),
            ("seen", "Include.FLAGS"),
            ("preview", "prefetch(preview=True)"),
            ("summary", "Include."),
        ],
    )
    async def test_what_was_not_fetched_raises_and_says_how_to(
        self, memory: InMemory, attribute: str, how: str
    ) -> None:
        memory.deliver(RICH)
        async with memory.connect_async() as mail:
            message = await mail.inbox.messages.only().first()
            assert message is not None
            before = memory.now
            with pytest.raises(NotFetched) as caught:
                getattr(message, attribute)
            assert how in str(caught.value)
            assert isinstance(caught.value, AttributeError)
            assert not hasattr(message, attribute)
            assert repr(message) == f"<{type(message).__name__} 1 in 'INBOX'>"
            assert memory.now == before

    async def test_each_can_be_fetched_alone(self, memory: InMemory) -> None:
        memory.deliver(RICH)
        async with memory.connect_async() as mail:
            for include, attribute in (
                (Include.ENVELOPE, "subject"),
                (Include.STRUCTURE, "attachments"),
                (Include.RECEIVED, "received"),
                (Include.SIZE, "size"),
                (Include.FLAGS, "flags"),
                (Include.PREVIEW, "preview"),
            ):
                message = await mail.inbox.messages.only(include).first()
                assert hasattr(message, attribute)

    async def test_what_the_server_wrote_wrongly(self) -> None:
        answer = '* 1 FETCH (UID 7 FLAGS (\\Seen) ENVELOPE nonsense RFC822.SIZE 10 INTERNALDATE "never" X-THING (1))'
        script = Script(
            {"SELECT": "* 1 EXISTS\n* OK [UIDVALIDITY 3] ok", "UID SEARCH": "* SEARCH 7", "UID FETCH": answer}
        )
        async with script.connect_async() as mail:
            message = await mail.inbox.messages.first()
            assert message is not None
            assert (message.uid, message.size, message.seen) == (7, 10, True)
            with pytest.raises(NotFetched, match="no readable ENVELOPE"):
                _ = message.subject
            with pytest.raises(NotFetched, match=r"INTERNALDATE|date of arrival"):
                _ = message.received
            assert message.defects

    async def test_a_name_for_good(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            ref = message.ref
            assert (ref.host, ref.user, ref.folder, ref.uid) == (place.host, place.user, "INBOX", 1)
            assert ref.uidvalidity == (await mail.inbox.status()).uidvalidity

    async def test_where_nothing_lasts_there_is_none(self) -> None:
        script = Script({"SELECT": "* 1 EXISTS", "UID SEARCH": "* SEARCH 7", "UID FETCH": "* 1 FETCH (UID 7 FLAGS ())"})
        async with script.connect_async() as mail:
            message = await mail.inbox.messages.first()
            assert message is not None
            with pytest.raises(NotSupported, match="UIDs"):
                _ = message.ref

    async def test_a_summary_outlives_the_connection(self, place: Place) -> None:
        place.deliver(RICH, flags=["\\Seen"])
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            summary = message.summary
            assert isinstance(summary, MessageSummary)
            copy = pickle.loads(pickle.dumps(summary))
            await message.remove_flags(Flag.SEEN)
        assert copy == summary
        assert hash(copy) == hash(summary)
        assert (copy.subject, copy.size, copy.ref) == ("Grüße", len(RICH), message.ref)
        assert "\\Seen" in copy.flags
        assert not message.seen

    async def test_itself_does_not_pickle(self, memory: InMemory) -> None:
        memory.deliver(RICH)
        async with memory.connect_async() as mail:
            message = await mail.inbox.get(1)
            with pytest.raises(TypeError, match=r"message\.ref or message\.summary"):
                pickle.dumps(message)
            with pytest.raises(TypeError):
                pickle.dumps(message.attachments[0])

    async def test_in_a_notebook_it_is_escaped(self, memory: InMemory) -> None:
        memory.deliver(letter("<img src=x onerror=alert(1)>", From='"<b>" <bob@example.net>'))
        async with memory.connect_async() as mail:
            html = (await mail.inbox.get(1))._repr_html_()
            assert "<img" not in html
            assert "<b>" not in html
            assert "&lt;img src=x" in html


class TestFlags:
    async def test_change(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            await message.add_flags(Flag.FLAGGED, "$Work")
            assert {"\\flagged", "$WORK"} <= message.flags
            await message.remove_flags("$work")
            assert "$Work" not in message.flags
            await message.mark_seen()
            assert message.seen
            assert message.flagged
            assert {"\\Seen", "\\Flagged"} <= (await mail.inbox.get(1)).flags

    async def test_follow_what_the_connection_sees(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message, twin = await mail.inbox.get(1), await mail.inbox.get(1)
            place.elsewhere.inbox.by_uid(1).add_flags(Flag.ANSWERED)
            await mail.noop()
            assert Flag.ANSWERED in message.flags
            await twin.add_flags(Flag.FLAGGED)
            assert message.flagged
            await mail.inbox.messages.remove_flags(Flag.FLAGGED)
            assert not message.flagged
            assert not twin.flagged

    async def test_do_not_follow_a_message_of_another_folder(self, place: Place) -> None:
        place.deliver(RICH)
        place.deliver(RICH, folder="Archive")
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            await (await mail.folder("Archive").get(1)).add_flags(Flag.FLAGGED)
            assert not message.flagged

    async def test_that_cannot_be(self, memory: InMemory) -> None:
        memory.deliver(RICH)
        async with memory.connect_async() as mail:
            message = await mail.inbox.get(1)
            before = memory.now
            for flag in ("two words", "", "\\Recent", "(x)", "a\r\nb"):
                with pytest.raises(InvalidArgument):
                    await message.add_flags(flag)
            assert memory.now == before


class TestReading:
    async def test_text_and_html(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            assert (await message.text()).rstrip() == "Grüße aus dem Büro."
            assert await message.html() == "<p>Grüße</p>\n"
            assert not (await mail.inbox.get(1)).seen

    async def test_text_where_there_is_only_html(self, place: Place) -> None:
        place.deliver(letter(text="<p>Tea &amp; cake</p>", Content_Type="text/html"))
        async with place.connect_async() as mail:
            message = await mail.inbox.messages.prefetch(preview=True).first()
            assert message is not None
            assert (await message.text()).strip() == "Tea & cake"
            assert message.preview == "Tea & cake"

    async def test_header(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            headers = await (await mail.inbox.get(1)).headers()
            assert headers["SUBJECT"] == ("Grüße",)
            assert headers["references"] == ("<0@example.net> <1@example.net>",)
            assert "X-None" not in headers

    async def test_all_of_it(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            assert await message.raw() == RICH
            email = await message.email()
            assert isinstance(email, EmailMessage)
            assert email["Subject"] == "Grüße"

    async def test_without_the_structure_there_is_no_text(self, memory: InMemory) -> None:
        memory.deliver(RICH)
        async with memory.connect_async() as mail:
            message = await mail.inbox.messages.only(Include.SIZE).first()
            assert message is not None
            with pytest.raises(NotFetched, match=r"Include\.STRUCTURE"):
                await message.text()
            assert await message.raw() == RICH

    async def test_what_is_gone(self, place: Place, tmp_path: Path) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            await message.delete()
            for read in (message.text, message.html, message.raw, message.headers, message.email):
                with pytest.raises(MessageNotFound, match="UID 1"):
                    await read()
            with pytest.raises(MessageNotFound):
                await message.save(tmp_path)
            with pytest.raises(MessageNotFound):
                await message.attachments[0].save(tmp_path)
            assert list(tmp_path.iterdir()) == []


class TestRemoved:
    async def test_it_is_missed(self, place: Place) -> None:
        place.deliver(RICH)
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            place.elsewhere.inbox.by_uid(1).delete()
            await mail.noop()
            for change in (message.mark_seen, message.trash, message.delete):
                with pytest.raises(MessageNotFound, match="UID 1"):
                    await change()
            with pytest.raises(MessageNotFound):
                await message.add_flags(Flag.FLAGGED)
            with pytest.raises(MessageNotFound):
                await message.remove_flags(Flag.FLAGGED)
            with pytest.raises(MessageNotFound):
                await message.copy("Archive")
            with pytest.raises(MessageNotFound):
                await message.move("Archive")
            assert await mail.inbox.messages.uids() == UidSet([2])


class TestLeftOut:
    async def test_what_the_server_did_not_send(self) -> None:
        script = Script({"SELECT": "* 1 EXISTS\n* OK [UIDVALIDITY 3] ok", "UID FETCH": "* 1 FETCH (UID 7)"})
        async with script.connect_async() as mail:
            message = await mail.inbox.get(7)
            with pytest.raises(NotFetched, match="was asked for ENVELOPE, and did not send it"):
                _ = message.envelope
            with pytest.raises(NotFetched, match="was asked for FLAGS"):
                _ = message.flags


class TestAnotherFolderForARole:
    async def test_a_message_stays_where_it_was_found(self) -> None:
        script = Script(
            {
                "LIST": '* LIST (\\Archive) "/" Old',
                "SELECT": "* 1 EXISTS\n* OK [UIDVALIDITY 3] ok",
                "UID FETCH": "* 1 FETCH (UID 7 FLAGS ())",
                "UID STORE": "* 1 FETCH (UID 7 FLAGS (\\Seen))",
            }
        )
        async with script.connect_async() as mail:
            message = await mail.folder(Role.ARCHIVE).get(7)
            script.answers["LIST"] = '* LIST (\\Archive) "/" New'
            await mail.folders()
            await message.add_flags(Flag.SEEN)
            assert [line for line in script.heard if line.startswith("SELECT")] == ["SELECT Old"]


class TestSaving:
    async def test_to_a_file_or_into_a_directory(self, place: Place, tmp_path: Path) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            assert await message.save(tmp_path / "mail.eml") == tmp_path / "mail.eml"
            assert (tmp_path / "mail.eml").read_bytes() == RICH
            assert await message.save(str(tmp_path)) == tmp_path / "1.eml"
            assert await message.save(tmp_path) == tmp_path / "1 (2).eml"
            assert {path.read_bytes() for path in tmp_path.iterdir()} == {RICH}
            assert not (await mail.inbox.get(1)).seen

    async def test_over_a_file_that_is_there(self, place: Place, tmp_path: Path) -> None:
        place.deliver(RICH)
        target = tmp_path / "mail.eml"
        target.write_bytes(b"old")
        async with place.connect_async() as mail:
            await (await mail.inbox.get(1)).save(target)
        assert target.read_bytes() == RICH

    async def test_tells_how_far_it_is(self, place: Place, tmp_path: Path) -> None:
        large = letter(text="0123456789\n" * 100_000)
        place.deliver(large)
        told: list[Progress] = []
        async with place.connect_async() as mail:
            path = await (await mail.inbox.get(1)).save(tmp_path / "large.eml", progress=told.append)
        assert path.read_bytes() == large
        assert told[-1] == Progress(len(large), len(large), "bytes", "large.eml")
        assert [progress.done for progress in told] == sorted(progress.done for progress in told)

    async def test_tells_what_the_server_tells_before(self, tmp_path: Path) -> None:
        place = InMemory(Server(profile="everything"))
        place.deliver(RICH)
        told: list[Progress] = []
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            place.server.progress_next("UID FETCH", 1, None, 3, goal=4)
            await message.save(tmp_path / "mail.eml", progress=told.append)
            whole = Progress(len(RICH), len(RICH), "bytes", "mail.eml")
            still = Progress(0, len(RICH), "bytes", "mail.eml")
            steps = [Progress(done, 4, "steps", "mail.eml") for done in (1, 3)]
            assert told == [steps[0], still, steps[1], whole]
            told.clear()
            place.server.progress_next("UID FETCH", 50, None, tagged=False)
            scan = message.attachments[0]
            await scan.save(tmp_path, progress=told.append)
            name = "Maße.pdf"
            assert told[:2] == [Progress(50, None, "steps", name), Progress(0, scan.size, "bytes", name)]
            place.server.progress_next("UID FETCH", 1, None)
            assert (await message.save(tmp_path / "mail.eml")).read_bytes() == RICH
        place.close()

    async def test_what_another_command_takes_is_not_told(self, tmp_path: Path) -> None:
        script = Script(
            {
                "UID FETCH 1 (UID FLAGS": "* 1 FETCH (UID 1 RFC822.SIZE 4)",
                "UID FETCH 1 (UID BODY": '* OK [INPROGRESS ("X1" 1 4)] no\n* 1 FETCH (UID 1 BODY[] {4}\nmail)',
            }
        )
        told: list[Progress] = []
        async with script.connect_async() as mail:
            await (await mail.inbox.get(1)).save(tmp_path / "mail.eml", progress=told.append)
        assert told == [Progress(4, 4, "bytes", "mail.eml")]

    async def test_leaves_nothing_when_it_fails(self, place: Place, tmp_path: Path) -> None:
        place.deliver(RICH)

        def refuse(progress: Progress) -> None:
            raise ZeroDivisionError

        target = tmp_path / "mail.eml"
        target.write_bytes(b"old")
        async with place.connect_async() as mail:
            with pytest.raises(ZeroDivisionError):
                await (await mail.inbox.get(1)).save(target, progress=refuse)
        assert list(tmp_path.iterdir()) == [target]
        assert target.read_bytes() == b"old"

    async def test_where_there_is_no_directory(self, memory: InMemory, tmp_path: Path) -> None:
        memory.deliver(RICH)
        async with memory.connect_async() as mail:
            message = await mail.inbox.get(1)
            before = memory.now
            with pytest.raises(FileNotFoundError):
                await message.save(tmp_path / "no" / "mail.eml")
            assert memory.now == before


class TestAnswering:
    async def test_it_is_addressed_threaded_and_quoted(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            answer = await (await mail.inbox.get(1)).reply("Danke!", from_="Ann <ann@example.org>")
            assert answer["To"] == "answers@example.net"
            assert answer["From"] == "Ann <ann@example.org>"
            assert answer["Cc"] is None
            assert answer["Subject"] == "Re: Grüße"
            assert answer["In-Reply-To"] == "<2@example.net>"
            assert answer["References"] == "<0@example.net> <1@example.net> <2@example.net>"
            assert answer["Date"]
            assert answer["Message-ID"]
            text = answer.get_content()
            assert text.startswith("Danke!\n\nOn Fri, 20 Nov 2026 08:29:00 +0100, Büro <buero@example.net> wrote:\n")
            assert text.endswith("> Grüße aus dem Büro.\n")
            assert not (await mail.inbox.get(1)).seen

    async def test_to_all_but_oneself(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            answer = await message.reply("Danke!", from_="ann@example.org", all=True, quote=False)
            assert answer["To"] == "answers@example.net"
            assert [address.addr_spec for address in answer["Cc"].addresses] == [
                "keiri@example.org",
                "bob@example.net",
                "carol@example.org",
            ]
            assert answer.get_content() == "Danke!\n"

    async def test_it_can_be_sent_and_saved(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            answer = await (await mail.inbox.get(1)).reply("Danke!", from_="ann@example.org")
            uid = (await mail.save_draft(answer)).uid
            saved = await mail.folder(Role.DRAFTS).get(uid or 0)
            assert saved.in_reply_to == ("<2@example.net>",)
            assert saved.subject == "Re: Grüße"


class TestMoving:
    async def test_to_another_folder(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            copy = await (await mail.inbox.get(1)).copy("Archive")
            assert copy is not None
            assert (copy.folder, copy.uid) == ("Archive", 1)
            moved = await (await mail.inbox.get(1)).move(Role.ARCHIVE)
            assert moved is not None
            assert (moved.folder, moved.uid) == ("Archive", 2)
            assert await (await mail.get(moved)).raw() == RICH
            assert await mail.inbox.messages.count() == 0

    async def test_to_the_trash(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            await (await mail.inbox.get(1)).trash()
            assert await mail.folder(Role.TRASH).messages.count() == 1
            assert await mail.inbox.messages.count() == 0

    async def test_nowhere(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async() as mail:
            message = await mail.inbox.get(1)
            with pytest.raises(FolderNotFound):
                await message.move("nowhere")
            with pytest.raises(FolderNotFound):
                await message.copy(Role.IMPORTANT)
            assert await mail.inbox.messages.count() == 1

    async def test_out_of_the_world(self, place: Place) -> None:
        place.deliver(RICH, flags=["\\Deleted"])
        place.deliver(RICH)
        async with place.connect_async() as mail:
            await (await mail.inbox.get(2)).delete()
            assert [message.uid async for message in mail.inbox.messages] == [1]

    async def test_where_the_server_does_not_tell_where_to(self) -> None:
        script = Script(
            {"SELECT": "* 1 EXISTS\n* OK [UIDVALIDITY 3] ok", "UID FETCH": "* 1 FETCH (UID 7 FLAGS ())"},
            capabilities="IMAP4rev1 NAMESPACE MOVE",
        )
        async with script.connect_async() as mail:
            message = await mail.inbox.get(7)
            assert await message.copy("Archive") is None
            assert await message.move("Archive") is None


class TestReadOnly:
    async def test_nothing_is_changed(self, place: Place) -> None:
        place.deliver(RICH)
        async with place.connect_async(read_only=True) as mail:
            message = await mail.inbox.get(1)
            for refused in (message.mark_seen, message.trash, message.delete):
                with pytest.raises(ReadOnly, match="read_only=True"):
                    await refused()
            with pytest.raises(ReadOnly, match=r"add_flags\(\)"):
                await message.add_flags(Flag.SEEN)
            with pytest.raises(ReadOnly, match=r"remove_flags\(\)"):
                await message.remove_flags(Flag.SEEN)
            with pytest.raises(ReadOnly, match=r"move\(\)"):
                await message.move("Archive")
            with pytest.raises(ReadOnly, match=r"copy\(\)"):
                await message.copy("Archive")
            assert await message.raw() == RICH
            assert (await message.reply("Danke!"))["Subject"] == "Re: Grüße"
        assert place.elsewhere.inbox.search(seen=False).count() == 1
