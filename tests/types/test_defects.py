from __future__ import annotations

import pickle

from imapkit.types.defects import Defect


def test_it_is_a_value() -> None:
    defect = Defect("odd", b"(x")
    assert defect == Defect("odd", b"(x")
    assert hash(defect) == hash(Defect("odd", b"(x"))
    assert defect != Defect("odd")
    assert pickle.loads(pickle.dumps(defect)) == defect


def test_it_says_what_was_seen() -> None:
    assert str(Defect("odd", b"(x")) == "odd: b'(x'"
    assert str(Defect("odd")) == "odd"
