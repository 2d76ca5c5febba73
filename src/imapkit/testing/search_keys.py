"""Reading search keys into the query that the project's own evaluator answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.protocol.wire import dates
from imapkit.testing.refusal import Refused
from imapkit.types.query import KEYS, NOTHING, SEQUENCE_SET, All, Arg, ArgKind, Key, Query, all_of, any_of
from imapkit.types.uids import SeqSet, UidSet

if TYPE_CHECKING:
    import datetime as dt

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession

__all__ = ["SearchKeys"]

_NUMBERS = re.compile(rb"[0-9*$]")
_DEEPEST: Final = 50
_MOST_64_BITS: Final = 2**63 - 1


class SearchKeys:
    """Reads the keys at the cursor.  `by_modseq` says afterwards whether MODSEQ was among them."""

    def __init__(self, session: ServerSession, arguments: Cursor) -> None:
        self._session = session
        self._arguments = arguments
        self._depth = 0
        self.by_modseq = False

    def read_all(self) -> Query:
        """Read keys up to the end: a message has to match all of them."""
        keys = [self._read()]
        while not self._arguments.at_end():
            self._arguments.sp()
            keys.append(self._read())
        return all_of(keys)

    def _read(self) -> Query:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Refused(f"Search keys nested deeper than {_DEEPEST} levels", status="BAD")
        try:
            return self._read_one()
        finally:
            self._depth -= 1

    def _read_one(self) -> Query:
        arguments = self._arguments
        if arguments.peek() == ord("("):
            keys = arguments.list_of(self._read)
            if not keys:
                raise arguments.error("a search key")
            return all_of(keys)
        if _NUMBERS.match(arguments.text, arguments.pos):
            found = self._session.view.resolve(arguments.atom(), uid=False, strict=False)
            return Key(SEQUENCE_SET, (SeqSet(map(self._session.view.number, found)),)) if found else NOTHING
        name = arguments.keyword()
        if name == "ALL":
            return All()
        if name == "NOT":
            arguments.sp()
            return ~self._read()
        if name == "OR":
            arguments.sp()
            left = self._read()
            arguments.sp()
            return any_of((left, self._read()))
        return self._key(name)

    def _key(self, name: str) -> Query:
        spec = KEYS.get(name)
        if spec is None or (spec.capability and not self._session.supports(spec.capability)):
            raise Refused(f"Unknown argument {name}", status="BAD")
        if name == "MODSEQ":
            self._skip_modseq_entry()
        values: list[Arg] = []
        for kind in spec.args:
            self._arguments.sp()
            value = self._argument(kind)
            if value is None:
                return NOTHING
            values.append(value)
        return Key(name, tuple(values))

    # search-modsequence = "MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer  (RFC 7162, 7)
    # All flags share one mod-sequence here, so the entry changes nothing.
    def _skip_modseq_entry(self) -> None:
        self.by_modseq = self._session.condstore = True
        if self._arguments.text.startswith(b' "', self._arguments.pos):
            self._arguments.sp()
            self._arguments.string()
            self._arguments.sp()
            if self._arguments.keyword() not in ("PRIV", "SHARED", "ALL"):
                raise self._arguments.error("priv, shared or all")

    def _argument(self, kind: ArgKind) -> Arg | None:
        """One argument; None for UIDs that are nobody's, which no message can match."""
        arguments = self._arguments
        match kind:
            case ArgKind.DATE:
                return self._date()
            case ArgKind.NUMBER | ArgKind.NUMBER64 | ArgKind.UNSIGNED64:
                return arguments.number(_MOST_64_BITS)
            case ArgKind.FLAG:
                return arguments.atom()
            case ArgKind.UIDS | ArgKind.SEQS:
                found = self._session.view.resolve(arguments.atom(), uid=True)
                return UidSet(message.uid for message in found) if found else None
            case ArgKind.QUERY:
                return self._read()
            case _:
                return arguments.astring().decode("utf-8", "replace")

    # date = date-text / DQUOTE date-text DQUOTE
    def _date(self) -> dt.date:
        moment = dates.parse_date_time(self._arguments.astring() + b" 00:00:00 +0000")
        if moment is None:
            raise self._arguments.error("a date")
        return moment.date()
