"""LIST and LSUB (RFC 9051, 6.3.9 and 7.3.1; RFC 3501), LIST-EXTENDED (RFC 5258), LIST-STATUS (RFC 5819).

Their attributes carry CHILDREN (RFC 3348) and SPECIAL-USE (RFC 6154).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.status import StatusData
from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, Item, Tagged, Untagged

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "List", "ListResult", "Listed", "Lsub"]


@dataclass(frozen=True, slots=True)
class Listed(Untagged):
    r"""``* LIST``: a mailbox's name, its attributes (``\Noselect``, ``\Sent``...) and the hierarchy delimiter."""

    attributes: tuple[str, ...]
    delimiter: str | None
    mailbox: str
    extended: bytes = b""
    """The text of extended data items such as CHILDINFO, unparsed."""
    is_lsub: bool = False


# mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP mbox-list-extended]
_PLAIN = re.compile(rb'\(([^()]*)\) +(?:"(\\?[^\r\n])"|NIL) +', re.IGNORECASE)
_EXTENDED = re.compile(rb"(\S+) (\(.*\))\Z", re.DOTALL)


def _listed(cursor: Cursor) -> Listed:
    return _mailbox_list(cursor, is_lsub=False)


def _lsub(cursor: Cursor) -> Listed:
    return _mailbox_list(cursor, is_lsub=True)


def _mailbox_list(cursor: Cursor, *, is_lsub: bool) -> Listed:
    found = _PLAIN.match(cursor.text, cursor.pos)
    if found is not None:
        attributes = tuple(found[1].decode("latin-1").split())
        delimiter = found[2].decode("latin-1")[-1] if found[2] else None
        cursor.pos = found.end()
    else:
        attributes = cursor.flags()
        cursor.sp()
        octets = cursor.nstring()
        delimiter = octets.decode("utf-8", "replace") if octets else None
        cursor.sp()
    mailbox, extended = _name(cursor)
    return Listed(attributes, delimiter, mailbox, extended, is_lsub)


def _name(cursor: Cursor) -> tuple[str, bytes]:
    """The mailbox name and what follows it.

    An unquoted name goes on to the end of the line: Exchange sends such names with tabs in them, others with
    parentheses.
    """
    if cursor.peek() in b'"{':
        name = cursor.string()
        cursor.spaces()
        return cursor.mailbox_name(name), cursor.rest()
    rest = cursor.rest()
    found = _EXTENDED.match(rest)
    if found is not None:
        return cursor.mailbox_name(found[1]), found[2]
    if not rest:
        raise cursor.error("a mailbox name")
    return cursor.mailbox_name(rest), b""


@dataclass(frozen=True, slots=True)
class ListResult:
    """`mailboxes` in the server's order; `status` by mailbox name, where it was asked for."""

    mailboxes: tuple[Listed, ...]
    status: tuple[StatusData, ...] = ()


class _ListCollector(Collector[ListResult]):
    def __init__(self, *, is_lsub: bool, with_status: bool = False) -> None:
        self._is_lsub = is_lsub
        self._with_status = with_status
        self._mailboxes: list[Listed] = []
        self._status: list[StatusData] = []

    def claim(self, response: Untagged) -> bool:
        if isinstance(response, Listed) and response.is_lsub == self._is_lsub:
            self._mailboxes.append(response)
            return True
        if self._with_status and isinstance(response, StatusData):
            self._status.append(response)
            return True
        return False

    def finish(self, completion: Tagged) -> ListResult:
        return ListResult(tuple(self._mailboxes), tuple(self._status))

    def partial(self) -> object:
        return ListResult(tuple(self._mailboxes), tuple(self._status)) if self._mailboxes else None


_SELECTION = {"SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"}
_RETURNED = {"SUBSCRIBED", "CHILDREN", "SPECIAL-USE"}


@dataclass(frozen=True, slots=True)
class List(Command[ListResult]):
    """LIST: the mailboxes that match any of the patterns, in which ``*`` and ``%`` stand for more.

    `select` (SUBSCRIBED, REMOTE, RECURSIVEMATCH, SPECIAL-USE), `returns` (SUBSCRIBED, CHILDREN, SPECIAL-USE) and
    more than one pattern need LIST-EXTENDED; `status` (items to return with each) needs LIST-STATUS.
    """

    patterns: tuple[str, ...] = ("*",)
    reference: str = ""
    select: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    status: tuple[Item[object], ...] = ()

    name: ClassVar[str] = "LIST"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """LIST [(option...)] reference pattern [RETURN (option...)]."""
        unknown = (set(self.select) - _SELECTION) | (set(self.returns) - _RETURNED)
        if unknown or not self.patterns:
            raise InvalidArgument(f"unknown LIST options {sorted(unknown)}" if unknown else "no pattern to list")
        out.word("LIST")
        if self.select:
            _words(out.open(), self.select).close()
        out.list_pattern(self.reference)
        if len(self.patterns) == 1:
            out.list_pattern(self.patterns[0])
        else:
            out.open()
            for pattern in self.patterns:
                out.list_pattern(pattern)
            out.close()
        if self.returns or self.status:
            out.word("RETURN").open()
            _words(out, self.returns)
            if self.status:
                _words(out.word("STATUS").open(), tuple(item.asked_as for item in self.status)).close()
            out.close()

    def collector(self) -> Collector[ListResult]:
        """The mailboxes, and their counts where asked for."""
        return _ListCollector(is_lsub=False, with_status=bool(self.status))

    def answers(self) -> frozenset[object]:
        """LIST; with counts, it is alone with STATUS, too."""
        return frozenset({"LIST"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """LIST-STATUS for counts, LIST-EXTENDED for options."""
        if self.status and not supports("LIST-STATUS"):
            return "LIST-STATUS"
        special = set(self.select) | set(self.returns) == {"SPECIAL-USE"} and supports("SPECIAL-USE")
        extended = bool(self.select or self.returns or len(self.patterns) > 1) and not special
        return "LIST-EXTENDED" if extended and not supports("LIST-EXTENDED") else None


def _words(out: Encoder, words: tuple[str, ...]) -> Encoder:
    for word in words:
        out.word(word)
    return out


@dataclass(frozen=True, slots=True)
class Lsub(Command[ListResult]):
    """LSUB: the subscribed mailboxes, where LIST-EXTENDED is not offered (RFC 3501, 6.3.9)."""

    pattern: str = "*"
    reference: str = ""

    name: ClassVar[str] = "LSUB"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """LSUB reference pattern."""
        out.word("LSUB").list_pattern(self.reference).list_pattern(self.pattern)

    def collector(self) -> Collector[ListResult]:
        """The mailboxes."""
        return _ListCollector(is_lsub=True)

    def answers(self) -> frozenset[object]:
        """LSUB."""
        return frozenset({"LSUB"})


EXTENSIONS = (
    Extension(
        name="LIST",
        rfc="RFC 9051, 6.3.9",
        commands=(List, Lsub),
        responses={"LIST": _listed, "LSUB": _lsub},
    ),
    Extension(name="CHILDREN", rfc="RFC 3348", capabilities=("CHILDREN",)),
    Extension(name="SPECIAL-USE", rfc="RFC 6154", capabilities=("SPECIAL-USE",)),
    Extension(name="LIST-EXTENDED", rfc="RFC 5258", capabilities=("LIST-EXTENDED",)),
    Extension(name="LIST-STATUS", rfc="RFC 5819", capabilities=("LIST-STATUS",)),
)
