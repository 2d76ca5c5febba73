"""ACL (RFC 4314, and RFC 2086 before it): who may do what with a mailbox.

Courier announces ACL2=UNION beside ACL: the rights of all identifiers that fit are added up.  That changes no command.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Done, Effect, Extension, LastOf, Untagged
from imapkit.protocol.wire.names import canonical, opaque, opaque_octets
from imapkit.types.rights import Rights

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "EXTENSIONS",
    "Acl",
    "AclEntry",
    "DeleteAcl",
    "GetAcl",
    "GrantableRights",
    "ListRights",
    "MailboxRights",
    "MyRights",
    "SetAcl",
]

_RIGHTS_OF_RFC2086 = frozenset("lrswipacd0123456789")  # RFC 4314, 2.2


# --- responses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AclEntry:
    """The rights that an identifier has: a user, a group, ``anyone``, ``owner``; with a dash, what it has not."""

    identifier: str
    rights: Rights

    @property
    def negative(self) -> bool:
        """Whether the rights are taken from whom the rest of the identifier names (RFC 4314, 2)."""
        return self.identifier.startswith("-")


@dataclass(frozen=True, slots=True)
class Acl(Untagged):
    """``* ACL``: the access control list of a mailbox."""

    mailbox: str
    entries: tuple[AclEntry, ...]


@dataclass(frozen=True, slots=True)
class GrantableRights(Untagged):
    """``* LISTRIGHTS``: what an identifier always has, and what it may be given; a set of those goes together."""

    mailbox: str
    identifier: str
    required: Rights
    optional: tuple[Rights, ...]


@dataclass(frozen=True, slots=True)
class MailboxRights(Untagged):
    """``* MYRIGHTS``: what this user may do with a mailbox."""

    mailbox: str
    rights: Rights


# rights = astring  ; only lowercase ASCII letters and digits are allowed
def _rights(cursor: Cursor) -> Rights:
    start = cursor.pos
    letters = cursor.astring().decode("latin-1")
    rights = Rights.of_server(letters)
    if len(rights.letters) != len(letters):
        cursor.defect("rights that are no lower-case letters or digits", start)
    return rights


# acl-data = "ACL" SP mailbox *(SP identifier SP rights)
def _acl(cursor: Cursor) -> Acl:
    mailbox = cursor.mailbox()
    entries: list[AclEntry] = []
    while cursor.spaces() and not cursor.at_end():
        start = cursor.pos
        identifier = opaque(cursor.astring())
        cursor.spaces()
        if cursor.at_end():
            cursor.defect("an identifier without rights", start)
            break
        entries.append(AclEntry(identifier, _rights(cursor)))
    return Acl(mailbox, tuple(entries))


# listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)
def _list_rights(cursor: Cursor) -> GrantableRights:
    mailbox = cursor.mailbox()
    cursor.sp()
    identifier = opaque(cursor.astring())
    sets: list[str] = []
    while cursor.spaces() and not cursor.at_end():
        sets.append(_rights(cursor).letters)
    together = "".join(set[str]().union(*sets))
    required, *optional = (Rights.of_server(letters, beside=together) for letters in sets or [""])
    return GrantableRights(mailbox, identifier, required, tuple(rights for rights in optional if rights))


# myrights-data = "MYRIGHTS" SP mailbox SP rights
def _my_rights(cursor: Cursor) -> MailboxRights:
    mailbox = cursor.mailbox()
    cursor.sp()
    return MailboxRights(mailbox, _rights(cursor))


# --- commands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GetAcl(Command[Acl | None]):
    """GETACL: who may do what with a mailbox; None when the server says nothing.  Needs the right "a" there."""

    mailbox: str

    name = "GETACL"
    requires = ("ACL",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GETACL mailbox."""
        out.word("GETACL").mailbox(self.mailbox)

    def collector(self) -> Collector[Acl | None]:
        """The list's entries, in the server's order."""
        return LastOf(Acl, lambda acl: acl.mailbox == canonical(self.mailbox))

    def answers(self) -> frozenset[object]:
        """ACL of this mailbox."""
        return frozenset({("ACL", canonical(self.mailbox))})


