"""SELECT, EXAMINE, CLOSE, UNSELECT, CHECK, STATUS, ENABLE, IDLE, EXPUNGE."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected


class TestSelect:
    def test_what_it_tells(self, server: Server, ann: Line) -> None:
        server.deliver("ann", subject="a", flags=["\\Seen", "Work"])
        deliver(server, 1)
        assert ann(b"a SELECT inbox") == [
            b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft Work)",
            b"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft Work \\*)] Flags permitted.",
            b"* 2 EXISTS",
            b"* 2 RECENT",
            b"* OK [UNSEEN 2] First unseen.",
            b"* OK [UIDVALIDITY 1001] UIDs valid",
            b"* OK [UIDNEXT 3] Predicted next UID",
            b"* OK [HIGHESTMODSEQ 3] Highest",
            b"a OK [READ-WRITE] SELECT completed.",
        ]

    def test_read_only(self, server: Server, ann: Line) -> None:
        deliver(server, 1)
        responses = ann(b"a EXAMINE INBOX")
        assert responses[1] == b"* OK [PERMANENTFLAGS ()] Read-only mailbox."
        assert responses[-1] == b"a OK [READ-ONLY] EXAMINE completed."
        for command in (b"STORE 1 +FLAGS (x)", b"EXPUNGE", b"MOVE 1 Sent"):
            assert ann(b"b " + command) == [b"b NO [READ-ONLY] Mailbox is read-only"]
        assert ann(b"c FETCH 1 BODY[TEXT]")[0] == b"* 1 FETCH (BODY[TEXT] {3}\r\n1\r\n)"
        assert selected(server)(b"d STATUS INBOX (RECENT UNSEEN)")[0] == b"* STATUS INBOX (RECENT 0 UNSEEN 1)"

    def test_in_imap4rev2(self) -> None:
        with Server(profile="rfc9051") as server:
            server.add_user("ann")
            line = logged_in(server)
            line("a CREATE Entwürfe".encode(), b"b SELECT Sent")
            responses = line('c SELECT "Entwürfe"'.encode())
            assert responses[:4] == [
                b"* OK [CLOSED] Previous mailbox closed.",
                b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
                b"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags permitted.",
                b"* 0 EXISTS",
            ]
            assert responses[-2] == '* LIST () "/" "Entwürfe"'.encode()
            assert not [response for response in responses if b"RECENT" in response or b"UNSEEN" in response]

    def test_a_failure_leaves_nothing_selected(self, inbox: Line) -> None:
        assert inbox(b"a SELECT nope") == [
            b"* OK [CLOSED] Previous mailbox closed.",
            b"a NO [NONEXISTENT] Mailbox doesn't exist: nope",
        ]
        assert inbox(b"b FETCH 1 UID")[0].endswith(b"not now (authenticated)")

    @pytest.mark.parametrize("said", [b"", b" ", b" INBOX x", b" INBOX (NONSENSE)"])
    def test_mistakes(self, inbox: Line, said: bytes) -> None:
        assert inbox(b"a SELECT" + said)[0].startswith(b"a BAD")
        assert inbox(b"b FETCH 1 UID")[-1] == b"b OK FETCH completed."


class TestLeaving:
    def test_close_expunges_without_a_word(self, server: Server, inbox: Line) -> None:
        inbox(b"a STORE 2 +FLAGS (\\Deleted)")
        assert inbox(b"b CLOSE") == [b"b OK CLOSE completed."]
        assert inbox(b"c STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 2)"
        assert inbox(b"d CLOSE")[0].endswith(b"not now (authenticated)")

    def test_close_of_a_read_only_one_does_not(self, inbox: Line) -> None:
        inbox(b"a STORE 2 +FLAGS (\\Deleted)", b"b EXAMINE INBOX")
        assert inbox(b"c CLOSE") == [b"c OK CLOSE completed."]
        assert inbox(b"d STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 3)"

    def test_unselect_does_not_either(self, inbox: Line) -> None:
        inbox(b"a STORE 2 +FLAGS (\\Deleted)")
        assert inbox(b"b UNSELECT") == [b"b OK UNSELECT completed."]
        assert inbox(b"c STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 3)"

    def test_check(self, inbox: Line) -> None:
        assert inbox(b"a CHECK") == [b"a OK CHECK completed."]


class TestStatus:
    def test_all_items(self, server: Server, ann: Line) -> None:
        server.deliver("ann", b"12345", flags=["\\Seen"])
        server.deliver("ann", b"123", flags=["\\Deleted"])
        assert ann(b"a STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT SIZE HIGHESTMODSEQ)") == [
            b"* STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 1001 UNSEEN 1 RECENT 2 SIZE 8 HIGHESTMODSEQ 3)",
            b"a OK STATUS completed.",
        ]

    def test_items_of_imap4rev2(self) -> None:
        with Server(profile="rfc9051") as server:
            server.add_user("ann")
            server.deliver("ann", b"123", flags=["\\Deleted"])
            line = logged_in(server)
            assert line(b"a STATUS INBOX (DELETED SIZE)")[0] == b"* STATUS INBOX (DELETED 1 SIZE 3)"
            assert line(b"b STATUS INBOX (RECENT)") == [b"b BAD Invalid status item RECENT"]

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b"INBOX (DELETED)", b"BAD Invalid status item DELETED"),
            (b"INBOX ()", b"BAD No status items"),
            (b"nope (MESSAGES)", b"NO [NONEXISTENT] Mailbox doesn't exist: nope"),
        ],
    )
    def test_mistakes(self, ann: Line, said: bytes, answer: bytes) -> None:
        assert ann(b"a STATUS " + said) == [b"a " + answer]


class TestEnable:
    def test_what_is_known(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 IMAP4rev2 ENABLE UTF8=ACCEPT CONDSTORE IDLE"))
        assert line(b"a ENABLE condstore IMAP4rev2 IDLE X-FOO") == [
            b"* ENABLED IMAP4rev2 CONDSTORE",
            b"a OK ENABLE completed.",
        ]
        assert line(b"b ENABLE") == [b"b BAD No capability to enable"]

    def test_imap4rev2_changes_what_is_said(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 IMAP4rev2 ENABLE")
        deliver(server)
        line = logged_in(server)
        line(b"a ENABLE IMAP4rev2", b"b SELECT INBOX")
        assert line(b"c SEARCH ALL") == [b'* ESEARCH (TAG "c") ALL 1:3', b"c OK SEARCH completed."]
        assert line(b"d UID MOVE 2 Sent")[:2] == [b"* OK [COPYUID 1003 2 1] Moved UIDs.", b"* 2 EXPUNGE"]

    def test_before_a_mailbox_is_selected(self, inbox: Line) -> None:
        assert inbox(b"a ENABLE CONDSTORE") == [b"a BAD Error in IMAP command ENABLE: not now (selected)"]


class TestIdle:
    def test_what_happens_is_told_at_once(self, server: Server, inbox: Line) -> None:
        assert inbox(b"a IDLE") == [b"+ idling"]
        deliver(server, 1)
        assert inbox.heard() == [b"* 4 EXISTS", b"* 4 RECENT"]
        other = selected(server)
        other(b"a STORE 2 +FLAGS (\\Seen \\Deleted)")
        assert inbox.heard() == [b"* 2 FETCH (FLAGS (\\Seen \\Deleted \\Recent))"]
        other(b"b EXPUNGE")
        assert inbox.heard() == [b"* 2 EXPUNGE", b"* 3 RECENT"]
        assert inbox(b"done") == [b"a OK IDLE completed."]
        deliver(server, 1)
        assert inbox.heard() == []

    def test_what_happened_before_comes_first(self, server: Server, inbox: Line) -> None:
        deliver(server, 1)
        assert inbox(b"a IDLE") == [b"* 4 EXISTS", b"* 4 RECENT", b"+ idling"]

    def test_only_done_ends_it(self, inbox: Line) -> None:
        assert inbox(b"a IDLE", b"b NOOP", b"c NOOP") == [
            b"+ idling",
            b"a BAD Expected DONE.",
            b"c OK NOOP completed.",
        ]

    def test_without_a_mailbox(self, ann: Line) -> None:
        assert ann(b"a IDLE", b"DONE") == [b"+ idling", b"a OK IDLE completed."]

    def test_the_mailbox_is_deleted_meanwhile(self, server: Server) -> None:
        line = selected(server, b"Junk")
        line(b"a IDLE")
        logged_in(server)(b"a DELETE Junk")
        assert line.heard() == [b"* BYE The selected mailbox was deleted"]
        assert line.closed


class TestExpunge:
    def test_what_is_deleted_goes(self, inbox: Line) -> None:
        inbox(b"a STORE 1,3 +FLAGS.SILENT (\\Deleted)")
        assert inbox(b"b EXPUNGE") == [b"* 3 EXPUNGE", b"* 1 EXPUNGE", b"* 1 RECENT", b"b OK EXPUNGE completed."]
        assert inbox(b"c UID SEARCH ALL")[0] == b"* SEARCH 2"

    def test_by_uid(self, inbox: Line) -> None:
        inbox(b"a STORE 1,3 +FLAGS.SILENT (\\Deleted)")
        assert inbox(b"b UID EXPUNGE 2:3,99") == [b"* 3 EXPUNGE", b"* 2 RECENT", b"b OK UID EXPUNGE completed."]

    def test_a_client_that_knows_mod_sequences_is_told(self, inbox: Line) -> None:
        inbox(b"a STATUS INBOX (HIGHESTMODSEQ)", b"b STORE 1 +FLAGS.SILENT (\\Deleted)")
        assert inbox(b"c EXPUNGE")[-1] == b"c OK [HIGHESTMODSEQ 6] EXPUNGE completed."

    def test_no_uid_without_a_set(self, inbox: Line) -> None:
        assert inbox(b"a UID EXPUNGE")[0].startswith(b"a BAD")
