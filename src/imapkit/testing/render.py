r"""Writing responses: the elements of the grammar of RFC 9051, section 9, as octets.

>>> nstring(b"tea"), nstring(None), string(b'a "b"'), string("t\u00e9".encode())
(b'"tea"', b'NIL', b'"a \\"b\\""', b'{3}\r\nt\xc3\xa9')
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.protocol.wire import dates, mutf7
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

__all__ = [
    "atom_or_string",
    "binary",
    "date_time",
    "flags",
    "in_order",
    "literal",
    "literal8",
    "mailbox",
    "nstring",
    "numbers",
    "parenthesised",
    "string",
]

_QUOTABLE = re.compile(rb"[^\x00\r\n\x80-\xff]*\Z")
_ATOM = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\\]]+\Z')
_LONGEST_QUOTED = 1000


def string(octets: bytes, *, utf8: bool = False) -> bytes:
    """Write ``string``: quoted where that can be, else a literal.  UTF-8 is quoted where the client knows of it."""
    if len(octets) > _LONGEST_QUOTED or not (_QUOTABLE.match(octets) or (utf8 and _quotable_utf8(octets))):
        return literal(octets)
    return b'"' + octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def nstring(octets: bytes | None, *, utf8: bool = False) -> bytes:
    """Write ``nstring``: a string or NIL."""
    return b"NIL" if octets is None else string(octets, utf8=utf8)


def atom_or_string(octets: bytes, *, utf8: bool = False) -> bytes:
    """Write ``astring``."""
    return octets if _ATOM.match(octets) and octets.upper() != b"NIL" else string(octets, utf8=utf8)


def literal(octets: bytes) -> bytes:
    """Write ``literal``.  It cannot hold NUL; as Dovecot does, one is sent as 0x80 so that sizes stay true."""
    return b"{%d}\r\n" % len(octets) + octets.replace(b"\0", b"\x80")


def literal8(octets: bytes) -> bytes:
    """Write ``literal8``: any octets (RFC 3516)."""
    return b"~{%d}\r\n" % len(octets) + octets


def binary(octets: bytes) -> bytes:
    """Write ``literal`` or, where NUL makes that impossible, ``literal8``."""
    return literal8(octets) if b"\0" in octets else literal(octets)


def mailbox(name: str, *, utf8: bool) -> bytes:
    """Write ``mailbox``, in UTF-8 or modified UTF-7."""
    return atom_or_string(mutf7.encode_utf8(name) if utf8 else mutf7.encode(name), utf8=utf8)


def flags(names: Iterable[str]) -> bytes:
    """Write ``flag-list``."""
    return parenthesised(name.encode("utf-8") for name in names)


def parenthesised(elements: Iterable[bytes]) -> bytes:
    """Write a list."""
    return b"(" + b" ".join(elements) + b")"


def date_time(moment: dt.datetime) -> bytes:
    """Write ``date-time``."""
    return f'"{dates.format_date_time(moment)}"'.encode("ascii")


def numbers(values: Iterable[int]) -> bytes:
    """Write ``sequence-set``."""
    return str(UidSet(values)).encode("ascii")


def in_order(values: Iterable[int]) -> bytes:
    """Write ``sequence-set`` in this order: what ascends one by one becomes a range (RFC 5267, 3.2)."""
    ranges: list[list[int]] = []
    for value in values:
        if ranges and ranges[-1][-1] == value - 1:
            ranges[-1][1:] = [value]
        else:
            ranges.append([value])
    return b",".join(b":".join(b"%d" % end for end in ends) for ends in ranges)


def _quotable_utf8(octets: bytes) -> bool:
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(octet in octets for octet in b"\0\r\n")
