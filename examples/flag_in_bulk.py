"""Change many messages at once: one command for all that a search finds."""

from __future__ import annotations

import stage

from imapkit import Account, Flag, Q


def tidy_up(account: Account) -> None:
    """Mark newsletters as read, flag what is big, and archive what is old and answered."""
    with account.connect() as mail:
        inbox = mail.inbox
        print(inbox.search(Q.header("List-Unsubscribe"), seen=False).mark_seen(), "newsletters are marked as read")
        print(inbox.search(larger=5_000).add_flags(Flag.FLAGGED, "$Big"), "big ones are flagged")
        archived = inbox.search(answered=True).move("Archive")
        print(f"{archived.count} answered ones were moved; the first of them has UID {min(archived.values())} there")
        print(f"{inbox.search(seen=False).count()} of {inbox.status().messages} are left to be read")


if __name__ == "__main__":
    with stage.account() as account:
        tidy_up(account)
