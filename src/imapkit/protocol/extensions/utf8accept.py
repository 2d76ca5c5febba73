"""UTF8=ACCEPT and UTF8=ONLY (RFC 9755, and RFC 6855 before it): UTF-8 in names, strings and message headers.

It is switched on with ``Enable(("UTF8=ACCEPT",))``; from then on the session (`SessionState.utf8`) reads and writes
mailbox names in UTF-8 instead of modified UTF-7, strings may be UTF-8 without being literals, and SEARCH takes no
CHARSET.  A server with UTF8=ONLY refuses everything else until then; it is UTF8=ACCEPT that is enabled there, too
(RFC 9755, 7).  IMAP4rev2 contains all of it.

Messages with UTF-8 headers are appended as they are.  Courier, which follows RFC 6855, wants to be told
(`NewMessage.utf8`).
"""

from __future__ import annotations

from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS"]

EXTENSIONS = (Extension(name="UTF8=ACCEPT", rfc="RFC 9755", capabilities=("UTF8=ACCEPT", "UTF8=ONLY")),)
