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
        self._closed = False

    @property
    def unsent(self) -> int:
        """Nothing ever is: the server takes what it is given."""
        return 0

    def write(self, data: bytes) -> None:
        """Have the server take it, and answer."""
        with self._lock:
            if data and not self._closed:
                self._session.receive_data(data)
                self.wake()

    def read(self) -> bytes | None:
        """Give what the server has sent; None when there is nothing now, ``b""`` at the end."""
        with self._lock:
            if self._closed:
                return b""
            return self._session.data_to_send() or (b"" if self._session.closed else None)

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one."""
        raise NotImplementedError

    def _hang_up(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                self._session.receive_eof()
                self.wake()


class MemoryStream(_Memory):
    """For threads (see `imapkit.transport.streams.Stream`)."""

    def __init__(self, session: ServerSession) -> None:
        super().__init__(session)
        self._condition = threading.Condition(self._lock)
        self._woken = True  # the greeting is there
        session.wake = self.wake

    def wait(self, timeout: float | None, *, reading: bool = True) -> bool:
        """Wait until there may be something to `read`, or `wake`; False when `timeout` seconds have passed."""
        with self._condition:
            happened = self._condition.wait_for(lambda: self._woken, timeout)
            self._woken = False
            return happened

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one.  From any thread."""
        with self._condition:
            self._woken = True
            self._condition.notify_all()

    def close(self) -> None:
        """Hang up.  May be called again."""
        self._hang_up()


class AsyncMemoryStream(_Memory):
    """For asyncio (see `imapkit.transport.streams.AsyncStream`); made inside a running event loop."""

    def __init__(self, session: ServerSession) -> None:
        import asyncio

        super().__init__(session)
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._event.set()  # the greeting is there
        session.wake = self.wake

    async def wait(self, timeout: float | None, *, reading: bool = True) -> bool:
        """Wait until there may be something to `read`, or `wake`; False when `timeout` seconds have passed."""
        import asyncio

        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one.  From any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    async def close(self) -> None:
        """Hang up.  May be called again."""
        self._hang_up()
