"""What finds messages and changes them holds one lease on its folder: nobody selects another one in between.

Otherwise the UIDs that were found might be those of other messages by the time they are used.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator

import pytest

from imapkit import AsyncMessageSet, Flag, Mailbox, MessageSet
from imapkit._sync import open_mailbox
from imapkit.testing import Server
from imapkit.testing.memory import MemoryStream
from tests.api.places import InMemory, letter

CHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "add_flags": ("STORE", (Flag.FLAGGED,)),
    "remove_flags": ("STORE", (Flag.FLAGGED,)),
    "mark_seen": ("STORE", ()),
    "add_labels": ("STORE", ("Work",)),
    "remove_labels": ("STORE", ("Work",)),
    "copy": ("COPY", ("Other",)),
    "move": ("MOVE", ("Other",)),
    "trash": ("MOVE", ()),
    "delete": ("EXPUNGE", ()),
}


@pytest.fixture
def place() -> Iterator[InMemory]:
    """An account with labels, two messages and one folder more."""
    place = InMemory(Server(profile="gmail"))
    place.elsewhere.folder("Other").create()
    for number in range(2):
        place.deliver(letter(f"number {number}"))
    yield place
    place.close()


def check_order(said: list[str], change: str) -> None:
    """INBOX is selected once, and the other folder when all is done there."""
    steps = [" ".join(line.split()[:2]) for line in said if line.startswith(("SELECT", "UID"))]
    selected_other = steps.index("SELECT Other")
    assert steps[:2] == ["SELECT INBOX", "UID SEARCH"]
    assert f"UID {change}" in steps[2:selected_other]
    assert "SELECT INBOX" not in steps[selected_other:]


@pytest.mark.parametrize("method", CHANGES)
async def test_tasks(place: InMemory, method: str) -> None:
    change, arguments = CHANGES[method]
    async with place.connect_async() as mail:
        await mail.folders()
        before = place.now
        act: Callable[..., Coroutine[None, None, object]] = getattr(AsyncMessageSet, method)
        # The other task gets in line while the first one searches.
        _, count = await asyncio.gather(
            act(mail.inbox.search(seen=False), *arguments), mail.folder("Other").search().count()
        )
        assert count == (2 if change in ("COPY", "MOVE") and arguments else 0)
        check_order(place.said(before), change)


class Held:
    """A stream on which the answer to SEARCH is held back until somebody else is in line for a folder."""

    def __init__(self, stream: MemoryStream) -> None:
        self._stream = stream
        self.searching = threading.Event()
        self.mail: Mailbox | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        if b" SEARCH " in data:
            self.searching.set()

    def wait(self, *arguments: object, **more: object) -> object:
        if self.mail is not None and self.searching.is_set():
            deadline = time.monotonic() + 10
            while not self.mail._session.connection.session.line:
                assert time.monotonic() < deadline, "nobody else wants a folder"
                time.sleep(0.001)
            self.mail = None  # once is enough
        return self._stream.wait(*arguments, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", CHANGES)
def test_threads(place: InMemory, method: str) -> None:
    change, arguments = CHANGES[method]
    held = Held(place.server.open_stream())
    with open_mailbox(place.elsewhere.settings, lambda: held) as mail:
        mail.folders()
        before = place.now
        counts: list[int] = []

        def count() -> None:
            assert held.searching.wait(10)
            counts.append(mail.folder("Other").search().count())

        thread = threading.Thread(target=count)
        thread.start()
        held.mail = mail
        act: Callable[..., object] = getattr(MessageSet, method)
        act(mail.inbox.search(seen=False), *arguments)
        thread.join()
        assert counts == [2 if change in ("COPY", "MOVE") and arguments else 0]
        check_order(place.said(before), change)
