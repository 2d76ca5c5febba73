"""Transfer encodings: any cut of the input gives the same, binascii agrees on what is valid, nothing raises."""

from __future__ import annotations

import binascii
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.mime.transfer import Decoder, decode

ENCODINGS = ["7bit", "base64", "quoted-printable", "x-uuencode", "x-strange"]

# Octets that mean something to one of the encodings, and a few that mean nothing.
telling = st.lists(
    st.sampled_from(
        [b"=", b"==", b" ", b"\t", b"\r", b"\n", b"\r\n", b"=\r\n", b"= \n", b"a", b"A", b"4", b"1", b"=3D", b"\xe4",
         b"begin 644 f\n", b"end\n", b"#0V%T\n", b"`\n", b"QUJD", b"!", b"Q==", b"-", b"\0", b"M" * 40, b" " * 70]
    ),
    max_size=30,
).map(b"".join) | st.binary(max_size=200)  # fmt: skip


def by_chunks(data: bytes, encoding: str, cuts: list[int]) -> tuple[bytes, tuple[str, ...]]:
    decoder = Decoder(encoding)
    bounds = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    out = b"".join(decoder.feed(data[start:end]) for start, end in pairwise(bounds)) + decoder.finish()
    return out, decoder.defects


@given(telling, st.sampled_from(ENCODINGS), st.lists(st.integers(0, 1000), max_size=8))
def test_cuts_change_nothing(data: bytes, encoding: str, cuts: list[int]) -> None:
    whole = by_chunks(data, encoding, [])
    assert by_chunks(data, encoding, cuts) == whole
    assert by_chunks(data, encoding, list(range(len(data)))) == whole
    assert decode(data, encoding) == whole[0]


@given(st.binary(max_size=500), st.integers(1, 60))
def test_base64_agrees_with_binascii(data: bytes, width: int) -> None:
    encoded = binascii.b2a_base64(data, newline=False)
    folded = b"\r\n".join(encoded[at : at + width] for at in range(0, len(encoded), width))
    assert by_chunks(folded, "base64", []) == (data, ())


@given(st.binary(max_size=500), st.booleans())
def test_quoted_printable_agrees_with_binascii(data: bytes, istext: bool) -> None:
    encoded = binascii.b2a_qp(data, istext=istext)
    assert by_chunks(encoded, "quoted-printable", []) == (binascii.a2b_qp(encoded), ())


@given(st.binary(max_size=500), st.booleans())
def test_uuencode_agrees_with_binascii(data: bytes, backtick: bool) -> None:
    lines = [binascii.b2a_uu(data[at : at + 45], backtick=backtick) for at in range(0, len(data), 45)]
    encoded = b"\n\nbegin 644 data.bin\n" + b"".join(lines) + b"`\nend\n"
    assert by_chunks(encoded.replace(b"\n", b"\r\n"), "x-uuencode", []) == (data, ())


@pytest.mark.parametrize(
    ("data", "expected", "defects"),
    [
        (b"SGVsbG8=", b"Hello", ()),
        (b"SGVs bG8\t=\r\n", b"Hello", ()),
        (b"SGVsbG8", b"Hello", ("padding missing",)),
        (b"SGVsbG", b"Hell", ("padding missing",)),
        (b"SGVsb", b"Hel", ("padding missing",)),
        (b"SG.V*sbG8=", b"Hello", ("characters that are no base64",)),
        (b"SGVsbG8=\r\n-- \r\nThe list\r\n", b"Hello", ("text after the padding",)),
        (b"SGVs=bG8=", b"Hello", ("characters that are no base64",)),
        (b"SG=VsbG8=", b"Hello", ("characters that are no base64",)),
        (b"SGVsbG8=\r\n", b"Hello", ()),
        (b"SA==SA==", b"H", ("text after the padding",)),
        (b"SA=", b"H", ("padding missing",)),
        (b"", b"", ()),
        (b"====", b"", ("characters that are no base64",)),
    ],
)
def test_base64(data: bytes, expected: bytes, defects: tuple[str, ...]) -> None:
    assert by_chunks(data, "base64", []) == (expected, defects)


