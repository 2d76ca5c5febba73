"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 9051, 6.3.4 to 6.3.8), CREATE-SPECIAL-USE (RFC 6154)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.objectid import ObjectIds, ObjectIdsCollector
from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Done, Effect, Extension

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Create", "Delete", "Rename", "Subscribe", "Unsubscribe"]


_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")


def _check_new(name: str) -> None:
    """Refuse what no new name may hold (RFC 9755, 3); what is there already can still be named."""
    if _CONTROLS.search(name):
        raise InvalidArgument(f"{name!r} has a control character in it, which no new mailbox's name may have")


@dataclass(frozen=True, slots=True)
class _MailboxCommand(Command[None]):
    mailbox: str

    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """The command's name and the mailbox."""
        out.word(self.name).mailbox(self.mailbox)

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


@dataclass(frozen=True, slots=True)
class Create(Command[ObjectIds | None]):
    r"""CREATE, with special uses such as ``\Sent`` where CREATE-SPECIAL-USE is offered.

    The result is the new mailbox's identifier, where the server has OBJECTID (RFC 8474).
    """

    mailbox: str
    special_use: tuple[str, ...] = ()

    name: ClassVar[str] = "CREATE"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """CREATE mailbox [(USE (use...))]."""
        out.word("CREATE").mailbox(self.mailbox)
        _check_new(self.mailbox)
        if self.special_use:
            out.open().word("USE").flags(self.special_use).close()

    def collector(self) -> Collector[ObjectIds | None]:
        """The mailbox's identifier."""
        return ObjectIdsCollector()

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """CREATE-SPECIAL-USE is needed for a special use alone."""
        return "CREATE-SPECIAL-USE" if self.special_use and not supports("CREATE-SPECIAL-USE") else None


@dataclass(frozen=True, slots=True)
class Delete(_MailboxCommand):
    """DELETE: the mailbox and all messages in it."""

    name: ClassVar[str] = "DELETE"


@dataclass(frozen=True, slots=True)
class Rename(Command[ObjectIds | None]):
    """RENAME, with everything below it.

    The result is the mailbox's identifiers, where the server has OBJECTID+: from one account to another they change.
    """

    mailbox: str
    new_name: str

    name = "RENAME"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """RENAME mailbox new-name."""
        if self.mailbox == self.new_name:
            raise InvalidArgument(f"{self.mailbox!r} has this name already")
        out.word("RENAME").mailbox(self.mailbox).mailbox(self.new_name)
        _check_new(self.new_name)

    def collector(self) -> Collector[ObjectIds | None]:
        """The mailbox's identifiers."""
        return ObjectIdsCollector()


@dataclass(frozen=True, slots=True)
class Subscribe(_MailboxCommand):
    """SUBSCRIBE: add to the subscribed mailboxes."""

    name: ClassVar[str] = "SUBSCRIBE"


@dataclass(frozen=True, slots=True)
class Unsubscribe(_MailboxCommand):
    """UNSUBSCRIBE: take from the subscribed mailboxes."""

    name: ClassVar[str] = "UNSUBSCRIBE"


EXTENSIONS = (
    Extension(
        name="Mailboxes",
        rfc="RFC 9051, 6.3.4-6.3.8",
        commands=(Create, Delete, Rename, Subscribe, Unsubscribe),
    ),
    Extension(name="CREATE-SPECIAL-USE", rfc="RFC 6154", capabilities=("CREATE-SPECIAL-USE",)),
)
