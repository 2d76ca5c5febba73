"""X-GM-EXT-1, XLIST and the profile "gmail": labels are folders, and one message is in several of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from imapkit.errors import CommandError, NotSupported
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.expunge import Expunge
from imapkit.protocol.extensions.fetch import FLAGS, Fetch, Fetched
from imapkit.protocol.extensions.gmail import GMAIL_LABELS, GMAIL_MESSAGE_ID, GMAIL_THREAD_ID, StoreLabels
from imapkit.protocol.extensions.mailboxes import Create, Delete
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.extensions.xlist import Xlist
from imapkit.testing import Server
from imapkit.types.query import Key, Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, logged_in, selected

ALL, STARRED, SENT, TRASH, SPAM, DRAFTS = (
    f"[Gmail]/{name}" for name in ("All Mail", "Starred", "Sent Mail", "Trash", "Spam", "Drafts")
)
ONE = UidSet("1")


@pytest.fixture
def gmail() -> Iterator[Server]:
    """A server that is Gmail."""
    with Server(profile="gmail") as server:
        server.add_user("ann")
        yield server


@pytest.fixture
def ann(gmail: Server) -> Client:
    """Ann's client, two messages in its INBOX, which is selected."""
    client = Client(gmail)
    deliver(gmail, 2)
    client(Select("INBOX"))
    return client


def count(client: Client, folder: str) -> int | None:
    return client(GetStatus(folder, (MESSAGES,))).get(MESSAGES)


def labels(client: Client, uid: int = 1) -> tuple[str, ...] | None:
    return client(Fetch(UidSet([uid]), (GMAIL_LABELS,)))[uid].get(GMAIL_LABELS)


class TestFolders:
    def test_the_first_ones(self, gmail: Server, ann: Client) -> None:
        heard = logged_in(gmail)(b'a LIST "" *')
        assert heard[:4] == [
            b'* LIST (\\HasNoChildren) "/" INBOX',
            b'* LIST (\\Noselect \\HasChildren) "/" "[Gmail]"',
            b'* LIST (\\HasNoChildren \\All) "/" "[Gmail]/All Mail"',
            b'* LIST (\\HasNoChildren \\Drafts) "/" "[Gmail]/Drafts"',
        ]
        attributes = {listed.mailbox: listed.attributes for listed in ann(Xlist()).mailboxes}
        assert attributes["INBOX"] == ("\\HasNoChildren", "\\Inbox")
        assert [attributes[name][-1] for name in (ALL, STARRED, SPAM)] == ["\\AllMail", "\\Starred", "\\Spam"]

    def test_what_arrives_is_in_all_mail_once(self, ann: Client) -> None:
        assert count(ann, ALL) == 2
        ann(Create("Work"))
        ann(Copy(ONE, "Work"))
        ann(Append("Work", (NewMessage(b"x"),)))
        assert [count(ann, folder) for folder in ("INBOX", "Work", ALL)] == [2, 2, 3]

    def test_what_leaves_a_folder_is_archived(self, ann: Client) -> None:
        ann(Store(ONE, "+", ("\\Deleted",)))
        ann(Expunge())
        assert [count(ann, folder) for folder in ("INBOX", ALL, TRASH)] == [1, 2, 0]
        ann(Create("Work"))
        ann(Move(UidSet("2"), "Work"))
        assert [count(ann, folder) for folder in ("INBOX", "Work", ALL)] == [0, 1, 2]
        ann(Delete("Work"))
        assert count(ann, ALL) == 2

    @pytest.mark.parametrize("folder", [TRASH, SPAM])
    def test_trash_and_spam_are_somewhere_else(self, ann: Client, folder: str) -> None:
        ann(Store(ONE, "+", ("\\Flagged",)))
        ann(Copy(ONE, folder))
        assert [count(ann, one) for one in ("INBOX", ALL, STARRED, folder)] == [1, 1, 0, 1]

    def test_what_is_gone_from_all_mail_is_gone(self, ann: Client) -> None:
        ann(Select(ALL))
        ann(Store(ONE, "+", ("\\Deleted",)))
        ann(Expunge())
        assert [count(ann, one) for one in ("INBOX", ALL)] == [1, 1]


