r"""What does not exist yet: any command, with arguments that are written as safely as any, and any response.

>>> from imapkit.protocol.wire.encoder import Dialect, Encoder
>>> out = Encoder(Dialect())
>>> Raw("XWARP", Atom("FAST"), "my folder", 9, None, ("a", b"b")).write(out)
>>> [segment.data for segment in out.finish()]
[b'XWARP FAST "my folder" 9 NIL (a {1}\r\n', b'b', b')']
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import (
    ANY_STATE,
    Code,
    Collector,
    Command,
    Effect,
    Extension,
    Tagged,
    Unknown,
    Untagged,
)
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.framer import Framer
from imapkit.types.uids import NumberSet, OpenNumberRange, SavedResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Atom", "Raw", "RawArgument", "RawResponse", "RawResult", "RawValue", "raw_response"]

RawValue: TypeAlias = "str | int | bytes | tuple[RawValue, ...] | None"
"""Something that a server sent: an atom, a number, a string, NIL, a list."""


@dataclass(frozen=True, slots=True)
class Atom:
    r"""A word of the grammar, such as ``FAST`` or ``\Seen``: it is never quoted."""

    text: str


RawArgument: TypeAlias = (
    "Atom | str | int | bytes | dt.date | NumberSet | OpenNumberRange | SavedResult | Sequence[RawArgument] | None"
)
"""What an argument may be: `str` is written as an astring, `bytes` as a literal, `int` as a number, None as NIL, a
date or datetime as IMAP has them, a set of numbers (or ``7:*`` or ``$``) as a sequence set, a tuple as a list."""

_NAME = re.compile(r"[A-Z0-9.+_=-]+(?: [A-Z0-9.+_=-]+)*\Z")
# The connection must know when these happen, so each has a command of its own.
_NOT_RAW = frozenset(
    {
        *("STARTTLS", "AUTHENTICATE", "LOGIN", "LOGOUT", "UNAUTHENTICATE", "ENABLE", "COMPRESS"),
        *("SELECT", "EXAMINE", "CLOSE", "UNSELECT", "IDLE"),
    }
)
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class RawResponse:
    """An untagged response, as values; `number` is what stood before its name.  `raw` is all of it, as it came.

    `values` is None where it does not follow IMAP's grammar.
    """

    name: str
    number: int | None
    values: tuple[RawValue, ...] | None
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RawResult:
    """`responses` as they came, and the completion: its response code and its words."""

    responses: tuple[RawResponse, ...]
    code: Code | None
    text: str


# --- reading --------------------------------------------------------------------------------------------------

_HEAD = re.compile(rb'\* +(?:(\d{1,20}) +)?([^\x00-\x20()"{\[]+) *')


def raw_response(unknown: Unknown) -> RawResponse:
    r"""The values of a response that nobody here understands.

    >>> raw_response(Unknown("XWARP", b'* 7 XWARP fast ("a b" NIL 9)')).values
    ('fast', (b'a b', None, 9))
    """
    framer = Framer()
    framer.feed(unknown.raw + b"\r\n")
    framed = framer.next()
    found = _HEAD.match(unknown.raw)
    if framed is None or found is None:
        return RawResponse(unknown.name, None, None, unknown.raw)
    number = int(found[1]) if found[1] is not None else None
    cursor = Cursor(framed.text, framed.literals, found.end())
    try:
        values = _values(cursor)
    except ValueError:
        values = None
    return RawResponse(unknown.name, number, values, unknown.raw)


def _values(cursor: Cursor) -> tuple[RawValue, ...]:
    """Everything up to the end; lists are kept on a stack of our own, however deep they are nested."""
    lists: list[list[RawValue]] = [[]]
    while True:
        cursor.spaces()
        if cursor.at_end():
            break
        if cursor.accept(b"("):
            lists.append([])
            if len(lists) > cursor.nesting:
                raise cursor.error(f"at most {cursor.nesting} levels of parentheses")
        elif cursor.accept(b")"):
            complete = tuple(lists.pop())
            if not lists:
                raise cursor.error("an opening parenthesis")
            lists[-1].append(complete)
        elif cursor.text.startswith((b'"', b"{", b"~{"), cursor.pos):
            lists[-1].append(cursor.string())
        else:
            lists[-1].append(_word(cursor.astring()))
    if len(lists) > 1:
        raise cursor.error("a closing parenthesis")
    return tuple(lists[0])


def _word(word: bytes) -> RawValue:
    if word.isdigit() and len(word) <= 19:
        return int(word)
    return None if word.upper() == b"NIL" else word.decode("utf-8", "surrogateescape")


# --- the command ----------------------------------------------------------------------------------------------


class _RawCollector(Collector[RawResult]):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._responses: list[RawResponse] = []

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Unknown) or response.error is not None:
            return False
        if self._names and response.name not in self._names:
            return False
        self._responses.append(raw_response(response))
        return True

    def finish(self, completion: Tagged) -> RawResult:
        return RawResult(tuple(self._responses), completion.code, completion.text)

    def partial(self) -> object:
        return tuple(self._responses) or None


@dataclass(frozen=True, slots=True, init=False)
class Raw(Command[RawResult]):
    """Any command that imapkit does not know: ``Raw("XWARP", Atom("FAST"), "my folder", 9)``.

    See `RawArgument` for how arguments are written.  The result holds the untagged responses that imapkit does not
    know either: all of them, or those that `collect` names.  Responses that it knows go to the listeners, as ever.

    Nothing else is in flight beside it, and if the connection is lost, its outcome counts as unknown.  Commands that
    change what the connection itself must know (SELECT, IDLE, STARTTLS and others) are refused: each has its own class.
    """

    command: str
    arguments: tuple[RawArgument, ...] = field(repr=False)
    collect: frozenset[str]

    name = "raw command"
    states = ANY_STATE
    effects = Effect.BARRIER | Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def __init__(self, command: str, *arguments: RawArgument, collect: Iterable[str] = ()) -> None:
        object.__setattr__(self, "command", command.upper())
        object.__setattr__(self, "arguments", arguments)
        object.__setattr__(self, "collect", frozenset(name.upper() for name in collect))

    def write(self, out: Encoder) -> None:
        """Write the command."""
        if not _NAME.match(self.command):
            raise InvalidArgument(f"{self.command!r} is no name of a command: words of letters and digits are")
        if self.command.split()[0] in _NOT_RAW:
            raise InvalidArgument(f"{self.command} has a command of its own, which the connection understands: use it")
        out.word(self.command)
        for argument in self.arguments:
            _write(out, argument, 0)

    def collector(self) -> Collector[RawResult]:
        """The responses, and the completion."""
        return _RawCollector(self.collect)


def _write(out: Encoder, argument: RawArgument, depth: int) -> None:
    if depth > _DEEPEST:
        raise InvalidArgument(f"lists nested more than {_DEEPEST} deep")
    match argument:
        case None:
            out.nstring(None)
        case Atom(text):
            (out.flag if text.startswith("\\") else out.atom)(text)
        case str():
            out.astring(argument)
        case bytes():
            out.literal(argument)
        case int() if not isinstance(argument, bool):
            out.number(argument)
        case dt.datetime():
            out.date_time(argument)
        case dt.date():
            out.date(argument)
        case NumberSet() | OpenNumberRange() | SavedResult():
            out.sequence_set(argument)
        case Sequence():
            out.open()
            for element in argument:
                _write(out, element, depth + 1)
            out.close()
        case _:
            raise InvalidArgument(f"{type(argument).__name__} is nothing that IMAP can carry")


EXTENSIONS = (Extension(name="Raw command", rfc="RFC 9051, 6.5", commands=(Raw,)),)
