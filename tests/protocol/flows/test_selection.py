"""At most one mailbox is selected, and nobody works in another one than meant."""

from __future__ import annotations

import pytest

from imapkit.errors import AuthenticationError, CommandError, ConnectionLost, FolderNotFound, UidValidityChanged
from imapkit.protocol.extensions.copy import Copy
from imapkit.protocol.extensions.expunge import UidExpunge
from imapkit.protocol.extensions.mailboxes import Delete
from imapkit.protocol.extensions.select import Close, Select, Selected, Unselect
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.base import Flow, execute
from imapkit.protocol.flows.selection import apart, catch_up, run_command, select, showing, within
from imapkit.protocol.model import Command
from imapkit.types.uids import UidSet
from tests.protocol.peer import Peer, Run, dialogue, greeted, selected


def noop(peer: Peer) -> Flow[None]:
    return execute(peer.connection, Noop())


def ok(tag: int, uidvalidity: int = 7) -> bytes:
    return b"* 3 EXISTS\r\n* OK [UIDVALIDITY %d] x\r\nK%d OK [READ-WRITE] done\r\n" % (uidvalidity, tag)


class TestSelect:
    def test_unless_it_is_selected(self) -> None:
        peer = greeted("CONDSTORE")
        mailbox = dialogue(peer, select(peer.connection, "x"), (b"K1 SELECT x (CONDSTORE)\r\n", ok(1)))
        assert mailbox.exists == 3
        assert dialogue(peer, select(peer.connection, "x")) is mailbox
        assert dialogue(peer, select(peer.connection, "x", read_only=True)) is mailbox
        dialogue(peer, select(peer.connection, "x", anew=True), (b"K2 SELECT x (CONDSTORE)\r\n", ok(2)))

    def test_examine_is_not_enough_for_changes(self) -> None:
        peer = greeted()
        dialogue(peer, select(peer.connection, "x", read_only=True), (b"K1 EXAMINE x\r\n", b"K1 OK [READ-ONLY] x\r\n"))
        dialogue(peer, select(peer.connection, "x"), (b"K2 SELECT x\r\n", b"K2 OK [READ-ONLY] still\r\n"))
        # The server opens it for reading only, whatever is asked.
        dialogue(peer, select(peer.connection, "x"))

    @pytest.mark.parametrize("name", ["INBOX", "inbox", "InBox"])
    def test_inbox_by_any_name(self, name: str) -> None:
        peer = selected()
        assert dialogue(peer, select(peer.connection, name)).name == "INBOX"

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (b"K1 NO [NONEXISTENT] x\r\n", FolderNotFound),
            (b"K1 NO [SERVERBUG] x\r\n", CommandError),
            (b"K1 BAD [CLIENTBUG] what?\r\n", CommandError),
            (b"K1 BAD User is authenticated but not connected.\r\n", AuthenticationError),
        ],
    )
    def test_refused(self, answer: bytes, kind: type[CommandError]) -> None:
        peer = greeted()
        with pytest.raises(CommandError) as caught:
            dialogue(peer, select(peer.connection, "x"), (b"K1 SELECT x\r\n", answer))
        assert type(caught.value) is kind

    @pytest.mark.parametrize(
        ("listed", "kind"),
        [
            (b"K2 OK\r\n", FolderNotFound),
            (b"K2 BAD no such name\r\n", FolderNotFound),
            (b'* LIST () "/" x\r\nK2 OK\r\n', CommandError),
        ],
        ids=["no such", "none can be", "there"],
    )
    @pytest.mark.parametrize(
        "refusal", [b"NO Mailbox doesn't exist", b"BAD Invalid mailbox name"], ids=["Dovecot 2.3", "hoodiecrow"]
    )
    def test_refused_without_a_reason(self, refusal: bytes, listed: bytes, kind: type[CommandError]) -> None:
        """Whether there is no such mailbox, the server is asked: a plain NO may be about rights as well."""
        peer = greeted()
        with pytest.raises(CommandError) as caught:
            dialogue(
                peer,
                select(peer.connection, "x"),
                (b"K1 SELECT x\r\n", b"K1 " + refusal + b"\r\n"),
                (b'K2 LIST "" "x"\r\n', listed),
            )
        assert type(caught.value) is kind
        assert caught.value.status == refusal.split()[0].decode()
        assert caught.value.__cause__ is not caught.value

    def test_left_again_by_somebody_else(self) -> None:
        peer = greeted()
        run = Run(peer, select(peer.connection, "x"))
        run.hear()
        peer.say(ok(1))
        peer.connection.session.leave()
        with pytest.raises(FolderNotFound, match="not selected any more"):
            run.resume()

    def test_the_end(self) -> None:
        peer = greeted()
        run = Run(peer, select(peer.connection, "x"))
        run.hear()
        peer.say(ok(1))
        peer.connection.session.leave()
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost):
            run.resume()


