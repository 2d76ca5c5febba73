"""ANNOTATEMORE (draft-daboo-imap-annotatemore-08): METADATA before it was finished.

Both show the same values: the attributes value.priv and value.shared of /comment are /private/comment and
/shared/comment there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing import render
from imapkit.testing.annotations import Metadata, matches, read_entry, read_value, write_value
from imapkit.testing.commands.metadata import find_metadata, set_metadata
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_SCOPES: Final = {".priv": "/private", ".shared": "/shared"}
_ATTRIBUTES: Final = ("value.priv", "value.shared", "size.priv", "size.shared")


# getannotation = "GETANNOTATION" SP list-mailbox SP entries SP attribs
def _get(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    pattern = arguments.mailbox()
    arguments.sp()
    entries = _patterns(arguments)
    arguments.sp()
    attributes = _patterns(arguments)
    request.end()
    # Without a suffix, an attribute is both its private and its shared form.
    wanted = [
        name
        for name in _ATTRIBUTES
        if any(matches(each, name) or matches(each, name.partition(".")[0]) for each in attributes)
    ]
    for name, metadata in _found(session, pattern):
        _send(session, name, metadata, entries, wanted)


# entries = entry-match / "(" entry-match *(SP entry-match) ")"; attribs likewise
def _patterns(arguments: Cursor) -> list[str]:
    if arguments.peek() != ord("("):
        return [arguments.astring().decode("latin-1")]
    patterns = [pattern.decode("latin-1") for pattern in arguments.list_of(arguments.astring)]
    if not patterns:
        raise arguments.error("a name")
    return patterns


def _found(session: ServerSession, pattern: str) -> Iterator[tuple[str, Metadata]]:
    """The server for "", else the mailboxes that fit and may be read."""
    if not pattern:
        yield "", session.site.metadata
    for name, mailbox in session.namespace.listable().items() if pattern else ():
        if matches(pattern, name) and not session.namespace.rights(mailbox).isdisjoint("rswip"):
            yield name, mailbox.metadata


# annotate-data = "ANNOTATION" SP mailbox SP entry-att *(SP entry-att)
# entry-att = entry SP "(" att-value *(SP att-value) ")"; att-value = attrib SP value
def _send(session: ServerSession, name: str, metadata: Metadata, patterns: list[str], attributes: list[str]) -> None:
    user = session.account.user
    known = sorted({"/" + entry.split("/", 2)[2] for entry in metadata.names(user)})
    answers: list[bytes] = []
    for entry in known:
        values = [b"%s %s" % (render.string(each.encode()), _value(metadata, user, entry, each)) for each in attributes]
        if values and any(matches(pattern, entry) for pattern in patterns):
            answers += (render.string(entry.encode("ascii")), render.parenthesised(values))
    if answers:
        session.untagged(b"ANNOTATION", render.mailbox(name, utf8=session.utf8), *answers)


def _value(metadata: Metadata, user: str, entry: str, attribute: str) -> bytes:
    kind, dot, scope = attribute.partition(".")
    value = metadata.get(user, _SCOPES[dot + scope] + entry)
    return write_value(value) if kind == "value" else b'"%d"' % len(value or b"")


# setannotation = "SETANNOTATION" SP list-mailbox SP setentryatt
# setentryatt = entry-att / "(" entry-att *(SP entry-att) ")"
def _set(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    pattern = arguments.mailbox()
    arguments.sp()
    values: dict[str, bytes | None] = {}
    if arguments.peek() == ord("("):
        for _ in arguments.items():
            values.update(_entry_values(arguments))
    else:
        values.update(_entry_values(arguments))
    request.end()
    if not values:
        raise arguments.error("an attribute")
    names = [name for name, _ in _found(session, pattern)]
    if not names:
        find_metadata(session, pattern)  # which says what is wrong with it
    for name in names:
        try:
            set_metadata(session, name, values)
        except Refused as refused:
            raise Refused(refused.text, code=_code(refused.code)) from None


def _entry_values(arguments: Cursor) -> dict[str, bytes | None]:
    entry = read_entry(arguments)
    arguments.sp()
    values: dict[str, bytes | None] = {}
    for _ in arguments.items():
        kind, dot, scope = arguments.astring().decode("latin-1").lower().partition(".")
        arguments.sp()
        value = read_value(arguments)
        if kind != "value" or dot + scope not in _SCOPES:
            raise Refused("Only value.priv and value.shared can be set", code="CANNOT")
        values[_SCOPES[dot + scope] + entry] = value
    return values


def _code(code: str | None) -> str | None:
    """What METADATA calls MAXSIZE was TOOBIG then."""
    if code is None or not code.startswith("METADATA "):
        return code
    return "ANNOTATEMORE TOOBIG" if "MAXSIZE" in code else "ANNOTATEMORE TOOMANY"


FEATURE = Feature(
    capabilities=("ANNOTATEMORE",),
    commands=(
        Handler("GETANNOTATION", _get, requires=("ANNOTATEMORE",)),
        Handler("SETANNOTATION", _set, requires=("ANNOTATEMORE",)),
    ),
)
