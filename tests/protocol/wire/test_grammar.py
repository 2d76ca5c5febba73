from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.wire import grammar

MANY = 200_000


def matched(pattern: re.Pattern[bytes], text: bytes) -> bytes | None:
    found = pattern.match(text)
    return found[0] if found is not None else None


CTL = {*range(0x20), 0x7F}
LIST_WILDCARDS = set(b"%*")
QUOTED_SPECIALS = set(b'"\\')
RESP_SPECIALS = set(b"]")
ATOM_SPECIALS = CTL | LIST_WILDCARDS | QUOTED_SPECIALS | RESP_SPECIALS | set(b"(){ ")
ATOM_CHARS = set(range(0x80)) - ATOM_SPECIALS


class TestStrict:
    """What we may send: each class over all octets, against RFC 9051, section 9, spelled out."""

    def test_atom(self) -> None:
        assert {c for c in range(0x120) if grammar.ATOM_STRICT.match(chr(c))} == ATOM_CHARS

    def test_astring(self) -> None:
        allowed = {c for c in range(0x100) if grammar.ASTRING_STRICT.match(bytes([c]))}
        assert allowed == ATOM_CHARS | RESP_SPECIALS

    def test_tag(self) -> None:
        allowed = {c for c in range(0x120) if grammar.TAG_STRICT.match(chr(c))}
        assert allowed == (ATOM_CHARS | RESP_SPECIALS) - {ord("+")}

    def test_flag(self) -> None:
        assert {c for c in range(0x120) if grammar.FLAG_STRICT.match(chr(c))} == ATOM_CHARS
        assert {c for c in range(0x120) if grammar.FLAG_STRICT.match("\\" + chr(c))} == ATOM_CHARS

    @pytest.mark.parametrize("pattern", [grammar.ATOM_STRICT, grammar.TAG_STRICT, grammar.FLAG_STRICT])
    @pytest.mark.parametrize("text", ["", "a b", "a\n", "a\r\n", "\n", "\ud800", "\U0010ffff", "a\0", "a\\"])
    def test_the_whole_text_counts(self, pattern: re.Pattern[str], text: str) -> None:
        assert not pattern.match(text)

    @pytest.mark.parametrize("octets", [b"", b"a b", b"a\n", b"a\0"])
    def test_all_octets_count(self, octets: bytes) -> None:
        assert not grammar.ASTRING_STRICT.match(octets)


class TestQuoted:
    @pytest.mark.parametrize(
        ("text", "token"),
        [
            (b'""', b'""'),
            (b'"a" b', b'"a"'),
            (b'"a")', b'"a"'),
            (b'"a"(', b'"a"'),
            (b'"a"]', b'"a"'),
            (b'"a b(){"', b'"a b(){"'),
            (b'"\\"" "', b'"\\""'),
            (b'"\\\\" "', b'"\\\\"'),
            (b'"\\x" "', b'"\\x"'),
            (b'"\xff\0" ', b'"\xff\0"'),
            (b'"a"b', None),
            (b'"a', None),
            (b'"a\\"', None),
            (b'"a\nb"', None),
            (b'"a\rb"', None),
            (b'"\\\n"', None),
            (b"a", None),
        ],
    )
    def test_quoted(self, text: bytes, token: bytes | None) -> None:
        assert matched(grammar.QUOTED, text) == token

    @pytest.mark.parametrize(
        ("text", "token"),
        [
            (b'"a"b" c', b'"a"b"'),
            (b'"a"b"c" d', b'"a"b"c"'),
            (b'"a\\" "b"', b'"a\\"'),
            (b'"a\nb" c', b'"a\nb"'),
            (b'"a\rb" c', b'"a\rb"'),
            (b'"a"b {1}\r\n" c', None),
            (b'"a', None),
        ],
    )
    def test_recovered(self, text: bytes, token: bytes | None) -> None:
        assert matched(grammar.RECOVERED_QUOTED, text) == token

    @given(st.binary().filter(lambda octets: not {13, 10} & set(octets)))
    def test_any_text_quoted_is_read_again(self, octets: bytes) -> None:
        quoted = b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
        assert matched(grammar.QUOTED, quoted) == quoted
        assert grammar.unescape(quoted[1:-1]) == octets


class TestValue:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (b"abc def", b"abc"),
            (b"12)", b"12"),
            (b"NIL ", b"NIL"),
            (b"\\Seen)", b"\\Seen"),
            (b"a]b ", b"a]b"),
            (b"a{b} ", b"a{b}"),
            (b"{ ", b"{"),
            (b"{{x ", b"{{x"),
            (b"\x01\xff ", b"\x01\xff"),
            (b'"a b" c', b'"a b"'),
            (b"{5}\r\n x", b"{5}\r\n"),
            (b"{5}\r\nx y", b"{5}\r\n"),
            (b"~{5}\r\n x", b"~{5}\r\n"),
            (b"{5+}\r\n x", b"{5+}\r\n"),
            (b"() x", b"()"),
            (b"(a b) x", b"(a b)"),
            (b'(a (b "c)(" {3}\r\n) ~{1}\r\n) x', b'(a (b "c)(" {3}\r\n) ~{1}\r\n)'),
            (b"(a{b \x01) x", b"(a{b \x01)"),
            (b"(()()) x", b"(()())"),
            (b"(" * 13 + b")" * 13, b"(" * 13 + b")" * 13),
            (b"(" * 14 + b")" * 14, None),
            (b"(a", None),
            (b'("a"b)', None),
            (b'"a', None),
            (b" a", None),
            (b")", None),
            (b"", None),
        ],
    )
    def test_one(self, text: bytes, value: bytes | None) -> None:
        assert matched(grammar.VALUE, text) == value

    @pytest.mark.parametrize(
        "text",
        [
            b"(" * MANY,
            b"((" * MANY + b")" * MANY,
            b"(" + b"() " * MANY,
            b"(" + b'"a" ' * MANY,
            b"(" + b'"a"b ' * MANY,
            b"(" + b'"\\" ' * MANY,
            b'"' + b"\\" * MANY,
            b"(" + b"{1}\r\n" * MANY,
            b"(" + b"{" * MANY,
            b"(" + b"{1" * MANY,
            b"(" + b"a" * MANY,
            b"(" + b"~" * MANY,
            b'(a "',
            b"(((((((((((((" * (MANY // 13),
        ],
        ids=lambda text: repr(text[:8]),
    )
    def test_what_it_does_not_match_takes_linear_time(self, text: bytes) -> None:
        assert matched(grammar.VALUE, text) is None


def test_unescape_takes_any_escape() -> None:
    assert grammar.unescape(b"abc") == b"abc"
    assert grammar.unescape(b'a\\"b\\\\c\\d\\') == b'a"b\\cd\\'
