"""A connection against exact octets: what goes out when, what comes in whatever order, and how it ends."""

from __future__ import annotations

import logging
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from imapkit.errors import (
    AuthenticationError,
    CommandError,
    ConnectionLost,
    FolderNotFound,
    ImapError,
    ImapTimeout,
    InvalidArgument,
    LimitExceeded,
    NotSupported,
    OutcomeUnknown,
    ProtocolError,
    ServerBye,
    TLSError,
)
from imapkit.protocol.channel import DeflateFilter, TlsFilter
from imapkit.protocol.connection import Connection, Pending
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.auth import Authenticate, Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.expunge import Expunged
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, Fetched, body_section
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create, Subscribe
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Close, Exists, Select
from imapkit.protocol.extensions.session import Capability, Logout, Noop, StartTls
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.extensions.unauthenticate import Unauthenticate
from imapkit.protocol.model import Command, Condition, State, Unknown, Untagged
from imapkit.protocol.sasl import Credentials, Exchange
from imapkit.protocol.sasl.plain import PLAIN
from imapkit.protocol.wire.encoder import LiteralStream
from imapkit.protocol.wire.limits import Limits
from imapkit.types.auth import Secret
from imapkit.types.query import Q
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.peer import Peer, greeted, selected

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
PASSWORD = "correct horse"


def append(data: bytes | LiteralStream = MESSAGE, mailbox: str = "INBOX") -> Append:
    return Append(mailbox, (NewMessage(data),))


def stream(*chunks: bytes, size: int | None = None) -> LiteralStream:
    return LiteralStream(sum(map(len, chunks)) if size is None else size, iter(chunks))


def plain(*, in_command: bool) -> Authenticate:
    exchange = Exchange(PLAIN, Credentials(kind="password", user="ann", password=Secret(PASSWORD)))
    return Authenticate("PLAIN", exchange, exchange.initial(), in_command=in_command)


class TestLineEnds:
    """GNU Mailutils' imap4d (3.15) ends its answer to AUTHENTICATE in LF alone."""

    def test_before_anybody_is_logged_in_a_lone_lf_ends_what_came(self) -> None:
        peer = greeted("SASL-IR", state="OK")
        pending = peer.connection.send(plain(in_command=True))
        peer.hear()
        peer.say(b"K1 OK AUTHENTICATE PLAIN authentication successful\n")
        assert pending.done
        assert peer.connection.session.state is State.AUTHENTICATED

    def test_after_unauthenticate_it_does_again_also_in_what_came_with_the_ok(self) -> None:
        peer = greeted("UNAUTHENTICATE")
        heard: list[Untagged] = []
        peer.connection.listeners.append(heard.append)
        peer.send(Unauthenticate(), b"K1 UNAUTHENTICATE\r\n")
        peer.say(b"K1 OK done\r\n* OK one\n* OK two\r\n")
        assert [response.text for response in heard if isinstance(response, Condition)] == ["one", "two"]

    def test_afterwards_it_does_not(self) -> None:
        peer = greeted()
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"K1 OK done\n")
        assert not pending.done


class TestGreeting:
    @pytest.mark.parametrize(
        ("greeting", "state"),
        [
            (b"* OK IMAP4rev1 Service Ready\r\n", State.NOT_AUTHENTICATED),
            (b"* PREAUTH IMAP4rev1 server logged in as Smith\r\n", State.AUTHENTICATED),
            (b"\r\n* ok ready\r\n", State.NOT_AUTHENTICATED),
        ],
        ids=["OK", "PREAUTH", "an empty line first"],
    )
    def test_good(self, greeting: bytes, state: State) -> None:
        peer = Peer()
        assert peer.connection.session.state is State.GREETING
        assert peer.connection.awaited == "the greeting"
        peer.say(greeting)
        assert peer.connection.greeting is not None
        assert peer.connection.session.state is state
        assert peer.connection.session.capabilities is None
        assert peer.connection.awaited == "news"

    def test_with_capabilities(self) -> None:
        peer = Peer()
        peer.say(b"* OK [CAPABILITY IMAP4rev1 idle] hi\r\n")
        assert peer.connection.supports("IDLE")

    @pytest.mark.parametrize(
        "greeting",
        [
            b"* BYE too many connections\r\n",
            b"* NO LOGOUT Intrusion prevention active for 192.0.2.1\r\n",
            b"* BAD no\r\n",
            b"* BYE [UNAVAILABLE] down\r\n",
        ],
        ids=["BYE", "NO (IceWarp)", "BAD", "BYE with a code"],
    )
    def test_refused(self, greeting: bytes) -> None:
        peer = Peer()
        peer.say(greeting)
        assert type(peer.connection.error) is ServerBye
        assert greeting.split(b" ", 2)[2].split(b"] ")[-1].strip().decode() in str(peer.connection.error)
        assert peer.connection.session.state is State.LOGOUT

    @pytest.mark.parametrize(
        "octets",
        [
            b"HTTP/1.1 400 Bad Request\r\n",
            b"+OK POP3 ready\r\n",
            b"220 mail.example.org ESMTP\r\n",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"\x15\x03\x01\x00\x02\x02\x16\r\n",
            b"* CAPABILITY IMAP4rev1\r\n",
            b"* 3 EXISTS\r\n",
            b"K1 OK hello\r\n",
            b"* \r\n",
            b"*\r\n",
            b"OK hello\r\n",
        ],
    )
    def test_no_imap_server(self, octets: bytes) -> None:
        peer = Peer()
        peer.say(octets)
        assert type(peer.connection.error) is ProtocolError
        assert "no IMAP server" in str(peer.connection.error)

    def test_nothing_is_sent_before_it(self) -> None:
        peer = Peer()
        with pytest.raises(InvalidArgument, match="waiting for the greeting"):
            peer.connection.send(Capability())
        peer.expect(b"")

    def test_the_end_instead(self) -> None:
        peer = Peer()
        peer.connection.receive_eof()
        assert type(peer.connection.error) is ConnectionLost


SEQ = SeqSet([2])
UIDS = UidSet([2])
FETCH_SEQ, FETCH_UID = Fetch(SEQ, (FLAGS,)), Fetch(UIDS, (FLAGS,))
STORE_SEQ, STORE_UID = Store(SEQ, "+", ("\\Seen",)), Store(UIDS, "+", ("\\Seen",))
SEARCH_SEQ, SEARCH_UID = Search(Q.unseen, by_uid=False), Search(Q.unseen)


