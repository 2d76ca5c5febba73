"""OBJECTID, OBJECTID+ and SAVEDATE: names that stay when things move, and when they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.fetch import INTERNALDATE, Fetch, Fetched
from imapkit.protocol.extensions.mailboxes import Create, Delete, Rename
from imapkit.protocol.extensions.objectid import (
    EMAILID,
    MAILBOX_OBJECTS,
    MAILBOXID,
    MESSAGE_OBJECTS,
    THREADID,
    ObjectIds,
)
from imapkit.protocol.extensions.savedate import SAVEDATE
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.status import GetStatus
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import deliver, logged_in

ONE = UidSet("1")


def mailbox_id(client: Client, name: str) -> str | None:
    return client(GetStatus(name, (MAILBOXID,))).get(MAILBOXID)


def first(client: Client, folder: str, *items: object) -> Fetched:
    client(Select(folder))
    return client(Fetch(ONE, (EMAILID, THREADID, INTERNALDATE, SAVEDATE)))[1]


class TestMailboxes:
    def test_it_stays_when_the_name_changes(self, ann: Client) -> None:
        ann(Create("old/below"))
        before = mailbox_id(ann, "old/below")
        ann(Rename("old", "new"))
        assert before is not None
        assert mailbox_id(ann, "new/below") == before
        assert ann(Select("new/below")).object_ids == ObjectIds(mailbox=before)

    def test_a_new_mailbox_of_an_old_name_is_another(self, ann: Client) -> None:
        made = ann(Create("x"))
        assert made == ObjectIds(mailbox=mailbox_id(ann, "x"))
        ann(Delete("x"))
        assert ann(Create("x")) not in (None, made)

    def test_no_two_are_the_same(self, ann: Client, bob: Client) -> None:
        names = ("INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive")
        found = {mailbox_id(client, name) for client in (ann, bob) for name in names}
        assert len(found) == 12


class TestMessages:
    def test_it_stays_when_the_message_moves(self, server: Server, ann: Client) -> None:
        deliver(server, 1)
        before = first(ann, "INBOX")
        ann(Copy(ONE, "Sent"))
        ann(Move(ONE, "Archive"))
        for folder in ("Sent", "Archive"):
            after = first(ann, folder)
            assert (after.get(EMAILID), after.get(THREADID)) == (before.get(EMAILID), before.get(THREADID))
        ann(Rename("INBOX", "elsewhere"))

    def test_messages_of_a_conversation_share_their_thread(self, server: Server, ann: Client) -> None:
        for lines in (
            "Message-ID: <1@x>",
            "Message-ID: <2@x>\nReferences: <0@x> <1@x>",
            "Message-ID: <3@x>\nIn-Reply-To: <2@x>",
            "Message-ID: <4@x>\nSubject: alone",
            "Subject: no id",
            "Subject: no id either",
        ):
            server.deliver("ann", f"{lines}\n\nx".encode())
        ann(Select("INBOX"))
        found = ann(Fetch(UidSet("1:6"), (EMAILID, THREADID)))
        ids = [data.get(THREADID) for data in found.values()]
        assert ids[0] == ids[1] == ids[2]
        assert len(set(ids)) == 4
        assert len({data.get(EMAILID) for data in found.values()}) == 6
        thread, email = found[2].get(THREADID), found[4].get(EMAILID)
        assert thread is not None
        assert email is not None
        assert ann(Search(Q.thread_id(thread))).uids == UidSet("1:3")
        assert ann(Search(Q.email_id(email))).uids == UidSet("4")

    def test_a_thread_that_is_told_does_not_change(self, server: Server, ann: Client) -> None:
        server.deliver("ann", b"Message-ID: <1@x>\n\nx")
        server.deliver("ann", b"Message-ID: <2@x>\n\nx")
        ann(Select("INBOX"))
        before = [data.get(THREADID) for data in ann(Fetch(UidSet("1:2"), (THREADID,))).values()]
        server.deliver("ann", b"References: <1@x> <2@x>\n\nx")
        after = [data.get(THREADID) for data in ann(Fetch(UidSet("1:3"), (THREADID,))).values()]
        assert after == [*before, before[0]]


class TestPlus:
    def test_asking_turns_it_on(self, ann: Client) -> None:
        plain = ann(Select("Sent")).object_ids
        assert plain is not None
        assert plain.account is None
        ids = ann(GetStatus("Sent", (MAILBOX_OBJECTS,))).get(MAILBOX_OBJECTS)
        assert ids is not None
        assert (ids.mailbox, ids.account is not None) == (plain.mailbox, True)
        assert ann(Select("Sent")).object_ids == ids
        made = ann(Create("x"))
        assert made is not None
        assert made.account == ids.account
        assert ann(Rename("x", "y")) == made

    def test_messages(self, server: Server, ann: Client) -> None:
        deliver(server, 1)
        known = first(ann, "INBOX")
        ids = ann(Fetch(ONE, (MESSAGE_OBJECTS,)))[1].get(MESSAGE_OBJECTS)
        assert ids == ObjectIds(email=known.get(EMAILID), thread=known.get(THREADID))

    def test_select_by_identifier(self, ann: Client) -> None:
        ann(Create("old"))
        ids = ann(Select("old", objects=ObjectIds())).object_ids
        assert ids is not None
        deliver(ann.server, 2, "old")
        ann(Rename("old", "new"))
        assert ann(Select("old", objects=ids)).exists == 2
        assert ann(Select("Sent", objects=ObjectIds(mailbox="F0"))).exists == 0
        assert ann(Select("new", objects=ObjectIds(mailbox=ids.mailbox, account="A0"))).exists == 2

    def test_octets(self, server: Server) -> None:
        line = logged_in(server)
        heard = line(b"a SELECT INBOX (OBJECTID)")
        code = next(one for one in heard if b"[OBJECTID" in one)
        assert code.startswith(b"* OK [OBJECTID (MAILBOXID F3e9 ACCOUNTID A")
        assert line(b"b SELECT INBOX (OBJECTID (EMAILID M1))") == [
            b"b BAD A mailbox is named by its MAILBOXID and ACCOUNTID"
        ]

    @pytest.mark.parametrize(
        "said", [b"SELECT INBOX (OBJECTID)", b"STATUS INBOX (OBJECTID)", b"FETCH 1 (OBJECTID)", b"ENABLE OBJECTID+"]
    )
    def test_the_client_is_told_first_and_once(self, server: Server, said: bytes) -> None:
        deliver(server, 1)
        line = logged_in(server)
        if said.startswith(b"FETCH"):
            line(b"a SELECT INBOX")
        assert line(b"b " + said)[0] == b"* ENABLED OBJECTID+"
        assert not any(b"ENABLED" in one for one in line(b"c SELECT INBOX (OBJECTID)"))

    def test_the_client_knows(self, ann: Client) -> None:
        ann(GetStatus("Sent", (MAILBOX_OBJECTS,)))
        assert "OBJECTID+" in ann.connection.session.enabled

    def test_a_mere_branch_that_is_renamed(self, server: Server) -> None:
        line = logged_in(server)
        line(b"a CREATE x/y", b"b STATUS INBOX (OBJECTID)")
        assert line(b"c RENAME x z") == [b"c OK RENAME completed."]


class TestSaveDate:
    def test_it_is_that_of_the_mailbox(self, ann: Client) -> None:
        long_ago = dt.datetime(2001, 2, 3, tzinfo=dt.UTC)
        before = dt.datetime.now(dt.UTC).replace(microsecond=0)
        ann(Append("INBOX", (NewMessage(b"x", date=long_ago),)))
        found = first(ann, "INBOX")
        saved = found.get(SAVEDATE)
        assert saved is not None
        assert saved >= before
        assert found.get(INTERNALDATE) == long_ago
        assert ann(Search(Q.saved_on(saved.date()))).uids == ONE
        assert ann(Search(Q.saved_before(long_ago.date()))).uids == UidSet()
        assert ann(Search(Q.saved_since(before.date()) & Q.before(before.date()))).uids == ONE
        assert ann(Search(Q.savedate_supported)).uids == ONE


@pytest.mark.parametrize("item", [b"EMAILID", b"THREADID", b"OBJECTID", b"SAVEDATE", b"PREVIEW"])
def test_where_it_is_not_offered(offering: Callable[[str], Server], item: bytes) -> None:
    server = offering("IMAP4rev1")
    deliver(server, 1)
    line = logged_in(server)
    line(b"a SELECT INBOX")
    assert line(b"b FETCH 1 " + item) == [b"b BAD Unknown item " + item]
