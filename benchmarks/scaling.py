"""Is the time for one item the same, however many there are and however they come?

    python benchmarks/scaling.py

The core is fed from memory: so many FETCH responses, cut into chunks of so many octets, or one SEARCH of so many
UIDs, or one literal.  All columns of a row should be about the same, but for chunks of a few octets, each of which
costs a call.  The last line tells the memory that a streamed literal needs.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:1] = [str(ROOT), str(ROOT / "src")]

from benchmarks.data import CASES
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, body_section
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.model import Command
from imapkit.types.query import Q
from imapkit.types.uids import UidSet

SIZES = (1_000, 5_000, 20_000, 50_000, 200_000)
CHUNKS = (1, 7, 64, 1024, 16 * 1024, 256 * 1024)
CHUNK = 64 * 1024
TITLES = {"flags": "FETCH UID FLAGS MODSEQ", "envelope": "FETCH with ENVELOPE", "search": "UID in a SEARCH"}


def connected() -> Connection:
    """A connection with a mailbox selected."""
    connection = Connection()
    connection.receive_data(b"* PREAUTH [CAPABILITY IMAP4rev1 CONDSTORE ESEARCH] ready\r\n")
    connection.send(Select("INBOX"))
    connection.data_to_send()
    connection.receive_data(b"K1 OK [READ-WRITE] done\r\n")
    return connection


def chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def seconds(case: str, data: bytes, chunk: int) -> float:
    """How long the core takes for this answer, all items of it."""
    everybody = UidSet("1:4294967295")
    command: Command[object] = Search(Q.all) if case == "search" else Fetch(everybody, (UID, FLAGS))
    connection = connected()
    pending = connection.send(command)
    connection.data_to_send()
    pieces = list(chunks(data + f"{pending.tag} OK done\r\n".encode(), chunk))
    gc.collect()
    start = time.process_time()
    for piece in pieces:
        connection.receive_data(piece)
    taken = time.process_time() - start
    assert pending.done
    assert pending.result()
    return taken


def row(title: str, values: list[float]) -> str:
    return f"| {title} | " + " | ".join(f"{value * 1e6:.3g}" for value in values) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few items")
    quick = parser.parse_args().quick
    sizes = [size // 100 for size in SIZES] if quick else list(SIZES)
    print("| µs per item, of so many | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---" * (len(sizes) + 1) + "|")
    for case, title in TITLES.items():
        built = {size: b"".join(CASES[case].build(size)[0]) for size in sizes}
        print(row(title, [best(case, built[size], CHUNK) / size for size in sizes]))
    print("\n| µs per item, in chunks of so many octets | " + " | ".join(f"{chunk:,}" for chunk in CHUNKS) + " |")
    print("|---" * (len(CHUNKS) + 1) + "|")
    for case, title in TITLES.items():
        size = sizes[1]
        data = b"".join(CASES[case].build(size)[0])
        print(row(f"{title}, of {len(data) / size:.0f} octets", [best(case, data, chunk) / size for chunk in CHUNKS]))
    octets = (1 if quick else 64) * 1024 * 1024
    print(f"\na literal of {octets >> 20} MiB, streamed: a peak of {peak_of_streaming(octets) / 1024:.0f} KiB")


def peak_of_streaming(octets: int) -> int:
    """How much is allocated at once while a literal of this size goes to a sink, beside the chunk that is read."""
    streamed = 0

    def take(piece: bytes) -> None:
        nonlocal streamed
        streamed += len(piece)

    connection = connected()
    pending = connection.send(Fetch(UidSet([1]), (UID,), streams=((body_section(), take),)))
    connection.data_to_send()
    chunk = bytes(CHUNK)
    tracemalloc.start()
    connection.receive_data(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % octets)
    for _ in range(octets // CHUNK):
        connection.receive_data(chunk)
    connection.receive_data(f")\r\n{pending.tag} OK done\r\n".encode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pending.done
    assert streamed == octets // CHUNK * CHUNK == octets
    return peak


def best(case: str, data: bytes, chunk: int) -> float:
    return min(seconds(case, data, chunk) for _ in range(3))


if __name__ == "__main__":
    main()
