"""MESSAGELIMIT and SAVELIMIT (RFC 9738): no command is carried out on more than so many messages.

``MESSAGELIMIT=1000`` is about FETCH, STORE, SEARCH, MOVE and UID EXPUNGE, which are done for the messages with the
highest UIDs, from the highest downwards, and say how far they came; and about COPY and APPEND, which put in all or
nothing and so are refused, as is a FETCH that says itself how many it wants (PARTIAL).  ``SAVELIMIT=1000`` is about
COPY and APPEND alone; no server offers both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imapkit.protocol.capabilities import value_of
from imapkit.testing.features import Completion, Feature
from imapkit.testing.refusal import Refused
from imapkit.testing.searchable import SearchableMessage
from imapkit.types.query import And, Key

if TYPE_CHECKING:
    from collections.abc import Sequence, Sized

    from imapkit.testing.searching import Program
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage
    from imapkit.testing.view import View

__all__ = [
    "FEATURE",
    "Portion",
    "cut",
    "cut_search",
    "insist",
    "insist_on_copies",
    "insist_on_search",
    "insist_on_window",
]


_NUMBERS: Final = frozenset({"UID", "UIDAFTER", "UIDBEFORE"})


@dataclass(frozen=True, slots=True)
class Portion:
    """The messages that a command is carried out on; `last_uid` is the lowest, where not all that were meant are."""

    messages: list[StoredMessage]
    limit: int = 0
    last_uid: int | None = None

    def completion(self, session: ServerSession, *, code: str | None = None, text: str = "") -> Completion:
        """The tagged OK.  Where it has another code to tell already, the limit is told before it (RFC 9738, 3.1)."""
        if self.last_uid is None:
            return Completion(text, code)
        told = f"MESSAGELIMIT {self.limit} {self.last_uid}"
        words = f"Only the last {self.limit} messages were dealt with."
        if code is None:
            return Completion(words, told)
        session.condition("NO", words, code=told)
        return Completion(text, code)


def cut(session: ServerSession, messages: list[StoredMessage]) -> Portion:
    """As many of these messages as one command may be about."""
    limit = _limit(session, "MESSAGELIMIT=")
    if not limit or len(messages) <= limit:
        return Portion(messages)
    highest = sorted(messages, key=lambda message: message.uid)[-limit:]
    return Portion(highest[::-1], limit, highest[0].uid)


def cut_search(session: ServerSession, program: Program, view: View) -> Portion:
    """The messages that a SEARCH looks at: the limit is about those, not about what it finds (RFC 9738, 3.1)."""
    portion = cut(session, _searched(program, view))
    return Portion(sorted(portion.messages, key=lambda message: message.uid), portion.limit, portion.last_uid)


def insist_on_search(session: ServerSession, program: Program, view: View) -> None:
    """Refuse to look at more messages than one command may, where a part of them makes no sense (RFC 9738, 3.3)."""
    limit = _limit(session, "MESSAGELIMIT=")
    if limit and len(_searched(program, view)) > limit:
        raise Refused(f"No more than {limit} messages at once", code=f"MESSAGELIMIT {limit}")


def _searched(program: Program, view: View) -> list[StoredMessage]:
    """What is left to look at, when the numbers that the search names are all that is known of it."""
    keys = program.query.parts if isinstance(program.query, And) else (program.query,)
    named = [key for key in keys if isinstance(key, Key) and key.name in _NUMBERS]
    return [m for m in view.messages if all(key.matches(SearchableMessage(m, view)) for key in named)]


def insist(session: ServerSession, messages: Sized) -> None:
    """Refuse to put in more messages than one command may; all go in or none (RFC 9738, 3.1)."""
    limit = _limit(session, "MESSAGELIMIT=") or _limit(session, "SAVELIMIT=")
    if limit and len(messages) > limit:
        raise Refused(f"No more than {limit} messages at once", code=f"MESSAGELIMIT {limit}")


def insist_on_copies(session: ServerSession, messages: Sequence[StoredMessage]) -> None:
    """The same for messages that have UIDs: the code says which of them would have been the last."""
    limit = _limit(session, "MESSAGELIMIT=") or _limit(session, "SAVELIMIT=")
    if limit and len(messages) > limit:
        last_uid = sorted(message.uid for message in messages)[-limit]
        raise Refused(f"No more than {limit} messages at once", code=f"MESSAGELIMIT {limit} {last_uid}")


def insist_on_window(session: ServerSession, messages: Sized) -> None:
    """Refuse a FETCH that asks for so many by their place (RFC 9738, 3.1)."""
    limit = _limit(session, "MESSAGELIMIT=")
    if limit and len(messages) > limit:
        raise Refused(f"No more than {limit} messages at once", code=f"MESSAGELIMIT {limit}")


def _limit(session: ServerSession, name: str) -> int:
    value = value_of(session.site.profile.names, name)
    return int(value) if value is not None and value.isdigit() else 0


FEATURE = Feature(capabilities=("MESSAGELIMIT=", "SAVELIMIT="))
