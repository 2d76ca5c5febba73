"""ANNOTATE-EXPERIMENT-1 (RFC 5257): named values that are kept with a message.

An entry, named like a file (``/comment``, or ``/1/comment`` for a part), has attributes: ``value.priv`` is this user's
own, ``value.shared`` everybody's, ``size.priv`` and ``size.shared`` their sizes in octets.

>>> from imapkit.protocol.extensions.annotate import message_annotations
>>> message_annotations("/comment").asked_as
'ANNOTATION ("/comment" ("value.priv" "value.shared"))'
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.fetch import FetchCollector, FetchResult, is_uid_command
from imapkit.protocol.extensions.metadata import write_value
from imapkit.protocol.model import SELECTED, Code, Collector, Command, Effect, Extension, Item
from imapkit.types.query import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, SequenceSet

__all__ = [
    "EXTENSIONS",
    "AnnotateCode",
    "AnnotationEntry",
    "AnnotationOrder",
    "Annotations",
    "AnnotationsCode",
    "Attributes",
    "StoreAnnotations",
    "annotation_contains",
    "message_annotations",
    "read_attributes",
    "write_annotations",
]

_REQUIRED = ("ANNOTATE-EXPERIMENT-1",)
_PRINTABLE = r"[^\x00-\x1f\x7f-\U0010ffff]"
_ENTRY = re.compile(rf"(?:/(?:(?![*%/]){_PRINTABLE})+)+")
_ENTRIES = re.compile(rf"{_PRINTABLE}+")
_ATTRIBUTE = re.compile(rf"(?:(?![*%]){_PRINTABLE})+")
_SORTED = ("value.priv", "value.shared")  # att-sort

Attributes = tuple[tuple[str, bytes | None], ...]
"""Attributes, in lower case, and their values; None: there is no value."""


@dataclass(frozen=True, slots=True)
class AnnotationEntry:
    """One entry with its attributes.  From a server, one without any tells that it has changed."""

    name: str
    attributes: Attributes = ()


Annotations = tuple[AnnotationEntry, ...]


# --- reading --------------------------------------------------------------------------------------------------


# msg-att-dynamic =/ "ANNOTATION" SP ("(" entry-att *(SP entry-att) ")" / "(" entry *(SP entry) ")")
# entry-att = entry SP "(" att-value *(SP att-value) ")"
def _annotations(cursor: Cursor) -> Annotations:
    entries: list[AnnotationEntry] = []
    for _ in cursor.items():
        name = cursor.astring().decode("latin-1").lower()
        cursor.spaces()
        entries.append(AnnotationEntry(name, read_attributes(cursor) if cursor.peek() == ord("(") else ()))
    return tuple(entries)


# att-value = attrib SP value     value = nstring / literal8
def read_attributes(cursor: Cursor) -> Attributes:
    """Read the parenthesised attributes of an entry."""
    attributes: list[tuple[str, bytes | None]] = []
    for _ in cursor.items():
        name = cursor.astring().decode("latin-1").lower()
        cursor.spaces()
        attributes.append((name, cursor.nstring()))
    return tuple(attributes)


@dataclass(frozen=True, slots=True)
class AnnotateCode(Code):
    """``[ANNOTATE ...]``: TOOBIG or TOOMANY."""

    reason: str

    @property
    def name(self) -> str:
        """ANNOTATE."""
        return "ANNOTATE"


@dataclass(frozen=True, slots=True)
class AnnotationsCode(Code):
    """``[ANNOTATIONS ...]``, while a mailbox is selected: what can be done with annotations in it.

    `supported` is false for NONE; values may have up to `size` octets, None where they are read-only; `private` says
    whether a user can have their own.
    """

    supported: bool
    size: int | None = None
    private: bool = True

    @property
    def name(self) -> str:
        """ANNOTATIONS."""
        return "ANNOTATIONS"


# ann-size = "NONE" / (("READ-ONLY" / nz-number) [SP "NOPRIVATE"])
def _annotations_code(cursor: Cursor) -> AnnotationsCode:
    word = cursor.keyword()
    if word == "NONE":
        return AnnotationsCode(supported=False, private=False)
    if word != "READ-ONLY" and not word.isdecimal():
        raise cursor.error("NONE, READ-ONLY or a size")
    size = None if word == "READ-ONLY" else int(word)
    cursor.spaces()
    private = cursor.text[cursor.pos : cursor.pos + 9].upper() != b"NOPRIVATE"
    if not private:
        cursor.keyword()
    return AnnotationsCode(supported=True, size=size, private=private)


def _annotate_code(cursor: Cursor) -> AnnotateCode:
    return AnnotateCode(cursor.keyword())


# --- asking and storing ---------------------------------------------------------------------------------------


def message_annotations(
    *entries: str, attributes: tuple[str, ...] = ("value.priv", "value.shared")
) -> Item[Annotations | None]:
    """Entries as an item to fetch; in their names and those of attributes, ``*`` and ``%`` stand for more.

    Raises `InvalidArgument` when a name is not in ASCII, or nothing is named.
    """
    return Item("ANNOTATION", _annotations, f"ANNOTATION ({_names(entries)} {_names(attributes)})", _REQUIRED)


def _names(names: Iterable[str]) -> str:
    quoted = [f'"{_escaped(_checked(name, _ENTRIES))}"' for name in names]
    if not quoted:
        raise InvalidArgument("nothing to ask: name some entries and attributes")
    return quoted[0] if len(quoted) == 1 else f"({' '.join(quoted)})"


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _checked(name: str, allowed: re.Pattern[str]) -> str:
    if not allowed.fullmatch(name):
        raise InvalidArgument(f"{name!r} is no entry or attribute: they are like /comment and value.priv, in ASCII")
    return name


def write_annotations(out: Encoder, entries: Annotations) -> None:
    """Write ``att-annotate``.  Raises `InvalidArgument` for names that can be none."""
    out.word("ANNOTATION").open()
    for entry in entries:
        if not entry.attributes:
            raise InvalidArgument(f"no attributes for {entry.name}")
        out.astring(_checked(entry.name, _ENTRY)).open()
        for name, value in entry.attributes:
            write_value(out.astring(_checked(name, _ATTRIBUTE)), value)
        out.close()
    out.close()


def annotation_contains(
    entry: str, text: str, *, attribute: Literal["value", "value.priv", "value.shared"] = "value"
) -> Key:
    """The search key for messages with this text in an annotation; in `entry`, ``*`` and ``%`` stand for more."""
    return Key("ANNOTATION", (_checked(entry, _ENTRIES), attribute, text))


@dataclass(frozen=True, slots=True)
class AnnotationOrder:
    """A key of `Sort`: by the values of one entry, everybody's or this user's own; ``-key`` is the reverse.

    >>> -AnnotationOrder("/altsubject")
    AnnotationOrder(entry='/altsubject', attribute='value.shared', descending=True)
    """

    entry: str
    attribute: Literal["value.priv", "value.shared"] = "value.shared"
    descending: bool = False

    def __neg__(self) -> AnnotationOrder:
        return replace(self, descending=not self.descending)

    def write(self, out: Encoder) -> None:
        """[REVERSE] ANNOTATION entry attribute.  Raises `InvalidArgument` for what the server could not sort by."""
        if self.attribute not in _SORTED:
            raise InvalidArgument(f"{self.attribute!r} cannot be sorted by: only {' and '.join(_SORTED)} can")
        if self.descending:
            out.word("REVERSE")
        out.word("ANNOTATION").astring(_checked(self.entry, _ENTRY)).word(self.attribute)


@dataclass(frozen=True, slots=True)
class StoreAnnotations(Command[FetchResult]):
    """STORE or UID STORE of annotations: set attributes of entries of messages; None removes a value."""

    numbers: SequenceSet
    entries: Annotations

    name = "STORE"
    requires = _REQUIRED
    states = SELECTED

    def disturbs(self) -> Effect:
        """Setting twice is the same as once, but somebody else may set in between."""
        return Effect.CHANGES_DATA | (
            Effect.MAY_EXPUNGE if is_uid_command(self.numbers) else Effect.USES_SEQUENCE_NUMBERS
        )

    def write(self, out: Encoder) -> None:
        """[UID] STORE set ANNOTATION (entry (attribute value ...) ...)."""
        if not self.entries:
            raise InvalidArgument("nothing to set: name some entries")
        out.word("UID STORE" if is_uid_command(self.numbers) else "STORE").sequence_set(self.numbers)
        write_annotations(out, self.entries)

    def collector(self) -> Collector[FetchResult]:
        """What the server tells of the messages."""
        return FetchCollector(self.numbers)

    def answers(self) -> frozenset[object]:
        """FETCH."""
        return frozenset({"FETCH"})


EXTENSIONS = (
    Extension(
        name="ANNOTATE-EXPERIMENT-1",
        rfc="RFC 5257",
        capabilities=_REQUIRED,
        commands=(StoreAnnotations,),
        codes={"ANNOTATE": _annotate_code, "ANNOTATIONS": _annotations_code},
        fetch_items=(message_annotations("*", attributes=("value", "size")),),
    ),
)
