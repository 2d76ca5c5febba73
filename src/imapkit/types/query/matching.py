"""One search key against one message, here instead of on a server: RFC 9051, section 6.4.4, to the letter.

Text is looked for as a substring, whatever its case. Days are those that the message's dates were written with:
"disregarding time and timezone" means that 23:30 on 1 November in Lisbon is 1 November in Tokyo, too.
"""

from __future__ import annotations

import operator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from imapkit.errors import InvalidArgument
from imapkit.types.uids import NumberSet, OpenNumberRange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from imapkit.types.query.tree import Arg

__all__ = ["Searchable", "answer"]


class Searchable(Protocol):
    """What a message must have for `Query.matches`; each query reads no more of it than it needs."""

    @property
    def uid(self) -> int:
        """Its UID."""
        ...

    @property
    def seq(self) -> int:
        """Its message sequence number."""
        ...

    @property
    def flags(self) -> AbstractSet[str]:
        """Its flags, in a set that ignores case: a `FlagSet`."""
        ...

    @property
    def received(self) -> datetime:
        """Its INTERNALDATE: aware, in the timezone that it was written with."""
        ...

    @property
    def date(self) -> datetime | None:
        """Its Date header, in the timezone that it was written with; `None` where there is none that can be read."""
        ...

    @property
    def size(self) -> int:
        """Its RFC822.SIZE, in octets."""
        ...

    @property
    def modseq(self) -> int | None:
        """Its mod-sequence (RFC 7162); `None` where the mailbox keeps none."""
        ...

    @property
    def saved(self) -> datetime | None:
        """When it was saved in its mailbox (RFC 8514); `None` where the mailbox does not keep that."""
        ...

    @property
    def email_id(self) -> str | None:
        """Its EMAILID (RFC 8474)."""
        ...

    @property
    def thread_id(self) -> str | None:
        """Its THREADID (RFC 8474)."""
        ...

    def header(self, name: str, /) -> Sequence[str]:
        """The values of all header fields called `name` (whatever its case), unfolded and decoded."""
        ...

    def body_text(self) -> str:
        """The text of the body, decoded."""
        ...

    def full_text(self) -> str:
        """The text of the header, those of MIME parts included, and of the body, decoded."""
        ...


_FLAGS: Final[Mapping[str, tuple[str, bool]]] = {
    "ANSWERED": ("\\Answered", True),
    "DELETED": ("\\Deleted", True),
    "DRAFT": ("\\Draft", True),
    "FLAGGED": ("\\Flagged", True),
    "OLD": ("\\Recent", False),
    "RECENT": ("\\Recent", True),
    "SEEN": ("\\Seen", True),
    "UNANSWERED": ("\\Answered", False),
    "UNDELETED": ("\\Deleted", False),
    "UNDRAFT": ("\\Draft", False),
    "UNFLAGGED": ("\\Flagged", False),
    "UNSEEN": ("\\Seen", False),
}

_FIELDS: Final[Mapping[str, str]] = {"BCC": "Bcc", "CC": "Cc", "FROM": "From", "SUBJECT": "Subject", "TO": "To"}


def _received(message: Searchable) -> datetime | None:
    return message.received


def _sent(message: Searchable) -> datetime | None:
    return message.date


def _saved(message: Searchable) -> datetime | None:
    # Where the mailbox keeps no save date, these keys "MUST use the internal date" (RFC 8514, section 4.3).
    saved = message.saved
    return message.received if saved is None else saved


_DAYS: Final[Mapping[str, tuple[Callable[[Searchable], datetime | None], Callable[[date, date], bool]]]] = {
    "BEFORE": (_received, operator.lt),
    "ON": (_received, operator.eq),
    "SINCE": (_received, operator.ge),
    "SENTBEFORE": (_sent, operator.lt),
    "SENTON": (_sent, operator.eq),
    "SENTSINCE": (_sent, operator.ge),
    "SAVEDBEFORE": (_saved, operator.lt),
    "SAVEDON": (_saved, operator.eq),
    "SAVEDSINCE": (_saved, operator.ge),
}


