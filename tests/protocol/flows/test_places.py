"""Messages by sequence number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from imapkit.protocol.flows.places import Places
from imapkit.types.uids import MAX_NUMBER, UidSet
from tests.protocol.memory import memory
from tools.fuzz.growth import in_linear_time


def spelled_out(places: Places) -> list[int | None]:
    return [places.uid(seq) for seq in range(1, places.count + 1)]


def test_no_messages() -> None:
    places = Places()
    assert (places.count, places.known, places.first_empty) == (0, set(), None)
    assert places.uid(0) is None
    assert places.uid(1) is None
    assert places.learn({1: 5}) == []


def test_what_is_known_stays() -> None:
    places = Places(4)
    assert places.learn({3: 13, 1: 11}) == [1, 3]
    assert places.learn({1: 21, 2: 12, 3: 23, 4: 14, 5: 15}) == [2, 4]
    assert spelled_out(places) == [11, 12, 13, 14]
    assert places.first_empty is None


def test_fewer_is_no_growth() -> None:
    places = Places(3)
    places.grow(2)
    assert places.count == 3


def test_uids_of_which_one_is_not_there() -> None:
    places = Places(3)
    places.learn({1: 11, 2: 12})
    assert not places.take_uids(UidSet("11,13"))
    assert not places.take_uids(UidSet("1:4294967295"))
    assert spelled_out(places) == [11, 12, None]


def test_four_milliards_cost_nothing() -> None:
    with memory(octets=100_000):
        places = Places(MAX_NUMBER)
        assert places.learn({2: 5, MAX_NUMBER: 9, MAX_NUMBER - 7: 8}) == [2, MAX_NUMBER - 7, MAX_NUMBER]
        assert places.take(MAX_NUMBER - 8) is None
        assert (places.uid(MAX_NUMBER - 8), places.uid(MAX_NUMBER - 1), places.count) == (8, 9, MAX_NUMBER - 1)
        assert places.take(2) == 5
        assert places.take_uids(UidSet("8:9"))
        assert (places.first_empty, places.known, places.count) == (1, set(), MAX_NUMBER - 4)


def test_a_burst_is_linear() -> None:
    places = Places(30_001)
    places.learn({seq: seq for seq in range(2, 30_002)})
    with in_linear_time():
        taken = [places.take(places.count) for _ in range(10_000)]
    assert taken == list(range(30_001, 20_001, -1))


def test_scattered() -> None:
    places = Places(2001)
    places.learn({seq: seq for seq in range(2, 2002, 2)})
    assert places.scattered
    assert places.take(2001) is None
    assert not places.scattered


numbers = st.integers(1, 9)
steps = st.one_of(
    st.tuples(st.just("grow"), numbers),
    st.tuples(st.just("take"), numbers),
    st.tuples(st.just("take_uids"), st.sets(st.integers(1, 20))),
    st.tuples(st.just("learn"), st.dictionaries(numbers, st.integers(1, 20))),
)


@given(st.lists(steps, max_size=20))
def test_as_a_list_of_all_places(steps: list[tuple[str, object]]) -> None:
    places = Places()
    plain: list[int | None] = []
    for step in steps:
        match step:
            case ("grow", int(count)):
                places.grow(count)
                plain += [None] * (count - len(plain))
            case ("take", int(seq)) if seq <= len(plain):
                assert places.take(seq) == plain.pop(seq - 1)
            case ("take_uids", set(uids)):
                possible = uids <= set(plain)
                assert places.take_uids(UidSet(uids)) == possible
                plain = [uid for uid in plain if not possible or uid not in uids]
            case ("learn", dict(uids)):
                filled = [seq for seq in sorted(uids) if seq <= len(plain) and plain[seq - 1] is None]
                assert places.learn(uids) == filled
                for seq in filled:
                    plain[seq - 1] = uids[seq]
            case _:
                pass
        assert spelled_out(places) == plain
        assert places.known == {uid for uid in plain if uid is not None}
        assert places.first_empty == (plain.index(None) + 1 if None in plain else None)
