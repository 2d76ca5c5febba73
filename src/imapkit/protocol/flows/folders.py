"""Listing mailboxes with their roles and counts, and making, renaming and removing them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from imapkit.errors import CommandError, FolderExists, FolderNotFound
from imapkit.protocol.extensions.condstore import HIGHESTMODSEQ
from imapkit.protocol.extensions.list import List, Listed, ListResult, Lsub, takes_options
from imapkit.protocol.extensions.mailboxes import Create, Delete, Rename, Subscribe, Unsubscribe
from imapkit.protocol.extensions.status import (
    DELETED,
    MESSAGES,
    SIZE,
    UIDNEXT,
    UIDVALIDITY,
    UNSEEN,
    GetStatus,
    StatusData,
)
from imapkit.protocol.flows.base import Flow, execute, wait_for
from imapkit.protocol.wire.names import canonical
from imapkit.types.folders import FolderInfo, Role, Status, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.connection import Connection, Pending
    from imapkit.protocol.model import Item

__all__ = ["absent", "create", "delete", "exists", "list_folders", "rename", "set_subscribed", "status"]

_UNSELECTABLE = {"\\NOSELECT", "\\NONEXISTENT"}


def list_folders(
    connection: Connection, pattern: str = "*", *, subscribed: bool = False, with_status: bool = False
) -> Flow[list[FolderInfo]]:
    """The mailboxes that match a pattern; with counts in the same round trip where the server can (LIST-STATUS)."""
    result, subscriptions = yield from _list(connection, pattern, with_status=with_status)
    infos = [_info(listed, subscriptions) for listed in _distinct(result.mailboxes)]
    if subscribed:
        infos = [info for info in infos if info.subscribed]
    if with_status:
        counts = {data.mailbox: data for data in result.status}
        asked = [info.path for info in infos if info.selectable and info.path not in counts]
        counts.update((yield from _statuses(connection, asked)))
        infos = [replace(info, status=_status(counts.get(info.path))) for info in infos]
    return _settle_roles(infos)


def _list(connection: Connection, pattern: str, *, with_status: bool) -> Flow[tuple[ListResult, frozenset[str] | None]]:
    """One LIST where it takes options (subscriptions are in it), else LIST and LSUB together."""
    if takes_options(connection.supports):
        returns = ("SUBSCRIBED", "CHILDREN", *(("SPECIAL-USE",) if connection.supports("SPECIAL-USE") else ()))
        items = _status_items(connection) if with_status and connection.supports("LIST-STATUS") else ()
        result = yield from execute(connection, List((pattern,), returns=returns, status=items))
        return result, None
    listing, subscriptions = connection.send(List((pattern,))), connection.send(Lsub(pattern))
    yield from wait_for(connection, (listing, subscriptions))
    return listing.result(), frozenset(listed.mailbox for listed in subscriptions.result().mailboxes)


def _distinct(mailboxes: Iterable[Listed]) -> list[Listed]:
    """Each mailbox once: servers list some twice when namespaces overlap; the later one knows more."""
    return list({listed.mailbox: listed for listed in mailboxes}.values())


def _info(listed: Listed, subscriptions: frozenset[str] | None) -> FolderInfo:
    attributes = frozenset(listed.attributes)
    upper = {attribute.upper() for attribute in attributes}
    role, source = role_of(attributes, listed.mailbox, listed.delimiter)
    delimiter = listed.delimiter
    return FolderInfo(
        path=listed.mailbox,
        name=listed.mailbox.rsplit(delimiter, 1)[-1] if delimiter else listed.mailbox,
        delimiter=delimiter,
        role=role,
        role_source=source,
        attributes=attributes,
        subscribed="\\SUBSCRIBED" in upper if subscriptions is None else listed.mailbox in subscriptions,
        selectable=upper.isdisjoint(_UNSELECTABLE),
    )


def _settle_roles(infos: list[FolderInfo]) -> list[FolderInfo]:
    """One mailbox for each role that was read off a name: what the server says first, then what is nearest the root."""
    holders: dict[Role, FolderInfo] = {}
    for info in infos:
        if info.role is not None:
            known = holders.get(info.role)
            if known is None or _rank(info) < _rank(known):
                holders[info.role] = info
    return [
        replace(info, role=None, role_source=None)
        if info.role is not None and info.role_source == "name" and holders[info.role] is not info
        else info
        for info in infos
    ]


def _rank(info: FolderInfo) -> tuple[bool, int, str]:
    depth = info.path.count(info.delimiter) if info.delimiter else 0
    return info.role_source != "server", depth, info.path


# --- counts ---------------------------------------------------------------------------------------------------


def _status_items(connection: Connection) -> tuple[Item[object], ...]:
    items: list[Item[object]] = [MESSAGES, UNSEEN, UIDNEXT, UIDVALIDITY]
    optional: tuple[Item[object], ...] = (HIGHESTMODSEQ, SIZE, DELETED)
    items.extend(item for item in optional if any(map(connection.supports, item.requires)))
    return tuple(items)


def _statuses(connection: Connection, mailboxes: Iterable[str]) -> Flow[dict[str, StatusData]]:
    """STATUS of many mailboxes at once; one that is refused (no rights) is left out."""
    items = _status_items(connection)
    pending: list[Pending[StatusData | None]] = [connection.send(GetStatus(name, items)) for name in mailboxes]
    yield from wait_for(connection, pending)
    counts: dict[str, StatusData] = {}
    for one in pending:
        try:
            data = one.result()
        except CommandError:
            continue
        if data is not None:
            counts[data.mailbox] = data
    return counts


def _status(data: StatusData | None) -> Status | None:
    if data is None:
        return None
    return Status(
        messages=data.get(MESSAGES) or 0,
        unseen=data.get(UNSEEN) or 0,
        uidnext=data.get(UIDNEXT) or 0,
        uidvalidity=data.get(UIDVALIDITY) or 0,
        highestmodseq=data.get(HIGHESTMODSEQ) or None,
        size=data.get(SIZE),
        deleted=data.get(DELETED),
    )


def status(connection: Connection, mailbox: str) -> Flow[Status]:
    """The counts of one mailbox.  Raises `FolderNotFound`."""
    try:
        data = yield from execute(connection, GetStatus(mailbox, _status_items(connection)))
    except CommandError as error:
        if error.status == "BAD":  # hoodiecrow: "BAD Invalid mailbox name"
            error = yield from absent(connection, mailbox, error)
        raise _not_found(error) from error
    counts = _status(data)
    if counts is None:
        raise FolderNotFound("STATUS", "NO", None, f"the server tells nothing of {mailbox!r}")
    return counts


def exists(connection: Connection, mailbox: str) -> Flow[bool]:
    """Whether there is such a mailbox (a mere node of the hierarchy is none)."""
    # There is no way to escape "*" and "%" in LIST; a name that holds them is found among what matches.
    result = yield from execute(connection, List((mailbox,)))
    alike = [listed.attributes for listed in result.mailboxes if listed.mailbox == canonical(mailbox)]
    return any(_UNSELECTABLE.isdisjoint(map(str.upper, attributes)) for attributes in alike)


def _listed(connection: Connection, mailbox: str) -> Flow[bool]:
    """Whether it exists, where a name that LIST does not take is none either (Courier: "smile 😀")."""
    try:
        return (yield from exists(connection, mailbox))
    except CommandError:
        return False


# --- changes --------------------------------------------------------------------------------------------------


def create(
    connection: Connection, mailbox: str, *, exist_ok: bool = False, subscribe: bool = True, role: Role | None = None
) -> Flow[None]:
    """Make a mailbox and subscribe to it.  Raises `FolderExists` unless `exist_ok`."""
    special_use = (f"\\{role.value.capitalize()}",) if role is not None else ()
    try:
        yield from execute(connection, Create(mailbox, special_use))
    except CommandError as error:
        there = isinstance(error, FolderExists) or (
            type(error) is CommandError and error.status == "NO" and (yield from _listed(connection, mailbox))
        )
        if not there:
            raise
        if not exist_ok:
            raise FolderExists(error.command, error.status, error.code, error.text) from error
    if subscribe:
        yield from execute(connection, Subscribe(mailbox))


def rename(connection: Connection, mailbox: str, new_name: str) -> Flow[None]:
    """Rename a mailbox with all below it; subscriptions, which are names, move along (RFC 9051 leaves them behind).

    INBOX itself stays, and what is below it: only its messages go (RFC 9051, 6.3.6).
    """
    result, subscriptions = yield from _list(connection, "*", with_status=False)
    infos = [_info(listed, subscriptions) for listed in result.mailboxes]
    yield from execute(connection, Rename(mailbox, new_name))
    stays = canonical(mailbox) == "INBOX"
    for info in infos:
        below = bool(info.delimiter) and not stays and info.path.startswith(f"{mailbox}{info.delimiter}")
        if info.subscribed and (info.path == canonical(mailbox) or below):
            with suppress(CommandError):  # the mailbox has its new name, whatever becomes of the subscription
                yield from execute(connection, Subscribe(new_name + info.path[len(mailbox) :]))
                if not stays:
                    yield from execute(connection, Unsubscribe(info.path))


def delete(connection: Connection, mailbox: str) -> Flow[None]:
    """Remove a mailbox with its messages, and its subscription.  Raises `FolderNotFound`."""
    try:
        yield from execute(connection, Delete(mailbox))
    except CommandError as error:
        there = yield from _listed(connection, mailbox)
        raise error if there else _not_found(error) from error
    with suppress(CommandError):  # it was not subscribed, or the subscription went with the mailbox
        yield from execute(connection, Unsubscribe(mailbox))


def set_subscribed(connection: Connection, mailbox: str, *, subscribed: bool) -> Flow[None]:
    """Subscribe to a mailbox or unsubscribe from it."""
    yield from execute(connection, Subscribe(mailbox) if subscribed else Unsubscribe(mailbox))


def absent(connection: Connection, mailbox: str, error: CommandError) -> Flow[CommandError]:
    """What a refusal is that tells no reason: `FolderNotFound` where there is no such mailbox."""
    if type(error) is not CommandError or error.code is not None:
        return error
    there = yield from _listed(connection, mailbox)
    return error if there else FolderNotFound(error.command, error.status, error.code, error.text)


def _not_found(error: CommandError) -> CommandError:
    """A plain NO of a command about one mailbox means that it is not there (Dovecot 2.3 says it so)."""
    if type(error) is CommandError and error.status == "NO" and error.code is None:
        return FolderNotFound(error.command, error.status, error.code, error.text)
    return error