@dataclass(frozen=True, slots=True)
class SetAcl(Command[None]):
    """SETACL: add (``"+"``), remove (``"-"``) or replace (``""``) the rights of an identifier.

    `rights` are sent to the letter.  Those of RFC 4314 (such as "k", "x", "t", "e") need RIGHTS=; a server without it
    knows "c" and "d" instead.
    """

    mailbox: str
    identifier: str
    rights: Rights
    action: Literal["+", "-", ""] = ""

    name = "SETACL"
    requires = ("ACL",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """SETACL mailbox identifier [+|-]rights."""
        out.word("SETACL").mailbox(self.mailbox)
        _write_identifier(out, self.identifier).astring(self.action + self.rights.letters)

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """ACL, and RIGHTS= for rights that RFC 2086 did not have."""
        if not supports("ACL"):
            return "ACL"
        return None if supports("RIGHTS=") or _RIGHTS_OF_RFC2086.issuperset(self.rights.letters) else "RIGHTS="


@dataclass(frozen=True, slots=True)
class DeleteAcl(Command[None]):
    """DELETEACL: take an identifier out of the list (what it has by another identifier stays)."""

    mailbox: str
    identifier: str

    name = "DELETEACL"
    requires = ("ACL",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """DELETEACL mailbox identifier."""
        _write_identifier(out.word("DELETEACL").mailbox(self.mailbox), self.identifier)

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


@dataclass(frozen=True, slots=True)
class ListRights(Command[GrantableRights | None]):
    """LISTRIGHTS: which rights an identifier can be given; None when the server says nothing.  Needs the right "a"."""

    mailbox: str
    identifier: str

    name = "LISTRIGHTS"
    requires = ("ACL",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """LISTRIGHTS mailbox identifier."""
        _write_identifier(out.word("LISTRIGHTS").mailbox(self.mailbox), self.identifier)

    def collector(self) -> Collector[GrantableRights | None]:
        """What can be given."""
        return LastOf(GrantableRights, lambda grantable: grantable.mailbox == canonical(self.mailbox))

    def answers(self) -> frozenset[object]:
        """LISTRIGHTS of this mailbox (servers may change the identifier, though RFC 4314, 3.4 forbids it)."""
        return frozenset({("LISTRIGHTS", canonical(self.mailbox))})


@dataclass(frozen=True, slots=True)
class MyRights(Command[MailboxRights | None]):
    """MYRIGHTS: what this user may do with a mailbox; None when the server says nothing."""

    mailbox: str

    name = "MYRIGHTS"
    requires = ("ACL",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """MYRIGHTS mailbox."""
        out.word("MYRIGHTS").mailbox(self.mailbox)

    def collector(self) -> Collector[MailboxRights | None]:
        """The rights."""
        return LastOf(MailboxRights, lambda rights: rights.mailbox == canonical(self.mailbox))

    def answers(self) -> frozenset[object]:
        """MYRIGHTS of this mailbox."""
        return frozenset({("MYRIGHTS", canonical(self.mailbox))})


def _write_identifier(out: Encoder, identifier: str) -> Encoder:
    if not identifier:
        raise InvalidArgument("an empty identifier: name a user, a group, or 'anyone'")
    return out.astring(opaque_octets(identifier))


EXTENSIONS = (
    Extension(
        name="ACL",
        rfc="RFC 4314",
        capabilities=("ACL", "ACL2=UNION"),
        commands=(GetAcl, SetAcl, DeleteAcl, ListRights, MyRights),
        responses={"ACL": _acl, "LISTRIGHTS": _list_rights, "MYRIGHTS": _my_rights},
    ),
    Extension(name="RIGHTS=", rfc="RFC 4314", capabilities=("RIGHTS=",)),
)
