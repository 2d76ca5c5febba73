"""What sixty servers got wrong (`tests/vectors/quirks.toml`), and what becomes of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from imapkit import errors
from imapkit.errors import ImapError, ImapTimeout, MessageNotFound
from imapkit.protocol.extensions import condstore, fetch, select
from imapkit.protocol.extensions.fetch import BODYSTRUCTURE, ENVELOPE, FLAGS, UID, Fetch, Fetched, body_section
from imapkit.protocol.extensions.idle import Idle
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Subscribe
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Capability
from imapkit.protocol.extensions.status import MESSAGES, UIDNEXT, UIDVALIDITY, GetStatus
from imapkit.protocol.extensions.thread import GetThreads
from imapkit.protocol.flows.base import execute
from imapkit.protocol.flows.messages import fetch as fetch_flow
from imapkit.protocol.flows.messages import move
from imapkit.protocol.flows.opening import authenticate
from imapkit.protocol.flows.parts import section_octets
from imapkit.protocol.flows.searching import search
from imapkit.protocol.model import Condition, OtherCode, Untagged
from imapkit.protocol.sasl import Credentials
from imapkit.types import bodystructure, envelope, sections
from imapkit.types.auth import Secret
from imapkit.types.bodystructure import walk
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.protocol.peer import Peer, Run, greeted, selected

PATH = Path(__file__).resolve().parent.parent / "vectors" / "quirks.toml"

Seen = dict[str, object]


@dataclass(frozen=True)
class Quirk:
    """A deviation, its source, and what is to be made of it."""

    id: str
    title: str
    server: str
    kind: str
    raw: str
    source: str
    want: str
    expect: str

    def octets(self, tag: str = "K2") -> bytes:
        raw = self.raw.replace("%T%", tag).replace("%CLOSE%", "").replace("%IDLEEND%", "")
        return raw.encode("latin-1")


QUIRKS = [Quirk(**entry) for entry in tomllib.loads(PATH.read_text("utf-8"))["quirk"]]

NAMES: Seen = {
    name: getattr(module, name)
    for module in (errors, condstore, envelope, bodystructure, fetch, sections, select)
    for name in module.__all__
} | {"Condition": Condition, "OtherCode": OtherCode}


def listening(peer: Peer) -> list[Untagged]:
    events: list[Untagged] = []
    peer.connection.listeners.append(events.append)
    return events


def attempt(do: Callable[[], object]) -> object:
    """What it raises."""
    try:
        return do()
    except ImapError as error:
        return error


# --- what is seen of each kind ------------------------------------------------------------------------------------


def greeting(quirk: Quirk) -> Seen:
    peer = Peer()
    peer.say(quirk.octets())
    return {"error": peer.connection.error, "greeting": peer.connection.greeting}


def idle(quirk: Quirk) -> Seen:
    peer = selected("IDLE")
    events = listening(peer)
    pending = peer.send(Idle(), b"K2 IDLE\r\n")
    peer.say(quirk.octets())
    if "%CLOSE%" in quirk.raw:
        peer.connection.receive_eof()
        return {"error": attempt(pending.result), "later": attempt(peer.connection.check)}
    pending.end()
    return {"events": events, "idling": peer.hear() == b"DONE\r\n"}


def searching(quirk: Quirk) -> Seen:
    peer = selected()
    run = Run(peer, search(peer.connection, Q.unseen & Q.subject("x")))
    sent = [peer.hear().decode().partition(" ")[2].strip()]
    try:
        run.say(quirk.octets())
    except ImapError as error:
        return {"error": error}
    if not run.done:  # it tries again, in another way
        sent.append(peer.hear().decode().partition(" ")[2].strip())
        run.say(b"* SEARCH 7\r\nK3 OK\r\n")
    assert isinstance(run.result, UidSet)
    return {"uids": list(run.result), "sent": sent}


def selecting(quirk: Quirk) -> Seen:
    peer = greeted()
    events = listening(peer)
    pending = peer.send(Select("INBOX"), b"K1 SELECT INBOX\r\n")
    peer.say(quirk.octets("K1"))
    assert pending.done
    outcome = attempt(pending.result)
    return {"mailbox": outcome, "error": outcome, "events": events, "defects": peer.connection.defects}


def login(quirk: Quirk) -> Seen:
    peer = greeted("", state="OK")
    ann = Credentials(kind="password", user="ann", password=Secret("secret"))
    run = Run(peer, authenticate(peer.connection, ann, private=True, allowed=()))
    run.expect(b'K1 LOGIN "ann" "secret"\r\n')
    error = attempt(lambda: run.say(quirk.octets("K1")))
    return {"error": error, "alerts": peer.connection.session.alerts}


def caps(quirk: Quirk) -> Seen:
    peer = greeted()
    pending = peer.send(Capability(), b"K1 CAPABILITY\r\n")
    peer.say(quirk.octets("K1"))
    return {"names": pending.result()}


def listing(quirk: Quirk) -> Seen:
    peer = greeted()
    pending = peer.send(List(), b'K1 LIST "" "*"\r\n')
    peer.say(quirk.octets("K1"))
    mailboxes = [listed.mailbox for listed in pending.result().mailboxes]
    peer.connection.send(Subscribe(mailboxes[-1]))
    return {"mailboxes": mailboxes, "sent_back": peer.hear().removeprefix(b"K2 SUBSCRIBE ").rstrip(b"\r\n")}


def status(quirk: Quirk) -> Seen:
    name = "INBOX" if "INBOX" in quirk.raw else "Sent Items"
    peer = greeted()
    pending = peer.connection.send(GetStatus(name, (MESSAGES, UIDNEXT, UIDVALIDITY)))
    peer.hear()
    peer.say(quirk.octets("K1"))
    data = pending.result()
    assert data is not None
    counts = {item.key: data.get(item) for item in (MESSAGES, UIDNEXT, UIDVALIDITY) if item in data}
    return {"counts": counts, "name": data.mailbox, "defects": data.defects}


GOOD = b"* %d FETCH (UID %d FLAGS (\\Seen) BODY[] {6}\r\n* 9 OK)\r\n"


def fetching(quirk: Quirk) -> Seen:
    peer = selected()
    events = listening(peer)
    pending = peer.connection.send(Fetch(UidSet([1, 2, 3]), (UID, FLAGS, body_section())))
    peer.hear()
    peer.say(GOOD % (1, 1), quirk.octets(), GOOD % (3, 3), b"K2 OK done\r\n")
    found = pending.result()
    for number in (1, 3):
        assert found[number].get(FLAGS) == {"\\Seen"}
        assert found[number].get(body_section()) == b"* 9 OK"
    second = found.get(2)
    if second is not None:
        second.get(FLAGS), second.get(BODYSTRUCTURE), second.get(ENVELOPE)
    peer.connection.check()
    return {"second": second, "events": events, "missing": missing(quirk)}


def missing(quirk: Quirk) -> object:
    """What somebody gets who reads the body."""
    peer = selected()
    run = Run(peer, section_octets(peer.connection, 2, body_section()))
    peer.hear()
    return attempt(lambda: run.say(quirk.octets() + b"K2 OK done\r\n"))


def hanging(quirk: Quirk) -> Seen:
    peer = selected()
    pending = peer.connection.send(Fetch(UidSet([2]), (UID, body_section())))
    peer.hear()
    peer.say(quirk.octets())
    assert not pending.done
    # What a session does when its patience ends.
    peer.connection.fail(ImapTimeout(f"nothing for 60 seconds, while waiting for {peer.connection.awaited}"))
    return {"error": attempt(pending.result), "later": attempt(peer.connection.check)}


def refused_half_way(quirk: Quirk) -> Seen:
    peer = selected()
    run = Run(peer, fetch_flow(peer.connection, UidSet([1, 2, 3]), (FLAGS, body_section())))
    peer.hear()
    run.say(GOOD % (1, 1) + GOOD % (3, 3) + quirk.octets())
    assert peer.hear() == b"K3 UID FETCH 2 (UID FLAGS BODY.PEEK[])\r\n"  # it looks again for what is missing
    run.say(b"K3 OK done\r\n")
    found = run.result
    assert isinstance(found, list)
    return {"uids": [data.uid for data in found], "defects": peer.connection.defects}


def one_value(quirk: Quirk) -> Seen:
    item = ENVELOPE if quirk.kind == "env" else BODYSTRUCTURE
    peer = selected()
    pending = peer.connection.send(Fetch(UidSet([1, 2, 3]), (UID, FLAGS, item)))
    peer.hear()
    line = b"* 2 FETCH (%b %b UID 2 FLAGS (\\Seen))\r\n" % (item.key.encode(), quirk.octets())
    peer.say(GOOD % (1, 1), line, GOOD % (3, 3), b"K2 OK done\r\n")
    found = pending.result()
    assert sorted(found) == [1, 2, 3]
    data: Fetched = found[2]
    assert data.get(FLAGS) == {"\\Seen"}
    seen: Seen = {"value": data.get(item), "defects": data.defects}
    structure = data.get(BODYSTRUCTURE)
    if structure is not None:
        seen["kinds"] = [part.content_type for part in walk(structure)]
    return seen


def moving(quirk: Quirk) -> Seen:
    peer = selected("MOVE")
    run = Run(peer, move(peer.connection, UidSet([35, 36] if quirk.id == "I02" else [35]), "x"))
    peer.hear()
    run.say(quirk.octets())
    return {"result": run.result}


def threading(quirk: Quirk) -> Seen:
    peer = selected("THREAD=REFERENCES")
    run = Run(peer, execute(peer.connection, GetThreads()))
    peer.hear()
    run.say(quirk.octets())
    return {"threads": run.result}


KINDS: dict[str, Callable[[Quirk], Seen]] = {
    "greeting": greeting,
    "idle": idle,
    "search": searching,
    "select": selecting,
    "login": login,
    "caps": caps,
    "list": listing,
    "status": status,
    "fetchline": fetching,
    "fetchbody": fetching,
    "rfc822": fetching,
    "fetchbodyhang": hanging,
    "fetchtag": refused_half_way,
    "env": one_value,
    "bs": one_value,
    "move": moving,
    "thread": threading,
}


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: f"{quirk.id} {quirk.server}: {quirk.title}")
def test_quirk(quirk: Quirk) -> None:
    seen = KINDS[quirk.kind](quirk)
    assert eval(quirk.expect, NAMES | seen | {"raw": quirk.raw}), seen


def test_a_missing_body_is_an_error_that_says_so() -> None:
    (quirk,) = (quirk for quirk in QUIRKS if quirk.id == "F09")
    assert isinstance(missing(quirk), MessageNotFound)


def test_each_is_here_once_with_its_source() -> None:
    assert len({quirk.id for quirk in QUIRKS}) == len(QUIRKS) == 60
    assert all(quirk.source and quirk.want for quirk in QUIRKS)
