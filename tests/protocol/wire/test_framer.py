from __future__ import annotations

import io
import itertools
import pickle
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imapkit.errors import LimitExceeded, ProtocolError
from imapkit.protocol.wire.framer import Disposal, Framed, Framer, LiteralMarker, Routing
from imapkit.protocol.wire.limits import Limits

MIB = 1024 * 1024
MANY = 200_000


def drain(framer: Framer) -> Iterator[Framed]:
    while (framed := framer.next()) is not None:
        yield framed


def framed(data: bytes, limits: Limits | None = None, *, of_client: bool = False) -> list[Framed]:
    framer = Framer(limits or Limits(), of_client=of_client)
    framer.feed(data)
    return list(drain(framer))


def one(data: bytes) -> Framed:
    (response,) = framed(data)
    return response


class TestLines:
    @pytest.mark.parametrize(
        ("data", "texts"),
        [
            (b"", []),
            (b"\r\n", [b""]),
            (b"\r\n\r\n", [b"", b""]),
            (b"* 1 EXISTS\r\n", [b"* 1 EXISTS"]),
            (b"* 1 EXISTS\r\n* 2 EXISTS\r\n* 3", [b"* 1 EXISTS", b"* 2 EXISTS"]),
            (b"* 1 EXISTS", []),
            (b"* 1 EXISTS\r", []),
            (b"a\nb\r\n", [b"a\nb"]),
            (b"a\rb\r\n", [b"a\rb"]),
            (b"a\r\r\n", [b"a\r"]),
            (b"\n\r\n", [b"\n"]),
            (b"\r\r\r\n", [b"\r\r"]),
            (b"\n\n\n", []),
            (b"nothing ends this\n", []),
            (b"}\r\n", [b"}"]),
            (b"* LIST () NIL a}\r\n", [b"* LIST () NIL a}"]),
        ],
    )
    def test_only_crlf_ends_one(self, data: bytes, texts: list[bytes]) -> None:
        assert framed(data) == [Framed(text) for text in texts]

    def test_a_crlf_cut_in_two_is_one(self) -> None:
        framer = Framer()
        framer.feed(b"a\r")
        assert framer.next() is None
        framer.feed(b"\nb\r")
        assert framer.next() == Framed(b"a")
        assert framer.next() is None
        framer.feed(b"x\r\n")
        assert framer.next() == Framed(b"b\rx")

    @pytest.mark.parametrize("size", [1, 2, 3, 100])
    def test_before_login_a_lone_lf_may_end_a_line(self, size: int) -> None:
        data = b"K1 OK done\nK2 OK\r\n\n* A {3}\na\nb B\nK3 OK\r\n"
        framer = Framer()
        framer.lf_ends_lines = True
        found: list[Framed] = []
        for start in range(0, len(data), size):
            framer.feed(data[start : start + size])
            found += drain(framer)
        texts = [b"K1 OK done", b"K2 OK", b"", b"* A {3}\r\n B", b"K3 OK"]
        assert [framed.text for framed in found] == texts
        assert found[3].literals == {9: b"a\nb"}
        assert not framer.within_response

    def test_a_cr_that_ends_a_literal_does_not_end_a_line(self) -> None:
        data = b"* 1 FETCH (BODY[] {1}\r\n\r\n FLAGS ())\r\n"
        assert framed(data) == [Framed(b"* 1 FETCH (BODY[] {1}\r\n\n FLAGS ())", {23: b"\r"})]


