"""What the methods return, in both worlds, as type checkers see it."""

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import assert_type

import imapkit
from imapkit import (
    AppendResult,
    AsyncAttachment,
    AsyncFolder,
    AsyncFolderTree,
    AsyncMailbox,
    AsyncMessage,
    AsyncMessageList,
    Attachment,
    CopyResult,
    Event,
    FlagSet,
    Folder,
    FolderTree,
    Mailbox,
    Message,
    MessageList,
    MessageRef,
    MessageSummary,
    Role,
    Status,
    UidSet,
)
from imapkit.protocol.extensions.session import Capability


def blocking(mail: Mailbox) -> None:
    assert_type(imapkit.connect("imap.example.org", user="ann", password="pw"), Mailbox)
    assert_type(mail.inbox, Folder)
    assert_type(mail.folder(Role.SENT) / "2026", Folder)
    assert_type(mail.folders(), FolderTree)
    assert_type(mail.folders()["INBOX"], Folder)
    assert_type(mail.append(b"", "INBOX"), AppendResult)
    assert_type(mail.execute(Capability()), frozenset[str])
    assert_type(mail.inbox.status(), Status)
    assert_type(mail.inbox.create(), Folder)
    assert_type(mail.inbox.watch(), Generator[Event[Message], None, None])
    messages = mail.inbox.search(seen=False).newest(3)
    assert_type(list(messages), list[Message])
    assert_type(messages.all(), MessageList)
    assert_type(messages.all()[0], Message)
    assert_type(messages.all()[:2], MessageList)
    assert_type(messages.first(), Message | None)
    assert_type(messages.uids(), UidSet)
    assert_type(messages.count(), int)
    assert_type(messages.mark_seen(), int)
    assert_type(messages.move("Archive"), CopyResult)
    message = mail.inbox.get(1)
    assert_type(message.from_, Address | None)
    assert_type(message.to, Sequence[Address])
    assert_type(message.flags, FlagSet)
    assert_type(message.ref, MessageRef)
    assert_type(message.summary, MessageSummary)
    assert_type(message.attachments, Sequence[Attachment])
    assert_type(message.text(), str)
    assert_type(message.html(), str | None)
    assert_type(message.headers(), Mapping[str, Sequence[str]])
    assert_type(message.email(), EmailMessage)
    assert_type(message.raw(), bytes)
    assert_type(message.save("x"), Path)
    assert_type(message.reply("x"), EmailMessage)
    assert_type(message.move("Archive"), MessageRef | None)
    assert_type(message.attachments[0].read(), bytes)


async def asynchronous(mail: AsyncMailbox) -> None:
    assert_type(await imapkit.connect_async("imap.example.org", user="ann", password="pw"), AsyncMailbox)
    async with imapkit.connect_async("imap.example.org", user="ann", password="pw") as other:
        assert_type(other, AsyncMailbox)
    assert_type(mail.inbox, AsyncFolder)
    assert_type(mail.folder(Role.SENT) / "2026", AsyncFolder)
    assert_type(await mail.folders(), AsyncFolderTree)
    assert_type(await mail.append(b"", "INBOX"), AppendResult)
    assert_type(await mail.execute(Capability()), frozenset[str])
    assert_type(await mail.inbox.status(), Status)
    assert_type(mail.inbox.watch(), AsyncGenerator[Event[AsyncMessage], None])
    messages = mail.inbox.search(seen=False).newest(3)
    assert_type([message async for message in messages], list[AsyncMessage])
    assert_type(await messages.all(), AsyncMessageList)
    assert_type((await messages.all())[0], AsyncMessage)
    assert_type(await messages.first(), AsyncMessage | None)
    assert_type(await messages.move("Archive"), CopyResult)
    message = await mail.inbox.get(1)
    assert_type(message.attachments, Sequence[AsyncAttachment])
    assert_type(await message.text(), str)
    assert_type(await message.reply("x"), EmailMessage)
    assert_type(await message.save("x"), Path)
