"""Connections to the test server that are spoken to in plain octets."""

from __future__ import annotations

import re

from imapkit.testing import Server
from imapkit.testing.memory import MemoryStream


class Line:
    """One connection in memory: what is said is answered at once."""

    def __init__(self, stream: MemoryStream) -> None:
        self.stream = stream
        self.greeting = self.heard()

    def __call__(self, *lines: bytes) -> list[bytes]:
        """Say these lines (CRLF is added); the responses, without CRLF."""
        return self.raw(b"".join(line + b"\r\n" for line in lines))

    def raw(self, data: bytes) -> list[bytes]:
        """Say these very octets."""
        self.stream.write(data)
        return self.heard()

    def heard(self) -> list[bytes]:
        """What the server has said since: responses, each with its literals."""
        data = b""
        while chunk := self.stream.read():
            data += chunk
        responses: list[bytes] = []
        while data:
            end = data.index(b"\r\n")
            while announced := re.search(rb"\{(\d+)\}\Z", data[:end]):
                end = data.index(b"\r\n", end + 2 + int(announced[1]))
            responses.append(data[:end])
            data = data[end + 2 :]
        return responses

    @property
    def closed(self) -> bool:
        """Whether the server has hung up."""
        return self.stream.read() == b""


def logged_in(server: Server, user: str = "ann") -> Line:
    """A connection of a user's."""
    line = Line(server.open_stream())
    assert line(b"l LOGIN %s pw" % user.encode())[-1].startswith(b"l OK")
    return line


def selected(server: Server, folder: bytes = b"INBOX") -> Line:
    """A connection of Ann's with this mailbox selected."""
    line = logged_in(server)
    assert line(b"s SELECT " + folder)[-1] == b"s OK [READ-WRITE] SELECT completed."
    return line


def deliver(server: Server, count: int = 3, folder: str = "INBOX") -> None:
    """Put messages there whose subjects are m1, m2... and whose bodies 1, 2..."""
    for number in range(1, count + 1):
        server.deliver("ann", b"Subject: m%d\r\n\r\n%d\r\n" % (number, number), folder=folder)
