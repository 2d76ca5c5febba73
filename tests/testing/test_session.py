"""Greeting, tags, states, literals, pipelining: what is the same for all commands."""

from __future__ import annotations

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected

DOVECOT = (
    b"IMAP4rev1 SASL-IR ID ENABLE IDLE MULTIAPPEND UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED CONDSTORE ESEARCH "
    b"SEARCHRES WITHIN LIST-STATUS BINARY MOVE PREVIEW STATUS=SIZE SAVEDATE LITERAL+ SPECIAL-USE COMPRESS=DEFLATE"
)


class TestTheBeginning:
    def test_the_greeting_tells_the_capabilities(self) -> None:
        with Server(profile="minimal") as server:
            assert Line(server.open_stream()).greeting == [
                b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] imapkit test server ready."
            ]

    def test_before_and_after_the_login(self, line: Line) -> None:
        before = line(b"a CAPABILITY")
        assert before[0].startswith(b"* CAPABILITY " + DOVECOT + b" AUTH=PLAIN AUTH=LOGIN")
        assert before[1] == b"a OK CAPABILITY completed."
        line(b"b LOGIN ann pw")
        assert line(b"c CAPABILITY")[0] == b"* CAPABILITY " + DOVECOT

    def test_where_tls_is_wanted_nobody_logs_in_without(self, server: Server) -> None:
        line = Line(server.open_stream(tls="starttls"))
        offered = line(b"a CAPABILITY")[0].split()
        assert {b"STARTTLS", b"LOGINDISABLED", b"AUTH=CRAM-MD5", b"AUTH=SCRAM-SHA-256"} <= set(offered)
        assert not {b"AUTH=PLAIN", b"AUTH=LOGIN", b"AUTH=XOAUTH2", b"AUTH=OAUTHBEARER"} & set(offered)


class TestCommands:
    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b"a NOOP", b"a OK NOOP completed."),
            (b"a noop", b"a OK NOOP completed."),
            (b"", b"* BAD Error in IMAP command received by server."),
            (b"a", b"a BAD Error in IMAP command received by server."),
            (b"a  NOOP", b"a BAD Error in IMAP command received by server."),
            (b"+a NOOP", b"* BAD Error in IMAP command received by server."),
            (b'"a" NOOP', b"* BAD Error in IMAP command received by server."),
            (b"a NOOP x", b"a BAD Error in IMAP command NOOP: the end of the command expected at 7: b'x'"),
            (b"a FOO", b"a BAD Error in IMAP command FOO: Unknown command"),
            (b"a UID", b"a BAD Error in IMAP command UID: Unknown command"),
            (b"a UID NOOP", b"a BAD Error in IMAP command UID NOOP: Unknown command"),
            (b"a SELECT INBOX", b"a BAD Error in IMAP command SELECT: not now (not authenticated)"),
        ],
    )
    def test_before_the_login(self, line: Line, said: bytes, answer: bytes) -> None:
        assert line(said) == [answer]

    def test_a_login_once_is_enough(self, ann: Line) -> None:
        assert ann(b"a LOGIN bob pw") == [b"a BAD Error in IMAP command LOGIN: not now (authenticated)"]

    def test_commands_of_a_selected_mailbox(self, ann: Line) -> None:
        assert ann(b"a FETCH 1 UID") == [b"a BAD Error in IMAP command FETCH: not now (authenticated)"]

    def test_a_command_that_is_not_offered_is_unknown(self) -> None:
        with Server(profile="minimal") as server:
            server.add_user("ann")
            line = selected(server)
            for command in (b"ID NIL", b"MOVE 1 Sent", b"UNSELECT", b"NAMESPACE", b"IDLE", b"ENABLE CONDSTORE"):
                assert line(b"a " + command)[-1].endswith(b": Unknown command")

    def test_pipelined_commands_are_answered_in_order(self, inbox: Line) -> None:
        assert inbox(b"a NOOP", b"b FETCH 1 UID", b"c FETCH 2 UID") == [
            b"a OK NOOP completed.",
            b"* 1 FETCH (UID 1)",
            b"b OK FETCH completed.",
            b"* 2 FETCH (UID 2)",
            b"c OK FETCH completed.",
        ]

    def test_octet_by_octet(self, ann: Line) -> None:
        heard = [response for octet in b"a APPEND Sent {2+}\r\nhi\r\n" for response in ann.raw(bytes([octet]))]
        assert heard == [b"a OK [APPENDUID 1003 1] APPEND completed."]

    def test_logout(self, inbox: Line) -> None:
        assert inbox(b"a LOGOUT", b"b NOOP") == [b"* BYE Logging out", b"a OK LOGOUT completed."]
        assert inbox.closed

    def test_id(self, line: Line) -> None:
        answer = [b'* ID ("name" "imapkit.testing" "support-url" NIL)', b"a OK ID completed."]
        assert line(b'a ID ("name" "x" "version" NIL)') == answer
        assert line(b"a ID NIL") == answer

    @pytest.mark.parametrize("said", [b"a ID", b"a ID x", b'a ID ("name")', b"a ID (" + b'"a" "b" ' * 31 + b")"])
    def test_an_id_that_is_none(self, line: Line, said: bytes) -> None:
        assert line(said)[0].startswith((b"a BAD ID takes", b"a BAD Error in IMAP command ID"))

    def test_namespace(self, ann: Line) -> None:
        assert ann(b"a NAMESPACE") == [b'* NAMESPACE (("" "/")) NIL NIL', b"a OK NAMESPACE completed."]


