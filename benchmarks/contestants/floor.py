"""What cannot be gone below in Python: the responses told apart by imapkit's framer, and their tokens cut out.

    python -m benchmarks.contestants.floor framing|tokens

It reads from the same server with the same size of read as imapkit's own transport.
"""

from __future__ import annotations

import re
import socket
import sys
from typing import cast

from benchmarks.contestants.worker import serve
from benchmarks.data import Facts
from imapkit.protocol.wire.framer import Framed, Framer

READ_SIZE = 256 * 1024
TOKEN = re.compile(rb'[()]|"(?:[^"\\]|\\.)*"|\{\d+\}\r\n|[^\s()"{,:]+')
COMMANDS = {"list": b'LIST "" "*"', "search": b"UID SEARCH ALL", "esearch": b"UID SEARCH RETURN (ALL) ALL"}


class Floor:
    def __init__(self, role: str) -> None:
        self._tokens = role == "tokens"

    def open(self, port: int, case: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._framer = Framer()
        for command in (b"LOGIN user secret", b"EXAMINE " + case.encode()):
            self._ask(command)

    def _ask(self, command: bytes) -> list[Framed]:
        self._socket.sendall(b"a " + command + b"\r\n")
        framer, tokens = self._framer, self._tokens
        answer: list[Framed] = []
        kept: list[list[bytes]] = []
        while True:
            framer.feed(self._socket.recv(READ_SIZE))
            while (framed := framer.next()) is not None:
                if framed.text.startswith(b"a OK"):
                    return answer
                answer.append(framed)
                if tokens:
                    kept.append(TOKEN.findall(framed.text))

    def run(self, case: str) -> object:
        return self._ask(COMMANDS.get(case, b"UID FETCH 1:* (ALL)"))

    def count(self, case: str, answer: object) -> int:
        responses = cast("list[Framed]", answer)
        if case == "search":
            return len(responses[0].text.split()) - 2
        if case == "esearch":
            runs = [run.split(b":") for run in responses[0].text.split()[-1].split(b",")]
            return sum(int(run[-1]) - int(run[0]) + 1 for run in runs)
        return len((responses[0].literals or {}).popitem()[1]) if case == "literal" else len(responses)

    def facts(self, case: str, answer: object) -> Facts:
        raise NotImplementedError

    def close(self) -> None:
        self._socket.close()


if __name__ == "__main__":
    serve(Floor(sys.argv[1]))
