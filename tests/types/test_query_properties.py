"""Laws that hold for all queries and all messages."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from imapkit.types.flags import FlagSet
from imapkit.types.query import (
    KEYS,
    And,
    ArgKind,
    Key,
    Not,
    Or,
    Q,
    Query,
    all_of,
    any_of,
    coarse,
    needs_filter,
    remainder,
)
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet

NOW = datetime.datetime(2026, 11, 3, 12, 0, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Mail:
    uid: int
    seq: int
    flags: FlagSet
    received: datetime.datetime
    date: datetime.datetime | None
    size: int
    modseq: int | None
    saved: datetime.datetime | None
    email_id: str | None
    thread_id: str | None
    fields: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> Sequence[str]:
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def body_text(self) -> str:
        return self.body

    def full_text(self) -> str:
        return "".join(f"{field}: {value}\n" for field, value in self.fields) + self.body


# Few values, near each other: only then do messages and queries meet.
words = st.text("aAbBß ", max_size=3)
names = st.sampled_from(["From", "To", "Cc", "Bcc", "Subject", "X-A"])
ids = st.sampled_from(["a", "b"])
days = st.dates(datetime.date(2026, 10, 30), datetime.date(2026, 11, 4))
keywords = st.sampled_from(["$a", "$A", "b"])
offsets = st.integers(-1439, 1439).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
moments = st.datetimes(datetime.datetime(2026, 10, 31), datetime.datetime(2026, 11, 3), timezones=offsets).map(
    lambda moment: moment.replace(microsecond=0)
)
small = st.integers(1, 4)

values = {
    ArgKind.TEXT: words,
    ArgKind.STRING: words,
    ArgKind.DATE: days,
    ArgKind.NUMBER: st.integers(1, 200_000),
    ArgKind.NUMBER64: small,
    ArgKind.UNSIGNED64: small,
    ArgKind.FLAG: keywords,
    ArgKind.HEADER_NAME: names,
    ArgKind.UIDS: st.sets(small, min_size=1).map(UidSet) | small.map(OpenRange),
    ArgKind.SEQS: st.sets(small, min_size=1).map(SeqSet) | small.map(OpenSeqRange),
    ArgKind.OBJECT_ID: ids,
    ArgKind.FILTER_NAME: ids,
    ArgKind.ENTRY_NAME: (keywords | st.just("\\Seen")).map(lambda flag: f"/flags/{flag}"),
    ArgKind.ENTRY_TYPE: st.sampled_from(["priv", "shared", "all"]),
}
server_only = {"ANNOTATION", "FILTER", "X-GM-RAW", "X-GM-LABELS", "X-GM-MSGID", "X-GM-THRID"}


def keys(name: str, queries: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    def given(kinds: tuple[ArgKind, ...]) -> st.SearchStrategy[Query]:
        args = (queries if kind is ArgKind.QUERY else values[kind] for kind in kinds)
        return st.tuples(*args).map(lambda found: Key(name, found))

    spec = KEYS[name]
    return given(spec.args) | given(spec.optional + spec.args) if spec.optional else given(spec.args)


def leaves(exclude: Iterable[str]) -> st.SearchStrategy[Query]:
    table = [name for name in KEYS if name not in {"ALL", "FUZZY", *exclude}]
    return st.one_of(
        st.just(Q.all),
        moments.map(Q.received_after),
        moments.map(Q.received_before),
        *(keys(name, st.nothing()) for name in table),
    )


def trees(leaf: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    def grow(queries: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(queries, max_size=4)
        return st.one_of(several.map(all_of), several.map(any_of), queries.map(lambda q: ~q), keys("FUZZY", queries))

    return st.recursive(leaf, grow, max_leaves=12)


anything = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
    | st.binary().filter(lambda octets: not set(octets) & set(b"\r\n\0"))
    | st.integers(0, 2**64 - 1)
    | st.dates()
    | st.sampled_from([SAVED_RESULT, OpenRange("*"), OpenSeqRange("*")])
    | st.sets(st.integers(1, 2**32 - 1), min_size=1).map(SeqSet)
)
unknown = st.lists(anything, max_size=3).map(lambda args: Q.key("X-EXT", *args))

all_queries = trees(leaves(()) | unknown)
answerable = trees(leaves(server_only))

system_flags = st.sampled_from(["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", "\\Recent"])
mails = st.builds(
    Mail,
    uid=small,
    seq=small,
    flags=st.lists(system_flags | keywords).map(FlagSet),
    received=moments,
    date=st.none() | moments,
    size=small,
    modseq=st.none() | small,
    saved=st.none() | moments,
    email_id=st.none() | ids,
    thread_id=st.none() | ids,
    fields=st.lists(st.tuples(names, words), max_size=4).map(tuple),
    body=words,
)

SCOPE = {
    "Q": Q,
    "datetime": datetime,
    "UidSet": UidSet,
    "SeqSet": SeqSet,
    "OpenRange": OpenRange,
    "OpenSeqRange": OpenSeqRange,
    "SAVED_RESULT": SAVED_RESULT,
}


def evaluated(text: str, scope: dict[str, object]) -> object:
    return eval(text, dict(scope))


@given(all_queries)
def test_repr_evaluates_to_an_equal_query(query: Query) -> None:
    assert evaluated(repr(query), SCOPE) == query


@given(all_queries)
def test_pickled_and_hashed(query: Query) -> None:
    copy = pickle.loads(pickle.dumps(query))
    assert copy == query
    assert hash(copy) == hash(query)


@given(all_queries)
def test_printing_takes_one_line(query: Query) -> None:
    assert str(query).isprintable()
    assert len(str(query).splitlines()) == 1


@given(all_queries)
def test_negation_undoes_itself(query: Query) -> None:
    assert ~~query == query


@given(all_queries, all_queries, all_queries)
def test_grouping_does_not_matter(p: Query, q: Query, r: Query) -> None:
    assert (p & q) & r == p & (q & r) == all_of((p, q, r))
    assert (p | q) | r == p | (q | r) == any_of((p, q, r))


def nodes(query: Query) -> list[Query]:
    match query:
        case And(parts) | Or(parts):
            return [query, *(node for part in parts for node in nodes(part))]
        case Not(part):
            return [query, *nodes(part)]
        case Key(_, args):
            return [query, *(node for arg in args if isinstance(arg, Query) for node in nodes(arg))]
        case _:
            return [query]


@given(all_queries)
def test_trees_are_canonical(query: Query) -> None:
    for node in nodes(query):
        if isinstance(node, And | Or):
            assert len(node.parts) > 1
            assert not any(part in (Q.all, ~Q.all) or type(part) is type(node) for part in node.parts)
        assert not (isinstance(node, Not) and isinstance(node.part, Not))


@given(all_queries)
def test_what_is_asked_of_a_server_is_what_a_server_understands(query: Query) -> None:
    asked = coarse(query)
    assert not needs_filter(asked)
    assert (asked == query) is not needs_filter(query)


@given(answerable, mails)
def test_asking_and_sifting_is_the_query(query: Query, mail: Mail) -> None:
    asked = coarse(query).matches(mail, now=NOW)
    if query.matches(mail, now=NOW):
        assert asked
    assert query.matches(mail, now=NOW) is (asked and remainder(query).matches(mail, now=NOW))


class Truth:
    """A bool that ``&``, ``|`` and ``~`` combine as they do queries."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.value and other.value)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.value or other.value)

    def __invert__(self) -> Truth:
        return Truth(not self.value)


