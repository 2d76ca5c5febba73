"""UIDONLY (RFC 9586): after ``ENABLE UIDONLY``, messages have UIDs and no sequence numbers.

Every FETCH answer comes as UIDFETCH, every EXPUNGE as VANISHED; a command that names sequence numbers is refused
(code UIDREQUIRED).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from imapkit.protocol.extensions.fetch import UID, Fetched
from imapkit.protocol.model import Extension, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "UidFetched"]

T = TypeVar("T")


class UidFetched(Fetched):
    """``* uid UIDFETCH``: what the server says of one message."""

    __slots__ = ()

    @property
    def seq(self) -> int:
        """0: there is none."""
        return 0

    def get(self, item: Item[T]) -> T | None:
        """The value of an item; the UID stands in front of the others and not among them."""
        return cast("T", self.uid) if item == UID else super().get(item)

    def __contains__(self, item: object) -> bool:
        return item == UID or super().__contains__(item)

    def names(self) -> Iterator[str]:
        """The names of all items that were sent."""
        yield "UID"
        yield from (name for name in super().names() if name != "UID")

    def __repr__(self) -> str:
        return f"<UidFetched {self.uid} {' '.join(self.names())}>"


# message-data =/ uniqueid SP "UIDFETCH" SP msg-att
def _uid_fetched(cursor: Cursor, number: int) -> UidFetched:
    if not 0 < number < 2**32:
        raise cursor.error("a UID before UIDFETCH")
    if cursor.peek() != ord("("):
        raise cursor.error("the items of a message")
    fetched = UidFetched.at(cursor)
    fetched.uid = number
    return fetched


EXTENSIONS = (
    Extension(name="UIDONLY", rfc="RFC 9586", capabilities=("UIDONLY",), numbered={"UIDFETCH": _uid_fetched}),
)
