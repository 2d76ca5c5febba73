"""LIST and LSUB (RFC 9051, 6.3.9 and 7.3.1; RFC 3501), and what LIST can return beside mailboxes.

LIST-EXTENDED (RFC 5258), LIST-STATUS (RFC 5819), LIST-MYRIGHTS (RFC 8440), LIST-METADATA (RFC 9590): one LIST gives
the whole tree with counts, rights and annotations.  The attributes carry CHILDREN (RFC 3348) and SPECIAL-USE
(RFC 6154, RFC 8457).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.acl import MailboxRights
from imapkit.protocol.extensions.metadata import Metadata, check_entry
from imapkit.protocol.extensions.status import StatusData
from imapkit.protocol.model import (
    AUTHENTICATED,
    Collector,
    Command,
    Effect,
    Extension,
    Item,
    Reading,
    Tagged,
    Untagged,
    UsualResponse,
    missing_for_items,
)
from imapkit.protocol.wire.names import canonical, decode_mailbox
from imapkit.protocol.wire.quick import quick

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder
    from imapkit.protocol.wire.framer import Literals

__all__ = ["EXTENSIONS", "List", "ListCollector", "ListResult", "Listed", "Lsub", "mailbox_list", "takes_options"]


# --- responses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed(Untagged):
    r"""``* LIST``: a mailbox's name, its attributes (``\Noselect``, ``\Sent``...) and the hierarchy delimiter.

    `child_info` says by which selection option, such as ``"SUBSCRIBED"``, something below it was selected
    (CHILDINFO, RFC 5258, 3.5); `old_name` is what it was called before (OLDNAME, RFC 9051, 6.3.9.7).
    """

    attributes: tuple[str, ...]
    delimiter: str | None
    mailbox: str
    child_info: tuple[str, ...] = ()
    old_name: str | None = None
    is_lsub: bool = False


# mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP mbox-list-extended]
_KIND = rb'(\([^()\x00-\x1f\x80-\xff]{0,200}\) {1,9}(?:"\\?[^\r\n]"|NIL)) +'
_BEGINNING = re.compile(_KIND, re.IGNORECASE)
# A name of printable ASCII without "&" (group 2) is the same in modified UTF-7 and in UTF-8.
_USUAL = re.compile(rb"\* LIST " + _KIND + rb'"(?:([ !#-%\x27-\[\]-~]*+)|([^"\\\r\n]*+))"\Z')
_UNQUOTED_EXTENDED = re.compile(rb'(\S+) +(?=\((?:"?[\w./-]+"? +[(\d].*)?\) *\Z)', re.DOTALL)


def _lsub(cursor: Cursor) -> Listed:
    return mailbox_list(cursor, is_lsub=True)


def mailbox_list(cursor: Cursor, *, is_lsub: bool = False) -> Listed:
    """Read ``mailbox-list``."""
    found = _BEGINNING.match(cursor.text, cursor.pos)
    if found is not None:
        attributes, delimiter = _kind(found[1])
        cursor.pos = found.end()
    else:
        attributes = cursor.flags()
        cursor.sp()
        octets = cursor.nstring()
        delimiter = octets.decode("utf-8", "replace") if octets else None
        cursor.sp()
    mailbox = _name(cursor)
    if cursor.at_end():
        return Listed(attributes, delimiter, mailbox, is_lsub=is_lsub)
    child_info, old_name = _extended(cursor)
    return Listed(attributes, delimiter, mailbox, child_info, old_name, is_lsub)


_listed = quick(Listed)


def _usual_list(found: re.Match[bytes], _: Literals | None, reading: Reading) -> Listed:
    kind, plain, name = found.groups()
    attributes, delimiter = _kind(kind)
    if plain is None:
        return _listed(attributes, delimiter, decode_mailbox(name, utf8=reading.utf8))
    mailbox = plain.decode("ascii")
    return _listed(attributes, delimiter, mailbox if len(mailbox) != 5 else canonical(mailbox))


@lru_cache(maxsize=256)
def _kind(text: bytes) -> tuple[tuple[str, ...], str | None]:
    """Attributes and delimiter: ten thousand mailboxes have a handful of combinations."""
    attributes, _, delimiter = text[1:].decode("latin-1").partition(")")
    return tuple(attributes.split()), delimiter[-2] if delimiter.endswith('"') else None


def _name(cursor: Cursor) -> str:
    """The mailbox name, with the spaces behind it.

    An unquoted name goes on to the end of the line, or to extended data: Exchange sends such names with tabs in them,
    others with parentheses.
    """
    if cursor.text.startswith((b'"', b"{"), cursor.pos):
        name = cursor.string()
        cursor.spaces()
        return cursor.mailbox_name(name)
    found = _UNQUOTED_EXTENDED.match(cursor.text, cursor.pos)
    if found is not None:
        cursor.pos = found.end()
        return cursor.mailbox_name(found[1])
    rest = cursor.rest()
    if not rest:
        raise cursor.error("a mailbox name")
    return cursor.mailbox_name(rest)


# mbox-list-extended = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")"
# mbox-list-extended-item = mbox-list-extended-item-tag SP tagged-ext-val
# childinfo-extended-item = "CHILDINFO" SP "(" list-select-base-opt-quoted *(SP list-select-base-opt-quoted) ")"
# oldname-extended-item = "OLDNAME" SP "(" mailbox ")"
def _extended(cursor: Cursor) -> tuple[tuple[str, ...], str | None]:
    child_info: tuple[str, ...] = ()
    old_name: str | None = None
    start = cursor.pos
    try:
        for _ in cursor.items():
            tag = cursor.astring().upper()
            cursor.spaces()
            if tag == b"CHILDINFO":
                child_info = tuple(option.decode("latin-1").upper() for option in cursor.list_of(cursor.astring))
            elif tag == b"OLDNAME":
                old_name = "".join(cursor.list_of(cursor.mailbox)) or None
            else:
                cursor.skip_value()
    except ValueError:
        cursor.defect("extended data of a mailbox that cannot be read", start)
    return child_info, old_name


# --- commands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListResult:
    """`mailboxes` in the server's order; their `status`, `rights` and `metadata`, where they were asked for.

    The latter name the mailbox they belong to; one that has none (it cannot be selected, say) is not among them.
    """

    mailboxes: tuple[Listed, ...]
    status: tuple[StatusData, ...] = ()
    rights: tuple[MailboxRights, ...] = ()
    metadata: tuple[Metadata, ...] = ()


class ListCollector(Collector[ListResult]):
    """Gathers mailboxes, and what LIST was asked to return with them."""

    def __init__(self, *, is_lsub: bool = False, beside: tuple[type[Untagged], ...] = ()) -> None:
        self._is_lsub = is_lsub
        self._beside = beside
        self._mailboxes: list[Listed] = []
        self._status: list[StatusData] = []
        self._rights: list[MailboxRights] = []
        self._metadata: list[Metadata] = []

    def claim(self, response: Untagged) -> bool:
        """Take mailboxes, and what was asked for beside them."""
        match response:
            case Listed():
                if response.is_lsub != self._is_lsub:
                    return False
                self._mailboxes.append(response)
            case StatusData() if StatusData in self._beside:
                self._status.append(response)
            case MailboxRights() if MailboxRights in self._beside:
                self._rights.append(response)
            case Metadata() if Metadata in self._beside:
                self._metadata.append(response)
            case _:
                return False
        return True

    def finish(self, completion: Tagged) -> ListResult:
        """All of it."""
        return ListResult(tuple(self._mailboxes), tuple(self._status), tuple(self._rights), tuple(self._metadata))

    def partial(self) -> object:
        """What has come so far."""
        if not self._mailboxes:
            return None
        return ListResult(tuple(self._mailboxes), tuple(self._status), tuple(self._rights), tuple(self._metadata))


_SELECTION = {"SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"}
_RETURNED = {"SUBSCRIBED", "CHILDREN", "SPECIAL-USE"}
# None of these is a list-select-base-opt (RFC 5258, 6; RFC 6154, 6).
_NEED_COMPANY = {"RECURSIVEMATCH", "REMOTE", "SPECIAL-USE"}


def takes_options(supports: Callable[[str], bool]) -> bool:
    """Whether LIST takes options: LIST-EXTENDED, most of which is part of IMAP4rev2 (RFC 9051, appendix C)."""
    return supports("LIST-EXTENDED") or not supports("IMAP4REV1")


@dataclass(frozen=True, slots=True)
class List(Command[ListResult]):
    """LIST: the mailboxes that match any of the patterns, in which ``*`` and ``%`` stand for more.

    `select` (SUBSCRIBED, REMOTE, RECURSIVEMATCH, SPECIAL-USE) and `returns` (SUBSCRIBED, CHILDREN, SPECIAL-USE) need
    LIST-EXTENDED or IMAP4rev2, SPECIAL-USE its own capability alone.  More than one pattern needs LIST-EXTENDED, of
    which IMAP4rev2 does not contain this (RFC 9051, appendix C).  What comes with each mailbox needs a capability of
    its own: `status` (items) LIST-STATUS, `rights` LIST-MYRIGHTS, `metadata` (entries) LIST-METADATA.
    """

    patterns: tuple[str, ...] = ("*",)
    reference: str = ""
    select: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    status: tuple[Item[object], ...] = ()
    rights: bool = False
    metadata: tuple[str, ...] = ()

    name: ClassVar[str] = "LIST"
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """LIST [(option...)] reference pattern [RETURN (option...)]."""
        self._check()
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
        if self.returns or self.status or self.rights or self.metadata:
            self._write_returns(out)

    def _check(self) -> None:
        unknown = (set(self.select) - _SELECTION) | (set(self.returns) - _RETURNED)
        if unknown or not self.patterns:
            raise InvalidArgument(f"unknown LIST options {sorted(unknown)}" if unknown else "no pattern to list")
        if "RECURSIVEMATCH" in self.select and _NEED_COMPANY.issuperset(self.select):
            raise InvalidArgument("RECURSIVEMATCH says what to do with another option, such as SUBSCRIBED (RFC 5258)")

    def _write_returns(self, out: Encoder) -> None:
        _words(out.word("RETURN").open(), self.returns)
        if self.status:
            _words(out.word("STATUS").open(), tuple(item.asked_as for item in self.status)).close()
        if self.rights:
            out.word("MYRIGHTS")
        if self.metadata:
            out.word("METADATA").open()
            for entry in self.metadata:
                out.astring(check_entry(entry))
            out.close()
        out.close()

    def collector(self) -> Collector[ListResult]:
        """The mailboxes, and what was asked for beside them."""
        wanted = ((StatusData, self.status), (MailboxRights, self.rights), (Metadata, self.metadata))
        return ListCollector(beside=tuple(kind for kind, asked in wanted if asked))

    def answers(self) -> frozenset[object]:
        """LIST, and the responses that come with the mailboxes, whichever mailbox they are about."""
        wanted = (("LIST", True), ("STATUS", self.status), ("MYRIGHTS", self.rights), ("METADATA", self.metadata))
        return frozenset(name for name, asked in wanted if asked)

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """LIST-EXTENDED for patterns and options, LIST-STATUS and its like for what comes beside, what items need."""
        options = {*self.select, *self.returns}
        if options - {"SPECIAL-USE"} and not takes_options(supports):
            return "LIST-EXTENDED"
        needed = (
            ("LIST-EXTENDED", len(self.patterns) > 1),
            ("SPECIAL-USE", "SPECIAL-USE" in options),
            ("LIST-STATUS", self.status),
            ("LIST-MYRIGHTS", self.rights),
            ("LIST-METADATA", self.metadata),
        )
        for capability, asked in needed:
            if asked and not supports(capability):
                return capability
        return missing_for_items(self.status, supports)


def _words(out: Encoder, words: tuple[str, ...]) -> Encoder:
    for word in words:
        out.word(word)
    return out


@dataclass(frozen=True, slots=True)
class Lsub(Command[ListResult]):
    """LSUB: the subscribed mailboxes, where LIST-EXTENDED is not offered (RFC 3501, 6.3.9; not in IMAP4rev2)."""

    pattern: str = "*"
    reference: str = ""

    name: ClassVar[str] = "LSUB"
    requires = ("IMAP4REV1",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE

    def write(self, out: Encoder) -> None:
        """LSUB reference pattern."""
        out.word("LSUB").list_pattern(self.reference).list_pattern(self.pattern)

    def collector(self) -> Collector[ListResult]:
        """The mailboxes."""
        return ListCollector(is_lsub=True)

    def answers(self) -> frozenset[object]:
        """LSUB."""
        return frozenset({"LSUB"})


EXTENSIONS = (
    Extension(
        name="LIST",
        rfc="RFC 9051, 6.3.9",
        commands=(List, Lsub),
        responses={"LIST": mailbox_list, "LSUB": _lsub},
        usual={"LIST": UsualResponse(_USUAL, _usual_list)},
    ),
    Extension(name="CHILDREN", rfc="RFC 3348", capabilities=("CHILDREN",)),
    Extension(name="SPECIAL-USE", rfc="RFC 6154", capabilities=("SPECIAL-USE",)),
    Extension(name="LIST-EXTENDED", rfc="RFC 5258", capabilities=("LIST-EXTENDED",)),
    Extension(name="LIST-STATUS", rfc="RFC 5819", capabilities=("LIST-STATUS",)),
    Extension(name="LIST-MYRIGHTS", rfc="RFC 8440", capabilities=("LIST-MYRIGHTS",)),
    Extension(name="LIST-METADATA", rfc="RFC 9590", capabilities=("LIST-METADATA",)),
)
