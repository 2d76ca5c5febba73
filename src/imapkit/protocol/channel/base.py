"""What lies between the framer and the transport: a stack of filters that turn octets into other octets.

::

    Framer          plain IMAP
      |  ^
      v  |          DeflateFilter, once COMPRESS was agreed (RFC 4978)
      |  |          TlsFilter, from the start or after STARTTLS
      v  |
    transport       what crosses the wire

Data goes up with `receive` and down with `data_to_send`; nothing here performs I/O, so a filter is driven the same way
by a blocking socket, by asyncio and by a test.  A filter may have something to send when nobody sent anything (a
handshake, an answer to the peer's key update): look at `data_to_send` after every call.
"""

from __future__ import annotations

from typing import Protocol

from imapkit.errors import InvalidArgument
from imapkit.protocol.channel.tls import TlsFilter

__all__ = ["Channel", "Filter"]


class Filter(Protocol):
    """One layer; `Channel` stacks them and is itself used the same way."""

    @property
    def ready(self) -> bool:
        """Whether what is sent now goes out now; during a handshake it waits."""
        ...

    def send(self, data: bytes | bytearray | memoryview) -> None:
        """Take what the layer above sends."""
        ...

    def receive(self, data: bytes) -> bytes:
        """Take what came from below; give what that is for the layer above, often nothing yet."""
        ...

    def receive_eof(self) -> None:
        """Take note that nothing more comes from below; raises where that is a truncation that matters."""
        ...

    def data_to_send(self) -> bytes:
        """Give what has to go out below, once."""
        ...

    def close(self) -> None:
        """Queue the layer's farewell, if it has one."""
        ...


class Channel:
    """A stack of filters, at first empty: what is sent comes out unchanged, and so does what is received."""

    __slots__ = ("_filters", "_outgoing")

    def __init__(self) -> None:
        self._filters: list[Filter] = []
        self._outgoing: list[bytes] = []

    def push(self, layer: Filter) -> None:
        """Put a filter between what is above and what is below, for everything sent and received from now on.

        What was sent before still goes out without it.  TLS goes below compression whichever came first (RFC 4978,
        section 3).  Raises `InvalidArgument` for TLS inside TLS.
        """
        if isinstance(layer, TlsFilter) and self.tls is not None:
            raise InvalidArgument("TLS is active already")
        self._outgoing = [self.data_to_send()]
        self._filters.insert(0 if isinstance(layer, TlsFilter) else len(self._filters), layer)

    @property
    def tls(self) -> TlsFilter | None:
        """The TLS layer, if there is one, whether its handshake is over or not."""
        return next((layer for layer in self._filters if isinstance(layer, TlsFilter)), None)

    @property
    def secure(self) -> bool:
        """Whether what is sent now is encrypted, to a peer that its TLS context has accepted."""
        return self.tls is not None and self.tls.ready

    @property
    def ready(self) -> bool:
        """Whether every layer is: no handshake is under way."""
        return all(layer.ready for layer in self._filters)

    def send(self, data: bytes | bytearray | memoryview) -> None:
        """Send through all layers; a buffer may be changed again as soon as this returns."""
        if self._filters:
            self._filters[-1].send(data)
        else:
            self._outgoing.append(bytes(data))

    def receive(self, data: bytes) -> bytes:
        """What data from the transport is to the framer; ``b""`` when a layer needs more to say."""
        for layer in self._filters:
            if not data:
                break
            data = layer.receive(data)
        return data

    def receive_eof(self) -> None:
        """The transport has reached its end; raises `TLSError` when that was during the handshake."""
        for layer in self._filters:
            layer.receive_eof()

    def data_to_send(self) -> bytes:
        """What has to go to the transport, once; after an error, too: TLS tells the peer why."""
        self._sink()
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def close(self) -> None:
        """Say farewell in every layer, topmost first; `data_to_send` has it."""
        for index in reversed(range(len(self._filters))):
            self._filters[index].close()
            self._sink()

    def _sink(self) -> None:
        """Move what each layer has to send to the one below."""
        for index in reversed(range(len(self._filters))):
            if data := self._filters[index].data_to_send():
                if index:
                    self._filters[index - 1].send(data)
                else:
                    self._outgoing.append(data)
