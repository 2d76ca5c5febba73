"""STORE and UID STORE."""

from __future__ import annotations

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, selected


class TestFlags:
    def test_add_remove_replace(self, inbox: Line) -> None:
        assert inbox(b"a STORE 2 +FLAGS (\\Seen \\flagged)") == [
            b"* 2 FETCH (FLAGS (\\Seen \\Flagged \\Recent))",
            b"a OK STORE completed.",
        ]
        assert inbox(b"b STORE 2 -FLAGS (\\SEEN)")[0] == b"* 2 FETCH (FLAGS (\\Flagged \\Recent))"
        assert inbox(b"c STORE 2 FLAGS (\\Draft)")[0] == b"* 2 FETCH (FLAGS (\\Draft \\Recent))"
        assert inbox(b"d STORE 2 FLAGS ()")[0] == b"* 2 FETCH (FLAGS (\\Recent))"

    def test_without_parentheses(self, inbox: Line) -> None:
        assert inbox(b"a STORE 1 +flags \\Seen \\Draft")[0] == b"* 1 FETCH (FLAGS (\\Seen \\Draft \\Recent))"

    def test_silent(self, inbox: Line) -> None:
        assert inbox(b"a STORE 1:3 +FLAGS.SILENT (\\Seen)") == [b"a OK STORE completed."]
        assert inbox(b"b FETCH 3 FLAGS")[0] == b"* 3 FETCH (FLAGS (\\Seen \\Recent))"

    def test_by_uid(self, inbox: Line) -> None:
        assert inbox(b"a UID STORE 2,99 +FLAGS (\\Seen)") == [
            b"* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent))",
            b"a OK UID STORE completed.",
        ]

    def test_a_new_keyword_is_announced(self, inbox: Line) -> None:
        assert inbox(b"a STORE 1 +FLAGS ($Label)") == [
            b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Label)",
            b"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Label \\*)] Flags permitted.",
            b"* 1 FETCH (FLAGS ($Label \\Recent))",
            b"a OK STORE completed.",
        ]
        assert inbox(b"b STORE 2 +FLAGS ($LABEL)") == [
            b"* 2 FETCH (FLAGS ($Label \\Recent))",
            b"b OK STORE completed.",
        ]

    @pytest.mark.parametrize(
        "said",
        [
            b"1 +FLAGS (\\Recent)",
            b"1 +FLAGS (\\Nonsense)",
            b"1 +FLAGS (a]b)",
            b"1 +FLAGS (\\Seen) x",
            b"1 +FLAGS (\\Seen",
            b"1 +FLAGS (a {3+}\r\nb c)",  # found by tools/fuzz
            b"1 FLAG (\\Seen)",
            b"1 *FLAGS (\\Seen)",
            b"1 +FLAGS",
            b"9 +FLAGS (\\Seen)",
            b"1 (NONSENSE 1) +FLAGS (\\Seen)",
        ],
    )
    def test_mistakes(self, inbox: Line, said: bytes) -> None:
        (answer,) = inbox(b"a STORE " + said)
        assert answer.startswith(b"a BAD ")
        assert inbox(b"b FETCH 1 FLAGS")[0] == b"* 1 FETCH (FLAGS (\\Recent))"


class TestUnchangedSince:
    def test_what_changed_is_left_alone(self, server: Server, inbox: Line) -> None:
        selected(server)(b"a STORE 2 +FLAGS (\\Seen)")
        assert inbox(b"b UID STORE 1:3 (UNCHANGEDSINCE 4) +FLAGS.SILENT (\\Flagged)") == [
            b"* OK [HIGHESTMODSEQ 5] Highest",
            b"* 1 FETCH (UID 1 MODSEQ (6))",
            b"* 3 FETCH (UID 3 MODSEQ (6))",
            b"* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent) MODSEQ (5))",
            b"b OK [MODIFIED 2] Conditional store failed.",
        ]

    def test_flags_that_stay_keep_their_modseq(self, inbox: Line) -> None:
        assert inbox(b"a STORE 1 (UNCHANGEDSINCE 4) -FLAGS (\\Seen)") == [
            b"* OK [HIGHESTMODSEQ 4] Highest",
            b"* 1 FETCH (UID 1 FLAGS (\\Recent) MODSEQ (2))",
            b"a OK STORE completed.",
        ]
