"""Which messages belong together: THREADID (RFC 8474, 4.2), and Gmail's X-GM-THRID.

A message belongs to the conversation of whomever it names in References or In-Reply-To, or who names it.  An identifier
never changes once it is told, so conversations that turn out to be one later stay two.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imapkit.testing.store import Content

__all__ = ["Conversations"]


class Conversations:
    """The conversations of one account."""

    def __init__(self) -> None:
        self._of_email: dict[str, str] = {}
        self._of_message_id: dict[bytes, str] = {}

    def thread_id(self, content: Content) -> str:
        """The identifier of the conversation that a message belongs to."""
        known = self._of_email.get(content.email_id)
        return self._assign(content) if known is None else known

    def _assign(self, content: Content) -> str:
        from imapkit.testing.message.references import message_id, references

        own = message_id(content.structure)
        related = [*references(content.structure), *([own] if own else [])]
        known = (self._of_message_id[name] for name in related if name in self._of_message_id)
        thread = next(known, None) or _new(related[0] if related else content.email_id.encode("ascii"))
        for name in related:
            self._of_message_id.setdefault(name, thread)
        self._of_email[content.email_id] = thread
        return thread


def _new(name: bytes) -> str:
    return "T" + hashlib.sha256(name).hexdigest()[:24]
