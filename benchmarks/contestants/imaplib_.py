"""The standard library's imaplib, which tells responses apart and hands out their octets."""

from __future__ import annotations

import imaplib
from typing import Any, cast

from benchmarks.contestants.worker import serve
from benchmarks.data import Facts

# A SEARCH of 200,000 is one line of 1.4 MB, which imaplib refuses unless told otherwise.
imaplib._MAXLINE = 64 * 1024 * 1024  # type: ignore[attr-defined]

Pieces = list[Any]


class Imaplib:
    def open(self, port: int, case: str) -> None:
        self._client = imaplib.IMAP4("127.0.0.1", port)
        self._client.login("user", "secret")
        self._client.select(case, readonly=True)

    def run(self, case: str) -> object:
        match case:
            case "list":
                return self._client.list()[1]
            case "search":
                return self._client.uid("SEARCH", "ALL")[1]
            case "esearch":
                self._client.uid("SEARCH", "RETURN (ALL) ALL")
                return self._client.response("ESEARCH")[1]
            case _:
                return self._client.uid("FETCH", "1:*", "(ALL)")[1]

    def count(self, case: str, answer: object) -> int:
        pieces = cast("Pieces", answer)
        match case:
            case "search":
                return len(pieces[0].split())
            case "esearch":
                runs = [run.split(b":") for run in pieces[0].split()[-1].split(b",")]
                return sum(int(run[-1]) - int(run[0]) + 1 for run in runs)
            case "literal":
                return len(pieces[0][1])
            case _:
                return len(responses(pieces))

    def facts(self, case: str, answer: object) -> Facts:
        """It reads nothing, so this only shows that all octets are there."""
        return [[response.decode("latin-1")] for response in responses(cast("Pieces", answer))]

    def close(self) -> None:
        self._client.logout()


def responses(pieces: Pieces) -> list[bytes]:
    """The octets of each response: a tuple (text, literal) is followed by the rest of the response."""
    whole: list[bytes] = []
    begun = False
    for piece in pieces:
        octets = b"\r\n".join(piece) if isinstance(piece, tuple) else piece
        if begun:
            whole[-1] += octets
        else:
            whole.append(octets)
        begun = isinstance(piece, tuple)
    return whole


if __name__ == "__main__":
    serve(Imaplib())
