"""Parameters in all their shapes, and names safe to write to."""

from __future__ import annotations

import re
import time
from email.header import Header
from email.message import Message
from email.utils import encode_rfc2231
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.mime.parameters import decode_parameters, parse_parameter_header, safe_filename

telling = st.lists(
    st.sampled_from(
        [b"text/plain", b";", b"; ", b"=", b'"', b"\\", b"filename", b"*", b"*0", b"*1*", b"utf-8''", b"%C3", b"%A4",
         b"%", b"=?utf-8?q?=C3=A4?=", b" ", b"\r\n", b"(", b")", b"a", b"\xc3\xa4", b"\xe4", b"\0", b"%0D%0A"]
    ),
    max_size=20,
).map(b"".join) | st.binary(max_size=100)  # fmt: skip

printable = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], exclude_characters="\xad\ufeff"), min_size=1
)


@given(st.lists(st.tuples(telling, st.none() | telling), max_size=6))
def test_parameters_never_raise(pairs: list[tuple[bytes, bytes | None]]) -> None:
    for name, value in decode_parameters(pairs).items():
        assert name == name.lower()
        assert not set(name + value) & set("\r\n\0")
        value.encode()


@given(telling)
def test_headers_never_raise(raw: bytes) -> None:
    value, parameters = parse_parameter_header(raw)
    assert value == value.lower()
    assert not set(value + "".join(parameters.values())) & set("\r\n\0")


@given(printable, st.integers(1, 12), st.sampled_from(["utf-8", "utf-16-be"]))
def test_every_shape_gives_the_same(text: str, size: int, charset: str) -> None:
    encoded = encode_rfc2231(text, charset, "en").encode()
    head, octets = encoded.split(b"'en'")
    units = re.findall(rb"%..|[^%]", octets)
    cut = [b"".join(units[at : at + size]) for at in range(0, len(units), size)]
    sections = [(b"NAME*%d*" % number, part) for number, part in enumerate([head + b"'en'" + cut[0], *cut[1:]])]
    expected = {"name": text}
    assert decode_parameters([(b"Name*", encoded)]) == expected
    assert decode_parameters(sections) == expected
    assert decode_parameters(reversed(sections)) == expected
    if text.isascii() or charset == "utf-8":
        assert decode_parameters([(b"name", Header(text, "utf-8", maxlinelen=60).encode().encode())]) == expected


@given(printable.filter(lambda text: "=?" not in text))
def test_headers_agree_with_email(text: str) -> None:
    message = Message()
    message.add_header(
        "Content-Disposition", "Attachment", filename=text if text.isascii() else ("utf-8", "", text), size="1"
    )
    raw = message["Content-Disposition"].encode()
    if "\\" not in text:  # email loses count of them before a quotation mark
        assert message.get_filename() == text
    assert parse_parameter_header(raw) == ("attachment", {"filename": text, "size": "1"})


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], {}),
        ([(b"CHARSET", b"UTF-8"), (b"Format", b"flowed")], {"charset": "UTF-8", "format": "flowed"}),
        ([(b"charset", None), (b" ", b"x"), (b"", b"y")], {}),
        ([(b"a", b"x"), (b"", b"y")], {"a": "x"}),  # found by tools/fuzz
        ([(b"a", b"1"), (b"A", b"2")], {"a": "1"}),
        ([(b"a*", b"utf-8''1"), (b"A*", b"utf-8''2")], {"a": "1"}),
        ([(b"a", b"plain"), (b"a*", b"utf-8''%C3%A4"), (b"a*0", b"section")], {"a": "ä"}),
        ([(b"a", b"plain"), (b"a*0", b"sec"), (b"a*1", b"tion")], {"a": "section"}),
        ([(b"a*1", b"b"), (b"a*0", b"a"), (b"a*0", b"x"), (b"a*10", b"d"), (b"a*9", b"c")], {"a": "abcd"}),
        ([(b"a*0*", b"utf-8'en'%C3"), (b"a*1*", b"%A4%41"), (b"a*2", b"%41")], {"a": "äA%41"}),
        ([(b"a*1*", b"%C3%A4"), (b"a*2", b"b")], {"a": "äb"}),
        ([(b"a*0", b"x'y'z"), (b"a*1*", b"%41")], {"a": "x'y'zA"}),
        ([(b"a*", b"no%20quotes")], {"a": "no quotes"}),
        ([(b"a*", b"iso-8859-1''%E4%zz%")], {"a": "ä%zz%"}),
        ([(b"a*", b"''%E4")], {"a": "ä"}),
        ([(b"a*", b"utf-8''it's")], {"a": "it's"}),
        ([(b"a*", b"utf-8''%0D%0ABcc%00")], {"a": " Bcc"}),
        ([(b"a", b"=?utf-8?q?=C3=A4?=")], {"a": "ä"}),
        ([(b"a*0", b"=?utf-8?q?=C3"), (b"a*1", b"=A4?=")], {"a": "ä"}),
        ([(b"a", b"\xe4"), (b"b", b"\xc3\xa4")], {"a": "ä", "b": "ä"}),
        ([(b"*", b"1"), (b"a*x", b"2"), (b"a*12345", b"3")], {"*": "1", "a*x": "2", "a*12345": "3"}),
        # quirk H27 (Lotus Domino): the charset's name is repaired by `charsets`
        ([(b"CHARSET", b'3D"Windows-1252"')], {"charset": '3D"Windows-1252"'}),
    ],
)
def test_parameters(pairs: list[tuple[bytes, bytes | None]], expected: dict[str, str]) -> None:
    assert decode_parameters(pairs) == expected


