"""APPEND."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, logged_in, selected


class TestOne:
    def test_with_everything(self, ann: Line) -> None:
        assert ann(b'a APPEND Sent (\\Seen Work) " 7-Feb-1994 21:52:25 -0800" {3}') == [b"+ OK"]
        assert ann(b"abc") == [b"a OK [APPENDUID 1003 1] APPEND completed."]
        ann(b"b SELECT Sent")
        assert ann(b"c FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[])")[0] == (
            b'* 1 FETCH (FLAGS (\\Seen Work \\Recent) INTERNALDATE " 7-Feb-1994 21:52:25 -0800" BODY[] {3}\r\nabc)'
        )

    def test_to_the_selected_mailbox(self, inbox: Line) -> None:
        assert inbox(b"a APPEND inbox {1+}", b"x") == [
            b"* 4 EXISTS",
            b"* 4 RECENT",
            b"a OK [APPENDUID 1001 4] APPEND completed.",
        ]

    def test_without_uidplus(self, offering: Callable[[str], Server]) -> None:
        assert logged_in(offering("IMAP4rev1 LITERAL+"))(b"a APPEND INBOX {1+}", b"x") == [b"a OK APPEND completed."]

    def test_octets_that_only_a_literal8_takes(self, ann: Line) -> None:
        assert ann(b"a APPEND INBOX {3+}", b"a\0b") == [b"a BAD A NUL octet, which only a literal8 takes"]
        assert ann(b"b APPEND INBOX ~{3+}", b"a\0b") == [b"b OK [APPENDUID 1001 1] APPEND completed."]

    def test_utf8(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 LITERAL+ ENABLE UTF8=ACCEPT"))
        line(b"e ENABLE UTF8=ACCEPT")
        assert line(b"a APPEND INBOX UTF8 (~{2+}", b"\xc3\xa9)") == [b"a OK APPEND completed."]
        assert line(b"b APPEND INBOX ~{2+}", b"\xc3\xa9") == [b"b BAD literal8 is not offered here"]

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b"nope {1+}\r\nx", b"NO [TRYCREATE] Mailbox doesn't exist: nope"),
            (b"INBOX {0+}\r\n", b"NO Can't save a message of no octets"),
            (b"INBOX (\\Recent) {1+}\r\nx", b"BAD Invalid flag \\Recent"),
            (b'INBOX "yesterday" {1+}\r\nx', b"BAD Invalid internal date"),
            (b"INBOX", b"BAD Error in IMAP command APPEND: a space expected at 14: b''"),
            (b"INBOX (\\Seen) ", b"BAD Error in IMAP command APPEND: an atom expected at 23: b''"),
            (b"INBOX x", b"BAD Error in IMAP command APPEND: a literal expected at 15: b'x'"),
            (b"INBOX {1+}\r\nx y", b"BAD Error in IMAP command APPEND: a literal expected at 22: b'y'"),
        ],
    )
    def test_mistakes(self, ann: Line, said: bytes, answer: bytes) -> None:
        assert ann(b"a APPEND " + said) == [b"a " + answer]
        assert ann(b"b STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 0)"


class TestSeveral:
    def test_all_of_them(self, ann: Line) -> None:
        assert ann(b"a APPEND INBOX (\\Seen) {1+}", b"x {2+}", b"yy") == [
            b"a OK [APPENDUID 1001 1:2] APPEND completed."
        ]

    def test_or_none(self) -> None:
        with Server() as server:
            server.add_user("ann", quota=10)
            line = logged_in(server)
            assert line(b"a APPEND INBOX {6+}", b"123456 {6+}", b"123456") == [
                b"a NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"
            ]
            assert line(b"b STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 0)"

    def test_where_it_is_not_offered(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 LITERAL+"))
        assert line(b"a APPEND INBOX {1+}", b"x {1+}", b"y") == [b"a BAD One message at a time"]


class TestRefusalsBeforeTheOctets:
    def test_over_quota(self) -> None:
        with Server() as server:
            server.add_user("ann", quota=10)
            assert logged_in(server)(b"a APPEND INBOX {11}") == [
                b"a NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"
            ]

    def test_a_mailbox_that_is_a_literal_is_judged_later(self, ann: Line) -> None:
        assert ann(b"a APPEND {4}") == [b"+ OK"]
        assert ann(b"nope {1}") == [b"+ OK"]
        assert ann(b"x") == [b"a NO [TRYCREATE] Mailbox doesn't exist: nope"]

    def test_idlers_are_told_of_an_append(self, server: Server, ann: Line) -> None:
        other = selected(server)
        other(b"a IDLE")
        ann(b"b APPEND INBOX {1+}", b"x")
        assert other.heard() == [b"* 1 EXISTS", b"* 1 RECENT"]
