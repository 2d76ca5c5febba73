"""Everyday jobs, as a user would write them; type checkers must pass them, and test_typing.py runs them."""

from __future__ import annotations

import asyncio
import ssl
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import imapkit
from imapkit import Account, Arrived, AsyncFolder, AsyncMailbox, AsyncMessageSet, Flag, OAuth2, Q, Role, TokenSource
from imapkit.testing import Server


async def t01_connect(host: str, port: int, cafile: str, user: str, password: str) -> None:
    ctx = ssl.create_default_context(cafile=cafile)
    async with imapkit.connect_async(host, port=port, ssl_context=ctx, user=user, password=password) as mb:
        print(mb)


async def t02a_password(host: str, user: str, password: str) -> AsyncMailbox:
    return await imapkit.connect_async(host, user=user, password=password)


async def t02b_oauth(host: str, user: str, tokens: TokenSource) -> AsyncMailbox:
    return await imapkit.connect_async(host, auth=OAuth2(user, tokens))


async def t03_folders(mb: AsyncMailbox) -> AsyncFolder | None:
    tree = await mb.folders()
    print(tree)
    return tree.role(Role.SENT)


async def t04_unread(mb: AsyncMailbox) -> dict[str, int]:
    tree = await mb.folders(status=True)
    return {path: f.info.status.unseen for path, f in tree.items() if f.info and f.info.status}


async def t05_newest(mb: AsyncMailbox) -> None:
    async for m in mb.inbox.messages.newest(50).prefetch(preview=True):
        print(m.uid, m.subject, m.from_, m.date, m.size, m.preview)


def t06_search(mb: AsyncMailbox) -> AsyncMessageSet:
    words = Q.flagged | Q.subject("Zażółć")
    return mb.inbox.search(
        words, ~Q.keyword("$Processed"), seen=False, from_="bob@example.net", since=date(2026, 11, 1), larger=100
    )


async def t07_attachments(mb: AsyncMailbox, dest: Path) -> list[Path]:
    return [await a.save(dest) async for m in mb.inbox.messages for a in m.attachments if a.matches("*.pdf")]


async def t08_flags(mb: AsyncMailbox, uids: list[int]) -> None:
    messages = mb.inbox.by_uid(uids)
    await messages.add_flags(Flag.SEEN, Flag.FLAGGED, "$Work")
    if mb.supports("X-GM-EXT-1"):
        await messages.add_labels("Büro")


async def t09_bulk(mb: AsyncMailbox, move: list[int], copy: list[int], delete: list[int]) -> None:
    await mb.inbox.by_uid(copy).copy(Role.ARCHIVE)
    await mb.inbox.by_uid(move).move("Archive")
    await mb.inbox.by_uid(delete).delete()


async def t10_reply(mb: AsyncMailbox, uid: int) -> None:
    m = await mb.inbox.get(uid)
    await mb.save_draft(await m.reply("Thanks!", from_="ann@example.org"))
    await m.add_flags(Flag.ANSWERED)


async def t11_append(mb: AsyncMailbox, msg: EmailMessage) -> int | None:
    return (await mb.append(msg, "Projects/Entwürfe", flags=[Flag.SEEN])).uid


async def t12_watch(mb: AsyncMailbox, timeout: float | None = None) -> list[str]:
    return [event.message.subject async for event in mb.inbox.watch(timeout=timeout) if isinstance(event, Arrived)]


async def t17_pytest(imap_server: Server) -> None:
    imap_server.deliver("bob", subject="invoice 1")
    imap_server.deliver("bob", subject="other")
    async with imap_server.connect_async("bob") as mb:
        await mb.inbox.search(subject="invoice").add_flags(Flag.FLAGGED)
        assert [m.subject async for m in mb.inbox.search(flagged=True)] == ["invoice 1"]


async def t20_folders(mb: AsyncMailbox) -> None:
    folder = await (mb.folder("Kunden") / "Müller & Söhne").create()
    folder = await folder.rename("Kunden/Müller")
    await folder.unsubscribe()
    await folder.delete()


async def t16b_accounts(accounts: list[Account]) -> list[int]:
    async def unread(account: Account) -> int:
        async with account.connect_async() as mb:
            return (await mb.inbox.status()).unseen

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(unread(account)) for account in accounts]
    return [task.result() for task in tasks]