class TestWithin:
    def test_alone(self) -> None:
        peer = greeted()
        dialogue(
            peer,
            within(peer.connection, "x", noop(peer)),
            (b"K1 SELECT x\r\n", ok(1)),
            (b"K2 NOOP\r\n", b"K2 OK\r\n"),
        )
        assert peer.connection.session.selection_users == 0

    def test_together_in_one_mailbox(self) -> None:
        peer = selected()
        first, second = (Run(peer, within(peer.connection, "INBOX", noop(peer))) for _ in range(2))
        peer.expect(b"K2 NOOP\r\nK3 NOOP\r\n")
        assert peer.connection.session.selection_users == 2
        first.say(b"K2 OK\r\n")
        second.say(b"K3 OK\r\n")
        assert first.done
        assert second.done
        assert peer.connection.session.selection_users == 0

    def test_another_mailbox_waits_until_all_are_through(self) -> None:
        peer = selected()
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        second = Run(peer, within(peer.connection, "x", noop(peer)))
        peer.expect(b"K2 NOOP\r\n")
        second.resume()
        peer.expect(b"")
        first.say(b"K2 OK\r\n")
        second.resume()
        peer.expect(b"K3 SELECT x\r\n")
        second.say(ok(3))
        peer.expect(b"K4 NOOP\r\n")
        second.say(b"K4 OK\r\n")
        assert second.done

    def test_while_another_mailbox_is_being_selected_the_old_one_is_nobodys(self) -> None:
        """Otherwise a change that is meant for INBOX would be sent behind the SELECT, and hit the other mailbox."""
        peer = selected("UIDPLUS")
        leaving = Run(peer, within(peer.connection, "x", noop(peer)))
        staying = Run(peer, within(peer.connection, "INBOX", deleting(peer)))
        peer.expect(b"K2 SELECT x\r\n")
        leaving.say(ok(2))
        staying.resume()
        peer.expect(b"K3 NOOP\r\n")
        leaving.say(b"K3 OK\r\n")
        staying.resume()
        peer.expect(b"K4 SELECT INBOX\r\n")
        staying.say(ok(4))
        peer.expect(b"K5 UID EXPUNGE 2\r\n")
        staying.say(b"K5 OK\r\n")
        assert staying.done

    def test_the_answer_to_a_selection_that_was_given_up_misleads_nobody(self) -> None:
        """x was given up, y is wanted: a change that is meant for x must not be sent while y is being selected."""
        peer = greeted("UIDPLUS")
        first = Run(peer, within(peer.connection, "x", noop(peer)))
        peer.expect(b"K1 SELECT x\r\n")
        first.close()
        second = Run(peer, within(peer.connection, "y", noop(peer)))
        peer.expect(b"")
        second.say(ok(1))
        third = Run(peer, within(peer.connection, "x", deleting(peer), uidvalidity=7))
        peer.expect(b"K2 SELECT y\r\n")
        second.say(ok(2, uidvalidity=8))
        third.resume()
        peer.expect(b"K3 NOOP\r\n")
        second.say(b"K3 OK\r\n")
        third.resume()
        peer.expect(b"K4 SELECT x\r\n")
        third.say(ok(4))
        peer.expect(b"K5 UID EXPUNGE 2\r\n")
        third.say(b"K5 OK\r\n")
        assert third.done

    def test_nobody_enters_what_is_being_selected_by_nobody(self) -> None:
        peer = selected()
        pending = peer.send(Select("y"), b"K2 SELECT y\r\n")
        run = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        peer.expect(b"")
        assert peer.connection.session.selection_users == 0
        run.say(b"K2 OK [READ-WRITE] done\r\n")
        assert pending.done
        peer.expect(b"K3 SELECT INBOX\r\n")

    def test_who_comes_later_waits_behind_who_waits_for_another_mailbox(self) -> None:
        """Otherwise a mailbox in steady use would keep all others out for ever."""
        peer = selected()
        first, second, third, fourth = (
            Run(peer, within(peer.connection, mailbox, noop(peer))) for mailbox in ("INBOX", "x", "INBOX", "x")
        )
        peer.expect(b"K2 NOOP\r\n")
        third.resume()
        peer.expect(b"")
        first.say(b"K2 OK\r\n")
        for run in (fourth, third, second):  # whoever is resumed first, it is the second's turn
            run.resume()
        peer.expect(b"K3 SELECT x\r\n")
        second.say(ok(3))
        fourth.resume()
        peer.expect(b"K4 NOOP\r\n")
        second.say(b"K4 OK\r\n")
        third.resume()
        fourth.resume()
        peer.expect(b"K5 SELECT INBOX\r\n")
        third.say(ok(5))
        fourth.resume()
        peer.expect(b"K6 NOOP\r\n")
        third.say(b"K6 OK\r\n")
        fourth.resume()
        peer.expect(b"K7 SELECT x\r\n")
        fourth.close()
        assert not peer.connection.session.line
        assert peer.connection.session.selection_users == 0

    def test_who_waits_in_front_and_fits_holds_nobody_up(self) -> None:
        peer = greeted()
        runs = [Run(peer, within(peer.connection, "x", noop(peer))) for _ in range(3)]
        peer.expect(b"K1 SELECT x\r\n")
        peer.say(ok(1))
        for run in reversed(runs):
            run.resume()
        peer.expect(b"K2 NOOP\r\nK3 NOOP\r\nK4 NOOP\r\n")

    def test_who_needs_to_write_is_not_kept_out_by_those_who_read(self) -> None:
        peer = greeted()
        reading = Run(peer, within(peer.connection, "x", noop(peer), read_only=True))
        peer.expect(b"K1 EXAMINE x\r\n")
        reading.say(b"K1 OK [READ-ONLY] x\r\n")
        writing = Run(peer, within(peer.connection, "x", noop(peer)))
        more = Run(peer, within(peer.connection, "x", noop(peer), read_only=True))
        peer.expect(b"K2 NOOP\r\n")
        reading.say(b"K2 OK\r\n")
        more.resume()
        writing.resume()
        peer.expect(b"K3 SELECT x\r\n")
        more.close()
        writing.close()

    def test_who_gives_up_waiting_holds_nobody_up(self) -> None:
        peer = selected()
        first, second, third = (
            Run(peer, within(peer.connection, mailbox, noop(peer))) for mailbox in ("INBOX", "x", "INBOX")
        )
        peer.expect(b"K2 NOOP\r\n")
        second.close()
        third.resume()
        peer.expect(b"K3 NOOP\r\n")
        first.close()
        third.close()
        assert not peer.connection.session.line

    def test_uidvalidity(self) -> None:
        peer = greeted()
        flow = within(peer.connection, "x", noop(peer), uidvalidity=6)
        with pytest.raises(UidValidityChanged, match="has UIDVALIDITY 7 now, not 6"):
            dialogue(peer, flow, (b"K1 SELECT x\r\n", ok(1)))
        assert peer.connection.session.selection_users == 0
        peer.expect(b"")
        dialogue(peer, within(peer.connection, "x", noop(peer), uidvalidity=7), (b"K2 NOOP\r\n", b"K2 OK\r\n"))

    def test_no_uidvalidity_at_all(self) -> None:
        peer = greeted()
        flow = within(peer.connection, "x", noop(peer), uidvalidity=6)
        dialogue(peer, flow, (b"K1 SELECT x\r\n", b"K1 OK\r\n"), (b"K2 NOOP\r\n", b"K2 OK\r\n"))

    def test_refused(self) -> None:
        peer = greeted()
        with pytest.raises(FolderNotFound):
            dialogue(
                peer,
                within(peer.connection, "x", noop(peer)),
                (b"K1 SELECT x\r\n", b"K1 NO no\r\n"),
                (b'K2 LIST "" "x"\r\n', b"K2 OK\r\n"),
            )
        assert peer.connection.session.selection_users == 0

    def test_given_up(self) -> None:
        peer = selected()
        closed: list[bool] = []

        def flow() -> Flow[None]:
            try:
                yield from noop(peer)
            finally:
                closed.append(True)

        Run(peer, within(peer.connection, "INBOX", flow())).close()
        assert closed == [True]
        assert peer.connection.session.selection_users == 0

    def test_given_up_while_it_waits(self) -> None:
        peer = selected()
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        Run(peer, within(peer.connection, "x", noop(peer))).close()
        assert peer.connection.session.selection_users == 1
        first.close()

    def test_the_end_while_it_waits(self) -> None:
        peer = selected()
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        second = Run(peer, within(peer.connection, "x", noop(peer)))
        peer.connection.receive_eof()
        for run in (first, second):
            with pytest.raises(ConnectionLost):
                run.resume()


