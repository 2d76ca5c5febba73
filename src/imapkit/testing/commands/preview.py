"""PREVIEW (RFC 8970): the first words of a message.

They are at hand for a short message; for a long one they are made when somebody asks for them, and whoever asks with
LAZY hears NIL until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing import render
from imapkit.testing.features import Feature, FetchItem, ItemParser
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE"]


# fetch-att =/ "PREVIEW" [SP "(" preview-mod *(SP preview-mod) ")"]
def _preview(_session: ServerSession, arguments: Cursor) -> FetchItem:
    modifiers: list[str] = []
    if arguments.text.startswith(b" (", arguments.pos):
        arguments.sp()
        modifiers = arguments.list_of(arguments.keyword)
        if set(modifiers) != {"LAZY"}:
            raise Refused("Unknown modifier of PREVIEW", status="BAD")
    lazy = bool(modifiers)

    def value(session: ServerSession, message: StoredMessage) -> bytes:
        if lazy and not message.content.has_preview:
            return b"NIL"
        return render.string(message.content.preview.encode("utf-8"), utf8=session.utf8)

    return FetchItem(b"PREVIEW", value)


FEATURE = Feature(capabilities=("PREVIEW",), fetch_items={"PREVIEW": ItemParser(_preview, ("PREVIEW",))})
