"""The words of a message, as SEARCH and PREVIEW read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.mime import charsets, headers, transfer
from imapkit.mime.text import html_to_text, snippet

if TYPE_CHECKING:
    from imapkit.testing.message.parts import Part

__all__ = ["body_text", "full_text", "header_values", "preview"]

_PREVIEW_LENGTH: Final = 200  # RFC 8970, 3.1: characters, not octets


def header_values(message: Part, name: str) -> list[str]:
    """The values of all fields of this name, decoded."""
    wanted = name.lower().encode("ascii", "replace")
    return [headers.decode_text(field.value) for field in message.fields if field.name == wanted]


def body_text(message: Part) -> str:
    """The text of all text parts."""
    return "\n".join(_decoded(part) for part in message.leaves() if part.kind.startswith(b"text/"))


def full_text(message: Part) -> str:
    """Header, headers of parts, and body."""
    lines = [
        f"{field.name.decode('latin-1')}: {headers.decode_text(field.value)}"
        for part in message.walk()
        for field in part.fields
    ]
    return "\n".join([*lines, body_text(message)])


def preview(message: Part) -> str:
    """PREVIEW (RFC 8970): the first words of the first text part."""
    leaves = [part for part in message.leaves() if part.kind.startswith(b"text/")]
    for part in sorted(leaves, key=lambda leaf: leaf.kind != b"text/plain"):
        text = _decoded(part)
        return snippet(html_to_text(text) if part.kind == b"text/html" else text, _PREVIEW_LENGTH)
    return ""


def _decoded(part: Part) -> str:
    charset = dict(part.content_type[1]).get(b"charset", b"us-ascii")
    octets = transfer.decode(part.body, part.encoding.decode("latin-1"))
    return charsets.decode(octets, charset.decode("latin-1"))[0]
