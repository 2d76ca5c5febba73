"""SORT, SORT=DISPLAY and ESORT: messages in an order of choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from imapkit.protocol.extensions.annotate import AnnotationEntry, AnnotationOrder, StoreAnnotations
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.partial import PartialRange
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.sort import Sort, SortResult
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, selected

MESSAGES = (
    b'From: "zoe" <b@x.example>\nTo: x@b.example\nSubject: Re: banana\nDate: Wed, 3 Jan 2024 12:00 +0000\n\n1',
    b"From: A@y.example\nTo: =?utf-8?q?=C3=84nne?= <z@b.example>\nSubject: [list] apple\nCc: q@x\n\n22",
    b"Subject: BANANA\nTo: yes: one@b.example;\nDate: Tue, 2 Jan 2024 12:00 -0800\n\n333",
    b"From: (Bea) <c@x.example>\nSubject: Fwd: cherry (fwd)\nCc: P@x\nDate: Tue, 2 Jan 2024 19:59 +0000\n\n4444",
)


@pytest.fixture
def sorted_by(server: Server, ann: Client) -> Callable[..., tuple[int, ...]]:
    """Sorts four messages by these keys; gives their UIDs."""
    for day, message in enumerate(MESSAGES):
        server.deliver("ann", message, received=dt.datetime(2024, 1, 9 - day, tzinfo=dt.UTC))
    ann(Select("INBOX"))
    return lambda *keys: ann(Sort(keys)).uids


@pytest.mark.parametrize(
    ("keys", "uids"),
    [
        (("ARRIVAL",), (4, 3, 2, 1)),
        (("REVERSE ARRIVAL",), (1, 2, 3, 4)),
        (("SIZE",), (3, 2, 1, 4)),
        # The second has no date that can be read, so its internal date counts; the third was sent at 20:00 UTC.
        (("DATE",), (4, 3, 1, 2)),
        (("FROM",), (3, 2, 1, 4)),
        # The name of a group stands where a mailbox does (RFC 9051, 7.5.2).
        (("TO",), (4, 1, 3, 2)),
        (("CC",), (1, 3, 4, 2)),
        (("SUBJECT",), (2, 1, 3, 4)),
        # What is equal stays in the order of the mailbox, even in reverse (RFC 5256, 3).
        (("REVERSE SUBJECT",), (4, 1, 3, 2)),
        (("SUBJECT", "REVERSE ARRIVAL"), (2, 1, 3, 4)),
        (("SUBJECT", "ARRIVAL"), (2, 3, 1, 4)),
        (("REVERSE UID",), (4, 3, 2, 1)),
        (("MODSEQ",), (1, 2, 3, 4)),
        (("DISPLAYFROM",), (3, 2, 4, 1)),
        (("DISPLAYTO",), (4, 2, 1, 3)),
    ],
)
def test_criteria(sorted_by: Callable[..., tuple[int, ...]], keys: tuple[str, ...], uids: tuple[int, ...]) -> None:
    assert sorted_by(*keys) == uids


def test_annotations(server: Server, ann: Client) -> None:
    ann(Append("INBOX", (NewMessage(b"Subject: x\r\n\r\n"),) * 4))
    ann(Select("INBOX"))
    for uid, (own, shared) in enumerate([(b"b", b"b"), (b"\xc3\xa4", b"A"), (None, b"a"), (b"a", None)], 1):
        values = (("value.priv", own), ("value.shared", shared))
        ann(StoreAnnotations(UidSet([uid]), (AnnotationEntry("/altsubject", values),)))
    everybodys, own = AnnotationOrder("/AltSubject"), AnnotationOrder("/altsubject", "value.priv")
    # Without a value is before all values; in whatever case.
    assert ann(Sort((everybodys,))).uids == (4, 2, 3, 1)
    assert ann(Sort((everybodys, "REVERSE ARRIVAL", "REVERSE UID"))).uids == (4, 3, 2, 1)
    assert ann(Sort((-everybodys, own))).uids == (1, 3, 2, 4)
    assert ann(Sort((own,))).uids == (3, 4, 2, 1)
    assert ann(Sort((AnnotationOrder("/comment"),))).uids == (1, 2, 3, 4)


def test_the_ends_of_the_calendar(server: Server, ann: Client) -> None:
    for date in ("31 Dec 9999 23:59:59 -1200", "1 Jan 0001 00:00:00 +1400", "1 Jan 2024 00:00:00 +0000"):
        server.deliver("ann", f"Date: {date}\n\nx".encode())
    ann(Select("INBOX"))
    assert set(ann(Sort(("DATE",))).uids) == {1, 2, 3}
    assert ann(Sort(("DATE",))).uids.index(3) < ann(Sort(("DATE",))).uids.index(1)


class TestAnswers:
    def test_octets(self, server: Server) -> None:
        deliver(server, 3)
        line = selected(server)
        assert line(b"A282 SORT (REVERSE SUBJECT) UTF-8 ALL") == [b"* SORT 3 2 1", b"A282 OK SORT completed."]
        assert line(b'A284 UID SORT (SUBJECT) "US-ASCII" TEXT "not in mailbox"')[0] == b"* SORT"
        assert line(b"A285 SORT (SUBJECT REVERSE DATE) UTF-8 MODSEQ 1")[1] == b"* SORT 1 2 3 (MODSEQ 4)"

    def test_return(self, server: Server) -> None:
        deliver(server, 4)
        line = selected(server)
        # Only what ascends is a range (RFC 5267, 3.2).
        assert (
            line(b"E01 UID SORT RETURN () (REVERSE SUBJECT) UTF-8 ALL")[0] == b'* ESEARCH (TAG "E01") UID ALL 4,3,2,1'
        )
        assert line(b"E02 SORT RETURN (ALL) (SUBJECT) UTF-8 ALL")[0] == b'* ESEARCH (TAG "E02") ALL 1:4'
        assert line(b"E03 SORT RETURN (MIN MAX COUNT) (REVERSE SUBJECT) UTF-8 ALL")[0] == (
            b'* ESEARCH (TAG "E03") MIN 4 MAX 1 COUNT 4'
        )

    def test_the_client_reads_it(self, server: Server, ann: Client) -> None:
        deliver(server, 5)
        ann(Select("INBOX"))
        assert ann(Sort(("REVERSE SUBJECT",), Q.unseen, returns=("MIN", "MAX", "COUNT", "ALL"))) == SortResult(
            (5, 4, 3, 2, 1), 5, 5, 1
        )
        window = PartialRange(2, 3)
        assert ann(Sort(("REVERSE SUBJECT",), returns=(window,))) == SortResult((4, 3), window=window)
        last = PartialRange(-1, -2)
        assert ann(Sort(("REVERSE SUBJECT",), returns=(last,))) == SortResult((2, 1), window=last)
        assert ann(Sort(("REVERSE SUBJECT",), Q.seen, returns=("ALL",))) == SortResult()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"SORT () UTF-8 ALL", b"a BAD Error in IMAP command SORT: a sort criterion expected at 9: b' UTF-8 ALL'"),
        (b"SORT (WEIGHT) UTF-8 ALL", b"a BAD Unknown sort criterion WEIGHT"),
        (b"SORT (ANNOTATION /comment size.priv) UTF-8 ALL", b"a BAD Only value.priv and value.shared can be sorted by"),
        (b"SORT (ANNOTATION /* value.priv) UTF-8 ALL", b"a BAD This can be no entry"),
        (b"SORT (RELEVANCY) UTF-8 ALL", b"a BAD Only fuzzy searches know of relevancy"),
        (b"SORT (DATE) KOI8-R ALL", b"a NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset"),
        (b"SORT RETURN (ALL PARTIAL 1:2) (DATE) UTF-8 ALL", b"a BAD Either all or a window"),
        (b"SORT RETURN (PARTIAL 0:2) (DATE) UTF-8 ALL", b"a BAD Error in IMAP command SORT: a range such as 1:100"),
    ],
)
def test_mistakes(server: Server, said: bytes, answer: bytes) -> None:
    deliver(server)
    (heard,) = selected(server)(b"a " + said)
    assert heard.startswith(answer)


def test_where_it_is_not_offered(offering: Callable[[str], Server]) -> None:
    assert selected(offering("IMAP4rev1"))(b"a SORT (DATE) UTF-8 ALL") == [
        b"a BAD Error in IMAP command SORT: Unknown command"
    ]
    line: Line = selected(offering("IMAP4rev1 SORT"))
    assert line(b"a SORT (DISPLAYTO) UTF-8 ALL") == [b"a BAD Unknown sort criterion DISPLAYTO"]
    assert line(b"c SORT (ANNOTATION /comment value.priv) UTF-8 ALL") == [b"c BAD Unknown sort criterion ANNOTATION"]
    assert line(b"b SORT RETURN () (DATE) UTF-8 ALL") == [b"b BAD Unknown argument RETURN"]
