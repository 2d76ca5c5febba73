"""SEARCH and UID SEARCH."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected

DAY = dt.datetime(2024, 2, 3, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))


@pytest.fixture
def library(server: Server) -> Line:
    """Four messages, UIDs 1, 2, 4 and 5."""
    deliver(server, 5)
    line = selected(server)
    line(b"x STORE 3 +FLAGS (\\Deleted)", b"y EXPUNGE", b"z STORE 2 +FLAGS (\\Seen Work)")
    server.deliver(
        "ann",
        "Subject: =?utf-8?q?Gr=C3=BCn?=\nFrom: Zoë <z@example.org>\nDate: Sat, 3 Feb 2024 23:30 +0900\n"
        "Content-Type: text/plain; charset=utf-8\n\nDas Gras wächst.\n".encode(),
        received=DAY,
        flags=["\\Flagged"],
    )
    line(b"n STATUS INBOX (HIGHESTMODSEQ)")
    return line


class TestKeys:
    @pytest.mark.parametrize(
        ("keys", "found"),
        [
            (b"ALL", b"1 2 3 4 5"),
            (b"SEEN", b"2"),
            (b"UNSEEN FLAGGED", b"5"),
            (b"NOT SEEN NOT FLAGGED", b"1 3 4"),
            (b"OR SEEN FLAGGED", b"2 5"),
            (b"(SEEN KEYWORD work)", b"2"),
            (b"OR (SEEN KEYWORD work) SUBJECT m1", b"1 2"),
            (b"NOT (OR SEEN FLAGGED)", b"1 3 4"),
            (b"2:3", b"2 3"),
            (b"*", b"5"),
            (b"4:99", b"4 5"),
            (b"99", b""),
            (b"UID 4:*", b"3 4 5"),
            (b"UID 99:*", b"5"),
            (b"UID 3", b""),
            (b"NOT UID 3", b"1 2 3 4 5"),
            (b'SUBJECT "gr\xc3\xbcn"', b"5"),
            (b"SUBJECT {5+}\r\nGR\xc3\x9cN", b"5"),
            (b'FROM "zo\xc3\xab"', b"5"),
            (b'BODY "w\xc3\xa4chst"', b"5"),
            (b"TEXT z@example.org", b"5"),
            (b"HEADER from example", b"5"),
            (b'HEADER date ""', b"5"),
            (b"ON 3-Feb-2024", b"5"),
            (b'BEFORE "4-Feb-2024"', b"5"),
            (b"SINCE 4-Feb-2024", b"1 2 3 4"),
            (b"SENTON 3-Feb-2024", b"5"),
            (b"SENTBEFORE 4-Feb-2024", b"5"),
            (b"LARGER 30", b"5"),
            (b"SMALLER 30", b"1 2 3 4"),
            (b"YOUNGER 3600", b"1 2 3 4"),
            (b"OLDER 3600", b"5"),
            (b"NEW", b"1 3 4 5"),
            (b"OLD", b""),
            (b"RECENT", b"1 2 3 4 5"),
            (b"MODSEQ 9", b"2 5 (MODSEQ 10)"),
            (b'MODSEQ "/flags/\\\\draft" all 10', b"5 (MODSEQ 10)"),
            (b'OR SEEN MODSEQ "/flags/x" PRIV 10', b"2 5 (MODSEQ 10)"),
            (b"MODSEQ 99", b""),
        ],
    )
    def test_each(self, library: Line, keys: bytes, found: bytes) -> None:
        assert library(b"a SEARCH " + keys) == [(b"* SEARCH " + found).rstrip(), b"a OK SEARCH completed."]

    def test_by_uid(self, library: Line) -> None:
        assert library(b"a UID SEARCH UNSEEN UNFLAGGED")[0] == b"* SEARCH 1 4 5"

    @pytest.mark.parametrize(
        "said",
        [
            b"",
            b" ",
            b" ()",
            b" NONSENSE",
            b" OR SEEN",
            b" NOT",
            b" (SEEN",
            b" SEEN)",
            b" SEEN  ",
            b" ON 31-Feb-2024",
            b" ON yesterday",
            b" LARGER x",
            b" KEYWORD \\Seen",
            b" UID x",
            b" 0",
            b' HEADER "a b" x',
            b" CHARSET UTF-8",
            b" RETURN (NONSENSE) ALL",
            b" RETURN (MIN)",
            b" EMAILID M1",
            b' MODSEQ "/flags/x" nobody 1',
            b' MODSEQ "x" all 1',
            b' MODSEQ "/flags/x" 1',
            b' MODSEQ "/flags/\\\\Recent" all 1',
            b" " + b"NOT " * 60 + b"SEEN",
        ],
    )
    def test_mistakes(self, library: Line, said: bytes) -> None:
        (answer,) = library(b"a SEARCH" + said)
        assert answer.startswith(b"a BAD ")


class TestCharsets:
    @pytest.mark.parametrize("charset", [b"UTF-8", b"utf-8", b'"US-ASCII"'])
    def test_known(self, library: Line, charset: bytes) -> None:
        assert library(b"a SEARCH CHARSET " + charset + b" SUBJECT m1")[0] == b"* SEARCH 1"

    def test_unknown(self, library: Line) -> None:
        assert library(b"a SEARCH CHARSET KOI8-R SUBJECT x") == [b"a NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset"]


class TestReturn:
    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b"RETURN () ALL", b" ALL 1:5"),
            (b"RETURN (MIN MAX ALL COUNT) UNSEEN", b" MIN 1 MAX 5 ALL 1,3:5 COUNT 4"),
            (b"RETURN (COUNT) DRAFT", b" COUNT 0"),
            (b"RETURN (MIN ALL) DRAFT", b""),
            (b"return (max) CHARSET UTF-8 UNSEEN", b" MAX 5"),
            (b"RETURN (ALL) MODSEQ 9", b" ALL 2,5 MODSEQ 10"),
        ],
    )
    def test_options(self, library: Line, said: bytes, answer: bytes) -> None:
        assert library(b"a SEARCH " + said)[0] == b'* ESEARCH (TAG "a")' + answer

    def test_by_uid(self, library: Line) -> None:
        assert library(b"a UID SEARCH RETURN (ALL) 3:5")[0] == b'* ESEARCH (TAG "a") UID ALL 4:6'

    def test_where_it_is_not_offered(self) -> None:
        with Server(profile="minimal") as server:
            server.add_user("ann")
            assert selected(server)(b"a SEARCH RETURN (ALL) ALL") == [b"a BAD Unknown argument RETURN"]

    def test_in_imap4rev2_every_answer_is_esearch(self) -> None:
        with Server(profile="rfc9051") as server:
            server.add_user("ann")
            deliver(server, 2)
            line = selected(server)
            assert line(b"a SEARCH ALL")[0] == b'* ESEARCH (TAG "a") ALL 1:2'
            assert line(b"b SEARCH OLD") == [b"b BAD Unknown argument OLD"]


class TestSave:
    def test_the_result_can_be_used(self, library: Line) -> None:
        assert library(b"a SEARCH RETURN (SAVE) UNSEEN") == [b"a OK SEARCH completed."]
        assert library(b"b UID SEARCH $ SMALLER 30")[0] == b"* SEARCH 1 4 5"
        assert library(b"c SEARCH UID $")[0] == b"* SEARCH 1 3 4 5"
        assert library(b"d COPY $ Junk")[0] == b"d OK [COPYUID 1004 1,4:6 1:4] COPY completed."
        assert [response.split()[1] for response in library(b"e FETCH $ UID")[:-1]] == [b"1", b"3", b"4", b"5"]

    def test_minimum_and_maximum_alone(self, library: Line) -> None:
        assert library(b"a SEARCH RETURN (SAVE MIN) UNSEEN")[0] == b'* ESEARCH (TAG "a") MIN 1'
        assert library(b"b SEARCH $")[0] == b"* SEARCH 1"
        library(b"c SEARCH RETURN (SAVE MIN MAX) UNSEEN")
        assert library(b"d SEARCH $")[0] == b"* SEARCH 1 5"
        library(b"e SEARCH RETURN (SAVE MIN COUNT) UNSEEN")
        assert library(b"f SEARCH $")[0] == b"* SEARCH 1 3 4 5"

    def test_what_is_expunged_leaves_it(self, library: Line) -> None:
        library(b"a SEARCH RETURN (SAVE) ALL", b"b STORE 1 +FLAGS (\\Deleted)", b"c EXPUNGE")
        assert library(b"d UID SEARCH $")[0] == b"* SEARCH 2 4 5 6"

    def test_a_failed_search_empties_it(self, library: Line) -> None:
        library(b"a SEARCH RETURN (SAVE) ALL")
        library(b"b SEARCH RETURN (SAVE) NONSENSE")
        assert library(b"c SEARCH $")[0] == b"* SEARCH 1 2 3 4 5"
        library(b"d SEARCH RETURN (SAVE) CHARSET X ALL")
        assert library(b"e SEARCH $")[0] == b"* SEARCH"

    def test_where_it_is_not_offered(self, offering: Callable[[str], Server]) -> None:
        line = selected(offering("IMAP4rev1 ESEARCH"))
        assert line(b"a SEARCH RETURN (SAVE) ALL") == [b"a BAD Unknown return option SAVE"]


def test_objectid(offering: Callable[[str], Server]) -> None:
    server = offering("IMAP4rev1 OBJECTID")
    deliver(server, 2)
    line = logged_in(server)
    line(b"a SELECT INBOX")
    identifier = line(b"b FETCH 2 EMAILID")[0].split(b"(")[2].rstrip(b")")
    assert line(b"c SEARCH EMAILID " + identifier)[0] == b"* SEARCH 2"
    assert line(b"d SEARCH THREADID x")[0] == b"* SEARCH"
