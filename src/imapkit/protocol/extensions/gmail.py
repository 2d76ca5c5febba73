"""X-GM-EXT-1: what Gmail knows of messages beyond IMAP (https://developers.google.com/workspace/gmail/imap/imap-extensions).

A message has labels, of which each folder is one; its identifier and that of its thread are the same in all folders.
``Q.gmail("has:attachment")`` searches as Gmail's search box does (X-GM-RAW).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.fetch import FetchCollector, FetchResult, is_uid_command
from imapkit.protocol.model import SELECTED, Collector, Command, Effect, Extension, Item

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder, SequenceSet

__all__ = ["EXTENSIONS", "GMAIL_LABELS", "GMAIL_MESSAGE_ID", "GMAIL_THREAD_ID", "StoreLabels"]

_MAX_UNSIGNED64 = 2**64 - 1


def _identifier(cursor: Cursor) -> int:
    return cursor.number(_MAX_UNSIGNED64)


# X-GM-LABELS (\Inbox \Sent Important "Muy Importante"): astrings in modified UTF-7; those of Gmail's own begin with a
# backslash and are written as flags here, as quoted strings there.
def _labels(cursor: Cursor) -> tuple[str, ...]:
    return tuple(cursor.list_of(cursor.mailbox))


_REQUIRES = ("X-GM-EXT-1",)

GMAIL_MESSAGE_ID: Item[int] = Item("X-GM-MSGID", _identifier, requires=_REQUIRES)
"""64 bits, unsigned; in Gmail's own URLs it is hexadecimal."""
GMAIL_THREAD_ID: Item[int] = Item("X-GM-THRID", _identifier, requires=_REQUIRES)
GMAIL_LABELS: Item[tuple[str, ...]] = Item("X-GM-LABELS", _labels, requires=_REQUIRES)
r"""All but the label of the folder itself; Gmail's own begin with a backslash (``\Inbox``, ``\Starred``)."""


@dataclass(frozen=True, slots=True)
class StoreLabels(Command[FetchResult]):
    """STORE or UID STORE X-GM-LABELS: add (``"+"``), remove (``"-"``) or replace (``""``) labels.

    A label that does not exist is made.  With `silent` the server need not tell the result.
    """

    numbers: SequenceSet
    action: Literal["+", "-", ""]
    labels: tuple[str, ...]
    silent: bool = False

    name = "STORE"
    requires = _REQUIRES
    states = SELECTED

    def disturbs(self) -> Effect:
        """Removing the label of the folder removes the message from it; by sequence number nothing may go beside."""
        always = Effect.CHANGES_DATA | Effect.MAY_EXPUNGE
        return always if is_uid_command(self.numbers) else always | Effect.USES_SEQUENCE_NUMBERS

    def write(self, out: Encoder) -> None:
        """[UID] STORE set [+|-]X-GM-LABELS[.SILENT] (label...)."""
        if self.action not in ("+", "-", ""):
            raise InvalidArgument(f"{self.action!r} is nothing to do with labels: '+', '-' and '' are")
        if not self.labels and self.action:
            raise InvalidArgument("no labels to add or remove")
        out.word("UID STORE" if is_uid_command(self.numbers) else "STORE").sequence_set(self.numbers)
        out.word(f"{self.action}X-GM-LABELS{'.SILENT' if self.silent else ''}").open()
        for label in self.labels:
            if label.startswith("\\"):
                out.flag(label)
            else:
                out.mailbox(label)
        out.close()

    def collector(self) -> Collector[FetchResult]:
        """What the server told of the new labels."""
        return FetchCollector(self.numbers)

    def answers(self) -> frozenset[object]:
        """FETCH: the new labels come as such."""
        return frozenset({"FETCH"})


EXTENSIONS = (
    Extension(
        name="X-GM-EXT-1",
        rfc="Gmail",
        capabilities=("X-GM-EXT-1",),
        commands=(StoreLabels,),
        fetch_items=(GMAIL_MESSAGE_ID, GMAIL_THREAD_ID, GMAIL_LABELS),
    ),
)
