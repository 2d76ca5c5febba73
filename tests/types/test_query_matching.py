"""Evaluating a query on a message, example by example (RFC 9051, section 6.4.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from imapkit.errors import InvalidArgument
from imapkit.types.flags import FlagSet
from imapkit.types.query import NOTHING, SEQUENCE_SET, Key, Q, Query, Searchable
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet

WEST = timezone(timedelta(hours=-8))
EAST = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class Mail:
    uid: int = 70
    seq: int = 7
    flags: FlagSet = field(default_factory=FlagSet)
    received: datetime = datetime(2026, 11, 1, 23, 30, tzinfo=WEST)
    date: datetime | None = datetime(2026, 11, 2, 0, 30, tzinfo=EAST)
    size: int = 1000
    modseq: int | None = 500
    saved: datetime | None = datetime(2026, 12, 24, 0, 0, tzinfo=UTC)
    email_id: str | None = "M-1"
    thread_id: str | None = "T_1"
    fields: Mapping[str, Sequence[str]] = field(
        default_factory=lambda: {
            "from": ["Ann Example <ann@example.org>"],
            "to": ["Bob <bob@example.net>", "Carol <carol@example.net>"],
            "cc": ["dora@example.net"],
            "bcc": ["eve@example.net"],
            "subject": ["Zażółć gęślą JAŹŃ"],
            "x-empty": [""],
        }
    )
    body: str = "The quick brown fox: Straße"

    def header(self, name: str) -> Sequence[str]:
        return self.fields.get(name.lower(), [])

    def body_text(self) -> str:
        return self.body

    def full_text(self) -> str:
        return "\n".join(value for values in self.fields.values() for value in values) + "\n" + self.body


MAIL = Mail()


def test_the_messages_of_these_tests_are_searchable() -> None:
    message: Searchable = MAIL
    assert Q.all.matches(message)
    assert not NOTHING.matches(message)


class TestFlags:
    @pytest.mark.parametrize("name", ["seen", "answered", "flagged", "deleted", "draft"])
    def test_set_and_not_set(self, name: str) -> None:
        marked = replace(MAIL, flags=FlagSet([f"\\{name.upper()}"]))
        having, lacking = getattr(Q, name), getattr(Q, f"un{name}")
        assert having.matches(marked)
        assert not having.matches(MAIL)
        assert lacking.matches(MAIL)
        assert not lacking.matches(marked)

    @pytest.mark.parametrize(
        ("flags", "recent", "new", "old"),
        [
            ((), False, False, True),
            (("\\Seen",), False, False, True),
            (("\\Recent",), True, True, False),
            (("\\Recent", "\\Seen"), True, False, False),
        ],
    )
    def test_recent(self, flags: Sequence[str], recent: bool, new: bool, old: bool) -> None:
        message = replace(MAIL, flags=FlagSet(flags))
        assert (Q.recent.matches(message), Q.new.matches(message), Q.old.matches(message)) == (recent, new, old)

    def test_keywords_whatever_their_case(self) -> None:
        message = replace(MAIL, flags=FlagSet(["$Processed"]))
        assert Q.keyword("$PROCESSED").matches(message)
        assert not Q.unkeyword("$processed").matches(message)
        assert not Q.keyword("$Process").matches(message)
        assert Q.unkeyword("$Process").matches(message)


class TestText:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Q.from_("ANN@EXAMPLE"), True),
            (Q.from_("bob"), False),
            (Q.to("carol"), True),
            (Q.to("ann"), False),
            (Q.cc("Dora"), True),
            (Q.cc("eve"), False),
            (Q.bcc("eve"), True),
            (Q.bcc("dora"), False),
            (Q.subject("zAŻÓŁĆ"), True),
            (Q.subject("zażółci"), False),
            (Q.header("SUBJECT", "gęślą"), True),
            (Q.header("Subject", "gęślą j"), True),
            (Q.header("Subject", "fox"), False),
            (Q.body("QUICK BROWN"), True),
            (Q.body("STRASSE"), True),
            (Q.body("ann"), False),
            (Q.text("fox"), True),
            (Q.text("ANN@example.org"), True),
            (Q.text("cat"), False),
        ],
    )
    def test_a_substring_whatever_its_case(self, query: Query, expected: bool) -> None:
        assert query.matches(MAIL) is expected

    def test_the_empty_text_asks_whether_the_field_is_there(self) -> None:
        assert Q.header("Subject").matches(MAIL)
        assert Q.header("X-Empty").matches(MAIL)
        assert not Q.header("X-Missing").matches(MAIL)
        assert Q.subject("").matches(MAIL)
        assert not Q.subject("").matches(replace(MAIL, fields={}))

    def test_the_empty_text_is_in_every_body(self) -> None:
        assert Q.body("").matches(replace(MAIL, body=""))
        assert Q.text("").matches(replace(MAIL, body="", fields={}))


class TestDays:
    """MAIL was received on 1 November in its timezone (2 November in UTC), its Date says 2 November (1 in UTC)."""

    @pytest.mark.parametrize(
        ("day", "before", "on", "since"),
        [
            (date(2026, 10, 31), False, False, True),
            (date(2026, 11, 1), False, True, True),
            (date(2026, 11, 2), True, False, False),
        ],
    )
    def test_received(self, day: date, before: bool, on: bool, since: bool) -> None:
        assert Q.before(day).matches(MAIL) is before
        assert Q.on(day).matches(MAIL) is on
        assert Q.since(day).matches(MAIL) is since

    @pytest.mark.parametrize(
        ("day", "before", "on", "since"),
        [
            (date(2026, 11, 1), False, False, True),
            (date(2026, 11, 2), False, True, True),
            (date(2026, 11, 3), True, False, False),
        ],
    )
    def test_sent(self, day: date, before: bool, on: bool, since: bool) -> None:
        assert Q.sent_before(day).matches(MAIL) is before
        assert Q.sent_on(day).matches(MAIL) is on
        assert Q.sent_since(day).matches(MAIL) is since

    def test_sent_without_a_timezone(self) -> None:
        assert Q.sent_on(date(2026, 11, 2)).matches(replace(MAIL, date=datetime(2026, 11, 2, 12, 0)))

    def test_sent_without_a_date(self) -> None:
        message = replace(MAIL, date=None)
        day = date(2026, 11, 2)
        assert not any(query.matches(message) for query in (Q.sent_before(day), Q.sent_on(day), Q.sent_since(day)))

    @pytest.mark.parametrize(
        ("day", "before", "on", "since"),
        [
            (date(2026, 12, 23), False, False, True),
            (date(2026, 12, 24), False, True, True),
            (date(2026, 12, 25), True, False, False),
        ],
    )
    def test_saved(self, day: date, before: bool, on: bool, since: bool) -> None:
        assert Q.saved_before(day).matches(MAIL) is before
        assert Q.saved_on(day).matches(MAIL) is on
        assert Q.saved_since(day).matches(MAIL) is since

    def test_saved_falls_back_to_received(self) -> None:
        message = replace(MAIL, saved=None)
        assert Q.saved_on(date(2026, 11, 1)).matches(message)
        assert not Q.savedate_supported.matches(message)
        assert Q.savedate_supported.matches(MAIL)


class TestMoments:
    @pytest.mark.parametrize(("seconds", "after"), [(-1, True), (0, True), (1, False)])
    def test_to_the_second(self, seconds: int, after: bool) -> None:
        moment = (MAIL.received + timedelta(seconds=seconds)).astimezone(EAST)
        assert Q.received_after(moment).matches(MAIL) is after
        assert Q.received_before(moment).matches(MAIL) is not after

    @pytest.mark.parametrize(
        ("age", "younger", "older"),
        [(3599, True, False), (3600, True, True), (3600.9, True, True), (3601, False, True)],
    )
    def test_within(self, age: float, younger: bool, older: bool) -> None:
        """Both hold at exactly the interval (RFC 5032, section 2); fractions of a second do not count."""
        now = (MAIL.received + timedelta(seconds=age)).astimezone(UTC)
        assert Q.younger(3600).matches(MAIL, now=now) is younger
        assert Q.older(3600).matches(MAIL, now=now) is older
        # The present reaches every part.
        assert (Q.all_of([Q.younger(3600), ~Q.draft]) | Q.draft).matches(MAIL, now=now) is younger
        assert Q.fuzzy(~Q.older(3600)).matches(MAIL, now=now) is not older

    @pytest.mark.parametrize("now", [None, datetime(2026, 11, 2)])
    @pytest.mark.parametrize("query", [Q.younger(1), Q.older(1)])
    def test_within_needs_the_present(self, query: Query, now: datetime | None) -> None:
        with pytest.raises(InvalidArgument, match="now=<an aware datetime>"):
            query.matches(MAIL, now=now)

    def test_the_longest_interval(self) -> None:
        assert Q.younger(2**32 - 1).matches(MAIL, now=datetime(1, 1, 1, tzinfo=UTC))


class TestNumbersAndIds:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Q.larger(999), True),
            (Q.larger(1000), False),
            (Q.smaller(1000), False),
            (Q.smaller(1001), True),
            (Q.modseq(500), True),
            (Q.modseq(501), False),
            (Q.modseq(500, "\\Draft", "priv"), True),
            (Q.modseq(501, "$a"), False),
            (Q.uid("1:70"), True),
            (Q.uid(7), False),
            (Key("UID", (OpenRange(70),)), True),
            (Key("UID", (OpenRange(71),)), False),
            (Key(SEQUENCE_SET, (SeqSet("5:7"),)), True),
            (Key(SEQUENCE_SET, (SeqSet("70"),)), False),
            (Key(SEQUENCE_SET, (OpenSeqRange(8),)), False),
            (Key("UIDAFTER", (69,)), True),
            (Key("UIDAFTER", (70,)), False),
            (Key("UIDBEFORE", (71,)), True),
            (Key("UIDBEFORE", (70,)), False),
            (Q.email_id("M-1"), True),
            (Q.email_id("m-1"), False),
            (Q.thread_id("T_1"), True),
            (Q.thread_id("M-1"), False),
        ],
    )
    def test_examples(self, query: Query, expected: bool) -> None:
        assert query.matches(MAIL) is expected

    @pytest.mark.parametrize("query", [Key("UID", (OpenRange("*"),)), Key(SEQUENCE_SET, (OpenSeqRange("*"),))])
    def test_which_is_the_last_the_server_knows(self, query: Query) -> None:
        with pytest.raises(InvalidArgument, match="only the server can answer that"):
            query.matches(MAIL)

    def test_what_the_mailbox_does_not_keep_matches_nothing(self) -> None:
        message = replace(MAIL, modseq=None, email_id=None, thread_id=None)
        assert not any(
            query.matches(message) for query in (Q.modseq(0), Q.modseq(0, "a"), Q.email_id("M-1"), Q.thread_id("T_1"))
        )


class TestStructure:
    def test_and_or_not(self) -> None:
        yes, no = Q.larger(1), Q.larger(5000)
        assert (yes & ~no).matches(MAIL)
        assert (no | yes).matches(MAIL)
        assert not (yes & no).matches(MAIL)
        assert not (no | ~yes).matches(MAIL)

    @pytest.mark.parametrize(
        "query",
        [
            Q.gmail("in:inbox"),
            Q.filter("work"),
            Q.key("X-EXT"),
            Q.key("X-EXT", "a"),
            Q.key("X-EXT", 1),
            Q.key("X-EXT", date(2026, 11, 1)),
            Q.key("X-EXT", UidSet("1")),
            Q.key("X-EXT", Q.seen),
            Q.key("X-EXT", "a", "b"),
            Q.key("X-GM-MSGID", 1),
            Key("UID", (SAVED_RESULT,)),
        ],
    )
    def test_what_only_the_server_can_answer(self, query: Query) -> None:
        with pytest.raises(InvalidArgument, match="only the server can answer"):
            query.matches(MAIL)

    def test_nothing_is_read_that_is_not_needed(self) -> None:
        class Bare:
            uid = 70
            size = 1000

        bare: Searchable = Bare()  # type: ignore[assignment]
        assert (Q.uid(70) & (Q.larger(5000) | Q.smaller(2000))).matches(bare)
        # What decides is not asked twice, and what cannot decide is not asked.
        assert not (Q.larger(5000) & Q.body("x")).matches(bare)
        with pytest.raises(AttributeError, match="body_text"):
            Q.body("x").matches(bare)