REMOVED = [
    b'LSUB "" *',
    b"CHECK",
    b"STATUS INBOX (RECENT)",
    b'LIST "" * RETURN (STATUS (RECENT))',
    b"SEARCH RECENT",
    b"SEARCH NOT NEW",
    b"SEARCH OLD",
    b"FETCH 1 RFC822",
    b"FETCH 1 RFC822.HEADER",
    b"FETCH 1 RFC822.TEXT",
]


class TestRevisions:
    """What RFC 9051, appendix E removed goes with IMAP4rev1."""

    @pytest.mark.parametrize("said", REMOVED)
    def test_it_is_taken_until_imap4rev2_is_enabled(self, said: bytes) -> None:
        with Server(capabilities=["IMAP4rev1", "IMAP4rev2", "ENABLE", "LIST-EXTENDED", "LIST-STATUS"]) as server:
            server.add_user("ann")
            deliver(server, 1)
            assert selected(server)(b"a " + said)[-1].startswith(b"a OK ")
            line = logged_in(server)
            line(b"a ENABLE IMAP4rev2", b"b SELECT INBOX")
            assert line(b"c " + said)[-1].startswith(b"c BAD ")
            assert line(b"d FETCH 1 (RFC822.SIZE)")[-1].startswith(b"d OK ")

    @pytest.mark.parametrize("said", REMOVED)
    def test_imap4rev2_alone_is_without_it(self, said: bytes) -> None:
        with Server(profile="rfc9051") as server:
            server.add_user("ann")
            deliver(server, 1)
            assert selected(server)(b"a " + said)[-1].startswith(b"a BAD ")


class TestLiterals:
    def test_a_synchronizing_one_is_asked_for(self, line: Line) -> None:
        assert line(b"a LOGIN {3}") == [b"+ OK"]
        assert line(b"ann {2}") == [b"+ OK"]
        assert line(b"pw")[0].startswith(b"a OK [CAPABILITY")

    def test_others_are_not(self, line: Line) -> None:
        assert line(b"a LOGIN {3+}", b"ann {2+}", b"pw")[0].startswith(b"a OK [CAPABILITY")

    def test_others_are_refused_where_they_are_not_offered(self) -> None:
        with Server(profile="minimal") as server:
            line = Line(server.open_stream())
            assert line(b"a LOGIN {3+}", b"ann pw", b"b NOOP") == [
                b"a BAD Non-synchronizing literals are not offered here",
                b"b OK NOOP completed.",
            ]

    def test_literal_minus(self) -> None:
        with Server(capabilities=["IMAP4rev1", "LITERAL-"]) as server:
            server.add_user("ann")
            line = logged_in(server)
            assert line(b"a APPEND INBOX {4096+}", b"x" * 4096)[0].startswith(b"a OK")
            assert line(b"a APPEND INBOX {4097+}", b"x" * 4097, b"b NOOP") == [
                b"a BAD [TOOBIG] LITERAL- has literals of at most 4096 octets",
                b"b OK NOOP completed.",
            ]

    def test_a_refused_one_is_not_sent(self, ann: Line) -> None:
        assert ann(b"a APPEND nowhere {5}") == [b"a NO [TRYCREATE] Mailbox doesn't exist: nowhere"]
        assert ann(b"b NOOP") == [b"b OK NOOP completed."]

    def test_a_refused_one_that_is_sent_all_the_same(self, ann: Line) -> None:
        assert ann(b"a APPEND nowhere {5}", b"hello", b"b NOOP") == [
            b"a NO [TRYCREATE] Mailbox doesn't exist: nowhere",
            b"b OK NOOP completed.",
        ]

    def test_too_large(self, line: Line) -> None:
        assert line(b"a LOGIN {65537}") == [b"a NO [TOOBIG] A literal of more than 65536 octets"]
        assert line(b"b LOGIN ann {10737418240}") == [b"b NO [TOOBIG] A literal of more than 65536 octets"]
        assert line(b"c NOOP") == [b"c OK NOOP completed."]

    def test_an_endless_line_ends_the_session(self, line: Line) -> None:
        heard = line.raw(b"a LOGIN ann " + b"x" * 2_000_000)
        assert heard == [b"* BYE a line of more than 1048576 octets (limit 'line')"]
        assert line.closed


