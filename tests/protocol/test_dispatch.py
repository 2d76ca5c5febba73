from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.dispatch import Dispatcher, Response
from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.list import Listed
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import (
    Code,
    Condition,
    Continuation,
    Extension,
    Item,
    OtherCode,
    Tagged,
    Unknown,
    Untagged,
)
from imapkit.protocol.state import TELLING
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.framer import Framed, Framer
from imapkit.protocol.wire.limits import Limits


@dataclass(frozen=True, slots=True)
class Words(Untagged):
    """What a test extension makes of anything."""

    number: int | None
    words: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Charsets(Code):
    """A code that holds strings."""

    names: tuple[bytes, ...]

    @property
    def name(self) -> str:
        """BADCHARSET."""
        return "BADCHARSET"


def words(cursor: Cursor) -> Words:
    found: list[bytes] = []
    while not cursor.at_end():
        found.append(cursor.astring())
        cursor.spaces()
    return Words(None, tuple(found))


def numbered(cursor: Cursor, number: int) -> Words:
    return Words(number, words(cursor).words)


def charsets(cursor: Cursor) -> Charsets:
    return Charsets(tuple(cursor.list_of(cursor.astring)))


TEST = Extension(
    name="TEST",
    rfc="RFC 0",
    responses={"WORDS": words, "MAILBOX": lambda cursor: Unknown(cursor.mailbox(), b"")},
    numbered={"WORDS": numbered},
    codes={"BADCHARSET": charsets, "EMPTY": lambda cursor: OtherCode("EMPTY")},
)


def parse(octets: bytes, dispatcher: Dispatcher | None = None) -> tuple[Response | None, list[str]]:
    """What a line means, and what was put up with."""
    framer = Framer()
    framer.feed(octets + b"\r\n")
    framed = framer.next()
    assert framed is not None
    dispatcher = dispatcher if dispatcher is not None else Dispatcher([TEST])
    response = dispatcher.parse(framed)
    return response, [defect.message for defect in dispatcher.defects]


class TestKinds:
    @pytest.mark.parametrize(
        ("octets", "response"),
        [
            (b"", None),
            (b"+", Continuation(b"")),
            (b"+ ", Continuation(b"")),
            (b"+ go on", Continuation(b"go on")),
            (b"+idling", Continuation(b"idling")),
            (b"+  x", Continuation(b" x")),
            (b"+ see {5}", Continuation(b"see {5}")),
            (b"* OK", Condition("OK", None, "")),
            (b"* OK ", Condition("OK", None, "")),
            (b"* ok ready", Condition("OK", None, "ready")),
            (b"*  OK  ready", Condition("OK", None, "ready")),
            (b"* NO x", Condition("NO", None, "x")),
            (b"* BAD x", Condition("BAD", None, "x")),
            (b"* BYE x", Condition("BYE", None, "x")),
            (b"* PREAUTH x", Condition("PREAUTH", None, "x")),
            (b"* OK caf\xc3\xa9 \xff", Condition("OK", None, "café \ufffd")),
            (b"* OK see {5}", Condition("OK", None, "see {5}")),
            (b"* WORDS a b", Words(None, (b"a", b"b"))),
            (b"* words {3}\r\na b c", Words(None, (b"a b", b"c"))),
            (b"* WORDS", Words(None, ())),
            (b"* 7 WORDS a", Words(7, (b"a",))),
            (b"*  7  words a", Words(7, (b"a",))),
            (b"* 4294967295 WORDS", Words(2**32 - 1, ())),
            (b"K1 OK", Tagged("K1", "OK", None, "")),
            (b"K1 OK ", Tagged("K1", "OK", None, "")),
            (b"K1 ok done", Tagged("K1", "OK", None, "done")),
            (b"K1  NO  sorry", Tagged("K1", "NO", None, "sorry")),
            (b"K1 BAD {5}", Tagged("K1", "BAD", None, "{5}")),
            (b"\xff OK", Tagged("\xff", "OK", None, "")),
        ],
    )
    def test_understood(self, octets: bytes, response: Response | None) -> None:
        assert parse(octets) == (response, [])

    @pytest.mark.parametrize(
        ("octets", "name"),
        [
            (b"* X", "X"),
            (b"* x-y 1 2", "X-Y"),
            (b"* X {3}\r\nabc def", "X"),
            (b"* 7 X", "X"),
            (b"* 7", "7"),
            (b"* 7 OK", "OK"),
            (b"* 12345678901 WORDS", "12345678901"),
            (b"* MAILBOXES", "MAILBOXES"),
            (b"* \xff", "\xff"),
        ],
    )
    def test_unknown(self, octets: bytes, name: str) -> None:
        assert parse(octets) == (Unknown(name, octets), [])

    @pytest.mark.parametrize(
        ("octets", "name", "error"),
        [
            (b"* WORDS (", "WORDS", "an atom or a string expected at 8: b'('"),
            (b"* 7 WORDS {1}\r\nx (", "WORDS", "an atom or a string expected at 16: b'('"),
            (b"* 4294967296 WORDS", "WORDS", "a number up to 4294967295 expected at 2: b'4294967296 WORDS'"),
            (b"* ", "", "the name of a response expected at 0: b'* '"),
            (b"* (x)", "", "the name of a response expected at 0: b'* (x)'"),
            (b"*", "", "a tagged status response expected at 0: b'*'"),
            (b"*OK x", "", "a tagged status response expected at 0: b'*OK x'"),
            (b"K1", "", "a tagged status response expected at 0: b'K1'"),
            (b"K1 OKAY", "", "a tagged status response expected at 0: b'K1 OKAY'"),
            (b"K1 BYE x", "", "a tagged status response expected at 0: b'K1 BYE x'"),
            (b" OK", "", "a tagged status response expected at 0: b' OK'"),
            (b"\0", "", "a tagged status response expected at 0: b'\\x00'"),
        ],
    )
    def test_malformed(self, octets: bytes, name: str, error: str) -> None:
        assert parse(octets) == (Unknown(name, octets, error), [])


