from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.capabilities import IMPLIED_BY_REV2, supports, value_of
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.list import List, Lsub
from imapkit.protocol.extensions.multisearch import MultiSearch, Source
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.status import MESSAGES, RECENT, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.model import Command
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import connect, talk

NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("capabilities", "enabled", "name", "expected"),
    [
        ({"IMAP4REV1", "MOVE"}, NOTHING, "move", True),
        ({"IMAP4REV1"}, NOTHING, "MOVE", False),
        ({"IMAP4REV2"}, NOTHING, "MOVE", True),
        ({"IMAP4REV2"}, NOTHING, "CONDSTORE", False),
        ({"IMAP4REV1", "IMAP4REV2"}, NOTHING, "MOVE", False),
        ({"IMAP4REV1", "IMAP4REV2"}, {"IMAP4REV2"}, "MOVE", True),
        ({"RIGHTS=TEXK"}, NOTHING, "RIGHTS=", True),
        ({"RIGHTS=TEXK"}, NOTHING, "RIGHTS", False),
        ({"APPENDLIMIT"}, NOTHING, "APPENDLIMIT=", False),
        (NOTHING, NOTHING, "IDLE", False),
        ({"QRESYNC"}, NOTHING, "CONDSTORE", True),
        ({"CONDSTORE"}, NOTHING, "QRESYNC", False),
        ({"OBJECTID+"}, NOTHING, "OBJECTID", True),
        ({"IMAP4REV1"}, NOTHING, "IMAP4rev1", True),
        ({"IMAP4REV2"}, NOTHING, "IMAP4rev1", False),
        ({"IMAP4REV1", "IMAP4REV2"}, NOTHING, "IMAP4rev1", True),
        ({"IMAP4REV1", "IMAP4REV2"}, {"IMAP4REV2"}, "IMAP4rev1", False),
        ({"IMAP4REV1", "IMAP4REV2"}, {"IMAP4REV2"}, "IMAP4rev2", True),
        (NOTHING, NOTHING, "IMAP4rev1", True),
    ],
)
def test_supports(capabilities: set[str], enabled: set[str], name: str, expected: bool) -> None:
    assert supports(frozenset(capabilities), frozenset(enabled), name) is expected


REMOVED = [
    Search(Q.recent),
    Search(Q.seen | ~Q.new),
    MultiSearch(Q.old, (Source("personal"),)),
    GetStatus("x", (MESSAGES, RECENT)),
    List(status=(RECENT,)),
    Lsub(),
]


def selected(revisions: str, *, enabled: bool = False) -> Connection:
    connection = Connection()
    offered = f"{revisions} MULTISEARCH LIST-EXTENDED LIST-STATUS"
    connection.receive_data(f"* PREAUTH [CAPABILITY {offered}] hello\r\n".encode())
    if enabled:
        talk(connection, Enable(("IMAP4rev2",)), b"* ENABLED IMAP4rev2")
    talk(connection, Select("INBOX"), b"* 9 EXISTS")
    return connection


@pytest.mark.parametrize("command", REMOVED, ids=str)
@pytest.mark.parametrize(("revisions", "enabled"), [("IMAP4rev2", False), ("IMAP4rev1 IMAP4rev2", True)])
def test_what_revision_2_removed_is_not_sent_where_it_is_spoken(
    revisions: str, enabled: bool, command: Command[object]
) -> None:
    connection = selected(revisions, enabled=enabled)
    with pytest.raises(NotSupported, match="needs IMAP4REV1, which goes with IMAP4rev2 no more") as caught:
        connection.send(command)
    assert caught.value.capability == "IMAP4REV1"
    assert connection.data_to_send() == b""


@pytest.mark.parametrize("command", REMOVED, ids=str)
@pytest.mark.parametrize("revisions", ["IMAP4rev1", "IMAP4rev1 IMAP4rev2", "IMAP4"])
def test_elsewhere_it_is_sent(revisions: str, command: Command[object]) -> None:
    connection = selected(revisions)
    connection.send(command)
    assert connection.data_to_send() != b""


@pytest.mark.parametrize("flag", ["\\Recent", "\\RECENT"])
def test_the_flag_that_it_removed_is_the_servers_alone_in_either(flag: str) -> None:
    with pytest.raises(InvalidArgument, match="set by the server alone"):
        talk(connect(selected=True), Store(UidSet("1"), "+", (flag,)))


def test_what_revision_2_contains_is_in_upper_case() -> None:
    assert {name.upper() for name in IMPLIED_BY_REV2} == IMPLIED_BY_REV2


@pytest.mark.parametrize(
    ("capabilities", "name", "value"),
    [
        ({"APPENDLIMIT=1024"}, "appendlimit=", "1024"),
        ({"IMAPSIEVE=sieve://Example.org"}, "IMAPSIEVE=", "sieve://Example.org"),
        ({"I18NLEVEL=2", "I18NLEVEL=1"}, "I18NLEVEL=", "1"),
        ({"APPENDLIMIT"}, "APPENDLIMIT=", None),
    ],
)
def test_value_of(capabilities: set[str], name: str, value: str | None) -> None:
    assert value_of(frozenset(capabilities), name) == value
