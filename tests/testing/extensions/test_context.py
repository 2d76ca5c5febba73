"""CONTEXT=SEARCH and CONTEXT=SORT: results are kept up to date."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.protocol.extensions.context import CancelUpdate, Update, updated
from imapkit.protocol.extensions.esearch import ListChange, SearchUpdate
from imapkit.protocol.extensions.expunge import Expunge, UidExpunge
from imapkit.protocol.extensions.fetch import RFC822_SIZE, UID, Fetched
from imapkit.protocol.extensions.order import NumberOrder
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.sort import Sort
from imapkit.protocol.extensions.store import Store
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, selected

UNSEEN = Search(Q.unseen, returns=("UPDATE", "ALL"))


def changes(client: Client) -> list[ListChange]:
    """What has been told of results since."""
    client(Noop())
    heard = client.hear()
    return [change for news in heard if isinstance(news, SearchUpdate) for change in news.changes]


@pytest.fixture
def five(server: Server, ann: Client) -> Client:
    """Ann's client with UIDs 1 to 5 in its INBOX."""
    deliver(server, 5)
    ann(Select("INBOX"))
    return ann


class TestSearch:
    def test_what_comes_and_goes(self, server: Server, five: Client) -> None:
        found = five(UNSEEN)
        assert found.context is not None
        assert found.uids == UidSet("1:5")
        Client(server)(Select("INBOX"))
        five(Store(UidSet("2,4"), "+", ("\\Seen",)))
        assert changes(five) == [ListChange("REMOVEFROM", 0, NumberOrder("2,4"))]
        five(Store(UidSet("4"), "-", ("\\Seen",)))
        server.deliver("ann", b"x")
        assert changes(five) == [ListChange("ADDTO", 0, NumberOrder("4")), ListChange("ADDTO", 0, NumberOrder("6"))]
        five(Store(UidSet("5"), "+", ("\\Deleted",)))
        five(UidExpunge(UidSet("5")))
        assert changes(five) == [ListChange("REMOVEFROM", 0, NumberOrder("5"))]
        assert changes(five) == []

    def test_octets_of_sequence_numbers(self, server: Server) -> None:
        deliver(server, 5)
        line = selected(server)
        line(b"S1 SEARCH RETURN (UPDATE COUNT) UNSEEN")
        # What is expunged is told before its number is gone, what arrives when it has one (RFC 5267, 4.3.3, 4.3.4).
        line(b"a STORE 2 +FLAGS (\\Deleted)")
        server.deliver("ann", b"x")
        assert [heard for heard in line(b"b EXPUNGE") if b"RECENT" not in heard] == [
            b"* 6 EXISTS",
            b'* ESEARCH (TAG "S1") REMOVEFROM (0 2)',
            b"* 2 EXPUNGE",
            b'* ESEARCH (TAG "S1") ADDTO (0 5)',
            b"b OK EXPUNGE completed.",
        ]

    def test_the_end_of_it(self, five: Client) -> None:
        context = five(UNSEEN).context
        assert context is not None
        five(CancelUpdate((context, "nobody")))
        five(Store(UidSet("1"), "+", ("\\Seen",)))
        assert changes(five) == []
        five(UNSEEN)
        five(Select("INBOX"))
        five(Store(UidSet("2"), "+", ("\\Seen",)))
        assert changes(five) == []

    def test_sequence_numbers_mean_what_they_meant(self, server: Server) -> None:
        deliver(server, 3)
        line = selected(server)
        line(b"S UID SEARCH RETURN (UPDATE ALL) 2:3 UNSEEN", b"a STORE 1 +FLAGS (\\Deleted)", b"b EXPUNGE")
        # What was the third is the second now.
        assert b'* ESEARCH (TAG "S") UID REMOVEFROM (0 3)' in line(b"c STORE 2 +FLAGS (\\Seen)")

    def test_only_what_is_new_is_told(self, server: Server, five: Client) -> None:
        five(Search(Q.flagged, returns=("UPDATE",)))
        server.deliver("ann", b"x")
        five(Store(UidSet("2"), "+", ("work",)))
        assert changes(five) == []

    def test_an_idling_client_hears_at_once(self, server: Server) -> None:
        deliver(server, 1)
        line = selected(server)
        line(b"S UID SEARCH RETURN (UPDATE COUNT) ALL", b"i IDLE")
        server.deliver("ann", b"x")
        assert line.heard()[-1] == b'* ESEARCH (TAG "S") UID ADDTO (0 2)'

    @pytest.mark.parametrize("space", [b"", b" "])  # the grammar of RFC 5465, 8 has none, the example in 7 has one
    def test_items_come_with_new_messages(self, server: Server, space: bytes) -> None:
        deliver(server, 1)
        line = selected(server)
        line(b"S SEARCH RETURN (UPDATE%b(UID FLAGS) COUNT) UNSEEN" % space)
        line(b"a STORE 1 +FLAGS (\\Seen)")
        server.deliver("ann", b"x", flags=["\\Seen"])
        server.deliver("ann", b"x")
        assert [heard for heard in line(b"b NOOP") if b"RECENT" not in heard] == [
            b"* 3 EXISTS",
            b"* 3 FETCH (UID 3 FLAGS (\\Recent))",
            b'* ESEARCH (TAG "S") ADDTO (0 3)',
            b"b OK NOOP completed.",
        ]
        # Those that their flags make results are known already.
        assert line(b"c STORE 1:2 -FLAGS.SILENT (\\Seen)") == [
            b'* ESEARCH (TAG "S") ADDTO (0 1:2)',
            b"c OK STORE completed.",
        ]

    def test_items_are_asked_for(self, server: Server, five: Client) -> None:
        assert five(Search(Q.unseen, returns=("COUNT", Update((UID, RFC822_SIZE))))).count == 5
        server.deliver("ann", b"x")
        five(Noop())
        fetched, update = [news for news in five.hear() if isinstance(news, Fetched | SearchUpdate)]
        assert isinstance(fetched, Fetched)
        assert (fetched.uid, fetched.get(RFC822_SIZE)) == (6, 1)
        assert isinstance(update, SearchUpdate)
        assert update.changes == (ListChange("ADDTO", 0, NumberOrder("6")),)

    def test_items_are_for_servers_with_notify(self) -> None:
        with Server(capabilities=["IMAP4rev1", "ESEARCH", "CONTEXT=SEARCH"]) as server:
            server.add_user("ann")
            assert selected(server)(b"a SEARCH RETURN (UPDATE (UID)) ALL")[-1].startswith(b"a BAD ")


