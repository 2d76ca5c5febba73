from __future__ import annotations

import pickle

import pytest

from imapkit.protocol.model import (
    ANY_STATE,
    AUTHENTICATED,
    NOT_AUTHENTICATED,
    SELECTED,
    Code,
    Collector,
    Command,
    Condition,
    Continuation,
    Done,
    Effect,
    Extension,
    Item,
    LastOf,
    OtherCode,
    State,
    Tagged,
    Unknown,
    Untagged,
)
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.encoder import Dialect, Encoder

OK = Tagged("K1", "OK", None, "done")


class Bare(Command[None]):
    """A command that says nothing of itself but its name."""

    __slots__ = ()
    name = "BARE"


class Demanding(Bare):
    """Needs one of two capabilities."""

    __slots__ = ()
    requires = ("MOVE", "X-MOVE")
    effects = Effect.BARRIER


class TestResponses:
    @pytest.mark.parametrize(
        "value",
        [
            OtherCode("ALERT"),
            OtherCode("X", b"1 2"),
            Condition("OK", OtherCode("ALERT"), "words"),
            Unknown("X", b"* X", "broken"),
            OK,
            Continuation(b"go on"),
        ],
    )
    def test_they_are_values(self, value: object) -> None:
        again = pickle.loads(pickle.dumps(value))
        assert again == value
        assert hash(again) == hash(value)
        assert repr(again) == repr(value)

    def test_kinds(self) -> None:
        assert isinstance(Condition("BYE", None, ""), Untagged)
        assert isinstance(Unknown("X", b""), Untagged)
        assert not isinstance(OK, Untagged)
        assert not isinstance(Continuation(b""), Untagged)

    def test_codes_have_a_name(self) -> None:
        assert OtherCode("ALERT").name == "ALERT"
        with pytest.raises(NotImplementedError):
            _ = Code().name


class TestCollectors:
    def test_what_a_bare_one_does(self) -> None:
        collector: Collector[None] = Collector()
        assert collector.tag == ""
        assert not collector.claim(Untagged())
        assert collector.route(b"", b"", 1) is None
        assert collector.respond(b"") is None
        assert collector.end() is None
        assert collector.partial() is None
        with pytest.raises(NotImplementedError):
            collector.finish(OK)

    def test_done(self) -> None:
        assert Done().finish(OK) is None
        assert not Done().claim(Unknown("X", b""))

    def test_the_last_of_a_kind(self) -> None:
        collector = LastOf(Unknown)
        assert collector.finish(OK) is None
        assert collector.partial() is None
        assert not collector.claim(Condition("OK", None, ""))
        assert collector.claim(Unknown("A", b""))
        assert collector.claim(Unknown("B", b""))
        assert collector.finish(OK) == collector.partial() == Unknown("B", b"")

    def test_the_last_that_is_wanted(self) -> None:
        collector = LastOf(Unknown, lambda response: response.name == "A")
        assert collector.claim(Unknown("A", b""))
        assert not collector.claim(Unknown("B", b""))
        assert collector.finish(OK) == Unknown("A", b"")


class TestCommands:
    def test_what_a_bare_one_does(self) -> None:
        command = Bare()
        assert command.states == {State.AUTHENTICATED, State.SELECTED}
        assert command.disturbs() is Effect.MAY_EXPUNGE
        assert command.answers() == frozenset()
        assert command.missing(lambda _: False) is None
        with pytest.raises(NotImplementedError):
            command.write(Encoder(Dialect()))
        with pytest.raises(NotImplementedError):
            command.collector()

    @pytest.mark.parametrize(("offered", "missing"), [("", "MOVE"), ("MOVE", None), ("X-MOVE", None), ("COPY", "MOVE")])
    def test_one_of_the_capabilities_is_enough(self, offered: str, missing: str | None) -> None:
        assert Demanding().missing(lambda name: name == offered) == missing
        assert Demanding().disturbs() is Effect.BARRIER

    def test_states(self) -> None:
        assert NOT_AUTHENTICATED | AUTHENTICATED == ANY_STATE
        assert SELECTED < AUTHENTICATED
        assert State.GREETING not in ANY_STATE
        assert State.LOGOUT not in ANY_STATE


class TestTables:
    def test_items_are_keys(self) -> None:
        one, other = Item("UID", Cursor.number), Item("UID", Cursor.number64)
        assert one == other
        assert hash(one) == hash(other)
        assert one != Item("UID", Cursor.number, "UID.PEEK")
        assert repr(one) == "Item(key='UID', request='', requires=())"

    def test_what_is_asked_for(self) -> None:
        assert Item("UID", Cursor.number).asked_as == "UID"
        assert Item("BODY[]", Cursor.nstring, "BODY.PEEK[]").asked_as == "BODY.PEEK[]"

    def test_an_extension_may_add_nothing(self) -> None:
        extension = Extension(name="X", rfc="RFC 0")
        tables = (extension.capabilities, extension.commands, extension.fetch_items, extension.status_items)
        assert tables == ((), (), (), ())
        assert (extension.responses, extension.numbered, extension.codes) == ({}, {}, {})
        assert extension.responses is not Extension(name="Y", rfc="RFC 0").responses
