"""ANNOTATE-EXPERIMENT-1 (RFC 5257): named values beside each message, one for everybody and one for each user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from imapkit.testing import render
from imapkit.testing.annotations import LARGEST, MOST, matches, read_entry, read_value, write_value
from imapkit.testing.features import (
    AppendItem,
    Change,
    Feature,
    FetchItem,
    ItemParser,
    SearchKey,
    SelectParameter,
    StoreItem,
)
from imapkit.testing.refusal import Refused
from imapkit.testing.search_keys import Having
from imapkit.testing.updates import modseq_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.features import NewMessage
    from imapkit.testing.search_keys import SearchKeys
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.testing.view import View
    from imapkit.types.query import Query

__all__ = ["FEATURE"]

_REQUIRED: Final = ("ANNOTATE-EXPERIMENT-1",)
_KINDS: Final = ("value", "size")
_SCOPES: Final = ("priv", "shared")
_SEARCHED: Final = {"value": _SCOPES, "value.priv": ("priv",), "value.shared": ("shared",)}


class _Named(NamedTuple):
    """A value of an entry: of whom, "" for everybody."""

    user: str
    entry: str


def _owner(session: ServerSession, scope: str) -> str:
    return session.account.user if scope == "priv" else ""


# --- SELECT -------------------------------------------------------------------------------------------------------


def _select(_session: ServerSession, _arguments: Cursor) -> Callable[[View], None]:
    def annotate(view: View) -> None:
        view.annotate = True

    return annotate


# resp-text-code =/ "ANNOTATIONS" SP ann-size  (RFC 5257, 4.1)
def _describe(session: ServerSession, view: View) -> None:
    if session.supports(*_REQUIRED):
        session.condition("OK", "Annotations.", code=f"ANNOTATIONS {'READ-ONLY' if view.read_only else LARGEST}")


# --- FETCH --------------------------------------------------------------------------------------------------------


# fetch-att =/ "ANNOTATION" SP "(" entries SP attribs ")"
def _fetch(_session: ServerSession, arguments: Cursor) -> FetchItem:
    arguments.sp()
    arguments.expect(b"(")
    entries = _names(arguments)
    arguments.sp()
    attributes = [attribute for name in _names(arguments) for attribute in _attributes(name)]
    arguments.expect(b")")
    return FetchItem(b"ANNOTATION", lambda session, message: _annotations(session, message, entries, attributes))


# entries = entry-match / "(" entry-match *(SP entry-match) ")"; attribs likewise
def _names(arguments: Cursor) -> list[str]:
    if arguments.peek() != ord("("):
        return [arguments.astring().decode("latin-1").lower()]
    names = [name.decode("latin-1").lower() for name in arguments.list_of(arguments.astring)]
    if not names:
        raise arguments.error("a name")
    return names


def _attributes(name: str) -> list[tuple[str, str]]:
    """An attribute's kind and scope; without a suffix it is both (RFC 5257, 3.2.2)."""
    kind, dot, scope = name.partition(".")
    if kind not in _KINDS or (dot and scope not in _SCOPES):
        raise Refused(f"There is no attribute {name}", status="BAD")
    return [(kind, scope)] if dot else [(kind, each) for each in _SCOPES]


# msg-att-dynamic =/ "ANNOTATION" SP "(" entry-att *(SP entry-att) ")"; entry-att = entry SP "(" att-value ... ")"
def _annotations(
    session: ServerSession, message: StoredMessage, patterns: list[str], attributes: list[tuple[str, str]]
) -> bytes:
    known = sorted({entry for user, entry in message.annotations if user in ("", session.account.user)})
    entries = dict.fromkeys(
        entry
        for pattern in patterns
        # One that is named has an answer even where it has no value: NIL, and a size of 0.
        for entry in ([each for each in known if matches(pattern, each)] if {"*", "%"} & set(pattern) else [pattern])
    )
    answers: list[bytes] = []
    for entry in entries:
        values: list[bytes] = []
        for kind, scope in attributes:
            value = message.annotations.get((_owner(session, scope), entry))
            written = write_value(value) if kind == "value" else b'"%d"' % len(value or b"")
            values += (f"{kind}.{scope}".encode("ascii"), written)
        answers += (render.atom_or_string(entry.encode("latin-1")), render.parenthesised(values))
    return render.parenthesised(answers)


# --- STORE and APPEND ---------------------------------------------------------------------------------------------


