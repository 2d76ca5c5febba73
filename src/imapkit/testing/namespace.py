"""The mailboxes as one user sees them: their own by their names, those that others share below "Other Users/".

Where ACL is not offered nobody shares anything, and every right to a mailbox is its owner's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imapkit.testing import rights
from imapkit.testing.refusal import Refused
from imapkit.testing.store import DELIMITER, within

if TYPE_CHECKING:
    from imapkit.testing.site import Site
    from imapkit.testing.store import Account, StoredMailbox
    from imapkit.types.urls import ImapUrl

__all__ = ["OTHER_USERS", "Namespace"]

OTHER_USERS: Final = "Other Users"


class Namespace:
    """What a user can reach, by which name, and with which rights.

    With `shares`, others' mailboxes are in it; with `refers`, the client is told where those on other servers are.
    """

    def __init__(self, site: Site, account: Account, *, shares: bool, refers: bool) -> None:
        self.account = account
        self.shares = shares
        self._refers = refers
        self._site = site

    # --- names ------------------------------------------------------------------------------------------------

    def locate(self, name: str) -> tuple[Account, str]:
        """Whose tree a name is in, and what the name is there; refuses with a referral what is on another server."""
        url = self._url(name)
        if url is not None:
            raise Refused("This mailbox is on another server.", code=f"REFERRAL {url}")
        if self.is_personal(name):
            return self.account, name
        user, _, local = name.partition(DELIMITER)[2].partition(DELIMITER)
        if user not in self._site.accounts or user == self.account.user or not local:
            raise Refused(f"Mailbox doesn't exist: {name}", code="NONEXISTENT")
        return self._site.accounts[user], local

    def is_personal(self, name: str) -> bool:
        """Whether a name is in the user's own tree."""
        return not (self.shares and name.partition(DELIMITER)[0] == OTHER_USERS)

    def _url(self, name: str) -> ImapUrl | None:
        """Where a name leads that is on another server, or below one that is (RFC 2193)."""
        remote = self.account.remote if self._refers else {}
        for root, url in remote.items():
            if name == root or within(name, root):
                return replace(url, folder=f"{url.folder}{name[len(root) :]}")
        return None

    def name_of(self, mailbox: StoredMailbox) -> str:
        """What a mailbox is called here."""
        owner = mailbox.account
        return mailbox.name if owner is self.account else DELIMITER.join((OTHER_USERS, owner.user, mailbox.name))

    def listable(self) -> dict[str, StoredMailbox]:
        """The mailboxes that LIST may show, by name: those with the right "l"."""
        accounts = self._site.accounts.values() if self.shares else (self.account,)
        every = (mailbox for account in accounts for mailbox in account.mailboxes.values())
        return {self.name_of(mailbox): mailbox for mailbox in every if "l" in self.rights(mailbox)}

    # --- rights -----------------------------------------------------------------------------------------------

    def rights(self, mailbox: StoredMailbox) -> frozenset[str]:
        """What the user may do with it."""
        if self.shares:
            return rights.rights_of(mailbox, self.account.user, mailbox.acl)
        return rights.ALL if mailbox.account is self.account else frozenset()

    def find(self, name: str, needed: str = "", *, any_of: str = "l", code: str = "NONEXISTENT") -> StoredMailbox:
        """The mailbox of this name, to which the user needs all the rights `needed` (or, without them, one `any_of`).

        Refuses with `code` where there is none.  Whoever may not even look it up is not told that it exists (RFC 4314,
        6), and whoever cannot make it is not told to try.
        """
        account, local = self.locate(name)
        mailbox = account.mailboxes.get(local)
        if mailbox is None or self.rights(mailbox).isdisjoint(any_of + needed):
            raise Refused(f"Mailbox doesn't exist: {name}", code=code if account is self.account else "NONEXISTENT")
        self._insist(mailbox, needed)
        return mailbox

    def _insist(self, mailbox: StoredMailbox, needed: str) -> None:
        missing = [right for right in needed if right not in self.rights(mailbox)]
        if missing:
            raise Refused(f"This needs the right {' and '.join(missing)}", code="NOPERM")

    # --- the tree ---------------------------------------------------------------------------------------------

    def create(self, name: str, special_use: str | None = None) -> StoredMailbox:
        """Make a mailbox; whoever may do what with the one above may do it with this one, too (RFC 4314, 4)."""
        account, local = self.locate(name)
        self._insist_on_place(account, local)
        account.quota.insist_on_room(mailboxes=1)
        return account.create(local, special_use)

    def delete(self, name: str) -> None:
        """Remove a mailbox."""
        account, local = self._may_go(name)
        account.delete(local)

    def rename(self, old: str, new: str) -> None:
        """Rename a mailbox and all below it; where it is on another server, the two names are there (RFC 2193, 4.3)."""
        url = self._url(old)
        if url is not None:
            new_url = self._url(new) or replace(url, folder=new)
            raise Refused("This mailbox is on another server.", code=f"REFERRAL {url} {new_url}")
        account, local = self._may_go(old)
        new_account, new_local = self.locate(new)
        if account is not new_account:
            raise Refused("A mailbox can't be moved to another user", code="CANNOT")
        self._insist_on_place(account, new_local)
        account.rename(local, new_local)

    def _may_go(self, name: str) -> tuple[Account, str]:
        account, local = self.locate(name)
        if local in account.mailboxes:
            self.find(name, "x")
        return account, local

    def _insist_on_place(self, account: Account, local: str) -> None:
        """Refuse a new name where the nearest mailbox above it may not be added to; at the root, its owner may."""
        above = account.above(local)
        if above is not None:
            self._insist(above, "k")
        elif account is not self.account:
            raise Refused("This needs the right k", code="NOPERM")
