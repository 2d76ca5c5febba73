"""REPLACE: a new version of a message in the place of the old one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError, NotSupported, OverQuota
from imapkit.protocol.extensions.append import AppendUid, NewMessage
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.expunge import Vanished
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, body_section
from imapkit.protocol.extensions.replace import Replace
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import deliver, selected

NEW = NewMessage(b"Subject: new\r\n\r\nbetter", ("\\Seen",))


@pytest.fixture
def drafts(server: Server, ann: Client) -> Client:
    """Ann's client with UIDs 1 to 3 in Drafts, which is selected."""
    deliver(server, 3, "Drafts")
    ann(Select("Drafts"))
    return ann


def test_in_place(drafts: Client) -> None:
    assert drafts(Replace(2, "Drafts", NEW)) == AppendUid(1002, ((4, 4),))
    found = drafts(Fetch(UidSet("1:9"), (UID, FLAGS, body_section())))
    assert list(found) == [1, 3, 4]
    assert found[4].get(body_section()) == NEW.data
    # Nothing is inherited from the old one (RFC 8508, 1).
    assert found[4].get(FLAGS) == {"\\Seen", "\\Recent"}


def test_by_number_and_elsewhere(drafts: Client) -> None:
    assert drafts(Replace(3, "Sent", NEW, by_uid=False)) == AppendUid(1003, ((1, 1),))
    assert drafts(Search(Q.all)).uids == UidSet("1:2")


def test_octets(server: Server) -> None:
    deliver(server, 4, "Drafts")
    line = selected(server, b"Drafts")
    # RFC 8508, 3.2
    heard = line(b"A003 REPLACE 4 Drafts (\\Seen \\Draft) {6+}", b"a\r\n\r\nb")
    assert [one for one in heard if b"RECENT" not in one] == [
        b"* OK [APPENDUID 1002 5] Replacement message ready.",
        b"* 4 EXPUNGE",
        b"* 4 EXISTS",
        b"A003 OK REPLACE completed.",
    ]
    assert line(b"A004 UID REPLACE 5 nowhere {3}") == [b"A004 NO [TRYCREATE] Mailbox doesn't exist: nowhere"]
    assert line(b"A005 UID REPLACE 5 Drafts {3}") == [b"+ OK"]


def test_only_the_difference_needs_room() -> None:
    with Server(profile="everything") as server:
        server.add_user("ann", quota=2048)
        server.deliver("ann", b"x" * 2000)
        ann = Client(server)
        ann(Select("INBOX"))
        ann(Replace(1, "INBOX", NewMessage(b"y" * 2040)))
        with pytest.raises(OverQuota):
            ann(Replace(2, "INBOX", NewMessage(b"z" * 3000)))
        assert ann(Search(Q.all)).uids == UidSet("2")


def test_a_client_with_qresync_hears_vanished(drafts: Client, server: Server) -> None:
    client = Client(server)
    client(Enable(("QRESYNC",)))
    client(Select("Drafts"))
    client(Replace(1, "Drafts", NEW))
    assert Vanished(UidSet("1")) in client.hear()


@pytest.mark.parametrize(
    ("command", "code"),
    [(Replace(9, "Drafts", NEW), None), (Replace(1, "nowhere", NEW), "TRYCREATE")],
)
def test_refusals(drafts: Client, command: Replace, code: str | None) -> None:
    with pytest.raises(CommandError) as refused:
        drafts(command)
    assert refused.value.code == code
    assert drafts(Search(Q.all)).uids == UidSet("1:3")


@pytest.mark.parametrize("said", [b"REPLACE 1:2 Drafts {1+}", b"UID REPLACE $ Drafts {1+}", b"REPLACE 9 Drafts {1+}"])
def test_mistakes(server: Server, drafts: Client, said: bytes) -> None:
    assert selected(server, b"Drafts")(b"a " + said, b"x")[0].startswith(b"a BAD ")


def test_a_mailbox_that_is_read_only(server: Server, drafts: Client) -> None:
    drafts(Select("Drafts", read_only=True))
    with pytest.raises(CommandError, match="read-only"):
        drafts(Replace(1, "Drafts", NEW))


def test_without_uidplus(offering: Callable[[str], Server]) -> None:
    server = offering("IMAP4rev1 REPLACE")
    deliver(server, 1)
    client = Client(server)
    client(Select("INBOX"))
    assert client(Replace(1, "INBOX", NEW)) is None
    assert client(Search(Q.all)).uids == UidSet("2")


def test_where_it_is_not_offered(offering: Callable[[str], Server]) -> None:
    client = Client(offering("IMAP4rev1"))
    client(Select("INBOX"))
    with pytest.raises(NotSupported):
        client(Replace(1, "INBOX", NEW))
