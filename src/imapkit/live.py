"""The flags of the messages that somebody holds, so that they follow what the connection sees; and Gmail's labels.

Several objects may show one message (each search makes its own): they share its `LiveFlags`.

Threads that are done with their commands go on in any order, so what is told of flags is noted when it comes: later
it may be older than what another thread has heard of since.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from imapkit.protocol.extensions.fetch import FLAGS, Fetch, Fetched
from imapkit.protocol.extensions.gmail import GMAIL_LABELS, StoreLabels
from imapkit.protocol.extensions.store import StoreResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.connection import Connection
    from imapkit.protocol.extensions.fetch import FetchResult
    from imapkit.protocol.model import Command, Untagged
    from imapkit.types.flags import FlagSet

__all__ = ["FlagBoard", "LiveFlags"]


class LiveFlags:
    """The flags of one message as far as they are known (None: not at all).

    `labels` are those that were told after it had been fetched (None: what was fetched is still true).  `since` says
    how many commands had been completed when this was told.
    """

    __slots__ = ("__weakref__", "labels", "since", "value")

    def __init__(self) -> None:
        self.value: FlagSet | None = None
        self.labels: frozenset[str] | None = None
        self.since = 0

    def note(self, data: Fetched, since: int, *, labels: bool) -> None:
        """Take what was told when so many commands had been completed; with `labels`, of these, too."""
        told = data.get(FLAGS)
        if told is not None:
            self.value = told
            self.since = since
        told_labels = data.get(GMAIL_LABELS) if labels else None
        if told_labels is not None:
            self.labels = frozenset(told_labels)
            self.since = since


class FlagBoard:
    """The flags of all messages of a connection that are held by somebody, by folder, UIDVALIDITY and UID."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: WeakValueDictionary[tuple[str, int | None, int], LiveFlags] = WeakValueDictionary()
        self._lock = threading.Lock()
        connection.listeners.append(self._listen)
        connection.completion_listeners.append(self._complete)

    def of(self, path: str, uidvalidity: int | None, data: Fetched, since: int | None = None) -> LiveFlags:
        """The flags of a message, which was fetched when no more than so many commands had been completed (now)."""
        key = path, uidvalidity, data.uid or 0
        since = self._connection.completions if since is None else since
        with self._lock:
            flags = self._known.get(key)
            if flags is None:
                flags = self._known[key] = LiveFlags()
            if since >= flags.since or flags.value is None:
                flags.note(data, since, labels=flags.labels is not None and since >= flags.since)
        return flags

    def _listen(self, response: Untagged) -> None:
        if isinstance(response, Fetched):
            self._note_all((response,))

    def _complete(self, command: Command[object], result: object) -> None:
        """A command's own answers reach no listener."""
        if isinstance(result, StoreResult):
            self._note_all(result.messages.values())
        elif isinstance(command, StoreLabels) or (isinstance(command, Fetch) and FLAGS in command.items):
            found: FetchResult = result  # type: ignore[assignment]
            self._note_all(found.values())

    def _note_all(self, messages: Iterable[Fetched]) -> None:
        selected, known = self._connection.session.selected, self._known
        if selected is None or not known:
            return
        labels = self._connection.supports("X-GM-EXT-1")
        for data in messages:
            flags = known.get((selected.name, selected.uidvalidity, data.uid or 0))
            if flags is not None:
                with self._lock:
                    flags.note(data, self._connection.completions, labels=labels)
