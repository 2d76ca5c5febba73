"""What becomes of mailboxes, as values: the site passes them on to every session (NOTIFY, METADATA, ANNOTATE)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from imapkit.testing.store import Account, StoredMailbox, StoredMessage

__all__ = [
    "AnnotationsChanged",
    "Arrived",
    "Created",
    "Deleted",
    "Expunged",
    "FlagsChanged",
    "MetadataChanged",
    "News",
    "Publish",
    "Renamed",
    "RightsChanged",
    "SubscriptionChanged",
]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message is in a mailbox that was not."""

    mailbox: StoredMailbox
    message: StoredMessage


@dataclass(frozen=True, slots=True)
class Expunged:
    """Messages are gone from a mailbox."""

    mailbox: StoredMailbox


@dataclass(frozen=True, slots=True)
class FlagsChanged:
    """Messages of a mailbox have other flags."""

    mailbox: StoredMailbox


@dataclass(frozen=True, slots=True)
class AnnotationsChanged:
    """Entries of a message have other values; `user` is whose they are, "" for those of everybody."""

    mailbox: StoredMailbox
    message: StoredMessage
    entries: tuple[str, ...]
    user: str


@dataclass(frozen=True, slots=True)
class Created:
    """There is a new mailbox."""

    mailbox: StoredMailbox


@dataclass(frozen=True, slots=True)
class Deleted:
    """A mailbox is gone."""

    mailbox: StoredMailbox


@dataclass(frozen=True, slots=True)
class Renamed:
    """A mailbox has another name."""

    mailbox: StoredMailbox
    old_name: str


@dataclass(frozen=True, slots=True)
class SubscriptionChanged:
    """A user has subscribed to a name, or ended that."""

    account: Account
    name: str


@dataclass(frozen=True, slots=True)
class RightsChanged:
    """A mailbox has another access control list; `before` is the old one."""

    mailbox: StoredMailbox
    before: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class MetadataChanged:
    """Entries of a mailbox, or of the server (None), have other values; `user` as above."""

    mailbox: StoredMailbox | None
    entries: tuple[str, ...]
    user: str


News: TypeAlias = (
    Arrived
    | Expunged
    | FlagsChanged
    | AnnotationsChanged
    | Created
    | Deleted
    | Renamed
    | SubscriptionChanged
    | RightsChanged
    | MetadataChanged
)

Publish: TypeAlias = Callable[[News], None]
