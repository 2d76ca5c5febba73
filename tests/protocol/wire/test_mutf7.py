from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imapkit.protocol.wire.mutf7 import decode, decode_utf8, encode, encode_utf8

#: Names as text, rich in what is special in modified UTF-7.
names = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.sampled_from("&-,/+a é\x00\x01\r\n\x7f\x80ÿ日\u20ac\U0001f600\U0010ffff")),
)
#: Names as octets, rich in what almost is modified UTF-7.
octets = st.one_of(
    st.binary(),
    st.lists(
        st.sampled_from(
            [
                *(
                    b"&",
                    b"-",
                    b"&-",
                    b"A",
                    b"AOk",
                    b"AOkA",
                    b"&AOk-",
                    b"2D3eAA",
                    b"2D0",
                    b"3gA",
                    b"AGE",
                    b"/",
                    b",",
                    b"=",
                ),
                *(b"\xc3\xa9", b"\xff", b"\x00", b"\x1b", b"\x7f", b"\r\n", b" "),
            ]
        )
    ).map(b"".join),
)


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        # RFC 3501, 5.1.3
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("", b""),
        ("&", b"&-"),
        ("&&", b"&-&-"),
        ("Q&A", b"Q&-A"),
        ("a-b", b"a-b"),
        ("+", b"+"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("é", b"&AOk-"),
        ("é&é", b"&AOk-&-&AOk-"),
        ("é-", b"&AOk--"),
        ("\U0001f600", b"&2D3eAA-"),
        ("\uffff", b"&,,8-"),
        ("tab\té", b"tab&AAkA6Q-"),
    ],
)
def test_known_names(name: str, wire: bytes) -> None:
    assert encode(name) == wire
    assert decode(wire) == name


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        (b"Q&A", "Q\udc26A"),
        (b"&", "\udc26"),
        (b"&&-", "\udc26\udc26-"),
        (b"caf\xe9", "caf\udce9"),
        (b"caf\xc3\xa9", "caf\udcc3\udca9"),
        (b"&AGE-", "\udc26AGE-"),  # "a" needs no shift
        (b"&AOk-&AOk-", "\udc26AOk-\udc26AOk-"),  # one shift would have done
        (b"&AOl-", "\udc26AOl-"),  # bits that are left over are not zero
        (b"&AO/-", "\udc26AO/-"),  # "/" is written ","
        (b"&AOk=-", "\udc26AOk=-"),
        (b"&A-", "\udc26A-"),
        (b"&2D0-", "\udc262D0-"),  # half a surrogate pair
        (b"&AOk", "\udc26AOk"),
        (b"&AOk-a&AOk", "\udc26AOk-a\udc26AOk"),
        (b"\xff&AOk-", "\udcff\udc26AOk-"),
        (b"\x01&AOk-", "\udc01\udc26AOk-"),
        (b"tab\tname", "tab\tname"),
    ],
)
def test_what_is_not_modified_utf7_is_carried_through(wire: bytes, name: str) -> None:
    assert decode(wire) == name
    assert encode(name) == wire


@given(octets)
@example(b"\x01&")
@example(b"\x7f\xff")
def test_a_listed_name_can_be_sent_back(wire: bytes) -> None:
    assert encode(decode(wire)) == wire


@given(names)
def test_a_name_that_was_sent_is_read_again(name: str) -> None:
    assert decode(encode(name)) == name


@given(names.filter(lambda name: not any(c < " " or c == "\x7f" for c in name)))  # Python writes white space directly
def test_it_agrees_with_python_s_utf7(name: str) -> None:
    """RFC 2152's UTF-7 with "&" for "+", "," for "/", always an end to a shift, and all printable ASCII direct."""
    wire = encode(name)
    assert wire.isascii()
    assert all(0x20 <= octet <= 0x7E for octet in wire)
    pieces = wire.decode().split("&")
    utf7 = pieces[0].replace("+", "+-")
    for piece in pieces[1:]:
        shifted, end, direct = piece.partition("-")
        assert end == "-"
        utf7 += f"+{shifted.replace(',', '/')}-" if shifted else "&"
        utf7 += direct.replace("+", "+-")
    assert utf7.encode().decode("utf-7") == name


@given(st.binary())
def test_utf8_names_too(wire: bytes) -> None:
    assert encode_utf8(decode_utf8(wire)) == wire


@given(names)
def test_utf8_names_back(name: str) -> None:
    assert decode_utf8(encode_utf8(name)) == name


@pytest.mark.parametrize("name", ["\ud800", "é\udbff", "\ud83d\udc41"])
def test_a_lone_surrogate_that_stands_for_no_octet(name: str) -> None:
    for encoder in (encode, encode_utf8):
        with pytest.raises(UnicodeEncodeError):
            encoder(name)


@pytest.mark.parametrize(
    "wire",
    [
        pytest.param(unit * 200_000, id=repr(unit))
        for unit in (b"&", b"&a", b"&-", b"&AOk-", b"-", b"\xff", b"&\xff", b"&AOk-a", b"A")
    ]
    + [pytest.param(b"&" + b"A" * 800_000, id="no end"), pytest.param(b"&" + b"A" * 800_000 + b"-", id="long shift")],
)
def test_long_names_are_linear(wire: bytes) -> None:
    assert encode(decode(wire)) == wire
