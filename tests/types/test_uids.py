from __future__ import annotations

import itertools
import operator
import pickle
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.types.uids import (
    MAX_NUMBER,
    SAVED_RESULT,
    NumberSet,
    OpenRange,
    OpenSeqRange,
    SavedResult,
    SeqSet,
    UidSet,
    to_uid_set,
)

EVERYTHING = UidSet("1:4294967295")

small = st.integers(1, 40)
number_sets = st.sets(small)
numbers = st.integers(1, MAX_NUMBER)
pairs = st.lists(st.tuples(numbers, numbers), max_size=8)


class Whole:
    """An integer of another library: no int, but one that Python accepts as an index."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


# -- construction --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_numbers", "ranges"),
    [
        ([], ()),
        ("", ()),
        (range(0), ()),
        ([5], ((5, 5),)),
        ([3, 1, 2, 2, 9, 8], ((1, 3), (8, 9))),
        ((n for n in (4, 2)), ((2, 2), (4, 4))),
        ({7, 8}, ((7, 8),)),
        (range(3, 8), ((3, 7),)),
        (range(7, 2, -1), ((3, 7),)),
        (range(1, 8, 3), ((1, 1), (4, 4), (7, 7))),
        (range(1, MAX_NUMBER + 1), ((1, MAX_NUMBER),)),
        ("1,3:5", ((1, 1), (3, 5))),
        ("7:3", ((3, 7),)),
        ("9,1:3,4,2", ((1, 4), (9, 9))),
        ("4294967295", ((MAX_NUMBER, MAX_NUMBER),)),
        ([Whole(3), 4], ((3, 4),)),
        (UidSet("2:4"), ((2, 4),)),
    ],
)
def test_construction(given_numbers: Iterable[int] | str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert UidSet(given_numbers).ranges == ranges


@pytest.mark.parametrize("kind", [UidSet, SeqSet])
@pytest.mark.parametrize(
    "bad",
    [
        [0],
        [-1],
        [MAX_NUMBER + 1],
        [1, 2, 0],
        [1, True],
        [True],
        [1.0],
        ["1"],
        [None],
        range(5),
        range(5, MAX_NUMBER + 2),
        [Whole(0)],
        "0",
        "1,",
        ",",
        "1:",
        ":2",
        "1::2",
        "1:2:3",
        "01",
        " 1",
        "1 2",
        "1\n",
        "-1",
        "a",
        "\u0661",
        "4294967296",
        "1:99999999999",
        b"1,2",
        bytearray(b"1"),
        memoryview(b"1"),
    ],
)
def test_bad_numbers_are_refused(kind: type[NumberSet], bad: Iterable[int] | str) -> None:
    with pytest.raises(InvalidArgument):
        kind(bad)


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(InvalidArgument, match=r"OpenRange\(first\) asks for everything from a UID on"):
        UidSet("7:*")
    with pytest.raises(InvalidArgument, match=r"OpenSeqRange\(first\) asks for everything from a message sequence"):
        SeqSet("*")
    with pytest.raises(InvalidArgument, match=r"message sequence number is from 1 to 4294967295, not 0"):
        SeqSet([0])
    with pytest.raises(InvalidArgument, match=r"a UID is an integer, not True"):
        UidSet([True])
    with pytest.raises(InvalidArgument, match=r"UidSet\.parse\(\) reads bytes"):
        UidSet(b"12")


@pytest.mark.parametrize("bad", [(0, 3), (3, 0), (1, MAX_NUMBER + 1), (True, 3)])
def test_from_ranges_refuses(bad: tuple[int, int]) -> None:
    with pytest.raises(InvalidArgument):
        UidSet.from_ranges([(1, 2), bad])


@pytest.mark.parametrize("text", ["", "*", "1:*", "0", "1,,2", "4294967296", "1:4294967296", "x", "1 "])
def test_parse_refuses(text: str) -> None:
    for given_text in (text, text.encode()):
        with pytest.raises(ValueError, match=r"not a list of numbers|a number over"):
            UidSet.parse(given_text)
    with pytest.raises(ValueError, match="not a list"):
        UidSet.parse(b"\xff")


def test_parse_refusal_quotes_little() -> None:
    with pytest.raises(ValueError, match="not a list") as caught:
        UidSet.parse(b"1," * 100_000)
    assert len(str(caught.value)) < 100


@given(pairs)
def test_from_ranges_is_sorted_and_merged(given_pairs: list[tuple[int, int]]) -> None:
    ranges = UidSet.from_ranges(given_pairs).ranges
    assert all(lo <= hi for lo, hi in ranges)
    assert all(after[0] - before[1] > 1 for before, after in itertools.pairwise(ranges))
    ends = {n for pair in given_pairs for n in pair}
    assert all(n in UidSet.from_ranges(ranges) for n in ends)


@given(st.lists(st.tuples(small, small)))
def test_from_ranges_holds_the_numbers_of_its_ranges(given_pairs: list[tuple[int, int]]) -> None:
    expected = {n for a, b in given_pairs for n in range(min(a, b), max(a, b) + 1)}
    assert set(UidSet.from_ranges(given_pairs)) == expected


@given(pairs.filter(bool))
def test_text_round_trip(given_pairs: list[tuple[int, int]]) -> None:
    uids = UidSet.from_ranges(given_pairs)
    assert UidSet.parse(str(uids)) == UidSet.parse(str(uids).encode()) == UidSet(str(uids)) == uids
    assert eval(repr(uids)) == uids


@given(pairs.filter(bool))
def test_parse_takes_any_order(given_pairs: list[tuple[int, int]]) -> None:
    text = ",".join(f"{a}:{b}" for a, b in given_pairs)
    assert UidSet.parse(text) == UidSet.from_ranges(given_pairs)


@given(st.text(alphabet="0123456789:,*", max_size=12))
def test_any_text_is_a_set_or_refused(text: str) -> None:
    try:
        uids = UidSet(text)
    except InvalidArgument:
        return
    ranges = [[int(n) for n in item.split(":")] for item in text.split(",")] if text else []
    assert uids == UidSet.from_ranges((min(ends), max(ends)) for ends in ranges)


# -- reading -------------------------------------------------------------------------------------------------------


@given(number_sets)
def test_reads_like_a_builtin_set(plain: set[int]) -> None:
    uids = UidSet(plain)
    ascending = sorted(plain)
    assert list(uids) == ascending
    assert list(reversed(uids)) == ascending[::-1]
    assert len(uids) == len(plain)
    assert bool(uids) == bool(plain)
    assert [n for n in range(-1, 43) if n in uids] == ascending
    assert uids.first == (min(plain) if plain else None)
    assert uids.last == (max(plain) if plain else None)


def test_membership_of_other_things() -> None:
    uids = UidSet("1:3")
    assert Whole(3) in uids
    assert Whole(4) not in uids
    assert 2.0 not in uids
    assert "2" not in uids
    assert None not in uids
    assert 0 not in uids
    assert MAX_NUMBER + 1 not in EVERYTHING


def test_everything_costs_two_integers() -> None:
    assert EVERYTHING.ranges == ((1, MAX_NUMBER),)
    assert sys.getsizeof(EVERYTHING) < 64
    assert len(EVERYTHING) == MAX_NUMBER
    assert 4_000_000_000 in EVERYTHING
    assert str(EVERYTHING - UidSet("7")) == "1:6,8:4294967295"
    assert str(EVERYTHING & UidSet("5:9,4294967295")) == "5:9,4294967295"
    assert str(EVERYTHING ^ UidSet("5:9")) == "1:4,10:4294967295"
    assert (EVERYTHING | UidSet("5:9")) == EVERYTHING
    assert EVERYTHING.take_last(2) == {MAX_NUMBER - 1, MAX_NUMBER}
    assert next(reversed(EVERYTHING)) == MAX_NUMBER
    assert next(EVERYTHING.chunks(1_000_000_000)) == UidSet("1:1000000000")


def test_text_and_repr() -> None:
    assert str(UidSet([1, 2, 3, 7])) == "1:3,7"
    assert str(UidSet()) == ""
    assert repr(UidSet([1, 2, 3, 7])) == "UidSet('1:3,7')"
    assert repr(SeqSet([2])) == "SeqSet('2')"
    assert repr(UidSet()) == "UidSet()"


def test_hash_and_pickle() -> None:
    assert {UidSet("1:3"), UidSet([3, 2, 1]), UidSet("4")} == {UidSet("1:3"), UidSet("4")}
    assert hash(UidSet("1")) != hash(SeqSet("1"))
    for kind in (UidSet, SeqSet):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for text in ("", "1:3,7"):
                again = pickle.loads(pickle.dumps(kind(text), protocol))
                assert again == kind(text)
                assert type(again) is kind


# -- algebra -------------------------------------------------------------------------------------------------------

OPERATORS: list[Callable[..., object]] = [operator.and_, operator.or_, operator.sub, operator.xor]
COMPARISONS: list[Callable[..., object]] = [
    operator.eq,
    operator.ne,
    operator.le,
    operator.lt,
    operator.ge,
    operator.gt,
]


@given(number_sets, number_sets)
def test_algebra_is_that_of_builtin_sets(x: set[int], y: set[int]) -> None:
    a, b = UidSet(x), UidSet(y)
    for operate in OPERATORS:
        expected = UidSet(operate(x, y))  # type: ignore[arg-type]
        for result in (operate(a, b), operate(a, y), operate(x, b)):
            assert isinstance(result, UidSet)
            assert result.ranges == expected.ranges
    for compare in COMPARISONS:
        assert compare(a, b) == compare(a, y) == compare(x, b) == compare(x, y)
    assert a.isdisjoint(b) == a.isdisjoint(y) == a.isdisjoint(sorted(y)) == x.isdisjoint(y)
    if x == y:
        assert hash(a) == hash(b)


@given(pairs, pairs)
def test_laws_on_large_sets(x: list[tuple[int, int]], y: list[tuple[int, int]]) -> None:
    a, b = UidSet.from_ranges(x), UidSet.from_ranges(y)
    assert (a & b) | (a - b) == a
    assert (a - b) | (b - a) == a ^ b
    assert EVERYTHING - (a | b) == (EVERYTHING - a) & (EVERYTHING - b)
    assert len(a | b) == len(a) + len(b) - len(a & b)
    assert (a <= b) == (a | b == b)
    assert a.isdisjoint(b) == (not a & b)


def test_plain_sets_may_hold_what_no_uid_is() -> None:
    uids = UidSet("1:3")
    odd: set[object] = {2, 0, "x", None, MAX_NUMBER + 1}
    assert uids & odd == {2}
    assert uids - odd == {1, 3}
    assert not uids.isdisjoint(odd)
    assert not uids <= odd
    assert not uids >= odd
    assert uids <= odd | {1, 3}
    assert uids < odd | {1, 3}
    assert uids != odd
    assert uids != {1, 2, 3, 0}
    for operate in (operator.or_, operator.xor):
        with pytest.raises(InvalidArgument):
            operate(uids, odd)
    with pytest.raises(InvalidArgument):
        operator.sub(odd, uids)


@pytest.mark.parametrize("operate", OPERATORS + COMPARISONS[2:])
def test_what_is_no_set_is_no_operand(operate: Callable[..., object]) -> None:
    for other in ([1], 1, "1", None):
        with pytest.raises(TypeError):
            operate(UidSet("1"), other)
        with pytest.raises(TypeError):
            operate(other, UidSet("1"))
    assert UidSet("1") != [1]


@pytest.mark.parametrize("operate", OPERATORS + COMPARISONS[2:])
@pytest.mark.parametrize("texts", [("1:3", "2"), ("2", "1:3"), ("", "")])
def test_kinds_do_not_mix(operate: Callable[..., object], texts: tuple[str, str]) -> None:
    uids, seqs = UidSet(texts[0]), SeqSet(texts[1])
    with pytest.raises(TypeError, match="a UidSet and a SeqSet number different things"):
        operate(uids, seqs)
    with pytest.raises(TypeError, match="a SeqSet and a UidSet number different things"):
        operate(seqs, uids)
    with pytest.raises(TypeError):
        uids.isdisjoint(seqs)
    with pytest.raises(TypeError):
        UidSet(seqs)
    assert UidSet("1") != SeqSet("1")


# -- parts ---------------------------------------------------------------------------------------------------------


@given(number_sets, st.integers(0, 50))
def test_take(plain: set[int], n: int) -> None:
    uids, ascending = UidSet(plain), sorted(plain)
    assert list(uids.take_first(n)) == ascending[:n]
    assert list(uids.take_last(n)) == ascending[max(0, len(ascending) - n) :]
    assert uids.take_first(n).ranges == UidSet(ascending[:n]).ranges


@given(number_sets, st.integers(1, 50))
def test_chunks(plain: set[int], n: int) -> None:
    chunks = list(UidSet(plain).chunks(n))
    assert [number for chunk in chunks for number in chunk] == sorted(plain)
    assert all(len(chunk) == n for chunk in chunks[:-1])
    assert all(1 <= len(chunk) <= n for chunk in chunks)


@given(pairs, st.integers(21, 80))
def test_chunks_by_octets(given_pairs: list[tuple[int, int]], limit: int) -> None:
    uids = UidSet.from_ranges(given_pairs)
    chunks = list(uids.chunks_by_octets(limit))
    assert all(0 < len(str(chunk)) <= limit for chunk in chunks)
    assert ",".join(map(str, chunks)) == str(uids)
    # None is shorter than it could be: the next range would not have fitted.
    for chunk, after in itertools.pairwise(chunks):
        assert len(str(chunk)) + 1 + len(str(after).split(",")[0]) > limit


@pytest.mark.parametrize("bad", [-1, 1.5, Fraction(2), True, "3", None])
def test_bad_counts_are_refused_at_once(bad: int) -> None:
    uids = UidSet("1:9")
    for method in (uids.take_first, uids.take_last, uids.chunks, uids.chunks_by_octets):
        with pytest.raises(InvalidArgument, match="a whole number of at least"):
            method(bad)


def test_too_small_counts() -> None:
    with pytest.raises(InvalidArgument, match="at least 1"):
        UidSet("1").chunks(0)
    with pytest.raises(InvalidArgument, match="at least 21"):
        UidSet("1").chunks_by_octets(20)


# -- what only the server can resolve ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [OpenRange, OpenSeqRange])
class TestOpenRanges:
    def test_text(self, kind: type[OpenRange | OpenSeqRange]) -> None:
        assert str(kind(7)) == "7:*"
        assert repr(kind(7)) == f"{kind.__name__}(first=7)"
        assert str(kind("*")) == "*"
        assert repr(kind("*")) == f"{kind.__name__}(first='*')"

    @pytest.mark.parametrize("first", [7, "*"])
    def test_it_is_a_value(self, kind: type[OpenRange | OpenSeqRange], first: int) -> None:
        assert pickle.loads(pickle.dumps(kind(first))) == kind(first)
        assert len({kind(first), kind(first)}) == 1
        assert kind(first) != kind(8)

    def test_what_it_begins_with_becomes_plain(self, kind: type[OpenRange | OpenSeqRange]) -> None:
        class Star(str):
            __slots__ = ()

        assert type(kind(Whole(7)).first) is int  # type: ignore[arg-type]
        assert type(kind(Star("*")).first) is str  # type: ignore[arg-type]

    @pytest.mark.parametrize("bad", [0, MAX_NUMBER + 1, True, "7", "1:*", "", None])
    def test_what_no_range_begins_with(self, kind: type[OpenRange | OpenSeqRange], bad: int) -> None:
        with pytest.raises(InvalidArgument, match="UID" if kind is OpenRange else "message sequence number"):
            kind(bad)


@given(st.integers(1, MAX_NUMBER))
def test_the_two_kinds_of_open_ranges_are_never_equal(first: int) -> None:
    assert OpenRange(first) != OpenSeqRange(first)
    assert str(OpenRange(first)) == str(OpenSeqRange(first)) == f"{first}:*"


def test_saved_result() -> None:
    assert str(SAVED_RESULT) == "$"
    assert repr(SAVED_RESULT) == "SAVED_RESULT"
    assert SavedResult() == SAVED_RESULT
    assert pickle.loads(pickle.dumps(SAVED_RESULT)) == SAVED_RESULT


def test_to_uid_set() -> None:
    uids = UidSet("1:3")
    assert to_uid_set(uids) is uids
    assert to_uid_set(7) == {7}
    assert to_uid_set([3, 1]) == {1, 3}
    assert to_uid_set(range(1, 4)) == {1, 2, 3}
    for bad in (0, True, [True], ["1"]):
        with pytest.raises(InvalidArgument):
            to_uid_set(bad)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        to_uid_set(SeqSet("1"))
