"""Running commands from a flow."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, ConnectionLost
from imapkit.protocol.extensions.inprogress import InProgress
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.flows.base import Wait, execute, wait_for
from tests.protocol.peer import Run, dialogue, greeted


class TestExecute:
    def test_result(self) -> None:
        peer = greeted()
        result = dialogue(
            peer, execute(peer.connection, List()), (b'K1 LIST "" "*"\r\n', b"* LIST () NIL x\r\nK1 OK\r\n")
        )
        assert [listed.mailbox for listed in result.mailboxes] == ["x"]

    def test_it_waits_on(self) -> None:
        peer = greeted()
        run = Run(peer, execute(peer.connection, Noop()))
        assert run.wait == Wait()
        run.resume()
        assert not run.done
        assert peer.connection.awaited == "the answer to NOOP"

    def test_refused(self) -> None:
        peer = greeted()
        run = Run(peer, execute(peer.connection, Noop()))
        run.hear()
        with pytest.raises(CommandError, match="later"):
            run.say(b"K1 NO later\r\n")

    def test_given_up_before_it_is_sent(self) -> None:
        peer = greeted()
        Run(peer, execute(peer.connection, Create("x"))).close()
        peer.expect(b"")
        peer.send(Noop(), b"K2 NOOP\r\n")

    def test_a_dead_connection(self) -> None:
        peer = greeted()
        run = Run(peer, execute(peer.connection, Noop()))
        peer.connection.receive_eof()
        with pytest.raises(ConnectionLost):
            run.resume()
        with pytest.raises(ConnectionLost):
            Run(peer, execute(peer.connection, Noop()))


class TestInProgress:
    """What the server tells of a command's progress is heard by whoever runs it (RFC 9585)."""

    def test_it_is_heard(self) -> None:
        peer = greeted("INPROGRESS")
        told: list[InProgress] = []
        run = Run(peer, execute(peer.connection, Noop(), told.append))
        run.hear()
        run.say(b'* OK [INPROGRESS ("K1" 1 4)] on\r\n* OK [INPROGRESS ("K1" NIL NIL)] on\r\n* OK on\r\n')
        run.say(b"* OK [INPROGRESS] on\r\n", b"* OK [INPROGRESS (NIL 2 4)] on\r\n", b"* 3 EXISTS\r\n")
        assert told == [InProgress("K1", 1, 4), InProgress("K1"), InProgress(), InProgress(None, 2, 4)]
        run.say(b"K1 OK done\r\n")
        assert run.done
        peer.say(b'* OK [INPROGRESS ("K1" 4 4)] late\r\n')
        assert len(told) == 4
        assert not peer.connection.listeners

    def test_only_what_is_about_it(self) -> None:
        peer = greeted("INPROGRESS")
        told: list[InProgress] = []
        run = Run(peer, execute(peer.connection, Noop(), told.append))
        peer.say(b"* OK [INPROGRESS] of nothing: it has not left\r\n")
        other = peer.connection.send(Noop())
        peer.expect(b"K1 NOOP\r\nK2 NOOP\r\n")
        peer.say(b'* OK [INPROGRESS ("K2" 1 4)] of the other\r\n', b"* OK [INPROGRESS] of either\r\n")
        assert told == []
        peer.say(b"K2 OK\r\n* OK [INPROGRESS] of the one that is left\r\n")
        assert other.done
        assert told == [InProgress()]
        run.say(b"K1 OK\r\n")
        assert run.done

    def test_what_goes_wrong_in_hearing_it_is_raised_by_the_command(self) -> None:
        def refuse(told: InProgress) -> None:
            raise ZeroDivisionError

        peer = greeted("INPROGRESS")
        run = Run(peer, execute(peer.connection, Noop(), refuse))
        run.hear()
        run.say(b'* OK [INPROGRESS ("K1" 1 4)] on\r\n')
        assert not run.done
        with pytest.raises(ZeroDivisionError):
            run.say(b"K1 OK\r\n")
        assert peer.connection.error is None

    def test_given_up(self) -> None:
        peer = greeted("INPROGRESS")
        told: list[InProgress] = []
        run = Run(peer, execute(peer.connection, Noop(), told.append))
        run.hear()
        run.close()
        peer.say(b'* OK [INPROGRESS ("K1" 1 4)] on\r\nK1 OK\r\n')
        assert told == []


class TestWaitFor:
    def test_all_of_them(self) -> None:
        peer = greeted()
        pending = [peer.connection.send(GetStatus(name, (MESSAGES,))) for name in ("x", "y")]
        run = Run(peer, wait_for(peer.connection, pending))
        run.expect(b"K1 STATUS x (MESSAGES)\r\nK2 STATUS y (MESSAGES)\r\n")
        run.say(b"* STATUS y (MESSAGES 2)\r\nK2 OK\r\n")
        assert not run.done
        run.say(b"K1 NO no\r\n")
        assert run.done
        with pytest.raises(CommandError):
            pending[0].result()
        assert (counts := pending[1].result()) is not None
        assert (counts.mailbox, counts.get(MESSAGES)) == ("y", 2)

    def test_none(self) -> None:
        peer = greeted()
        assert Run(peer, wait_for(peer.connection, [])).done

    def test_given_up(self) -> None:
        peer = greeted()
        pending = [peer.connection.send(GetStatus("x", (MESSAGES,))) for _ in range(2)]
        run = Run(peer, wait_for(peer.connection, pending))
        run.expect(b"K1 STATUS x (MESSAGES)\r\n")
        run.close()
        peer.expect(b"")
        peer.say(b"* STATUS x (MESSAGES 1)\r\nK1 OK\r\n")
        peer.send(Noop(), b"K3 NOOP\r\n")

    def test_what_is_done(self) -> None:
        peer = greeted()
        pending = peer.send(Noop(), b"K1 NOOP\r\n")
        peer.say(b"K1 OK\r\n")
        assert Run(peer, wait_for(peer.connection, [pending])).done
