"""CONDSTORE (RFC 7162): mod-sequences, by which a client finds what changed.

FETCH's CHANGEDSINCE, STORE's UNCHANGEDSINCE and SELECT's CONDSTORE are fields of those commands.
"""

from __future__ import annotations

from imapkit.protocol.extensions.select import number_code
from imapkit.protocol.model import Extension, Item, UsualItem, usual_item
from imapkit.protocol.wire.cursor import Cursor

__all__ = ["EXTENSIONS", "HIGHESTMODSEQ", "MODSEQ"]


# fetch-mod-resp = "MODSEQ" SP "(" permsg-modsequence ")"
# Zoho sends (-1) and (0), which are none.
def _modseq(cursor: Cursor) -> int | None:
    start = cursor.pos
    cursor.expect(b"(")
    cursor.spaces()
    try:
        modseq = cursor.number64()
    except ValueError:
        modseq = 0
    if not modseq:
        cursor.defect("a mod-sequence that is none", start)
    return modseq or None


_USUAL_MODSEQ: UsualItem[int | None] = usual_item("MODSEQ", rb"\(([1-9]\d{0,17})\)", lambda found, _: int(found[1]))

MODSEQ: Item[int | None] = Item("MODSEQ", _modseq, requires=("CONDSTORE", "QRESYNC"), usual=_USUAL_MODSEQ)
HIGHESTMODSEQ: Item[int] = Item("HIGHESTMODSEQ", Cursor.number64, requires=("CONDSTORE", "QRESYNC"))

EXTENSIONS = (
    Extension(
        name="CONDSTORE",
        rfc="RFC 7162",
        capabilities=("CONDSTORE",),
        codes={"HIGHESTMODSEQ": number_code("HIGHESTMODSEQ")},
        fetch_items=(MODSEQ,),
        status_items=(HIGHESTMODSEQ,),
    ),
)
