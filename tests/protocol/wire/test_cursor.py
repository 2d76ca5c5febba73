from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.wire.cursor import Cursor, ParseError
from imapkit.protocol.wire.framer import Framer
from imapkit.types.defects import Defect
from imapkit.types.uids import UidSet

MANY = 100_000


def cursor(data: bytes, *, utf8: bool = False, nesting: int = 100) -> Cursor:
    """A cursor over what the framer makes of this line."""
    framer = Framer(of_client=True)
    framer.feed(data + b"\r\n")
    framed = framer.next()
    assert framed is not None
    return Cursor(framed.text, framed.literals, utf8=utf8, nesting=nesting)


def messages(at: Cursor) -> list[str]:
    return [defect.message for defect in at.defects]


class TestSteps:
    def test_accept_and_expect(self) -> None:
        at = cursor(b"abc")
        assert not at.accept(b"b")
        assert at.accept(b"ab")
        with pytest.raises(ParseError, match=r"b expected at 2: b'c'"):
            at.expect(b"b")
        at.expect(b"c")
        assert at.at_end()
        assert at.peek() == -1

    def test_spaces(self) -> None:
        at = cursor(b"  a")
        assert at.spaces() == 2
        assert at.spaces() == 0
        assert at.peek() == ord("a")
        with pytest.raises(ParseError, match="a space expected"):
            at.sp()
        at = cursor(b"   a")
        at.sp()
        assert at.rest() == b"a"
        assert at.rest() == b""

    def test_errors_show_where(self) -> None:
        at = cursor(b"0123456789" * 10)
        at.pos = 5
        error = at.error("something else")
        assert error.position == 5
        assert str(error) == f"something else expected at 5: {(b'0123456789' * 10)[5:45]!r}"

    def test_defects_show_what(self) -> None:
        at = cursor(b"x" * 1000)
        at.pos = 900
        at.defect("here")
        at.defect("there", 1)
        assert at.defects == [Defect("here", b"x" * 100), Defect("there", b"x" * 200)]

    def test_a_hundred_defects_are_enough(self) -> None:
        at = cursor(b"x")
        for _ in range(1000):
            at.defect("again")
        assert len(at.defects) == 100


class TestAtomsAndNumbers:
    @pytest.mark.parametrize(
        ("data", "atom"),
        [(b"abc d", "abc"), (b"a%*\\\xff]", "a%*\\\xff"), (b"a(", "a"), (b"a{", "a"), (b'a"', "a"), (b"+", "+")],
    )
    def test_atom(self, data: bytes, atom: str) -> None:
        assert cursor(data).atom() == atom

    @pytest.mark.parametrize("data", [b"", b" a", b"(a", b'"a"', b"{1}\r\na", b"\x01", b"\x7f", b"]"])
    def test_no_atom(self, data: bytes) -> None:
        with pytest.raises(ParseError, match="an atom"):
            cursor(data).atom()

    def test_keyword(self) -> None:
        assert cursor(b"Uid 1").keyword() == "UID"

    @pytest.mark.parametrize(("data", "value"), [(b"0", 0), (b"0007)", 7), (b"4294967295", 2**32 - 1)])
    def test_number(self, data: bytes, value: int) -> None:
        assert cursor(data).number() == value

    @pytest.mark.parametrize("data", [b"", b"-1", b"x", b"4294967296", b"9" * 21, b"9" * 5000, "٣".encode()])
    def test_no_number(self, data: bytes) -> None:
        at = cursor(data)
        with pytest.raises(ParseError, match="a number up to 4294967295"):
            at.number()
        assert at.pos == 0

    def test_number64(self) -> None:
        assert cursor(b"9223372036854775807").number64() == 2**63 - 1
        with pytest.raises(ParseError, match="a number up to 9223372036854775807"):
            cursor(b"9223372036854775808").number64()

    def test_uid_set(self) -> None:
        assert cursor(b"3:1,7 x").uid_set() == UidSet("1:3,7")

    @pytest.mark.parametrize("data", [b"", b"x", b"1:*", b"0", b"1,,2", b"4294967296"])
    def test_no_uid_set(self, data: bytes) -> None:
        at = cursor(data)
        with pytest.raises(ParseError, match="a UID set"):
            at.uid_set()
        assert at.pos == 0


