"""NOTIFY: the examples of RFC 5465 (those of section 3.1 lack parentheses, and MessageExpunge: see its errata)."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.condstore import MODSEQ
from imapkit.protocol.extensions.expunge import Expunged
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetched, body_section
from imapkit.protocol.extensions.list import Listed
from imapkit.protocol.extensions.metadata import MetadataChanged
from imapkit.protocol.extensions.notify import BadEvent, Event, EventGroup, Filter, NotifyNone, NotifySet
from imapkit.protocol.extensions.select import Exists
from imapkit.protocol.extensions.status import MESSAGES, GetStatus, StatusData
from imapkit.protocol.model import Condition, OtherCode
from imapkit.types.sections import Section
from tests.protocol.extensions.talking import ask, completion, connect, talk

NEW = (Event.MESSAGE_NEW, Event.MESSAGE_EXPUNGE)
SUBJECT = body_section(Section("", "HEADER.FIELDS", ("from", "to", "subject")))


@pytest.mark.parametrize(
    ("groups", "sent"),
    [
        ([EventGroup("selected", NEW, fetch=(UID, SUBJECT)), EventGroup("subtree", NEW, ("Lists",))],
         (b"(selected (MessageNew (UID BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT)]) MessageExpunge))"
          b" (subtree Lists (MessageNew MessageExpunge))")),
        ([EventGroup("selected-delayed", (*NEW, Event.FLAG_CHANGE, Event.ANNOTATION_CHANGE), fetch=(MODSEQ,))],
         b"(selected-delayed (MessageNew (MODSEQ) MessageExpunge FlagChange AnnotationChange))"),
        ([EventGroup("mailboxes", NEW, ("INBOX", "a b")), EventGroup("personal", (Event.SUBSCRIPTION_CHANGE,))],
         b'(mailboxes (INBOX "a b") (MessageNew MessageExpunge)) (personal (SubscriptionChange))'),
        ([EventGroup("selected", ()), EventGroup("inboxes", ()),
          EventGroup("subscribed", (Event.MAILBOX_NAME, Event.MAILBOX_METADATA_CHANGE, Event.SERVER_METADATA_CHANGE))],
         b"(selected NONE) (inboxes NONE) (subscribed (MailboxName MailboxMetadataChange ServerMetadataChange))"),
    ],
)  # fmt: skip
def test_set(groups: list[EventGroup], sent: bytes) -> None:
    assert ask(NotifySet(tuple(groups)), capabilities="NOTIFY CONDSTORE") == (b"NOTIFY SET " + sent, ())


def test_set_with_status() -> None:
    sent, status = ask(
        NotifySet((EventGroup("subtree", NEW, ("Lists",)),), status=True),
        b"* STATUS Lists/Lemonade (UIDVALIDITY 4 UIDNEXT 9999 MESSAGES 500)",
        b"* 4 EXISTS",
        b"* STATUS Lists/Im2000 (UIDVALIDITY 901 UIDNEXT 1 MESSAGES 0)",
        capabilities="NOTIFY",
    )
    assert sent == b"NOTIFY SET STATUS (subtree Lists (MessageNew MessageExpunge))"
    assert [(data.mailbox, data.get(MESSAGES)) for data in status] == [("Lists/Lemonade", 500), ("Lists/Im2000", 0)]


def test_what_is_told_reaches_the_listeners() -> None:
    connection = connect("NOTIFY", selected=True)
    news: list[object] = []
    connection.listeners.append(news.append)
    talk(connection, NotifySet((EventGroup("selected", NEW),)), b"* STATUS a (MESSAGES 1)")
    connection.receive_data(
        b"* 444 EXISTS\r\n* 444 FETCH (UID 9999)\r\n* 444 EXPUNGE\r\n* STATUS misc (UIDNEXT 999 MESSAGES 554)\r\n"
        b'* LIST () "/" "NewMailbox" ("OLDNAME" ("OldMailbox"))\r\n* METADATA "INBOX" /shared/comment\r\n'
        b"* OK [NOTIFICATIONOVERFLOW] ...A comment can go here...\r\n"
    )
    assert [type(response) for response in news] == [
        StatusData,
        Exists,
        Fetched,
        Expunged,
        StatusData,
        Listed,
        MetadataChanged,
        Condition,
    ]
    assert news[-1] == Condition("OK", OtherCode("NOTIFICATIONOVERFLOW"), "...A comment can go here...")


def test_none() -> None:
    assert ask(NotifyNone(), capabilities="NOTIFY") == (b"NOTIFY NONE", None)


def test_one_after_the_other() -> None:
    connection = connect("NOTIFY")
    connection.send(NotifySet((EventGroup("personal", NEW),), status=True))
    connection.send(GetStatus("a", (MESSAGES,)))
    assert len(connection.data_to_send().splitlines()) == 1
    connection = connect("NOTIFY")
    connection.send(NotifySet((EventGroup("personal", NEW),)))
    connection.send(GetStatus("a", (MESSAGES,)))
    connection.send(NotifyNone())
    assert len(connection.data_to_send().splitlines()) == 2


def test_bad_event() -> None:
    code = completion(b"NO [BADEVENT (MessageNew MessageExpunge FlagChange)] no").code
    assert code == BadEvent(("MessageNew", "MessageExpunge", "FlagChange"))
    assert code.name == "BADEVENT"


@pytest.mark.parametrize(
    ("filter_", "events", "mailboxes", "fetch"),
    [
        ("personal", (Event.MESSAGE_NEW,), (), ()),
        ("personal", (Event.MESSAGE_EXPUNGE,), (), ()),
        ("personal", (Event.FLAG_CHANGE,), (), ()),
        ("personal", (Event.ANNOTATION_CHANGE, Event.MESSAGE_NEW), (), ()),
        ("selected", (*NEW, Event.MAILBOX_NAME), (), ()),
        ("personal", NEW, (), (FLAGS,)),
        ("selected", (), (), (FLAGS,)),
        ("personal", NEW, ("INBOX",), ()),
        ("subtree", NEW, (), ()),
        ("mailboxes", NEW, ("",), ()),
    ],
)
def test_refused(filter_: Filter, events: tuple[Event, ...], mailboxes: tuple[str, ...], fetch: tuple[()]) -> None:
    with pytest.raises(InvalidArgument):
        connect("NOTIFY").send(NotifySet((EventGroup(filter_, events, mailboxes, fetch),)))


@pytest.mark.parametrize("groups", [(), (EventGroup("selected", NEW), EventGroup("selected-delayed", NEW))])
def test_groups_that_do_not_go_together(groups: tuple[EventGroup, ...]) -> None:
    with pytest.raises(InvalidArgument):
        connect("NOTIFY").send(NotifySet(groups))


@pytest.mark.parametrize(
    ("command", "capabilities", "missing"),
    [
        (NotifySet((EventGroup("personal", NEW),)), "IDLE", "NOTIFY"),
        (NotifyNone(), "IDLE", "NOTIFY"),
        (NotifySet((EventGroup("selected", NEW, fetch=(UID, MODSEQ)),)), "NOTIFY", "CONDSTORE"),
    ],
)
def test_what_the_server_lacks(command: NotifyNone, capabilities: str, missing: str) -> None:
    with pytest.raises(NotSupported) as caught:
        connect(capabilities).send(command)
    assert caught.value.capability == missing
