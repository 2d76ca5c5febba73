"""Reading search keys into the query that the project's own evaluator answers.

What only a server can answer is read by the features that offer it, into `Having`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from imapkit.protocol.wire import dates
from imapkit.testing.features import offered
from imapkit.testing.refusal import Refused
from imapkit.testing.searchable import SearchableMessage
from imapkit.types.query import KEYS, NOTHING, All, Arg, ArgKind, Key, Query, all_of, any_of
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.fuzzy import Fuzzy
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage
    from imapkit.testing.view import View
    from imapkit.types.query import Searchable

__all__ = ["Having", "SearchKeys"]

_NUMBERS = re.compile(rb"[0-9*$]")
_DEEPEST: Final = 50
_MOST_64_BITS: Final = 2**63 - 1
_MOST_UNSIGNED: Final = 2**64 - 1


@final
@dataclass(frozen=True, slots=True)
class Having(Query):
    """The messages of which something is true that only the server knows."""

    holds: Callable[[StoredMessage], bool]

    def matches(self, message: Searchable, *, now: dt.datetime | None = None) -> bool:
        """Whether it is true of this one."""
        return isinstance(message, SearchableMessage) and self.holds(message.stored)


class SearchKeys:
    """Reads the keys at the cursor; sequence numbers are those of the `view`.

    `by_modseq` says afterwards whether MODSEQ was among them, `fuzzy` holds those that were to be matched fuzzily.
    """

    def __init__(self, session: ServerSession, arguments: Cursor, view: View) -> None:
        self.session = session
        self.arguments = arguments
        self.view = view
        self.by_modseq = False
        self.fuzzy: list[Fuzzy] = []
        self.filters: tuple[str, ...] = ()
        """The names of the filters that are being read (RFC 5466)."""
        self._depth = 0

    def read_all(self) -> Query:
        """Read keys up to the end: a message has to match all of them."""
        keys = [self.read()]
        while not self.arguments.at_end():
            self.arguments.sp()
            keys.append(self.read())
        return all_of(keys)

    def read(self) -> Query:
        """Read one ``search-key``."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Refused(f"Search keys nested deeper than {_DEEPEST} levels", status="BAD")
        try:
            return self._read_one()
        finally:
            self._depth -= 1

    # --- arguments, for features that add keys ----------------------------------------------------------------

    def text(self) -> str:
        """Read SP and an ``astring``."""
        self.arguments.sp()
        return self.arguments.astring().decode("utf-8", "replace")

    def number(self) -> int:
        """Read SP and a number of up to 64 bits."""
        self.arguments.sp()
        return self.arguments.number(_MOST_UNSIGNED)

    # --- one key ----------------------------------------------------------------------------------------------

    def _read_one(self) -> Query:
        arguments = self.arguments
        if arguments.peek() == ord("("):
            keys = arguments.list_of(self.read)
            if not keys:
                raise arguments.error("a search key")
            return all_of(keys)
        if _NUMBERS.match(arguments.text, arguments.pos):
            return self._of(arguments.atom(), uid=False)
        name = arguments.keyword()
        if name == "ALL":
            return All()
        if name == "NOT":
            arguments.sp()
            return ~self.read()
        if name == "OR":
            arguments.sp()
            left = self.read()
            arguments.sp()
            return any_of((left, self.read()))
        return self._key(name)

    def _key(self, name: str) -> Query:
        own = offered(self.session, self.session.site.table.search_keys, name)
        if own is not None:
            return own.read(self)
        spec = KEYS.get(name)
        if spec is None or (spec.capability and not self.session.supports(*_capabilities(spec.capability))):
            raise Refused(f"Unknown argument {name}", status="BAD")
        if name == "MODSEQ":
            self._begin_modseq()
        if spec.args == (ArgKind.UIDS,):
            self.arguments.sp()
            return self._of(self.arguments.atom(), uid=True)
        values: list[Arg] = []
        # search-modsequence = "MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer  (RFC 7162, 7)
        with_optional = spec.optional and self.arguments.text.startswith(b' "', self.arguments.pos)
        for kind in (*(spec.optional if with_optional else ()), *spec.args):
            self.arguments.sp()
            values.append(self._argument(kind))
        return Key(name, tuple(values))

    def _of(self, numbers: str, *, uid: bool) -> Query:
        """The messages that these numbers mean now: they mean the same when an EXPUNGE has shifted them."""
        found = self.view.resolve(numbers, uid=uid, strict=False)
        return Key("UID", (UidSet(message.uid for message in found),)) if found else NOTHING

    def _begin_modseq(self) -> None:
        from imapkit.testing.commands import condstore

        self.by_modseq = True
        condstore.announce(self.session)

    def _argument(self, kind: ArgKind) -> Arg:
        arguments = self.arguments
        match kind:
            case ArgKind.DATE:
                return self._date()
            case ArgKind.NUMBER | ArgKind.NUMBER64 | ArgKind.UNSIGNED64:
                return arguments.number(_MOST_64_BITS)
            case ArgKind.FLAG:
                return arguments.atom()
            case ArgKind.ENTRY_TYPE:
                return arguments.keyword().lower()
            case _:
                return arguments.astring().decode("utf-8", "replace")

    # date = date-text / DQUOTE date-text DQUOTE
    def _date(self) -> dt.date:
        moment = dates.parse_date_time(self.arguments.astring() + b" 00:00:00 +0000")
        if moment is None:
            raise self.arguments.error("a date")
        return moment.date()


def _capabilities(name: str) -> tuple[str, ...]:
    """The capabilities that bring what this one is named for."""
    return {"CONDSTORE": ("CONDSTORE", "QRESYNC"), "OBJECTID": ("OBJECTID", "OBJECTID+")}.get(name, (name,))
