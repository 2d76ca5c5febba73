"""One command and its answer over a real `Connection`, byte for byte."""

from __future__ import annotations

import re
from typing import TypeVar

from imapkit.protocol.connection import Connection
from imapkit.protocol.dispatch import Dispatcher, Response
from imapkit.protocol.extensions import ALL
from imapkit.protocol.model import Command, Tagged, Untagged
from imapkit.protocol.wire.framer import Framer
from imapkit.types.defects import Defect

T = TypeVar("T")


def connect(capabilities: str = "", *, state: str = "PREAUTH", selected: bool = False) -> Connection:
    """A connection that was greeted by a server with these capabilities."""
    connection = Connection()
    connection.receive_data(f"* {state} [CAPABILITY IMAP4rev1 {capabilities}] hello\r\n".encode())
    if selected:
        from imapkit.protocol.extensions.select import Select

        talk(connection, Select("INBOX"), b"* 9 EXISTS")
    return connection


def talk(connection: Connection, command: Command[T], *answer: bytes, ok: bytes = b"OK done") -> tuple[bytes, T]:
    """Send, answer with these responses and the completion; what was sent (without tag and last CRLF), the result."""
    pending = connection.send(command)
    sent = connection.data_to_send()
    while re.search(rb"\{\d+\}\r\n\Z", sent):  # an argument may end in "}" too
        connection.receive_data(b"+ go on\r\n")
        sent += connection.data_to_send()
    tag = pending.tag.encode()
    assert sent.startswith(tag + b" ")
    assert sent.endswith(b"\r\n")
    for line in answer:
        connection.receive_data(line + b"\r\n")
    connection.receive_data(tag + b" " + ok + b"\r\n")
    connection.check()
    return sent[len(tag) + 1 : -2], pending.result()


def ask(
    command: Command[T], *answer: bytes, capabilities: str = "", ok: bytes = b"OK done", selected: bool = False
) -> tuple[bytes, T]:
    """The same with a new connection."""
    return talk(connect(capabilities, selected=selected), command, *answer, ok=ok)


def read(octets: bytes, *, utf8: bool = False) -> tuple[Response, list[Defect]]:
    """One response (without its CRLF) and what was put up with."""
    framer = Framer()
    framer.feed(octets + b"\r\n")
    framed = framer.next()
    assert framed is not None
    dispatcher = Dispatcher(ALL)
    dispatcher.utf8 = utf8
    response = dispatcher.parse(framed)
    assert response is not None
    return response, dispatcher.defects


def untagged(octets: bytes, *, utf8: bool = False) -> Untagged:
    """An untagged response in which nothing had to be put up with."""
    response, defects = read(octets, utf8=utf8)
    assert isinstance(response, Untagged)
    assert not defects
    return response


def completion(octets: bytes) -> Tagged:
    """A tagged status response in which nothing had to be put up with."""
    response, defects = read(b"A1 " + octets)
    assert isinstance(response, Tagged)
    assert not defects
    return response
