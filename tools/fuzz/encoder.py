"""Anybody's text as an argument of a command: one command is sent, or none.

The first two octets choose a command of the tests' vectors, the next one the text or octets in it that is replaced,
the next one the dialect; all that follows stands in its place.  What must hold: the command is refused with
`InvalidArgument`, or what is sent is one command and no more, in the eyes of a reader that shares no code with the
encoder: every line ends where it should, quotation marks and parentheses match, each literal is as long as it says and
waits where it must, and there are as many elements as before.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import cast

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.raw import Raw
from imapkit.protocol.model import Command, Item
from imapkit.protocol.wire.encoder import Dialect, Encoder, LiteralStream, Segment
from imapkit.types.auth import Secret
from imapkit.types.query import Key
from tools.fuzz import seeds as samples
from tools.fuzz.inputs import choose

__all__ = ["check", "seeds"]

_DIALECTS = tuple(itertools.starmap(Dialect, itertools.product((False, True), repeat=3)))

Path = tuple[str | int, ...]
"""Where in a command a text stands: names of fields, places in tuples."""


def check(data: bytes) -> None:
    """Check one input."""
    commands = _commands()
    command, places = commands[int.from_bytes(data[:2]) % len(commands)]
    place, rest = choose(data[2:], places)
    dialect, octets = choose(rest, _DIALECTS)
    try:
        changed = _shape(cast("Command[object]", _replaced(command, place, octets)), dialect)
        shape = _shape(command, dialect)
    except InvalidArgument:
        return
    assert changed == shape, "an argument is more than one element"


def _shape(command: Command[object], dialect: Dialect) -> bytes:
    """What is sent for it, with each element as an ``e``."""
    out = Encoder(dialect)
    command.write(out)
    return _read_command(out.finish(), dialect)


# Changing a command ---------------------------------------------------------------------------------------------------


@cache
def _commands() -> tuple[tuple[Command[object], tuple[Path, ...]], ...]:
    """The commands that hold texts, and where these stand."""
    found = ((command, tuple(_places(command, ()))) for command in samples.commands())
    return tuple((command, places) for command, places in found if places)


#: These say what a command or a search key is, and so how many elements there are.
_OUR_OWN = {(Key, "name"), (Raw, "command")}


def _places(value: object, path: Path) -> Iterator[Path]:
    if isinstance(value, Enum | Item):  # an item is made of words of our own
        return
    if isinstance(value, str | bytes | Secret):
        yield path
    elif isinstance(value, tuple):
        for at, part in enumerate(cast("tuple[object, ...]", value)):
            yield from _places(part, (*path, at))
    elif dataclasses.is_dataclass(value) and not isinstance(value, LiteralStream):
        for field in dataclasses.fields(value):
            if (type(value), field.name) not in _OUR_OWN:
                yield from _places(getattr(value, field.name), (*path, field.name))


def _replaced(value: object, path: Path, octets: bytes) -> object:
    """The same value with another text at this place.  What refuses to be made so raises `InvalidArgument`."""
    if not path:
        text = octets.decode("utf-8", "surrogateescape")
        return octets if isinstance(value, bytes) else Secret(text) if isinstance(value, Secret) else text
    step, *rest = path
    if isinstance(step, int):
        parts = cast("tuple[object, ...]", value)
        return (*parts[:step], _replaced(parts[step], tuple(rest), octets), *parts[step + 1 :])
    changed = _replaced(getattr(value, step), tuple(rest), octets)
    copy = object.__new__(type(value))  # as dataclasses.replace does, also where __init__ takes other arguments
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        object.__setattr__(copy, field.name, changed if field.name == step else getattr(value, field.name))
    check_it = getattr(copy, "__post_init__", None)
    if check_it is not None:
        check_it()
    return copy


# Reading what is sent -------------------------------------------------------------------------------------------------

_LITERAL = re.compile(rb"~?\{(0|[1-9][0-9]*)(\+?)\}\r\n\Z")
# A quoted string, or anything that is no quotation mark and no control character.
_ELEMENT = re.compile(rb'"(?:[^"\\\x00\r\n]|\\["\\])*"|[^"\x00-\x1f\x7f]')

_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
# Said where a text makes it necessary, before all search keys; elsewhere the word is a text.
_CHARSET = re.compile(rb"\A((?:UID |E)?SEARCH (?:.*?\) )??)CHARSET [^ ]+ ")
# The keys of SORT; one that is reversed is one key still.
_SORT_KEYS = re.compile(rb"\A(?:UID )?SORT (?:RETURN \([^)]*\) )?\([^)]*")
_ELEMENTS = re.compile(rb"[^() ]+")


def _read_command(segments: list[Segment], dialect: Dialect) -> bytes:
    """Read a command as a server does, line by line and literal by literal."""
    waiting = [_octets(segment) for segment in segments]
    lines: list[bytes] = []
    while waiting:
        octets, waits = waiting.pop(0)
        assert not waits, "a line waits for the server"
        lines.append(octets)
        announced = _LITERAL.search(octets)
        if announced is None:
            assert not waiting, "a literal that was not announced"
            continue
        assert waiting, "a literal was announced and did not come"
        literal, waits = waiting.pop(0)
        size = int(announced[1])
        assert len(literal) == size
        flies = announced[2] == b"+"
        assert waits != flies
        assert not flies or dialect.literal_plus or (dialect.literal_minus and size <= 4096)
        assert announced[0].startswith(b"~") or b"\0" not in literal
    return _read_lines(lines, dialect)


def _octets(segment: Segment) -> tuple[bytes, bool]:
    data = segment.data
    return (data if isinstance(data, bytes) else b"x" * data.size), segment.waits


def _read_lines(lines: list[bytes], dialect: Dialect) -> bytes:
    depth = 0
    command = b""
    for number, line in enumerate(lines):
        text = _LITERAL.sub(b"L", line)
        position = 0
        while position < len(text):
            found = _ELEMENT.match(text, position)
            assert found is not None, f"not what a line may hold: {text[position : position + 40]!r}"
            depth += (found[0] == b"(") - (found[0] == b")")
            assert depth >= 0, "a parenthesis is closed that was not opened"
            position = found.end()
        if number == 0:
            assert re.match(rb"[A-Z0-9.+_=-]+(?: |\Z)", text), "no command begins like this"
        assert text.isascii() or dialect.utf8, "octets that only UTF8=ACCEPT allows"
        text.decode("utf-8")
        command += _QUOTED.sub(b"Q", text)
    assert not depth, "a parenthesis is opened that is not closed"
    command = _CHARSET.sub(rb"\1", command)
    command = _SORT_KEYS.sub(lambda keys: keys[0].replace(b"REVERSE ", b""), command)
    return _ELEMENTS.sub(b"e", command)


def seeds() -> Iterator[bytes]:
    """Each text of each command replaced by one of these."""
    texts = (
        b"\r\nK9 DELETE INBOX",
        b"a b",
        b'"',
        b"{3}\r\nabc",
        b"\\",
        b"(",
        "é".encode(),
        b"\xff",
        b"\0",
        b"",
        b"NIL",
    )
    chosen = itertools.cycle(itertools.product(texts, range(len(_DIALECTS))))
    for number, (_, places) in enumerate(_commands()):
        for place in range(len(places)):
            for text, dialect in itertools.islice(chosen, 5):
                yield number.to_bytes(2) + bytes([place, dialect]) + text
