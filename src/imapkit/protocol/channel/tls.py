"""TLS as a filter: OpenSSL between two memory buffers, never near a socket.

Octets from the wire go into one buffer, octets for the wire come out of the other, and OpenSSL is asked to go on
whenever something was put in.  It says "want read" when it needs more, which is no error here: the call is repeated
when more has come.  So what is sent is queued, and offered to OpenSSL until it takes it: that covers the handshake as
well as what TLS does later (tickets and key updates of TLS 1.3, renegotiation in TLS 1.2).

`ssl` costs 10 ms to import and brings `socket` along, so it is imported when the first filter is made.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, Literal

from imapkit.errors import InvalidArgument, TLSError
from imapkit.protocol.channel.binding import server_end_point
from imapkit.protocol.channel.tls_errors import NOT_TLS, explain

if TYPE_CHECKING:
    import ssl

__all__ = ["TlsFilter"]

_READ_SIZE: Final = 64 * 1024
_ALERT, _HANDSHAKE = 0x15, 0x16


class TlsFilter:
    """One TLS connection, of a client or (`server_side`) of a server.

    `context` decides what is verified and which versions will do; `server_hostname` is the name that the certificate
    has to be for.  The handshake begins at once: a client's `data_to_send` has its first message.

    Every failure is a `TLSError`, whose ``__cause__`` is OpenSSL's.  It is raised once all that came before it has been
    handed out, and again from then on.  `data_to_send` then has the alert that tells the peer.
    """

    __slots__ = (
        "_closed",
        "_failure",
        "_first_octet",
        "_host",
        "_incoming",
        "_object",
        "_outgoing",
        "_peer_closed",
        "_pending",
        "_server_side",
        "_ssl",
        "ready",
        "truncated",
    )

    def __init__(self, context: ssl.SSLContext, server_hostname: str | None, server_side: bool = False) -> None:
        """Begin the handshake; raises `InvalidArgument` for a host name that no certificate can be for."""
        import ssl

        self._ssl = ssl
        if context.check_hostname and not server_hostname and not server_side:
            # OpenSSL would skip the check without a word.
            raise InvalidArgument("the TLS context verifies the server's name, so the name has to be given")
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        try:
            self._object = context.wrap_bio(
                self._incoming, self._outgoing, server_side=server_side, server_hostname=server_hostname
            )
        except (ValueError, TypeError) as error:
            raise InvalidArgument(f"not a host name that TLS can verify: {server_hostname!r}") from error
        self._host = server_hostname
        self._server_side = server_side
        self._pending = bytearray()
        self._first_octet: int | None = None
        self._failure: TLSError | None = None
        self._closed = False
        self._peer_closed = False
        self.ready = False
        """Whether the handshake is over and the peer's certificate accepted."""
        self.truncated = False
        """Whether the peer closed the connection without TLS's close_notify.

        Cyrus and UW IMAP do so.  It is no error here, because IMAP knows itself whether a response was complete."""
        self._advance()

    def send(self, data: bytes | bytearray | memoryview) -> None:
        """Encrypt, or queue until the handshake is over; raises `TLSError` after a failure or `close`."""
        if self._closed:
            raise TLSError("TLS was closed: nothing more can be sent")
        self._raise_failure()
        self._pending += data
        self._advance()

    def receive(self, data: bytes) -> bytes:
        """Decrypt what came; raises `TLSError` when the handshake fails or the data was tampered with."""
        self._raise_failure()
        if self._peer_closed:
            return b""
        if self._first_octet is None and data:
            self._first_octet = data[0]
        self._incoming.write(data)
        self._advance()
        return self._read() if self.ready else b""

    def receive_eof(self) -> None:
        """Note the end: `truncated` when close_notify is missing, `TLSError` when the handshake is not over."""
        self._raise_failure()
        if not self.ready:
            peer = "client" if self._server_side else "server"
            self._failure = TLSError(f"the {peer} closed the connection during the TLS handshake{self._hint()}")
            raise self._failure
        self.truncated = not self._peer_closed

    def data_to_send(self) -> bytes:
        """Give what has to go out, once."""
        return self._outgoing.read()

    def close(self) -> None:
        """Queue close_notify; what the peer still sends can be received."""
        if self.ready and not self._closed and self._failure is None:
            self._closed = True
            # "Want read" because the peer's close_notify is not there yet, other errors because it will not come.
            with contextlib.suppress(self._ssl.SSLError):
                self._object.unwrap()

    @property
    def version(self) -> str | None:
        """``"TLSv1.3"`` or the like; `None` before the handshake is over."""
        return self._object.version() if self.ready else None

    @property
    def cipher(self) -> str | None:
        """OpenSSL's name of the cipher suite; `None` before the handshake is over."""
        cipher = self._object.cipher()
        return cipher[0] if cipher and self.ready else None

    def channel_binding(self, kind: Literal["tls-exporter", "tls-server-end-point", "tls-unique"]) -> bytes | None:
        """What a SASL mechanism can bind to (RFC 5929), or `None` where this connection has no such thing.

        A client has ``tls-server-end-point``, and ``tls-unique`` below TLS 1.3, where it is not defined.
        ``tls-exporter`` (RFC 9266) is always `None`: Python's `ssl` does not export keying material.
        """
        if not self.ready:
            return None
        if kind == "tls-unique" and self.version != "TLSv1.3":
            return self._object.get_channel_binding("tls-unique")
        if kind == "tls-server-end-point" and not self._server_side:
            certificate = self._object.getpeercert(binary_form=True)
            return server_end_point(certificate) if certificate else None
        return None

    def _advance(self) -> None:
        """Take the handshake, and what is queued behind it, as far as OpenSSL goes before it wants to read."""
        try:
            if not self.ready:
                self._object.do_handshake()
                self.ready = True
            while self._pending:
                del self._pending[: self._object.write(self._pending)]
        except self._ssl.SSLWantReadError:
            pass
        except self._ssl.SSLError as error:
            raise self._fail(error) from error

    def _read(self) -> bytes:
        """Everything that can be decrypted now; a failure behind it waits for the next call."""
        chunks: list[bytes] = []
        try:
            while chunk := self._object.read(_READ_SIZE):
                chunks.append(chunk)
            self._peer_closed = True
        except self._ssl.SSLWantReadError:
            pass
        except self._ssl.SSLZeroReturnError:
            self._peer_closed = True  # how OpenSSL puts it when we have closed, too
        except self._ssl.SSLError as error:
            failure = self._fail(error)
            if not chunks:
                raise failure from error
            failure.__cause__ = error
        return b"".join(chunks)

    def _fail(self, error: ssl.SSLError) -> TLSError:
        self._failure = TLSError(explain(error, self._host) + self._hint())
        return self._failure

    def _hint(self) -> str:
        speaks_tls = self.ready or self._server_side or self._first_octet in (None, _ALERT, _HANDSHAKE)
        return "" if speaks_tls else NOT_TLS

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure
