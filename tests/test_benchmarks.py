"""The benchmark runs, and what it measures reads what was sent."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from benchmarks import arena
from benchmarks.arena import Arena, Entry, Outcome
from benchmarks.data import CASES
from benchmarks.parse import QUICK, differences
from benchmarks.peers import ours
from benchmarks.table import table

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """By a Python that has what imapkit needs, and where imapkit itself is not installed."""
    python: str = getattr(sys, "_base_executable", sys.executable)
    environment = os.environ | {"PYTHONPATH": sysconfig.get_path("purelib")}  # in which .pth files are not followed
    return subprocess.run(
        [python, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_a_smoke_run_finds_all_facts_and_prints_a_row_for_each_case() -> None:
    done = run("benchmarks/parse.py", "--quick")
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    for case in CASES.values():
        assert sum(case.title in row for row in rows) == 2
    assert "left out" not in done.stdout


def test_the_data_are_the_same_for_every_run() -> None:
    assert all(case.build(20) == case.build(20) for case in CASES.values())


@pytest.mark.parametrize("name", CASES)
def test_a_contestant_who_tells_something_else_would_be_seen(name: str) -> None:
    case = CASES[name]
    _, facts = case.build(3)
    assert differences(case, {"imapkit": Outcome(facts=facts)}, 3) == []
    assert differences(case, {"imapkit": Outcome(facts=facts[:-1])}, 3)
    assert differences(case, {"imaplib (raw)": Outcome(facts=[["1 (FLAGS ())"]])}, 3)
    assert differences(case, {"imapkit": Outcome(error="it ended")}, 3)


def test_a_contestant_who_counts_wrongly_is_left_out_of_the_table() -> None:
    [framing] = [entry for entry in ours() if entry.name == "floor: framing"]
    arena = Arena([framing], cases=["flags"], divisor=QUICK)
    [(case, outcomes)] = arena.run(0)
    assert outcomes[framing.name].median is not None
    arena.run(0).close()
    outcomes[framing.name].error = "3 items instead of 4"
    text = table([(case, outcomes), (case, {framing.name: Outcome([1.0, 1.2])})], {case.name: 4})
    assert f"left out: {framing.name}" in text


#: Ends at once, is silent, or counts what it was sent, as the name of the case says.
WHIMSICAL = """
import json, os, sys, time
for line in sys.stdin:
    match json.loads(line)["case"]:
        case "list": os._exit(3)
        case "search": time.sleep(100)
        case _: print(json.dumps({"seconds": 1.0, "count": 400}), flush=True)
"""


def whimsical(*cases: str) -> list[Outcome]:
    entry = Entry("whimsical", (sys.executable, "-c", WHIMSICAL), frozenset(CASES))
    return [outcomes[entry.name] for _, outcomes in Arena([entry], cases=cases, divisor=QUICK).run(1)]


def test_a_contestant_who_ends_in_one_case_takes_part_in_the_next() -> None:
    ended, counted = whimsical("list", "flags")
    assert (ended.error, ended.seconds) == ("it ended with status 3", [])
    assert (counted.error, counted.seconds) == (None, [1.0])


def test_a_contestant_who_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arena, "PATIENCE", 0)
    [late] = whimsical("search")
    assert late.error == "it took longer than 0 seconds"


def test_scaling_runs() -> None:
    done = run("benchmarks/scaling.py", "--quick")
    assert done.returncode == 0, done.stderr
    assert "octets" in done.stdout


def test_the_profile_runs() -> None:
    done = run("benchmarks/profile.py", "--quick")
    assert done.returncode == 0, done.stderr
    assert "ENVELOPE" in done.stdout