class TestFlags:
    def test_they_are_the_same_everywhere(self, gmail: Server, ann: Client) -> None:
        other = Client(gmail)
        other(Select(ALL))
        ann(Store(ONE, "+", ("\\Seen", "work")))
        other(Noop())
        assert other(Fetch(ONE, (FLAGS,)))[1].get(FLAGS) >= {"\\Seen", "work"}
        ann(Store(ONE, "+", ("\\Deleted",)))
        assert "\\Deleted" not in (other(Fetch(ONE, (FLAGS,)))[1].get(FLAGS) or ())

    def test_of_several_at_once(self, ann: Client) -> None:
        ann(Store(UidSet("1:2"), "+", ("\\Flagged", "work")))
        assert ann(Search(Q.flagged & Q.keyword("work"))).uids == UidSet("1:2")
        assert count(ann, STARRED) == 2
        ann(Select(ALL))
        assert ann(Search(Q.flagged & Q.keyword("work"))).uids == UidSet("1:2")
        ann(Store(UidSet("1:2"), "", ()))
        ann(Select("INBOX"))
        assert ann(Search(Q.flagged | Q.keyword("work"))).uids == UidSet()

    def test_starred_is_a_folder(self, ann: Client) -> None:
        ann(Store(ONE, "+", ("\\Flagged",)))
        assert count(ann, STARRED) == 1
        ann(Store(ONE, "-", ("\\Flagged",)))
        assert count(ann, STARRED) == 0
        ann(Copy(ONE, STARRED))
        assert "\\Flagged" in (ann(Fetch(ONE, (FLAGS,)))[1].get(FLAGS) or ())
        ann(Select(STARRED))
        ann(Store(UidSet("1:9"), "+", ("\\Deleted",)))
        ann(Expunge())
        ann(Select("INBOX"))
        assert "\\Flagged" not in (ann(Fetch(ONE, (FLAGS,)))[1].get(FLAGS) or ())


class TestLabels:
    def test_a_folder_is_a_label(self, ann: Client) -> None:
        assert labels(ann) == ()
        ann(Create("Muy Importante"))
        ann(Create("Grün/Kraut"))
        for folder in ("Muy Importante", "Grün/Kraut", SENT, STARRED):
            ann(Copy(ONE, folder))
        assert labels(ann) == ("\\Sent", "\\Starred", "Grün/Kraut", "Muy Importante")
        ann(Select(ALL))
        assert labels(ann) == ("\\Inbox", "\\Sent", "\\Starred", "Grün/Kraut", "Muy Importante")

    def test_adding_and_removing(self, ann: Client) -> None:
        told = ann(StoreLabels(ONE, "+", ("Work", "\\Starred", "\\Important", "Zoë/x")))
        assert told[1].get(GMAIL_LABELS) == ("\\Important", "\\Starred", "Work", "Zoë/x")
        assert [count(ann, folder) for folder in ("Work", "Zoë/x", STARRED)] == [1, 1, 1]
        flags = [data.get(FLAGS) for data in ann.hear() if isinstance(data, Fetched)]
        assert flags == [{"\\Flagged", "\\Recent"}]
        ann(StoreLabels(ONE, "-", ("Work", "\\STARRED", "unknown")))
        assert labels(ann) == ("\\Important", "Zoë/x")
        ann(StoreLabels(ONE, "", ("Other",)))
        assert labels(ann) == ("Other",)
        assert count(ann, "INBOX") == 2
        assert ann(StoreLabels(ONE, "", (), silent=True)) == {}
        assert labels(ann) == ()

    def test_archiving(self, ann: Client) -> None:
        ann(StoreLabels(ONE, "-", ("\\Inbox",)))
        assert ann(Search(Q.all)).uids == UidSet("2")
        ann(Select(ALL))
        assert labels(ann) == ()
        ann(StoreLabels(ONE, "+", ("\\Inbox",)))
        assert count(ann, "INBOX") == 2

    def test_a_label_of_gmails_that_there_is_not(self, ann: Client) -> None:
        with pytest.raises(CommandError):
            ann(StoreLabels(ONE, "+", ("\\Nonsense",)))

    def test_octets(self, gmail: Server, ann: Client) -> None:
        line = selected(gmail)
        assert line(b'a STORE 1 +X-GM-LABELS (foo "Muy Importante")')[0] == (
            b'* 1 FETCH (X-GM-LABELS ("Muy Importante" foo))'
        )
        assert line(b"b STORE 1 +X-GM-LABELS.SILENT \\Sent") == [b"b OK STORE completed."]
        assert line(b"c UID FETCH 1 X-GM-LABELS")[0] == (
            b'* 1 FETCH (UID 1 X-GM-LABELS ("\\\\Sent" "Muy Importante" foo))'
        )
        line(b"d STORE 1 X-GM-LABELS.SILENT INBOX", b"e SELECT foo")
        assert line(b"f UID FETCH 1:* UID") == [b"f OK UID FETCH completed."]

    def test_without_gmail_around_it(self, server: Server) -> None:
        deliver(server, 1)
        client = Client(server)
        client(Select("INBOX"))
        client(StoreLabels(ONE, "+", ("Work", "\\Starred")))
        assert labels(client) == ("\\Starred", "Work")
        client(StoreLabels(ONE, "-", ("\\Starred",)))
        assert "\\Flagged" not in (client(Fetch(ONE, (FLAGS,)))[1].get(FLAGS) or ())
        with pytest.raises(CommandError):
            client(StoreLabels(ONE, "+", ("\\Important",)))


