"""What the server keeps: accounts, their mailboxes, the messages in them.  No protocol here, and no I/O.

A mailbox assigns each message its UID and each change its mod-sequence (RFC 7162), and tells whoever watches it: the
sessions that have it selected.  A message's octets are `Content`, shared by its copies, as the same message in two
mailboxes has one EMAILID (RFC 8474).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from imapkit.testing import news, rights
from imapkit.testing.annotations import Metadata
from imapkit.testing.conversations import Conversations
from imapkit.testing.quota import Quota
from imapkit.testing.refusal import Refused
from imapkit.types.flags import FlagSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from imapkit.testing.message.parts import Part
    from imapkit.testing.news import Publish
    from imapkit.types.auth import Secret
    from imapkit.types.urls import ImapUrl

__all__ = ["DELIMITER", "FIRST_FOLDERS", "Account", "Content", "StoredMailbox", "StoredMessage", "Watcher", "within"]

DELIMITER: Final = "/"

# The folders that a new account has (RFC 6154): name, special use, and whether it is subscribed.
FIRST_FOLDERS: Final = (
    ("INBOX", None),
    ("Drafts", "\\Drafts"),
    ("Sent", "\\Sent"),
    ("Junk", "\\Junk"),
    ("Trash", "\\Trash"),
    ("Archive", "\\Archive"),
)

_SYSTEM_FLAGS: Final = {
    flag.lower(): flag for flag in ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
}  # fmt: skip


_PREVIEWED_AT_ONCE: Final = 16 * 1024


class Content:
    """The octets of a message, and what they say once somebody asks."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def structure(self) -> Part:
        """The tree of its parts."""
        from imapkit.testing.message.parts import parse

        return parse(self.raw)

    @cached_property
    def email_id(self) -> str:
        """EMAILID: the same for the same octets, whatever mailbox they are in (RFC 8474, 4.1)."""
        return "M" + hashlib.sha256(self.raw).hexdigest()[:24]

    @cached_property
    def preview(self) -> str:
        """PREVIEW: its first words (RFC 8970)."""
        from imapkit.testing.message.text import preview

        return preview(self.structure)

    @property
    def has_preview(self) -> bool:
        """Whether that can be told without delay: of a short message, and of any that was asked for it before."""
        return len(self.raw) <= _PREVIEWED_AT_ONCE or "preview" in self.__dict__


@dataclass(slots=True, eq=False)
class StoredMessage:
    """A message in a mailbox: what can change is its flags, and with them its mod-sequence."""

    uid: int
    content: Content
    received: dt.datetime
    saved: dt.datetime
    flags: FlagSet
    modseq: int
    annotations: dict[tuple[str, str], bytes] = field(default_factory=dict[tuple[str, str], bytes])
    """Values by user ("" for everybody's) and entry (RFC 5257)."""

    @property
    def raw(self) -> bytes:
        """All of its octets."""
        return self.content.raw

    @property
    def size(self) -> int:
        """RFC822.SIZE."""
        return len(self.content.raw)


class Watcher(Protocol):
    """Whoever wants to know what happens in a mailbox; called after it has happened."""

    def arrived(self, message: StoredMessage) -> None:
        """A message is there that was not."""
        ...

    def vanished(self, message: StoredMessage) -> None:
        """A message is gone."""
        ...

    def changed(self, message: StoredMessage) -> None:
        """A message's flags are others now."""
        ...

    def keywords_grew(self) -> None:
        """A keyword is in use that was not."""
        ...

    def removed(self) -> None:
        """The mailbox itself is gone."""
        ...


