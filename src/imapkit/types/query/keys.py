"""Every search key that imapkit knows: its arguments, the capability it needs, where it is defined, its name on `Q`."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FLAG_ENTRY", "KEYS", "SEQUENCE_SET", "ArgKind", "KeySpec", "kinds_of"]


class ArgKind(StrEnum):
    """What one argument of a search key is, named after RFC 9051, section 9, where that has a name for it."""

    TEXT = "astring"
    """`str`, any but CR, LF and NUL; what is not ASCII needs ``CHARSET UTF-8`` or IMAP4rev2."""
    DATE = "date"
    """`datetime.date`: a day, of which time and timezone are disregarded."""
    NUMBER = "nz-number"
    """`int`, 1 to 2**32 - 1."""
    NUMBER64 = "number64"
    """`int`, 0 to 2**63 - 1."""
    UNSIGNED64 = "unsigned 64-bit number"
    """`int`, 0 to 2**64 - 1: Gmail's ids."""
    FLAG = "flag-keyword"
    """`str`: a keyword, which is an atom."""
    HEADER_NAME = "header-fld-name"
    """`str`: a field name of RFC 5322, section 3.6.8."""
    UIDS = "UID sequence-set"
    """A `UidSet` that is not empty, an `OpenRange`, or `SAVED_RESULT`."""
    SEQS = "sequence-set"
    """A `SeqSet` that is not empty, an `OpenSeqRange`, or `SAVED_RESULT`."""
    QUERY = "search-key"
    """A `Query`."""
    OBJECT_ID = "objectid"
    """`str`: 1 to 255 letters, digits, ``_`` and ``-`` (RFC 8474, section 7)."""
    FILTER_NAME = "filter-name"
    """`str`: an atom without ``/`` (RFC 5466, section 4)."""
    STRING = "string"
    """`str` that is sent as a quoted string or a literal, never as an atom (RFC 5257)."""
    ENTRY_NAME = "entry-name"
    r"""`str`: `FLAG_ENTRY` and a flag, which is any but ``\Recent`` (RFC 7162, section 7)."""
    ENTRY_TYPE = "entry-type-req"
    """``"priv"``, ``"shared"`` or ``"all"`` (RFC 7162, section 7)."""
    RAW = "any"
    """Anything of the above: the arguments of keys that imapkit does not know."""


class KeySpec(NamedTuple):
    """One search key; `capability` is `None` for what every server has, `attribute` is empty where `Q` has no name."""

    args: tuple[ArgKind, ...]
    capability: str | None
    rfc: str
    attribute: str = ""
    optional: tuple[ArgKind, ...] = ()
    """What may stand before `args`: all of it or nothing."""


FLAG_ENTRY: Final = "/flags/"
"""What the name of a flag's entry begins with (RFC 7162, section 7)."""

SEQUENCE_SET: Final = "SEQUENCE-SET"
"""Stands for the one key without a name, a bare sequence set (``SEARCH 1:5``), whose argument is written alone."""

_TEXT = (ArgKind.TEXT,)
_DATE = (ArgKind.DATE,)
_OCTETS = (ArgKind.NUMBER64,)
_SECONDS = (ArgKind.NUMBER,)
_UID = (ArgKind.NUMBER,)
_FLAG = (ArgKind.FLAG,)
_ID = (ArgKind.OBJECT_ID,)

_BASE = "RFC 9051, 6.4.4"
_REV1 = "RFC 3501, 6.4.4"

