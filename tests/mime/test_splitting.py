"""A part found in the message is the one that the server would send."""

from __future__ import annotations

import pytest

from imapkit.mime.splitting import header_octets, part_octets
from imapkit.types.bodystructure import Multipart, Part

LEAF = Part("1", "text", "plain")
INNER = Multipart(
    "1",
    "multipart",
    "alternative",
    ((b"Boundary", b"in+ner"),),
    parts=(Part("1.1", "text", "plain"), Part("1.2", "text", "html")),
)
OUTER = Multipart(
    "", "multipart", "mixed", ((b"x", None), (b"boundary", b"outer")), parts=(INNER, Part("2", "image", "png"))
)
MESSAGE = (
    b"Subject: x\r\n\r\npreamble\r\n--outer  \r\nContent-Type: multipart/alternative\r\n\r\n"
    b"--in+ner\r\n\r\nplain\r\n--in+ner\r\nA: b\r\n\r\nhtml\r\n\r\n--in+ner--\r\nrest\r\n"
    b"--outer\r\n\r\n--outerness\r\npicture\r\n--outer--\r\nepilogue --outer"
)


@pytest.mark.parametrize(
    ("section", "octets"),
    [
        ("1.1", b"plain"),
        ("1.2", b"html\r\n"),
        ("2", b"--outerness\r\npicture"),
        ("1", None),
        ("3", None),
        ("1.3", None),
    ],
)
def test_parts_of_parts(section: str, octets: bytes | None) -> None:
    assert part_octets(MESSAGE, OUTER, section) == octets


def test_a_message_that_is_one_part() -> None:
    assert part_octets(b"A: b\r\n\r\nhello\r\n", LEAF, "1") == b"hello\r\n"
    assert part_octets(b"\r\nno header", LEAF, "1") == b"no header"
    assert part_octets(b"A: b", LEAF, "1") == b""
    assert part_octets(b"A: b\r\n\r\nhello\r\n", LEAF, "2") is None


def test_a_size_that_differs_means_that_the_server_sees_another_part() -> None:
    assert part_octets(b"\r\nhello", Part("1", "text", "plain", size=5), "1") == b"hello"
    assert part_octets(b"\r\nhello", Part("1", "text", "plain", size=6), "1") is None


def test_a_last_boundary_that_is_missing() -> None:
    cut = MESSAGE[: MESSAGE.index(b"\r\n--outer--")]
    assert part_octets(cut, OUTER, "2") == b"--outerness\r\npicture"
    assert part_octets(MESSAGE[: MESSAGE.index(b"\r\n--outer\r\n")], OUTER, "2") is None


@pytest.mark.parametrize("parameters", [(), ((b"boundary", None),), ((b"boundary", b""),), ((b"boundary", b"other"),)])
def test_no_boundary(parameters: tuple[tuple[bytes, bytes | None], ...]) -> None:
    structure = Multipart("", "multipart", "mixed", parameters, parts=OUTER.parts)
    assert part_octets(MESSAGE, structure, "2") is None


def test_header() -> None:
    assert header_octets(MESSAGE) == b"Subject: x\r\n\r\n"
    assert header_octets(b"\r\nbody") == b"\r\n"
    assert header_octets(b"Subject: x") == b"Subject: x"
