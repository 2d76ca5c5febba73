"""One message."""

# The classes of this package are friends: what has an underscore is private to it, not to the class.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from functools import cached_property
from html import escape
from math import inf
from typing import TYPE_CHECKING, TypeVar

from imapkit._async.attachment import AsyncAttachment
from imapkit.errors import MessageNotFound, NotFetched, NotSupported
from imapkit.files import FileSink
from imapkit.mime.headers import parse_headers
from imapkit.mime.reply import reply
from imapkit.protocol.extensions.fetch import (
    BODYSTRUCTURE,
    ENVELOPE,
    FLAGS,
    INTERNALDATE,
    RFC822_SIZE,
    body_section,
)
from imapkit.protocol.extensions.gmail import GMAIL_LABELS
from imapkit.protocol.flows import messages as flows
from imapkit.protocol.flows import parts
from imapkit.types.flags import Flag
from imapkit.types.folders import Role
from imapkit.types.sections import Section
from imapkit.types.summary import MessageSummary, to_address, to_addresses
from imapkit.types.urls import MessageRef

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from email.headerregistry import Address
    from email.message import EmailMessage
    from pathlib import Path
    from typing import Literal

    from imapkit._async.folder import AsyncFolder
    from imapkit.files import StrPath
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.extensions.fetch import Fetched
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.model import Item
    from imapkit.types.bodystructure import BodyStructure, Part
    from imapkit.types.defects import Defect
    from imapkit.types.envelope import Envelope
    from imapkit.types.flags import FlagSet
    from imapkit.types.folders import FolderRef
    from imapkit.types.results import CopyResult, Progress

__all__ = ["AsyncMessage"]

T = TypeVar("T")


