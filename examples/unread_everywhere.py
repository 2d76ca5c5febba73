"""Ask many accounts at once, each over a connection of its own, and none waits for another (asyncio)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import stage

from imapkit import Account, ImapError


async def unread(account: Account) -> str:
    """How many messages wait to be read in an account's folders."""
    try:
        async with account.connect_async() as mail:
            folders = await mail.folders(status=True)
            counts = [folder.info.status.unseen for folder in folders.values() if folder.info and folder.info.status]
            return f"{mail.user}: {sum(counts)} unread in {len(folders)} folders"
    except ImapError as error:  # one account's trouble is not the others'
        return f"{account.user}: {error}"


async def unread_everywhere(accounts: Sequence[Account]) -> None:
    """Ask them all."""
    for line in await asyncio.gather(*map(unread, accounts)):
        print(line)


if __name__ == "__main__":
    with stage.accounts("ann", "bob", "carol") as accounts:
        asyncio.run(unread_everywhere(accounts))
