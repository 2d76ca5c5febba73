"""FETCH and UID FETCH."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected
from tests.testing.nasty import MESSAGES, crlf

RECEIVED = dt.datetime(2024, 2, 3, 4, 5, 6, tzinfo=dt.timezone(dt.timedelta(hours=1)))


@pytest.fixture
def one(server: Server) -> Line:
    """A connection to an INBOX with one message that has everything."""
    server.deliver("ann", MESSAGES["everything"], received=RECEIVED, flags=["\\Flagged"])
    return selected(server)


ENVELOPE = (
    b'ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800 (PST)" "=?utf-8?B?4piD?= re: test (1)" '
    b'(("Fred \\"F\\" Foobar" NIL "foobar" "blurdybloop.example")) '
    b'(("=?utf-8?Q?Ren=C3=A9?=" NIL "rene" "x.test")) '
    b'(("Fred \\"F\\" Foobar" NIL "foobar" "blurdybloop.example")) '
    b'((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) '
    b'((NIL NIL "group" NIL)(NIL NIL "a" "x.test")("b, c" NIL "b" "x.test")(NIL NIL NIL NIL)) '
    b'NIL "<parent@x>" "<B27397-0100000@blurdybloop.example>")'
)
BODY = (
    b'BODY (("text" "plain" ("charset" "utf-8") NIL NIL "8bit" 6 0)'
    b'("message" "rfc822" NIL NIL NIL "7bit" 305 '
    b'(NIL "inner" ((NIL NIL "in" "x.test")) ((NIL NIL "in" "x.test")) ((NIL NIL "in" "x.test")) NIL NIL NIL NIL NIL) '
    b'(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3 0)'
    b'("text" "html" ("charset" "us-ascii") NIL NIL "base64" 16 0) "alternative") 16)'
    b'("application" "octet-stream" ("name" "x.bin") "<cid@x>" "\\"desc\\"" "base64" 8) "mixed")'
)
SIZE = b"RFC822.SIZE %d" % len(MESSAGES["everything"])
DATE = b'INTERNALDATE " 3-Feb-2024 04:05:06 +0100"'
FLAGS = b"FLAGS (\\Flagged \\Recent)"


class TestItems:
    @pytest.mark.parametrize(
        ("asked", "answer"),
        [
            (b"UID", b"UID 1"),
            (b"flags", FLAGS),
            (b"(INTERNALDATE RFC822.SIZE)", DATE + b" " + SIZE),
            (b"FAST", b" ".join((FLAGS, DATE, SIZE))),
            (b"ALL", b" ".join((FLAGS, DATE, SIZE, ENVELOPE))),
            (b"FULL", b" ".join((FLAGS, DATE, SIZE, ENVELOPE, BODY))),
            (b"BODY.PEEK[3]", b"BODY[3] {8}\r\nAAECAwQ="),
            (b"BODY.PEEK[3]<2.3>", b"BODY[3]<2> {3}\r\nECA"),
            (b"BODY.PEEK[3]<99.3>", b"BODY[3]<99> {0}\r\n"),
            (b"BODY.PEEK[4]", b"BODY[4] NIL"),
            (b"BODY.PEEK[1.HEADER]", b"BODY[1.HEADER] NIL"),
            (
                b"BODY.PEEK[2.header.fields (subject {4+}\r\nFrom)]",
                b"BODY[2.HEADER.FIELDS (SUBJECT FROM)] {35}\r\nFrom: in@x.test\r\nSubject: inner\r\n\r\n",
            ),
            (b"BINARY.PEEK[3]", b"BINARY[3] ~{5}\r\n\0\1\2\3\4"),
            (b"BINARY.PEEK[3]<1.2>", b"BINARY[3]<1> {2}\r\n\1\2"),
            (b"BINARY.SIZE[3]", b"BINARY.SIZE[3] 5"),
            (b"BINARY.SIZE[9]", b"BINARY.SIZE[9] 0"),
            (b"BINARY.PEEK[9]", b"BINARY[9] NIL"),
            (b"PREVIEW", b"PREVIEW {6}\r\nh\xc3\xa9llo"),
            (b"PREVIEW (LAZY)", b"PREVIEW {6}\r\nh\xc3\xa9llo"),
        ],
    )
    def test_each(self, one: Line, asked: bytes, answer: bytes) -> None:
        assert one(b"a FETCH 1 " + asked) == [b"* 1 FETCH (" + answer + b")", b"a OK FETCH completed."]

    @pytest.mark.parametrize("item", [b"RFC822", b"RFC822.TEXT", b"BODY[]", b"BODY[TEXT]", b"BINARY[1]"])
    def test_what_marks_a_message_seen(self, one: Line, item: bytes) -> None:
        first = one(b"a FETCH 1 " + item)[0]
        assert first.endswith(b" FLAGS (\\Flagged \\Seen \\Recent))")
        assert one(b"b FETCH 1 " + item)[0] == first.replace(b" FLAGS (\\Flagged \\Seen \\Recent)", b"")
        assert one(b"c NOOP") == [b"c OK NOOP completed."]

    def test_flags_that_were_asked_for_are_told_once(self, one: Line) -> None:
        assert one(b"a FETCH 1 (BODY[3]<0.1> FLAGS)")[0] == (
            b"* 1 FETCH (BODY[3]<0> {1}\r\nA FLAGS (\\Flagged \\Seen \\Recent))"
        )

    def test_what_does_not(self, one: Line) -> None:
        one(b"a FETCH 1 (RFC822.HEADER BODY.PEEK[] BODY BINARY.SIZE[1] PREVIEW)")
        assert one(b"b FETCH 1 FLAGS")[0] == b"* 1 FETCH (FLAGS (\\Flagged \\Recent))"

    def test_nul_cannot_be_in_a_literal(self, server: Server) -> None:
        server.deliver("ann", b"\r\na\0b")
        assert selected(server)(b"a FETCH 1 BODY.PEEK[TEXT]")[0] == b"* 1 FETCH (BODY[TEXT] {3}\r\na\x80b)"

    def test_an_unknown_encoding(self, server: Server) -> None:
        server.deliver("ann", b"Content-Transfer-Encoding: x-odd\n\nbody")
        assert selected(server)(b"a FETCH 1 BINARY.PEEK[1]") == [b"a NO [UNKNOWN-CTE] Unknown transfer encoding"]

    def test_ids_and_dates(self) -> None:
        with Server(profile="rfc9051") as server:
            server.add_user("ann")
            server.deliver("ann", b"a")
            line = selected(server)
            first = line(b"a FETCH 1 (EMAILID THREADID SAVEDATE)")[0]
            assert first.startswith(b"* 1 FETCH (EMAILID (M")
            assert b" THREADID (T" in first
            assert b") SAVEDATE " in first
            line(b"b COPY 1 Sent", b"c SELECT Sent")
            email_id = first[first.index(b"EMAILID") : first.index(b")")]
            assert email_id in line(b"d FETCH 1 EMAILID")[0]
            assert line(b"e FETCH 1 RFC822") == [b"e BAD Unknown item RFC822"]

    def test_utf8_where_the_client_knows_of_it(self) -> None:
        message = "Subject: Grün\n\n".encode()
        with Server(profile="rfc9051") as server:
            server.add_user("ann")
            server.deliver("ann", message)
            assert '(NIL "Grün" NIL'.encode() in selected(server)(b"a FETCH 1 ENVELOPE")[0]


class TestNumbers:
    def test_by_uid(self, inbox: Line) -> None:
        assert inbox(b"a UID FETCH 3,1,99 (FLAGS)") == [
            b"* 1 FETCH (UID 1 FLAGS (\\Recent))",
            b"* 3 FETCH (UID 3 FLAGS (\\Recent))",
            b"a OK UID FETCH completed.",
        ]
        assert inbox(b"b UID FETCH 2 (FLAGS UID)")[0] == b"* 2 FETCH (FLAGS (\\Recent) UID 2)"

    @pytest.mark.parametrize(
        ("numbers", "found"),
        [(b"*", [3]), (b"2:*", [2, 3]), (b"*:2", [2, 3]), (b"3:1", [1, 2, 3]), (b"1,1:2,2", [1, 2])],
    )
    def test_sets(self, inbox: Line, numbers: bytes, found: list[int]) -> None:
        answer = [b"* %d FETCH (UID %d)" % (number, number) for number in found]
        assert inbox(b"a FETCH " + numbers + b" UID")[:-1] == answer
        assert inbox(b"a UID FETCH " + numbers + b" UID")[:-1] == answer

    def test_a_star_beyond_the_last_uid_is_the_last(self, inbox: Line) -> None:
        assert inbox(b"a UID FETCH 9:* UID")[:-1] == [b"* 3 FETCH (UID 3)"]

    @pytest.mark.parametrize("numbers", [b"4", b"1:4", b"0", b"01", b"1,", b"x", b"1:2:3", b"99999999999"])
    def test_numbers_that_are_nobody_s(self, inbox: Line, numbers: bytes) -> None:
        assert inbox(b"a FETCH " + numbers + b" UID") == [b"a BAD Invalid messageset"]

    def test_in_an_empty_mailbox(self, server: Server) -> None:
        line = selected(server)
        assert line(b"a FETCH 1:* UID") == [b"a BAD Invalid messageset"]
        assert line(b"b UID FETCH 1:* UID") == [b"b OK UID FETCH completed."]


class TestMistakes:
    @pytest.mark.parametrize(
        "said",
        [
            b"1",
            b"1 ",
            b"1 ()",
            b"1 (ALL)",
            b"1 NONSENSE",
            b"1 ?",
            b"1 (UID",
            b"1 UID FLAGS",
            b"1 BODY[",
            b"1 BODY[0]",
            b"1 BODY[1.]",
            b"1 BODY[.TEXT]",
            b"1 BODY[MIME]",
            b"1 BODY[HEADER.FIELDS]",
            b"1 BODY[HEADER.FIELDS ()]",
            b"1 BODY[]<0.0>",
            b"1 BODY.PEEK",
            b"1 BINARY[TEXT]",
            b"1 BINARY.SIZE",
            b"1 UID (NONSENSE 1)",
        ],
    )
    def test_are_refused(self, inbox: Line, said: bytes) -> None:
        (answer,) = inbox(b"a FETCH " + said)
        assert answer.startswith(b"a BAD ")

    def test_what_is_not_offered(self) -> None:
        with Server(profile="minimal") as server:
            server.add_user("ann")
            deliver(server, 1)
            line = selected(server)
            for item in (b"MODSEQ", b"PREVIEW", b"SAVEDATE", b"EMAILID", b"BINARY[1]", b"UID (CHANGEDSINCE 1)"):
                assert line(b"a FETCH 1 " + item)[0].startswith(b"a BAD Unknown")


class TestModSequences:
    def test_modseq(self, inbox: Line) -> None:
        # RFC 7162, 3.1: the first command that shows that the client knows of them is told the highest.
        assert inbox(b"a FETCH 2 MODSEQ") == [
            b"* OK [HIGHESTMODSEQ 4] Highest",
            b"* 2 FETCH (MODSEQ (3))",
            b"a OK FETCH completed.",
        ]
        assert inbox(b"b FETCH 2 MODSEQ")[0] == b"* 2 FETCH (MODSEQ (3))"

    def test_changedsince(self, inbox: Line) -> None:
        assert inbox(b"a UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3)") == [
            b"* OK [HIGHESTMODSEQ 4] Highest",
            b"* 3 FETCH (UID 3 FLAGS (\\Recent) MODSEQ (4))",
            b"a OK UID FETCH completed.",
        ]
        assert inbox(b"b FETCH 1:* (MODSEQ) (CHANGEDSINCE 3)")[0] == b"* 3 FETCH (MODSEQ (4))"

    def test_from_then_on_changes_carry_it(self, server: Server, inbox: Line) -> None:
        inbox(b"a FETCH 1 MODSEQ")
        selected(server)(b"a STORE 2 +FLAGS (\\Seen)")
        assert inbox(b"b NOOP")[0] == b"* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent) MODSEQ (5))"
        assert inbox(b"c FETCH 1 BODY[TEXT]")[0].endswith(b"FLAGS (\\Seen \\Recent) MODSEQ (6))")

    def test_select_with_condstore(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 CONDSTORE")
        deliver(server, 1)
        line = logged_in(server)
        assert b"* OK [HIGHESTMODSEQ 2] Highest" in line(b"a SELECT INBOX (CONDSTORE)")
        assert line(b"b STORE 1 +FLAGS.SILENT (x)")[-2] == b"* 1 FETCH (UID 1 MODSEQ (3))"


def test_the_message_of_the_fixture_is_what_it_seems() -> None:
    assert crlf("\xe9\n") == b"\xe9\r\n"
