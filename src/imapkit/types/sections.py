"""Which piece of a message: RFC 9051's ``section``, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from imapkit.errors import InvalidArgument

__all__ = ["Section", "SectionText"]

SectionText = Literal["", "HEADER", "TEXT", "MIME", "HEADER.FIELDS", "HEADER.FIELDS.NOT"]

_TEXTS = frozenset(get_args(SectionText))
_PART = re.compile(r"[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*\Z")
# field-name of RFC 5322, narrowed to what an IMAP atom can carry and to what is no bracket of the section itself.
_FIELD_NAME = re.compile(r"[!#$&'+,\-./0-9;<=>?@A-Z^_`a-z|}~]+\Z")


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a message: the part `part` (``"1.2"``, or ``""`` for the message itself), and what of it.

    `text` is ``"HEADER"``, ``"TEXT"``, ``"MIME"`` (the part's own header), ``"HEADER.FIELDS"`` (with `fields`) or
    ``""`` for all of the body.

    >>> str(Section("1.2", "MIME")), str(Section(text="HEADER.FIELDS", fields=("From", "Subject")))
    ('1.2.MIME', 'HEADER.FIELDS (FROM SUBJECT)')
    """

    part: str = ""
    text: SectionText = ""
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.part and not _PART.match(self.part):
            raise InvalidArgument(f"{self.part!r} is no part of a message: numbers joined by dots are, such as '1.2'")
        if self.text not in _TEXTS:
            raise InvalidArgument(f"{self.text!r} is nothing of a part: {', '.join(sorted(_TEXTS - {''}))} are")
        if self.text == "MIME" and not self.part:
            raise InvalidArgument("MIME belongs to a part of a message; its own header is HEADER")
        if bool(self.fields) != self.text.startswith("HEADER.FIELDS"):
            raise InvalidArgument("header field names go with HEADER.FIELDS, and HEADER.FIELDS needs some")
        for name in self.fields:
            if not _FIELD_NAME.match(name):
                raise InvalidArgument(f"{name!r} is no name of a header field")

    def __str__(self) -> str:
        text = f"{self.part}.{self.text}" if self.part and self.text else self.part or self.text
        return f"{text} ({' '.join(self.fields).upper()})" if self.fields else text
