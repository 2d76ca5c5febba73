"""aioimaplib: asyncio, lines and literals as they came.

It calls itself for each line of one read, so that a thousand of them are too many for Python's usual limit.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, cast

from aioimaplib import IMAP4

from benchmarks.contestants.worker import serve
from benchmarks.data import Facts

sys.setrecursionlimit(1_000_000)


class Aio:
    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def open(self, port: int, case: str) -> None:
        self._loop.run_until_complete(self._open(port, case))

    async def _open(self, port: int, case: str) -> None:
        self._client = IMAP4("127.0.0.1", port, timeout=600)
        await self._client.wait_hello_from_server()
        await self._client.login("user", "secret")
        await self._client.select(case)

    def run(self, case: str) -> object:
        return self._loop.run_until_complete(self._run(case))

    async def _run(self, case: str) -> list[bytes]:
        client = self._client
        match case:
            case "list":
                response = await client.list('""', "*")
            case "search":
                response = await client.uid_search("ALL", charset=None)
            case _:
                response = await client.uid("fetch", "1:*", "(ALL)")
        return cast("list[bytes]", response.lines)

    def count(self, case: str, answer: object) -> int:
        lines = cast("list[Any]", answer)
        match case:
            case "search":
                return len(lines[0].split())
            case "literal":
                return max(map(len, lines))
            case "list":
                return len(lines) - 1
            case _:
                return sum(b" FETCH (" in bytes(line[:24]) for line in lines)

    def facts(self, case: str, answer: object) -> Facts:
        raise NotImplementedError

    def close(self) -> None:
        self._loop.run_until_complete(self._client.logout())


if __name__ == "__main__":
    serve(Aio())
