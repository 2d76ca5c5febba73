"""PREVIEW (RFC 8970): the first words of a message, up to 200 characters, made by the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import Extension, Item

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "PREVIEW", "PREVIEW_LAZY"]


# msg-att-dynamic =/ "PREVIEW" SP nstring
# Dovecot 2.3 answers drafts of the RFC, too, with the name of an algorithm: PREVIEW (FUZZY "...").
def _preview(cursor: Cursor) -> str | None:
    if cursor.accept(b"("):
        cursor.atom()
        cursor.sp()
    text = cursor.nstring()
    return None if text is None else text.decode("utf-8", "replace")


PREVIEW: Item[str | None] = Item("PREVIEW", _preview, requires=("PREVIEW",))
"""The server makes it now, however long that takes; "" when there are no words in the message."""
PREVIEW_LAZY: Item[str | None] = Item("PREVIEW", _preview, "PREVIEW (LAZY)", requires=("PREVIEW",))
"""None unless the server has it at hand."""

EXTENSIONS = (Extension(name="PREVIEW", rfc="RFC 8970", capabilities=("PREVIEW",), fetch_items=(PREVIEW,)),)
