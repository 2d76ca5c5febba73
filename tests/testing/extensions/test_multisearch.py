"""MULTISEARCH: one search through many mailboxes."""

from __future__ import annotations

from typing import Literal

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.acl import SetAcl
from imapkit.protocol.extensions.esearch import SearchResult, SearchUpdate
from imapkit.protocol.extensions.mailboxes import Create, Subscribe, Unsubscribe
from imapkit.protocol.extensions.multisearch import Found, MultiSearch, Source
from imapkit.protocol.extensions.partial import PartialRange
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.rights import Rights
from imapkit.types.uids import SAVED_RESULT, UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import deliver, logged_in


@pytest.fixture
def tree(server: Server, ann: Client) -> Client:
    """Ann's client, with messages in INBOX, Sent, and a tree of folders."""
    for name in ("a", "a/b", "a/b/c", "Entwürfe"):
        ann(Create(name))
    for name, count in (("INBOX", 3), ("Sent", 1), ("a", 1), ("a/b", 2), ("a/b/c", 1), ("Entwürfe", 1)):
        deliver(server, count, name)
    return ann


def found(client: Client, *sources: Source) -> dict[str, str]:
    """What m1 is found in, with UIDs."""
    answers = client(MultiSearch(Q.subject("m1") | Q.subject("m2"), sources))
    assert all(one.uidvalidity for one in answers)
    return {one.mailbox: str(one.result.uids) for one in answers}


class TestSources:
    @pytest.mark.parametrize(
        ("kind", "names", "where"),
        [
            ("inboxes", (), {"INBOX": "1:2"}),
            ("mailboxes", ("Sent", "a/b", "nowhere"), {"Sent": "1", "a/b": "1:2"}),
            ("mailboxes", ("Entwürfe",), {"Entwürfe": "1"}),
            ("subtree", ("a",), {"a": "1", "a/b": "1:2", "a/b/c": "1"}),
            ("subtree-one", ("a",), {"a": "1", "a/b": "1:2"}),
            ("subtree-one", ("a/b", "Sent"), {"a/b": "1:2", "a/b/c": "1", "Sent": "1"}),
            (
                "personal",
                (),
                {"INBOX": "1:2", "Sent": "1", "a": "1", "a/b": "1:2", "a/b/c": "1", "Entwürfe": "1"},
            ),
        ],
    )
    def test_each(
        self,
        tree: Client,
        kind: Literal["inboxes", "mailboxes", "subtree", "subtree-one", "personal"],
        names: tuple[str, ...],
        where: dict[str, str],
    ) -> None:
        assert found(tree, Source(kind, names)) == where

    def test_subscribed(self, tree: Client) -> None:
        tree(Subscribe("a/b"))
        tree(Unsubscribe("Sent"))
        assert found(tree, Source("subscribed")) == {"INBOX": "1:2", "a/b": "1:2"}

    def test_selected(self, tree: Client) -> None:
        tree(Select("a/b"))
        assert found(tree, Source("selected")) == {"a/b": "1:2"}

    def test_several_and_each_mailbox_once(self, tree: Client) -> None:
        sources = Source("mailboxes", ("Sent",)), Source("subtree", ("a",)), Source("mailboxes", ("a", "Sent"))
        assert list(found(tree, *sources)) == ["Sent", "a", "a/b", "a/b/c"]

    def test_what_others_share(self, tree: Client, bob: Client) -> None:
        source = Source("mailboxes", ("Other Users/ann/Sent",))
        assert found(bob, source) == {}
        tree(SetAcl("Sent", "bob", Rights("l")))
        assert found(bob, source, Source("personal")) == {}
        tree(SetAcl("Sent", "bob", Rights("lr")))
        assert found(bob, source, Source("personal")) == {"Other Users/ann/Sent": "1"}


class TestReturn:
    def test_of_each_mailbox(self, tree: Client) -> None:
        tree(Select("a"))
        answers = tree(
            MultiSearch(Q.all, (Source("mailboxes", ("INBOX", "a")),), ("COUNT", "MIN", PartialRange(-1, -1)))
        )
        first, second = answers
        assert (first.mailbox, first.result.count, first.result.minimum) == ("INBOX", 3, 1)
        assert first.result.partial is not None
        assert first.result.partial.found.text == "3"
        assert second.result.count == 1

    def test_save_and_update_for_the_selected_one(self, server: Server, tree: Client) -> None:
        tree(Select("INBOX"))
        tree(MultiSearch(Q.subject("m2"), (Source("selected"),), ("SAVE", "UPDATE")))
        assert tree(Search(Q.key("UID", SAVED_RESULT))).uids == UidSet("2")
        server.deliver("ann", subject="m2")
        tree(Noop())
        assert [type(news) for news in tree.hear()].count(SearchUpdate) == 1

    def test_nothing_to_save(self, server: Server, tree: Client) -> None:
        tree(Select("INBOX"))
        tree(Search(Q.all, returns=("SAVE",)))
        assert tree(MultiSearch(Q.draft, (Source("selected"),), ("SAVE", "COUNT", "UPDATE"))) == ()
        assert tree(Search(Q.key("UID", SAVED_RESULT))).uids == UidSet()
        server.deliver("ann", b"x", flags=["\\Draft"])
        tree(Noop())
        assert SearchUpdate in [type(news) for news in tree.hear()]

    def test_sequence_numbers_are_those_of_each(self, server: Server, tree: Client) -> None:
        heard = logged_in(server)(b"tag1 ESEARCH IN (mailboxes (INBOX a/b)) 2:3")
        assert heard == [
            b'* ESEARCH (TAG "tag1" MAILBOX INBOX UIDVALIDITY 1001) UID ALL 2:3',
            b'* ESEARCH (TAG "tag1" MAILBOX a/b UIDVALIDITY 1008) UID ALL 2',
            b"tag1 OK ESEARCH completed.",
        ]

    def test_nothing_found_is_nothing_said(self, tree: Client) -> None:
        assert tree(MultiSearch(Q.draft, (Source("personal"),), ("COUNT",))) == ()

    def test_what_a_result_is(self, tree: Client) -> None:
        (one,) = tree(MultiSearch(Q.all, (Source("mailboxes", ("Sent",)),)))
        assert one == Found("Sent", one.uidvalidity, SearchResult(UidSet("1")))


class TestMistakes:
    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b"ESEARCH ALL", b"a BAD No mailbox selected"),
            (b"ESEARCH IN (selected) ALL", b"a BAD No mailbox selected"),
            (b"ESEARCH IN (selected-delayed) ALL", b"a BAD Unknown source SELECTED-DELAYED"),
            (b"ESEARCH IN (inboxes) RETURN (SAVE) ALL", b"a BAD SAVE and UPDATE are for the selected mailbox alone"),
            (b"ESEARCH IN (inboxes) RETURN (UPDATE) ALL", b"a BAD SAVE and UPDATE are for the selected mailbox alone"),
            (b"ESEARCH IN (inboxes) CHARSET X ALL", b"a NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset"),
        ],
    )
    def test_refusals(self, server: Server, said: bytes, answer: bytes) -> None:
        assert logged_in(server)(b"a " + said) == [answer]

    def test_keys_that_are_wrong(self, tree: Client) -> None:
        with pytest.raises(CommandError):
            tree(MultiSearch(Q.key("X-NONE"), (Source("personal"),)))
