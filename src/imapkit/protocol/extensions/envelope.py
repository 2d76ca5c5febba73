"""Reading ENVELOPE (RFC 9051, 7.5.2 and 9): one pattern for the whole of it, and a patient reader for the odd ones."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from imapkit.protocol.model import Item, usual_item
from imapkit.protocol.wire.grammar import unescape
from imapkit.protocol.wire.quick import quick
from imapkit.types.envelope import Envelope, EnvelopeAddress

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.framer import Literals

__all__ = ["ENVELOPE", "parse_envelope"]

# envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc SP
#            env-in-reply-to SP env-message-id ")"
# env-from = "(" 1*address ")" / nil
# address  = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
#
# What has to follow a string is written here anyway, so that the quotation mark before it is the closing one.
_PLAIN = rb'"[^"\\\r\n]*+"'
_ESCAPED = rb'"[^"\\\r\n]*+(?>\\[^\r\n][^"\\\r\n]*+)++"'
_LITERAL = rb"\{\d++\}\r\n"


def _strings_of_address(*strings: bytes) -> bytes:
    return b" ".join([b"(" + b"|".join([_PLAIN, b"NIL", *strings]) + b")"] * 4)


_PLAIN_STRINGS = re.compile(b" ".join([rb'(?:NIL|"([^"\\\r\n]*+)")'] * 4))
_STRINGS_OF_ADDRESS = re.compile(_strings_of_address(_ESCAPED))
_ADDRESS = re.compile(rb"\(" + _strings_of_address(_ESCAPED, _LITERAL) + rb"\)")
_ANY_ADDRESS = _ADDRESS.pattern.replace(b"(" + _PLAIN, b"(?:" + _PLAIN)
_PLAIN_ADDRESS = _ANY_ADDRESS.replace(b"|" + _LITERAL, b"")
# A string is held without its quotation marks (group 1), or as it came where it needs a second look (group 2).
_STRING = rb'(?:"([^"\\\r\n]*+)"|NIL|(' + _ESCAPED + b"|" + _LITERAL + b"))"
_ADDRESSES = rb"(NIL|\((?>" + _ANY_ADDRESS + rb")++\))"
# Sender and Reply-To are mostly those of From (group 5), octet by octet; where From has literals (group 6), who knows.
_FROM = rb"(?:(NIL|\((?>" + _PLAIN_ADDRESS + rb")++\))|" + _ADDRESSES + b")"
_AS_FROM = rb"(?:\5|" + _ADDRESSES + b")"
_ENVELOPE = rb"\(" + b" ".join([*[_STRING] * 2, _FROM, *[_AS_FROM] * 2, *[_ADDRESSES] * 3, *[_STRING] * 2]) + rb"\)"
_WHOLE_ENVELOPE = re.compile(_ENVELOPE)

Addresses = tuple[EnvelopeAddress, ...]

_new_envelope = quick(Envelope)
_new_address = quick(EnvelopeAddress)


def parse_envelope(cursor: Cursor) -> Envelope:
    """The envelope that stands here."""
    found = _WHOLE_ENVELOPE.match(cursor.text, cursor.pos)
    if found is None:
        return _patiently(cursor)
    cursor.pos = found.end()
    return _usual_envelope(found, cursor.literals)


def _usual_envelope(found: re.Match[bytes], literals: Literals | None) -> Envelope:
    date, odd_date, subject, odd_subject, same, from_, sender, reply_to, to, cc, bcc, *more = found.groups()
    in_reply_to, odd_in_reply_to, message_id, odd_message_id = more
    if odd_date is not None:
        date = _value(odd_date, found.end(2), literals)
    if odd_subject is not None:
        subject = _value(odd_subject, found.end(4), literals)
    if odd_in_reply_to is not None:
        in_reply_to = _value(odd_in_reply_to, found.end(13), literals)
    if odd_message_id is not None:
        message_id = _value(odd_message_id, found.end(15), literals)
    if same is None:
        authors = _addresses(from_, 6, found, literals)
    elif len(same) <= _LONGEST_REMEMBERED:
        authors = _remembered_authors(same)
    else:
        authors = _plain_addresses(same)
    # Most of the last lists are NIL, and then no function is called for them.
    return _new_envelope(
        date,
        subject,
        authors,
        authors if sender is None else _addresses(sender, 7, found, literals),
        authors if reply_to is None else _addresses(reply_to, 8, found, literals),
        _addresses(to, 9, found, literals) if to != b"NIL" else (),
        _addresses(cc, 10, found, literals) if cc != b"NIL" else (),
        _addresses(bcc, 11, found, literals) if bcc != b"NIL" else (),
        in_reply_to,
        message_id,
    )


def _value(token: bytes, end: int, literals: Literals | None) -> bytes | None:
    if token.startswith(b'"'):
        return unescape(token[1:-1])
    return literals[end] if literals is not None and token.startswith(b"{") else None


def _addresses(raw: bytes, group: int, found: re.Match[bytes], literals: Literals | None) -> Addresses:
    if literals is not None and b"{" in raw:
        return _one_by_one(found.string, found.start(group) + 1, literals)
    return _plain_addresses(raw)


def _plain_addresses(raw: bytes) -> Addresses:
    """The addresses of a list without literals."""
    if raw == b"NIL":
        return ()
    strings = raw[2:-2]
    if b")(" not in strings:
        return (_remembered(strings) if len(strings) <= _LONGEST_REMEMBERED else _address(strings),)
    several = strings.split(b")(")
    if len(raw) > _LONGEST_REMEMBERED and max(map(len, several)) > _LONGEST_REMEMBERED:
        return _one_by_one(raw, 1, None)
    try:
        return tuple(map(_remembered, several))
    except ValueError:  # what is cut inside a string, where somebody is called ")(", is no address
        return _one_by_one(raw, 1, None)


def _one_by_one(text: bytes, pos: int, literals: Literals | None) -> Addresses:
    addresses: list[EnvelopeAddress] = []
    found = _ADDRESS.match(text, pos)
    while found is not None:
        addresses.append(_made(found, literals))
        found = _ADDRESS.match(text, found.end())
    return tuple(addresses)


def _address(strings: bytes) -> EnvelopeAddress:
    plain = _PLAIN_STRINGS.fullmatch(strings)
    if plain is not None:
        return _new_address(*plain.groups())
    found = _STRINGS_OF_ADDRESS.fullmatch(strings)
    if found is None:
        raise ValueError("no address")
    return _made(found, None)


def _made(found: re.Match[bytes], literals: Literals | None) -> EnvelopeAddress:
    name, route, mailbox, host = found.groups()
    return _new_address(
        _value(name, found.end(1), literals),
        _value(route, found.end(2), literals),
        _value(mailbox, found.end(3), literals),
        _value(host, found.end(4), literals),
    )


# A folder tells of the same people again and again.
_LONGEST_REMEMBERED = 512  # octets
_remembered = lru_cache(maxsize=4096)(_address)
_remembered_authors = lru_cache(maxsize=4096)(_plain_addresses)


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


ENVELOPE: Item[Envelope] = Item("ENVELOPE", parse_envelope, usual=usual_item("ENVELOPE", _ENVELOPE, _usual_envelope))
