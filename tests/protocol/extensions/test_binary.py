"""BINARY: the examples of RFC 3516, and what Dovecot and Cyrus answer."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.binary import binary_section, binary_size
from imapkit.protocol.extensions.fetch import Fetch
from imapkit.protocol.wire.encoder import LiteralStream
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import ask


def test_items() -> None:
    items = (binary_section("3"), binary_size("3"), binary_section("3", partial=(2, 2)), binary_section(mark_seen=True))
    sent, found = ask(
        Fetch(UidSet("1"), items),
        b"* 1 FETCH (UID 1 BINARY[3] ~{5}\r\n\x00\x01\x02\x03\x04 BINARY.SIZE[3] 5 BINARY[3]<2> {2}\r\n\x02\x03"
        b' BINARY[] "x")',
        capabilities="BINARY",
        selected=True,
    )
    assert sent == b"UID FETCH 1 (BINARY.PEEK[3] BINARY.SIZE[3] BINARY.PEEK[3]<2.2> BINARY[])"
    data = found[1]
    assert data.get(binary_section("3")) == b"\0\1\2\3\4"
    assert data.get(binary_size("3")) == 5
    assert data.get(binary_section("3", partial=(2, 9))) == b"\2\3"
    assert data.get(binary_section()) == b"x"


def test_a_part_without_content() -> None:
    _, found = ask(
        Fetch(UidSet("1"), (binary_section("9"),)),
        b"* 1 FETCH (UID 1 BINARY[9] NIL)",
        capabilities="IMAP4rev2",
        selected=True,
    )
    assert found[1].get(binary_section("9")) is None


@pytest.mark.parametrize("partial", [(-1, 5), (0, 0), (2**63, 1)])
def test_no_range(partial: tuple[int, int]) -> None:
    with pytest.raises(InvalidArgument):
        binary_section("1", partial=partial)


@pytest.mark.parametrize("part", ["0", "1.", "HEADER", "1]"])
def test_no_part(part: str) -> None:
    with pytest.raises(InvalidArgument):
        binary_section(part)
    with pytest.raises(InvalidArgument):
        binary_size(part)


def test_append() -> None:
    sent, _ = ask(Append("meetings", (NewMessage(b"\0\xff\n", binary=True),)), capabilities="BINARY LITERAL+")
    assert sent == b"APPEND meetings ~{3+}\r\n\0\xff\n"
    stream = LiteralStream(2, iter([b"\0", b"\1"]))
    sent, _ = ask(Append("m", (NewMessage(stream, binary=True),)), capabilities="BINARY LITERAL+")
    assert sent == b"APPEND m ~{2+}\r\n\0\1"


def test_capability() -> None:
    with pytest.raises(NotSupported, match="BINARY"):
        ask(Append("m", (NewMessage(b"", binary=True),)))
    with pytest.raises(NotSupported, match="BINARY"):
        ask(Fetch(UidSet("1"), (binary_section(),)), selected=True)
