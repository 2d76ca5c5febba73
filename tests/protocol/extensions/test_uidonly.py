"""UIDONLY: the examples of RFC 9586."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, body_section
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.sort import Sort
from imapkit.protocol.extensions.uidonly import UidFetched
from imapkit.protocol.model import Unknown
from imapkit.types.flags import FlagSet
from imapkit.types.query import Q
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.extensions.talking import ask, connect, read, talk, untagged


def test_the_uid_stands_in_front() -> None:
    data = untagged(b"* 25996 UIDFETCH (FLAGS (\\Seen))")
    assert isinstance(data, UidFetched)
    assert (data.seq, data.uid, data.get(UID), data.get(FLAGS)) == (0, 25996, 25996, FlagSet(["\\Seen"]))
    assert UID in data
    assert FLAGS in data
    assert list(data.names()) == ["UID", "FLAGS"]
    assert repr(data) == "<UidFetched 25996 UID FLAGS>"


def test_a_fetch_takes_it() -> None:
    _, found = ask(
        Fetch(UidSet("25900:26600"), (FLAGS,)),
        b"* 25996 UIDFETCH (FLAGS (\\Seen))",
        b"* 25997 UIDFETCH (UID 25997 FLAGS (\\Flagged \\Answered))",
        b"* 1 UIDFETCH (FLAGS ())",
        selected=True,
    )
    assert [(uid, data.get(FLAGS)) for uid, data in found.items()] == [
        (25996, {"\\Seen"}),
        (25997, {"\\Flagged", "\\Answered"}),
    ]
    assert list(found[25997].names()) == ["UID", "FLAGS"]


def test_a_body_is_streamed() -> None:
    body, octets = body_section(), bytearray()
    command = Fetch(UidSet("7"), (FLAGS,), streams=((body, octets.extend),))
    _, found = ask(command, b"* 7 UIDFETCH (FLAGS () BODY[] {5}\r\nhello)", selected=True)
    assert octets == b"hello"
    assert found[7].get(body) == b""


def test_there_are_no_sequence_numbers() -> None:
    connection = connect("ENABLE UIDONLY")
    talk(connection, Enable(("UIDONLY",)), b"* ENABLED UIDONLY")
    talk(connection, Select("INBOX"), b"* 9 EXISTS")
    for command in (Fetch(SeqSet("1"), (FLAGS,)), Search(Q.all, by_uid=False), Sort(("DATE",), by_uid=False)):
        with pytest.raises(InvalidArgument, match="UIDONLY"):
            connection.send(command)
    sent, _ = talk(connection, Fetch(UidSet("1"), (FLAGS,)))
    assert sent == b"UID FETCH 1 (FLAGS)"


@pytest.mark.parametrize("octets", [b"* 0 UIDFETCH (FLAGS ())", b"* 4294967296 UIDFETCH (FLAGS ())", b"* 5 UIDFETCH x"])
def test_malformed(octets: bytes) -> None:
    assert isinstance(read(octets)[0], Unknown)
