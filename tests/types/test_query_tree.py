"""The tree: canonical, comparable, printable values."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from imapkit.errors import InvalidArgument
from imapkit.types.query import (
    NOTHING,
    SEQUENCE_SET,
    All,
    And,
    Key,
    Not,
    Or,
    Q,
    Query,
    ReceivedAfter,
    ReceivedBefore,
    all_of,
    any_of,
)
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet

a, b, c = Key("SEEN"), Key("DRAFT"), Key("FLAGGED")
MOMENT = datetime(2026, 11, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))


class TestOperators:
    def test_and_or_not(self) -> None:
        assert (a & b) == And((a, b))
        assert (a | b) == Or((a, b))
        assert ~a == Not(a)

    def test_chains_are_flat(self) -> None:
        assert (a & b) & c == a & (b & c) == And((a, b, c))
        assert (a | b) | c == a | (b | c) == Or((a, b, c))
        assert (a & b) | c == Or((And((a, b)), c))

    @pytest.mark.parametrize("query", [a, a & b, a | b, All(), NOTHING, ReceivedAfter(MOMENT)])
    def test_negation_undoes_itself(self, query: Query) -> None:
        assert ~~query == query

    @pytest.mark.parametrize("query", [a, ~a, a & b, a | b, All(), NOTHING])
    def test_everything_and_nothing(self, query: Query) -> None:
        assert query & Q.all == Q.all & query == query
        assert query | NOTHING == NOTHING | query == query
        assert query & NOTHING == NOTHING & query == NOTHING
        assert query | Q.all == Q.all | query == Q.all

    def test_there_is_no_truth(self) -> None:
        with pytest.raises(TypeError, match=r"use & \| ~ instead of and/or/not"):
            bool(a)
        with pytest.raises(TypeError, match="instead of and/or/not"):
            a and b  # noqa: B018
        with pytest.raises(TypeError, match="instead of and/or/not"):
            not a  # noqa: B018

    @pytest.mark.parametrize("other", ["FLAGGED", None, Q.from_, {1}])
    def test_what_is_no_query_does_not_combine(self, other: object) -> None:
        with pytest.raises(TypeError):
            a & other  # type: ignore[operator]
        with pytest.raises(TypeError):
            a | other  # type: ignore[operator]


class TestMany:
    def test_of_none(self) -> None:
        assert all_of([]) == Q.all_of(()) == All()
        assert any_of([]) == Q.any_of(()) == NOTHING

    def test_of_one(self) -> None:
        assert all_of([a]) == any_of([a]) == a

    def test_of_an_iterator(self) -> None:
        assert all_of(iter((a, b & c))) == And((a, b, c))
        assert any_of(iter((a, b | c))) == Or((a, b, c))

    @pytest.mark.parametrize("combine", [all_of, any_of])
    def test_of_something_else(self, combine: Callable[[object], Query]) -> None:
        with pytest.raises(InvalidArgument, match="made with Q are needed here, not str"):
            combine([a, "SEEN"])


class TestConstructors:
    @pytest.mark.parametrize("kind", [And, Or])
    @pytest.mark.parametrize("parts", [(), (a,), (a, All()), (NOTHING, a)])
    def test_parts_that_are_not_canonical(self, kind: type[And | Or], parts: tuple[Query, ...]) -> None:
        with pytest.raises(InvalidArgument, match="two or more parts"):
            kind(parts)

    def test_no_and_in_and(self) -> None:
        with pytest.raises(InvalidArgument, match=r"use & or Q\.all_of"):
            And((a, And((b, c))))
        with pytest.raises(InvalidArgument, match=r"use \| or Q.any_of"):
            Or((Or((a, b)), c))
        with pytest.raises(InvalidArgument, match="use ~"):
            Not(Not(a))

    def test_parts_of_another_type(self) -> None:
        with pytest.raises(InvalidArgument, match="tuple of queries is needed here, not list"):
            And([a, b])  # type: ignore[arg-type]
        with pytest.raises(InvalidArgument, match="not str"):
            Or((a, "SEEN"))  # type: ignore[arg-type]
        with pytest.raises(InvalidArgument, match="not str"):
            Not("SEEN")  # type: ignore[arg-type]

    def test_a_query_itself_is_nothing(self) -> None:
        with pytest.raises(TypeError, match="abstract"):
            Query()  # type: ignore[abstract]


class TestValues:
    def test_frozen_and_slotted(self) -> None:
        for query, name in (
            (a, "name"),
            (a & b, "parts"),
            (a | b, "parts"),
            (~a, "part"),
            (Q.received_after(MOMENT), "moment"),
        ):
            with pytest.raises(FrozenInstanceError):
                setattr(query, name, None)
            assert not hasattr(query, "__dict__")

    def test_equal_queries_are_one_in_a_set(self) -> None:
        assert len({Q.seen, Key("SEEN"), Key("seen"), Q.seen & Q.draft, a & b, a | b}) == 3

    def test_and_is_not_or(self) -> None:
        both: Query = And((a, b))
        assert both != Or((a, b))

    def test_matching_by_pattern(self) -> None:
        match Q.from_("ann") & ~Q.seen:
            case And((Key("FROM", (text,)), Not(Key(name)))):
                assert (text, name) == ("ann", "SEEN")
            case _:
                raise AssertionError


class TestMoments:
    @pytest.mark.parametrize("make", [Q.received_after, Q.received_before])
    def test_a_naive_one_is_refused(self, make: Callable[[datetime], Query]) -> None:
        with pytest.raises(InvalidArgument, match="names no timezone"):
            make(datetime(2026, 11, 1))

    def test_a_timezone_that_does_not_know_its_offset_is_none(self) -> None:
        class Vague(tzinfo):
            def utcoffset(self, dt: datetime | None) -> timedelta | None:
                return None

            def dst(self, dt: datetime | None) -> timedelta | None:
                return None

            def tzname(self, dt: datetime | None) -> str | None:
                return "LMT"

        with pytest.raises(InvalidArgument, match="names no timezone"):
            Q.received_after(datetime(2026, 11, 1, tzinfo=Vague()))

    @pytest.mark.parametrize("value", [date(2026, 11, 1), "now", None, 0])
    def test_what_is_no_datetime_is_refused(self, value: object) -> None:
        with pytest.raises(InvalidArgument, match="received_before: an aware datetime is needed here"):
            Q.received_before(value)  # type: ignore[arg-type]

    @pytest.mark.parametrize("year", [1, 9999])
    def test_the_ends_of_time_are_refused(self, year: int) -> None:
        with pytest.raises(InvalidArgument, match="year"):
            Q.received_after(datetime(year, 6, 1, tzinfo=UTC))

    @pytest.mark.parametrize("moment", [datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)])
    @pytest.mark.parametrize("hours", [-23, 23])
    def test_the_earliest_and_the_latest(self, moment: datetime, hours: int) -> None:
        moment = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
        assert isinstance(ReceivedAfter(moment).coarse, Key)
        assert isinstance(ReceivedBefore(moment).coarse, Key)

    def test_the_offset_is_kept_and_the_name_is_not(self) -> None:
        berlin = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
        query = ReceivedAfter(berlin)
        assert query.moment.tzinfo == timezone(timedelta(hours=1))
        # Python compares a time that occurs twice as unequal to anything elsewhere, so compare it in UTC.
        assert query.moment.astimezone(UTC) == berlin.astimezone(UTC)
        assert query.moment.fold == 0

    def test_the_same_moment_elsewhere_is_equal(self) -> None:
        assert ReceivedAfter(MOMENT) == ReceivedAfter(MOMENT.astimezone(UTC))

    def test_coarse(self) -> None:
        """MOMENT is 23:30 on 31 October in UTC; a server may have written any day next to that."""
        assert ReceivedAfter(MOMENT).coarse == Q.since(date(2026, 10, 30))
        assert ReceivedBefore(MOMENT).coarse == Q.before(date(2026, 11, 2))


SAMPLES = [
    (Q.all, "Q.all", "ALL"),
    (NOTHING, "~Q.all", "NOT ALL"),
    (
        Q.unseen & Q.from_("ann@example.org") & ~Q.keyword("$Processed"),
        "Q.unseen & Q.from_('ann@example.org') & ~Q.keyword('$Processed')",
        'UNSEEN FROM "ann@example.org" NOT KEYWORD $Processed',
    ),
    ((a & b) | c, "(Q.seen & Q.draft) | Q.flagged", "OR (SEEN DRAFT) FLAGGED"),
    ((a | b) & c, "(Q.seen | Q.draft) & Q.flagged", "OR SEEN DRAFT FLAGGED"),
    (a | b | c, "Q.seen | Q.draft | Q.flagged", "OR SEEN OR DRAFT FLAGGED"),
    (~(a & b), "~(Q.seen & Q.draft)", "NOT (SEEN DRAFT)"),
    (~(a | b), "~(Q.seen | Q.draft)", "NOT OR SEEN DRAFT"),
    (Q.since(date(826, 11, 1)), "Q.since(datetime.date(826, 11, 1))", "SINCE 1-Nov-0826"),
    (Q.header("List-Id", "é"), "Q.header('List-Id', 'é')", 'HEADER List-Id "é"'),
    (Q.subject('a"\\b'), "Q.subject('a\"\\\\b')", r'SUBJECT "a\"\\b"'),
    (Q.subject("a\x1b\u2028b"), r"Q.subject('a\x1b\u2028b')", r'SUBJECT "a\x1b\u2028b"'),
    (Q.uid("7,1:3"), "Q.uid('1:3,7')", "UID 1:3,7"),
    (Q.uid([]), "~Q.all", "NOT ALL"),
    (Key("UID", (OpenRange(7),)), "Q.key('UID', OpenRange(first=7))", "UID 7:*"),
    (Key(SEQUENCE_SET, (OpenSeqRange("*"),)), "Q.key('SEQUENCE-SET', OpenSeqRange(first='*'))", "*"),
    (Key("UID", (SAVED_RESULT,)), "Q.key('UID', SAVED_RESULT)", "UID $"),
    (Key(SEQUENCE_SET, (SeqSet("1:3"),)), "Q.key('SEQUENCE-SET', SeqSet('1:3'))", "1:3"),
    (Q.fuzzy(a & b), "Q.fuzzy(Q.seen & Q.draft)", "FUZZY (SEEN DRAFT)"),
    (Q.fuzzy(a | b), "Q.fuzzy(Q.seen | Q.draft)", "FUZZY OR SEEN DRAFT"),
    (Q.email_id("M-1"), "Q.email_id('M-1')", "EMAILID M-1"),
    (Q.filter("work"), "Q.filter('work')", "FILTER work"),
    (Q.gmail("in:anywhere"), "Q.gmail('in:anywhere')", 'X-GM-RAW "in:anywhere"'),
    (Q.key("X-GM-MSGID", 2**64 - 1), f"Q.key('X-GM-MSGID', {2**64 - 1})", f"X-GM-MSGID {2**64 - 1}"),
    (
        Q.key("X-EXT", "a", b"\xff", 7, date(2026, 2, 3), UidSet("1"), a | b),
        r"Q.key('X-EXT', 'a', b'\xff', 7, datetime.date(2026, 2, 3), UidSet('1'), Q.seen | Q.draft)",
        'X-EXT "a" "ÿ" 7 3-Feb-2026 1 OR SEEN DRAFT',
    ),
    (
        Q.received_after(datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        "Q.received_after(datetime.datetime(2026, 11, 1, 9, 30, tzinfo=datetime.timezone.utc))",
        "RECEIVED-AFTER 2026-11-01T09:30:00+00:00",
    ),
    (
        ~Q.received_before(MOMENT),
        f"~Q.received_before({MOMENT!r})",
        "NOT RECEIVED-BEFORE 2026-11-01T00:30:00+01:00",
    ),
]


class TestText:
    @pytest.mark.parametrize(("query", "python", "imap"), SAMPLES)
    def test_repr_and_str(self, query: Query, python: str, imap: str) -> None:
        assert repr(query) == python
        assert str(query) == imap

    @pytest.mark.parametrize("query", [query for query, _, _ in SAMPLES])
    def test_pickle(self, query: Query) -> None:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            copy = pickle.loads(pickle.dumps(query, protocol))
            assert copy == query
            assert hash(copy) == hash(query)
