"""Host names in ASCII."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.transport.hostnames import ascii_host


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("imap.example.org", "imap.example.org"),
        ("IMAP.Example.ORG", "imap.example.org"),
        ("imap.example.org.", "imap.example.org"),
        ("localhost", "localhost"),
        ("my_host", "my_host"),
        ("a-b.example", "a-b.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("[2001:DB8::1]", "2001:DB8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("[fe80::1%en0.100]", "fe80::1%en0.100"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("почта.рф.", "xn--80a1acny.xn--p1ai"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_names(host: str, wanted: str) -> None:
    assert ascii_host(host) == wanted
    assert ascii_host(wanted) == wanted


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "..",
        "a..b",
        " ",
        "a b",
        " a",
        "a\n",
        "a\0b",
        "a\tb",
        "a\x7fb",
        "-a.example",
        "a-.example",
        "a" * 64,
        "ü" * 60,
        ".".join(["a" * 50] * 6),
        "ü." * 200,
        "user@example.org",
        "imap://example.org",
        "imap.example.org:993",
        "[::1]:993",
        "[::1",
        "::1]",
        "[127.0.0.1]",
        "[]",
        "::g",
        "fe80::1%",
        "fe80::1%a b",
        "fe80::1%a\0",
        "ü\0",
        "ü b",
        "☃.example",
        "ü..example",
        "\ud800.example",
    ],
)
def test_what_is_refused(host: str) -> None:
    with pytest.raises(InvalidArgument, match="host name"):
        ascii_host(host)


@settings(deadline=None)  # the first one imports idna's tables
@given(st.text(max_size=300))
def test_any_text_is_a_name_or_refused(host: str) -> None:
    try:
        name = ascii_host(host)
    except InvalidArgument:
        return
    assert name.isascii()
    assert name.isprintable()
    assert " " not in name
    assert ascii_host(name) == name
