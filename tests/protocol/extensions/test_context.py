"""CONTEXT: results that are kept up to date."""

from __future__ import annotations

from typing import Literal

import pytest

from imapkit.errors import InvalidArgument, LimitExceeded, NotSupported
from imapkit.protocol.extensions import order
from imapkit.protocol.extensions.context import CancelUpdate, NoUpdate, Update, updated
from imapkit.protocol.extensions.esearch import ListChange, SearchUpdate
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetched
from imapkit.protocol.extensions.order import NumberOrder
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Exists
from imapkit.protocol.model import Condition, Untagged
from imapkit.types.flags import FlagSet
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import ask, connect, talk, untagged
from tests.protocol.memory import memory

Action = Literal["ADDTO", "REMOVEFROM"]
OFFERED = "ESEARCH CONTEXT=SEARCH"


def test_no_update() -> None:
    response = untagged(b'* NO [NOUPDATE "B02"] Too many contexts')
    assert response == Condition("NO", NoUpdate("B02"), "Too many contexts")
    assert NoUpdate("B02").name == "NOUPDATE"


def test_cancel() -> None:
    sent, result = ask(CancelUpdate(("K2", "K3")), capabilities=OFFERED, selected=True)
    assert (sent, result) == (b'CANCELUPDATE "K2" "K3"', None)


def test_refusals() -> None:
    with pytest.raises(InvalidArgument):
        ask(CancelUpdate(()), capabilities=OFFERED, selected=True)
    with pytest.raises(NotSupported):
        ask(CancelUpdate(("K2",)), selected=True)


def test_items_of_new_messages_are_events() -> None:
    connection = connect(f"{OFFERED} NOTIFY", selected=True)
    search = Search(Q.from_("boss"), returns=("COUNT", Update((UID, FLAGS))))
    sent, result = talk(connection, search, b'* ESEARCH (TAG "K2") UID COUNT 17')
    assert (sent, result.context) == (b"UID SEARCH RETURN (COUNT UPDATE (UID FLAGS)) FROM boss", "K2")
    events: list[Untagged] = []
    connection.listeners.append(events.append)
    connection.receive_data(
        b'* 93 EXISTS\r\n* 93 FETCH (UID 127001 FLAGS ())\r\n* ESEARCH (TAG "K2") UID ADDTO (0 127001)\r\n'
    )
    exists, fetched, update = events
    assert isinstance(exists, Exists)
    assert isinstance(fetched, Fetched)
    assert (fetched.uid, fetched.get(FLAGS)) == (127001, FlagSet())
    assert update == SearchUpdate("K2", True, (ListChange("ADDTO", 0, NumberOrder("127001")),))


def test_an_update_is_an_event_and_never_an_answer() -> None:
    connection = connect(OFFERED, selected=True)
    events: list[Untagged] = []
    connection.listeners.append(events.append)
    search = Search(Q.deleted, returns=("UPDATE", "ALL"))
    _, first = talk(connection, search, b'* ESEARCH (TAG "K2") UID ALL 3')
    assert first.context == "K2"
    update = b'* ESEARCH (TAG "K2") UID ADDTO (0 7)'
    _, second = talk(connection, search, update, b'* ESEARCH (TAG "K3") UID ALL 3,7', b'* NO [NOUPDATE "K3"] no')
    assert second.uids == UidSet("3,7")
    assert second.context is None
    assert events == [SearchUpdate("K2", True, (ListChange("ADDTO", 0, NumberOrder("7")),))]


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ((2734, 2735), [("ADDTO", 1, "2733"), ("ADDTO", 1, "2732"), ("ADDTO", 1, "2731")], tuple(range(2731, 2736))),
        ((2734, 2735), [("ADDTO", 1, "2733"), ("ADDTO", 1, "2731:2732")], tuple(range(2731, 2736))),
        ((2734, 2735), [("ADDTO", 1, "2731:2733")], tuple(range(2731, 2736))),
        ((5, 9), [("ADDTO", 0, "7,1")], (1, 5, 7, 9)),
        ((5, 9), [("ADDTO", 99, "7")], (5, 9, 7)),
        ((9, 5, 7), [("REMOVEFROM", 2, "5")], (9, 7)),
        ((9, 5, 7), [("REMOVEFROM", 0, "5,8,9")], (7,)),
        ((9, 5, 7), [("REMOVEFROM", 0, "1:7,9:4294967295")], ()),
    ],
)
def test_keeping_a_list(
    before: tuple[int, ...], changes: list[tuple[Action, int, str]], after: tuple[int, ...]
) -> None:
    steps = [ListChange(a, p, NumberOrder(n)) for a, p, n in changes]
    assert updated(before, steps) == after


@pytest.mark.parametrize("position", [0, 1])
def test_a_list_of_more_than_can_be(position: int) -> None:
    with memory(octets=100_000), pytest.raises(LimitExceeded):
        updated((), [ListChange("ADDTO", position, NumberOrder("1:4294967295"))])


def test_a_list_that_grows_to_more_than_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "_MOST", 20)
    change = ListChange("ADDTO", 1, NumberOrder("1:10"))
    assert len(updated((), [change, change])) == 20
    with pytest.raises(LimitExceeded):
        updated((), [change, change, change])
