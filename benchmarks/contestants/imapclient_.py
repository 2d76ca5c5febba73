"""IMAPClient: typed values over imaplib."""

from __future__ import annotations

import imaplib
from typing import Any, cast

from imapclient import IMAPClient

from benchmarks.contestants.worker import serve
from benchmarks.data import Facts

imaplib._MAXLINE = 64 * 1024 * 1024  # type: ignore[attr-defined]  # see imaplib_

ITEMS = {
    "envelope": ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "flags": ["UID", "FLAGS", "MODSEQ"],
    "bodystructure": ["UID", "BODYSTRUCTURE"],
    "headers": ["UID", "FLAGS", "RFC822.SIZE", "BODY.PEEK[HEADER]"],
    "literal": ["UID", "BODY.PEEK[]"],
}


class Client:
    def open(self, port: int, case: str) -> None:
        self._client = IMAPClient("127.0.0.1", port, ssl=False)
        self._client.login("user", "secret")
        self._client.select_folder(case, readonly=True)
        self._uids = self._client.search("ALL") if case in ITEMS else []  # it wants each one named

    def run(self, case: str) -> object:
        if case == "list":
            return self._client.list_folders()
        if case == "search":
            return self._client.search("ALL")
        return self._client.fetch(self._uids, ITEMS[case])

    def count(self, case: str, answer: object) -> int:
        found = cast("Any", answer)
        return len(found[1][b"BODY[]"]) if case == "literal" else len(found)

    def facts(self, case: str, answer: object) -> Facts:
        raise NotImplementedError

    def close(self) -> None:
        self._client.logout()


if __name__ == "__main__":
    serve(Client())