class TestWhatChangesMeanwhile:
    def test_new_messages_are_told_before_the_completion(self, server: Server, inbox: Line) -> None:
        deliver(server, 1)
        assert inbox(b"a NOOP") == [b"* 4 EXISTS", b"* 4 RECENT", b"a OK NOOP completed."]

    def test_a_command_sees_what_was_delivered_before_it(self, server: Server, inbox: Line) -> None:
        deliver(server, 1)
        assert inbox(b"a SEARCH ALL") == [b"* 4 EXISTS", b"* 4 RECENT", b"* SEARCH 1 2 3 4", b"a OK SEARCH completed."]
        deliver(server, 1)
        assert inbox(b"b FETCH * UID")[2] == b"* 5 FETCH (UID 5)"

    def test_numbers_mean_what_they_meant_when_they_were_said(self, server: Server, inbox: Line) -> None:
        selected(server)(b"a STORE 1 +FLAGS.SILENT (\\Deleted)", b"b EXPUNGE")
        assert inbox(b"c COPY 3 Sent") == [
            b"* 1 EXPUNGE",
            b"* 2 RECENT",
            b"c OK [COPYUID 1003 3 1] COPY completed.",
        ]

    def test_expunge_waits_for_a_command_that_allows_it(self, server: Server, inbox: Line) -> None:
        other = selected(server)
        other(b"a STORE 2 +FLAGS.SILENT (\\Deleted)", b"b EXPUNGE")
        assert inbox(b"a FETCH 3 UID") == [b"* 3 FETCH (UID 3)", b"a OK FETCH completed."]
        assert inbox(b"b SEARCH UID 3") == [b"* SEARCH 3", b"b OK SEARCH completed."]
        assert inbox(b"c STORE 3 +FLAGS.SILENT (x)")[-1] == b"c OK STORE completed."
        assert inbox(b"d UID FETCH 3 UID") == [
            b"* 3 FETCH (UID 3)",
            b"* 2 EXPUNGE",
            b"* 2 RECENT",
            b"d OK UID FETCH completed.",
        ]
        assert inbox(b"e FETCH 2 UID")[0] == b"* 2 FETCH (UID 3)"

    def test_what_is_gone_can_be_fetched_until_it_is_told(self, server: Server, inbox: Line) -> None:
        other = selected(server)
        other(b"a STORE 2 +FLAGS.SILENT (\\Deleted)", b"b EXPUNGE")
        assert inbox(b"a FETCH 2 BODY.PEEK[TEXT]") == [
            b"* 2 FETCH (BODY[TEXT] {3}\r\n2\r\n)",
            b"a OK [EXPUNGEISSUED] FETCH completed.",
        ]
        assert inbox(b"b STORE 2 +FLAGS (x)") == [
            b"b NO [EXPUNGEISSUED] Some of the messages no longer exist.",
        ]

    def test_flags_that_others_set(self, server: Server, inbox: Line) -> None:
        other = selected(server)
        other(b"a STORE 2 +FLAGS (\\Seen later)")
        assert inbox(b"a NOOP") == [
            b"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft later)",
            b"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft later \\*)] Flags permitted.",
            b"* 2 FETCH (FLAGS (\\Seen later \\Recent))",
            b"a OK NOOP completed.",
        ]

    def test_what_came_and_went_is_not_told(self, server: Server, inbox: Line) -> None:
        deliver(server, 1)
        other = selected(server)
        other(b"a STORE 4 +FLAGS (\\Deleted)", b"b EXPUNGE")
        assert inbox(b"a NOOP") == [b"a OK NOOP completed."]

    def test_recent_belongs_to_who_was_told_first(self, server: Server, inbox: Line) -> None:
        other = selected(server)
        assert inbox(b"a FETCH 1 FLAGS")[0] == b"* 1 FETCH (FLAGS (\\Recent))"
        assert other(b"a FETCH 1 FLAGS")[0] == b"* 1 FETCH (FLAGS ())"

    def test_a_selected_mailbox_that_others_delete(self, server: Server) -> None:
        line, other = selected(server, b"Junk"), logged_in(server)
        assert other(b"a DELETE Junk") == [b"a OK DELETE completed."]
        assert line(b"a NOOP") == [b"* BYE The selected mailbox was deleted"]
        assert line.closed
