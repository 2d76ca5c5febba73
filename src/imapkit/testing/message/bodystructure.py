"""BODY and BODYSTRUCTURE: the tree of parts as FETCH tells it (RFC 9051, 7.5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing import render
from imapkit.testing.message.envelope import envelope
from imapkit.testing.message.fields import parse_list, parse_parameters

if TYPE_CHECKING:
    from imapkit.testing.message.parts import Part

__all__ = ["body_structure"]


def body_structure(part: Part, *, extended: bool, utf8: bool) -> bytes:
    """Write ``body``; `extended` adds what BODYSTRUCTURE has and BODY has not."""
    write = _multipart if part.kind.startswith(b"multipart/") else _single
    return write(part, extended, utf8)


def _multipart(part: Part, extended: bool, utf8: bool) -> bytes:
    # The grammar wants at least one part.
    inner = [body_structure(child, extended=extended, utf8=utf8) for child in part.parts] or [_NOTHING[extended]]
    elements = [b"".join(inner), render.string(part.kind.partition(b"/")[2])]
    if extended:
        elements += [_parameters(part.content_type[1], utf8), *_extension(part, utf8)]
    return render.parenthesised(elements)


def _single(part: Part, extended: bool, utf8: bool) -> bytes:
    kind, parameters = part.content_type
    top, _, sub = kind.partition(b"/")
    if top == b"text" and b"charset" not in dict(parameters):
        parameters = [*parameters, (b"charset", b"us-ascii")]  # RFC 2045, 5.2
    elements = [
        render.string(top),
        render.string(sub),
        _parameters(parameters, utf8),
        _text(part, b"content-id", utf8),
        _text(part, b"content-description", utf8),
        render.string(part.encoding),
        b"%d" % len(part.body),
    ]
    lines = b"%d" % part.body.count(b"\n")
    if part.message is not None:
        inner = body_structure(part.message, extended=extended, utf8=utf8)
        elements += [envelope(part.message, utf8=utf8), inner, lines]
    elif top == b"text":
        elements.append(lines)
    if extended:
        elements += [_text(part, b"content-md5", utf8), *_extension(part, utf8)]
    return render.parenthesised(elements)


def _extension(part: Part, utf8: bool) -> list[bytes]:
    """Disposition, language and location."""
    disposition = part.value(b"content-disposition")
    written = b"NIL"
    kind, parameters = parse_parameters(disposition) if disposition else (b"", [])
    if kind and b";" not in kind:  # else a quotation mark is missing, and it is anything
        written = render.parenthesised([render.string(kind, utf8=utf8), _parameters(parameters, utf8)])
    languages = parse_list(part.value(b"content-language") or b"")
    language = render.parenthesised(render.string(tag, utf8=utf8) for tag in languages) if languages else b"NIL"
    return [written, language, _text(part, b"content-location", utf8)]


def _parameters(parameters: list[tuple[bytes, bytes]], utf8: bool) -> bytes:
    if not parameters:
        return b"NIL"
    return render.parenthesised(render.string(word, utf8=utf8) for pair in parameters for word in pair)


def _text(part: Part, name: bytes, utf8: bool) -> bytes:
    return render.nstring(part.value(name) or None, utf8=utf8)


_EMPTY = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0'
_NOTHING = {False: _EMPTY + b")", True: _EMPTY + b" NIL NIL NIL NIL)"}
