"""Whom a message answers: its Message-ID, References and In-Reply-To, as RFC 5256 reads them.

>>> message_ids(b'<"ann.1"@example.org> (no id: <x>) <b@c>')
[b'<ann.1@example.org>', b'<b@c>']
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imapkit.testing.message.parts import Part

__all__ = ["message_id", "message_ids", "references"]

# msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]; RFC 2822 lets id-left be quoted.
_MESSAGE_ID = re.compile(rb'<(?:"((?:[^"\\]|\\.)*+)"|([^<>@"\s]++))@([^<>@\s]++)>', re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


def message_ids(value: bytes) -> list[bytes]:
    """All valid identifiers in a field, in order; quoting makes no difference (RFC 5256, REFERENCES)."""
    return [
        b"<%s@%s>" % (_ESCAPE.sub(rb"\1", quoted) if quoted else plain, host)
        for quoted, plain, host in _MESSAGE_ID.findall(value)
    ]


def message_id(message: Part) -> bytes | None:
    """Its own identifier."""
    return next(iter(message_ids(message.value(b"message-id") or b"")), None)


def references(message: Part) -> list[bytes]:
    """Those of its ancestors, the oldest first: of References or, where that has none, the first of In-Reply-To."""
    found = message_ids(message.value(b"references") or b"")
    return found or message_ids(message.value(b"in-reply-to") or b"")[:1]
