"""ESEARCH: what RETURN asks for and what comes back; the examples of RFC 4731, 5267, 6203, 7377 and 9394."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.condstore import MODSEQ
from imapkit.protocol.extensions.context import Update
from imapkit.protocol.extensions.esearch import (
    ESearch,
    ListChange,
    ReturnOption,
    SearchResult,
    SearchUpdate,
    missing_for_returns,
    write_returns,
)
from imapkit.protocol.extensions.fetch import UID, body_section
from imapkit.protocol.extensions.order import NumberOrder
from imapkit.protocol.extensions.partial import PartialRange, PartialResult
from imapkit.protocol.wire.encoder import Dialect, Encoder, Segment
from imapkit.types.query import Q, Query
from imapkit.types.sections import Section
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import read, untagged


@pytest.mark.parametrize(
    ("octets", "tag", "by_uid", "result"),
    [
        (b'* ESEARCH (TAG "A282") MIN 2 COUNT 3', "A282", False, SearchResult(count=3, minimum=2)),
        (b'* ESEARCH (TAG "A283") ALL 2,10:11', "A283", False, SearchResult(UidSet("2,10:11"))),
        (b'* ESEARCH (TAG "A284") MIN 4', "A284", False, SearchResult(minimum=4)),
        (b'* ESEARCH (TAG "a567") UID COUNT 17 ALL 4:18,21,28', "a567", True,
         SearchResult(UidSet("4:18,21,28"), 17)),
        (b'* ESEARCH (TAG "A1") UID MAX 7 MODSEQ 9223372036854775807', "A1", True,
         SearchResult(maximum=7, modseq=2**63 - 1)),
        (b'* ESEARCH (TAG "B1") ALL 1,5,10 RELEVANCY (4 99 42)', "B1", False,
         SearchResult(UidSet("1,5,10"), relevancy=(4, 99, 42))),
        (b'* ESEARCH (TAG "A04") UID PARTIAL (24000:24500 NIL)', "A04", True,
         SearchResult(partial=PartialResult(PartialRange(24000, 24500), NumberOrder()))),
        (b'* esearch (tag {2}\r\nA7) uid', "A7", True, SearchResult()),
        (b"* ESEARCH", None, False, SearchResult()),
        (b"* ESEARCH UID  COUNT 0 ", None, True, SearchResult(count=0)),
        (b'* ESEARCH (TAG "A1" X-NEW (1 2)) X-MORE ("a" (b)) COUNT 1', "A1", False, SearchResult(count=1)),
    ],
)  # fmt: skip
def test_responses(octets: bytes, tag: str | None, by_uid: bool, result: SearchResult) -> None:
    response = untagged(octets)
    assert isinstance(response, ESearch)
    assert (response.tag, response.by_uid, response.result) == (tag, by_uid, result)


def test_a_mailbox_of_many() -> None:
    response = untagged(b'* ESEARCH (TAG "tag1" MAILBOX "folder2/banana" UIDVALIDITY 503) UID ALL 3002,4004')
    assert response == ESearch(
        "tag1", True, SearchResult(UidSet("3002,4004")), NumberOrder("3002,4004"), "folder2/banana", 503
    )


def test_the_order_is_kept() -> None:
    response = untagged(b'* ESEARCH (TAG "E01") UID ALL 23765,23764,23763')
    assert isinstance(response, ESearch)
    assert response.order.numbers() == (23765, 23764, 23763)
    assert response.result.uids == UidSet("23763:23765")


@pytest.mark.parametrize("bad", [b"ALL 0", b"ALL NIL", b"COUNT x", b"PARTIAL (1:2)", b"RELEVANCY 5", b"ADDTO (1)",
                                 b"COUNT 4294967296", b"MODSEQ 9223372036854775808"])  # fmt: skip
def test_a_bad_value_costs_itself(bad: bytes) -> None:
    response, defects = read(b'* ESEARCH (TAG "A1") MIN 2 ' + bad + b" MAX 9")
    assert isinstance(response, ESearch)
    assert response.result == SearchResult(minimum=2, maximum=9)
    assert defects


def test_a_value_that_is_missing_costs_itself() -> None:
    for octets in (b"MIN 2 ALL", b"MIN 2 ALL ", b"ALL  MIN 2", b"ALL MIN 2 COUNT"):
        response, defects = read(b'* ESEARCH (TAG "A1") UID ' + octets)
        assert isinstance(response, ESearch)
        assert response.result == SearchResult(minimum=2)
        assert defects


@pytest.mark.parametrize(
    ("octets", "changes"),
    [
        (b"ADDTO (0 32768:32769)", (("ADDTO", 0, "32768:32769"),)),
        (b"ADDTO (1 2733 1 2732 1 2731)", (("ADDTO", 1, "2733"), ("ADDTO", 1, "2732"), ("ADDTO", 1, "2731"))),
        (b"ADDTO (1 2733) ADDTO (1 2731:2732)", (("ADDTO", 1, "2733"), ("ADDTO", 1, "2731:2732"))),
        (b"REMOVEFROM (0 32768)", (("REMOVEFROM", 0, "32768"),)),
    ],
)
def test_updates(octets: bytes, changes: tuple[tuple[str, int, str], ...]) -> None:
    response = untagged(b'* ESEARCH (TAG "B01") UID ' + octets)
    assert isinstance(response, SearchUpdate)
    assert (response.tag, response.by_uid) == ("B01", True)
    assert tuple((c.action, c.position, c.numbers.text) for c in response.changes) == changes
    assert all(isinstance(change, ListChange) for change in response.changes)


SUBJECT = body_section(Section("", "HEADER.FIELDS", ("SUBJECT",)))
FUZZY = Q.fuzzy(Q.text("Helo"))


@pytest.mark.parametrize(
    ("returns", "query", "octets"),
    [
        ((), Q.all, b""),
        (("MIN", "COUNT"), Q.all, b"RETURN (MIN COUNT)"),
        (("SAVE",), Q.all, b"RETURN (SAVE)"),
        ((PartialRange(-1, -100),), Q.all, b"RETURN (PARTIAL -1:-100)"),
        (("UPDATE", "CONTEXT", PartialRange(1, 500)), Q.all, b"RETURN (UPDATE CONTEXT PARTIAL 1:500)"),
        ((Update((UID, SUBJECT)), "COUNT"), Q.all, b"RETURN (UPDATE (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) COUNT)"),
        (("RELEVANCY", "ALL"), FUZZY, b"RETURN (RELEVANCY ALL)"),
        (("RELEVANCY",), Q.seen & ~FUZZY, b"RETURN (RELEVANCY)"),
        (("RELEVANCY",), Q.seen | FUZZY, b"RETURN (RELEVANCY)"),
    ],
)
def test_writing(returns: tuple[ReturnOption, ...], query: Query, octets: bytes) -> None:
    out = Encoder(Dialect())
    write_returns(out, returns, query)
    assert out.finish() == ([Segment(octets)] if octets else [])


@pytest.mark.parametrize(
    "returns",
    [("EVERYTHING",), ("all",), ("ALL) ALL",), ("ALL", PartialRange(1, 2)), (PartialRange(1, 2), PartialRange(3, 4)),
     ("RELEVANCY",), (Update(()),), ("UPDATE", Update((UID,))), ("UPDATE", "UPDATE")],
)  # fmt: skip
def test_refusals(returns: tuple[ReturnOption, ...]) -> None:
    with pytest.raises(InvalidArgument):
        write_returns(Encoder(Dialect()), returns, Q.all)


@pytest.mark.parametrize(
    ("returns", "offered", "sorting", "missing"),
    [
        (("ALL",), "ESEARCH", False, None),
        (("ALL",), "", False, "ESEARCH"),
        (("ALL",), "ESEARCH", True, "ESORT"),
        (("SAVE",), "ESEARCH", False, "SEARCHRES"),
        (("UPDATE",), "CONTEXT=SEARCH", False, None),
        (("UPDATE",), "CONTEXT=SEARCH", True, "CONTEXT=SORT"),
        ((Update((UID,)),), "CONTEXT=SEARCH NOTIFY", False, None),
        ((Update((UID,)),), "CONTEXT=SORT NOTIFY", True, None),
        ((Update((UID,)),), "CONTEXT=SORT NOTIFY", False, "CONTEXT=SEARCH"),
        ((Update((UID,)),), "CONTEXT=SEARCH", False, "NOTIFY"),
        (("ALL", Update((UID, MODSEQ))), "ESEARCH CONTEXT=SEARCH NOTIFY", False, "CONDSTORE"),
        ((PartialRange(1, 2),), "PARTIAL", False, None),
        ((PartialRange(1, 2),), "CONTEXT=SEARCH", False, None),
        ((PartialRange(1, 2),), "CONTEXT=SEARCH", True, "PARTIAL"),
        ((PartialRange(-1, -2),), "CONTEXT=SEARCH", False, "PARTIAL"),
        ((PartialRange(-1, -2),), "PARTIAL", False, None),
        (("NO SUCH",), "", False, None),
    ],
)
def test_capabilities(returns: tuple[ReturnOption, ...], offered: str, sorting: bool, missing: str | None) -> None:
    assert missing_for_returns(returns, offered.split().__contains__, sorting=sorting) == missing
