"""UTF8=ACCEPT and UTF8=ONLY (RFC 9755, and RFC 6855 before it): UTF-8 in names, strings and headers of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import State
from imapkit.testing.features import AppendItem, Feature
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.features import Handler, NewMessage
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE", "insist_on_plain_header"]

_OFFERED: Final = ("UTF8=ACCEPT", "UTF8=ONLY")
_WITHOUT_NAMES: Final = frozenset({"ENABLE", "COMPRESS", "UNAUTHENTICATE"})


def _guard(session: ServerSession, handler: Handler) -> None:
    """UTF8=ONLY: a command that might need UTF-8 has to wait for ENABLE UTF8=ACCEPT (RFC 9755, 7)."""
    free = State.NOT_AUTHENTICATED in handler.states or handler.name in _WITHOUT_NAMES
    if session.supports("UTF8=ONLY") and not session.utf8 and not free:
        raise Refused("ENABLE UTF8=ACCEPT first", code="CANNOT")


def insist_on_plain_header(session: ServerSession, octets: bytes) -> None:
    """Refuse 8-bit octets in the header of a new message, unless the client knows of UTF-8 (RFC 9755, 4)."""
    header = octets.partition(b"\r\n\r\n")[0]
    if session.supports(*_OFFERED) and not session.utf8 and not header.isascii():
        raise Refused("A header with 8-bit octets: ENABLE UTF8=ACCEPT first", code="CANNOT")


# append-data =/ "UTF8" SP "(" literal8 ")"  (RFC 6855, 4; RFC 9755 does without)
def _append(session: ServerSession, arguments: Cursor, message: NewMessage) -> None:
    arguments.expect(b"(")
    if arguments.peek() not in tuple(b"{~"):
        raise arguments.error("a literal")
    message.octets = arguments.string()
    arguments.expect(b")")
    insist_on_plain_header(session, message.octets)


FEATURE = Feature(
    capabilities=_OFFERED,
    enables=("UTF8=ACCEPT",),
    append_items={"UTF8": AppendItem(_append, _OFFERED)},
    guard=_guard,
)
