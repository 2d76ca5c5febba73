r"""X-GM-EXT-1: the examples of Gmail's documentation."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.fetch import Fetch
from imapkit.protocol.extensions.gmail import GMAIL_LABELS, GMAIL_MESSAGE_ID, GMAIL_THREAD_ID, StoreLabels
from imapkit.protocol.model import Effect
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.extensions.talking import ask

IDS = (GMAIL_MESSAGE_ID, GMAIL_THREAD_ID, GMAIL_LABELS)


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        (b'(\\Inbox \\Sent Important "Muy Importante")', ("\\Inbox", "\\Sent", "Important", "Muy Importante")),
        (b'("\\\\Inbox" "\\\\Starred" "Entw&APw-rfe" {3}\r\na]b)', ("\\Inbox", "\\Starred", "Entwürfe", "a]b")),
        (b"()", ()),
    ],
)
def test_items(value: bytes, labels: tuple[str, ...]) -> None:
    answer = b"* 1 FETCH (X-GM-THRID 1266894439832287888 X-GM-MSGID 18446744073709551615 X-GM-LABELS " + value
    sent, found = ask(Fetch(UidSet("1"), IDS), answer + b" UID 1)", capabilities="X-GM-EXT-1", selected=True)
    assert sent == b"UID FETCH 1 (X-GM-MSGID X-GM-THRID X-GM-LABELS)"
    assert [found[1].get(item) for item in IDS] == [2**64 - 1, 1266894439832287888, labels]


def test_an_identifier_of_more_than_64_bits() -> None:
    answer = b"* 1 FETCH (UID 1 X-GM-MSGID 18446744073709551616 X-GM-THRID 7)"
    _, found = ask(Fetch(UidSet("1"), IDS), answer, capabilities="X-GM-EXT-1", selected=True)
    assert (found[1].get(GMAIL_MESSAGE_ID), found[1].get(GMAIL_THREAD_ID)) == (None, 7)


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (StoreLabels(SeqSet("1"), "+", ("foo",)), b"STORE 1 +X-GM-LABELS (foo)"),
        (StoreLabels(UidSet("1:2"), "-", ("\\Inbox", "Muy Importante", "Entwürfe"), silent=True),
         b'UID STORE 1:2 -X-GM-LABELS.SILENT (\\Inbox "Muy Importante" Entw&APw-rfe)'),
        (StoreLabels(UidSet("1"), "", ()), b"UID STORE 1 X-GM-LABELS ()"),
    ],
)  # fmt: skip
def test_storing(command: StoreLabels, octets: bytes) -> None:
    answer = b"* 1 FETCH (UID 1 X-GM-LABELS (foo))"
    sent, found = ask(command, answer, capabilities="X-GM-EXT-1", selected=True)
    assert sent == octets
    assert found[1].get(GMAIL_LABELS) == ("foo",)
    assert command.answers() == {"FETCH"}


def test_effects() -> None:
    assert StoreLabels(SeqSet("1"), "+", ("a",)).disturbs() & Effect.USES_SEQUENCE_NUMBERS
    assert not StoreLabels(UidSet("1"), "+", ("a",)).disturbs() & Effect.USES_SEQUENCE_NUMBERS


@pytest.mark.parametrize("labels", [(), ("",), ("\\In box",), ("a\r\nb",), ("\\",)])
def test_refusals(labels: tuple[str, ...]) -> None:
    with pytest.raises(InvalidArgument):
        ask(StoreLabels(UidSet("1"), "+", labels), capabilities="X-GM-EXT-1", selected=True)


def test_capability() -> None:
    with pytest.raises(NotSupported):
        ask(StoreLabels(UidSet("1"), "+", ("a",)), selected=True)
