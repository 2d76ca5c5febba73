"""Whether two commands say the same in different spellings.

A command is taken apart into words and lists, and what can be written in several ways is taken to one of them:

* a string is the same quoted, as a literal, and as an atom; two atoms are the same in any case;
* parentheses around one element say nothing, nor does the order of a set of numbers;
* the macros of FETCH stand for their items, and RFC822 for BODY[] (RFC 3501, 6.4.5); its modifiers have no order;
* ``LIST ()`` selects nothing, ``RETURN ()`` is ``RETURN (ALL)`` (RFC 9051, 6.4.4);
* a SEARCH in ASCII needs no charset, and a single key of it no parentheses;
* ``$`` is the same messages with and without UID (RFC 9051, 6.4.4.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from imapkit.types.query import KEYS, kinds_of
from imapkit.types.uids import SeqSet


@dataclass(frozen=True, eq=False)
class Word:
    """An atom or a string."""

    octets: bytes
    is_atom: bool = True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Word):
            return NotImplemented
        if self.is_atom and other.is_atom:
            return self.octets.upper() == other.octets.upper()
        return self.octets == other.octets and (self.is_atom == other.is_atom or self.octets != b"NIL")


Tree: TypeAlias = "Word | tuple[Tree, ...]"

TOKEN = re.compile(
    rb"""
    [ ]+
    | (?P<parenthesis> [()] )
    | "(?P<quoted> (?: [^"\\\r\n] | \\. )* )"
    | ~?\{ (?P<size> \d+ ) \+?\}\r\n
    | (?P<atom> (?: [^][\s()"{] | \[[^]]*\] )+ )        # BODY[HEADER.FIELDS (FROM TO)] is one
    """,
    re.VERBOSE,
)
NUMBERS = re.compile(rb"\d+(?:[:,]\d+)+")
FLAGS = re.compile(rb"[+-]?FLAGS(?:\.SILENT)?", re.IGNORECASE)


def words(text: str) -> list[Tree]:
    """Some atoms."""
    return [Word(word.encode()) for word in text.split()]


MACROS = {
    b"FAST": words("FLAGS INTERNALDATE RFC822.SIZE"),
    b"ALL": words("FLAGS INTERNALDATE RFC822.SIZE ENVELOPE"),
    b"FULL": words("FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY"),
    b"RFC822": words("BODY[]"),
    b"RFC822.HEADER": words("BODY.PEEK[HEADER]"),
}


def canonical(command: bytes) -> list[Tree]:
    """The command (without its tag) in the one spelling that all of its others are taken to."""
    found = [simple(word) for word in parsed(command)]
    if found[:1] == words("UID") and found[2:3] == words("$"):
        del found[0]
    (name,) = found[1:2] if found[:1] == words("UID") else found[:1]
    place = found.index(name) + 1
    if name == Word(b"LIST") and found[place : place + 1] == [()]:
        del found[place]
    if found[place : place + 2] == [*words("RETURN"), ()]:
        found[place + 1] = Word(b"ALL")
    if name == Word(b"SEARCH"):
        found[place:] = search_keys(found[place:], is_ascii=command.isascii())
    if name == Word(b"STORE"):
        found = with_flags_together(found)
    if name == Word(b"FETCH"):
        found[place + 1 :] = [items(found[place + 1]), *map(in_order, found[place + 2 :])]
    return found


def parsed(command: bytes) -> list[Tree]:
    lists: list[list[Tree]] = [[]]
    position = 0
    while position < len(command):
        token = TOKEN.match(command, position)
        assert token is not None, command[position:]
        position = token.end()
        if token["parenthesis"] == b"(":
            lists.append([])
        elif token["parenthesis"] == b")":
            inner = tuple(lists.pop())
            lists[-1].append(inner)
        elif token["quoted"] is not None:
            lists[-1].append(Word(re.sub(rb"\\(.)", rb"\1", token["quoted"]), is_atom=False))
        elif token["size"] is not None:
            position += int(token["size"])
            lists[-1].append(Word(command[token.end() : position], is_atom=False))
        elif token["atom"] is not None:
            lists[-1].append(Word(token["atom"]))
    (complete,) = lists
    return complete


def simple(tree: Tree) -> Tree:
    if isinstance(tree, tuple):
        return simple(tree[0]) if len(tree) == 1 else tuple(map(simple, tree))
    if tree.is_atom and NUMBERS.fullmatch(tree.octets):
        return Word(str(SeqSet(tree.octets.decode())).encode())
    return tree


def elements(tree: Tree) -> tuple[Tree, ...]:
    return tree if isinstance(tree, tuple) else (tree,)


def search_keys(keys: list[Tree], *, is_ascii: bool) -> Iterator[Tree]:
    rest = iter(keys)
    for key in rest:
        if key == Word(b"CHARSET") and is_ascii:
            next(rest)
        elif isinstance(key, tuple) and is_one_key(key):
            yield from key
        else:
            yield key


def is_one_key(group: tuple[Tree, ...]) -> bool:
    name = group[0].octets.decode() if group and isinstance(group[0], Word) else ""
    arguments = 2 if name == "OR" else len(kinds_of(name, len(group) - 1)) if name in KEYS else -1
    return len(group) == 1 + arguments


def with_flags_together(store: list[Tree]) -> list[Tree]:
    """Flags may stand in parentheses, or not."""
    for place, word in enumerate(store, 1):
        if isinstance(word, Word) and FLAGS.fullmatch(word.octets):
            return [*store[:place], simple(tuple(store[place:]))]
    return store


def items(fetched: Tree) -> Tree:
    found: list[Tree] = []
    for item in elements(fetched):
        found += MACROS.get(item.octets.upper(), [item]) if isinstance(item, Word) else [item]
    return simple(tuple(found))


def in_order(modifiers: Tree) -> Tree:
    return tuple(sorted(elements(modifiers), key=str))
