"""SAVEDATE: the examples of RFC 8514."""

from __future__ import annotations

import datetime as dt

import pytest

from imapkit.errors import NotSupported
from imapkit.protocol.extensions.fetch import Fetch
from imapkit.protocol.extensions.savedate import SAVEDATE
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import ask


@pytest.mark.parametrize(
    ("value", "moment", "defects"),
    [
        (b'"01-Jan-2015 10:05:23 +0100"',
         dt.datetime(2015, 1, 1, 10, 5, 23, tzinfo=dt.timezone(dt.timedelta(hours=1))), 0),
        (b"NIL", None, 0),
        (b'"yesterday"', None, 1),
    ],
)  # fmt: skip
def test_dates(value: bytes, moment: dt.datetime | None, defects: int) -> None:
    answer = b"* 4 FETCH (UID 4 SAVEDATE " + value + b")"
    sent, found = ask(Fetch(UidSet("4"), (SAVEDATE,)), answer, capabilities="SAVEDATE", selected=True)
    assert sent == b"UID FETCH 4 (SAVEDATE)"
    assert found[4].get(SAVEDATE) == moment
    assert len(found[4].defects) == defects


def test_capability() -> None:
    with pytest.raises(NotSupported):
        ask(Fetch(UidSet("4"), (SAVEDATE,)), selected=True)
