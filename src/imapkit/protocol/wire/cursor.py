"""Reading the elements of the grammar, one after the other, from the text of a response.

`accept` takes what is there or says no; `expect` takes it or raises `ParseError`; a method named after an element
of RFC 9051's grammar reads that element.  What is tolerated goes into `defects`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from imapkit.protocol.wire import grammar
from imapkit.protocol.wire.names import decode_mailbox
from imapkit.types.defects import Defect
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Cursor", "ParseError"]

T = TypeVar("T")

_MAX_NUMBER = 2**32 - 1
_MAX_NUMBER64 = 2**63 - 1
_CONTROL = re.compile("[\x00-\x1f]")
_SHOWN = 200  # octets of context in a defect
_MAX_DEFECTS = 100  # a line of nothing but deviations must not become millions of defects

_SPACE, _OPEN, _CLOSE, _QUOTE, _BRACE, _TILDE = b' ()"{~'


class ParseError(ValueError):
    """What stands at this place is not what the grammar allows there; `position` is its offset in the text."""

    def __init__(self, wanted: str, text: bytes, position: int) -> None:
        super().__init__(f"{wanted} expected at {position}: {text[position : position + 40]!r}")
        self.position = position


class Cursor:
    """A place in the text of one response.

    `utf8` says that mailbox names come as UTF-8 (RFC 9755, RFC 9051) instead of modified UTF-7.
    """

    __slots__ = ("_escaped_from", "_escaped_to", "defects", "literals", "nesting", "pos", "text", "utf8")

    def __init__(
        self,
        text: bytes,
        literals: dict[int, bytes] | None = None,
        pos: int = 0,
        *,
        utf8: bool = False,
        nesting: int = 100,
    ) -> None:
        self.text = text
        self.literals = literals
        self.pos = pos
        self.utf8 = utf8
        self.nesting = nesting
        self.defects: list[Defect] = []
        # Between these offsets all quotation marks are escaped, seen from the first: a string that begins at one of
        # them is not closed before the second.  Without this knowledge, '"\\" \\" \\" ...' takes quadratic time.
        self._escaped_from = self._escaped_to = 0

    def begin(self, text: bytes, literals: dict[int, bytes] | None, *, utf8: bool) -> None:
        """Go to the beginning of another text."""
        self.text = text
        self.literals = literals
        self.pos = self._escaped_from = self._escaped_to = 0
        self.utf8 = utf8
        if self.defects:
            self.defects = []

    # --- small steps ------------------------------------------------------------------------------------------

    def defect(self, message: str, start: int | None = None) -> None:
        """Report what is put up with here (the first hundred times)."""
        if len(self.defects) < _MAX_DEFECTS:
            begin = self.pos if start is None else start
            self.defects.append(Defect(message, self.text[begin : begin + _SHOWN]))

    def error(self, wanted: str) -> ParseError:
        """The error that something else was `wanted` here."""
        return ParseError(wanted, self.text, self.pos)

    def within_escaped(self, pos: int) -> bool:
        """Whether strings that begin here are known to be broken, so that no pattern need search for their end."""
        return self._escaped_from < pos < self._escaped_to

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.pos >= len(self.text)

    def peek(self) -> int:
        """The octet at this place, -1 at the end."""
        return self.text[self.pos] if self.pos < len(self.text) else -1

    def accept(self, octets: bytes) -> bool:
        """Take these octets if they stand here."""
        if self.text.startswith(octets, self.pos):
            self.pos += len(octets)
            return True
        return False

    def expect(self, octets: bytes) -> None:
        """Take these octets, which must stand here."""
        if not self.accept(octets):
            raise self.error(octets.decode("ascii"))

    def spaces(self) -> int:
        """Take any run of spaces; how many."""
        text, start = self.text, self.pos
        pos = start
        while text.startswith(b" ", pos):
            pos += 1
        self.pos = pos
        return pos - start

    def sp(self) -> None:
        """Take SP.  A run of spaces counts as one (seen in BODYSTRUCTURE from several servers)."""
        if not self.spaces():
            raise self.error("a space")

    def rest(self) -> bytes:
        """Take everything that is left."""
        taken = self.text[self.pos :]
        self.pos = len(self.text)
        return taken

    # --- atoms and numbers ------------------------------------------------------------------------------------

    def atom(self) -> str:
        """Read ``atom``."""
        found = grammar.ATOM.match(self.text, self.pos)
        if found is None:
            raise self.error("an atom")
        self.pos = found.end()
        return found[0].decode("latin-1")

    def keyword(self) -> str:
        """An atom that is compared without regard to case, in upper case."""
        return self.atom().upper()

    def number(self, limit: int = _MAX_NUMBER) -> int:
        """Read ``number``: 32 bits, or up to `limit`."""
        found = grammar.NUMBER.match(self.text, self.pos)
        if found is None or len(found[0]) > 20 or (value := int(found[0])) > limit:
            raise self.error(f"a number up to {limit}")
        self.pos = found.end()
        return value

    def number64(self) -> int:
        """Read ``number64``: 63 bits (RFC 9051; mod-sequences, RFC 7162)."""
        return self.number(_MAX_NUMBER64)

    def uid_set(self) -> UidSet:
        """Read ``uid-set`` (RFC 4315)."""
        start = self.pos
        try:
            return UidSet.parse(self.atom())
        except ValueError:
            self.pos = start
            raise self.error("a UID set") from None

    # --- strings ----------------------------------------------------------------------------------------------

    def string(self) -> bytes:
        """Read ``string``: quoted or literal (or literal8)."""
        text, start = self.text, self.pos
        found = None if self.within_escaped(start) else grammar.QUOTED.match(text, start)
        if found is not None:
            self.pos = found.end()
            return grammar.unescape(text[start + 1 : self.pos - 1])
        octet = self.peek()
        if octet in (_BRACE, _TILDE):
            return self._literal()
        if octet == _QUOTE:
            return self._recovered_string()
        raise self.error("a string")

    def _literal(self) -> bytes:
        found = grammar.LITERAL.match(self.text, self.pos)
        if found is None or self.literals is None or found.end() not in self.literals:
            raise self.error("a literal")
        self.pos = found.end()
        return self.literals[self.pos]

    def _recovered_string(self) -> bytes:
        if not self.within_escaped(self.pos):
            unclosed = grammar.UNCLOSED_QUOTED.match(self.text, self.pos)
            self._escaped_from, self._escaped_to = self.pos, unclosed.end() if unclosed is not None else 0
        found = grammar.RECOVERED_QUOTED.match(self.text, self.pos)
        if found is None:
            raise self.error("the end of a quoted string")
        self.defect("a quotation mark inside a quoted string was not escaped")
        self.pos = found.end()
        content = found[1]
        if (len(content) - len(content.rstrip(b"\\"))) % 2:
            content = content[:-1] + b'"'  # imap.qq.com: "sina.com\" escapes the mark that should have closed it
        return grammar.unescape(content)

    def nstring(self) -> bytes | None:
        """Read ``nstring``: string or NIL.  An atom or ``()`` in its place is put up with."""
        octet = self.peek()
        if octet in (_QUOTE, _BRACE) or self.text.startswith(b"~{", self.pos):
            return self.string()
        found = grammar.NIL.match(self.text, self.pos)
        if found is not None:
            self.pos = found.end()
            return None
        self.defect("a string or NIL expected")
        if self.accept(b"()"):
            return None
        return self.atom().encode("latin-1")

    def astring(self) -> bytes:
        """Read ``astring``: atom or string."""
        octet = self.peek()
        if octet in (_QUOTE, _BRACE) or self.text.startswith(b"~{", self.pos):
            return self.string()
        found = grammar.ASTRING_ATOM.match(self.text, self.pos)
        if found is None:
            raise self.error("an atom or a string")
        self.pos = found.end()
        return found[0]

    def mailbox_name(self, name: bytes) -> str:
        """A mailbox name as it was read, decoded."""
        return decode_mailbox(name, utf8=self.utf8)

    def mailbox(self) -> str:
        """Read ``mailbox``."""
        return self.mailbox_name(self.astring())

    # --- lists ------------------------------------------------------------------------------------------------

    def items(self) -> Iterator[None]:
        """Walk a parenthesised list: yields once for each element, which the caller must read.

        Missing and doubled spaces, and a space before the closing parenthesis, are put up with.
        """
        self.expect(b"(")
        while True:
            self.spaces()
            if self.accept(b")"):
                return
            if self.at_end():
                raise self.error("a closing parenthesis")
            start = self.pos
            yield
            if self.pos == start:
                raise self.error("an element of a list")

    def list_of(self, element: Callable[[], T]) -> list[T]:
        """Read ``"(" [element *(SP element)] ")"``."""
        return [element() for _ in self.items()]

    def flags(self) -> tuple[str, ...]:
        """Read ``flag-list``.

        Gmail sends keywords with spaces and brackets in them (``OIB-Seen-[Google Mail]/Alle``): the list ends at
        its closing parenthesis, and "]" is part of a flag.  NIL in it is left out (seen once, MailKit#1042).
        """
        start = self.pos
        self.expect(b"(")
        end = self.text.find(b")", self.pos)
        if end < 0:
            raise self.error("the end of a list of flags")
        text = self.text[self.pos : end].decode("utf-8", "surrogateescape")
        self.pos = end + 1
        names = text.split(" ") if text else []
        if "" in names or "NIL" in text.upper():
            flags = [name for name in names if name and name.lower() != "nil"]
            if len(flags) != len(names):
                self.defect("a list of flags with an empty place or NIL in it", start)
            names = flags
        if not text.isprintable() and any(map(_CONTROL.search, names)):  # a literal's announcement ends in CRLF
            self.defect("a flag with a control character in it", start)
            names = [name for name in names if not _CONTROL.search(name)]
        return tuple(names)

    # --- what is not of interest ------------------------------------------------------------------------------

    def skip_value(self) -> None:
        """Take one value of any form and depth."""
        octet = self.peek()
        if octet == _QUOTE:
            self.string()
            return
        patiently = octet == _OPEN and (self.nesting <= grammar.LEVELS or self.within_escaped(self.pos))
        found = None if patiently else grammar.VALUE.match(self.text, self.pos)
        if found is not None:
            self.pos = found.end()
        elif octet == _OPEN:
            self._skip_list()
        else:
            raise self.error("a value")

    def _skip_list(self) -> None:
        depth = 0
        while True:
            octet = self.peek()
            if octet == _OPEN:
                depth += 1
                if depth > self.nesting:
                    raise self.error(f"at most {self.nesting} levels of parentheses")
                self.pos += 1
            elif octet == _CLOSE:
                depth -= 1
                self.pos += 1
                if not depth:
                    return
            elif octet == _QUOTE:
                self.string()
            else:
                found = grammar.WITHIN_LIST.match(self.text, self.pos)
                if found is None:
                    raise self.error("a closing parenthesis")
                self.pos = found.end()

    def raw_value(self) -> bytes:
        """Take one value of any form; its text (where a literal is its announcement alone)."""
        start = self.pos
        self.skip_value()
        return self.text[start : self.pos]
