"""Each scenario in both worlds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.transport.worlds import World, both


@pytest.fixture(params=["blocking", "asyncio"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Threads, then asyncio."""
    with both(request.param) as one:
        yield one
