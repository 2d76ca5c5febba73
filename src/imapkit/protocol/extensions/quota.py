"""QUOTA (RFC 9208, and RFC 2087 before it): how much of what is used, and how much may be.

A mailbox has quota roots, none or several, and each of them limits resources: STORAGE in units of 1,024 octets,
MESSAGE in messages, MAILBOX in mailboxes, ANNOTATION-STORAGE in units of 1,024 octets, others as the server likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, Item, LastOf, Tagged, Untagged
from imapkit.protocol.wire.cursor import Cursor
from imapkit.protocol.wire.names import canonical, opaque, opaque_octets
from imapkit.types.results import Quota, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "DELETED_STORAGE",
    "EXTENSIONS",
    "GetQuota",
    "GetQuotaRoot",
    "MailboxQuota",
    "QuotaLimits",
    "QuotaRoots",
    "Resource",
    "SetQuota",
]

_RESOURCES = ("STORAGE", "MESSAGE", "MAILBOX", "ANNOTATION-STORAGE")
_STORAGE_UNIT = 1024

DELETED_STORAGE: Item[int] = Item("DELETED-STORAGE", Cursor.number64, requires=("QUOTA=RES-STORAGE",))
"""STATUS: the octets that EXPUNGE would free (RFC 9208, 4.1.4)."""


# --- responses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a quota root: its `name` in upper case, what is used, what may be; each in its own unit."""

    name: str
    usage: int
    limit: int


@dataclass(frozen=True, slots=True)
class QuotaLimits(Untagged):
    """``* QUOTA``: the resources that a quota root limits; those it does not name have no limit there."""

    root: str
    resources: tuple[Resource, ...]

    def usage(self, name: str, unit: int = 1) -> Usage | None:
        """Usage and limit of one resource, in multiples of 1/`unit`; None where it has no limit."""
        for resource in self.resources:
            if resource.name == name:
                return Usage(resource.usage * unit, resource.limit * unit)
        return None

    def quota(self) -> Quota:
        """The two that everybody asks for, storage in octets."""
        return Quota(self.root, self.usage("STORAGE", _STORAGE_UNIT), self.usage("MESSAGE"))


@dataclass(frozen=True, slots=True)
class QuotaRoots(Untagged):
    """``* QUOTAROOT``: the quota roots that a mailbox counts against."""

    mailbox: str
    roots: tuple[str, ...]


# quota-response = "QUOTA" SP quota-root-name SP "(" [quota-resource *(SP quota-resource)] ")"
# Courier leaves the list out where there is no limit.
def _quota(cursor: Cursor) -> QuotaLimits:
    root = opaque(cursor.astring())
    cursor.spaces()
    if cursor.at_end():
        return QuotaLimits(root, ())
    return QuotaLimits(root, _resources(cursor))


# quota-resource = resource-name SP resource-usage SP resource-limit
# What is no triplet of a name and two numbers (a limit of -1 for "none") is left out: no limit is the best reading.
def _resources(cursor: Cursor) -> tuple[Resource, ...]:
    start = cursor.pos
    resources: list[Resource] = []
    words = [word.strip(b'"') for word in cursor.list_of(cursor.raw_value)]
    at = 0
    while at < len(words):
        name, *numbers = words[at : at + 3]
        if len(numbers) == 2 and all(map(_is_number64, numbers)):
            resources.append(Resource(name.decode("latin-1").upper(), int(numbers[0]), int(numbers[1])))
            at += 3
        else:
            cursor.defect("a quota resource that is not a name and two numbers", start)
            at += 1
            while at < len(words) and not words[at][:1].isalpha():
                at += 1
    return tuple(resources)


def _is_number64(octets: bytes) -> bool:
    return octets.isdigit() and len(octets) < 20 and int(octets) < 2**63


# quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name)
def _quota_root(cursor: Cursor) -> QuotaRoots:
    mailbox = cursor.mailbox()
    roots: list[str] = []
    while cursor.spaces() and not cursor.at_end():
        roots.append(opaque(cursor.astring()))
    return QuotaRoots(mailbox, tuple(roots))