class TestIdentifiers:
    def test_the_same_in_all_folders(self, gmail: Server, ann: Client) -> None:
        items = (GMAIL_MESSAGE_ID, GMAIL_THREAD_ID)
        gmail.deliver("ann", b"Message-ID: <1@x>\n\nx")
        gmail.deliver("ann", b"References: <1@x>\n\nx")
        ann(Noop())
        found = ann(Fetch(UidSet("1:4"), items))
        ids = {data.get(GMAIL_MESSAGE_ID) for data in found.values()}
        assert len(ids) == 4
        assert found[3].get(GMAIL_THREAD_ID) == found[4].get(GMAIL_THREAD_ID) != found[1].get(GMAIL_THREAD_ID)
        ann(Select(ALL))
        assert [data.get(GMAIL_MESSAGE_ID) for data in ann(Fetch(UidSet("1:4"), items)).values()] == [
            data.get(GMAIL_MESSAGE_ID) for data in found.values()
        ]
        number, thread = found[4].get(GMAIL_MESSAGE_ID), found[4].get(GMAIL_THREAD_ID)
        assert number is not None
        assert thread is not None
        assert ann(Search(Key("X-GM-MSGID", (number,)))).uids == UidSet("4")
        assert ann(Search(Key("X-GM-THRID", (thread,)))).uids == UidSet("3:4")
        assert ann(Search(Key("X-GM-MSGID", (2**64 - 1,)))).uids == UidSet()


DAY = dt.timedelta(days=1)


