"""What a key may be given, and what is refused before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from functools import partial

import pytest

from imapkit.errors import InvalidArgument
from imapkit.types.flags import Flag
from imapkit.types.query import KEYS, SEQUENCE_SET, ArgKind, Key, Q, Query
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet

DAY = date(2026, 11, 1)


class Index:
    """An integer that is no `int`, as numpy's are."""

    def __index__(self) -> int:
        return 7


class Sender(StrEnum):
    ANN = "ann@example.org"


class Size(IntEnum):
    BIG = 1000


class Day(date):
    """A subclass, as the libraries that freeze the clock make."""


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(InvalidArgument) as caught:
        make()
    return str(caught.value)


class TestNames:
    def test_a_name_is_given_in_upper_case(self) -> None:
        assert Q.key("x-ext") == Key("X-EXT")
        assert Q.key("from", "ann") == Q.from_("ann")

    @pytest.mark.parametrize(
        "name", ["", "A B", "A\r\nB", "A(", 'A"', "*", "$", "1:5", "7", "\u017feen", "ß", "\\Seen"]
    )
    def test_what_is_no_atom_is_refused(self, name: str) -> None:
        assert "no name of a search key" in refused(lambda: Key(name))

    def test_what_is_no_text_is_refused(self) -> None:
        assert "a str is needed here, not int" in refused(lambda: Q.key(7))  # type: ignore[arg-type]

    @pytest.mark.parametrize(("name", "advice"), [("ALL", "Q.all"), ("or", "|"), ("NOT", "~"), ("And", "&")])
    def test_structure_is_not_built_as_a_key(self, name: str, advice: str) -> None:
        assert refused(lambda: Key(name)).endswith(f"use {advice}")

    @pytest.mark.parametrize("name", ["CHARSET", "RETURN", "in"])
    def test_arguments_of_the_command_are_no_keys(self, name: str) -> None:
        """A query that begins with CHARSET would not be a query to the server."""
        assert "argument of the SEARCH command" in refused(lambda: Q.key(name, "UTF-8"))


class TestText:
    @pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\0b", "\r\n"])
    @pytest.mark.parametrize(
        "make",
        [Q.from_, Q.subject, Q.body, Q.gmail, lambda text: Q.header("X", text), lambda text: Q.key("X-EXT", text)],
    )
    def test_cr_lf_and_nul_are_refused(self, make: Callable[[str], Query], text: str) -> None:
        assert "CR, LF or NUL" in refused(lambda: make(text))

    def test_a_lone_surrogate_is_refused(self) -> None:
        assert "lone surrogate" in refused(lambda: Q.subject("caf\udce9"))

    @pytest.mark.parametrize("text", ["", "a", "Zażółć gęślą jaźń", '"\\', "\t", "{3}", "😀"])
    def test_everything_else_is_taken(self, text: str) -> None:
        assert Key("SUBJECT", (text,)).args == (text,)

    @pytest.mark.parametrize("value", [None, 3, b"ann", DAY, ["ann"]])
    def test_what_is_no_text_is_refused_by_the_name_of_the_key(self, value: object) -> None:
        assert refused(lambda: Q.from_(value)) == f"FROM: a str is needed here, not {type(value).__name__}"  # type: ignore[arg-type]

    def test_a_subclass_becomes_plain(self) -> None:
        query = Key("FROM", (Sender.ANN,))
        assert type(query.args[0]) is str
        assert repr(query) == "Q.from_('ann@example.org')"


class TestKeyword:
    def test_a_flag_is_taken(self) -> None:
        assert repr(Q.keyword(Flag.FORWARDED)) == "Q.keyword('$Forwarded')"

    @pytest.mark.parametrize("flag", ["", "a b", "a\r\nb", "a(", "a)", "{", "%", "*", '"', "]", "\x7f", "é", "\\Foo"])
    def test_what_is_no_atom_is_refused(self, flag: str) -> None:
        assert "no keyword" in refused(lambda: Q.keyword(flag))

    def test_a_system_flag_has_a_name_of_its_own(self) -> None:
        assert refused(lambda: Q.keyword(Flag.SEEN)).endswith("use Q.seen")
        assert refused(lambda: Q.unkeyword("\\FLAGGED")).endswith("use ~Q.flagged")
        assert refused(lambda: Q.keyword("\\Recent")).endswith("use Q.recent")


