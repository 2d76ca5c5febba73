"""Which messages a query finds, where the server can say it and where it cannot."""

from __future__ import annotations

import datetime as dt

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.flows.searching import search
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.protocol.peer import dialogue, selected

NOON = dt.datetime(2024, 5, 10, 12, tzinfo=dt.UTC)


def fetched(*messages: tuple[int, str]) -> bytes:
    return b"".join(
        b'* %d FETCH (UID %d INTERNALDATE "%b +0000")\r\n' % (uid, uid, moment.encode()) for uid, moment in messages
    )


class TestOnTheServer:
    def test_plainly(self) -> None:
        peer = selected()
        assert dialogue(
            peer, search(peer.connection, Q.unseen), (b"K2 UID SEARCH UNSEEN\r\n", b"* SEARCH 5 2\r\nK2 OK\r\n")
        ) == UidSet([2, 5])

    def test_in_ranges(self) -> None:
        peer = selected("ESEARCH")
        question = b"K2 UID SEARCH RETURN (ALL) UNSEEN\r\n"
        answer = b'* ESEARCH (TAG "K2") UID ALL 2:4,9\r\nK2 OK\r\n'
        assert dialogue(peer, search(peer.connection, Q.unseen), (question, answer)) == UidSet("2:4,9")

    def test_nothing(self) -> None:
        peer = selected("ESEARCH")
        question = b"K2 UID SEARCH RETURN (ALL) UNSEEN\r\n"
        assert not dialogue(peer, search(peer.connection, Q.unseen), (question, b"K2 OK\r\n"))

    def test_a_charset_that_is_refused_is_left_out(self) -> None:
        peer = selected("LITERAL+")
        query = Q.subject("ü")
        assert dialogue(
            peer,
            search(peer.connection, query),
            (b"K2 UID SEARCH CHARSET UTF-8 SUBJECT {2+}\r\n\xc3\xbc\r\n", b"K2 NO [BADCHARSET (US-ASCII)] no\r\n"),
            (b"K3 UID SEARCH SUBJECT {2+}\r\n\xc3\xbc\r\n", b"* SEARCH 7\r\nK3 OK\r\n"),
        ) == UidSet([7])

    def test_a_charset_is_refused_but_once(self) -> None:
        peer = selected("LITERAL+")
        with pytest.raises(CommandError):
            dialogue(
                peer,
                search(peer.connection, Q.subject("ü")),
                (b"K2 UID SEARCH CHARSET UTF-8 SUBJECT {2+}\r\n\xc3\xbc\r\n", b"K2 NO [BADCHARSET] no\r\n"),
                (b"K3 UID SEARCH SUBJECT {2+}\r\n\xc3\xbc\r\n", b"K3 NO [BADCHARSET] no\r\n"),
            )

    def test_where_the_server_stops_it_is_asked_to_go_on(self) -> None:
        """RFC 9738, 3.1: it looks at so many messages, from the highest UID down."""
        peer = selected("ESEARCH MESSAGELIMIT=1000")
        assert dialogue(
            peer,
            search(peer.connection, Q.undeleted),
            (
                b"K2 UID SEARCH RETURN (ALL) UNDELETED\r\n",
                b'* ESEARCH (TAG "K2") UID ALL 23221,24998,25000\r\nK2 OK [MESSAGELIMIT 1000 23221] in part\r\n',
            ),
            (
                b"K3 UID SEARCH RETURN (ALL) UID 1:23220 UNDELETED\r\n",
                b'* ESEARCH (TAG "K3") UID\r\nK3 OK [MESSAGELIMIT 1000 22000] in part\r\n',
            ),
            (
                b"K4 UID SEARCH RETURN (ALL) UID 1:21999 UNDELETED\r\n",
                b'* ESEARCH (TAG "K4") UID ALL 7\r\nK4 OK done\r\n',
            ),
        ) == UidSet("7,23221,24998,25000")

    @pytest.mark.parametrize("code", [b"1000", b"1000 1", b"1000 23221"])
    def test_a_server_that_does_not_move_is_left_alone(self, code: bytes) -> None:
        peer = selected()
        assert dialogue(
            peer,
            search(peer.connection, Q.unseen),
            (b"K2 UID SEARCH UNSEEN\r\n", b"* SEARCH 9\r\nK2 OK [MESSAGELIMIT 1000 23221] in part\r\n"),
            (
                b"K3 UID SEARCH UID 1:23220 UNSEEN\r\n",
                b"* SEARCH 5\r\nK3 OK [MESSAGELIMIT " + code + b"] in part\r\n",
            ),
        ) == UidSet([5, 9])

    @pytest.mark.parametrize("answer", [b"K2 NO [CANNOT] x\r\n", b"K2 BAD x\r\n"])
    def test_other_refusals(self, answer: bytes) -> None:
        peer = selected()
        with pytest.raises(CommandError):
            dialogue(peer, search(peer.connection, Q.unseen), (b"K2 UID SEARCH UNSEEN\r\n", answer))


