"""NOTIFY: what others do is told as it happens, in the mailboxes that were asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.acl import SetAcl
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.expunge import Expunge
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetched
from imapkit.protocol.extensions.list import Listed
from imapkit.protocol.extensions.mailboxes import Create, Delete, Rename, Subscribe, Unsubscribe
from imapkit.protocol.extensions.metadata import MetadataChanged, SetMetadata
from imapkit.protocol.extensions.notify import BadEvent, Event, EventGroup, NotifyNone, NotifySet
from imapkit.protocol.extensions.select import Exists, Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.status import MESSAGES, UIDNEXT, UIDVALIDITY, StatusData
from imapkit.protocol.extensions.store import Store
from imapkit.testing import Server
from imapkit.types.rights import Rights
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, logged_in, selected

NEW = (Event.MESSAGE_NEW, Event.MESSAGE_EXPUNGE)
MAIL = NewMessage(b"Subject: tea\r\n\r\n")
GRANTED = b"(selected (MessageNew MessageExpunge FlagChange))"


def notified(server: Server, groups: bytes, mailbox: bytes = b"INBOX") -> Line:
    """Ann's connection with this mailbox selected, after this NOTIFY."""
    line = selected(server, mailbox)
    assert line(b"n NOTIFY SET " + groups) == [b"n OK NOTIFY completed."]
    return line


class TestTheSelectedMailbox:
    def test_everything_at_once(self, server: Server, ann: Client) -> None:
        deliver(server, 2)
        line = notified(server, GRANTED)
        ann(Append("INBOX", (MAIL,)))
        assert line.heard() == [b"* 3 EXISTS", b"* 3 RECENT"]
        ann(Select("INBOX"))
        ann(Store(UidSet([1]), "", ("\\Deleted",)))
        assert line.heard() == [b"* 1 FETCH (UID 1 FLAGS (\\Deleted \\Recent))"]
        ann(Expunge())
        assert line.heard() == [b"* 1 EXPUNGE", b"* 2 RECENT"]

    def test_items_come_with_new_messages(self, server: Server) -> None:
        # RFC 5465, 3.1 and 5.2.
        line = notified(
            server, b"(selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge FlagChange))"
        )
        deliver(server, 1)
        assert line.heard() == [
            b"* 1 EXISTS",
            b"* 1 RECENT",
            b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] {15}\r\nSubject: m1\r\n\r\n)",
        ]

    def test_but_not_with_ones_own(self, ann: Client) -> None:
        ann(Select("INBOX"))
        ann(NotifySet((EventGroup("selected", NEW, fetch=(UID, FLAGS)),)))
        ann(Append("INBOX", (MAIL,)))
        assert [response for response in ann.news if isinstance(response, Fetched)] == []
        assert Exists(1) in ann.news
        ann.server.deliver("ann", b"Subject: x\r\n\r\n")
        fetched = [response for response in ann.hear() if isinstance(response, Fetched)]
        assert [each.get(UID) for each in fetched] == [2]

    def test_delayed(self, server: Server, ann: Client) -> None:
        deliver(server, 3)
        line = notified(server, b"(selected-delayed (MessageNew MessageExpunge FlagChange))")
        ann(Select("INBOX"))
        ann(Store(UidSet([1]), "", ("\\Deleted",)))
        ann(Expunge())
        assert line.heard() == [b"* 1 FETCH (UID 1 FLAGS (\\Deleted \\Recent))"]
        assert line(b"a FETCH 3 UID")[0] == b"* 3 FETCH (UID 3)"
        assert line(b"b NOOP")[0] == b"* 1 EXPUNGE"

    def test_without_flags(self, server: Server, ann: Client) -> None:
        deliver(server, 1)
        line = notified(server, b"(selected (MessageNew MessageExpunge))")
        ann(Select("INBOX"))
        ann(Store(UidSet([1]), "", ("\\Seen",)))
        assert line.heard() == []
        assert line(b"a NOOP") == [b"a OK NOOP completed."]

    @pytest.mark.parametrize("groups", [b"SET (personal (MailboxName))", b"SET (selected NONE)", b"NONE"])
    def test_nothing(self, server: Server, groups: bytes) -> None:
        deliver(server, 1)
        line = selected(server)
        line(b"n NOTIFY " + groups)
        deliver(server, 1)
        assert line(b"a NOOP") == [b"a OK NOOP completed."]
        line(b"b IDLE")
        deliver(server, 1)
        assert line.heard() == []
        line(b"DONE")
        assert b"* 3 EXISTS" in line(b"c SELECT INBOX")

    def test_what_has_piled_up_comes_at_once(self, server: Server, ann: Client) -> None:
        ann(Select("INBOX"))
        deliver(server, 1)
        ann(NotifySet((EventGroup("selected", NEW),)))
        assert Exists(1) in ann.news

    def test_idle_tells_the_same(self, server: Server) -> None:
        line = notified(server, GRANTED)
        line(b"a IDLE")
        deliver(server, 1)
        assert line.heard() == [b"* 1 EXISTS", b"* 1 RECENT"]

    def test_the_mailbox_is_deleted(self, server: Server, ann: Client) -> None:
        line = notified(server, GRANTED, b"Junk")
        ann(Delete("Junk"))
        assert line.heard() == [b"* BYE The selected mailbox was deleted"]


