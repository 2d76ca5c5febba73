"""Flags that follow what the connection sees: the newest word counts, in whatever order threads get on."""

from __future__ import annotations

import pytest

from imapkit.live import FlagBoard
from imapkit.protocol.extensions.fetch import FLAGS, RFC822_SIZE, Fetch, Fetched
from imapkit.protocol.extensions.gmail import GMAIL_LABELS, StoreLabels
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.store import Store
from imapkit.types.uids import UidSet
from tests.protocol.peer import Peer, selected

ONE = UidSet([1])


@pytest.fixture
def peer() -> Peer:
    return selected("X-GM-EXT-1")


def fetched(peer: Peer, answer: bytes, *items: object) -> Fetched:
    """Message 1, by a command of its own."""
    pending = peer.connection.send(Fetch(ONE, items or (FLAGS,)))  # type: ignore[arg-type]
    tag = peer.hear().split(b" ")[0]
    peer.say(b"* 1 FETCH (UID 1 %b)\r\n%b OK\r\n" % (answer, tag))
    return pending.result()[1]


def stored(peer: Peer, flags: bytes) -> None:
    """Somebody changes flags of message 1, and this is what they are then."""
    peer.connection.send(Store(ONE, "+", ("k",)))
    tag = peer.hear().split(b" ")[0]
    peer.say(b"* 1 FETCH (UID 1 FLAGS (%b))\r\n%b OK\r\n" % (flags, tag))


def test_what_was_fetched_before_a_change_is_older_than_it(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    before = peer.connection.completions
    first, second = fetched(peer, b"FLAGS (a)"), fetched(peer, b"FLAGS (a)")
    held = board.of("INBOX", 7, first, before)
    stored(peer, b"a k")
    assert held.value == {"a", "k"}
    # A thread that gets on now has fetched before.
    assert board.of("INBOX", 7, second, before) is held
    assert held.value == {"a", "k"}
    # What is fetched now is newer.
    before = peer.connection.completions
    assert board.of("INBOX", 7, fetched(peer, b"FLAGS (b)"), before).value == {"b"}


def test_changes_count_in_the_order_of_the_server(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    held = board.of("INBOX", 7, fetched(peer, b"FLAGS ()"))
    first = peer.connection.send(Store(ONE, "+", ("a",)))
    second = peer.connection.send(Store(ONE, "+", ("b",)))
    peer.hear()
    peer.say(b"* 1 FETCH (UID 1 FLAGS (a))\r\n%b OK\r\n" % first.tag.encode())
    peer.hear()
    peer.say(b"* 1 FETCH (UID 1 FLAGS (a b))\r\n%b OK\r\n" % second.tag.encode())
    assert held.value == {"a", "b"}
    # Nobody has asked for a result so far, and nothing changes when somebody does.
    assert (len(second.result().messages), len(first.result().messages)) == (1, 1)
    assert held.value == {"a", "b"}


def test_a_change_that_nobody_waits_for_any_more(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    held = board.of("INBOX", 7, fetched(peer, b"FLAGS ()"))
    pending = peer.connection.send(Store(ONE, "+", ("a",)))
    peer.hear()
    pending.abandon()
    peer.say(b"* 1 FETCH (UID 1 FLAGS (a))\r\n%b OK\r\n" % pending.tag.encode())
    assert held.value == {"a"}


def test_what_another_fetch_sees(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    held = board.of("INBOX", 7, fetched(peer, b"FLAGS ()"))
    fetched(peer, b"FLAGS (c) RFC822.SIZE 7", FLAGS, RFC822_SIZE)
    assert held.value == {"c"}
    fetched(peer, b"RFC822.SIZE 7", RFC822_SIZE)
    assert held.value == {"c"}
    peer.say(b"* 1 FETCH (UID 1 FLAGS (d))\r\n* 2 FETCH (UID 2 FLAGS (e))\r\n")
    assert held.value == {"d"}


def test_flags_that_were_not_fetched(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    before = peer.connection.completions
    without, older = fetched(peer, b"RFC822.SIZE 7", RFC822_SIZE), fetched(peer, b"FLAGS (a)")
    held = board.of("INBOX", 7, without)
    assert held.value is None
    assert board.of("INBOX", 7, older, before).value == {"a"}


def test_labels(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    before = peer.connection.completions
    first, second = (fetched(peer, b"FLAGS () X-GM-LABELS (x)", FLAGS, GMAIL_LABELS) for _ in range(2))
    held = board.of("INBOX", 7, first, before)
    assert held.labels is None
    pending = peer.connection.send(StoreLabels(ONE, "+", ("y",)))
    peer.hear()
    peer.say(b"* 1 FETCH (UID 1 X-GM-LABELS (x y))\r\n%b OK\r\n" % pending.tag.encode())
    assert held.labels == {"x", "y"}
    assert board.of("INBOX", 7, second, before).labels == {"x", "y"}
    assert board.of("INBOX", 7, fetched(peer, b"X-GM-LABELS (z)", GMAIL_LABELS)).labels == {"z"}


def test_messages_elsewhere(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    data = fetched(peer, b"FLAGS ()")
    others = [board.of("Archive", 7, data), board.of("INBOX", 8, data)]
    stored(peer, b"a")
    assert [other.value for other in others] == [set(), set()]


def test_what_nobody_holds_is_not_kept(peer: Peer) -> None:
    board = FlagBoard(peer.connection)
    held = board.of("INBOX", 7, fetched(peer, b"FLAGS (a)"))
    del held
    stored(peer, b"a k")
    assert not board._known
    peer.send(Noop(), b"K4 NOOP\r\n")