def answer(name: str, args: tuple[Arg, ...], message: Searchable, now: datetime | None) -> bool:
    """Whether the search key `name` matches `message`; raises `InvalidArgument` for what only a server can answer."""
    match args:
        case ():
            result = _bare(name, message)
        case (str() as text,):
            result = _about_text(name, text, message)
        case (date() as day,):
            result = _about_day(name, day, message)
        case (int() as number,):
            result = _about_number(name, number, message, now)
        case (NumberSet() | OpenNumberRange() as numbers,):
            result = _about_set(name, numbers, message)
        case (str() as field, str() as text) if name == "HEADER":
            result = _in_header(field, text, message)
        case (str(), str(), int() as number) if name == "MODSEQ":
            # Who keeps one mod-sequence for all metadata of a message ignores the rest (RFC 7162, section 3.1.5).
            result = _about_number(name, number, message, now)
        case _:
            result = None
    if result is None:
        raise InvalidArgument(f"{name}: only the server can answer that")
    return result


# -- each answers for the names that it knows, and `None` for the others ---------------------------------------------


def _bare(name: str, message: Searchable) -> bool | None:
    if name in _FLAGS:
        flag, wanted = _FLAGS[name]
        return (flag in message.flags) is wanted
    match name:
        case "NEW":
            return "\\Recent" in message.flags and "\\Seen" not in message.flags
        case "SAVEDATESUPPORTED":
            return message.saved is not None
        case _:
            return None


def _about_text(name: str, text: str, message: Searchable) -> bool | None:
    if name in _FIELDS:
        return _in_header(_FIELDS[name], text, message)
    match name:
        case "TEXT":
            return text.casefold() in message.full_text().casefold()
        case "BODY":
            return text.casefold() in message.body_text().casefold()
        case "KEYWORD":
            return text in message.flags
        case "UNKEYWORD":
            return text not in message.flags
        case "EMAILID":
            return text == message.email_id
        case "THREADID":
            return text == message.thread_id
        case _:
            return None


def _in_header(field: str, text: str, message: Searchable) -> bool:
    # The empty string is a substring of whatever is there: it asks whether the field is present.
    wanted = text.casefold()
    return any(wanted in value.casefold() for value in message.header(field))


def _about_day(name: str, day: date, message: Searchable) -> bool | None:
    if name not in _DAYS:
        return None
    which, compare = _DAYS[name]
    moment = which(message)
    return moment is not None and compare(moment.date(), day)


def _about_number(name: str, number: int, message: Searchable, now: datetime | None) -> bool | None:
    match name:
        case "LARGER":
            return message.size > number
        case "SMALLER":
            return message.size < number
        case "MODSEQ":
            modseq = message.modseq
            return modseq is not None and modseq >= number
        case "YOUNGER":
            return _age(name, message, now) <= timedelta(seconds=number)
        case "OLDER":
            return _age(name, message, now) >= timedelta(seconds=number)
        case "UIDAFTER":
            return message.uid > number
        case "UIDBEFORE":
            return message.uid < number
        case _:
            return None


def _age(name: str, message: Searchable, now: datetime | None) -> timedelta:
    if now is None or now.utcoffset() is None:
        raise InvalidArgument(f"{name} needs the present: matches(message, now=<an aware datetime>)")
    # "to the resolution of a second" (RFC 5032, section 2), which is INTERNALDATE's.
    return now.replace(microsecond=0) - message.received.replace(microsecond=0)


def _about_set(name: str, numbers: NumberSet | OpenNumberRange, message: Searchable) -> bool | None:
    match name:
        case "UID":
            number = message.uid
        case "SEQUENCE-SET":
            number = message.seq
        case _:
            return None
    if isinstance(numbers, NumberSet):
        return number in numbers
    return number >= numbers.first if isinstance(numbers.first, int) else None  # which is the last, the server knows
