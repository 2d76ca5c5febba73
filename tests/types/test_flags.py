from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.types.flags import Flag, FlagColor, FlagSet

# A few names in every mixture of cases, so that collisions happen.
names = st.sampled_from(["\\Seen", "\\SEEN", "\\seen", "$Forwarded", "$forwarded", "Work", "wORK", "home"])
flag_lists = st.lists(names, max_size=6)


def folded(flags: object) -> set[str]:
    return {flag.lower() for flag in flags}  # type: ignore[attr-defined]


def test_flag_is_its_wire_text() -> None:
    assert Flag.SEEN == "\\Seen"
    assert f"{Flag.MDN_SENT}" == "$MDNSent"
    assert Flag("$NotJunk") is Flag.NOT_JUNK


def test_spelling_and_order_of_the_server_are_kept() -> None:
    flags = FlagSet(["\\sEEN", "$Forwarded", "\\Seen", "Zebra"])
    assert list(flags) == ["\\sEEN", "$Forwarded", "Zebra"]
    assert len(flags) == 3


def test_another_thread_finds_all_flags_or_looks_itself() -> None:
    found: list[bool] = []

    class Interrupting(str):
        """Another thread comes in while this flag is looked at for the first time."""

        __slots__ = ()

        def lower(self) -> str:
            if not found:
                found.append(True)
                found[0] = "$last" in flags
            return super().lower()

    flags = FlagSet(["$first", Interrupting("$middle"), "$last"])
    assert "$first" in flags
    assert found == [True]


def test_membership_ignores_case() -> None:
    flags = FlagSet(["\\sEEN"])
    assert Flag.SEEN in flags
    assert "\\SEEN" in flags
    assert "\\Answered" not in flags
    assert 7 not in flags


def test_equality_with_sets() -> None:
    flags = FlagSet(["\\Seen", "Work"])
    assert flags == FlagSet(["WORK", "\\SEEN"])
    assert flags == {"work", Flag.SEEN}
    assert flags == frozenset({"work", Flag.SEEN})
    assert {"work", "\\seen"} == flags
    assert flags != {"work"}
    assert flags != {"work", "\\seen", 7}
    assert flags != ["\\Seen", "Work"]
    assert flags != "\\Seen"


def test_hash_ignores_case_and_order() -> None:
    assert hash(FlagSet(["\\Seen", "Work"])) == hash(FlagSet(["WORK", "\\seen"]))
    assert len({FlagSet(["A"]), FlagSet(["a"]), FlagSet(["b"])}) == 2


def test_empty() -> None:
    assert not FlagSet()
    assert FlagSet() == set()
    assert repr(FlagSet()) == "FlagSet()"


def test_repr_evaluates_back_and_shows_text() -> None:
    flags = FlagSet([Flag.SEEN, "$Forwarded"])
    assert repr(flags) == "FlagSet(['\\\\Seen', '$Forwarded'])"
    assert list(eval(repr(flags))) == list(flags)


@pytest.mark.parametrize("single", ["\\Seen", b"\\Seen", Flag.SEEN])
def test_a_single_flag_is_refused(single: object) -> None:
    with pytest.raises(InvalidArgument, match=r"FlagSet\(\[flag\]\)"):
        FlagSet(single)  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol: int) -> None:
    flags = FlagSet(["\\sEEN", "Work"])
    again = pickle.loads(pickle.dumps(flags, protocol))
    assert again == flags
    assert list(again) == list(flags)


def test_no_instance_dictionary() -> None:
    assert not hasattr(FlagSet(), "__dict__")


def test_operators_keep_the_spelling_of_the_left_side() -> None:
    flags = FlagSet(["\\Seen", "Work"])
    assert list(flags & {"WORK"}) == ["Work"]
    assert list({"WORK"} & flags) == ["WORK"]
    assert list(flags | {"WORK"}) == ["\\Seen", "Work"]
    assert list({"WORK"} | flags) == ["WORK", "\\Seen"]
    assert list(flags - {"WORK"}) == ["\\Seen"]
    assert list({"WORK", "\\SEEN"} - FlagSet(["\\seen"])) == ["WORK"]
    assert list(flags ^ {"WORK", "New"}) == ["\\Seen", "New"]
    assert list({"WORK", "\\SEEN"} ^ FlagSet(["work", "New"])) == ["\\SEEN", "New"]


def test_operators_refuse_what_is_no_set_of_flags() -> None:
    flags = FlagSet(["\\Seen"])
    for other in (["\\Seen"], "\\Seen", {7}, None):
        for operate in (
            lambda a, b: a & b,
            lambda a, b: a | b,
            lambda a, b: a - b,
            lambda a, b: a ^ b,
            lambda a, b: a <= b,
            lambda a, b: a < b,
            lambda a, b: a >= b,
            lambda a, b: a > b,
        ):
            with pytest.raises(TypeError):
                operate(flags, other)
            with pytest.raises(TypeError):
                operate(other, flags)


@given(flag_lists, flag_lists)
def test_algebra_is_that_of_sets_of_folded_names(left: list[str], right: list[str]) -> None:
    a, b, x, y = FlagSet(left), FlagSet(right), folded(left), folded(right)
    assert len(a) == len(x)
    assert folded(a & b) == x & y
    assert folded(a | b) == x | y
    assert folded(a - b) == x - y
    assert folded(a ^ b) == x ^ y
    assert (a == b) == (x == y)
    assert (a <= b) == (x <= y)
    assert (a < b) == (x < y)
    assert (a >= b) == (x >= y)
    assert (a > b) == (x > y)
    assert a.isdisjoint(b) == x.isdisjoint(y)
    if a == b:
        assert hash(a) == hash(b)


@given(flag_lists, flag_lists)
def test_algebra_with_a_builtin_set_on_either_side(left: list[str], right: list[str]) -> None:
    a, b, x, y = FlagSet(left), set(right), folded(left), folded(right)
    assert folded(a & b) == folded(b & a) == x & y
    assert folded(a | b) == folded(b | a) == x | y
    assert folded(a - b) == x - y
    assert folded(b - a) == y - x
    assert folded(a ^ b) == folded(b ^ a) == x ^ y
    assert (a <= b) == (b >= a) == (x <= y)
    assert (a < b) == (b > a) == (x < y)
    assert all(isinstance(result, FlagSet) for result in (a & b, b & a, a | b, b | a, a - b, b - a, a ^ b, b ^ a))


@pytest.mark.parametrize("color", FlagColor)
def test_colors_are_three_keywords(color: FlagColor) -> None:
    flags = FlagSet([Flag.FLAGGED, *map(str.upper, color.keywords), "other"])
    assert FlagColor.of(flags) is color
    assert FlagColor.of({Flag.FLAGGED, *color.keywords}) is color
    assert {*color.keywords, *color.other_keywords} == {Flag.COLOR_BIT_0, Flag.COLOR_BIT_1, Flag.COLOR_BIT_2}
    assert FlagColor.of(FlagSet(color.keywords)) is None


def test_all_three_keywords_are_no_color() -> None:
    assert FlagColor.of({"\\flagged", "$MailFlagBit0", "$MailFlagBit1", "$MailFlagBit2"}) is FlagColor.RED
