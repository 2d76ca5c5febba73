"""How much memory something takes at most."""

from __future__ import annotations

import tracemalloc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def memory(*, octets: int) -> Generator[None, None, None]:
    """Fail when what is done takes more than so many octets at any time."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        yield
        taken = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert taken < octets, f"it took {taken} octets"