class TestLiterals:
    @pytest.mark.parametrize(
        "announcement",
        [b"{5}", b"~{5}", b"{5+}", b"~{5+}", b"{005}", b"{" + b"0" * 40 + b"5}", b"(({5}", b"x{5}", b"{{5}"],
    )
    def test_it_is_lifted_out(self, announcement: bytes) -> None:
        start = b"* 1 FETCH (BODY[] " + announcement + b"\r\n"
        assert one(start + b"hello UID 7)\r\n") == Framed(start + b" UID 7)", {len(start): b"hello"})

    @pytest.mark.parametrize(
        "no_announcement",
        [
            b"{5} ",
            b"{}",
            b"{-5}",
            b"{5",
            b"5}",
            b"{5++}",
            b"{+5}",
            b"{5.}",
            b"{ 5}",
            b"{0x5}",
            "{\u0665}".encode(),
            b"{5}}",
        ],
    )
    def test_nothing_else_announces_one(self, no_announcement: bytes) -> None:
        line = b"* X " + no_announcement
        assert framed(line + b"\r\nhello\r\n") == [Framed(line), Framed(b"hello")]

    def test_an_announcement_before_a_bare_lf_is_none(self) -> None:
        assert one(b"* X {5}\nhello\r\n") == Framed(b"* X {5}\nhello")

    def test_several_in_a_row(self) -> None:
        assert one(b"* A ({1}\r\na {0}\r\n {2}\r\nbc)\r\n") == Framed(
            b"* A ({1}\r\n {0}\r\n {2}\r\n)", {10: b"a", 16: b"", 22: b"bc"}
        )

    def test_its_octets_are_anything(self) -> None:
        octets = b"\0\r\n* 2 EXISTS\r\n{99}\r\n\xff"
        data = b"* A {%d}\r\n%b\r\n* B\r\n" % (len(octets), octets)
        assert framed(data) == [Framed(b"* A {%d}\r\n" % len(octets), {10: octets}), Framed(b"* B")]

    def test_literals_of_one_response_are_not_those_of_the_next(self) -> None:
        first, second, third = framed(b"* A {1}\r\na\r\n* B {1}\r\nb\r\n* C\r\n")
        assert (first.literals, second.literals, third.literals) == ({9: b"a"}, {9: b"b"}, None)

    def test_raw_is_what_came(self) -> None:
        data = b"* A ({1}\r\na ~{0}\r\n {2+}\r\nbc)"
        assert one(data + b"\r\n").raw() == data
        assert one(b"* 1 EXISTS\r\n").raw() == b"* 1 EXISTS"

    def test_how_much_is_missing(self) -> None:
        framer = Framer()
        assert not framer.within_response
        framer.feed(b"* A {5}\r\n")
        assert framer.within_response
        assert framer.next() is None
        assert framer.octets_missing == 5
        framer.feed(b"he")
        assert framer.next() is None
        assert framer.octets_missing == 3
        framer.feed(b"llo")
        assert framer.next() is None
        assert framer.octets_missing == 0
        assert framer.within_response
        framer.feed(b"\r\n* ")
        assert framer.next() == Framed(b"* A {5}\r\n", {9: b"hello"})
        assert framer.within_response
        assert framer.next() is None
        assert framer.within_response
        framer.feed(b"B\r\n")
        assert framer.next() == Framed(b"* B")
        assert not framer.within_response


class TestWordsForPeople:
    """What is text cannot announce a literal: `* OK see {5}`."""

    @pytest.mark.parametrize(
        "line",
        [
            b"* OK see {5}",
            b"* ok {5}",
            b"* NO {5}",
            b"* BAD {5}",
            b"* BYE {5}",
            b"* PREAUTH {5}",
            b"*  OK  {5}",
            b"A1 OK {5}",
            b"A1  NO  see {5}",
            b"A1 BAD [ALERT] {5}",
            b"* OK [ALERT]{5}",
            b"* OK[ALERT] {5}",
            b"* OK  [ALERT] {5}",
            b"* OK [] {5}",
            b"* OK [a\rb] {5}",
            b"* OK [PERMANENTFLAGS (OIB-Seen-[Google Mail]/Alle)] {5}",
            b"* OK [BADCHARSET (UTF-8)] [x {5}",
            b"+ idling {5}",
            b"+ {5}",
            b"+{5}",
            b"+idling {5}",
            b"* OK see {99999999999999999999999999}",
            b"* NO [ALERT] see {9223372036854775808}",
        ],
    )
    def test_it_is_text(self, line: bytes) -> None:
        assert framed(line + b"\r\n* 1 EXISTS\r\n") == [Framed(line), Framed(b"* 1 EXISTS")]

    @pytest.mark.parametrize(
        "line",
        [
            b"* NO [BADCHARSET ({5}",
            b"* NO  [BADCHARSET ({5}",
            b"* NO[BADCHARSET ({5}",
            b"A1 NO [BADCHARSET ({5}",
            b"* OKAY {5}",
            b"* LIST () NIL {5}",
            b"* 1 OK {5}",
            b"* NOTIFY {5}",
            b"OK {5}",
            b"* [ OK {5}",
        ],
    )
    def test_it_is_a_literal(self, line: bytes) -> None:
        assert one(line + b"\r\nUTF-8)] x\r\n") == Framed(line + b"\r\n)] x", {len(line) + 2: b"UTF-8"})

    def test_text_behind_a_code_with_literals(self) -> None:
        data = b"* NO [BADCHARSET ({5}\r\nUTF-8 {5}\r\nASCII)] not {7}\r\n* 1 EXISTS\r\n"
        assert framed(data) == [
            Framed(b"* NO [BADCHARSET ({5}\r\n {5}\r\n)] not {7}", {23: b"UTF-8", 29: b"ASCII"}),
            Framed(b"* 1 EXISTS"),
        ]

    def test_a_bracket_behind_a_literal_is_text_of_status_responses_alone(self) -> None:
        data = b"* 1 FETCH (BODY[HEADER.FIELDS ({4}\r\nFrom)] {2}\r\nxy)\r\n"
        assert one(data).literals == {36: b"From", 44: b"xy"}
        after = b"* NO [X ({1}\r\na)] b\r\n" + data
        assert framed(after)[1].literals == {36: b"From", 44: b"xy"}

    @pytest.mark.parametrize("line", [b"A1 OK {5}", b"+ {5}", b"A1 NO [ALERT] {5}"])
    def test_a_client_has_no_words_for_people(self, line: bytes) -> None:
        (command,) = framed(line + b"\r\nhello\r\n", of_client=True)
        assert command.literals == {len(line) + 2: b"hello"}