class AsyncMessage:
    """One message: attributes are what was fetched, methods ask the server.

    Reading changes nothing: the message is marked as read by `mark_seen()` alone.  `flags` follow what the
    connection sees; `summary` is a snapshot that outlives it.  An attribute that was not fetched raises `NotFetched`;
    a method raises `MessageNotFound` when it needs the message and it has been removed.
    """

    def __init__(
        self,
        folder: AsyncFolder,
        path: str,
        uidvalidity: int | None,
        data: Fetched,
        preview: str | None = None,
        *,
        asked: tuple[Item[object], ...] = (),
        since: int | None = None,
    ) -> None:
        uid = data.uid
        if uid is None:
            raise MessageNotFound("the server sent a message without its UID")
        self.uid = uid
        self._folder = folder
        self._path = path
        self._uidvalidity = uidvalidity
        self._data = data
        self._preview = preview
        self._asked = asked
        self._live = folder.mailbox._flags.of(path, uidvalidity, data, since)

    # --- what was fetched -------------------------------------------------------------------------------------

    @property
    def folder(self) -> AsyncFolder:
        """The folder that it was found in."""
        return self._folder

    @property
    def ref(self) -> MessageRef:
        """What names this message for good: host, user, folder, UIDVALIDITY and UID; prints as a URL (RFC 5092)."""
        if not self._uidvalidity:
            raise NotSupported("UIDVALIDITY", "this server gives out UIDs anew in each session: nothing lasts")
        mailbox = self._folder.mailbox
        return MessageRef(mailbox.host, mailbox.user, self._path, self._uidvalidity, self.uid)

    @property
    def summary(self) -> MessageSummary:
        """The plain facts, as a value that can be kept, pickled and sent elsewhere."""
        to, from_, received = tuple(self.to), self.from_, self.received
        return MessageSummary(self.ref, self.subject, from_, to, self.date, received, self.size, frozenset(self.flags))

    @cached_property
    def envelope(self) -> Envelope:
        """The header as the server parsed it, with the octets as they came."""
        return self._need(ENVELOPE, "only(Include.ENVELOPE)")

    @cached_property
    def structure(self) -> BodyStructure:
        """The tree of MIME parts."""
        return self._need(BODYSTRUCTURE, "only(Include.STRUCTURE)")

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What the server sent wrong, in what has been read so far; the values are None, or the best reading."""
        return self._data.defects

    @property
    def subject(self) -> str:
        """The subject, decoded; empty when there is none."""
        return self.envelope.subject

    @property
    def from_(self) -> Address | None:
        """Who wrote it."""
        senders = [address for address in self.envelope.from_ if not address.is_group_mark]
        return to_address(senders[0]) if senders else None

    @property
    def to(self) -> Sequence[Address]:
        """The recipients."""
        return to_addresses(self.envelope.to)

    @property
    def cc(self) -> Sequence[Address]:
        """Who got a copy."""
        return to_addresses(self.envelope.cc)

    @property
    def bcc(self) -> Sequence[Address]:
        """Who got a copy unseen by the others."""
        return to_addresses(self.envelope.bcc)

    @property
    def reply_to(self) -> Sequence[Address]:
        """Where an answer should go."""
        return to_addresses(self.envelope.reply_to)

    @property
    def date(self) -> dt.datetime | None:
        """The Date field, aware; None when there is none that can be understood."""
        return self.envelope.date

    @property
    def received(self) -> dt.datetime:
        """When the server got it (INTERNALDATE), aware."""
        moment = self._need(INTERNALDATE, "only(Include.RECEIVED)")
        if moment is None:
            raise NotFetched("the server sent no readable date of arrival for this message")
        return moment

    @property
    def size(self) -> int:
        """Octets of the whole message."""
        return self._need(RFC822_SIZE, "only(Include.SIZE)")

    @property
    def flags(self) -> FlagSet:
        """Its flags, as far as the connection knows."""
        if self._live.value is None:
            if FLAGS in self._asked:
                raise NotFetched("the server was asked for FLAGS, and did not send them for this message")
            raise NotFetched("flags were not fetched: add Include.FLAGS to only()")
        return self._live.value

    @property
    def labels(self) -> frozenset[str]:
        r"""Its labels, at Gmail: all but that of the folder it was found in; Gmail's own are like ``\Inbox``.

        They are as they were fetched, or as they were told since when they were changed by this connection.
        """
        if self._live.labels is not None:
            return self._live.labels
        if not self._folder.mailbox.supports("X-GM-EXT-1"):
            raise NotFetched("this server has no labels, only folders (it does not offer X-GM-EXT-1)")
        return frozenset(self._need(GMAIL_LABELS, "only(Include.LABELS)"))

    @property
    def seen(self) -> bool:
        """Whether it is marked as read."""
        return Flag.SEEN in self.flags

    @property
    def flagged(self) -> bool:
        """Whether it is flagged."""
        return Flag.FLAGGED in self.flags

    @property
    def message_id(self) -> str | None:
        """The Message-ID, with its angle brackets."""
        return self.envelope.message_id

    @property
    def in_reply_to(self) -> Sequence[str]:
        """The Message-IDs of what it answers."""
        return self.envelope.in_reply_to

    @property
    def preview(self) -> str:
        """Its first words, on one line."""
        if self._preview is None:
            raise NotFetched("the preview was not fetched: use prefetch(preview=True)")
        return self._preview

    @property
    def attachments(self) -> Sequence[AsyncAttachment]:
        """What comes with the text: files, pictures, messages."""
        return tuple(AsyncAttachment(self, part) for part in parts.attachments(self.structure))

    # --- what asks the server ---------------------------------------------------------------------------------

    async def text(self) -> str:
        """The text to read; HTML is turned into text where there is no other; empty when there is none."""
        part = parts.text_part(self.structure)
        return "" if part is None else parts.readable(part, await self._part(part))

    async def html(self) -> str | None:
        """The HTML; None when there is none."""
        part = parts.html_part(self.structure)
        return None if part is None else parts.decoded(part, await self._part(part))

    async def headers(self) -> Mapping[str, Sequence[str]]:
        """All header fields by name (in any case), decoded; after ``prefetch(headers=...)`` those, without asking."""
        known = parts.known_header(self._data)
        if known is None:
            known = await self._octets(body_section(Section(text="HEADER")))
        return parse_headers(known)

    async def raw(self) -> bytes:
        """The whole message, octet by octet."""
        return await self._octets(body_section())

    async def email(self) -> EmailMessage:
        """The whole message as the standard library's object."""
        from email import message_from_bytes, policy

        return message_from_bytes(await self.raw(), policy=policy.default)

    async def save(self, to: StrPath, /, *, progress: Callable[[Progress], None] | None = None) -> Path:
        """Write the whole message to a file (or into a directory, named by its UID); where it went.

        It is streamed, so it may be larger than memory, and is there whole or not at all.  `progress` is told of each
        piece, and of what the server says while it gets ready (INPROGRESS, RFC 9585).
        """
        sink = FileSink(to, f"{self.uid}.eml", total=self._data.get(RFC822_SIZE), progress=progress)
        return await self._save(body_section(), sink)

    async def reply(
        self, text: str, /, *, from_: str | None = None, all: bool = False, quote: bool = True
    ) -> EmailMessage:
        """An answer: addressed, threaded (In-Reply-To, References) and quoted; nothing is sent or saved.

        `all` answers all recipients.  `from_` is who answers, and is left out of the recipients.
        """
        quoted = await self.text() if quote else None
        return reply(await self.headers(), text, from_=from_, to_all=all, quoted=quoted)

    async def add_flags(self, *flags: Flag | str) -> None:
        """Add flags; the others stay.  Raises `MessageNotFound`, like all that changes it, when it has been removed."""
        await self._store("+", "add_flags", flags)

    async def remove_flags(self, *flags: Flag | str) -> None:
        """Remove flags."""
        await self._store("-", "remove_flags", flags)

    async def mark_seen(self) -> None:
        """Mark it as read."""
        await self.add_flags(Flag.SEEN)

    async def copy(self, to: FolderRef | AsyncFolder, /) -> MessageRef | None:
        """Copy it; what names the copy, where the server tells (UIDPLUS).  Raises `FolderNotFound`."""
        return await self._transfer("copy", to)

    async def move(self, to: FolderRef | AsyncFolder, /) -> MessageRef | None:
        """Move it; what names it there, where the server tells (UIDPLUS, RFC 4315).

        Raises `FolderNotFound`, and `NotSupported` where the server has neither MOVE (RFC 6851) nor UIDPLUS.
        """
        return await self._transfer("move", to)

    async def trash(self) -> None:
        """Move it to the folder that serves as `Role.TRASH`.  Raises what `move` does."""
        await self.move(Role.TRASH)

    async def delete(self) -> None:
        """Remove it for good.  Raises `NotSupported` where the server cannot remove single messages (UIDPLUS)."""
        await self._within(flows.delete_one(self._connection, self.uid), "delete")

    # --- how it is done ---------------------------------------------------------------------------------------

    @property
    def _connection(self) -> Connection:
        return self._folder.mailbox._session.connection

    def _need(self, item: Item[T], how: str) -> T:
        value = self._data.get(item)
        if value is None:
            if item in self._data:
                raise NotFetched(f"the server sent no readable {item.key} for this message (see defects)")
            if item in self._asked:
                raise NotFetched(f"the server was asked for {item.key}, and did not send it for this message")
            raise NotFetched(f"{item.key} was not fetched: {how} fetches it")
        return value

    async def _within(self, flow: Flow[T], changes: str | None = None, timeout: float | None = None) -> T:
        return await self._folder._within(
            flow, changes=changes, path=self._path, uidvalidity=self._uidvalidity, timeout=timeout
        )

    async def _part(self, part: Part) -> bytes:
        """The octets of a part, as they are encoded."""
        known = parts.known_part(self._data, self.structure, part)
        return known if known is not None else await self._octets(body_section(part.section))

    async def _octets(self, item: Item[bytes | None]) -> bytes:
        fetched = self._data.get(item)
        if fetched is not None:
            return fetched
        return await self._within(parts.section_octets(self._connection, self.uid, item))

    async def _save(self, item: Item[bytes | None], sink: FileSink) -> Path:
        try:
            flow = flows.fetch_stream(self._connection, self.uid, item, sink.write, sink.hear)
            found = await self._within(flow, timeout=inf)
            if found is None or found.get(item) is None:
                raise MessageNotFound(f"there is no message with UID {self.uid} any more, or it has no {item.key}")
            return sink.commit()
        except BaseException:
            sink.abort()
            raise

    async def _store(self, action: Literal["+", "-"], what: str, flags: tuple[Flag | str, ...]) -> None:
        await self._within(flows.store_one(self._connection, self.uid, action, flags), what)

    async def _transfer(self, what: Literal["copy", "move"], to: FolderRef | AsyncFolder) -> MessageRef | None:
        mailbox = self._folder.mailbox
        mailbox._refuse_read_only(what)
        target = await mailbox.folder(to)._resolve()
        transfer = flows.copy_one if what == "copy" else flows.move_one
        result: CopyResult = await self._within(transfer(self._connection, self.uid, target), what)
        if self.uid not in result or not result.uidvalidity:
            return None
        return MessageRef(mailbox.host, mailbox.user, target, result.uidvalidity, result[self.uid])

    def __repr__(self) -> str:
        envelope = self._data.get(ENVELOPE)
        subject = f" {envelope.subject[:60]!r}" if envelope is not None else ""
        return f"<{type(self).__name__} {self.uid} in {self._path!r}{subject}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a message belongs to a live connection: send message.ref or message.summary instead")

    def _row_html(self) -> str:
        envelope, received = self._data.get(ENVELOPE), self._data.get(INTERNALDATE)
        sender = str(envelope.from_[0]) if envelope is not None and envelope.from_ else ""
        subject = envelope.subject if envelope is not None else ""
        when = f"{received:%Y-%m-%d %H:%M}" if received is not None else ""
        return f"<tr><td>{escape(sender)}</td><td>{escape(subject)}</td><td>{when}</td></tr>"

    def _repr_html_(self) -> str:
        return f"<table>{self._row_html()}</table>"
