"""Header text, blocks, dates and identifiers: the standard library agrees on what is valid, nothing raises."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import pickle
import time
from base64 import b64encode
from email.header import Header, decode_header, make_header
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.mime.headers import (
    Headers,
    decode_text,
    one_line,
    parse_date,
    parse_headers,
    parse_message_ids,
)

telling = st.lists(
    st.sampled_from(
        [b"=?", b"?=", b"=?utf-8?q?", b"=?UTF-8?B?", b"=?iso-2022-jp?B?", b"?q?", b" ", b"\t", b"\r\n ", b"\n", b"=C3",
         b"=A4", b"w6TDtg==", b"w6", b"=", b"?", b"a", b"\xc3\xa4", b"\xe4", b"\0", b"=0D=0A", b":", b"Subject: ",
         b"From x", b"\r\n", b"<", b">", b"@", b"(", b")", b"Mon, ", b"1 Jan 20", b"10:20:30 ", b"+0200"]
    ),
    max_size=24,
).map(b"".join) | st.binary(max_size=200)  # fmt: skip

words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), exclude_characters="=?\xad\ufeff"), min_size=1
)


# --- text ---


@given(telling | st.text() | st.text(st.characters(categories=("Cs", "Ll"))))
def test_text_never_raises_and_is_one_line(raw: bytes | str) -> None:
    text = decode_text(raw)
    assert not set(text) & set("\r\n\0")
    text.encode()


@given(st.lists(words, min_size=1, max_size=12).map(" ".join), st.sampled_from(["utf-8", "utf-16-be"]))
def test_text_agrees_with_email(text: str, charset: str) -> None:
    encoded = Header(text, charset, maxlinelen=40, header_name="Subject").encode(linesep="\r\n")
    assert str(make_header(decode_header(encoded))) == text
    assert decode_text(encoded) == text
    assert decode_text(encoded.encode()) == text


@given(st.lists(words, min_size=1, max_size=6).map(" ".join), st.integers(1, 40))
def test_words_may_be_cut_within_a_character(text: str, size: int) -> None:
    octets = text.encode()
    cut = [octets[at : at + size] for at in range(0, len(octets), size)]
    assert decode_text(b"\r\n ".join(b"=?utf-8?B?%b?=" % b64encode(part) for part in cut)) == text
    quoted = ["".join(f"={octet:02x}" for octet in part) for part in cut]
    assert decode_text("\r\n\t".join(f"=?UTF-8*en?q?{part}?=" for part in quoted)) == text


@given(
    st.text(st.characters(exclude_characters="\0\r\n\ufeff", exclude_categories=("Cs",))).filter(
        lambda t: "=?" not in t
    )
)
def test_raw_utf_8_is_itself(text: str) -> None:
    assert decode_text(text) == text
    assert decode_text(text.encode()) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Hello", "Hello"),
        (b"a\r\n b\n\tc", "a b\tc"),
        (b"a\r\nBcc: b\0", "a Bcc: b"),
        (b"=?iso-8859-1?q?Caf=E9_=80?= x", "Café € x"),
        (b"=?ISO-8859-1*fr?Q?a=e9?=", "aé"),
        (b"a =?utf-8?q?b?= c", "a b c"),
        (b"a=?utf-8?q?b?=c", "abc"),
        (b"=?utf-8?q?a?= \t =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "aé"),
        (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= , =?utf-8?q?b?=", "a , b"),
        (b" =?utf-8?q?a?= ", " a "),
        (b"=?utf-8?q?a b?=", "a b"),
        (b"=?utf-8?q?a\r\n b?=", "a b"),
        (b"=?utf-8?q?what?_no?=", "what? no"),
        (b"=?utf-8?q??=", ""),
        (b"=?utf-8?q?=?=", ""),
        (b"=?utf-8?q?1=zz?=", "1=zz"),
        (b"=?utf-8?b?w6TDtg?=", "äö"),
        (b"=?utf-8?b?w6T Dtg==?=", "äö"),
        (b"=?utf-8?b?w6?= =?utf-8?b?TDtg?=", "äö"),
        (b"=?utf-8?b?/w==?= =?utf-8?b?/w==?=", "ÿÿ"),
        (b"=?utf-8?b?/w==?= =?utf-8?q?a?=", "ÿa"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?x-unknown?q?=C3=A4?=", "ä"),
        (b"=?no-such?q?=E4?=", "ä"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"=?utf-8?q?cut", "=?utf-8?q?cut"),
        (b"=?utf-8?q?cut =?utf-8?q?b?=", "=?utf-8?q?cut b"),
        (b'"=?utf-8?Q?J=C3=BCrgen?=" x', '"Jürgen" x'),
        (b"=?utf-8?q?a=0D=0ABcc:=00_b?=", "a Bcc: b"),
        (b"=?utf-8?q?=C3=A4?= \xc3\xa4 \xe4", "ä Ã¤ ä"),
        (b"G\xfcnstig", "Günstig"),
        ("G\udcfcnstig", "Günstig"),
        ("\ud800\udcfc", "??"),
        # quirks: G11 (Gmail leaves quotes within the word), G05 (qq.com)
        (b'=?UTF-8?Q?"Dummy=C3=ADa_Pa=C3=A1ndez_Algo"?=', '"Dummyía Paández Algo"'),
        (b"=?GBK?B?dHR0?=", "ttt"),
        (b"=?GBK?B?XA==?=", "\\"),
        # quirk G07
        (b"HUK24 AG - Digital. Einfach. G\xfcnstiger.", "HUK24 AG - Digital. Einfach. Günstiger."),
    ],
)
def test_text(raw: bytes | str, text: str) -> None:
    assert decode_text(raw) == text


def test_one_line() -> None:
    assert one_line("a\r\n\r\nb\rc\0d\n") == "a b cd "


# --- blocks ---


@given(telling)
def test_blocks_never_raise(block: bytes) -> None:
    headers = parse_headers(block)
    for name, values in headers.items():
        assert name.isascii()
        assert len(values) == len(headers.raw(name)) > 0
    assert len(headers) == len(list(headers)) <= len(headers.fields)


names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True)


@given(st.lists(st.tuples(names, words), max_size=8))
def test_blocks_agree_with_email(fields: list[tuple[str, str]]) -> None:
    block = "".join(f"{name}: {value}\r\n" for name, value in fields).encode() + b"\r\nBody: 1\r\n"
    headers = parse_headers(block)
    assert headers.fields == tuple((name, value.encode()) for name, value in fields)
    expected = email.message_from_bytes(block, policy=email.policy.compat32)
    assert [name for name, _ in headers.fields] == expected.keys()
    for name, _ in fields:
        assert headers[name.swapcase()] == tuple(value for key, value in fields if key.lower() == name.lower())


BLOCK = (
    b"From sender@example.org Mon Jan  1 00:00:00 2024\n"
    b" a continuation of nothing\r\n"
    b"Received: by a\r\n\tfor b\r\n"
    b"Subject : =?utf-8?Q?=C3=84?=\n"
    b"a line of garbage\r\n"
    b" and its continuation\r\n"
    b"RECEIVED:by c\r\n"
    b"Empty:\r\n"
    b"\r\n"
    b"Body: no header\r\n"
)


def test_a_block_with_everything_wrong() -> None:
    headers = parse_headers(BLOCK)
    assert list(headers) == ["Received", "Subject", "Empty"]
    assert headers["received"] == headers["RECEIVED"] == ("by a\tfor b", "by c")
    assert headers.raw("Received") == (b"by a\r\n\tfor b", b"by c")
    assert headers.raw("To") == ()
    assert headers["subject"] == ("Ä",)
    assert headers.first("received") == "by a\tfor b"
    assert headers.first("to") is None
    assert "SUBJECT" in headers
    assert "body" not in headers
    assert 1 not in headers
    assert headers.get("to", ()) == ()
    assert len(headers) == 3
    assert repr(headers) == "<Headers Received, Subject, Empty>"
    with pytest.raises(KeyError):
        headers["to"]


def test_a_block_may_end_without_an_empty_line_or_have_no_field() -> None:
    assert parse_headers(b"A: 1\nB: 2").fields == (("A", b"1"), ("B", b"2"))
    assert parse_headers(b"\r\nBody: 1\r\n").fields == parse_headers(b"").fields == ()


def test_headers_are_values() -> None:
    headers, same, other = parse_headers(BLOCK), parse_headers(BLOCK), parse_headers(b"A: 1\r\n")
    assert headers == same
    assert headers != other
    assert headers != dict(headers)
    assert hash(headers) == hash(same)
    assert pickle.loads(pickle.dumps(headers)) == headers
    assert Headers() == parse_headers(b"")


# --- dates ---


@given(telling | st.text())
def test_dates_never_raise_and_are_aware(raw: bytes | str) -> None:
    moment = parse_date(raw)
    assert moment is None or moment.astimezone(dt.UTC).tzinfo is dt.UTC


zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9998, 12, 31), timezones=zones))
def test_dates_agree_with_email(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    written = format_datetime(moment)
    parsed = parse_date(written)
    assert parsed is not None
    assert parsed == parse_date(written.encode()) == moment
    assert parsed.utcoffset() == moment.utcoffset()
    if "-0000" not in written:
        assert parsedate_to_datetime(written) == moment


def at(*fields: int, hours: float = 0) -> dt.datetime:
    year, month, day, hour, minute, second = fields
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.timezone(dt.timedelta(hours=hours)))


MOMENT = (1997, 11, 21, 9, 55, 6)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Fri, 21 Nov 1997 09:55:06 -0600", at(*MOMENT, hours=-6)),
        ("21 Nov 97 09:55:06 GMT", at(*MOMENT)),
        ("Fri 21 NOV 1997 09:55:06 EST", at(*MOMENT, hours=-5)),
        ("Friday, 21-November-1997 9:55:06 pdt", at(*MOMENT, hours=-7)),
        ("Fri,21 Nov 1997 09:55:06", at(*MOMENT)),
        ("21 Nov 1997 09:55:06 -0000", at(*MOMENT)),
        ("21 Nov 1997 09:55:06 A", at(*MOMENT)),
        ("21 Nov 1997 09:55:06 CEST", at(*MOMENT)),
        ("21 Nov 1997 09:55:06 +0530 (IST)", at(*MOMENT, hours=5.5)),
        ("21 Nov 1997 09:55:06 +05:30", at(*MOMENT, hours=5.5)),
        ("21 Nov 1997 09:55:06 GMT+0100", at(*MOMENT, hours=1)),
        ("21 Nov 1997 09:55:06.123 +0000 GMT", at(*MOMENT)),
        ("21 Nov 1997 09:55:06+0100", at(*MOMENT, hours=1)),
        ("21 Nov 1997 09:55:06 +01000", at(*MOMENT)),
        ("21 Nov 1997 09:55 +0100", at(1997, 11, 21, 9, 55, 0, hours=1)),
        (" Fri, \r\n 21 Nov 1997 09(comment):   55  :  06 -0600", at(*MOMENT, hours=-6)),
        ("Fri (a (nested\\) one)), 21 (x) Nov 1997 09:55:06 (", at(*MOMENT)),
        ("1 Jan 49 00:00:00 Z", at(2049, 1, 1, 0, 0, 0)),
        ("1 Jan 50 00:00:00 Z", at(1950, 1, 1, 0, 0, 0)),
        ("1 Jan 101 00:00:00 Z", at(2001, 1, 1, 0, 0, 0)),
        ("31 Dec 2016 23:59:60 +0000", at(2017, 1, 1, 0, 0, 0)),
        ("31 Dec 9998 23:59:59 +0000", at(9998, 12, 31, 23, 59, 59)),
        ("31 Dec 2016 23:59:61 +0000", None),
        ("31 Dec 9999 23:59:59 +0000", None),
        ("1 Jan 0001 00:00:00 +0000", None),
        ("32 Dec 2016 00:00:00 +0000", None),
        ("1 Foo 2016 00:00:00 +0000", None),
        ("1 Jan 2016 24:00:00 +0000", None),
        ("1 Jan 2016 00:00:00 +2400", None),
        ("2016-01-01 00:00:00", None),
        ("", None),
        (b"1 Jan 2016 00:00:00 \xff", at(2016, 1, 1, 0, 0, 0)),
        # quirks G01 (outlook.com), G13
        ("Mon, 24 May 20 21 09:47:50 +0000", None),
        ("Sat, 8 May 2010 16.03.09 +0200", None),
    ],
)
def test_dates(raw: bytes | str, moment: dt.datetime | None) -> None:
    parsed = parse_date(raw)
    assert parsed == moment
    assert parsed is None or moment is None or parsed.utcoffset() == moment.utcoffset()


# --- message identifiers ---


@given(telling | st.text())
def test_message_ids_never_raise(raw: bytes | str) -> None:
    for identifier in parse_message_ids(raw):
        assert identifier.startswith("<")
        assert identifier.endswith(">")
        assert not set(identifier) & set("\r\n\0")


@given(
    st.lists(st.from_regex(r"<[a-z0-9.$+-]{1,20}@[a-z0-9.-]{1,20}>", fullmatch=True)),
    st.sampled_from([" ", "\r\n ", "", ", "]),
)
def test_message_ids_are_found(identifiers: list[str], between: str) -> None:
    assert parse_message_ids(between.join(identifiers)) == tuple(identifiers)


@pytest.mark.parametrize(
    ("raw", "identifiers"),
    [
        (b"<a@b> \r\n\t<c@d>", ("<a@b>", "<c@d>")),
        (b"Your message of Monday <a@b> (mail)", ("<a@b>",)),
        (b"<a.long\r\n .one@b>", ("<a.long.one@b>",)),
        (b"a@b", ("<a@b>",)),
        (b"<a@b", ("<a@b>",)),
        (b'"a@b", nothing @', ("<a@b>",)),
        (b"<\xe4@b>", ("<ä@b>",)),
        ("<ä@b>", ("<ä@b>",)),
        (b"<a\0@b>", ("<a@b>",)),
        (b"nothing here", ()),
        (b"<>", ()),
        (b"", ()),
        (b"a@b>c <d@e", ("<a@b>", "<d@e>")),  # found by tools/fuzz
    ],
)
def test_message_ids(raw: bytes | str, identifiers: tuple[str, ...]) -> None:
    assert parse_message_ids(raw) == identifiers


@pytest.mark.parametrize(
    "raw",
    [b"=?utf-8?q?" * 50_000, b"=?" * 300_000, b"=?a?q?" + b"=" * 500_000, b"=?a?q?" + b"?" * 500_000,
     b"\r\n " * 200_000, b"<" * 500_000, b"(" * 500_000, b"A:\n" * 200_000, b"A: " + b"\n " * 200_000, b"a" * 500_000,
     b" " * 500_000,
     b"=?utf-8?q?a?= " * 40_000, b"=?utf-8?b?/w==?= " * 30_000],
    ids=["unfinished words", "starts", "equals", "questions", "folds", "angles", "comments", "fields", "continuations",
         "letters", "spaces", "words", "bad words"],
)  # fmt: skip
def test_time_is_linear(raw: bytes) -> None:
    started = time.process_time()
    decode_text(raw)
    parse_headers(raw)
    parse_headers(b"Subject: " + raw)["subject"]
    parse_date(raw)
    parse_message_ids(raw)
    assert time.process_time() - started < 5
