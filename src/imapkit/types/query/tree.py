"""The tree that a query is: what to look for, as values.

`Key` is one search key with its arguments; `And`, `Or` and `Not` combine; `All` is every message. `ReceivedAfter` and
`ReceivedBefore` ask for a moment, which IMAP, knowing only days, cannot: see `imapkit.types.query.rewriting`.

Whatever a key's arguments are is checked when it is made (`InvalidArgument`), so a query that exists can be sent.
Trees are canonical, which makes equality mean something: no `And` directly inside an `And`, no `Or` inside an `Or`, no
double `Not`, and neither "every message" nor "no message" where it decides nothing. The operators, `all_of()` and
`any_of()` see to that; the constructors of `And`, `Or` and `Not` insist on it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, TypeAlias, cast, final

from imapkit.errors import InvalidArgument
from imapkit.types.query.arguments import Value, checked, key_name
from imapkit.types.query.keys import FLAG_ENTRY, KEYS, SEQUENCE_SET, ArgKind, kinds_of
from imapkit.types.query.matching import answer
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.types.query.matching import Searchable

__all__ = [
    "NOTHING",
    "All",
    "And",
    "Arg",
    "Key",
    "Not",
    "Or",
    "Query",
    "ReceivedAfter",
    "ReceivedBefore",
    "all_of",
    "any_of",
]

_ONE_DAY = timedelta(days=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ATOMS = frozenset({ArgKind.FLAG, ArgKind.HEADER_NAME, ArgKind.OBJECT_ID, ArgKind.FILTER_NAME, ArgKind.ENTRY_TYPE})


class Query(ABC):
    """What to search for: made with `Q` or `where()`, combined with ``&``, ``|`` and ``~``.

    A query is a value: immutable, hashable, picklable. `str()` reads like IMAP; `repr()` gives the Python that makes
    an equal one.

    >>> from imapkit.types.query import Q
    >>> query = Q.unseen & (Q.from_("ann@example.org") | ~Q.keyword("$Processed"))
    >>> query
    Q.unseen & (Q.from_('ann@example.org') | ~Q.keyword('$Processed'))
    >>> print(query)
    UNSEEN OR FROM "ann@example.org" NOT KEYWORD $Processed
    """

    __slots__ = ()

    def __and__(self, other: Query) -> Query:
        return NotImplemented if _is_foreign(other) else all_of((self, other))

    def __or__(self, other: Query) -> Query:
        return NotImplemented if _is_foreign(other) else any_of((self, other))

    def __invert__(self) -> Query:
        return Not(self)

    def __bool__(self) -> bool:
        raise TypeError("a query is neither true nor false: use & | ~ instead of and/or/not")

    @abstractmethod
    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Whether `message` is one that this query looks for, evaluated here as RFC 9051, section 6.4.4 has it.

        Only those attributes of `message` are read that the answer depends on. `now` (aware) is what `Q.younger()` and
        `Q.older()` count from. Raises `InvalidArgument` where it is missing, and for what only a server can answer:
        `Q.gmail()`, `Q.filter()`, ``$``, and keys that imapkit does not know.
        """


@final
@dataclass(frozen=True, slots=True, repr=False)
class All(Query):
    """Every message; ``~All()``, which is `NOTHING`, is none."""

    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Yes."""
        return True

    def __str__(self) -> str:
        return "ALL"

    def __repr__(self) -> str:
        return "Q.all"


@final
@dataclass(frozen=True, slots=True, repr=False)
class Not(Query):
    """The messages that `part` does not match."""

    part: Query

    def __post_init__(self) -> None:
        (part,) = _queries((self.part,))
        if isinstance(part, Not):
            raise InvalidArgument("Not(Not(query)) is query: use ~")

    def __invert__(self) -> Query:
        return self.part

    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Whether `part` does not match."""
        return not self.part.matches(message, now=now)

    def __str__(self) -> str:
        return f"NOT {_one_key(self.part)}"

    def __repr__(self) -> str:
        return f"~{_operand(self.part, And, Or)}"


