"""A guided tour of a mailbox: what imapkit does, step by step, as it happens.  `tour_async.py` is its twin."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from guide import Guide
from stage import Stage

from imapkit import Arrived, Flag, Mailbox, Message, Q

INVOICES = Q.any_of(map(Q.subject, ("invoice", "Rechnung", "Faktura", "Τιμολόγιο", "請求書")))


def tour(stage: Stage, guide: Guide) -> None:
    """Show what there is to see in a mailbox, step by step."""
    account = stage.account
    with guide.step("Connect over TLS", "account.connect()"):
        mail = account.connect()
    with mail:
        wanted = ("IDLE", "MOVE", "UIDPLUS", "CONDSTORE", "ESEARCH", "SPECIAL-USE", "LIST-STATUS")
        offered = ", ".join(filter(mail.supports, wanted))
        guide.say(f"Logged in to {mail.host} as {mail.user}; its certificate and its name were verified.")
        guide.say(f"The server offers {offered}.")
        folders(mail, guide)
        unread(mail, guide)
        search(mail, stage, guide)
        answer = read(mail, guide)
        attachments(mail, guide)
        if answer is not None:
            flag(answer, guide)
            draft(mail, answer, guide)
        move(mail, guide)
        watch(mail, stage, guide)


def folders(mail: Mailbox, guide: Guide) -> None:
    """All folders, with their roles and counts."""
    with guide.step("Draw the tree of folders", "mail.folders(status=True)"):
        tree = mail.folders(status=True)
        guide.say(str(tree))


def unread(mail: Mailbox, guide: Guide) -> None:
    """What came last and was not read yet."""
    with guide.step("List the newest unread mails", "mail.inbox.search(seen=False).newest(8).prefetch(preview=True)"):
        messages = mail.inbox.search(seen=False).newest(8).prefetch(preview=True)
        guide.mails(messages.all(), previews=True)


def search(mail: Mailbox, stage: Stage, guide: Guide) -> None:
    """A search, which the server does: nothing is fetched but what it finds."""
    since = stage.since
    with guide.step("Search for invoices in five languages", "mail.inbox.search(INVOICES, since=since)"):
        found = mail.inbox.search(INVOICES, since=since)
        guide.say(f"INVOICES is {INVOICES}.\n\n")
        guide.say(f"{found.count()} mails since {since:%d %b %Y}; the newest of them:")
        guide.mails(found.newest(6).all())


def read(mail: Mailbox, guide: Guide) -> Message | None:
    """The text of one mail."""
    with guide.step("Read an answer to something", "message.text()"):
        message = mail.inbox.search(Q.header("In-Reply-To")).newest(1).first()
        if message is None:
            guide.say("Nobody has ever answered anything here.")
            return None
        guide.mails([message])
        guide.say("\n" + message.text(), most=12)
        guide.say(f"\nReading changes nothing: it is {'read, as it was' if message.seen else 'still unread'}.")
        return message
    return None


def attachments(mail: Mailbox, guide: Guide) -> None:
    """Files that came by mail, on disk; each is fetched alone, without the mail around it."""
    with guide.step("Save attachments", "attachment.save(directory)"), TemporaryDirectory() as directory:
        saved: list[Path] = []
        for message in mail.inbox.messages.newest(50):
            for attachment in message.attachments:
                if attachment.matches("*.pdf", "image/*") and len(saved) < 6:
                    saved.append(attachment.save(directory))
        for path in saved:
            guide.say(f"{path.stat().st_size:>7} octets  {path.name}")


def flag(message: Message, guide: Guide) -> None:
    """A flag for everybody to see, and one of one's own."""
    with guide.step("Flag it", 'message.add_flags(Flag.FLAGGED, "$Work")'):
        guide.say(f"Before: {' '.join(sorted(message.flags)) or 'none'}")
        message.add_flags(Flag.FLAGGED, "$Work")
        guide.say(f"Now:    {' '.join(sorted(message.flags))}")


def draft(mail: Mailbox, message: Message, guide: Guide) -> None:
    """An answer, to be finished in a mail program: addressed, threaded, quoted."""
    with guide.step("Keep an answer as a draft", "mail.save_draft(reply)"):
        reply = message.reply("I will be there.", from_="ann@example.org", all=True)
        result = mail.save_draft(reply)
        names = ("To", "Cc", "Subject", "In-Reply-To")
        guide.say("\n".join(f"{name + ':':13}{reply[name]}" for name in names if reply[name]))
        guide.say(f"\n{reply.get_content()}", most=10)
        guide.say(f"\nIt is in {result.folder!r} now.")


def move(mail: Mailbox, guide: Guide) -> None:
    """Many at once: one command, whatever their number."""
    with guide.step("Move the newsletters", 'newsletters.move("Newsletters")'):
        newsletters = mail.inbox.search(Q.header("List-Unsubscribe"))
        result = newsletters.move("Newsletters")
        left = newsletters.count()
        guide.say(f"{result.count} mails went to {result.folder!r}; {left} are left.")
        guide.say("Their UIDs there: " + ", ".join(f"{old} → {new}" for old, new in result.items()))


def watch(mail: Mailbox, stage: Stage, guide: Guide) -> None:
    """Mail, as it arrives."""
    with guide.step("See mail arrive", "mail.inbox.watch(timeout=3)"), stage.deliveries():
        events = mail.inbox.watch(timeout=3)
        with closing(events):
            for event in events:
                if isinstance(event, Arrived):
                    guide.mails([event.message])
                    break
            else:
                guide.say("Nothing came within three seconds.")


if __name__ == "__main__":
    import tour_async
    from stage import run

    run(tour, tour_async.tour)
