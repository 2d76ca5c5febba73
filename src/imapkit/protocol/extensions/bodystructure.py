"""Reading BODYSTRUCTURE and BODY (RFC 9051, 7.5.2 and 9).

One pattern takes a whole part without parts, another all that follows the parts of a multipart.  What they do not fit
(a literal, an escaped quotation mark, a mistake) is read patiently, field by field.

Servers make more mistakes here than anywhere else; what is put up with stands beside the grammar, with the server's
name.  A value that makes no sense is left out; the tree around it stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.mime.parameters import split_parameter_header
from imapkit.protocol.extensions.envelope import parse_envelope
from imapkit.protocol.model import Item
from imapkit.types.bodystructure import BodyStructure, Disposition, Multipart, Parameters, Part

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.types.envelope import Envelope

__all__ = ["BODY", "BODYSTRUCTURE", "parse_bodystructure"]

_OPEN, _CLOSE, _QUOTE = b'()"'

_TOKEN = re.compile(rb"[A-Za-z0-9!#$&^_.+-]+\Z")
# The subtypes by which a multipart is known when its parts, or its type, are missing.
_MULTIPARTS = frozenset(
    {
        *("alternative", "appledouble", "byteranges", "digest", "encrypted", "form-data"),
        *("mixed", "parallel", "related", "report", "signed"),
    }
)
_MESSAGES = frozenset({("message", "rfc822"), ("message", "global")})
Extensions = tuple[Disposition | None, tuple[str, ...], str | None]
"""Disposition, languages, location."""

# The common form of each field.  A string is held without its quotation marks, NIL as None.
_WORD = rb'"([A-Za-z0-9!#$&^_.+-]+)"'
_NSTRING = rb'(?:NIL|"([^"\\\r\n]*+)")'
_PAIR = rb'"[^"\\\r\n]*+" (?:NIL|"[^"\\\r\n]*+")'
_PARAMETERS = rb"(?:NIL|\((" + _PAIR + rb"(?: " + _PAIR + rb")*+)\))"
_NUMBER = rb"(\d{1,18})"
_DISPOSITION = rb"(?:NIL|\(" + _WORD + b" " + _PARAMETERS + rb"\))"
_EXTENSIONS = rb"(?: " + _DISPOSITION + rb"(?: " + _NSTRING + rb"(?: " + _NSTRING + rb")?)?)?"
_FIELDS = rb"\(" + b" ".join([_WORD, _WORD, _PARAMETERS, _NSTRING, _NSTRING, _WORD, _NUMBER])

_PLAIN_LEAF = re.compile(_FIELDS + rb"(?: " + _NUMBER + rb")?(?: " + _NSTRING + _EXTENSIONS + rb")?\)")
_PLAIN_END = re.compile(_WORD + rb"(?: " + _PARAMETERS + _EXTENSIONS + rb")?\)")
_PLAIN_PARAMETERS = re.compile(_PARAMETERS + rb"(?=[ )])")
_PLAIN_EXTENSIONS = re.compile(_EXTENSIONS + rb"(?=\))")
_PLAIN_PAIR = re.compile(rb'"([^"]*+)" (?:(NIL)|"([^"]*+)")')


def parse_bodystructure(cursor: Cursor) -> BodyStructure:
    """The structure of a whole message that stands here."""
    if cursor.peek() == _QUOTE:  # DavMail puts an empty string before it
        cursor.defect("a string before the structure")
        cursor.string()
        cursor.spaces()
    return _message_body(cursor, "", 0)


def _message_body(cursor: Cursor, section: str, depth: int) -> BodyStructure:
    """The body of a message: a multipart is called like its message, a single part is number 1 in it."""
    return _body(cursor, section, f"{section}.1" if section else "1", depth)


# body = "(" (body-type-1part / body-type-mpart) ")"
def _body(cursor: Cursor, section: str, section_of_leaf: str, depth: int) -> BodyStructure:
    if depth > cursor.nesting:
        raise cursor.error(f"at most {cursor.nesting} levels of parts")
    found = _PLAIN_LEAF.match(cursor.text, cursor.pos)
    if found is not None:
        leaf = _plain_leaf(found, section_of_leaf)
        if leaf is not None:
            cursor.pos = found.end()
            return leaf
    first_defect = len(cursor.defects)
    cursor.expect(b"(")
    cursor.spaces()
    if cursor.peek() == _OPEN:
        return _multipart(cursor, section, depth, first_defect)
    body = _single(cursor, section, section_of_leaf, depth, first_defect)
    _close(cursor)
    return body


def _plain_leaf(found: re.Match[bytes], section: str) -> Part | None:
    """What the pattern found, if it means what it looks like: a text has a number of lines, nothing else has."""
    main, sub, pairs, content_id, description, encoding, size, lines, md5, *extensions = found.groups()
    type_, subtype = main.decode("ascii").lower(), sub.decode("ascii").lower()
    if (type_ == "text") != (lines is not None) or (type_, subtype) in _MESSAGES:
        return None
    return Part(
        section,
        type_,
        subtype,
        _plain_pairs(pairs),
        *_plain_extensions(*extensions),
        (),
        encoding.decode("ascii").lower(),
        int(size),
        int(lines) if lines else None,
        content_id,
        description,
        _text(md5),
    )


def _plain_extensions(
    kind: bytes | None, pairs: bytes | None, language: bytes | None, location: bytes | None
) -> Extensions:
    return (
        Disposition(kind.decode("ascii").lower(), _plain_pairs(pairs)) if kind else None,
        (language.decode("latin-1"),) if language else (),
        _text(location),
    )


def _plain_pairs(pairs: bytes | None) -> Parameters:
    if not pairs:
        return ()
    return tuple([(name, None if nil else value) for name, nil, value in _PLAIN_PAIR.findall(pairs)])


def _close(cursor: Cursor) -> None:
    """Pass over what future extensions add (``body-extension``), and the closing parenthesis."""
    while True:
        cursor.spaces()
        if cursor.accept(b")"):
            return
        if cursor.at_end():
            raise cursor.error("the end of a body structure")
        cursor.skip_value()


# body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
def _multipart(cursor: Cursor, section: str, depth: int, first_defect: int) -> Multipart:
    parts: list[BodyStructure] = []
    text, prefix = cursor.text, f"{section}." if section else ""
    while text.startswith(b"(", cursor.pos):
        child = f"{prefix}{len(parts) + 1}"
        parts.append(_body(cursor, child, child, depth + 1))
        cursor.spaces()
    found = _PLAIN_END.match(cursor.text, cursor.pos)
    if found is not None:
        cursor.pos = found.end()
        sub, pairs, *extensions = found.groups()
        defects = tuple(cursor.defects[first_defect:])
        return Multipart(
            section,
            "multipart",
            sub.decode("ascii").lower(),
            _plain_pairs(pairs),
            *_plain_extensions(*extensions),
            defects,
            tuple(parts),
        )
    subtype = "mixed" if cursor.peek() == _CLOSE else _token(cursor.nstring(), "mixed")
    multipart = _multipart_end(cursor, section, subtype, tuple(parts), first_defect)
    _close(cursor)
    return multipart


# body-ext-mpart = body-fld-param [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
def _multipart_end(
    cursor: Cursor, section: str, subtype: str, parts: tuple[BodyStructure, ...], first_defect: int
) -> Multipart:
    parameters = _parameters(cursor) if _more(cursor) else ()
    disposition, languages, location = _disposition_language_location(cursor)
    defects = tuple(cursor.defects[first_defect:])
    return Multipart(section, "multipart", subtype, parameters, disposition, languages, location, defects, parts)


# body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
def _single(cursor: Cursor, section: str, section_of_leaf: str, depth: int, first_defect: int) -> BodyStructure:
    main: bytes | None
    sub: bytes | None
    first = cursor.nstring()
    cursor.spaces()
    if first is None and cursor.accept(b"NIL"):  # Twisted, where the header has no Content-Type (RFC 2045, 5.2)
        cursor.defect("a part without media type")
        main, sub = b"text", b"plain"
    elif cursor.peek() == _QUOTE:
        main, sub = first, cursor.nstring()
        if first is None and _token(sub, "") in _MULTIPARTS:  # Dovecot: (NIL "alternative" ("boundary" ...))
            cursor.defect("a multipart without parts")
            return _multipart_end(cursor, section, _token(sub, ""), (), first_defect)
    elif _token(first, "") in _MULTIPARTS:  # Gmail: ("ALTERNATIVE" ("BOUNDARY" ...) NIL NIL)
        cursor.defect("a multipart without parts")
        return _multipart_end(cursor, section, _token(first, ""), (), first_defect)
    else:  # ("X-ZIP" ("BOUNDARY" "") NIL NIL "base64" 4096)
        cursor.defect("a part without the first half of its media type")
        main, sub = None, first
    kind = (_token(main, "application"), _token(sub, "octet-stream"))
    return _leaf(cursor, section_of_leaf, kind, depth, first_defect)


# body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
def _leaf(cursor: Cursor, section: str, kind: tuple[str, str], depth: int, first_defect: int) -> Part:
    parameters = _parameters(cursor) if _more(cursor) else ()
    content_id = cursor.nstring() if _more(cursor) else None
    description = cursor.nstring() if _more(cursor) else None
    encoding = _token(cursor.nstring() if _more(cursor) else None, "7bit")
    size = _number(cursor)
    envelope: Envelope | None = None
    message: BodyStructure | None = None
    lines: int | None = None
    # body-type-msg adds envelope SP body SP body-fld-lines; mail.ru and others leave them out.
    if kind in _MESSAGES and _more(cursor) and cursor.peek() == _OPEN:
        envelope = parse_envelope(cursor)
        if _more(cursor) and cursor.peek() == _OPEN:
            message = _message_body(cursor, section, depth + 1)
        lines = _number(cursor)
    elif kind[0] == "text" and _more(cursor):
        lines = _lines_of_text(cursor)
    md5 = cursor.nstring() if _more(cursor) and cursor.peek() != _OPEN else None
    disposition, languages, location = _disposition_language_location(cursor)
    return Part(
        section,
        *kind,
        parameters,
        disposition,
        languages,
        location,
        tuple(cursor.defects[first_defect:]),
        encoding=encoding,
        size=size,
        lines=lines,
        raw_id=content_id,
        raw_description=description,
        md5=_text(md5),
        envelope=envelope,
        message=message,
    )


def _more(cursor: Cursor) -> bool:
    """Whether another field stands before the closing parenthesis."""
    cursor.spaces()
    return cursor.peek() not in (_CLOSE, -1)


def _number(cursor: Cursor) -> int | None:
    """A size or count; Exchange says -1, others NIL, where they do not know."""
    if not _more(cursor):
        return None
    try:
        return cursor.number64()
    except ValueError:
        cursor.defect("a number expected")
        cursor.skip_value()
        return None


def _lines_of_text(cursor: Cursor) -> int | None:
    """``body-fld-lines``, which mail.ru and Bluemind leave out: only a number can be it."""
    if chr(cursor.peek()).isdigit():
        return _number(cursor)
    cursor.defect("a text without its number of lines")
    before = cursor.pos
    # NIL stands for the number of lines when a disposition follows two places later, else it is the MD5 already.
    cursor.skip_value()
    if _more(cursor) and cursor.peek() != _OPEN:
        cursor.skip_value()
        if _more(cursor) and cursor.peek() == _OPEN:
            cursor.pos = before
            cursor.skip_value()
            return None
    cursor.pos = before
    return None


# body-fld-param = "(" string SP string *(SP string SP string) ")" / nil; mail.ru sends "()"
def _parameters(cursor: Cursor) -> Parameters:
    found = _PLAIN_PARAMETERS.match(cursor.text, cursor.pos)
    if found is not None:
        cursor.pos = found.end()
        return _plain_pairs(found[1])
    if cursor.peek() != _OPEN:
        if cursor.nstring() is not None:
            cursor.defect("a list of parameters expected")
        return ()
    values = cursor.list_of(cursor.nstring)
    names = [name or b"" for name in values[::2]]
    return tuple(zip(names, values[1::2], strict=False))


# [body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]
def _disposition_language_location(cursor: Cursor) -> Extensions:
    found = _PLAIN_EXTENSIONS.match(cursor.text, cursor.pos)
    if found is not None:
        cursor.pos = found.end()
        return _plain_extensions(*found.groups())
    disposition = _disposition(cursor) if _more(cursor) else None
    languages = _languages(cursor) if _more(cursor) else ()
    location = _text(cursor.nstring()) if _more(cursor) else None
    return disposition, languages, location


# body-fld-dsp = "(" string SP body-fld-param ")" / nil; Exchange sends (NIL NIL), others the string alone
def _disposition(cursor: Cursor) -> Disposition | None:
    parameters: Parameters = ()
    if cursor.peek() != _OPEN:
        kind = cursor.nstring()
    else:
        cursor.expect(b"(")
        kind = cursor.nstring() if _more(cursor) else None
        parameters = _parameters(cursor) if _more(cursor) else ()
        _close(cursor)
    if kind and b";" in kind:  # pymap sends the header field as one string; Twisted, when it does not understand it
        cursor.defect("a header field in place of a disposition and its parameters")
        kind, parameters = split_parameter_header(kind)
    return Disposition(_token(kind, "attachment"), parameters) if kind else None


# body-fld-lang = nstring / "(" string *(SP string) ")"
def _languages(cursor: Cursor) -> tuple[str, ...]:
    values = cursor.list_of(cursor.nstring) if cursor.peek() == _OPEN else [cursor.nstring()]
    return tuple(value.decode("latin-1") for value in values if value)


def _token(value: bytes | None, default: str) -> str:
    """A media type's half, an encoding: in lower case, or the default where it is nothing of the kind."""
    return value.decode("ascii").lower() if value and _TOKEN.match(value) else default


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")


BODYSTRUCTURE: Item[BodyStructure] = Item("BODYSTRUCTURE", parse_bodystructure)
BODY: Item[BodyStructure] = Item("BODY", parse_bodystructure)
