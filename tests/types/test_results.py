from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import FolderNotFound, InvalidArgument
from imapkit.types.results import (
    AppendResult,
    Arrived,
    Changes,
    CopyResult,
    Event,
    FlagsChanged,
    Include,
    MigrateReport,
    Progress,
    Quota,
    Reconnected,
    Removed,
    SortKey,
    SyncState,
    Thread,
    Usage,
)
from imapkit.types.uids import UidSet
from imapkit.types.urls import MessageRef

STATE = SyncState(uidvalidity=7, uidnext=10, highestmodseq=12, uids=UidSet("1:3,9"))


@pytest.mark.parametrize(
    "value",
    [
        AppendResult("Sent", 4, 7),
        AppendResult("Sent"),
        CopyResult("Archive", 3),
        CopyResult("Archive", 3, 7, ((1, 11, 2), (9, 13, 1))),
        Usage(1, 2),
        Quota("", Usage(1, 2)),
        Thread(1, (Thread(None, (Thread(2),)), Thread(3))),
        Arrived(1),
        FlagsChanged(1),
        Removed(UidSet("1:3")),
        Reconnected(2),
        STATE,
        Changes((1, 2), (), UidSet("3"), reset=False, state=STATE),
        Progress(1, None, "bytes", "a"),
        SortKey.DATE,
        -SortKey.DATE,
        Include.PREVIEW,
    ],
)
def test_values(value: object) -> None:
    again = pickle.loads(pickle.dumps(value))
    assert again == value
    assert type(again) is type(value)
    assert len({value, again}) == 1


def test_migrate_report() -> None:
    failed = (MessageRef("h", "ann", "a", 7, 1), FolderNotFound("APPEND", "NO", "TRYCREATE", "no such folder"))
    report = MigrateReport(copied=2, skipped=0, failed=(failed,))
    again = pickle.loads(pickle.dumps(report))
    assert again.failed[0][0] == failed[0]
    assert str(again.failed[0][1]) == "APPEND: NO [TRYCREATE] no such folder"
    assert MigrateReport(0, 0).failed == ()


# -- vocabularies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", SortKey)
def test_sort_keys_reverse(key: SortKey) -> None:
    assert -key is not key
    reverse = -key
    assert -reverse is key
    assert key.descending != (-key).descending
    assert key.criterion is (-key).criterion
    assert not key.criterion.descending
    assert eval(repr(key)) is key
    assert pickle.loads(pickle.dumps(key)) is key


def test_sort_keys_are_the_text_of_the_command() -> None:
    assert str(SortKey.DATE) == "DATE"
    assert str(-SortKey.DATE) == "REVERSE DATE"
    assert str(-SortKey.DISPLAY_TO) == "REVERSE DISPLAYTO"
    assert repr(-SortKey.DATE) == "-SortKey.DATE"
    assert repr(SortKey.REVERSE_SIZE) == "-SortKey.SIZE"
    assert repr(SortKey.SIZE) == "SortKey.SIZE"
    assert -SortKey.DATE is SortKey.REVERSE_DATE


# -- CopyResult ----------------------------------------------------------------------------------------------------


def test_copy_result_of_the_rfc() -> None:
    # RFC 4315, section 3: OK [COPYUID 38505 304,319:320 3956:3958]
    result = CopyResult.from_ranges("Archive", 38505, [(304, 304), (319, 320)], [(3956, 3958)])
    assert (result.folder, result.count, result.uidvalidity) == ("Archive", 3, 38505)
    assert dict(result) == {304: 3956, 319: 3957, 320: 3958}
    assert list(result) == [304, 319, 320]
    assert len(result) == 3
    assert result[319] == 3957
    assert result.get(305) is None
    assert 320 in result
    assert not {303, 305, 318, 321, 0} & set(result)
    assert "304" not in result
    assert UidSet(result) == UidSet("304,319:320")
    with pytest.raises(KeyError):
        result[321]


def test_copy_result_where_the_server_does_not_tell() -> None:
    result = CopyResult("Archive", 5)
    assert result.count == 5
    assert len(result) == 0
    assert 1 not in result
    assert result == {}


def test_copy_result_equality() -> None:
    result = CopyResult("Archive", 1, 7, ((3, 9, 1),))
    assert result == {3: 9}
    assert dict([(3, 9)]) == result  # noqa: C406 - the plain mapping on the left
    assert result != {3: 8}
    assert result != CopyResult("Other", 1, 7, ((3, 9, 1),))
    assert result != {4: 9}
    assert result != {3: 9, 4: 10}
    assert result != [3]
    assert isinstance(result, Mapping)


def test_copy_result_of_four_milliards_is_compared() -> None:
    assert CopyResult("Archive", 1, 7, ((1, 1, 4294967295),)) not in ({}, {1: 1})


