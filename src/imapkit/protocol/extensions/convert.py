"""CONVERT (RFC 5259): parts of messages as another type of content, converted by the server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.bodystructure import parse_bodystructure
from imapkit.protocol.extensions.fetch import UID, is_uid_command
from imapkit.protocol.extensions.select import number_code
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import (
    AUTHENTICATED,
    SELECTED,
    Collector,
    Command,
    Effect,
    Extension,
    Item,
    Tagged,
    Untagged,
)
from imapkit.types.sections import Section

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, SequenceSet
    from imapkit.types.bodystructure import BodyStructure

__all__ = [
    "EXTENSIONS",
    "Conversion",
    "Conversions",
    "Convert",
    "ConvertError",
    "Converted",
    "available_conversions",
    "converted",
    "converted_header",
    "converted_size",
    "converted_structure",
]


# --- items ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConvertError:
    """Why a part was not converted: `code` is TEMPFAIL, BADPARAMETERS or MISSINGPARAMETERS, `details` its arguments."""

    text: str
    code: str
    details: bytes = b""


# converterror-phrase = "(" "ERROR" SP convert-err-descript SP convert-error-code ")"
def _or_error(cursor: Cursor) -> ConvertError | None:
    start = cursor.pos
    if not cursor.accept(b"("):
        return None
    cursor.spaces()
    if cursor.peek() not in b"Ee" or cursor.keyword() != "ERROR":
        cursor.pos = start
        return None
    cursor.sp()
    text = cursor.string().decode("utf-8", "replace")
    cursor.sp()
    code = cursor.keyword()
    begin = cursor.pos
    cursor.spaces()
    while cursor.peek() != ord(")"):
        cursor.skip_value()
        cursor.spaces()
    details = cursor.text[begin : cursor.pos].strip()
    cursor.expect(b")")
    return ConvertError(text, code, details)


# "BINARY" section-convert ["<" number ">"] SP (nstring / literal8 / converterror-phrase)
def _octets(cursor: Cursor) -> bytes | ConvertError | None:
    return _or_error(cursor) or cursor.nstring()


def _size(cursor: Cursor) -> int | ConvertError:
    return _or_error(cursor) or cursor.number64()


def _structure(cursor: Cursor) -> BodyStructure | ConvertError:
    return _or_error(cursor) or parse_bodystructure(cursor)


# mimetype-list = "(" "(" [quoted-to-mime-type *(SP quoted-to-mime-type)] ")" ")"
def _types(cursor: Cursor) -> tuple[str, ...] | ConvertError:
    error = _or_error(cursor)
    if error is not None:
        return error
    (types,) = cursor.list_of(lambda: tuple(text.decode("latin-1").lower() for text in cursor.list_of(cursor.astring)))
    return types


def converted(part: str = "", *, partial: tuple[int, int] | None = None) -> Item[bytes | ConvertError | None]:
    """The octets of a part after its conversion; or of `partial` = (first octet, how many) of them."""
    name = f"BINARY[{Section(part)}]"
    if partial is None:
        return Item(name, _octets)
    first, count = partial
    if first < 0 or count < 1 or first + count > 2**63 - 1:
        raise InvalidArgument(f"{partial} is no range of octets: a first one from 0 on and a count from 1 on are")
    return Item(f"{name}<{first}>", _octets, f"{name}<{first}.{count}>")


def converted_size(part: str = "") -> Item[int | ConvertError]:
    """How many octets a part has after its conversion."""
    return Item(f"BINARY.SIZE[{Section(part)}]", _size)


def converted_structure(part: str = "") -> Item[BodyStructure | ConvertError]:
    """The structure that a part has after its conversion."""
    return Item(f"BODYPARTSTRUCTURE[{Section(part)}]", _structure)


def converted_header(part: str = "", *, mime: bool = False) -> Item[bytes | ConvertError | None]:
    """The header of a message (or the MIME header of a part) with its encoded words in the charset asked for."""
    return Item(f"BODY[{Section(part, 'MIME' if mime else 'HEADER')}]", _octets)


def available_conversions(part: str = "") -> Item[tuple[str, ...] | ConvertError]:
    """The types of content that a part can be converted to, in lower case."""
    return Item(f"AVAILABLECONVERSIONS[{Section(part)}]", _types)


# --- responses ------------------------------------------------------------------------------------------------


class Converted(ItemData):
    """``* n CONVERTED``: the converted parts of one message; `tag` names the command."""

    __slots__ = ("seq", "tag")

    seq: int
    tag: str

    @property
    def uid(self) -> int | None:
        """The UID, where it was sent."""
        return self.get(UID)

    def __repr__(self) -> str:
        return f"<Converted {self.seq} {' '.join(self.names())}>"


# message-data =/ nz-number SP "CONVERTED" SP "(" "TAG" SP tag-string ")" SP convert-msg-attrs
def _converted(cursor: Cursor, number: int) -> Converted:
    cursor.expect(b"(")
    cursor.keyword()
    cursor.sp()
    tag = cursor.astring().decode("latin-1")
    cursor.expect(b")")
    cursor.spaces()
    if cursor.peek() != ord("("):
        raise cursor.error("the items of a message")
    data = Converted.at(cursor)
    data.seq, data.tag = number, tag
    return data


@dataclass(frozen=True, slots=True)
class Conversion(Untagged):
    """``* CONVERSION``: the server converts this type of content to that; with the parameters that it understands."""

    source: str
    target: str
    parameters: tuple[str, ...] = ()


# conversion-data = "CONVERSION" SP quoted-from-mime-type SP quoted-to-mime-type [SP "(" transcoding-param-names ")"]
def _conversion(cursor: Cursor) -> Conversion:
    source = cursor.astring().decode("latin-1").lower()
    cursor.sp()
    target = cursor.astring().decode("latin-1").lower()
    cursor.spaces()
    parameters = () if cursor.at_end() else tuple(name.decode("latin-1") for name in cursor.list_of(cursor.astring))
    return Conversion(source, target, parameters)


# --- commands -------------------------------------------------------------------------------------------------


class _ConversionsCollector(Collector[tuple[Conversion, ...]]):
    def __init__(self) -> None:
        self._found: list[Conversion] = []

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Conversion):
            return False
        self._found.append(response)
        return True

    def finish(self, completion: Tagged) -> tuple[Conversion, ...]:
        return tuple(self._found)


@dataclass(frozen=True, slots=True)
class Conversions(Command[tuple[Conversion, ...]]):
    """CONVERSIONS: what can be converted to what; ``"image/*"`` and ``"*"`` stand for more."""

    source: str = "*"
    target: str = "*"

    name = "CONVERSIONS"
    requires = ("CONVERT",)
    states = AUTHENTICATED

    def write(self, out: Encoder) -> None:
        """CONVERSIONS source target."""
        out.word("CONVERSIONS").string(_checked(self.source, _PATTERN)).string(_checked(self.target, _PATTERN))

    def collector(self) -> Collector[tuple[Conversion, ...]]:
        """The conversions."""
        return _ConversionsCollector()

    def answers(self) -> frozenset[object]:
        """CONVERSION."""
        return frozenset({"CONVERSION"})


class _ConvertCollector(Collector[Mapping[int, Converted]]):
    def __init__(self, *, by_uid: bool) -> None:
        self._by_uid = by_uid
        self._messages: dict[int, Converted] = {}

    def claim(self, response: Untagged) -> bool:
        # RFC 5259's own examples repeat the tag in another case.
        if not isinstance(response, Converted) or response.tag.upper() != self.tag.upper():
            return False
        number = response.uid if self._by_uid else response.seq
        if number is not None:
            known = self._messages.setdefault(number, response)
            if known is not response:
                known.update(response)
        return True

    def finish(self, completion: Tagged) -> Mapping[int, Converted]:
        return self._messages

    def partial(self) -> object:
        return self._messages or None


_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+\Z")
_PATTERN = re.compile(r"(?:\*|[A-Za-z0-9!#$&^_.+-]+/(?:\*|[A-Za-z0-9!#$&^_.+-]+))\Z")


def _checked(content_type: str, pattern: re.Pattern[str]) -> str:
    if not pattern.match(content_type):
        raise InvalidArgument(f"{content_type!r} is no type of content: one is like image/jpeg")
    return content_type


@dataclass(frozen=True, slots=True)
class Convert(Command[Mapping[int, Converted]]):
    """UID CONVERT, or CONVERT for a `SeqSet` or an `OpenSeqRange`: parts of messages, converted.

    `target` is a type of content, None leaves it to the server; `parameters` are pairs such as ("pix-x", "128"), of
    RFC 2703 and others; the items are `converted()` and its like.  When some conversions fail, their items read as
    `ConvertError` (a server may say it once for all items of a part, and leave out the others); when all fail, the
    command does (`CommandError.partial` has the reasons).  `converted_header()` wants the parameter "charset", and no
    target.
    """

    numbers: SequenceSet
    items: tuple[Item[object], ...]
    target: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    name = "CONVERT"
    requires = ("CONVERT",)
    states = SELECTED

    def disturbs(self) -> Effect:
        """By sequence number, no EXPUNGE may come in between."""
        return Effect.MAY_EXPUNGE if is_uid_command(self.numbers) else Effect.USES_SEQUENCE_NUMBERS

    def write(self, out: Encoder) -> None:
        """[UID] CONVERT set (target [(parameter value ...)]) (item...)."""
        if not self.items:
            raise InvalidArgument("nothing to convert: name some items")
        # RFC 5259, 6: these go with the default conversion alone.
        if self.target is not None and any(item.asked_as.startswith("BODY[") for item in self.items):
            raise InvalidArgument("a header has no other type to become: leave out the target")
        out.word("UID CONVERT" if is_uid_command(self.numbers) else "CONVERT").sequence_set(self.numbers).open()
        out.nstring(None if self.target is None else _checked(self.target, _TYPE))
        if self.parameters:
            out.open()
            for name, value in self.parameters:
                out.string(name).string(value)
            out.close()
        out.close().open()
        for item in self.items:
            out.word(item.asked_as)
        out.close()

    def collector(self) -> Collector[Mapping[int, Converted]]:
        """The converted parts, by message."""
        return _ConvertCollector(by_uid=is_uid_command(self.numbers))


EXTENSIONS = (
    Extension(
        name="CONVERT",
        rfc="RFC 5259",
        capabilities=("CONVERT",),
        commands=(Conversions, Convert),
        responses={"CONVERSION": _conversion},
        numbered={"CONVERTED": _converted},
        codes={
            "MAXCONVERTMESSAGES": number_code("MAXCONVERTMESSAGES"),
            "MAXCONVERTPARTS": number_code("MAXCONVERTPARTS"),
        },
    ),
)
