"""INPROGRESS: the forms that RFC 9585 allows."""

from __future__ import annotations

import pytest

from imapkit.protocol.extensions.inprogress import InProgress
from imapkit.protocol.model import Condition, OtherCode
from tests.protocol.extensions.talking import read, untagged


@pytest.mark.parametrize(
    ("octets", "code", "fraction"),
    [
        (b"* OK [INPROGRESS] Still working on this...", InProgress(), None),
        (b"* OK [INPROGRESS (NIL NIL NIL)] Still...", InProgress(), None),
        (b'* OK [INPROGRESS ("A001" NIL NIL)] Still...', InProgress("A001"), None),
        (b'* OK [INPROGRESS ("A001" 175 nil)] Processed 175', InProgress("A001", 175), None),
        (b'* OK [INPROGRESS ("A001" 454 1000)] Processed 45%', InProgress("A001", 454, 1000), 0.454),
        (b'* OK [INPROGRESS ("A001" 1001 1000)] more', InProgress("A001", 1001, 1000), 1.0),
        (b'* OK [INPROGRESS ("A001" 0 0)] nothing', InProgress("A001", 0, 0), None),
        (b"* OK [INPROGRESS ()] odd", InProgress(), None),
        (b'* OK [INPROGRESS ("a")] odd', InProgress("a"), None),
    ],
)
def test_code(octets: bytes, code: InProgress, fraction: float | None) -> None:
    condition = untagged(octets)
    assert isinstance(condition, Condition)
    assert condition.code == code
    assert code.name == "INPROGRESS"
    assert code.fraction == fraction


def test_a_bad_one_is_data() -> None:
    response, defects = read(b'* OK [INPROGRESS ("A001" -1 1000)] odd')
    assert response == Condition("OK", OtherCode("INPROGRESS", b'("A001" -1 1000)'), "odd")
    assert len(defects) == 1