class TestEntries:
    @pytest.mark.parametrize("flag", [Flag.DRAFT, Flag.FORWARDED, "\\X-Future", "recent"])
    def test_of_flags(self, flag: str) -> None:
        assert Q.modseq(7, flag, "priv") == Q.key("MODSEQ", f"/flags/{flag}", "priv", 7)

    @pytest.mark.parametrize("flag", ["", "\\", "\\\\Seen", "a b", "a\r\nb", 'a"', "é", "\\Recent", "\\RECENT"])
    def test_what_is_no_flag_is_refused(self, flag: str) -> None:
        assert refused(lambda: Q.modseq(7, flag)).startswith("MODSEQ: ")

    @pytest.mark.parametrize("entry", ["", "/flags/", "/comment", "flags/a", "x/flags/a", "/flags/a\n"])
    def test_what_is_no_entry_is_refused(self, entry: str) -> None:
        assert "is no entry: /flags/ and a flag are" in refused(lambda: Q.key("MODSEQ", entry, "all", 7))

    @pytest.mark.parametrize("who", ["", "ALL", "everybody", "all 7"])
    def test_whose_it_can_be(self, who: str) -> None:
        expected = f"MODSEQ: {who!r} is no type of entry: there are priv, shared, all"
        assert refused(lambda: Q.modseq(7, "a", who)) == expected  # type: ignore[arg-type]

    def test_whose_is_said_of_a_flag(self) -> None:
        assert refused(lambda: Q.modseq(7, who="priv")) == "MODSEQ: 'priv' says whose flag counts, so name one"

    def test_what_is_no_text_is_refused(self) -> None:
        assert refused(lambda: Q.modseq(7, 8)) == "MODSEQ: a str is needed here, not int"  # type: ignore[arg-type]
        assert refused(lambda: Q.key("MODSEQ", "/flags/a", 8, 7)) == "MODSEQ: a str is needed here, not int"

    def test_a_subclass_becomes_plain(self) -> None:
        assert repr(Q.modseq(7, Flag.DRAFT)) == "Q.modseq(7, '\\\\Draft', 'all')"
        assert type(Q.key("MODSEQ", Flag.DRAFT.join(("/flags/", "")), "all", 7).args[0]) is str  # type: ignore[attr-defined]


class TestNames5322AndIds:
    @pytest.mark.parametrize("name", ["List-Id", "x", "X_1!#$%&'*+./^`{|}~"])
    def test_a_field_name_is_taken(self, name: str) -> None:
        assert Key("HEADER", (name, "")).args == (name, "")

    @pytest.mark.parametrize("name", ["", "List-Id:", "List Id", "é", "a\r\nb", "\t", "\x7f"])
    def test_what_is_no_field_name_is_refused(self, name: str) -> None:
        assert "no header field's name" in refused(lambda: Q.header(name))

    @pytest.mark.parametrize("name", ["M6d99ac3275bb4e", "a_b-C", "x" * 255])
    def test_an_object_id_is_taken(self, name: str) -> None:
        assert Q.email_id(name) == Key("EMAILID", (name,))

    @pytest.mark.parametrize("name", ["", "x" * 256, "a b", "é", "a.b", "a\n"])
    def test_what_is_no_object_id_is_refused(self, name: str) -> None:
        assert "no object id" in refused(lambda: Q.thread_id(name))

    @pytest.mark.parametrize("name", ["", "a/b", "a b", "é", "]"])
    def test_what_is_no_filter_name_is_refused(self, name: str) -> None:
        assert "no filter's name" in refused(lambda: Q.filter(name))

    def test_a_filter_name_is_taken(self) -> None:
        assert Q.filter("on-the-road") == Key("FILTER", ("on-the-road",))


