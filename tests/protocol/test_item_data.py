from __future__ import annotations

import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.fetch import ENVELOPE, FLAGS, RFC822_SIZE, UID, body_section
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import Item
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.framer import Framer
from imapkit.types.sections import Section

MANY = 100_000
RUNS = 5_000
ITEMS: list[Item[object]] = [item for extension in ALL for item in (*extension.fetch_items, *extension.status_items)]

A: Item[int] = Item("A", Cursor.number)
B: Item[bytes | None] = Item("B", Cursor.nstring)


def items(octets: bytes) -> ItemData:
    """The items in what the framer makes of this line."""
    framer = Framer(of_client=True)
    framer.feed(octets + b"\r\n")
    framed = framer.next()
    assert framed is not None
    return ItemData.at(Cursor(framed.text, framed.literals))


def messages(data: ItemData) -> list[str]:
    return [defect.message for defect in data.defects]


class TestGet:
    def test_values_are_parsed_by_their_item(self) -> None:
        data = items(b'(UID 7 FLAGS (\\Seen) BODY[] {5}\r\nhello RFC822.SIZE 5 B "x")')
        assert list(data.names()) == ["UID", "FLAGS", "BODY[]", "RFC822.SIZE", "B"]
        assert (data.get(UID), data.get(RFC822_SIZE), data.get(B)) == (7, 5, b"x")
        assert data.get(FLAGS) == {"\\Seen"}
        assert data.get(body_section()) == b"hello"
        assert data.get(UID) == 7, "in any order, and again"
        assert data.defects == ()

    def test_what_was_not_sent(self) -> None:
        data = items(b"(UID 7)")
        assert data.get(FLAGS) is None
        assert FLAGS not in data
        assert UID in data
        assert "UID" not in data, "only items are"
        assert data.defects == ()

    def test_names_in_any_case(self) -> None:
        data = items(b"(uid 7 Body[Header.Fields (from)] x)")
        assert data.get(UID) == 7
        assert list(data.names()) == ["UID", "BODY[HEADER.FIELDS (FROM)]"]

    def test_a_value_whose_end_its_parser_finds_behind_others(self) -> None:
        data = items(b'(UID 7 FLAGS (a) BODY[1] "x" A 5)')
        assert (data.get(body_section("1")), data.get(A), data.get(UID)) == (b"x", 5, 7)
        assert list(data.names()) == ["UID", "FLAGS", "BODY[1]", "A"]

    def test_of_what_is_put_up_with_a_hundred_are_kept(self) -> None:
        data = items(b"(%b)" % b" ".join(b"B%d x" % number for number in range(120)))
        for number in range(120):
            assert data.get(Item(f"B{number}", Cursor.nstring)) == b"x"
        assert len(data.defects) == 100

    def test_a_bad_value_costs_itself(self) -> None:
        data = items(b"(UID x FLAGS NIL RFC822.SIZE -1 A 5)")
        assert (data.get(UID), data.get(FLAGS), data.get(RFC822_SIZE), data.get(A)) == (None, None, None, 5)
        assert UID in data
        assert messages(data) == [
            "UID: a number up to 4294967295 expected at 5: b'x FLAGS NIL RFC822.SIZE -1 A 5)'",
            "FLAGS: ( expected at 13: b'NIL RFC822.SIZE -1 A 5)'",
            "RFC822.SIZE: a number up to 9223372036854775807 expected at 29: b'-1 A 5)'",
        ]
        assert [defect.raw[:5] for defect in data.defects] == [b"x FLA", b"NIL R", b"-1 A "]

    @pytest.mark.parametrize("octets", [b'(BODY[] )(BODY[] "x")', b'(BODY[]<0>)(body[] "x")'])
    def test_an_item_without_a_value_is_none(self, octets: bytes) -> None:
        data = items(octets)
        assert data.get(body_section()) == b"x"
        assert messages(data) == ["an item without a value"]

    @pytest.mark.parametrize("octets", [b"(BODY[])", b"(BODY[]", b"(BODY[] "])
    def test_a_last_item_without_a_value(self, octets: bytes) -> None:
        data = items(octets)
        assert data.get(body_section()) is None
        assert messages(data) == ["an item without a value"]

    def test_reading_again_reports_nothing_twice(self) -> None:
        data = items(b"(UID x B y)")
        for _ in range(1000):
            assert data.get(UID) is None
            assert data.get(B) == b"y"
        assert len(data.defects) == 2

    def test_a_value_knows_its_defects_each_time(self) -> None:
        data = items(b'(UID 1 ENVELOPE (NIL "a"b" NIL NIL NIL NIL NIL NIL NIL NIL))')
        first = data.get(ENVELOPE)
        assert first is not None
        assert len(first.defects) == 1
        assert all(data.get(ENVELOPE) == first for _ in range(200))

    def test_a_parser_that_recurses_too_deeply_costs_itself(self) -> None:
        def parse(cursor: Cursor) -> int:
            return parse(cursor)

        data = items(b"(A 1 B x)")
        assert data.get(Item("A", parse)) is None
        assert messages(data)[0].startswith("A: maximum recursion depth")
        assert data.get(B) == b"x"

    def test_what_was_put_up_with_before_counts_too(self) -> None:
        cursor = Cursor(b"x (A 1)", pos=2)
        cursor.defect("before", 0)
        data = ItemData.at(cursor)
        assert messages(data) == ["before"]
        assert data.get(Item("A", Cursor.nstring)) == b"1"
        assert messages(data) == ["before", "a string or NIL expected"]

    def test_a_whole_value_behind_an_odd_one(self) -> None:
        section = body_section("1")
        assert section.whole
        data = items(b'(A "x\\" BODY[1] "z")')
        assert data.get(section) == b"z"
        assert messages(data) == ["a quotation mark inside a quoted string was not escaped"]


