"""STORE (RFC 9051, 6.4.6) of FLAGS and of what features add, with UNCHANGEDSINCE (RFC 7162, 3.1.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import SELECTED
from imapkit.protocol.wire import grammar
from imapkit.testing import render
from imapkit.testing.commands import condstore, messagelimit
from imapkit.testing.features import Change, Completion, Feature, Handler, Request, StoreItem, offered
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

_ITEM = re.compile(r"([+-]?)([A-Z0-9-]+)(\.SILENT)?", re.IGNORECASE)
_SYSTEM_FLAGS: Final = frozenset({"\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft"})


# store = "STORE" SP sequence-set [SP "(" "UNCHANGEDSINCE" SP mod-sequence ")"] SP store-att-flags
def _store(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    numbers = arguments.atom()
    arguments.sp()
    since = _unchanged_since(session, arguments)
    change = _change(session, arguments)
    request.end()
    view = session.writable
    wanted = messagelimit.cut(session, view.resolve(numbers, uid=request.uid))
    gone = [message for message in wanted.messages if view.is_gone(message)]
    there = [message for message in wanted.messages if not view.is_gone(message)]
    modified = [message for message in there if since is not None and message.modseq > since]
    stored = [message for message in there if message not in modified]
    change.apply(stored)
    tell_keywords(session)
    for message in stored:
        _answer(session, message, change.tell(message), uid=request.uid)
    if modified:
        found = render.numbers(message.uid if request.uid else view.number(message) for message in modified)
        return wanted.completion(session, text="Conditional store failed.", code=f"MODIFIED {found.decode()}")
    if gone and not request.uid:
        raise Refused("Some of the messages no longer exist.", code="EXPUNGEISSUED")
    return wanted.completion(session)


def _change(session: ServerSession, arguments: Cursor) -> Change:
    found = _ITEM.fullmatch(arguments.atom())
    item = found and offered(session, session.site.table.store_items, found[2].upper())
    if found is None or item is None:
        raise Refused("Invalid item to store", status="BAD")
    arguments.sp()
    return item.read(session, arguments, found[1], bool(found[3]))


def _unchanged_since(session: ServerSession, arguments: Cursor) -> int | None:
    if arguments.peek() != ord("("):
        return None
    since = 0
    for _ in arguments.items():
        if arguments.keyword() != "UNCHANGEDSINCE" or not session.supports(*condstore.CAPABILITIES):
            raise Refused("Unknown parameter of STORE", status="BAD")
        arguments.sp()
        since = arguments.number64()
        condstore.announce(session)
    arguments.sp()
    return since


def _answer(session: ServerSession, message: StoredMessage, items: list[bytes], *, uid: bool) -> None:
    if items:
        fetch_answer(session, message, items, uid=uid or session.rev2 or session.condstore)


# --- FLAGS ------------------------------------------------------------------------------------------------------


# store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
def _flags(session: ServerSession, arguments: Cursor, sign: str, silent: bool) -> Change:
    given = checked_flags(arguments.flags() if arguments.peek() == ord("(") else _bare(arguments))

    def apply(messages: list[StoredMessage]) -> None:
        view = session.view
        if not any(may_change(view.rights, flag) for flag in given or _SYSTEM_FLAGS):
            raise Refused("You may not change these flags", code="NOPERM")
        wanted = [storable(view.rights, _combined(sign, old.flags, given), old.flags) for old in messages]
        view.mailbox.store(messages, wanted)

    def tell(message: StoredMessage) -> list[bytes]:
        session.view.told(message)
        return modseq_items(session, message) if silent else flag_items(session, message)

    return Change(apply, tell)


def _bare(arguments: Cursor) -> Iterable[str]:
    return arguments.rest().decode("latin-1").split(" ")


def checked_flags(names: Iterable[str]) -> FlagSet:
    r"""Refuse what is no flag, or one that no client may set: ``\Recent``, and backslashes that nobody defined."""
    flags = FlagSet(names)
    for name in flags:
        if not grammar.FLAG_STRICT.match(name) or (name.startswith("\\") and name.lower() not in _SYSTEM_FLAGS):
            raise Refused(f"Invalid flag {name}", status="BAD")
    return flags


def _combined(sign: str, old: FlagSet, given: FlagSet) -> FlagSet:
    if sign == "+":
        return old | given
    return old - given if sign == "-" else given


FEATURE = Feature(
    commands=(
        Handler("STORE", _store, states=SELECTED, shifts=False),
        Handler("UID STORE", _store, states=SELECTED),
    ),
    store_items={"FLAGS": StoreItem(_flags)},
)