class TestOtherMailboxes:
    def test_where_they_stand_at_first(self, server: Server, ann: Client) -> None:
        deliver(server, 2, "Sent")
        ann(Select("INBOX"))
        status = ann(NotifySet((EventGroup("personal", NEW),), status=True))
        assert {data.mailbox for data in status} == {"Archive", "Drafts", "Junk", "Sent", "Trash"}
        sent = next(data for data in status if data.mailbox == "Sent")
        assert (sent.get(UIDVALIDITY), sent.get(UIDNEXT), sent.get(MESSAGES)) == (1003, 3, 2)
        said = ann.said(NotifySet((EventGroup("mailboxes", (*NEW, Event.FLAG_CHANGE), ("Sent",)),), status=True))
        assert said[0] == "* STATUS Sent (UIDVALIDITY 1003 UIDNEXT 3 MESSAGES 2 HIGHESTMODSEQ 3)"

    def test_new_and_expunged(self, server: Server, ann: Client) -> None:
        line = notified(server, b"(mailboxes Sent (MessageNew MessageExpunge))")
        deliver(server, 1, "Sent")
        deliver(server, 1, "Junk")
        assert line.heard() == [b"* STATUS Sent (UIDNEXT 2 MESSAGES 1)"]
        ann(Select("Sent"))
        ann(Store(UidSet([1]), "", ("\\Deleted",)))
        assert line.heard() == []
        ann(Expunge())
        assert line.heard() == [b"* STATUS Sent (UIDNEXT 2 MESSAGES 0)"]

    def test_flags(self, server: Server, ann: Client) -> None:
        deliver(server, 2, "Sent")
        line = notified(server, b"(personal (MessageNew MessageExpunge FlagChange))")
        ann(Select("Sent"))
        ann(Store(UidSet([1, 2]), "", ("\\Seen",)))
        assert line.heard() == [b"* STATUS Sent (UIDVALIDITY 1003 UNSEEN 0)"]
        line(b"a STATUS INBOX (HIGHESTMODSEQ)")  # now it knows mod-sequences
        ann(Store(UidSet([1]), "", ()))
        assert line.heard() == [b"* STATUS Sent (UIDVALIDITY 1003 UNSEEN 1 HIGHESTMODSEQ 5)"]
        deliver(server, 1, "Sent")
        assert line.heard() == [b"* STATUS Sent (UIDNEXT 4 MESSAGES 3 HIGHESTMODSEQ 6)"]

    @pytest.mark.parametrize(
        ("group", "heard"),
        [
            (b"personal", {b"INBOX", b"Work", b"Work/x", b"Workshop"}),
            (b"inboxes", {b"INBOX", b"Work", b"Work/x", b"Workshop"}),
            (b"subscribed", {b"INBOX"}),
            (b"subtree Work", {b"Work", b"Work/x"}),
            (b"subtree (Work/x INBOX)", {b"Work/x", b"INBOX"}),
            (b"mailboxes (Work Workshop Nowhere)", {b"Work", b"Workshop"}),
            (b"mailboxes Work*", set[bytes]()),
        ],
    )
    def test_filters(self, server: Server, ann: Client, group: bytes, heard: set[bytes]) -> None:
        names = ("INBOX", "Work", "Work/x", "Workshop")
        for name in names[1:]:
            ann(Create(name))
        line = notified(server, b"(" + group + b" (MessageNew MessageExpunge))", b"Sent")
        for name in names:
            deliver(server, 1, name)
        assert {response.split()[2] for response in line.heard()} == heard

    def test_the_selected_one_is_told_of_in_its_own_way(self, server: Server) -> None:
        line = notified(server, b"(selected (MessageNew MessageExpunge)) (personal (MessageNew MessageExpunge))")
        deliver(server, 1)
        assert line.heard() == [b"* 1 EXISTS", b"* 1 RECENT"]
        line(b"a SELECT Sent")
        deliver(server, 1)
        assert line.heard() == [b"* STATUS INBOX (UIDNEXT 3 MESSAGES 2)"]

    def test_of_other_users(self, server: Server, ann: Client) -> None:
        line = logged_in(server, "bob")
        line(b'n NOTIFY SET (subtree "Other Users" (MessageNew MessageExpunge))')
        deliver(server, 1)
        assert line.heard() == []
        ann(SetAcl("INBOX", "bob", Rights("l")))
        deliver(server, 1)
        assert line.heard() == []
        ann(SetAcl("INBOX", "bob", Rights("lr")))
        deliver(server, 1)
        assert line.heard() == [b'* STATUS "Other Users/ann/INBOX" (UIDNEXT 4 MESSAGES 3)']
        ann(SetAcl("INBOX", "bob", Rights("l")))
        again = line(b'o NOTIFY SET (subtree "Other Users" (MessageNew MessageExpunge))')
        assert again[0] == b'* LIST (\\HasNoChildren \\NoAccess) "/" "Other Users/ann/INBOX"'