def deleting(peer: Peer) -> Flow[None]:
    yield from execute(peer.connection, UidExpunge(UidSet([2])))


class TestApart:
    DELETE = (b"K3 DELETE x\r\n", b"K3 OK\r\n")

    def delete(self, peer: Peer) -> Flow[None]:
        return apart(peer.connection, execute(peer.connection, Delete("x")))

    def test_nothing_is_selected(self) -> None:
        peer = greeted()
        dialogue(peer, self.delete(peer), (b"K1 DELETE x\r\n", b"K1 OK\r\n"))
        assert peer.connection.session.selection_users == 0

    def test_unselect(self) -> None:
        peer = selected("UNSELECT")
        dialogue(peer, self.delete(peer), (b"K2 UNSELECT\r\n", b"K2 OK\r\n"), self.DELETE)

    def test_close_never_expunges(self) -> None:
        peer = selected()
        dialogue(
            peer,
            self.delete(peer),
            (b"K2 EXAMINE INBOX\r\n", b"K2 OK [READ-ONLY] x\r\n"),
            (b"K3 CLOSE\r\n", b"K3 OK\r\n"),
            (b"K4 DELETE x\r\n", b"K4 OK\r\n"),
        )

    def test_examined_already(self) -> None:
        peer = greeted()
        dialogue(peer, select(peer.connection, "y", read_only=True), (b"K1 EXAMINE y\r\n", b"K1 OK [READ-ONLY] x\r\n"))
        dialogue(peer, self.delete(peer), (b"K2 CLOSE\r\n", b"K2 OK\r\n"), self.DELETE)

    def test_close_is_refused(self) -> None:  # pymap 0.36
        peer = greeted()
        dialogue(peer, select(peer.connection, "y", read_only=True), (b"K1 EXAMINE y\r\n", b"K1 OK [READ-ONLY] x\r\n"))
        dialogue(
            peer,
            self.delete(peer),
            (b"K2 CLOSE\r\n", b"K2 NO [READ-ONLY] Mailbox is read-only.\r\n"),
            (b"K3 EXAMINE INBOX\r\n", b"K3 OK [READ-ONLY] x\r\n"),
            (b"K4 DELETE x\r\n", b"K4 OK\r\n"),
        )

    @pytest.mark.parametrize("unselect", [True, False])
    def test_after_a_selection_that_was_given_up_none_is_selected(self, unselect: bool) -> None:
        """The mailbox to be deleted may be the one that the server has selected, unheard of."""
        peer = greeted("UNSELECT" if unselect else "")
        Run(peer, within(peer.connection, "x", noop(peer))).close()
        peer.expect(b"")
        first = Run(peer, within(peer.connection, "x", noop(peer)))
        peer.expect(b"K2 SELECT x\r\n")
        first.close()
        run = Run(peer, self.delete(peer))
        peer.expect(b"")
        run.say(ok(2))
        peer.expect(b"K3 EXAMINE INBOX\r\n")
        run.say(b"K3 OK [READ-ONLY] x\r\n")
        peer.expect(b"K4 UNSELECT\r\n" if unselect else b"K4 CLOSE\r\n")
        run.say(b"K4 OK\r\n")
        peer.expect(b"K5 DELETE x\r\n")
        run.say(b"K5 OK\r\n")
        assert run.done

    def test_after_a_selection_that_was_taken_back_none_is_selected(self) -> None:
        peer = selected("UNSELECT")
        peer.connection.send(Select("y")).abandon()
        dialogue(
            peer,
            self.delete(peer),
            (b"K3 EXAMINE INBOX\r\n", b"K3 OK [READ-ONLY] x\r\n"),
            (b"K4 UNSELECT\r\n", b"K4 OK\r\n"),
            (b"K5 DELETE x\r\n", b"K5 OK\r\n"),
        )

    def test_it_waits_until_all_are_through(self) -> None:
        peer = selected()
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        run = Run(peer, self.delete(peer))
        peer.expect(b"K2 NOOP\r\n")
        first.say(b"K2 OK\r\n")
        run.resume()
        peer.expect(b"K3 EXAMINE INBOX\r\n")
        run.close()
        assert peer.connection.session.selection_users == 0

    def test_nobody_enters_before_it(self) -> None:
        peer = selected("UNSELECT")
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        run = Run(peer, self.delete(peer))
        later = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        peer.expect(b"K2 NOOP\r\n")
        first.say(b"K2 OK\r\n")
        later.resume()
        run.resume()
        peer.expect(b"K3 UNSELECT\r\n")
        run.close()
        later.close()

    def test_the_end_while_it_waits(self) -> None:
        peer = selected()
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        run = Run(peer, self.delete(peer))
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost):
            run.resume()
        first.close()


