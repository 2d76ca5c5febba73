"""SELECT, EXAMINE, CLOSE, UNSELECT (RFC 9051, 6.3.2, 6.3.3, 6.4.1, 6.4.2), and what is told of the selected mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from imapkit.protocol.extensions.annotate import AnnotationsCode
from imapkit.protocol.extensions.expunge import Vanished
from imapkit.protocol.extensions.fetch import Fetched
from imapkit.protocol.extensions.objectid import ObjectIds, ObjectIdsCode, write_objects
from imapkit.protocol.extensions.qresync import Known, write_known
from imapkit.protocol.extensions.urlauth import UrlMechanisms
from imapkit.protocol.model import (
    AUTHENTICATED,
    SELECTED,
    Code,
    CodeParser,
    Collector,
    Command,
    Condition,
    Done,
    Effect,
    Extension,
    OtherCode,
    Tagged,
    Untagged,
)
from imapkit.types.flags import FlagSet
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "EXTENSIONS",
    "Close",
    "Exists",
    "Flags",
    "NumberCode",
    "PermanentFlags",
    "Recent",
    "Select",
    "Selected",
    "Unselect",
]


@dataclass(frozen=True, slots=True)
class Exists(Untagged):
    """``* n EXISTS``: how many messages there are."""

    count: int


@dataclass(frozen=True, slots=True)
class Recent(Untagged):
    r"""``* n RECENT``: how many have \Recent (RFC 3501; IMAP4rev2 knows it no more)."""

    count: int


@dataclass(frozen=True, slots=True)
class Flags(Untagged):
    """``* FLAGS``: the flags in use in this mailbox."""

    flags: FlagSet


@dataclass(frozen=True, slots=True)
class PermanentFlags(Code):
    r"""``[PERMANENTFLAGS (...)]``: the flags that stay; ``\*`` says that new keywords can be made."""

    flags: FlagSet

    @property
    def name(self) -> str:
        """PERMANENTFLAGS."""
        return "PERMANENTFLAGS"


@dataclass(frozen=True, slots=True)
class NumberCode(Code):
    """A response code that carries one number: UIDNEXT, UIDVALIDITY, UNSEEN, HIGHESTMODSEQ."""

    label: str
    value: int

    @property
    def name(self) -> str:
        """Its name."""
        return self.label


def number_code(label: str) -> CodeParser:
    """The parser of a `NumberCode`."""
    return lambda cursor: NumberCode(label, cursor.number64())


def _exists(cursor: Cursor, number: int) -> Exists:
    return Exists(number)


def _recent(cursor: Cursor, number: int) -> Recent:
    return Recent(number)


def _flags(cursor: Cursor) -> Flags:
    return Flags(FlagSet(cursor.flags()))


def _permanent_flags(cursor: Cursor) -> PermanentFlags:
    return PermanentFlags(FlagSet(cursor.flags()))


@dataclass(frozen=True, slots=True)
class Selected:
    """What SELECT told of the mailbox.  What the server left out is None."""

    mailbox: str
    read_only: bool
    exists: int = 0
    recent: int = 0
    flags: FlagSet = field(default_factory=FlagSet)
    permanent_flags: FlagSet | None = None
    """None: the server did not say, so all flags stay (RFC 9051, 6.3.2)."""
    uidvalidity: int | None = None
    """None: the server keeps no UIDs from one session to the next."""
    uidnext: int | None = None
    highestmodseq: int | None = None
    """None: no mod-sequences here (RFC 7162, NOMODSEQ)."""
    uids_sticky: bool = True
    object_ids: ObjectIds | None = None
    """The mailbox's identifier, which stays when it is renamed (OBJECTID, RFC 8474); with OBJECTID+ its account's."""
    vanished: UidSet = UidSet()  # noqa: RUF009 - it is immutable
    """Who is gone since, where `Select.known` asked (QRESYNC, RFC 7162)."""
    changed: tuple[Fetched, ...] = ()
    """What changed since, where `Select.known` asked: UID, FLAGS and MODSEQ of each."""
    annotations: AnnotationsCode | None = None
    """What can be done with annotations of messages, where the server says so (RFC 5257)."""
    url_mechanisms: tuple[str, ...] = ()
    """How URLs can be authorised here, where the server says so (URLAUTH, RFC 4467)."""


class _SelectCollector(Collector[Selected]):
    def __init__(self, mailbox: str, *, read_only: bool, resyncs: bool) -> None:
        self._selected: Selected = Selected(mailbox, read_only)
        self._resyncs = resyncs
        self._changed: list[Fetched] = []

    def claim(self, response: Untagged) -> bool:
        selected = self._selected
        match response:
            case Exists(count):
                self._selected = replace(selected, exists=count)
            case Recent(count):
                self._selected = replace(selected, recent=count)
            case Flags(flags):
                self._selected = replace(selected, flags=flags)
            case Vanished(uids, earlier=True):
                self._selected = replace(selected, vanished=selected.vanished | uids)
            case Fetched() if self._resyncs:
                self._changed.append(response)
            case Condition(status="OK", code=Code() as code):
                return self._code(code)
            case _:
                return False
        return True

    def _code(self, code: Code) -> bool:
        match code:
            case PermanentFlags(flags):
                self._selected = replace(self._selected, permanent_flags=flags)
            case NumberCode("UIDVALIDITY", value):
                self._selected = replace(self._selected, uidvalidity=value)
            case NumberCode("UIDNEXT", value):
                self._selected = replace(self._selected, uidnext=value)
            case NumberCode("HIGHESTMODSEQ", value):
                self._selected = replace(self._selected, highestmodseq=value)
            case NumberCode("UNSEEN"):
                pass  # the first unseen message's sequence number; IMAP4rev2 dropped it
            case ObjectIdsCode(_, ids):
                self._selected = replace(self._selected, object_ids=ids)
            case AnnotationsCode():
                self._selected = replace(self._selected, annotations=code)
            case UrlMechanisms(mechanisms):
                self._selected = replace(self._selected, url_mechanisms=mechanisms)
            case OtherCode("CLOSED"):
                # What came before was about the mailbox that is left (RFC 7162, 3.2.11).
                self._selected = Selected(self._selected.mailbox, self._selected.read_only)
                self._changed.clear()
            case OtherCode("NOMODSEQ"):
                self._selected = replace(self._selected, highestmodseq=None)
            case OtherCode("UIDNOTSTICKY"):
                self._selected = replace(self._selected, uids_sticky=False)
            case _:
                return False
        return True

    def finish(self, completion: Tagged) -> Selected:
        self._selected = replace(self._selected, changed=tuple(self._changed))
        code = completion.code.name if completion.code is not None else ""
        if code in {"READ-ONLY", "READ-WRITE"}:
            return replace(self._selected, read_only=code == "READ-ONLY")
        return self._selected


@dataclass(frozen=True, slots=True)
class Select(Command[Selected]):
    """SELECT, or EXAMINE with `read_only`; `condstore` asks for mod-sequences (capability CONDSTORE).

    `known` asks for what changed since (QRESYNC, which must have been enabled).  `objects` turns OBJECTID+ on, and
    finds the mailbox by its identifiers where they are given; `mailbox` is then what to fall back to.  `annotate` asks
    for changes of annotations to be told (ANNOTATE-EXPERIMENT-1).
    """

    mailbox: str
    read_only: bool = False
    condstore: bool = False
    known: Known | None = None
    objects: ObjectIds | None = None
    annotate: bool = False

    name: ClassVar[str] = "SELECT"
    states = AUTHENTICATED
    effects = Effect.BARRIER | Effect.CHANGES_SELECTION

    def disturbs(self) -> Effect:
        """With sequence numbers among what is known, it does not go with UIDONLY (RFC 9586, 3.7)."""
        numbered = self.known is not None and self.known.sequence is not None
        return self.effects | Effect.USES_SEQUENCE_NUMBERS if numbered else self.effects

    def write(self, out: Encoder) -> None:
        """SELECT or EXAMINE mailbox [([CONDSTORE] [ANNOTATE] [QRESYNC (...)] [OBJECTID [(...)]])]."""
        out.word("EXAMINE" if self.read_only else "SELECT").mailbox(self.mailbox)
        if not (self.condstore or self.annotate) and self.known is None and self.objects is None:
            return
        out.open()
        if self.condstore:
            out.word("CONDSTORE")
        if self.annotate:
            out.word("ANNOTATE")
        if self.known is not None:
            write_known(out, self.known)
        if self.objects is not None:
            write_objects(out, self.objects)
        out.close()

    def collector(self) -> Collector[Selected]:
        """What the server tells of the mailbox."""
        return _SelectCollector(self.mailbox, read_only=self.read_only, resyncs=self.known is not None)

    def answers(self) -> frozenset[object]:
        """FLAGS, EXISTS and others."""
        return frozenset({"SELECT"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """What a parameter needs; a server with QRESYNC has CONDSTORE (RFC 7162, 3.2.3)."""
        needed = (
            ("CONDSTORE", self.condstore and not supports("QRESYNC")),
            ("QRESYNC", self.known is not None),
            ("OBJECTID+", self.objects is not None),
            ("ANNOTATE-EXPERIMENT-1", self.annotate),
        )
        return next((capability for capability, asked in needed if asked and not supports(capability)), None)


@dataclass(frozen=True, slots=True)
class Close(Command[None]):
    r"""CLOSE: leave the mailbox and REMOVE all messages with \Deleted (nothing in imapkit sends it by itself)."""

    name = "CLOSE"
    states = SELECTED
    effects = Effect.BARRIER | Effect.CHANGES_SELECTION | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """CLOSE."""
        out.word("CLOSE")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


@dataclass(frozen=True, slots=True)
class Unselect(Command[None]):
    """UNSELECT: leave the mailbox, change nothing (RFC 3691)."""

    name = "UNSELECT"
    requires = ("UNSELECT",)
    states = SELECTED
    effects = Effect.BARRIER | Effect.CHANGES_SELECTION

    def write(self, out: Encoder) -> None:
        """UNSELECT."""
        out.word("UNSELECT")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


EXTENSIONS = (
    Extension(
        name="SELECT",
        rfc="RFC 9051, 6.3.2",
        commands=(Select, Close),
        responses={"FLAGS": _flags},
        numbered={"EXISTS": _exists, "RECENT": _recent},
        codes={
            "PERMANENTFLAGS": _permanent_flags,
            "UIDNEXT": number_code("UIDNEXT"),
            "UIDVALIDITY": number_code("UIDVALIDITY"),
            "UNSEEN": number_code("UNSEEN"),
        },
    ),
    Extension(name="UNSELECT", rfc="RFC 3691", capabilities=("UNSELECT",), commands=(Unselect,)),
)
