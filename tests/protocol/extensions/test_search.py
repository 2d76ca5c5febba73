"""SEARCH as it is written and answered."""

from __future__ import annotations

import datetime as dt

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.partial import PartialRange
from imapkit.protocol.extensions.search import Search, SearchNumbers, SearchResult, write_query
from imapkit.protocol.model import Effect
from imapkit.protocol.wire.encoder import Dialect, Encoder
from imapkit.types.query import NOTHING, SEQUENCE_SET, Key, Q, Query
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet
from tests.protocol.extensions.talking import ask, connect, talk, untagged

DAY = dt.date(1994, 2, 1)


@pytest.mark.parametrize(
    ("octets", "numbers", "modseq"),
    [
        (b"* SEARCH", (), None),
        (b"* SEARCH ", (), None),
        (b"* SEARCH 2 84 882", (2, 84, 882), None),
        (b"* SEARCH 2 5 6 7 11 12 18 19 20 23 (MODSEQ 917162500)", (2, 5, 6, 7, 11, 12, 18, 19, 20, 23), 917162500),
    ],
)
def test_numbers(octets: bytes, numbers: tuple[int, ...], modseq: int | None) -> None:
    assert untagged(octets) == SearchNumbers(numbers, modseq)


@pytest.mark.parametrize(
    ("query", "octets"),
    [
        (Q.flagged & Q.since(DAY) & ~Q.from_("Smith"), b"FLAGGED SINCE 1-Feb-1994 NOT FROM Smith"),
        (Q.text("string not in mailbox"), b'TEXT "string not in mailbox"'),
        (Q.seen | Q.draft | Q.deleted, b"OR SEEN OR DRAFT DELETED"),
        (~(Q.seen & Q.draft), b"NOT (SEEN DRAFT)"),
        (NOTHING, b"NOT ALL"),
        (Q.uid(UidSet("1:3,7")), b"UID 1:3,7"),
        (Key("UID", (SAVED_RESULT,)) & Q.smaller(4096), b"UID $ SMALLER 4096"),
        (Key(SEQUENCE_SET, (SeqSet("2,4:7"),)), b"2,4:7"),
        (Key("UID", (OpenRange(7),)), b"UID 7:*"),
        (Key(SEQUENCE_SET, (OpenSeqRange(7),)) & ~Key(SEQUENCE_SET, (OpenSeqRange("*"),)), b"7:* NOT *"),
        (Q.fuzzy(Q.subject("IMAP break")), b'FUZZY SUBJECT "IMAP break"'),
        (Q.younger(259200) | Q.older(7), b"OR YOUNGER 259200 OLDER 7"),
        (Q.filter("on-the-road"), b"FILTER on-the-road"),
        (Q.modseq(620162338), b"MODSEQ 620162338"),
        (Q.modseq(620162338, "\\draft"), b'MODSEQ "/flags/\\\\draft" all 620162338'),
        (Q.modseq(7, "$MDNSent", "priv") | Q.seen, b'OR MODSEQ "/flags/$MDNSent" priv 7 SEEN'),
        (Q.header("List-Id", ""), b'HEADER List-Id ""'),
        (Q.keyword("$Junk"), b"KEYWORD $Junk"),
        (Q.email_id("M6d99ac3275bb4e"), b"EMAILID M6d99ac3275bb4e"),
        (Key("X-GM-MSGID", (2**64 - 1,)), b"X-GM-MSGID 18446744073709551615"),
        (Q.key("X-EXT", 7, "a b", Q.seen), b'X-EXT 7 "a b" SEEN'),
    ],
)
def test_queries(query: Query, octets: bytes) -> None:
    offered = "SEARCHRES WITHIN FILTERS SEARCH=FUZZY CONDSTORE OBJECTID X-GM-EXT-1"
    sent, _ = ask(Search(query), capabilities=offered, selected=True)
    assert sent == b"UID SEARCH " + octets


def test_charset() -> None:
    sent, _ = ask(Search(Q.body("grün")), selected=True)
    assert sent == b"UID SEARCH CHARSET UTF-8 BODY {5}\r\ngr\xc3\xbcn"
    sent, _ = ask(Search(Q.body("grün"), charset=None), selected=True)
    assert sent == b"UID SEARCH BODY {5}\r\ngr\xc3\xbcn"