class TestMoments:
    """A day in the server's timezone may begin 14 hours before or end 12 hours after that day in UTC."""

    def test_after(self) -> None:
        peer = selected()
        assert dialogue(
            peer,
            search(peer.connection, Q.received_after(NOON)),
            (b"K2 UID SEARCH SINCE 12-May-2024\r\n", b"* SEARCH 9\r\nK2 OK\r\n"),
            (b"K3 UID SEARCH SINCE 9-May-2024\r\n", b"* SEARCH 5 6 7 8 9\r\nK3 OK\r\n"),
            (
                b"K4 UID FETCH 5:8 (UID INTERNALDATE)\r\n",
                fetched((5, "10-May-2024 11:59:59"), (6, "10-May-2024 12:00:00"), (7, "10-May-2024 12:00:01"))
                + b"* 8 FETCH (UID 8 INTERNALDATE NIL)\r\nK4 OK\r\n",
            ),
        ) == UidSet([6, 7, 9])

    def test_before(self) -> None:
        peer = selected()
        assert dialogue(
            peer,
            search(peer.connection, Q.received_before(NOON)),
            (b"K2 UID SEARCH BEFORE 8-May-2024\r\n", b"* SEARCH 1\r\nK2 OK\r\n"),
            (b"K3 UID SEARCH BEFORE 12-May-2024\r\n", b"* SEARCH 1 5 6\r\nK3 OK\r\n"),
            (
                b"K4 UID FETCH 5:6 (UID INTERNALDATE)\r\n",
                fetched((5, "10-May-2024 11:59:59"), (6, "10-May-2024 12:00:00")) + b"K4 OK\r\n",
            ),
        ) == UidSet([1, 5])

    def test_nothing_in_doubt(self) -> None:
        peer = selected()
        assert dialogue(
            peer,
            search(peer.connection, Q.received_after(NOON)),
            (b"K2 UID SEARCH SINCE 12-May-2024\r\n", b"* SEARCH 9\r\nK2 OK\r\n"),
            (b"K3 UID SEARCH SINCE 9-May-2024\r\n", b"* SEARCH 9\r\nK3 OK\r\n"),
        ) == UidSet([9])

    def test_both_and_more(self) -> None:
        peer = selected()
        query = Q.unseen & Q.received_after(NOON)
        assert dialogue(
            peer,
            search(peer.connection, query),
            (b"K2 UID SEARCH UNSEEN SINCE 9-May-2024\r\n", b"* SEARCH 8 9\r\nK2 OK\r\n"),
            (b"K3 UID SEARCH SINCE 12-May-2024\r\n", b"* SEARCH 9 10\r\nK3 OK\r\n"),
            (b"K4 UID SEARCH SINCE 9-May-2024\r\n", b"* SEARCH 9 10\r\nK4 OK\r\n"),
        ) == UidSet([9])

    def test_nothing_left_to_look_at(self) -> None:
        peer = selected()
        query = Q.unseen & Q.received_after(NOON)
        turn = (b"K2 UID SEARCH UNSEEN SINCE 9-May-2024\r\n", b"* SEARCH\r\nK2 OK\r\n")
        assert not dialogue(peer, search(peer.connection, query), turn)

    def test_either(self) -> None:
        peer = selected()
        query = Q.flagged | Q.received_after(NOON)
        assert dialogue(
            peer,
            search(peer.connection, query),
            (b"K2 UID SEARCH FLAGGED\r\n", b"* SEARCH 1\r\nK2 OK\r\n"),
            (b"K3 UID SEARCH SINCE 12-May-2024\r\n", b"* SEARCH 9\r\nK3 OK\r\n"),
            (b"K4 UID SEARCH SINCE 9-May-2024\r\n", b"* SEARCH 9\r\nK4 OK\r\n"),
        ) == UidSet([1, 9])

    def test_neither(self) -> None:
        peer = selected()
        query = ~(Q.unseen & Q.received_after(NOON))
        assert dialogue(
            peer,
            search(peer.connection, query),
            (b"K2 UID SEARCH ALL\r\n", b"* SEARCH 1 8 9\r\nK2 OK\r\n"),
            (b"K3 UID SEARCH UNSEEN SINCE 9-May-2024\r\n", b"* SEARCH 8 9\r\nK3 OK\r\n"),
            (b"K4 UID SEARCH SINCE 12-May-2024\r\n", b"* SEARCH 9\r\nK4 OK\r\n"),
            (b"K5 UID SEARCH SINCE 9-May-2024\r\n", b"* SEARCH 9\r\nK5 OK\r\n"),
        ) == UidSet([1, 8])
