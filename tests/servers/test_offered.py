"""What offered.toml says of the servers is what they say themselves."""

from __future__ import annotations

import pytest

from tests.servers.offered import FILE, ask, recorded, written
from tests.servers.rig import RealServer

RECORDED = recorded()


@pytest.mark.parametrize("real_server", RECORDED, indirect=True)
def test_the_record_is_true(real_server: RealServer) -> None:
    on_record = RECORDED[real_server.name]
    if real_server.version != on_record.version:
        pytest.skip(f"this is {real_server.name} {real_server.version}, on record is {on_record.version}")
    assert ask(real_server, on_record.title) == on_record


def test_the_record_is_as_it_would_be_written() -> None:
    assert FILE.read_text("utf-8") == written(RECORDED)
