"""APPENDLIMIT (RFC 7889): how large a message may be.

With a number in the capability that is the limit of all mailboxes; without, STATUS tells of each what holds for all
of them here: a literal can be no larger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.extensions.appendlimit import limit_of
from imapkit.testing.features import Feature, StatusItem
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["FEATURE", "LARGEST", "insist"]

LARGEST: Final = 64 * 1024 * 1024
"""How large a literal may be, in octets."""


def _limit(session: ServerSession) -> int:
    limit = limit_of(session.site.profile.names)
    return LARGEST if limit is None else limit


def insist(session: ServerSession, size: int) -> None:
    """Refuse a message that is too large."""
    if size > _limit(session):
        raise Refused(f"A message of more than {_limit(session)} octets", code="TOOBIG")


# status-att-val =/ "APPENDLIMIT" SP (number / nil)
def _status(session: ServerSession, _mailbox: StoredMailbox) -> bytes:
    return b"%d" % _limit(session)


_OFFERED: Final = ("APPENDLIMIT", "APPENDLIMIT=")

FEATURE = Feature(capabilities=_OFFERED, status_items={"APPENDLIMIT": StatusItem(_status, _OFFERED)})
