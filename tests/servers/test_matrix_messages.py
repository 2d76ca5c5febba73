"""Messages on each real server: put there, searched, paged, flagged, copied, moved, removed."""

from __future__ import annotations

import datetime as dt
import io
from email.message import EmailMessage
from pathlib import Path

import pytest

from imapkit import (
    Flag,
    Folder,
    Include,
    InvalidArgument,
    Mailbox,
    MessageNotFound,
    MessageSet,
    NotFetched,
    NotSupported,
    Q,
)
from imapkit.protocol.extensions.select import Select
from tests.servers.conftest import new_name, top
from tests.servers.rig import RealServer

DAY = dt.date(2024, 2, 10)


def mail_of(number: int, subject: str, text: str = "some words") -> bytes:
    """A message, sent on one of the days from DAY on."""
    sent = dt.datetime.combine(DAY, dt.time(12), dt.UTC) + dt.timedelta(days=number)
    lines = [
        f"From: Sender {number} <sender{number}@example.org>",
        "To: reader@example.org",
        f"Subject: {subject}",
        f"Date: {sent:%a, %d %b %Y %H:%M:%S +0000}",
        f"Message-ID: <{number}@example.org>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


class TestAppend:
    def test_octets(self, mail: Mailbox, folder: Folder) -> None:
        octets = mail_of(1, "octets")
        result = folder.append(octets, flags=[Flag.SEEN])
        (message,) = folder.messages
        assert message.raw() == octets
        assert result.folder == folder.path
        assert result.uid == (message.uid if mail.supports("UIDPLUS") else None)
        if result.uidvalidity is not None:
            assert result.uidvalidity == folder.status().uidvalidity

    def test_no_flags(self, folder: Folder) -> None:
        folder.append(mail_of(1, "plain"))
        (message,) = folder.messages
        assert not message.flags - {"\\Recent"}

    def test_flags(self, folder: Folder) -> None:
        folder.append(mail_of(1, "flagged"), flags=[Flag.SEEN, Flag.FLAGGED])
        (message,) = folder.messages
        assert message.flags - {"\\Recent"} == {Flag.SEEN, Flag.FLAGGED}

    @pytest.mark.parametrize("offset", [0, -8.5, 13])
    def test_date(self, folder: Folder, offset: float) -> None:
        moment = dt.datetime(2021, 1, 5, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=offset)))
        folder.append(mail_of(1, "old"), flags=[Flag.SEEN], date=moment)
        (message,) = folder.messages
        assert message.received == moment

    def test_a_message_object(self, folder: Folder) -> None:
        written = EmailMessage()
        written["Subject"] = "Grüße ☃"
        written["From"] = "Zoë <zoe@example.org>"
        written.set_content("Schöne Grüße\n")
        written.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="ü.bin")
        folder.append(written, flags=[Flag.SEEN])
        (message,) = folder.messages
        assert message.subject == "Grüße ☃"
        assert message.text().strip() == "Schöne Grüße"
        assert message.email()["From"] == written["From"]

    def test_a_file(self, folder: Folder, tmp_path: Path) -> None:
        path = tmp_path / "mail.eml"
        octets = mail_of(1, "from a file", "x" * 200_000)
        path.write_bytes(octets.replace(b"\r\n", b"\n"))
        folder.append(path, flags=[Flag.SEEN])
        folder.append(io.BytesIO(octets), flags=[Flag.SEEN])
        assert [message.raw() for message in folder.messages] == [octets, octets]
        (first, _) = folder.messages
        saved = first.save(tmp_path)
        assert saved.read_bytes() == octets

    def test_a_selected_folder_shows_it(self, folder: Folder) -> None:
        for number in range(1, 4):
            folder.append(mail_of(number, "another"), flags=[Flag.SEEN])
            assert folder.messages.count() == number


def fill(folder: Folder) -> Folder:
    """Put five messages there, received and sent on five days."""
    subjects = ["tea", "coffee", "Grüße", "tea again", "last"]
    for number, subject in enumerate(subjects):
        received = dt.datetime.combine(DAY, dt.time(12), dt.UTC) + dt.timedelta(days=number)
        text = "Ein schöner Tag" if number == 2 else "words, words"
        octets = mail_of(number, subject, text)
        if number == 2:
            octets = octets.replace("Grüße".encode(), b"=?utf-8?B?R3LDvMOfZQ==?=")
        folder.append(octets, flags=[Flag.SEEN], date=received)
    uids = list(folder.messages.uids())
    folder.messages.add_flags(Flag.SEEN)
    folder.by_uid(uids[1]).add_flags(Flag.FLAGGED)
    return folder


@pytest.fixture
def five(folder: Folder) -> Folder:
    """A folder with five messages."""
    return fill(folder)


@pytest.fixture(scope="session")
def filled() -> dict[tuple[str, str], Folder]:
    """Folders with five messages that nobody changes, on each server in each world."""
    return {}


