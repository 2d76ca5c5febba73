"""A connection that ends, falls silent, or is given up after every octet of every flow.

Each script is what a client sends and what a server answers, from beginning to end.  Wherever it is cut, the flow
must end, with what it gives when all goes well, or with an `ImapError`; nothing else, and never not at all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from imapkit.errors import ConnectionLost, ImapError, ImapTimeout, OutcomeUnknown, ServerBye
from imapkit.protocol.channel import TlsFilter
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.append import NewMessage
from imapkit.protocol.extensions.fetch import ENVELOPE, FLAGS, body_section
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.flows.appending import append
from imapkit.protocol.flows.base import Flow, execute
from imapkit.protocol.flows.folders import create, list_folders, rename
from imapkit.protocol.flows.messages import copy, delete, fetch, fetch_stream, move, store
from imapkit.protocol.flows.opening import Preparation, authenticate, log_out, open_connection, prepare
from imapkit.protocol.flows.searching import search
from imapkit.protocol.flows.selection import within
from imapkit.protocol.flows.watching import Gone, New, Watch
from imapkit.protocol.sasl import Credentials
from imapkit.protocol.wire.encoder import LiteralStream
from imapkit.types.auth import Secret
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.protocol.peer import Peer, Run, greeted

ANN = Credentials(kind="password", user="ann", password=Secret("secret"))

Turns: TypeAlias = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Script:
    name: str
    flow: Callable[[Connection], Flow[object]]
    result: object
    turns: Turns
    capabilities: str = ""
    greeted: bool = True

    def peer(self) -> Peer:
        return greeted(self.capabilities) if self.greeted else Peer()

    @property
    def octets(self) -> int:
        return sum(len(answer) for _, answer in self.turns)

    def __str__(self) -> str:
        return self.name


def no_tls() -> TlsFilter:
    raise AssertionError("TLS was not asked for")


# --- the flows ----------------------------------------------------------------------------------------------------


def opened(connection: Connection) -> Flow[object]:
    yield from open_connection(connection, "none", no_tls)
    yield from authenticate(connection, ANN, private=True, allowed=())
    yield from prepare(connection, Preparation(client_id=(("name", "imapkit"),)))
    session = connection.session
    return session.state.value, dict(session.server_id), session.namespaces is not None, sorted(session.enabled)


OPEN = Script(
    "open, log in and prepare",
    opened,
    ("authenticated", {"name": "x"}, True, ["IMAP4REV2"]),
    (
        (b"", b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n"),
        (b"K1 AUTHENTICATE PLAIN\r\n", b"+ \r\n"),
        (b"AGFubgBzZWNyZXQ=\r\n", b"K1 OK in\r\n"),
        (
            b"K2 CAPABILITY\r\n",
            b"* CAPABILITY IMAP4rev1 IMAP4rev2 ID NAMESPACE ENABLE\r\nK2 OK done\r\n",
        ),
        (
            b'K3 ID ("name" "imapkit")\r\nK4 NAMESPACE\r\n',
            b'* ID ("name" "x")\r\nK3 OK\r\n* NAMESPACE (("" "/")) NIL NIL\r\nK4 OK\r\n',
        ),
        (b"K5 ENABLE IMAP4rev2\r\n", b"* ENABLED IMAP4rev2\r\nK5 OK\r\n"),
    ),
    greeted=False,
)

LOGIN = Script(
    "LOGIN, for want of SASL",
    lambda connection: open_then(connection, authenticate(connection, ANN, private=True, allowed=())),
    None,
    (
        (b"", b"* OK hello\r\n"),
        (b"K1 CAPABILITY\r\n", b"* CAPABILITY IMAP4rev1\r\nK1 OK\r\n"),
        (b'K2 LOGIN "ann" "secret"\r\n', b"K2 OK [CAPABILITY IMAP4rev1] in\r\n"),
    ),
    greeted=False,
)


def open_then(connection: Connection, flow: Flow[None]) -> Flow[None]:
    yield from open_connection(connection, "none", no_tls)
    yield from flow


def listed(connection: Connection) -> Flow[object]:
    infos = yield from list_folders(connection, with_status=True)
    return [(info.path, info.subscribed, info.status and info.status.messages) for info in infos]


COUNTS = b"(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)"

LIST_OLD = Script(
    "list with LSUB and STATUS",
    listed,
    [("INBOX", True, 3), ("Entwürfe", False, 0), ("Node", False, None)],
    (
        (
            b'K1 LIST "" "*"\r\nK2 LSUB "" "*"\r\n',
            (
                b'* LIST () "/" INBOX\r\n* LIST () "/" {12}\r\nEntw&APw-rfe\r\n'
                b'* LSUB () "/" INBOX\r\n* LIST (\\Noselect) "/" "Node"\r\nK1 OK\r\nK2 OK\r\n'
            ),
        ),
        (
            b"K3 STATUS INBOX %b\r\nK4 STATUS Entw&APw-rfe %b\r\n" % (COUNTS, COUNTS),
            (
                b"* STATUS Entw&APw-rfe (MESSAGES 0 UNSEEN 0 UIDNEXT 1 UIDVALIDITY 2)\r\nK4 OK\r\n"
                b"* STATUS INBOX (MESSAGES 3 UNSEEN 1 UIDNEXT 9 UIDVALIDITY 7)\r\nK3 OK\r\n"
            ),
        ),
    ),
)

LIST_NEW = Script(
    "list with LIST-STATUS",
    listed,
    [("INBOX", True, 3)],
    (
        (
            b'K1 LIST "" "*" RETURN (SUBSCRIBED CHILDREN STATUS %b)\r\n' % COUNTS,
            (
                b'* LIST (\\Subscribed) "/" INBOX\r\n'
                b"* STATUS INBOX (MESSAGES 3 UNSEEN 1 UIDNEXT 9 UIDVALIDITY 7)\r\nK1 OK\r\n"
            ),
        ),
    ),
    "LIST-EXTENDED LIST-STATUS",
)

SELECT = (
    b"K1 SELECT INBOX\r\n",
    b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* FLAGS (\\Seen)\r\nK1 OK [READ-WRITE] done\r\n",
)
EXAMINE = (b"K1 EXAMINE INBOX\r\n", b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nK1 OK [READ-ONLY] done\r\n")
BODY = body_section()


def searched_and_fetched(connection: Connection) -> Flow[object]:
    def flow() -> Flow[object]:
        uids = yield from search(connection, Q.unseen)
        found = yield from fetch(connection, uids, (FLAGS, ENVELOPE, BODY))
        return [
            (data.uid, data.get(FLAGS), envelope.subject if (envelope := data.get(ENVELOPE)) else None, data.get(BODY))
            for data in found
        ]

    return (yield from within(connection, "INBOX", flow(), read_only=True))


FETCH = Script(
    "search and fetch",
    searched_and_fetched,
    [(2, set(), "a b", b"one\r\ntwo)\r\nK3 OK no\r\n"), (5, {"\\Seen"}, None, b"")],
    (
        EXAMINE,
        (b"K2 UID SEARCH UNSEEN\r\n", b"* SEARCH 5 2\r\nK2 OK done\r\n"),
        (
            b"K3 UID FETCH 2,5 (UID FLAGS ENVELOPE BODY.PEEK[])\r\n",
            (
                b'* 1 FETCH (UID 2 FLAGS () ENVELOPE (NIL {3}\r\na b NIL NIL NIL NIL NIL NIL NIL "<1@x>") BODY[] '
                b"{21}\r\none\r\ntwo)\r\nK3 OK no\r\n)\r\n* 3 FETCH (BODY[] {0}\r\n FLAGS (\\Seen) UID 5)\r\nK3 OK\r\n"
            ),
        ),
    ),
)


def streamed(connection: Connection) -> Flow[object]:
    got: list[bytes] = []
    data = yield from within(connection, "INBOX", fetch_stream(connection, 2, BODY, got.append))
    return b"".join(got), data is not None


STREAM = Script(
    "stream a message",
    streamed,
    (b"one\r\ntwo", True),
    (
        SELECT,
        (b"K2 UID FETCH 2 (UID BODY.PEEK[])\r\n", b"* 1 FETCH (BODY[] {8}\r\none\r\ntwo UID 2)\r\nK2 OK\r\n"),
    ),
)


def stored(connection: Connection) -> Flow[object]:
    told = yield from within(connection, "INBOX", store(connection, UidSet([2, 3]), "+", ("\\Seen",)))
    return {uid: data.get(FLAGS) for uid, data in told.items()}


STORE = Script(
    "store",
    stored,
    {2: {"\\Seen"}, 3: {"\\Seen", "a"}},
    (
        SELECT,
        (
            b"K2 UID STORE 2:3 +FLAGS (\\Seen)\r\n",
            b"* 1 FETCH (UID 2 FLAGS (\\Seen))\r\n* 2 FETCH (FLAGS (\\Seen a) UID 3)\r\nK2 OK\r\n",
        ),
    ),
)


def appended(connection: Connection) -> Flow[object]:
    message = NewMessage(LiteralStream(5, iter([b"ab", b"cde"])), ("\\Seen",))
    result = yield from append(connection, "Ünlü", message)
    return result.uid, result.uidvalidity


APPEND = Script(
    "append with a literal",
    appended,
    (12, 7),
    (
        (b"K1 APPEND &ANw-nl&APw- (\\Seen) {5}\r\n", b"+ go on\r\n"),
        (b"abcde\r\n", b"K1 OK [APPENDUID 7 12] done\r\n"),
    ),
)


def moved(connection: Connection) -> Flow[object]:
    result = yield from within(connection, "INBOX", move(connection, UidSet([2, 3]), "x"))
    return dict(result), result.count


MOVE = Script(
    "move",
    moved,
    ({2: 20, 3: 21}, 2),
    (
        SELECT,
        (
            b"K2 UID MOVE 2:3 x\r\n",
            b"* OK [COPYUID 9 2:3 20:21] moved\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\nK2 OK done\r\n",
        ),
    ),
    "MOVE UIDPLUS",
)

MOVE_BY_COPY = Script(
    "move by COPY, STORE and UID EXPUNGE",
    moved,
    ({2: 20, 3: 21}, 2),
    (
        SELECT,
        (b"K2 UID SEARCH UID 2:3\r\n", b"* SEARCH 2 3\r\nK2 OK done\r\n"),
        (b"K3 UID COPY 2:3 x\r\n", b"K3 OK [COPYUID 9 2:3 20:21] done\r\n"),
        (b"K4 UID STORE 2:3 +FLAGS.SILENT (\\Deleted)\r\n", b"K4 OK done\r\n"),
        (b"K5 UID EXPUNGE 2:3\r\n", b"* 1 EXPUNGE\r\n* 1 EXPUNGE\r\nK5 OK done\r\n"),
    ),
    "UIDPLUS",
)


def copied_and_deleted(connection: Connection) -> Flow[object]:
    def flow() -> Flow[object]:
        result = yield from copy(connection, UidSet([2]), "x")
        return dict(result), (yield from delete(connection, UidSet([2])))

    return (yield from within(connection, "INBOX", flow(), uidvalidity=7))


COPY_DELETE = Script(
    "copy, then delete",
    copied_and_deleted,
    ({2: 20}, 1),
    (
        SELECT,
        (b"K2 UID COPY 2 x\r\n", b"K2 OK [COPYUID 9 2 20] done\r\n"),
        (b"K3 UID STORE 2 +FLAGS.SILENT (\\Deleted)\r\n", b"K3 OK done\r\n"),
        (b"K4 UID EXPUNGE 2\r\n", b"* 1 EXPUNGE\r\nK4 OK done\r\n"),
    ),
    "UIDPLUS",
)


def watched(connection: Connection) -> Flow[object]:
    watch = Watch(connection, "INBOX", ())
    yield from watch.start()
    told: list[object] = []
    for change in (yield from watch.next()):
        match change:
            case Gone(uids):
                told.append(list(uids))
            case New(data):
                told.append(data.uid)
            case _:
                raise AssertionError(change)
    return told


WATCH = Script(
    "watch",
    watched,
    [[11], 14],
    (
        EXAMINE,
        (
            b"K2 FETCH 1:3 (UID)\r\n",
            b"* 1 FETCH (UID 11)\r\n* 2 FETCH (UID 12)\r\n* 3 FETCH (UID 13)\r\nK2 OK\r\n",
        ),
        (b"K3 IDLE\r\n", b"+ idling\r\n* 4 EXISTS\r\n"),
        (b"DONE\r\n", b"* 1 EXPUNGE\r\nK3 OK\r\n"),
        (b"K4 FETCH 3 (UID FLAGS)\r\n", b"* 3 FETCH (UID 14 FLAGS ())\r\nK4 OK\r\n"),
    ),
    "IDLE",
)

CREATE = Script(
    "create and rename",
    lambda connection: created(connection),
    None,
    (
        (b"K1 CREATE x\r\n", b"K1 OK\r\n"),
        (b"K2 SUBSCRIBE x\r\n", b"K2 OK\r\n"),
        (b'K3 LIST "" "*"\r\nK4 LSUB "" "*"\r\n', b'* LIST () "/" x\r\n* LSUB () "/" x\r\nK4 OK\r\nK3 OK\r\n'),
        (b"K5 RENAME x y\r\n", b"K5 OK\r\n"),
        (b"K6 SUBSCRIBE y\r\n", b"K6 OK\r\n"),
        (b"K7 UNSUBSCRIBE x\r\n", b"K7 OK\r\n"),
    ),
)


def created(connection: Connection) -> Flow[None]:
    yield from create(connection, "x")
    yield from rename(connection, "x", "y")


LOGOUT = Script("log out", log_out, None, ((b"K1 LOGOUT\r\n", b"* BYE see you\r\nK1 OK done\r\n"),))

SCRIPTS = (
    *(OPEN, LOGIN, LIST_OLD, LIST_NEW, FETCH, STREAM, STORE, APPEND, MOVE, MOVE_BY_COPY, COPY_DELETE, WATCH, CREATE),
    LOGOUT,
)


# --- cutting ------------------------------------------------------------------------------------------------------


def eof(peer: Peer) -> None:
    peer.connection.receive_eof()


def bye(peer: Peer) -> None:
    """At the beginning of a line, as servers do."""
    if not peer.connection._framer.within_response:
        peer.say(b"* BYE cut\r\n")
        assert peer.connection.closed or "LOGOUT" in peer.connection.awaited
    peer.connection.receive_eof()


def in_the_middle(peer: Peer) -> None:
    peer.say(b"* BYE cut\r\n")
    peer.connection.receive_eof()


def silence(peer: Peer) -> None:
    """What a session does when its patience ends."""
    peer.connection.fail(ImapTimeout(f"silence, while waiting for {peer.connection.awaited}"))


def pieces(octets: bytes, size: int) -> Iterator[bytes]:
    return (octets[start : start + size] for start in range(0, len(octets), size))


def play(script: Script, octets: int, end: Callable[[Peer], None], *, size: int = 1 << 20) -> object:
    """The flow's outcome when the server falls silent after so many octets, sent in pieces of that size, then ends."""
    peer = script.peer()
    run = Run(peer, script.flow(peer.connection))
    for question, answer in script.turns:
        run.expect(question)
        for piece in pieces(answer[:octets], size):
            run.say(piece)
        if octets < len(answer):
            assert not run.done, "it ended before it was answered"
            end(peer)
            run.resume()
            assert run.done, "it goes on waiting on a dead connection"
            return run.result
        octets -= len(answer)
    assert run.done
    run.expect(b"")
    return run.result


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
class TestEveryScript:
    @pytest.mark.parametrize("size", [1, 7, 1 << 20])
    def test_uncut(self, script: Script, size: int) -> None:
        assert play(script, script.octets, eof, size=size) == script.result

    @pytest.mark.parametrize("end", [eof, bye, silence], ids=lambda end: end.__name__)
    @pytest.mark.parametrize("size", [1, 1 << 20])
    def test_cut_after_every_octet(self, script: Script, end: Callable[[Peer], None], size: int) -> None:
        for octets in range(script.octets):
            if script is LOGOUT:
                # Logging out is all the same however the connection ends.
                assert play(script, octets, end, size=size) is None
                continue
            with pytest.raises(ImapError) as caught:
                play(script, octets, end, size=size)
            assert isinstance(caught.value, (ImapTimeout, OutcomeUnknown) if end is silence else ConnectionLost), octets

    def test_a_bye_in_the_middle_of_a_line(self, script: Script) -> None:
        """No server does that: what comes of it is an error, or what the line says that it has become a part of."""
        for octets in range(script.octets):
            with contextlib.suppress(ImapError):
                play(script, octets, in_the_middle)

    def test_given_up_after_every_octet(self, script: Script) -> None:
        """The connection is dead, or in step: what else comes is taken for nobody else's answer."""
        for octets in range(script.octets + 1):
            peer = script.peer()
            run = Run(peer, script.flow(peer.connection))
            left = octets
            for question, answer in script.turns:
                run.expect(question)
                run.say(answer[:left])
                if left < len(answer):
                    run.close()
                    give_up(peer, answer[left:])
                    break
                left -= len(answer)


