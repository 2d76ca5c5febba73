"""The command line that writes what is generated, or compares it."""

from __future__ import annotations

import sys

import pytest

from tools import generated


@pytest.mark.parametrize(
    ("arguments", "found", "status", "written", "told"),
    [
        ([], "-a\n+b\n", 0, ["written"], ""),
        (["--check"], "", 0, [], "What tools/it.py generates is up to date: the page.\n"),
        (
            ["--check"],
            "-a\n+b\n",
            1,
            [],
            "-a\n+b\nNot what tools/it.py generates: the page; run: python3 tools/it.py\n",
        ),
    ],
)
def test_command(
    arguments: list[str],
    found: str,
    status: int,
    written: list[str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []
    monkeypatch.setattr(sys, "argv", ["it.py", *arguments])
    assert generated.command("it.py", "the page", lambda: done.append("written"), lambda: found) == status
    assert done == written
    assert capsys.readouterr().out == told
