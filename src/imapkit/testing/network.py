"""The server on a TCP port of this machine: one thread, one selector, all sessions.

The sessions themselves do no I/O; here their octets are carried.  The thread ends, and every socket with it, when
`Listener.close` is called.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imapkit.testing.session import ServerSession, Tls

if TYPE_CHECKING:
    from imapkit.testing.site import Site

__all__ = ["Listener"]

_PIECE: Final = 64 * 1024

logger = logging.getLogger("imapkit.testing")


@dataclass(slots=True, eq=False)
class _Client:
    """A connection, and what has to go out on it."""

    socket: socket.socket
    session: ServerSession
    unsent: bytearray = field(default_factory=bytearray)


class Listener:
    """Takes connections on `address` until it is closed."""

    def __init__(self, site: Site, host: str, port: int, tls: Tls) -> None:
        self._site = site
        self._tls: Tls = tls
        self._clients: set[_Client] = set()
        self._closing = False
        self._socket = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._socket.setblocking(False)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        # Whoever has something to send, or wants the thread to end, writes an octet here.
        self._bell, self._ring = socket.socketpair()
        self._bell.setblocking(False)
        self._ring.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ, self._accept)
        self._selector.register(self._bell, selectors.EVENT_READ, self._answer_the_bell)
        self._thread = threading.Thread(target=self._run, name=f"imapkit test server {self.address[1]}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread, and with it all connections."""
        self._closing = True
        self.wake()
        self._thread.join()

    def wake(self) -> None:
        """Have the thread look for something to send."""
        # A full pipe rings anyway; a closed one has nobody at its other end.
        with contextlib.suppress(OSError):
            self._ring.send(b"!")

    # --- in the thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._closing:
                for key, _ in self._selector.select():
                    if not isinstance(key.data, _Client):
                        key.data()
                    elif key.data in self._clients:  # it is none any more when the bell has just ended it
                        self._serve(key.data)
        finally:
            for client in tuple(self._clients):
                self._drop(client)
            for opened in (self._selector, self._socket, self._bell, self._ring):
                opened.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # whoever called has hung up already
            connection, _ = self._socket.accept()
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._site.lock:
                session = ServerSession(self._site, tls=self._tls)
                self._site.sessions.add(session)
                session.wake = self.wake
            client = _Client(connection, session)
            self._clients.add(client)
            self._selector.register(connection, selectors.EVENT_READ, client)
            self._send(client)

    def _answer_the_bell(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.recv(_PIECE)
        for client in tuple(self._clients):
            self._send(client)

    def _serve(self, client: _Client) -> None:
        try:
            data = client.socket.recv(_PIECE)
        except BlockingIOError:
            data = None
        except OSError:
            data = b""
        if data == b"":
            self._drop(client)
            return
        if data:
            try:
                with self._site.lock:
                    client.session.receive_data(data)
            except Exception:
                # A mistake of ours costs this connection; the test that made it sees the log and the end of file.
                logger.exception("the test server failed")
                client.session.abort()
        self._send(client)

    def _send(self, client: _Client) -> None:
        with self._site.lock:
            client.unsent += client.session.data_to_send()
            closed, aborted = client.session.closed, client.session.aborted
        try:
            while client.unsent and not aborted:
                del client.unsent[: client.socket.send(client.unsent[:_PIECE])]
        except BlockingIOError:
            pass
        except OSError:
            aborted = True
        if aborted or (closed and not client.unsent):
            self._drop(client)
        else:
            writing = selectors.EVENT_WRITE if client.unsent else 0
            self._selector.modify(client.socket, selectors.EVENT_READ | writing, client)

    def _drop(self, client: _Client) -> None:
        with self._site.lock:
            client.session.receive_eof()
            self._site.sessions.discard(client.session)
        self._clients.discard(client)
        self._selector.unregister(client.socket)
        client.socket.close()
