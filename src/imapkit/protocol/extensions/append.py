"""APPEND (RFC 9051, 6.3.12), MULTIAPPEND (RFC 3502), APPENDUID (UIDPLUS, RFC 4315)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.copy import Ranges, uid_ranges
from imapkit.protocol.model import AUTHENTICATED, Code, Collector, Command, Effect, Extension, Tagged

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, LiteralStream

__all__ = ["EXTENSIONS", "Append", "AppendUid", "NewMessage"]


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
    """One message to append: octets (or a stream of them), flags, internal date."""

    data: bytes | LiteralStream = field(repr=False)
    flags: tuple[str, ...] = ()
    date: dt.datetime | None = None


class _AppendCollector(Collector[AppendUid | None]):
    def finish(self, completion: Tagged) -> AppendUid | None:
        return completion.code if isinstance(completion.code, AppendUid) else None


@dataclass(frozen=True, slots=True)
class Append(Command[AppendUid | None]):
    """APPEND: put a message into a mailbox; several at once, all or none, need MULTIAPPEND."""

    mailbox: str
    messages: tuple[NewMessage, ...]

    name = "APPEND"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """APPEND mailbox 1*([(flag...)] [date-time] literal)."""
        if not self.messages:
            raise InvalidArgument("no message to append")
        out.word("APPEND").mailbox(self.mailbox)
        for message in self.messages:
            if message.flags:
                out.flags(message.flags)
            if message.date is not None:
                out.date_time(message.date)
            out.literal(message.data)

    def collector(self) -> Collector[AppendUid | None]:
        """Where it went, where the server tells it."""
        return _AppendCollector()

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """MULTIAPPEND is needed for more than one message."""
        return "MULTIAPPEND" if len(self.messages) > 1 and not supports("MULTIAPPEND") else None


EXTENSIONS = (
    Extension(name="APPEND", rfc="RFC 9051, 6.3.12", commands=(Append,), codes={"APPENDUID": _append_uid}),
    Extension(name="MULTIAPPEND", rfc="RFC 3502", capabilities=("MULTIAPPEND",)),
)