def test_copied_folders_cost_little() -> None:
    result = CopyResult.from_ranges("Archive", 7, [(1, 1_000_000)], [(2_000_001, 3_000_000)])
    assert result.runs == ((1, 2_000_001, 1_000_000),)
    assert result[1_000_000] == 3_000_000


orders = st.lists(st.integers(1, 60), unique=True, max_size=20)


def as_ranges(uids: list[int], cuts: list[bool]) -> list[tuple[int, int]]:
    """Write `uids`, in their order, as ranges, cut where `cuts` says so."""
    ranges: list[tuple[int, int]] = []
    for at, uid in enumerate(uids):
        if ranges and ranges[-1][1] + 1 == uid and not cuts[at]:
            ranges[-1] = (ranges[-1][0], uid)
        else:
            ranges.append((uid, uid))
    return ranges


@given(st.data())
def test_copy_result_maps_in_the_order_given(data: st.DataObject) -> None:
    source = data.draw(orders)
    destination = data.draw(st.lists(st.integers(1, 60), unique=True, min_size=len(source), max_size=len(source)))
    cuts = data.draw(st.lists(st.booleans(), min_size=20, max_size=20))
    result = CopyResult.from_ranges("a", 7, as_ranges(source, cuts), as_ranges(destination, cuts))
    assert result == dict(zip(source, destination, strict=True))
    assert list(result) == sorted(source)
    assert result.count == len(result) == len(source)


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        ([(1, 3)], [(1, 2)]),
        ([(1, 2)], [(1, 3)]),
        ([(1, 2)], []),
        ([], [(1, 1)]),
        ([(1, 2)], [(1, 2), (5, 5)]),
        ([(1, 2), (5, 5)], [(1, 2)]),
        ([(1, 2), (2, 3)], [(1, 4)]),
        ([(1, 4)], [(1, 2), (2, 3)]),
        ([(0, 1)], [(1, 2)]),
        ([(1, 1)], [(0, 0)]),
        ([(1, 1)], [(2**32, 2**32)]),
    ],
)
def test_contradictory_copyuid_is_refused(source: list[tuple[int, int]], destination: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match=r"COPYUID|a UID is"):
        CopyResult.from_ranges("a", 7, source, destination)


def test_ranges_of_copyuid_may_be_written_backwards() -> None:
    assert CopyResult.from_ranges("a", 7, [(3, 1)], [(12, 10)]) == {1: 10, 2: 11, 3: 12}


def test_copy_results_join() -> None:
    parts = [
        CopyResult("a", 2, 7, ((8, 21, 2),)),
        CopyResult("a", 1, 7, ((1, 20, 1),)),
    ]
    whole = CopyResult.join(parts)
    assert whole == CopyResult("a", 3, 7, ((1, 20, 1), (8, 21, 2)))
    assert CopyResult.join(iter(parts[:1])) == parts[0]
    with pytest.raises(ValueError, match="not enough values"):
        CopyResult.join([])


# -- quota ---------------------------------------------------------------------------------------------------------


def test_usage() -> None:
    assert Usage(1, 4).fraction == 0.25
    assert Usage(0, 4).fraction == 0.0
    assert Usage(5, 4).fraction == 1.25
    assert Usage(0, 0).fraction == 1.0


# -- Thread --------------------------------------------------------------------------------------------------------


def test_thread() -> None:
    # RFC 5256, section 4: (3 6 (4 23)(44 7 96))
    thread = Thread(3, (Thread(6, (Thread(4, (Thread(23),)), Thread(44, (Thread(7, (Thread(96),)),)))),))
    assert thread.messages == (3, 6, 4, 23, 44, 7, 96)
    assert list(thread.walk()) == [(0, 3), (1, 6), (2, 4), (3, 23), (2, 44), (3, 7), (4, 96)]
    assert Thread.from_walk(thread.walk()) == thread
    assert Thread(None, (Thread(1), Thread(2))).messages == (1, 2)


def test_thread_equality_and_repr() -> None:
    assert Thread(1, (Thread(2), Thread(3))) != Thread(1, (Thread(2, (Thread(3),)),))
    assert Thread(1) != 1
    assert repr(Thread(1)) == "Thread(1)"
    assert repr(Thread(1, (Thread(2), Thread(None)))) == "<Thread 1 and 2 below>"


@pytest.mark.parametrize("places", [[], [(1, 1)], [(0, 1), (2, 2)], [(0, 1), (0, 2)], [(0, 1), (-1, 2)], [(-1, 1)]])
def test_no_thread_walks_like_that(places: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="thread"):
        Thread.from_walk(places)


