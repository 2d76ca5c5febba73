"""CONDSTORE and QRESYNC: what changed, and who is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.errors import CommandError
from imapkit.protocol.extensions.condstore import HIGHESTMODSEQ, MODSEQ
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.expunge import Expunge, UidExpunge, Vanished
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, Fetched, body_section
from imapkit.protocol.extensions.qresync import FetchChanged, Known
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Close, Select, Selected
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.status import GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import OpenRange, SeqSet, UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import deliver, logged_in, selected

UIDVALIDITY = 1001
ATOMS = st.text([character for character in map(chr, range(0x21, 0x7F)) if character not in '(){%*"\\]'], min_size=1)
FLAGS_TO_NAME = ATOMS | ATOMS.filter(lambda atom: atom.upper() != "RECENT").map("\\{}".format)


@pytest.fixture
def ten(server: Server, ann: Client) -> Client:
    """Ann's client, QRESYNC enabled, with UIDs 1 to 10 in its INBOX (mod-sequences 2 to 11)."""
    deliver(server, 10)
    ann(Enable(("QRESYNC",)))
    ann(Select("INBOX"))
    return ann


class TestCondstore:
    @pytest.mark.parametrize(
        "said",
        [
            b"FETCH 1 MODSEQ",
            b"FETCH 1 UID (CHANGEDSINCE 99)",
            b"STORE 1 (UNCHANGEDSINCE 1) +FLAGS (x)",
            b"SEARCH MODSEQ 1",
            b"STATUS Sent (HIGHESTMODSEQ)",
        ],
    )
    def test_whoever_shows_to_know_of_it_hears_the_highest(self, server: Server, said: bytes) -> None:
        deliver(server, 3)
        line = selected(server)
        assert line(b"a " + said)[0] == b"* OK [HIGHESTMODSEQ 4] Highest"
        assert b"* OK [HIGHESTMODSEQ 4] Highest" not in line(b"b " + said)
        # From then on each change carries its number (RFC 7162, 3.2.4).
        selected(server)(b"a STORE 2 +FLAGS (\\Seen)")
        assert line(b"c NOOP")[0] == b"* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent) MODSEQ (5))"

    def test_a_conditional_store(self, server: Server, ten: Client) -> None:
        Client(server)(Select("INBOX"))
        ten(Store(UidSet("3"), "+", ("\\Seen",)))
        result = ten(Store(UidSet("2:4"), "+", ("\\Flagged",), unchanged_since=11))
        assert result.modified == UidSet("3")
        assert {uid: (data.get(FLAGS), data.get(MODSEQ)) for uid, data in result.messages.items()} == {
            2: ({"\\Flagged", "\\Recent"}, 13),
            4: ({"\\Flagged", "\\Recent"}, 13),
        }

    def test_status_and_search(self, ten: Client) -> None:
        ten(Store(UidSet("3"), "+", ("\\Seen",)))
        assert ten(GetStatus("INBOX", (HIGHESTMODSEQ,))).get(HIGHESTMODSEQ) == 12
        found = ten(Search(Q.modseq(11)))
        assert (found.uids, found.modseq) == (UidSet("3,10"), 12)

    def test_a_search_may_name_any_flag(self, ten: Client) -> None:
        @settings(deadline=None)
        @given(st.integers(0, 12), FLAGS_TO_NAME, st.sampled_from(["priv", "shared", "all"]))
        def check(modseq: int, flag: str, who: Literal["priv", "shared", "all"]) -> None:
            found = ten(Search(Q.modseq(modseq, flag, who)))
            assert found == ten(Search(Q.modseq(modseq)))  # there is one mod-sequence for each message here

        check()

    def test_a_fetch_that_sets_seen(self, ten: Client) -> None:
        (data,) = ten(Fetch(UidSet("5"), (body_section(mark_seen=True),))).values()
        assert (data.get(UID), data.get(MODSEQ)) == (5, 12)

    def test_qresync_brings_it(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 ENABLE QRESYNC")
        deliver(server, 1)
        line = logged_in(server)
        assert line(b"a ENABLE QRESYNC")[0] == b"* ENABLED QRESYNC"
        assert b"* OK [HIGHESTMODSEQ 2] Highest" in line(b"b SELECT INBOX (CONDSTORE)")


class TestVanished:
    def test_instead_of_expunge(self, server: Server, ten: Client) -> None:
        line = logged_in(server)
        line(b"a ENABLE QRESYNC", b"b SELECT INBOX", b"c STORE 3,5:6 +FLAGS (\\Deleted)")
        assert [one for one in line(b"d EXPUNGE") if b"RECENT" not in one] == [
            b"* VANISHED 3,5:6",
            b"d OK [HIGHESTMODSEQ 13] EXPUNGE completed.",
        ]
        ten(Noop())
        assert Vanished(UidSet("3,5:6")) in ten.hear()
        assert ten(Search(Q.all)).uids == UidSet("1:2,4,7:10")

    def test_not_while_numbers_are_in_use(self, server: Server, ten: Client) -> None:
        selected(server)(b"a STORE 1 +FLAGS (\\Deleted)", b"b EXPUNGE")
        assert [data.seq for data in ten(Fetch(SeqSet("2"), (UID,))).values()] == [2]
        assert not any(isinstance(news, Vanished) for news in ten.hear())
        ten(Noop())
        assert Vanished(UidSet("1")) in ten.hear()

    def test_what_was_never_told_does_not_vanish(self, server: Server, ten: Client) -> None:
        other = selected(server)
        server.deliver("ann", b"x")
        other(b"a NOOP", b"b STORE 11 +FLAGS (\\Deleted)", b"c EXPUNGE")
        ten(Noop())
        assert not any(isinstance(news, Vanished) for news in ten.hear())


class TestFetch:
    def test_changed_and_gone(self, server: Server, ten: Client) -> None:
        other = selected(server)
        other(b"a STORE 2 +FLAGS (\\Seen)", b"b STORE 4,8 +FLAGS.SILENT (\\Deleted)", b"c EXPUNGE")
        ten(Noop())
        answer = ten(FetchChanged(UidSet("1:5,77"), (FLAGS,), 11))
        assert (list(answer.messages), answer.vanished) == ([2], UidSet("4"))
        assert ten(FetchChanged(OpenRange(3), (FLAGS,), 11)).vanished == UidSet("4,8")
        assert ten(FetchChanged(UidSet("1:10"), (FLAGS,), 14)).vanished == UidSet()

    def test_the_octets(self, server: Server) -> None:
        deliver(server, 3)
        line = logged_in(server)
        line(
            b"a ENABLE QRESYNC",
            b"b SELECT INBOX",
            b"c STORE 1 +FLAGS (\\Deleted)",
            b"d EXPUNGE",
            b"e STORE 1 +FLAGS (x)",
        )
        assert line(b"s100 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 4 VANISHED)") == [
            b"* VANISHED (EARLIER) 1",
            b"* 1 FETCH (UID 2 FLAGS (x \\Recent) MODSEQ (7))",
            b"s100 OK UID FETCH completed.",
        ]

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b"FETCH 1 UID (CHANGEDSINCE 1 VANISHED)", b"a BAD VANISHED is for UID FETCH alone"),
            (b"UID FETCH 1 UID (VANISHED)", b"a BAD VANISHED goes with CHANGEDSINCE"),
        ],
    )
    def test_mistakes(self, server: Server, ten: Client, said: bytes, answer: bytes) -> None:
        line = logged_in(server)
        assert line(b"x SELECT INBOX (QRESYNC (1 1))") == [b"x BAD ENABLE QRESYNC first"]
        line(b"x ENABLE QRESYNC", b"y SELECT INBOX")
        assert line(b"a " + said) == [answer]

    def test_without_enable(self, server: Server, ten: Client) -> None:
        assert selected(server)(b"a UID FETCH 1:* UID (CHANGEDSINCE 1 VANISHED)")[-1] == b"a BAD ENABLE QRESYNC first"