class TestDays:
    @pytest.mark.parametrize(
        "make", [Q.since, Q.before, Q.on, Q.sent_since, Q.saved_on, lambda day: Q.key("X-DAY", day)]
    )
    def test_a_datetime_is_refused_with_advice(self, make: Callable[[date], Query]) -> None:
        assert "Q.received_after(moment)" in refused(lambda: make(datetime(2026, 11, 1, tzinfo=UTC)))

    @pytest.mark.parametrize("value", ["2026-11-01", 20261101, None])
    def test_what_is_no_date_is_refused(self, value: object) -> None:
        assert "SINCE: a datetime.date is needed here" in refused(lambda: Q.since(value))  # type: ignore[arg-type]

    def test_a_subclass_becomes_plain(self) -> None:
        query = Key("SINCE", (Day(2026, 11, 1),))
        assert type(query.args[0]) is date
        assert query == Q.since(DAY)


class TestNumbers:
    @pytest.mark.parametrize(
        ("make", "least", "most"),
        [
            (Q.larger, 0, 2**63 - 1),
            (Q.smaller, 0, 2**63 - 1),
            (Q.modseq, 0, 2**63 - 1),
            (Q.younger, 1, 2**32 - 1),
            (Q.older, 1, 2**32 - 1),
            (lambda number: Q.key("X-GM-MSGID", number), 0, 2**64 - 1),
            (lambda number: Q.key("X-EXT", number), 0, 2**64 - 1),
        ],
    )
    def test_the_range_is_kept(self, make: Callable[[int], Query], least: int, most: int) -> None:
        assert make(least) != make(most)
        assert f"not from {least} to {most}" in refused(lambda: make(least - 1))
        assert f"not from {least} to {most}" in refused(lambda: make(most + 1))

    @pytest.mark.parametrize("value", [True, 1.0, "1", None])
    def test_what_is_no_integer_is_refused(self, value: object) -> None:
        assert "LARGER: an int is needed here" in refused(lambda: Q.larger(value))  # type: ignore[arg-type]

    def test_what_counts_as_an_integer_becomes_one(self) -> None:
        assert Q.key("LARGER", Index()) == Q.larger(7)  # type: ignore[arg-type]
        assert Q.key("X-EXT", Index()) == Q.key("X-EXT", 7)  # type: ignore[arg-type]
        assert repr(Q.larger(Size.BIG)) == "Q.larger(1000)"


class TestSets:
    @pytest.mark.parametrize("value", [UidSet("1:5"), OpenRange(7), OpenRange("*"), SAVED_RESULT])
    def test_uids(self, value: UidSet) -> None:
        assert Key("UID", (value,)).args == (value,)

    @pytest.mark.parametrize("value", [SeqSet("1:5"), OpenSeqRange(7), OpenSeqRange("*"), SAVED_RESULT])
    def test_sequence_numbers(self, value: SeqSet) -> None:
        assert Key(SEQUENCE_SET, (value,)).args == (value,)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("UID", SeqSet("1")),
            ("UID", OpenSeqRange(1)),
            ("UID", "1:*"),
            (SEQUENCE_SET, UidSet("1")),
            (SEQUENCE_SET, OpenRange(1)),
        ],
    )
    def test_the_other_kind_is_refused(self, name: str, value: SeqSet) -> None:
        wanted = f"{name}: a (UidSet, an OpenRange|SeqSet, an OpenSeqRange) or SAVED_RESULT is"
        assert re.match(wanted, refused(lambda: Key(name, (value,))))

    @pytest.mark.parametrize(
        ("name", "value"), [("UID", UidSet()), (SEQUENCE_SET, SeqSet()), ("X-EXT", UidSet()), ("X-EXT", SeqSet())]
    )
    def test_the_empty_set_is_refused(self, name: str, value: UidSet | SeqSet) -> None:
        assert "no text for an empty set" in refused(lambda: Key(name, (value,)))