class TestNames:
    def test_created_renamed_deleted(self, server: Server, ann: Client) -> None:
        line = notified(server, b"(personal (MailboxName))")
        ann(Create("Work"))
        assert line.heard() == [b'* LIST (\\HasNoChildren) "/" Work']
        ann(Create("Work/x"))
        assert line.heard() == [b'* LIST (\\HasNoChildren) "/" Work/x', b'* LIST (\\HasChildren) "/" Work']
        ann(Rename("Work", "Job"))
        assert line.heard() == [b'* LIST (\\HasChildren) "/" Job ("OLDNAME" (Work))']
        ann(Delete("Job/x"))
        assert line.heard() == [
            b'* LIST (\\NonExistent \\HasNoChildren) "/" Job/x',
            b'* LIST (\\HasNoChildren) "/" Job',
        ]

    def test_the_client_understands(self, server: Server, ann: Client) -> None:
        ann(Create("Old"))
        ann(NotifySet((EventGroup("personal", (Event.MAILBOX_NAME,)),)))
        Client(server)(Rename("Old", "New"))
        assert ann.hear() == [Listed(("\\HasNoChildren",), "/", "New", (), "Old")]

    def test_ones_own_are_not_told(self, ann: Client) -> None:
        ann(NotifySet((EventGroup("personal", (Event.MAILBOX_NAME, Event.SUBSCRIPTION_CHANGE)),)))
        ann(Create("Work"))
        ann(Subscribe("Work"))
        assert not ann.hear()

    def test_subscriptions(self, server: Server, ann: Client) -> None:
        line = notified(server, b"(personal (SubscriptionChange))")
        ann(Unsubscribe("Sent"))
        ann(Subscribe("Sent"))
        assert line.heard() == [
            b'* LIST (\\HasNoChildren \\Sent) "/" Sent',
            b'* LIST (\\Subscribed \\HasNoChildren \\Sent) "/" Sent',
        ]

    def test_rights_that_come_and_go(self, server: Server, ann: Client) -> None:
        line = logged_in(server, "bob")
        line(b'n NOTIFY SET (subtree "Other Users/ann/INBOX" (MailboxName))')
        ann(SetAcl("INBOX", "bob", Rights("lr")))
        ann(SetAcl("INBOX", "bob", Rights("l")))
        ann(SetAcl("INBOX", "bob", Rights("r")))
        assert line.heard() == [
            b'* LIST (\\HasNoChildren) "/" "Other Users/ann/INBOX"',
            b'* LIST (\\NonExistent \\HasNoChildren) "/" "Other Users/ann/INBOX"',
        ]

    def test_what_one_may_not_know_of(self, server: Server, ann: Client) -> None:
        line = logged_in(server, "bob")
        line(b'n NOTIFY SET (subtree "Other Users/ann" (MailboxName))')
        ann(Create("Secret"))
        ann(Rename("Secret", "More secret"))
        ann(Delete("More secret"))
        assert line.heard() == []


