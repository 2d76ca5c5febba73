"""`imapkit.testing.Server` and Dovecot are asked the same, and have to say the same."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import Self

import pytest

from imapkit.testing import Server
from tests.servers import RealServer
from tests.testing.nasty import MESSAGES

Value = bytes | None | list["Value"]

SECTIONS = (
    "",
    "HEADER",
    "TEXT",
    "1",
    "1.MIME",
    "1.1",
    "2",
    "2.MIME",
    "2.HEADER",
    "2.TEXT",
    "2.1",
    "2.2.MIME",
    "3",
    "1.HEADER",
    "1.TEXT",
    "1.1.1",
    "1.1.MIME",
    "1.2",
    "HEADER.FIELDS (SUBJECT TO X-EMPTY)",
    "HEADER.FIELDS.NOT (SUBJECT RECEIVED FROM)",
    "2.HEADER.FIELDS (SUBJECT)",
)

SEARCHES = (
    "ALL",
    "SUBJECT two",
    "SUBJECT caf",
    'SUBJECT "gr\xfcn"',
    "FROM ann",
    "TO x.test",
    "CC group",
    "BODY deepest",
    'TEXT "gr\xfcn ist"',
    "TEXT inner",
    "BODY alt",
    "OR FLAGGED SUBJECT cut",
    "NOT SEEN",
    "(LARGER 200 SMALLER 400)",
    "SENTON 7-Feb-1994",
    "SENTBEFORE 1-Jan-2000 SENTSINCE 1-Jan-1980",
    "SENTSINCE 1-Jan-1994",
    "BEFORE 8-Feb-1994",
    "ON 7-Feb-1994",
    "SINCE 9-Feb-1994",
    "KEYWORD odd",
    "UNKEYWORD odd",
    "FLAGGED",
    "UNFLAGGED SEEN",
    "NEW",
    "OLD",
    "2:4,7",
    "UID 3:5,1",
    "NOT (UID 1:3)",
    "*",
    "4:999",
)


#: Where Dovecot goes its own way: part 1 of a part that has none is that part itself to it.
BEYOND_A_LEAF = {
    "everything": ("1.1", "1.1.MIME"),
    "no close delimiter": ("1.1", "2.1", "1.1.MIME"),
    "boundaries inside boundaries": ("2.1", "1.1.1"),
}
#: And it adds the empty line that RFC 9051, 6.4.5.1 leaves out where the message has none.
ADDS_AN_EMPTY_LINE = {"no empty line": ("HEADER.FIELDS (SUBJECT TO X-EMPTY)",)}


class Line:
    """A connection on which whole commands are exchanged."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), 20)
        self._file = self._socket.makefile("rb")
        self._file.readline()
        self._tag = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def command(self, text: str | bytes) -> list[bytes]:
        """Send one command; all responses, the tagged one without its tag and time last."""
        self._tag += 1
        tag = b"t%d " % self._tag
        self._socket.sendall(tag + (text if isinstance(text, bytes) else text.encode()) + b"\r\n")
        responses: list[bytes] = []
        while not responses or not responses[-1].startswith(tag):
            responses.append(self._response())
        return responses

    def status(self, text: str | bytes) -> bytes:
        """Send one command; the status and response code of its completion."""
        found = re.match(rb"\S+ (\S+)( \[[^\]]*\])?", self.command(text)[-1])
        assert found
        return found[0].split(b" ", 1)[1]

    def _response(self) -> bytes:
        line = self._file.readline()
        assert line.endswith(b"\r\n"), line
        while found := re.search(rb"\{(\d+)\}\r\n\Z", line):
            line += self._file.read(int(found[1])) + self._file.readline()
        return line


_TOKEN = re.compile(rb' |"((?:[^"\\]|\\.)*)"|~?\{(\d+)\}\r\n|(\()|(\))|([^ ()"{}\[]*(?:\[[^\]]*\](?:<\d+>)?)?)')


def values(text: bytes, position: int = 0) -> tuple[list[Value], int]:
    """A response as nested lists of strings; NIL and the empty string are the same: both say that nothing is there."""
    found: list[Value] = []
    while position < len(text):
        token = _TOKEN.match(text, position)
        assert token is not None
        position = token.end()
        if token[2] is not None:
            found.append(text[position : position + int(token[2])] or None)
            position += int(token[2])
        elif token[3]:
            inner, position = values(text, position)
            found.append(inner)
        elif token[4]:
            break
        elif token[1] is not None:
            found.append(re.sub(rb"\\(.)", rb"\1", token[1]) or None)
        elif token[5]:
            found.append(None if token[5] == b"NIL" else token[5])
    return found, position


def fetched(responses: list[bytes]) -> dict[bytes, Value]:
    """The items of one FETCH answer."""
    (answer,) = [response for response in responses[:-1] if b" FETCH (" in response]
    items = values(answer[:-2])[0][-1]
    assert isinstance(items, list)
    return {key: value for key, value in zip(items[::2], items[1::2], strict=True) if isinstance(key, bytes)}