# att-annotate = "ANNOTATION" SP "(" entry-att *(SP entry-att) ")"
def _read(session: ServerSession, arguments: Cursor) -> dict[_Named, bytes | None]:
    values: dict[_Named, bytes | None] = {}
    for _ in arguments.items():
        entry = read_entry(arguments)
        arguments.sp()
        for _ in arguments.items():
            kind, dot, scope = arguments.astring().decode("latin-1").lower().partition(".")
            if kind != "value" or not dot or scope not in _SCOPES:
                raise Refused("Only value.priv and value.shared can be set", status="BAD")
            arguments.sp()
            values[_Named(_owner(session, scope), entry)] = read_value(arguments)
    if not values:
        raise arguments.error("an attribute")
    if any(value is not None and len(value) > LARGEST for value in values.values()):
        raise Refused("A value is too large", code="ANNOTATE TOOBIG")
    return values


def _insist_on_rights(rights: frozenset[str], values: Mapping[_Named, bytes | None]) -> None:
    """What is everybody's needs the right "n"; to read is enough for what is one's own (RFC 5257, 3.4)."""
    if "n" not in rights and any(not name.user for name in values):
        raise Refused("This needs the right n", code="NOPERM")


def _changed(message: StoredMessage, values: Mapping[_Named, bytes | None]) -> dict[tuple[str, str], bytes]:
    changed = dict(message.annotations)
    for name, value in values.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    if len(changed) > max(MOST, len(message.annotations)):
        raise Refused("There are too many annotations", code="ANNOTATE TOOMANY")
    return changed


def _insist_on_room(
    mailbox: StoredMailbox, messages: Iterable[tuple[StoredMessage, dict[tuple[str, str], bytes]]]
) -> None:
    more = sum(
        sum(map(len, changed.values())) - sum(map(len, message.annotations.values())) for message, changed in messages
    )
    mailbox.account.quota.insist_on_room(annotations=max(0, more))


def _store(session: ServerSession, arguments: Cursor, sign: str, silent: bool) -> Change:
    if sign or silent:
        raise Refused("ANNOTATION is stored without + and -, and silently as it is", status="BAD")
    values = _read(session, arguments)

    def apply(messages: list[StoredMessage]) -> None:
        view = session.view
        _insist_on_rights(view.rights, values)
        changed = [(message, _changed(message, values)) for message in messages]
        _insist_on_room(view.mailbox, changed)
        view.mailbox.annotate(changed)

    return Change(apply, lambda message: modseq_items(session, message))


# append-ext =/ att-annotate
def _append(session: ServerSession, arguments: Cursor, message: NewMessage) -> None:
    values = _read(session, arguments)
    _insist_on_rights(session.namespace.rights(message.mailbox), values)
    message.mailbox.account.quota.insist_on_room(annotations=sum(len(value or b"") for value in values.values()))

    def annotate(stored: StoredMessage) -> None:
        stored.annotations = _changed(stored, values)

    message.then.append(annotate)


# --- SEARCH -------------------------------------------------------------------------------------------------------


# search-key =/ "ANNOTATION" SP entry-match SP att-search SP value
def _search(keys: SearchKeys) -> Query:
    pattern, attribute = keys.text().lower(), keys.text().lower()
    keys.arguments.sp()
    wanted = (read_value(keys.arguments) or b"").decode("utf-8", "replace").casefold()
    if attribute not in _SEARCHED:
        raise Refused("Only value, value.priv and value.shared can be searched", status="BAD")
    owners = {_owner(keys.session, scope) for scope in _SEARCHED[attribute]}

    def holds(message: StoredMessage) -> bool:
        return any(
            user in owners and matches(pattern, entry) and wanted in value.decode("utf-8", "replace").casefold()
            for (user, entry), value in message.annotations.items()
        )

    return Having(holds)


FEATURE = Feature(
    capabilities=_REQUIRED,
    select_parameters={"ANNOTATE": SelectParameter(_select, _REQUIRED)},
    describes=_describe,
    fetch_items={"ANNOTATION": ItemParser(_fetch, _REQUIRED)},
    store_items={"ANNOTATION": StoreItem(_store, _REQUIRED)},
    append_items={"ANNOTATION": AppendItem(_append, _REQUIRED)},
    search_keys={"ANNOTATION": SearchKey(_search, _REQUIRED)},
)