class TestStrings:
    @pytest.mark.parametrize(
        ("data", "value", "rest"),
        [
            (b'"abc" d', b"abc", b" d"),
            (b'""', b"", b""),
            (b'"a\\"b\\\\"', b'a"b\\', b""),
            (b"{3}\r\nab\n d", b"ab\n", b" d"),
            (b"{0}\r\n)", b"", b")"),
            (b"~{2}\r\n\0\xff d", b"\0\xff", b" d"),
            (b"{2+}\r\nab", b"ab", b""),
        ],
    )
    def test_string(self, data: bytes, value: bytes, rest: bytes) -> None:
        at = cursor(data)
        assert (at.string(), at.rest(), at.defects) == (value, rest, [])

    @pytest.mark.parametrize("data", [b"", b"abc", b"NIL", b"(", b"~", b"~a"])
    def test_no_string(self, data: bytes) -> None:
        with pytest.raises(ParseError, match=r"a string|a literal"):
            cursor(data).string()

    @pytest.mark.parametrize("literals", [None, {}, {99: b"x"}])
    def test_an_announcement_without_a_literal(self, literals: dict[int, bytes] | None) -> None:
        """As in the text for people, where it is none."""
        with pytest.raises(ParseError, match="a literal"):
            Cursor(b"{3}\r\n", literals).string()
        with pytest.raises(ParseError, match="a literal"):
            Cursor(b"{3} x", literals).string()

    @pytest.mark.parametrize(
        ("data", "value", "rest"),
        [
            (b'"a"b" c', b'a"b', b" c"),
            (b'"a "b" c" d', b'a "b', b' c" d'),
            (b'"a\nb" c', b"a\nb", b" c"),
            (b'"say \\"hi" now', b'say "hi', b" now"),
            (b'"sina.com\\" "x"', b'sina.com"', b' "x"'),
            (b'"a\\\\\\" "x"', b'a\\"', b' "x"'),
            (b'"a\\\\"b" "x"', b'a\\"b', b' "x"'),
        ],
    )
    def test_unescaped_quotation_marks(self, data: bytes, value: bytes, rest: bytes) -> None:
        at = cursor(data)
        assert (at.string(), at.rest()) == (value, rest)
        if data != b'"say \\"hi" now':
            assert messages(at) == ["a quotation mark inside a quoted string was not escaped"]

    def test_a_string_without_an_end(self) -> None:
        at = cursor(b'"abc {1}\r\n"')
        with pytest.raises(ParseError, match="the end of a quoted string"):
            at.string()

    def test_broken_strings_behind_each_other(self) -> None:
        """What is known of one from the search for its end must not be believed of another."""
        at = cursor(b'"a\\" "b\\" "c" "d"')
        for _ in range(2):
            at.pos = 0
            assert [at.string() for _ in range(4) if at.spaces() < 2] == [b'a"', b'b"', b"c", b"d"]
        at.pos = 5
        assert at.string() == b'b"'
        at.pos = 10
        assert at.string() == b"c"

    @pytest.mark.parametrize(
        ("data", "value", "defects"),
        [
            (b'"a"', b"a", []),
            (b"{1}\r\na", b"a", []),
            (b"~{1}\r\na", b"a", []),
            (b"NIL", None, []),
            (b"nil)", None, []),
            (b"NIL(", None, []),
            (b"()", None, ["a string or NIL expected"]),
            (b"NILS", b"NILS", ["a string or NIL expected"]),
            (b"abc", b"abc", ["a string or NIL expected"]),
            (b"~abc", b"~abc", ["a string or NIL expected"]),
            (b"12\xff", b"12\xff", ["a string or NIL expected"]),
        ],
    )
    def test_nstring(self, data: bytes, value: bytes | None, defects: list[str]) -> None:
        at = cursor(data)
        assert (at.nstring(), messages(at)) == (value, defects)

    @pytest.mark.parametrize("data", [b"", b"(a)", b")"])
    def test_no_nstring(self, data: bytes) -> None:
        with pytest.raises(ParseError):
            cursor(data).nstring()

    @pytest.mark.parametrize(
        ("data", "value"),
        [
            (b'"a b"', b"a b"),
            (b"{1}\r\na", b"a"),
            (b"~{1}\r\na", b"a"),
            (b"~a", b"~a"),
            (b"NIL", b"NIL"),
            (b"a]b[c c", b"a]b[c"),
            (b"\xff%*\\", b"\xff%*\\"),
        ],
    )
    def test_astring(self, data: bytes, value: bytes) -> None:
        assert cursor(data).astring() == value

    @pytest.mark.parametrize("data", [b"", b"(", b" ", b"\0"])
    def test_no_astring(self, data: bytes) -> None:
        with pytest.raises(ParseError, match="an atom or a string"):
            cursor(data).astring()

    @pytest.mark.parametrize(
        ("data", "utf8", "name"),
        [
            (b"iNbOx", False, "INBOX"),
            (b'"inbox"', True, "INBOX"),
            (b"Inbox/x", False, "Inbox/x"),
            (b'"Entw&APw-rfe"', False, "Entwürfe"),
            (b'"Entw&APw-rfe"', True, "Entw&APw-rfe"),
            (b'"Entw\xc3\xbcrfe"', True, "Entwürfe"),
            (b'"Entw\xc3\xbcrfe"', False, "Entw\udcc3\udcbcrfe"),
            (b"{3}\r\na\r\n", False, "a\r\n"),
            (b'""', False, ""),
        ],
    )
    def test_mailbox(self, data: bytes, utf8: bool, name: str) -> None:
        assert cursor(data, utf8=utf8).mailbox() == name