class TestRunCommand:
    def test_another_mailbox_is_selected_only_when_nobody_relies_on_the_old_one(self) -> None:
        peer = selected("UIDPLUS")
        first = Run(peer, within(peer.connection, "INBOX", deleting(peer)))
        run = Run(peer, run_command(peer.connection, Select("y")))
        later = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        peer.expect(b"K2 UID EXPUNGE 2\r\n")
        run.resume()
        peer.expect(b"")
        first.say(b"K2 OK\r\n")
        later.resume()
        run.resume()
        peer.expect(b"K3 SELECT y\r\n")
        assert peer.connection.session.selection_users == 1
        run.say(ok(3))
        assert run.done
        assert peer.connection.session.selection_users == 0
        later.resume()
        peer.expect(b"K4 SELECT INBOX\r\n")
        later.close()

    def test_nobody_selects_another_one_meanwhile(self) -> None:
        peer = greeted()
        run = Run(peer, run_command(peer.connection, Select("y")))
        later = Run(peer, within(peer.connection, "x", noop(peer)))
        peer.expect(b"K1 SELECT y\r\n")
        run.say(ok(1))
        assert isinstance(run.result, Selected)
        later.resume()
        peer.expect(b"K2 SELECT x\r\n")
        later.close()

    @pytest.mark.parametrize("command", [Close(), Unselect()])
    def test_what_leaves_a_mailbox_waits_too(self, command: Command[None]) -> None:
        peer = selected("UNSELECT")
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        run = Run(peer, run_command(peer.connection, command))
        peer.expect(b"K2 NOOP\r\n")
        first.say(b"K2 OK\r\n")
        run.resume()
        peer.expect(b"K3 %b\r\n" % command.name.encode())
        run.say(b"K3 OK\r\n")
        assert run.done

    def test_any_other_command_waits_for_nobody(self) -> None:
        peer = selected()
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        run = Run(peer, run_command(peer.connection, Noop()))
        peer.expect(b"K2 NOOP\r\nK3 NOOP\r\n")
        assert peer.connection.session.selection_users == 1
        run.say(b"K2 OK\r\nK3 OK\r\n")
        assert run.done
        first.resume()

    def test_refused(self) -> None:
        peer = greeted()
        with pytest.raises(FolderNotFound):
            dialogue(
                peer,
                run_command(peer.connection, Select("y")),
                (b"K1 SELECT y\r\n", b"K1 NO [NONEXISTENT] no\r\n"),
            )
        assert peer.connection.session.selection_users == 0

    def test_given_up(self) -> None:
        peer = selected()
        first = Run(peer, within(peer.connection, "INBOX", noop(peer)))
        Run(peer, run_command(peer.connection, Select("y"))).close()
        assert not peer.connection.session.line
        peer.expect(b"K2 NOOP\r\n")
        first.close()
        assert peer.connection.session.selection_users == 0