@pytest.mark.parametrize(
    ("raw", "value", "expected"),
    [
        (b"text/plain", "text/plain", {}),
        (b"", "", {}),
        (b" TEXT/Plain ; Charset = UTF-8 ;", "text/plain", {"charset": "UTF-8"}),
        (b"text/plain;\r\n\tcharset=utf-8;\r\n\tformat=flowed", "text/plain", {"charset": "utf-8", "format": "flowed"}),
        (b"text/plain (c); charset=us-ascii (Plain text)", "text/plain", {"charset": "us-ascii"}),
        (b'"text/plain"; charset="us-ascii" (a=b)', "text/plain", {"charset": "us-ascii"}),
        (b"text/plain charset=utf-8", "text/plain", {"charset": "utf-8"}),
        (b"filename=a.txt", "", {"filename": "a.txt"}),
        (b" filename=a.txt", "", {"filename": "a.txt"}),
        (b'attachment; filename="a;b=c.txt"; size=1', "attachment", {"filename": "a;b=c.txt", "size": "1"}),
        (b'attachment; filename="a" size="1"', "attachment", {"filename": "a", "size": "1"}),
        (b"attachment; filename=my file (1).pdf; size=1", "attachment", {"filename": "my file (1).pdf", "size": "1"}),
        (b"attachment; filename=(1).pdf", "attachment", {"filename": "(1).pdf"}),
        (rb'attachment; filename="a \"b\" \\c"', "attachment", {"filename": r'a "b" \c'}),
        (rb'attachment; filename="C:\temp\a.txt"', "attachment", {"filename": r"C:\temp\a.txt"}),
        (b'attachment; filename="a "b" c.txt"', "attachment", {"filename": 'a "b" c.txt'}),
        (b'attachment; filename="a; size=1', "attachment", {"filename": "a", "size": "1"}),
        (b'attachment; filename="a; name="b; size=1', "attachment", {"filename": "a", "name": "b", "size": "1"}),
        (b'attachment; filename="a\\"', "attachment", {"filename": "a\\"}),
        (b'attachment; filename=""', "attachment", {"filename": ""}),
        (b"attachment; filename=", "attachment", {"filename": ""}),
        (b"attachment; filename*=utf-8''a%20b; filename=c", "attachment", {"filename": "a b"}),
        (b"attachment; filename*0=\"a\"; filename*1='b'", "attachment", {"filename": "a'b'"}),
        (b'attachment; filename="=?utf-8?B?w6Q=?="', "attachment", {"filename": "ä"}),
        (b"attachment; filename==?utf-8?B?w6Q=?=", "attachment", {"filename": "ä"}),
        (b'multipart/mixed; boundary="=_a\'()+_,-./:=?b"', "multipart/mixed", {"boundary": "=_a'()+_,-./:=?b"}),
        (b"text/\xe4", "text/ä", {}),
    ],
)
def test_headers(raw: bytes, value: str, expected: dict[str, str]) -> None:
    assert parse_parameter_header(raw) == (value, expected)


