"""IDLE (RFC 9051, 6.3.13): the client hears of changes as they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing.features import Completion, Dialogue, Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.updates import tell

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]


def _idle(session: ServerSession, request: Request) -> Dialogue:
    request.end()
    # What is to tell already comes before "+": a client may end the wait the moment it sees it.
    tell(session, shifts=True)
    session.idle(True)
    try:
        line = yield b"idling"
    finally:
        session.idle(False)
    if line.upper() != b"DONE":
        raise Refused("Expected DONE.", status="BAD")
    return Completion()


FEATURE = Feature(capabilities=("IDLE",), commands=(Handler("IDLE", _idle, requires=("IDLE",)),))
