"""Fetching and changing messages: what is cut and joined, what is refused before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from imapkit.errors import (
    CommandError,
    FolderNotFound,
    ImapError,
    InvalidArgument,
    MessageNotFound,
    NotSupported,
    PermissionDenied,
    ServerUnavailable,
)
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.fetch import FLAGS, Fetched, body_section
from imapkit.protocol.extensions.gmail import GMAIL_LABELS
from imapkit.protocol.flows.base import Flow
from imapkit.protocol.flows.messages import (
    copy,
    copy_one,
    delete,
    delete_one,
    fetch,
    fetch_stream,
    move,
    move_one,
    store,
    store_labels,
    store_one,
)
from imapkit.types.results import CopyResult
from imapkit.types.uids import UidSet
from tests.protocol.peer import Peer, Run, dialogue, greeted, selected

FAR_APART = UidSet(range(1, 40_000, 10))  # 4,000 UIDs, some 23 KiB of text


def answer_all(peer: Peer, run: Run, answer: bytes = b"") -> list[bytes]:
    """Say OK to each command; what was sent."""
    sent: list[bytes] = []
    while not run.done:
        for line in run.hear().splitlines():
            sent.append(line)
            run.say(answer + line.split(b" ")[0] + b" OK\r\n")
    return sent


def uids_of(partial: object) -> list[int]:
    assert isinstance(partial, dict)
    return sorted(cast("dict[int, Fetched]", partial))


class TestFetch:
    def test_in_order_of_uid(self) -> None:
        peer = selected()
        found = dialogue(
            peer,
            fetch(peer.connection, UidSet([2, 5, 9]), (FLAGS,)),
            (
                b"K2 UID FETCH 2,5,9 (UID FLAGS)\r\n",
                b"* 3 FETCH (UID 9 FLAGS ())\r\n* 1 FETCH (FLAGS (a) UID 2)\r\n* 7 FETCH (UID 77)\r\nK2 OK\r\n",
            ),
        )
        assert [data.uid for data in found] == [2, 9]

    def test_no_messages(self) -> None:
        peer = selected()
        assert dialogue(peer, fetch(peer.connection, UidSet(), (FLAGS,))) == []

    def test_long_sets_are_cut(self) -> None:
        peer = selected()
        sent = answer_all(peer, Run(peer, fetch(peer.connection, FAR_APART, (FLAGS,))))
        assert len(sent) > 2
        assert all(len(line) < 8192 for line in sent)
        assert UidSet(",".join(line.split(b" ")[3].decode() for line in sent)) == FAR_APART

    def test_as_many_as_the_server_takes(self) -> None:
        peer = selected("MESSAGELIMIT=2")
        sent = answer_all(peer, Run(peer, fetch(peer.connection, UidSet([1, 2, 3, 4, 5]), (FLAGS,))))
        assert [line.split(b" ")[3] for line in sent] == [b"1:2", b"3:4", b"5"]

    @pytest.mark.parametrize("code", [b"", b"[EXPUNGEISSUED] "])
    def test_some_are_gone(self, code: bytes) -> None:
        peer = selected()
        found = dialogue(
            peer,
            fetch(peer.connection, UidSet([1, 2]), (FLAGS,)),
            (
                b"K2 UID FETCH 1:2 (UID FLAGS)\r\n",
                b"* 1 FETCH (UID 1 FLAGS ())\r\nK2 NO " + code + b"Some no longer exist.\r\n",
            ),
            (b"K3 UID FETCH 2 (UID FLAGS)\r\n", b"K3 OK\r\n"),
        )
        assert [data.uid for data in found] == [1]
        assert "only 1 messages were fetched: Some no longer exist." in [d.message for d in peer.connection.defects]

    HALF = b"* 1 FETCH (UID 1)\r\nK2 NO Some messages could not be fetched.\r\n"

    def test_the_rest_is_asked_for_once_more(self) -> None:
        peer = selected()
        found = dialogue(
            peer,
            fetch(peer.connection, UidSet([1, 2]), ()),
            (b"K2 UID FETCH 1:2 (UID)\r\n", self.HALF),
            (b"K3 UID FETCH 2 (UID)\r\n", b"* 2 FETCH (UID 2)\r\nK3 OK\r\n"),
        )
        assert [data.uid for data in found] == [1, 2]

    def test_a_no_after_everything_came(self) -> None:
        peer = selected()
        found = dialogue(peer, fetch(peer.connection, UidSet([1]), ()), (b"K2 UID FETCH 1 (UID)\r\n", self.HALF))
        assert [data.uid for data in found] == [1]

    @pytest.mark.parametrize("more", [b"", b"* 2 FETCH (UID 2)\r\n"])
    def test_the_rest_is_refused_though_it_is_there(self, more: bytes) -> None:
        peer = selected()
        turns = (
            (b"K2 UID FETCH 1:3 (UID)\r\n", self.HALF),
            (b"K3 UID FETCH 2:3 (UID)\r\n", more + b"K3 NO again\r\n"),
            (b"K4 UID SEARCH UID %b\r\n" % (b"3" if more else b"2:3"), b"* SEARCH 3\r\nK4 OK\r\n"),
        )
        with pytest.raises(CommandError, match="again") as caught:
            dialogue(peer, fetch(peer.connection, UidSet([1, 2, 3]), ()), *turns)
        assert uids_of(caught.value.partial) == ([1, 2] if more else [1])

    def test_the_rest_is_refused_and_gone(self) -> None:
        peer = selected()
        found = dialogue(
            peer,
            fetch(peer.connection, UidSet([1, 2, 3]), ()),
            (b"K2 UID FETCH 1:3 (UID)\r\n", self.HALF),
            (b"K3 UID FETCH 2:3 (UID)\r\n", b"* 2 FETCH (UID 2)\r\nK3 NO again\r\n"),
            (b"K4 UID SEARCH UID 3\r\n", b"* SEARCH\r\nK4 OK\r\n"),
        )
        assert [data.uid for data in found] == [1, 2]

    def test_a_later_command_is_refused(self) -> None:
        peer = selected("MESSAGELIMIT=1")
        turns = (
            (b"K2 UID FETCH 1 (UID)\r\n", b"* 1 FETCH (UID 1)\r\nK2 OK\r\n"),
            (b"K3 UID FETCH 2 (UID)\r\n", b"K3 NO no\r\n"),
        )
        with pytest.raises(CommandError) as caught:
            dialogue(peer, fetch(peer.connection, UidSet([1, 2]), ()), *turns)
        assert uids_of(caught.value.partial) == [1]

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (b"K2 NO nothing at all\r\n", CommandError),
            (b"* 1 FETCH (UID 1)\r\nK2 BAD x\r\n", CommandError),
            (b"* 1 FETCH (UID 1)\r\nK2 NO [SERVERBUG] x\r\n", CommandError),
            (b"* 1 FETCH (UID 1)\r\nK2 NO [UNAVAILABLE] x\r\n", ServerUnavailable),
            (b"* 1 FETCH (UID 1)\r\nK2 NO Request is throttled.\r\n", ServerUnavailable),
        ],
    )
    def test_refused(self, answer: bytes, kind: type[CommandError]) -> None:
        peer = selected()
        with pytest.raises(CommandError) as caught:
            dialogue(peer, fetch(peer.connection, UidSet([1, 2]), ()), (b"K2 UID FETCH 1:2 (UID)\r\n", answer))
        assert type(caught.value) is kind


class TestStream:
    ASKED = b"K2 UID FETCH 2 (UID BODY.PEEK[])\r\n"

    def stream(self, answer: bytes) -> tuple[list[bytes], bool]:
        peer = selected()
        got: list[bytes] = []
        data = dialogue(
            peer, fetch_stream(peer.connection, 2, body_section(), got.append), (self.ASKED, answer + b"K2 OK\r\n")
        )
        return got, data is not None

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (b"* 1 FETCH (UID 2 BODY[] {5}\r\nhello)\r\n", [b"hello"]),
            (b'* 1 FETCH (UID 2 BODY[] "hello")\r\n', [b"hello"]),
            (b"* 1 FETCH (UID 2 BODY[]  {5}\r\nhello)\r\n", [b"hello"]),
            (b"* 1 FETCH (UID 2 BODY[] {0}\r\n)\r\n", []),
            (b"* 1 FETCH (UID 2 BODY[] NIL)\r\n", []),
            (b"* 1 FETCH (UID 2)\r\n", []),
        ],
        ids=["literal", "quoted", "two spaces", "empty", "NIL", "missing"],
    )
    def test_however_it_is_written(self, answer: bytes, expected: list[bytes]) -> None:
        assert self.stream(answer) == (expected, True)

    def test_a_message_that_is_gone(self) -> None:
        assert self.stream(b"") == ([], False)

    def test_a_sink_that_raises(self) -> None:
        def sink(octets: bytes) -> None:
            raise OSError("full")

        peer = selected()
        run = Run(peer, fetch_stream(peer.connection, 2, body_section(), sink))
        run.hear()
        with pytest.raises(OSError, match="full"):
            run.say(b"* 1 FETCH (UID 2 BODY[] {5}\r\nhello)\r\nK2 OK\r\n")


class TestStore:
    def test_what_the_server_told(self) -> None:
        peer = selected()
        told = dialogue(
            peer,
            store(peer.connection, UidSet([2, 3]), "-", ("\\Seen",)),
            (b"K2 UID STORE 2:3 -FLAGS (\\Seen)\r\n", b"* 1 FETCH (UID 2 FLAGS (a))\r\nK2 OK\r\n"),
        )
        assert {uid: data.get(FLAGS) for uid, data in told.items()} == {2: {"a"}}

    @pytest.mark.parametrize("permanent", [b"\\Seen b", b""])
    def test_a_flag_that_would_be_forgotten(self, permanent: bytes) -> None:
        peer = selected()
        peer.say(b"* OK [PERMANENTFLAGS (" + permanent + b")] some\r\n")
        with pytest.raises(InvalidArgument, match="does not keep the flags a"):
            Run(peer, store(peer.connection, UidSet([2]), "+", ("a",)))
        peer.expect(b"")
        # What is not kept can be taken away.
        dialogue(
            peer,
            store(peer.connection, UidSet([2]), "-", ("a",)),
            (b"K2 UID STORE 2 -FLAGS (a)\r\n", b"K2 OK\r\n"),
        )

    @pytest.mark.parametrize("permanent", [b"\\Seen \\*", b"A"])
    def test_a_flag_that_is_kept(self, permanent: bytes) -> None:
        peer = selected()
        peer.say(b"* OK [PERMANENTFLAGS (" + permanent + b")] some\r\n")
        turn = (b"K2 UID STORE 2 +FLAGS (a)\r\n", b"K2 OK\r\n")
        assert dialogue(peer, store(peer.connection, UidSet([2]), "+", ("a",)), turn) == {}


class TestStoreLabels:
    def test_what_the_server_told(self) -> None:
        peer = selected("X-GM-EXT-1")
        told = dialogue(
            peer,
            store_labels(peer.connection, UidSet([2, 3]), "+", ("\\Starred", "Büro")),
            (
                b"K2 UID STORE 2:3 +X-GM-LABELS (\\Starred B&APw-ro)\r\n",
                b'* 1 FETCH (UID 2 X-GM-LABELS ("\\\\Starred" B&APw-ro))\r\nK2 OK\r\n',
            ),
        )
        assert {uid: data.get(GMAIL_LABELS) for uid, data in told.items()} == {2: ("\\Starred", "Büro")}


class TestCopyAndMove:
    def test_copy(self) -> None:
        peer = selected()
        result = dialogue(
            peer,
            copy(peer.connection, UidSet([2, 3]), "x"),
            (b"K2 UID COPY 2:3 x\r\n", b"K2 OK [COPYUID 9 2:3 21:20] done\r\n"),
        )
        assert (dict(result), result.count, result.uidvalidity) == ({2: 20, 3: 21}, 2, 9)

    def test_copies_beside_the_originals_can_be_seen(self) -> None:
        peer = selected(exists=3)
        told = [(b"K2 UID COPY 2 INBOX\r\n", b"* 4 EXISTS\r\nK2 OK\r\n")]
        dialogue(peer, copy(peer.connection, UidSet([2]), "INBOX"), *told)
        untold = [(b"K3 UID COPY 2 INBOX\r\n", b"K3 OK\r\n"), (b"K4 NOOP\r\n", b"* 5 EXISTS\r\nK4 OK\r\n")]
        dialogue(peer, copy(peer.connection, UidSet([2]), "INBOX"), *untold)  # Courier 5.0
        mailbox = peer.connection.session.selected
        assert mailbox is not None
        assert mailbox.exists == 5

    @pytest.mark.parametrize("code", [b"", b"[COPYUID 9 2:3 20] ", b"[COPYUID 9  ] ", b"[COPYUID 9 0 0] "])
    def test_a_server_that_does_not_tell(self, code: bytes) -> None:
        peer = selected()
        result = dialogue(
            peer, copy(peer.connection, UidSet([2, 3]), "x"), (b"K2 UID COPY 2:3 x\r\n", b"K2 OK " + code + b"done\r\n")
        )
        assert (dict(result), result.count) == ({}, 2)

    def test_nothing(self) -> None:
        peer = selected("MOVE")
        for flow in (copy, move):
            assert dialogue(peer, flow(peer.connection, UidSet(), "x")).count == 0

    def test_long_sets_are_joined(self) -> None:
        peer = selected("MOVE")
        run = Run(peer, move(peer.connection, FAR_APART, "x"))
        parts = 0
        while not run.done:
            line = run.hear()
            tag, uids = line.split(b" ")[0], UidSet(line.split(b" ")[3].decode())
            target = b"%d:%d" % (uids.first or 0, (uids.first or 0) + len(uids) - 1)
            run.say(b"* OK [COPYUID 9 %b %b] x\r\n%b OK\r\n" % (str(uids).encode(), target, tag))
            parts += 1
        assert parts > 2
        result = run.result
        assert isinstance(result, type(dialogue(peer, copy(peer.connection, UidSet(), "x"))))
        assert UidSet(result) == FAR_APART
        assert result.count == len(FAR_APART)

    def test_move_needs_something_to_do_it_with(self) -> None:
        peer = selected()
        with pytest.raises(NotSupported, match="neither MOVE nor UIDPLUS"):
            Run(peer, move(peer.connection, UidSet([2]), "x"))
        with pytest.raises(NotSupported, match="UIDPLUS"):
            Run(peer, delete(peer.connection, UidSet([2])))
        peer.expect(b"")

    def test_a_move_whose_copy_fails_removes_nothing(self) -> None:
        peer = selected("UIDPLUS")
        turns = (self.THERE, (b"K3 UID COPY 2 x\r\n", b"K3 NO [TRYCREATE] no\r\n"))
        with pytest.raises(CommandError):
            dialogue(peer, move(peer.connection, UidSet([2]), "x"), *turns)
        peer.expect(b"")

    THERE = (b"K2 UID SEARCH UID 2\r\n", b"* SEARCH 2\r\nK2 OK\r\n")

    @pytest.mark.parametrize(
        ("listed", "kind"), [(b"", FolderNotFound), (b'* LIST () "/" x\r\n', CommandError)], ids=["no such", "there"]
    )
    @pytest.mark.parametrize("capabilities", ["UIDPLUS", "MOVE"])
    def test_refused_without_a_code(self, capabilities: str, listed: bytes, kind: type[CommandError]) -> None:
        peer = selected(capabilities)
        command = b"UID MOVE 2 x\r\n" if capabilities == "MOVE" else b"UID COPY 2 x\r\n"
        turns = [
            (b"%b " + command, b"%b NO Target mailbox does not exist\r\n"),  # hoodiecrow
            (b'%b LIST "" "x"\r\n', listed + b"%b OK\r\n"),
        ]
        first = 2 if capabilities == "MOVE" else 3
        numbered = [
            (asked % (b"K%d" % number), said % (b"K%d" % number)) for number, (asked, said) in enumerate(turns, first)
        ]
        before = [] if capabilities == "MOVE" else [self.THERE]
        with pytest.raises(CommandError) as caught:
            dialogue(peer, move(peer.connection, UidSet([2]), "x"), *before, *numbered)
        assert type(caught.value) is kind

    def test_move_by_other_means(self) -> None:
        peer = selected("UIDPLUS")
        dialogue(
            peer,
            move(peer.connection, UidSet([2, 4]), "x"),
            (b"K2 UID SEARCH UID 2,4\r\n", b"* SEARCH 2 4\r\nK2 OK\r\n"),
            (b"K3 UID COPY 2,4 x\r\n", b"K3 OK\r\n"),
            (b"K4 UID STORE 2,4 +FLAGS.SILENT (\\Deleted)\r\n", b"K4 OK\r\n"),
            (b"K5 UID EXPUNGE 2,4\r\n", b"K5 OK\r\n"),
        )

    @pytest.mark.parametrize(
        ("there", "code"),
        [
            (b"2 4", b""),  # 9 came after COPY
            (b"2 4 9", b"[COPYUID 5 2,4 20:21] "),  # 9 went before COPY
            (b"2 4", b"[COPYUID 5 2,4,77 20:22] "),  # nobody asked for 77
            (b"2 4", b"[COPYUID 5 2,4 20] "),
        ],
    )
    def test_only_what_was_copied_is_removed(self, there: bytes, code: bytes) -> None:
        peer = selected("UIDPLUS")
        run = Run(peer, move(peer.connection, UidSet([2, 4, 9]), "x"))
        run.expect(b"K2 UID SEARCH UID 2,4,9\r\n")
        run.say(b"* SEARCH " + there + b"\r\nK2 OK\r\n")
        assert run.hear().startswith(b"K3 UID COPY ")
        run.say(b"K3 OK " + code + b"done\r\n")
        run.expect(b"K4 UID STORE 2,4 +FLAGS.SILENT (\\Deleted)\r\n")
        run.say(b"K4 OK\r\n")
        run.expect(b"K5 UID EXPUNGE 2,4\r\n")
        run.say(b"K5 OK\r\n")
        assert run.done

    def test_nothing_is_there_to_be_moved(self) -> None:
        peer = selected("UIDPLUS")
        turn = (b"K2 UID SEARCH UID 2\r\n", b"* SEARCH\r\nK2 OK\r\n")
        assert dialogue(peer, move(peer.connection, UidSet([2]), "x"), turn) == CopyResult("x", 0)

    def test_only_the_messages_meant_are_removed(self) -> None:
        peer = selected("UIDPLUS MOVE")
        sent = answer_all(peer, Run(peer, delete(peer.connection, UidSet([2, 4]))))
        assert sent == [b"K2 UID STORE 2,4 +FLAGS.SILENT (\\Deleted)", b"K3 UID EXPUNGE 2,4"]


class TestRefusedHalfWay:
    """Each command takes one message; what was done before the one that is refused is told."""

    @staticmethod
    def refused(flow: Callable[[Connection], Flow[object]], capabilities: str, *answers: bytes) -> CommandError:
        peer = selected(f"MESSAGELIMIT=1 {capabilities}")
        run = Run(peer, flow(peer.connection))
        *before, last = answers
        for answer in before:
            run.say(answer.replace(b"TAG", run.hear().split(b" ")[0]))
        with pytest.raises(CommandError) as caught:
            run.say(last.replace(b"TAG", run.hear().split(b" ")[0]))
        return caught.value

    @pytest.mark.parametrize("transfer", [copy, move])
    def test_copy_and_move(self, transfer: Callable[[Connection, UidSet, str], Flow[CopyResult]]) -> None:
        def flow(connection: Connection) -> Flow[object]:
            return transfer(connection, UidSet([2, 3]), "x")

        done, no = b"TAG OK [COPYUID 9 2 20] done\r\n", b"TAG NO [OVERQUOTA] no\r\n"
        assert self.refused(flow, "MOVE", done, no).partial == CopyResult("x", 1, 9, ((2, 20, 1),))
        assert self.refused(flow, "MOVE", no).partial is None

    def test_a_move_whose_messages_stay(self) -> None:
        answers = (b"* SEARCH 2\r\nTAG OK\r\n", b"TAG OK [COPYUID 9 2 20] done\r\n", b"TAG NO no\r\n")
        error = self.refused(lambda connection: move(connection, UidSet([2]), "x"), "UIDPLUS", *answers)
        assert error.partial == CopyResult("x", 1, 9, ((2, 20, 1),))

    def test_delete(self) -> None:
        answers = (b"TAG OK\r\n", b"TAG OK\r\n", b"TAG OK\r\n", b"TAG NO no\r\n")
        error = self.refused(lambda connection: delete(connection, UidSet([2, 3])), "UIDPLUS", *answers)
        assert error.partial == UidSet([2])

    def test_store(self) -> None:
        answers = (b"TAG OK\r\n", b"TAG NO no\r\n")
        error = self.refused(lambda connection: store(connection, UidSet([2, 3]), "+", ("a",)), "", *answers)
        assert error.partial == UidSet([2])

    def test_store_labels(self) -> None:
        def flow(connection: Connection) -> Flow[object]:
            return store_labels(connection, UidSet([2, 3]), "-", ("a",))

        error = self.refused(flow, "X-GM-EXT-1", b"TAG OK\r\n", b"TAG NO no\r\n")
        assert error.partial == UidSet([2])


class TestOne:
    """A single message that is not there is missed."""

    GONE = b"* SEARCH\r\nTAG OK\r\n"
    THERE = b"* SEARCH 2\r\nTAG OK\r\n"

    @staticmethod
    def answered(flow: Callable[[Connection], Flow[object]], capabilities: str, *answers: bytes) -> list[bytes]:
        """What is asked, without tags."""
        peer = selected(capabilities)
        run = Run(peer, flow(peer.connection))
        asked: list[bytes] = []
        for answer in answers:
            tag, _, command = run.hear().partition(b" ")
            asked.append(command)
            run.say(answer.replace(b"TAG", tag))
        assert run.done
        return asked

    @pytest.mark.parametrize("answer", [b"TAG OK\r\n", b"TAG NO gone\r\n", b"TAG NO [EXPUNGEISSUED] gone\r\n"])
    def test_store(self, answer: bytes) -> None:
        def flow(connection: Connection) -> Flow[object]:
            return store_one(connection, 2, "+", ("a",))

        with pytest.raises(MessageNotFound, match="UID 2"):
            self.answered(flow, "", answer, self.GONE)
        if b"OK" in answer:
            assert self.answered(flow, "", answer, self.THERE)[1] == b"UID SEARCH UID 2\r\n"
        else:
            with pytest.raises(CommandError, match="gone"):
                self.answered(flow, "", answer, self.THERE)

    def test_store_that_tells(self) -> None:
        told = b"* 1 FETCH (UID 2 FLAGS (a))\r\nTAG OK\r\n"
        assert len(self.answered(lambda connection: store_one(connection, 2, "+", ("a",)), "", told)) == 1

    def test_refused_for_another_reason(self) -> None:
        with pytest.raises(PermissionDenied):
            self.answered(lambda connection: store_one(connection, 2, "+", ("a",)), "", b"TAG NO [NOPERM] no\r\n")

    def test_copy(self) -> None:
        def flow(connection: Connection) -> Flow[object]:
            return copy_one(connection, 2, "x")

        with pytest.raises(MessageNotFound):
            self.answered(flow, "UIDPLUS", b"TAG OK\r\n", self.GONE)
        self.answered(flow, "UIDPLUS", b"TAG OK\r\n", self.THERE)
        self.answered(flow, "UIDPLUS", b"TAG OK [COPYUID 9 2 20] done\r\n")
        self.answered(flow, "", b"TAG OK\r\n")

    def test_move(self) -> None:
        def flow(connection: Connection) -> Flow[object]:
            return move_one(connection, 2, "x")

        with pytest.raises(MessageNotFound):
            self.answered(flow, "UIDPLUS MOVE", b"TAG OK\r\n")
        self.answered(flow, "UIDPLUS MOVE", b"* 1 EXPUNGE\r\nTAG OK [COPYUID 9  ] as ever\r\n")
        self.answered(flow, "UIDPLUS MOVE", b"TAG OK [COPYUID 9 2 20] done\r\n")
        self.answered(flow, "MOVE", b"TAG OK\r\n")

    def test_move_by_other_means(self) -> None:
        with pytest.raises(MessageNotFound):
            self.answered(lambda connection: move_one(connection, 2, "x"), "UIDPLUS", self.GONE)

    def test_move_in_a_mailbox_that_is_left_meanwhile(self) -> None:
        peer = greeted("MOVE")
        with pytest.raises(ImapError):
            Run(peer, move_one(peer.connection, 2, "x"))

    def test_delete(self) -> None:
        def flow(connection: Connection) -> Flow[object]:
            return delete_one(connection, 2)

        with pytest.raises(MessageNotFound):
            self.answered(flow, "UIDPLUS", self.GONE)
        asked = self.answered(flow, "UIDPLUS", self.THERE, b"TAG OK\r\n", b"TAG OK\r\n")
        assert asked[2] == b"UID EXPUNGE 2\r\n"
        with pytest.raises(NotSupported):
            self.answered(flow, "")
