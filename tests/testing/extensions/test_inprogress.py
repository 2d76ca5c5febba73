"""INPROGRESS: a long COPY tells how far it has come."""

from __future__ import annotations

from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.inprogress import InProgress
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.model import Condition
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client


def told(client: Client) -> list[tuple[int | None, int | None]]:
    codes = [response.code for response in client.news if isinstance(response, Condition)]
    return [(code.progress, code.goal) for code in codes if isinstance(code, InProgress)]


def test_each_hundred_messages(ann: Client) -> None:
    ann(Append("INBOX", (NewMessage(b"Subject: x\r\n\r\n"),) * 250))
    ann(Select("INBOX"))
    said = ann.said(Copy(UidSet("1:250"), "Sent"))
    assert said[:2] == [
        '* OK [INPROGRESS ("K4" 100 250)] 100 of 250 are done.',
        '* OK [INPROGRESS ("K4" 200 250)] 200 of 250 are done.',
    ]
    assert told(ann) == [(100, 250), (200, 250)]
    ann.news.clear()
    ann(Move(UidSet("1:100"), "Sent"))
    assert told(ann) == []
