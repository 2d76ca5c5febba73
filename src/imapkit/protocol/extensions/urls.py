"""``imap://`` URLs (RFC 5092): a server, a mailbox, a message, a part, some octets of it, or a search, as one line.

`imapkit.types.urls` reads and writes them, relative ones included: `ImapUrl`, and `MessageRef` for a message.
CATENATE, URLAUTH and referrals carry them over the wire.
"""

from __future__ import annotations

from imapkit.protocol.model import Extension

__all__ = ["EXTENSIONS"]

EXTENSIONS = (Extension(name="imap:// URLs", rfc="RFC 5092"),)
