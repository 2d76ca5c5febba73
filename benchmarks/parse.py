"""Client CPU per item, side by side with others: prints the table of docs/performance.md.

    python benchmarks/parse.py --peers CACHE     with all peers that can be installed under the directory CACHE
    python benchmarks/parse.py                   imapkit, its floor and imaplib alone
    python benchmarks/parse.py --quick           a few hundred items: does it run, and are the facts right?

Each contestant is a process and talks over the loopback interface to a server, another process, that replays prepared
octets; what is measured is the contestant's own CPU time, user and system, from the command to the last value.  All
take turns, round by round, and the medians are compared.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not here: profile.py is no module of Python's

from benchmarks import peers, table
from benchmarks.arena import Arena, Outcome
from benchmarks.data import CASES, Case

QUICK = 50


def main() -> int:
    """Run what is asked for; 0 when nobody told anything wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few items, one round, facts checked")
    parser.add_argument("--peers", type=Path, metavar="CACHE", help="install peers here, and let them take part")
    parser.add_argument("--rounds", type=int, default=7, help="how often each contestant runs (7)")
    parser.add_argument("--case", action="append", choices=list(CASES), help="only this case; may be repeated")
    parser.add_argument("--only", action="append", metavar="NAME", help="only contestants whose name begins so")
    options = parser.parse_args()

    entries = peers.ours()
    if options.peers is not None:
        entries += peers.peers(options.peers)
    if options.quick:
        entries = [entry for entry in entries if not entry.name.startswith("floor")]
    if options.only:
        entries = [entry for entry in entries if entry.name.startswith(tuple(options.only))]
    arena = Arena(entries, cases=options.case or list(CASES), divisor=QUICK if options.quick else 1)
    results: list[tuple[Case, dict[str, Outcome]]] = []
    wrong: list[str] = []
    for case, outcomes in arena.run(0 if options.quick else options.rounds, check=options.quick):
        print(case.title, end="... ", file=sys.stderr, flush=True)
        results.append((case, outcomes))
        if options.quick:
            wrong += differences(case, outcomes, arena.count(case))
    print(file=sys.stderr)
    print(table.table(results, {case.name: arena.count(case) for case, _ in results}))
    print(table.machine())
    if options.peers is not None:
        print(peers.versions(options.peers))
    for one in wrong:
        print(one, file=sys.stderr)
    return 1 if wrong else 0


def differences(case: Case, outcomes: dict[str, Outcome], count: int) -> list[str]:
    """Who says something else than what was sent."""
    responses, facts = case.build(count)
    wrong = [f"{case.title}: {name}: {outcome.error}" for name, outcome in outcomes.items() if outcome.error]
    for name, outcome in outcomes.items():
        if outcome.facts is None:
            continue
        expected = [[_octets_told(r)] for r in responses] if name.startswith("imaplib") else facts
        told = [[_without_tag(str(fact[0]))] for fact in outcome.facts] if name.startswith("imaplib") else outcome.facts
        if told != expected:
            wrong.append(f"{case.title}: {name} tells other facts than were sent")
    return wrong


def _octets_told(response: bytes) -> str:
    """What imaplib keeps of a response: all but its name."""
    text = response.decode("latin-1").removesuffix("\r\n")
    first, rest = text.removeprefix("* ").split(" ", 1)
    return _without_tag(f"{first} {rest.split(' ', 1)[1]}" if first.isdigit() else rest)


def _without_tag(text: str) -> str:
    return text.split(" UID ALL ")[-1] if text.startswith("(TAG ") else text


if __name__ == "__main__":
    sys.exit(main())
