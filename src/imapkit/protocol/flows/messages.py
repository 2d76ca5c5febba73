"""Fetching and changing messages of the selected mailbox.

Sets of UIDs are cut so that no command line is longer than servers take (Dovecot's limit is 64 KiB, Cyrus has had
one of 8 KiB; RFC 7162 recommends 8,192 octets), and what comes back is joined.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TypeGuard, TypeVar

from imapkit.errors import CommandError, InvalidArgument, MessageNotFound, NotSupported
from imapkit.protocol.extensions.copy import Copy, CopyUid, Move
from imapkit.protocol.extensions.expunge import UidExpunge
from imapkit.protocol.extensions.fetch import UID, Fetch, Fetched, FetchResult
from imapkit.protocol.extensions.gmail import StoreLabels
from imapkit.protocol.extensions.messagelimit import message_limit
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.flows.base import Flow, execute
from imapkit.protocol.flows.folders import absent
from imapkit.protocol.flows.searching import search
from imapkit.protocol.flows.selection import showing
from imapkit.protocol.wire.framer import LiteralMarker
from imapkit.types.defects import Defect
from imapkit.types.flags import Flag
from imapkit.types.query import Q
from imapkit.types.results import CopyResult
from imapkit.types.uids import UidSet

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from imapkit.protocol.connection import Connection
    from imapkit.protocol.extensions.inprogress import InProgress
    from imapkit.protocol.model import Item
    from imapkit.protocol.wire.framer import Sink

__all__ = [
    "copy",
    "copy_one",
    "cut",
    "delete",
    "delete_one",
    "existing",
    "fetch",
    "fetch_stream",
    "fetched_before",
    "move",
    "move_one",
    "of_one",
    "store",
    "store_labels",
    "store_one",
]

T = TypeVar("T")

_LINE = 7000  # octets of a set in one command; the rest of the line has room up to 8,192


def cut(connection: Connection, uids: UidSet) -> Iterator[UidSet]:
    """Parts that one command can be about: in octets, and in messages where the server limits them (RFC 9738)."""
    limit = message_limit(connection.session.capabilities or frozenset())
    for part in (uids,) if limit is None else uids.chunks(limit):
        yield from part.chunks_by_octets(_LINE)


def existing(connection: Connection, uids: UidSet) -> Flow[UidSet]:
    """Those of these messages that are there."""
    found = UidSet()
    for part in cut(connection, uids):
        found |= yield from search(connection, Q.uid(part))
    return found & uids


@contextmanager
def _telling(done: Callable[[], object]) -> Generator[None, None, None]:
    """A command that is refused after others were done tells what these did, in its error's `partial`."""
    try:
        yield
    except CommandError as error:
        error.partial = done() or error.partial
        raise


def fetch(connection: Connection, uids: UidSet, items: tuple[Item[object], ...]) -> Flow[list[Fetched]]:
    """The items of these messages, in ascending order of UID; a message that is gone is left out.

    A plain NO that comes after the data of some (O365 and others say so when a message has just been removed) is noted
    as a defect, and the rest is asked for once more.  When that is refused, too, though some of the rest are there,
    the error is raised; its `partial` holds what came, by UID.
    """
    found: dict[int, Fetched] = {}
    for part in cut(connection, uids):
        try:
            found.update((yield from execute(connection, Fetch(part, (UID, *items)))))
        except CommandError as error:
            partial = _fetched_so_far(error, found)
            connection.defects.append(Defect(f"only {len(partial)} messages were fetched: {error.text}", b""))
            found.update(partial)
            found.update((yield from _fetch_rest(connection, part - found.keys(), items, found)))
    return [found[uid] for uid in sorted(found)]


def _fetch_rest(
    connection: Connection, uids: UidSet, items: tuple[Item[object], ...], found: FetchResult
) -> Flow[FetchResult]:
    if not uids:
        return {}
    try:
        return (yield from execute(connection, Fetch(uids, (UID, *items))))
    except CommandError as error:
        came = _came(error)
        error.partial = {**found, **came}
        if (yield from existing(connection, uids - came.keys())):
            raise
        return came


def _fetched_so_far(error: CommandError, found: FetchResult) -> FetchResult:
    """What a refused FETCH gave; raises when it was not about messages that are gone."""
    came = _came(error)
    try:
        if fetched_before(error) is None:
            raise error
    except CommandError:
        error.partial = {**found, **came} or None
        raise
    return came