class TestPipelining:
    """RFC 9051, 5.5: what may be in flight together, and what must wait."""

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (FETCH_SEQ, Noop()),
            (Noop(), Noop()),
            (Noop(), FETCH_UID),
            (FETCH_UID, SEARCH_UID),
            (FETCH_SEQ, SEARCH_SEQ),
            (SEARCH_SEQ, FETCH_SEQ),
            (Noop(), GetStatus("x", (MESSAGES,))),
            (GetStatus("x", (MESSAGES,)), GetStatus("y", (MESSAGES,))),
            (List(), Subscribe("x")),
            (Create("x"), Create("y")),
            (Copy(UIDS, "x"), FETCH_UID),
            (append(), Noop()),
        ],
    )
    def test_together(self, first: Command[object], second: Command[object]) -> None:
        peer = selected("MOVE LITERAL+ NAMESPACE")
        one, two = peer.connection.send(first), peer.connection.send(second)
        assert peer.hear().count(b"\r\nK3 ") == 1
        # They may be answered in any order, since tags tell who is meant.
        peer.say(b"K3 OK done\r\n")
        assert two.done
        assert not one.done
        peer.say(b"K2 OK done\r\n")
        assert one.done

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            # "the client MUST wait for the completion of the UID command before it uses sequence numbers"
            (Noop(), FETCH_SEQ),
            (FETCH_UID, SEARCH_SEQ),
            (STORE_UID, SEARCH_SEQ),
            (Copy(SEQ, "x"), Copy(SEQ, "x")),
            (Move(UIDS, "x"), FETCH_SEQ),
            # answers that nobody could tell apart
            (FETCH_UID, FETCH_UID),
            (FETCH_UID, STORE_UID),
            (STORE_SEQ, FETCH_SEQ),
            (SEARCH_UID, SEARCH_UID),
            (Copy(UIDS, "x"), Move(UIDS, "y")),
            (GetStatus("inbox", (MESSAGES,)), GetStatus("INBOX", (MESSAGES,))),
            (List(), List()),
            (GetNamespaces(), GetNamespaces()),
            # what changes the meaning of everything
            (FETCH_UID, Select("x")),
            (FETCH_UID, Close()),
            (Idle(), Noop()),
            (Noop(), Idle()),
            (Noop(), Logout()),
            (Compress(), Noop()),
        ],
    )
    def test_one_after_the_other(self, first: Command[object], second: Command[object]) -> None:
        peer = selected("MOVE IDLE ENABLE NAMESPACE COMPRESS=DEFLATE")
        one, two = peer.connection.send(first), peer.connection.send(second)
        assert peer.hear().startswith(b"K2 ")
        assert not two.done
        assert repr(two) == f"<Pending K3 {second.name} queued>"
        peer.say(b"K2 NO done\r\n")
        assert one.done
        assert peer.hear().startswith(b"K3 ")

    @pytest.mark.parametrize("enable_first", [True, False])
    def test_nothing_beside_enable(self, enable_first: bool) -> None:
        peer = greeted("ENABLE")
        commands = (Enable(("IMAP4rev2",)), Noop()) if enable_first else (Noop(), Enable(("IMAP4rev2",)))
        for command in commands:
            peer.connection.send(command)
        assert peer.hear().count(b"\r\n") == 1
        peer.say(b"K1 NO done\r\n")
        assert peer.hear().startswith(b"K2 ")

    def test_counts_of_a_list_are_no_answer_to_a_status(self) -> None:
        peer = greeted("LIST-EXTENDED LIST-STATUS")
        peer.connection.send(GetStatus("x", (MESSAGES,)))
        peer.connection.send(List(status=(MESSAGES,)))
        peer.expect(b"K1 STATUS x (MESSAGES)\r\n")

    def test_nothing_overtakes(self) -> None:
        peer = selected()
        for command in (FETCH_UID, SEARCH_UID, FETCH_SEQ, Noop()):
            peer.connection.send(command)
        peer.expect(b"K2 UID FETCH 2 (FLAGS)\r\nK3 UID SEARCH UNSEEN\r\n")
        assert peer.connection.awaited == "the answer to FETCH and 3 more"
        peer.say(b"K2 OK\r\n")
        peer.expect(b"")
        peer.say(b"K3 OK\r\n")
        peer.expect(b"K4 FETCH 2 (FLAGS)\r\nK5 NOOP\r\n")

    def test_an_answer_finds_its_command(self) -> None:
        peer = greeted()
        x = peer.connection.send(GetStatus("x", (MESSAGES,)))
        y = peer.connection.send(GetStatus("y", (MESSAGES,)))
        peer.hear()
        peer.say(b"* STATUS y (MESSAGES 2)\r\n* STATUS x (MESSAGES 1)\r\nK2 OK\r\nK1 OK\r\n")
        for pending, count in ((x, 1), (y, 2)):
            data = pending.result()
            assert data is not None
            assert data.get(MESSAGES) == count

    def test_what_was_written_before_enable_is_written_again(self) -> None:
        peer = greeted("ENABLE UTF8=ACCEPT")
        peer.connection.send(Enable(("UTF8=ACCEPT",)))
        peer.connection.send(Create("Entwürfe"))
        peer.expect(b"K1 ENABLE UTF8=ACCEPT\r\n")
        peer.say(b"* ENABLED UTF8=ACCEPT\r\nK1 OK\r\n")
        peer.expect('K2 CREATE "Entwürfe"\r\n'.encode())
        listed = peer.send(List(), b'K3 LIST "" "*"\r\n')
        peer.say(b"K2 OK\r\n", '* LIST () "/" "Entwürfe"\r\nK3 OK\r\n'.encode())
        assert listed.result().mailboxes[0].mailbox == "Entwürfe"

    def test_what_cannot_be_written_again_fails_alone(self) -> None:
        @dataclass(frozen=True, slots=True)
        class Old(Noop):
            def write(self, out: object) -> None:
                if getattr(out, "utf8", False):
                    raise InvalidArgument("not in this dialect")
                Noop.write(self, out)  # type: ignore[arg-type]

        peer = greeted("ENABLE UTF8=ACCEPT")
        peer.connection.send(Enable(("UTF8=ACCEPT",)))
        old, after = peer.connection.send(Old()), peer.connection.send(Noop())
        peer.expect(b"K1 ENABLE UTF8=ACCEPT\r\n")
        peer.say(b"* ENABLED UTF8=ACCEPT\r\nK1 OK\r\n")
        peer.expect(b"K3 NOOP\r\n")
        with pytest.raises(InvalidArgument, match="dialect"):
            old.result()
        peer.say(b"K3 OK\r\n")
        assert after.result() is None

    def test_an_empty_line_between_responses(self) -> None:  # Exchange
        peer = selected()
        pending = peer.send(Noop(), b"K2 NOOP\r\n")
        peer.say(b"\r\n* 4 EXISTS\r\n\r\nK2 OK\r\n")
        assert pending.done
        assert peer.connection.error is None
        assert not peer.connection.defects


