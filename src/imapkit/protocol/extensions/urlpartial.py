"""URL-PARTIAL (RFC 5550, 5.7.1): an IMAP URL that names some octets of a message or a part, for CATENATE and URLFETCH.

``/INBOX/;UID=20/;SECTION=2/;PARTIAL=0.1024`` is the first KiB of a part (RFC 5092, 6; `ImapUrl` writes it).
"""

from __future__ import annotations

import re

from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS", "is_partial"]

_PARTIAL = re.compile(r"/;PARTIAL=\d", re.IGNORECASE)


def is_partial(url: str) -> bool:
    """Whether a URL names a range of octets.

    >>> is_partial("/INBOX/;UID=20/;SECTION=2/;PARTIAL=0.1024")
    True
    """
    return _PARTIAL.search(url) is not None


EXTENSIONS = (Extension(name="URL-PARTIAL", rfc="RFC 5550", capabilities=("URL-PARTIAL",)),)