class TestRouting:
    def framer(self, *routings: Routing, limits: Limits | None = None) -> Framer:
        self.asked: list[tuple[bytes, bytes, int]] = []
        answers = iter(routings)

        def route(first: bytes, line: bytes, size: int) -> Routing:
            self.asked.append((first, line, size))
            return next(answers)

        return Framer(limits or Limits(), route=route)

    def test_it_is_asked_at_each_announcement(self) -> None:
        framer = self.framer(Disposal.BUFFER, Disposal.DISCARD)
        framer.feed(b"* 1 FETCH (BODY[1] {1}\r\na BODY[2] {2}\r\nbc)\r\n")
        assert list(drain(framer)) == [Framed(b"* 1 FETCH (BODY[1] {1}\r\n BODY[2] {2}\r\n)", {24: b"a", 38: b""})]
        first = b"* 1 FETCH (BODY[1] {1}\r\n"
        assert self.asked == [(first, first, 1), (first, b" BODY[2] {2}\r\n", 2)]

    def test_it_is_asked_before_the_octets_come(self) -> None:
        framer = self.framer(Disposal.DISCARD)
        framer.feed(b"* A {1000000000000}\r\n")
        assert framer.next() is None
        assert framer.octets_missing == 10**12
        assert len(self.asked) == 1

    def test_a_sink_gets_the_octets_as_they_come(self) -> None:
        pieces: list[bytes] = []
        framer = self.framer(pieces.append)
        for data in (b"* A {6}\r\na", b"bc", b"", b"def B\r\n"):
            framer.feed(data)
            responses = list(drain(framer))
        assert pieces == [b"a", b"bc", b"def"]
        ((text, literals),) = responses
        assert text == b"* A {6}\r\n B"
        assert literals is not None
        marker = literals[9]
        assert isinstance(marker, LiteralMarker)
        assert (marker, marker.size, marker.streamed) == (b"", 6, True)

    def test_a_sink_gets_nothing_of_an_empty_literal(self) -> None:
        pieces: list[bytes] = []
        framer = self.framer(pieces.append)
        framer.feed(b"* A {0}\r\n\r\n")
        ((_, literals),) = drain(framer)
        assert pieces == []
        assert literals is not None
        assert isinstance(literals[9], LiteralMarker)

    def test_what_is_discarded_leaves_a_marker(self) -> None:
        framer = self.framer(Disposal.DISCARD, Disposal.BUFFER)
        framer.feed(b"* A {6}\r\nabc")
        assert framer.next() is None
        framer.feed(b"def {1}\r\nx\r\n")
        ((_, literals),) = drain(framer)
        assert literals is not None
        assert literals == {9: b"", 15: b"x"}
        marker = literals[9]
        assert isinstance(marker, LiteralMarker)
        assert (marker.size, marker.streamed) == (6, False)
        assert not isinstance(literals[15], LiteralMarker)

    def test_raw_leaves_out_what_went_elsewhere(self) -> None:
        framer = self.framer(Disposal.DISCARD)
        framer.feed(b"* A {6}\r\nabcdef B\r\n")
        (response,) = drain(framer)
        assert response.raw() == b"* A {6}\r\n B"

    @pytest.mark.parametrize("streamed", [True, False])
    def test_a_marker_is_a_value(self, streamed: bool) -> None:
        marker = LiteralMarker(7, streamed=streamed)
        assert repr(marker) == f"LiteralMarker(7, streamed={streamed})"
        copy = pickle.loads(pickle.dumps(marker))
        assert isinstance(copy, LiteralMarker)
        assert (copy, copy.size, copy.streamed) == (b"", 7, streamed)


