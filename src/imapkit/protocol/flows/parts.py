"""What a reader wants of a message: its text, its HTML, its attachments, each fetched alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.errors import MessageNotFound
from imapkit.mime import charsets, text, transfer
from imapkit.mime.splitting import header_octets, part_octets
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
    "decoded",
    "html_part",
    "known_header",
    "known_part",
    "previews",
    "readable",
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


def known_part(data: Fetched, structure: BodyStructure, part: Part) -> bytes | None:
    """The octets of a part, when the whole message was fetched; None when they have to be asked for."""
    whole = data.get(body_section())
    return None if whole is None else part_octets(whole, structure, part.section)


def known_header(data: Fetched) -> bytes | None:
    """The header, or the fields of it that were fetched: with the message, or by `headers` of a plan."""
    whole = data.get(body_section())
    if whole is not None:
        return header_octets(whole)
    names = [name for name in data.names() if name.startswith(_FIELDS)]
    fields = tuple(names[0].removeprefix(_FIELDS).rstrip(")]").split()) if names else ()
    return data.get(body_section(Section(text="HEADER.FIELDS", fields=fields))) if fields else None


def decoded(part: Part, octets: bytes) -> str:
    """The characters of a part of type text, with LF at the end of each line."""
    return charsets.decode(transfer.decode(octets, part.encoding), part.charset)[0].replace("\r\n", "\n")


def readable(part: Part, octets: bytes) -> str:
    """The same to be read: HTML is turned into text."""
    characters = decoded(part, octets)
    return text.html_to_text(characters) if part.subtype == "html" else characters


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
        beginnings = {data.uid: data.get(item) for data in found}
        for uid in parts.keys() & beginnings.keys():
            snippets[uid] = text.snippet(readable(parts[uid], beginnings[uid] or b""))
    return snippets
