from __future__ import annotations

import base64
import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire.encoder import Dialect, Encoder, LiteralStream, Segment
from imapkit.types.uids import SAVED_RESULT, OpenRange, OpenSeqRange, SeqSet, UidSet

DIALECTS = [Dialect(*switches) for switches in itertools.product([False, True], repeat=3)]
KIB, MIB = 1024, 1024 * 1024


# --- a reader of commands, made from the grammar of RFC 9051, section 9, and RFC 7888 alone -------------------


@dataclass(frozen=True)
class Atom:
    text: str


@dataclass(frozen=True)
class Quoted:
    octets: bytes


@dataclass(frozen=True)
class Literal:
    octets: bytes
    synchronizing: bool
    binary: bool = False


Token: TypeAlias = "Atom | Quoted | Literal | list[Token]"


class Tokens:
    """Read one command as a server does: strictly, octet by octet; `waits` are the offsets where it says "+"."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.waits: list[int] = []
        self.tokens = self.until(-1)

    def peek(self) -> int:
        return self.data[self.at] if self.at < len(self.data) else -1

    def take(self) -> int:
        octet = self.data[self.at]
        self.at += 1
        return octet

    def until(self, end: int) -> list[Token]:
        tokens: list[Token] = []
        if self.peek() == end:
            return tokens
        while True:
            tokens.append(self.token())
            if self.peek() == end:
                return tokens
            assert self.take() == ord(" "), "one space stands between two elements"

    def token(self) -> Token:
        octet = self.peek()
        if octet == ord("("):
            self.take()
            tokens = self.until(ord(")"))
            self.take()
            return tokens
        if octet == ord('"'):
            return self.quoted()
        if octet == ord("{") or self.data[self.at : self.at + 2] == b"~{":
            return self.literal()
        return self.atom()

    def atom(self) -> Atom:
        start = self.at
        while self.peek() not in (-1, *b" ()"):
            octet = self.take()
            # "*" and "%" for sequence sets and flags, "\" for flags; "]" is an ASTRING-CHAR
            assert 0x20 < octet < 0x7F
            assert octet not in b'"{'
        assert self.at > start
        return Atom(self.data[start : self.at].decode("ascii"))

    def quoted(self) -> Quoted:
        self.take()
        octets = bytearray()
        while (octet := self.take()) != ord('"'):
            if octet == ord("\\"):
                octet = self.take()
                assert octet in b'"\\', "quoted-specials alone are escaped"
            assert octet not in b"\r\n\0", "TEXT-CHAR"
            octets.append(octet)
        return Quoted(bytes(octets))

    def literal(self) -> Literal:
        binary = self.peek() == ord("~")
        if binary:
            self.take()
        assert self.take() == ord("{")
        digits = bytearray()
        while self.peek() in b"0123456789":
            digits.append(self.take())
        synchronizing = self.peek() != ord("+")
        if not synchronizing:
            self.take()
        assert bytes(self.take() for _ in range(3)) == b"}\r\n"
        if synchronizing:
            self.waits.append(self.at)
        octets = self.data[self.at : self.at + int(digits)]
        assert len(octets) == int(digits)
        self.at += int(digits)
        return Literal(octets, synchronizing, binary)


def read(segments: list[Segment]) -> list[Token]:
    """The tokens of a command; every segment that waits is where the reader says that it asked for it."""
    data = b""
    waits: list[int] = []
    for segment in segments:
        if segment.waits:
            waits.append(len(data))
        data += segment.data if isinstance(segment.data, bytes) else b"".join(segment.data.chunks)
    command = Tokens(data)
    assert waits == command.waits
    return command.tokens


def written(dialect: Dialect, write: Callable[[Encoder], object]) -> list[Token]:
    out = Encoder(dialect).word("X")
    write(out)
    tokens = read(out.word("Y").finish())
    assert (tokens[0], tokens[-1]) == (Atom("X"), Atom("Y"))
    return tokens[1:-1]


def one(dialect: Dialect, write: Callable[[Encoder], object]) -> Token:
    (token,) = written(dialect, write)
    return token


def octets_of(token: Token) -> bytes:
    """What a string means, whichever way it is written."""
    if isinstance(token, Atom):
        return token.text.encode()
    assert not isinstance(token, list)
    return token.octets


def data(segments: list[Segment]) -> list[tuple[bytes | LiteralStream, bool]]:
    return [(segment.data, segment.waits) for segment in segments]


# --- known commands -------------------------------------------------------------------------------------------


class TestStructure:
    def test_spaces_stand_between_elements(self) -> None:
        out = Encoder(Dialect()).word("A").open().word("B").open().close().word("C").close().word("D")
        assert out.finish() == [Segment(b"A (B () C) D")]

    def test_nothing(self) -> None:
        assert Encoder(Dialect()).finish() == []

    def test_a_literal_cuts_the_command(self) -> None:
        out = Encoder(Dialect()).word("A").literal(b"x\r\n").word("B").literal(b"").finish()
        assert data(out) == [(b"A {3}\r\n", False), (b"x\r\n", True), (b" B {0}\r\n", False), (b"", True)]

    def test_utf8(self) -> None:
        assert [Encoder(dialect).utf8 for dialect in (Dialect(), Dialect(utf8=True))] == [False, True]

    def test_values(self) -> None:
        assert hash(Segment(b"x")) == hash(Segment(b"x", waits=False))
        assert Dialect() == Dialect(literal_plus=False, literal_minus=False, utf8=False)


class TestElements:
    @pytest.mark.parametrize(
        ("text", "wire"),
        [
            ("abc", b"abc"),
            ("a]b}~+", b"a]b}~+"),
            ("", b'""'),
            ("a b", b'"a b"'),
            ('a"b\\c', b'"a\\"b\\\\c"'),
            ("a*b", b'"a*b"'),
            ("a%b", b'"a%b"'),
            ("NIL", b'"NIL"'),
            ("nil", b'"nil"'),
            ("{5}", b'"{5}"'),
            ("a\tb\x7f", b'"a\tb\x7f"'),
            (b"abc", b"abc"),
        ],
    )
    def test_astring(self, text: str | bytes, wire: bytes) -> None:
        for dialect in DIALECTS:
            assert Encoder(dialect).astring(text).finish() == [Segment(wire)]

    def test_eight_bits_need_a_literal_or_utf8(self) -> None:
        assert data(Encoder(Dialect()).astring("é").finish()) == [(b"{2}\r\n", False), ("é".encode(), True)]
        assert data(Encoder(Dialect(utf8=True)).astring("é").finish()) == [('"é"'.encode(), False)]
        assert data(Encoder(Dialect(utf8=True)).astring(b"\xe9").finish()) == [(b"{1}\r\n", False), (b"\xe9", True)]

    def test_long_strings_are_literals(self) -> None:
        for text in ("a" * 1000, " " * 1000):
            assert len(Encoder(Dialect()).astring(text).finish()) == 1
            assert data(Encoder(Dialect()).astring(text + "a").finish())[0] == (b"{1001}\r\n", False)

    @pytest.mark.parametrize(("text", "wire"), [(None, b"NIL"), ("NIL", b'"NIL"'), ("", b'""'), ("a", b'"a"')])
    def test_nstring(self, text: str | None, wire: bytes) -> None:
        assert Encoder(Dialect()).nstring(text).finish() == [Segment(wire)]

    @pytest.mark.parametrize(
        ("name", "wire", "wire_in_utf8"),
        [
            ("INBOX", b"INBOX", b"INBOX"),
            ("a/b", b"a/b", b"a/b"),
            ("a b", b'"a b"', b'"a b"'),
            ("Entwürfe", b"Entw&APw-rfe", '"Entwürfe"'.encode()),
            ("Q&A", b"Q&-A", b"Q&A"),
            ("50%", b'"50%"', b'"50%"'),
        ],
    )
    def test_mailbox(self, name: str, wire: bytes, wire_in_utf8: bytes) -> None:
        assert Encoder(Dialect()).mailbox(name).finish() == [Segment(wire)]
        assert Encoder(Dialect(utf8=True)).mailbox(name).finish() == [Segment(wire_in_utf8)]

    def test_list_pattern(self) -> None:
        out = Encoder(Dialect()).list_pattern("").list_pattern("Ä/%").list_pattern("*").finish()
        assert out == [Segment(b'"" "&AMQ-/%" "*"')]

    def test_numbers(self) -> None:
        assert Encoder(Dialect()).number(0).number(2**63 - 1).number(9, 9).finish() == [
            Segment(b"0 9223372036854775807 9")
        ]
        for value, limit in ((-1, 5), (6, 5), (2**63, 2**63 - 1)):
            with pytest.raises(InvalidArgument, match=f"{value} is out of range: from 0 to {limit}"):
                Encoder(Dialect()).number(value, limit)

    @pytest.mark.parametrize(
        ("numbers", "wire"),
        [
            (UidSet("1:3,7"), b"1:3,7"),
            (SeqSet([5]), b"5"),
            (OpenRange(7), b"7:*"),
            (OpenSeqRange(1), b"1:*"),
            (OpenSeqRange("*"), b"*"),
            (SAVED_RESULT, b"$"),
        ],
    )
    def test_sequence_set(self, numbers: UidSet | SeqSet | OpenRange | OpenSeqRange, wire: bytes) -> None:
        assert Encoder(Dialect()).sequence_set(numbers).finish() == [Segment(wire)]

    @pytest.mark.parametrize("numbers", [UidSet(), SeqSet()])
    def test_no_numbers(self, numbers: UidSet | SeqSet) -> None:
        with pytest.raises(InvalidArgument, match="empty set"):
            Encoder(Dialect()).sequence_set(numbers)

    def test_flags(self) -> None:
        assert Encoder(Dialect()).flags(["\\Seen", "$Forwarded"]).flags([]).finish() == [
            Segment(b"(\\Seen $Forwarded) ()")
        ]

    @pytest.mark.parametrize("name", ["\\Recent", "\\RECENT", "\\recent"])
    def test_recent_is_the_server_s(self, name: str) -> None:
        with pytest.raises(InvalidArgument, match="server alone"):
            Encoder(Dialect()).flag(name)

    def test_dates(self) -> None:
        moment = dt.datetime(2024, 2, 1, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
        out = Encoder(Dialect()).date(moment.date()).date_time(moment).finish()
        assert out == [Segment(b'1-Feb-2024 " 1-Feb-2024 03:04:05 -0500"')]


class TestLiterals:
    """Which literals fly without the server's "+": RFC 7888, sections 3 and 5."""

    @pytest.mark.parametrize(
        ("dialect", "largest"),
        [
            (Dialect(), -1),
            (Dialect(literal_minus=True), 4 * KIB),
            (Dialect(literal_plus=True), MIB),
            (Dialect(literal_plus=True, literal_minus=True), MIB),
        ],
    )
    @pytest.mark.parametrize("size", [0, 1, 4 * KIB, 4 * KIB + 1, MIB, MIB + 1, 2**40, 2**63 - 1])
    def test_which_fly(self, dialect: Dialect, largest: int, size: int) -> None:
        stream = LiteralStream(size, iter(()))
        flies = size <= largest
        announcement = b"{%d+}\r\n" % size if flies else b"{%d}\r\n" % size
        assert data(Encoder(dialect).literal(stream).finish()) == [(announcement, False), (stream, not flies)]
        assert data(Encoder(dialect).literal8(stream).finish()) == [(b"~" + announcement, False), (stream, not flies)]

    def test_octets(self) -> None:
        anything = bytes(range(256))
        assert one(Dialect(), lambda out: out.literal(anything[1:])) == Literal(anything[1:], synchronizing=True)
        assert one(Dialect(), lambda out: out.literal8(anything)) == Literal(anything, True, binary=True)
        with pytest.raises(InvalidArgument, match="NUL"):
            Encoder(Dialect()).literal(anything)

    @pytest.mark.parametrize("size", [-1, 2**63])
    def test_no_size(self, size: int) -> None:
        for method in (Encoder.literal, Encoder.literal8):
            with pytest.raises(InvalidArgument, match="octets cannot be sent"):
                method(Encoder(Dialect()), LiteralStream(size, iter(())))