@pytest.fixture
def same_five(mail: Mailbox, real_server: RealServer, world: str, filled: dict[tuple[str, str], Folder]) -> Folder:
    """A folder with five messages, to be looked at only."""
    key = (real_server.name, world)
    if key not in filled or filled[key].mailbox.closed:
        filled[key] = fill(top(mail, new_name()).create(subscribe=False))
    return filled[key]


def some(folder: Folder, *places: int) -> MessageSet:
    """The messages at these places, counted from 0."""
    uids = list(folder.messages.uids())
    return folder.by_uid([uids[place] for place in places])


class TestSearch:
    def found(self, folder: Folder, query: object) -> list[int]:
        uids = list(folder.messages.uids())
        assert len(uids) == 5
        return [uids.index(message.uid) for message in folder.search(query)]  # type: ignore[arg-type]

    def test_everything(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.all) == [0, 1, 2, 3, 4]

    def test_words(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.subject("tea")) == [0, 3]
        assert self.found(same_five, Q.subject("TEA") & ~Q.subject("again")) == [0]
        assert self.found(same_five, Q.from_("sender4@example.org") | Q.subject("coffee")) == [1, 4]
        assert self.found(same_five, Q.to("reader")) == [0, 1, 2, 3, 4]
        assert self.found(same_five, Q.text("no such words")) == []

    def test_words_in_the_body(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.body("words, words")) == [0, 1, 3, 4]

    def test_words_not_ascii(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.subject("Grüße")) == [2]

    def test_words_in_the_body_not_ascii(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.body("schöner")) == [2]

    def test_header(self, five: Folder) -> None:
        assert self.found(five, Q.header("Message-ID", "<3@example.org>")) == [3]

    def test_flags(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.flagged) == [1]
        assert self.found(same_five, Q.seen & Q.unflagged) == [0, 2, 3, 4]
        assert self.found(same_five, Q.unseen | Q.deleted) == []

    def test_size(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.larger(10) & Q.smaller(10_000)) == [0, 1, 2, 3, 4]
        assert self.found(same_five, Q.larger(10_000)) == []

    def test_days(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.since(DAY + dt.timedelta(days=3))) == [3, 4]
        assert self.found(same_five, Q.before(DAY + dt.timedelta(days=1))) == [0]
        assert self.found(same_five, Q.on(DAY + dt.timedelta(days=2))) == [2]

    def test_days_of_sending(self, same_five: Folder) -> None:
        assert self.found(same_five, Q.sent_since(DAY + dt.timedelta(days=3))) == [3, 4]
        assert self.found(same_five, Q.sent_before(DAY + dt.timedelta(days=1))) == [0]
        assert self.found(same_five, Q.sent_on(DAY + dt.timedelta(days=2))) == [2]

    def test_moments(self, same_five: Folder) -> None:
        noon = dt.datetime.combine(DAY, dt.time(12), dt.UTC) + dt.timedelta(days=2)
        second = dt.timedelta(seconds=1)
        assert self.found(same_five, Q.received_after(noon + second)) == [3, 4]
        assert self.found(same_five, Q.received_before(noon + second)) == [0, 1, 2]

    def test_uids(self, same_five: Folder) -> None:
        uids = list(same_five.messages.uids())
        assert self.found(same_five, Q.uid([uids[0], uids[3], uids[4]])) == [0, 3, 4]
        assert [message.uid for message in same_five.by_uid([uids[4], uids[1], 999_999])] == [uids[1], uids[4]]


class TestPages:
    def test_newest_and_oldest(self, same_five: Folder) -> None:
        assert [message.subject for message in same_five.messages.newest(2)] == ["last", "tea again"]
        assert [message.subject for message in same_five.messages.oldest(2)] == ["tea", "coffee"]
        assert [message.subject for message in same_five.search(seen=True).newest(1)] == ["last"]
        assert same_five.search(seen=False).first() is None

    def test_facts(self, same_five: Folder) -> None:
        message = same_five.messages.newest(1).first()
        assert message is not None
        assert str(message.from_) == "Sender 4 <sender4@example.org>"
        assert [str(address) for address in message.to] == ["reader@example.org"]
        assert message.date == dt.datetime.combine(DAY, dt.time(12), dt.UTC) + dt.timedelta(days=4)
        assert message.message_id == "<4@example.org>"
        assert message.structure.content_type == "text/plain"
        summary = message.summary
        assert (summary.subject, summary.size) == ("last", message.size)

    def test_only_what_is_asked_for(self, same_five: Folder) -> None:
        (message,) = same_five.messages.newest(1).only(Include.FLAGS)
        assert message.seen
        with pytest.raises(NotFetched):
            _ = message.subject

    def test_more_is_prefetched(self, same_five: Folder) -> None:
        (message,) = same_five.messages.newest(1).prefetch(headers=["Message-ID"], preview=True)
        assert list(message.headers()["message-id"]) == ["<4@example.org>"]
        assert message.preview.strip() == "words, words"

    def test_many(self, folder: Folder) -> None:
        for number in range(32):
            folder.append(mail_of(1, f"number {number}"), flags=[Flag.SEEN])
        for _ in range(2):
            folder.messages.copy(folder)
        assert len(folder.messages.all()) == folder.messages.count() == 128  # more than a page

    def test_gone(self, same_five: Folder) -> None:
        with pytest.raises(MessageNotFound):
            same_five.get(999_999)