class TestCodes:
    @pytest.mark.parametrize(
        ("octets", "code", "text"),
        [
            (b"[ALERT] x", OtherCode("ALERT"), "x"),
            (b"[alert] x", OtherCode("ALERT"), "x"),
            (b"[ALERT]", OtherCode("ALERT"), ""),
            (b"[ALERT]x", OtherCode("ALERT"), "x"),
            (b"[ALERT]  x [y]", OtherCode("ALERT"), "x [y]"),
            (b"[X 1 (2) ] x", OtherCode("X", b"1 (2)"), "x"),
            (b"[X(1)] x", OtherCode("X", b"(1)"), "x"),
            (b"[EMPTY] x", OtherCode("EMPTY"), "x"),
            (b"[EMPTY ] x", OtherCode("EMPTY"), "x"),
            (b"[badcharset (a b)] x", Charsets((b"a", b"b")), "x"),
            (b"[BADCHARSET(a)] x", Charsets((b"a",)), "x"),
            (b"[BADCHARSET ({5}\r\nUTF-8 {1}\r\n])] x {5}", Charsets((b"UTF-8", b"]")), "x {5}"),
            (b"words [ALERT] x", None, "words [ALERT] x"),
            (b"[] x", None, "[] x"),
            (b"[ ALERT] x", None, "[ ALERT] x"),
            (b"[(] x", None, "[(] x"),
        ],
    )
    @pytest.mark.parametrize("tagged", [False, True])
    def test_understood(self, octets: bytes, code: Code | None, text: str, tagged: bool) -> None:
        for space in (b" ", b"  ", b"") if octets.startswith(b"[") else (b" ",):
            if tagged:
                expected: Response = Tagged("K1", "NO", code, text)
            else:
                expected = Condition("NO", code, text)
            assert parse((b"K1 NO" if tagged else b"* NO") + space + octets) == (expected, [])

    @pytest.mark.parametrize(
        ("octets", "code", "text", "defect"),
        [
            (b"[BADCHARSET 1] x", OtherCode("BADCHARSET", b"1"), "x", "a malformed response code"),
            (b"[BADCHARSET (a) b] x", OtherCode("BADCHARSET", b"(a) b"), "x", "a malformed response code"),
            (b"[EMPTY full] x", OtherCode("EMPTY", b"full"), "x", "a malformed response code"),
            (b"[ALERT x", None, "[ALERT x", "a response code without an end"),
        ],
    )
    def test_malformed(self, octets: bytes, code: Code | None, text: str, defect: str) -> None:
        assert parse(b"* OK " + octets) == (Condition("OK", code, text), [defect])

    def test_malformed_without_an_end(self) -> None:
        assert parse(b"* OK [BADCHARSET ( x") == (
            Condition("OK", None, "[BADCHARSET ( x"),
            ["a malformed response code", "a response code without an end"],
        )


