r"""Names of things on the server as texts.

>>> canonical("Inbox"), canonical("Inbox/Work")
('INBOX', 'Inbox/Work')
>>> opaque_octets(opaque(b"caf\xe9 \xc3\xa9"))
b'caf\xe9 \xc3\xa9'
"""

from __future__ import annotations

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire import mutf7

__all__ = ["canonical", "decode_mailbox", "opaque", "opaque_octets"]


def canonical(mailbox: str) -> str:
    """A mailbox name as a response is going to have it: INBOX in any case is INBOX (RFC 9051, 5.1)."""
    return "INBOX" if mailbox.lower() == "inbox" else mailbox  # upper() makes an "I" of U+0131


def decode_mailbox(name: bytes, *, utf8: bool) -> str:
    """A mailbox name as it was read, decoded; INBOX in any case is INBOX (RFC 9051, 5.1)."""
    if len(name) == 5 and name.upper() == b"INBOX":
        return "INBOX"
    return mutf7.decode_utf8(name) if utf8 else mutf7.decode(name)


def opaque(octets: bytes) -> str:
    """The text of a string that means something to the server alone, such as a quota root or an ACL identifier.

    It is UTF-8 today and was anything before; octets that are not UTF-8 become lone surrogates (PEP 383), so that
    `opaque_octets` gives back exactly what came.
    """
    return octets.decode("utf-8", "surrogateescape")


def opaque_octets(text: str) -> bytes:
    """The octets of such a text.  Raises `InvalidArgument` for a lone surrogate that stands for no octet."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise InvalidArgument(f"{text!r} holds a lone surrogate") from None
