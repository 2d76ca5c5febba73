"""The object API for asyncio: signatures, docstrings and one line each; the work is done by flows.

The blocking half, `imapkit._sync`, is generated from this one by tools/unasync.py.
"""

from __future__ import annotations

from imapkit._async.attachment import AsyncAttachment
from imapkit._async.folder import AsyncFolder
from imapkit._async.mailbox import AsyncMailbox
from imapkit._async.message import AsyncMessage
from imapkit._async.message_set import AsyncMessageList, AsyncMessageSet
from imapkit._async.opening import open_mailbox
from imapkit._async.tree import AsyncFolderTree

__all__ = [
    "AsyncAttachment",
    "AsyncFolder",
    "AsyncFolderTree",
    "AsyncMailbox",
    "AsyncMessage",
    "AsyncMessageList",
    "AsyncMessageSet",
    "open_mailbox",
]
