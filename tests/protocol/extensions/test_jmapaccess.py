"""JMAPACCESS: the example of RFC 9698, and Cyrus."""

from __future__ import annotations

import pytest

from imapkit.errors import NotSupported
from imapkit.protocol.extensions.jmapaccess import GetJmapAccess, JmapAccess
from imapkit.protocol.model import Unknown
from tests.protocol.extensions.talking import ask, connect, read

URL = "https://example.com/.s/[jmap]"


def test_it() -> None:
    answer = b'* JMAPACCESS "https://example.com/.s/[jmap]"'
    sent, access = ask(GetJmapAccess(), b"* 1 EXISTS", answer, capabilities="JMAPACCESS")
    assert sent == b"GETJMAPACCESS"
    assert access == JmapAccess(URL)


def test_malformed() -> None:
    response, _ = read(b"* JMAPACCESS")
    assert isinstance(response, Unknown)
    assert ask(GetJmapAccess(), b"* JMAPACCESS ()", capabilities="JMAPACCESS")[1] is None


def test_needs_its_capability() -> None:
    connection = connect("JMAPACCESS")
    connection.send(GetJmapAccess())
    connection.send(GetJmapAccess())
    assert connection.data_to_send() == b"K1 GETJMAPACCESS\r\n"
    with pytest.raises(NotSupported):
        connect().send(GetJmapAccess())