class TestSelect:
    @pytest.fixture
    def later(self, server: Server, ten: Client) -> Client:
        """UIDs 2 and 7 were seen (12), 3, 5 and 9 went (14), then 8 was flagged (15)."""
        ten(Store(UidSet("2,7"), "+", ("\\Seen",)))
        ten(Store(UidSet("3,5,9"), "+", ("\\Deleted",)))
        ten(Expunge())
        ten(Store(UidSet("8"), "+", ("\\Flagged",)))
        ten(Close())
        return ten

    @staticmethod
    def told(selected: Selected) -> tuple[str, list[int | None]]:
        return str(selected.vanished), [data.uid for data in selected.changed]

    @pytest.mark.parametrize(
        ("known", "vanished", "changed"),
        [
            (Known(UIDVALIDITY, 11), "3,5,9", [2, 7, 8]),
            (Known(UIDVALIDITY, 12), "3,5,9", [8]),
            (Known(UIDVALIDITY, 14), "", [8]),
            (Known(UIDVALIDITY, 15), "", []),
            (Known(UIDVALIDITY, 11, UidSet("1:4,8")), "3", [2, 8]),
            (Known(999, 1), "", []),
            # The fourth message is 6 now, so the client knows who is gone up to there; the fifth is not 9.
            (Known(UIDVALIDITY, 11, None, (SeqSet("4:5"), UidSet("6,9"))), "9", [2, 7, 8]),
            (Known(UIDVALIDITY, 11, None, (SeqSet("4"), UidSet("5"))), "3,5,9", [2, 7, 8]),
            (Known(UIDVALIDITY, 11, UidSet("1:8"), (SeqSet("1"), UidSet("1"))), "3,5", [2, 7, 8]),
        ],
    )
    def test_what_happened_since(self, later: Client, known: Known, vanished: str, changed: list[int]) -> None:
        assert self.told(later(Select("INBOX", known=known))) == (vanished, changed)

    def test_the_changed_ones_carry_all(self, later: Client) -> None:
        data: Fetched = later(Select("INBOX", known=Known(UIDVALIDITY, 14))).changed[0]
        assert (data.seq, data.uid, data.get(FLAGS), data.get(MODSEQ)) == (6, 8, {"\\Flagged"}, 15)

    def test_octets(self, server: Server, later: Client) -> None:
        line = logged_in(server)
        line(b"a ENABLE QRESYNC", b"b SELECT Sent")
        heard = line(b"A03 SELECT INBOX (QRESYNC (1001 14 1:211,214:541))")
        assert heard[0] == b"* OK [CLOSED] Previous mailbox closed."
        assert heard[-2:] == [
            b"* 6 FETCH (UID 8 FLAGS (\\Flagged) MODSEQ (15))",
            b"A03 OK [READ-WRITE] SELECT completed.",
        ]
        heard = line(b"A04 SELECT INBOX (QRESYNC (1001 11 1:29997 (1,3 1,4)))")
        assert b"* VANISHED (EARLIER) 5,9" in heard

    @pytest.mark.parametrize("parameter", [b"0 1", b"1 0", b"x 1", b"1 1 (1:2 3)", b"1 1 *", b"1 1 1:*", b"1"])
    def test_mistakes(self, server: Server, parameter: bytes) -> None:
        line = logged_in(server)
        line(b"a ENABLE QRESYNC")
        assert line(b"b SELECT INBOX (QRESYNC (" + parameter + b"))")[0].startswith(b"b BAD ")

    def test_sets_of_any_size(self, server: Server, ten: Client) -> None:
        line = logged_in(server)
        line(b"a ENABLE QRESYNC")
        everything = b"1:4294967295"
        assert line(b"b SELECT INBOX (QRESYNC (1001 1 %b (%b %b)))" % ((everything,) * 3))[-1].startswith(b"b OK ")

    def test_uid_expunge_tells_the_modseq(self, server: Server, ten: Client) -> None:
        ten(Store(UidSet("1:3"), "+", ("\\Deleted",)))
        ten(UidExpunge(UidSet("2")))
        with pytest.raises(CommandError):
            ten(Select("nowhere", known=Known(UIDVALIDITY, 1)))
        assert ten(Select("INBOX", known=Known(UIDVALIDITY, 12))).vanished == UidSet("2")