def give_up(peer: Peer, rest: bytes) -> None:
    """The server says the rest, and ends what is ended; then another command must find its own answer."""
    connection = peer.connection
    peer.say(rest)
    if connection.greeting is None or connection.closed or connection.session.state.value == "logged out":
        return
    tag = b"K%d" % connection._count
    heard = peer.hear()
    if heard == b"*\r\n":
        peer.say(tag + b" BAD cancelled\r\n")
    elif heard == b"DONE\r\n":
        peer.say(tag + b" OK done\r\n")
    else:
        assert heard == b""
    if connection.closed:
        return
    assert connection.awaited == "news", connection.awaited
    number = connection._count + 1
    run = Run(peer, execute(connection, Noop()))
    run.expect(b"K%d NOOP\r\n" % number)
    run.say(b"K%d OK\r\n" % number)
    assert run.done


def test_an_unknown_outcome_is_told_as_such() -> None:
    for script, changes in ((APPEND, 1), (MOVE, 1), (MOVE_BY_COPY, 3), (STORE, 1), (COPY_DELETE, 3)):
        unknown = dict.fromkeys(range(len(script.turns)), 0)
        passed = 0
        for turn, (_, answer) in enumerate(script.turns):
            for octets in range(passed, passed + len(answer)):
                try:
                    play(script, octets, eof)
                except OutcomeUnknown:
                    unknown[turn] += 1
                except ConnectionLost:
                    pass
            passed += len(answer)
        assert sum(map(bool, unknown.values())) == changes, script


def test_a_bye_at_the_beginning_of_a_line_says_why() -> None:
    for script in (LIST_OLD, FETCH, WATCH, MOVE):
        with pytest.raises(ServerBye, match="cut"):
            play(script, 0, bye)
