from __future__ import annotations

import zlib

import pytest

from imapkit.errors import InvalidArgument, LimitExceeded, TLSError
from imapkit.protocol.channel import Channel, DeflateFilter, TlsFilter

HOST = "imap.example.org"


def pump(client: Channel, server: Channel) -> tuple[bytes, bytes]:
    """Carry octets to and fro until both are silent; what (client, server) received."""
    to_client, to_server = b"", b""
    while True:
        up, down = client.data_to_send(), server.data_to_send()
        if not up and not down:
            return to_client, to_server
        to_server += server.receive(up)
        to_client += client.receive(down)


@pytest.fixture
def channels() -> tuple[Channel, Channel]:
    return Channel(), Channel()


@pytest.fixture
def tls(contexts) -> tuple[TlsFilter, TlsFilter]:
    return TlsFilter(contexts.client(), HOST), TlsFilter(contexts.server(), None, server_side=True)


def test_without_filters_octets_pass_unchanged():
    channel = Channel()
    buffer = bytearray(b"a NOOP\r\n")
    channel.send(buffer)
    channel.send(memoryview(b"b NOOP\r\n"))
    buffer[0:1] = b"x"
    assert channel.data_to_send() == b"a NOOP\r\nb NOOP\r\n"
    assert channel.data_to_send() == b""
    assert channel.receive(b"a OK\r\n") == b"a OK\r\n"
    channel.receive_eof()
    channel.close()
    assert channel.ready
    assert channel.tls is None
    assert not channel.secure


def test_starttls(channels, tls):
    client, _ = channels
    client.send(b"a STARTTLS\r\n")
    client.push(tls[0])  # what was sent before stays plain
    assert client.data_to_send().startswith(b"a STARTTLS\r\n\x16")
    assert client.data_to_send() == b""


def test_tls(channels, tls):
    client, server = channels
    client.push(tls[0])
    server.push(tls[1])
    assert client.tls is tls[0]
    assert not client.ready
    assert not client.secure
    client.send(b"a NOOP\r\n")
    assert pump(client, server) == (b"", b"a NOOP\r\n")
    assert client.ready
    assert client.secure
    server.receive_eof()
    assert tls[1].truncated


def test_tls_inside_tls_is_refused(channels, tls):
    channels[0].push(tls[0])
    with pytest.raises(InvalidArgument, match="TLS is active already"):
        channels[0].push(tls[1])


def test_an_end_during_the_handshake(channels, tls):
    channels[0].push(tls[0])
    with pytest.raises(TLSError):
        channels[0].receive_eof()


def test_deflate_alone(channels):
    client, _ = channels
    client.send(b"a COMPRESS DEFLATE\r\n")
    client.push(DeflateFilter())
    client.send(b"b NOOP\r\n")
    plain, _, wire = client.data_to_send().partition(b"\r\n")
    assert plain == b"a COMPRESS DEFLATE"
    assert zlib.decompressobj(-15).decompress(wire) == b"b NOOP\r\n"
    assert not client.secure
    assert client.ready


@pytest.mark.parametrize("tls_first", [True, False])
def test_compression_is_inside_tls_whichever_came_first(channels, tls, tls_first):
    for channel, layer in zip(channels, tls, strict=True):
        for each in (layer, DeflateFilter()) if tls_first else (DeflateFilter(), layer):
            channel.push(each)
    client, server = channels
    pump(client, server)
    client.send(b"x" * 100_000)
    wire = client.data_to_send()
    assert len(wire) < 1000  # encrypted octets would not have been compressed
    assert b"xxxx" not in wire
    assert server.receive(wire) == b"x" * 100_000
    server.send(b"* BYE\r\n")
    server.close()
    assert pump(client, server) == (b"* BYE\r\n", b"")
    client.receive_eof()
    assert tls[0].truncated is False


def test_a_bomb_inside_tls(channels, tls):
    client, server = channels
    client.push(tls[0])
    server.push(tls[1])
    pump(client, server)
    client.push(DeflateFilter(max_inflated_per_input=100))
    server.push(DeflateFilter())
    server.send(bytes(101))
    with pytest.raises(LimitExceeded):
        pump(client, server)
