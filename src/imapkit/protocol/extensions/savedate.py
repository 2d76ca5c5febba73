"""SAVEDATE (RFC 8514): when a message came into this mailbox, by whatever way; INTERNALDATE is older than a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import Extension, Item
from imapkit.protocol.wire.dates import parse_date_time

if TYPE_CHECKING:
    import datetime as dt

    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "SAVEDATE"]


# msg-att-static =/ "SAVEDATE" SP (date-time / nil)
def _save_date(cursor: Cursor) -> dt.datetime | None:
    text = cursor.nstring()
    if text is None:
        return None
    moment = parse_date_time(text)
    if moment is None:
        cursor.defect("a date and time expected")
    return moment


SAVEDATE: Item[dt.datetime | None] = Item("SAVEDATE", _save_date, requires=("SAVEDATE",))
"""None where the mailbox keeps no such dates."""

EXTENSIONS = (Extension(name="SAVEDATE", rfc="RFC 8514", capabilities=("SAVEDATE",), fetch_items=(SAVEDATE,)),)
