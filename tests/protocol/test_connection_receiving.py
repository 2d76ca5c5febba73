"""What a connection makes of what comes: answers, sinks, and the limits on both."""

from __future__ import annotations

import tracemalloc

import pytest

from imapkit.errors import (
    CommandError,
    ConnectionLost,
    LimitExceeded,
    ProtocolError,
)
from imapkit.protocol.extensions.expunge import Expunged
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, Fetched, body_section
from imapkit.protocol.extensions.select import Exists
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.model import Condition, Unknown, Untagged
from imapkit.protocol.wire.limits import Limits
from tests.protocol.commands import (
    FETCH_UID,
    UIDS,
)
from tests.protocol.peer import greeted, selected


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
