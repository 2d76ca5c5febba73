"""Octets of a server, cut anywhere: framed, dispatched, and all values read.

The first octet holds the options (`Options`); marks say where the chunks end.  What must hold:

* the framer raises its typed errors alone, the dispatcher and the values nothing at all;
* responses, streamed octets and the error are the same, however the octets are cut, and responses are the octets;
* values are the same, in whatever order they are read, and whether they are written as usual or not;
* no response has more than a bounded number of defects;
* time is linear, also where a piece of the input comes a thousand times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from imapkit.errors import ProtocolError
from imapkit.protocol.dispatch import Dispatcher
from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.raw import raw_response
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import Continuation, Tagged, Unknown, Untagged
from imapkit.protocol.wire.framer import Disposal, Framed, Framer, Routing
from imapkit.protocol.wire.limits import DEFAULT_LIMITS, Limits
from tools.fuzz import seeds as samples
from tools.fuzz.growth import grown, in_linear_time
from tools.fuzz.inputs import MARK, cut
from tools.fuzz.reading import MOST_DEFECTS, read, read_in_any_order, read_together

__all__ = ["check", "seeds"]

_TIGHT = Limits(line=200, literal=50, response=2000)
_LONGEST_IN_OCTETS = 600  # longer inputs are not fed octet by octet: it takes its time
_ANOTHER = Framed(b"* OK another")
_DISPATCHERS = {False: Dispatcher(ALL), True: Dispatcher(ALL)}


class Options(NamedTuple):
    """How the octets are read."""

    utf8: bool
    lf_ends_lines: bool
    tight: bool
    streams: bool
    discards: bool
    grows: bool

    @classmethod
    def of(cls, octet: int) -> Options:
        """One bit for each."""
        return cls(*(bool(octet >> bit & 1) for bit in range(6)))


@dataclass
class Outcome:
    """All that came out of the framer."""

    responses: list[Framed] = field(default_factory=list[Framed])
    streamed: bytearray = field(default_factory=bytearray)
    error: str | None = None
    rest: bool | None = None
    """Whether something is left that is no whole response; unknown after an error."""


def check(data: bytes) -> None:
    """Check one input."""
    options = Options.of(data[0] if data else 0)
    with in_linear_time():
        _check(cut(grown(data[1:]) if options.grows else data[1:]), options)


def _check(chunks: list[bytes], options: Options) -> None:
    octets = b"".join(chunks)
    outcome = _frame([octets], options)
    assert _frame(chunks, options) == outcome
    if len(octets) <= _LONGEST_IN_OCTETS:
        assert _frame([octets[at : at + 1] for at in range(len(octets))], options) == outcome
    if not (options.lf_ends_lines or options.streams or options.discards):
        whole = b"".join(response.raw() + b"\r\n" for response in outcome.responses)
        assert octets.startswith(whole)
        assert outcome.rest in (None, len(whole) < len(octets))
    before: Framed | None = None
    for response in outcome.responses:
        _understand(response, options, before)
        before = response


def _frame(chunks: list[bytes], options: Options) -> Outcome:
    outcome = Outcome()

    def route(first: bytes, line: bytes, size: int) -> Routing:
        assert line.endswith(b"}\r\n")
        if options.streams and not size % 2:
            return outcome.streamed.extend
        return Disposal.DISCARD if options.discards else Disposal.BUFFER

    framer = Framer(_TIGHT if options.tight else DEFAULT_LIMITS, route=route)
    framer.lf_ends_lines = options.lf_ends_lines
    try:
        for chunk in chunks:
            framer.feed(chunk)
            while (framed := framer.next()) is not None:
                outcome.responses.append(framed)
    except ProtocolError as error:
        outcome.error = repr(error)
    else:
        outcome.rest = framer.within_response
    return outcome


def _understand(framed: Framed, options: Options, before: Framed | None) -> None:
    dispatcher = _DISPATCHERS[options.utf8]
    dispatcher.utf8 = options.utf8
    dispatcher.parse(_ANOTHER)
    response = dispatcher.parse(framed)
    defects = dispatcher.defects
    again = dispatcher.parse(framed)  # the dispatcher expects more of the same now
    assert (repr(again), dispatcher.defects) == (repr(response), defects)
    if isinstance(response, ItemData):
        read_in_any_order(lambda: cast("ItemData", dispatcher.parse(framed)))
        older = dispatcher.parse(before) if before is not None else None
        if isinstance(older, ItemData) and getattr(older, "uid", None) == getattr(response, "uid", None):
            read_together(older, cast("ItemData", dispatcher.parse(framed)))
    assert response is None or isinstance(response, Untagged | Tagged | Continuation)
    assert len(dispatcher.defects) <= MOST_DEFECTS
    assert (response is None) == (not framed.text)
    if isinstance(response, Unknown):
        read(raw_response(response))
    read(response)
    read(tuple(dispatcher.defects))


def seeds() -> Iterator[bytes]:
    """Each response whole, and in three pieces, with one option or another, growing among them."""
    found = tuple(samples.responses())
    for number, raw in enumerate(found):
        yield b"\0" + raw
        yield b"\0" + found[number - 1] + MARK + raw
        third = len(raw) // 3
        yield bytes([1 << number % 6]) + MARK.join((raw[:third], raw[third : 2 * third], raw[2 * third :]))
