"""Contestants as processes, asked in turn: A B C A B C ..., so that what disturbs the machine disturbs all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import IO, Self, cast

from benchmarks.data import CASES, Case, Facts

__all__ = ["ROOT", "Arena", "Entry", "Outcome"]

PATIENCE = 300  # seconds; aioimaplib, whose time grows with the square, needs more than a minute for 20,000 envelopes
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Entry:
    """Who takes part, and in what: `command` starts a process that speaks as `contestants.worker` says."""

    name: str
    command: tuple[str, ...]
    cases: frozenset[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What one contestant did in one case."""

    seconds: list[float] = field(default_factory=list)
    error: str | None = None
    facts: Facts | None = None

    @property
    def median(self) -> float | None:
        """CPU seconds, the median of all rounds; None where something went wrong."""
        return median(self.seconds) if self.seconds and self.error is None else None

    @property
    def spread(self) -> float:
        """How far the rounds lie apart: half of the distance between the quarters, as a part of the median."""
        ordered = sorted(self.seconds)
        quarter = len(ordered) // 4
        return (ordered[-1 - quarter] - ordered[quarter]) / 2 / median(ordered)


class Process:
    """A contestant under way; after one job that ended it, it starts anew for the next."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._entry.command,
            cwd=ROOT,
            env=os.environ | self._entry.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, job: dict[str, object]) -> dict[str, object]:
        if self._process.returncode is not None:
            self._process = self._start()
        stdin, stdout = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        late = threading.Event()
        patience = threading.Timer(PATIENCE, self._end, (late,))
        patience.start()
        try:
            stdin.write(json.dumps(job) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            patience.cancel()
        if line:
            return cast("dict[str, object]", json.loads(line))
        self._process.communicate()
        ended = f"it ended with status {self._process.returncode}"
        return {"error": f"it took longer than {PATIENCE} seconds" if late.is_set() else ended}

    def _end(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self._process.terminate()
            self._process.communicate()


class Arena:
    """The prepared responses, the server that replays them, and the contestants."""

    def __init__(self, entries: Sequence[Entry], *, cases: Sequence[str], divisor: int = 1) -> None:
        self._entries = entries
        self._cases = [CASES[name] for name in cases]
        self._divisor = divisor

    def count(self, case: Case) -> int:
        """How many items there are."""
        return max(1, case.count // self._divisor)

    def run(self, rounds: int, *, check: bool = False) -> Iterator[tuple[Case, dict[str, Outcome]]]:
        """Let everybody do each case so many times; what came out, case by case."""
        with ExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            self._prepare(directory)
            port = stack.enter_context(serving(directory))
            processes = {entry.name: stack.enter_context(Process(entry)) for entry in self._entries}
            for case in self._cases:
                outcomes = {entry.name: Outcome() for entry in self._entries if case.name in entry.cases}
                for number in range(rounds + 1):  # the first is for warming up
                    for name, outcome in outcomes.items():
                        if outcome.error is None:
                            job: dict[str, object] = {"case": case.name, "port": port, "check": check}
                            self._note(outcome, processes[name].ask(job), case, warm=number > 0 or not rounds)
                yield case, outcomes

    def _note(self, outcome: Outcome, answer: dict[str, object], case: Case, *, warm: bool) -> None:
        if answer.get("error"):
            outcome.error = str(answer["error"])
        elif answer["count"] != self.count(case):
            outcome.error = f"{answer['count']} items instead of {self.count(case)}"
        elif warm:
            outcome.seconds.append(cast("float", answer["seconds"]))
        if "facts" in answer:
            outcome.facts = cast("Facts", answer["facts"])

    def _prepare(self, directory: Path) -> None:
        for case in self._cases:
            responses, facts = case.build(self.count(case))
            (directory / case.name).write_bytes(b"".join(responses))
            (directory / f"{case.name}.uids").write_text(" ".join(str(fact[0]) for fact in facts))
        counts = {case.name: self.count(case) for case in self._cases}
        (directory / "counts.json").write_text(json.dumps(counts))


@contextmanager
def serving(directory: Path) -> Iterator[int]:
    """The replaying server in a process of its own; its port."""
    command = (sys.executable, "-m", "benchmarks.server", str(directory))
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield int(cast("IO[str]", server.stdout).readline())
        finally:
            server.terminate()
