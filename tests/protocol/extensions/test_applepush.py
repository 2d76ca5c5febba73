from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.applepush import ApplePush, RegisterApplePush
from imapkit.protocol.model import Unknown
from tests.protocol.extensions.talking import ask, connect, read, untagged

COMMAND = RegisterApplePush("0715A26B-CA09-4730-A419-793000CA982E", "2918390218", ("INBOX", "Notes"))


def test_it() -> None:
    answer = b'* XAPPLEPUSHSERVICE aps-version "2" aps-topic "com.apple.mail.XServer.0a1b"'
    sent, push = ask(COMMAND, b"* 1 EXISTS", answer, capabilities="XAPPLEPUSHSERVICE")
    assert sent == (
        b"XAPPLEPUSHSERVICE aps-version 2 aps-account-id 0715A26B-CA09-4730-A419-793000CA982E"
        b" aps-device-token 2918390218 aps-subtopic com.apple.mobilemail mailboxes (INBOX Notes)"
    )
    assert push == ApplePush("2", "com.apple.mail.XServer.0a1b")


def test_responses() -> None:
    assert untagged(b'* XAPPLEPUSHSERVICE "aps-topic" "a" x y ') == ApplePush(None, "a")
    assert isinstance(read(b"* XAPPLEPUSHSERVICE aps-version")[0], Unknown)


def test_the_token_does_not_print() -> None:
    assert "2918390218" not in repr(COMMAND)


def test_refused() -> None:
    with pytest.raises(NotSupported):
        connect().send(COMMAND)
    connection = connect("XAPPLEPUSHSERVICE")
    with pytest.raises(InvalidArgument):
        connection.send(RegisterApplePush("a", "b", ()))
    connection.send(COMMAND)
    connection.send(COMMAND)
    assert len(connection.data_to_send().splitlines()) == 1