class TestSearchBox:
    @pytest.fixture
    def box(self, gmail: Server) -> Client:
        """Four messages: 1 is old and starred, 2 has a file and the label "To Do/now", 3 is read and large."""
        now = dt.datetime.now(dt.UTC)
        client = Client(gmail)
        gmail.deliver(
            "ann",
            b"From: boss@example.com\nSubject: red blue\nMessage-ID: <1@x>\nList-Id: <dev.x>\n\nHello world",
            received=now - 40 * DAY,
            flags=["\\Flagged"],
        )
        gmail.deliver(
            "ann",
            b"To: team@example.com\nSubject: green\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n"
            b'--b\nContent-Disposition: attachment; filename="=?utf-8?q?Gr=C3=BCn?=.pdf"\n\nx\n--b--',
            received=now - 5 * DAY,
        )
        gmail.deliver("ann", b"Cc: x@example.com\nSubject: blue\n\n" + b"y" * 3000, flags=["\\Seen"])
        gmail.deliver("ann", b"Bcc: z@example.com\nSubject: OR-not\n\nworld hello")
        client(Select("INBOX"))
        client(StoreLabels(UidSet("2"), "+", ("To Do/now",)))
        return client

    @pytest.mark.parametrize(
        ("words", "uids"),
        [
            ("", "1:4"),
            ("hello", "1,4"),
            ('"hello world"', "1"),
            ("hello world", "1,4"),
            ("-hello", "2:3"),
            ("from:boss", "1"),
            ("to:team@example.com", "2"),
            ("cc:x bcc:z", ""),
            ("cc:x OR bcc:z", "3:4"),
            ("{cc:x bcc:z to:team}", "2:4"),
            ("subject:blue", "1,3"),
            ("subject:(red blue)", "1"),
            ('subject:"red blue" hello', "1"),
            ("-(subject:blue OR subject:green)", "4"),
            ("subject:blue OR subject:green hello", "1"),
            ("label:to-do-now", "2"),
            ('label:"To Do/now"', "2"),
            ("in:inbox", "1:4"),
            ("in:anywhere -in:starred", "2:4"),
            ("in:trash", ""),
            ("is:unread", "1:2,4"),
            ("is:read", "3"),
            ("is:starred", "1"),
            ("is:important", ""),
            ("has:attachment", "2"),
            ("filename:pdf", "2"),
            ("filename:grün", "2"),
            ("larger:2K", "3"),
            ("larger:1M", ""),
            ("smaller:1000 is:unread -has:attachment", "1,4"),
            ("older_than:1m", "1"),
            ("newer_than:10d", "2:4"),
            ("after:2001/01/01", "1:4"),
            ("before:2001/1/1", ""),
            ("after:2001/13/45", ""),
            ("rfc822msgid:<1@x>", "1"),
            ("list:dev.x", "1"),
            ("has:nothing", ""),
            ("subject:blue)", "1,3"),
            ("(subject:blue", "1,3"),
            ("hello -", "1,4"),
        ],
    )
    def test_words(self, box: Client, words: str, uids: str) -> None:
        assert box(Search(Q.gmail(words))).uids == UidSet(uids)

    def test_labels(self, box: Client) -> None:
        def found(label: str) -> UidSet:
            return box(Search(Key("X-GM-LABELS", (label,)))).uids

        assert found("To Do/now") == UidSet("2")
        assert found("INBOX") == UidSet("1:4")
        line: Line = selected(box.server)
        assert line(b"a SEARCH X-GM-LABELS \\Starred")[0] == b"* SEARCH 1"
        assert line(b'b SEARCH X-GM-RAW "has:attachment in:unread" UNSEEN')[0] == b"* SEARCH"
        assert line(b"c SEARCH X-GM-RAW " + b'"%s"' % (b"(" * 30))[0].startswith(b"c BAD ")


def test_where_it_is_not_offered(offering: Callable[[str], Server]) -> None:
    client = Client(offering("IMAP4rev1"))
    client(Select("INBOX"))
    with pytest.raises(NotSupported):
        client(StoreLabels(ONE, "+", ("x",)))
    assert selected(client.server)(b"a STORE 1 +X-GM-LABELS (x)") == [b"a BAD Invalid item to store"]


def test_yahoo_tells_the_highest_modseq_and_no_more(offering: Callable[[str], Server]) -> None:
    server = offering("IMAP4rev1 XYMHIGHESTMODSEQ")
    deliver(server, 3)
    client = Client(server)
    before = client(Select("INBOX")).highestmodseq
    assert before == 4
    client(Store(ONE, "+", ("\\Seen",)))
    assert client(Select("INBOX")).highestmodseq == 5
    assert selected(server)(b"a FETCH 1 MODSEQ") == [b"a BAD Unknown item MODSEQ"]
