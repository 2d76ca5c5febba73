"""Streams to the server without sockets: what a client writes is answered before `write` returns.

They have the interface of `imapkit.transport.streams`, one for threads and one for asyncio.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["AsyncMemoryStream", "MemoryStream"]


class _Memory:
    """One client's end; the session is at the other."""

    def __init__(self, session: ServerSession) -> None:
        self._session = session
        self._lock = session.site.lock
        self._heard = b""
        self._woken = False
        self._closed = False
        session.wake = self._notify

    @property
    def unsent(self) -> int:
        """Nothing ever is: the server takes what it is given."""
        return 0

    def write(self, data: bytes) -> None:
        """Have the server take it, and answer."""
        with self._lock:
            if data and not self._closed:
                self._session.receive_data(data)
                self._notify()

    def read(self) -> bytes | None:
        """Give what the server has sent; None when there is nothing now, ``b""`` at the end."""
        with self._lock:
            if not self._readable():
                return None
            heard, self._heard = self._heard, b""
            return heard

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one.  From any thread."""
        with self._lock:
            self._woken = True
            self._notify()

    def _readable(self) -> bool:
        """Whether there is something to read, or nothing will ever be."""
        if not self._closed:
            self._heard += self._session.data_to_send()
        return bool(self._heard) or self._closed or self._session.closed

    def _ready(self, reading: bool) -> bool:
        """Whether a wait is over; takes the wake that ends it."""
        with self._lock:
            woken, self._woken = self._woken, False
            return woken or (reading and self._readable())

    def _hang_up(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed, self._heard = True, b""
                self._session.receive_eof()
                self._session.site.sessions.discard(self._session)
                self._notify()

    def _notify(self) -> None:
        """Have whoever waits look again."""
        raise NotImplementedError


class MemoryStream(_Memory):
    """For threads (see `imapkit.transport.streams.Stream`)."""

    def __init__(self, session: ServerSession) -> None:
        super().__init__(session)
        self._condition = threading.Condition(self._lock)

    def wait(self, timeout: float | None, *, reading: bool = True) -> bool:
        """Wait until there may be something to `read`, or `wake`; False when `timeout` seconds have passed."""
        with self._condition:
            return self._condition.wait_for(lambda: self._ready(reading), timeout)

    def close(self) -> None:
        """Hang up.  May be called again."""
        self._hang_up()

    def _notify(self) -> None:
        with self._condition:
            self._condition.notify_all()


class AsyncMemoryStream(_Memory):
    """For asyncio (see `imapkit.transport.streams.AsyncStream`); made inside a running event loop."""

    def __init__(self, session: ServerSession) -> None:
        import asyncio

        super().__init__(session)
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    async def wait(self, timeout: float | None, *, reading: bool = True) -> bool:
        """Wait until there may be something to `read`, or `wake`; False when `timeout` seconds have passed."""
        import asyncio

        if self._ready(reading):
            await asyncio.sleep(0)  # as a socket does: other tasks have their turn, however much there is to read
            return True
        try:
            async with asyncio.timeout(timeout):
                while not self._ready(reading):
                    self._event.clear()
                    await self._event.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Hang up.  May be called again."""
        self._hang_up()

    def _notify(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)
