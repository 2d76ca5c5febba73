"""Messages taken apart, and what FETCH makes of them; the client's own parser reads all of it without a defect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.extensions.bodystructure import BODYSTRUCTURE
from imapkit.protocol.extensions.envelope import ENVELOPE
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.framer import Framer
from imapkit.testing import render
from imapkit.testing.message import text
from imapkit.testing.message.bodystructure import body_structure
from imapkit.testing.message.envelope import envelope
from imapkit.testing.message.parts import Part, parse
from imapkit.testing.message.sections import extract, find
from imapkit.types.sections import Section
from tests.testing.nasty import MESSAGES, crlf


class TestParts:
    @pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
    def test_header_and_body_are_the_message(self, message: bytes) -> None:
        for part in parse(message).walk():
            assert part.header + part.body in message

    def test_lines_may_end_in_lf(self) -> None:
        part = parse(b"A: 1\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nX: y\n\ntwo\n\n--b--\n")
        assert [child.body for child in part.parts] == [b"one", b"two\n"]

    def test_lines_that_are_no_fields(self) -> None:
        part = parse(crlf("From nobody\n: x\na b: c\nA : 1\n b\nA: 2\n\n"))
        assert [(field.name, field.value) for field in part.fields] == [(b"a", b"1 b"), (b"a", b"2")]

    def test_a_boundary_is_a_whole_line(self) -> None:
        part = parse(
            crlf("Content-Type: multipart/x; boundary=b\n\n--b \n\n--bc\n--b\t\n\nx --b\n--b--  \n--b\n\nno\n")
        )
        assert [child.body for child in part.parts] == [b"--bc", b"x --b"]

    @pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/mixed; boundary=nowhere", "nonsense"])
    def test_no_parts(self, kind: str) -> None:
        part = parse(crlf(f"Content-Type: {kind}\n\n--b\n\nx\n"))
        assert part.parts == []
        assert list(part.leaves()) == [part]

    def test_nesting_has_an_end(self) -> None:
        part = parse(b"Content-Type: message/rfc822\n\n" * 500)
        assert len(list(part.walk())) == 41


class TestStructure:
    def test_a_multipart_without_parts_has_one(self) -> None:
        part = parse(crlf("Content-Type: multipart/mixed; boundary=b\n\nx\n"))
        assert body_structure(part, extended=False, utf8=False) == (
            b'(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0) "mixed")'
        )

    def test_a_disposition_of_which_a_quotation_mark_is_missing(self) -> None:
        part = parse(crlf('Content-Disposition: "multipart/mixed; boundary=b\n\n'))
        assert body_structure(part, extended=True, utf8=False).endswith(b" 0 NIL NIL NIL NIL)")

    def test_disposition_and_language(self) -> None:
        part = parse(crlf("Content-Disposition: attachment; filename=a\nContent-Language: de,\n en\n\n"))
        assert body_structure(part, extended=True, utf8=False).endswith(
            b'NIL ("attachment" ("filename" "a")) ("de" "en") NIL)'
        )


class TestSections:
    DEEP = parse(MESSAGES["deep"])

    @pytest.mark.parametrize(
        ("numbers", "body"), [("1", b"Subject: first"), ("1.1", b"Subject: second"), ("1.1.1", b"deepest")]
    )
    def test_messages_in_messages(self, numbers: str, body: bytes) -> None:
        part = find(self.DEEP, numbers)
        assert part is not None
        assert part.body.startswith(body)

    @pytest.mark.parametrize("numbers", ["2", "1.2", "1.1.2", "1.1.1.1"])
    def test_what_is_not_there(self, numbers: str) -> None:
        assert find(self.DEEP, numbers) is None
        assert extract(self.DEEP, Section(numbers)) is None

    def test_the_header_of_a_message_in_a_message(self) -> None:
        assert extract(self.DEEP, Section("1", "HEADER.FIELDS", ("subject",))) == b"Subject: first\r\n\r\n"
        assert extract(self.DEEP, Section("1.1.1", "TEXT")) is None

    @pytest.mark.parametrize(
        ("message", "fields"),
        [
            (b"A: 1\nB: 2\n\nx", b"A: 1\n\n"),
            (b"A: 1\r\nB: 2\r\n\r\n", b"A: 1\r\n\r\n"),
            (b"A: 1\r\nB: 2\r\n", b"A: 1\r\n"),
            (b"\r\nx", b"\r\n"),
            (b"", b""),
        ],
    )
    def test_the_empty_line_belongs_to_every_subset(self, message: bytes, fields: bytes) -> None:
        assert extract(parse(message), Section(text="HEADER.FIELDS", fields=("A",))) == fields


class TestText:
    def test_the_preview_prefers_plain_text(self) -> None:
        assert text.preview(parse(MESSAGES["everything"])) == "héllo"
        assert text.preview(parse(b"Content-Type: text/html\n\n<p>Tea &amp; scones")) == "Tea & scones"
        assert text.preview(parse(b"Content-Type: image/png\n\n\x89PNG")) == ""

    def test_the_text_of_all_parts(self) -> None:
        full = text.full_text(parse(MESSAGES["everything"]))
        assert "subject: inner" in full
        assert "<b>alt</b>" in full


@pytest.mark.parametrize(
    ("octets", "utf8", "written"),
    [
        (b"", False, b'""'),
        (b'a "b" \\', False, b'"a \\"b\\" \\\\"'),
        (b"a\r\nb", True, b"{4}\r\na\r\nb"),
        ("é".encode(), False, b"{2}\r\n\xc3\xa9"),
        ("é".encode(), True, b'"\xc3\xa9"'),
        ("é\0".encode(), True, b"{3}\r\n\xc3\xa9\x80"),
        (b"\xe9", True, b"{1}\r\n\xe9"),
        (b"x" * 1001, False, b"{1001}\r\n" + b"x" * 1001),
    ],
)
def test_strings(octets: bytes, utf8: bool, written: bytes) -> None:
    assert render.string(octets, utf8=utf8) == written


@pytest.mark.parametrize(
    ("octets", "written"), [(b"a", b"a"), (b"nil", b'"nil"'), (b"", b'""'), (b"a b", b'"a b"'), (b"%", b'"%"')]
)
def test_astrings(octets: bytes, written: bytes) -> None:
    assert render.atom_or_string(octets) == written


def read_by_the_client(part: Part, *, utf8: bool) -> Cursor:
    """Have the client's framer and parsers read ENVELOPE and BODYSTRUCTURE; the cursor, at the end."""
    framer = Framer()
    structure = body_structure(part, extended=True, utf8=utf8)
    framer.feed(b"* " + envelope(part, utf8=utf8) + b" " + structure + b"\r\n")
    framed = framer.next()
    assert framed is not None
    cursor = Cursor(framed.text, framed.literals, 2, utf8=utf8)
    ENVELOPE.parse(cursor)
    cursor.sp()
    BODYSTRUCTURE.parse(cursor)
    return cursor


FRAGMENTS = st.sampled_from(
    [
        *(
            "From: ",
            "To: ",
            "Subject: ",
            "Content-Type: ",
            "Content-Disposition: ",
            "multipart/mixed; boundary=b",
            "--b",
        ),
        *(
            "message/rfc822",
            "text/plain",
            "--b--",
            "\r\n",
            "\n",
            "\r\n\r\n",
            " ",
            '"',
            "(",
            ")",
            "<",
            ">",
            "@",
            ":",
            ";",
        ),
        *(",", "a", "é", "\0", "\\", "=?utf-8?q?=41?=", "[", "]", "{3}", "NIL", "Content-Language: ", "x=y", "\t", "*"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=40).map("".join), st.booleans())
def test_the_client_reads_whatever_the_server_writes(message: str, utf8: bool) -> None:
    cursor = read_by_the_client(parse(message.encode()), utf8=utf8)
    assert cursor.at_end()
    assert cursor.defects == []


@pytest.mark.parametrize("message", MESSAGES.values(), ids=list(MESSAGES))
def test_the_client_reads_these(message: bytes) -> None:
    assert read_by_the_client(parse(message), utf8=False).at_end()
