"""A connection against exact octets: what goes out when, and what comes in whatever order."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from imapkit.errors import (
    ConnectionLost,
    FolderNotFound,
    InvalidArgument,
    NotSupported,
    ProtocolError,
    ServerBye,
)
from imapkit.protocol.connection import Connection, Pending
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.fetch import UID, Fetch
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create, Subscribe
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.select import Close, Select
from imapkit.protocol.extensions.session import Capability, Logout, Noop
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.extensions.unauthenticate import Unauthenticate
from imapkit.protocol.model import Command, Condition, State, Untagged
from imapkit.types.uids import UidSet
from tests.protocol.commands import (
    FETCH_SEQ,
    FETCH_UID,
    SEARCH_SEQ,
    SEARCH_UID,
    SEQ,
    STORE_SEQ,
    STORE_UID,
    UIDS,
    append,
    plain,
)
from tests.protocol.peer import Peer, greeted, selected


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
