"""A connection about to be made, for asyncio: what has no blocking twin."""

from __future__ import annotations

import pytest

from imapkit import InvalidArgument
from tests.api.places import Script


async def test_it_is_entered_once() -> None:
    connecting = Script({}).connect_async()
    async with connecting as mail:
        with pytest.raises(InvalidArgument, match="connect_async"):
            async with connecting:
                pass
        await mail.noop()
    with pytest.raises(InvalidArgument, match="connect_async"):
        await connecting.__aenter__()


async def test_an_exception_closes_it_at_once() -> None:
    script = Script({})
    with pytest.raises(KeyError):
        async with script.connect_async():
            raise KeyError
    assert "LOGOUT" not in script.heard
