"""The server as its users see it: users, deliveries, failures, transcript."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from imapkit.errors import InvalidArgument
from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected


class TestProfiles:
    @pytest.mark.parametrize(
        ("profile", "expected"), [("dovecot", "IMAP4rev1"), ("rfc9051", "IMAP4rev2"), ("minimal", "IMAP4rev1")]
    )
    def test_each(self, profile: str, expected: str) -> None:
        with Server(profile=profile) as server:  # type: ignore[arg-type]
            assert Line(server.open_stream()).greeting[0].startswith(f"* OK [CAPABILITY {expected} ".encode())

    def test_there_is_no_other(self) -> None:
        with pytest.raises(
            InvalidArgument, match="'courier' is no profile: there are rfc9051, dovecot, gmail, minimal"
        ):
            Server(profile="courier")  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("capabilities", "message"),
        [
            (["IMAP4rev1", "X-MAGIC"], "this server cannot offer X-MAGIC; it knows ACL "),
            (["IDLE"], "IMAP4rev1 or IMAP4rev2"),
            ("IMAP4rev1", "not one string"),
        ],
    )
    def test_capabilities_that_cannot_be(self, capabilities: list[str], message: str) -> None:
        with pytest.raises(InvalidArgument, match=message):
            Server(capabilities=capabilities)


class TestUsers:
    def test_each_is_apart(self, server: Server) -> None:
        deliver(server)
        assert logged_in(server, "bob")(b"a STATUS INBOX (MESSAGES)")[0] == b"* STATUS INBOX (MESSAGES 0)"

    @pytest.mark.parametrize("user", ["ann", "", "a\0b"])
    def test_names_that_cannot_be(self, server: Server, user: str) -> None:
        with pytest.raises(InvalidArgument):
            server.add_user(user)


class TestDeliver:
    def test_a_message_made_of_words(self, server: Server) -> None:
        assert server.deliver("ann", subject="Grüße", text="Wie geht es?\n") == 1
        line = selected(server)
        answer = line(b"a FETCH 1 (ENVELOPE BODYSTRUCTURE)")[0]
        assert b'"=?utf-8?q?Gr=C3=BC=C3=9Fe?=" ((NIL NIL "sender" "example.org"))' in answer
        assert b'("text" "plain" ("charset" "utf-8")' in answer
        assert line(b'b SEARCH BODY "geht es"')[0] == b"* SEARCH 1"

    def test_a_message(self, server: Server) -> None:
        message = EmailMessage()
        message["Subject"] = "made"
        message.set_content("one\ntwo\n")
        server.deliver("ann", message, folder="Junk", flags=["$Junk"])
        line = selected(server, b"Junk")
        assert line(b"a FETCH 1 (FLAGS BODY.PEEK[TEXT])")[0] == (
            b"* 1 FETCH (FLAGS ($Junk \\Recent) BODY[TEXT] {10}\r\none\r\ntwo\r\n)"
        )

    def test_lines_get_crlf(self, server: Server) -> None:
        server.deliver("ann", b"a: b\n\nx\r\ny\n")
        assert selected(server)(b"a FETCH 1 BODY.PEEK[]")[0].endswith(b"{14}\r\na: b\r\n\r\nx\r\ny\r\n)")

    def test_when_it_came(self, server: Server) -> None:
        server.deliver("ann", b"x", received=dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC))
        assert b'"02-Jan-2020 03:04:05 +0000"'.replace(b'"0', b'" ') in selected(server)(b"a FETCH 1 INTERNALDATE")[0]

    @pytest.mark.parametrize(
        "arguments",
        [
            {"user": "nobody"},
            {"folder": "nope"},
            {"flags": ["\\Recent"]},
            {"flags": ["a b"]},
            {"subject": "and a message", "message": b"x"},
            {"received": dt.datetime(2020, 1, 1)},
        ],
    )
    def test_what_cannot_be(self, server: Server, arguments: dict[str, object]) -> None:
        with pytest.raises(InvalidArgument):
            server.deliver(**{"user": "ann", **arguments})  # type: ignore[arg-type]


class TestFailNext:
    def test_once(self, server: Server, inbox: Line) -> None:
        server.fail_next("uid  fetch", code="UNAVAILABLE", text="Try later")
        assert inbox(b"a FETCH 1 UID", b"b UID FETCH 1 UID", b"c UID FETCH 1 UID")[1:3] == [
            b"a OK FETCH completed.",
            b"b NO [UNAVAILABLE] Try later",
        ]

    def test_nothing_is_done(self, server: Server, inbox: Line) -> None:
        server.fail_next("APPEND", status="BAD")
        server.fail_next("APPEND", code="OVERQUOTA", text="Full")
        for answer in (b"a BAD Failed, as was asked for", b"a NO [OVERQUOTA] Full"):
            assert inbox(b"a APPEND INBOX {1+}", b"x") == [answer]
        assert inbox(b"b NOOP") == [b"b OK NOOP completed."]

    @pytest.mark.parametrize("command", ["LOGIN", "AUTHENTICATE"])
    def test_a_login(self, server: Server, line: Line, command: str) -> None:
        server.fail_next(command, code="INUSE")
        said = {"LOGIN": b"ann pw", "AUTHENTICATE": b"PLAIN"}[command]
        assert line(b"a %s %s" % (command.encode(), said)) == [b"a NO [INUSE] Failed, as was asked for"]

    @pytest.mark.parametrize(
        "arguments",
        [
            {"command": "NONSENSE"},
            {"command": "NOOP", "status": "OK"},
            {"command": "NOOP", "text": "a\r\nb"},
            {"command": "NOOP", "code": "A]"},
            {"command": "NOOP", "code": ""},
        ],
    )
    def test_what_cannot_be(self, server: Server, arguments: dict[str, str]) -> None:
        with pytest.raises(InvalidArgument):
            server.fail_next(**arguments)  # type: ignore[arg-type]


class TestProgressNext:
    @pytest.fixture
    def line(self) -> Iterator[Line]:
        with Server(profile="everything") as server:
            server.add_user("ann")
            server.progress_next("status", 1, None, goal=4)
            server.progress_next("status", 2, None, tagged=False)
            yield logged_in(server)

    def test_each_command_once(self, line: Line) -> None:
        status, told = b"STATUS INBOX (MESSAGES)", b"* STATUS INBOX (MESSAGES 0)"
        assert line(b"a " + status) == [
            b'* OK [INPROGRESS ("a" 1 4)] Still at it.',
            b'* OK [INPROGRESS ("a" NIL NIL)] Still at it.',
            told,
            b"a OK STATUS completed.",
        ]
        assert line(b"b NOOP") == [b"b OK NOOP completed."]
        assert line(b"c " + status) == [
            b"* OK [INPROGRESS (NIL 2 NIL)] Still at it.",
            b"* OK [INPROGRESS] Still at it.",
            told,
            b"c OK STATUS completed.",
        ]
        assert line(b"d " + status) == [told, b"d OK STATUS completed."]

    def test_a_tag_that_would_end_the_code(self, line: Line) -> None:
        assert line(b"]a STATUS INBOX (MESSAGES)")[0] == b"* OK [INPROGRESS (NIL 1 4)] Still at it."

    @pytest.mark.parametrize(("command", "done", "goal"), [("NONSENSE", 1, None), ("NOOP", -1, None), ("NOOP", 1, 0)])
    def test_what_cannot_be(self, command: str, done: int, goal: int | None) -> None:
        with Server(profile="everything") as server, pytest.raises(InvalidArgument):
            server.progress_next(command, done, goal=goal)

    def test_where_it_is_not_offered(self, server: Server) -> None:
        with pytest.raises(InvalidArgument, match="INPROGRESS"):
            server.progress_next("NOOP", 1)


class TestDropConnections:
    def test_without_a_word(self, server: Server, inbox: Line) -> None:
        inbox(b"a IDLE")
        server.drop_connections()
        assert inbox.heard() == []
        assert inbox.closed
        assert selected(server)(b"b NOOP") == [b"b OK NOOP completed."]

    def test_nobody_watches_any_more(self, server: Server, inbox: Line) -> None:
        server.drop_connections()
        deliver(server)
        inbox.stream.write(b"a NOOP\r\n")
        assert inbox.closed


class TestTranscript:
    def test_both_sides(self, server: Server) -> None:
        logged_in(server)(b"a NOOP")
        assert server.transcript[0].startswith("S: * OK [CAPABILITY IMAP4rev1 ")
        assert server.transcript[1] == "C: l LOGIN ***"
        assert server.transcript[2].startswith("S: l OK [CAPABILITY ")
        assert list(server.transcript[3:]) == ["C: a NOOP", "S: a OK NOOP completed."]

    @pytest.mark.parametrize(
        "lines",
        [
            [b"a LOGIN ann geheim"],
            [b"a login {3+}", b"ann {6+}", b"geheim"],
            [b"a  LOGIN ann geheim"],
            [b"a LOGIN ann geheim x"],
            [b"a AUTHENTICATE PLAIN Z2VoZWlt"],
            [b"a AUTHENTICATE PLAIN", b"Z2VoZWlt"],
            [b"a AUTHENTICATE LOGIN", b"Z2VoZWlt", b"Z2VoZWlt"],
            [b"a AUTHENTICATE NONSENSE", b"Z2VoZWlt"],
            [b"Z2VoZWlt geheim"],
        ],
    )
    def test_no_secrets(self, server: Server, line: Line, lines: list[bytes]) -> None:
        line(*lines)
        said = "\n".join(server.transcript)
        assert "***" in said
        assert "geheim" not in said
        assert "Z2VoZWlt" not in said

    def test_literals_are_shortened(self, server: Server, ann: Line) -> None:
        ann(b"a APPEND INBOX {100+}", b"x" * 98 + b"\r\n")
        assert server.transcript[-2] == "C: a APPEND INBOX {100+}" + "x" * 60 + "..."
        ann(b"b SELECT INBOX", b"c FETCH 1 BODY.PEEK[]<95.9>")
        assert server.transcript[-2] == "S: * 1 FETCH (BODY[]<95> {5}xxx\\r\\n)"