def test_the_plain_answer_is_counted_here() -> None:
    _, result = ask(Search(Q.all), b"* SEARCH 9 2", b"* SEARCH 4 (MODSEQ 7)", selected=True)
    assert result == SearchResult(UidSet("2,4,9"), 3, 2, 9, 7)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b'* ESEARCH (TAG "K2") UID ALL 1:3', SearchResult(UidSet("1:3"))),
        (b'* ESEARCH (TAG "K2") ALL 1:3', SearchResult(UidSet("1:3"))),
        (b"* ESEARCH UID ALL 1:3", SearchResult(UidSet("1:3"))),
        (b"* SEARCH 1 2", SearchResult(UidSet("1:2"), 2, 1, 2)),
        (b"* ESEARCH ALL 1:3", SearchResult()),
        (b'* ESEARCH (TAG "K1") UID ALL 1:3', SearchResult()),
        (b'* ESEARCH (TAG "K2" MAILBOX foo UIDVALIDITY 1) UID ALL 1:3', SearchResult()),
        (b'* NO [NOUPDATE "K1"] no', SearchResult()),
    ],
    ids=["", "without UID", "without a tag", "the old way", "of a SEARCH", "of another", "elsewhere", "not of ours"],
)
def test_the_extended_answer_is_told_by_its_tag(answer: bytes, result: SearchResult) -> None:
    sent, found = ask(Search(Q.seen, returns=("ALL",)), answer, capabilities="ESEARCH", selected=True)
    assert sent == b"UID SEARCH RETURN (ALL) SEEN"
    assert found == result


def test_the_extended_answer_to_a_plain_search_is_counted_here() -> None:
    _, result = ask(Search(Q.all), b'* ESEARCH (TAG "K2") UID ALL 2:4 MODSEQ 7', selected=True)
    assert result == SearchResult(UidSet("2:4"), 3, 2, 4, 7)


def test_saving_is_answered_with_nothing() -> None:
    sent, found = ask(Search(Q.seen, returns=("SAVE",)), capabilities="ESEARCH SEARCHRES", selected=True)
    assert sent == b"UID SEARCH RETURN (SAVE) SEEN"
    assert found == SearchResult()


@pytest.mark.parametrize(("refusal", "context"), [((), "K2"), ((b'* NO [NOUPDATE "K2"] too many',), None)])
def test_whether_changes_will_be_told(refusal: tuple[bytes, ...], context: str | None) -> None:
    search = Search(Q.seen, returns=("UPDATE",))
    _, found = ask(search, *refusal, capabilities="ESEARCH CONTEXT=SEARCH", selected=True)
    assert found == SearchResult(context=context)


def test_the_value_of_an_annotation_is_a_string() -> None:
    query = Key("ANNOTATION", ("/comment", "value.priv", "x"))
    sent, _ = ask(Search(query), capabilities="ANNOTATE-EXPERIMENT-1", selected=True)
    assert sent == b'UID SEARCH ANNOTATION /comment value.priv "x"'


def test_by_sequence_number() -> None:
    search = Search(Q.seen, by_uid=False, returns=(PartialRange(1, 2),))
    assert search.disturbs() == Effect.USES_SEQUENCE_NUMBERS
    assert Search(Q.seen).disturbs() == Effect.MAY_EXPUNGE
    numbered = Search(Key(SEQUENCE_SET, (SeqSet("1:5"),)))
    assert numbered.disturbs() == Effect.MAY_EXPUNGE | Effect.USES_SEQUENCE_NUMBERS
    connection = connect("ESEARCH PARTIAL", selected=True)
    sent, found = talk(connection, search, b'* ESEARCH (TAG "K2") PARTIAL (1:2 1:2)')
    assert sent == b"SEARCH RETURN (PARTIAL 1:2) SEEN"
    assert found.partial is not None
    assert found.partial.found.numbers() == (1, 2)


def test_refusals() -> None:
    with pytest.raises(InvalidArgument):
        ask(Search(Q.received_after(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))), selected=True)
    with pytest.raises(InvalidArgument, match="coarse"):
        write_query(Encoder(Dialect()), Q.received_after(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    with pytest.raises(NotSupported, match="WITHIN"):
        ask(Search(Q.older(7)), selected=True)
    with pytest.raises(NotSupported, match="ESEARCH"):
        ask(Search(Q.seen, returns=("ALL",)), selected=True)
    with pytest.raises(InvalidArgument):
        ask(Search(Q.body("grün"), charset="UTF 8"), selected=True)
