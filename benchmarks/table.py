"""The table, in Markdown."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.arena import Outcome
from benchmarks.data import Case

__all__ = ["machine", "table"]

Results = Sequence[tuple[Case, Mapping[str, Outcome]]]
OURS = ("imapkit, untouched", "imapkit, parsed", "imapkit, all read")


def machine() -> str:
    """On what this was measured."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    implementation = platform.python_implementation()
    return f"{model}, {os.cpu_count()} cores, {implementation} {platform.python_version()}, {sys.platform}"


def table(results: Results, counts: Mapping[str, int]) -> str:
    """Client CPU per item, in microseconds (for the literal milliseconds in all), and what it is of ours."""
    names = list(dict.fromkeys(name for _, outcomes in results for name in outcomes))
    lines = ["| " + " | ".join(["µs per item", *names]) + " |", "|---" * (len(names) + 1) + "|"]
    for case, outcomes in results:
        cells = [_time(case, outcomes.get(name), counts[case.name]) for name in names]
        lines.append("| " + " | ".join([case.title, *cells]) + " |")
    peers = [name for name in names if name not in OURS and not name.startswith(("floor", "imapkit"))]
    title = "times the CPU of imapkit, untouched / parsed / all read"
    lines += ["", "| " + " | ".join([title, "of the floor", *peers]) + " |"]
    lines.append("|---" * (len(peers) + 2) + "|")
    for case, outcomes in results:
        cells = [_of_floor(outcomes), *(_ratios(outcomes, name) for name in peers)]
        lines.append("| " + " | ".join([case.title, *cells]) + " |")
    failed = [
        f"left out: {name} in {case.title}: {outcome.error}"
        for case, outcomes in results
        for name, outcome in outcomes.items()
        if outcome.error is not None
    ]
    spreads = [outcome.spread for _, outcomes in results for outcome in outcomes.values() if outcome.median]
    noise = (
        f"rounds differ from their median by {sorted(spreads)[len(spreads) // 2]:.0%} (typically) to {max(spreads):.0%}"
    )
    return "\n".join([*lines, "", *failed, noise])


def _time(case: Case, outcome: Outcome | None, count: int) -> str:
    if outcome is None or outcome.median is None:
        return ""
    value = outcome.median * 1e3 if case.name == "literal" else outcome.median / count * 1e6
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _ratio(outcomes: Mapping[str, Outcome], above: str, below: str) -> str | None:
    one, other = outcomes.get(above), outcomes.get(below)
    if one is None or other is None or one.median is None or other.median is None:
        return None
    return f"{one.median / other.median:.3g}"


def _ratios(outcomes: Mapping[str, Outcome], peer: str) -> str:
    return _joined(_ratio(outcomes, peer, ours) for ours in OURS)


def _of_floor(outcomes: Mapping[str, Outcome]) -> str:
    """How many times the floor imapkit takes."""
    return _joined(_ratio(outcomes, ours, "floor: framing") for ours in OURS)


def _joined(ratios: Iterable[str | None]) -> str:
    return " / ".join(ratio or "-" for ratio in ratios).rstrip(" /-")
