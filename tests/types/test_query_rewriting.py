"""What a query asks of a server, and what is left for the client."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from imapkit.types.query import (
    NOTHING,
    SEQUENCE_SET,
    Key,
    Q,
    Query,
    coarse,
    is_ascii,
    needs_filter,
    remainder,
    required_capabilities,
    uses_sequence_numbers,
)
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet

MOMENT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
AFTER, BEFORE = Q.received_after(MOMENT), Q.received_before(MOMENT)
SINCE, UNTIL = Q.since(date(2026, 10, 31)), Q.before(date(2026, 11, 3))


@pytest.mark.parametrize(
    "query", [Q.all, NOTHING, Q.seen, ~Q.seen, Q.seen & ~(Q.draft | Q.fuzzy(Q.flagged)), Q.since(date(2026, 11, 1))]
)
def test_what_a_server_can_answer_stays_as_it_is(query: Query) -> None:
    assert not needs_filter(query)
    assert coarse(query) == query
    assert remainder(query) == Q.all


@pytest.mark.parametrize(
    ("query", "asked", "left"),
    [
        (AFTER, SINCE, AFTER),
        (BEFORE, UNTIL, BEFORE),
        # NOT of what is asked for AFTER would miss messages; the opposite of AFTER is BEFORE.
        (~AFTER, UNTIL, ~AFTER),
        (~BEFORE, SINCE, ~BEFORE),
        (Q.unseen & AFTER & BEFORE, Q.unseen & SINCE & UNTIL, AFTER & BEFORE),
        (Q.gmail("x") & AFTER, Q.gmail("x") & SINCE, AFTER),
        (AFTER | Q.seen, SINCE | Q.seen, AFTER | Q.seen),
        (Q.draft & (AFTER | Q.seen), Q.draft & (SINCE | Q.seen), AFTER | Q.seen),
        (~(AFTER & Q.seen), UNTIL | ~Q.seen, ~(AFTER & Q.seen)),
        (~(AFTER | ~Q.seen), UNTIL & Q.seen, ~(AFTER | ~Q.seen)),
        (Q.fuzzy(AFTER & Q.subject("x")), Q.fuzzy(SINCE & Q.subject("x")), AFTER),
        # No one knows what NOT FUZZY leaves out.
        (~Q.fuzzy(AFTER), Q.all, ~Q.fuzzy(AFTER)),
        (Q.seen & ~Q.fuzzy(AFTER), Q.seen, ~Q.fuzzy(AFTER)),
        # Nor what an unknown key does with the query inside.
        (Q.key("X-EXT", AFTER), Q.all, Q.key("X-EXT", AFTER)),
        (Q.key("X-EXT", AFTER) | Q.seen, Q.all, Q.key("X-EXT", AFTER) | Q.seen),
    ],
)
def test_what_is_asked_and_what_is_left(query: Query, asked: Query, left: Query) -> None:
    assert needs_filter(query)
    assert coarse(query) == asked
    assert not needs_filter(coarse(query))
    assert remainder(query) == left


@pytest.mark.parametrize(
    ("query", "capabilities"),
    [
        (Q.all, set()),
        (Q.seen & ~(Q.from_("a") | AFTER), set()),
        (Q.key("X-EXT", Q.seen), set()),
        (Q.key("X-EXT", Q.younger(1)), {"WITHIN"}),
        (Q.recent | Q.new | Q.old, {"IMAP4REV1"}),
        (~Q.fuzzy(Q.older(1) & Q.modseq(1)), {"SEARCH=FUZZY", "WITHIN", "CONDSTORE"}),
        (Q.modseq(1, "$a"), {"CONDSTORE"}),
        (Q.savedate_supported | Q.saved_on(date(2026, 11, 1)), {"SAVEDATE"}),
        (Q.email_id("a") | Q.thread_id("a"), {"OBJECTID"}),
        (Q.filter("a") & Q.gmail("a"), {"FILTERS", "X-GM-EXT-1"}),
        (Q.seen & Key("UID", (SAVED_RESULT,)), {"SEARCHRES"}),
        (Q.uid(UidSet("1:3")), set()),
    ],
)
def test_required_capabilities(query: Query, capabilities: set[str]) -> None:
    assert required_capabilities(query) == capabilities


@pytest.mark.parametrize(
    ("query", "numbered"),
    [
        (Q.all, False),
        (AFTER & Q.uid(UidSet("1:3")), False),
        (Key("UID", (OpenRange(5),)), False),
        (Key(SEQUENCE_SET, (SAVED_RESULT,)), False),
        (Key(SEQUENCE_SET, (OpenSeqRange(5),)), True),
        (Q.key("X-EXT", OpenSeqRange("*")), True),
        (Q.key("X-EXT", OpenRange("*")), False),
        (Q.seen | ~Key(SEQUENCE_SET, (SeqSet("1:3"),)), True),
        (Q.fuzzy(Key(SEQUENCE_SET, (SeqSet("7"),))), True),
        (Q.key("X-EXT", SeqSet("7")), True),
    ],
)
def test_uses_sequence_numbers(query: Query, *, numbered: bool) -> None:
    assert uses_sequence_numbers(query) is numbered


@pytest.mark.parametrize(
    ("query", "ascii_only"),
    [
        (Q.all, True),
        (AFTER, True),
        (Q.seen & Q.from_("ann") & Q.uid(7) & Q.larger(7), True),
        (Q.subject("Zażółć"), False),
        (Q.seen | ~Q.fuzzy(Q.subject("ż")), False),
        (Q.header("X", "é"), False),
        (Q.key("X-EXT", b"a"), True),
        (Q.key("X-EXT", 1, b"\xff"), False),
    ],
)
def test_is_ascii(query: Query, ascii_only: bool) -> None:
    assert is_ascii(query) is ascii_only