class Naive:
    """`Q` once more, for one message: its `repr`, evaluated with this one as ``Q``, is the answer itself."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail

    def __getattr__(self, name: str) -> object:
        answer = self.answers().get(name)
        return answer if callable(answer) else Truth(bool(answer))

    def field(self, name: str) -> Callable[[str], Truth]:
        return lambda text: self.header(name, text)

    def header(self, name: str, text: str) -> Truth:
        wanted = text.replace("ß", "ss").lower()
        return Truth(
            bool(
                [1 for n, v in self.mail.fields if n.upper() == name.upper() and wanted in v.replace("ß", "ss").lower()]
            )
        )

    def key(self, name: str, numbers: UidSet | SeqSet | OpenRange | OpenSeqRange | int) -> Truth:
        if isinstance(numbers, int):
            return Truth(self.mail.uid > numbers if name == "UIDAFTER" else self.mail.uid < numbers)
        number = self.mail.uid if name == "UID" else self.mail.seq
        first, _, last = str(numbers).rpartition(",")[2].partition(":")
        if last == "*":
            return Truth(int(first) <= number)
        return Truth(number in set(iter(numbers)))  # type: ignore[arg-type]

    def answers(self) -> dict[str, object]:
        mail = self.mail
        flags = {flag.lower() for flag in mail.flags}
        age = (NOW - mail.received).total_seconds()
        folded = mail.body.replace("ß", "ss").lower()
        everything = (folded + "\n" + mail.full_text().replace("ß", "ss")).lower()

        def days(name: str, moment: datetime.datetime | None) -> dict[str, object]:
            day = f"{moment.year:04}{moment.month:02}{moment.day:02}" if moment else ""
            return {
                f"{name}since": lambda d: Truth(bool(day) and day >= d.strftime("%Y%m%d")),
                f"{name}before": lambda d: Truth(bool(day) and day < d.strftime("%Y%m%d")),
                f"{name}on": lambda d: Truth(day == d.strftime("%Y%m%d")),
            }

        return {
            "all": True,
            **{name: f"\\{name}" in flags for name in ("seen", "answered", "flagged", "deleted", "draft", "recent")},
            **{f"un{n}": f"\\{n}" not in flags for n in ("seen", "answered", "flagged", "deleted", "draft")},
            "old": "\\recent" not in flags,
            "new": {"\\recent"} <= flags and not {"\\seen"} <= flags,
            "keyword": lambda flag: Truth(flag.lower() in flags),
            "unkeyword": lambda flag: Truth(flag.lower() not in flags),
            "from_": self.field("From"),
            "to": self.field("To"),
            "cc": self.field("Cc"),
            "bcc": self.field("Bcc"),
            "subject": self.field("Subject"),
            "body": lambda text: Truth(text.replace("ß", "ss").lower() in folded),
            "text": lambda text: Truth(text.replace("ß", "ss").lower() in everything),
            **days("", mail.received),
            **days("sent_", mail.date),
            **days("saved_", mail.saved or mail.received),
            "savedate_supported": bool(mail.saved),
            "received_after": lambda moment: Truth((mail.received - moment).total_seconds() >= 0),
            "received_before": lambda moment: Truth((mail.received - moment).total_seconds() < 0),
            "younger": lambda seconds: Truth(age <= seconds),
            "older": lambda seconds: Truth(age >= seconds),
            "larger": lambda size: Truth(mail.size > size),
            "smaller": lambda size: Truth(mail.size < size),
            "modseq": lambda modseq, *_: Truth((mail.modseq or 0) >= modseq),
            "uid": lambda text: Truth(any(mail.uid in UidSet(item) for item in text.split(","))),
            "email_id": lambda wanted: Truth(mail.email_id == wanted),
            "thread_id": lambda wanted: Truth(mail.thread_id == wanted),
            "fuzzy": lambda truth: truth,
        }


def assert_agreement(query: Query, mail: Mail) -> None:
    answer = evaluated(repr(query), {**SCOPE, "Q": Naive(mail)})
    assert isinstance(answer, Truth)
    assert query.matches(mail, now=NOW) is answer.value, query


@given(answerable, mails)
def test_matching_agrees_with_a_naive_evaluation(query: Query, mail: Mail) -> None:
    assert_agreement(query, mail)


# A tree hides most of what its keys answer; here each key must answer for itself.
every_key = st.tuples(*(keys(name, leaves(server_only)) for name in KEYS if name not in {"ALL", *server_only}))


@given(every_key, mails)
def test_each_key_agrees_with_a_naive_evaluation(queries: Sequence[Query], mail: Mail) -> None:
    for query in queries:
        assert_agreement(query, mail)


@given(moments, st.integers(-3600, 3600), offsets, mails)
def test_a_moment_is_within_the_days_asked_for(
    moment: datetime.datetime, seconds: int, offset: datetime.timezone, mail: Mail
) -> None:
    mail = replace(mail, received=(moment + datetime.timedelta(seconds=seconds)).astimezone(offset))
    after, before = Q.received_after(moment), Q.received_before(moment)
    assert_agreement(after, mail)
    assert_agreement(before, mail)
    assert after.matches(mail) is not before.matches(mail)
    # Whichever holds, the days asked for hold too, however far apart the two were written.
    assert coarse(after if after.matches(mail) else before).matches(mail)
    assert coarse(~before if after.matches(mail) else ~after).matches(mail)
