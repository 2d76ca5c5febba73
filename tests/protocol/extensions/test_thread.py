"""THREAD: the examples of RFC 5256, broken ones, very deep ones."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.thread import GetThreads, Threads
from imapkit.protocol.model import Effect, Unknown
from imapkit.protocol.wire.encoder import Dialect, Encoder
from imapkit.types.query import SEQUENCE_SET, Key, Q
from imapkit.types.results import Thread
from imapkit.types.uids import SeqSet
from tests.protocol.extensions.talking import ask, read, untagged

T = Thread


@pytest.mark.parametrize(
    ("octets", "threads"),
    [
        (b"* THREAD (2)(3 6 (4 23)(44 7 96))",
         (T(2), T(3, (T(6, (T(4, (T(23),)), T(44, (T(7, (T(96),)),)))),)))),
        (b"* THREAD ((3)(5))", (T(None, (T(3), T(5))),)),
        (b"* THREAD (166)(167)(168)(169)(172)((170)(179))",
         (T(166), T(167), T(168), T(169), T(172), T(None, (T(170), T(179))))),
        (b"* THREAD", ()),
        (b"* THREAD ", ()),
        (b"* THREAD ( 1  2 ) (3)", (T(1, (T(2),)), T(3))),
        (b"* THREAD ((7))", (T(None, (T(7),)),)),
        (b"* THREAD (1 ((2)(3))(4))", (T(1, (T(None, (T(2), T(3))), T(4))),)),
    ],
    ids=["RFC 5256", "no parent", "RFC 5256, 2", "none", "none, net-imap", "spaces", "alone", "no parent below"],
)  # fmt: skip
def test_threads(octets: bytes, threads: tuple[Thread[int], ...]) -> None:
    assert untagged(octets) == Threads(threads)


@pytest.mark.parametrize(
    "octets", [b"1", b"(1", b"1)", b"()", b"(1)()", b"(a)", b'("1")', b"(1) 2", b"((((1))))", b"(((((((", b"(1))"]
)
def test_malformed(octets: bytes) -> None:
    assert isinstance(read(b"* THREAD " + octets)[0], Unknown)


@pytest.mark.parametrize("bad", [b"0", b"4294967296", b"99999999999999999999"])
def test_a_bad_number_costs_itself(bad: bytes) -> None:
    response, defects = read(b"* THREAD (1 " + bad + b" 3)")
    assert response == Threads((T(1, (T(None, (T(3),)),)),))
    assert defects


@pytest.mark.parametrize("pattern", [b"(%s)", b"%s"])
def test_depth_costs_no_stack(pattern: bytes) -> None:
    depth = 50_000
    chain = b" ".join(b"%d" % number for number in range(1, depth + 1))
    nested = b"".join(b"(%d " % number for number in range(1, depth + 1)) + b")" * depth
    response = untagged(b"* THREAD " + (pattern % chain if b"(" in pattern else nested))
    assert isinstance(response, Threads)
    (thread,) = response.threads
    assert thread.messages == tuple(range(1, depth + 1))
    assert max(place for place, _ in thread.walk()) == depth - 1


def _branches(below: st.SearchStrategy[Thread[int]]) -> st.SearchStrategy[Thread[int]]:
    return st.builds(T, st.integers(1, 99), st.lists(below, max_size=4).map(tuple))


@given(st.recursive(st.integers(1, 99).map(T), _branches))
def test_round_trip(thread: Thread[int]) -> None:
    def text(branch: Thread[int]) -> str:
        return f"({branch.message} {''.join(map(text, branch.children))})"

    assert untagged(b"* THREAD " + text(thread).encode()) == Threads((thread,))


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (GetThreads("ORDEREDSUBJECT", Q.since(dt.date(2000, 3, 5)), by_uid=False, charset="UTF-8"),
         b"THREAD ORDEREDSUBJECT UTF-8 SINCE 5-Mar-2000"),
        (GetThreads(query=Q.text("gewp"), charset="US-ASCII"), b"UID THREAD REFERENCES US-ASCII TEXT gewp"),
        (GetThreads("REFS"), b"UID THREAD REFS UTF-8 ALL"),
    ],
)  # fmt: skip
def test_commands(command: GetThreads, octets: bytes) -> None:
    offered = "THREAD=REFERENCES THREAD=ORDEREDSUBJECT THREAD=REFS"
    sent, found = ask(command, b"* THREAD (1)", b"* SORT 1", b"* THREAD (2)", capabilities=offered, selected=True)
    assert (sent, found) == (octets, (T(1), T(2)))


def test_refusals() -> None:
    moments = Q.received_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(InvalidArgument):
        ask(GetThreads(query=moments), capabilities="THREAD=REFERENCES", selected=True)
    with pytest.raises(InvalidArgument):
        GetThreads("A B").write(Encoder(Dialect()))
    with pytest.raises(NotSupported, match="THREAD=REFS"):
        ask(GetThreads("REFS"), capabilities="THREAD=REFERENCES", selected=True)
    with pytest.raises(NotSupported, match="WITHIN"):
        ask(GetThreads(query=Q.older(7)), capabilities="THREAD=REFERENCES", selected=True)


def test_effects() -> None:
    assert GetThreads().disturbs() == Effect.MAY_EXPUNGE
    assert GetThreads(by_uid=False).disturbs() == Effect.USES_SEQUENCE_NUMBERS
    numbered = GetThreads(query=Key(SEQUENCE_SET, (SeqSet("1:5"),)))
    assert numbered.disturbs() == Effect.MAY_EXPUNGE | Effect.USES_SEQUENCE_NUMBERS
    assert GetThreads().answers() == {"THREAD"}
