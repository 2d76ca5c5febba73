"""COPY and MOVE."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected


class TestCopy:
    def test_the_new_uids_are_told(self, server: Server, inbox: Line) -> None:
        deliver(server, 2, "Sent")
        assert inbox(b"a COPY 2:3 Sent") == [b"a OK [COPYUID 1003 2:3 3:4] COPY completed."]
        assert inbox(b"b UID COPY 1,99 sent") == [b"b NO [TRYCREATE] Mailbox doesn't exist: sent"]
        assert inbox(b"c UID COPY 99 Sent") == [b"c OK UID COPY completed."]

    def test_flags_and_date_go_along(self, inbox: Line) -> None:
        inbox(b"a STORE 1 +FLAGS (\\Flagged Work)")
        date = inbox(b"b FETCH 1 INTERNALDATE")[0]
        inbox(b"c COPY 1 Sent", b"d SELECT Sent")
        assert inbox(b"e FETCH 1 FLAGS")[0] == b"* 1 FETCH (FLAGS (\\Flagged Work \\Recent))"
        assert inbox(b"f FETCH 1 INTERNALDATE")[0] == date

    def test_into_the_same_mailbox(self, inbox: Line) -> None:
        assert inbox(b"a COPY 1 INBOX") == [b"* 4 EXISTS", b"* 4 RECENT", b"a OK [COPYUID 1001 1 4] COPY completed."]

    def test_from_a_read_only_one(self, inbox: Line) -> None:
        inbox(b"a EXAMINE INBOX")
        assert inbox(b"b COPY 1 Sent")[-1] == b"b OK [COPYUID 1003 1 1] COPY completed."

    def test_without_uidplus_nothing_is_told(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1")
        deliver(server, 1)
        assert selected(server)(b"a COPY 1 Sent") == [b"a OK COPY completed."]

    def test_over_quota(self) -> None:
        with Server() as server:
            server.add_user("ann", quota=30)
            server.deliver("ann", b"x" * 20)
            assert selected(server)(b"a COPY 1 Sent") == [b"a NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"]

    @pytest.mark.parametrize("said", [b"1", b"1 Sent x", b"9 Sent", b"x Sent"])
    def test_mistakes(self, inbox: Line, said: bytes) -> None:
        assert inbox(b"a COPY " + said)[0].startswith(b"a BAD ")


class TestMove:
    def test_they_are_there_and_here_no_more(self, inbox: Line) -> None:
        assert inbox(b"a MOVE 1,3 Sent") == [
            b"* OK [COPYUID 1003 1,3 1:2] Moved UIDs.",
            b"* 3 EXPUNGE",
            b"* 1 EXPUNGE",
            b"* 1 RECENT",
            b"a OK MOVE completed.",
        ]
        assert inbox(b"b UID MOVE 2 Sent")[0] == b"* OK [COPYUID 1003 2 3] Moved UIDs."
        assert inbox(b"c UID MOVE 2 Sent") == [b"c OK UID MOVE completed."]

    def test_into_the_same_mailbox(self, inbox: Line) -> None:
        assert inbox(b"a MOVE 1 INBOX") == [
            b"* OK [COPYUID 1001 1 4] Moved UIDs.",
            b"* 1 EXPUNGE",
            b"* 3 EXISTS",
            b"* 3 RECENT",
            b"a OK MOVE completed.",
        ]

    def test_to_nowhere(self, inbox: Line) -> None:
        assert inbox(b"a MOVE 1 nope") == [b"a NO [TRYCREATE] Mailbox doesn't exist: nope"]
        assert inbox(b"b FETCH 1 UID")[0] == b"* 1 FETCH (UID 1)"

    def test_with_mod_sequences(self, inbox: Line) -> None:
        inbox(b"a FETCH 1 MODSEQ")
        assert inbox(b"b MOVE 1 Sent")[-1] == b"b OK [HIGHESTMODSEQ 5] MOVE completed."

    def test_others_see_it(self, server: Server, inbox: Line) -> None:
        other = logged_in(server)
        other(b"a SELECT Sent", b"b IDLE")
        inbox(b"c MOVE 1 Sent")
        assert other.heard() == [b"* 1 EXISTS", b"* 1 RECENT"]