def fetched_before(error: CommandError) -> FetchResult | None:
    """What was fetched before a message turned out to be gone; None when that is not it, or nothing came.

    EXPUNGEISSUED is what RFC 2180 and RFC 5530 have for it; a NO with another code is about something else.
    """
    if type(error) is not CommandError or error.status != "NO" or error.code not in {None, "EXPUNGEISSUED"}:
        raise error
    return error.partial if _is_fetched(error.partial) else None


def _came(error: CommandError) -> FetchResult:
    nothing: FetchResult = {}
    return error.partial if _is_fetched(error.partial) else nothing


def _is_fetched(partial: object) -> TypeGuard[FetchResult]:
    return isinstance(partial, dict)  # what FetchCollector.partial gives when there is something


def fetch_stream(
    connection: Connection,
    uid: int,
    item: Item[object],
    sink: Sink,
    in_progress: Callable[[InProgress], object] | None = None,
) -> Flow[Fetched | None]:
    """Hand the octets of one item of one message to a sink as they come; None when the message is gone.

    `in_progress` hears what the server tells of its work before they come, which may take it long.
    """
    found = yield from execute(connection, Fetch(UidSet([uid]), (UID,), streams=((item, sink),)), in_progress)
    data = found.get(uid)
    octets = data.get(item) if data is not None else None
    if isinstance(octets, bytes) and not isinstance(octets, LiteralMarker):
        sink(octets)  # it came as a quoted string, or under a name that was not recognised in time
    return data


def store(
    connection: Connection, uids: UidSet, action: Literal["+", "-"], flags: tuple[str, ...]
) -> Flow[dict[int, Fetched]]:
    """Add or remove flags; what the server told of the messages' flags since.

    When it takes several commands and a later one is refused, the error's `partial` is the UIDs that were done.
    """
    _refuse_impossible(connection, flags if action == "+" else ())
    told: dict[int, Fetched] = {}
    done = UidSet()
    with _telling(lambda: done):
        for part in cut(connection, uids):
            result = yield from execute(connection, Store(part, action, flags))
            told.update(result.messages)
            done |= part
    return told


def store_labels(
    connection: Connection, uids: UidSet, action: Literal["+", "-"], labels: tuple[str, ...]
) -> Flow[dict[int, Fetched]]:
    """Add or remove Gmail's labels; what the server told of the messages' labels since.

    Without the label of the selected mailbox a message is not in it any more.  When it takes several commands and a
    later one is refused, the error's `partial` is the UIDs that were done.
    """
    told: dict[int, Fetched] = {}
    done = UidSet()
    with _telling(lambda: done):
        for part in cut(connection, uids):
            told.update((yield from execute(connection, StoreLabels(part, action, labels))))
            done |= part
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
    """Copy messages to another mailbox.

    When it takes several commands and a later one is refused, the error's `partial` is the result of those before.
    """
    parts: list[CopyResult] = []
    with _telling(lambda: _joined(mailbox, parts) if parts else None):
        for part in cut(connection, uids):
            code = yield from _transfer(connection, Copy(part, mailbox))
            parts.append(_copy_result(mailbox, part, code))
    return _joined(mailbox, parts)


def _transfer(connection: Connection, command: Copy | Move) -> Flow[CopyUid | None]:
    try:
        return (yield from showing(connection, command.mailbox, execute(connection, command)))
    except CommandError as error:  # hoodiecrow: "NO Target mailbox does not exist", without TRYCREATE
        raise (yield from absent(connection, command.mailbox, error)) from error


def move(connection: Connection, uids: UidSet, mailbox: str) -> Flow[CopyResult]:
    """Move messages to another mailbox: by MOVE, or by COPY, marking as deleted and UID EXPUNGE.

    Raises `NotSupported` where the server can do neither: a plain EXPUNGE would remove other messages, too.  When it
    takes several commands and a later one is refused, the error's `partial` is the result of those before; without
    MOVE, its last messages may have been copied and not been removed.
    """
    if not connection.supports("MOVE") and not connection.supports("UIDPLUS"):
        raise NotSupported("MOVE", "the server offers neither MOVE nor UIDPLUS: copy(), then mark as deleted yourself")
    parts: list[CopyResult] = []
    with _telling(lambda: _joined(mailbox, parts) if parts else None):
        for part in cut(connection, uids):
            if connection.supports("MOVE"):
                code = yield from _transfer(connection, Move(part, mailbox))
                parts.append(_copy_result(mailbox, part, code))
            else:
                yield from _move_by_copy(connection, part, mailbox, parts)
    return _joined(mailbox, parts)