@given(
    st.recursive(
        st.builds(Thread, st.none() | st.integers()),
        lambda t: st.builds(Thread, st.integers(), st.lists(t).map(tuple)),
        max_leaves=30,
    )
)
def test_thread_round_trip(thread: Thread[int]) -> None:
    assert Thread.from_walk(thread.walk()) == thread
    assert hash(Thread.from_walk(thread.walk())) == hash(thread)
    assert pickle.loads(pickle.dumps(thread)) == thread


def test_a_long_conversation_is_no_trouble() -> None:
    depth = 20_000
    places = [(at, at) for at in range(depth)]
    thread, same = Thread.from_walk(places), Thread.from_walk(places)
    assert thread == same
    assert hash(thread) == hash(same)
    assert len(thread.messages) == depth
    assert pickle.loads(pickle.dumps(thread)) == thread
    assert repr(thread) == f"<Thread 0 and {depth - 1} below>"


# -- events --------------------------------------------------------------------------------------------------------


def test_events_match_by_class() -> None:
    events: list[Event[int]] = [Arrived(1), FlagsChanged(2), Removed(UidSet("3")), Reconnected(1)]
    seen: list[object] = []
    for event in events:
        match event:
            case Arrived(message):
                seen.append(("arrived", message))
            case FlagsChanged(message):
                seen.append(("flags", message))
            case Removed(uids):
                seen.append(uids)
            case Reconnected(attempts):
                seen.append(attempts)
    assert seen == [("arrived", 1), ("flags", 2), {3}, 1]
    assert Arrived(1) != FlagsChanged(1)
    assert Event[int] is not None


# -- SyncState -----------------------------------------------------------------------------------------------------

numbers = st.integers(1, 2**32 - 1)
uid_sets = st.lists(st.tuples(numbers, numbers), max_size=4).map(UidSet.from_ranges)


@given(
    st.builds(
        SyncState,
        uidvalidity=numbers,
        uidnext=numbers,
        highestmodseq=st.none() | st.integers(1, 2**63 - 1),
        uids=uid_sets,
        flags=st.dictionaries(st.text(), uid_sets, max_size=3).map(lambda flags: tuple(flags.items())),
    )
)
def test_state_round_trip(state: SyncState) -> None:
    assert SyncState.from_json(state.to_json()) == state
    assert str(state) == state.to_json()
    assert "\n" not in str(state)


def test_state_is_small_and_plain() -> None:
    state = SyncState(7, 500_001, 12, UidSet(range(1, 500_001)), (("\\seen", UidSet("1:499999")),))
    assert json.loads(state.to_json()) == {
        "imapkit": 1,
        "uidvalidity": 7,
        "uidnext": 500_001,
        "highestmodseq": 12,
        "uids": "1:500000",
        "flags": {"\\seen": "1:499999"},
    }


GOOD: dict[str, object] = json.loads(STATE.to_json())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 100_000,
        "[]",
        "null",
        "{}",
        json.dumps({**GOOD, "imapkit": 2}),
        json.dumps({**GOOD, "uidvalidity": 0}),
        json.dumps({**GOOD, "uidvalidity": "7"}),
        json.dumps({**GOOD, "uidvalidity": True}),
        json.dumps({**GOOD, "uidnext": None}),
        json.dumps({**GOOD, "uidnext": 2**32}),
        json.dumps({**GOOD, "highestmodseq": -1}),
        json.dumps({**GOOD, "highestmodseq": 1.5}),
        json.dumps({**GOOD, "uids": None}),
        json.dumps({**GOOD, "uids": "1:*"}),
        json.dumps({**GOOD, "uids": [1]}),
        json.dumps({**GOOD, "flags": None}),
        json.dumps({**GOOD, "flags": {"\\seen": 1}}),
        json.dumps({**GOOD, "flags": {"\\seen": "x"}}),
    ],
)
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument):
        SyncState.from_json(text)


def test_another_version_says_what_to_do() -> None:
    with pytest.raises(InvalidArgument, match="synchronise from scratch"):
        SyncState.from_json('{"imapkit": 99}')


@pytest.mark.parametrize(
    ("made", "plain"),
    [
        (Thread[int](2, (Thread[int](3),)), Thread(2, (Thread(3),))),
        (Arrived[int](2), Arrived(2)),
        (FlagsChanged[int](2), FlagsChanged(2)),
        (Changes[int]((2,), (), UidSet(), False, STATE), Changes((2,), (), UidSet(), False, STATE)),
    ],
)
def test_made_with_its_type(made: object, plain: object) -> None:
    """In Python 3.11 and 3.12 this was a TypeError."""
    assert made == plain
    assert type(made) is type(plain)
    assert pickle.loads(pickle.dumps(made)) == plain
    with pytest.raises(FrozenInstanceError, match="immutable"):
        made.other = 3  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError, match="immutable"):
        setattr(made, fields(plain)[0].name, 3)  # type: ignore[arg-type]
