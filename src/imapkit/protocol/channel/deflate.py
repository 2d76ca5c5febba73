"""COMPRESS=DEFLATE (RFC 4978) as a filter: one raw deflate stream (RFC 1951) in each direction.

What is sent ends with a sync flush, so that the server can read all of it; that costs about four octets a batch, which
is why it happens in `data_to_send` and not in `send`.
"""

from __future__ import annotations

from typing import Final

from imapkit.errors import InvalidArgument, LimitExceeded, ProtocolError

__all__ = ["DeflateFilter"]

_RAW: Final = -15  # a window of 32 KiB, without zlib's header and checksum
_PIECE: Final = 256 * 1024


class DeflateFilter:
    """Compress what is sent, inflate what is received.

    One octet of deflate can stand for a thousand, so `max_inflated_per_input` (octets, see `Limits.inflated`) bounds
    what one call of `receive` may give.  Going over raises `LimitExceeded`.
    """

    __slots__ = ("_compressor", "_inflator", "_limit", "_outgoing", "_unflushed", "_zlib_error")

    def __init__(self, max_inflated_per_input: int = 64 * 1024 * 1024) -> None:
        import zlib

        if max_inflated_per_input <= 0:
            raise InvalidArgument("max_inflated_per_input must be positive")
        self._compressor = zlib.compressobj(wbits=_RAW)
        self._inflator = zlib.decompressobj(wbits=_RAW)
        self._zlib_error = zlib.error
        self._limit = max_inflated_per_input
        self._outgoing: list[bytes] = []
        self._unflushed = False

    @property
    def ready(self) -> bool:
        """Always: there is no handshake, compression begins at once."""
        return True

    def send(self, data: bytes | bytearray | memoryview) -> None:
        """Compress; `data_to_send` flushes it out."""
        if data:
            self._outgoing.append(self._compressor.compress(data))
            self._unflushed = True

    def receive(self, data: bytes) -> bytes:
        """Inflate; raises `LimitExceeded` for a bomb, `ProtocolError` for what is not deflate."""
        pieces: list[bytes] = []
        room = self._limit
        while True:
            try:
                piece = self._inflator.decompress(data, min(_PIECE, room + 1))
            except self._zlib_error as error:
                raise ProtocolError(f"the compressed data is corrupt: {error}") from error
            room -= len(piece)
            if room < 0:
                raise LimitExceeded(f"compressed data inflates to more than the limit of {self._limit} octets at once")
            pieces.append(piece)
            data = self._inflator.unconsumed_tail
            # Without input left there may be output left, inside zlib: a piece that is full says so.
            if not data and len(piece) < _PIECE:
                break
        if self._inflator.unused_data:
            raise ProtocolError("the server ended the compressed stream and sent more")
        return b"".join(pieces)

    def receive_eof(self) -> None:
        """Nothing to say: IMAP knows itself whether a response was complete."""

    def data_to_send(self) -> bytes:
        """Give what was sent, flushed so that the peer can inflate all of it."""
        if self._unflushed:
            from zlib import Z_SYNC_FLUSH

            self._outgoing.append(self._compressor.flush(Z_SYNC_FLUSH))
            self._unflushed = False
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def close(self) -> None:
        """Nothing to say: RFC 4978 has no farewell."""
