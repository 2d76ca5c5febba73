"""STORE (RFC 9051, 6.4.6), with UNCHANGEDSINCE (RFC 7162, 3.1.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.protocol.wire import grammar
from imapkit.testing import render
from imapkit.testing.features import Completion, Feature, Handler, Request
from imapkit.testing.refusal import Refused
from imapkit.testing.rights import may_change, storable
from imapkit.testing.updates import fetch_answer, flag_items, modseq_items, tell_keywords
from imapkit.types.flags import FlagSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMessage

__all__ = ["FEATURE", "checked_flags"]

_ACTION = re.compile(r"([+-]?)FLAGS(\.SILENT)?", re.IGNORECASE)
_SYSTEM_FLAGS: Final = frozenset({"\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"})


# store = "STORE" SP sequence-set [SP "(" "UNCHANGEDSINCE" SP mod-sequence ")"] SP store-att-flags
# store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
def _store(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    numbers = arguments.atom()
    arguments.sp()
    since = _unchanged_since(session, arguments)
    action = _ACTION.fullmatch(arguments.atom())
    if action is None:
        raise Refused("Invalid item to store", status="BAD")
    arguments.sp()
    flags = checked_flags(_flags(arguments))
    view = session.writable
    if not any(may_change(view.rights, flag) for flag in flags or _SYSTEM_FLAGS):
        raise Refused("You may not change these flags", code="NOPERM")
    chosen = view.resolve(numbers, uid=request.uid)
    gone = [message for message in chosen if view.is_gone(message)]
    modified = [message for message in chosen if since is not None and message.modseq > since and message not in gone]
    stored = [message for message in chosen if message not in gone and message not in modified]
    wanted = [storable(view.rights, _combined(action[1], message.flags, flags), message.flags) for message in stored]
    view.mailbox.store(stored, wanted)
    tell_keywords(session)
    for message in stored:
        _answer(session, message, silent=bool(action[2]), uid=request.uid)
    if modified:
        found = render.numbers(message.uid if request.uid else view.number(message) for message in modified)
        return Completion("Conditional store failed.", code=f"MODIFIED {found.decode()}")
    if gone and not request.uid:
        raise Refused("Some of the messages no longer exist.", code="EXPUNGEISSUED")
    return Completion()


def _unchanged_since(session: ServerSession, arguments: Cursor) -> int | None:
    if arguments.peek() != ord("("):
        return None
    since = 0
    for _ in arguments.items():
        if arguments.keyword() != "UNCHANGEDSINCE" or not session.supports("CONDSTORE"):
            raise Refused("Unknown parameter of STORE", status="BAD")
        arguments.sp()
        since = arguments.number64()
        session.condstore = True
    arguments.sp()
    return since


def _flags(arguments: Cursor) -> Iterable[str]:
    if arguments.peek() == ord("("):
        flags: Iterable[str] = arguments.flags()
        if not arguments.at_end():
            raise arguments.error("the end of the command")
        return flags
    return arguments.rest().decode("latin-1").split(" ")


def checked_flags(names: Iterable[str]) -> FlagSet:
    r"""Refuse what is no flag, or one that no client may set: ``\Recent``, and backslashes that nobody defined."""
    flags = FlagSet(names)
    for name in flags:
        if not grammar.FLAG_STRICT.match(name) or (name.startswith("\\") and name.lower() not in _SYSTEM_FLAGS):
            raise Refused(f"Invalid flag {name}", status="BAD")
    return flags


def _combined(action: str, old: FlagSet, given: FlagSet) -> FlagSet:
    if action == "+":
        return old | given
    return old - given if action == "-" else given


def _answer(session: ServerSession, message: StoredMessage, *, silent: bool, uid: bool) -> None:
    session.view.told(message)
    items = modseq_items(session, message) if silent else flag_items(session, message)
    if items:
        fetch_answer(session, message, items, uid=uid or session.rev2 or session.condstore)


FEATURE = Feature(
    commands=(
        Handler("STORE", _store, states=SELECTED, shifts=False),
        Handler("UID STORE", _store, states=SELECTED),
    ),
)
