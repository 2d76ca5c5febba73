"""Fetching and changing messages of the selected mailbox.

Sets of UIDs are cut so that no command line is longer than servers take (Dovecot's limit is 64 KiB, Cyrus has had
one of 8 KiB; RFC 7162 recommends 8,192 octets), and what comes back is joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeGuard

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.extensions.copy import Copy, CopyUid, Move
from imapkit.protocol.extensions.expunge import UidExpunge
from imapkit.protocol.extensions.fetch import UID, Fetch, Fetched, FetchResult
from imapkit.protocol.extensions.messagelimit import message_limit
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.flows.base import Flow, execute
from imapkit.protocol.flows.folders import absent
from imapkit.protocol.wire.framer import LiteralMarker
from imapkit.types.defects import Defect
from imapkit.types.flags import Flag
from imapkit.types.results import CopyResult
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.protocol.connection import Connection
    from imapkit.protocol.model import Item
    from imapkit.protocol.wire.framer import Sink

__all__ = ["copy", "delete", "fetch", "fetch_stream", "fetched_before", "move", "store"]

_LINE = 7000  # octets of a set in one command; the rest of the line has room up to 8,192


def _cut(connection: Connection, uids: UidSet) -> Iterator[UidSet]:
    """Parts that one command can be about: in octets, and in messages where the server limits them (RFC 9738)."""
    limit = message_limit(connection.session.capabilities or frozenset())
    for part in (uids,) if limit is None else uids.chunks(limit):
        yield from part.chunks_by_octets(_LINE)


def fetch(connection: Connection, uids: UidSet, items: tuple[Item[object], ...]) -> Flow[list[Fetched]]:
    """The items of these messages, in ascending order of UID; a message that is gone is left out.

    A plain NO that comes after the data of some (O365 and others say so when a message has just been removed) is taken
    as the end of what there is, and noted as a defect.
    """
    found: dict[int, Fetched] = {}
    for part in _cut(connection, uids):
        try:
            found.update((yield from execute(connection, Fetch(part, (UID, *items)))))
        except CommandError as error:
            partial = fetched_before(error)
            if partial is None:
                raise
            connection.defects.append(Defect(f"only {len(partial)} messages were fetched: {error.text}", b""))
            found.update(partial)
    return [found[uid] for uid in sorted(found)]


def fetched_before(error: CommandError) -> FetchResult | None:
    """What was fetched before a message turned out to be gone; None when that is not it, or nothing came.

    EXPUNGEISSUED is what RFC 2180 and RFC 5530 have for it; a NO with another code is about something else.
    """
    if type(error) is not CommandError or error.status != "NO" or error.code not in {None, "EXPUNGEISSUED"}:
        raise error
    return error.partial if _is_fetched(error.partial) else None


def _is_fetched(partial: object) -> TypeGuard[FetchResult]:
    return isinstance(partial, dict)  # what FetchCollector.partial gives when there is something


def fetch_stream(connection: Connection, uid: int, item: Item[object], sink: Sink) -> Flow[Fetched | None]:
    """Hand the octets of one item of one message to a sink as they come; None when the message is gone."""
    found = yield from execute(connection, Fetch(UidSet([uid]), (UID,), streams=((item, sink),)))
    data = found.get(uid)
    octets = data.get(item) if data is not None else None
    if isinstance(octets, bytes) and not isinstance(octets, LiteralMarker):
        sink(octets)  # it came as a quoted string, or under a name that was not recognised in time
    return data


def store(
    connection: Connection, uids: UidSet, action: Literal["+", "-"], flags: tuple[str, ...]
) -> Flow[dict[int, Fetched]]:
    """Add or remove flags; what the server told of the messages' flags since."""
    _refuse_impossible(connection, flags if action == "+" else ())
    told: dict[int, Fetched] = {}
    for part in _cut(connection, uids):
        result = yield from execute(connection, Store(part, action, flags))
        told.update(result.messages)
    return told


def _refuse_impossible(connection: Connection, flags: tuple[str, ...]) -> None:
    """A flag that the mailbox would forget at once is refused before anything is sent (PERMANENTFLAGS)."""
    selected = connection.session.selected
    permanent = selected.permanent_flags if selected is not None else None
    if permanent is None or "\\*" in permanent:
        return
    lost = [flag for flag in flags if flag not in permanent]
    if lost:
        raise InvalidArgument(
            f"this mailbox does not keep the flags {', '.join(lost)}; it keeps {', '.join(permanent)}"
        )


def copy(connection: Connection, uids: UidSet, mailbox: str) -> Flow[CopyResult]:
    """Copy messages to another mailbox."""
    parts: list[CopyResult] = []
    for part in _cut(connection, uids):
        code = yield from _transfer(connection, Copy(part, mailbox))
        parts.append(_copy_result(mailbox, part, code))
    return CopyResult.join(parts) if parts else CopyResult(mailbox, 0)


def _transfer(connection: Connection, command: Copy | Move) -> Flow[CopyUid | None]:
    try:
        return (yield from execute(connection, command))
    except CommandError as error:  # hoodiecrow: "NO Target mailbox does not exist", without TRYCREATE
        raise (yield from absent(connection, command.mailbox, error)) from error


def move(connection: Connection, uids: UidSet, mailbox: str) -> Flow[CopyResult]:
    """Move messages to another mailbox: by MOVE, or by COPY, marking as deleted and UID EXPUNGE.

    Raises `NotSupported` where the server can do neither: a plain EXPUNGE would remove other messages, too.
    """
    if not connection.supports("MOVE") and not connection.supports("UIDPLUS"):
        raise NotSupported("MOVE", "the server offers neither MOVE nor UIDPLUS: copy(), then mark as deleted yourself")
    parts: list[CopyResult] = []
    for part in _cut(connection, uids):
        if connection.supports("MOVE"):
            code = yield from _transfer(connection, Move(part, mailbox))
        else:
            code = yield from _transfer(connection, Copy(part, mailbox))
            yield from delete(connection, part)
        parts.append(_copy_result(mailbox, part, code))
    return CopyResult.join(parts) if parts else CopyResult(mailbox, 0)


def delete(connection: Connection, uids: UidSet) -> Flow[int]:
    r"""Remove exactly these messages: marked \Deleted, then UID EXPUNGE.

    Raises `NotSupported` where the server has no UIDPLUS, before anything is changed.
    """
    if not connection.supports("UIDPLUS"):
        raise NotSupported("UIDPLUS", "the server cannot remove single messages (UIDPLUS): use trash() or a flag")
    for part in _cut(connection, uids):
        yield from execute(connection, Store(part, "+", (Flag.DELETED,), silent=True))
        yield from execute(connection, UidExpunge(part))
    return len(uids)


def _copy_result(mailbox: str, uids: UidSet, code: CopyUid | None) -> CopyResult:
    if code is not None:
        try:
            return CopyResult.from_ranges(mailbox, code.uidvalidity, code.source, code.target)
        except ValueError:
            pass  # sets that do not fit together tell nothing; the copy is done all the same
    return CopyResult(mailbox, len(uids))
