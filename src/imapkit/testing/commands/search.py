"""SEARCH (RFC 9051, 6.4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.testing.commands import messagelimit
from imapkit.testing.commands.esearch import ALL
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.searching import (
    plain_numbers,
    read_charset,
    read_program,
    read_return,
    request_results,
    send_esearch,
)

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_WITH_RETURN: Final = ("ESEARCH", "CONTEXT=SEARCH", "PARTIAL")


# search = "SEARCH" [search-return-opts] SP search-program; search-program = ["CHARSET" SP charset SP] search-key...
def _search(session: ServerSession, request: Request) -> Completion:
    view = session.view
    answers = read_return(session, request.arguments, *_WITH_RETURN)
    try:
        read_charset(session, request.arguments)
        program = read_program(session, request.arguments, view)
    except Refused as refused:
        if answers and "SAVE" in answers and refused.status == "NO":
            view.saved.clear()  # RFC 9051, 6.4.4.1: a failed search leaves an empty result
        raise
    searched = messagelimit.cut_search(session, program, view)
    results = request_results(request, view, program, program.find(view, searched.messages))
    results.again = lambda: program.find(view)
    if answers is None and not session.rev2:
        session.untagged(b"SEARCH", *plain_numbers(results))
    else:
        answers = answers or {"ALL": ALL}
        results.options = frozenset(answers)
        send_esearch(session, results, answers)
    return searched.completion(session)


FEATURE = Feature(
    capabilities=("WITHIN",),
    commands=(
        Handler("SEARCH", _search, states=SELECTED, shifts=False),
        Handler("UID SEARCH", _search, states=SELECTED),
    ),
)