class TestLists:
    @pytest.mark.parametrize(
        ("data", "atoms"),
        [
            (b"()", []),
            (b"(  )", []),
            (b"(a)", ["a"]),
            (b"(a b)", ["a", "b"]),
            (b"( a  b )", ["a", "b"]),
        ],
    )
    def test_list_of(self, data: bytes, atoms: list[str]) -> None:
        at = cursor(data + b" x")
        assert at.list_of(at.atom) == atoms
        assert at.rest() == b" x"

    def test_spaces_may_be_missing(self) -> None:
        at = cursor(b'(a"b"(c){1}\r\nd"e")')
        assert at.list_of(lambda: at.list_of(at.atom) if at.peek() == ord("(") else at.astring()) == [
            *(b"a", b"b", ["c"], b"d", b"e")
        ]

    @pytest.mark.parametrize("data", [b"", b"a", b"(", b"(a", b"(a b "])
    def test_no_list(self, data: bytes) -> None:
        at = cursor(data)
        with pytest.raises(ParseError):
            at.list_of(at.atom)

    def test_an_element_that_takes_nothing_ends_it(self) -> None:
        at = cursor(b"(abc)")
        with pytest.raises(ParseError, match="an element of a list"):
            at.list_of(lambda: None)

    @pytest.mark.parametrize(
        ("data", "flags", "defect"),
        [
            (b"(vanilla)", ("vanilla",), False),
            (b"()", (), False),
            (b"(\\Seen)", ("\\Seen",), False),
            (b"(\\Seen $Forwarded)", ("\\Seen", "$Forwarded"), False),
            (b"(OIB-Seen-[Google Mail]/Alle)", ("OIB-Seen-[Google", "Mail]/Alle"), False),
            (b"(\\*)", ("\\*",), False),
            (b"(\xc3\xbc \xff)", ("ü", "\udcff"), False),
            (b"( )", (), True),
            (b"(a  b)", ("a", "b"), True),
            (b"(a nil b)", ("a", "b"), True),
            (b"(NIL)", (), True),
        ],
    )
    def test_flags(self, data: bytes, flags: tuple[str, ...], defect: bool) -> None:
        at = cursor(data + b" x")
        assert at.flags() == flags
        assert at.rest() == b" x"
        assert bool(at.defects) is defect

    @pytest.mark.parametrize("data", [b"NIL", b"(a b", b""])
    def test_no_flags(self, data: bytes) -> None:
        with pytest.raises(ParseError):
            cursor(data).flags()