@dataclass(slots=True, eq=False)
class StoredMailbox:
    """A mailbox and its messages, by UID and so in the order of their UIDs."""

    account: Account
    name: str
    uidvalidity: int
    special_use: str | None = None
    uidnext: int = 1
    modseq: int = 1
    first_recent: int = 1
    messages: dict[int, StoredMessage] = field(default_factory=dict[int, StoredMessage])
    tombstones: dict[int, int] = field(default_factory=dict[int, int])
    """The mod-sequence at which each expunged UID went (VANISHED, RFC 7162)."""
    acl: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """What each identifier may do (RFC 4314)."""
    metadata: Metadata = field(default_factory=Metadata)
    url_key: bytes | None = field(default=None, repr=False)
    """With which URLs are authorised (URLAUTH, RFC 4467)."""
    watchers: list[Watcher] = field(default_factory=list[Watcher])
    _keywords: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def mailbox_id(self) -> str:
        """MAILBOXID (RFC 8474): survives renaming, as UIDVALIDITY does."""
        return f"F{self.uidvalidity:x}"

    @property
    def keywords(self) -> tuple[str, ...]:
        """All keywords that were ever set here, in the spelling of whoever came first."""
        return tuple(self._keywords.values())

    def __iter__(self) -> Iterator[StoredMessage]:
        return iter(self.messages.values())

    def add(
        self,
        content: Content,
        *,
        flags: Iterable[str] = (),
        received: dt.datetime | None = None,
        annotations: Mapping[tuple[str, str], bytes] | None = None,
    ) -> StoredMessage:
        """Put a message in; `received`, its internal date, is now unless said."""
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        spelled = self.spell(flags)
        message = StoredMessage(self.uidnext, content, received or now, now, spelled, self._next_modseq())
        message.annotations.update(annotations or {})
        self.messages[message.uid] = message
        self.uidnext += 1
        for watcher in tuple(self.watchers):
            watcher.arrived(message)
        self.account.publish(news.Arrived(self, message))
        return message

    def store(self, messages: Iterable[StoredMessage], flags: Iterable[FlagSet]) -> None:
        """Give each message its new flags, all with one new mod-sequence; those that stay as they are keep theirs."""
        modseq = 0
        for message, wanted in zip(messages, flags, strict=True):
            spelled = self.spell(wanted)
            if spelled == message.flags or message.uid not in self.messages:
                continue
            modseq = modseq or self._next_modseq()
            message.flags, message.modseq = spelled, modseq
            for watcher in tuple(self.watchers):
                watcher.changed(message)
        if modseq:
            self.account.publish(news.FlagsChanged(self))

    def annotate(self, changes: Iterable[tuple[StoredMessage, dict[tuple[str, str], bytes]]]) -> None:
        """Give each message its new annotations, all with one new mod-sequence."""
        modseq = 0
        for message, wanted in changes:
            old, message.annotations = message.annotations, wanted
            changed = [name for name in {**old, **wanted} if old.get(name) != wanted.get(name)]
            if changed:
                modseq = modseq or self._next_modseq()
                message.modseq = modseq
            for owner in dict.fromkeys(user for user, _ in changed):
                entries = tuple(entry for user, entry in changed if user == owner)
                self.account.publish(news.AnnotationsChanged(self, message, entries, owner))

    def expunge(self, messages: Iterable[StoredMessage]) -> None:
        """Remove these, for good."""
        modseq = 0
        for message in tuple(messages):
            if self.messages.pop(message.uid, None) is None:
                continue
            modseq = modseq or self._next_modseq()
            self.tombstones[message.uid] = modseq
            for watcher in tuple(self.watchers):
                watcher.vanished(message)
        if modseq:
            self.account.publish(news.Expunged(self))

    def grant(self, identifier: str, rights: frozenset[str]) -> None:
        """Give an identifier these rights and no others; without any, it is in the list no more."""
        before = dict(self.acl)
        self.acl[identifier] = rights
        if not rights:
            del self.acl[identifier]
        self.account.publish(news.RightsChanged(self, before))

    def spell(self, flags: Iterable[str]) -> FlagSet:
        """The flags as this mailbox spells them; keywords that are new to it are remembered."""
        known = len(self._keywords)
        spelled: list[str] = []
        for flag in flags:
            folded = flag.lower()
            spelled.append(_SYSTEM_FLAGS.get(folded) or self._keywords.setdefault(folded, str(flag)))
        if len(self._keywords) > known:
            for watcher in tuple(self.watchers):
                watcher.keywords_grew()
        return FlagSet(spelled)

    def remove(self) -> None:
        """Tell those who have it selected that it is gone."""
        for watcher in tuple(self.watchers):
            watcher.removed()

    def _next_modseq(self) -> int:
        self.modseq += 1
        return self.modseq