class TestSelection:
    def test_nobody_builds_on_a_mailbox_that_is_about_to_be_left(self) -> None:
        peer = selected()
        pending = peer.connection.send(Select("Other"))
        assert peer.connection.session.selected is None
        with pytest.raises(InvalidArgument, match="FETCH does not go with a session that is authenticated"):
            peer.connection.send(FETCH_UID)
        peer.expect(b"K2 SELECT Other\r\n")
        peer.say(b"* 9 EXISTS\r\nK2 OK done\r\n")
        assert pending.result().exists == 9
        assert peer.connection.session.selected is not None
        assert peer.connection.session.selected.name == "Other"

    def test_a_select_that_fails_leaves_none(self) -> None:
        peer = selected()
        pending = peer.send(Select("Other"), b"K2 SELECT Other\r\n")
        peer.say(b"K2 NO [NONEXISTENT] no\r\n")
        with pytest.raises(FolderNotFound):
            pending.result()
        assert peer.connection.session.selected is None
        assert peer.connection.session.state is State.AUTHENTICATED

    def test_close(self) -> None:
        peer = selected()
        peer.send(Close(), b"K2 CLOSE\r\n")
        peer.say(b"K2 OK\r\n")
        assert peer.connection.session.selected is None
        assert peer.connection.session.state is State.AUTHENTICATED
        assert not peer.connection.session.maybe_selected

    def test_a_selection_that_nobody_wants_any_more_is_none(self) -> None:
        """Whoever gave it up holds nothing; who comes after must not take its mailbox for the one that is selected."""
        peer = greeted()
        connection, session = peer.connection, peer.connection.session
        peer.send(Select("x"), b"K1 SELECT x\r\n").abandon()
        assert connection.changes_selection
        peer.say(b"* 3 EXISTS\r\nK1 OK [READ-WRITE] done\r\n")
        assert (session.selected, session.state) == (None, State.AUTHENTICATED)
        assert session.maybe_selected
        assert not connection.changes_selection

    def test_a_selection_is_none_while_another_is_in_line(self) -> None:
        peer = greeted()
        session = peer.connection.session
        first = peer.send(Select("x"), b"K1 SELECT x\r\n")
        second = peer.connection.send(Select("y"))
        peer.say(b"* 3 EXISTS\r\nK1 OK [READ-WRITE] done\r\n")
        assert first.result().exists == 3
        assert session.selected is None
        peer.expect(b"K2 SELECT y\r\n")
        peer.say(b"* 9 EXISTS\r\nK2 OK [READ-WRITE] done\r\n")
        assert second.result().exists == 9
        assert session.selected is not None
        assert session.selected.name == "y"

    def test_a_select_taken_back_changes_nothing_any_more(self) -> None:
        peer = selected()
        peer.connection.send(FETCH_UID)
        pending = peer.connection.send(Select("y"))
        assert peer.connection.changes_selection
        pending.abandon()
        assert not peer.connection.changes_selection
        assert peer.connection.session.selected is None
        assert peer.connection.session.maybe_selected

    @pytest.mark.parametrize(("status", "maybe"), [(b"NO", False), (b"BAD", True)])
    def test_what_is_left_when_a_select_is_refused(self, status: bytes, maybe: bool) -> None:
        """NO leaves none selected (RFC 9051, 6.3.2); who says BAD may not have looked at the command at all."""
        peer = selected()
        peer.send(Select("y"), b"K2 SELECT y\r\n")
        peer.say(b"K2 " + status + b" no\r\n")
        assert peer.connection.session.selected is None
        assert peer.connection.session.maybe_selected is maybe


class TestLiterals:
    ANNOUNCED = b"K1 APPEND INBOX {20}\r\n"

    def test_without_extensions_they_wait(self) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        peer.say(b"+ go on\r\n")
        peer.expect(MESSAGE + b"\r\n")
        peer.say(b"K1 OK [APPENDUID 7 3] done\r\n")
        code = pending.result()
        assert code is not None
        assert code.uids == ((3, 3),)

    @pytest.mark.parametrize(
        ("capabilities", "size", "flies"),
        [
            ("LITERAL+", 20, True),
            ("LITERAL+", 1024 * 1024, True),
            ("LITERAL+", 1024 * 1024 + 1, False),
            ("LITERAL-", 4096, True),
            ("LITERAL-", 4097, False),
            ("", 1, False),
        ],
    )
    def test_who_may_fly(self, capabilities: str, size: int, flies: bool) -> None:
        peer = greeted(capabilities)
        pending = peer.connection.send(append(b"x" * size))
        head = b"K1 APPEND INBOX {%d%b}\r\n" % (size, b"+" if flies else b"")
        if flies:
            peer.expect(head + b"x" * size + b"\r\n")
        else:
            peer.expect(head)
            peer.say(b"+\r\n")
            peer.expect(b"x" * size + b"\r\n")
        peer.say(b"K1 OK done\r\n")
        assert pending.result() is None

    def test_imap4rev2_brings_literal_minus(self) -> None:
        peer = Peer()
        peer.say(b"* PREAUTH [CAPABILITY IMAP4rev2] hi\r\n")
        peer.send(append(), b"K1 APPEND INBOX {20+}\r\n" + MESSAGE + b"\r\n")

    def test_several_in_one_command(self) -> None:
        peer = greeted("MULTIAPPEND")
        peer.send(Append("Ünlü", (NewMessage(b"a"), NewMessage(b"b"))), b"K1 APPEND &ANw-nl&APw- {1}\r\n")
        for octets in (b"a {1}\r\n", b"b\r\n"):
            peer.expect(b"")
            peer.say(b"+ go\r\n")
            peer.expect(octets)
        peer.say(b"K1 OK\r\n")

    def test_the_line_behind_waits_too(self) -> None:
        peer = greeted()
        peer.connection.send(append())
        peer.connection.send(Noop())
        peer.expect(self.ANNOUNCED)
        peer.say(b"+ go\r\n")
        peer.expect(MESSAGE + b"\r\nK2 NOOP\r\n")

    @pytest.mark.parametrize("status", [b"NO [TRYCREATE] no such mailbox", b"BAD what?"])
    def test_refused_while_it_waits(self, status: bytes) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        after = peer.connection.send(Noop())
        peer.say(b"K1 " + status + b"\r\n")
        peer.expect(b"K2 NOOP\r\n")
        with pytest.raises(CommandError):
            pending.result()
        peer.say(b"K2 OK\r\n")
        assert after.result() is None
        peer.connection.check()

    def test_refused_between_the_plus_and_the_literal(self) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        peer.say(b"+ go\r\nK1 NO [OVERQUOTA] after all\r\n")
        with pytest.raises(CommandError):
            pending.result()
        # The permission was for that literal and for no other.
        peer.send(append(), b"K2 APPEND INBOX {20}\r\n")

    def test_refused_while_it_flies(self) -> None:
        peer = greeted("LITERAL+")
        size = 1024 * 1024
        pending = peer.connection.send(append(b"x" * size))
        first = peer.connection.data_to_send()
        assert len(first) < size
        peer.say(b"K1 NO [OVERQUOTA] no room\r\n")
        assert not pending.done
        peer.connection.send(Noop())
        # The server has been promised these octets, so it gets them before anything else.
        assert first + peer.hear() == b"K1 APPEND INBOX {%d+}\r\n" % size + b"x" * size + b"\r\nK2 NOOP\r\n"
        assert pending.done
        with pytest.raises(CommandError, match="no room"):
            pending.result()

    def test_refused_while_the_first_flies_and_the_second_would_wait(self) -> None:
        peer = greeted("LITERAL- MULTIAPPEND")
        chunks = [b"x" * 4000, b"y" * 96]
        given: list[bytes] = []

        def source() -> Iterator[bytes]:
            for chunk in chunks:
                given.append(chunk)
                yield chunk

        pending = peer.connection.send(
            Append(
                "INBOX",
                (NewMessage(b"a" * (300 * 1024)), NewMessage(LiteralStream(4096, source())), NewMessage(b"z" * 5000)),
            )
        )
        peer.expect(b"K1 APPEND INBOX {307200}\r\n")
        peer.say(b"+ go\r\n")
        first = peer.connection.data_to_send()
        peer.say(b"K1 NO enough\r\n")
        assert not pending.done
        assert first + peer.hear() == b"a" * 307200 + b" {4096+}\r\n" + b"".join(chunks) + b" {5000}\r\n"
        assert pending.done
        assert given == chunks
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_completed_before_it_was_sent(self) -> None:
        peer = greeted()
        pending = peer.send(append(), self.ANNOUNCED)
        peer.say(b"K1 OK done\r\n")
        assert type(peer.connection.error) is ProtocolError
        with pytest.raises(ProtocolError, match="APPEND before it had it"):
            pending.result()

    def test_a_plus_that_nothing_waits_for(self) -> None:
        peer = greeted()
        peer.say(b"+ hello?\r\n")
        assert [defect.message for defect in peer.connection.defects] == [
            "a continuation request that nothing waits for"
        ]
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"+ hello?\r\nK1 OK\r\n")
        peer.expect(b"")
        assert pending.result() is None

    def test_a_plus_before_the_announcement_is_no_permission(self) -> None:
        peer = greeted("LITERAL+ MULTIAPPEND")
        peer.connection.send(Append("INBOX", (NewMessage(b"a" * (300 * 1024)), NewMessage(b"b" * 1048577))))
        first = peer.connection.data_to_send()
        peer.say(b"+ early\r\n")
        assert (first + peer.hear()).endswith(b"a {1048577}\r\n")

    def test_the_command_is_out_with_its_last_octet(self) -> None:
        # A piece that ends exactly with the command: no further look at data_to_send is needed before the answer.
        peer = greeted("LITERAL+")
        for size in range(256 * 1024 - 60, 256 * 1024 + 4):
            pending = peer.connection.send(append(b"x" * size))
            sent = b""
            while not sent.endswith(b"x\r\n"):
                sent += peer.connection.data_to_send()
            peer.say(pending.tag.encode() + b" OK done\r\n")
            assert pending.done
        peer.connection.check()


