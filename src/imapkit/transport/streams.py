"""What a session needs of whatever carries its octets, in both worlds.

The two differ in what may take time: `wait` and `close` are awaited in asyncio, everything else returns at once in
either.  Nothing here fails but `read`: what went wrong while writing shows there too, after all that came before it, so
that a server's last words are heard even when it has stopped listening.

Several threads (tasks) share a stream, one of them waiting.  Only `wake` may be called at any time; the other calls are
kept apart by whoever owns the stream, except that `write` may happen while somebody is in `wait`.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["AsyncStream", "Stream"]


class Stream(Protocol):
    """Octets to and from a server, for threads."""

    @property
    def unsent(self) -> int:
        """How many octets were written but not taken yet."""
        ...

    def write(self, data: bytes) -> None:
        """Send as much as goes without waiting, what is unsent first; keep the rest.  ``b""`` only sends on."""
        ...

    def read(self) -> bytes | None:
        """Give what has come; None when there is nothing now, ``b""`` at the end.  Raises `OSError`."""
        ...

    def wait(self, timeout: float | None) -> bool:
        """Wait until there may be something to `read`, more of what is unsent can be sent, or somebody calls `wake`.

        False when none of it happened within `timeout` seconds.
        """
        ...

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one.  From any thread."""
        ...

    def close(self) -> None:
        """Drop everything at once, the unsent octets too.  May be called again."""
        ...


class AsyncStream(Protocol):
    """Octets to and from a server, for asyncio: the same, with `wait` and `close` awaited."""

    @property
    def unsent(self) -> int:
        """How many octets were written but not taken yet."""
        ...

    def write(self, data: bytes) -> None:
        """Send as much as goes without waiting, what is unsent first; keep the rest.  ``b""`` only sends on."""
        ...

    def read(self) -> bytes | None:
        """Give what has come; None when there is nothing now, ``b""`` at the end.  Raises `OSError`."""
        ...

    async def wait(self, timeout: float | None) -> bool:
        """Wait until there may be something to `read`, more of what is unsent can be sent, or somebody calls `wake`.

        False when none of it happened within `timeout` seconds.  Cancelling it loses nothing.
        """
        ...

    def wake(self) -> None:
        """End the `wait` that is under way, or else the next one."""
        ...

    async def close(self) -> None:
        """Drop everything at once, the unsent octets too, and see that it is gone.  May be called again."""
        ...
