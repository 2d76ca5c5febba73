"""Everyday jobs, as a user would write them; type checkers must pass them, and test_typing.py runs them."""

from __future__ import annotations

import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import imapkit
from imapkit import Account, Arrived, Flag, Folder, Mailbox, MessageSet, OAuth2, Q, Role, TokenSource
from imapkit.testing import Server


def t01_connect(host: str, port: int, cafile: str, user: str, password: str) -> None:
    ctx = ssl.create_default_context(cafile=cafile)
    with imapkit.connect(host, port=port, ssl_context=ctx, user=user, password=password) as mb:
        print(mb)


def t02a_password(host: str, user: str, password: str) -> Mailbox:
    return imapkit.connect(host, user=user, password=password)


def t02b_oauth(host: str, user: str, tokens: TokenSource) -> Mailbox:
    return imapkit.connect(host, auth=OAuth2(user, tokens))


def t03_folders(mb: Mailbox) -> Folder | None:
    tree = mb.folders()
    print(tree)
    return tree.role(Role.SENT)


def t04_unread(mb: Mailbox) -> dict[str, int]:
    tree = mb.folders(status=True)
    return {path: f.info.status.unseen for path, f in tree.items() if f.info and f.info.status}


def t05_newest(mb: Mailbox) -> None:
    for m in mb.inbox.messages.newest(50).prefetch(preview=True):
        print(m.uid, m.subject, m.from_, m.date, m.size, m.preview)


def t06_search(mb: Mailbox) -> MessageSet:
    words = Q.flagged | Q.subject("Zażółć")
    return mb.inbox.search(
        words, ~Q.keyword("$Processed"), seen=False, from_="bob@example.net", since=date(2026, 11, 1), larger=100
    )


def t07_attachments(mb: Mailbox, dest: Path) -> list[Path]:
    return [a.save(dest) for m in mb.inbox.messages for a in m.attachments if a.matches("*.pdf")]


def t08_flags(mb: Mailbox, uids: list[int]) -> None:
    messages = mb.inbox.by_uid(uids)
    messages.add_flags(Flag.SEEN, Flag.FLAGGED, "$Work")
    if mb.supports("X-GM-EXT-1"):
        messages.add_labels("Büro")


def t09_bulk(mb: Mailbox, move: list[int], copy: list[int], delete: list[int]) -> None:
    mb.inbox.by_uid(copy).copy(Role.ARCHIVE)
    mb.inbox.by_uid(move).move("Archive")
    mb.inbox.by_uid(delete).delete()


def t10_reply(mb: Mailbox, uid: int) -> None:
    m = mb.inbox.get(uid)
    mb.save_draft(m.reply("Thanks!", from_="ann@example.org"))
    m.add_flags(Flag.ANSWERED)


def t11_append(mb: Mailbox, msg: EmailMessage) -> int | None:
    return (mb.append(msg, "Projects/Entwürfe", flags=[Flag.SEEN])).uid


def t12_watch(mb: Mailbox, timeout: float | None = None) -> list[str]:
    return [event.message.subject for event in mb.inbox.watch(timeout=timeout) if isinstance(event, Arrived)]


def t17_pytest(imap_server: Server) -> None:
    imap_server.deliver("bob", subject="invoice 1")
    imap_server.deliver("bob", subject="other")
    with imap_server.connect("bob") as mb:
        mb.inbox.search(subject="invoice").add_flags(Flag.FLAGGED)
        assert [m.subject for m in mb.inbox.search(flagged=True)] == ["invoice 1"]


def t20_folders(mb: Mailbox) -> None:
    folder = (mb.folder("Kunden") / "Müller & Söhne").create()
    folder = folder.rename("Kunden/Müller")
    folder.unsubscribe()
    folder.delete()


def t16b_accounts(accounts: list[Account]) -> list[int]:
    def unread(account: Account) -> int:
        with account.connect() as mb:
            return mb.inbox.status().unseen

    with ThreadPoolExecutor() as pool:
        return list(pool.map(unread, accounts))