class TestStreamedLiterals:
    def test_chunk_by_chunk(self) -> None:
        peer = greeted()
        taken: list[int] = []

        def source() -> Iterator[bytes]:
            for number in range(4):
                taken.append(number)
                yield bytes([65 + number]) * (200 * 1024)

        size = 4 * 200 * 1024
        pending = peer.send(append(LiteralStream(size, source())), b"K1 APPEND INBOX {%d}\r\n" % size)
        assert taken == []
        peer.say(b"+ go\r\n")
        first = peer.connection.data_to_send()
        assert taken == [0, 1]  # no more is taken than goes out
        assert first + peer.hear() == b"".join(bytes([65 + n]) * (200 * 1024) for n in range(4)) + b"\r\n"
        peer.say(b"K1 OK\r\n")
        assert pending.done

    @pytest.mark.parametrize("chunks", [(), (b"",), (b"", b"ab", b"", b"c", b"")])
    def test_empty_chunks(self, chunks: tuple[bytes, ...]) -> None:
        peer = greeted("LITERAL+")
        data = b"".join(chunks)
        peer.send(append(stream(*chunks)), b"K1 APPEND INBOX {%d+}\r\n%b\r\n" % (len(data), data))

    def test_memory(self) -> None:
        peer = greeted("LITERAL+")
        chunk = b"x" * 65536
        size = 64 * 1024 * 1024
        pending = peer.connection.send(append(LiteralStream(size, (chunk for _ in range(size // len(chunk))))))
        peer.expect(b"K1 APPEND INBOX {%d}\r\n" % size)
        peer.say(b"+ go\r\n")
        tracemalloc.start()
        sent = 0
        while data := peer.connection.data_to_send():
            sent += len(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sent == size + 2
        assert peak < 1024 * 1024
        peer.say(b"K1 OK\r\n")
        assert pending.done

    @pytest.mark.parametrize(
        "source", [stream(b"abc", size=4), stream(b"abc", size=2), stream(b"ab", b"c", size=2), stream(size=1)]
    )
    def test_of_another_size_than_announced(self, source: LiteralStream) -> None:
        peer = greeted("LITERAL+")
        pending, other = peer.connection.send(append(source)), peer.connection.send(Noop())
        assert not peer.hear().endswith(b"\r\nK2 NOOP\r\n")
        for one in (pending, other):
            with pytest.raises(ConnectionLost, match="its source gave another number"):
                one.result()
        # It was not sent whole, so nothing can have come of it.
        assert not isinstance(peer.connection.error, OutcomeUnknown)

    def test_of_a_source_that_raises(self) -> None:
        def source() -> Iterator[bytes]:
            yield b"ab"
            raise PermissionError("the file is gone")

        peer = greeted("LITERAL+")
        pending = peer.connection.send(append(LiteralStream(4, source())))
        peer.hear()
        with pytest.raises(ConnectionLost, match="the file is gone") as caught:
            pending.result()
        assert isinstance(caught.value.__cause__, PermissionError)
        with pytest.raises(ConnectionLost) as again:
            peer.connection.send(Noop())
        assert isinstance(again.value.__cause__, PermissionError)


class TestReceiving:
    def test_what_nobody_claims_is_told_to_listeners(self) -> None:
        peer = selected()
        heard: list[Untagged] = []
        peer.connection.listeners.append(heard.append)
        pending = peer.send(FETCH_UID, b"K2 UID FETCH 2 (FLAGS)\r\n")
        peer.say(
            b"* 4 EXISTS\r\n* 1 EXPUNGE\r\n* OK still here\r\n",
            b"* 1 FETCH (UID 2 FLAGS ())\r\n* 9 FETCH (UID 9 FLAGS ())\r\n",
        )
        peer.say(b"* XYZZY 1\r\n* 3 FETCH nonsense\r\nK2 OK\r\n")
        assert heard[:3] == [Exists(4), Expunged(1), Condition("OK", None, "still here")]
        assert isinstance(heard[3], Fetched)  # of another message than was asked for
        assert heard[3].seq == 9
        assert heard[4] == Unknown("XYZZY", b"* XYZZY 1")
        assert isinstance(heard[5], Unknown)
        assert heard[5].error
        assert len(heard) == 6
        assert list(pending.result()) == [2]
        assert len(peer.connection.defects) == 2

    def test_a_listener_may_leave_while_it_is_told(self) -> None:
        peer = greeted()
        heard: list[Untagged] = []

        def once(response: Untagged) -> None:
            heard.append(response)
            peer.connection.listeners.remove(once)

        peer.connection.listeners += [once, heard.append]
        peer.say(b"* 1 EXISTS\r\n* 2 EXISTS\r\n")
        assert heard == [Exists(1), Exists(1), Exists(2)]

    def test_unknown_tags(self) -> None:
        peer = greeted()
        peer.say(b"A1 OK done\r\nK1 NO not yet\r\n")
        assert [defect.raw for defect in peer.connection.defects] == [b"A1", b"K1"]
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"K1 OK\r\nK1 OK\r\n")
        assert pending.result() is None
        peer.connection.check()

    @pytest.mark.parametrize("answer", [b"K1 OKAY\r\n", b"K1 \r\n", b"K1\r\n", b"K1 BYE done\r\n", b"K1 PREAUTH\r\n"])
    def test_a_completion_that_is_none(self, answer: bytes) -> None:
        peer = greeted()
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(answer)
        with pytest.raises(ProtocolError, match="completed NOOP with what is no OK, NO or BAD"):
            pending.result()

    @pytest.mark.parametrize("answer", [b"K1 OK\r\n", b"K1 ok \r\n", b"K1 OK [] x\r\n", b"K1 OK [X\r\n"])
    def test_sloppy_completions(self, answer: bytes) -> None:
        peer = greeted()
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(answer)
        assert pending.result() is None

    def test_a_thousand_short_lines_at_once(self) -> None:
        peer = greeted()
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"* 1 EXISTS\r\n" * 100_000 + b"K1 OK\r\n")
        assert pending.done

    def test_the_same_message_over_and_over(self) -> None:
        peer = selected()
        pending = peer.send(FETCH_UID, b"K2 UID FETCH 2 (FLAGS)\r\n")
        peer.say(b"* 1 FETCH (UID 2 FLAGS ())\r\n" * 5_000 + b"* 1 FETCH (UID 2 FLAGS (new))\r\nK2 OK\r\n")
        flags = pending.result()[2].get(FLAGS)
        assert flags is not None
        assert "new" in flags

    def test_defects_are_bounded(self) -> None:
        peer = greeted()
        peer.say(b"* XYZZY\r\n" * 5_000)
        assert len(peer.connection.defects) == 1000

    def test_a_refusal_carries_what_came_before_it(self) -> None:
        peer = selected()
        pending = peer.send(FETCH_UID, b"K2 UID FETCH 2 (FLAGS)\r\n")
        peer.say(b"* 1 FETCH (UID 2 FLAGS ())\r\nK2 NO [EXPUNGEISSUED] some are gone\r\n")
        with pytest.raises(CommandError) as caught:
            pending.result()
        assert caught.value.code == "EXPUNGEISSUED"
        assert isinstance(caught.value.partial, dict)
        assert list(caught.value.partial) == [2]

    def test_alerts(self) -> None:
        peer = greeted()
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"* OK [ALERT] one\r\n* NO [ALERT] two\r\nK1 OK [ALERT] three\r\n")
        assert pending.done
        assert peer.connection.session.alerts == ["one", "two", "three"]

    def test_not_completed_yet(self) -> None:
        pending = greeted().connection.send(Noop())
        with pytest.raises(ConnectionLost, match="NOOP has not completed"):
            pending.result()


class TestSinks:
    BODY = body_section()

    def fetch(self, sink: object) -> Fetch:
        return Fetch(UIDS, (UID,), streams=((self.BODY, sink),))  # type: ignore[arg-type]

    def test_octets_go_there_as_they_come(self) -> None:
        peer = selected()
        got: list[bytes] = []
        pending = peer.send(self.fetch(got.append), b"K2 UID FETCH 2 (UID BODY.PEEK[])\r\n")
        peer.say(b"* 1 FETCH (BODY[] {10}\r\nhel", b"lo wo", b"rl UID 2)\r\n", b"K2 OK\r\n")
        assert got == [b"hel", b"lo wo", b"rl"]
        data = pending.result()[2]
        assert data.uid == 2
        assert data.get(self.BODY) == b""

    def test_one_that_raises_fails_its_command_and_nothing_else(self) -> None:
        calls = 0

        def sink(octets: bytes) -> None:
            nonlocal calls
            calls += 1
            raise OSError("the disk is full")

        peer = selected()
        pending = peer.send(self.fetch(sink), b"K2 UID FETCH 2 (UID BODY.PEEK[])\r\n")
        peer.say(b"* 1 FETCH (BODY[] {10}\r\nhel", b"lo wo", b"rl UID 2)\r\n")
        assert not pending.done
        peer.say(b"K2 OK\r\n")
        with pytest.raises(OSError, match="the disk is full"):
            pending.result()
        assert calls == 1
        peer.send(Noop(), b"K3 NOOP\r\n")

    def test_the_first_thing_that_went_wrong_counts(self) -> None:
        def sink(octets: bytes) -> None:
            raise OSError("the disk is full")

        peer = selected()
        pending = peer.send(self.fetch(sink), b"K2 UID FETCH 2 (UID BODY.PEEK[])\r\n")
        peer.say(b"* 1 FETCH (BODY[] {1}\r\nx UID 2)\r\nK2 NO oh\r\n")
        with pytest.raises(OSError, match="the disk is full"):
            pending.result()

    def test_of_a_command_that_was_given_up(self) -> None:
        peer = selected()
        got: list[bytes] = []
        pending = peer.send(self.fetch(got.append), b"K2 UID FETCH 2 (UID BODY.PEEK[])\r\n")
        peer.say(b"* 1 FETCH (BODY[] {10}\r\nhel")
        pending.abandon()
        peer.say(b"lo world UID 2)\r\nK2 OK\r\n")
        assert got == [b"hel"]
        assert pending.done
        peer.send(Noop(), b"K3 NOOP\r\n")


class TestLimits:
    def test_ten_gigabytes_announced(self) -> None:
        peer = selected()
        pending = peer.send(Fetch(UIDS, (body_section(),)), b"K2 UID FETCH 2 (BODY.PEEK[])\r\n")
        tracemalloc.start()
        peer.say(b"* 1 FETCH (UID 2 BODY[] {10737418240}\r\n")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100_000
        with pytest.raises(LimitExceeded, match="10737418240"):
            pending.result()
        assert peer.connection.closed
        peer.say(b"more")
        with pytest.raises(LimitExceeded):
            peer.connection.check()

    @pytest.mark.parametrize(
        "octets", [b"* X {20}\r\n", b"* OK " + b"x" * 200, b"* X {9}\r\n" + b"x" * 9 + b" {9}\r\n"]
    )
    def test_limits(self, octets: bytes) -> None:
        peer = greeted(limits=Limits(line=100, literal=10, response=150))
        peer.say(octets)
        assert type(peer.connection.error) is LimitExceeded

    def test_one_that_is_streamed_may_have_any_size(self) -> None:
        peer = selected(limits=Limits(literal=10))
        got: list[bytes] = []
        item = body_section()
        pending = peer.send(Fetch(UIDS, (), streams=((item, got.append),)), b"K2 UID FETCH 2 (BODY.PEEK[])\r\n")
        peer.say(b"* 1 FETCH (UID 2 BODY[] {20}\r\n", b"x" * 20, b")\r\nK2 OK\r\n")
        assert got == [b"x" * 20]
        assert pending.done

    def test_alerts_and_enabled_names_are_bounded(self) -> None:
        peer = greeted()
        peer.say(b"* OK [ALERT] " + b"x" * 10_000 + b"\r\n", b"* OK [ALERT] y\r\n" * 200)
        assert len(peer.connection.session.alerts) == 100
        assert len(peer.connection.session.alerts[0]) == 2000
        peer.say(b"* ENABLED " + b" ".join(b"X%d" % n for n in range(200)) + b"\r\n")
        assert not peer.connection.session.enabled


class TestBye:
    @pytest.mark.parametrize("state", ["OK", "PREAUTH"])
    def test_when_nothing_is_under_way(self, state: str) -> None:
        peer = greeted(state=state)
        peer.say(b"* BYE Autologout; idle for too long\r\n")
        assert type(peer.connection.error) is ServerBye
        with pytest.raises(ServerBye, match="idle for too long"):
            peer.connection.check()
        with pytest.raises(ServerBye):
            peer.connection.send(Noop())
        peer.expect(b"")
        peer.connection.receive_eof()
        peer.connection.receive_eof()
        assert type(peer.connection.error) is ServerBye

    def test_every_command_fails_at_once(self) -> None:
        peer = selected()
        running, changing = peer.connection.send(FETCH_UID), peer.connection.send(Copy(UIDS, "x"))
        waiting = peer.connection.send(append())
        queued = peer.connection.send(Copy(UIDS, "y"))
        peer.hear()
        peer.say(b"* BYE [UNAVAILABLE] going down\r\nK2 OK never read\r\n")
        for pending in (running, waiting, queued):
            with pytest.raises(ServerBye, match="going down"):
                pending.result()
        with pytest.raises(OutcomeUnknown, match="COPY was sent but not answered"):
            changing.result()
        assert peer.connection.session.state is State.LOGOUT

    def test_while_idle(self) -> None:
        peer = selected("IDLE")
        pending = peer.send(Idle(), b"K2 IDLE\r\n")
        peer.say(b"+ idling\r\n* BYE timeout\r\n")
        with pytest.raises(ServerBye, match="timeout"):
            pending.result()

    def test_instead_of_idling(self) -> None:
        peer = selected("IDLE")
        pending = peer.send(Idle(), b"K2 IDLE\r\n")
        peer.say(b"* BYE timeout\r\n")
        with pytest.raises(ServerBye):
            pending.result()

    def test_while_authenticating(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n")
        peer.say(b"* BYE too many attempts\r\n")
        with pytest.raises(ServerBye):
            pending.result()

    def test_as_the_answer_to_logout(self) -> None:
        peer = greeted()
        pending = peer.send(Logout(), b"K1 LOGOUT\r\n")
        peer.say(b"* BYE see you\r\n")
        assert peer.connection.error is None
        peer.say(b"K1 OK done\r\n")
        assert pending.result() is None
        assert peer.connection.session.state is State.LOGOUT
        with pytest.raises(InvalidArgument, match="logged out"):
            peer.connection.send(Noop())

    def test_each_command_has_an_error_of_its_own(self) -> None:
        peer = selected()
        one, two = peer.connection.send(FETCH_UID), peer.connection.send(SEARCH_UID)
        peer.hear()
        peer.say(b"* BYE\r\n")
        with pytest.raises(ServerBye) as first:
            one.result()
        with pytest.raises(ServerBye) as second:
            two.result()
        assert first.value is not second.value


class TestTheEnd:
    @pytest.mark.parametrize(
        ("octets", "message"),
        [
            (b"", "closed the connection$"),
            (b"* 1 FETCH (FL", "in the middle of a response"),
            (b"* 1 FETCH (BODY[] {5}\r\nab", "3 octets before the end of a literal"),
            (b"* 1 FETCH (BODY[] {5}\r\nabcde", "in the middle of a response"),
        ],
    )
    def test_of_the_stream(self, octets: bytes, message: str) -> None:
        peer = selected()
        pending = peer.send(FETCH_UID, b"K2 UID FETCH 2 (FLAGS)\r\n")
        peer.say(octets)
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost, match=message) as caught:
            pending.result()
        assert type(caught.value) is ConnectionLost

    @pytest.mark.parametrize("command", [append(), Create("x"), STORE_UID, Copy(UIDS, "x"), Move(UIDS, "x"), Close()])
    def test_only_a_change_that_was_sent_has_an_unknown_outcome(self, command: Command[object]) -> None:
        for sent in (False, True):
            peer = selected("LITERAL+ MOVE")
            pending = peer.connection.send(command)
            if sent:
                peer.hear()
            peer.connection.receive_eof()
            with pytest.raises(ConnectionLost) as caught:
                pending.result()
            assert type(caught.value) is (OutcomeUnknown if sent else ConnectionLost)

    def test_a_change_that_was_half_sent_is_none(self) -> None:
        peer = greeted()
        pending = peer.send(append(), b"K1 APPEND INBOX {20}\r\n")
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost) as caught:
            pending.result()
        assert type(caught.value) is ConnectionLost

    @pytest.mark.parametrize("command", [FETCH_UID, Noop(), Select("x"), SEARCH_UID, List()])
    def test_a_question_has_no_outcome(self, command: Command[object]) -> None:
        peer = selected()
        pending = peer.connection.send(command)
        peer.hear()
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost) as caught:
            pending.result()
        assert type(caught.value) is ConnectionLost

    def test_the_cause_is_kept(self) -> None:
        peer = selected()
        pending = peer.connection.send(STORE_UID)
        peer.hear()
        peer.connection.fail(ImapTimeout("nothing for 60 seconds"))
        with pytest.raises(OutcomeUnknown, match="60 seconds") as caught:
            pending.result()
        assert isinstance(caught.value.__cause__, ImapTimeout)

    def test_nothing_is_sent_or_read_any_more(self) -> None:
        peer = greeted()
        peer.connection.send(Noop())
        peer.connection.fail(ConnectionLost("enough"))
        peer.connection.fail(ProtocolError("no matter"))
        peer.expect(b"")
        peer.say(b"* 1 EXISTS\r\n")
        with pytest.raises(ConnectionLost, match="enough"):
            peer.connection.check()

    @pytest.mark.parametrize(
        "error",
        [
            NotSupported("STARTTLS", "no STARTTLS"),
            CommandError("STARTTLS", "NO", "PRIVACYREQUIRED", "not now"),
            AuthenticationError("LOGIN", "NO", None, "wrong"),
            ServerBye("bye"),
            TLSError("bad certificate"),
        ],
    )
    def test_any_error_can_end_it(self, error: ImapError) -> None:
        connection = greeted().connection
        pending = connection.send(Noop())
        connection.fail(error)
        for look in (connection.check, pending.result):
            with pytest.raises(type(error)) as caught:
                look()
            assert str(caught.value) == str(error)
            assert caught.value is not error
            assert vars(caught.value) == vars(error)


class TestAbandoning:
    def test_before_it_is_sent(self) -> None:
        peer = selected()
        running, queued, after = (peer.connection.send(c) for c in (FETCH_UID, STORE_UID, Noop()))
        peer.expect(b"K2 UID FETCH 2 (FLAGS)\r\n")
        queued.abandon()
        queued.abandon()
        assert queued.done
        with pytest.raises(ConnectionLost, match="taken back before it was sent"):
            queued.result()
        peer.expect(b"K4 NOOP\r\n")  # nothing in front of it speaks against it any more
        peer.say(b"K2 OK\r\nK4 OK\r\n")
        assert running.done
        assert after.done

    def test_when_it_is_sent_its_answer_passes_unheard(self) -> None:
        peer = selected()
        heard: list[Untagged] = []
        peer.connection.listeners.append(heard.append)
        given_up = peer.send(FETCH_UID, b"K2 UID FETCH 2 (FLAGS)\r\n")
        given_up.abandon()
        again = peer.connection.send(Fetch(UIDS, (UID,)))
        peer.expect(b"")  # its answer could not be told from that of the other one
        peer.say(b"* 1 FETCH (UID 2 FLAGS (old))\r\nK2 OK\r\n")
        peer.expect(b"K3 UID FETCH 2 (UID)\r\n")
        peer.say(b"* 1 FETCH (UID 2)\r\nK3 OK\r\n")
        assert FLAGS not in again.result()[2]
        assert heard == []

    def test_while_it_waits_for_the_plus(self) -> None:
        peer = greeted()
        pending = peer.send(append(), b"K1 APPEND INBOX {20}\r\n")
        pending.abandon()
        assert peer.connection.closed
        with pytest.raises(ConnectionLost, match="given up half-way"):
            pending.result()

    def test_while_it_is_streamed(self) -> None:
        peer = greeted("LITERAL+")
        pending = peer.connection.send(append(b"x" * 1024 * 1024))
        peer.connection.data_to_send()
        pending.abandon()
        assert peer.connection.closed
        assert type(peer.connection.error) is ConnectionLost

    def test_when_it_is_done(self) -> None:
        peer = greeted()
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"K1 OK\r\n")
        pending.abandon()
        assert pending.result() is None
        assert not pending.abandoned

    def test_idle_after_the_plus(self) -> None:
        peer = selected("IDLE")
        pending = peer.send(Idle(), b"K2 IDLE\r\n")
        peer.say(b"+ idling\r\n")
        pending.abandon()
        peer.expect(b"DONE\r\n")
        after = peer.connection.send(Noop())
        peer.expect(b"")
        peer.say(b"* 4 EXISTS\r\nK2 OK\r\n")
        peer.expect(b"K3 NOOP\r\n")
        assert not after.done

    def test_idle_before_the_plus(self) -> None:
        peer = selected("IDLE")
        pending = peer.send(Idle(), b"K2 IDLE\r\n")
        pending.abandon()
        peer.expect(b"")
        peer.say(b"* 4 EXISTS\r\n+ idling\r\n")
        peer.expect(b"DONE\r\n")
        pending.end()
        peer.expect(b"")
        peer.say(b"K2 OK\r\n")
        assert pending.done

    def test_idle_in_line(self) -> None:
        peer = selected("IDLE")
        peer.connection.send(Noop())
        pending = peer.connection.send(Idle())
        pending.end()
        peer.expect(b"K2 NOOP\r\n")
        peer.say(b"K2 OK\r\n")
        peer.expect(b"K3 IDLE\r\n")
        peer.say(b"+ idling\r\n")
        peer.expect(b"DONE\r\n")

    def test_ending_what_is_done_or_does_not_end(self) -> None:
        peer = selected("IDLE")
        pending = peer.send(Idle(), b"K2 IDLE\r\n")
        peer.say(b"+ idling\r\nK2 OK by myself\r\n")
        pending.end()
        noop = peer.send(Noop(), b"K3 NOOP\r\n")
        noop.end()
        peer.expect(b"")

    def test_a_select_in_line_leaves_the_mailbox_all_the_same(self) -> None:
        peer = selected()
        peer.connection.send(FETCH_UID)
        peer.connection.send(Select("x")).abandon()
        peer.expect(b"K2 UID FETCH 2 (FLAGS)\r\n")
        assert peer.connection.session.selected is None


