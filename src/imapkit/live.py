"""The flags of the messages that somebody holds, so that they follow what the connection sees; and Gmail's labels.

Several objects may show one message (each search makes its own): they share its `LiveFlags`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from imapkit.protocol.extensions.fetch import FLAGS, Fetched
from imapkit.protocol.extensions.gmail import GMAIL_LABELS

if TYPE_CHECKING:
    from imapkit.protocol.connection import Connection
    from imapkit.protocol.flows.base import Flow
    from imapkit.protocol.model import Untagged
    from imapkit.types.flags import FlagSet

__all__ = ["FlagBoard", "LiveFlags"]


class LiveFlags:
    """The flags of one message as far as they are known (None: not at all).

    `labels` are those that were told by a change of them (None: they have not been changed).
    """

    __slots__ = ("__weakref__", "labels", "value")

    def __init__(self) -> None:
        self.value: FlagSet | None = None
        self.labels: frozenset[str] | None = None


class FlagBoard:
    """The flags of all messages of a connection that are held by somebody, by folder, UIDVALIDITY and UID."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: WeakValueDictionary[tuple[str, int | None, int], LiveFlags] = WeakValueDictionary()
        self._lock = threading.Lock()
        connection.listeners.append(self._listen)

    def of(self, path: str, uidvalidity: int | None, data: Fetched) -> LiveFlags:
        """The flags of a message, which was just fetched."""
        key = path, uidvalidity, data.uid or 0
        with self._lock:
            flags = self._known.get(key)
            if flags is None:
                flags = self._known[key] = LiveFlags()
        told = data.get(FLAGS)
        if told is not None:
            flags.value = told
        if flags.labels is not None:
            _note_labels(flags, data)
        return flags

    def noting(self, flow: Flow[dict[int, Fetched]]) -> Flow[None]:
        """A flow in the selected folder, what it tells of flags noted: a command's own answers reach no listener."""
        told = yield from flow
        for data in told.values():
            self._note(data)

    def _listen(self, response: Untagged) -> None:
        if isinstance(response, Fetched):
            self._note(response)

    def _note(self, data: Fetched) -> None:
        selected = self._connection.session.selected
        if selected is None:
            return
        flags = self._known.get((selected.name, selected.uidvalidity, data.uid or 0))
        if flags is None:
            return
        told = data.get(FLAGS)
        if told is not None:
            flags.value = told
        _note_labels(flags, data)


def _note_labels(flags: LiveFlags, data: Fetched) -> None:
    labels = data.get(GMAIL_LABELS)
    if labels is not None:
        flags.labels = frozenset(labels)
