r"""Keywords and mailbox attributes that clients share: they add no syntax, only names with a meaning.

`imapkit.types.flags` holds the keywords (`Flag`, and `FlagColor` for the three that are a colour together),
`imapkit.types.folders` what a mailbox is for (`Role`).  RFC 8457 has both: a mailbox that is \Important, a message that
is $Important.  RFC 9979 has 17 keywords, and \Memos, \Scheduled and \Snoozed for mailboxes.
"""

from __future__ import annotations

from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS"]

EXTENSIONS = (
    Extension(name=r"\Important, $Important", rfc="RFC 8457"),
    Extension(name="Keywords", rfc="RFC 9979"),
    Extension(name="Flag colours", rfc="RFC 9979"),
)
