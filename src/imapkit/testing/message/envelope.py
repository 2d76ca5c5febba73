"""ENVELOPE: what FETCH makes of a header (RFC 9051, 7.5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing import render
from imapkit.testing.message.fields import Address, parse_addresses

if TYPE_CHECKING:
    from imapkit.testing.message.parts import Part

__all__ = ["envelope"]


def envelope(message: Part, *, utf8: bool) -> bytes:
    """Write ``envelope``."""
    senders = _addresses(message, b"from")

    def text(name: bytes) -> bytes:
        return render.nstring(message.value(name), utf8=utf8)

    def people(name: bytes) -> bytes:
        # Sender and Reply-To are From where they are missing or empty.
        found = _addresses(message, name) or (senders if name in (b"sender", b"reply-to") else [])
        return b"(" + b"".join(_address(address, utf8) for address in found) + b")" if found else b"NIL"

    return render.parenthesised(
        [
            text(b"date"),
            text(b"subject"),
            *map(people, (b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc")),
            text(b"in-reply-to"),
            text(b"message-id"),
        ]
    )


def _addresses(message: Part, name: bytes) -> list[Address]:
    return [address for field in message.fields if field.name == name for address in parse_addresses(field.value)]


def _address(address: Address, utf8: bool) -> bytes:
    return render.parenthesised(render.nstring(element, utf8=utf8) for element in address)
