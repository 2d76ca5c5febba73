"""Who may do what with a mailbox (ACL, RFC 4314).

A mailbox's list says what each identifier is granted: a user, ``anyone``, or one of both behind a dash, which takes
away.  Two letters of RFC 2086 are virtual: "c" stands for "k" and "x", "d" for "t" and "e" (section 2.1.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.types.flags import FlagSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from imapkit.testing.store import StoredMailbox

__all__ = ["ALL", "expanded", "may_change", "rights_of", "spelled", "storable"]

ALL: Final = frozenset("lrswipkxtean")

_ORDER: Final = "lrswipkxtecdan"
_VIRTUAL: Final[Mapping[str, frozenset[str]]] = {"c": frozenset("kx"), "d": frozenset("te")}
# What the owner has whatever the list says: else nobody could ever open a mailbox again.
_OWNERS: Final = frozenset("la")
_RIGHT_OF_FLAG: Final = {"\\seen": "s", "\\deleted": "t"}


def rights_of(mailbox: StoredMailbox, user: str, acl: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What this user may do with the mailbox by this list: all that is granted, less all that is taken away."""
    granted: set[str] = set(_OWNERS) if user == mailbox.account.user else set()
    taken: set[str] = set()
    for identifier in (user, "anyone"):
        granted |= acl.get(identifier, frozenset())
        taken |= acl.get(f"-{identifier}", frozenset())
    return frozenset(granted - taken)


def expanded(letters: Iterable[str]) -> frozenset[str]:
    """The rights that these letters mean, those of RFC 2086 among them."""
    return frozenset[str]().union(*(_VIRTUAL.get(letter, frozenset(letter)) for letter in letters))


def spelled(rights: AbstractSet[str], known: AbstractSet[str]) -> bytes:
    """The letters for these rights, virtual ones too, as far as they are `known` where they are read."""
    letters = set(rights).union(letter for letter, parts in _VIRTUAL.items() if parts & rights)
    return "".join(letter for letter in _ORDER if letter in letters & known).encode("ascii")


def may_change(rights: AbstractSet[str], flag: str) -> bool:
    """Whether these rights are enough to set and clear the flag (RFC 4314, 4)."""
    return _RIGHT_OF_FLAG.get(flag.lower(), "w") in rights


def storable(rights: AbstractSet[str], new: Iterable[str], old: Iterable[str] = ()) -> FlagSet:
    """The flags afterwards, when these shall be `new`: what may not be changed is left out, or stays."""
    changed = [flag for flag in new if may_change(rights, flag)]
    return FlagSet([*changed, *(flag for flag in old if not may_change(rights, flag))])
