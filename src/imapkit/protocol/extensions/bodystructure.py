"""Reading BODYSTRUCTURE and BODY (RFC 9051, 7.5.2 and 9).

One pattern takes a whole part without parts, another all that follows the parts of a multipart.  What they do not fit
(a literal, an escaped quotation mark, a mistake) is read patiently, field by field.

Servers make more mistakes here than anywhere else; what is put up with stands beside the grammar, with the server's
name.  A value that makes no sense is left out; the tree around it stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from imapkit.mime.parameters import split_parameter_header
from imapkit.protocol.extensions.envelope import parse_envelope
from imapkit.protocol.model import Item
from imapkit.protocol.wire.quick import quick
from imapkit.types.bodystructure import BodyStructure, Disposition, Multipart, Parameters, Part, SharedParameters

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
Media = tuple[str, str, Parameters]
"""Type, subtype, parameters."""
Fields = tuple[Media, "bytes | None", "bytes | None", str]
"""Media, content id, description, encoding."""
Extensions = tuple[Disposition | None, tuple[str, ...], str | None]
"""Disposition, languages, location."""
_NO_EXTENSIONS: Extensions = (None, (), None)
_ALL_NIL = [None, None, None]

_new_part, _new_multipart, _new_disposition = quick(Part), quick(Multipart), quick(Disposition)

# The common form of each field.  A string is held without its quotation marks, NIL as None.
_WORD = rb'"([A-Za-z0-9!#$&^_.+-]+)"'
_NSTRING = rb'(?:NIL|"([^"\\\r\n]*+)")'
_PAIR = rb'"[^"\\\r\n]*+" (?:NIL|"[^"\\\r\n]*+")'
_PARAMETERS = rb"(?:NIL|\((" + _PAIR + rb"(?> " + _PAIR + rb")*+)\))"
_NUMBER = rb"(\d{1,18})"
_MEDIA = _WORD + b" " + _WORD + b" " + _PARAMETERS
_DISPOSITION = rb"\(" + _WORD + b" " + _PARAMETERS + rb"\)"


def _whole(pattern: bytes) -> bytes:
    """The same pattern, with all of it in one group and nothing else in any."""
    return b"(" + re.sub(rb"(?<!\\)\((?!\?)", b"(?:", pattern) + b")"


_FIELDS = b" ".join([_whole(_MEDIA), _NSTRING, _NSTRING, _WORD])
_EXTENSIONS = rb"(?: (?:NIL|" + _whole(_DISPOSITION) + rb")(?: " + _NSTRING + rb"(?: " + _NSTRING + rb")?)?)?"
_LEAF = re.compile(
    rb"\(" + _FIELDS + b" " + _NUMBER + b"(?: " + _NUMBER + b")?(?: " + _NSTRING + _EXTENSIONS + rb")?\)"
)
_LEAF_AND_SPACES = re.compile(_LEAF.pattern + rb" *+")
_BEGINNING_OF_LEAF = re.compile(_FIELDS + b" " + _NUMBER + b"(?=[ )])")
_END_OF_MULTIPART = re.compile(b" ?" + _WORD + b"(?: " + _PARAMETERS + _EXTENSIONS + rb")?\)")
_USUAL_MEDIA = re.compile(_MEDIA)
_USUAL_DISPOSITION = re.compile(_DISPOSITION)
_USUAL_PARAMETERS = re.compile(_PARAMETERS + rb"(?=[ )])")
_USUAL_EXTENSIONS = re.compile(_EXTENSIONS + rb"(?=\))")
_EACH_PAIR = re.compile(rb'"([^"]*+)" "([^"]*+)"')
_EACH_PAIR_OR_NIL = re.compile(rb'"([^"]*+)" (?:(NIL)|"([^"]*+)")')


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
    first_defect = len(cursor.defects)
    if cursor.text.startswith(b"((", cursor.pos):
        cursor.pos += 1
        return _multipart(cursor, section, depth, first_defect)
    found = _LEAF.match(cursor.text, cursor.pos)
    leaf = _usual_leaf(found, section_of_leaf) if found is not None else None
    if found is not None and leaf is not None:
        cursor.pos = found.end()
        return leaf
    cursor.expect(b"(")
    cursor.spaces()
    if cursor.peek() == _OPEN:
        return _multipart(cursor, section, depth, first_defect)
    body = _single(cursor, section, section_of_leaf, depth, first_defect)
    _close(cursor)
    return body


def _too_deep(cursor: Cursor) -> ValueError:
    return cursor.error(f"at most {cursor.nesting} levels of parts")


def _usual_leaf(found: re.Match[bytes], section: str) -> Part | None:
    """What the pattern found, if it means what it looks like: a text has a number of lines, nothing else has."""
    media, content_id, description, encoding, size, lines, md5, disposition, language, location = found.groups()
    type_, subtype, parameters = _media(media)
    if (type_ == "text") != (lines is not None) or (type_ == "message" and (type_, subtype) in _MESSAGES):
        return None
    return _new_part(
        section,
        type_,
        subtype,
        parameters,
        _usual_disposition(disposition) if disposition else None,
        (language.decode("latin-1"),) if language else (),
        None if location is None else _text(location),
        (),
        _lower(encoding),
        int(size),
        int(lines) if lines is not None else None,
        content_id,
        description,
        None if md5 is None else _text(md5),
    )


def _media(text: bytes) -> Media:
    return _remembered_media(text) if len(text) <= _LONGEST_REMEMBERED else _read_media(text)


def _usual_disposition(text: bytes) -> Disposition:
    return _remembered_disposition(text) if len(text) <= _LONGEST_REMEMBERED else _read_disposition(text)


def _read_media(text: bytes) -> Media:
    main, sub, pairs = cast("re.Match[bytes]", _USUAL_MEDIA.match(text)).groups()
    return _lower(main), _lower(sub), _pairs(pairs)


def _read_disposition(text: bytes) -> Disposition:
    kind, pairs = cast("re.Match[bytes]", _USUAL_DISPOSITION.match(text)).groups()
    return _new_disposition(_lower(kind), _pairs(pairs))


# A folder has the same kinds of parts again and again, and mail the same few encodings.
_LONGEST_REMEMBERED = 512  # octets
_remembered_media = lru_cache(maxsize=1024)(_read_media)
_remembered_disposition = lru_cache(maxsize=1024)(_read_disposition)


def _extensions(disposition: bytes | None, language: bytes | None, location: bytes | None) -> Extensions:
    return (
        _usual_disposition(disposition) if disposition else None,
        (language.decode("latin-1"),) if language else (),
        _text(location),
    )


def _pairs(pairs: bytes | None) -> Parameters:
    if not pairs:
        return ()
    if b" NIL" not in pairs:
        return SharedParameters(_EACH_PAIR.findall(pairs))
    return SharedParameters([(name, None if nil else value) for name, nil, value in _EACH_PAIR_OR_NIL.findall(pairs)])


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
    if depth >= cursor.nesting:
        raise _too_deep(cursor)
    parts: list[BodyStructure] = []
    text, pos, prefix = cursor.text, cursor.pos, f"{section}." if section else ""
    while text.startswith(b"(", pos):
        child = f"{prefix}{len(parts) + 1}"
        leaf = _LEAF_AND_SPACES.match(text, pos)
        part: BodyStructure | None = _usual_leaf(leaf, child) if leaf is not None else None
        if leaf is not None and part is not None:
            pos = leaf.end()
        else:
            cursor.pos = pos
            part = _body(cursor, child, child, depth + 1)
            cursor.spaces()
            pos = cursor.pos
        parts.append(part)
    cursor.pos = pos
    found = _END_OF_MULTIPART.match(text, pos)
    if found is not None:
        cursor.pos = found.end()
        sub, pairs, *extensions = found.groups()
        disposition, languages, location = _NO_EXTENSIONS if extensions == _ALL_NIL else _extensions(*extensions)
        return _new_multipart(
            section,
            "multipart",
            _lower(sub),
            _pairs(pairs),
            disposition,
            languages,
            location,
            tuple(cursor.defects[first_defect:]) if cursor.defects else (),
            tuple(parts),
        )
    cursor.spaces()
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
    beginning = _BEGINNING_OF_LEAF.match(cursor.text, cursor.pos)
    if beginning is not None:
        cursor.pos = beginning.end()
        media, content_id, description, encoding, size = beginning.groups()
        fields = (_media(media), content_id, description, _lower(encoding))
        return _leaf(cursor, section_of_leaf, fields, int(size), depth, first_defect)
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
    # body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
    parameters = _parameters(cursor) if _more(cursor) else ()
    content_id = cursor.nstring() if _more(cursor) else None
    description = cursor.nstring() if _more(cursor) else None
    encoding = _token(cursor.nstring() if _more(cursor) else None, "7bit")
    fields = ((_token(main, "application"), _token(sub, "octet-stream"), parameters), content_id, description, encoding)
    return _leaf(cursor, section_of_leaf, fields, _number(cursor), depth, first_defect)


def _leaf(cursor: Cursor, section: str, fields: Fields, size: int | None, depth: int, first_defect: int) -> Part:
    """What follows the fields that all have."""
    (type_, subtype, parameters), content_id, description, encoding = fields
    envelope: Envelope | None = None
    message: BodyStructure | None = None
    lines: int | None = None
    # body-type-msg adds envelope SP body SP body-fld-lines; mail.ru and others leave them out.
    if (type_, subtype) in _MESSAGES and _more(cursor) and cursor.peek() == _OPEN:
        envelope = parse_envelope(cursor)
        if _more(cursor) and cursor.peek() == _OPEN:
            if depth >= cursor.nesting:
                raise _too_deep(cursor)
            message = _message_body(cursor, section, depth + 1)
        lines = _number(cursor)
    elif type_ == "text" and _more(cursor):
        lines = _lines_of_text(cursor)
    md5 = cursor.nstring() if _more(cursor) and cursor.peek() != _OPEN else None
    disposition, languages, location = _disposition_language_location(cursor)
    return Part(
        section,
        type_,
        subtype,
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
    if cursor.peek() in b"0123456789":
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
    found = _USUAL_PARAMETERS.match(cursor.text, cursor.pos)
    if found is not None:
        cursor.pos = found.end()
        return _pairs(found[1])
    if cursor.peek() != _OPEN:
        if cursor.nstring() is not None:
            cursor.defect("a list of parameters expected")
        return ()
    values = cursor.list_of(cursor.nstring)
    names = [name or b"" for name in values[::2]]
    return tuple(zip(names, values[1::2], strict=False))


# [body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]
def _disposition_language_location(cursor: Cursor) -> Extensions:
    found = _USUAL_EXTENSIONS.match(cursor.text, cursor.pos)
    if found is not None:
        cursor.pos = found.end()
        return _extensions(*found.groups())
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


def _lower(word: bytes) -> str:
    return word.decode("ascii").lower()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")


BODYSTRUCTURE: Item[BodyStructure] = Item("BODYSTRUCTURE", parse_bodystructure, whole=True)
BODY: Item[BodyStructure] = Item("BODY", parse_bodystructure, whole=True)
