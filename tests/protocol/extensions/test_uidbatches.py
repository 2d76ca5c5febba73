"""UIDBATCHES: the examples of RFC 10022."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.uidbatches import Batches, UidBatches
from imapkit.protocol.model import Unknown
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import ask, read, untagged

FOUR = (UidSet("99696:215295"), UidSet("20351:99695"), UidSet("7830:20350"), UidSet("1:7829"))


@pytest.mark.parametrize(
    ("octets", "batches"),
    [
        (b'* UIDBATCHES (TAG "A143") 215295:99696,99695:20351,20350:7830,7829:1', Batches("A143", FOUR)),
        (b'* UIDBATCHES (TAG "A143")', Batches("A143", ())),
        (b'* UIDBATCHES (TAG "A143") 99695', Batches("A143", (UidSet("99695"),))),
        (b'* UIDBATCHES (TAG "A1" MAILBOX "Drafts" UIDVALIDITY 7) 9', Batches("A1", (UidSet("9"),))),
        (b"* UIDBATCHES ", Batches(None, ())),
    ],
)
def test_responses(octets: bytes, batches: Batches) -> None:
    assert untagged(octets) == batches


@pytest.mark.parametrize("octets", [b"1:0", b"x", b"1:4294967296", b"(TAG)"])
def test_malformed(octets: bytes) -> None:
    assert isinstance(read(b"* UIDBATCHES " + octets)[0], Unknown)


@pytest.mark.parametrize(
    ("command", "octets"),
    [(UidBatches(2000), b"UIDBATCHES 2000"), (UidBatches(500, (10, 20)), b"UIDBATCHES 500 10:20")],
)
def test_commands(command: UidBatches, octets: bytes) -> None:
    answers = (b'* UIDBATCHES (TAG "K2") 9:5', b'* UIDBATCHES (TAG "X") 99', b"* 3 EXISTS", b"* UIDBATCHES 4:1")
    sent, batches = ask(command, *answers, capabilities="UIDBATCHES", selected=True)
    assert (sent, batches) == (octets, (UidSet("5:9"), UidSet("1:4")))
    assert command.answers() == {"UIDBATCHES"}


@pytest.mark.parametrize(
    "command",
    [
        UidBatches(0),
        UidBatches(499),
        UidBatches(500, (0, 1)),
        UidBatches(500, (3, 2)),
        UidBatches(2000, (1, 51)),
        UidBatches(500, (1, 2**32)),
        UidBatches(2**32),
    ],
)
def test_refusals(command: UidBatches) -> None:
    with pytest.raises(InvalidArgument):
        ask(command, capabilities="UIDBATCHES", selected=True)


def test_capability() -> None:
    with pytest.raises(NotSupported):
        ask(UidBatches(500), selected=True)
