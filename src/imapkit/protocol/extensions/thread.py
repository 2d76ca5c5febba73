"""THREAD (RFC 5256): which message answers which, as the server sees it.

A conversation of a thousand answers may come nested a thousand levels deep, so nothing here recurses: the response
is read as the places of a walk, (depth, message), of which `Thread.from_walk` builds the threads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.extensions.search import search_effects, write_query
from imapkit.protocol.model import SELECTED, Collector, Command, Effect, Extension, Tagged, Untagged
from imapkit.types.query import All, Query, required_capabilities
from imapkit.types.results import Thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "GetThreads", "Threads"]

_MAX_NUMBER = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Threads(Untagged):
    """``* THREAD``: the threads, in the order of their first messages.  `message` holds UIDs or sequence numbers."""

    threads: tuple[Thread[int], ...]


_TOKENS = re.compile(rb"[()]|\d++")
_ONLY_TOKENS = re.compile(rb"[\d() ]*+\Z")


# thread-data    = "THREAD" [SP 1*thread-list]
# thread-list    = "(" (thread-members / thread-nested) ")"
# thread-members = nz-number *(SP nz-number) [SP thread-nested]
# thread-nested  = 2*thread-list
# "* THREAD " with nothing behind the space was seen; one list alone inside another is taken, too.
def _threads(cursor: Cursor) -> Threads:
    text = cursor.rest()
    if not _ONLY_TOKENS.match(text):
        raise cursor.error("threads of numbers in parentheses")
    tokens = _TOKENS.findall(text)
    lists = tokens.count(b"(")
    # Every list holds a number, or two lists: there cannot be more lists than twice the numbers.  So what a place
    # without a message costs is paid for by one that has one.
    if lists > 2 * (len(tokens) - lists - tokens.count(b")")):
        raise cursor.error("a message in each thread")
    threads: list[Thread[int]] = []
    places: list[tuple[int, int | None]] = []
    for depth, message in _places(tokens, cursor):
        if not depth and places:
            threads.append(Thread[int].from_walk(places))
            places = []
        places.append((depth, message))
    if places:
        threads.append(Thread[int].from_walk(places))
    return Threads(tuple(threads))


def _places(tokens: list[bytes], cursor: Cursor) -> Iterator[tuple[int, int | None]]:
    """(depth, message) for each place; a list that does not begin with a message has a place without one."""
    depth = 0  # of the next message
    opened: list[int] = []  # the depth at which each open list began
    begins = False  # the list has just been opened
    for token in tokens:
        if token == b"(":
            if begins:
                yield depth, None
                depth += 1
            opened.append(depth)
            begins = True
        elif token == b")":
            if begins or not opened:
                raise cursor.error("a message")
            depth = opened.pop()
        else:
            if not opened:
                raise cursor.error("an opening parenthesis")
            yield depth, _message(token, cursor)
            depth += 1
            begins = False
    if opened:
        raise cursor.error("a closing parenthesis")


def _message(token: bytes, cursor: Cursor) -> int | None:
    number = int(token) if len(token) <= 10 else 0
    if not 0 < number <= _MAX_NUMBER:
        cursor.defect(f"{token[:20].decode('ascii')} is no number of a message")
        return None
    return number


class _ThreadCollector(Collector[tuple[Thread[int], ...]]):
    def __init__(self) -> None:
        self._threads: tuple[Thread[int], ...] = ()

    def claim(self, response: Untagged) -> bool:
        if not isinstance(response, Threads):
            return False
        self._threads += response.threads
        return True

    def finish(self, completion: Tagged) -> tuple[Thread[int], ...]:
        return self._threads


@dataclass(frozen=True, slots=True)
class GetThreads(Command[tuple[Thread[int], ...]]):
    """UID THREAD (or THREAD, without `by_uid`): what `query` finds, as threads of UIDs.

    `algorithm` is ``"REFERENCES"`` (by the References and In-Reply-To fields), ``"ORDEREDSUBJECT"`` or another one
    that the server offers as ``THREAD=...``, such as ``"REFS"``.
    """

    algorithm: str = "REFERENCES"
    query: Query = All()  # noqa: RUF009 - it is immutable
    by_uid: bool = True
    charset: str = "UTF-8"

    name = "THREAD"
    states = SELECTED

    def disturbs(self) -> Effect:
        """By sequence number, no EXPUNGE may come in between (RFC 5256, 3); those of the query count as well."""
        return search_effects(self.query, by_uid=self.by_uid)

    def write(self, out: Encoder) -> None:
        """[UID] THREAD algorithm charset search-key..."""
        out.word("UID THREAD" if self.by_uid else "THREAD").atom(self.algorithm).atom(self.charset)
        write_query(out, self.query)

    def collector(self) -> Collector[tuple[Thread[int], ...]]:
        """The threads."""
        return _ThreadCollector()

    def answers(self) -> frozenset[object]:
        """THREAD."""
        return frozenset({"THREAD"})

    def missing(self, supports: Callable[[str], bool]) -> str | None:
        """THREAD= with this algorithm, and what the query's keys need."""
        needed = (f"THREAD={self.algorithm.upper()}", *sorted(required_capabilities(self.query)))
        return next((name for name in needed if not supports(name)), None)


EXTENSIONS = (
    Extension(
        name="THREAD",
        rfc="RFC 5256",
        capabilities=("THREAD=REFERENCES", "THREAD=ORDEREDSUBJECT", "THREAD=REFS"),
        commands=(GetThreads,),
        responses={"THREAD": _threads},
    ),
)
