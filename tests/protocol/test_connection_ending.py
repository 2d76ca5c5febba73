"""How a connection ends, and what becomes of commands that nobody waits for any more."""

from __future__ import annotations

import pytest

from imapkit.errors import (
    AuthenticationError,
    CommandError,
    ConnectionLost,
    ImapError,
    ImapTimeout,
    InvalidArgument,
    NotSupported,
    OutcomeUnknown,
    ProtocolError,
    ServerBye,
    TLSError,
)
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.select import Close, Select
from imapkit.protocol.extensions.session import Logout, Noop
from imapkit.protocol.model import Command, State, Untagged
from tests.protocol.commands import (
    FETCH_UID,
    SEARCH_UID,
    STORE_UID,
    UIDS,
    append,
    plain,
)
from tests.protocol.peer import greeted, selected


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
