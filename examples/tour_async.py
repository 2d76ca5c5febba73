"""The tour for asyncio: `tour.py` with `await`, `async for` and `async with`; it prints the same."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory

from guide import Guide
from stage import Stage

from imapkit import Arrived, AsyncMailbox, AsyncMessage, Flag, Q

INVOICES = Q.any_of(map(Q.subject, ("invoice", "Rechnung", "Faktura", "Τιμολόγιο", "請求書")))


async def tour(stage: Stage, guide: Guide) -> None:
    """Show what there is to see in a mailbox, step by step."""
    account = stage.account
    with guide.step("Connect over TLS", "account.connect()"):
        mail = await account.connect_async()
    async with mail:
        wanted = ("IDLE", "MOVE", "UIDPLUS", "CONDSTORE", "ESEARCH", "SPECIAL-USE", "LIST-STATUS")
        offered = ", ".join(filter(mail.supports, wanted))
        guide.say(f"Logged in to {mail.host} as {mail.user}; its certificate and its name were verified.")
        guide.say(f"The server offers {offered}.")
        await folders(mail, guide)
        await unread(mail, guide)
        await search(mail, stage, guide)
        answer = await read(mail, guide)
        await attachments(mail, guide)
        if answer is not None:
            await flag(answer, guide)
            await draft(mail, answer, guide)
        await move(mail, guide)
        await watch(mail, stage, guide)


async def folders(mail: AsyncMailbox, guide: Guide) -> None:
    """All folders, with their roles and counts."""
    with guide.step("Draw the tree of folders", "mail.folders(status=True)"):
        tree = await mail.folders(status=True)
        guide.say(str(tree))


async def unread(mail: AsyncMailbox, guide: Guide) -> None:
    """What came last and was not read yet."""
    with guide.step("List the newest unread mails", "mail.inbox.search(seen=False).newest(8).prefetch(preview=True)"):
        messages = mail.inbox.search(seen=False).newest(8).prefetch(preview=True)
        guide.mails(await messages.all(), previews=True)


async def search(mail: AsyncMailbox, stage: Stage, guide: Guide) -> None:
    """A search, which the server does: nothing is fetched but what it finds."""
    since = stage.since
    with guide.step("Search for invoices in five languages", "mail.inbox.search(INVOICES, since=since)"):
        found = mail.inbox.search(INVOICES, since=since)
        guide.say(f"INVOICES is {INVOICES}.\n\n")
        guide.say(f"{await found.count()} mails since {since:%d %b %Y}; the newest of them:")
        guide.mails(await found.newest(6).all())


async def read(mail: AsyncMailbox, guide: Guide) -> AsyncMessage | None:
    """The text of one mail."""
    with guide.step("Read an answer to something", "message.text()"):
        message = await mail.inbox.search(Q.header("In-Reply-To")).newest(1).first()
        if message is None:
            guide.say("Nobody has ever answered anything here.")
            return None
        guide.mails([message])
        guide.say("\n" + await message.text(), most=12)
        guide.say(f"\nReading changes nothing: it is {'read, as it was' if message.seen else 'still unread'}.")
        return message
    return None


async def attachments(mail: AsyncMailbox, guide: Guide) -> None:
    """Files that came by mail, on disk; each is fetched alone, without the mail around it."""
    with guide.step("Save attachments", "attachment.save(directory)"), TemporaryDirectory() as directory:
        saved: list[Path] = []
        async for message in mail.inbox.messages.newest(50):
            for attachment in message.attachments:
                if attachment.matches("*.pdf", "image/*") and len(saved) < 6:
                    saved.append(await attachment.save(directory))
        for path in saved:
            guide.say(f"{path.stat().st_size:>7} octets  {path.name}")


async def flag(message: AsyncMessage, guide: Guide) -> None:
    """A flag for everybody to see, and one of one's own."""
    with guide.step("Flag it", 'message.add_flags(Flag.FLAGGED, "$Work")'):
        guide.say(f"Before: {' '.join(sorted(message.flags)) or 'none'}")
        await message.add_flags(Flag.FLAGGED, "$Work")
        guide.say(f"Now:    {' '.join(sorted(message.flags))}")


async def draft(mail: AsyncMailbox, message: AsyncMessage, guide: Guide) -> None:
    """An answer, to be finished in a mail program: addressed, threaded, quoted."""
    with guide.step("Keep an answer as a draft", "mail.save_draft(reply)"):
        reply = await message.reply("I will be there.", from_="ann@example.org", all=True)
        result = await mail.save_draft(reply)
        names = ("To", "Cc", "Subject", "In-Reply-To")
        guide.say("\n".join(f"{name + ':':13}{reply[name]}" for name in names if reply[name]))
        guide.say(f"\n{reply.get_content()}", most=10)
        guide.say(f"\nIt is in {result.folder!r} now.")


async def move(mail: AsyncMailbox, guide: Guide) -> None:
    """Many at once: one command, whatever their number."""
    with guide.step("Move the newsletters", 'newsletters.move("Newsletters")'):
        newsletters = mail.inbox.search(Q.header("List-Unsubscribe"))
        result = await newsletters.move("Newsletters")
        left = await newsletters.count()
        guide.say(f"{result.count} mails went to {result.folder!r}; {left} are left.")
        guide.say("Their UIDs there: " + ", ".join(f"{old} → {new}" for old, new in result.items()))


async def watch(mail: AsyncMailbox, stage: Stage, guide: Guide) -> None:
    """Mail, as it arrives."""
    with guide.step("See mail arrive", "mail.inbox.watch(timeout=3)"), stage.deliveries():
        events = mail.inbox.watch(timeout=3)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Arrived):
                    guide.mails([event.message])
                    break
            else:
                guide.say("Nothing came within three seconds.")


if __name__ == "__main__":
    import sys

    import tour as blocking
    from stage import run

    sys.argv.append("--async")
    run(blocking.tour, tour)
