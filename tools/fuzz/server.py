"""Octets of a client, for the server of `imapkit.testing` that offers everything.

The first octet says who is logged in, marks say where the chunks end.  What must hold:

* no exception; what is wrong is answered with BAD or NO, or the session ends with BYE;
* what the server says is IMAP that imapkit understands without putting up with anything.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from imapkit.protocol.dispatch import Dispatcher
from imapkit.protocol.extensions import ALL
from imapkit.protocol.model import Unknown
from imapkit.protocol.wire.framer import Framer
from imapkit.testing import Server
from imapkit.testing.memory import MemoryStream
from tests.testing.nasty import MESSAGES
from tools.fuzz import seeds as samples
from tools.fuzz.inputs import MARK, choose, cut

__all__ = ["check", "seeds"]

_COMPRESSING = b" OK Begin compression.\r\n"
_RAW_DEFLATE = -15

_BEGINNINGS: tuple[tuple[bytes, ...], ...] = (
    (b"z1 LOGIN ann pw", b"z2 SELECT INBOX"),
    (b"z1 LOGIN ann pw",),
    (),
    (b"z1 LOGIN ann pw", b"z2 ENABLE QRESYNC UIDONLY", b"z3 SELECT INBOX"),
    (b"z1 LOGIN admin pw", b"z2 ENABLE IMAP4rev2", b"z3 SELECT INBOX"),
)


def check(data: bytes) -> None:
    """Check one input."""
    beginning, octets = choose(data, _BEGINNINGS)
    with Server(profile="everything") as server:
        for user in ("ann", "admin"):
            server.add_user(user, quota=100_000)
            for message in list(MESSAGES.values())[:3]:
                server.deliver(user, message)
        stream = server.open_stream()
        other = server.open_stream()  # somebody who idles hears of everything
        other.write(b"x LOGIN ann pw\r\ny SELECT INBOX\r\nz IDLE\r\n")
        for line in beginning:
            stream.write(line + b"\r\n")
        for chunk in cut(octets):
            stream.write(chunk)
        _understand(_heard(stream))
        _understand(_heard(other))


def _heard(stream: MemoryStream) -> bytes:
    heard = bytearray()
    while chunk := stream.read():
        heard += chunk
    return bytes(heard)


def _understand(said: bytes) -> None:
    plain, compressing, compressed = said.partition(_COMPRESSING)
    dispatcher = Dispatcher(ALL)
    framer = Framer()
    framer.feed(plain + compressing + zlib.decompressobj(wbits=_RAW_DEFLATE).decompress(compressed))
    while (framed := framer.next()) is not None:
        response = dispatcher.parse(framed)
        assert not isinstance(response, Unknown), response
        assert not dispatcher.defects, dispatcher.defects
    assert not framer.within_response


def seeds() -> Iterator[bytes]:
    """Each command after each beginning, whole and in pieces; some one after the other."""
    commands = tuple(samples.sent())
    for number, command in enumerate(commands):
        for start in range(len(_BEGINNINGS)):
            yield bytes([start]) + b"a " + command
        pieces = [b"a " + command, b"b " + commands[number - 1], b"c NOOP\r\n"]
        yield b"\0" + MARK.join(pieces)
        yield b"\4" + b"a " + command.replace(b"\r\n", b"\r" + MARK + b"\n")
    for line in (
        b"FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[]<0.9>)",
        b"IDLE\r\nDONE",
        b"AUTHENTICATE PLAIN\r\n*",
    ):
        yield b"\0a " + line + b"\r\n"
        yield b"\2a " + line + b"\r\n"
