"""Numbers in order: sequence sets after SORT, plain lists of numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import LimitExceeded
from imapkit.protocol.extensions.order import NumberOrder, plain_numbers
from imapkit.protocol.wire.cursor import Cursor, ParseError
from imapkit.types.uids import UidSet

NUMBERS = st.integers(1, 2**32 - 1)
BAD_ADDITIONS = [
    *(b"(MODSEQ)", b"(FOO 1)", b"(MODSEQ -1)", b"(MODSEQ 9223372036854775808)", b"(MODSEQ %b)" % (b"9" * 5000)),
    b"(MODSEQ \xb2)",
]


@given(st.lists(st.integers(1, 1000), min_size=1))
def test_order_is_kept(numbers: list[int]) -> None:
    order = NumberOrder.read(Cursor(",".join(map(str, numbers)).encode()))
    assert order.numbers() == tuple(numbers)
    assert order.as_set() == UidSet(numbers)


def test_ranges_ascend_whichever_way_they_are_written() -> None:
    assert NumberOrder("9,7:5,3:4").numbers() == (9, 5, 6, 7, 3, 4)


def test_nothing() -> None:
    assert NumberOrder().numbers() == ()
    assert NumberOrder().as_set() == UidSet()


def test_a_range_cannot_fill_the_memory() -> None:
    with pytest.raises(LimitExceeded):
        NumberOrder("1,1:4294967295").numbers()


def test_what_is_no_set_is_refused() -> None:
    with pytest.raises(ParseError):
        NumberOrder.read(Cursor(b"1,*"))


class TestPlainNumbers:
    @given(st.lists(NUMBERS))
    def test_numbers(self, numbers: list[int]) -> None:
        cursor = Cursor(" ".join(map(str, numbers)).encode())
        assert plain_numbers(cursor, ordered=True) == (numbers, None)
        cursor.pos = 0
        assert plain_numbers(cursor, ordered=False) == (sorted(numbers), None)
        assert not cursor.defects

    @pytest.mark.parametrize("between", [b" ", b"  ", b" 0"])
    def test_many(self, between: bytes) -> None:
        numbers = list(range(100_000, 102_000))
        cursor = Cursor(between.join(b"%d" % number for number in numbers))
        assert plain_numbers(cursor, ordered=True) == (numbers, None)
        assert not cursor.defects

    @pytest.mark.parametrize(
        ("text", "modseq"), [(b"2 5 (MODSEQ 917162500)", 917162500), (b"2 5 (modseq 9223372036854775807) ", 2**63 - 1)]
    )
    def test_mod_sequence(self, text: bytes, modseq: int) -> None:
        assert plain_numbers(Cursor(text), ordered=True) == ([2, 5], modseq)

    @pytest.mark.parametrize("text", BAD_ADDITIONS)
    def test_a_bad_addition_costs_itself(self, text: bytes) -> None:
        cursor = Cursor(b"7 8 " + text)
        assert plain_numbers(cursor, ordered=True) == ([7, 8], None)
        assert cursor.defects

    @pytest.mark.parametrize("bad", [b"0", b"4294967296", b"x", b"-5", b"1_000", b"+5", b"3:5", b"\xb2", b"9" * 5000])
    @pytest.mark.parametrize("ordered", [False, True])
    def test_a_bad_number_costs_itself(self, bad: bytes, ordered: bool) -> None:
        for many in (1, 6000):
            cursor = Cursor(b"1 " * many + bad + b" 2")
            assert plain_numbers(cursor, ordered=ordered)[0] == [*[1] * many, 2]
            assert cursor.defects
