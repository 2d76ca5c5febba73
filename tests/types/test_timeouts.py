from __future__ import annotations

import pickle

import pytest

from imapkit.errors import InvalidArgument
from imapkit.types.timeouts import Timeout


def test_defaults() -> None:
    assert Timeout() == Timeout(connect=10.0, read=60.0, total=600.0)


def test_is_a_value() -> None:
    timeout = Timeout(connect=None, read=1, total=0.5)
    assert pickle.loads(pickle.dumps(timeout)) == timeout
    assert len({timeout, Timeout(None, 1, 0.5)}) == 1


@pytest.mark.parametrize("field", ["connect", "read", "total"])
@pytest.mark.parametrize("bad", [0, -1, -0.5, float("nan"), float("inf"), True, "60", b"1", [1]])
def test_what_is_no_duration_is_refused(field: str, bad: object) -> None:
    with pytest.raises(InvalidArgument, match=f"^{field}=.*positive number of seconds, or None"):
        Timeout(**{field: bad})  # type: ignore[arg-type]
