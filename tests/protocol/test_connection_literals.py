"""Literals that a connection sends: held in memory, or produced as they are sent."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from imapkit.errors import (
    CommandError,
    ConnectionLost,
    OutcomeUnknown,
    ProtocolError,
)
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.wire.encoder import LiteralStream
from tests.protocol.commands import (
    MESSAGE,
    append,
    stream,
)
from tests.protocol.peer import Peer, greeted


class TestLiterals:
    ANNOUNCED = b"K1 APPEND INBOX {20}\r\n"

    def test_without_extensions_they_wait(self) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        peer.say(b"+ go on\r\n")
        peer.expect(MESSAGE + b"\r\n")
        peer.say(b"K1 OK [APPENDUID 7 3] done\r\n")
        code = pending.result()
        assert code is not None
        assert code.uids == ((3, 3),)

    @pytest.mark.parametrize(
        ("capabilities", "size", "flies"),
        [
            ("LITERAL+", 20, True),
            ("LITERAL+", 1024 * 1024, True),
            ("LITERAL+", 1024 * 1024 + 1, False),
            ("LITERAL-", 4096, True),
            ("LITERAL-", 4097, False),
            ("", 1, False),
        ],
    )
    def test_who_may_fly(self, capabilities: str, size: int, flies: bool) -> None:
        peer = greeted(capabilities)
        pending = peer.connection.send(append(b"x" * size))
        head = b"K1 APPEND INBOX {%d%b}\r\n" % (size, b"+" if flies else b"")
        if flies:
            peer.expect(head + b"x" * size + b"\r\n")
        else:
            peer.expect(head)
            peer.say(b"+\r\n")
            peer.expect(b"x" * size + b"\r\n")
        peer.say(b"K1 OK done\r\n")
        assert pending.result() is None

    def test_imap4rev2_brings_literal_minus(self) -> None:
        peer = Peer()
        peer.say(b"* PREAUTH [CAPABILITY IMAP4rev2] hi\r\n")
        peer.send(append(), b"K1 APPEND INBOX {20+}\r\n" + MESSAGE + b"\r\n")

    def test_several_in_one_command(self) -> None:
        peer = greeted("MULTIAPPEND")
        peer.send(Append("Ünlü", (NewMessage(b"a"), NewMessage(b"b"))), b"K1 APPEND &ANw-nl&APw- {1}\r\n")
        for octets in (b"a {1}\r\n", b"b\r\n"):
            peer.expect(b"")
            peer.say(b"+ go\r\n")
            peer.expect(octets)
        peer.say(b"K1 OK\r\n")

    def test_the_line_behind_waits_too(self) -> None:
        peer = greeted()
        peer.connection.send(append())
        peer.connection.send(Noop())
        peer.expect(self.ANNOUNCED)
        peer.say(b"+ go\r\n")
        peer.expect(MESSAGE + b"\r\nK2 NOOP\r\n")

    @pytest.mark.parametrize("status", [b"NO [TRYCREATE] no such mailbox", b"BAD what?"])
    def test_refused_while_it_waits(self, status: bytes) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        after = peer.connection.send(Noop())
        peer.say(b"K1 " + status + b"\r\n")
        peer.expect(b"K2 NOOP\r\n")
        with pytest.raises(CommandError):
            pending.result()
        peer.say(b"K2 OK\r\n")
        assert after.result() is None
        peer.connection.check()

    def test_refused_between_the_plus_and_the_literal(self) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        peer.say(b"+ go\r\nK1 NO [OVERQUOTA] after all\r\n")
        with pytest.raises(CommandError):
            pending.result()
        # The permission was for that literal and for no other.
        peer.send(append(), b"K2 APPEND INBOX {20}\r\n")

    def test_refused_while_it_flies(self) -> None:
        peer = greeted("LITERAL+")
        size = 1024 * 1024
        pending = peer.connection.send(append(b"x" * size))
        first = peer.connection.data_to_send()
        assert len(first) < size
        peer.say(b"K1 NO [OVERQUOTA] no room\r\n")
        assert not pending.done
        peer.connection.send(Noop())
        # The server has been promised these octets, so it gets them before anything else.
        assert first + peer.hear() == b"K1 APPEND INBOX {%d+}\r\n" % size + b"x" * size + b"\r\nK2 NOOP\r\n"
        assert pending.done
        with pytest.raises(CommandError, match="no room"):
            pending.result()

    def test_refused_while_the_first_flies_and_the_second_would_wait(self) -> None:
        peer = greeted("LITERAL- MULTIAPPEND")
        chunks = [b"x" * 4000, b"y" * 96]
        given: list[bytes] = []

        def source() -> Iterator[bytes]:
            for chunk in chunks:
                given.append(chunk)
                yield chunk

        pending = peer.connection.send(
            Append(
                "INBOX",
                (NewMessage(b"a" * (300 * 1024)), NewMessage(LiteralStream(4096, source())), NewMessage(b"z" * 5000)),
            )
        )
        peer.expect(b"K1 APPEND INBOX {307200}\r\n")
        peer.say(b"+ go\r\n")
        first = peer.connection.data_to_send()
        peer.say(b"K1 NO enough\r\n")
        assert not pending.done
        assert first + peer.hear() == b"a" * 307200 + b" {4096+}\r\n" + b"".join(chunks) + b" {5000}\r\n"
        assert pending.done
        assert given == chunks
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_completed_before_it_was_sent(self) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        peer.say(b"K1 OK done\r\n")
        assert type(peer.connection.error) is ProtocolError
        with pytest.raises(ProtocolError, match="APPEND before it had it"):
            pending.result()

    def test_a_plus_that_nothing_waits_for(self) -> None:
        peer = greeted()
        peer.say(b"+ hello?\r\n")
        assert [defect.message for defect in peer.connection.defects] == [
            "a continuation request that nothing waits for"
        ]
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"+ hello?\r\nK1 OK\r\n")
        peer.expect(b"")
        assert pending.result() is None

    def test_a_plus_before_the_announcement_is_no_permission(self) -> None:
        peer = greeted("LITERAL+ MULTIAPPEND")
        peer.connection.send(Append("INBOX", (NewMessage(b"a" * (300 * 1024)), NewMessage(b"b" * 1048577))))
        first = peer.connection.data_to_send()
        peer.say(b"+ early\r\n")
        assert (first + peer.hear()).endswith(b"a {1048577}\r\n")

    def test_the_command_is_out_with_its_last_octet(self) -> None:
        # A piece that ends exactly with the command: no further look at data_to_send is needed before the answer.
        peer = greeted("LITERAL+")
        for size in range(256 * 1024 - 60, 256 * 1024 + 4):
            pending = peer.connection.send(append(b"x" * size))
            sent = b""
            while not sent.endswith(b"x\r\n"):
                sent += peer.connection.data_to_send()
            peer.say(pending.tag.encode() + b" OK done\r\n")
            assert pending.done
        peer.connection.check()


class TestStreamedLiterals:
    def test_chunk_by_chunk(self) -> None:
        peer = greeted()
        taken: list[int] = []

        def source() -> Iterator[bytes]:
            for number in range(4):
                taken.append(number)
                yield bytes([65 + number]) * (200 * 1024)

        size = 4 * 200 * 1024
        pending = peer.send(append(LiteralStream(size, source())), b"K1 APPEND INBOX {%d}\r\n" % size)
        assert taken == []
        peer.say(b"+ go\r\n")
        first = peer.connection.data_to_send()
        assert taken == [0, 1]  # no more is taken than goes out
        assert first + peer.hear() == b"".join(bytes([65 + n]) * (200 * 1024) for n in range(4)) + b"\r\n"
        peer.say(b"K1 OK\r\n")
        assert pending.done

    @pytest.mark.parametrize("chunks", [(), (b"",), (b"", b"ab", b"", b"c", b"")])
    def test_empty_chunks(self, chunks: tuple[bytes, ...]) -> None:
        peer = greeted("LITERAL+")
        data = b"".join(chunks)
        peer.send(append(stream(*chunks)), b"K1 APPEND INBOX {%d+}\r\n%b\r\n" % (len(data), data))

    def test_memory(self) -> None:
        peer = greeted("LITERAL+")
        chunk = b"x" * 65536
        size = 64 * 1024 * 1024
        pending = peer.connection.send(append(LiteralStream(size, (chunk for _ in range(size // len(chunk))))))
        peer.expect(b"K1 APPEND INBOX {%d}\r\n" % size)
        peer.say(b"+ go\r\n")
        tracemalloc.start()
        sent = 0
        while data := peer.connection.data_to_send():
            sent += len(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sent == size + 2
        assert peak < 1024 * 1024
        peer.say(b"K1 OK\r\n")
        assert pending.done

    @pytest.mark.parametrize(
        "source", [stream(b"abc", size=4), stream(b"abc", size=2), stream(b"ab", b"c", size=2), stream(size=1)]
    )
    def test_of_another_size_than_announced(self, source: LiteralStream) -> None:
        peer = greeted("LITERAL+")
        pending, other = peer.connection.send(append(source)), peer.connection.send(Noop())
        assert not peer.hear().endswith(b"\r\nK2 NOOP\r\n")
        for one in (pending, other):
            with pytest.raises(ConnectionLost, match="its source gave another number"):
                one.result()
        # It was not sent whole, so nothing can have come of it.
        assert not isinstance(peer.connection.error, OutcomeUnknown)

    def test_of_a_source_that_raises(self) -> None:
        def source() -> Iterator[bytes]:
            yield b"ab"
            raise PermissionError("the file is gone")

        peer = greeted("LITERAL+")
        pending = peer.connection.send(append(LiteralStream(4, source())))
        peer.hear()
        with pytest.raises(ConnectionLost, match="the file is gone") as caught:
            pending.result()
        assert isinstance(caught.value.__cause__, PermissionError)
        with pytest.raises(ConnectionLost) as again:
            peer.connection.send(Noop())
        assert isinstance(again.value.__cause__, PermissionError)
