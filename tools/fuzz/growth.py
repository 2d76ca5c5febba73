"""Inputs that grow: what takes more than linear time shows on a long input, and fuzzers keep theirs short."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from tools.fuzz.inputs import MARK, cut

__all__ = ["grown", "in_linear_time"]

LENGTH = 12_000  # octets
SECONDS = 1.0  # of the processor; what is linear takes hundredths of them, also when it is watched


def grown(data: bytes) -> bytes:
    """The input with the last piece but one repeated, and the last three joined; as it is where it has fewer."""
    pieces = cut(data)
    if len(pieces) < 3 or not pieces[-2]:
        return data
    *others, begin, middle, end = pieces
    return MARK.join((*others, begin + middle * (LENGTH // len(middle)) + end))


@contextmanager
def in_linear_time() -> Generator[None, None, None]:
    """Fail when what is done takes so long that it cannot be linear."""
    start = time.process_time()
    yield
    taken = time.process_time() - start
    assert taken < SECONDS, f"it took {taken:.1f} s"