class TestDispatcher:
    def test_two_extensions_must_not_parse_the_same(self) -> None:
        with pytest.raises(ValueError, match="two extensions parse WORDS"):
            Dispatcher([TEST, TEST])

    def test_all_extensions_go_together(self) -> None:
        assert parse(b"* 3 EXISTS", Dispatcher(ALL))[1] == []

    def test_defects_are_those_of_the_response_parsed_last(self) -> None:
        dispatcher = Dispatcher([TEST])
        assert parse(b"* OK [X", dispatcher)[1] == ["a response code without an end"]
        assert parse(b"* OK", dispatcher)[1] == []

    def test_what_looks_like_the_last_one_has_no_defects_of_its_own(self) -> None:
        dispatcher = Dispatcher(ALL)
        assert parse(b'* LIST () "/" "a"b"', dispatcher)[1] == [
            "a quotation mark inside a quoted string was not escaped"
        ]
        assert parse(b'* LIST () "/" "x"', dispatcher) == (Listed((), "/", "x"), [])

    @pytest.mark.parametrize("utf8", [False, True])
    def test_what_looks_like_the_last_one_is_read_like_everything_else(self, utf8: bool) -> None:
        names = b"|a|inBox|other|a\\\\b|a b|Entw&APw-rfe|Q&A|Q&-A|Entw\xc3\xbcrfe|\xff|\t|\x7f".split(b"|")
        dispatcher = Dispatcher(ALL)
        dispatcher.utf8 = utf8
        for name in names:
            octets = b'* LIST (\\Sent) "/" "%b"' % name
            assert parse(b"* OK", dispatcher) == (Condition("OK", None, ""), [])
            patiently = parse(octets, dispatcher)
            assert parse(octets, dispatcher) == patiently

    def test_names_of_mailboxes_change_with_the_session(self) -> None:
        dispatcher = Dispatcher([TEST])
        assert parse(b"* MAILBOX &APw-", dispatcher)[0] == Unknown("ü", b"")
        dispatcher.utf8 = True
        assert parse(b"* MAILBOX &APw-", dispatcher)[0] == Unknown("&APw-", b"")

    def test_the_limit_of_nesting_is_the_cursor_s(self) -> None:
        extension = Extension(
            name="X", rfc="RFC 0", responses={"X": lambda cursor: Words(cursor.nesting, (cursor.raw_value(),))}
        )
        dispatcher = Dispatcher([extension], Limits(nesting=3))
        assert parse(b"* X (((())))", dispatcher) == (
            Unknown("X", b"* X (((())))", "at most 3 levels of parentheses expected at 7: b'())))'"),
            [],
        )
        assert parse(b"* X ((()))", dispatcher)[0] == Words(3, (b"((()))",))


# --- whatever comes -------------------------------------------------------------------------------------------

