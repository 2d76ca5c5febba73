"""What somebody may do with a folder, as letters (ACL, RFC 4314).

Two of the letters, "c" (create) and "d" (delete), are older than the others (RFC 2086) and meant more than one thing.
RFC 4314 split them up: "c" into "k" and perhaps "x", "d" into "e", "t" and perhaps "x".  Today's servers still list
them beside their parts, for old clients; yesterday's servers know nothing else.  A `Rights` is the set of what they
mean, in today's letters, and keeps the text itself in `letters`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import final

from imapkit.errors import InvalidArgument

__all__ = ["Right", "Rights"]


class Right(StrEnum):
    """The rights of RFC 4314, section 2.1, and RFC 5257's "n"; servers may add others, and digits."""

    LOOKUP = "l"
    """See the folder in lists, subscribe to it."""
    READ = "r"
    """Select it, ask for its status."""
    KEEP_SEEN = "s"
    r"""Change \\Seen, and keep it from one session to the next."""
    WRITE = "w"
    r"""Change flags other than \\Seen and \\Deleted."""
    INSERT = "i"
    """Append, copy and move into it."""
    POST = "p"
    """Send mail to the address that leads to it."""
    CREATE = "k"
    """Create folders in it."""
    DELETE_FOLDER = "x"
    """Delete or rename the folder itself."""
    DELETE_MESSAGES = "t"
    r"""Change \\Deleted."""
    EXPUNGE = "e"
    r"""Remove what is \\Deleted."""
    ADMINISTER = "a"
    """Read and change these rights."""
    ANNOTATE = "n"
    """Write shared annotations (RFC 5257)."""


_ORDER = "lrswipkxteacdn"
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_OLD = frozenset("cd")
_CREATE, _DELETE = frozenset("k"), frozenset("et")
_MAKE_CREATE_VIRTUAL, _MAKE_DELETE_VIRTUAL = frozenset("kx"), frozenset("etx")


@final
class Rights(AbstractSet[str]):
    """An immutable set of rights, each one letter or digit.

    >>> Right.EXPUNGE in Rights("lrswd"), Rights("lrswd").letters
    (True, 'lrswd')
    >>> Rights("lr") | {Right.WRITE} == Rights("wrl")
    True

    Raises `InvalidArgument` for anything but lower-case ASCII letters and digits.
    """

    __slots__ = ("_rights", "letters")

    _rights: frozenset[str]
    letters: str
    """What was said, to the letter; this is what SETACL sends."""

    def __init__(self, letters: Iterable[str] = "") -> None:
        given = tuple(letters)
        wrong = [letter for letter in given if letter not in _ALLOWED]
        if wrong:
            raise InvalidArgument(f"{wrong[0]!r} is no right: they are lower-case letters and digits (RFC 4314)")
        self.letters = "".join(dict.fromkeys(given))
        self._rights = _meaning(set(given), frozenset())

    @classmethod
    def of_server(cls, letters: str, beside: str = "") -> Rights:
        """What a server's answer means; `beside` are letters of the same answer that stand elsewhere.

        "c" and "d" are ignored beside the rights they stand for (RFC 4314, 2.1.1), and stand for them on a server
        that does not know those.  Anything that is no right is left out.

        >>> "".join(sorted(Rights.of_server("lrstcd"))), "".join(sorted(Rights.of_server("lrscd")))
        ('klrst', 'eklrstx')
        """
        known = [letter for letter in letters if letter in _ALLOWED]
        rights = cls.__new__(cls)
        rights.letters = "".join(known)
        rights._rights = _meaning(set(known), frozenset(letters + beside))
        return rights

    def __contains__(self, right: object) -> bool:
        return right in self._rights

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._rights, key=_rank))

    def __len__(self) -> int:
        return len(self._rights)

    def __hash__(self) -> int:
        return hash(self._rights)

    def __and__(self, other: AbstractSet[object]) -> Rights:
        return Rights(right for right in self if right in other)

    def __or__(self, other: AbstractSet[object]) -> Rights:
        return Rights((*self, *map(str, other)))

    def __sub__(self, other: AbstractSet[object]) -> Rights:
        return Rights(right for right in self if right not in other)

    def __xor__(self, other: AbstractSet[object]) -> Rights:
        return (self | other) - (self & other)

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.letters, "".join(self))

    def __str__(self) -> str:
        return "".join(self)

    def __repr__(self) -> str:
        return f"Rights({str(self)!r})"


def _meaning(letters: AbstractSet[str], beside: AbstractSet[str]) -> frozenset[str]:
    """Today's rights for these letters; "c" and "d" are virtual where their parts are among those `beside` them."""
    create = "c" in letters and beside.isdisjoint(_MAKE_CREATE_VIRTUAL)
    delete = "d" in letters and beside.isdisjoint(_MAKE_DELETE_VIRTUAL)
    rights = frozenset(letters - _OLD)
    if create:
        rights |= _CREATE
    if delete:
        rights |= _DELETE
    if create and delete:  # one of them governs DELETE, and nobody can tell which
        rights |= {Right.DELETE_FOLDER.value}
    return rights


def _rank(right: str) -> tuple[int, str]:
    position = _ORDER.find(right)
    return (position if position >= 0 else len(_ORDER), right)


def _again(letters: str, rights: str) -> Rights:
    again = Rights(rights)
    again.letters = letters
    return again
