"""STORE: what becomes of the flags."""

from __future__ import annotations

import pytest

from imapkit.protocol.extensions.fetch import FLAGS
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.model import Effect
from imapkit.protocol.wire.encoder import SequenceSet
from imapkit.types.uids import OpenRange, OpenSeqRange, SeqSet, UidSet
from tests.protocol.extensions.talking import ask


def test_the_new_flags() -> None:
    sent, result = ask(
        Store(UidSet([7, 9]), "+", ("a",), unchanged_since=5),
        b"* 1 FETCH (UID 7 FLAGS (a b) MODSEQ (6))",
        b"* 2 FETCH (UID 8 FLAGS (c))",
        ok=b"OK [MODIFIED 9] one was changed",
        capabilities="QRESYNC",
        selected=True,
    )
    assert sent == b"UID STORE 7,9 (UNCHANGEDSINCE 5) +FLAGS (a)"
    assert list(result.messages) == [7]
    assert result.messages[7].get(FLAGS) == {"a", "b"}
    assert result.modified == UidSet([9])


@pytest.mark.parametrize(
    ("numbers", "effect"),
    [
        (UidSet([7]), Effect.MAY_EXPUNGE),
        (OpenRange(7), Effect.MAY_EXPUNGE),
        (SeqSet([7]), Effect.USES_SEQUENCE_NUMBERS),
        (OpenSeqRange(7), Effect.USES_SEQUENCE_NUMBERS),
        (OpenSeqRange("*"), Effect.USES_SEQUENCE_NUMBERS),
    ],
)
def test_what_it_disturbs(numbers: SequenceSet, effect: Effect) -> None:
    assert Store(numbers, "+", ("a",)).disturbs() == Effect.CHANGES_DATA | effect


def test_what_came_before_a_refusal() -> None:
    assert Store(UidSet([7]), "+", ("a",)).collector().partial() is None
