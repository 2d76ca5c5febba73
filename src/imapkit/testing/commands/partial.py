"""PARTIAL (RFC 9394): a window onto a result, of SEARCH, SORT (RFC 5267, 4.4) and UID FETCH."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.testing.features import Feature, FetchModifier, ReturnOption
from imapkit.testing.refusal import Refused
from imapkit.testing.searching import in_window

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.features import Fetching
    from imapkit.testing.searching import Results
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

# partial-range = nz-number ":" nz-number / "-" nz-number ":" "-" nz-number
_RANGE = re.compile(rb"([1-9]\d{0,9}):([1-9]\d{0,9})|(-[1-9]\d{0,9}):(-[1-9]\d{0,9})")


def _read_range(session: ServerSession, arguments: Cursor) -> tuple[bytes, tuple[int, int]]:
    """The range as it is written, which the answer repeats, and what it means."""
    arguments.sp()
    found = _RANGE.match(arguments.text, arguments.pos)
    if found is None:
        raise arguments.error("a range such as 1:100 or -1:-100")
    arguments.pos = found.end()
    if found[3] and not session.supports("PARTIAL"):
        raise Refused("Only PARTIAL counts from the end", status="BAD")
    return found[0], (int(found[1] or found[3]), int(found[2] or found[4]))


# modifier-partial = "PARTIAL" SP partial-range
# ret-data-partial = "PARTIAL" SP "(" partial-range SP partial-results ")"
def _option(session: ServerSession, arguments: Cursor) -> Callable[[Results], bytes]:
    text, window = _read_range(session, arguments)

    def answer(results: Results) -> bytes:
        results.window = in_window(results.messages, window)
        shown = results.numbers(results.window) or b"NIL"
        return b"PARTIAL (" + text + b" " + shown + b")"

    return answer


def _modifier(session: ServerSession, arguments: Cursor, fetching: Fetching) -> None:
    _, fetching.window = _read_range(session, arguments)
    if not fetching.uid:
        raise Refused("PARTIAL is for UID FETCH alone", status="BAD")


FEATURE = Feature(
    capabilities=("PARTIAL",),
    return_options={"PARTIAL": ReturnOption(_option, ("PARTIAL", "CONTEXT=SEARCH", "CONTEXT=SORT"))},
    fetch_modifiers={"PARTIAL": FetchModifier(_modifier, ("PARTIAL",))},
)
