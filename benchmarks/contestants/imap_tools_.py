"""imap_tools: messages as objects over imaplib and the standard library's email parser."""

from __future__ import annotations

import imaplib
from typing import Any, cast

from imap_tools import MailBoxUnencrypted

from benchmarks.contestants.worker import serve
from benchmarks.data import Facts

imaplib._MAXLINE = 64 * 1024 * 1024  # type: ignore[attr-defined]  # see imaplib_


class Tools:
    def open(self, port: int, case: str) -> None:
        self._mailbox = MailBoxUnencrypted("127.0.0.1", port)
        self._mailbox.login("user", "secret", initial_folder=None)
        self._mailbox.folder.set(case, readonly=True)
        self._uids = self._mailbox.uids() if case == "headers" else []

    def run(self, case: str) -> object:
        match case:
            case "list":
                return self._mailbox.folder.list()
            case "search":
                return self._mailbox.uids()
            case _:
                fetched = self._mailbox.fetch(uid_list=self._uids, bulk=True, headers_only=True, mark_seen=False)
                return list(fetched)

    def count(self, case: str, answer: object) -> int:
        return len(cast("Any", answer))

    def facts(self, case: str, answer: object) -> Facts:
        raise NotImplementedError

    def close(self) -> None:
        self._mailbox.logout()


if __name__ == "__main__":
    serve(Tools())
