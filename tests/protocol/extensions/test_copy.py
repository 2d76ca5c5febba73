"""COPYUID: who became whom."""

from __future__ import annotations

from imapkit.protocol.extensions.copy import CopyUid
from tests.protocol.extensions.talking import completion


def test_pairs_keep_the_servers_order() -> None:
    code = completion(b"OK [COPYUID 9 304,319:320 3956:3958] x").code
    assert isinstance(code, CopyUid)
    assert list(code.pairs()) == [(304, 3956), (319, 3957), (320, 3958)]


def test_sets_that_do_not_fit_together_end_with_the_shorter() -> None:
    assert list(CopyUid(1, ((1, 4294967295),), ((7, 8),)).pairs()) == [(1, 7), (2, 8)]