class TestUnknownKeys:
    def test_all_kinds_of_arguments_are_taken(self) -> None:
        args = ("é", b"\xff", 7, DAY, UidSet("1"), SeqSet("2"), OpenRange(3), OpenSeqRange("*"), SAVED_RESULT, Q.seen)
        assert Key("X-EXT", args).args == args

    def test_octets_are_checked_like_text(self) -> None:
        assert "CR, LF or NUL" in refused(lambda: Q.key("X-EXT", b"a\r\nb LOGOUT"))

    def test_octets_become_plain(self) -> None:
        class Octets(bytes):
            pass

        assert type(Key("X-EXT", (Octets(b"a"),)).args[0]) is bytes

    @pytest.mark.parametrize("value", [1.5, None, ["a"]])
    def test_anything_else_is_refused(self, value: object) -> None:
        assert "X-EXT: " in refused(lambda: Q.key("X-EXT", value))  # type: ignore[arg-type]


class TestShape:
    @pytest.mark.parametrize("args", ["ann", ["ann"], None])
    def test_the_arguments_are_a_tuple(self, args: object) -> None:
        assert "FROM: a tuple of arguments" in refused(lambda: Key("FROM", args))  # type: ignore[arg-type]

    def test_their_number_is_the_keys(self) -> None:
        assert refused(lambda: Q.key("FROM")) == "FROM takes astring; 0 given"
        assert refused(lambda: Q.key("SEEN", "x")) == "SEEN takes no argument; 1 given"
        assert refused(lambda: Q.key("HEADER", "a")) == "HEADER takes header-fld-name, astring; 1 given"
        assert refused(lambda: Q.key("MODSEQ")) == "MODSEQ takes number64; 0 given"
        with_entry = "MODSEQ takes entry-name, entry-type-req, number64"
        assert refused(lambda: Q.key("MODSEQ", "/flags/a", 7)) == f"{with_entry}; 2 given"
        assert refused(lambda: Q.key("MODSEQ", "/flags/a", "all", 7, 7)) == f"{with_entry}; 4 given"

    def test_a_query_stands_only_where_one_belongs(self) -> None:
        assert "FUZZY: a query is needed here, not str" in refused(lambda: Q.fuzzy("ann"))  # type: ignore[arg-type]
        assert "FROM: a str is needed here" in refused(lambda: Q.from_(Q.seen))  # type: ignore[arg-type]


class TestTable:
    def test_every_key_of_rfc_9051_is_there(self) -> None:
        keys = """ALL ANSWERED BCC BEFORE BODY CC DELETED FLAGGED FROM KEYWORD ON SEEN SINCE SUBJECT TEXT TO UNANSWERED
            UNDELETED UNFLAGGED UNKEYWORD UNSEEN DRAFT HEADER LARGER SENTBEFORE SENTON SENTSINCE SMALLER UID UNDRAFT"""
        assert {name for name, spec in KEYS.items() if spec.rfc == "RFC 9051, 6.4.4"} == {*keys.split(), SEQUENCE_SET}

    def test_every_kind_of_argument_has_its_check(self) -> None:
        """A kind without one would be a KeyError in the hands of a caller."""
        wrong = object()
        for kind in ArgKind:
            names = [name for name, spec in KEYS.items() if kind in spec.optional + spec.args] or ["X-EXT"]
            for name in names:
                spec = KEYS.get(name)
                count = len(spec.optional + spec.args if kind in spec.optional else spec.args) if spec else 1
                assert name in refused(partial(Key, name, (wrong,) * count))  # type: ignore[arg-type]

    def test_every_attribute_is_on_q(self) -> None:
        assert [
            spec.attribute for spec in KEYS.values() if spec.attribute and not hasattr(type(Q), spec.attribute)
        ] == []
