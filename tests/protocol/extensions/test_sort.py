"""SORT: the examples of RFC 5256, 5267, 5957, 6203, and what servers really send."""

from __future__ import annotations

import datetime as dt

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.annotate import AnnotationOrder
from imapkit.protocol.extensions.context import Update
from imapkit.protocol.extensions.fetch import UID
from imapkit.protocol.extensions.partial import PartialRange
from imapkit.protocol.extensions.sort import Sort, SortNumbers, SortResult
from imapkit.protocol.model import Effect
from imapkit.types.query import SEQUENCE_SET, Key, Q
from imapkit.types.results import SortKey
from imapkit.types.uids import SeqSet
from tests.protocol.extensions.talking import ask, untagged

ALL_OF_IT = (
    "SORT SORT=DISPLAY ESORT ESEARCH CONTEXT=SORT SEARCH=FUZZY SORT=MODSEQ SORT=UID PARTIAL WITHIN "
    "ANNOTATE-EXPERIMENT-1"
)
FUZZY = Q.fuzzy(Q.text("Helo"))


@pytest.mark.parametrize(
    ("octets", "numbers", "modseq"),
    [
        (b"* SORT 5 3 4 1 2", (5, 3, 4, 1, 2), None),
        (b"* SORT", (), None),
        (b"* SORT 2 84 882 (MODSEQ 5)", (2, 84, 882), 5),
    ],
)
def test_numbers(octets: bytes, numbers: tuple[int, ...], modseq: int | None) -> None:
    assert untagged(octets) == SortNumbers(numbers, modseq)


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (Sort(("SUBJECT",), Q.since(dt.date(1994, 2, 1)), by_uid=False), b"SORT (SUBJECT) UTF-8 SINCE 1-Feb-1994"),
        (Sort((SortKey.SUBJECT, -SortKey.DATE)), b"UID SORT (SUBJECT REVERSE DATE) UTF-8 ALL"),
        (Sort(("subject",), Q.text("not in mailbox"), charset="US-ASCII"),
         b'UID SORT (SUBJECT) US-ASCII TEXT "not in mailbox"'),
        (Sort((SortKey.DISPLAY_FROM,), Q.undeleted), b"UID SORT (DISPLAYFROM) UTF-8 UNDELETED"),
        (Sort(("REVERSE MODSEQ", "UID")), b"UID SORT (REVERSE MODSEQ UID) UTF-8 ALL"),
        (Sort(("RELEVANCY",), FUZZY, returns=("RELEVANCY", "ALL")),
         b"UID SORT RETURN (RELEVANCY ALL) (RELEVANCY) UTF-8 FUZZY TEXT Helo"),
        (Sort(("DATE",), Q.subject("grün")), b"UID SORT (DATE) UTF-8 SUBJECT {5}\r\ngr\xc3\xbcn"),
    ],
)  # fmt: skip
def test_commands(command: Sort, octets: bytes) -> None:
    sent, _ = ask(command, capabilities=ALL_OF_IT, selected=True)
    assert sent == octets


def test_the_order_is_the_servers() -> None:
    _, result = ask(Sort(("DATE",)), b"* SORT 9 2", b"* SORT 4 (MODSEQ 7)", capabilities="SORT", selected=True)
    assert result == SortResult((9, 2, 4), modseq=7)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b'* ESEARCH (TAG "K2") UID ALL 5,12:10,1 COUNT 5', SortResult((5, 10, 11, 12, 1), 5, context="K2")),
        (b"* ESEARCH UID MIN 9 MAX 3 MODSEQ 8", SortResult((), None, 9, 3, 8, context="K2")),
        (b'* ESEARCH (TAG "K2") PARTIAL (1:3 42,9,34) RELEVANCY (99 42 4)',
         SortResult((42, 9, 34), window=PartialRange(1, 3), relevancy=(99, 42, 4), context="K2")),
        (b'* ESEARCH (TAG "K1") UID ALL 5', SortResult(context="K2")),
        (b'* NO [NOUPDATE "K2"] Too many contexts', SortResult()),
    ],
)  # fmt: skip
def test_extended_answers(answer: bytes, result: SortResult) -> None:
    for update in ("UPDATE", Update((UID,))):
        command = Sort(("ARRIVAL",), returns=(update, "ALL"))
        assert ask(command, answer, capabilities=f"{ALL_OF_IT} NOTIFY", selected=True)[1] == result


@pytest.mark.parametrize(
    ("command", "capability"),
    [
        (Sort(("DATE",)), "SORT"),
        (Sort(("DISPLAYTO",)), "SORT=DISPLAY"),
        (Sort((AnnotationOrder("/comment"),)), "ANNOTATE-EXPERIMENT-1"),
        (Sort(("DATE",), Q.older(5)), "WITHIN"),
        (Sort(("DATE",), returns=("COUNT",)), "ESORT"),
        (Sort(("DATE",), returns=("CONTEXT",)), "CONTEXT=SORT"),
    ],
)
def test_capabilities(command: Sort, capability: str) -> None:
    offered = " ".join(name for name in ALL_OF_IT.split() if name != capability)
    with pytest.raises(NotSupported, match=capability):
        ask(command, capabilities=offered, selected=True)


@pytest.mark.parametrize(
    "command",
    [
        Sort(()),
        Sort(("BODY",)),
        Sort(("DATE)",)),
        Sort(("DATE",), Q.received_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))),
        Sort(("DATE",), charset="x y"),
    ],
)
def test_refusals(command: Sort) -> None:
    with pytest.raises(InvalidArgument):
        ask(command, capabilities=ALL_OF_IT, selected=True)


def test_effects() -> None:
    assert Sort(("DATE",)).disturbs() == Effect.MAY_EXPUNGE
    assert Sort(("DATE",), by_uid=False).disturbs() == Effect.USES_SEQUENCE_NUMBERS
    numbered = Sort(("DATE",), Key(SEQUENCE_SET, (SeqSet("1:5"),)))
    assert numbered.disturbs() == Effect.MAY_EXPUNGE | Effect.USES_SEQUENCE_NUMBERS
    assert "SEARCH" in Sort(("DATE",), returns=("ALL",)).answers()