# --- any argument: exactly one command, which says what was meant; or InvalidArgument -------------------------

dialects = st.sampled_from(DIALECTS)
ODD = st.sampled_from('\0\r\n\t "\\(){}%*]~+&-aé\x7f\x80\ud800\udc0a\udc26\udce9日\U0001f600')
texts = st.one_of(st.text(), st.text(ODD), st.text("ab &é", min_size=990, max_size=1010))
strings = st.one_of(texts, st.binary(), st.text(ODD).map(lambda text: text.encode("utf-8", "surrogatepass")))


def holds_breaks(octets: bytes) -> bool:
    return bool({0, 10, 13} & set(octets))


def is_unicode(text: str | bytes) -> bool:
    return isinstance(text, bytes) or not any("\ud800" <= c <= "\udfff" for c in text)


def fits_a_string(text: str | bytes) -> bool:
    return is_unicode(text) and not holds_breaks(text if isinstance(text, bytes) else text.encode())


@given(dialects, strings, st.sampled_from(["astring", "string", "nstring"]))
def test_any_string(dialect: Dialect, text: str | bytes, method: str) -> None:
    def write(out: Encoder) -> object:
        return getattr(out, method)(text)

    if not fits_a_string(text):
        with pytest.raises(InvalidArgument):
            write(Encoder(dialect))
        return
    token = one(dialect, write)
    assert octets_of(token) == (text if isinstance(text, bytes) else text.encode())
    if isinstance(token, Atom):
        assert method == "astring"
        assert token.text.upper() != "NIL"
    elif isinstance(token, Quoted):
        assert dialect.utf8 or token.octets.isascii()
        token.octets.decode("utf-8")


