r"""Gmail's labels: a message is in All Mail, and once more in the folder of each of its labels.

In the store these are messages of several mailboxes that share their `Content`.  `Labels` keeps them one: whatever
arrives somewhere is in All Mail, flags are the same everywhere, ``\Flagged`` is what is in Starred, and what goes to
Trash or Spam is nowhere else.  Expunging from the folder of a label takes the label away and nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing import news
from imapkit.types.flags import FlagSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.testing.news import News
    from imapkit.testing.store import Account, StoredMailbox, StoredMessage

__all__ = ["FOLDERS", "STARRED", "Labels", "find_folder", "label_of", "labels_of", "siblings"]

FOLDERS: Final = (
    ("INBOX", None),
    ("[Gmail]/All Mail", "\\All"),
    ("[Gmail]/Drafts", "\\Drafts"),
    ("[Gmail]/Important", "\\Important"),
    ("[Gmail]/Sent Mail", "\\Sent"),
    ("[Gmail]/Spam", "\\Junk"),
    ("[Gmail]/Starred", "\\Flagged"),
    ("[Gmail]/Trash", "\\Trash"),
)
STARRED: Final = "\\Starred"
# What the labels of Gmail's own folders are called, by what these are for.
_SYSTEM: Final = {
    "\\Drafts": "\\Draft",
    "\\Flagged": STARRED,
    "\\Important": "\\Important",
    "\\Junk": "\\Spam",
    "\\Sent": "\\Sent",
    "\\Trash": "\\Trash",
}
_INBOX: Final = "\\Inbox"
_ALONE: Final = frozenset({"\\Junk", "\\Trash"})
_OF_ONE_FOLDER: Final = FlagSet(["\\Deleted"])


# --- telling ----------------------------------------------------------------------------------------------------


def label_of(mailbox: StoredMailbox) -> str | None:
    """The label that a folder stands for; All Mail stands for none."""
    if mailbox.special_use == "\\All":
        return None
    if mailbox.name == "INBOX":
        return _INBOX
    return _SYSTEM.get(mailbox.special_use or "", mailbox.name)


def find_folder(account: Account, label: str) -> StoredMailbox | None:
    """The folder of a label, in whatever case Gmail's own are written."""
    folded = label.lower() if label.startswith("\\") else label
    for mailbox in account.mailboxes.values():
        known = label_of(mailbox)
        if known is not None and folded in (known, known.lower()):
            return mailbox
    return None


def siblings(mailbox: StoredMailbox, message: StoredMessage) -> Iterator[tuple[StoredMailbox, StoredMessage]]:
    """Where else in the account the same message is."""
    for other in mailbox.account.mailboxes.values():
        if other is not mailbox:
            yield from ((other, one) for one in other if one.content is message.content)


def labels_of(mailbox: StoredMailbox, message: StoredMessage) -> list[str]:
    """The labels of a message, but for that of the folder it is seen in."""
    found = {label for other, _ in siblings(mailbox, message) if (label := label_of(other)) is not None}
    if "\\Flagged" in message.flags:
        found.add(STARRED)
    return sorted(found - {label_of(mailbox)}, key=lambda label: (not label.startswith("\\"), label))


# --- keeping ----------------------------------------------------------------------------------------------------


class Labels:
    """Hears what becomes of mailboxes, and makes of it what Gmail does."""

    def __init__(self) -> None:
        self._acting = False

    def hear(self, what: News) -> None:
        """Something happened in the store.  What happens because of it is no news."""
        if self._acting:
            return
        self._acting = True
        try:
            self._act_on(what)
        finally:
            self._acting = False

    def _act_on(self, what: News) -> None:
        match what:
            case news.Arrived(mailbox, message):
                self._arrived(mailbox, message)
            case news.FlagsChanged(mailbox):
                for message in tuple(mailbox):
                    self._spread_flags(mailbox, message)
            case news.Expunged(mailbox):
                self._expunged(mailbox)
            case _:
                pass

    def _arrived(self, mailbox: StoredMailbox, message: StoredMessage) -> None:
        if mailbox.special_use in _ALONE:
            for other, copy in tuple(siblings(mailbox, message)):
                other.expunge([copy])
        elif mailbox.special_use == "\\Flagged":
            mailbox.store([message], [message.flags | {"\\Flagged"}])
            self._put(_with_use(mailbox.account, "\\All"), message)
        elif mailbox.special_use != "\\All":
            self._put(_with_use(mailbox.account, "\\All"), message)
        self._spread_flags(mailbox, message)

    def _spread_flags(self, mailbox: StoredMailbox, message: StoredMessage) -> None:
        """Give the message its flags wherever it is; each folder has its own idea of what is deleted."""
        for other, copy in tuple(siblings(mailbox, message)):
            wanted = (message.flags - _OF_ONE_FOLDER) | (copy.flags & _OF_ONE_FOLDER)
            other.store([copy], [wanted])
        if mailbox.special_use in _ALONE:
            return
        starred = _with_use(mailbox.account, "\\Flagged")
        if "\\Flagged" in message.flags:
            self._put(starred, message)
        elif starred is not None:
            starred.expunge([one for one in starred if one.content is message.content])

    def _expunged(self, mailbox: StoredMailbox) -> None:
        account = mailbox.account
        if mailbox.special_use == "\\Flagged":
            there = {id(message.content) for message in mailbox}
            for other in account.mailboxes.values():
                starred = [one for one in other if "\\Flagged" in one.flags and id(one.content) not in there]
                other.store(starred, [one.flags - {"\\Flagged"} for one in starred])
        elif mailbox.special_use == "\\All":
            there = {id(message.content) for message in mailbox}
            for other in account.mailboxes.values():
                if other.special_use not in _ALONE:
                    other.expunge([one for one in other if id(one.content) not in there])

    @staticmethod
    def _put(mailbox: StoredMailbox | None, message: StoredMessage) -> None:
        if mailbox is not None and all(one.content is not message.content for one in mailbox):
            mailbox.add(message.content, flags=message.flags - _OF_ONE_FOLDER, received=message.received)


def _with_use(account: Account, special_use: str) -> StoredMailbox | None:
    return next((one for one in account.mailboxes.values() if one.special_use == special_use), None)