KEYS: Final[Mapping[str, KeySpec]] = MappingProxyType(
    {
        SEQUENCE_SET: KeySpec((ArgKind.SEQS,), None, _BASE),
        "ALL": KeySpec((), None, _BASE, "all"),
        "ANSWERED": KeySpec((), None, _BASE, "answered"),
        "BCC": KeySpec(_TEXT, None, _BASE, "bcc"),
        "BEFORE": KeySpec(_DATE, None, _BASE, "before"),
        "BODY": KeySpec(_TEXT, None, _BASE, "body"),
        "CC": KeySpec(_TEXT, None, _BASE, "cc"),
        "DELETED": KeySpec((), None, _BASE, "deleted"),
        "DRAFT": KeySpec((), None, _BASE, "draft"),
        "FLAGGED": KeySpec((), None, _BASE, "flagged"),
        "FROM": KeySpec(_TEXT, None, _BASE, "from_"),
        "HEADER": KeySpec((ArgKind.HEADER_NAME, ArgKind.TEXT), None, _BASE, "header"),
        "KEYWORD": KeySpec(_FLAG, None, _BASE, "keyword"),
        "LARGER": KeySpec(_OCTETS, None, _BASE, "larger"),
        "ON": KeySpec(_DATE, None, _BASE, "on"),
        "SEEN": KeySpec((), None, _BASE, "seen"),
        "SENTBEFORE": KeySpec(_DATE, None, _BASE, "sent_before"),
        "SENTON": KeySpec(_DATE, None, _BASE, "sent_on"),
        "SENTSINCE": KeySpec(_DATE, None, _BASE, "sent_since"),
        "SINCE": KeySpec(_DATE, None, _BASE, "since"),
        "SMALLER": KeySpec(_OCTETS, None, _BASE, "smaller"),
        "SUBJECT": KeySpec(_TEXT, None, _BASE, "subject"),
        "TEXT": KeySpec(_TEXT, None, _BASE, "text"),
        "TO": KeySpec(_TEXT, None, _BASE, "to"),
        "UID": KeySpec((ArgKind.UIDS,), None, _BASE, "uid"),
        "UNANSWERED": KeySpec((), None, _BASE, "unanswered"),
        "UNDELETED": KeySpec((), None, _BASE, "undeleted"),
        "UNDRAFT": KeySpec((), None, _BASE, "undraft"),
        "UNFLAGGED": KeySpec((), None, _BASE, "unflagged"),
        "UNKEYWORD": KeySpec(_FLAG, None, _BASE, "unkeyword"),
        "UNSEEN": KeySpec((), None, _BASE, "unseen"),
        # IMAP4rev2 has no \Recent (RFC 9051, appendix E).
        "NEW": KeySpec((), "IMAP4REV1", _REV1, "new"),
        "OLD": KeySpec((), "IMAP4REV1", _REV1, "old"),
        "RECENT": KeySpec((), "IMAP4REV1", _REV1, "recent"),
        "OLDER": KeySpec(_SECONDS, "WITHIN", "RFC 5032", "older"),
        "YOUNGER": KeySpec(_SECONDS, "WITHIN", "RFC 5032", "younger"),
        "MODSEQ": KeySpec(
            (ArgKind.NUMBER64,), "CONDSTORE", "RFC 7162, 3.1.5", "modseq", (ArgKind.ENTRY_NAME, ArgKind.ENTRY_TYPE)
        ),
        "UIDAFTER": KeySpec(_UID, "MESSAGELIMIT=", "RFC 9738, 3.2"),
        "UIDBEFORE": KeySpec(_UID, "MESSAGELIMIT=", "RFC 9738, 3.2"),
        "SAVEDBEFORE": KeySpec(_DATE, "SAVEDATE", "RFC 8514, 4.3", "saved_before"),
        "SAVEDON": KeySpec(_DATE, "SAVEDATE", "RFC 8514, 4.3", "saved_on"),
        "SAVEDSINCE": KeySpec(_DATE, "SAVEDATE", "RFC 8514, 4.3", "saved_since"),
        "SAVEDATESUPPORTED": KeySpec((), "SAVEDATE", "RFC 8514, 4.3", "savedate_supported"),
        "EMAILID": KeySpec(_ID, "OBJECTID", "RFC 8474, 6", "email_id"),
        "THREADID": KeySpec(_ID, "OBJECTID", "RFC 8474, 6", "thread_id"),
        "FUZZY": KeySpec((ArgKind.QUERY,), "SEARCH=FUZZY", "RFC 6203, 3", "fuzzy"),
        "ANNOTATION": KeySpec((ArgKind.TEXT, ArgKind.TEXT, ArgKind.STRING), "ANNOTATE-EXPERIMENT-1", "RFC 5257, 4.6"),
        "FILTER": KeySpec((ArgKind.FILTER_NAME,), "FILTERS", "RFC 5466, 3.1", "filter"),
        # https://developers.google.com/workspace/gmail/imap/imap-extensions
        "X-GM-RAW": KeySpec(_TEXT, "X-GM-EXT-1", "Gmail", "gmail"),
        "X-GM-LABELS": KeySpec(_TEXT, "X-GM-EXT-1", "Gmail"),
        "X-GM-MSGID": KeySpec((ArgKind.UNSIGNED64,), "X-GM-EXT-1", "Gmail"),
        "X-GM-THRID": KeySpec((ArgKind.UNSIGNED64,), "X-GM-EXT-1", "Gmail"),
    }
)


def kinds_of(name: str, count: int) -> tuple[ArgKind, ...]:
    """What the arguments of a key are when there are `count` of them; of a key that imapkit does not know: anything."""
    spec = KEYS.get(name)
    if spec is None:
        return (ArgKind.RAW,) * count
    return spec.optional + spec.args if count > len(spec.args) else spec.args
