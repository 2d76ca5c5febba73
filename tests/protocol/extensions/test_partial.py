"""PARTIAL: windows onto results."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.partial import PartialRange, partial_result
from imapkit.protocol.wire.cursor import Cursor


@pytest.mark.parametrize(("first", "last"), [(0, 5), (1, 0), (-1, 5), (5, -1), (1, 2**32), (-(2**32), -1)])
def test_what_is_no_window(first: int, last: int) -> None:
    with pytest.raises(InvalidArgument):
        PartialRange(first, last)


@pytest.mark.parametrize(
    ("text", "window", "numbers"),
    [
        (b"(23500:24000 67,100:102)", PartialRange(23500, 24000), (67, 100, 101, 102)),
        (b"(-1:-100 200:250,252:252)", PartialRange(-1, -100), (*range(200, 251), 252)),
        (b"(24000:24500 NIL)", PartialRange(24000, 24500), ()),
        (b"( 1:2  nil )", PartialRange(1, 2), ()),
    ],
    ids=["RFC 5267", "RFC 9394", "outside", "spaces"],
)
def test_result(text: bytes, window: PartialRange, numbers: tuple[int, ...]) -> None:
    cursor = Cursor(text)
    result = partial_result(cursor)
    assert result.window == window
    assert result.found.numbers() == numbers
    assert cursor.at_end()


@pytest.mark.parametrize("text", [b"(1:0 NIL)", b"(1 2)", b"1:2", b"(1:2 *)", b"(1:2 3"])
def test_malformed(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - a ParseError or an InvalidArgument: both are values that are wrong
        partial_result(Cursor(text))
