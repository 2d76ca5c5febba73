# Generated from src/imapkit/_async/__init__.py by tools/unasync.py; do not edit.
"""The object API for asyncio: signatures, docstrings and one line each; the work is done by flows.

The blocking half, `imapkit._sync`, is generated from this one by tools/unasync.py.
"""

from __future__ import annotations

from imapkit._sync.attachment import Attachment
from imapkit._sync.folder import Folder
from imapkit._sync.mailbox import Mailbox
from imapkit._sync.message import Message
from imapkit._sync.message_set import MessageList, MessageSet
from imapkit._sync.opening import open_mailbox
from imapkit._sync.tree import FolderTree

__all__ = [
    "Attachment",
    "Folder",
    "FolderTree",
    "Mailbox",
    "Message",
    "MessageList",
    "MessageSet",
    "open_mailbox",
]
