"""FETCH where vectors cannot say it: whose data is whose, and where literals go."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.dispatch import Dispatcher
from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.condstore import MODSEQ
from imapkit.protocol.extensions.fetch import (
    FLAGS,
    INTERNALDATE,
    RFC822_SIZE,
    UID,
    Fetch,
    FetchCollector,
    Fetched,
    body_section,
    is_uid_command,
)
from imapkit.protocol.model import Item
from imapkit.protocol.wire.framer import Framed, LiteralMarker
from imapkit.types.sections import Section
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet
from tests.protocol.extensions.talking import ask, untagged

MESSAGES = (b"* 1 FETCH (UID 11 FLAGS (a))", b"* 2 FETCH (FLAGS (b) UID 12)", b"* 3 FETCH (FLAGS (c))")


class TestWhoseDataIsWhose:
    @pytest.mark.parametrize(
        ("numbers", "expected"),
        [
            (UidSet([11, 12]), [11, 12]),
            (UidSet([11]), [11]),
            (UidSet([5, 12, 14]), [12]),
            (SeqSet([1, 3]), [1, 3]),
            # "n:*" means the last message where there is none from n on (RFC 9051, 9, seq-range)
            (OpenRange(12), [12]),
            (OpenRange(99), []),
            (OpenRange("*"), [11, 12]),  # which is the last, the server knows
            (OpenSeqRange(2), [2, 3]),
            (OpenSeqRange(4), []),
            (OpenSeqRange("*"), [1, 2, 3]),
            (SAVED_RESULT, [11, 12]),
        ],
    )
    def test_a_message_that_was_not_asked_for_is_nobodys_answer(self, numbers: UidSet, expected: list[int]) -> None:
        _, found = ask(Fetch(numbers, (UID, FLAGS)), *MESSAGES, selected=True)
        assert list(found) == expected

    def test_what_comes_in_pieces_is_one(self) -> None:
        _, found = ask(
            Fetch(UidSet([11]), (FLAGS, INTERNALDATE)),
            b"* 1 FETCH (UID 11 FLAGS (a))",
            b'* 1 FETCH (UID 11 INTERNALDATE "17-Jul-1996 02:44:25 -0700")',
            b"* 1 FETCH (UID 11 FLAGS (b))",
            selected=True,
        )
        data = found[11]
        assert data.get(FLAGS) == {"b"}
        assert data.get(INTERNALDATE) is not None
        assert list(data.names()) == ["UID", "FLAGS", "INTERNALDATE"]

    def test_the_uid_may_come_later(self) -> None:
        _, found = ask(Fetch(SeqSet([1]), (FLAGS, UID)), b"* 1 FETCH (FLAGS (a))", b"* 1 FETCH (UID 11)", selected=True)
        assert (found[1].uid, found[1].seq) == (11, 1)

    def test_uid_commands(self) -> None:
        assert all(map(is_uid_command, (UidSet([1]), OpenRange(1), OpenRange("*"), SAVED_RESULT)))
        assert not any(map(is_uid_command, (SeqSet([1]), OpenSeqRange(1), OpenSeqRange("*"))))

    @pytest.mark.parametrize("octets", [b"* 7 FETCH (UID 5 FLAGS ())", b"* 7 FETCH (FLAGS () UID 5)"])
    def test_the_uid_wherever_it_stands(self, octets: bytes) -> None:
        data = untagged(octets)
        assert isinstance(data, Fetched)
        assert (data.seq, data.uid) == (7, 5)
        assert repr(data) in {"<Fetched 7 UID FLAGS>", "<Fetched 7 FLAGS UID>"}

    def test_without_a_uid(self) -> None:
        data = untagged(b"* 7 FETCH (FLAGS ())")
        assert isinstance(data, Fetched)
        assert data.uid is None


class TestStreams:
    def collector(self) -> tuple[FetchCollector, list[bytes]]:
        got: list[bytes] = []
        header = body_section(Section(text="HEADER.FIELDS", fields=("From", "To")))
        return FetchCollector(UidSet([1]), {body_section("1").key: got.append, header.key: got.append}), got

    @pytest.mark.parametrize(
        ("line", "streamed"),
        [
            (b"* 1 FETCH (BODY[1] {5}\r\n", True),
            (b"* 1 fetch (body[1] {5}\r\n", True),
            (b"* 1 FETCH (UID 1 BODY[1] ~{5}\r\n", True),
            (b"* 1 FETCH (BODY[HEADER.FIELDS (FROM TO)] {5}\r\n", True),
            (b"* 1 FETCH (BODY[header.fields (from to)]  {5}\r\n", True),
            (b"* 1 FETCH (BODY[1.MIME] {5}\r\n", False),
            (b"* 1 FETCH (BODY[2] {5}\r\n", False),
            (b"* 1 FETCH (ENVELOPE ({5}\r\n", False),
            (b"* LIST () {5}\r\n", False),
        ],
    )
    def test_where_a_literal_goes(self, line: bytes, streamed: bool) -> None:
        collector, got = self.collector()
        routing = collector.route(line, line, 5)
        assert (routing == got.append) is streamed
        assert streamed or routing is None

    def test_a_later_line_of_the_response(self) -> None:
        collector, got = self.collector()
        assert collector.route(b"* 1 FETCH (ENVELOPE ({5}\r\n", b" NIL) BODY[1] {5}\r\n", 5) == got.append

    def test_nothing_is_streamed_that_was_not_asked_to_be(self) -> None:
        line = b"* 1 FETCH (BODY[1] {5}\r\n"
        assert FetchCollector(UidSet([1])).route(line, line, 5) is None

    def test_what_is_left_in_its_place(self) -> None:
        got: list[bytes] = []
        item = body_section()
        _, found = ask(
            Fetch(UidSet([1]), (), streams=((item, got.append),)), b"* 1 FETCH (BODY[] {3}\r\nabc UID 1)", selected=True
        )
        marker = found[1].get(item)
        assert isinstance(marker, LiteralMarker)
        assert (marker.size, marker.streamed, marker, got) == (3, True, b"", [b"abc"])


@pytest.mark.parametrize("partial", [(-1, 5), (0, 0), (0, -1), (2**63 - 1, 1)])
def test_no_range_of_octets(partial: tuple[int, int]) -> None:
    with pytest.raises(InvalidArgument, match="no range of octets"):
        body_section(partial=partial)


class TestUsual:
    """What is written as usual is read like everything else."""

    def test_what_comes_behind_the_uid_is_read_there(self) -> None:
        line = Framed(b"* 1 FETCH (UID 7 FLAGS (a) UID 8 RFC822.SIZE 5)")
        dispatcher = Dispatcher(ALL)
        for response in (dispatcher.parse(line), dispatcher.parse(line), *dispatcher.parse_alike([line.text])):
            assert isinstance(response, Fetched)
            assert (response.uid, response.get(FLAGS), response.get(RFC822_SIZE)) == (7, {"a"}, 5)
            assert (response.get(UID), UID in response) == (7, True)
            assert list(response.names()) == ["UID", "FLAGS", "RFC822.SIZE"]

    @pytest.mark.parametrize(
        "items",
        [
            *("UID 7", "UID 0", "UID 4294967296", "UID 4294967295", "UID x"),
            *("FLAGS ()", "FLAGS (a)", "FLAGS (a b)", "FLAGS (a  b)", "FLAGS (NIL)", "FLAGS (a nil)", "FLAGS (a\xa0b)"),
            *("FLAGS (a )", "FLAGS ( a)", "FLAGS ( )", "FLAGS (a NIL b)", "FLAGS (vaNILla N\xc4\xb1L)"),
            *('FLAGS (a"b" c)', "FLAGS (Nilson)", "FLAGS (a\tb)", "FLAGS (" + "x " * 200 + "x)"),
            *('INTERNALDATE "17-Jul-1996 02:44:25 -0700"', 'INTERNALDATE " 7-Jul-1996 02:44:25 +0000"'),
            *('INTERNALDATE "17-Foo-1996 02:44:25 -0700"', 'INTERNALDATE "31-Feb-1996 02:44:25 -0700"'),
            *('INTERNALDATE "30-Jun-1997 23:59:60 +0000"', 'INTERNALDATE "17-JUL-1996  24:44:25 -0700"'),
            *('INTERNALDATE " 17-jul-1996 02:44:25 -0700 "', 'INTERNALDATE "17-Jul-0000 02:44:25 -0700"'),
            *('INTERNALDATE "17-Jul-1996 02:44:25 -9900"', "INTERNALDATE NIL"),
            *("RFC822.SIZE 44827", "RFC822.SIZE 9223372036854775807", "RFC822.SIZE -1"),
            *("MODSEQ (1)", "MODSEQ (9223372036854775807)", "MODSEQ ( 5)", "MODSEQ (0)", "MODSEQ (-1)"),
            *('BODY[] "x"', "BODY[] {3}\r\nabc", "BODY[] ~{3}\r\nabc", "BODY[] NIL", "BODY[HEADER] {0}\r\n"),
        ],
    )
    def test_the_same(self, items: str) -> None:
        text = f"* 1 FETCH ({items} X 1)".encode("latin-1")
        for item in (
            UID,
            FLAGS,
            INTERNALDATE,
            RFC822_SIZE,
            MODSEQ,
            body_section(),
            body_section(Section(text="HEADER")),
        ):
            usual, patient = untagged(text), untagged(text)
            assert isinstance(usual, Fetched)
            assert isinstance(patient, Fetched)
            assert usual.get(item) == patient.get(replace(item, usual=None, whole=False))
            assert usual.get(item) == patient.get(item), "once more"
            assert usual.defects == patient.defects
            assert list(usual.names()) == list(patient.names()) == [items.partition(" ")[0], "X"]

    def test_in_any_order(self) -> None:
        text = (
            b'* 1 FETCH (UID 7 FLAGS (a) RFC822.SIZE 5 BODY[] "x" MODSEQ (9) INTERNALDATE "17-Jul-1996 02:44:25 -0700")'
        )
        every = (UID, FLAGS, RFC822_SIZE, body_section(), MODSEQ, INTERNALDATE)
        for items in permutations(every):
            data = untagged(text)
            assert isinstance(data, Fetched)
            found = {item.key: data.get(item) for item in items}
            assert found["UID"] == 7
            assert found["FLAGS"] == {"a"}
            assert (found["RFC822.SIZE"], found["BODY[]"], found["MODSEQ"]) == (5, b"x", 9)
            assert found["INTERNALDATE"] is not None
            assert list(data.names()) == [item.key for item in every]
            assert data.defects == ()

    @pytest.mark.parametrize("first", [FLAGS, MODSEQ])
    def test_a_quotation_mark_in_a_flag_may_begin_a_string(self, first: Item[object]) -> None:
        data = untagged(b'* 1 FETCH (UID 7 FLAGS (a"b) MODSEQ (9) RFC822.SIZE 5)')
        assert isinstance(data, Fetched)
        data.get(first)
        assert list(data.names()) == ["UID"]
        assert (data.get(FLAGS), data.get(MODSEQ), data.get(UID)) == (None, None, 7)
        assert [defect.message[:40] for defect in data.defects] == ["the rest of the items cannot be read: th"]

    def test_the_first_of_two_counts(self) -> None:
        for order in ((FLAGS, UID), (UID, FLAGS)):
            data = untagged(b"* 1 FETCH (UID 7 FLAGS (a) UID 8 FLAGS (b))")
            assert isinstance(data, Fetched)
            assert {item.key: data.get(item) for item in order} == {"FLAGS": {"a"}, "UID": 7}
            assert list(data.names()) == ["UID", "FLAGS"]
