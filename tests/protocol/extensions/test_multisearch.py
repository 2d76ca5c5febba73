"""MULTISEARCH: the examples of RFC 7377."""

from __future__ import annotations

import datetime as dt

import pytest

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.extensions.context import Update
from imapkit.protocol.extensions.esearch import SearchResult
from imapkit.protocol.extensions.fetch import UID
from imapkit.protocol.extensions.multisearch import Found, MultiSearch, Source
from imapkit.protocol.model import Effect
from imapkit.types.query import SEQUENCE_SET, Key, Q
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.extensions.talking import ask, connect

FOLDERS = (Source("mailboxes", ("folder1",)), Source("subtree", ("folder2",)))
OFFERED = "MULTISEARCH ESEARCH SEARCHRES CONTEXT=SEARCH NOTIFY"


def test_two_at_once() -> None:
    connection = connect(OFFERED)
    first = connection.send(MultiSearch(Q.unseen, FOLDERS))
    second = connection.send(MultiSearch(Q.subject("chad"), (FOLDERS[0], Source("subtree-one", ("folder2",)))))
    assert connection.data_to_send() == (
        b"K1 ESEARCH IN (mailboxes folder1 subtree folder2) UNSEEN\r\n"
        b"K2 ESEARCH IN (mailboxes folder1 subtree-one folder2) SUBJECT chad\r\n"
    )
    connection.receive_data(
        b'* ESEARCH (TAG "K1" MAILBOX "folder1" UIDVALIDITY 1) UID ALL 4001,4003,4005,4007,4009\r\n'
        b'* ESEARCH (TAG "K2" MAILBOX "folder1" UIDVALIDITY 1) UID ALL 3001:3004,3788\r\n'
        b'* ESEARCH (TAG "K1" MAILBOX "folder2/banana" UIDVALIDITY 503) UID ALL 3002,4004\r\n'
        b"K1 OK done\r\n"
        b'* ESEARCH (TAG "K2" MAILBOX "folder2/salmon" UIDVALIDITY 1111111) UID ALL 50003,50006,50009,50012\r\n'
        b"K2 OK done\r\n"
    )
    assert first.result() == (
        Found("folder1", 1, SearchResult(UidSet("4001,4003,4005,4007,4009"))),
        Found("folder2/banana", 503, SearchResult(UidSet("3002,4004"))),
    )
    assert second.result() == (
        Found("folder1", 1, SearchResult(UidSet("3001:3004,3788"))),
        Found("folder2/salmon", 1111111, SearchResult(UidSet("50003,50006,50009,50012"))),
    )


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (MultiSearch(Q.all, (Source("personal"),), ("COUNT",)), b"ESEARCH IN (personal) RETURN (COUNT) ALL"),
        (MultiSearch(Q.all, (Source("mailboxes", ("a b", "c")),)), b'ESEARCH IN (mailboxes ("a b" c)) ALL'),
        (MultiSearch(Q.all, (Source("selected"),), ("SAVE",)), b"ESEARCH IN (selected) RETURN (SAVE) ALL"),
        (MultiSearch(Q.body("ü"), (Source("inboxes"),)), b"ESEARCH IN (inboxes) CHARSET UTF-8 BODY {2}\r\n\xc3\xbc"),
    ],
)
def test_commands(command: MultiSearch, octets: bytes) -> None:
    assert ask(command, capabilities=OFFERED) == (octets, ())


def test_effects() -> None:
    assert MultiSearch(Q.all, FOLDERS).disturbs() == Effect.MAY_EXPUNGE
    numbered = MultiSearch(Key(SEQUENCE_SET, (SeqSet("1:5"),)), (Source("selected"),))
    assert numbered.disturbs() == Effect.MAY_EXPUNGE | Effect.USES_SEQUENCE_NUMBERS


def test_what_was_found_before_it_stopped() -> None:
    connection = connect(OFFERED)
    pending = connection.send(MultiSearch(Q.all, (Source("personal"),)))
    connection.data_to_send()
    connection.receive_data(
        b"* ESEARCH (TAG K1 MAILBOX a) UID COUNT 3\r\n* ESEARCH (TAG K1) UID COUNT 9\r\nK1 NO no\r\n"
    )
    with pytest.raises(CommandError) as caught:
        pending.result()
    assert caught.value.partial == (Found("a", None, SearchResult(count=3)),)


@pytest.mark.parametrize(
    "command",
    [
        MultiSearch(Q.all, ()),
        MultiSearch(Q.all, (Source("mailboxes"),)),
        MultiSearch(Q.all, (Source("personal", ("a",)),)),
        MultiSearch(Q.all, (Source("personal"),), ("SAVE",)),
        MultiSearch(Q.all, (Source("personal"),), ("UPDATE",)),
        MultiSearch(Q.all, (Source("personal"),), (Update((UID,)),)),
        MultiSearch(Q.received_after(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)), FOLDERS),
    ],
)
def test_refusals(command: MultiSearch) -> None:
    with pytest.raises(InvalidArgument):
        ask(command, capabilities=OFFERED)


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        (MultiSearch(Q.all, FOLDERS), "MULTISEARCH"),
        (MultiSearch(Q.older(7), FOLDERS), "WITHIN"),
        (MultiSearch(Q.all, FOLDERS, ("ALL",)), "ESEARCH"),
    ],
)
def test_capabilities(command: MultiSearch, missing: str) -> None:
    with pytest.raises(NotSupported, match=missing):
        ask(command, capabilities="" if missing == "MULTISEARCH" else "MULTISEARCH")
