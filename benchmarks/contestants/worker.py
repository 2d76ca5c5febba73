"""The process of a contestant that is written in Python.

It reads one job a line, as JSON, and answers each with one line: the CPU time of its process, user and system, that the
job took, how many items it found, and, where the job says `check`, the facts that it read.  Connecting and selecting
are not measured; what was garbage before is collected before.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from typing import Protocol

from benchmarks.data import Facts

__all__ = ["Contestant", "serve"]


class Contestant(Protocol):
    """One client library in one role."""

    def open(self, port: int, case: str) -> None:
        """Connect to the loopback interface, log in and select the mailbox of this name."""
        ...

    def run(self, case: str) -> object:
        """Ask, and take the answer as far as the role says.  This is what is measured."""
        ...

    def count(self, case: str, answer: object) -> int:
        """How many items the answer has."""
        ...

    def facts(self, case: str, answer: object) -> Facts:
        """What the answer says, as `benchmarks.data` has it."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


def serve(contestant: Contestant) -> None:
    """Do jobs until there are no more."""
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = _do(contestant, job["case"], job["port"], check=job.get("check", False))
        except Exception as error:  # noqa: BLE001 - the one who asked decides what it means
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def _do(contestant: Contestant, case: str, port: int, *, check: bool) -> dict[str, object]:
    contestant.open(port, case)
    try:
        gc.collect()
        before = _cpu()
        answer = contestant.run(case)
        seconds = _cpu() - before
        done: dict[str, object] = {"seconds": seconds, "count": contestant.count(case, answer)}
        if check:
            done["facts"] = contestant.facts(case, answer)
        return done
    finally:
        contestant.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