def modified_utf7(name: str) -> bytes:
    """RFC 3501, 5.1.3, character by character; what stands for an octet (PEP 383) is that octet."""
    wire, shifted = b"", ""
    for character in [*name, ""]:
        octet = bool(character) and "\udc00" <= character <= "\udcff"
        direct = octet or not character or " " <= character <= "~"
        if direct and shifted:
            base64_text = base64.b64encode(shifted.encode("utf-16-be"), b"+,").rstrip(b"=")
            wire, shifted = wire + b"&" + base64_text + b"-", ""
        if not direct:
            shifted += character
        elif octet:
            wire += bytes([ord(character) & 0xFF])
        else:
            wire += b"&-" if character == "&" else character.encode()
    return wire


@given(dialects, texts, st.sampled_from(["mailbox", "list_pattern"]))
@example(Dialect(), "a\r\né", "mailbox")
@example(Dialect(), "a\udc0d\udc0aé", "mailbox")
@example(Dialect(utf8=True), "a\udc26é", "mailbox")
def test_any_mailbox_name(dialect: Dialect, name: str, method: str) -> None:
    def write(out: Encoder) -> object:
        return getattr(out, method)(name)

    try:
        if dialect.utf8:
            expected = name.encode("utf-8", "surrogateescape")
        elif name.isascii() and "&" not in name:
            expected = name.encode()
        else:
            expected = modified_utf7(name)
    except UnicodeEncodeError:
        expected = b"\0"
    if holds_breaks(expected) or {"\0", "\r", "\n"} & set(name) or (method == "mailbox" and not name):
        with pytest.raises(InvalidArgument):
            write(Encoder(dialect))
        return
    token = one(dialect, write)
    assert octets_of(token) == expected
    assert method == "mailbox" or not isinstance(token, Atom), "a wildcard in an atom is no wildcard everywhere"


