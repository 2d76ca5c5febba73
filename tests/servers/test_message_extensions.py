"""What finds, sorts, fetches and makes messages beyond RFC 9051, on each real server that offers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.binary import binary_section, binary_size
from imapkit.protocol.extensions.catenate import Catenation, TextPart, UrlPart
from imapkit.protocol.extensions.condstore import MODSEQ
from imapkit.protocol.extensions.context import CancelUpdate, updated
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.esearch import SearchUpdate
from imapkit.protocol.extensions.expunge import UidExpunge
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, body_section
from imapkit.protocol.extensions.mailboxes import Create, Rename
from imapkit.protocol.extensions.objectid import EMAILID, MAILBOXID, THREADID
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
from imapkit.types.results import SortKey, Thread
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
    """A session with four messages in INBOX: 2 answers 1, 4 answers 2, 3 is about something else."""
    with speaking(real_server) as speaker:
        for new in (
            message(1, "apples"),
            message(2, "Re: apples", answers=1),
            message(3, "bananas"),
            message(4, "Re: apples", answers=2),
        ):
            speaker.do(Append("INBOX", (new,)))
        selected = speaker.do(Select("INBOX"))
        assert selected.exists == 4
        assert speaker.do(Search(Q.all)).uids == UidSet("1:4")
        yield speaker


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
        speaker.needs("SORT")
        assert speaker.do(Sort(keys)).uids == order

    def test_by_name(self, speaker: Speaker) -> None:
        speaker.needs("SORT=DISPLAY")
        assert speaker.do(Sort((SortKey.DISPLAY_FROM, SortKey.DATE), ~Q.subject("bananas"))).uids == (2, 1, 4)

    def test_extended(self, speaker: Speaker) -> None:
        speaker.needs("ESORT")
        found = speaker.do(Sort((-SortKey.DATE,), returns=("ALL", "COUNT", "MIN", "MAX")))
        assert (found.uids, found.count) == ((4, 3, 2, 1), 4)
        # RFC 5267, 3.1 has the first and the last in the order; Cyrus gives the lowest and the highest number.
        assert (found.minimum, found.maximum) in {(4, 1), (1, 4)}

    def test_window(self, speaker: Speaker) -> None:
        speaker.needs("ESORT")
        speaker.needs("CONTEXT=SORT", "PARTIAL")
        found = speaker.do(Sort((-SortKey.DATE,), returns=(PartialRange(2, 3),)))
        assert (found.uids, found.window) == ((3, 2), PartialRange(2, 3))

    def test_by_change(self, speaker: Speaker) -> None:
        speaker.needs("SORT=MODSEQ")
        speaker.do(Store(UidSet("2"), "+", ("\\Seen",)))
        assert speaker.do(Sort(("REVERSE MODSEQ",))).uids[0] == 2


class TestThread:
    @pytest.mark.parametrize("algorithm", ["REFERENCES", "REFS"])
    def test_by_references(self, speaker: Speaker, algorithm: str) -> None:
        speaker.needs(f"THREAD={algorithm}")
        conversation = Thread(1, (Thread(2, (Thread(4),)),))
        assert set(speaker.do(GetThreads(algorithm))) == {conversation, Thread(3)}

    def test_by_subject(self, speaker: Speaker) -> None:
        speaker.needs("THREAD=ORDEREDSUBJECT")
        threads = speaker.do(GetThreads("ORDEREDSUBJECT"))
        assert {thread.messages for thread in threads} == {(1, 2, 4), (3,)}

    def test_none(self, speaker: Speaker) -> None:
        speaker.needs("THREAD=REFERENCES")
        assert speaker.do(GetThreads(query=Q.flagged)) == ()


class TestSearch:
    def test_extended(self, speaker: Speaker) -> None:
        speaker.needs("ESEARCH")
        found = speaker.do(Search(Q.subject("apples"), returns=("ALL", "COUNT", "MIN", "MAX")))
        assert (found.uids, found.count, found.minimum, found.maximum) == (UidSet("1:2,4"), 3, 1, 4)

    def test_nothing(self, speaker: Speaker) -> None:
        speaker.needs("ESEARCH")
        found = speaker.do(Search(Q.flagged, returns=("ALL", "COUNT")))
        assert (found.uids, found.count) == (UidSet(), 0)

    def test_saved(self, speaker: Speaker) -> None:
        speaker.needs("SEARCHRES")
        assert speaker.do(Search(Q.subject("apples"), returns=("SAVE",))).uids == UidSet()
        assert speaker.do(Search(Key("UID", (SAVED_RESULT,)) & ~Q.uid(2))).uids == UidSet("1,4")
        assert list(speaker.do(Fetch(SAVED_RESULT, (UID,)))) == [1, 2, 4]

    def test_windows(self, speaker: Speaker) -> None:
        speaker.needs("CONTEXT=SEARCH", "PARTIAL")
        found = speaker.do(Search(Q.all, returns=(PartialRange(2, 3),))).partial
        assert found is not None
        assert (found.window, found.found.numbers()) == (PartialRange(2, 3), (2, 3))
        outside = speaker.do(Search(Q.all, returns=(PartialRange(7, 9),))).partial
        assert outside is not None
        assert outside.found.numbers() == ()

    def test_window_from_the_end(self, speaker: Speaker) -> None:
        speaker.needs("PARTIAL")
        found = speaker.do(Search(Q.all, returns=(PartialRange(-1, -2),))).partial
        assert found is not None
        assert found.found.as_set() == UidSet("3:4")
        assert list(speaker.do(Fetch(UidSet("1:4"), (FLAGS,), window=PartialRange(-1, -1)))) == [4]

    def test_context(self, speaker: Speaker) -> None:
        speaker.needs("CONTEXT=SEARCH")
        first = speaker.do(Search(Q.flagged, returns=("UPDATE", "ALL")))
        assert first.context is not None
        speaker.do(Store(UidSet("2"), "+", ("\\Flagged",)))
        speaker.do(Noop())
        update = speaker.wait_for_news(SearchUpdate)
        assert update.tag == first.context
        assert updated(first.uids, update.changes) == (2,)
        speaker.do(CancelUpdate((first.context,)))

    def test_within(self, speaker: Speaker) -> None:
        speaker.needs("WITHIN")
        assert speaker.do(Search(Q.younger(60))).uids == UidSet()

    def test_fuzzy(self, speaker: Speaker) -> None:
        speaker.needs("SEARCH=FUZZY")
        # Words are found once they have been indexed, which takes its time; numbers at once.
        assert speaker.do(Search(Q.fuzzy(Q.larger(1)))).uids == UidSet("1:4")
        assert speaker.do(Search(Q.fuzzy(Q.subject("bananas")))).uids <= UidSet("3")


class TestSync:
    def test_mod_sequences(self, speaker: Speaker) -> None:
        speaker.needs("CONDSTORE")
        before = speaker.do(Select("INBOX", condstore=True)).highestmodseq
        assert before is not None
        speaker.do(Store(UidSet("2"), "+", ("\\Seen",)))
        changed = speaker.do(Fetch(UidSet("1:4"), (FLAGS, MODSEQ), changed_since=before))
        assert list(changed) == [2]
        refused = speaker.do(Store(UidSet("1:2"), "+", ("\\Flagged",), unchanged_since=before))
        assert refused.modified == UidSet("2")

    def test_resynchronisation(self, speaker: Speaker) -> None:
        speaker.needs("QRESYNC")
        speaker.do(Enable(("QRESYNC",)))
        before = speaker.do(Select("INBOX"))
        assert before.uidvalidity is not None
        assert before.highestmodseq is not None
        speaker.do(Store(UidSet("3"), "+", ("\\Deleted",)))
        speaker.do(UidExpunge(UidSet("3")))
        speaker.do(Store(UidSet("2"), "+", ("\\Seen",)))
        changed = speaker.do(FetchChanged(UidSet("1:4"), (FLAGS,), before.highestmodseq))
        assert (list(changed.messages), changed.vanished) == ([2], UidSet("3"))
        speaker.do(Close())
        now = speaker.do(Select("INBOX", known=Known(before.uidvalidity, before.highestmodseq, UidSet("1:4"))))
        assert now.vanished == UidSet("3")
        assert [data.uid for data in now.changed] == [2]


class TestItems:
    def test_decoded_parts(self, speaker: Speaker) -> None:
        speaker.needs("BINARY")
        items = (binary_section("1"), binary_size("1"), binary_section("1", partial=(2, 3)))
        data = speaker.do(Fetch(UidSet("2"), items))[2]
        assert [data.get(item) for item in items] == ["Grün Grün ".encode(), 12, "ün".encode()]

    def test_any_octets(self, speaker: Speaker) -> None:
        speaker.needs("BINARY")
        header = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
        new = NewMessage(header + b"Content-Transfer-Encoding: binary\r\n\r\n\0\1\xff", binary=True)
        speaker.do(Append("INBOX", (new,)))
        speaker.do(Noop())
        assert speaker.do(Fetch(UidSet("5"), (binary_section("1"),)))[5].get(binary_section("1")) == b"\0\1\xff"

    def test_identifiers(self, speaker: Speaker) -> None:
        speaker.needs("OBJECTID")
        data = speaker.do(Fetch(UidSet("1:4"), (EMAILID, THREADID)))
        assert len({data[uid].get(EMAILID) for uid in data}) == 4
        assert None not in {data[uid].get(EMAILID) for uid in data}
        speaker.do(Create("Old"))
        told = speaker.do(GetStatus("Old", (MAILBOXID,)))
        assert told is not None
        identifier = told.get(MAILBOXID)
        speaker.do(Rename("Old", "New"))
        selected = speaker.do(Select("New"))
        assert selected.object_ids is not None
        assert selected.object_ids.mailbox == identifier

    def test_dates(self, speaker: Speaker) -> None:
        speaker.needs("SAVEDATE")
        saved = speaker.do(Fetch(UidSet("1"), (SAVEDATE,)))[1].get(SAVEDATE)
        assert saved is not None
        assert saved.year >= 2026
        assert saved != dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)

    def test_previews(self, speaker: Speaker) -> None:
        speaker.needs("PREVIEW")
        # Cyrus makes previews ahead of time or never.
        assert speaker.do(Fetch(UidSet("1"), (PREVIEW,)))[1].get(PREVIEW) in {"Grün", None}


class TestMaking:
    def test_catenation(self, speaker: Speaker) -> None:
        speaker.needs("CATENATE")
        validity = speaker.connection.session.selected
        assert validity is not None
        source = f"/INBOX;UIDVALIDITY={validity.uidvalidity}/;UID=2"
        parts = (TextPart(b"X-New: yes\r\n"), UrlPart(f"{source}/;SECTION=HEADER"), TextPart(b"Hello.\r\n"))
        speaker.do(Append("INBOX", (Catenation(parts),)))
        speaker.do(Noop())
        whole = body_section()
        octets = speaker.do(Fetch(UidSet("5"), (whole,)))[5].get(whole)
        assert octets is not None
        assert octets.startswith(b"X-New: yes\r\nFrom: x <sender2@example.org>\r\n")
        assert octets.endswith(b"\r\n\r\nHello.\r\n")

    def test_part_of_a_part(self, speaker: Speaker) -> None:
        speaker.needs("URL-PARTIAL")
        speaker.needs("CATENATE")
        parts = (TextPart(b"Subject: x\r\n\r\n"), UrlPart("/INBOX/;UID=2/;SECTION=TEXT/;PARTIAL=0.8"))
        speaker.do(Append("INBOX", (Catenation(parts),)))
        speaker.do(Noop())
        text = body_section(Section(text="TEXT"))
        assert speaker.do(Fetch(UidSet("5"), (text,)))[5].get(text) == b"R3LDvG4g"

    def test_a_bad_url(self, speaker: Speaker) -> None:
        speaker.needs("CATENATE")
        with pytest.raises(CommandError) as caught:
            speaker.do(Append("INBOX", (Catenation((TextPart(b"a"), UrlPart("/INBOX/;UID=99"))),)))
        assert caught.value.code == "BADURL"

    def test_replacing(self, speaker: Speaker) -> None:
        speaker.needs("REPLACE")
        code = speaker.do(Replace(3, "INBOX", message(5, "cherries")))
        assert code is not None
        assert code.uids == ((5, 5),)
        assert speaker.do(Search(Q.all)).uids == UidSet("1:2,4:5")

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
    assert caught.value.status == "BAD"
