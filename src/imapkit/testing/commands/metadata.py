"""METADATA (RFC 5464): named values of mailboxes, and of the server; as a return option of LIST, RFC 9590."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.testing import news, render
from imapkit.testing.annotations import Metadata, read_entry, read_value, write_value
from imapkit.testing.features import Completion, Feature, Handler, ListReturn, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["ADMIN", "FEATURE", "find_metadata", "set_metadata"]

ADMIN = "/shared/admin"
"""How to reach the server's administrator (RFC 5464, 6.2.2)."""


def find_metadata(session: ServerSession, name: str) -> tuple[StoredMailbox | None, Metadata]:
    """What has this name, "" being the server, and its entries.

    Whoever may look a mailbox up, and do anything with what is in it, may read and set its entries (RFC 5464, 3.3).
    """
    if not name:
        return None, session.site.metadata
    mailbox = session.namespace.find(name, "l")
    if session.namespace.rights(mailbox).isdisjoint("rswip"):
        raise Refused("This needs one of the rights r, s, w, i and p", code="NOPERM")
    return mailbox, mailbox.metadata


def set_metadata(session: ServerSession, name: str, values: dict[str, bytes | None]) -> None:
    """Set entries, all or none, and tell others."""
    mailbox, metadata = find_metadata(session, name)
    shared = tuple(entry for entry in values if entry.startswith("/shared/"))
    if mailbox is None and (ADMIN in shared or (shared and not session.account.administrator)):
        raise Refused("These entries of the server are not yours to set", code="NOPERM")
    metadata.set(session.account.user, values)
    private = tuple(entry for entry in values if entry not in shared)
    for user, entries in (("", shared), (session.account.user, private)):
        if entries:
            session.site.publish(news.MetadataChanged(mailbox, entries, user))


def _read_entry(arguments: Cursor) -> str:
    name = read_entry(arguments)
    if not name.startswith(("/shared/", "/private/")):
        raise Refused("An entry begins with /shared/ or /private/", status="BAD")
    return name


# A mailbox's name, or "" for the server; METADATA-SERVER alone has only that.
def _read_name(session: ServerSession, arguments: Cursor) -> str:
    name = arguments.mailbox()
    if name and not session.supports("METADATA"):
        raise Refused("Only the server's own entries are offered here", status="BAD")
    return name


# --- GETMETADATA --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Options:
    largest: int | None = None
    depth: str = "0"

    def reaches(self, root: str, entry: str) -> bool:
        """Whether an entry is asked for together with that above it."""
        below = entry.removeprefix(root)
        if entry == root or not entry.startswith(root + "/") or self.depth == "0":
            return entry == root
        return self.depth == "INFINITY" or below.count("/") == 1


# getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries
# entries = entry / "(" entry *(SP entry) ")"
def _get(session: ServerSession, request: Request) -> Completion:
    arguments = request.arguments
    options = _options(arguments) if arguments.peek() == ord("(") else _Options()
    name = _read_name(session, arguments)
    arguments.sp()
    entries = _entries(arguments)
    request.end()
    _, metadata = find_metadata(session, name)
    user = session.account.user
    if options.depth != "0":
        known = metadata.names(user)
        entries = [entry for root in entries for entry in known if options.reaches(root, entry)]
    sizes = {entry: len(metadata.get(user, entry) or b"") for entry in entries}
    fitting = [entry for entry in sizes if options.largest is None or sizes[entry] <= options.largest]
    _send(session, name, metadata, fitting)
    if len(fitting) == len(sizes):
        return Completion()
    return Completion(code=f"METADATA LONGENTRIES {max(sizes.values())}")


# maxsize-opt = "MAXSIZE" SP number; scope-opt = "DEPTH" SP ("0" / "1" / "infinity")
def _options(arguments: Cursor) -> _Options:
    options = _Options()
    for _ in arguments.items():
        name = arguments.keyword()
        arguments.sp()
        if name == "MAXSIZE":
            options.largest = arguments.number()
        elif name == "DEPTH":
            options.depth = arguments.keyword()
        if name not in ("MAXSIZE", "DEPTH") or options.depth not in ("0", "1", "INFINITY"):
            raise Refused("Unknown option of GETMETADATA", status="BAD")
    arguments.sp()
    return options


def _entries(arguments: Cursor) -> list[str]:
    if arguments.peek() != ord("("):
        return [_read_entry(arguments)]
    entries = arguments.list_of(lambda: _read_entry(arguments))
    if not entries:
        raise arguments.error("an entry")
    return entries


# metadata-resp = "METADATA" SP mailbox SP entry-values; entry-values = "(" entry SP value *(SP entry SP value) ")"
def _send(session: ServerSession, name: str, metadata: Metadata, entries: Iterable[str]) -> None:
    values = [
        render.atom_or_string(entry.encode("ascii")) + b" " + write_value(metadata.get(session.account.user, entry))
        for entry in entries
    ]
    if values:
        session.untagged(b"METADATA", render.mailbox(name, utf8=session.utf8), render.parenthesised(values))


# return-option =/ "METADATA" SP "(" entry *(SP entry) ")"  (RFC 9590, 4)
def _beside_list(session: ServerSession, arguments: Cursor) -> Callable[[StoredMailbox], None]:
    arguments.sp()
    if arguments.peek() != ord("("):
        raise arguments.error("a list of entries")
    entries = _entries(arguments)

    def send(mailbox: StoredMailbox) -> None:
        if not session.namespace.rights(mailbox).isdisjoint("rswip"):
            _send(session, session.namespace.name_of(mailbox), mailbox.metadata, entries)

    return send


# --- SETMETADATA --------------------------------------------------------------------------------------------------


# setmetadata = "SETMETADATA" SP mailbox SP entry-values
def _set(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    name = _read_name(session, arguments)
    arguments.sp()
    values: dict[str, bytes | None] = {}
    for _ in arguments.items():
        entry = _read_entry(arguments)
        arguments.sp()
        values[entry] = read_value(arguments)
    request.end()
    if not values:
        raise arguments.error("an entry")
    set_metadata(session, name, values)


_REQUIRED = ("METADATA", "METADATA-SERVER")
# Filters are kept as entries of the server, whether other entries are offered or not (RFC 5466, 3.2).
_COMMANDS_REQUIRE = (*_REQUIRED, "FILTERS")

FEATURE = Feature(
    capabilities=("METADATA", "METADATA-SERVER", "LIST-METADATA"),
    commands=(
        Handler("GETMETADATA", _get, requires=_COMMANDS_REQUIRE),
        Handler("SETMETADATA", _set, requires=_COMMANDS_REQUIRE),
    ),
    list_returns={"METADATA": ListReturn(_beside_list, ("LIST-METADATA",))},
    enables=_REQUIRED,
)
