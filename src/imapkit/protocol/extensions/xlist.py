r"""XLIST: what Gmail had before SPECIAL-USE, and Cyrus and WildDuck took over.

It is LIST with attributes that say what a mailbox is for, some of them by other names than RFC 6154 gave them later:
``\AllMail``, ``\Inbox``, ``\Spam``, ``\Starred`` (`imapkit.types.folders.role_of` knows them).  Where SPECIAL-USE is
offered, use that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from imapkit.protocol.extensions.list import ListCollector, ListResult, mailbox_list
from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, Untagged

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Xlist"]


# As mailbox-list of RFC 3501, 7.2.2, with "XLIST" for "LIST".
def _xlist(cursor: Cursor) -> Untagged:
    return mailbox_list(cursor)


@dataclass(frozen=True, slots=True)
class Xlist(Command[ListResult]):
    """XLIST: the mailboxes that match the pattern, with what they are for.  Dovecot answers it with ``* LIST``."""

    pattern: str = "*"
    reference: str = ""

    name: ClassVar[str] = "XLIST"
    requires = ("XLIST",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """XLIST reference pattern."""
        out.word("XLIST").list_pattern(self.reference).list_pattern(self.pattern)

    def collector(self) -> Collector[ListResult]:
        """The mailboxes."""
        return ListCollector()

    def answers(self) -> frozenset[object]:
        """XLIST and LIST."""
        return frozenset({"LIST"})


EXTENSIONS = (
    Extension(
        name="XLIST",
        rfc="Gmail",
        capabilities=("XLIST",),
        commands=(Xlist,),
        responses={"XLIST": _xlist},
    ),
)
