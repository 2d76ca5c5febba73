"""CONTEXT=SEARCH and CONTEXT=SORT (RFC 5267): results that are kept up to date until somebody cancels that.

With NOTIFY, items can be asked for, which then come with each new message among them (RFC 5465, 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.testing.commands.fetch import read_items
from imapkit.testing.features import Feature, FetchItem, Handler, Request, ReturnOption
from imapkit.testing.refusal import Refused
from imapkit.testing.updates import fetch_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.searching import Results
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE"]

_REQUIRES: Final = ("CONTEXT=SEARCH", "CONTEXT=SORT")
_MOST: Final = 8


class UpdatedResults:
    """The results of one command, as its client has been told of them.

    Those of a SEARCH are in the order of the mailbox, so the client can find their places itself; those of a SORT are
    told with their positions (RFC 5267, 4.3.3).
    """

    def __init__(
        self,
        session: ServerSession,
        results: Results,
        again: Callable[[], list[StoredMessage]],
        items: list[FetchItem],
    ) -> None:
        self._session = session
        self._results = results
        self._again = again
        self._items = items
        self._told = list(results.messages)
        self._newest = self._newest_uid()

    def tell_removed(self) -> None:
        """Tell what is no result any longer, from the last to the first, so that positions stay right."""
        current = set(map(id, self._current()))
        gone = [place for place, message in enumerate(self._told, 1) if id(message) not in current]
        if not gone:
            return
        if self._results.is_sorted:
            pairs = [(place, [self._told[place - 1]]) for place in reversed(gone)]
        else:
            pairs = [(0, [self._told[place - 1] for place in gone])]
        self._told = [message for message in self._told if id(message) in current]
        self._send(b"REMOVEFROM", pairs)

    def tell_added(self) -> None:
        """Tell what is a result now; each run of new ones goes in at the place of its first."""
        newest, self._newest = self._newest, self._newest_uid()
        known = set(map(id, self._told))
        current = self._current()
        new = [place for place, message in enumerate(current, 1) if id(message) not in known]
        if not new:
            return
        if self._results.is_sorted:
            pairs = [(run[0], [current[place - 1] for place in run]) for run in _runs(new)]
        else:
            pairs = [(0, [current[place - 1] for place in new])]
        self._told = current
        self._send_items(message for message in current if message.uid > newest)
        self._send(b"ADDTO", pairs)

    def _newest_uid(self) -> int:
        return max((message.uid for message in self._results.view.messages), default=0)

    def _send_items(self, arrived: Iterable[StoredMessage]) -> None:
        """Between EXISTS and ESEARCH, and not of messages whose flags have made them results (RFC 5465, 7)."""
        for message in arrived if self._items else ():
            values = [item.label + b" " + item.value(self._session, message) for item in self._items]
            fetch_answer(self._session, message, values, uid=False)

    def _current(self) -> list[StoredMessage]:
        view = self._results.view
        return [message for message in self._again() if not view.is_gone(message)]

    # ret-data-addto = "ADDTO" SP "(" context-position SP sequence-set *(SP context-position SP sequence-set) ")"
    def _send(self, name: bytes, pairs: list[tuple[int, list[StoredMessage]]]) -> None:
        results = self._results
        changes = b" ".join(b"%d %s" % (place, results.numbers(messages)) for place, messages in pairs)
        elements = [b'(TAG "%s")' % results.tag.encode("ascii"), *([b"UID"] if results.uid else [])]
        self._session.untagged(b"ESEARCH", *elements, name, b"(" + changes + b")")


def _runs(places: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


# modifier-update = "UPDATE" ["(" fetch-att *(SP fetch-att) ")"]; the example of RFC 5465, 7 has a space between.
def _update(session: ServerSession, arguments: Cursor) -> Callable[[Results], None]:
    items: list[FetchItem] = []
    if arguments.text.startswith((b"(", b" ("), arguments.pos) and session.supports("NOTIFY"):
        arguments.spaces()
        items = read_items(session, arguments)

    def begin(results: Results) -> None:
        contexts = results.view.contexts
        if results.tag in contexts:
            raise Refused("Tag reuse", status="BAD")
        if results.again is None or len(contexts) >= _MOST:
            session.condition("NO", "Too many contexts", code=f'NOUPDATE "{results.tag}"')
            return
        contexts[results.tag] = UpdatedResults(session, results, results.again, items)

    return begin


def _context(_session: ServerSession, _arguments: Cursor) -> Callable[[Results], None]:
    return lambda _results: None  # a hint, and nothing is remembered between searches here (RFC 5267, 4.2)


# command-select =/ "CANCELUPDATE" 1*(SP quoted)
def _cancel(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    tags = [arguments.string().decode("latin-1")]
    while not arguments.at_end():
        arguments.sp()
        tags.append(arguments.string().decode("latin-1"))
    for tag in tags:
        session.view.contexts.pop(tag, None)


FEATURE = Feature(
    capabilities=_REQUIRES,
    commands=(Handler("CANCELUPDATE", _cancel, states=SELECTED, requires=_REQUIRES),),
    return_options={"UPDATE": ReturnOption(_update, _REQUIRES), "CONTEXT": ReturnOption(_context, _REQUIRES)},
)
