"""MESSAGELIMIT and SAVELIMIT: no command is about more than so many messages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy
from imapkit.protocol.extensions.fetch import FLAGS, Fetch
from imapkit.protocol.extensions.messagelimit import MessageLimit, message_limit, save_limit
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.testing import Server
from imapkit.types.query import Key, Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, selected

OFFERED = "IMAP4rev1 UIDPLUS MOVE MULTIAPPEND ESEARCH SEARCHRES SORT CONDSTORE THREAD=REFS PARTIAL"


@pytest.fixture
def limited(offering: Callable[[str], Server]) -> Server:
    """A server with seven messages in INBOX, of which a command takes three."""
    server = offering(f"{OFFERED} MESSAGELIMIT=3")
    deliver(server, 7)
    return server


@pytest.fixture
def line(limited: Server) -> Line:
    """A connection to it, INBOX selected."""
    return selected(limited)


class TestInParts:
    """What can be done in part is done from the highest UID down, and the completion says how far (RFC 9738, 3.1)."""

    def test_fetch(self, line: Line) -> None:
        assert line(b"03 UID FETCH 1:6 UID") == [
            b"* 6 FETCH (UID 6)",
            b"* 5 FETCH (UID 5)",
            b"* 4 FETCH (UID 4)",
            b"03 OK [MESSAGELIMIT 3 4] Only the last 3 messages were dealt with.",
        ]
        assert line(b"04 FETCH 2:4 UID")[-1] == b"04 OK FETCH completed."

    def test_store(self, line: Line) -> None:
        heard = line(b"a UID STORE 1:* +FLAGS (\\Seen)")
        assert [one.split()[1] for one in heard[:-1]] == [b"7", b"6", b"5"]
        assert heard[-1].startswith(b"a OK [MESSAGELIMIT 3 5] ")
        assert line(b"b SEARCH SEEN 4:7")[0] == b"* SEARCH 5 6 7"

    def test_search_is_limited_in_what_it_looks_at(self, line: Line) -> None:
        assert line(b"a SEARCH SUBJECT m4") == [
            b"* SEARCH",
            b"a OK [MESSAGELIMIT 3 5] Only the last 3 messages were dealt with.",
        ]
        assert line(b"b SEARCH UID 2:4 SUBJECT m")[-2:] == [b"* SEARCH 2 3 4", b"b OK SEARCH completed."]
        line(b"c UID SEARCH RETURN (SAVE) ALL")
        assert line(b"d UID SEARCH UID $")[0] == b"* SEARCH 5 6 7"

    def test_move_and_expunge(self, line: Line) -> None:
        heard = line(b"a UID MOVE 1:6 Sent")
        assert heard[0] == b"* OK [COPYUID 1003 4:6 1:3] Moved UIDs."
        assert heard[-1].startswith(b"a OK [MESSAGELIMIT 3 4] ")
        line(b"b STORE 2:4 +FLAGS.SILENT (\\Deleted)", b"c UID STORE 1 +FLAGS.SILENT (\\Deleted)")
        assert line(b"d UID EXPUNGE 1:7")[-1].startswith(b"d OK [MESSAGELIMIT 3 2] ")
        assert line(b"e UID SEARCH ALL")[0] == b"* SEARCH 1"

    def test_expunge_has_no_limit(self, line: Line) -> None:
        line(b"a STORE 1:3 +FLAGS.SILENT (\\Deleted)", b"b STORE 4:6 +FLAGS.SILENT (\\Deleted)")
        assert line(b"c EXPUNGE")[-1] == b"c OK EXPUNGE completed."

    def test_beside_another_code(self, line: Line) -> None:
        heard = line(b"a UID STORE 1:7 (UNCHANGEDSINCE 6) +FLAGS.SILENT (x)")
        assert heard[-2:] == [
            b"* NO [MESSAGELIMIT 3 5] Only the last 3 messages were dealt with.",
            b"a OK [MODIFIED 6:7] Conditional store failed.",
        ]

    def test_a_window_first(self, line: Line) -> None:
        assert line(b"a UID FETCH 1:* UID (PARTIAL 1:3)")[-1] == b"a OK UID FETCH completed."
        assert line(b"10 UID FETCH 1:* UID (PARTIAL -1:-4)") == [
            b"10 NO [MESSAGELIMIT 3] No more than 3 messages at once"
        ]


class TestAllOrNothing:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (b"UID COPY 1:4 Sent", b"MESSAGELIMIT 3 2"),
            (b"COPY 1:* Sent", b"MESSAGELIMIT 3 5"),
            (b"SORT (DATE) UTF-8 ALL", b"MESSAGELIMIT 3"),
            (b"UID THREAD REFS UTF-8 UID 1:4", b"MESSAGELIMIT 3"),
            (b"APPEND Sent {1+}\r\na {1+}\r\nb {1+}\r\nc {1+}\r\nd", b"MESSAGELIMIT 3"),
        ],
    )
    def test_too_many(self, offering: Callable[[str], Server], said: bytes, code: bytes) -> None:
        server = offering(f"{OFFERED} MESSAGELIMIT=3 LITERAL+")
        deliver(server, 7)
        line = selected(server)
        assert line(b"a " + said) == [b"a NO [" + code + b"] No more than 3 messages at once"]
        assert b"MESSAGES 0" in line(b"b STATUS Sent (MESSAGES)")[0]

    def test_as_many_as_that(self, line: Line) -> None:
        assert line(b"a SORT (REVERSE SUBJECT) UTF-8 5:7")[0] == b"* SORT 7 6 5"
        assert line(b"b COPY 1:3 Sent")[0] == b"b OK [COPYUID 1003 1:3 1:3] COPY completed."


class TestTheClient:
    def test_knows_the_limit(self, limited: Server) -> None:
        client = Client(limited)
        assert message_limit(client.connection.session.capabilities or frozenset()) == 3
        client(Select("INBOX"))
        with pytest.raises(CommandError) as refused:
            client(Copy(UidSet("1:7"), "Sent"))
        assert refused.value.response_code == MessageLimit(3, 5)
        assert list(client(Fetch(UidSet("1:7"), (FLAGS,)))) == [7, 6, 5]

    def test_uidafter_and_uidbefore(self, limited: Server) -> None:
        client = Client(limited)
        client(Select("INBOX"))
        assert client(Search(Key("UIDAFTER", (5,)))).uids == UidSet("6:7")
        assert client(Search(Key("UIDBEFORE", (3,)))).uids == UidSet("1:2")
        assert client(Search(Q.subject("m2") & Key("UIDBEFORE", (4,)))).uids == UidSet("2")

    def test_savelimit(self, offering: Callable[[str], Server]) -> None:
        server = offering(f"{OFFERED} SAVELIMIT=2")
        deliver(server, 5)
        client = Client(server)
        assert save_limit(client.connection.session.capabilities or frozenset()) == 2
        client(Select("INBOX"))
        assert len(client(Fetch(UidSet("1:5"), (FLAGS,)))) == 5
        assert client(Copy(UidSet("1:2"), "Sent")) is not None
        with pytest.raises(CommandError):
            client(Copy(UidSet("1:3"), "Sent"))
        with pytest.raises(CommandError):
            client(Append("Sent", (NewMessage(b"x"),) * 3))
