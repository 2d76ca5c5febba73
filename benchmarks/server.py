"""A server that replays: select the mailbox named after a case, ask for anything, and its prepared responses come.

Run as a process of its own, so that a client's CPU time is the client's alone:

    python -m benchmarks.server DIRECTORY

DIRECTORY holds a file per case, and one of its UIDs.  It prints the port of the loopback interface it listens on, and
ends with its standard input.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

_CAPABILITIES = b"IMAP4rev1 UIDPLUS ENABLE CONDSTORE ESEARCH NAMESPACE UNSELECT"
_GREETING = b"* OK [CAPABILITY " + _CAPABILITIES + b"] ready\r\n"
_WORD = re.compile(rb'"([^"]*)"|(\S+)')
_REPLAYED = {b"FETCH", b"SEARCH", b"LIST"}


class Conversation:
    """One client."""

    def __init__(self, sock: socket.socket, directory: Path) -> None:
        self._socket = sock
        self._directory = directory
        self._case: str | None = None
        self._counts: dict[str, int] = json.loads((directory / "counts.json").read_text())

    def run(self) -> None:
        with self._socket, self._socket.makefile("rb") as lines:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(_GREETING)
            with suppress(ConnectionError):  # some hang up without waiting
                for line in lines:
                    words = [quoted or atom for quoted, atom in _WORD.findall(line)]
                    if len(words) > 1:
                        self._answer(words[0], [words[1].upper(), *words[2:]])

    def _answer(self, tag: bytes, words: list[bytes]) -> None:
        name = words[1].upper() if words[0] == b"UID" else words[0]
        if name in _REPLAYED and self._replays(name, words):
            data = (self._directory / str(self._case)).read_bytes()
            if len(data) < 16 * 1024 * 1024:
                data = data.replace(b"@TAG@", tag, 1)
        elif name == b"SEARCH" and self._case is not None:
            data = b"* SEARCH %s\r\n" % (self._directory / f"{self._case}.uids").read_bytes()
        else:
            data = self._small_talk(name, words)
        self._socket.sendall(data)
        self._socket.sendall(tag + b" OK done\r\n")

    def _replays(self, name: bytes, words: list[bytes]) -> bool:
        match name:
            case b"LIST":
                return self._case == "list" and words[-1] == b"*"
            case b"SEARCH":
                return self._case in {"search", "esearch"}
            case _:
                return self._case is not None

    def _small_talk(self, name: bytes, words: list[bytes]) -> bytes:
        match name:
            case b"CAPABILITY":
                return b"* CAPABILITY " + _CAPABILITIES + b"\r\n"
            case b"NAMESPACE":
                return b'* NAMESPACE (("" "/")) NIL NIL\r\n'
            case b"LIST":
                return b'* LIST (\\HasNoChildren) "/" "%s"\r\n' % words[-1]
            case b"SELECT" | b"EXAMINE":
                self._case = words[1].decode() if words[1].decode() in self._counts else None
                exists = self._counts.get(str(self._case), 0)
                return (
                    b"* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)\r\n* %d EXISTS\r\n"
                    b"* OK [UIDVALIDITY 1] fine\r\n* OK [UIDNEXT 4294967295] fine\r\n* OK [HIGHESTMODSEQ 1] fine\r\n"
                    % exists
                )
            case b"LOGOUT":
                return b"* BYE bye\r\n"
            case _:
                return b""


def main(directory: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=Conversation(sock, directory).run, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
