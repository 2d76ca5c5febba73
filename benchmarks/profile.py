"""Where imapkit's time goes, step by step.

    python benchmarks/profile.py

A profiler that is called at each function call makes small functions look large.  Here the same prepared responses go
through more and more of the machinery instead, from memory, and the difference between one step and the next is what
the step costs.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT), str(ROOT / "src")]

from benchmarks.contestants.ours import ITEMS, READERS
from benchmarks.data import CASES
from benchmarks.scaling import CHUNK, chunks, connected
from imapkit.protocol.dispatch import Dispatcher
from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.fetch import Fetch, Fetched, FetchResult
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.model import Command, Item
from imapkit.protocol.wire.framer import Framer
from imapkit.types.query import Q
from imapkit.types.uids import UidSet

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """All of the machinery up to here."""

    title: str
    run: Callable[[list[bytes]], object]


def frame(pieces: list[bytes]) -> list[object]:
    framer, framed = Framer(), list[object]()
    for piece in pieces:
        framer.feed(piece)
        while (one := framer.next()) is not None:
            framed.append(one)
    return framed


def dispatch(pieces: list[bytes]) -> list[object]:
    framer, dispatcher, parsed = Framer(), Dispatcher(ALL), list[object]()
    for piece in pieces:
        framer.feed(piece)
        parsed += dispatcher.parse_alike(framer.ahead())
        while (one := framer.next()) is not None:
            parsed.append(dispatcher.parse(one))
            parsed += dispatcher.parse_alike(framer.ahead())
    return parsed


def answer(command: Command[object]) -> Callable[[list[bytes]], object]:
    def run(pieces: list[bytes]) -> object:
        connection = connected()
        pending = connection.send(command)
        connection.data_to_send()
        for piece in pieces:
            connection.receive_data(piece)
        connection.receive_data(f"{pending.tag} OK done\r\n".encode())
        return pending.result()

    return run


Reader = Callable[[Fetched], object]


def fetched(case: str, *readers: Reader) -> Callable[[list[bytes]], object]:
    fetch = answer(Fetch(UidSet("1:4294967295"), ITEMS[case]))

    def run(pieces: list[bytes]) -> object:
        messages = cast("FetchResult", fetch(pieces))
        for reader in readers:
            for message in messages.values():
                reader(message)
        return messages

    return run


def reader_of(item: Item[object]) -> Reader:
    return lambda message: message.get(item)


def steps(case: str) -> list[Step]:
    begun = [Step("the framer: where responses end", frame), Step("the table: whose data it is", dispatch)]
    if case == "list":
        return [*begun, Step("connection and collector", answer(List()))]
    if case == "search":
        return [*begun, Step("connection, collector, UID set", answer(Search(Q.all)))]
    found = [*begun, Step("connection and collector", fetched(case))]
    if case == "literal":
        return found
    readers: list[Reader] = []
    for item in ITEMS[case]:
        readers.append(reader_of(item))
        found.append(Step(item.key, fetched(case, *readers)))
    if case in {"envelope", "bodystructure"}:  # the same once more, with what is in the values
        found.append(Step("every field of them, decoded", fetched(case, READERS[case])))
    return found


def measure(run: Callable[[list[bytes]], object], pieces: list[bytes]) -> float:
    gc.collect()
    start = time.process_time()
    kept = run(pieces)
    taken = time.process_time() - start
    del kept
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few items")
    parser.add_argument("--case", choices=list(CASES), action="append")
    options = parser.parse_args()
    for name in options.case or ["envelope", "flags", "bodystructure", "headers", "list", "search"]:
        case = CASES[name]
        count = case.count // 100 if options.quick else case.count
        pieces = list(chunks(b"".join(case.build(count)[0]), CHUNK))
        print(f"{case.title}: µs per item, and what the step adds")
        found = steps(name)
        rounds = [[measure(step.run, pieces) for step in found] for _ in range(ROUNDS)]
        before = 0.0
        for number, step in enumerate(found):
            taken = sorted(one[number] for one in rounds)[len(rounds) // 2] / count * 1e6
            print(f"  {taken:8.3f} {taken - before:+8.3f}  {step.title}")
            before = taken


if __name__ == "__main__":
    main()
