"""APPEND (RFC 9051, 6.3.12), MULTIAPPEND (RFC 3502), APPENDUID (UIDPLUS, RFC 4315).

A message can also be put together on the server (`catenate`), or hold any octets (`binary`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.annotate import Annotations, write_annotations
from imapkit.protocol.extensions.catenate import Catenation, UrlPart, write_parts
from imapkit.protocol.extensions.copy import Ranges, uid_ranges
from imapkit.protocol.extensions.urlpartial import is_partial
from imapkit.protocol.model import AUTHENTICATED, Code, Collector, Command, Effect, Extension, Tagged

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, LiteralStream

__all__ = ["EXTENSIONS", "Append", "AppendUid", "NewMessage", "missing_for", "write_message"]


@dataclass(frozen=True, slots=True)
class AppendUid(Code):
    """``[APPENDUID uidvalidity uids]``: where the message went; more than one UID after MULTIAPPEND."""

    uidvalidity: int
    uids: Ranges

    @property
    def name(self) -> str:
        """APPENDUID."""
        return "APPENDUID"


# resp-code-apnd = "APPENDUID" SP nz-number SP append-uid
def _append_uid(cursor: Cursor) -> AppendUid:
    uidvalidity = cursor.number()
    cursor.sp()
    return AppendUid(uidvalidity, uid_ranges(cursor))


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message to append: octets (or a stream of them), flags, internal date.

    `binary` allows NUL and parts with Content-Transfer-Encoding "binary" in it (capability BINARY, RFC 3516).
    `annotations` go along with it (capability ANNOTATE-EXPERIMENT-1, RFC 5257).  `utf8` says that its header is UTF-8,
    for servers that want to be told (Courier; RFC 6855): by RFC 9755 and RFC 9051 they take it as it is.
    """

    data: bytes | LiteralStream = field(repr=False)
    flags: tuple[str, ...] = ()
    date: dt.datetime | None = None
    binary: bool = False
    annotations: Annotations = ()
    utf8: bool = False


def write_message(out: Encoder, message: NewMessage | Catenation) -> None:
    """Write ``append-message``: flags, internal date, and what the message is (RFC 4466, 2.3)."""
    if message.flags:
        out.flags(message.flags)
    if message.date is not None:
        out.date_time(message.date)
    if isinstance(message, Catenation):
        write_parts(out, message.parts)
        return
    if message.annotations:
        write_annotations(out, message.annotations)
    if message.utf8:
        if not out.utf8:
            raise InvalidArgument("a message with a UTF-8 header: enable UTF8=ACCEPT first")
        out.word("UTF8").open().literal8(message.data).close()
    elif message.binary:
        out.literal8(message.data)
    else:
        out.literal(message.data)


def missing_for(message: NewMessage | Catenation, supports: Callable[[str], bool]) -> str | None:
    """The capability that this kind of message needs and the server lacks."""
    needed: list[str] = []
    if isinstance(message, Catenation):
        needed.append("CATENATE")
        if any(isinstance(part, UrlPart) and is_partial(part.url) for part in message.parts):
            needed.append("URL-PARTIAL")
    else:
        needed += ["BINARY"] * message.binary
        needed += ["ANNOTATE-EXPERIMENT-1"] * bool(message.annotations)
    return next((name for name in needed if not supports(name)), None)


class _AppendCollector(Collector[AppendUid | None]):
    def finish(self, completion: Tagged) -> AppendUid | None:
        return completion.code if isinstance(completion.code, AppendUid) else None


@dataclass(frozen=True, slots=True)
class Append(Command[AppendUid | None]):
    """APPEND: put a message into a mailbox; several at once, all or none, need MULTIAPPEND."""

    mailbox: str
    messages: tuple[NewMessage | Catenation, ...]

    name = "APPEND"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """APPEND mailbox 1*([(flag...)] [date-time] (literal / literal8 / CATENATE (...)))."""
        if not self.messages:
            raise InvalidArgument("no message to append")
        out.word("APPEND").mailbox(self.mailbox)
        for message in self.messages:
            write_message(out, message)

    def collector(self) -> Collector[AppendUid | None]:
        """Where it went, where the server tells it."""
        return _AppendCollector()

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """MULTIAPPEND for more than one message; CATENATE and BINARY, where they are used."""
        if len(self.messages) > 1 and not supports("MULTIAPPEND"):
            return "MULTIAPPEND"
        return next(filter(None, (missing_for(message, supports) for message in self.messages)), None)


EXTENSIONS = (
    Extension(name="APPEND", rfc="RFC 9051, 6.3.12", commands=(Append,), codes={"APPENDUID": _append_uid}),
    Extension(name="MULTIAPPEND", rfc="RFC 3502", capabilities=("MULTIAPPEND",)),
)
