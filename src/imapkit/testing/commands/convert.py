"""CONVERT (RFC 5259): parts of messages as another type of content."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, TypeAlias

from imapkit.protocol.model import SELECTED
from imapkit.testing import render
from imapkit.testing.commands.binary import read_binary_section
from imapkit.testing.commands.fetch import read_partial, read_section
from imapkit.testing.conversions import PARAMETERS, TARGETS, ConversionFailed, convert, convert_header
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.message import sections
from imapkit.testing.message.bodystructure import body_structure
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.message.parts import Part
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE"]

_MOST_MESSAGES: Final = 100
_MOST_PARTS: Final = 20
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_PATTERN = re.compile(r"\*|[A-Za-z0-9!#$&^_.+-]+/(?:\*|[A-Za-z0-9!#$&^_.+-]+)")
_NAME = re.compile(rb"[A-Za-z.]+")

# An item as it was asked for: what the answer calls it, and its value; raises `ConversionFailed`.
_Item: TypeAlias = "tuple[bytes, Callable[[StoredMessage], bytes]]"


# --- CONVERSIONS ------------------------------------------------------------------------------------------------


# conversions = "CONVERSIONS" SP from-mime-type-req SP to-mime-type-req
def _conversions(session: ServerSession, request: Request) -> None:
    source = _read_type(request.arguments, _PATTERN)
    request.arguments.sp()
    target = _read_type(request.arguments, _PATTERN)
    request.end()
    names = render.parenthesised(render.string(name.encode("ascii")) for name in PARAMETERS)
    for known, targets in TARGETS.items():
        for made in targets:
            if fnmatchcase(known, source) and fnmatchcase(made, target):
                session.untagged(b"CONVERSION", *(render.string(one.encode("ascii")) for one in (known, made)), names)


def _read_type(arguments: Cursor, pattern: re.Pattern[str]) -> str:
    text = arguments.string().decode("latin-1")
    if not pattern.fullmatch(text):
        raise Refused("This is no type of content", status="BAD")
    return text.lower()


# --- CONVERT ----------------------------------------------------------------------------------------------------


# convert = "CONVERT" SP sequence-set SP convert-params SP (convert-att / "(" convert-att *(SP convert-att) ")")
def _convert(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    numbers = arguments.atom()
    arguments.sp()
    target, parameters = _read_parameters(arguments)
    arguments.sp()
    conversion = _Conversion(session, target, parameters)
    items = arguments.list_of(lambda: conversion.read(arguments)) if arguments.peek() == ord("(") else None
    items = [conversion.read(arguments)] if items is None else items
    request.end()
    wanted = [item for item in items if item[0] != b"UID"]
    if not wanted:
        raise Refused("Nothing to convert", status="BAD")
    chosen = session.view.resolve(numbers, uid=request.uid)
    if len(chosen) > _MOST_MESSAGES:
        raise Refused("Too many messages at once", code=f"MAXCONVERTMESSAGES {_MOST_MESSAGES}")
    if len(wanted) > _MOST_PARTS:
        raise Refused("Too many parts at once", code=f"MAXCONVERTPARTS {_MOST_PARTS}")
    with_uid = request.uid or len(wanted) < len(items)
    results = [_answer(session, request, message, wanted, uid=with_uid) for message in chosen]
    if results and not any(results):
        raise Refused("All conversions failed")


# convert-params = "(" (quoted-to-mime-type / "NIL") [SP "(" transcoding-params ")"] ")"
def _read_parameters(arguments: Cursor) -> tuple[str | None, dict[str, str]]:
    arguments.expect(b"(")
    target = None
    if arguments.peek() in tuple(b'"{'):
        target = _read_type(arguments, _TYPE)
    elif arguments.keyword() != "NIL":
        raise arguments.error("a quoted type of content, or NIL")
    parameters: dict[str, str] = {}
    if arguments.spaces():
        for _ in arguments.items():
            name = arguments.astring().decode("latin-1").lower()
            arguments.sp()
            parameters[name] = arguments.astring().decode("utf-8", "surrogateescape")
    arguments.expect(b")")
    return target, parameters


# message-data =/ nz-number SP "CONVERTED" SP "(" "TAG" SP tag-string ")" SP convert-msg-attrs
def _answer(session: ServerSession, request: Request, message: StoredMessage, items: list[_Item], *, uid: bool) -> bool:
    """Send the CONVERTED response of one message; whether anything of it could be converted."""
    values = [b"UID %d" % message.uid] if uid else []  # it is the first where it is there (RFC 5259, 8.1)
    succeeded = False
    for label, value in items:
        try:
            values.append(label + b" " + value(message))
            succeeded = True
        except ConversionFailed as failure:
            values.append(label + b" " + failure.phrase)
    number = session.view.number(message)
    session.untagged(b'%d CONVERTED (TAG "%s")' % (number, request.tag.encode("ascii")), render.parenthesised(values))
    return succeeded


class _Conversion:
    """What is wanted of each part; reads the items."""

    def __init__(self, session: ServerSession, target: str | None, parameters: Mapping[str, str]) -> None:
        self._session = session
        self._target = target
        self._parameters = parameters

    # convert-att = "UID" / "BODYPARTSTRUCTURE" section-convert / "BINARY" section-convert [partial] /
    #               "BINARY.SIZE" section-convert / "BODY[HEADER]" / "BODY[" section-part ".HEADER]" /
    #               "BODY[" section-part ".MIME]" / "AVAILABLECONVERSIONS" section-convert
    def read(self, arguments: Cursor) -> _Item:
        """Read one item."""
        found = _NAME.match(arguments.text, arguments.pos)
        if found is None:
            raise arguments.error("an item to convert")
        arguments.pos = found.end()
        name = found[0].upper()
        if name == b"UID":
            return b"UID", lambda _message: b""
        if name == b"BODY":
            return self._header(arguments)
        if name not in (b"BINARY", b"BINARY.SIZE", b"BODYPARTSTRUCTURE", b"AVAILABLECONVERSIONS"):
            raise Refused(f"Unknown item {name.decode('ascii')}", status="BAD")
        numbers = read_binary_section(arguments)
        label = name + b"[" + numbers.encode("ascii") + b"]"
        cut = slice(None)
        if name == b"BINARY":
            label, cut = read_partial(arguments, label)
        return label, lambda message: self._value(name, _part(message, numbers), cut)

    def _value(self, name: bytes, part: Part | None, cut: slice) -> bytes:
        converted = convert(part, self._target, self._parameters)
        match name:
            case b"BINARY.SIZE":
                return b"%d" % len(converted.body)
            case b"BODYPARTSTRUCTURE":
                return body_structure(converted, extended=True, utf8=self._session.utf8)
            case b"AVAILABLECONVERSIONS":
                return b"((" + render.string(converted.kind) + b"))"
            case _:
                return render.binary(converted.body[cut])

    def _header(self, arguments: Cursor) -> _Item:
        section = read_section(arguments)
        if section.text not in ("HEADER", "MIME"):
            raise Refused("Only HEADER and MIME can be converted", status="BAD")
        if self._target is not None:
            raise Refused("A header can't be of another type", status="BAD")

        def value(message: StoredMessage) -> bytes:
            octets = sections.extract(message.content.structure, section)
            if octets is None:
                raise ConversionFailed("There is no such part", "BADPARAMETERS", b"NIL", b'"message/rfc822"')
            return render.literal(convert_header(octets, self._parameters))

        return b"BODY[%s]" % str(section).encode("ascii"), value


def _part(message: StoredMessage, numbers: str) -> Part | None:
    structure = message.content.structure
    return sections.find(structure, numbers) if numbers else structure


FEATURE = Feature(
    capabilities=("CONVERT",),
    commands=(
        Handler("CONVERSIONS", _conversions, requires=("CONVERT",)),
        Handler("CONVERT", _convert, states=SELECTED, requires=("CONVERT",), shifts=False),
        Handler("UID CONVERT", _convert, states=SELECTED, requires=("CONVERT",)),
    ),
)