class TestLimits:
    def test_a_line_may_have_the_limit_s_length(self) -> None:
        limits = Limits(line=10)
        assert framed(b"0123456789\r\n", limits) == [Framed(b"0123456789")]
        with pytest.raises(LimitExceeded, match="'line'"):
            framed(b"0123456789a\r\n", limits)

    def test_a_line_is_refused_before_its_end_has_come(self) -> None:
        framer = Framer(Limits(line=10))
        for _ in range(12):
            framer.feed(b"x")
            assert framer.next() is None
        framer.feed(b"x")
        with pytest.raises(LimitExceeded, match="'line'"):
            framer.next()

    def test_the_lines_of_one_response_count_together(self) -> None:
        data = b"* A {1}\r\na {1}\r\nb\r\n"
        assert framed(data, Limits(line=15))
        with pytest.raises(LimitExceeded, match="'line'"):
            framed(data, Limits(line=14))

    def test_literals_do_not_count_as_line(self) -> None:
        assert framed(b"* A {100}\r\n" + b"x" * 100 + b"\r\n", Limits(line=20))

    def test_a_literal_is_refused_at_its_announcement(self) -> None:
        limits = Limits(literal=5)
        assert framed(b"* A {5}\r\nhello\r\n", limits)
        with pytest.raises(LimitExceeded, match=r"6 octets was announced \(limit 'literal': 5\)"):
            framed(b"* A {6}\r\n", limits)

    @pytest.mark.parametrize("routing", [Disposal.DISCARD, io.BytesIO().write])
    def test_what_is_not_held_has_no_limit(self, routing: Routing) -> None:
        framer = Framer(Limits(literal=5, response=1000), route=lambda *_: routing)
        framer.feed(b"* A {2000}\r\n" + b"x" * 2000 + b"\r\n")
        assert framer.next() is not None

    def test_a_response_is_bounded_as_a_whole(self) -> None:
        def response(count: int) -> bytes:
            return b"* A" + (b" {100}\r\n" + b"x" * 100) * count + b"\r\n"

        limits = Limits(response=2600)
        assert framed(response(4), limits)
        with pytest.raises(LimitExceeded, match="'response'"):
            framed(response(5), limits)
        assert len(framed(response(4) * 3, limits)) == 3, "each response is counted anew"

    def test_empty_literals_are_not_free(self) -> None:
        data = b"* A" + b" {0}\r\n" * 10_000 + b"\r\n"
        assert framed(data)
        with pytest.raises(LimitExceeded, match="'response'"):
            framed(data, Limits(response=MIB))

    @pytest.mark.parametrize("size", [2**63, 2**64, 10**19, 10**30, int("9" * 4000)])
    @pytest.mark.parametrize("routing", list(Disposal))
    def test_sizes_have_63_bits(self, size: int, routing: Routing) -> None:
        framer = Framer(route=lambda *_: routing)
        framer.feed(b"* A {%d}\r\n" % size)
        with pytest.raises(ProtocolError, match="63 bits"):
            framer.next()

    def test_a_size_longer_than_python_reads_integers(self) -> None:
        with pytest.raises(ProtocolError, match="63 bits"):
            framed(b"* A {" + b"9" * 10_000 + b"}\r\n")

    def test_the_largest_size(self) -> None:
        framer = Framer(route=lambda *_: Disposal.DISCARD)
        framer.feed(b"* A {%d}\r\n" % (2**63 - 1))
        assert framer.next() is None
        assert framer.octets_missing == 2**63 - 1


