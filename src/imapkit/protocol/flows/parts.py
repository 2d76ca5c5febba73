"""What a reader wants of a message: its text, its HTML, its attachments, each fetched alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.errors import MessageNotFound
from imapkit.mime import charsets, text, transfer
from imapkit.protocol.extensions.fetch import body_section
from imapkit.protocol.flows.messages import fetch
from imapkit.types.bodystructure import BodyStructure, Part, walk
from imapkit.types.sections import Section
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.connection import Connection
    from imapkit.protocol.extensions.fetch import Fetched
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.model import Item

__all__ = [
    "attachments",
    "body_html",
    "body_text",
    "html_part",
    "known_header",
    "previews",
    "section_octets",
    "text_part",
]

_PREVIEW_OCTETS = 2048
_FIELDS = "BODY[HEADER.FIELDS ("


def _is_body(part: Part) -> bool:
    attached = part.disposition is not None and part.disposition.kind == "attachment"
    return part.type == "text" and not attached and part.filename is None


def text_part(structure: BodyStructure) -> Part | None:
    """The part to read as plain text; HTML where there is no other."""
    bodies = [part for part in walk(structure) if isinstance(part, Part) and _is_body(part)]
    plain = [part for part in bodies if part.subtype == "plain"]
    return next(iter((*plain, *bodies)), None)


def html_part(structure: BodyStructure) -> Part | None:
    """The part to read as HTML."""
    bodies = (part for part in walk(structure) if isinstance(part, Part) and _is_body(part))
    return next((part for part in bodies if part.subtype == "html"), None)


def attachments(structure: BodyStructure) -> tuple[Part, ...]:
    """All parts but those that are the text itself; a message inside the message is one of them, whole."""
    return tuple(part for part in walk(structure) if isinstance(part, Part) and not _is_body(part))


def section_octets(connection: Connection, uid: int, item: Item[bytes | None]) -> Flow[bytes]:
    """The octets of one item of one message.  Raises `MessageNotFound`."""
    found = yield from fetch(connection, UidSet([uid]), (item,))
    octets = found[0].get(item) if found else None
    if octets is None:
        raise MessageNotFound(f"there is no message with UID {uid} any more, or it has no {item.key}")
    return octets


def known_header(data: Fetched) -> bytes | None:
    """The header, or the fields of it that were fetched: with the message, or by `headers` of a plan."""
    whole = data.get(body_section())
    if whole is not None:
        return whole[: whole.find(b"\r\n\r\n") + 4] if b"\r\n\r\n" in whole else whole
    names = [name for name in data.names() if name.startswith(_FIELDS)]
    fields = tuple(names[0].removeprefix(_FIELDS).rstrip(")]").split()) if names else ()
    return data.get(body_section(Section(text="HEADER.FIELDS", fields=fields))) if fields else None


def body_text(connection: Connection, uid: int, structure: BodyStructure) -> Flow[str]:
    """The text of a message; HTML is turned into text; empty when it has none."""
    part = text_part(structure)
    if part is None:
        return ""
    octets = yield from section_octets(connection, uid, body_section(part.section))
    return _readable(part, octets)


def body_html(connection: Connection, uid: int, structure: BodyStructure) -> Flow[str | None]:
    """The HTML of a message; None when it has none."""
    part = html_part(structure)
    if part is None:
        return None
    octets = yield from section_octets(connection, uid, body_section(part.section))
    return charsets.decode(transfer.decode(octets, part.encoding), part.charset)[0]


def _readable(part: Part, octets: bytes) -> str:
    decoded = charsets.decode(transfer.decode(octets, part.encoding), part.charset)[0]
    decoded = decoded.replace("\r\n", "\n")
    return text.html_to_text(decoded) if part.subtype == "html" else decoded


def previews(connection: Connection, messages: Iterable[tuple[Fetched, BodyStructure | None]]) -> Flow[dict[int, str]]:
    """The first words of messages by UID, made here from the beginning of their text.

    Messages whose text is the same part are fetched together, which makes two or three commands of a page.
    """
    wanted: dict[str, dict[int, Part]] = {}
    snippets: dict[int, str] = {}
    for data, structure in messages:
        uid = data.uid
        part = text_part(structure) if structure is not None else None
        if uid is not None and part is not None:
            wanted.setdefault(part.section, {})[uid] = part
        elif uid is not None:
            snippets[uid] = ""
    for section, parts in wanted.items():
        item = body_section(section, partial=(0, _PREVIEW_OCTETS))
        found = yield from fetch(connection, UidSet(parts), (item,))
        for data in found:
            uid, octets = data.uid, data.get(item)
            if uid is not None and uid in parts:
                snippets[uid] = text.snippet(_readable(parts[uid], octets or b""))
    return snippets
