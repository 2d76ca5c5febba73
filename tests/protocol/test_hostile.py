"""Whatever a server sends: a connection takes it, or dies of an `ImapError`; nothing else comes out of it."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.errors import ImapError, LimitExceeded
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.fetch import BODYSTRUCTURE, ENVELOPE, FLAGS, INTERNALDATE, UID, Fetch, body_section
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.partial import PartialRange
from imapkit.protocol.extensions.qresync import Known
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Capability, Noop
from imapkit.protocol.extensions.sort import Sort
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.extensions.uidbatches import UidBatches
from imapkit.protocol.flows.messages import copy, existing, move
from imapkit.protocol.flows.pages import Plan, pages
from imapkit.protocol.flows.searching import search
from imapkit.protocol.model import Command
from imapkit.types.query import Q
from imapkit.types.results import CopyResult
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.memory import memory
from tests.protocol.peer import Peer, Run, dialogue, greeted, selected

T = TypeVar("T")

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
SAMPLES = [
    entry["raw"].encode("latin-1")
    for path in sorted(VECTORS.glob("*.toml"))
    for entry in tomllib.loads(path.read_text("utf-8")).get("response", [])
]
CAPABILITIES = "IDLE MOVE UIDPLUS ESEARCH NAMESPACE LITERAL+ LIST-EXTENDED LIST-STATUS CONDSTORE"
COMMANDS: tuple[Command[object], ...] = (
    Noop(),
    Capability(),
    List(status=(MESSAGES,)),
    GetStatus("x", (MESSAGES,)),
    GetNamespaces(),
    Fetch(UidSet("1:99"), (UID, FLAGS, INTERNALDATE, ENVELOPE, BODYSTRUCTURE, body_section())),
    Fetch(SeqSet("1:99"), (UID, FLAGS)),
    Search(Q.unseen, returns=("ALL", "COUNT")),
    Store(UidSet("1:99"), "+", ("a",)),
    Copy(UidSet("1:99"), "x"),
    Move(UidSet("1:99"), "x"),
    Append("x", (NewMessage(b"x"),)),
    Select("x"),
    Idle(),
)


def hostile(command: Command[object], octets: bytes) -> None:
    """Answer a command with this, then with OK, then with the end."""
    peer = selected(CAPABILITIES)
    pending = peer.connection.send(command)
    peer.hear()
    for piece in (octets, b"\r\nK2 OK done\r\n"):
        peer.say(piece)
        peer.hear()
    peer.connection.receive_eof()
    assert pending.done
    try:
        result = pending.result()
    except ImapError:
        return
    if isinstance(result, dict):
        for data in result.values():
            for item in (UID, FLAGS, INTERNALDATE, ENVELOPE, BODYSTRUCTURE, body_section()):
                data.get(item)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_answer_to_every_command(command: Command[object]) -> None:
    for sample in SAMPLES:
        hostile(command, sample)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_answers_with_octets_changed(command: Command[object]) -> None:
    chance = random.Random(4711)
    for sample in SAMPLES:
        octets = bytearray(sample)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(octets))
            match chance.randrange(3):
                case 0:
                    octets[at] = chance.choice(b'\0\r\n (){}[]"\\*+~<>0129NIL\xff')
                case 1:
                    del octets[at : at + chance.randrange(1, 8)]
                case _:
                    octets[at:at] = chance.choice(
                        [b"(", b'"', b"{5}\r\n", b"NIL ", b"\r\n", b"99999999999999999999", b"()"]
                    )
            octets = octets or bytearray(b" ")
        hostile(command, bytes(octets))


@given(st.lists(st.sampled_from(SAMPLES) | st.binary(max_size=30), max_size=6), st.sampled_from(COMMANDS))
@settings(max_examples=200)
def test_anything(pieces: list[bytes], command: Command[object]) -> None:
    hostile(command, b"".join(pieces))


EVERY = b"1:4294967295"


def answered(command: Command[T], capabilities: str, answer: bytes, ok: bytes = b"OK") -> T:
    """The result of a command whose answer is this."""
    peer = selected(capabilities)
    pending = peer.connection.send(command)
    peer.hear()
    peer.say(answer + b"K2 " + ok + b"\r\n")
    return pending.result()


class TestFourMilliardsInARange:
    """What a range stands for costs memory nowhere, or is refused before it does."""

    def test_search(self) -> None:
        with memory(octets=1_000_000):
            command = Search(Q.all, returns=("ALL",))
            found = answered(command, "ESEARCH", b'* ESEARCH (TAG "K2") UID ALL %b\r\n' % EVERY).uids
            assert (len(found), found.first, found.last) == (4294967295, 1, 4294967295)
            assert next(pages(Plan(), found)) == UidSet("1:100")
            assert next(pages(Plan(newest_first=True), found)) == UidSet("4294967196:4294967295")

    def test_search_by_a_moment(self) -> None:
        with memory(octets=1_000_000):
            peer = selected("ESEARCH")
            query = Q.received_after(dt.datetime(2024, 5, 10, 12, tzinfo=dt.UTC))
            run = Run(peer, search(peer.connection, query))
            run.expect(b"K2 UID SEARCH RETURN (ALL) SINCE 12-May-2024\r\n")
            run.say(b"K2 OK\r\n")
            run.hear()
            run.say(b'* ESEARCH (TAG "K3") UID ALL %b\r\nK3 OK\r\n' % EVERY)
            run.expect(b"K4 UID FETCH 1:1000 (UID INTERNALDATE)\r\n")

    def test_which_are_there(self) -> None:
        with memory(octets=1_000_000):
            peer = selected("ESEARCH")
            turn = b"K2 UID SEARCH RETURN (ALL) UID 5:6\r\n", b'* ESEARCH (TAG "K2") UID ALL %b\r\nK2 OK\r\n' % EVERY
            assert dialogue(peer, existing(peer.connection, UidSet("5:6")), turn) == UidSet("5:6")

    @pytest.mark.parametrize("option", ["ALL", PartialRange(1, 100)])
    def test_sort(self, option: str | PartialRange) -> None:
        data = b"ALL %b" % EVERY if option == "ALL" else b"PARTIAL (1:100 %b)" % EVERY
        sort = Sort(("DATE",), returns=(option,))
        with memory(octets=1_000_000), pytest.raises(LimitExceeded):
            answered(sort, "SORT ESORT CONTEXT=SORT", b'* ESEARCH (TAG "K2") UID %b\r\n' % data)

    def test_copy(self) -> None:
        with memory(octets=1_000_000):
            peer = selected("UIDPLUS")
            turn = b"K2 UID COPY 5 x\r\n", b"K2 OK [COPYUID 7 %b %b] done\r\n" % (EVERY, EVERY)
            result = dialogue(peer, copy(peer.connection, UidSet([5]), "x"), turn)
            assert (result[4294967295], len(result), result == {5: 5}) == (4294967295, 4294967295, False)

    def test_copy_of_another_number(self) -> None:
        with memory(octets=1_000_000):
            peer = selected("UIDPLUS")
            turn = b"K2 UID COPY 5 x\r\n", b"K2 OK [COPYUID 7 5 %b] done\r\n" % EVERY
            assert dialogue(peer, copy(peer.connection, UidSet([5]), "x"), turn) == CopyResult("x", 1)

    def test_moved_by_copy(self) -> None:
        with memory(octets=1_000_000):
            peer = selected("UIDPLUS")
            dialogue(
                peer,
                move(peer.connection, UidSet([5]), "x"),
                (b"K2 UID SEARCH UID 5\r\n", b"* SEARCH 5\r\nK2 OK\r\n"),
                (b"K3 UID COPY 5 x\r\n", b"K3 OK [COPYUID 7 %b %b] done\r\n" % (EVERY, EVERY)),
                (b"K4 UID STORE 5 +FLAGS.SILENT (\\Deleted)\r\n", b"K4 OK\r\n"),
                (b"K5 UID EXPUNGE 5\r\n", b"K5 OK\r\n"),
            )

    def test_store(self) -> None:
        store = Store(UidSet([5]), "+", ("a",), unchanged_since=1)
        with memory(octets=1_000_000):
            result = answered(store, "CONDSTORE", b"", b"OK [MODIFIED %b]" % EVERY)
            assert len(result.modified) == 4294967295

    def test_vanished(self) -> None:
        with memory(octets=1_000_000):
            peer = selected("QRESYNC")
            peer.say(b"* 4294967295 EXISTS\r\n* VANISHED %b\r\n* VANISHED %b\r\n" % (EVERY, EVERY))
            assert peer.connection.session.selected is not None
            assert peer.connection.session.selected.exists == 0

    def test_vanished_since(self) -> None:
        with memory(octets=1_000_000):
            peer = greeted("ENABLE QRESYNC")
            peer.send(Enable(("QRESYNC",)), b"K1 ENABLE QRESYNC\r\n")
            peer.say(b"* ENABLED QRESYNC\r\nK1 OK\r\n")
            pending = peer.send(Select("x", known=Known(7, 1)), b"K2 SELECT x (QRESYNC (7 1))\r\n")
            peer.say(b"* VANISHED (EARLIER) %b\r\nK2 OK\r\n" % EVERY)
            assert pending.result().vanished == UidSet("1:4294967295")

    def test_batches(self) -> None:
        with memory(octets=1_000_000):
            answer = b'* UIDBATCHES (TAG "K2") 4294967295:1\r\n'
            assert answered(UidBatches(500), "UIDBATCHES", answer) == (UidSet("1:4294967295"),)


@given(st.binary(max_size=100))
def test_any_greeting(octets: bytes) -> None:
    peer = Peer()
    peer.say(octets)
    peer.connection.receive_eof()
    with pytest.raises(ImapError):
        peer.connection.check()
