"""Message flags: the well-known names, and a set of flags as a server sent it (RFC 9051, section 2.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from enum import IntEnum, StrEnum
from typing import cast, final

from imapkit.errors import InvalidArgument

__all__ = ["Flag", "FlagColor", "FlagSet"]


class Flag(StrEnum):
    r"""The flags with a meaning that clients share: RFC 9051's system flags and IANA's common keywords.

    Any other keyword is a plain `str`; wherever a `Flag` is taken, a `str` is taken too.

    >>> Flag.SEEN == "\\Seen"
    True
    """

    SEEN = "\\Seen"
    ANSWERED = "\\Answered"
    FLAGGED = "\\Flagged"
    DELETED = "\\Deleted"
    DRAFT = "\\Draft"
    FORWARDED = "$Forwarded"
    JUNK = "$Junk"
    NOT_JUNK = "$NotJunk"
    IMPORTANT = "$Important"
    PHISHING = "$Phishing"
    MDN_SENT = "$MDNSent"

    # RFC 9979: what the server or another client found out about a message, or shall do with it.  A message has one at
    # most of HAS_ATTACHMENT and HAS_NO_ATTACHMENT, and of MEMO and HAS_MEMO (4, 5).
    NOTIFY = "$notify"
    MUTED = "$muted"
    FOLLOWED = "$followed"
    MEMO = "$memo"
    HAS_MEMO = "$hasmemo"
    HAS_ATTACHMENT = "$hasattachment"
    HAS_NO_ATTACHMENT = "$hasnoattachment"
    AUTO_SENT = "$autosent"
    UNSUBSCRIBED = "$unsubscribed"
    CAN_UNSUBSCRIBE = "$canunsubscribe"
    IMPORTED = "$imported"
    TRUSTED = "$istrusted"
    MASKED_EMAIL = "$maskedemail"
    NEW = "$new"
    # The colour of \Flagged: see `FlagColor`.
    COLOR_BIT_0 = "$MailFlagBit0"
    COLOR_BIT_1 = "$MailFlagBit1"
    COLOR_BIT_2 = "$MailFlagBit2"


_COLOR_BITS = (Flag.COLOR_BIT_0, Flag.COLOR_BIT_1, Flag.COLOR_BIT_2)


class FlagColor(IntEnum):
    r"""The colour of a flagged message, which Apple Mail and others keep in three keywords (RFC 9979).

    >>> FlagColor.of(FlagSet(["\\Flagged", "$MailFlagBit0", "$MailFlagBit1"]))
    <FlagColor.GREEN: 3>

    To give a message a colour, set ``\Flagged`` and its `keywords`, and take the `other_keywords` away; whoever takes
    ``\Flagged`` away takes all three away.
    """

    RED = 0
    ORANGE = 1
    YELLOW = 2
    GREEN = 3
    BLUE = 4
    PURPLE = 5
    GRAY = 6

    @classmethod
    def of(cls, flags: AbstractSet[str]) -> FlagColor | None:
        r"""The colour that these flags give a message; None when it is not ``\Flagged``.

        All three keywords together are no colour: like none of them, they read as red.
        """
        flags = FlagSet(flags)
        if Flag.FLAGGED not in flags:
            return None
        value = sum(1 << bit for bit, keyword in enumerate(_COLOR_BITS) if keyword in flags)
        return cls(value) if value <= cls.GRAY else cls.RED

    @property
    def keywords(self) -> tuple[Flag, ...]:
        """The keywords that stand for the colour; none for red."""
        return tuple(keyword for bit, keyword in enumerate(_COLOR_BITS) if self >> bit & 1)

    @property
    def other_keywords(self) -> tuple[Flag, ...]:
        """The keywords that must not be there."""
        return tuple(keyword for keyword in _COLOR_BITS if keyword not in self.keywords)


@final
class FlagSet(AbstractSet[str]):
    r"""An immutable set of flags in which case does not matter (RFC 9051, section 2.3.2).

    Iterating gives each flag once, in the order and spelling of the server; where it repeats a flag in another
    case, the first spelling stays. `in`, comparison and the operators ignore case, also against a plain `set`.
    The operators keep the spelling of the left side.

    >>> flags = FlagSet(["\\Seen", "$forwarded"])
    >>> Flag.FORWARDED in flags, "\\SEEN" in flags, flags == {Flag.SEEN, Flag.FORWARDED}
    (True, True, True)
    >>> flags - {"\\seen"}
    FlagSet(['$forwarded'])

    A `frozenset` can equal a `FlagSet` and yet hash otherwise: do not mix the two as keys of one mapping.
    """

    # One is built for every FETCH answer and most are never looked at: keep what came, index it when asked.
    __slots__ = ("_given", "_index")

    _given: tuple[str, ...]
    _index: dict[str, str] | None

    def __init__(self, flags: Iterable[str] = ()) -> None:
        if isinstance(flags, str | bytes):
            raise InvalidArgument("FlagSet takes an iterable of flags: write FlagSet([flag]) for a single one")
        self._given = tuple(flags)
        self._index = None

    def _by_folded(self) -> dict[str, str]:
        """Map each flag in lower case to its first spelling."""
        index = self._index
        if index is None:
            index = dict[str, str]()
            for flag in self._given:
                index.setdefault(flag.lower(), flag)
            self._index = index  # not before it is whole: one set stands in many messages, whoever reads them
        return index

    def __contains__(self, flag: object) -> bool:
        return isinstance(flag, str) and flag.lower() in self._by_folded()

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_folded().values())

    def __len__(self) -> int:
        return len(self._by_folded())

    def __hash__(self) -> int:
        return hash(frozenset(self._by_folded()))

    def __eq__(self, other: object) -> bool:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else self._by_folded().keys() == theirs._by_folded().keys()

    def __le__(self, other: AbstractSet[object]) -> bool:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else self._by_folded().keys() <= theirs._by_folded().keys()

    def __lt__(self, other: AbstractSet[object]) -> bool:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else self._by_folded().keys() < theirs._by_folded().keys()

    def __ge__(self, other: AbstractSet[object]) -> bool:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else self._by_folded().keys() >= theirs._by_folded().keys()

    def __gt__(self, other: AbstractSet[object]) -> bool:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else self._by_folded().keys() > theirs._by_folded().keys()

    def isdisjoint(self, other: Iterable[object]) -> bool:
        """Whether none of `other`'s elements is in this set, whatever their case."""
        return not any(flag in self for flag in other)

    def __and__(self, other: AbstractSet[object]) -> FlagSet:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else FlagSet(flag for flag in self if flag in theirs)

    def __or__(self, other: AbstractSet[object]) -> FlagSet:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else FlagSet((*self, *theirs))

    def __sub__(self, other: AbstractSet[object]) -> FlagSet:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else FlagSet(flag for flag in self if flag not in theirs)

    def __xor__(self, other: AbstractSet[object]) -> FlagSet:
        theirs = _flag_set(other)
        return NotImplemented if theirs is None else (self - theirs) | (theirs - self)

    def __rand__(self, other: AbstractSet[object]) -> FlagSet:
        left = _flag_set(other)
        return NotImplemented if left is None else left & self

    def __ror__(self, other: AbstractSet[object]) -> FlagSet:
        left = _flag_set(other)
        return NotImplemented if left is None else left | self

    def __rsub__(self, other: AbstractSet[object]) -> FlagSet:
        left = _flag_set(other)
        return NotImplemented if left is None else left - self

    def __rxor__(self, other: AbstractSet[object]) -> FlagSet:
        left = _flag_set(other)
        return NotImplemented if left is None else left ^ self

    def __reduce__(self) -> tuple[type[FlagSet], tuple[tuple[str, ...]]]:
        return FlagSet, (self._given,)

    def __repr__(self) -> str:
        return f"FlagSet({list(map(str, self))!r})" if self._given else "FlagSet()"


def _flag_set(other: object) -> FlagSet | None:
    """`other` as a `FlagSet` when it is a set of strings, else `None`: the operators answer NotImplemented."""
    if isinstance(other, FlagSet):
        return other
    if not isinstance(other, AbstractSet):
        return None
    flags: list[str] = []
    for flag in cast("AbstractSet[object]", other):
        if not isinstance(flag, str):
            return None
        flags.append(flag)
    return FlagSet(flags)
