"""UIDBATCHES (RFC 10022): ranges of UIDs that cut the mailbox into batches of equal size, the newest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_SMALLEST: Final = 500  # a server must take this size, and may refuse smaller ones
_MOST: Final = 100_000  # as many messages must fit into what is asked for, and need not be more
_RANGE = re.compile(r"([1-9]\d{0,9}):([1-9]\d{0,9})")


# uidbatches = "UIDBATCHES" SP nz-number [SP nz-number ":" nz-number]
def _uidbatches(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    size = arguments.number()
    first, last = 1, 0
    if arguments.spaces():
        found = _RANGE.fullmatch(arguments.atom())
        if found is None:
            raise arguments.error("a range of batches")
        first, last = map(int, found.groups())
        if last < first:
            raise Refused("The first batch has the smaller number", status="BAD", code="CLIENTBUG")
    request.end()
    if size < _SMALLEST:
        raise Refused(f"A batch has at least {_SMALLEST} messages", code="TOOFEW")
    if (last - first + 1) * size > _MOST:
        raise Refused(f"No more than {_MOST} messages at once", code="TOOMANY")
    batches = _batches([message.uid for message in session.view.messages], size)[first - 1 : last or None]
    ranges = b",".join(b"%d:%d" % pair for pair in batches)
    session.untagged(b'UIDBATCHES (TAG "%s")' % request.tag.encode("ascii"), *([ranges] if ranges else []))


def _batches(uids: list[int], size: int) -> list[tuple[int, int]]:
    """Each batch from its highest UID down to just above the next one's highest; the last one down to 1."""
    heads = uids[::-1][::size]
    return list(zip(heads, [head + 1 for head in heads[1:]] + [1], strict=True)) if heads else []


FEATURE = Feature(
    capabilities=("UIDBATCHES",),
    commands=(Handler("UIDBATCHES", _uidbatches, states=SELECTED, requires=("UIDBATCHES",)),),
)
