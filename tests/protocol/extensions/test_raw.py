"""Raw commands: whatever is given, one command comes out, or an error."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imapkit.errors import CommandError, InvalidArgument
from imapkit.protocol.extensions.raw import Atom, Raw, RawArgument, RawResponse, RawResult, RawValue, raw_response
from imapkit.protocol.model import OtherCode, Unknown
from imapkit.protocol.wire.encoder import Dialect, Encoder
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, UidSet
from tests.protocol.extensions.talking import ask, connect


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (Raw("noop"), b"NOOP"),
        (Raw("UID XFOO", UidSet("1:3"), OpenRange(7), OpenSeqRange("*"), SAVED_RESULT), b"UID XFOO 1:3 7:* * $"),
        (Raw("X", Atom("FAST"), "fast", "two words", "", "NIL", None), b'X FAST fast "two words" "" "NIL" NIL'),
        (Raw("X", Atom("\\Seen"), 0, 2**63 - 1), b"X \\Seen 0 9223372036854775807"),
        (Raw("X", ("a", [1, ()], None)), b"X (a (1 ()) NIL)"),
        (Raw("X", b"a\r\nb", "grün"), b"X {4}\r\na\r\nb {5}\r\ngr\xc3\xbcn"),
        (Raw("X", dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, tzinfo=dt.UTC)),
         b'X 2-Jan-2026 " 2-Jan-2026 00:00:00 +0000"'),
    ],
)  # fmt: skip
def test_writing(command: Raw, octets: bytes) -> None:
    assert ask(command)[0] == octets


def deep(levels: int) -> RawArgument:
    value: RawArgument = ()
    for _ in range(levels):
        value = (value,)
    return value


@pytest.mark.parametrize(
    "command",
    [
        Raw(""), Raw("A B\r\nC"), Raw("A  B"), Raw("A\x00"), Raw("(A)"), Raw("SELECT", "INBOX"), Raw("idle"),
        Raw("X", Atom("a b")), Raw("X", Atom("")), Raw("X", Atom("\\")), Raw("X", "a\r\nb"), Raw("X", b"\0"),
        Raw("X", -1), Raw("X", 2**63), Raw("X", True), Raw("X", UidSet()), Raw("X", deep(101)),
        Raw("X", 1.5), Raw("X", {"a"}),
    ],
)  # fmt: skip
def test_refusals(command: Raw) -> None:
    with pytest.raises(InvalidArgument):
        ask(command)


def test_secrets_do_not_print() -> None:
    assert "hunter2" not in repr(Raw("XLOGIN", "hunter2"))


def test_commands_are_values() -> None:
    assert Raw("x", 1, collect=["a"]) == Raw("X", 1, collect=["A"])
    assert len({Raw("x", 1), Raw("X", 1)}) == 1


@pytest.mark.parametrize(
    ("octets", "number", "values"),
    [
        (b"* XFOO", None, ()),
        (b'* 7 XFOO fast ("a b" NIL 9) () {3}\r\nx)y', 7, ("fast", (b"a b", None, 9), (), b"x)y")),
        (b"* XFOO((a)(b))", None, ((("a",), ("b",)),)),
        (b"* XFOO 99999999999999999999 nil a]b", None, ("99999999999999999999", None, "a]b")),
        (b'* XFOO ~{2}\r\n\0\1 "q\\"q"', None, (b"\0\1", b'q"q')),
        (b"* XFOO (a", None, None),
        (b"* XFOO a)", None, None),
        (b'* XFOO "a', None, None),
        (b"* XFOO " + b"(" * 200 + b")" * 200, None, None),
    ],
)
def test_reading(octets: bytes, number: int | None, values: tuple[RawValue, ...] | None) -> None:
    assert raw_response(Unknown("XFOO", octets)) == RawResponse("XFOO", number, values, octets)


def test_what_was_no_response() -> None:
    for octets in (b"* XFOO {5}\r\nab", b""):
        assert raw_response(Unknown("XFOO", octets)) == RawResponse("XFOO", None, None, octets)


@pytest.mark.parametrize(("collect", "names"), [((), ["XFOO", "XBAR"]), (("xbar",), ["XBAR"])])
def test_collecting(collect: tuple[str, ...], names: list[str]) -> None:
    _, result = ask(
        Raw("XFOO", collect=collect), b"* XFOO 1", b"* XBAR 2", b"* 3 EXISTS", b"* ESEARCH (", ok=b"OK [XCODE 7] fine"
    )
    assert isinstance(result, RawResult)
    assert [response.name for response in result.responses] == names
    assert (result.code, result.text) == (OtherCode("XCODE", b"7"), "fine")


def test_what_came_before_it_failed() -> None:
    connection = connect()
    pending = connection.send(Raw("XFOO"))
    connection.data_to_send()
    connection.receive_data(b"* XFOO 1\r\nK1 NO no\r\n")
    with pytest.raises(CommandError) as caught:
        pending.result()
    assert [response.values for response in caught.value.partial] == [(1,)]


VALUES = st.recursive(
    st.none() | st.integers(0, 2**63 - 1) | st.binary(min_size=1).map(lambda octets: octets.replace(b"\0", b"0")),
    lambda below: st.lists(below).map(tuple),
    max_leaves=20,
)


@given(st.lists(VALUES))
def test_what_is_written_is_what_is_read(values: list[RawArgument]) -> None:
    out = Encoder(Dialect())
    Raw("X", *values).write(out)
    octets = b"".join(segment.data for segment in out.finish() if isinstance(segment.data, bytes))
    assert raw_response(Unknown("X", b"* " + octets)).values == tuple(values)


@given(st.text())
@example("~")
def test_any_text_is_one_argument_or_none(text: str) -> None:
    out = Encoder(Dialect())
    try:
        Raw("X", text, Atom("END")).write(out)
    except InvalidArgument:
        return
    octets = b"".join(segment.data for segment in out.finish() if isinstance(segment.data, bytes))
    values = raw_response(Unknown("X", b"* " + octets)).values
    assert values is not None
    assert len(values) == 2
    assert values[1] == "END"
