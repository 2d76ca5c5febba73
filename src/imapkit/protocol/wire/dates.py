"""Dates and times in IMAP's own spelling (RFC 9051, 9: `date`, `date-time`)."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from imapkit.errors import InvalidArgument

__all__ = ["USUAL_DATE_TIME", "format_date", "format_date_time", "parse_date_time", "usual_date_time"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name.upper().encode(): number for number, name in enumerate(_MONTHS, 1)}
_MONTHS_OF_ISO = {name: f"{number:02}" for number, name in enumerate(_MONTHS, 1)}

# date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
USUAL_DATE_TIME = re.compile(rb"[ \d]\d-[A-Z][a-z]{2}-\d{4} (?:[01]\d|2[0-3]):\d\d:\d\d [+-]\d{4}")
_DATE_TIME = re.compile(rb" *(\d{1,2})-([A-Za-z]{3})-(\d{4}) +(\d\d):(\d\d):(\d\d) +([+-]\d{4}) *\Z")


def usual_date_time(text: str) -> dt.datetime | None:
    """The moment that what `USUAL_DATE_TIME` fits names; None for one that has to be looked at more closely.

    Python's reader of ISO 8601 takes less time than six calls of `int`.
    """
    try:
        return dt.datetime.fromisoformat(f"{_day_of_iso(text[:11])}T{text[12:20]}{text[21:]}")
    except (KeyError, ValueError):
        return None


@lru_cache(maxsize=4096)
def _day_of_iso(text: str) -> str:
    """Many messages came on one day."""
    return f"{text[7:]}-{_MONTHS_OF_ISO[text[3:6]]}-{text[:2].replace(' ', '0')}"


def parse_date_time(text: bytes) -> dt.datetime | None:
    """The moment that an INTERNALDATE names, timezone-aware; None where it is none.

    >>> parse_date_time(b"17-Jul-1996 02:44:25 -0700")
    datetime.datetime(1996, 7, 17, 2, 44, 25, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=61200)))
    """
    found = _DATE_TIME.match(text)
    if found is None:
        return None
    day, month, year, hour, minute, second, zone = found.groups()
    seconds = int(second)
    if seconds > 60:
        return None
    try:
        moment = dt.datetime(
            int(year),
            _MONTH_NUMBERS[month.upper()],
            int(day),
            int(hour),
            int(minute),
            seconds if seconds < 60 else 59,
            tzinfo=_zone(zone),
        )
        # A leap second is one more than the 59th, as POSIX counts.
        return moment if seconds < 60 else moment + dt.timedelta(seconds=1)
    except (ValueError, KeyError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _zone(offset: bytes) -> dt.timezone:
    minutes = int(offset[1:3]) * 60 + int(offset[3:])
    return dt.timezone(dt.timedelta(minutes=-minutes if offset.startswith(b"-") else minutes))


def format_date(day: dt.date) -> str:
    """Write ``date-text``, as search keys take it.

    >>> format_date(dt.date(1994, 2, 1))
    '1-Feb-1994'
    """
    if isinstance(day, dt.datetime):
        raise InvalidArgument("a date is wanted, not a datetime: IMAP's search keys know whole days; use .date()")
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04}"


def format_date_time(moment: dt.datetime) -> str:
    """Write ``date-time`` without its quotation marks; seconds are the finest it can carry.

    >>> format_date_time(dt.datetime(1996, 7, 7, 2, 44, 25, tzinfo=dt.timezone.utc))
    ' 7-Jul-1996 02:44:25 +0000'
    """
    offset = moment.utcoffset()
    if offset is None:
        raise InvalidArgument("a datetime without a timezone: say which moment is meant, e.g. with .astimezone()")
    minutes = offset // dt.timedelta(minutes=1)
    if offset % dt.timedelta(minutes=1):  # the zones of old had seconds, which a date-time cannot carry
        moment = moment.astimezone(dt.timezone(dt.timedelta(minutes=minutes)))
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    return f"{moment.day:2}-{_MONTHS[moment.month - 1]}-{moment.year:04} {moment:%H:%M:%S} {zone}"
