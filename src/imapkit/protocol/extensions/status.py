"""STATUS (RFC 9051, 6.3.11 and 7.2.4); STATUS=SIZE (RFC 8438); the DELETED item (RFC 9051; RFC 9208)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import (
    AUTHENTICATED,
    Collector,
    Command,
    Effect,
    Extension,
    Item,
    Tagged,
    Untagged,
    missing_for_items,
)
from imapkit.protocol.wire.names import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "DELETED",
    "EXTENSIONS",
    "MESSAGES",
    "RECENT",
    "SIZE",
    "UIDNEXT",
    "UIDVALIDITY",
    "UNSEEN",
    "GetStatus",
    "StatusData",
]


def _number(cursor: Cursor) -> int:
    return cursor.number64()


MESSAGES: Item[int] = Item("MESSAGES", _number)
RECENT: Item[int] = Item("RECENT", _number, requires=("IMAP4REV1",))  # removed by RFC 9051, appendix E
UIDNEXT: Item[int] = Item("UIDNEXT", _number)
UIDVALIDITY: Item[int] = Item("UIDVALIDITY", _number)
UNSEEN: Item[int] = Item("UNSEEN", _number)
SIZE: Item[int] = Item("SIZE", _number, requires=("STATUS=SIZE",))
DELETED: Item[int] = Item("DELETED", _number, requires=("STATUS=DELETED", "QUOTA=RES-MESSAGE"))


class StatusData(ItemData):
    """``* STATUS``: counts of a mailbox."""

    __slots__ = ("mailbox",)

    mailbox: str

    def __repr__(self) -> str:
        return f"<StatusData {self.mailbox!r} {' '.join(self.names())}>"


_LAST_LIST = re.compile(rb" \([^()]*+(?>\([^()]*+\)[^()]*+)*+\) *+\Z")


# mailbox-data = "STATUS" SP mailbox SP "(" [status-att-list] ")"
# A name with spaces and without quotation marks was seen: it ends where the last list begins.
def _status(cursor: Cursor) -> StatusData:
    if cursor.text.startswith((b'"', b"{"), cursor.pos):
        name = cursor.mailbox()
    else:
        found = _LAST_LIST.search(cursor.text, cursor.pos)
        if found is None:
            raise cursor.error("a mailbox name and a list of items")
        unquoted = cursor.text[cursor.pos : found.start()].rstrip(b" ")
        if b" " in unquoted:
            cursor.defect("a mailbox name with spaces is not quoted")
        cursor.pos = found.start()
        name = cursor.mailbox_name(unquoted)
    cursor.spaces()
    if cursor.peek() != ord("("):
        raise cursor.error("a list of items")
    status = StatusData.at(cursor)
    status.mailbox = name
    return status


class _StatusCollector(Collector[StatusData | None]):
    def __init__(self, mailbox: str) -> None:
        self._mailbox = canonical(mailbox)
        self._data: StatusData | None = None

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, StatusData) or response.mailbox != self._mailbox:
            return False
        self._data = response
        return True

    def finish(self, completion: Tagged) -> StatusData | None:
        return self._data

    def partial(self) -> object:
        return self._data


@dataclass(frozen=True, slots=True)
class GetStatus(Command[StatusData | None]):
    """STATUS: counts of a mailbox that need not be selected (and should not be: RFC 9051 says so)."""

    mailbox: str
    items: tuple[Item[object], ...]

    name = "STATUS"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """STATUS mailbox (item...)."""
        if not self.items:
            raise InvalidArgument("nothing to ask: name some items")
        out.word("STATUS").mailbox(self.mailbox).open()
        for item in self.items:
            out.word(item.asked_as)
        out.close()

    def collector(self) -> Collector[StatusData | None]:
        """The counts; None when the server answered with none."""
        return _StatusCollector(self.mailbox)

    def answers(self) -> frozenset[object]:
        """STATUS of this mailbox: the answer names it, so those of others may be in flight."""
        return frozenset({("STATUS", canonical(self.mailbox))})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """The capability of an item that the server does not know."""
        return missing_for_items(self.items, supports)


EXTENSIONS = (
    Extension(
        name="STATUS",
        rfc="RFC 9051, 6.3.11",
        commands=(GetStatus,),
        responses={"STATUS": _status},
        status_items=(MESSAGES, RECENT, UIDNEXT, UIDVALIDITY, UNSEEN),
    ),
    Extension(name="STATUS=SIZE", rfc="RFC 8438", capabilities=("STATUS=SIZE",), status_items=(SIZE,)),
    Extension(name="STATUS=DELETED", rfc="RFC 9051, 6.3.11", status_items=(DELETED,)),
)
