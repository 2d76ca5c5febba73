"""Folders as a server lists them, what they are for, and how full they are.

A folder is what RFC 9051 calls a mailbox. Its role says what it is for. Servers name roles by the attributes of
RFC 6154 (SPECIAL-USE); for those that do not, the names that mail programs give such folders, in many languages, are
a good guess (see `imapkit.types.folder_names`). `FolderInfo.role_source` tells the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias, final

__all__ = ["FolderInfo", "FolderRef", "Namespace", "Namespaces", "Role", "Status", "role_of"]


class Role(StrEnum):
    """What a folder is for (RFC 6154, RFC 8457, RFC 9979); it can stand for the folder wherever one is taken."""

    INBOX = "inbox"
    ALL = "all"
    ARCHIVE = "archive"
    DRAFTS = "drafts"
    FLAGGED = "flagged"
    IMPORTANT = "important"
    JUNK = "junk"
    SENT = "sent"
    TRASH = "trash"
    MEMOS = "memos"
    """Notes to oneself about messages (`Flag.MEMO`)."""
    SCHEDULED = "scheduled"
    """Messages that the server will send later."""
    SNOOZED = "snoozed"
    """Messages that the server will bring back into the INBOX later."""


FolderRef: TypeAlias = str | Role
"""A folder by the server's own path, verbatim, or by its role."""


@final
@dataclass(frozen=True, slots=True)
class Status:
    """A folder's counters (the STATUS command, RFC 9051, section 6.3.11).

    `messages` and `unseen` are counts, `uidnext` is the UID that the next message will get at least, `uidvalidity`
    the number that must not change for remembered UIDs to keep their meaning. What only some servers know is `None`
    on the others: `highestmodseq` (CONDSTORE), `size` in octets (STATUS=SIZE or IMAP4rev2), `deleted`, the number of
    messages flagged so (IMAP4rev2 or QUOTA=RES-MESSAGE).
    """

    messages: int
    unseen: int
    uidnext: int
    uidvalidity: int
    highestmodseq: int | None = None
    size: int | None = None
    deleted: int | None = None


@final
@dataclass(frozen=True, slots=True)
class FolderInfo:
    r"""One folder as the server listed it (the LIST command, RFC 9051, section 7.3.1).

    `path` is the full name, decoded; `name` its last component; `delimiter` what separates components, `None` in a
    flat namespace. `attributes` are the server's, in its spelling. `subscribed` is `None` where it was not asked for.
    `selectable` is false for a mere branch of the tree (\Noselect, \NonExistent). `role_source` says who named the
    `role`: the ``"server"``, imapkit judging by the folder's ``"name"``, or the ``"user"``.
    """

    path: str
    name: str
    delimiter: str | None
    role: Role | None = None
    role_source: Literal["server", "name", "user"] | None = None
    attributes: frozenset[str] = frozenset()
    subscribed: bool | None = None
    selectable: bool = True
    status: Status | None = None


@final
@dataclass(frozen=True, slots=True)
class Namespace:
    """Where some of the server's folders live: the prefix of their paths, and the delimiter (RFC 2342).

    `translation` is the prefix as people should see it, where a language was chosen (LANGUAGE, RFC 5255).
    """

    prefix: str
    delimiter: str | None
    translation: str | None = None


@final
@dataclass(frozen=True, slots=True)
class Namespaces:
    """The server's namespaces: the user's own folders, those of other users, and shared ones (RFC 2342)."""

    personal: tuple[Namespace, ...] = ()
    other_users: tuple[Namespace, ...] = ()
    shared: tuple[Namespace, ...] = ()


# RFC 6154, section 2, with those of RFC 8457 and RFC 9979 and, after each, what XLIST (Gmail before 2013, Cyrus) calls
# it. A folder may have several: the narrower use comes first, as \All and \Flagged are often mere views of everything.
_ROLES_BY_ATTRIBUTE = {
    "\\drafts": Role.DRAFTS,
    "\\sent": Role.SENT,
    "\\trash": Role.TRASH,
    "\\junk": Role.JUNK,
    "\\spam": Role.JUNK,
    "\\archive": Role.ARCHIVE,
    "\\memos": Role.MEMOS,
    "\\scheduled": Role.SCHEDULED,
    "\\snoozed": Role.SNOOZED,
    "\\inbox": Role.INBOX,
    "\\all": Role.ALL,
    "\\allmail": Role.ALL,
    "\\important": Role.IMPORTANT,
    "\\flagged": Role.FLAGGED,
    "\\starred": Role.FLAGGED,
}

_BRANCHES = frozenset({"\\noselect", "\\nonexistent"})


def role_of(
    attributes: frozenset[str], path: str, delimiter: str | None
) -> tuple[Role | None, Literal["server", "name"] | None]:
    r"""Say what a folder is for, and whether the server said so or its name suggests it.

    INBOX is a name that the protocol reserves; then the attributes decide (in any case: Cyrus sends ``\archive``); then
    the last component of the path. Several folders may bear such a name ("Clients/Sent"): the caller prefers the one
    nearest to the root.

    >>> role_of(frozenset({"\\HasNoChildren", "\\Junk"}), "Bulk", "/")
    (<Role.JUNK: 'junk'>, 'server')
    >>> role_of(frozenset(), "INBOX.Gesendete Objekte", ".")
    (<Role.SENT: 'sent'>, 'name')
    >>> role_of(frozenset(), "Invoices", "/")
    (None, None)
    """
    if path.lower() == "inbox":
        return Role.INBOX, "server"
    folded = {attribute.lower() for attribute in attributes}
    if "\\seen" in folded:  # Twisted lists the flags of the messages, \\Flagged among them
        folded = set[str]()
    for attribute, role in _ROLES_BY_ATTRIBUTE.items():
        if attribute in folded:
            return role, "server"
    if not folded.isdisjoint(_BRANCHES):
        # Nothing can be put there, whatever it is called.
        return None, None
    # The table is not small, and few servers need it.
    from imapkit.types.folder_names import role_named

    role_name = role_named(path.rsplit(delimiter, 1)[-1] if delimiter else path)
    return (Role(role_name), "name") if role_name else (None, None)