class TestAnnotations:
    def test_of_mailboxes_and_of_the_server(self, server: Server, ann: Client) -> None:
        ann(
            NotifySet(
                (
                    EventGroup("personal", (Event.MAILBOX_METADATA_CHANGE,)),
                    EventGroup("subscribed", (Event.SERVER_METADATA_CHANGE,)),
                )
            )
        )
        other = Client(server)
        other(SetMetadata("INBOX", (("/private/comment", None),)))
        other(SetMetadata("", (("/private/comment", b"x"),)))
        assert ann.hear() == [
            MetadataChanged("INBOX", ("/private/comment",)),
            MetadataChanged("", ("/private/comment",)),
        ]


class TestTheCommand:
    @pytest.mark.parametrize(
        "said",
        [
            b"",
            b"NOW",
            b"SET",
            b"SET STATUS",
            b"SET COUNTS (personal NONE)",
            b"SET ()",
            b"SET (personal ())",
            b"SET (personal MessageNew)",
            b"SET (everything NONE)",
            b"SET (mailboxes (MessageNew MessageExpunge))",
            b"SET (personal (MessageNew))",
            b"SET (personal (MessageExpunge))",
            b"SET (personal (FlagChange))",
            b"SET (personal (MessageNew (UID) MessageExpunge))",
            b"SET (selected (MailboxName))",
            b"SET (selected NONE) (selected-delayed NONE)",
            b"NONE x",
        ],
    )
    def test_what_is_wrong(self, server: Server, said: bytes) -> None:
        line = logged_in(server)
        assert line(b"a NOTIFY " + said)[0].startswith(b"a BAD")
        assert line(b"b NOTIFY SET (personal NONE)") == [b"b OK NOTIFY completed."]

    def test_unknown_events(self, server: Server, offering: Callable[[str], Server]) -> None:
        answer = logged_in(server)(b"a NOTIFY SET (personal (MessageRead))")[0]
        assert answer.startswith(b"a NO [BADEVENT (MessageNew MessageExpunge FlagChange ")
        with pytest.raises(CommandError) as refused:
            Client(offering("IMAP4rev1 NOTIFY"))(NotifySet((EventGroup("personal", (Event.SERVER_METADATA_CHANGE,)),)))
        assert refused.value.response_code == BadEvent(
            ("MessageNew", "MessageExpunge", "FlagChange", "MailboxName", "SubscriptionChange")
        )

    def test_none_ends_it(self, server: Server, ann: Client) -> None:
        ann(Select("INBOX"))
        ann(NotifySet((EventGroup("selected", NEW), EventGroup("personal", NEW))))
        ann(NotifyNone())
        deliver(server, 1)
        deliver(server, 1, "Sent")
        ann(Noop())
        assert not [response for response in ann.news if isinstance(response, Exists | StatusData)]
