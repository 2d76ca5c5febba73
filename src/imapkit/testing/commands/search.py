"""SEARCH (RFC 9051, 6.4.4), with ESEARCH (RFC 4731), SEARCHRES (RFC 5182) and MODSEQ (RFC 7162)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.testing import render
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.search_keys import SearchKeys
from imapkit.testing.searchable import SearchableMessage

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE"]

_RETURN_OPTIONS: Final = frozenset({"MIN", "MAX", "ALL", "COUNT", "SAVE"})
_CHARSETS: Final = frozenset({"US-ASCII", "UTF-8"})


@dataclass(slots=True)
class _Program:
    """What is asked for: None for `options` where RETURN was not said."""

    keys: SearchKeys
    options: frozenset[str] | None = None
    found: list[StoredMessage] = field(default_factory=list["StoredMessage"])

    @property
    def saves(self) -> bool:
        return self.options is not None and "SAVE" in self.options


def _search(session: ServerSession, request: Request) -> Completion:
    view = session.view
    options = _return_options(session, request.arguments)
    program = _Program(SearchKeys(session, request.arguments), options)
    try:
        _read_charset(request.arguments)
        query = program.keys.read_all()
    except Refused as refused:
        if program.saves and refused.status == "NO":
            view.saved.clear()  # RFC 9051, 6.4.4.1: a failed search leaves an empty result
        raise
    now = dt.datetime.now(dt.UTC)
    program.found = [m for m in view.messages if query.matches(SearchableMessage(m, view), now=now)]
    if program.saves:
        view.saved = {message.uid for message in _to_save(program)}
    _answer(session, request, program)
    return Completion()


# search = "SEARCH" [SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"] SP search-program
def _return_options(session: ServerSession, arguments: Cursor) -> frozenset[str] | None:
    if not _accept_word(arguments, b"RETURN "):
        return None
    if not session.supports("ESEARCH"):
        raise Refused("Unknown argument RETURN", status="BAD")
    options = frozenset(arguments.list_of(arguments.keyword))
    unknown = options - _RETURN_OPTIONS
    if unknown or ("SAVE" in options and not session.supports("SEARCHRES")):
        raise Refused(f"Unknown return option {' '.join(sorted(unknown)) or 'SAVE'}", status="BAD")
    arguments.sp()
    return options or frozenset({"ALL"})


def _read_charset(arguments: Cursor) -> None:
    if not _accept_word(arguments, b"CHARSET "):
        return
    charset = arguments.astring().decode("ascii", "replace").upper()
    if charset not in _CHARSETS:
        raise Refused("Unknown charset", code="BADCHARSET (US-ASCII UTF-8)")
    arguments.sp()


def _accept_word(arguments: Cursor, word: bytes) -> bool:
    end = arguments.pos + len(word)
    if arguments.text[arguments.pos : end].upper() != word:
        return False
    arguments.pos = end
    return True


def _to_save(program: _Program) -> list[StoredMessage]:
    """With MIN and MAX alone, only those are saved (RFC 9051, 6.4.4.1)."""
    options = program.options or frozenset()
    if options & {"ALL", "COUNT"} or not options & {"MIN", "MAX"}:
        return program.found
    return [*(program.found[:1] if "MIN" in options else []), *(program.found[-1:] if "MAX" in options else [])]


def _answer(session: ServerSession, request: Request, program: _Program) -> None:
    view = session.view
    numbers = [message.uid if request.uid else view.number(message) for message in program.found]
    options = program.options
    if options is None and not session.rev2:
        modseq = [b"(MODSEQ %d)" % _highest(program)] if program.keys.by_modseq and numbers else []
        session.untagged(b"SEARCH", *(b"%d" % number for number in numbers), *modseq)
        return
    wanted = frozenset({"ALL"}) if options is None else options
    if wanted == frozenset({"SAVE"}):
        return  # the result is in "$", nobody asked to see it
    elements = [b'(TAG "%s")' % request.tag.encode("ascii"), *([b"UID"] if request.uid else [])]
    if numbers:
        elements += [b"MIN %d" % numbers[0]] if "MIN" in wanted else []
        elements += [b"MAX %d" % numbers[-1]] if "MAX" in wanted else []
        elements += [b"ALL " + render.numbers(numbers)] if "ALL" in wanted else []
    elements += [b"COUNT %d" % len(numbers)] if "COUNT" in wanted else []
    elements += [b"MODSEQ %d" % _highest(program)] if program.keys.by_modseq and numbers else []
    session.untagged(b"ESEARCH", *elements)


def _highest(program: _Program) -> int:
    return max(message.modseq for message in program.found)


FEATURE = Feature(
    capabilities=("ESEARCH", "SEARCHRES", "WITHIN"),
    commands=(
        Handler("SEARCH", _search, states=SELECTED, shifts=False),
        Handler("UID SEARCH", _search, states=SELECTED),
    ),
)
