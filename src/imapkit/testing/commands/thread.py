"""THREAD (RFC 5256): ORDEREDSUBJECT, REFERENCES and REFS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.testing import threads
from imapkit.testing.commands import messagelimit
from imapkit.testing.comparators import COMPARATORS
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.searching import read_needed_charset, read_program, request_results

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imapkit.testing.comparators import Comparator
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage
    from imapkit.testing.threads import Node

__all__ = ["FEATURE"]

_ALGORITHMS: Final[Mapping[str, Callable[[list[StoredMessage], Comparator], list[Node]]]] = {
    "ORDEREDSUBJECT": threads.by_subject,
    "REFERENCES": threads.by_references,
    "REFS": lambda messages, _: threads.refs(messages),
}


# thread = ["UID" SP] "THREAD" SP thread-alg SP charset 1*(SP search-key)
def _thread(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    view = session.view
    name = arguments.keyword()
    if name not in _ALGORITHMS or not session.supports(f"THREAD={name}"):
        raise Refused(f"Unknown threading algorithm {name}", status="BAD")
    arguments.sp()
    read_needed_charset(session, arguments)
    arguments.sp()
    program = read_program(session, arguments, view)
    messagelimit.insist_on_search(session, program, view)
    results = request_results(request, view, program, program.find(view))
    found = threads.written(_ALGORITHMS[name](results.messages, COMPARATORS[session.comparator]), results.number)
    session.untagged(b"THREAD", *([found] if found else []))


_CAPABILITIES: Final = tuple(f"THREAD={name}" for name in _ALGORITHMS)

FEATURE = Feature(
    capabilities=_CAPABILITIES,
    commands=(
        Handler("THREAD", _thread, states=SELECTED, requires=_CAPABILITIES, shifts=False),
        Handler("UID THREAD", _thread, states=SELECTED, requires=_CAPABILITIES),
    ),
)