def folded(value: Value) -> Value:
    """In lower case, and without what only Dovecot adds."""
    if isinstance(value, list):
        return [folded(element) for element in value]
    return value.lower() if value else value


def without_missing(value: Value) -> Value:
    """Dovecot names what is missing from an address, here it is empty; and unfolding, it makes a tab a space."""
    if isinstance(value, list):
        return [without_missing(element) for element in value]
    return None if value in (None, b"MISSING_DOMAIN", b"MISSING_MAILBOX") else value.replace(b"\t", b" ")


@pytest.fixture(scope="module")
def both(dovecot: RealServer) -> Iterator[tuple[Line, Line]]:
    user = dovecot.new_user()
    with Server() as server:
        server.add_user(user, dovecot.password)
        host, port = server.serve(tls="none")
        with Line(dovecot.host, dovecot.port) as theirs, Line(host, port) as ours:
            for line in (theirs, ours):
                assert line.status(f"LOGIN {user} {dovecot.password}").startswith(b"OK")
                for number, message in enumerate(MESSAGES.values()):
                    date = "07-Feb-1994 21:52:25 +0000" if number % 2 else "10-Feb-1994 12:00:00 +0000"
                    flags = ("\\Seen", "\\Flagged odd", "")[number % 3]
                    command = f'APPEND INBOX ({flags}) "{date}" {{{len(message)}+}}\r\n'.encode() + message
                    assert line.status(command).startswith(b"OK [APPENDUID")
                line.command("SELECT INBOX")
            yield theirs, ours


@pytest.mark.parametrize("number", range(1, len(MESSAGES) + 1), ids=list(MESSAGES))
class TestEachMessage:
    def test_envelope(self, both: tuple[Line, Line], number: int) -> None:
        theirs, ours = (fetched(line.command(f"FETCH {number} ENVELOPE")) for line in both)
        assert without_missing(ours[b"ENVELOPE"]) == without_missing(theirs[b"ENVELOPE"])

    @pytest.mark.parametrize("item", ["BODY", "BODYSTRUCTURE"])
    def test_structure(self, both: tuple[Line, Line], number: int, item: str) -> None:
        theirs, ours = (fetched(line.command(f"FETCH {number} {item}")) for line in both)
        assert folded(ours[item.encode()]) == folded(without_missing(theirs[item.encode()]))

    @pytest.mark.parametrize("section", SECTIONS)
    def test_sections(self, both: tuple[Line, Line], number: int, section: str) -> None:
        if section in (BEYOND_A_LEAF | ADDS_AN_EMPTY_LINE).get(list(MESSAGES)[number - 1], ()):
            return
        theirs, ours = (fetched(line.command(f"FETCH {number} BODY.PEEK[{section}]")) for line in both)
        assert ours == theirs

    def test_partial(self, both: tuple[Line, Line], number: int) -> None:
        theirs, ours = (fetched(line.command(f"FETCH {number} BODY.PEEK[]<5.20>")) for line in both)
        assert ours == theirs

    @pytest.mark.parametrize("item", ["BINARY.PEEK[1]", "BINARY.SIZE[1]", "RFC822.SIZE", "RFC822.HEADER"])
    def test_other_items(self, both: tuple[Line, Line], number: int, item: str) -> None:
        theirs, ours = (line.command(f"FETCH {number} {item}") for line in both)
        assert ours[-1].split()[1] == theirs[-1].split()[1]
        if theirs[-1].split()[1] == b"OK":
            assert fetched(ours) == fetched(theirs)


@pytest.mark.parametrize("keys", SEARCHES)
def test_search(both: tuple[Line, Line], keys: str) -> None:
    theirs, ours = (line.command(f"SEARCH CHARSET UTF-8 {keys}")[0] for line in both)
    assert ours == theirs


def test_flags(both: tuple[Line, Line]) -> None:
    for number in range(1, len(MESSAGES) + 1):
        theirs, ours = (fetched(line.command(f"FETCH {number} FLAGS"))[b"FLAGS"] for line in both)
        assert isinstance(ours, list)
        assert isinstance(theirs, list)
        assert sorted(map(str, ours)) == sorted(map(str, theirs))


def test_copy_and_move(both: tuple[Line, Line]) -> None:
    for command in ("COPY 2,4:5 Sent", "UID COPY 1,999 Sent", "UID COPY 999 Sent", "COPY 1 nowhere"):
        theirs, ours = (line.status(command) for line in both)
        assert without_uidvalidity(ours) == without_uidvalidity(theirs)
    answers = [line.command("UID MOVE 5,3 Trash")[:-1] for line in both]
    theirs, ours = (b"".join(map(without_uidvalidity, answer)) for answer in answers)
    assert ours == theirs
    theirs, ours = (line.command("UID SEARCH ALL")[0] for line in both)
    assert ours == theirs
    assert ours.startswith(b"* SEARCH 1 2 4 6")


def without_uidvalidity(response: bytes) -> bytes:
    return re.sub(rb"(COPYUID) \d+", rb"\1", response)
