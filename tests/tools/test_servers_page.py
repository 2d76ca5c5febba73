"""docs/servers.md tells of each server and each known fault."""

from __future__ import annotations

from tests.servers import ALL
from tests.servers.known import KNOWN
from tools import servers_page


def test_the_page_is_what_would_be_written() -> None:
    assert servers_page.difference() == "", "run: python3 tools/servers_page.py"


def test_each_server_is_there() -> None:
    text = servers_page.PAGE.read_text("utf-8")
    for recipe in ALL.values():
        assert f"| {recipe.title} |" in text


def test_faults_are_of_servers_that_there_are() -> None:
    assert {server for server, _ in KNOWN} <= set(ALL)
