"""Putting messages in order, by the criteria of SORT (RFC 5256; DISPLAY, RFC 5957).

Strings are compared by the active comparator (RFC 5255, 4.2).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, TypeAlias

from imapkit.mime import headers
from imapkit.mime.compose import base_subject
from imapkit.testing.message.fields import Address, parse_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imapkit.testing.comparators import Comparator
    from imapkit.testing.store import StoredMessage

__all__ = ["CRITERIA", "sent_date", "subject_key"]

Value: TypeAlias = "str | int | dt.datetime"
_Criterion: TypeAlias = "Callable[[StoredMessage, Comparator], Value]"


def subject_key(message: StoredMessage, comparator: Comparator) -> str:
    """The base subject, as it is compared."""
    return comparator(base_subject(_value(message, b"subject").decode("utf-8", "surrogateescape")))


def sent_date(message: StoredMessage) -> dt.datetime:
    """The Date field, in UTC; the internal date where that says nothing (RFC 5256, 2.2)."""
    value = message.content.structure.value(b"date")
    moment = (headers.parse_date(value) if value else None) or message.received
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:  # at either end of the calendar
        return moment.replace(tzinfo=dt.UTC)


def _value(message: StoredMessage, name: bytes) -> bytes:
    return message.content.structure.value(name) or b""


def _first(message: StoredMessage, name: bytes) -> Address | None:
    return next(iter(parse_addresses(_value(message, name))), None)


def _mailbox(name: bytes) -> _Criterion:
    """``addr-mailbox`` of the first address."""

    def value(message: StoredMessage, comparator: Comparator) -> Value:
        address = _first(message, name)
        return comparator(_text(address.mailbox)) if address is not None else ""

    return value


def _display(name: bytes) -> _Criterion:
    """The name of the first address; the address itself where it has none (RFC 5957, 3)."""

    def value(message: StoredMessage, comparator: Comparator) -> Value:
        address = _first(message, name)
        if address is None:
            return ""
        shown = headers.decode_text(address.name) if address.name else ""
        if not shown:
            shown = _text(address.mailbox) + (f"@{_text(address.host)}" if address.host else "")
        return comparator(shown)

    return value


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode("utf-8", "replace")


CRITERIA: Final[Mapping[str, tuple[_Criterion, str]]] = {
    "ARRIVAL": (lambda message, _: message.received, "SORT"),
    "CC": (_mailbox(b"cc"), "SORT"),
    "DATE": (lambda message, _: sent_date(message), "SORT"),
    "DISPLAYFROM": (_display(b"from"), "SORT=DISPLAY"),
    "DISPLAYTO": (_display(b"to"), "SORT=DISPLAY"),
    "FROM": (_mailbox(b"from"), "SORT"),
    # Cyrus has two more.
    "MODSEQ": (lambda message, _: message.modseq, "SORT=MODSEQ"),
    "SIZE": (lambda message, _: message.size, "SORT"),
    "SUBJECT": (subject_key, "SORT"),
    "TO": (_mailbox(b"to"), "SORT"),
    "UID": (lambda message, _: message.uid, "SORT=UID"),
}
"""What each criterion compares, and the capability that brings it."""
