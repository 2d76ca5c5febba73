"""Base64, strictly, and within bounds: how challenges and responses cross the wire in IMAP (RFC 9051, 6.2.2)."""

from __future__ import annotations

import binascii
from typing import Final

from imapkit.errors import LimitExceeded, ProtocolError

__all__ = ["MAX_CHALLENGE", "decode_base64", "decode_challenge", "encode_base64"]

MAX_CHALLENGE: Final = 64 * 1024
"""The most octets one challenge may have; the largest in use, the JSON of OAUTHBEARER, has some hundred."""


def decode_base64(text: bytes, what: str) -> bytes:
    """Decode, or raise `ProtocolError`: no white space, no missing padding, nothing behind it."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        raise ProtocolError(f"the {what} that the server sent is not base64") from None


def encode_base64(data: bytes) -> bytes:
    """Encode on one line.

    >>> encode_base64(b"n,,")
    b'biws'
    """
    return binascii.b2a_base64(data, newline=False)


def decode_challenge(text: bytes) -> bytes:
    """The challenge in a continuation request, ``text`` being what stands behind ``+ ``.

    Raises `ProtocolError` when it is not base64, `LimitExceeded` when it is longer than `MAX_CHALLENGE`.

    >>> decode_challenge(b"VXNlcm5hbWU6")
    b'Username:'
    """
    if len(text) > (MAX_CHALLENGE + 2) // 3 * 4:
        raise LimitExceeded(f"the server's SASL challenge is longer than {MAX_CHALLENGE} octets")
    return decode_base64(text, "SASL challenge")
