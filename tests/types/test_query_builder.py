"""`Q` and `where()`."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from datetime import date
from typing import get_type_hints

import pytest

from imapkit.errors import InvalidArgument
from imapkit.types.flags import Flag
from imapkit.types.query import KEYS, All, Key, Not, Q, Query, QueryArgs, QueryBuilder, where
from imapkit.types.uids import UidSet

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("query", "imap"),
    [
        (Q.seen, "SEEN"),
        (Q.unseen, "UNSEEN"),
        (Q.answered, "ANSWERED"),
        (Q.unanswered, "UNANSWERED"),
        (Q.flagged, "FLAGGED"),
        (Q.unflagged, "UNFLAGGED"),
        (Q.deleted, "DELETED"),
        (Q.undeleted, "UNDELETED"),
        (Q.draft, "DRAFT"),
        (Q.undraft, "UNDRAFT"),
        (Q.recent, "RECENT"),
        (Q.new, "NEW"),
        (Q.old, "OLD"),
        (Q.keyword("$a"), "KEYWORD $a"),
        (Q.unkeyword("$a"), "UNKEYWORD $a"),
        (Q.from_("a"), 'FROM "a"'),
        (Q.to("a"), 'TO "a"'),
        (Q.cc("a"), 'CC "a"'),
        (Q.bcc("a"), 'BCC "a"'),
        (Q.subject("a"), 'SUBJECT "a"'),
        (Q.body("a"), 'BODY "a"'),
        (Q.text("a"), 'TEXT "a"'),
        (Q.header("a"), 'HEADER a ""'),
        (Q.since(DAY), "SINCE 1-Nov-2026"),
        (Q.before(DAY), "BEFORE 1-Nov-2026"),
        (Q.on(DAY), "ON 1-Nov-2026"),
        (Q.sent_since(DAY), "SENTSINCE 1-Nov-2026"),
        (Q.sent_before(DAY), "SENTBEFORE 1-Nov-2026"),
        (Q.sent_on(DAY), "SENTON 1-Nov-2026"),
        (Q.saved_since(DAY), "SAVEDSINCE 1-Nov-2026"),
        (Q.saved_before(DAY), "SAVEDBEFORE 1-Nov-2026"),
        (Q.saved_on(DAY), "SAVEDON 1-Nov-2026"),
        (Q.savedate_supported, "SAVEDATESUPPORTED"),
        (Q.younger(60), "YOUNGER 60"),
        (Q.older(60), "OLDER 60"),
        (Q.larger(60), "LARGER 60"),
        (Q.smaller(60), "SMALLER 60"),
        (Q.modseq(60), "MODSEQ 60"),
        (Q.modseq(60, Flag.FORWARDED), 'MODSEQ "/flags/$Forwarded" all 60'),
        (Q.modseq(60, "\\Draft", "priv"), 'MODSEQ "/flags/\\\\Draft" priv 60'),
        (Q.modseq(60, "a", who="shared"), 'MODSEQ "/flags/a" shared 60'),
        (Q.uid(60), "UID 60"),
        (Q.uid({4, 5, 9}), "UID 4:5,9"),
        (Q.uid(UidSet("1:3")), "UID 1:3"),
        (Q.uid("3,1"), "UID 1,3"),
        (Q.email_id("a"), "EMAILID a"),
        (Q.thread_id("a"), "THREADID a"),
        (Q.fuzzy(Q.seen), "FUZZY SEEN"),
        (Q.filter("a"), "FILTER a"),
        (Q.gmail("a"), 'X-GM-RAW "a"'),
        (Q.key("X-EXT", "a", 1), 'X-EXT "a" 1'),
    ],
)
def test_every_name(query: Query, imap: str) -> None:
    assert str(query) == imap


@pytest.mark.parametrize("uids", [(), "", UidSet(), range(0)])
def test_no_uids_are_no_message(uids: UidSet) -> None:
    assert Q.uid(uids) == Not(All())


@pytest.mark.parametrize("uids", ["1:*", 0, [True], "x"])
def test_what_are_no_uids(uids: str) -> None:
    with pytest.raises(InvalidArgument):
        Q.uid(uids)


def test_all_names_are_documented() -> None:
    names = [name for name in vars(QueryBuilder) if not name.startswith("_")]
    assert {spec.attribute for spec in KEYS.values()} - {""} <= set(names)
    assert [name for name in names if not getattr(QueryBuilder, name).__doc__] == []


def test_a_capability_is_named_where_one_is_needed() -> None:
    for spec in KEYS.values():
        if spec.attribute and spec.capability:
            assert spec.capability in getattr(QueryBuilder, spec.attribute).__doc__.upper()


def test_q_is_one() -> None:
    assert pickle.loads(pickle.dumps(Q)) is Q
    assert copy.deepcopy(Q) is Q
    assert repr(Q) == "Q"
    with pytest.raises(AttributeError):
        Q.seen = Q.draft


class TestWhere:
    def test_nothing_is_everything(self) -> None:
        assert where() == Q.all

    def test_queries_and_keywords_in_order(self) -> None:
        assert where(Q.flagged | Q.draft, ~Q.keyword("$a"), seen=False, from_="ann", since=DAY, larger=100) == Q.all_of(
            (Q.flagged | Q.draft, ~Q.keyword("$a"), Q.unseen, Q.from_("ann"), Q.since(DAY), Q.larger(100))
        )

    @pytest.mark.parametrize("name", ["seen", "answered", "flagged", "deleted", "draft"])
    def test_flags(self, name: str) -> None:
        assert where(**{name: True}) == Key(name.upper())  # type: ignore[arg-type]
        assert where(**{name: False}) == Key(f"UN{name.upper()}")  # type: ignore[arg-type]

    @pytest.mark.parametrize("value", [None, 1, "yes"])
    def test_a_flag_is_true_or_false(self, value: object) -> None:
        with pytest.raises(InvalidArgument, match="seen: True or False is needed here"):
            where(seen=value)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("from_", "a"),
            ("to", "a"),
            ("cc", "a"),
            ("subject", "a"),
            ("body", "a"),
            ("text", "a"),
            ("keyword", "$a"),
            ("since", DAY),
            ("before", DAY),
            ("on", DAY),
            ("larger", 7),
            ("smaller", 7),
            ("gmail", "a"),
        ],
    )
    def test_the_others_are_as_in_q(self, name: str, value: object) -> None:
        assert where(**{name: value}) == getattr(Q, name)(value)  # type: ignore[arg-type]

    def test_the_typed_names_are_those_taken(self) -> None:
        values = {bool: True, str: "a", int: 7, date: DAY}
        hints = get_type_hints(QueryArgs)
        assert len(hints) == 18
        for name, hint in hints.items():
            where(**{name: values[hint]})  # type: ignore[arg-type]

    def test_values_are_checked(self) -> None:
        with pytest.raises(InvalidArgument, match="CR, LF or NUL"):
            where(subject="a\r\nb")
        with pytest.raises(InvalidArgument, match="SINCE: a datetime"):
            where(since="yesterday")  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("name", "advice"),
        [
            ("sen", "did you mean 'seen'?"),
            ("form_", "did you mean 'from_'?"),
            ("form", "did you mean 'from_'?"),
            ("header", "pass a query, Q.header"),
            ("unseen", "pass a query, Q.unseen"),
            ("_one", "did you mean 'on'?"),
            ("xyzzy", "there are answered, before,"),
        ],
    )
    def test_an_unknown_name(self, name: str, advice: str) -> None:
        with pytest.raises(InvalidArgument) as caught:
            where(**{name: True})  # type: ignore[arg-type]
        assert f"no search argument '{name}'" in str(caught.value)
        assert advice in str(caught.value)

    def test_what_is_no_query(self) -> None:
        with pytest.raises(InvalidArgument, match="made with Q are needed here, not str"):
            where("UNSEEN")  # type: ignore[arg-type]


def test_importing_is_cheap() -> None:
    heavy = "{'asyncio', 'email.message', 'idna', 'difflib', 'typing_extensions', 'zoneinfo'}"
    code = f"import sys, imapkit.types.query; print({heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
