"""PARTIAL: windows onto results."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.fetch import FLAGS, Fetch
from imapkit.protocol.extensions.partial import PartialRange, partial_result
from imapkit.protocol.wire.cursor import Cursor
from imapkit.types.uids import OpenRange, SeqSet, UidSet
from tests.protocol.extensions.talking import ask


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
    assert window.from_end is (window.first < 0)
    assert result.found.numbers() == numbers
    assert cursor.at_end()


@pytest.mark.parametrize("text", [b"(1:0 NIL)", b"(1 2)", b"1:2", b"(1:2 *)", b"(1:2 3"])
def test_malformed(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - a ParseError or an InvalidArgument: both are values that are wrong
        partial_result(Cursor(text))


def test_fetch() -> None:
    command = Fetch(UidSet("1:9"), (FLAGS,), window=PartialRange(-1, -3), changed_since=7)
    sent, _ = ask(command, capabilities="PARTIAL CONDSTORE", selected=True)
    assert sent == b"UID FETCH 1:9 (FLAGS) (CHANGEDSINCE 7 PARTIAL -1:-3)"
    sent, _ = ask(Fetch(OpenRange(1), (FLAGS,), window=PartialRange(1, 2)), capabilities="PARTIAL", selected=True)
    assert sent == b"UID FETCH 1:* (FLAGS) (PARTIAL 1:2)"
    sent, _ = ask(Fetch(SeqSet("1"), (FLAGS,), changed_since=7), capabilities="QRESYNC", selected=True)
    assert sent == b"FETCH 1 (FLAGS) (CHANGEDSINCE 7)"


def test_fetch_refusals() -> None:
    with pytest.raises(InvalidArgument):
        ask(Fetch(SeqSet("1"), (FLAGS,), window=PartialRange(1, 2)), capabilities="PARTIAL", selected=True)
    with pytest.raises(NotSupported, match="PARTIAL"):
        ask(Fetch(UidSet("1"), (FLAGS,), window=PartialRange(1, 2)), selected=True)
    with pytest.raises(NotSupported, match="CONDSTORE"):
        ask(Fetch(UidSet("1"), (FLAGS,), changed_since=1), selected=True)