class Account:
    """A user, the password, and the mailboxes."""

    def __init__(
        self,
        user: str,
        password: Secret,
        *,
        quota: int | None = None,
        uidvalidity: int,
        publish: Publish,
        folders: Iterable[tuple[str, str | None]] = FIRST_FOLDERS,
    ) -> None:
        self.user = user
        self.publish = publish
        self.password = password
        self.quota = Quota(self, quota)
        self.mailboxes: dict[str, StoredMailbox] = {}
        self.conversations = Conversations()
        self.subscriptions: set[str] = set()
        self.home: ImapUrl | None = None
        """The URL of the server that the user should go to instead (LOGIN-REFERRALS)."""
        self.remote: dict[str, ImapUrl] = {}
        """The URLs of mailboxes that are on other servers, by their names here (MAILBOX-REFERRALS)."""
        self._uidvalidity = uidvalidity
        for name, special_use in folders:
            self.create(name, special_use)
            self.subscribe(name)

    @property
    def administrator(self) -> bool:
        """Whether this user may act for others; the one of this name may, as at Cyrus (PROXYAUTH, SETQUOTA)."""
        return self.user == "admin"

    @property
    def account_id(self) -> str:
        """ACCOUNTID (OBJECTID+)."""
        return "A" + hashlib.sha256(self.user.encode("utf-8", "surrogateescape")).hexdigest()[:12]

    def find(self, name: str, *, code: str = "NONEXISTENT") -> StoredMailbox:
        """The mailbox of this name; refuses with `code` where there is none."""
        try:
            return self.mailboxes[name]
        except KeyError:
            raise Refused(f"Mailbox doesn't exist: {name}", code=code) from None

    def create(self, name: str, special_use: str | None = None) -> StoredMailbox:
        """Make a mailbox.  Its UIDVALIDITY is one that no mailbox of this account had (RFC 9051, 2.3.1.1)."""
        if name in self.mailboxes:
            raise Refused("Mailbox already exists", code="ALREADYEXISTS")
        self._uidvalidity += 1
        above = self.above(name)
        acl = {self.user: rights.ALL} if above is None else dict(above.acl)
        mailbox = self.mailboxes[name] = StoredMailbox(self, name, self._uidvalidity, special_use, acl=acl)
        self.publish(news.Created(mailbox))
        return mailbox

    def subscribe(self, name: str) -> None:
        """Add to the subscribed names."""
        self.subscriptions.add(name)
        self.publish(news.SubscriptionChanged(self, name))

    def unsubscribe(self, name: str) -> None:
        """Take from the subscribed names."""
        self.subscriptions.discard(name)
        self.publish(news.SubscriptionChanged(self, name))

    def delete(self, name: str) -> None:
        """Remove a mailbox.  What lies below it stays (RFC 9051, 6.3.5)."""
        if name == "INBOX":
            raise Refused("INBOX can't be deleted", code="CANNOT")
        if name not in self.mailboxes and self.below(name):
            raise Refused("Only a branch of the hierarchy has this name", code="HASCHILDREN")
        self.find(name)
        mailbox = self.mailboxes.pop(name)
        mailbox.remove()
        self.publish(news.Deleted(mailbox))

    def rename(self, old: str, new: str) -> None:
        """Rename a mailbox and all below it; INBOX stays, and its messages go (RFC 9051, 6.3.6)."""
        if old not in self.mailboxes and not self.below(old):
            raise Refused(f"Mailbox doesn't exist: {old}", code="NONEXISTENT")
        if new in self.mailboxes:
            raise Refused("Mailbox already exists", code="ALREADYEXISTS")
        if within(new, old):
            raise Refused("A mailbox can't be moved below itself", code="CANNOT")
        if old == "INBOX":
            inbox, target = self.mailboxes[old], self.create(new)
            for message in tuple(inbox):
                target.add(
                    message.content, flags=message.flags, received=message.received, annotations=message.annotations
                )
            inbox.expunge(tuple(inbox))
            target.metadata = inbox.metadata.copy()  # RFC 5464, 4.1: both have them
            return
        moved = {name: new + name[len(old) :] for name in (old, *self.below(old)) if name in self.mailboxes}
        if not self.mailboxes.keys().isdisjoint(moved.values()):
            raise Refused("A mailbox of such a name exists already", code="ALREADYEXISTS")
        for name, renamed in moved.items():
            mailbox = self.mailboxes.pop(name)
            mailbox.name = renamed
            self.mailboxes[renamed] = mailbox
        if new in self.mailboxes:  # a mere branch of the hierarchy is no mailbox that could have another name
            self.publish(news.Renamed(self.mailboxes[new], old))

    def below(self, name: str) -> list[str]:
        """The mailboxes below this name in the hierarchy."""
        return [other for other in self.mailboxes if within(other, name)]

    def above(self, name: str) -> StoredMailbox | None:
        """The nearest mailbox above this name in the hierarchy."""
        while DELIMITER in name:
            name = name.rpartition(DELIMITER)[0]
            if name in self.mailboxes:
                return self.mailboxes[name]
        return None

    def has_room_for(self, octets: int, messages: int = 1) -> None:
        """Refuse messages that would go over the quota."""
        self.quota.insist_on_room(octets=octets, messages=messages)


def within(name: str, ancestor: str) -> bool:
    """Whether `name` lies below `ancestor`."""
    return name.startswith(ancestor + DELIMITER)
