"""Fuzzy matching (RFC 6203): words that are nearly those that were asked for.

A word is near another when most of their letters are the same ones in the same order.  What is not about text (a flag,
a date, a size) is matched exactly, as section 5 allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from imapkit.types.query import And, Key, Not, Or, Query

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from imapkit.types.query import Searchable

__all__ = ["Fuzzy"]

_WORDS: Final = re.compile(r"\w+")
_NEAR: Final = 0.7
_FIELDS: Final = frozenset({"BCC", "CC", "FROM", "SUBJECT", "TO"})


@final
@dataclass(frozen=True, slots=True)
class Fuzzy(Query):
    """The messages that `part` matches more or less."""

    part: Query

    def matches(self, message: Searchable, *, now: dt.datetime | None = None) -> bool:
        """Whether it matches at all."""
        return self.score(message, now) > 0

    def score(self, message: Searchable, now: dt.datetime | None = None) -> int:
        """How well it matches, from 1 to 100; 0 where it does not."""
        return _score(self.part, message, now)


def _score(query: Query, message: Searchable, now: dt.datetime | None) -> int:
    match query:
        case And(parts):
            return min(_score(part, message, now) for part in parts)
        case Or(parts):
            return max(_score(part, message, now) for part in parts)
        case Not(part):
            return 0 if _score(part, message, now) == _EXACT else _EXACT
        case Key(name, (str() as text,)) if name in _FIELDS:
            return _nearness(text, message.header(name))
        case Key("HEADER", (str() as name, str() as text)) if text:
            return _nearness(text, message.header(name))
        case Key("BODY", (str() as text,)):
            return _nearness(text, (message.body_text(),))
        case Key("TEXT", (str() as text,)):
            return _nearness(text, (message.full_text(),))
        case _:
            return _EXACT if query.matches(message, now=now) else 0


_EXACT: Final = 100


def _nearness(wanted: str, texts: Iterable[str]) -> int:
    """How near the words that are wanted are to some of these texts."""
    return max((_nearness_to(wanted.casefold(), text.casefold()) for text in texts), default=0)


def _nearness_to(wanted: str, text: str) -> int:
    if wanted in text:
        return _EXACT
    words = set(_WORDS.findall(text))
    nearest = [max((_similarity(word, other) for other in words), default=0.0) for word in _WORDS.findall(wanted)]
    mean = sum(nearest) / len(nearest) if nearest else 0.0
    return round(mean * (_EXACT - 1)) if mean >= _NEAR else 0


def _similarity(word: str, other: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, other, autojunk=False).ratio()
