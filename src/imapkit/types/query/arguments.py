"""The arguments of search keys, checked when a query is built, so that nothing is left to refuse when it is sent.

Each check gives back a plain value: subclasses of `str`, `int` and `date` (an enum's member, say) lose what they add,
so that queries made from them print, pickle and compare like any other.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from operator import index
from typing import TYPE_CHECKING, Final, SupportsIndex, TypeAlias, TypeVar

from imapkit.errors import InvalidArgument
from imapkit.types.query.keys import FLAG_ENTRY, ArgKind
from imapkit.types.uids import NumberSet, OpenNumberRange, OpenRange, OpenSeqRange, SavedResult, SeqSet, UidSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Value", "checked", "flag_entry", "key_name"]

Value: TypeAlias = str | bytes | int | date | NumberSet | OpenNumberRange | SavedResult
_T = TypeVar("_T")

_UNSENDABLE = re.compile("[\r\n\0]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# RFC 9051, section 9: atom = 1*ATOM-CHAR
_ATOM = re.compile(r'[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]++')
# RFC 5322, section 3.6.8: field-name = 1*ftext
_FIELD_NAME = re.compile(r"[!-9;-~]++")
# RFC 7162, section 7: entry-flag-name = DQUOTE "/flags/" attr-flag DQUOTE, where attr-flag is a keyword or "\\" atom
_FLAG_ENTRY = re.compile(rf"{FLAG_ENTRY}\\?(?:{_ATOM.pattern})")
_ENTRY_TYPES = ("priv", "shared", "all")
_OBJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,255}+")

_STRUCTURE = {"ALL": "Q.all", "AND": "&", "OR": "|", "NOT": "~"}
# What may stand before the first search key (RFC 9051, section 9, search; RFC 7377, section 2.2) is no search key.
_NO_KEYS = frozenset({"CHARSET", "RETURN", "IN"})
_SYSTEM_FLAGS = frozenset({"\\SEEN", "\\ANSWERED", "\\FLAGGED", "\\DELETED", "\\DRAFT", "\\RECENT"})


def key_name(name: object) -> str:
    """`name` in upper case, if it can be the name of a search key."""
    text = _string("the name of a search key", name)
    # A digit or "$" would begin a sequence set, which is a search key by itself.
    if not _ATOM.fullmatch(text) or text[0] in "$0123456789":
        raise InvalidArgument(f"{text!r} is no name of a search key: one is an atom such as X-EXT")
    # After the check, not before: the upper case of some other letters is ASCII.
    text = text.upper()
    if text in _STRUCTURE:
        raise InvalidArgument(f"{text} is not built as a key: use {_STRUCTURE[text]}")
    if text in _NO_KEYS:
        raise InvalidArgument(f"{text} is no search key but an argument of the SEARCH command")
    return text


def checked(kind: ArgKind, key: str, value: object) -> Value:
    """The plain `value` of an argument of `key`; raises `InvalidArgument` where it is not what `kind` says."""
    return _CHECKS[kind](key, value)


def flag_entry(key: str, flag: object) -> str:
    """The name of the entry that stands for a flag (RFC 7162, section 7), which is still to be checked."""
    return FLAG_ENTRY + _string(key, flag)


def _wrong_type(key: str, wanted: str, value: object) -> InvalidArgument:
    return InvalidArgument(f"{key}: {wanted} is needed here, not {type(value).__name__}")


def _string(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong_type(key, "a str", value)
    return str.__str__(value)


def _text(key: str, value: object) -> str:
    text = _string(key, value)
    if _UNSENDABLE.search(text):
        raise InvalidArgument(
            f"{key}: the text holds CR, LF or NUL, which no search can: search for the words around it"
        )
    if _SURROGATE.search(text):
        raise InvalidArgument(
            f"{key}: the text holds a lone surrogate, which is no character: decode it properly first"
        )
    return text


def _bytes(key: str, value: bytes) -> bytes:
    if _UNSENDABLE.search(value.decode("latin-1")):
        raise InvalidArgument(f"{key}: the octets hold CR, LF or NUL, which no search can")
    return bytes(value)


def _keyword(key: str, value: object) -> str:
    text = _string(key, value)
    if text.upper() in _SYSTEM_FLAGS:
        instead = f"{'~' if key == 'UNKEYWORD' else ''}Q.{text[1:].lower()}"
        raise InvalidArgument(f"{key}: {text} is a system flag, not a keyword: use {instead}")
    if not _ATOM.fullmatch(text):
        raise InvalidArgument(
            f'{key}: {text!r} is no keyword: one is ASCII without spaces, controls and any of ( ) {{ % * " \\ ]'
        )
    return text


def _field_name(key: str, value: object) -> str:
    text = _string(key, value)
    if not _FIELD_NAME.fullmatch(text):
        raise InvalidArgument(f"{key}: {text!r} is no header field's name: give it without ':', such as 'List-Id'")
    return text


def _object_id(key: str, value: object) -> str:
    text = _string(key, value)
    if not _OBJECT_ID.fullmatch(text):
        raise InvalidArgument(f"{key}: {text!r} is no object id: 1 to 255 letters, digits, '_' and '-' of ASCII")
    return text


def _filter_name(key: str, value: object) -> str:
    text = _string(key, value)
    if not _ATOM.fullmatch(text) or "/" in text:
        raise InvalidArgument(f"{key}: {text!r} is no filter's name: an atom without '/'")
    return text


def _entry_name(key: str, value: object) -> str:
    text = _string(key, value)
    if not _FLAG_ENTRY.fullmatch(text) or text.upper().endswith("/\\RECENT"):
        raise InvalidArgument(
            f"{key}: {text!r} is no entry: {FLAG_ENTRY} and a flag are, such as '{FLAG_ENTRY}$Forwarded';"
            " \\Recent has none"
        )
    return text


def _entry_type(key: str, value: object) -> str:
    text = _string(key, value)
    if text not in _ENTRY_TYPES:
        raise InvalidArgument(f"{key}: {text!r} is no type of entry: there are {', '.join(_ENTRY_TYPES)}")
    return text


def _day(key: str, value: object) -> date:
    if isinstance(value, datetime):
        raise InvalidArgument(
            f"{key}: IMAP compares whole days: give a date (moment.date()),"
            " or use Q.received_after(moment) and Q.received_before(moment)"
        )
    if not isinstance(value, date):
        raise _wrong_type(key, "a datetime.date", value)
    return date(value.year, value.month, value.day)


def _between(least: int, most: int) -> Callable[[str, object], int]:
    def check(key: str, value: object) -> int:
        # A bool is an int to Python; as a size it is surely a mistake. numpy's integers are fine.
        if isinstance(value, bool) or not isinstance(value, SupportsIndex):
            raise _wrong_type(key, "an int", value)
        number = int(index(value))
        if not least <= number <= most:
            raise InvalidArgument(f"{key}: {number} is not from {least} to {most}")
        return number

    return check


def _set_of(
    kind: type[UidSet | SeqSet], open_kind: type[OpenRange | OpenSeqRange]
) -> Callable[[str, object], NumberSet | OpenNumberRange | SavedResult]:
    def check(key: str, value: object) -> NumberSet | OpenNumberRange | SavedResult:
        if not isinstance(value, (kind, open_kind, SavedResult)):
            raise _wrong_type(key, f"a {kind.__name__}, an {open_kind.__name__} or SAVED_RESULT", value)
        return _not_empty(key, value)

    return check


def _not_empty(key: str, value: _T) -> _T:
    if isinstance(value, NumberSet) and not value:
        raise InvalidArgument(f"{key}: IMAP has no text for an empty set")
    return value


def _any(key: str, value: object) -> Value:
    if isinstance(value, bytes):
        return _bytes(key, value)
    if isinstance(value, date):
        return _day(key, value)
    if isinstance(value, SupportsIndex):
        return _unsigned64(key, value)
    if isinstance(value, (NumberSet, OpenNumberRange, SavedResult)):
        return _not_empty(key, value)
    return _text(key, value)


_unsigned64 = _between(0, 2**64 - 1)

_CHECKS: Final[Mapping[ArgKind, Callable[[str, object], Value]]] = {
    ArgKind.TEXT: _text,
    ArgKind.DATE: _day,
    ArgKind.NUMBER: _between(1, 2**32 - 1),
    ArgKind.NUMBER64: _between(0, 2**63 - 1),
    ArgKind.UNSIGNED64: _unsigned64,
    ArgKind.FLAG: _keyword,
    ArgKind.HEADER_NAME: _field_name,
    ArgKind.UIDS: _set_of(UidSet, OpenRange),
    ArgKind.SEQS: _set_of(SeqSet, OpenSeqRange),
    ArgKind.OBJECT_ID: _object_id,
    ArgKind.FILTER_NAME: _filter_name,
    ArgKind.STRING: _text,
    ArgKind.ENTRY_NAME: _entry_name,
    ArgKind.ENTRY_TYPE: _entry_type,
    ArgKind.RAW: _any,
}
