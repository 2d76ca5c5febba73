"""MULTISEARCH (RFC 7377): the ESEARCH command, one search through many mailboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.model import AUTHENTICATED
from imapkit.testing import render
from imapkit.testing.commands.esearch import ALL
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.searching import Results, read_charset, read_program, read_return, send_esearch
from imapkit.testing.store import DELIMITER, within
from imapkit.testing.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.searching import Answer
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["FEATURE"]


# esearch = "ESEARCH" [SP esearch-source-opts] [SP search-return-opts] SP search-program
def _esearch(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    mailboxes = _read_sources(session, arguments)
    selected = None if session.selected is None else session.selected.mailbox
    answers = read_return(session, arguments, "MULTISEARCH") or {"ALL": ALL}
    if not answers.keys().isdisjoint({"SAVE", "UPDATE"}) and mailboxes != [selected]:
        raise Refused("SAVE and UPDATE are for the selected mailbox alone", status="BAD")
    read_charset(session, arguments)
    start = arguments.pos
    for mailbox in mailboxes:
        arguments.pos = start  # sequence numbers mean something else in each mailbox
        _search(session, request, mailbox, answers)


def _search(session: ServerSession, request: Request, mailbox: StoredMailbox, answers: Mapping[str, Answer]) -> None:
    selected = session.selected
    is_selected = selected is not None and selected.mailbox is mailbox
    view = selected if is_selected and selected else View(mailbox, read_only=True, announce=lambda: None)
    try:
        program = read_program(session, request.arguments, view)
        results = Results(view, program, program.find(view), request.tag, uid=True, options=frozenset(answers))
    finally:
        if not is_selected:
            view.close()
    if is_selected:
        results.again = lambda: program.find(view)
    if not results.messages:
        # Nothing is told of a mailbox in which nothing is found (RFC 7377, 2.1), but "$" is empty then.
        for option in answers.keys() & {"SAVE", "UPDATE"}:
            answers[option](results)
    else:
        name = render.mailbox(session.namespace.name_of(mailbox), utf8=session.utf8)
        correlators = b"MAILBOX " + name, b"UIDVALIDITY %d" % mailbox.uidvalidity
        send_esearch(session, results, answers, *correlators)


# esearch-source-opts = "IN" SP "(" filter-mailboxes *(SP filter-mailboxes) ")"
def _read_sources(session: ServerSession, arguments: Cursor) -> list[StoredMailbox]:
    if arguments.text[arguments.pos : arguments.pos + 4].upper() != b"IN (":
        return [session.view.mailbox]
    arguments.pos += 3
    found: dict[int, StoredMailbox] = {}
    for _ in arguments.items():
        for mailbox in _read_source(session, arguments):
            if "r" in session.namespace.rights(mailbox):
                found[id(mailbox)] = mailbox
    arguments.sp()
    return list(found.values())


# filter-mailboxes (RFC 5465, 8), less "selected-delayed", and with "subtree-one"
def _read_source(session: ServerSession, arguments: Cursor) -> Iterable[StoredMailbox]:
    kind = arguments.keyword()
    every = session.namespace.listable()
    match kind:
        case "SELECTED":
            return [session.view.mailbox]
        case "PERSONAL":
            return [every[name] for name in every if session.namespace.is_personal(name)]
        case "INBOXES":
            return [every["INBOX"]]
        case "SUBSCRIBED":
            return [every[name] for name in every if name in session.account.subscriptions]
        case "MAILBOXES":
            return [mailbox for name in _read_names(arguments) for mailbox in _named(session, name)]
        case "SUBTREE" | "SUBTREE-ONE":
            roots = _read_names(arguments)
            return [every[name] for name in every if any(_is_in(name, root, kind) for root in roots)]
        case _:
            raise Refused(f"Unknown source {kind}", status="BAD")


def _named(session: ServerSession, name: str) -> list[StoredMailbox]:
    try:
        return [session.namespace.find(name, "r")]
    except Refused:
        return []  # of what is not there, or not to be seen, nothing is said (RFC 7377, 2.2)


# one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")"
def _read_names(arguments: Cursor) -> list[str]:
    arguments.sp()
    return arguments.list_of(arguments.mailbox) if arguments.peek() == ord("(") else [arguments.mailbox()]


def _is_in(name: str, root: str, kind: str) -> bool:
    if name == root:
        return True
    return within(name, root) and (kind == "SUBTREE" or DELIMITER not in name[len(root) + 1 :])


FEATURE = Feature(
    capabilities=("MULTISEARCH",),
    commands=(Handler("ESEARCH", _esearch, states=AUTHENTICATED, requires=("MULTISEARCH",)),),
)
