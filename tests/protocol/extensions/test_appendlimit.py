"""APPENDLIMIT: the examples of RFC 7889, and mox, which has none and says so in a number."""

from __future__ import annotations

import pytest

from imapkit.errors import NotSupported
from imapkit.protocol.extensions.appendlimit import APPENDLIMIT, limit_of
from imapkit.protocol.extensions.status import GetStatus
from tests.protocol.extensions.talking import ask, connect


@pytest.mark.parametrize(
    ("capability", "limit"),
    [
        ("APPENDLIMIT=257890", 257890),
        ("APPENDLIMIT=9223372036854775807", 2**63 - 1),
        ("APPENDLIMIT", None),
        ("APPENDLIMIT=", None),
        ("APPENDLIMIT=big", None),
        ("APPENDLIMIT=\N{ARABIC-INDIC DIGIT ONE}", None),
        ("APPENDLIMIT=99999999999999999999", None),
        ("IDLE", None),
    ],
)
def test_of_all_mailboxes(capability: str, limit: int | None) -> None:
    assert limit_of(frozenset({"IMAP4REV1", capability})) == limit


@pytest.mark.parametrize(("value", "limit"), [(b"257890", 257890), (b"NIL", None), (b"nil", None), (b"", None)])
@pytest.mark.parametrize("capability", ["APPENDLIMIT", "APPENDLIMIT=1"])
def test_of_one_mailbox(capability: str, value: bytes, limit: int | None) -> None:
    command = GetStatus("INBOX", (APPENDLIMIT,))
    sent, status = ask(command, b"* STATUS INBOX (APPENDLIMIT " + value + b")", capabilities=capability)
    assert sent == b"STATUS INBOX (APPENDLIMIT)"
    assert status is not None
    assert status.get(APPENDLIMIT) == limit


def test_needs_its_capability() -> None:
    with pytest.raises(NotSupported):
        connect().send(GetStatus("INBOX", (APPENDLIMIT,)))