class TestScanning:
    @pytest.mark.parametrize(
        ("octets", "names"),
        [
            (b"()", []),
            (b"", []),
            (b"(A 1", ["A"]),
            (b"(A 1))", ["A"]),
            (b"( A  1   B x ) ", ["A", "B"]),
            (b"((A 1) (B x))", ["A", "B"]),
            (b"(A (1 2)B x)", ["A", "B"]),
            (b"(A {1}\r\nxB x)", ["A", "B"]),
            (b'(A "x" B {0}\r\n)', ["A", "B"]),
            (b"(X-GM-MSGID 1 RFC822.SIZE 2 A+B 3)", ["X-GM-MSGID", "RFC822.SIZE", "A+B"]),
            (b"(BODY[1.2.MIME]<0> NIL BINARY.SIZE[1] 5)", ["BODY[1.2.MIME]<0>", "BINARY.SIZE[1]"]),
            (b"(BODY[]<0.5> x)", ["BODY[]<0>"]),
            (b'(BODY[HEADER.FIELDS ("From" "To")] x)', ["BODY[HEADER.FIELDS (FROM TO)]"]),
            (b"(BODY[HEADER.FIELDS ({4}\r\nFrom To)]<5.6> x)", ["BODY[HEADER.FIELDS (FROM TO)]<5>"]),
            (b'(BODY[HEADER.FIELDS ("a b]")] x)', ["BODY[HEADER.FIELDS (A B])]"]),
            (b"(A a{b B x)", ["A", "B"]),
            (b"(A \x01 B x)", ["A", "B"]),
            (b"(ME\xdfAGES 1 BODY[HEADER.FIELDS (\xdf)] x)", ["ME\xdfAGES", "BODY[HEADER.FIELDS (\xdf)]"]),
            (b"(FLAGS (OIB-Seen-[Google Mail]/Alle) A 1)", ["FLAGS", "A"]),
            (b"(A " + b"(" * 50 + b")" * 50 + b" B 1)", ["A", "B"]),
        ],
    )
    def test_names(self, octets: bytes, names: list[str]) -> None:
        data = items(octets)
        assert list(data.names()) == names
        assert data.defects == ()

    @pytest.mark.parametrize(
        ("octets", "names", "defects"),
        [
            (b"(A)", [], ["an item without a value"]),
            (b"(A", [], ["an item without a value"]),
            (b"(B x A)", ["B"], ["an item without a value"]),
            (b"(A )(B x)", ["B"], ["an item without a value"]),
            (b"(5 A 1)", ["A"], ["the name of an item expected"]),
            (b'("x" A 1)', ["A"], ["the name of an item expected"]),
            (b"(] A 1)", ["A"], ["the name of an item expected"]),
            (b'(A "x"y" B x)', ["A", "B"], ["a quotation mark inside a quoted string was not escaped"]),
            (b'(A ("x"y") B x)', ["A", "B"], ["a quotation mark inside a quoted string was not escaped"]),
            (
                b'(A "x\\" B "y\\" FLAGS (a) UID 7)',
                ["A", "B", "FLAGS", "UID"],
                ["a quotation mark inside a quoted string was not escaped"] * 2,
            ),
            (b"(A[ 1 B x)", ["A", "B"], ["the name of an item expected"]),
            (b"(A[{1] 1 B x)", ["A", "B"], ["the name of an item expected"]),
            (b"(A (x B y", [], ["the rest of the items cannot be read: a closing parenthesis expected at 9: b''"]),
            (
                b'(B x A "y) C z)',
                ["B"],
                ["the rest of the items cannot be read: the end of a quoted string expected at 7: b'\"y) C z)'"],
            ),
            (
                b"(A " + b"(" * 101 + b")" * 101 + b" B x)",
                [],
                [
                    "the rest of the items cannot be read: at most 100 levels of parentheses expected at 103: "
                    + repr(b"(" + b")" * 39)
                ],
            ),
        ],
    )
    def test_odd_ones(self, octets: bytes, names: list[str], defects: list[str]) -> None:
        data = items(octets)
        assert list(data.names()) == names
        assert messages(data) == defects

    def test_what_a_broken_string_says(self) -> None:
        data = items(b'(B "sina.com\\" A 7)')
        assert (data.get(B), data.get(A)) == (b'sina.com"', 7)

    @pytest.mark.parametrize(
        ("start", "unit"),
        [
            (b"(", b"("),
            (b"(", b"()"),
            (b"(", b" "),
            (b"(", b"A "),
            (b"(", b"A 1 "),
            (b"(", b"A(1)"),
            (b"(", b"A"),
            (b"(", b"1 "),
            (b"(", b"] "),
            (b"(", b"A[ "),
            (b"(", b"A[1 "),
            (b"(", b'A[" '),
            (b"(", b"A[{1}\r\n "),
            (b"(", b"A<1 "),
            (b"(", b"A<1"),
            (b"(", b'A "x"y" '),
            (b"(", b'A "\\" '),
            (b"(", b'A (\\" \\") '),
            (b"(", b'A ("\\" "x) '),
            (b"(A ", b'\\" '),
            (b"(A ", b'\\"'),
            (b"(A (", b'\\" '),
            (b"(A (", b'"x"y '),
            (b"(A (", b"(x) "),
            (b"(", b"A ((((((((((((((x)))))))))))))) "),
            (b"(", b'A (((((((((((((("x"y")))))))))))))) '),
            (b"(", b"A {1}\r\n"),
            (b"(", b"A {"),
            (b"(", b"A ~"),
            (b"(", b'A "\r '),
        ],
        ids=repr,
    )
    def test_hostile_items_take_linear_time(self, start: bytes, unit: bytes) -> None:
        data = ItemData.at(Cursor(start + unit * (3 * MANY // len(unit)), {}))
        list(data.names())
        for item in ITEMS:
            data.get(item)
        assert len(data.defects) <= 100

    @pytest.mark.parametrize("unit", [b"] ", b"A ", b'A "x"y" '])
    def test_what_is_put_up_with_takes_little_memory(self, unit: bytes) -> None:
        cursor = Cursor(b"(" + unit * 20_000, {})
        tracemalloc.start()
        try:
            data = ItemData.at(cursor)
            list(data.names())
            held = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        assert held < 100_000


class TestUpdate:
    def test_later_values_stand_before_earlier_ones(self) -> None:
        data = items(b"(UID 7 A 1)")
        data.update(items(b"(UID 7 B x)"))
        data.update(items(b"(A 2 B y)"))
        assert list(data.names()) == ["UID", "A", "B"]
        assert (data.get(UID), data.get(A), data.get(B)) == (7, 2, b"y")
        assert B in data

    def test_even_malformed_ones(self) -> None:
        data = items(b"(A 1)")
        data.update(items(b"(A x B y)"))
        assert data.get(A) is None
        assert data.get(B) == b"y"
        assert [message[:2] for message in messages(data)] == ["A:", "a "]

    def test_what_was_put_up_with_in_a_later_one_is_told(self) -> None:
        data = items(b"(A 1)")
        data.update(items(b"(B)"))
        assert messages(data) == ["an item without a value"]

    def test_updates_of_updates(self) -> None:
        first, second = items(b"(UID 7 A 1)"), items(b"(A 2)")
        second.update(items(b"(A 3 B x)"))
        first.update(second)
        assert (first.get(A), first.get(B), first.get(UID)) == (3, b"x", 7)
        assert list(first.names()) == ["UID", "A", "B"]

    def test_a_message_may_be_told_of_any_number_of_times(self) -> None:
        data = items(b"(UID 7 FLAGS ())")
        tracemalloc.start()
        try:
            for number in range(MANY // 2):
                data.update(ItemData.at(Cursor(b"(UID 7 A %d)" % number)))
            held = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        assert data.get(A) == MANY // 2 - 1
        assert list(data.names()) == ["UID", "FLAGS", "A"]
        assert held < 100_000

    def test_even_with_something_new_each_time(self) -> None:
        data = items(b"(UID 7)")
        for number in range(MANY // 2):
            data.update(ItemData.at(Cursor(b"(A%d 1 X)" % number)))
        assert sum(1 for _ in data.names()) == MANY // 2 + 1
        assert messages(data) == ["an item without a value"]


PIECES = st.sampled_from(
    [*(b"(", b")", b" ", b'"', b"\\", b"[", b"]", b"<0>", b"{1}\r\nx", b"~{0}\r\n", b"{", b"NIL", b"1", b"-1", b"\xff")]
    + [item.key.encode() + b" " for item in ITEMS]
)


@given(st.one_of(st.lists(PIECES, max_size=40).map(b"".join), st.binary()))
def test_random_octets_cost_values_and_nothing_else(octets: bytes) -> None:
    framer = Framer(of_client=True)
    framer.feed(b"(" + octets + b"\r\n")
    framed = framer.next()
    if framed is None:
        return
    data = ItemData.at(Cursor(framed.text, framed.literals))
    names = list(data.names())
    for item in [*ITEMS, body_section(), body_section(Section("1", "MIME"), partial=(0, 1))]:
        before = data.defects
        value = data.get(item)
        assert (item in data) == (item.key in names)
        if item not in data:
            assert value is None
            assert data.defects == before
    data.update(ItemData.at(Cursor(framed.text, framed.literals)))
    assert list(data.names()) == names


class TestThreads:
    """Several threads read one message at once; each finds what it would find alone, and so does who comes later."""

    TEXT = b"(UID 7 FLAGS (a) RFC822.SIZE 5 A 1 B x UID 8 FLAGS (b) RFC822.SIZE 6 A 2 5 A)"
    NAMES = ("UID", "FLAGS", "RFC822.SIZE", "A", "B")
    VALUES = ((UID, 7), (FLAGS, {"a"}), (RFC822_SIZE, 5), (A, 1), (B, b"x"))

    @pytest.fixture(autouse=True)
    def restless(self) -> Iterator[None]:
        """Threads take turns as often as they can."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        yield
        sys.setswitchinterval(before)

    @staticmethod
    def together(messages: list[ItemData], readers: list[Callable[[ItemData], object]]) -> list[list[object]]:
        """What each reader makes of each message, all of them at the same message at the same time."""
        start = threading.Barrier(len(readers))

        def read(reader: Callable[[ItemData], object]) -> list[object]:
            found: list[object] = []
            for message in messages:
                start.wait(60)
                found.append(reader(message))
            return found

        with ThreadPoolExecutor(len(readers)) as threads:
            return [done.result() for done in [threads.submit(read, reader) for reader in readers]]

    def test_nothing_is_lost(self) -> None:
        alone = items(self.TEXT)
        assert tuple(alone.names()) == self.NAMES
        assert [alone.get(item) for item, _ in self.VALUES] == [value for _, value in self.VALUES]
        readers: list[Callable[[ItemData], object]] = [
            lambda data: tuple(data.names()),
            *(lambda data, item=item: data.get(item) for item in (UID, FLAGS, RFC822_SIZE, B)),
        ]
        many = [items(self.TEXT) for _ in range(RUNS)]
        names, *values = self.together(many, readers)
        assert set(names) == {self.NAMES}
        for found, expected in zip(values, (7, {"a"}, 5, b"x"), strict=True):
            assert all(value == expected for value in found)
        for data in many:
            assert [data.get(item) for item, _ in self.VALUES] == [value for _, value in self.VALUES]
            assert tuple(data.names()) == self.NAMES
            assert data.defects == alone.defects

    def test_defects_are_all_reported(self) -> None:
        text = b"(UID x FLAGS NIL RFC822.SIZE -1 A z)"
        many = [items(text) for _ in range(RUNS)]
        readers: list[Callable[[ItemData], object]] = [
            lambda data, item=item: data.get(item) for item in (UID, FLAGS, RFC822_SIZE, A)
        ]
        self.together(many, [*readers, lambda data: data.defects])
        assert all(
            {message.partition(":")[0] for message in messages(data)} == {"UID", "FLAGS", "RFC822.SIZE", "A"}
            for data in many
        )