def test_base64_after_its_end_gives_nothing() -> None:
    decoder = Decoder("base64")
    assert decoder.feed(b"SA==") == b"H"
    assert decoder.feed(b"\r\n") == b""
    assert decoder.defects == ()
    assert decoder.feed(b"SA==") == b""
    assert decoder.defects == ("text after the padding",)
    assert decoder.finish() == b""


@pytest.mark.parametrize(
    ("data", "expected", "defects"),
    [
        (b"caf=C3=a9", "café".encode(), ()),
        (b"a=\r\nb=\nc", b"abc", ()),
        (b"a= \t\r\nb", b"ab", ()),
        (b"1=2 = x =zz", b"1=2 = x =zz", ("'=' that encodes nothing",)),
        (b"== \n\n", b"=\n", ("'=' that encodes nothing",)),
        (b"==41", b"=A", ("'=' that encodes nothing",)),
        (b"a=\rlost?\nb", b"a=\rlost?\nb", ("'=' that encodes nothing",)),
        (b"a=", b"a", ()),
        (b"a=  ", b"a", ()),
        (b"a=\r", b"a", ()),
        (b"a=4", b"a=4", ("'=' that encodes nothing",)),
        (b"kept  \r\nkept", b"kept  \r\nkept", ()),
        (b"a_b", b"a_b", ()),
        (b"\xe9=E9", b"\xe9\xe9", ()),
        (b"a=" + b" " * 65 + b"\n", b"a=" + b" " * 65 + b"\n", ("'=' that encodes nothing",)),
    ],
)
def test_quoted_printable(data: bytes, expected: bytes, defects: tuple[str, ...]) -> None:
    assert by_chunks(data, "quoted-printable", []) == (expected, defects)


@pytest.mark.parametrize(
    ("data", "expected", "defects"),
    [
        (b"text\nbegin 644 cat.txt\n#0V%T\n`\nend\ntext", b"Cat", ()),
        (b"begin 644 cat.txt\n#0V%TX\n \nend", b"Cat", ()),
        (b"begin 644 cat.txt\n#0V%T", b"Cat", ("no 'end' line",)),
        (b"begin 644 cat.txt\n#0\x80%T\n#0V%T\n\nend\n", b"Cat", ("a line that is no uuencode",)),
        (b"begin 644 f\n#" + b"M" * 600 + b"\n#0V%T\nend\n", b"Cat", ("a line that is no uuencode",)),
        (b"#0V%T\n", b"", ("no 'begin' line",)),
    ],
)
def test_uuencode(data: bytes, expected: bytes, defects: tuple[str, ...]) -> None:
    assert by_chunks(data, "uuencode", []) == (expected, defects)


@pytest.mark.parametrize("name", ["7bit", "8BIT", "binary", " 7-Bit ", "", '"8bit"', "7bit; charset=us-ascii"])
def test_identity(name: str) -> None:
    assert by_chunks(b"=41\0\xff", name, []) == (b"=41\0\xff", ())


def test_an_unknown_encoding_changes_nothing_and_says_so() -> None:
    assert by_chunks(b"=41", "X-Own", []) == (b"=41", ("unknown transfer encoding 'x-own'",))


@pytest.mark.parametrize(
    "data",
    [b"=" * 1_000_000, b"= " * 500_000, (b"=" + b" " * 64) * 15_000, b"a=b=" * 250_000, b" " * 1_000_000],
    ids=["equals", "equals and spaces", "almost soft breaks", "stray", "spaces"],
)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode"])
def test_time_is_linear(data: bytes, encoding: str) -> None:
    started = time.process_time()
    decode(data, encoding)
    assert time.process_time() - started < 5
