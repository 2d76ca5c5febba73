"""MESSAGELIMIT and SAVELIMIT (RFC 9738): how many messages one command may be about.

The capabilities say the limits (`message_limit`, `save_limit`).  A command about more is done in part, from the
highest UID downwards, and its completion says how far it came: `MessageLimit`.  COPY and APPEND, which do all or
nothing, are refused with that code, and so are SORT and THREAD.  EXPUNGE, CLOSE and STATUS have no limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.capabilities import value_of
from imapkit.protocol.model import Code, Extension

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "MessageLimit", "message_limit", "save_limit"]


@dataclass(frozen=True, slots=True)
class MessageLimit(Code):
    """``[MESSAGELIMIT limit [uid]]``: no more than `limit` messages in one command.

    `last_uid` is the lowest UID that was dealt with, when some were: go on with those below it.  Where nothing was, for
    COPY is refused, it is the lowest that would have been.  Beside EXPUNGEISSUED the code comes with an untagged NO.
    """

    limit: int
    last_uid: int | None = None

    @property
    def name(self) -> str:
        """MESSAGELIMIT."""
        return "MESSAGELIMIT"


# resp-text-code =/ "MESSAGELIMIT" SP message-limit [SP uniqueid]
def _message_limit(cursor: Cursor) -> MessageLimit:
    limit = cursor.number()
    return MessageLimit(limit, cursor.number() if cursor.spaces() and cursor.peek() != ord("]") else None)


def message_limit(capabilities: frozenset[str]) -> int | None:
    """How many messages a FETCH, STORE, SEARCH, COPY, MOVE, APPEND or UID EXPUNGE may be about; None: any number.

    >>> message_limit(frozenset({"IMAP4REV2", "MESSAGELIMIT=1000"}))
    1000
    """
    return _number(value_of(capabilities, "MESSAGELIMIT="))


def save_limit(capabilities: frozenset[str]) -> int | None:
    """How many messages a COPY or an APPEND may be about; None: any number, or as `message_limit` says.

    >>> save_limit(frozenset({"IMAP4REV2", "SAVELIMIT=1000"}))
    1000
    """
    return _number(value_of(capabilities, "SAVELIMIT="))


def _number(value: str | None) -> int | None:
    is_number = value is not None and value.isdecimal() and value.isascii() and len(value) < 20
    return (int(value) or None) if value is not None and is_number else None


EXTENSIONS = (
    Extension(
        name="MESSAGELIMIT",
        rfc="RFC 9738",
        capabilities=("MESSAGELIMIT=",),
        codes={"MESSAGELIMIT": _message_limit},
    ),
    Extension(name="SAVELIMIT", rfc="RFC 9738", capabilities=("SAVELIMIT=",)),
)