# --- commands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GetQuota(Command[QuotaLimits | None]):
    """GETQUOTA: the limits of a quota root, whose name `GetQuotaRoot` tells; None where the server says nothing."""

    root: str

    name = "GETQUOTA"
    requires = ("QUOTA",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GETQUOTA root."""
        out.word("GETQUOTA").astring(opaque_octets(self.root))

    def collector(self) -> Collector[QuotaLimits | None]:
        """Its limits."""
        return LastOf(QuotaLimits, lambda limits: limits.root == self.root)

    def answers(self) -> frozenset[object]:
        """QUOTA."""
        return frozenset({"QUOTA"})


@dataclass(frozen=True, slots=True)
class MailboxQuota:
    """The quota roots of a mailbox, and the limits of each that the server told, in its order."""

    mailbox: str
    roots: tuple[str, ...] = ()
    limits: tuple[QuotaLimits, ...] = ()


class _QuotaRootCollector(Collector[MailboxQuota]):
    def __init__(self, mailbox: str) -> None:
        self._mailbox = canonical(mailbox)
        self._roots: tuple[str, ...] = ()
        self._limits: list[QuotaLimits] = []

    def claim(self, response: Untagged) -> bool:
        match response:
            case QuotaRoots(mailbox, roots) if mailbox == self._mailbox:
                self._roots = roots
            case QuotaLimits():
                self._limits.append(response)
            case _:
                return False
        return True

    def finish(self, completion: Tagged) -> MailboxQuota:
        return MailboxQuota(self._mailbox, self._roots, tuple(self._limits))


@dataclass(frozen=True, slots=True)
class GetQuotaRoot(Command[MailboxQuota]):
    """GETQUOTAROOT: what limits a mailbox, which need not exist yet."""

    mailbox: str

    name = "GETQUOTAROOT"
    requires = ("QUOTA",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GETQUOTAROOT mailbox."""
        out.word("GETQUOTAROOT").mailbox(self.mailbox)

    def collector(self) -> Collector[MailboxQuota]:
        """Quota roots and limits."""
        return _QuotaRootCollector(self.mailbox)

    def answers(self) -> frozenset[object]:
        """QUOTAROOT and QUOTA; which roots the latter will name is not known beforehand."""
        return frozenset({"QUOTA"})


@dataclass(frozen=True, slots=True)
class SetQuota(Command[QuotaLimits | None]):
    """SETQUOTA: set all limits of a quota root; a resource that is not named has none afterwards.

    `limits` are pairs of a resource's name and its limit, in the resource's unit.  The server may round them, and
    may tell the result.  Needs QUOTASET; a server of RFC 2087's days has it where it has QUOTA (and names no
    QUOTA=RES-).
    """

    root: str
    limits: tuple[tuple[str, int], ...]

    name = "SETQUOTA"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """SETQUOTA root (resource limit ...)."""
        out.word("SETQUOTA").astring(opaque_octets(self.root)).open()
        for resource, limit in self.limits:
            out.atom(resource).number(limit)
        out.close()

    def collector(self) -> Collector[QuotaLimits | None]:
        """The new limits, where the server tells them."""
        return LastOf(QuotaLimits, lambda limits: limits.root == self.root)

    def answers(self) -> frozenset[object]:
        """QUOTA."""
        return frozenset({"QUOTA"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """QUOTASET, unless the server is of RFC 2087."""
        old = supports("QUOTA") and not any(supports(f"QUOTA=RES-{resource}") for resource in _RESOURCES)
        return None if old or supports("QUOTASET") else "QUOTASET"


EXTENSIONS = (
    Extension(
        name="QUOTA",
        rfc="RFC 9208",
        capabilities=("QUOTA", *(f"QUOTA=RES-{resource}" for resource in _RESOURCES)),
        commands=(GetQuota, GetQuotaRoot),
        responses={"QUOTA": _quota, "QUOTAROOT": _quota_root},
        status_items=(DELETED_STORAGE,),
    ),
    Extension(name="QUOTASET", rfc="RFC 9208", capabilities=("QUOTASET",), commands=(SetQuota,)),
)
