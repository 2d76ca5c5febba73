"""Structured header fields, read as RFC 5322 and RFC 2045 have them: parameters and addresses.

>>> parse_parameters(b'text/plain; charset="utf-8" (really); format=flowed')
(b'text/plain', [(b'charset', b'utf-8'), (b'format', b'flowed')])
>>> parse_addresses(b'"Ann B." <ann@example.org>')
[Address(name=b'Ann B.', route=None, mailbox=b'ann', host=b'example.org')]
>>> parse_addresses(b'=?utf-8?q?B=C3=BCro?= <office@example.org>')
[Address(name=b'=?utf-8?q?B=C3=BCro?=', route=None, mailbox=b'office', host=b'example.org')]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Address", "parse_addresses", "parse_list", "parse_parameters", "unfold"]


class Address(NamedTuple):
    """An address of an ENVELOPE.  Without `host` it opens a group, without anything it closes one (RFC 9051, 7.5.2)."""

    name: bytes | None
    route: bytes | None
    mailbox: bytes | None
    host: bytes | None


class _Token(NamedTuple):
    """A special character (`kind` is itself), a word (``w``), a quoted string (``q``) or a comment (``c``)."""

    kind: bytes
    text: bytes


_END_OF_GROUP: Final = Address(None, None, None, None)
_FOLD = re.compile(rb"\r?\n")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_TOKEN = rb"""
    [ \t\r\n]+
    | "(?P<quoted>(?:[^"\\]|\\.)*)(?:"|\Z)
    | (?P<literal>\[(?:[^\]\\]|\\.)*\]?)
    | (?P<special>[SPECIALS])
    | (?P<comment>\()
    | (?P<word>[^SPECIALS ("\[\t\r\n]+)
"""
_IN_ADDRESSES = re.compile(_TOKEN.replace(b"SPECIALS", b"<>@,;:"), re.DOTALL | re.VERBOSE)
_IN_PARAMETERS = re.compile(_TOKEN.replace(b"SPECIALS", b",;="), re.DOTALL | re.VERBOSE)
_IN_COMMENT = re.compile(rb"\\.|[()]", re.DOTALL)
_SPACES = re.compile(rb"[ \t]+")


def unfold(value: bytes) -> bytes:
    """A field's value on one line."""
    return _FOLD.sub(b"", value).strip(b" \t")


def parse_parameters(value: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """What stands before the first ``;``, and the parameters behind it, their names in lower case."""
    first, *rest = _split_at(b";", _tokens(value, _IN_PARAMETERS))
    parameters: list[tuple[bytes, bytes]] = []
    for tokens in rest:
        words = [token for token in tokens if token.kind != b"c"]
        equals = next((index for index, token in enumerate(words) if token.kind == b"="), 0)
        if equals:
            name = _joined(words[:equals]).lower()
            parameters.append((name, _joined(words[equals + 1 :])))
    return _joined(first), parameters


def parse_list(value: bytes) -> list[bytes]:
    """The words of a comma-separated list, as in Content-Language."""
    return [word for tokens in _split_at(b",", _tokens(value, _IN_PARAMETERS)) if (word := _joined(tokens))]


def parse_addresses(value: bytes) -> list[Address]:
    """The addresses of a field such as To; what is none is made the best of."""
    addresses: list[Address] = []
    gathered: list[_Token] = []
    in_group = False
    tokens = _tokens(value, _IN_ADDRESSES)
    for token in tokens:
        if token.kind == b"<":
            gathered = [*(word for word in gathered if word.kind != b"c"), _Token(b"<", b"")]
            gathered += _until(b">", tokens)
        elif token.kind == b":" and not in_group and not _has_angle(gathered):
            addresses.append(Address(None, None, _phrase(gathered), None))
            gathered, in_group = [], True
        elif token.kind in (b",", b";"):
            addresses += _address(gathered)
            gathered = []
            if token.kind == b";" and in_group:
                addresses.append(_END_OF_GROUP)
                in_group = False
        else:
            gathered.append(token)
    addresses += _address(gathered)
    return [*addresses, _END_OF_GROUP] if in_group else addresses


def _address(tokens: list[_Token]) -> list[Address]:
    if not [token for token in tokens if token.kind != b"c"]:
        return []
    if _has_angle(tokens):
        cut = tokens.index(_Token(b"<", b""))
        route, mailbox, host = _addr_spec(tokens[cut + 1 :])
        return [Address(_phrase(tokens[:cut]) or None, route, mailbox, host)]
    comments = [token.text for token in tokens if token.kind == b"c"]
    route, mailbox, host = _addr_spec([token for token in tokens if token.kind != b"c"])
    # RFC 822 had the name in a comment: "ann@example.org (Ann)".
    return [Address(comments[-1] if comments else None, route, mailbox, host)]


def _addr_spec(tokens: list[_Token]) -> tuple[bytes | None, bytes, bytes]:
    """Route, mailbox and host.  A host that is missing is empty: NIL would open a group."""
    words = [token for token in tokens if token.kind != b"c"]
    route = None
    if words and words[0].kind == b"@":
        colon = next((index for index, token in enumerate(words) if token.kind == b":"), 0)
        if colon:
            route = _joined(words[:colon])
            words = words[colon + 1 :]
    at = next((index for index in range(len(words) - 1, -1, -1) if words[index].kind == b"@"), None)
    if at is None:
        return route, _joined(words), b""
    return route, _joined(words[:at]), _joined(words[at + 1 :])


def _has_angle(tokens: list[_Token]) -> bool:
    return _Token(b"<", b"") in tokens


def _phrase(tokens: list[_Token]) -> bytes:
    return b" ".join(token.text for token in tokens if token.kind in (b"w", b"q"))


def _joined(tokens: list[_Token]) -> bytes:
    return b"".join(token.text if token.kind in (b"w", b"q") else token.kind for token in tokens if token.kind != b"c")


def _split_at(special: bytes, tokens: Iterator[_Token]) -> list[list[_Token]]:
    pieces: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == special:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _until(special: bytes, tokens: Iterator[_Token]) -> Iterator[_Token]:
    for token in tokens:
        if token.kind == special:
            return
        yield token


def _tokens(value: bytes, pattern: re.Pattern[bytes]) -> Iterator[_Token]:
    position = 0
    while found := pattern.match(value, position):
        position = found.end()
        kind = found.lastgroup
        if kind == "special":
            yield _Token(found[0], b"")
        elif kind == "quoted":
            yield _Token(b"q", _ESCAPE.sub(rb"\1", found["quoted"]))
        elif kind == "comment":
            end = _end_of_comment(value, position)
            text = _ESCAPE.sub(rb"\1", value[position : end - 1 if value[end - 1 : end] == b")" else end])
            yield _Token(b"c", _SPACES.sub(b" ", text).strip())
            position = end
        elif kind:
            yield _Token(b"w", found[0])


def _end_of_comment(value: bytes, position: int) -> int:
    depth = 1
    while found := _IN_COMMENT.search(value, position):
        position = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return position
    return len(value)
