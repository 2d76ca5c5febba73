"""ESEARCH, SEARCHRES, WITHIN, SEARCH=FUZZY and UIDBATCHES: what is found, and how it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from imapkit.errors import NotSupported
from imapkit.protocol.extensions.copy import Copy
from imapkit.protocol.extensions.esearch import SearchResult
from imapkit.protocol.extensions.expunge import UidExpunge
from imapkit.protocol.extensions.fetch import FLAGS, Fetch
from imapkit.protocol.extensions.partial import PartialRange, PartialResult
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.sort import Sort
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.extensions.uidbatches import UidBatches
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import SAVED_RESULT, UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import deliver, selected


@pytest.fixture
def ten(server: Server, ann: Client) -> Client:
    """Ann's client with UIDs 1 to 10 in its INBOX, of which 2 and 3 are seen."""
    deliver(server, 10)
    ann(Select("INBOX"))
    ann(Store(UidSet("2:3"), "+", ("\\Seen",)))
    return ann


class TestReturn:
    def test_everything(self, ten: Client) -> None:
        assert ten(Search(Q.unseen, returns=("MIN", "MAX", "COUNT", "ALL"))) == SearchResult(UidSet("1,4:10"), 8, 1, 10)

    def test_nothing_found(self, ten: Client) -> None:
        assert ten(Search(Q.draft, returns=("MIN", "ALL", "COUNT"))) == SearchResult(count=0)

    @pytest.mark.parametrize(
        ("options", "modseq"), [(("MIN",), 2), (("MAX",), 11), (("MIN", "MAX"), 11), (("MIN", "COUNT"), 12)]
    )
    def test_the_modseq_is_that_of_what_is_told(self, ten: Client, options: tuple[str, ...], modseq: int) -> None:
        # RFC 4731, 3.2
        assert ten(Search(Q.modseq(1), returns=options)).modseq == modseq

    def test_a_window(self, ten: Client) -> None:
        def shown(first: int, last: int) -> str:
            window = PartialRange(first, last)
            result = ten(Search(Q.unseen, returns=(window,))).partial
            assert isinstance(result, PartialResult)
            assert result.window == window
            return result.found.text

        assert shown(1, 3) == "1,4:5"
        assert shown(3, 1) == "1,4:5"
        assert shown(7, 100) == "9:10"
        assert shown(100, 200) == ""
        assert shown(-1, -2) == "9:10"
        assert shown(-3, -2) == "8:9"
        assert shown(-8, -100) == "1"
        assert shown(-9, -100) == ""

    def test_the_octets_of_a_window(self, server: Server) -> None:
        deliver(server, 5)
        line = selected(server)
        assert line(b"A01 UID SEARCH RETURN (PARTIAL -1:-100) UNDELETED") == [
            b'* ESEARCH (TAG "A01") UID PARTIAL (-1:-100 1:5)',
            b"A01 OK UID SEARCH completed.",
        ]
        assert line(b"A04 SEARCH RETURN (PARTIAL 24000:24500) ALL")[0] == (
            b'* ESEARCH (TAG "A04") PARTIAL (24000:24500 NIL)'
        )
        for wrong in (b"(ALL PARTIAL 1:2)", b"(PARTIAL 1:2 PARTIAL 3:4)", b"(PARTIAL 1:-2)", b"(PARTIAL 1:*)"):
            assert line(b"a SEARCH RETURN " + wrong + b" ALL")[-1].startswith(b"a BAD ")

    def test_fetch_a_window(self, server: Server, ten: Client) -> None:
        def fetched(first: int, last: int, since: int | None = None) -> list[int]:
            window = PartialRange(first, last)
            return list(ten(Fetch(UidSet("3:9"), (FLAGS,), changed_since=since, window=window)))

        assert fetched(-1, -3) == [7, 8, 9]
        assert fetched(1, 2) == [3, 4]
        assert fetched(8, 9) == []
        # The window comes first, whatever was said first (RFC 9394, 3.4).
        assert fetched(-1, -3, since=9) == [9]
        assert selected(server)(b"a FETCH 1:3 UID (PARTIAL 1:2)") == [b"a BAD PARTIAL is for UID FETCH alone"]

    def test_counting_from_the_end_needs_partial(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 CONTEXT=SEARCH")
        deliver(server, 2)
        line = selected(server)
        assert line(b"a SEARCH RETURN (PARTIAL 1:1) ALL")[0] == b'* ESEARCH (TAG "a") PARTIAL (1:1 1)'
        assert line(b"b SEARCH RETURN (PARTIAL -1:-1) ALL") == [b"b BAD Only PARTIAL counts from the end"]


class TestSaved:
    def test_commands_use_it(self, ten: Client) -> None:
        assert ten(Search(Q.unseen, returns=("SAVE",))) == SearchResult()
        assert list(ten(Fetch(SAVED_RESULT, (FLAGS,)))) == [1, 4, 5, 6, 7, 8, 9, 10]
        copied = ten(Copy(SAVED_RESULT, "Sent"))
        assert copied is not None
        assert copied.source == ((1, 1), (4, 10))
        ten(Store(SAVED_RESULT, "+", ("\\Deleted",)))
        ten(UidExpunge(UidSet("1:7")))
        assert ten(Search(Q.key("UID", SAVED_RESULT))).uids == UidSet("8:10")

    @pytest.mark.parametrize(
        ("options", "saved"),
        [
            (("PARTIAL",), "4:5"),
            (("PARTIAL", "MIN"), "1,4:5"),
            (("MAX", "PARTIAL"), "4:5,10"),
            (("MIN", "PARTIAL", "MAX"), "1,4:5,10"),
            (("PARTIAL", "COUNT", "MIN"), "1,4:10"),
            (("MIN",), "1"),
            (("ALL", "MIN"), "1,4:10"),
        ],
    )
    def test_what_is_saved(self, ten: Client, options: tuple[str, ...], saved: str) -> None:
        # RFC 9394, 3.2, table 1; RFC 5182, 2.4
        returns = tuple(PartialRange(2, 3) if option == "PARTIAL" else option for option in options)
        ten(Search(Q.unseen, returns=("SAVE", *returns)))
        assert ten(Search(Q.key("UID", SAVED_RESULT))).uids == UidSet(saved)

    def test_a_sorted_result_too(self, ten: Client) -> None:
        ten(Sort(("REVERSE ARRIVAL",), Q.seen, returns=("SAVE", "COUNT")))
        assert ten(Search(Q.key("UID", SAVED_RESULT))).uids == UidSet("2:3")


def test_within(server: Server, ann: Client) -> None:
    now = dt.datetime.now(dt.UTC)
    for hours in (1, 5, 9):
        server.deliver("ann", b"x", received=now - dt.timedelta(hours=hours))
    ann(Select("INBOX"))
    assert ann(Search(Q.younger(6 * 3600))).uids == UidSet("1:2")
    assert ann(Search(Q.older(6 * 3600))).uids == UidSet("3")
    assert ann(Search(Q.older(2 * 3600) & Q.younger(8 * 3600))).uids == UidSet("2")


class TestFuzzy:
    @pytest.fixture
    def words(self, server: Server, ann: Client) -> Client:
        for subject in ("hello world", "help", "jello", "nothing of the kind"):
            server.deliver("ann", subject=subject, text="A word in the middle")
        ann(Select("INBOX"))
        return ann

    def test_a_word_that_is_misspelt(self, words: Client) -> None:
        assert words(Search(Q.subject("helo"))).uids == UidSet()
        found = words(Search(Q.fuzzy(Q.subject("helo")), returns=("ALL", "RELEVANCY")))
        assert found.uids == UidSet("1:2")
        assert len(found.relevancy) == 2
        assert all(1 <= score < 100 for score in found.relevancy)

    def test_what_is_exact_fits_best(self, words: Client) -> None:
        found = words(Search(Q.fuzzy(Q.subject("hello")), returns=("ALL", "RELEVANCY")))
        assert found.uids == UidSet("1,3")
        assert found.relevancy[0] == 100 > found.relevancy[1]

    def test_the_best_is_first(self, words: Client) -> None:
        query = Q.fuzzy(Q.subject("jello"))
        assert words(Sort(("RELEVANCY",), query)).uids == (3, 1)
        best = words(Sort(("RELEVANCY",), query, returns=(PartialRange(1, 1), "RELEVANCY")))
        assert (best.uids, best.relevancy[0]) == ((3,), 100)

    @pytest.mark.parametrize(
        ("keys", "found"),
        [
            (b"FUZZY BODY midle", b" 1 2 3 4"),
            (b"FUZZY TEXT nothin", b" 4"),
            (b"FUZZY HEADER Subject wrld", b" 1"),
            (b"FUZZY (SUBJECT helo BODY midle)", b" 1 2"),
            (b"FUZZY OR SUBJECT wrld SUBJECT knd", b" 1 4"),
            (b"FUZZY NOT SUBJECT hello", b" 2 3 4"),
            (b"FUZZY LARGER 1000000", b""),
            (b'FUZZY SUBJECT "!"', b""),
            (b"NOT FUZZY SUBJECT helo", b" 3 4"),
        ],
    )
    def test_keys(self, server: Server, words: Client, keys: bytes, found: bytes) -> None:
        assert selected(server)(b"a SEARCH " + keys)[0] == b"* SEARCH" + found

    def test_relevancy_is_of_fuzzy_searches(self, server: Server, words: Client) -> None:
        line = selected(server)
        assert line(b"a SEARCH RETURN (RELEVANCY) ALL") == [b"a BAD Only fuzzy searches know of relevancy"]
        assert line(b"b SEARCH RETURN (RELEVANCY ALL) FUZZY SUBJECT xyzzy")[0] == b'* ESEARCH (TAG "b")'


class TestBatches:
    @pytest.fixture
    def many(self, server: Server, ann: Client) -> Client:
        for _ in range(1203):
            server.deliver("ann", b"x")
        ann(Select("INBOX"))
        ann(Store(UidSet("600:602"), "+", ("\\Deleted",)))
        ann(UidExpunge(UidSet("600:602")))
        return ann

    def test_equal_parts_from_the_newest_on(self, many: Client) -> None:
        assert many(UidBatches(500)) == (UidSet("704:1203"), UidSet("201:703"), UidSet("1:200"))
        assert many(UidBatches(500, (2, 9))) == (UidSet("201:703"), UidSet("1:200"))
        assert many(UidBatches(500, (4, 9))) == ()
        assert many(UidBatches(5000)) == (UidSet("1:1203"),)

    def test_octets(self, server: Server, many: Client) -> None:
        line = selected(server)
        assert line(b"A143 UIDBATCHES 600") == [
            b'* UIDBATCHES (TAG "A143") 1203:604,603:1',
            b"A143 OK UIDBATCHES completed.",
        ]
        assert line(b"A144 UIDBATCHES 10") == [b"A144 NO [TOOFEW] A batch has at least 500 messages"]
        assert line(b"A145 UIDBATCHES 600 1")[0].startswith(b"A145 BAD ")
        assert line(b"A146 UIDBATCHES 2000 1:100") == [b"A146 NO [TOOMANY] No more than 100000 messages at once"]
        assert line(b"A147 UIDBATCHES 2000 1:50")[-1] == b"A147 OK UIDBATCHES completed."
        assert line(b"A302 UIDBATCHES 2000 4:1") == [b"A302 BAD [CLIENTBUG] The first batch has the smaller number"]

    def test_an_empty_mailbox(self, ann: Client) -> None:
        ann(Select("Drafts"))
        assert ann(UidBatches(500)) == ()

    def test_where_it_is_not_offered(self, offering: Callable[[str], Server]) -> None:
        client = Client(offering("IMAP4rev1"))
        client(Select("INBOX"))
        with pytest.raises(NotSupported):
            client(UidBatches(500))
