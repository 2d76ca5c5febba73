"""What finds, sorts, fetches and makes messages beyond RFC 9051, on each real server that offers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.binary import binary_section, binary_size
from imapkit.protocol.extensions.catenate import Catenation, TextPart, UrlPart
from imapkit.protocol.extensions.condstore import MODSEQ
from imapkit.protocol.extensions.context import CancelUpdate, Update, updated
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.esearch import SearchUpdate
from imapkit.protocol.extensions.expunge import UidExpunge
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, Fetched, body_section
from imapkit.protocol.extensions.mailboxes import Create, Rename
from imapkit.protocol.extensions.objectid import EMAILID, MAILBOXID, THREADID, ObjectIds
from imapkit.protocol.extensions.partial import PartialRange
from imapkit.protocol.extensions.preview import PREVIEW
from imapkit.protocol.extensions.qresync import FetchChanged, Known
from imapkit.protocol.extensions.raw import Raw
from imapkit.protocol.extensions.replace import Replace
from imapkit.protocol.extensions.savedate import SAVEDATE
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Close, Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.sort import Sort
from imapkit.protocol.extensions.status import GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.extensions.thread import GetThreads
from imapkit.protocol.extensions.urlauth import GenUrlAuth, ResetKey, UrlFetch
from imapkit.types.query import Key, Q
from imapkit.types.results import SortKey
from imapkit.types.sections import Section
from imapkit.types.uids import SAVED_RESULT, UidSet
from tests.servers.rig import RealServer
from tests.servers.speaking import Speaker, speaking


def message(number: int, subject: str, *, answers: int | None = None) -> NewMessage:
    """Message `number`, from one sender each, a day apart, perhaps an answer to another."""
    day = dt.datetime(2026, 1, number, 12, tzinfo=dt.UTC)
    lines = [
        f"From: {'zyx'[number % 3]} <sender{number}@example.org>",
        "To: rcpt@example.org",
        f"Subject: {subject}",
        f"Date: {day:%a, %d %b %Y %H:%M:%S} +0000",
        f"Message-ID: <{number}@example.org>",
        *([f"In-Reply-To: <{answers}@example.org>", f"References: <{answers}@example.org>"] if answers else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        "R3LDvG4g" * number,  # "Grün " as often as the number says
        "",
    ]
    return NewMessage("\r\n".join(lines).encode(), date=day)


@pytest.fixture
def speaker(real_server: RealServer) -> Iterator[Speaker]:
    with speaking(real_server) as speaker:
        yield speaker


class Inbox:
    """INBOX with four messages: 2 answers 1, 4 answers 2, 3 is about something else (UIDs begin at 101 in pymap)."""

    def __init__(self, speaker: Speaker, *capabilities: str) -> None:
        """Fill it, if the server offers one of these capabilities; else skip the test."""
        speaker.needs(*capabilities)
        for new in (
            message(1, "apples"),
            message(2, "Re: apples", answers=1),
            message(3, "bananas"),
            message(4, "Re: apples", answers=2),
        ):
            speaker.do(Append("INBOX", (new,)))
        selected = speaker.do(Select("INBOX"))
        assert selected.exists == 4
        self.uidvalidity = selected.uidvalidity
        uids = speaker.do(Search(Q.all)).uids
        assert uids.first is not None
        self._before = uids.first - 1
        assert self.numbers(uids) == (1, 2, 3, 4)

    def uids(self, *numbers: int) -> UidSet:
        """The UIDs of these messages; of number 5, if it came later."""
        return UidSet(self._before + number for number in numbers)

    def numbers(self, uids: Iterable[int]) -> tuple[int, ...]:
        """The messages that these UIDs name, in this order."""
        return tuple(uid - self._before for uid in uids)


class TestSort:
    @pytest.mark.parametrize(
        ("keys", "order"),
        [
            ((-SortKey.DATE,), (4, 3, 2, 1)),
            ((SortKey.SUBJECT, -SortKey.ARRIVAL), (4, 2, 1, 3)),
            ((-SortKey.SIZE,), (4, 2, 3, 1)),
        ],
    )
    def test_order(self, speaker: Speaker, keys: tuple[SortKey, ...], order: tuple[int, ...]) -> None:
        inbox = Inbox(speaker, "SORT")
        assert inbox.numbers(speaker.do(Sort(keys)).uids) == order

    def test_by_name(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "SORT=DISPLAY")
        found = speaker.do(Sort((SortKey.DISPLAY_FROM, SortKey.DATE), ~Q.subject("bananas")))
        assert inbox.numbers(found.uids) == (2, 1, 4)

    def test_extended(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "ESORT")
        found = speaker.do(Sort((-SortKey.DATE,), returns=("ALL", "COUNT", "MIN", "MAX")))
        assert (inbox.numbers(found.uids), found.count) == ((4, 3, 2, 1), 4)
        # RFC 5267, 3.1 has the first and the last in the order; Cyrus gives the lowest and the highest number.
        assert found.minimum is not None
        assert found.maximum is not None
        assert inbox.numbers((found.minimum, found.maximum)) in {(4, 1), (1, 4)}

    def test_window(self, speaker: Speaker) -> None:
        speaker.needs("ESORT")
        inbox = Inbox(speaker, "CONTEXT=SORT", "PARTIAL")
        found = speaker.do(Sort((-SortKey.DATE,), returns=(PartialRange(2, 3),)))
        assert (inbox.numbers(found.uids), found.window) == ((3, 2), PartialRange(2, 3))

    def test_by_change(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "SORT=MODSEQ")
        speaker.do(Store(inbox.uids(2), "+", ("\\Seen",)))
        assert inbox.numbers(speaker.do(Sort(("REVERSE MODSEQ",))).uids)[0] == 2


class TestThread:
    @pytest.mark.parametrize("algorithm", ["REFERENCES", "REFS"])
    def test_by_references(self, speaker: Speaker, algorithm: str) -> None:
        inbox = Inbox(speaker, f"THREAD={algorithm}")
        threads = speaker.do(GetThreads(algorithm))
        assert {inbox.numbers(thread.messages) for thread in threads} == {(1, 2, 4), (3,)}
        assert {depth for thread in threads for depth, _ in thread.walk()} == {0, 1, 2}

    def test_by_subject(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "THREAD=ORDEREDSUBJECT")
        threads = speaker.do(GetThreads("ORDEREDSUBJECT"))
        assert {inbox.numbers(thread.messages) for thread in threads} == {(1, 2, 4), (3,)}

    def test_none(self, speaker: Speaker) -> None:
        Inbox(speaker, "THREAD=REFERENCES")
        assert speaker.do(GetThreads(query=Q.flagged)) == ()


class TestSearch:
    def test_extended(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "ESEARCH")
        found = speaker.do(Search(Q.subject("apples"), returns=("ALL", "COUNT", "MIN", "MAX")))
        assert (inbox.numbers(found.uids), found.count) == ((1, 2, 4), 3)
        assert (found.minimum, found.maximum) == (found.uids.first, found.uids.last)

    def test_nothing(self, speaker: Speaker) -> None:
        Inbox(speaker, "ESEARCH")
        found = speaker.do(Search(Q.flagged, returns=("ALL", "COUNT")))
        assert (found.uids, found.count) == (UidSet(), 0)

    def test_saved(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "SEARCHRES")
        assert speaker.do(Search(Q.subject("apples"), returns=("SAVE",))).uids == UidSet()
        others = Key("UID", (SAVED_RESULT,)) & ~Q.uid(inbox.uids(2))
        assert inbox.numbers(speaker.do(Search(others)).uids) == (1, 4)
        assert inbox.numbers(speaker.do(Fetch(SAVED_RESULT, (UID,)))) == (1, 2, 4)

    def test_windows(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "CONTEXT=SEARCH", "PARTIAL")
        found = speaker.do(Search(Q.all, returns=(PartialRange(2, 3),))).partial
        assert found is not None
        assert (found.window, inbox.numbers(found.found.numbers())) == (PartialRange(2, 3), (2, 3))
        outside = speaker.do(Search(Q.all, returns=(PartialRange(7, 9),))).partial
        assert outside is not None
        assert outside.found.numbers() == ()

    def test_window_from_the_end(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "PARTIAL")
        found = speaker.do(Search(Q.all, returns=(PartialRange(-1, -2),))).partial
        assert found is not None
        assert inbox.numbers(found.found.as_set()) == (3, 4)
        last = Fetch(inbox.uids(1, 2, 3, 4), (FLAGS,), window=PartialRange(-1, -1))
        assert inbox.numbers(speaker.do(last)) == (4,)

    def test_context(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "CONTEXT=SEARCH")
        first = speaker.do(Search(Q.flagged, returns=("UPDATE", "ALL")))
        assert first.context is not None
        speaker.do(Store(inbox.uids(2), "+", ("\\Flagged",)))
        speaker.do(Noop())
        update = speaker.wait_for_news(SearchUpdate)
        assert update.tag == first.context
        assert inbox.numbers(updated(first.uids, update.changes)) == (2,)
        speaker.do(CancelUpdate((first.context,)))

    def test_context_with_items(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "CONTEXT=SEARCH")
        speaker.needs("NOTIFY")
        first = speaker.do(Search(Q.larger(1), returns=(Update((UID, FLAGS)), "ALL")))
        assert first.context is not None
        speaker.do(Append("INBOX", (message(5, "cherries"),)))
        update = speaker.wait_for_news(SearchUpdate)
        assert inbox.numbers(updated(first.uids, update.changes)) == (1, 2, 3, 4, 5)
        fetched = speaker.wait_for_news(Fetched)
        assert fetched.uid in inbox.uids(5)
        flags = fetched.get(FLAGS)
        assert flags is not None
        assert "\\Seen" not in flags

    def test_within(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "WITHIN")
        assert speaker.do(Search(Q.younger(60))).uids == UidSet()
        assert inbox.numbers(speaker.do(Search(Q.older(60))).uids) == (1, 2, 3, 4)

    def test_fuzzy(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "SEARCH=FUZZY")
        # Words are found once they have been indexed, which takes its time; numbers at once.
        assert inbox.numbers(speaker.do(Search(Q.fuzzy(Q.larger(1)))).uids) == (1, 2, 3, 4)
        assert speaker.do(Search(Q.fuzzy(Q.subject("bananas")))).uids <= inbox.uids(3)


class TestSync:
    def test_mod_sequences(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "CONDSTORE")
        before = speaker.do(Select("INBOX", condstore=True)).highestmodseq
        assert before is not None
        speaker.do(Store(inbox.uids(2), "+", ("\\Seen",)))
        changed = speaker.do(Fetch(inbox.uids(1, 2, 3, 4), (FLAGS, MODSEQ), changed_since=before))
        assert inbox.uids(2) <= UidSet(changed)
        modseq = changed[next(iter(inbox.uids(2)))].get(MODSEQ)
        assert modseq is not None
        assert modseq > before
        refused = speaker.do(Store(inbox.uids(1, 2), "+", ("\\Flagged",), unchanged_since=before))
        assert inbox.numbers(speaker.do(Search(Q.flagged)).uids) == (1,)
        assert inbox.numbers(refused.modified) in {(2,), ()}  # hoodiecrow leaves it alone without a word

    def test_mod_sequences_of_a_flag(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "CONDSTORE")
        before = speaker.do(Select("INBOX", condstore=True)).highestmodseq
        assert before is not None
        speaker.do(Store(inbox.uids(2), "+", ("\\Draft",)))
        found = speaker.do(Search(Q.modseq(before + 1, "\\Draft")))
        assert inbox.numbers(found.uids) == (2,)
        assert found.modseq is not None
        assert found.modseq > before

    def test_resynchronisation(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "QRESYNC")
        speaker.do(Close())  # ENABLE is for before a mailbox is selected
        speaker.do(Enable(("QRESYNC",)))
        before = speaker.do(Select("INBOX"))
        assert before.uidvalidity is not None
        assert before.highestmodseq is not None
        speaker.do(Store(inbox.uids(3), "+", ("\\Deleted",)))
        speaker.do(UidExpunge(inbox.uids(3)))
        speaker.do(Store(inbox.uids(2), "+", ("\\Seen",)))
        everything = inbox.uids(1, 2, 3, 4)
        changed = speaker.do(FetchChanged(everything, (FLAGS,), before.highestmodseq))
        assert (inbox.numbers(changed.messages), inbox.numbers(changed.vanished)) == ((2,), (3,))
        speaker.do(Close())
        now = speaker.do(Select("INBOX", known=Known(before.uidvalidity, before.highestmodseq, everything)))
        assert inbox.numbers(now.vanished) == (3,)
        assert [data.uid for data in now.changed] == list(inbox.uids(2))


class TestItems:
    def test_decoded_parts(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "BINARY")
        items = (binary_section("1"), binary_size("1"), binary_section("1", partial=(2, 3)))
        (data,) = speaker.do(Fetch(inbox.uids(2), items)).values()
        assert [data.get(item) for item in items] == ["Grün Grün ".encode(), 12, "ün".encode()]

    def test_any_octets(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "BINARY")
        # With a Content-Transfer-Encoding of "binary", FETCH makes pymap hang up.
        new = NewMessage(b"Subject: x\r\nContent-Type: application/octet-stream\r\n\r\n\0\1\xff", binary=True)
        speaker.do(Append("INBOX", (new,)))
        speaker.do(Noop())
        (data,) = speaker.do(Fetch(inbox.uids(5), (binary_section("1"),))).values()
        assert data.get(binary_section("1")) == b"\0\1\xff"

    def test_identifiers(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "OBJECTID")
        data = speaker.do(Fetch(inbox.uids(1, 2, 3, 4), (EMAILID, THREADID)))
        assert len({data[uid].get(EMAILID) for uid in data}) == 4
        assert None not in {data[uid].get(EMAILID) for uid in data}
        made = speaker.do(Create("Old"))
        told = speaker.do(GetStatus("Old", (MAILBOXID,)))
        assert told is not None
        identifier = told.get(MAILBOXID)
        assert made == ObjectIds(identifier)
        speaker.do(Rename("Old", "New"))
        assert speaker.do(Select("New")).object_ids == made

    def test_dates(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "SAVEDATE")
        (data,) = speaker.do(Fetch(inbox.uids(1), (SAVEDATE,))).values()
        saved = data.get(SAVEDATE)
        assert saved is not None
        assert saved > dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)

    def test_previews(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "PREVIEW")
        (data,) = speaker.do(Fetch(inbox.uids(1), (PREVIEW,))).values()
        # Cyrus makes previews ahead of time or never.
        assert data.get(PREVIEW) in {"Grün", None}


class TestMaking:
    def test_catenation(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "CATENATE")
        source = f"/INBOX;UIDVALIDITY={inbox.uidvalidity}/;UID={inbox.uids(2)}"
        parts = (TextPart(b"X-New: yes\r\n"), UrlPart(f"{source}/;SECTION=HEADER"), TextPart(b"Hello.\r\n"))
        speaker.do(Append("INBOX", (Catenation(parts),)))
        speaker.do(Noop())
        whole = body_section()
        (data,) = speaker.do(Fetch(inbox.uids(5), (whole,))).values()
        octets = data.get(whole)
        assert octets is not None
        assert octets.startswith(b"X-New: yes\r\nFrom: x <sender2@example.org>\r\n")
        assert octets.endswith(b"\r\n\r\nHello.\r\n")

    def test_part_of_a_part(self, speaker: Speaker) -> None:
        speaker.needs("CATENATE")
        inbox = Inbox(speaker, "URL-PARTIAL")
        source = f"/INBOX/;UID={inbox.uids(2)}/;SECTION=TEXT/;PARTIAL=0.8"
        speaker.do(Append("INBOX", (Catenation((TextPart(b"Subject: x\r\n\r\n"), UrlPart(source))),)))
        speaker.do(Noop())
        text = body_section(Section(text="TEXT"))
        (data,) = speaker.do(Fetch(inbox.uids(5), (text,))).values()
        assert data.get(text) == b"R3LDvG4g"

    def test_a_bad_url(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "CATENATE")
        missing = UrlPart(f"/INBOX/;UID={inbox.uids(99)}")
        with pytest.raises(CommandError) as caught:
            speaker.do(Append("INBOX", (Catenation((TextPart(b"a"), missing)),)))
        assert caught.value.code == "BADURL"

    def test_replacing(self, speaker: Speaker) -> None:
        inbox = Inbox(speaker, "REPLACE")
        (third,) = inbox.uids(3)
        code = speaker.do(Replace(third, "INBOX", message(5, "cherries")))
        assert code is not None
        assert inbox.numbers(code.uids[0]) == (5, 5)
        assert inbox.numbers(speaker.do(Search(Q.all)).uids) == (1, 2, 4, 5)

    def test_urls(self, real_server: RealServer) -> None:
        user = real_server.new_user()
        with speaking(real_server, user) as speaker:
            speaker.needs("URLAUTH")
            speaker.do(Append("INBOX", (message(1, "apples"),)))
            # Dovecot insists on its own port in a URL, Cyrus on none: ask the server which it takes.
            for host in (f"{real_server.host}:{real_server.port}", "localhost", real_server.host):
                rump = f"imap://{user}@{host}/INBOX/;UID=1/;SECTION=1;URLAUTH=anonymous"
                try:
                    (url,) = speaker.do(GenUrlAuth((rump,)))
                except CommandError:
                    continue
                break
            else:
                pytest.skip("this server takes no URL for itself where it runs")
            assert url.startswith(rump)
            (content,) = speaker.do(UrlFetch((url,)))
            assert content.url == url
            assert content.data == b"R3LDvG4g\r\n"
            if speaker.connection.supports("URLAUTH=BINARY"):
                (content,) = speaker.do(UrlFetch((url,), decode=True))
                assert (content.data, content.decoded) == ("Grün ".encode(), True)
            speaker.do(ResetKey("INBOX"))
            (content,) = speaker.do(UrlFetch((url,)))
            assert content.data is None


def test_anything(speaker: Speaker) -> None:
    assert speaker.do(Raw("NOOP")).responses == ()
    with pytest.raises(CommandError) as caught:
        speaker.do(Raw("XNOSUCH", "two words", (1, None)))
    assert caught.value.command == "raw command"
