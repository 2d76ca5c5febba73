"""The IMAP client library for Python: typed from end to end, for threads and for asyncio.

    import imapkit

    with imapkit.connect("imap.example.org", user="ann", password="...") as mail:
        for message in mail.inbox.search(seen=False).newest(20):
            print(message.subject, message.from_)

Names are loaded when they are first used, so that ``import imapkit`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from email.headerregistry import Address as Address

    from imapkit._async import AsyncAttachment as AsyncAttachment
    from imapkit._async import AsyncFolder as AsyncFolder
    from imapkit._async import AsyncFolderTree as AsyncFolderTree
    from imapkit._async import AsyncMailbox as AsyncMailbox
    from imapkit._async import AsyncMessage as AsyncMessage
    from imapkit._async import AsyncMessageList as AsyncMessageList
    from imapkit._async import AsyncMessageSet as AsyncMessageSet
    from imapkit._sync import Attachment as Attachment
    from imapkit._sync import Folder as Folder
    from imapkit._sync import FolderTree as FolderTree
    from imapkit._sync import Mailbox as Mailbox
    from imapkit._sync import Message as Message
    from imapkit._sync import MessageList as MessageList
    from imapkit._sync import MessageSet as MessageSet
    from imapkit.account import Account as Account
    from imapkit.account import AsyncConnecting as AsyncConnecting
    from imapkit.account import connect as connect
    from imapkit.account import connect_async as connect_async
    from imapkit.errors import AuthenticationError as AuthenticationError
    from imapkit.errors import CommandError as CommandError
    from imapkit.errors import ConnectionLost as ConnectionLost
    from imapkit.errors import FolderExists as FolderExists
    from imapkit.errors import FolderNotFound as FolderNotFound
    from imapkit.errors import ImapError as ImapError
    from imapkit.errors import ImapTimeout as ImapTimeout
    from imapkit.errors import InvalidArgument as InvalidArgument
    from imapkit.errors import LimitExceeded as LimitExceeded
    from imapkit.errors import MessageNotFound as MessageNotFound
    from imapkit.errors import NotFetched as NotFetched
    from imapkit.errors import NotSupported as NotSupported
    from imapkit.errors import OutcomeUnknown as OutcomeUnknown
    from imapkit.errors import OverQuota as OverQuota
    from imapkit.errors import PermissionDenied as PermissionDenied
    from imapkit.errors import ProtocolError as ProtocolError
    from imapkit.errors import ReadOnly as ReadOnly
    from imapkit.errors import ServerBye as ServerBye
    from imapkit.errors import ServerUnavailable as ServerUnavailable
    from imapkit.errors import TLSError as TLSError
    from imapkit.errors import TokenRejected as TokenRejected
    from imapkit.errors import UidValidityChanged as UidValidityChanged
    from imapkit.files import MessageSource as MessageSource
    from imapkit.files import StrPath as StrPath
    from imapkit.types.auth import Anonymous as Anonymous
    from imapkit.types.auth import Auth as Auth
    from imapkit.types.auth import External as External
    from imapkit.types.auth import OAuth2 as OAuth2
    from imapkit.types.auth import Password as Password
    from imapkit.types.auth import TokenSource as TokenSource
    from imapkit.types.bodystructure import BodyStructure as BodyStructure
    from imapkit.types.bodystructure import Disposition as Disposition
    from imapkit.types.bodystructure import Multipart as Multipart
    from imapkit.types.bodystructure import Part as Part
    from imapkit.types.defects import Defect as Defect
    from imapkit.types.envelope import Envelope as Envelope
    from imapkit.types.envelope import EnvelopeAddress as EnvelopeAddress
    from imapkit.types.flags import Flag as Flag
    from imapkit.types.flags import FlagColor as FlagColor
    from imapkit.types.flags import FlagSet as FlagSet
    from imapkit.types.folders import FolderInfo as FolderInfo
    from imapkit.types.folders import FolderRef as FolderRef
    from imapkit.types.folders import Role as Role
    from imapkit.types.folders import Status as Status
    from imapkit.types.query import Q as Q
    from imapkit.types.query import Query as Query
    from imapkit.types.query import QueryArgs as QueryArgs
    from imapkit.types.query import where as where
    from imapkit.types.results import AppendResult as AppendResult
    from imapkit.types.results import Arrived as Arrived
    from imapkit.types.results import Changes as Changes
    from imapkit.types.results import CopyResult as CopyResult
    from imapkit.types.results import Event as Event
    from imapkit.types.results import FlagsChanged as FlagsChanged
    from imapkit.types.results import Include as Include
    from imapkit.types.results import MigrateReport as MigrateReport
    from imapkit.types.results import Progress as Progress
    from imapkit.types.results import Quota as Quota
    from imapkit.types.results import Reconnected as Reconnected
    from imapkit.types.results import Removed as Removed
    from imapkit.types.results import SortKey as SortKey
    from imapkit.types.results import SyncState as SyncState
    from imapkit.types.results import Thread as Thread
    from imapkit.types.results import Usage as Usage
    from imapkit.types.settings import Security as Security
    from imapkit.types.summary import MessageSummary as MessageSummary
    from imapkit.types.timeouts import Timeout as Timeout
    from imapkit.types.uids import Uids as Uids
    from imapkit.types.uids import UidSet as UidSet
    from imapkit.types.urls import ImapUrl as ImapUrl
    from imapkit.types.urls import MessageRef as MessageRef

__all__ = [
    "Account",
    "Address",
    "Anonymous",
    "AppendResult",
    "Arrived",
    "AsyncAttachment",
    "AsyncConnecting",
    "AsyncFolder",
    "AsyncFolderTree",
    "AsyncMailbox",
    "AsyncMessage",
    "AsyncMessageList",
    "AsyncMessageSet",
    "Attachment",
    "Auth",
    "AuthenticationError",
    "BodyStructure",
    "Changes",
    "CommandError",
    "ConnectionLost",
    "CopyResult",
    "Defect",
    "Disposition",
    "Envelope",
    "EnvelopeAddress",
    "Event",
    "External",
    "Flag",
    "FlagColor",
    "FlagSet",
    "FlagsChanged",
    "Folder",
    "FolderExists",
    "FolderInfo",
    "FolderNotFound",
    "FolderRef",
    "FolderTree",
    "ImapError",
    "ImapTimeout",
    "ImapUrl",
    "Include",
    "InvalidArgument",
    "LimitExceeded",
    "Mailbox",
    "Message",
    "MessageList",
    "MessageNotFound",
    "MessageRef",
    "MessageSet",
    "MessageSource",
    "MessageSummary",
    "MigrateReport",
    "Multipart",
    "NotFetched",
    "NotSupported",
    "OAuth2",
    "OutcomeUnknown",
    "OverQuota",
    "Part",
    "Password",
    "PermissionDenied",
    "Progress",
    "ProtocolError",
    "Q",
    "Query",
    "QueryArgs",
    "Quota",
    "ReadOnly",
    "Reconnected",
    "Removed",
    "Role",
    "Security",
    "ServerBye",
    "ServerUnavailable",
    "SortKey",
    "Status",
    "StrPath",
    "SyncState",
    "TLSError",
    "Thread",
    "Timeout",
    "TokenRejected",
    "TokenSource",
    "UidSet",
    "UidValidityChanged",
    "Uids",
    "Usage",
    "__version__",
    "connect",
    "connect_async",
    "where",
]

_HOMES = {
    "email.headerregistry": ("Address",),
    "imapkit._async": (
        "AsyncAttachment",
        "AsyncFolder",
        "AsyncFolderTree",
        "AsyncMailbox",
        "AsyncMessage",
        "AsyncMessageList",
        "AsyncMessageSet",
    ),
    "imapkit._sync": (
        "Attachment",
        "Folder",
        "FolderTree",
        "Mailbox",
        "Message",
        "MessageList",
        "MessageSet",
    ),
    "imapkit.account": (
        "Account",
        "AsyncConnecting",
        "connect",
        "connect_async",
    ),
    "imapkit.errors": (
        "AuthenticationError",
        "CommandError",
        "ConnectionLost",
        "FolderExists",
        "FolderNotFound",
        "ImapError",
        "ImapTimeout",
        "InvalidArgument",
        "LimitExceeded",
        "MessageNotFound",
        "NotFetched",
        "NotSupported",
        "OutcomeUnknown",
        "OverQuota",
        "PermissionDenied",
        "ProtocolError",
        "ReadOnly",
        "ServerBye",
        "ServerUnavailable",
        "TLSError",
        "TokenRejected",
        "UidValidityChanged",
    ),
    "imapkit.files": (
        "MessageSource",
        "StrPath",
    ),
    "imapkit.types.auth": (
        "Anonymous",
        "Auth",
        "External",
        "OAuth2",
        "Password",
        "TokenSource",
    ),
    "imapkit.types.bodystructure": (
        "BodyStructure",
        "Disposition",
        "Multipart",
        "Part",
    ),
    "imapkit.types.defects": ("Defect",),
    "imapkit.types.envelope": (
        "Envelope",
        "EnvelopeAddress",
    ),
    "imapkit.types.flags": (
        "Flag",
        "FlagColor",
        "FlagSet",
    ),
    "imapkit.types.folders": (
        "FolderInfo",
        "FolderRef",
        "Role",
        "Status",
    ),
    "imapkit.types.query": (
        "Q",
        "Query",
        "QueryArgs",
        "where",
    ),
    "imapkit.types.results": (
        "AppendResult",
        "Arrived",
        "Changes",
        "CopyResult",
        "Event",
        "FlagsChanged",
        "Include",
        "MigrateReport",
        "Progress",
        "Quota",
        "Reconnected",
        "Removed",
        "SortKey",
        "SyncState",
        "Thread",
        "Usage",
    ),
    "imapkit.types.settings": ("Security",),
    "imapkit.types.summary": ("MessageSummary",),
    "imapkit.types.timeouts": ("Timeout",),
    "imapkit.types.uids": (
        "UidSet",
        "Uids",
    ),
    "imapkit.types.urls": (
        "ImapUrl",
        "MessageRef",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return __all__
