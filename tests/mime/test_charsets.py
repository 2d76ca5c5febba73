"""Charsets: what a label means, what happens when it lies, and which codecs are never used."""

from __future__ import annotations

import codecs
import encodings
import pkgutil
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.mime.charsets import decode

ALL_CODECS = sorted({module.name for module in pkgutil.iter_modules(encodings.__path__)} - {"aliases"})
NO_TEXT = [
    "base64_codec", "bz2_codec", "charmap", "hex_codec", "idna", "mbcs", "oem", "punycode", "quopri_codec",
    "raw_unicode_escape", "rot_13", "undefined", "unicode_escape", "uu_codec", "zlib_codec",
]  # fmt: skip

labels = st.none() | st.sampled_from([*ALL_CODECS, "x-unknown", "zip", "gb2312", "cp99", "iso-8859-99"]) | st.text()


@given(st.binary() | st.text().map(str.encode), labels)
def test_never_raises_and_can_be_encoded_again(data: bytes, label: str | None) -> None:
    text, clean = decode(data, label)
    text.encode()
    assert isinstance(clean, bool)


@given(st.text(st.characters(exclude_characters="\ufeff", exclude_categories=("Cs",))))
def test_utf_8_is_found_without_a_label(text: str) -> None:
    assert decode(text.encode(), None) == (text, True)


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        ("naïve", "utf8", "utf-8"),
        ("naïve", "UTF-8", "utf-8"),
        ("naïve", "'utf-8'", "utf-8"),
        ("naïve", "utf-8*en-GB", "utf-8"),
        ("naïve", "utf-8; format=flowed", "utf-8"),
        ("naïve", 'charset="utf-8"', "utf-8"),
        ("naïve", "x-unknown", "utf-8"),
        ("naïve", "unknown-8bit", "utf-8"),
        ("naïve", "", "utf-8"),
        ("naïve", "unicode-1-1-utf-7", "utf-7"),
        ("naïve", "unicode-1-1-utf-8", "utf-8"),
        ("naïve", "utf-8", "utf-8-sig"),
        ("naïve", "utf-16", "utf-16"),
        ("naïve", "utf-16le", "utf-16-le"),
        ("plain", "us-ascii", "ascii"),
        ("plain", "ANSI_X3.4-1968", "ascii"),
        ("plain", "ansi_x3.4", "ascii"),
        ("“naïve” €", "iso-8859-1", "cp1252"),
        ("“naïve” €", "latin1", "cp1252"),
        ("“naïve” €", "windows-1252", "cp1252"),
        ("“naïve” €", "3Dwindows-1252", "cp1252"),
        ("“naïve” €", '3D"Windows-1252"', "cp1252"),
        ("“naïve” €", "windows 1252", "cp1252"),
        ("“naïve” €", "x-cp1252", "cp1252"),
        ("naïve €", "ISO_8859-15", "iso8859-15"),
        ("naïve", "cp-850", "cp850"),
        ("naïve", "ibm850", "cp850"),
        ("שלום", "iso-8859-8-i", "iso8859-8"),
        ("Привет", "koi8-r", "koi8-r"),
        ("Привет", "win-1251", "cp1251"),
        ("Привет", "x-mac-cyrillic", "mac-cyrillic"),
        ("简体镕", "gb2312", "gb18030"),
        ("简体镕", "GBK", "gb18030"),
        ("繁體", "big5", "big5"),
        ("㗎", "big5", "big5hkscs"),
        ("한국어 똠", "ks_c_5601-1987", "cp949"),
        ("한국어 똠", "euc-kr", "cp949"),
        ("日本語①", "x-sjis", "cp932"),
        ("日本語①", "windows-31j", "cp932"),
        ("日本語", "iso-2022-jp", "iso2022-jp"),
        ("ﾊﾝｶｸ", "iso-2022-jp", "iso2022-jp-ext"),
        ("日本語", "x-euc-jp", "euc-jp"),
        ("“ไทย”", "tis-620", "cp874"),
    ],
)
def test_labels(text: str, label: str, codec: str) -> None:
    assert decode(text.encode(codec), label) == (text, True)


@pytest.mark.parametrize("octets", [b"\x81", b"\x80\x8d\xe9"])
def test_windows_1252_has_no_holes(octets: bytes) -> None:
    expected = {b"\x81": "\x81", b"\x80\x8d\xe9": "€\x8dé"}[octets]
    assert decode(octets, "windows-1252") == (expected, True)


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("naïve".encode(), "us-ascii", "naïve"),
        ("naïve".encode("cp1252"), "us-ascii", "naïve"),
        ("naïve".encode("cp1252"), "utf-8", "naïve"),
        ("naïve".encode("cp1252"), None, "naïve"),
        (b"\x81\x9d", None, "\x81\x9d"),
        ("naïve".encode(), "no-such-charset", "naïve"),
        (b"a\xc3", "gb2312", "aÃ"),
        ("Привет, мир".encode()[:-1], "utf-8", "Привет, ми\ufffd"),
        ("Привет, мир".encode()[:-1], None, "Привет, ми\ufffd"),
        ("日本語".encode("shift-jis")[:-1], "shift-jis", "日本\ufffd"),
        ("plain".encode("utf-16-le")[:-1], "utf-16le", "plai\ufffd"),
        (b"+2AA-", "utf-7", "+2AA-"),
        (b"caf\xe9 +2AA-", "utf-7", "café +2AA-"),
        ("né".encode("utf-16"), "iso-8859-99", "ÿþn\0é\0"),
    ],
)
def test_what_lies_is_guessed(data: bytes, label: str | None, text: str) -> None:
    assert decode(data, label) == (text, False)


@pytest.mark.parametrize("codec", ALL_CODECS)
def test_every_codec_of_python_is_text_or_refused(codec: str) -> None:
    # A codec that a later Python adds fails here: decide then which of the two it is.
    if codec in NO_TEXT:
        assert decode(b"plain", codec) == ("plain", False)
    else:
        text = decode("plain".encode(codec), codec)[0]
        assert text == "plain"
        assert codecs.lookup(codec).decode("plain".encode(codec))[0] == "plain"


@pytest.mark.parametrize("label", ["base64", "zip", "zlib", "bz2", "rot13", "hex", "uu", "quopri", "idna", "punycode"])
def test_codecs_that_are_no_charsets_are_refused(label: str) -> None:
    assert decode(b"cGxhaW4=", label) == ("cGxhaW4=", False)


@pytest.mark.parametrize("label", ["unicode_escape", "raw_unicode_escape", "unicode-escape"])
def test_nothing_is_evaluated(label: str) -> None:
    assert decode(b"\\u0041", label) == ("\\u0041", False)


@pytest.mark.parametrize("label", ["utf-8", "utf-7", "gb2312", "iso-2022-jp", "utf-16", "x" * 1_000_000])
def test_time_is_linear(label: str) -> None:
    started = time.process_time()
    for data in (b"\xff" * 1_000_000, b"+/v8-" * 200_000, b"\x1b$B" * 300_000):
        decode(data, label)
    assert time.process_time() - started < 5
