"""FILTERS (RFC 5466): searches under a name, which are kept as metadata of the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.protocol.wire.cursor import Cursor
from imapkit.testing.features import Feature, SearchKey
from imapkit.testing.refusal import Refused
from imapkit.testing.search_keys import SearchKeys

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession
    from imapkit.types.query import Query

__all__ = ["FEATURE"]

_ROOTS: Final = ("/private/filters/values", "/shared/filters/values")
_DEEPEST: Final = 3  # so many substitutions have to be possible, and a loop ends with them (RFC 5466, 3.1)
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n")


# search-key =/ "FILTER" SP filter-name
def _filter(keys: SearchKeys) -> Query:
    keys.arguments.sp()
    name = keys.arguments.atom()
    criteria = _criteria(keys.session, name)
    if criteria is None or "/" in name or len(keys.filters) >= _DEEPEST:
        raise _undefined(name)
    try:
        inner = SearchKeys(keys.session, _cursor(criteria), keys.view)
        inner.filters = (*keys.filters, name)
        found = inner.read_all()
    except Refused as refused:
        raise refused if (refused.code or "").startswith("UNDEFINED-FILTER") else _undefined(name) from None
    except ValueError:
        raise _undefined(name) from None
    keys.by_modseq = keys.by_modseq or inner.by_modseq
    keys.fuzzy += inner.fuzzy
    return found


def _criteria(session: ServerSession, name: str) -> bytes | None:
    """What a filter searches for; a user's own stands before one of everybody's."""
    metadata, user = session.site.metadata, session.account.user
    values = (metadata.get(user, f"{root}/{name.lower()}") for root in _ROOTS)
    return next((value for value in values if value is not None), None)


def _cursor(criteria: bytes) -> Cursor:
    """The criteria as a command's arguments: the framer has not seen their literals."""
    literals: dict[int, bytes] = {}
    text = b""
    position = 0
    while found := _LITERAL.search(criteria, position):
        text += criteria[position : found.end()]
        position = found.end() + int(found[1])
        literals[len(text)] = criteria[found.end() : position]
        if position > len(criteria):
            raise ValueError("a literal that is cut off")
    return Cursor(text + criteria[position:], literals, utf8=True)


def _undefined(name: str) -> Refused:
    return Refused("There is no such filter, or it can't be used", code=f"UNDEFINED-FILTER {name}")


FEATURE = Feature(capabilities=("FILTERS",), search_keys={"FILTER": SearchKey(_filter, ("FILTERS",))})