def _move_by_copy(connection: Connection, uids: UidSet, mailbox: str, parts: list[CopyResult]) -> Flow[None]:
    """Remove only what was copied.

    A message that arrives after COPY, with a UID of the set, was not; so where COPYUID does not tell which were, only
    those can have been that were there before.
    """
    uids = yield from existing(connection, uids)
    if not uids:
        return
    code = yield from _transfer(connection, Copy(uids, mailbox))
    result = _copy_result(mailbox, uids, code)
    parts.append(result)
    copied = UidSet.from_ranges((old, old + length - 1) for old, _, length in result.runs) if result else uids
    yield from delete(connection, uids & copied)


def of_one(connection: Connection, uid: int, flow: Flow[T]) -> Flow[T]:
    """Run a flow that changes one message.

    Raises `MessageNotFound` when the message is not there, which servers tell by NO or not at all: it is asked for
    where the flow was refused without a reason.
    """
    try:
        return (yield from flow)
    except CommandError as error:
        if type(error) is CommandError and error.status == "NO" and error.code in {None, "EXPUNGEISSUED"}:
            yield from _insist(connection, uid)
        raise


def _insist(connection: Connection, uid: int) -> Flow[None]:
    if not (yield from existing(connection, UidSet([uid]))):
        raise _not_found(uid)


def _not_found(uid: int) -> MessageNotFound:
    return MessageNotFound(f"there is no message with UID {uid} any more")


def store_one(
    connection: Connection, uid: int, action: Literal["+", "-"], flags: tuple[str, ...]
) -> Flow[dict[int, Fetched]]:
    """`store` of one message.  Raises `MessageNotFound`."""
    told = yield from of_one(connection, uid, store(connection, UidSet([uid]), action, flags))
    if uid not in told:  # nothing is told of flags that stay as they were, either
        yield from _insist(connection, uid)
    return told


def copy_one(connection: Connection, uid: int, mailbox: str) -> Flow[CopyResult]:
    """`copy` of one message.  Raises `MessageNotFound`."""
    result = yield from of_one(connection, uid, copy(connection, UidSet([uid]), mailbox))
    if uid not in result and connection.supports("UIDPLUS"):
        yield from _insist(connection, uid)
    return result


def move_one(connection: Connection, uid: int, mailbox: str) -> Flow[CopyResult]:
    """`move` of one message.  Raises `MessageNotFound`.

    Not every server with UIDPLUS tells COPYUID (Microsoft 365 tells it empty, and RFC 4315 lets it be left out where
    the other mailbox may not be read), but what has moved has left this mailbox, which is told in any case.
    """
    before = _exists(connection)
    result = yield from of_one(connection, uid, move(connection, UidSet([uid]), mailbox))
    stayed = connection.supports("UIDPLUS") and uid not in result and _exists(connection) >= before
    if not result.count or stayed:
        raise _not_found(uid)
    return result


def _exists(connection: Connection) -> int:
    selected = connection.session.selected
    return selected.exists if selected is not None else 0


def delete_one(connection: Connection, uid: int) -> Flow[None]:
    """`delete` of one message.  Raises `MessageNotFound`."""
    _refuse_without_uidplus(connection)
    yield from _insist(connection, uid)
    yield from of_one(connection, uid, delete(connection, UidSet([uid])))


def _refuse_without_uidplus(connection: Connection) -> None:
    if not connection.supports("UIDPLUS"):
        raise NotSupported("UIDPLUS", "the server cannot remove single messages (UIDPLUS): use trash() or a flag")


def delete(connection: Connection, uids: UidSet) -> Flow[int]:
    r"""Remove exactly these messages: marked \Deleted, then UID EXPUNGE.

    Raises `NotSupported` where the server has no UIDPLUS, before anything is changed.  When it takes several commands
    and a later one is refused, the error's `partial` is the UIDs that were removed.
    """
    _refuse_without_uidplus(connection)
    done = UidSet()
    with _telling(lambda: done):
        for part in cut(connection, uids):
            yield from execute(connection, Store(part, "+", (Flag.DELETED,), silent=True))
            yield from execute(connection, UidExpunge(part))
            done |= part
    return len(uids)


def _joined(mailbox: str, parts: list[CopyResult]) -> CopyResult:
    return CopyResult.join(parts) if parts else CopyResult(mailbox, 0)


def _copy_result(mailbox: str, uids: UidSet, code: CopyUid | None) -> CopyResult:
    if code is not None:
        try:
            return CopyResult.from_ranges(mailbox, code.uidvalidity, code.source, code.target)
        except ValueError:
            pass  # sets that do not fit together tell nothing; the copy is done all the same
    return CopyResult(mailbox, len(uids))
