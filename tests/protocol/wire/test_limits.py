from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire.limits import DEFAULT_LIMITS, Limits


def test_the_defaults() -> None:
    mib = 1024 * 1024
    assert Limits() == DEFAULT_LIMITS
    assert (DEFAULT_LIMITS.line, DEFAULT_LIMITS.literal, DEFAULT_LIMITS.response) == (16 * mib, 64 * mib, 128 * mib)
    assert (DEFAULT_LIMITS.nesting, DEFAULT_LIMITS.events, DEFAULT_LIMITS.inflated) == (100, 10_000, 64 * mib)


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_each_must_be_positive(name: str) -> None:
    assert getattr(Limits(**{name: 1}), name) == 1
    for value in (0, -1):
        with pytest.raises(InvalidArgument, match=f"'{name}' must be positive"):
            Limits(**{name: value})


def test_they_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        DEFAULT_LIMITS.line = 1  # type: ignore[misc]