ATOM_CHARS = {chr(c) for c in range(0x21, 0x7F)} - set('(){%*"\\]')


@given(dialects, st.one_of(texts, st.text(st.sampled_from(sorted(ATOM_CHARS)))))
def test_any_atom(dialect: Dialect, text: str) -> None:
    if text and set(text) <= ATOM_CHARS:
        assert one(dialect, lambda out: out.atom(text)) == Atom(text)
        assert one(dialect, lambda out: out.flags([text])) == [Atom(text)]
        assert one(dialect, lambda out: out.flags(["\\X" + text])) == [Atom("\\X" + text)]
        return
    with pytest.raises(InvalidArgument):
        Encoder(dialect).atom(text)
    with pytest.raises(InvalidArgument):
        Encoder(dialect).flag("\\" + text)
    if not text.startswith("\\"):
        with pytest.raises(InvalidArgument):
            Encoder(dialect).flag(text)


@given(dialects, texts)
def test_words_of_our_own_are_printable_ascii(dialect: Dialect, text: str) -> None:
    if text.isascii() and all(" " <= c <= "~" for c in text):
        (segment,) = Encoder(dialect).word("X").word(text).finish()
        assert isinstance(segment.data, bytes)
        assert segment.data.endswith(text.encode())
    else:
        with pytest.raises(InvalidArgument, match="no word of IMAP"):
            Encoder(dialect).word(text)


@given(dialects, st.binary(), st.booleans())
def test_any_message(dialect: Dialect, octets: bytes, binary: bool) -> None:
    if b"\0" in octets and not binary:
        with pytest.raises(InvalidArgument, match="NUL"):
            Encoder(dialect).literal(octets)
        return
    flies = dialect.literal_plus or dialect.literal_minus
    expected = Literal(octets, synchronizing=not flies, binary=binary)
    streamed = LiteralStream(len(octets), iter([octets[:3], octets[3:]]))
    for source in (octets, streamed):
        assert one(dialect, lambda out, it=source: out.literal8(it) if binary else out.literal(it)) == expected


@given(
    dialects,
    st.lists(st.tuples(st.sampled_from(["astring", "string", "literal", "literal8"]), st.binary()), max_size=10),
    st.data(),
)
def test_any_command(dialect: Dialect, arguments: list[tuple[str, bytes]], draw: st.DataObject) -> None:
    """Any arguments behind each other, some in lists, are read as the same arguments in the same lists."""
    out = Encoder(dialect).word("A")
    expected: list[object] = [b"A"]
    within: list[list[object]] = [expected]
    for method, octets in arguments:
        step = draw.draw(st.sampled_from(["", "open", "close"]))
        if step == "open":
            out.open()
            inner: list[object] = []
            within[-1].append(inner)
            within.append(inner)
        elif step == "close" and len(within) > 1:
            out.close()
            within.pop()
        before = out.finish()[:]
        try:
            getattr(out, method)(octets)
        except InvalidArgument:
            assert holds_breaks(octets)
            assert out.finish() == before, "what is refused leaves nothing behind"
        else:
            within[-1].append(octets)
    for _ in within[1:]:
        out.close()

    def meant(tokens: list[Token]) -> list[object]:
        return [meant(token) if isinstance(token, list) else octets_of(token) for token in tokens]

    assert meant(read(out.finish())) == expected