names = (
    st.none() | st.text() | st.text("aC:/\\. ~\u202e\0\n_", max_size=12) | st.text("\U0001f600.a\u3000", min_size=60)
)


@given(names)
def test_a_safe_name_is_safe_and_stays(name: str | None) -> None:
    safe = safe_filename(name, "attachment")
    assert safe
    assert len(safe.encode()) <= 255
    assert not set(safe) & set('/\\<>:"|?*\0\r\n\u202e\u2066')
    assert PurePosixPath(safe).name == PureWindowsPath(safe).name == safe
    assert safe.partition(".")[0].rstrip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
    assert safe[0] != "."
    assert safe[-1] not in " ."
    assert safe_filename(safe, "attachment") == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Zażółć gęślą.txt", "Zażółć gęślą.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("\\\\host\\share\\a.txt", "a.txt"),
        ("folder/", "folder"),
        ("C:a.txt", "a.txt"),
        ("a.txt:stream", "a.txt_stream"),
        ('a<b>"c"|d?e*', "a_b__c__d_e_"),
        (".bashrc", "_bashrc"),
        ("...", None),
        ("a/..", None),
        (" . ", None),
        ("C:", None),
        ("", None),
        (None, None),
        ("\u202e\u200f", None),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\r\nb\0.txt", "ab.txt"),
        ("a\u3000b.txt. ", "a b.txt"),
        ("CON", "_CON"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("com1 .txt", "_com1 .txt"),
        ("LPT²", "_LPT²"),
        ("console.log", "console.log"),
        ("\udc80a", "a"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("é" * 200 + ".pdf", "é" * 125 + ".pdf"),
        ("x" * 300, "x" * 255),
        ("a." + "x" * 300, "a." + "x" * 253),
        ("con" + " " * 300 + "x.txt", "_con.txt"),
        ("nul." + "x" * 251, "_nul." + "x" * 250),
    ],
)
def test_safe_names(name: str | None, safe: str | None) -> None:
    assert safe_filename(name, "attachment") == (safe or "attachment")


def test_quotation_marks_of_the_field_are_not_the_value_s() -> None:
    pairs = [
        (b"filename", b'"a b.txt"'),
        (b"name", b'"'),
        (b"x", b'a"'),
        (b"y*", b"\"utf-8''%C3%A4\""),
    ]  # Twisted 26.10
    assert decode_parameters(pairs) == {"filename": "a b.txt", "name": '"', "x": 'a"', "y": "ä"}


@pytest.mark.parametrize(
    "raw",
    [b'a="b;' * 100_000, b'a=" ' * 100_000,
     b'="' * 200_000, b"a" * 500_000, b"a " * 250_000, b" (" * 250_000, b"\\" * 500_000,
     b'x; a="' + b'\\"' * 200_000, b'x; a="' + b'" ' * 200_000, b"a=b;" * 100_000, b" " * 500_000, b'" a' * 200_000],
    ids=range(12),
)  # fmt: skip
def test_time_is_linear(raw: bytes) -> None:
    started = time.process_time()
    parse_parameter_header(raw)
    parse_parameter_header(b"x; a=" + raw)
    decode_parameters([(raw, raw), (b"a*", raw), (b"b*0*", raw)])
    safe_filename(raw.decode(), "a")
    assert time.process_time() - started < 5


def test_names_are_cut_whichever_way_they_are_read() -> None:
    name = b"x" * 300
    assert decode_parameters([(name, b"1")]) == {"x" * 256: "1"}
    assert decode_parameters([(name, b"1"), (b"none*", None)]) == {"x" * 256: "1"}
