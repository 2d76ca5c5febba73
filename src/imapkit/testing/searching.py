"""Searching a mailbox, and telling what was found: all that SEARCH, SORT, THREAD and ESEARCH have in common.

A `Program` is what to look for, `Results` are what was found, in the order of the answer.  Each RETURN option writes
one element of the ESEARCH response from them, or keeps them for later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from imapkit.testing import render
from imapkit.testing.features import offered
from imapkit.testing.refusal import Refused
from imapkit.testing.search_keys import SearchKeys
from imapkit.testing.searchable import SearchableMessage

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.features import Request
    from imapkit.testing.fuzzy import Fuzzy
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage
    from imapkit.testing.view import View
    from imapkit.types.query import Query

__all__ = [
    "Answer",
    "Context",
    "Program",
    "Results",
    "highest_modseq",
    "in_window",
    "plain_numbers",
    "read_charset",
    "read_needed_charset",
    "read_program",
    "read_return",
    "request_results",
    "send_esearch",
]

_CHARSETS: Final = frozenset({"US-ASCII", "UTF-8"})


@dataclass(frozen=True, slots=True)
class Program:
    """What to look for."""

    query: Query
    by_modseq: bool = False
    """Whether MODSEQ was among the keys: then the highest of what is found is told."""
    fuzzy: tuple[Fuzzy, ...] = ()
    """The keys that were to be matched fuzzily (RFC 6203)."""

    def find(self, view: View, among: list[StoredMessage] | None = None) -> list[StoredMessage]:
        """The messages that match, in the order of the mailbox."""
        now = dt.datetime.now(dt.UTC)
        messages = view.messages if among is None else among
        return [message for message in messages if self.query.matches(SearchableMessage(message, view), now=now)]

    def relevancy(self, message: StoredMessage, view: View) -> int:
        """How well a message that was found fits, from 1 to 100: the mean of what the fuzzy keys say."""
        searchable = SearchableMessage(message, view)
        scores = [score for fuzzy in self.fuzzy if (score := fuzzy.score(searchable))]
        return round(sum(scores) / len(scores)) if scores else 1


@dataclass(slots=True)
class Results:
    """What was found; `messages` are in the order of the answer."""

    view: View
    program: Program
    messages: list[StoredMessage]
    tag: str
    uid: bool
    options: frozenset[str] = frozenset()
    again: Callable[[], list[StoredMessage]] | None = None
    """Searches again, for results that are kept up to date."""
    is_sorted: bool = False
    window: list[StoredMessage] | None = field(default=None)
    """What PARTIAL shows of them."""

    def number(self, message: StoredMessage) -> int:
        """What the answer calls a message."""
        return message.uid if self.uid else self.view.number(message)

    def relevancy(self, message: StoredMessage) -> int:
        """How well a message fits, from 1 to 100 (RFC 6203)."""
        return self.program.relevancy(message, self.view)

    def numbers(self, messages: list[StoredMessage]) -> bytes:
        """The ``sequence-set`` of messages, in this order."""
        return render.in_order(map(self.number, messages))

    @property
    def told(self) -> list[StoredMessage]:
        """The messages that the options are about, which are those to SAVE (RFC 9051, 6.4.4.1; RFC 9394, 3.2)."""
        options = self.options
        if options & {"ALL", "COUNT"} or not options & {"MIN", "MAX", "PARTIAL"}:
            return self.messages
        ends = [*(self.messages[:1] if "MIN" in options else []), *(self.messages[-1:] if "MAX" in options else [])]
        return [*ends, *(self.window or [])]


Answer: TypeAlias = Callable[[Results], "bytes | None"]


class Context(Protocol):
    """Results that are kept up to date (see `commands.context`)."""

    def tell_removed(self) -> None:
        """Tell what is no result any longer, before its sequence number is gone."""
        ...

    def tell_added(self) -> None:
        """Tell what is a result now, once its sequence number is known."""
        ...


# --- reading ----------------------------------------------------------------------------------------------------


# search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"
def read_return(session: ServerSession, arguments: Cursor, *requires: str) -> Mapping[str, Answer] | None:
    """Read ``RETURN (option...)``, where one of these capabilities is offered; None where it is not said."""
    if not _accept_word(arguments, b"RETURN "):
        return None
    if not session.supports(*requires):
        raise Refused("Unknown argument RETURN", status="BAD")
    answers: dict[str, Answer] = {}
    for _ in arguments.items():
        name = arguments.keyword()
        option = offered(session, session.site.table.return_options, name)
        if option is None:
            raise Refused(f"Unknown return option {name}", status="BAD")
        if name in answers and name == "PARTIAL":
            raise Refused("One window at a time", status="BAD")  # RFC 9394, 3.1
        answers[name] = option.read(session, arguments)
    arguments.sp()
    if not answers:
        return {"ALL": session.site.table.return_options["ALL"].read(session, arguments)}
    if {"ALL", "PARTIAL"} <= answers.keys():
        raise Refused("Either all or a window", status="BAD")
    return answers


def read_charset(session: ServerSession, arguments: Cursor) -> None:
    """Read ``"CHARSET" SP charset SP`` where it is said."""
    if _accept_word(arguments, b"CHARSET "):
        if "UTF8=ACCEPT" in session.enabled:
            raise Refused("After ENABLE UTF8=ACCEPT there is no charset to name", status="BAD")  # RFC 9755, 3
        _check_charset(arguments.astring())
        arguments.sp()


def read_needed_charset(session: ServerSession, arguments: Cursor) -> None:
    """Read ``charset``, which SORT and THREAD always say."""
    charset = arguments.astring()
    if "UTF8=ACCEPT" in session.enabled and charset.upper() != b"UTF-8":
        raise Refused("After ENABLE UTF8=ACCEPT the charset is UTF-8", status="BAD")  # RFC 9755, 3
    _check_charset(charset)


def _check_charset(charset: bytes) -> None:
    if charset.decode("ascii", "replace").upper() not in _CHARSETS:
        raise Refused("Unknown charset", code="BADCHARSET (US-ASCII UTF-8)")


def read_program(session: ServerSession, arguments: Cursor, view: View) -> Program:
    """Read search keys up to the end of the command; sequence numbers are those of the `view`."""
    keys = SearchKeys(session, arguments, view)
    query = keys.read_all()
    return Program(query, keys.by_modseq, tuple(keys.fuzzy))


def _accept_word(arguments: Cursor, word: bytes) -> bool:
    end = arguments.pos + len(word)
    if arguments.text[arguments.pos : end].upper() != word:
        return False
    arguments.pos = end
    return True


# --- telling ----------------------------------------------------------------------------------------------------


# esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
def send_esearch(session: ServerSession, results: Results, answers: Mapping[str, Answer], *correlators: bytes) -> None:
    """Have each option do its work, and send what they say; nothing where nobody asked to see anything."""
    # A window has to be looked through before it is saved.
    first = {name: answers[name](results) for name in answers if name == "PARTIAL"}
    said = {name: first[name] if name in first else answer(results) for name, answer in answers.items()}
    if set(answers) == {"SAVE"}:
        return  # the result is in "$" (RFC 5182, 2.1)
    elements = [element for element in said.values() if element is not None]
    if results.program.by_modseq and results.told:
        elements.append(b"MODSEQ %d" % highest_modseq(results.told))
    correlator = b" ".join([b'TAG "%s"' % results.tag.encode("ascii"), *correlators])
    session.untagged(b"ESEARCH", b"(" + correlator + b")", *([b"UID"] if results.uid else []), *elements)


def highest_modseq(messages: list[StoredMessage]) -> int:
    """The highest mod-sequence of these."""
    return max(message.modseq for message in messages)


def in_window(messages: list[StoredMessage], window: tuple[int, int]) -> list[StoredMessage]:
    """Those that a window shows: it counts from 1 on, or from -1 backwards; which end comes first is the same."""
    low, high = sorted(map(abs, window))
    count = len(messages)
    return messages[low - 1 : high] if window[0] > 0 else messages[max(0, count - high) : max(0, count - low + 1)]


def plain_numbers(results: Results) -> list[bytes]:
    """The elements of ``* SEARCH`` and ``* SORT``: numbers, and the highest mod-sequence where it is asked for."""
    found = [b"%d" % results.number(message) for message in results.messages]
    if results.program.by_modseq and found:
        found.append(b"(MODSEQ %d)" % highest_modseq(results.messages))
    return found


def request_results(request: Request, view: View, program: Program, messages: list[StoredMessage]) -> Results:
    """The results of this command."""
    return Results(view, program, messages, request.tag, request.uid)
