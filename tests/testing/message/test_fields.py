"""Parameters and addresses, as senders write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.testing.message.fields import Address, parse_addresses, parse_list, parse_parameters, unfold


def address(mailbox: bytes, host: bytes = b"x.test", name: bytes | None = None, route: bytes | None = None) -> Address:
    return Address(name, route, mailbox, host)


END = Address(None, None, None, None)


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        (b"", []),
        (b" , ,", []),
        (b"a@x.test", [address(b"a")]),
        (b"<a@x.test>", [address(b"a")]),
        (b"A B <a@x.test>", [address(b"a", name=b"A B")]),
        (b'"A, B" <a@x.test>, b@x.test', [address(b"a", name=b"A, B"), address(b"b")]),
        (b'"A \\"B\\"" <a@x.test>', [address(b"a", name=b'A "B"')]),
        (b"A (not B) C <a@x.test>", [address(b"a", name=b"A C")]),
        (b"a@x.test (Ann (the) B)", [address(b"a", name=b"Ann (the) B")]),
        (b"a@x.test (Ann", [address(b"a", name=b"Ann")]),
        (b"a@x.test (Ann \\) B)", [address(b"a", name=b"Ann ) B")]),
        (b"(nobody)", []),
        (b"a . b @ x . test", [address(b"a.b")]),
        (b'"a b"@x.test', [address(b"a b")]),
        (b"a@[127.0.0.1]", [address(b"a", b"[127.0.0.1]")]),
        (b"<@r1,@r2:a@x.test>", [address(b"a", route=b"@r1,@r2")]),
        (b"<@r1>", [address(b"", b"r1")]),
        (b"a@b@x.test", [address(b"a@b")]),
        (b"nobody", [address(b"nobody", b"")]),
        (b"<nobody>", [address(b"nobody", b"")]),
        (b"A <>", [address(b"", b"", name=b"A")]),
        (b"A <a@x.test", [address(b"a", name=b"A")]),
        (b"=?utf-8?q?=C3=A9?= <a@x.test>", [address(b"a", name=b"=?utf-8?q?=C3=A9?=")]),
        (b"g:;", [Address(None, None, b"g", None), END]),
        (b"g: a@x.test, B <b@x.test>;, c@x.test", [
            Address(None, None, b"g", None), address(b"a"), address(b"b", name=b"B"), END, address(b"c"),
        ]),
        (b"g: a@x.test", [Address(None, None, b"g", None), address(b"a"), END]),
        (b"a@x.test; b@x.test", [address(b"a"), address(b"b")]),
        (b'"unclosed <a@x.test>', [address(b"unclosed <a@x.test>", b"")]),
    ],
)  # fmt: skip
def test_addresses(value: bytes, addresses: list[Address]) -> None:
    assert parse_addresses(value) == addresses


@pytest.mark.parametrize(
    ("value", "kind", "parameters"),
    [
        (b"text/plain", b"text/plain", []),
        (b"TEXT / plain ; Charset = utf-8", b"TEXT/plain", [(b"charset", b"utf-8")]),
        (b'a/b; c="d;e\\"f"; g=h (i)', b"a/b", [(b"c", b'd;e"f'), (b"g", b"h")]),
        (b"a/b; c*0*=utf-8''%41; c*1=b", b"a/b", [(b"c*0*", b"utf-8''%41"), (b"c*1", b"b")]),
        (b"a/b; c; =d; e=", b"a/b", [(b"e", b"")]),
        (b"a/b; c=x=y", b"a/b", [(b"c", b"x=y")]),
        (b"a/b; c=<d@e>", b"a/b", [(b"c", b"<d@e>")]),
        (b"", b"", []),
    ],
)
def test_parameters(value: bytes, kind: bytes, parameters: list[tuple[bytes, bytes]]) -> None:
    assert parse_parameters(value) == (kind, parameters)


def test_lists() -> None:
    assert parse_list(b"en, de (German) ,, fr") == [b"en", b"de", b"fr"]


def test_unfolding() -> None:
    assert unfold(b" a\r\n b\n\tc \r\n") == b"a b\tc"


@given(st.binary(max_size=200) | st.text('<>@,;:"()\\[] a=\t', max_size=60).map(str.encode))
def test_whatever_comes(value: bytes) -> None:
    for found in parse_addresses(value):
        assert found == END or found.mailbox is not None
    kind, parameters = parse_parameters(value)
    assert isinstance(kind, bytes)
    assert all(name for name, _ in parameters)
