"""FILTERS: searches under a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.filters import GetFilters, SavedFilter, SetFilter, UndefinedFilter
from imapkit.protocol.extensions.metadata import SetMetadata
from imapkit.protocol.extensions.multisearch import MultiSearch, Source
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.sort import Sort
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import selected


@pytest.fixture
def mails(server: Server, ann: Client) -> Client:
    """Ann's client with three messages in its INBOX, the second of which is long."""
    server.deliver("ann", b"From: boss@example.com\n\nx")
    server.deliver("ann", "Subject: Grün\n\n".encode() + b"x" * 6000)
    server.deliver("ann", b"From: other@example.com\n\nx", flags=["\\Flagged"])
    ann(Select("INBOX"))
    return ann


def keep(client: Client, name: str, criteria: bytes | None, root: str = "/private") -> None:
    client(SetMetadata("", ((f"{root}/filters/values/{name}", criteria),)))


class TestSearching:
    def test_by_name(self, mails: Client) -> None:
        mails(SetFilter("on-the-road", Q.smaller(5000) | Q.from_("boss@example.com"), "Auf Reisen"))
        assert mails(Search(Q.filter("on-the-road"))).uids == UidSet("1,3")
        assert mails(Search(Q.uid("2:3") & Q.filter("On-The-Road") & Q.flagged)).uids == UidSet("3")
        assert mails(Sort(("SIZE",), ~Q.filter("on-the-road"))).uids == (2,)
        (found,) = mails(MultiSearch(Q.filter("on-the-road"), (Source("personal"),)))
        assert found.result.uids == UidSet("1,3")

    def test_any_text(self, mails: Client) -> None:
        mails(SetFilter("green", Q.subject("grün")))
        assert mails(Search(Q.filter("green"))).uids == UidSet("2")
        keep(mails, "literal", b"SUBJECT {5}\r\nGr\xc3\xbcn SEEN")
        assert mails(Search(Q.filter("literal"))).uids == UidSet()
        keep(mails, "literal", b"UNSEEN SUBJECT {5+}\r\nGr\xc3\xbcn")
        assert mails(Search(Q.filter("literal"))).uids == UidSet("2")

    def test_filters_of_filters(self, mails: Client) -> None:
        keep(mails, "a", b"FLAGGED")
        keep(mails, "b", b"NOT FILTER a")
        keep(mails, "c", b"FILTER b SMALLER 5000")
        keep(mails, "d", b"FILTER c")
        assert mails(Search(Q.filter("c"))).uids == UidSet("1")
        self.refused(mails, "d", "a")

    def test_what_they_ask_for_is_told(self, mails: Client) -> None:
        keep(mails, "fresh", b"MODSEQ 1")
        keep(mails, "near", b"FUZZY FROM bos")
        assert mails(Search(Q.filter("fresh"), returns=("COUNT",))).modseq == 4
        assert mails(Sort(("RELEVANCY",), Q.filter("near") | Q.fuzzy(Q.from_("boss")))).uids == (1,)

    @staticmethod
    def refused(client: Client, name: str, culprit: str) -> None:
        with pytest.raises(CommandError) as refused:
            client(Search(Q.filter(name)))
        assert refused.value.response_code == UndefinedFilter(culprit)

    def test_what_is_none(self, mails: Client) -> None:
        self.refused(mails, "nothing", "nothing")
        keep(mails, "loop", b"FILTER loop")
        self.refused(mails, "loop", "loop")
        for criteria in (b"OR SMALLER", b"NONSENSE", b"", b"SEEN)", b"SUBJECT {9}\r\nx", b'HEADER "a b" x'):
            keep(mails, "wrong", criteria)
            self.refused(mails, "wrong", "wrong")
        keep(mails, "outer", b"SEEN FILTER gone")
        self.refused(mails, "outer", "gone")

    def test_ones_own_stands_before_that_of_all(self, server: Server, mails: Client, bob: Client) -> None:
        admin = Client(server, "admin")
        keep(admin, "f", b"FLAGGED", "/shared")
        assert mails(Search(Q.filter("f"))).uids == UidSet("3")
        keep(mails, "f", b"UNFLAGGED")
        assert mails(Search(Q.filter("f"))).uids == UidSet("1:2")
        assert list(bob(GetFilters())) == ["f"]
        keep(mails, "f", None)
        assert mails(Search(Q.filter("f"))).uids == UidSet("3")


def test_the_list(mails: Client) -> None:
    mails(SetFilter("One", Q.seen, "Gelesen"))
    mails(SetFilter("two", Q.larger(5)))
    assert mails(GetFilters()) == {"one": SavedFilter("SEEN", "Gelesen"), "two": SavedFilter("LARGER 5")}
    mails(SetFilter("one", None))
    assert list(mails(GetFilters())) == ["two"]


def test_octets(server: Server, mails: Client) -> None:
    line = selected(server)
    line(b'a SETMETADATA "" (/private/filters/values/on-the-road "OR SMALLER 5000 FROM \\"boss@example.com\\"")')
    assert line(b'b SEARCH UID 1:900 FILTER on-the-road SINCE "3-Dec-2002"')[0] == b"* SEARCH 1 3"
    assert line(b"c SEARCH FILTER nowhere") == [
        b"c NO [UNDEFINED-FILTER nowhere] There is no such filter, or it can't be used"
    ]


def test_they_bring_what_they_need(offering: Callable[[str], Server]) -> None:
    server = offering("IMAP4rev1 FILTERS")
    server.deliver("ann", b"x", flags=["\\Seen"])
    client = Client(server)
    client(SetFilter("read", Q.seen))
    assert client(GetFilters()) == {"read": SavedFilter("SEEN")}
    client(Select("INBOX"))
    assert client(Search(Q.filter("read"))).uids == UidSet("1")


def test_where_it_is_not_offered(offering: Callable[[str], Server]) -> None:
    assert selected(offering("IMAP4rev1"))(b"a SEARCH FILTER x") == [b"a BAD Unknown argument FILTER"]
