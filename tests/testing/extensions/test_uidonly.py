"""UIDONLY: no sequence numbers anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.copy import Move
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.expunge import Expunge, Vanished
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch
from imapkit.protocol.extensions.qresync import Known
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.extensions.uidonly import UidFetched
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import SAVED_RESULT, SeqSet, UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, logged_in, selected


@pytest.fixture
def only(server: Server, ann: Client) -> Client:
    """Ann's client, UIDONLY enabled, with UIDs 1 to 5 in its INBOX."""
    deliver(server, 5)
    ann(Enable(("UIDONLY",)))
    ann(Select("INBOX"))
    return ann


@pytest.fixture
def line(server: Server) -> Line:
    """The same in octets."""
    deliver(server, 5)
    made = logged_in(server)
    assert made(b"a ENABLE UIDONLY", b"b SELECT INBOX")[0] == b"* ENABLED UIDONLY"
    return made


class TestAnswers:
    def test_fetch(self, only: Client) -> None:
        found = only(Fetch(UidSet("2:3"), (UID, FLAGS)))
        assert [type(data) for data in found.values()] == [UidFetched, UidFetched]
        assert [(uid, data.seq, data.get(FLAGS)) for uid, data in found.items()] == [
            (2, 0, {"\\Recent"}),
            (3, 0, {"\\Recent"}),
        ]

    def test_octets(self, line: Line) -> None:
        assert line(b"c UID FETCH 2 FLAGS")[0] == b"* 2 UIDFETCH (FLAGS (\\Recent))"
        assert line(b"d UID FETCH 2 (UID)")[0] == b"* 2 UIDFETCH (UID 2)"
        assert line(b"e UID STORE 2 +FLAGS (\\Deleted)")[0] == b"* 2 UIDFETCH (FLAGS (\\Deleted \\Recent))"
        assert line(b"f EXPUNGE")[0] == b"* VANISHED 2"

    def test_what_others_do(self, server: Server, only: Client) -> None:
        selected(server)(b"a STORE 1 +FLAGS (\\Seen)", b"b STORE 3 +FLAGS.SILENT (\\Deleted)", b"c EXPUNGE")
        only(Noop())
        news = only.hear()
        assert Vanished(UidSet("3")) in news
        assert [one.uid for one in news if isinstance(one, UidFetched)] == [1]

    def test_the_rest_works_by_uid(self, only: Client) -> None:
        only(Store(UidSet("4"), "+", ("\\Deleted",)))
        only(Expunge())
        only(Move(UidSet("1"), "Sent"))
        only(Search(Q.uid("2:3"), returns=("SAVE",)))
        assert list(only(Fetch(SAVED_RESULT, (FLAGS,)))) == [2, 3]
        assert only(Search(Q.all)).uids == UidSet("2:3,5")


class TestRefusals:
    @pytest.mark.parametrize(
        "said",
        [
            b"FETCH 1 FLAGS",
            b"STORE 1 +FLAGS (\\Seen)",
            b"COPY 1 Sent",
            b"MOVE 1 Sent",
            b"SEARCH ALL",
            b"SORT (DATE) UTF-8 ALL",
            b"THREAD REFS UTF-8 ALL",
            b"REPLACE 1 Drafts {1+}\r\nx",
            b"UID SEARCH 1:3",
            b"UID SEARCH NOT (SEEN 2)",
            b"UID SORT (DATE) UTF-8 1:*",
        ],
    )
    def test_sequence_numbers(self, line: Line, said: bytes) -> None:
        (answer,) = line(b"c " + said)
        assert answer.startswith(b"c BAD [UIDREQUIRED] ")

    def test_numbers_to_match(self, server: Server, ann: Client, line: Line) -> None:
        """RFC 9586, 3.7: QRESYNC goes without its fourth parameter."""
        known = Known(1001, 1, UidSet("1:5"), (SeqSet("1,3"), UidSet("1,3")))
        ann(Enable(("QRESYNC", "UIDONLY")))
        with pytest.raises(InvalidArgument, match="UIDONLY"):
            ann(Select("INBOX", known=known))
        assert ann(Select("INBOX", known=replace(known, sequence=None))).mailbox == "INBOX"
        line(b"c UNSELECT", b"d ENABLE QRESYNC")
        (answer,) = line(b"e SELECT INBOX (QRESYNC (1001 1 1:5 (1,3 1,3)))")
        assert answer.startswith(b"e BAD [UIDREQUIRED] ")

    def test_uids_are_fine(self, line: Line) -> None:
        assert line(b"c UID SEARCH UID 1:3 NOT UID 2")[0] == b"* SEARCH 1 3"

    def test_not_unless_enabled(self, server: Server) -> None:
        deliver(server, 1)
        assert selected(server)(b"a FETCH 1 UID")[0] == b"* 1 FETCH (UID 1)"