@final
@dataclass(frozen=True, slots=True, repr=False)
class And(Query):
    """The messages that all of `parts` match: two or more, none of them an `And`, `All()` or `NOTHING`."""

    parts: tuple[Query, ...]

    def __post_init__(self) -> None:
        _insist_on_canonical(And, self.parts, "& or Q.all_of()")

    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Whether all parts match, asked in their order until one does not."""
        return all(part.matches(message, now=now) for part in self.parts)

    def __str__(self) -> str:
        return " ".join(map(str, self.parts))

    def __repr__(self) -> str:
        return " & ".join(_operand(part, Or) for part in self.parts)


@final
@dataclass(frozen=True, slots=True, repr=False)
class Or(Query):
    """The messages that one of `parts` matches: two or more, none of them an `Or`, `All()` or `NOTHING`."""

    parts: tuple[Query, ...]

    def __post_init__(self) -> None:
        _insist_on_canonical(Or, self.parts, "| or Q.any_of()")

    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Whether one of the parts matches, asked in their order until one does."""
        return any(part.matches(message, now=now) for part in self.parts)

    def __str__(self) -> str:
        *others, last = map(_one_key, self.parts)
        return "".join(f"OR {other} " for other in others) + last

    def __repr__(self) -> str:
        # Python would not need these parentheses; the reader does.
        return " | ".join(_operand(part, And) for part in self.parts)


@final
@dataclass(frozen=True, slots=True, repr=False)
class Key(Query):
    """One search key; `name` is upper case, and `args` are what `KEYS` says, or anything for a name unknown there.

    `Key(SEQUENCE_SET, (SeqSet("1:5"),))` stands for a bare sequence set.
    """

    name: str
    args: tuple[Arg, ...] = ()

    def __post_init__(self) -> None:
        name = key_name(self.name)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "args", _arguments(name, self.args))

    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Whether the key matches; see `Query.matches`."""
        match self.args:
            case (Query() as part,) if self.name == "FUZZY":
                # How fuzzy is the server's choice (RFC 6203, section 3), and not at all is a choice.
                return part.matches(message, now=now)
            case args:
                return answer(self.name, args, message, now)

    def __str__(self) -> str:
        words = [_word(kind, arg) for kind, arg in zip(kinds_of(self.name, len(self.args)), self.args, strict=True)]
        return " ".join(words if self.name == SEQUENCE_SET else (self.name, *words))

    def __repr__(self) -> str:
        spec = KEYS.get(self.name)
        attribute = spec.attribute if spec else ""
        match self.args:
            case () if attribute:
                return f"Q.{attribute}"
            case (UidSet() as uids,) if self.name == "UID":
                return f"Q.uid({str(uids)!r})"
            case (str() as entry, str() as who, int() as modseq) if self.name == "MODSEQ":
                return f"Q.modseq({modseq}, {entry.removeprefix(FLAG_ENTRY)!r}, {who!r})"
            case args if attribute and self.name != "UID":
                return f"Q.{attribute}({', '.join(map(repr, args))})"
            case args:
                return f"Q.key({', '.join(map(repr, (self.name, *args)))})"


@final
@dataclass(frozen=True, slots=True, repr=False)
class ReceivedAfter(Query):
    """The messages whose INTERNALDATE is `moment` (aware) or later."""

    moment: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "moment", _fixed("received_after", self.moment))

    @property
    def coarse(self) -> Query:
        """What a server can be asked instead: it matches all of the messages, and some more."""
        # A server compares the day as it wrote it, in whatever timezone: less than a day away from UTC.
        return Key("SINCE", ((self.moment.astimezone(UTC) - _ONE_DAY).date(),))

    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Whether the message was received at `moment` or later."""
        return message.received >= self.moment

    def __str__(self) -> str:
        return f"RECEIVED-AFTER {self.moment.isoformat()}"

    def __repr__(self) -> str:
        return f"Q.received_after({self.moment!r})"


@final
@dataclass(frozen=True, slots=True, repr=False)
class ReceivedBefore(Query):
    """The messages whose INTERNALDATE is earlier than `moment` (aware)."""

    moment: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "moment", _fixed("received_before", self.moment))

    @property
    def coarse(self) -> Query:
        """What a server can be asked instead: it matches all of the messages, and some more."""
        return Key("BEFORE", ((self.moment.astimezone(UTC) + 2 * _ONE_DAY).date(),))

    def matches(self, message: Searchable, *, now: datetime | None = None) -> bool:
        """Whether the message was received before `moment`."""
        return message.received < self.moment

    def __str__(self) -> str:
        return f"RECEIVED-BEFORE {self.moment.isoformat()}"

    def __repr__(self) -> str:
        return f"Q.received_before({self.moment!r})"