class TestTheRest:
    def test_what_came_behind_a_response(self) -> None:
        framer = Framer()
        framer.feed(b"A1 OK begin TLS\r\n* OK injected\r\n* 2 E")
        assert framer.next() == Framed(b"A1 OK begin TLS")
        assert framer.take_rest() == b"* OK injected\r\n* 2 E"
        assert not framer.within_response
        assert framer.next() is None
        framer.feed(b"* 1 EXISTS\r\n")
        assert framer.next() == Framed(b"* 1 EXISTS")

    def test_what_came_of_a_line_before(self) -> None:
        framer = Framer()
        framer.feed(b"* 2 E")
        assert framer.next() is None
        framer.feed(b"XIS")
        assert framer.take_rest() == b"* 2 EXIS"
        assert framer.take_rest() == b""

    def test_more_may_be_fed_before_all_was_taken(self) -> None:
        framer = Framer()
        for data in (b"* 1 EX", b"ISTS\r\n* 2 ", b"EXISTS\r\n"):
            framer.feed(data)
        assert list(drain(framer)) == [Framed(b"* 1 EXISTS"), Framed(b"* 2 EXISTS")]


# --- any split gives the same ---------------------------------------------------------------------------------

FRAGMENTS = [
    *(b"* 1 FETCH (", b"* NO [BADCHARSET (", b"* OK ", b"+ ", b"A1 NO ", b")", b"] ", b" ", b"abc", b'"'),
    *(b"\r\n", b"\r\n", b"\r\n", b"\r", b"\n", b"}", b"{"),
    *(b"{0}\r\n", b"{1}\r\n", b"{2+}\r\n", b"~{3}\r\n", b"{9}\r\n", b"{11}\r\n", b"{99999999999999999999}\r\n"),
]
streams = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=4)), max_size=40).map(b"".join)


def observed(chunks: list[bytes]) -> tuple[list[Framed], list[tuple[bytes, bytes, int]], bytes, str]:
    """All that can be seen of framing these chunks: responses, questions, what a sink got, the error."""
    asked: list[tuple[bytes, bytes, int]] = []
    sink = io.BytesIO()

    def route(first: bytes, line: bytes, size: int) -> Routing:
        asked.append((first, line, size))
        return (Disposal.BUFFER, Disposal.DISCARD, sink.write)[size % 3]

    framer = Framer(Limits(line=60, literal=10, response=400), route=route)
    responses: list[Framed] = []
    try:
        for chunk in chunks:
            framer.feed(chunk)
            responses.extend(drain(framer))
    except ProtocolError as error:
        return responses, asked, sink.getvalue(), str(error)
    return responses, asked, sink.getvalue(), ""


@given(streams, st.data())
@example(b"a\n" * 3 + b"\r\n", None)
def test_any_split_gives_the_same(stream: bytes, data: st.DataObject | None) -> None:
    cuts: list[int] = []
    if data is not None:
        cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
    whole = observed([stream])
    edges = [0, *cuts, len(stream)]
    assert observed([stream[start:end] for start, end in itertools.pairwise(edges)]) == whole
    assert observed([bytes([octet]) for octet in stream]) == whole


@given(st.lists(st.tuples(st.binary(max_size=20), st.booleans()), max_size=8))
def test_literals_of_any_octets_come_back(parts: list[tuple[bytes, bool]]) -> None:
    data = b"* A"
    for octets, binary in parts:
        data += b" %b{%d}\r\n%b" % (b"~" if binary else b"", len(octets), octets)
    response = one(data + b"\r\n")
    assert list((response.literals or {}).values()) == [octets for octets, _ in parts]
    assert response.raw() == data