class TestSort:
    def test_places_are_told(self, server: Server, ann: Client) -> None:
        for subject in ("d", "b", "a", "c"):
            server.deliver("ann", b"Subject: %s\n\nx" % subject.encode())
        ann(Select("INBOX"))
        result = ann(Sort(("SUBJECT",), Q.unseen, returns=("UPDATE", "ALL")))
        assert result.uids == (3, 2, 4, 1)
        ann(Store(UidSet("1:2"), "+", ("\\Seen",)))
        gone = changes(ann)
        assert gone == [ListChange("REMOVEFROM", 4, NumberOrder("1")), ListChange("REMOVEFROM", 2, NumberOrder("2"))]
        for subject in ("a", "aa", "z"):
            server.deliver("ann", b"Subject: %s\n\nx" % subject.encode())
        new = changes(ann)
        assert new == [ListChange("ADDTO", 2, NumberOrder("5:6")), ListChange("ADDTO", 5, NumberOrder("7"))]
        assert updated(result.uids, [*gone, *new]) == (3, 5, 6, 4, 7)

    @settings(deadline=None, max_examples=25)
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.just("deliver"), st.sampled_from("abcdef")),
                st.tuples(st.sampled_from(["seen", "unseen", "gone"]), st.integers(1, 8)),
            ),
            max_size=12,
        )
    )
    def test_whoever_listens_knows_the_result(self, steps: list[tuple[str, str | int]]) -> None:
        with Server(profile="everything") as server:
            server.add_user("ann")
            deliver(server, 3)
            client = Client(server)
            client(Select("INBOX"))
            query, keys = Q.unseen, ("REVERSE SUBJECT", "SIZE")
            sorted_uids = client(Sort(keys, query, returns=("UPDATE", "ALL"))).uids
            searched = tuple(client(Search(query, returns=("UPDATE", "ALL"))).uids)
            tags = [f"K{number}" for number in (3, 4)]
            for step, what in steps:
                if step == "deliver":
                    server.deliver("ann", f"Subject: {what}\n\nx".encode())
                elif isinstance(what, int) and step == "gone":
                    client(Store(UidSet([what]), "+", ("\\Deleted",)))
                    client(Expunge())
                elif isinstance(what, int):
                    client(Store(UidSet([what]), "+" if step == "seen" else "-", ("\\Seen",)))
                client(Noop())
            news = [one for one in client.hear() if isinstance(one, SearchUpdate)]
            for tag, before, again in (
                (tags[0], sorted_uids, client(Sort(keys, query)).uids),
                (tags[1], searched, tuple(client(Search(query)).uids)),
            ):
                told = [change for one in news if one.tag == tag for change in one.changes]
                assert updated(before, told) == again


class TestRefusals:
    def test_too_many(self, five: Client) -> None:
        contexts = [five(UNSEEN).context for _ in range(9)]
        assert None not in contexts[:8]
        assert contexts[8] is None

    def test_octets(self, server: Server) -> None:
        line: Line = selected(server)
        for number in range(8):
            line(b"B%d UID SEARCH RETURN (UPDATE COUNT) ALL" % number)
        assert line(b"B8 UID SEARCH RETURN (UPDATE COUNT) ALL") == [
            b'* NO [NOUPDATE "B8"] Too many contexts',
            b'* ESEARCH (TAG "B8") UID COUNT 0',
            b"B8 OK UID SEARCH completed.",
        ]
        assert line(b"B1 SORT RETURN (UPDATE) (DATE) UTF-8 FLAGGED") == [b"B1 BAD Tag reuse"]
        assert line(b'B4 CANCELUPDATE "B1" "B2"') == [b"B4 OK CANCELUPDATE completed."]
        assert line(b"B1 SORT RETURN (UPDATE CONTEXT) (DATE) UTF-8 FLAGGED") == [
            b'* ESEARCH (TAG "B1")',
            b"B1 OK SORT completed.",
        ]
        assert line(b"c CANCELUPDATE")[0].startswith(b"c BAD ")
