"""Gmail's search box (X-GM-RAW), as far as it is easily told: the operators that people use most.

``from:`` ``to:`` ``cc:`` ``bcc:`` ``subject:`` ``list:`` ``rfc822msgid:`` ``filename:``; ``label:`` and ``in:``;
``is:unread|read|starred|important``; ``has:attachment``; ``larger:`` ``smaller:`` (``5M``); ``after:`` ``before:``
(``2024/1/31``); ``older_than:`` ``newer_than:`` (``2d``, ``3m``, ``1y``); ``-`` for not, ``OR``, ``( )`` and ``{ }``.
What is none of these is looked for as a word.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from imapkit.errors import InvalidArgument
from imapkit.testing.labels import label_of, labels_of
from imapkit.testing.search_keys import Having
from imapkit.types.query import All, Key, Q, Query, all_of, any_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imapkit.testing.store import StoredMailbox, StoredMessage

__all__ = ["read_query"]

_SPACES = re.compile(r"\s*")
_OPERATOR = re.compile(r"([A-Za-z0-9_]+):(?=\S)")
_VALUE = re.compile(r"\"([^\"]*)\"?|([^\s(){}\"]+)")
_SIZE = re.compile(r"(\d{1,12})([KkMm]?)[Bb]?")
_AGE = re.compile(r"(\d{1,6})([dmy])")
_DATE = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_DEEPEST: Final = 20
_DAY: Final = 24 * 3600
_NAMES: Final = {"inbox": "\\inbox", "starred": "\\starred", "important": "\\important", "sent": "\\sent"} | {
    "draft": "\\draft",
    "drafts": "\\draft",
    "spam": "\\spam",
    "trash": "\\trash",
}


def read_query(text: str, mailbox: StoredMailbox) -> Query:
    """What the words in the search box mean in this folder."""
    reader = _Reader(text, mailbox)
    terms = reader.read("")
    return all_of(terms)


class _Reader:
    def __init__(self, text: str, mailbox: StoredMailbox) -> None:
        self._text = text
        self._pos = 0
        self._depth = 0
        self._mailbox = mailbox

    def read(self, closing: str) -> list[Query]:
        """Read terms up to a bracket or the end; OR joins the two that stand around it."""
        terms: list[Query] = []
        joining = False
        while (word := self._peek()) is not None and word != closing:
            if self._accept("OR ") and terms:
                joining = True
                continue
            term = self._term()
            if joining:
                terms[-1] |= term
            else:
                terms.append(term)
            joining = False
        if closing:
            self._pos += 1
        return terms

    def _peek(self) -> str | None:
        found = _SPACES.match(self._text, self._pos)
        self._pos = found.end() if found else self._pos
        return self._text[self._pos] if self._pos < len(self._text) else None

    def _accept(self, word: str) -> bool:
        if not self._text.startswith(word, self._pos):
            return False
        self._pos += len(word)
        return True

    def _term(self) -> Query:
        if self._accept("-"):
            return ~self._term() if self._peek() is not None else All()
        for opening, closing, join in (("(", ")", all_of), ("{", "}", any_of)):
            if self._accept(opening):
                return join(self._group(closing))
        found = _OPERATOR.match(self._text, self._pos)
        if found is None:
            return Q.text(self._value())
        self._pos = found.end()
        name = found[1].lower()
        if self._accept("("):
            start = self._pos
            end = self._text.find(")", start)
            self._pos = len(self._text) if end < 0 else end + 1
            words = self._text[start : self._pos].rstrip(")").split()
            return all_of([self._of(name, word) for word in words])
        return self._of(name, self._value())

    def _group(self, closing: str) -> list[Query]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidArgument(f"brackets nested deeper than {_DEEPEST} levels")
        terms = self.read(closing)
        self._depth -= 1
        return terms

    def _value(self) -> str:
        found = _VALUE.match(self._text, self._pos)
        if found is None:
            self._pos += 1  # a bracket that closes nothing
            return ""
        self._pos = found.end()
        return found[1] if found[1] is not None else found[2]

    def _of(self, name: str, value: str) -> Query:
        if name in _FIELDS:
            return _FIELDS[name](value)
        if name in ("label", "in"):
            return All() if value.lower() in ("anywhere", "all") else self._labelled(value)
        if name == "is" and value.lower() in ("starred", "important"):
            return Q.flagged if value.lower() == "starred" else self._labelled(value)
        if name == "filename":
            return Having(lambda message: any(value.lower() in one.lower() for one in _file_names(message)))
        known = _KEYWORDS.get((name, value.lower()))
        known = _about_numbers(name, value) if known is None else known
        return Q.text(f"{name}:{value}") if known is None else known

    def _labelled(self, value: str) -> Query:
        mailbox, wanted = self._mailbox, _NAMES.get(value.lower(), _normal(value))

        def holds(message: StoredMessage) -> bool:
            return wanted in map(_normal, [label_of(mailbox) or "", *labels_of(mailbox, message)])

        return Having(holds)


def _normal(label: str) -> str:
    """Gmail writes labels in searches with hyphens for spaces and hierarchy."""
    return label.lower().replace(" ", "-").replace("/", "-")


def _file_names(message: StoredMessage) -> list[str]:
    """The file names of its attachments."""
    from imapkit.mime import headers
    from imapkit.testing.message.fields import parse_parameters

    names: list[str] = []
    for part in message.content.structure.leaves():
        kind, parameters = parse_parameters(part.value(b"content-disposition") or b"")
        name = dict(parameters).get(b"filename") or dict(part.content_type[1]).get(b"name")
        if name is not None or kind.lower() == b"attachment":
            names.append(headers.decode_text(name or b""))
    return names


def _about_numbers(name: str, value: str) -> Query | None:
    if name in ("larger", "smaller", "size") and (size := _SIZE.fullmatch(value)):
        octets = int(size[1]) * {"": 1, "K": 1024, "M": 1024**2}[size[2].upper()]
        return Q.smaller(octets) if name == "smaller" else Q.larger(octets)
    if name in ("older_than", "newer_than") and (age := _AGE.fullmatch(value.lower())):
        seconds = min(int(age[1]) * {"d": 1, "m": 30, "y": 365}[age[2]] * _DAY, 2**32 - 1)
        return Key("OLDER" if name == "older_than" else "YOUNGER", (max(seconds, 1),))
    if name in ("after", "before") and (date := _DATE.fullmatch(value)):
        try:
            day = dt.date(int(date[1]), int(date[2]), int(date[3]))
        except ValueError:
            return None
        return Q.since(day) if name == "after" else Q.before(day)
    return None


_FIELDS: Final[Mapping[str, Callable[[str], Query]]] = {
    "from": Q.from_,
    "to": Q.to,
    "cc": Q.cc,
    "bcc": Q.bcc,
    "subject": Q.subject,
    "list": lambda value: Q.header("List-Id", value),
    "rfc822msgid": lambda value: Q.header("Message-ID", value),
}
_KEYWORDS: Final[Mapping[tuple[str, str], Query]] = {
    ("is", "unread"): Q.unseen,
    ("is", "read"): Q.seen,
    ("has", "attachment"): Having(lambda message: bool(_file_names(message))),
}