# --- effort: sizes that would take minutes if it were quadratic -----------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"x" * MANY, id="letters"),
        pytest.param(b"\n" * MANY, id="bare LFs"),
        pytest.param(b"\r" * MANY, id="bare CRs"),
        pytest.param(b"{" * MANY, id="braces"),
        pytest.param(b"{1" * (MANY // 2), id="braces with digits"),
        pytest.param(b"{" + b"1" * MANY, id="digits"),
        pytest.param(b"}" * MANY, id="closing braces"),
        pytest.param(b"* OK [" + b"x" * MANY, id="an open code"),
        pytest.param(b"* OK" + b" " * MANY, id="spaces"),
    ],
)
def test_one_byte_at_a_time_is_linear(line: bytes) -> None:
    framer = Framer()
    for octet in line + b"\r":
        framer.feed(bytes([octet]))
        assert framer.next() is None
    framer.feed(b"\n")
    assert framer.next() == Framed(line)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"\n" * 8 * MIB, id="bare LFs"),
        pytest.param(b"{1" * 4 * MIB + b"}}", id="braces with digits"),
        pytest.param(b"{" + b"1" * 8 * MIB + b"}}", id="digits"),
        pytest.param(b"x" * 8 * MIB + b"}", id="no spaces"),
        pytest.param(b"x" + b" " * 8 * MIB + b"}", id="spaces"),
        pytest.param(b"* OK [" + b"[" * 8 * MIB + b"}", id="an open code"),
    ],
)
def test_a_long_line_is_linear(line: bytes) -> None:
    assert one(line + b"\r\n") == Framed(line)


def test_many_short_responses_are_linear() -> None:
    assert len(framed(b"* 1 EXISTS\r\n" * MANY)) == MANY


def test_many_more_than_one_line_may_have_are_linear() -> None:
    assert len(framed(b"* 1 EXISTS\r\n" * MANY, Limits(line=MANY))) == MANY


@pytest.mark.parametrize("limit", [10, 11, 12, 21, 22, 23, 24, 25, 26, 36])
def test_many_lines_are_cut_out_wherever_the_limit_of_one_is(limit: int) -> None:
    stream = b"* 1 EXISTS\r\n* OK {5}\r\n* 2 EXISTS\r\n\r\n* 3 EXISTS\r\n"
    assert framed(stream, Limits(line=limit)) == [Framed(line) for line in stream.split(b"\r\n")[:-1]]


def test_many_literals_in_one_response_are_linear() -> None:
    literals = one(b"* A (" + b"{0}\r\n" * MANY + b")\r\n").literals
    assert literals is not None
    assert len(literals) == MANY


def test_many_literals_in_an_open_code_are_linear() -> None:
    assert one(b"* NO [X (" + b"{0}\r\n" * MANY + b")] x {5}\r\n").text.endswith(b")] x {5}")


def test_a_literal_byte_by_byte_is_linear() -> None:
    framer = Framer()
    framer.feed(b"* A {%d}\r\n" % MANY)
    for _ in range(MANY):
        assert framer.next() is None
        framer.feed(b"x")
    framer.feed(b"\r\n")
    (response,) = drain(framer)
    assert response.literals == {14: b"x" * MANY}


# --- memory ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", [False, True])
def test_200_mib_pass_through_in_less_than_one(held: bool) -> None:
    size, chunk = 200 * MIB, 64 * 1024
    count = 0

    def sink(octets: bytes) -> None:
        nonlocal count
        count += len(octets)

    framer = Framer(route=lambda *_: sink if held else Disposal.DISCARD)
    tracemalloc.start()
    try:
        framer.feed(b"* 1 FETCH (UID 7 BODY[] {%d}\r\n" % size)
        for number in range(size // chunk):
            assert framer.next() is None
            framer.feed(bytes([number & 0xFF]) * chunk)
        framer.feed(b" FLAGS ())\r\n")
        (response,) = drain(framer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.text.endswith(b" FLAGS ())")
    assert count == (size if held else 0)
    assert peak < MIB


def test_an_announced_literal_costs_nothing_until_it_comes() -> None:
    framer = Framer()
    tracemalloc.start()
    try:
        framer.feed(b"* 1 FETCH (BODY[] {60000000}\r\n")
        assert framer.next() is None
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024


@pytest.mark.parametrize("routing", list(Disposal))
def test_empty_literals_cost_no_more_than_they_are_counted_as(routing: Routing) -> None:
    count = 10_000
    data = b"* A" + b" {0}\r\n" * count + b"\r\n"
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        framer = Framer(Limits(response=count * 512 + len(data)), route=lambda *_: routing)
        framer.feed(data)
        response = framer.next()
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert response is not None
    assert held < count * 512 + len(data)
