"""Reads all that a value from a server has to tell, as the most curious of users would."""

from __future__ import annotations

import itertools
import pickle
import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass, replace
from functools import cache
from typing import cast

from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.convert import (
    available_conversions,
    converted,
    converted_header,
    converted_size,
    converted_structure,
)
from imapkit.protocol.extensions.fetch import Fetched, body_section
from imapkit.protocol.extensions.list import Listed
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import Item
from imapkit.types.bodystructure import Multipart, Part, walk
from imapkit.types.drawing import draw_tree
from imapkit.types.envelope import Envelope, EnvelopeAddress
from imapkit.types.folders import FolderInfo, role_of
from imapkit.types.results import Thread
from imapkit.types.summary import to_addresses
from imapkit.types.uids import MAX_NUMBER, NumberSet

__all__ = ["MOST_DEFECTS", "read", "read_in_any_order", "read_together"]

MOST_DEFECTS = 100  # of one response, or one reading of a value

_ITEMS: tuple[Item[object], ...] = (
    *(item for extension in ALL for item in (*extension.fetch_items, *extension.status_items)),
    *(
        body_section(),
        converted(),
        converted_size(),
        converted_structure(),
        converted_header(),
        available_conversions(),
    ),
)
_BREAK = re.compile("[\0\r\n]")


def read(value: object) -> None:
    """Read it, and everything in it.  Nothing may be raised, and what is promised of values must hold."""
    assert repr(value) or str(value)
    waiting = [value]
    while waiting:
        one = waiting.pop()
        _look_closer(one)
        if isinstance(one, ItemData):
            waiting += _items(one)
        if isinstance(one, tuple | list | frozenset | set):
            waiting += cast("Iterable[object]", one)
        elif type(one) is dict:
            waiting += itertools.chain.from_iterable(cast("dict[object, object]", one).items())
        elif isinstance(one, Exception):
            waiting += vars(one).values()
        else:
            waiting += (getattr(one, name) for name in _attributes(type(one)))


def read_in_any_order(make: Callable[[], ItemData]) -> None:
    """Read all items that are known from data made anew: each patiently, then as usual, in one order and the other."""
    patient, one, other = make(), make(), make()
    names = set(patient.names())
    values = {item: patient.get(replace(item, usual=None, whole=False)) for item in _ITEMS}
    assert {item: one.get(item) for item in _ITEMS} == values
    assert {item: other.get(item) for item in reversed(_ITEMS)} == values
    assert names == set(one.names()) == set(other.names())


def read_together(older: ItemData, newer: ItemData) -> None:
    """Let one stand before the other, as when a server answers for a message in pieces, and read them as one."""
    values = {item: (newer if item in newer else older).get(item) for item in _ITEMS}
    names = {*older.names(), *newer.names()}
    older.update(newer)
    assert {item: older.get(item) for item in _ITEMS} == values
    assert set(older.names()) == names
    assert len(older.defects) <= 2 * MOST_DEFECTS


def _look_closer(value: object) -> None:
    """What has more to it than its attributes."""
    match value:
        case NumberSet():
            _numbers(value)
        case Envelope() | EnvelopeAddress():
            _one_line(value)
        case Part() | Multipart():
            assert next(walk(value)) is value
        case Listed():
            _draw(value)
        case Thread():
            places = cast("Thread[object]", value).walk()
            assert Thread[object].from_walk(places) == value
        case _:
            pass


def _items(data: ItemData) -> list[object]:
    """The values of all items, each read by all that have its name; read again, they are the same."""
    values: list[object] = []
    for name in data.names():
        for item in _items_called(re.sub(r"\[.*\]", "[]", re.sub(r"<\d+>$", "", name), flags=re.DOTALL)):
            item = replace(item, key=name)
            value = data.get(item)
            assert item in data
            assert data.get(item) == value
            if is_dataclass(value):
                repr(value)
                assert hash(value) == hash(data.get(item))
                assert pickle.loads(pickle.dumps(value)) == value
            values.append(value)
    for item in _ITEMS:
        data.get(item)
    assert len(data.defects) <= MOST_DEFECTS
    if isinstance(data, Fetched):
        assert data.uid is None or 0 <= data.uid <= MAX_NUMBER
    return values


@cache
def _items_called(name: str) -> tuple[Item[object], ...]:
    return tuple(item for item in _ITEMS if item.key == name)


def _numbers(numbers: NumberSet) -> None:
    """A set of billions is never spelled out."""
    assert type(numbers)(str(numbers)) == numbers
    assert len(numbers) == sum(last - first + 1 for first, last in numbers.ranges)
    assert not numbers or (numbers.first in numbers and numbers.last in numbers)


def _one_line(value: Envelope | EnvelopeAddress) -> None:
    """What is decoded from a header can start no new field of one."""
    if isinstance(value, Envelope):
        texts = [value.subject, value.message_id or "", *value.in_reply_to]
        assert value.date is None or value.date.utcoffset() is not None
        for addresses in (value.from_, value.to, value.cc):
            to_addresses(addresses)
    else:
        texts = [value.name, value.mailbox, value.host, value.address, str(value)]
    assert not any(map(_BREAK.search, texts))


def _draw(listed: Listed) -> None:
    """The mailbox as a folder, in a tree."""
    role, source = role_of(frozenset(listed.attributes), listed.mailbox, listed.delimiter)
    info = FolderInfo(listed.mailbox, listed.mailbox, listed.delimiter, role, source)
    draw_tree([info, replace(info, path=f"{info.path}{info.delimiter or '/'}{info.path}")]).encode()


_SHOWN: dict[type[object], tuple[str, ...]] = {}


def _attributes(kind: type[object]) -> tuple[str, ...]:
    """What an object of the package shows: its fields and properties."""
    if kind not in _SHOWN:
        _SHOWN[kind] = ()
        if kind.__module__.startswith("imapkit.") and not issubclass(kind, AbstractSet):
            fields: dict[str, object] = getattr(kind, "__dataclass_fields__", {})
            shown = (name for name in dir(kind) if not callable(getattr(kind, name)))
            _SHOWN[kind] = tuple(name for name in dict.fromkeys((*fields, *shown)) if not name.startswith("_"))
    return _SHOWN[kind]
