"""STATUS: whose counts are whose."""

from __future__ import annotations

from imapkit.protocol.extensions.status import MESSAGES, GetStatus, StatusData
from tests.protocol.extensions.talking import ask, untagged


def test_counts_of_another_mailbox_are_nobodys_answer() -> None:
    _, data = ask(GetStatus("x", (MESSAGES,)), b"* STATUS y (MESSAGES 9)", b"* STATUS x (MESSAGES 1)")
    assert data is not None
    assert data.get(MESSAGES) == 1


def test_inbox_by_any_name() -> None:
    sent, data = ask(GetStatus("inbox", (MESSAGES,)), b"* STATUS INBOX (MESSAGES 1)")
    assert sent == b"STATUS inbox (MESSAGES)"
    assert data is not None
    assert data.mailbox == "INBOX"


def test_repr() -> None:
    data = untagged(b"* STATUS x (MESSAGES 1 X 2)")
    assert isinstance(data, StatusData)
    assert repr(data) == "<StatusData 'x' MESSAGES X>"


def test_what_came_before_a_refusal() -> None:
    collector = GetStatus("x", (MESSAGES,)).collector()
    assert collector.partial() is None
    assert collector.claim(untagged(b"* STATUS x (MESSAGES 1)"))
    assert isinstance(collector.partial(), StatusData)