class TestCatchUp:
    def test_hears_what_is_new(self) -> None:
        peer = selected()
        dialogue(peer, catch_up(peer.connection, "inbox"), (b"K2 NOOP\r\n", b"* 4 EXISTS\r\nK2 OK\r\n"))

    def test_another_mailbox(self) -> None:
        peer = selected()
        dialogue(peer, catch_up(peer.connection, "x"))
        peer = greeted()
        dialogue(peer, catch_up(peer.connection, "x"))

    def test_a_dead_connection(self) -> None:
        peer = selected()
        run = Run(peer, catch_up(peer.connection, "INBOX"))
        peer.connection.receive_eof()
        run.resume()
        assert run.done
        dialogue(peer, catch_up(peer.connection, "INBOX"))


class TestShowing:
    """Only a session that has not heard of what it added itself has to ask."""

    COPY = b"K2 UID COPY 2 INBOX\r\n"

    def copy(self, peer: Peer, mailbox: str = "INBOX") -> Flow[object]:
        return showing(peer.connection, mailbox, execute(peer.connection, Copy(UidSet([2]), mailbox)))

    def test_it_was_told(self) -> None:
        peer = selected()
        dialogue(peer, self.copy(peer), (self.COPY, b"* 4 EXISTS\r\nK2 OK\r\n"))

    def test_it_asks(self) -> None:
        peer = selected()
        dialogue(peer, self.copy(peer), (self.COPY, b"K2 OK\r\n"), (b"K3 NOOP\r\n", b"* 4 EXISTS\r\nK3 OK\r\n"))

    def test_another_mailbox(self) -> None:
        peer = selected()
        dialogue(peer, self.copy(peer, "x"), (b"K2 UID COPY 2 x\r\n", b"K2 OK\r\n"))
