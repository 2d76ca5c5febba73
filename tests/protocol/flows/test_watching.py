"""What a watch tells, whatever the server says in whichever order."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, ConnectionLost, ImapTimeout, ServerBye, ServerUnavailable
from imapkit.protocol.extensions.fetch import RFC822_SIZE
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows import places
from imapkit.protocol.flows.base import Signal
from imapkit.protocol.flows.places import Places
from imapkit.protocol.flows.watching import IDLE_SECONDS, POLL_SECONDS, Change, Gone, New, Reflagged, Watch
from imapkit.protocol.wire.limits import DEFAULT_LIMITS, Limits
from imapkit.types.uids import UidSet
from tests.protocol.memory import memory
from tests.protocol.peer import Peer, Run, dialogue, greeted

Told = list[tuple[str, int | list[int]]]


def told(changes: list[Change]) -> Told:
    """The changes in short."""
    short: Told = []
    for change in changes:
        match change:
            case New(data):
                assert data.uid is not None
                short.append(("new", data.uid))
            case Reflagged(data):
                assert data.uid is not None
                short.append(("flags", data.uid))
            case Gone(uids):
                short.append(("gone", list(uids)))
    return short


def fetched(*messages: tuple[int, int]) -> bytes:
    """FETCH responses of (sequence number, UID)."""
    return b"".join(b"* %d FETCH (UID %d FLAGS () RFC822.SIZE 9)\r\n" % message for message in messages)


def uids_of(watch: Watch) -> list[int | None]:
    """All messages by sequence number, None where the UID is not known."""
    there = watch._places
    return [there.uid(seq) for seq in range(1, there.count + 1)]


def places_of(*uids: int | None) -> Places:
    """Such places."""
    there = Places(len(uids))
    there.learn({seq: uid for seq, uid in enumerate(uids, 1) if uid is not None})
    return there


class Scene:
    """A watch over three messages with the UIDs 11, 12 and 13."""

    def __init__(
        self, capabilities: str = "IDLE", *, uids: tuple[int, ...] = (11, 12, 13), limits: Limits = DEFAULT_LIMITS
    ) -> None:
        self.peer = greeted(capabilities, limits=limits)
        self.watch = Watch(self.peer.connection, "INBOX", (RFC822_SIZE,))
        self.count = 0
        run = Run(self.peer, self.watch.start())
        # A server with QRESYNC has CONDSTORE (RFC 7162, 3.2.3).
        run.expect(self.tag(b"EXAMINE INBOX (CONDSTORE)" if "QRESYNC" in capabilities else b"EXAMINE INBOX"))
        run.say(b"* %d EXISTS\r\n" % len(uids) + self.ok())
        if uids:
            run.expect(self.tag(b"FETCH 1:%d (UID)" % len(uids) if len(uids) > 1 else b"FETCH 1 (UID)"))
            run.say(b"".join(b"* %d FETCH (UID %d)\r\n" % pair for pair in enumerate(uids, 1)) + self.ok())
        assert run.done

    def tag(self, command: bytes) -> bytes:
        self.count += 1
        return b"K%d %b\r\n" % (self.count, command)

    def ok(self) -> bytes:
        return b"K%d OK done\r\n" % self.count

    def next(self, timeout: float | None = None) -> Run:
        """Begin to idle."""
        run = Run(self.peer, self.watch.next(timeout))
        run.expect(self.tag(b"IDLE"))
        return run

    def hear(self, said: bytes, *turns: tuple[bytes, bytes]) -> Told:
        """What is told of this, said during IDLE, when these questions are answered so."""
        run = self.next()
        run.say(b"+ idling\r\n" + said)
        return self.finish(run, *turns)

    def finish(self, run: Run, *turns: tuple[bytes, bytes]) -> Told:
        self.done(run)
        return self.answer(run, *turns)

    def done(self, run: Run) -> None:
        """IDLE is ended, and the server says so."""
        run.expect(b"DONE\r\n")
        run.say(self.ok())

    def answer(self, run: Run, *turns: tuple[bytes, bytes]) -> Told:
        for question, answer in turns:
            run.expect(self.tag(question))
            run.say(answer + self.ok())
        run.expect(b"")
        assert run.done
        return told(run.result)  # type: ignore[arg-type]

    @property
    def uids(self) -> list[int | None]:
        return uids_of(self.watch)


ITEMS = b"(UID FLAGS RFC822.SIZE)"


class TestStart:
    def test_an_empty_mailbox(self) -> None:
        scene = Scene(uids=())
        assert scene.hear(b"* 1 EXISTS\r\n", (b"FETCH 1 " + ITEMS, fetched((1, 4)))) == [("new", 4)]

    def test_what_comes_while_it_looks_is_told(self) -> None:
        peer = greeted("IDLE")
        watch = Watch(peer.connection, "INBOX", ())
        dialogue(
            peer,
            watch.start(),
            (b"K1 EXAMINE INBOX\r\n", b"* 1 EXISTS\r\nK1 OK\r\n"),
            (b"K2 FETCH 1 (UID)\r\n", b"* 1 FETCH (UID 11)\r\n* 2 EXISTS\r\nK2 OK\r\n"),
        )
        changes = dialogue(peer, watch.next(), (b"K3 FETCH 2 (UID FLAGS)\r\n", b"* 2 FETCH (UID 12)\r\nK3 OK\r\n"))
        assert told(changes) == [("new", 12)]

    @pytest.mark.parametrize("said", [b"* 1 EXPUNGE\r\n", b"* VANISHED 11\r\n"])
    def test_a_server_that_expunges_while_numbers_are_asked_for_is_asked_again(self, said: bytes) -> None:
        peer = greeted("IDLE")
        watch = Watch(peer.connection, "INBOX", ())
        dialogue(
            peer,
            watch.start(),
            (b"K1 EXAMINE INBOX\r\n", b"* 2 EXISTS\r\nK1 OK\r\n"),
            (b"K2 FETCH 1:2 (UID)\r\n", b"* 1 FETCH (UID 11)\r\n" + said + b"* 1 FETCH (UID 12)\r\nK2 OK\r\n"),
            (b"K3 FETCH 1 (UID)\r\n", b"* 1 FETCH (UID 12)\r\nK3 OK\r\n"),
        )
        assert uids_of(watch) == [12]

    def test_a_message_that_is_not_told_of_keeps_its_place(self) -> None:
        scene = Scene(uids=(11,))
        scene.watch._places = places_of(11, None, 13)
        assert scene.hear(b"* 3 EXPUNGE\r\n") == [("gone", [13])]
        assert scene.hear(b"* 2 EXPUNGE\r\n* 1 EXPUNGE\r\n") == [("gone", [11])]

    def test_a_message_that_the_server_leaves_out(self) -> None:
        peer = greeted("IDLE")
        watch = Watch(peer.connection, "INBOX", ())
        dialogue(
            peer,
            watch.start(),
            (b"K1 EXAMINE INBOX\r\n", b"* 3 EXISTS\r\nK1 OK\r\n"),
            (b"K2 FETCH 1:3 (UID)\r\n", b"* 1 FETCH (UID 11)\r\n* 3 FETCH (UID 13)\r\nK2 NO one is gone\r\n"),
        )
        assert uids_of(watch) == [11, None, 13]


class TestChanges:
    def test_a_new_message(self) -> None:
        scene = Scene()
        assert scene.hear(b"* 4 EXISTS\r\n* 1 RECENT\r\n", (b"FETCH 4 " + ITEMS, fetched((4, 14)))) == [("new", 14)]
        assert scene.uids == [11, 12, 13, 14]

    def test_several(self) -> None:
        scene = Scene()
        answer = fetched((5, 15), (4, 14))
        assert scene.hear(b"* 4 EXISTS\r\n* 5 EXISTS\r\n", (b"FETCH 4:5 " + ITEMS, answer)) == [
            ("new", 14),
            ("new", 15),
        ]

    def test_gone(self) -> None:
        scene = Scene()
        assert scene.hear(b"* 2 EXPUNGE\r\n") == [("gone", [12])]
        assert scene.hear(b"* 2 EXPUNGE\r\n") == [("gone", [13])]

    def test_a_burst(self) -> None:
        scene = Scene()
        assert scene.hear(b"* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n") == [("gone", [11, 12, 13])]
        assert scene.uids == []

    @pytest.mark.parametrize("said", [b"* 2 FETCH (FLAGS (\\Seen))\r\n", b"* 2 FETCH (FLAGS (\\Seen) UID 12)\r\n"])
    def test_flags(self, said: bytes) -> None:
        assert Scene().hear(said, (b"UID FETCH 12 " + ITEMS, fetched((2, 12)))) == [("flags", 12)]

    def test_flags_without_uid_are_of_the_message_that_has_the_number_then(self) -> None:
        scene = Scene()
        said = b"* 2 FETCH (FLAGS (a))\r\n* 1 EXPUNGE\r\n* 2 FETCH (FLAGS (b))\r\n"
        answer = fetched((1, 12), (2, 13))
        assert scene.hear(said, (b"UID FETCH 12:13 " + ITEMS, answer)) == [
            ("gone", [11]),
            ("flags", 12),
            ("flags", 13),
        ]

    def test_flags_of_a_message_that_goes_at_once(self) -> None:
        assert Scene().hear(b"* 2 FETCH (FLAGS (a))\r\n* 2 EXPUNGE\r\n") == [("gone", [12])]

    def test_flags_of_a_message_that_is_gone_when_it_is_asked_for(self) -> None:
        scene = Scene()
        run = scene.next(60)
        run.say(b"+\r\n* 2 FETCH (FLAGS (a))\r\n")
        scene.done(run)
        run.expect(scene.tag(b"UID FETCH 12 " + ITEMS))
        run.say(scene.ok())
        run.expect(scene.tag(b"IDLE"))
        run.say(b"+\r\n* 2 EXPUNGE\r\n")
        assert scene.finish(run) == [("gone", [12])]

    def test_flags_of_a_new_message_come_with_it(self) -> None:
        said = b"* 4 EXISTS\r\n* 4 FETCH (FLAGS (a))\r\n* 4 FETCH (UID 14 FLAGS (b))\r\n"
        assert Scene().hear(said, (b"FETCH 4 " + ITEMS, fetched((4, 14)))) == [("new", 14)]

    def test_vanished(self) -> None:
        scene = Scene("IDLE QRESYNC")
        assert scene.hear(b"* VANISHED 11,13\r\n") == [("gone", [11, 13])]
        assert scene.uids == [12]

    def test_what_is_of_no_interest(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+ idling\r\n", b"* OK still here\r\n", b"* 0 RECENT\r\n", b"* CAPABILITY IMAP4rev1 IDLE\r\n")
        run.expect(b"")
        assert not run.done

    def test_what_changes_nothing(self) -> None:
        scene = Scene()
        run = scene.next()
        said = b"* 3 EXISTS\r\n* 2 FETCH (MODSEQ (5))\r\n* VANISHED (EARLIER) 1:5\r\n* 9 FETCH (FLAGS ())\r\n"
        run.say(b"+ idling\r\n" + said)
        scene.done(run)
        run.expect(scene.tag(b"IDLE"))
        assert scene.uids == [11, 12, 13]


class TestRaces:
    def test_a_message_that_comes_and_goes(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 4 EXISTS\r\n* 4 EXPUNGE\r\n")
        scene.done(run)
        run.expect(scene.tag(b"IDLE"))  # nobody was told of it, so nothing is told
        assert scene.uids == [11, 12, 13]

    def test_one_goes_and_another_comes_to_its_number(self) -> None:
        said = b"* 4 EXISTS\r\n* 4 EXPUNGE\r\n* 4 EXISTS\r\n"
        scene = Scene()
        assert scene.hear(said, (b"FETCH 4 " + ITEMS, fetched((4, 15)))) == [("new", 15)]
        assert scene.hear(b"* 4 EXPUNGE\r\n") == [("gone", [15])]

    def test_new_ones_and_old_ones_at_once(self) -> None:
        said = b"* 5 EXISTS\r\n* 2 EXPUNGE\r\n* 1 EXPUNGE\r\n* 4 EXISTS\r\n"
        scene = Scene()
        answer = fetched((2, 14), (3, 15), (4, 16))
        assert scene.hear(said, (b"FETCH 2:4 " + ITEMS, answer)) == [
            ("gone", [11, 12]),
            ("new", 14),
            ("new", 15),
            ("new", 16),
        ]
        assert scene.uids == [13, 14, 15, 16]

    def test_the_event_comes_with_the_plus(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+ idling\r\n* 1 EXPUNGE\r\n")
        assert scene.finish(run) == [("gone", [11])]

    def test_the_event_comes_before_the_plus(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"* 1 EXPUNGE\r\n")
        run.expect(b"")  # DONE may be said only when the server idles
        run.say(b"+ idling\r\n")
        assert scene.finish(run) == [("gone", [11])]

    def test_events_between_DONE_and_OK(self) -> None:  # noqa: N802
        scene = Scene()
        run = scene.next()
        run.say(b"+ idling\r\n* 1 EXPUNGE\r\n")
        run.expect(b"DONE\r\n")
        run.say(b"* 1 EXPUNGE\r\n", b"* 2 EXISTS\r\n" + scene.ok())
        assert scene.answer(run, (b"FETCH 2 " + ITEMS, fetched((2, 14)))) == [("gone", [11, 12]), ("new", 14)]

    def test_events_while_it_asks_are_told_next(self) -> None:
        scene = Scene()
        assert scene.hear(b"* 4 EXISTS\r\n", (b"FETCH 4 " + ITEMS, b"* 5 EXISTS\r\n" + fetched((4, 14)))) == [
            ("new", 14)
        ]
        run = Run(scene.peer, scene.watch.next())
        assert scene.answer(run, (b"FETCH 5 " + ITEMS, fetched((5, 15)))) == [("new", 15)]

    def test_a_new_message_that_is_gone_when_it_is_asked_for(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 5 EXISTS\r\n")
        scene.done(run)
        run.expect(scene.tag(b"FETCH 4:5 " + ITEMS))
        run.say(b"K%d NO Some of the requested messages no longer exist.\r\n" % scene.count)
        run.expect(scene.tag(b"IDLE"))
        assert scene.uids == [11, 12, 13, None, None]
        run.say(b"+\r\n* 4 EXPUNGE\r\n* 4 EXISTS\r\n")
        assert scene.finish(run, (b"FETCH 4 " + ITEMS, fetched((4, 15)))) == [("new", 15)]

    def test_places_that_stayed_empty_are_asked_for_again(self) -> None:
        scene = Scene()
        scene.watch._places = places_of(11, None, 13)
        answer = b"* 2 FETCH (UID 12)\r\n* 3 FETCH (UID 13)\r\n* 4 FETCH (FLAGS ())\r\n"
        assert scene.hear(b"* 4 EXISTS\r\n", (b"FETCH 2:4 " + ITEMS, answer)) == [("new", 12)]
        assert scene.uids == [11, 12, 13, None]

    def test_a_server_that_expunges_while_it_is_asked_by_number(self) -> None:
        scene = Scene()
        said = (b"FETCH 4 " + ITEMS, b"* 1 EXPUNGE\r\n" + fetched((3, 14)))
        looked = (b"FETCH 1:3 (UID)", b"* 1 FETCH (UID 12)\r\n* 2 FETCH (UID 13)\r\n* 3 FETCH (UID 14)\r\n")
        again = (b"UID FETCH 14 " + ITEMS, fetched((3, 14)))
        assert scene.hear(b"* 4 EXISTS\r\n", said, looked, again) == [("gone", [11]), ("new", 14)]

    @pytest.mark.parametrize(
        "said",
        [b"* 2 EXISTS\r\n", b"* 7 EXPUNGE\r\n", b"* VANISHED 11,99\r\n"],
        ids=["fewer without EXPUNGE", "a number that there is not", "a UID that there is not"],
    )
    def test_views_that_do_not_fit_are_compared(self, said: bytes) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 4 EXISTS\r\n" + said + b"* 2 EXISTS\r\n")
        look = (b"FETCH 1:2 (UID)", b"* 1 FETCH (UID 12)\r\n* 2 FETCH (UID 14)\r\n")
        assert scene.finish(run, look, (b"UID FETCH 14 " + ITEMS, fetched((2, 14)))) == [
            ("gone", [11, 13]),
            ("new", 14),
        ]
        assert scene.uids == [12, 14]

    def test_compared_and_alike(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 7 EXPUNGE\r\n* 3 EXISTS\r\n")
        scene.done(run)
        run.expect(scene.tag(b"FETCH 1:3 (UID)"))
        run.say(b"* 1 FETCH (UID 11)\r\n* 2 FETCH (UID 12)\r\n* 3 FETCH (UID 13)\r\n" + scene.ok())
        run.expect(scene.tag(b"IDLE"))

    def test_compared_and_empty(self) -> None:
        scene = Scene()
        assert scene.hear(b"* 9 EXPUNGE\r\n* 0 EXISTS\r\n") == [("gone", [11, 12, 13])]

    @pytest.mark.parametrize("partial", [b"", b"* 1 FETCH (UID 11)\r\n"], ids=["nothing told", "some told"])
    def test_a_comparison_that_is_refused_says_of_nothing_that_it_is_gone(self, partial: bytes) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 7 EXPUNGE\r\n* 3 EXISTS\r\n")
        scene.done(run)
        run.expect(scene.tag(b"FETCH 1:3 (UID)"))
        with pytest.raises(CommandError, match="not all"):
            run.say(partial + b"K%d NO not all of them\r\n" % scene.count)
        assert scene.uids == [11, 12, 13]
        # The two views do not fit together still, and are compared the next time.
        run = Run(scene.peer, scene.watch.next(0))
        looked = b"* 1 FETCH (UID 11)\r\n* 2 FETCH (UID 12)\r\n* 3 FETCH (UID 14)\r\n"
        new = (b"UID FETCH 14 " + ITEMS, fetched((3, 14)))
        assert scene.answer(run, (b"NOOP", b""), (b"FETCH 1:3 (UID)", looked), new) == [("gone", [13]), ("new", 14)]

    def test_more_than_can_be_kept(self) -> None:
        scene = Scene(limits=Limits(events=10))
        run = scene.next()
        run.say(b"+\r\n* 1 EXPUNGE\r\n" + b"* 2 FETCH (FLAGS ())\r\n" * 50 + b"* 3 EXISTS\r\n")
        look = (b"FETCH 1:3 (UID)", b"* 1 FETCH (UID 12)\r\n* 2 FETCH (UID 13)\r\n* 3 FETCH (UID 14)\r\n")
        changes = scene.finish(run, look, (b"UID FETCH 14 " + ITEMS, fetched((3, 14))))
        assert changes == [("gone", [11]), ("new", 14)]


class TestNumbersThatCannotBe:
    """Whoever says that there are four milliards of messages gets no memory for them."""

    def test_at_the_start(self) -> None:
        with memory(octets=1_000_000):
            peer = greeted("IDLE")
            watch = Watch(peer.connection, "INBOX", ())
            dialogue(
                peer,
                watch.start(),
                (b"K1 EXAMINE INBOX\r\n", b"* 4294967295 EXISTS\r\nK1 OK\r\n"),
                (
                    b"K2 FETCH 1:4294967295 (UID)\r\n",
                    b"* 1 FETCH (UID 11)\r\n* 4294967295 FETCH (UID 13)\r\nK2 OK\r\n",
                ),
            )
            assert watch._places.known == {11, 13}
            assert watch._places.uid(4294967295) == 13

    def test_meanwhile(self) -> None:
        with memory(octets=1_000_000):
            scene = Scene()
            said = b"* 4294967295 EXISTS\r\n* 4294967294 EXPUNGE\r\n* 4294967290 FETCH (FLAGS (a))\r\n"
            answer = fetched((4, 14), (4294967294, 15))
            assert scene.hear(said, (b"FETCH 4:4294967294 " + ITEMS, answer)) == [("new", 14), ("new", 15)]
            assert scene.hear(b"* 2000 EXPUNGE\r\n* 4294967293 EXPUNGE\r\n") == [("gone", [15])]
            assert scene.watch._places.count == 4294967292

    def test_all_that_vanish(self) -> None:
        with memory(octets=1_000_000):
            scene = Scene("IDLE QRESYNC")
            look = (b"FETCH 1:2 (UID)", b"* 1 FETCH (UID 11)\r\n* 2 FETCH (UID 12)\r\n")
            assert scene.hear(b"* VANISHED 1:4294967295\r\n* 2 EXISTS\r\n", look) == [("gone", [13])]
            assert scene.hear(b"* VANISHED 11\r\n* VANISHED (EARLIER) 1:4294967295\r\n") == [("gone", [11])]

    def test_number_zero(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 0 FETCH (FLAGS (a))\r\n")
        scene.done(run)
        run.expect(scene.tag(b"IDLE"))

    def test_flags_of_a_message_that_is_not_known(self) -> None:
        scene = Scene()
        scene.watch._places = places_of(11, None, 13)
        run = scene.next()
        run.say(b"+\r\n* 2 FETCH (FLAGS (a))\r\n")
        scene.done(run)
        run.expect(scene.tag(b"IDLE"))

    @pytest.mark.parametrize("said", [b"* 3 EXPUNGE\r\n", b"* 3 FETCH (FLAGS (a))\r\n"])
    def test_so_many_places_are_empty_that_numbers_are_not_looked_for(
        self, said: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(places, "_MOST_GAPS", 1)
        scene = Scene()
        scene.watch._places = places_of(11, None, 13, None)
        run = scene.next()
        run.say(b"+\r\n" + said + b"* 2 EXISTS\r\n")
        look = (b"FETCH 1:2 (UID)", b"* 1 FETCH (UID 11)\r\n")
        assert scene.finish(run, look) == [("gone", [13])]

    def test_a_uid_needs_no_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(places, "_MOST_GAPS", 1)
        scene = Scene()
        scene.watch._places = places_of(11, None, 13, None)
        said = b"* 3 FETCH (UID 13 FLAGS (a))\r\n"
        assert scene.hear(said, (b"UID FETCH 13 " + ITEMS, fetched((3, 13)))) == [("flags", 13)]


class TestGivingUp:
    def test_what_was_understood_is_told_later(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n* 1 FETCH (FLAGS ())\r\n")
        scene.done(run)
        run.expect(scene.tag(b"FETCH 3 " + ITEMS))
        run.close()
        scene.peer.say(scene.ok())
        run = Run(scene.peer, scene.watch.next(0))
        changes = scene.answer(
            run,
            (b"NOOP", b""),
            (b"FETCH 3 " + ITEMS, fetched((3, 14))),
            (b"UID FETCH 12 " + ITEMS, fetched((1, 12))),
        )
        assert changes == [("gone", [11]), ("new", 14), ("flags", 12)]

    def test_a_refusal_is_raised_and_nothing_lost(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 1 EXPUNGE\r\n* 3 EXISTS\r\n")
        scene.done(run)
        run.expect(scene.tag(b"FETCH 3 " + ITEMS))
        with pytest.raises(ServerUnavailable):
            run.say(b"K%d NO [UNAVAILABLE] later\r\n" % scene.count)
        run = Run(scene.peer, scene.watch.next(0))
        assert scene.answer(run, (b"NOOP", b""), (b"FETCH 3 " + ITEMS, fetched((3, 14)))) == [
            ("gone", [11]),
            ("new", 14),
        ]

    def test_one_that_came_and_went_before_it_could_be_told(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+\r\n* 4 EXISTS\r\n* 1 FETCH (FLAGS ())\r\n")
        scene.done(run)
        run.expect(scene.tag(b"FETCH 4 " + ITEMS))
        run.say(fetched((4, 14)) + scene.ok())
        run.expect(scene.tag(b"UID FETCH 11 " + ITEMS))
        run.close()
        scene.peer.say(b"* 4 EXPUNGE\r\n" + scene.ok())
        run = Run(scene.peer, scene.watch.next(0))
        answer = (b"UID FETCH 11 " + ITEMS, fetched((1, 11)))
        assert scene.answer(run, (b"NOOP", b""), answer) == [("gone", [14]), ("flags", 11)]

    @pytest.mark.parametrize("idling", [True, False])
    def test_while_it_idles(self, idling: bool) -> None:
        scene = Scene()
        run = scene.next()
        if idling:
            run.say(b"+ idling\r\n")
        run.close()
        scene.peer.expect(b"DONE\r\n" if idling else b"")
        scene.peer.say(b"" if idling else b"+ idling\r\n")
        scene.peer.expect(b"" if idling else b"DONE\r\n")
        scene.peer.say(scene.ok())
        scene.peer.send(Noop(), scene.tag(b"NOOP"))


class TestTime:
    def test_nothing_in_time(self) -> None:
        scene = Scene()
        run = scene.next(60)
        assert run.wait is not None
        assert run.wait.timeout == 60
        run.say(b"+ idling\r\n")
        run.resume(Signal.TIMEOUT)
        assert scene.finish(run) == []

    def test_the_server_has_not_even_begun_to_idle(self) -> None:
        scene = Scene()
        run = scene.next(60)
        run.resume(Signal.TIMEOUT)
        run.expect(b"")
        run.say(b"+ idling\r\n")
        assert scene.finish(run) == []

    def test_something_in_the_last_moment(self) -> None:
        scene = Scene()
        run = scene.next(60)
        run.say(b"+ idling\r\n")
        run.resume(Signal.TIMEOUT)
        run.expect(b"DONE\r\n")
        run.say(b"* 1 EXPUNGE\r\n" + scene.ok())
        assert run.done
        assert told(run.result) == [("gone", [11])]  # type: ignore[arg-type]

    def test_what_changes_nothing_does_not_prolong_it(self) -> None:
        scene = Scene()
        run = scene.next(60)
        patience = run.wait
        run.say(b"+ idling\r\n", b"* OK still here\r\n")
        assert run.wait is patience
        run.say(b"* 3 EXISTS\r\n")
        scene.done(run)
        run.expect(scene.tag(b"IDLE"))
        assert run.wait is patience

    def test_idle_is_begun_anew_before_the_server_hangs_up(self) -> None:
        scene = Scene()
        run = scene.next()
        for _ in range(3):
            assert run.wait is not None
            assert run.wait.timeout == IDLE_SECONDS
            run.say(b"+ idling\r\n")
            run.resume(Signal.TIMEOUT)
            scene.done(run)
            run.expect(scene.tag(b"IDLE"))

    def test_a_timeout_longer_than_that(self) -> None:
        scene = Scene()
        run = scene.next(IDLE_SECONDS + 60)
        for seconds in (IDLE_SECONDS, 60):
            assert run.wait is not None
            assert run.wait.timeout == seconds
            run.say(b"+ idling\r\n")
            run.resume(Signal.TIMEOUT)
            scene.done(run)
            if seconds != 60:
                run.expect(scene.tag(b"IDLE"))
        assert run.done
        assert run.result == []

    def test_no_time_at_all(self) -> None:
        scene = Scene()
        run = Run(scene.peer, scene.watch.next(0))
        assert scene.answer(run, (b"NOOP", b"* 1 EXPUNGE\r\n")) == [("gone", [11])]
        run = Run(scene.peer, scene.watch.next(0))
        assert scene.answer(run, (b"NOOP", b"")) == []

    def test_a_server_that_ends_IDLE_by_itself(self) -> None:  # noqa: N802
        scene = Scene()
        run = scene.next()
        run.say(b"+ idling\r\n", scene.ok())
        run.expect(scene.tag(b"IDLE"))


class TestPolling:
    def test_asks_every_so_often(self) -> None:
        scene = Scene("")
        run = Run(scene.peer, scene.watch.next())
        run.expect(scene.tag(b"NOOP"))
        run.say(scene.ok())
        for _ in range(2):
            run.expect(b"")
            assert run.wait is not None
            assert run.wait.timeout == POLL_SECONDS
            run.resume(Signal.TIMEOUT)
            run.expect(scene.tag(b"NOOP"))
            run.say(scene.ok())
        run.resume(Signal.TIMEOUT)
        assert scene.answer(run, (b"NOOP", b"* 2 EXPUNGE\r\n")) == [("gone", [12])]

    def test_first_of_all(self) -> None:
        scene = Scene("")
        run = Run(scene.peer, scene.watch.next(60))
        assert scene.answer(run, (b"NOOP", b"* 2 EXPUNGE\r\n")) == [("gone", [12])]

    def test_for_so_long(self) -> None:
        scene = Scene("")
        run = Run(scene.peer, scene.watch.next(POLL_SECONDS + 5))
        run.expect(scene.tag(b"NOOP"))
        run.say(scene.ok())
        for seconds in (POLL_SECONDS, 5):
            assert run.wait is not None
            assert run.wait.timeout == seconds
            run.resume(Signal.TIMEOUT)
            run.expect(scene.tag(b"NOOP"))
            run.say(scene.ok())
        assert run.done
        assert run.result == []

    def test_a_server_that_speaks_by_itself(self) -> None:
        scene = Scene("")
        run = Run(scene.peer, scene.watch.next())
        run.expect(scene.tag(b"NOOP"))
        run.say(scene.ok(), b"* OK still here\r\n")
        run.expect(b"")
        run.say(b"* 2 EXPUNGE\r\n")
        assert run.done
        assert told(run.result) == [("gone", [12])]  # type: ignore[arg-type]


class TestEnds:
    def test_bye_while_it_idles(self) -> None:
        scene = Scene()
        run = scene.next()
        with pytest.raises(ServerBye, match="timeout"):
            run.say(b"+ idling\r\n", b"* BYE timeout\r\n")

    def test_bye_instead(self) -> None:
        scene = Scene()
        run = scene.next()
        with pytest.raises(ServerBye, match="timeout"):
            run.say(b"* BYE timeout\r\n")

    def test_the_end_while_it_idles(self) -> None:
        scene = Scene()
        run = scene.next()
        run.say(b"+ idling\r\n* 1 EXPUNGE\r\n")
        scene.peer.connection.receive_eof()
        with pytest.raises(ConnectionLost):
            run.resume()

    def test_idle_refused(self) -> None:
        scene = Scene()
        run = scene.next()
        with pytest.raises(CommandError, match="not here"):
            run.say(b"K%d NO not here\r\n" % scene.count)

    def test_while_it_waits_to_ask_again(self) -> None:
        scene = Scene("")
        run = Run(scene.peer, scene.watch.next())
        run.expect(scene.tag(b"NOOP"))
        run.say(scene.ok())
        scene.peer.connection.fail(ImapTimeout("silence"))
        with pytest.raises(ImapTimeout):
            run.resume()


def test_the_set_is_a_set() -> None:
    assert Gone(UidSet([2, 1])) == Gone(UidSet([1, 2]))


def test_peer_is_exported_for_other_tests() -> None:
    assert isinstance(Scene().peer, Peer)
