"""SORT (RFC 5256), SORT=DISPLAY (RFC 5957), RETURN (ESORT, RFC 5267), and the order of annotations (RFC 5257)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.protocol.model import SELECTED
from imapkit.testing.annotations import read_entry
from imapkit.testing.commands import messagelimit
from imapkit.testing.comparators import COMPARATORS
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.searching import (
    Program,
    plain_numbers,
    read_needed_charset,
    read_program,
    read_return,
    request_results,
    send_esearch,
)
from imapkit.testing.sorting import CRITERIA

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.comparators import Comparator
    from imapkit.testing.session import ServerSession
    from imapkit.testing.sorting import Value
    from imapkit.testing.store import StoredMessage
    from imapkit.testing.view import View

__all__ = ["FEATURE"]


@dataclass(frozen=True, slots=True)
class _Criterion:
    name: str
    reverse: bool
    comparator: Comparator
    annotation: tuple[str, str] | None = None  # whose, and which entry

    def value(self, message: StoredMessage, program: Program, view: View) -> Value:
        if self.annotation is not None:
            return self.comparator(message.annotations.get(self.annotation, b"").decode("utf-8", "replace"))
        if self.name == "RELEVANCY":
            return -program.relevancy(message, view)  # the best comes first (RFC 6203, 6)
        return CRITERIA[self.name][0](message, self.comparator)


# sort = ["UID" SP] "SORT" [search-return-opts] SP sort-criteria SP search-criteria
# search-criteria = charset 1*(SP search-key)
def _sort(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    view = session.view
    answers = read_return(session, arguments, "ESORT", "CONTEXT=SORT")
    criteria = _criteria(session, arguments)
    arguments.sp()
    read_needed_charset(session, arguments)
    arguments.sp()
    program = read_program(session, arguments, view)
    if any(criterion.name == "RELEVANCY" for criterion in criteria) and not program.fuzzy:
        raise Refused("Only fuzzy searches know of relevancy", status="BAD")
    messagelimit.insist_on_search(session, program, view)
    results = request_results(request, view, program, _found(program, view, criteria))
    results.again = lambda: _found(program, view, criteria)
    results.is_sorted = True
    if answers is None:
        session.untagged(b"SORT", *plain_numbers(results))
    else:
        results.options = frozenset(answers)
        send_esearch(session, results, answers)


# sort-criteria = "(" sort-criterion *(SP sort-criterion) ")"; sort-criterion = ["REVERSE" SP] sort-key
def _criteria(session: ServerSession, arguments: Cursor) -> list[_Criterion]:
    comparator = COMPARATORS[session.comparator]

    def criterion() -> _Criterion:
        name = arguments.keyword()
        reverse = name == "REVERSE"
        if reverse:
            arguments.sp()
            name = arguments.keyword()
        if name == "ANNOTATION" and session.supports("ANNOTATE-EXPERIMENT-1"):
            return _Criterion(name, reverse, comparator, _annotation(session, arguments))
        needed = "SEARCH=FUZZY" if name == "RELEVANCY" else CRITERIA[name][1] if name in CRITERIA else None
        if needed is None or not session.supports(needed):
            raise Refused(f"Unknown sort criterion {name}", status="BAD")
        return _Criterion(name, reverse, comparator)

    criteria = arguments.list_of(criterion)
    if not criteria:
        raise arguments.error("a sort criterion")
    return criteria


# sort-key =/ "ANNOTATION" SP entry SP att-sort; att-sort = "value.priv" / "value.shared"
def _annotation(session: ServerSession, arguments: Cursor) -> tuple[str, str]:
    arguments.sp()
    entry = read_entry(arguments)
    arguments.sp()
    attribute = arguments.astring().lower()
    if attribute not in (b"value.priv", b"value.shared"):
        raise Refused("Only value.priv and value.shared can be sorted by", status="BAD")
    return session.account.user if attribute == b"value.priv" else "", entry


def _found(program: Program, view: View, criteria: list[_Criterion]) -> list[StoredMessage]:
    messages = program.find(view)
    # The last criterion first: each sort keeps what the one before made of equal messages.
    for criterion in reversed(criteria):
        messages.sort(key=lambda message: criterion.value(message, program, view), reverse=criterion.reverse)
    return messages


FEATURE = Feature(
    capabilities=("SORT", "SORT=DISPLAY", "SORT=MODSEQ", "SORT=UID"),
    commands=(
        Handler("SORT", _sort, states=SELECTED, requires=("SORT",), shifts=False),
        Handler("UID SORT", _sort, states=SELECTED, requires=("SORT",)),
    ),
)
