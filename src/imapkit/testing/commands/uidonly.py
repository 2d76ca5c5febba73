"""UIDONLY (RFC 9586): once enabled, messages have UIDs and no sequence numbers.

`updates` tells UIDFETCH and VANISHED then; `View.resolve` refuses sequence numbers, and this file the commands that
answer with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing.features import Feature
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE", "insist"]


def insist(session: ServerSession, name: str) -> None:
    """Refuse the form of a command that is about sequence numbers (RFC 9586, 3); EXPUNGE has none in it."""
    if "UIDONLY" in session.enabled and name != "EXPUNGE" and f"UID {name}" in session.site.table.commands:
        raise Refused(f"UIDONLY is enabled: use UID {name}", code="UIDREQUIRED", status="BAD")


FEATURE = Feature(capabilities=("UIDONLY",), enables=("UIDONLY",))
