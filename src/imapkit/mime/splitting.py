"""One part of a message, found in the message itself, as FETCH of its section would give it (RFC 9051, 6.4.5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.types.bodystructure import Multipart

if TYPE_CHECKING:
    from imapkit.types.bodystructure import BodyStructure

__all__ = ["header_octets", "part_octets"]

_END_OF_HEADER = re.compile(rb"(?:\A|\r\n)\r\n")


def header_octets(entity: bytes) -> bytes:
    """The header of a message or a part, with the empty line that ends it."""
    end = _END_OF_HEADER.search(entity)
    return entity if end is None else entity[: end.end()]


def part_octets(entity: bytes, structure: BodyStructure, section: str) -> bytes | None:
    """The octets of the part `section`, still encoded; None where the message is not what its structure says.

    `entity` is the whole message, and `structure` what the server made of it.
    """
    body = entity[len(header_octets(entity)) :]
    if not isinstance(structure, Multipart):
        fits = structure.section == section and structure.size in (None, len(body))
        return body if fits else None
    pieces = _pieces(body, structure)
    if len(pieces) != len(structure.parts):
        return None
    for piece, part in zip(pieces, structure.parts, strict=True):
        if section == part.section or section.startswith(f"{part.section}."):
            return part_octets(piece, part, section)
    return None


def _pieces(body: bytes, structure: Multipart) -> list[bytes]:
    r"""What stands between the boundaries.

    delimiter := CRLF "--" boundary; close-delimiter := delimiter "--" (RFC 2046, 5.1.1); the first CRLF may be missing.
    """
    boundary = next((value for name, value in structure.raw_parameters if name.lower() == b"boundary"), None)
    if not boundary:
        return []
    delimiter = re.compile(rb"(?:\A|\r\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    pieces: list[bytes] = []
    begin: int | None = None
    for found in delimiter.finditer(body):
        if begin is not None:
            pieces.append(body[begin : found.start()])
        begin = found.end() + 2
        if found[1]:
            return pieces
    return pieces if begin is None else [*pieces, body[begin:]]
