"""UTF8=ACCEPT and UTF8=ONLY (RFC 9755, and RFC 6855 before it): UTF-8 in names, strings and message headers.

It is switched on with ``Enable(("UTF8=ACCEPT",))``; from then on the session (`SessionState.utf8`) reads and writes
mailbox names in UTF-8 instead of modified UTF-7, strings may be UTF-8 without being literals, and SEARCH takes no
CHARSET.  A server with UTF8=ONLY refuses everything else until then.  IMAP4rev2 contains all of it.

Messages with UTF-8 headers are appended as they are.  Courier, which follows RFC 6855, wants to be told
(`NewMessage.utf8`).
"""

from __future__ import annotations

from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS", "utf8_to_enable"]


def utf8_to_enable(capabilities: frozenset[str]) -> str | None:
    """What to ENABLE for UTF-8; None where the server has nothing of it (or only IMAP4rev2, which has it built in).

    >>> utf8_to_enable(frozenset({"IMAP4REV1", "ENABLE", "UTF8=ONLY"}))
    'UTF8=ACCEPT'
    """
    # RFC 9755, 7: UTF8=ONLY implies UTF8=ACCEPT, and is never itself enabled.
    return "UTF8=ACCEPT" if capabilities & {"UTF8=ACCEPT", "UTF8=ONLY"} else None


EXTENSIONS = (Extension(name="UTF8=ACCEPT", rfc="RFC 9755", capabilities=("UTF8=ACCEPT", "UTF8=ONLY")),)
