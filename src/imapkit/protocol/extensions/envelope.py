"""Reading ENVELOPE (RFC 9051, 7.5.2 and 9): one pattern for the whole of it, and a patient reader for the odd ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.protocol.model import Item
from imapkit.protocol.wire.grammar import unescape
from imapkit.types.envelope import Envelope, EnvelopeAddress

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["ENVELOPE", "parse_envelope"]

# envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc SP
#            env-in-reply-to SP env-message-id ")"
# env-from = "(" 1*address ")" / nil
# address  = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
#
# What has to follow a string is written here anyway, so that the quotation mark before it is the closing one.
_QUOTED = rb'"[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+"'
_NSTRING = rb"(NIL|" + _QUOTED + rb"|\{\d++\}\r\n)"
_ADDRESS = re.compile(rb"\(" + b" ".join([_NSTRING] * 4) + rb"\)")
_PLAIN_ADDRESS = re.compile(rb"\(" + b" ".join([rb'(?:NIL|"([^"]++)")'] * 4) + rb"\)")
_ADDRESSES = rb"(NIL|\((?:" + _ADDRESS.pattern.replace(b"(NIL", b"(?:NIL") + rb")++\))"
_ENVELOPE = re.compile(rb"\(" + b" ".join([_NSTRING] * 2 + [_ADDRESSES] * 6 + [_NSTRING] * 2) + rb"\)")

Literals = dict[int, bytes]
Addresses = tuple[EnvelopeAddress, ...]


def parse_envelope(cursor: Cursor) -> Envelope:
    """The envelope that stands here."""
    found = _ENVELOPE.match(cursor.text, cursor.pos)
    if found is None:
        return _patiently(cursor)
    cursor.pos = found.end()
    literals = cursor.literals or {}
    known: dict[bytes, Addresses] = {b"NIL": ()}  # From, Sender and Reply-To are mostly the same
    lists: list[Addresses] = []
    date, subject, *addresses, in_reply_to, message_id = found.groups()
    for number, raw in enumerate(addresses, 3):
        if raw in known:
            lists.append(known[raw])
        elif b"{" in raw or b"\\" in raw or b'""' in raw:
            lists.append(_addresses(cursor.text, found.start(number) + 1, literals))
        else:
            plain = [
                EnvelopeAddress(name or None, route or None, mailbox or None, host or None)
                for name, route, mailbox, host in _PLAIN_ADDRESS.findall(raw)
            ]
            known[raw] = tuple(plain)
            lists.append(known[raw])
    from_, sender, reply_to, to, cc, bcc = lists
    return Envelope(
        _value(date, found.end(1), literals),
        _value(subject, found.end(2), literals),
        from_,
        sender,
        reply_to,
        to,
        cc,
        bcc,
        _value(in_reply_to, found.end(9), literals),
        _value(message_id, found.end(10), literals),
    )


def _value(token: bytes, end: int, literals: Literals) -> bytes | None:
    if token.startswith(b'"'):
        return unescape(token[1:-1])
    return literals[end] if token.startswith(b"{") else None


def _addresses(text: bytes, pos: int, literals: Literals) -> Addresses:
    addresses: list[EnvelopeAddress] = []
    found = _ADDRESS.match(text, pos)
    while found is not None:
        values = [_value(token, found.end(number), literals) for number, token in enumerate(found.groups(), 1)]
        addresses.append(EnvelopeAddress(*values))
        found = _ADDRESS.match(text, found.end())
    return tuple(addresses)


# --- what the pattern does not fit ----------------------------------------------------------------------------


def _patiently(cursor: Cursor) -> Envelope:
    """Field by field.  Put up with: missing last fields, NIL or spaces among addresses, unescaped quotation marks.

    A field that cannot be read is left empty; when not even its end can be found, so are those behind it.
    """
    first = len(cursor.defects)
    start = cursor.pos
    cursor.expect(b"(")
    strings: dict[int, bytes | None] = {}
    lists: dict[int, Addresses] = {}
    for number in range(10):
        cursor.spaces()
        if cursor.peek() == ord(")") or cursor.at_end():
            cursor.defect("an envelope with fewer than ten fields", start)
            break
        before = cursor.pos
        try:
            if 2 <= number < 8:
                lists[number] = _address_list(cursor)
            else:
                strings[number] = cursor.nstring()
        except ValueError as error:
            cursor.defect(f"a field of the envelope cannot be read: {error}", before)
            cursor.pos = before
            cursor.skip_value()
    cursor.spaces()
    cursor.accept(b")")
    from_, sender, reply_to, to, cc, bcc = (lists.get(number, ()) for number in range(2, 8))
    return Envelope(
        strings.get(0),
        strings.get(1),
        from_,
        sender,
        reply_to,
        to,
        cc,
        bcc,
        strings.get(8),
        strings.get(9),
        tuple(cursor.defects[first:]),
    )


def _address_list(cursor: Cursor) -> Addresses:
    if cursor.peek() != ord("("):
        if cursor.nstring() is not None:
            cursor.defect("a list of addresses expected")
        return ()
    addresses: list[EnvelopeAddress] = []
    for _ in cursor.items():
        if cursor.peek() != ord("("):
            cursor.defect("an address expected")
            cursor.nstring()
            continue
        parts = [*cursor.list_of(cursor.nstring), None, None, None, None]
        addresses.append(EnvelopeAddress(*parts[:4]))
    return tuple(addresses)


ENVELOPE: Item[Envelope] = Item("ENVELOPE", parse_envelope)
