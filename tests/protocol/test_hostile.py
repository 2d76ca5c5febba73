"""Whatever a server sends: a connection takes it, or dies of an `ImapError`; nothing else comes out of it."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.errors import ImapError
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.fetch import BODYSTRUCTURE, ENVELOPE, FLAGS, INTERNALDATE, UID, Fetch, body_section
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Capability, Noop
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.model import Command
from imapkit.types.query import Q
from imapkit.types.uids import SeqSet, UidSet
from tests.protocol.peer import Peer, selected

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


@given(st.binary(max_size=100))
def test_any_greeting(octets: bytes) -> None:
    peer = Peer()
    peer.say(octets)
    peer.connection.receive_eof()
    with pytest.raises(ImapError):
        peer.connection.check()