EVERYTHING = Dispatcher(ALL)
ITEMS: list[Item[object]] = [item for extension in ALL for item in (*extension.fetch_items, *extension.status_items)]
BEGINNINGS = [
    *(b"* ", b"* 1 ", b"+ ", b"K1 OK ", b"K1 NO [", b"* OK [", b"* STATUS x (", b"* 1 FETCH (", b"* BYE "),
    *(b"* " + name.encode() + b" " for extension in ALL for name in extension.responses),
    *(b"* 1 " + name.encode() + b" " for extension in ALL for name in extension.numbered),
    *(b"* OK [" + name.encode() + b" " for extension in ALL for name in extension.codes),
    *(b"* 1 FETCH (" + item.key.encode() + b" " for extension in ALL for item in extension.fetch_items),
    *(b"* STATUS x (" + item.key.encode() + b" " for extension in ALL for item in extension.status_items),
]
PIECES = [
    *(b"(", b")", b" ", b'"', b"\\", b"[", b"]", b"{1}\r\nx", b"~{0}\r\n", b"{", b"NIL", b"0", b"1", b"-1", b",", b":"),
    *(
        b"*",
        b"%",
        b"a",
        b"UID",
        b"&",
        b"&-",
        b"\xff",
        b"\0",
        b"\n",
        b"=?",
        b'"a" ',
        b"(a b)",
        b"4294967296",
        b"99" * 20,
    ),
]


def read_all(framed: Framed) -> Response | None:
    """Parse it, and every item in it."""
    response = EVERYTHING.parse(framed)
    if isinstance(response, ItemData):
        for item in ITEMS:
            response.get(item)
    return response


@given(
    st.sampled_from(BEGINNINGS),
    st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join), st.binary()),
    st.booleans(),
)
def test_random_responses_cost_nothing_but_themselves(beginning: bytes, rest: bytes, utf8: bool) -> None:
    framer = Framer()
    framer.feed(beginning + rest + b"\r\n")
    EVERYTHING.utf8 = utf8
    while (framed := framer.next()) is not None:
        assert framed.text == b"" or isinstance(read_all(framed), Untagged | Tagged | Continuation)


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=repr)
def test_hostile_responses_take_linear_time_and_no_recursion(beginning: bytes) -> None:
    """No RecursionError, no defects without bound; and what is quadratic makes this test crawl."""
    units = [
        b"(",
        b"()",
        b"a ",
        b" ",
        b'"a" ',
        b'"a"b ',
        b'\\" ',
        b"{0}\r\n ",
        b"1,",
        b"]",
        b"(a) ",
        b"NIL ",
        b"A[ ",
        b"&",
    ]
    for start in (b"", b"(", b'"', b"x ("):
        for unit in units:
            framer = Framer()
            framer.feed(beginning + start + unit * (15_000 // len(unit)) + b"\r\n")
            framed = framer.next()
            assert framed is None or isinstance(read_all(framed), Untagged | Tagged | Continuation)
            assert len(EVERYTHING.defects) <= 100


class TestAlike:
    """Runs of responses that are written like the one before them."""

    LINES = (
        b'* LIST () "/" "a"',
        b'* LIST () "/" "b"',
        b'* LIST () "/" c',
        b"* 1 FETCH (UID 7)",
        b"* 2 FETCH (UID 8 FLAGS ())",
        b"* 3 EXISTS",
        b"* 4 FETCH (UID 9)",
    )

    def test_a_run_ends_where_another_begins(self) -> None:
        dispatcher = Dispatcher(ALL)
        ahead = list(reversed(self.LINES))
        runs: list[int] = []
        while ahead:
            assert dispatcher.parse(Framed(ahead.pop())) is not None
            runs.append(len(list(dispatcher.parse_alike(ahead))))
        assert runs == [1, 0, 1, 0, 0]

    def test_it_reads_what_one_by_one_is_read(self) -> None:
        dispatcher = Dispatcher(ALL)
        one_by_one = [repr(dispatcher.parse(Framed(line))) for line in self.LINES]
        ahead = list(reversed(self.LINES))
        together: list[str] = []
        while ahead:
            together += map(repr, dispatcher.parse_alike(ahead))
            together += [repr(dispatcher.parse(Framed(ahead.pop())))] if ahead else []
        assert together == one_by_one

    def test_none_of_them_tells_of_the_session(self) -> None:
        read = Dispatcher(ALL)
        samples = {"FETCH": b"* 1 FETCH (UID 7)", "LIST": b'* LIST () "/" "a"'}
        for name in (name for extension in ALL for name in extension.usual):
            assert type(read.parse(Framed(samples[name]))) not in TELLING
