"""Mailbox names on the wire: modified UTF-7 (RFC 3501, 5.1.3), or UTF-8 where both sides agreed on it.

Decoding a name that a server listed and encoding the result gives the same octets again, for every name: one that
is no proper modified UTF-7 (a stray ``&``, raw 8-bit octets, an encoding that is not the canonical one) is carried
through octet by octet, with the offending octets as lone surrogates in the manner of PEP 383.  Encoding a name and
decoding the result gives the same name again, for every name without lone surrogates.

>>> decode(b"Entw&APw-rfe"), encode("Entwürfe")
('Entwürfe', b'Entw&APw-rfe')
>>> encode(decode(b"Q&A"))
b'Q&A'
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from functools import lru_cache

__all__ = ["decode", "decode_utf8", "encode", "encode_utf8"]

# Runs of characters that modified UTF-7 shifts out of ASCII, and the shifted form.
_SHIFTED_OUT = re.compile(r"[^\x20-\x7e]+|&")
_SHIFTED_IN = re.compile(rb"&([A-Za-z0-9+,]*+)-")
# A name as `encode` writes it, if each of its runs is as `encode` writes that: no two runs follow each other.
_USUAL = re.compile(rb"[\x20-\x25\x27-\x7e]*+(?>&[A-Za-z0-9+,]++-(?!&)[\x20-\x25\x27-\x7e]*+)++\Z")

# PEP 383 maps an undecodable octet 0xNN to U+DCNN.  It does so for octets from 0x80 on; we use it for a stray "&" and
# for the control characters beside it too.
_ESCAPED = re.compile("[\udc00-\udcff]+")
_CARRIED_THROUGH = {octet: 0xDC00 + octet for octet in (*range(0x20), ord("&"), 0x7F)}


def decode(name: bytes) -> str:
    """The name that a server sent, readable; `encode` gives the same octets back."""
    if name.isascii() and b"&" not in name:
        return name.decode("ascii")
    try:
        usual = _USUAL.match(name) is not None
        readable = _SHIFTED_IN.sub(_shift_in_properly if usual else _shift_in, name).decode("utf-8")
        if (usual and not readable.isascii()) or encode(readable) == name:
            return readable
    except ValueError:  # no base64, no UTF-16, no UTF-8
        pass
    return name.decode("ascii", "surrogateescape").translate(_CARRIED_THROUGH)


def encode(name: str) -> bytes:
    """The octets that name this mailbox to a server without UTF8=ACCEPT."""
    if name.isascii() and "&" not in name:
        return name.encode("ascii")
    pieces: list[bytes] = []
    start = 0
    for escaped in _ESCAPED.finditer(name):
        pieces += (_encode_proper(name[start : escaped.start()]), bytes(ord(c) & 0xFF for c in escaped[0]))
        start = escaped.end()
    pieces.append(_encode_proper(name[start:]))
    return b"".join(pieces)


def decode_utf8(name: bytes) -> str:
    """The name that a server sent in UTF-8 (RFC 9755, RFC 9051)."""
    return name.decode("utf-8", "surrogateescape")


def encode_utf8(name: str) -> bytes:
    """The octets that name this mailbox to a server that takes UTF-8."""
    return name.encode("utf-8", "surrogateescape")


def _shift_in_properly(shifted: re.Match[bytes]) -> bytes:
    base64 = shifted[1]
    return _remembered_octets(base64) if len(base64) <= _LONGEST_REMEMBERED else _proper_octets(base64)


def _proper_octets(base64: bytes) -> bytes:
    """The characters of one run, in UTF-8.  Raises `ValueError` for what `encode` would have written in another way."""
    octets = _octets(base64)
    if _encode_proper(octets.decode("utf-8")) != b"&%b-" % base64:
        raise ValueError("not the canonical form")
    return octets


def _shift_in(shifted: re.Match[bytes]) -> bytes:
    return _octets(shifted[1])


def _octets(base64: bytes) -> bytes:
    if not base64:
        return b"&"
    try:
        utf16 = a2b_base64(base64.replace(b",", b"/") + b"=" * (-len(base64) % 4), strict_mode=True)
    except Base64Error as error:
        raise ValueError(str(error)) from None
    return utf16.decode("utf-16-be").encode("utf-8")


def _encode_proper(name: str) -> bytes:
    return _SHIFTED_OUT.sub(_shift_out, name).encode("ascii")


def _shift_out(run: re.Match[str]) -> str:
    return _remembered_run(run[0]) if len(run[0]) <= _LONGEST_REMEMBERED else _shifted(run[0])


def _shifted(run: str) -> str:
    if run == "&":
        return "&-"
    base64 = b2a_base64(run.encode("utf-16-be"), newline=False)
    return "&" + base64.rstrip(b"=").replace(b"/", b",").decode("ascii") + "-"


# The letters of a language come again and again in the names of a mailbox's folders.
_LONGEST_REMEMBERED = 64
_remembered_octets = lru_cache(maxsize=1024)(_proper_octets)
_remembered_run = lru_cache(maxsize=1024)(_shifted)
