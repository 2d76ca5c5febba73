from __future__ import annotations

import contextlib
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument, LimitExceeded, ProtocolError
from imapkit.protocol.channel import DeflateFilter


@given(st.lists(st.binary(max_size=3000), max_size=8), st.integers(1, 50))
def test_round_trip_in_any_chunks(batches, size):
    client, server = DeflateFilter(), DeflateFilter()
    received = b""
    for batch in batches:
        client.send(batch)
        wire = client.data_to_send()
        for start in range(0, len(wire), size):
            received += server.receive(wire[start : start + size])
    assert received == b"".join(batches)


@given(st.integers(0, 2_000_000), st.binary(min_size=1, max_size=3))
def test_what_inflates_to_many_pieces_arrives_whole_at_once(length, pattern):
    data = pattern * (length // len(pattern))
    client, server = DeflateFilter(), DeflateFilter()
    client.send(data)
    assert server.receive(client.data_to_send()) == data


def test_a_batch_can_be_read_to_its_end():
    client = DeflateFilter()
    client.send(bytearray(b"a NOOP\r\n"))
    client.send(memoryview(b"b NOOP\r\n"))
    wire = client.data_to_send()
    assert wire.endswith(b"\x00\x00\xff\xff")  # one sync flush for the two
    assert wire.count(b"\x00\x00\xff\xff") == 1
    assert zlib.decompressobj(-15).decompress(wire) == b"a NOOP\r\nb NOOP\r\n"
    assert client.data_to_send() == b""


def test_nothing_sent_is_nothing():
    client = DeflateFilter()
    client.send(b"")
    client.close()
    assert client.data_to_send() == b""
    assert client.ready


def test_a_bomb_is_refused_before_its_memory_is_spent():
    bomb = zlib.compressobj(9, wbits=-15)
    wire = bomb.compress(bytes(64 << 20)) + bomb.flush(zlib.Z_SYNC_FLUSH)
    server = DeflateFilter(max_inflated_per_input=1 << 20)
    tracemalloc.start()
    try:
        with pytest.raises(LimitExceeded, match="more than the limit of 1048576 octets"):
            server.receive(wire)
        assert tracemalloc.get_traced_memory()[1] < 3 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("length", [1, 1000, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 1 << 20])
def test_the_limit_is_exact_and_counts_one_input(length):
    client = DeflateFilter()
    client.send(bytes(length))
    wire = client.data_to_send()
    server = DeflateFilter(max_inflated_per_input=length)
    assert server.receive(wire) == bytes(length)
    client.send(bytes(length))
    assert server.receive(client.data_to_send()) == bytes(length)
    if length > 1:
        with pytest.raises(LimitExceeded):
            DeflateFilter(max_inflated_per_input=length - 1).receive(wire)


def test_corrupt_data():
    with pytest.raises(ProtocolError, match="corrupt") as caught:
        DeflateFilter().receive(b"\xff\xff\xff")
    assert isinstance(caught.value.__cause__, zlib.error)


def test_data_behind_the_end_of_the_stream():
    whole = zlib.compressobj(wbits=-15)
    wire = whole.compress(b"* BYE\r\n") + whole.flush()
    server = DeflateFilter()
    assert server.receive(wire) == b"* BYE\r\n"
    server.receive_eof()
    with pytest.raises(ProtocolError, match="ended the compressed stream"):
        server.receive(b"more")


@given(st.binary(max_size=300))
def test_junk_is_a_typed_error_or_data(junk):
    with contextlib.suppress(ProtocolError):
        assert len(DeflateFilter(max_inflated_per_input=1000).receive(junk)) <= 1000


def test_a_limit_is_positive():
    with pytest.raises(InvalidArgument):
        DeflateFilter(max_inflated_per_input=0)