class TestFlags:
    def test_system_flags(self, five: Folder) -> None:
        (message,) = five.messages.newest(1)
        message.add_flags(Flag.FLAGGED, Flag.ANSWERED)
        assert {Flag.FLAGGED, Flag.ANSWERED, Flag.SEEN} <= message.flags
        message.remove_flags(Flag.SEEN, Flag.FLAGGED)
        assert message.flags - {"\\Recent"} == {Flag.ANSWERED}
        (again,) = five.messages.newest(1)
        assert again.flags - {"\\Recent"} == {Flag.ANSWERED}

    def test_keywords(self, mail: Mailbox, five: Folder) -> None:
        (message,) = five.messages.newest(1)
        permanent = mail.execute(Select(five.path)).permanent_flags
        if permanent is not None and "\\*" not in permanent:
            with pytest.raises(InvalidArgument, match="does not keep the flags"):
                message.add_flags("$Work", "later")
            return
        message.add_flags("$Work", "later")
        (again,) = five.messages.newest(1)
        assert {"$Work", "later"} <= again.flags
        assert [message.uid for message in five.search(keyword="later")] == [again.uid]
        again.remove_flags("$Work", "later")
        (last,) = five.messages.newest(1)
        assert last.flags - {"\\Recent"} == {Flag.SEEN}

    def test_many_at_once(self, five: Folder) -> None:
        assert some(five, 0, 3).add_flags(Flag.FLAGGED) == 2
        assert five.search(flagged=True).count() == 3
        assert five.messages.remove_flags(Flag.FLAGGED) == 5
        assert five.search(flagged=True).count() == 0

    def test_reading_changes_nothing(self, folder: Folder) -> None:
        folder.append(mail_of(1, "unread"), flags=[Flag.FLAGGED])
        (message,) = folder.messages.prefetch(body=True)
        assert message.raw()
        assert message.text()
        (again,) = folder.messages
        assert not again.seen


class TestTransfer:
    def test_copy(self, mail: Mailbox, five: Folder) -> None:
        target = top(mail, new_name()).create(subscribe=False)
        chosen = some(five, 0, 3)
        uids = list(chosen.uids())
        result = chosen.copy(target)
        assert (result.folder, result.count) == (target.path, 2)
        assert five.messages.count() == 5
        copies = list(target.messages)
        assert [message.subject for message in copies] == ["tea", "tea again"]
        assert Flag.SEEN in copies[0].flags
        if mail.supports("UIDPLUS"):
            assert dict(result) == dict(zip(uids, [message.uid for message in copies], strict=True))
            assert result.uidvalidity == target.status().uidvalidity
        else:
            assert not result

    def test_copy_of_one(self, mail: Mailbox, five: Folder) -> None:
        target = top(mail, new_name()).create(subscribe=False)
        (message,) = five.messages.newest(1)
        reference = message.copy(target)
        (copy,) = target.messages
        assert copy.raw() == message.raw()
        assert copy.received == message.received
        if mail.supports("UIDPLUS"):
            assert reference == copy.ref
            assert mail.get(str(reference)).subject == "last"

    def test_move(self, mail: Mailbox, five: Folder) -> None:
        target = top(mail, new_name()).create(subscribe=False)
        chosen = some(five, 0, 3)
        uids = list(chosen.uids())
        if not mail.supports("MOVE") and not mail.supports("UIDPLUS"):
            with pytest.raises(NotSupported):
                chosen.move(target)
            return
        result = chosen.move(target)
        assert result.count == 2
        assert [message.subject for message in five.messages] == ["coffee", "Grüße", "last"]
        moved = list(target.messages)
        assert [message.subject for message in moved] == ["tea", "tea again"]
        if mail.supports("UIDPLUS"):
            assert dict(result) == dict(zip(uids, [message.uid for message in moved], strict=True))

    def test_delete(self, mail: Mailbox, five: Folder) -> None:
        (marked,) = five.messages.oldest(1)
        marked.add_flags(Flag.DELETED)  # somebody else's business
        chosen = some(five, 1)
        if not mail.supports("UIDPLUS"):
            with pytest.raises(NotSupported):
                chosen.delete()
            return
        assert chosen.delete() == 1
        assert [message.subject for message in five.messages] == ["tea", "Grüße", "tea again", "last"]

    def test_nowhere(self, mail: Mailbox, five: Folder) -> None:
        with pytest.raises(LookupError):
            five.messages.copy(top(mail, "nowhere"))
        assert five.messages.count() == 5