class TestSkipping:
    @pytest.mark.parametrize(
        "value",
        [
            b"a",
            b"{",
            b'"a b"',
            b'"a"b"',
            b"{3}\r\na b",
            b"~{3}\r\n)))",
            b"()",
            b'(a (b) "c)" {1}\r\n))',
            b"(" * 13 + b"a" + b")" * 13,
            b"(" * 100 + b'a "b" {1}\r\n) { ~' + b")" * 100,
            b'("a"b" (c "d"))',
            b'(a "b\\" (c) \x01)',
            b"(a\x01b {x} [y])",
        ],
    )
    def test_any_value(self, value: bytes) -> None:
        at = cursor(value + b" rest")
        at.skip_value()
        assert at.rest() == b" rest"

    def test_raw_value(self) -> None:
        at = cursor(b"(a {1}\r\n)) b")
        assert at.raw_value() == b"(a {1}\r\n)"
        assert at.rest() == b" b"

    @pytest.mark.parametrize(
        ("value", "wanted"),
        [
            (b"", "a value"),
            (b" a", "a value"),
            (b")", "a value"),
            (b"(a", "a closing parenthesis"),
            (b"(" * 20, "a closing parenthesis"),
            (b'"a', "the end of a quoted string"),
            (b'("a)', "the end of a quoted string"),
        ],
    )
    def test_no_value(self, value: bytes, wanted: str) -> None:
        with pytest.raises(ParseError, match=wanted):
            cursor(value).skip_value()

    @pytest.mark.parametrize("limit", [1, 5, 12, 13, 14, 100, 3000])
    def test_the_limit_of_nesting(self, limit: int) -> None:
        at = cursor(b"(" * limit + b")" * limit, nesting=limit)
        at.skip_value()
        assert at.at_end()
        with pytest.raises(ParseError, match=f"at most {limit} levels"):
            cursor(b"(" * (limit + 1) + b")" * (limit + 1), nesting=limit).skip_value()

    @pytest.mark.parametrize(
        ("start", "unit"),
        [
            (b"", b"a "),
            (b"", b'"a" '),
            (b"", b'"a"b '),
            (b'"', b'\\" '),
            (b"", b'\\"\\" '),
            (b"", b'(\\" \\") '),
            (b"", b'(\\"(\\")) '),
            (b'("', b'\\" '),
            (b"", b'("\\" "x) '),
            (b"(", b'"a"b '),
            (b"(", b'"a\nb" '),
            (b"(", b"(a) "),
            (b"(", b"((((((((((((((a)))))))))))))) "),
            (b"", b'(((((((((((((("a"b")))))))))))))) '),
            (b"((((((((((((((", b"a (b) "),
            (b"", b"("),
            (b"", b"()"),
            (b"", b"{"),
            (b"({", b"{ "),
            (b"(", b"~"),
            (b"(", b"\r"),
            (b"(", b'"\r '),
            (b"(", b" "),
        ],
        ids=repr,
    )
    def test_hostile_values_take_linear_time(self, start: bytes, unit: bytes) -> None:
        at = Cursor(start + unit * MANY, {}, nesting=10**6)
        try:
            while not at.at_end():
                at.skip_value()
                at.spaces()
        except ParseError:
            pass
        assert len(at.defects) <= 100


PIECES = [b"(", b")", b'"', b"\\", b" ", b"a", b"NIL", b"{1}\r\n", b"~", b"{", b"\n", b"1"]


@given(st.lists(st.sampled_from(PIECES)))
def test_nothing_but_parse_errors(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    literals = {offset + 5: b"x" for offset in range(len(text)) if text.startswith(b"{1}\r\n", offset)}

    def readers(at: Cursor) -> list[Callable[[], object]]:
        return [
            *(at.atom, at.keyword, at.number, at.number64, at.uid_set, at.string, at.nstring, at.astring, at.mailbox),
            *(at.flags, at.skip_value, at.raw_value, lambda: at.list_of(at.nstring), at.sp, lambda: at.expect(b"(")),
        ]

    for index in range(len(readers(Cursor(b"")))):
        at = Cursor(text, literals)
        before = -1
        try:
            while before < at.pos:
                before = at.pos
                readers(at)[index]()
                at.spaces()
        except ParseError:
            pass
        assert 0 <= at.pos <= len(text)


def test_the_next_text_is_begun_anew() -> None:
    at = cursor(b'("a" b)')
    at.pos = 3
    at.defect("something")
    told = at.defects
    at.begin(b"{1}\r\n &AOQ-", {5: b"x"}, utf8=True)
    assert (at.string(), at.spaces(), at.mailbox(), at.defects) == (b"x", 1, "&AOQ-", [])
    at.begin(b"&AOQ-", None, utf8=False)
    assert at.mailbox() == "ä"
    assert len(told) == 1, "whoever asked for them keeps them"
