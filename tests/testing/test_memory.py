"""Streams in memory: waiting, waking, hanging up, in both worlds."""

from __future__ import annotations

import asyncio
import threading

from imapkit.testing import Server
from imapkit.transport.streams import AsyncStream, Stream
from tests.testing.lines import deliver


def idling(stream: Stream | AsyncStream) -> None:
    stream.write(b"a LOGIN ann pw\r\nb SELECT INBOX\r\nc IDLE\r\n")
    while stream.read() is not None:
        pass


class TestThreads:
    def test_the_greeting_is_there(self, server: Server) -> None:
        stream: Stream = server.open_stream()
        assert stream.wait(0)
        assert (stream.read() or b"").startswith(b"* OK")
        assert stream.read() is None
        assert stream.unsent == 0

    def test_a_wait_that_is_in_vain(self, server: Server) -> None:
        stream = server.open_stream()
        stream.read()
        assert not stream.wait(0.01)

    def test_what_was_not_read_is_still_there(self, server: Server) -> None:
        stream = server.open_stream()
        assert stream.wait(0)
        assert stream.wait(0)
        assert not stream.wait(0.01, reading=False)

    def test_a_delivery_ends_the_wait(self, server: Server) -> None:
        stream = server.open_stream()
        idling(stream)
        thread = threading.Thread(target=deliver, args=(server, 1))
        thread.start()
        assert stream.wait(10)
        thread.join()
        assert stream.read() == b"* 1 EXISTS\r\n* 1 RECENT\r\n"

    def test_wake_ends_it_too(self, server: Server) -> None:
        stream = server.open_stream()
        stream.read()
        stream.wake()
        assert stream.wait(10)
        assert stream.read() is None
        assert not stream.wait(0.01)

    def test_the_end(self, server: Server) -> None:
        stream = server.open_stream()
        idling(stream)
        server.drop_connections()
        assert stream.wait(10)
        assert stream.read() == b""

    def test_hanging_up(self, server: Server) -> None:
        stream = server.open_stream()
        idling(stream)
        stream.close()
        stream.close()
        stream.write(b"DONE\r\n")
        assert stream.read() == b""
        deliver(server, 1)  # nobody is told


class TestAsyncio:
    def test_a_delivery_ends_the_wait(self, server: Server) -> None:
        async def main() -> None:
            stream: AsyncStream = server.open_async_stream()
            assert await stream.wait(10)
            assert (stream.read() or b"").startswith(b"* OK")
            idling(stream)
            assert not await stream.wait(0.01)
            await asyncio.to_thread(deliver, server, 1)
            assert await stream.wait(10)
            assert stream.read() == b"* 1 EXISTS\r\n* 1 RECENT\r\n"
            stream.wake()
            assert await stream.wait(10)
            await stream.close()
            assert stream.read() == b""

        asyncio.run(main())

    def test_other_tasks_have_their_turn_when_there_is_something_to_read(self, server: Server) -> None:
        async def main() -> None:
            stream = server.open_async_stream()
            turns: list[str] = []
            asyncio.get_running_loop().call_soon(turns.append, "x")
            assert await stream.wait(10)
            assert turns == ["x"]

        asyncio.run(main())

    def test_a_delivery_after_the_loop_is_closed(self, server: Server) -> None:
        async def main() -> None:
            idling(server.open_async_stream())

        asyncio.run(main())
        deliver(server, 1)
