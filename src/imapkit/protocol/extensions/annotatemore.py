"""ANNOTATEMORE (draft-daboo-imap-annotatemore-08): what METADATA was before it was finished.

Kolab's and other old servers (Cyrus before 2.4) speak it.  An entry such as ``/comment`` has attributes, of which
``value.priv`` and ``value.shared`` are what METADATA calls ``/private/comment`` and ``/shared/comment``.  The mailbox
"" stands for the server.  Where METADATA is offered, use that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.annotate import AnnotationEntry, Attributes, read_attributes
from imapkit.protocol.model import AUTHENTICATED, Code, Collector, Command, Done, Effect, Extension, Tagged, Untagged

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "AnnotateMoreCode", "Annotations", "GetAnnotation", "SetAnnotation"]

# In entries and attributes that are asked for, "*" and "%" stand for more.
_NAME = re.compile(r"[^\x00-\x1f\x7f-\U0010ffff]+")
_NAME_ALONE = re.compile(r"[^\x00-\x1f\x7f-\U0010ffff*%]+")


@dataclass(frozen=True, slots=True)
class Annotations(Untagged):
    """``* ANNOTATION``: entries of a mailbox, or of the server (mailbox ""); one without attributes has changed."""

    mailbox: str
    entries: tuple[AnnotationEntry, ...]


@dataclass(frozen=True, slots=True)
class AnnotateMoreCode(Code):
    """``[ANNOTATEMORE ...]``: TOOBIG or TOOMANY."""

    reason: str

    @property
    def name(self) -> str:
        """ANNOTATEMORE."""
        return "ANNOTATEMORE"


# annotate-data = "ANNOTATION" SP mailbox SP entry-list
# entry-list = entry-att *(SP entry-att) / "(" entry *(SP entry) ")"     entry-att = entry SP "(" att-value ... ")"
def _annotation(cursor: Cursor) -> Annotations:
    mailbox = cursor.mailbox()
    entries: list[AnnotationEntry] = []
    while cursor.spaces() and not cursor.at_end():
        if cursor.peek() == ord("("):
            entries += (AnnotationEntry(name) for name in cursor.list_of(lambda: _name(cursor)))
        else:
            name = _name(cursor)
            cursor.spaces()
            entries.append(AnnotationEntry(name, read_attributes(cursor) if cursor.peek() == ord("(") else ()))
    return Annotations(mailbox, tuple(entries))


def _name(cursor: Cursor) -> str:
    return cursor.astring().decode("latin-1").lower()


def _code(cursor: Cursor) -> AnnotateMoreCode:
    return AnnotateMoreCode(cursor.keyword())


class _AnnotationCollector(Collector[tuple[Annotations, ...]]):
    def __init__(self) -> None:
        self._found: list[Annotations] = []

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Annotations):
            return False
        self._found.append(response)
        return True

    def finish(self, completion: Tagged) -> tuple[Annotations, ...]:
        return tuple(self._found)


@dataclass(frozen=True, slots=True)
class GetAnnotation(Command[tuple[Annotations, ...]]):
    """GETANNOTATION: attributes of entries, of the mailboxes that a pattern fits, or of the server (``""``)."""

    mailbox: str
    entries: tuple[str, ...]
    attributes: tuple[str, ...] = ("value.priv", "value.shared")

    name = "GETANNOTATION"
    requires = ("ANNOTATEMORE",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """GETANNOTATION mailbox (entry...) (attribute...)."""
        out.word("GETANNOTATION").list_pattern(self.mailbox)
        for names in (self.entries, self.attributes):
            if not names:
                raise InvalidArgument("nothing to ask: name some entries and attributes")
            out.open()
            for name in names:
                out.string(_checked(name, _NAME))
            out.close()

    def collector(self) -> Collector[tuple[Annotations, ...]]:
        """What was found, in the server's order."""
        return _AnnotationCollector()

    def answers(self) -> frozenset[object]:
        """ANNOTATION."""
        return frozenset({"ANNOTATION"})


@dataclass(frozen=True, slots=True)
class SetAnnotation(Command[None]):
    """SETANNOTATION: set attributes of one entry of a mailbox, or of the server; None removes one."""

    mailbox: str
    entry: str
    attributes: Attributes

    name = "SETANNOTATION"
    requires = ("ANNOTATEMORE",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """SETANNOTATION mailbox entry (attribute value ...)."""
        if not self.attributes:
            raise InvalidArgument("nothing to set: name some attributes")
        out.word("SETANNOTATION")
        if self.mailbox:
            out.mailbox(self.mailbox)
        else:
            out.string("")
        out.string(_checked(self.entry, _NAME_ALONE)).open()
        for name, value in self.attributes:
            out.string(_checked(name, _NAME_ALONE))
            if value is not None and (b"\r" in value or b"\n" in value):
                out.literal(value)
            else:
                out.nstring(value)
        out.close()

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


def _checked(name: str, allowed: re.Pattern[str]) -> str:
    if not allowed.fullmatch(name):
        raise InvalidArgument(f"{name!r} is no entry or attribute: they are like /comment and value.priv, in ASCII")
    return name


EXTENSIONS = (
    Extension(
        name="ANNOTATEMORE",
        rfc="draft-daboo-imap-annotatemore-08",
        capabilities=("ANNOTATEMORE",),
        commands=(GetAnnotation, SetAnnotation),
        responses={"ANNOTATION": _annotation},
        codes={"ANNOTATEMORE": _code},
    ),
)
