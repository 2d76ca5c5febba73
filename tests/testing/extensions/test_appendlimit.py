"""APPENDLIMIT: what is too large is refused, and how large that is can be asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.appendlimit import APPENDLIMIT, limit_of
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.status import GetStatus
from imapkit.testing import Server
from tests.testing.extensions.clients import Client
from tests.testing.lines import logged_in


def test_of_each_mailbox(ann: Client) -> None:
    assert ann.connection.supports("APPENDLIMIT")
    assert limit_of(ann.connection.session.capabilities or frozenset()) is None
    assert ann.said(GetStatus("INBOX", (APPENDLIMIT,)))[0] == "* STATUS INBOX (APPENDLIMIT 67108864)"
    (status,) = ann(List(("INBOX",), status=(APPENDLIMIT,))).status
    assert status.get(APPENDLIMIT) == 67108864


def test_of_all(offering: Callable[[str], Server]) -> None:
    server = offering("IMAP4rev1 LITERAL+ MULTIAPPEND APPENDLIMIT=100")
    ann = Client(server)
    assert limit_of(ann.connection.session.capabilities or frozenset()) == 100
    status = ann(GetStatus("INBOX", (APPENDLIMIT,)))
    assert status is not None
    assert status.get(APPENDLIMIT) == 100
    ann(Append("INBOX", (NewMessage(b"x" * 100),)))
    with pytest.raises(CommandError) as refused:
        ann(Append("INBOX", (NewMessage(b"x"), NewMessage(b"x" * 101))))
    assert refused.value.code == "TOOBIG"
    assert logged_in(server)(b"a APPEND INBOX {101}") == [b"a NO [TOOBIG] A message of more than 100 octets"]
