"""A stored message as SEARCH looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.mime import headers
from imapkit.testing.message import text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from imapkit.testing.store import StoredMessage
    from imapkit.testing.view import View

__all__ = ["SearchableMessage"]


class SearchableMessage:
    """What `imapkit.types.query.Searchable` asks for."""

    def __init__(self, message: StoredMessage, view: View) -> None:
        self.stored = message
        self._view = view

    @property
    def uid(self) -> int:
        """Its UID."""
        return self.stored.uid

    @property
    def seq(self) -> int:
        """Its message sequence number."""
        return self._view.number(self.stored)

    @property
    def flags(self) -> AbstractSet[str]:
        r"""Its flags, ``\Recent`` too."""
        return self._view.flags(self.stored, recent=True)

    @property
    def received(self) -> dt.datetime:
        """Its internal date."""
        return self.stored.received

    @property
    def date(self) -> dt.datetime | None:
        """Its Date field; the internal date where that says nothing."""
        value = self.stored.content.structure.value(b"date")
        return headers.parse_date(value) if value else None

    @property
    def size(self) -> int:
        """Its octets."""
        return self.stored.size

    @property
    def modseq(self) -> int | None:
        """Its mod-sequence."""
        return self.stored.modseq

    @property
    def saved(self) -> dt.datetime | None:
        """When it came into its mailbox."""
        return self.stored.saved

    @property
    def email_id(self) -> str | None:
        """Its EMAILID."""
        return self.stored.content.email_id

    @property
    def thread_id(self) -> str | None:
        """Its THREADID."""
        return self._view.mailbox.account.conversations.thread_id(self.stored.content)

    def header(self, name: str, /) -> Sequence[str]:
        """The values of all fields of this name."""
        return text.header_values(self.stored.content.structure, name)

    def body_text(self) -> str:
        """The text of its body."""
        return text.body_text(self.stored.content.structure)

    def full_text(self) -> str:
        """The text of header and body."""
        return text.full_text(self.stored.content.structure)
