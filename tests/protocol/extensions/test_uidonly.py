"""UIDONLY: the examples of RFC 9586."""

from __future__ import annotations

import pytest

from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch
from imapkit.protocol.extensions.uidonly import UidFetched
from imapkit.protocol.model import Unknown
from imapkit.types.flags import FlagSet
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import ask, read, untagged


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


@pytest.mark.parametrize("octets", [b"* 0 UIDFETCH (FLAGS ())", b"* 4294967296 UIDFETCH (FLAGS ())", b"* 5 UIDFETCH x"])
def test_malformed(octets: bytes) -> None:
    assert isinstance(read(octets)[0], Unknown)
