"""FILTERS: the examples of RFC 5466."""

from __future__ import annotations

import datetime as dt

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.filters import GetFilters, SavedFilter, SetFilter, UndefinedFilter
from imapkit.types.query import Q
from tests.protocol.extensions.talking import ask, completion


def test_code() -> None:
    code = completion(b"NO [UNDEFINED-FILTER on-the-road] no such filter").code
    assert code == UndefinedFilter("on-the-road")
    assert code.name == "UNDEFINED-FILTER"


def test_setting() -> None:
    query = Q.smaller(5000) | Q.from_("boss@example.com")
    sent, _ = ask(SetFilter("on-the-road", query), capabilities="FILTERS")
    assert sent == (b'SETMETADATA "" (/private/filters/values/on-the-road "OR SMALLER 5000 FROM boss@example.com")')


def test_setting_for_all_with_words() -> None:
    sent, _ = ask(SetFilter("r", Q.subject("grün"), "Grün", shared=True), capabilities="FILTERS LITERAL+")
    assert sent == (
        b'SETMETADATA "" (/shared/filters/values/r {15+}\r\nSUBJECT "gr\xc3\xbcn"'
        b" /shared/filters/descriptions/r {5+}\r\nGr\xc3\xbcn)"
    )


def test_removing() -> None:
    sent, _ = ask(SetFilter("r", None), capabilities="FILTERS")
    assert sent == b'SETMETADATA "" (/private/filters/values/r NIL /private/filters/descriptions/r NIL)'


def test_getting() -> None:
    sent, filters = ask(
        GetFilters(),
        b'* METADATA "" (/private/filters/values/mine "UNSEEN" /shared/filters/values/mine "SEEN")',
        b'* METADATA "" (/shared/filters/values/ours {5}\r\ngr\xc3\xbcn /shared/filters/descriptions/ours "Unsere")',
        b'* METADATA "" (/shared/filters/values/gone NIL /private/other "x")',
        b'* METADATA INBOX (/private/filters/values/no "ALL")',
        capabilities="FILTERS",
    )
    assert sent == b'GETMETADATA (DEPTH infinity) "" (/private/filters /shared/filters)'
    assert filters == {
        "ours": SavedFilter("grün", "Unsere", shared=True),
        "mine": SavedFilter("UNSEEN"),
    }
    assert GetFilters().answers() == {("METADATA", "")}


@pytest.mark.parametrize(
    "command",
    [
        SetFilter("a/b", Q.all),
        SetFilter("a b", Q.all),
        SetFilter("", None),
        SetFilter("a", Q.received_after(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))),
    ],
)
def test_refusals(command: SetFilter) -> None:
    with pytest.raises(InvalidArgument):
        ask(command, capabilities="FILTERS")


def test_capability() -> None:
    with pytest.raises(NotSupported):
        ask(GetFilters(), capabilities="METADATA")