class TestAuthenticate:
    RESPONSE = b"AGFubgBjb3JyZWN0IGhvcnNl"

    def test_in_the_command(self) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"K1 OK [CAPABILITY IMAP4rev1 IDLE] in\r\n")
        assert pending.result() is None
        assert peer.connection.session.state is State.AUTHENTICATED
        assert peer.connection.supports("IDLE")

    def test_after_the_invitation(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n")
        peer.say(b"+ \r\n")
        peer.expect(self.RESPONSE + b"\r\n")
        peer.say(b"K1 OK in\r\n")
        assert pending.result() is None
        assert peer.connection.session.capabilities is None  # they may be others now

    def test_capabilities_told_in_between_are_kept(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"* CAPABILITY IMAP4rev1 MOVE\r\nK1 OK in\r\n")
        assert peer.connection.supports("MOVE")

    def test_refused(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"K1 NO [AUTHENTICATIONFAILED] no\r\n")
        with pytest.raises(AuthenticationError):
            pending.result()
        assert peer.connection.session.state is State.NOT_AUTHENTICATED
        assert peer.connection.supports("AUTH=PLAIN")

    @pytest.mark.parametrize("challenge", [b"+ !!!\r\n", b"+ YWJj\r\n"], ids=["no base64", "one too many"])
    def test_a_challenge_that_cannot_be_answered_cancels(self, challenge: bytes) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(challenge)
        peer.expect(b"*\r\n")
        peer.say(b"K1 BAD cancelled\r\n")
        with pytest.raises(ProtocolError):
            pending.result()
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_success_after_it_was_cancelled_is_none(self) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        peer.say(b"+ !!!\r\n")
        peer.expect(b"*\r\n")
        peer.say(b"K1 OK in\r\n")
        with pytest.raises(ProtocolError):
            pending.result()
        assert peer.connection.closed
        assert peer.connection.session.state is State.LOGOUT

    def test_success_before_the_server_has_seen_anything_is_none(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n")
        peer.say(b"K1 OK in\r\n")
        with pytest.raises(ProtocolError, match="before it had proved"):
            pending.result()
        assert peer.connection.closed

    def test_given_up_before_the_invitation(self) -> None:
        peer = greeted("AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n")
        pending.abandon()
        peer.expect(b"")  # the server asks for nothing yet: a line now would be taken for a command
        peer.say(b"+ \r\n")
        peer.expect(b"*\r\n")
        peer.say(b"K1 BAD cancelled\r\n")
        assert pending.done
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_given_up_after_the_last_answer(self) -> None:
        peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
        pending = peer.send(plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + self.RESPONSE + b"\r\n")
        pending.abandon()
        peer.expect(b"")
        peer.say(b"K1 OK in\r\n")
        assert peer.connection.session.state is State.AUTHENTICATED


class TestUpgrades:
    @pytest.fixture
    def tls(self) -> TlsFilter:
        import ssl

        return TlsFilter(ssl.create_default_context(), "imap.example.org")

    def test_starttls_pauses(self, tls: TlsFilter) -> None:
        peer = greeted("STARTTLS", state="OK")
        pending = peer.connection.send(StartTls())
        after = peer.connection.send(Capability())
        peer.expect(b"K1 STARTTLS\r\n")
        peer.say(b'* OK [ALERT] not to be believed\r\n* ENABLED IMAP4rev2\r\n* ID ("name" "Mallory")\r\n')
        peer.say(b'* NAMESPACE (("" "/")) NIL NIL\r\nK1 OK [CAPABILITY IMAP4rev1 X-FORGED] begin\r\n')
        assert pending.result() is None
        assert peer.connection.paused
        session = peer.connection.session
        # Everything learned so far could have been said by anybody (RFC 9051, 6.2.1).
        assert session.capabilities is None
        assert (session.enabled, session.namespaces, session.server_id, session.alerts) == (frozenset(), None, {}, [])
        peer.expect(b"")
        peer.connection.resume(tls)
        assert not peer.connection.paused
        hello = peer.hear()
        assert hello[0] == 0x16  # a ClientHello; what waits is not sent before the handshake is over
        assert peer.connection.awaited == "the TLS handshake"
        assert repr(after) == "<Pending K2 CAPABILITY queued>"

    @pytest.mark.parametrize(
        "pieces",
        [
            (b"K1 OK begin\r\n* CAPABILITY IMAP4rev1 X-FORGED\r\n",),
            (b"K1 OK begin\r\n", b"* CAPABILITY IMAP4rev1 X-FORGED\r\n"),
            (b"K1 OK begin\r\nx",),
            (b"K1 OK begin\r\n", b"x"),
        ],
        ids=["in the same input", "in the next one", "an octet", "an octet in the next one"],
    )
    def test_starttls_with_octets_behind_the_ok(self, pieces: tuple[bytes, ...], tls: TlsFilter) -> None:
        peer = greeted("STARTTLS", state="OK")
        waiting = peer.connection.send(StartTls()), peer.connection.send(Capability())
        peer.expect(b"K1 STARTTLS\r\n")
        peer.say(*pieces)
        with pytest.raises(TLSError, match="between STARTTLS's OK and TLS"):
            peer.connection.resume(tls)
        assert peer.connection.closed
        assert peer.connection.session.capabilities is None
        with pytest.raises(TLSError):
            waiting[1].result()
        peer.expect(b"")  # not even a ClientHello

    def test_a_flood_while_paused(self) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(b"K1 OK\r\n", *[b"x" * 65536] * 5)
        assert type(peer.connection.error) is ProtocolError

    @pytest.mark.parametrize("said", [(b"K1 OK\r\n* 1 EX",), (b"K1 OK\r\n", b"* 1 EX")])
    def test_an_end_while_paused_is_in_the_middle_of_nothing_that_was_read(self, said: tuple[bytes, ...]) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(*said)
        peer.connection.receive_eof()
        assert str(peer.connection.error) == "the server closed the connection"

    def test_refused(self) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(b"K1 NO no certificate\r\n")
        assert not peer.connection.paused
        assert peer.connection.supports("STARTTLS")

    def test_a_connection_that_is_dead_is_not_upgraded(self, tls: TlsFilter) -> None:
        peer = greeted("STARTTLS", state="OK")
        peer.send(StartTls(), b"K1 STARTTLS\r\n")
        peer.say(b"K1 OK\r\n")
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost):
            peer.connection.resume(tls)
        assert peer.connection.channel.tls is None

    @pytest.mark.parametrize("split", [None, 0, 3])
    def test_compress_with_octets_behind_the_ok(self, split: int | None) -> None:
        server = DeflateFilter(10**6)
        server.send(b"* 9 EXISTS\r\n")
        compressed = server.data_to_send()
        peer = greeted("COMPRESS=DEFLATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        after = peer.connection.send(Noop())
        heard: list[Untagged] = []
        peer.connection.listeners.append(heard.append)
        if split is None:
            peer.say(b"K1 OK\r\n" + compressed)
        else:
            peer.say(b"K1 OK\r\n" + compressed[:split], compressed[split:])
        assert heard == []
        peer.connection.resume(DeflateFilter(10**6))
        assert heard == [Exists(9)]
        assert server.receive(peer.hear()) == b"K2 NOOP\r\n"
        server.send(b"K2 OK\r\n")
        peer.say(server.data_to_send())
        assert after.done

    def test_compress_with_rubbish_behind_the_ok(self) -> None:
        peer = greeted("COMPRESS=DEFLATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        peer.say(b"K1 OK\r\n* 9 EXISTS\r\n")
        peer.connection.resume(DeflateFilter(10**6))
        assert isinstance(peer.connection.error, ProtocolError)

    def test_compress_with_bye_behind_the_ok(self) -> None:
        server = DeflateFilter(10**6)
        server.send(b"* BYE no\r\n")
        peer = greeted("COMPRESS=DEFLATE")
        peer.send(Compress(), b"K1 COMPRESS DEFLATE\r\n")
        peer.say(b"K1 OK\r\n" + server.data_to_send())
        peer.connection.resume(DeflateFilter(10**6))
        assert type(peer.connection.error) is ServerBye

    def test_the_end_during_the_handshake(self, tls: TlsFilter) -> None:
        peer = Peer()
        peer.connection.channel.push(tls)
        peer.hear()
        peer.connection.receive_eof()
        assert isinstance(peer.connection.error, TLSError)

    def test_rubbish_during_the_handshake(self, tls: TlsFilter) -> None:
        peer = Peer()
        peer.connection.channel.push(tls)
        peer.hear()
        peer.say(b"* OK this is plain IMAP\r\n")
        assert isinstance(peer.connection.error, TLSError)


class TestRefusedBeforeAnythingIsSent:
    @pytest.mark.parametrize(
        "command",
        [
            Create("a\r\nb"),
            Create("a\0"),
            Login("ann", "a\r\nK9 DELETE INBOX"),
            Login("ünn", "x"),
            Store(UIDS, "+", ("two words",)),
            Select("x\ny"),
            Enable(("A B",)),
            Fetch(UidSet(), (UID,)),
            Fetch(UIDS, ()),
        ],
    )
    def test_arguments(self, command: Command[object]) -> None:
        state = "OK" if isinstance(command, Login) else "PREAUTH"
        peer = greeted("ENABLE", state=state) if state == "OK" else selected("ENABLE")
        with pytest.raises(InvalidArgument):
            peer.connection.send(command)
        peer.expect(b"")
        number = 1 if state == "OK" else 2
        peer.send(Noop(), b"K%d NOOP\r\n" % number)

    def test_states(self) -> None:
        peer = greeted(state="OK")
        for command in (List(), Select("x"), FETCH_UID, Idle()):
            with pytest.raises(InvalidArgument, match="not authenticated"):
                peer.connection.send(command)
        with pytest.raises(InvalidArgument, match="authenticated"):
            greeted().connection.send(Login("a", "b"))

    def test_capabilities(self) -> None:
        with pytest.raises(NotSupported, match="IDLE needs IDLE") as caught:
            selected().connection.send(Idle())
        assert caught.value.capability == "IDLE"


class TestSecrets:
    def test_they_are_in_no_log_and_no_repr(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        shown: list[object] = []
        for command, octets in (
            (Login("ann", PASSWORD), b'K1 LOGIN "ann" "correct horse"\r\n'),
            (plain(in_command=True), b"K1 AUTHENTICATE PLAIN " + TestAuthenticate.RESPONSE + b"\r\n"),
            (plain(in_command=False), b"K1 AUTHENTICATE PLAIN\r\n"),
        ):
            peer = greeted("SASL-IR AUTH=PLAIN", state="OK")
            pending = peer.connection.send(command)
            shown += [command, pending, *pending.segments, pending.collector]
            peer.expect(octets)
            peer.say(b"+ \r\n")
            peer.hear()
            peer.say(b"K1 NO [AUTHENTICATIONFAILED] wrong\r\n")
            with pytest.raises(ImapError) as caught:
                pending.result()
            shown += [caught.value, str(caught.value), peer.connection.session, *peer.connection.defects]
        text = " ".join(map(repr, shown)) + caplog.text
        assert "LOGIN" in caplog.text
        for secret in (PASSWORD, TestAuthenticate.RESPONSE.decode()):
            assert secret not in text


class TestAwaited:
    def test_names_what_is_waited_for(self) -> None:
        peer = greeted()
        peer.connection.send(List())
        assert peer.connection.awaited == "the answer to LIST"
        peer.connection.send(List())
        assert peer.connection.awaited == "the answer to LIST and 1 more"
        peer.hear()
        peer.say(b"* LIST () NIL {9}\r\nx")
        assert peer.connection.awaited == "8 octets of a literal"


def test_generic_parameters_flow_through() -> None:
    pending: Pending[object] = greeted().connection.send(Noop())
    assert pending.command == Noop()


def test_other_extensions_can_be_spoken() -> None:
    connection = Connection(extensions=())
    connection.receive_data(b"* OK hi\r\n* 3 EXISTS\r\n")
    assert connection.error is None
    assert [defect.message for defect in connection.defects] == ["unknown response EXISTS"]


def test_completions_are_told_in_the_order_of_the_server() -> None:
    peer = greeted()
    told: list[tuple[str, object]] = []
    peer.connection.completion_listeners.append(lambda command, result: told.append((command.name, result)))
    before = peer.connection.completions
    abandoned = peer.send(Noop(), b"K1 NOOP\r\n")
    peer.send(Create("x"), b"K2 CREATE x\r\n")
    peer.send(Capability(), b"K3 CAPABILITY\r\n")
    abandoned.abandon()
    peer.say(b"* CAPABILITY IMAP4rev1\r\nK3 OK\r\nK2 NO no\r\nK1 OK\r\n")
    assert told == [("CAPABILITY", {"IMAP4REV1"}), ("NOOP", None)]
    assert peer.connection.completions == before + 3