Arg: TypeAlias = Value | Query


def all_of(queries: Iterable[Query]) -> Query:
    """The messages that all of `queries` match; of no queries at all: every message."""
    parts: list[Query] = []
    for query in _queries(queries):
        if query == NOTHING:
            return NOTHING
        if query != All():
            parts.extend(query.parts if isinstance(query, And) else (query,))
    return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else All()


def any_of(queries: Iterable[Query]) -> Query:
    """The messages that one of `queries` matches; of no queries at all: no message."""
    parts: list[Query] = []
    for query in _queries(queries):
        if query == All():
            return query
        if query != NOTHING:
            parts.extend(query.parts if isinstance(query, Or) else (query,))
    return Or(tuple(parts)) if len(parts) > 1 else parts[0] if parts else NOTHING


# -- checks ----------------------------------------------------------------------------------------------------------


def _is_foreign(value: object) -> bool:
    return not isinstance(value, Query)


def _queries(values: Iterable[object]) -> Iterable[Query]:
    for value in values:
        if not isinstance(value, Query):
            raise InvalidArgument(f"queries made with Q are needed here, not {type(value).__name__}")
        yield value


def _insist_on_canonical(kind: type[And | Or], parts: object, instead: str) -> None:
    if not isinstance(parts, tuple):
        raise InvalidArgument(f"{kind.__name__}: a tuple of queries is needed here, not {type(parts).__name__}")
    queries = list(_queries(cast("tuple[object, ...]", parts)))
    if len(queries) < 2 or any(isinstance(query, kind) or query in (All(), NOTHING) for query in queries):
        raise InvalidArgument(f"{kind.__name__}: two or more parts that are not trivial are needed: use {instead}")


def _arguments(name: str, args: object) -> tuple[Arg, ...]:
    if not isinstance(args, tuple):
        raise InvalidArgument(f"{name}: a tuple of arguments is needed here, not {type(args).__name__}")
    values = cast("tuple[object, ...]", args)
    kinds = kinds_of(name, len(values))
    if len(values) != len(kinds):
        raise InvalidArgument(f"{name} takes {', '.join(kinds) or 'no argument'}; {len(values)} given")
    return tuple(_argument(kind, name, value) for kind, value in zip(kinds, values, strict=True))


def _argument(kind: ArgKind, name: str, value: object) -> Arg:
    if isinstance(value, Query) and kind in (ArgKind.QUERY, ArgKind.RAW):
        return value
    if kind is ArgKind.QUERY:
        raise InvalidArgument(f"{name}: a query is needed here, not {type(value).__name__}")
    return checked(kind, name, value)


def _fixed(where: str, moment: object) -> datetime:
    """`moment` with its offset instead of its timezone's name: plain data, which prints and pickles anywhere."""
    if not isinstance(moment, datetime):
        raise InvalidArgument(f"{where}: an aware datetime is needed here, not {type(moment).__name__}")
    offset = moment.utcoffset()
    if offset is None:
        raise InvalidArgument(f"{where}: {moment} names no timezone: use moment.astimezone() if it is local time")
    # Two days more or less must exist, too.
    if not 2 <= moment.year <= 9998:
        raise InvalidArgument(f"{where}: the year is from 2 to 9998, not {moment.year}")
    return datetime.combine(moment.date(), moment.time().replace(fold=0), timezone(offset) if offset else UTC)


NOTHING: Final = Not(All())
"""No message at all (``NOT ALL``)."""


# -- text ------------------------------------------------------------------------------------------------------------


def _operand(query: Query, *loose: type[Query]) -> str:
    return f"({query!r})" if isinstance(query, loose) else repr(query)


def _one_key(query: Query) -> str:
    return f"({query})" if isinstance(query, And) else str(query)


def _word(kind: ArgKind, arg: Arg) -> str:
    match arg:
        case str() if kind not in _ATOMS:
            return _quoted(arg)
        case bytes():
            return _quoted(arg.decode("latin-1"))
        case date():
            return f"{arg.day}-{_MONTHS[arg.month - 1]}-{arg.year:04}"
        case Query():
            return _one_key(arg)
        case _:
            return str(arg)


def _quoted(text: str) -> str:
    """For the eye: what does not print is escaped as in Python, so that the query stays one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if escaped.isprintable() else '"' + "".join(map(_visible, escaped)) + '"'


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
