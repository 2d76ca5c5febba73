"""CONTEXT=SEARCH and CONTEXT=SORT (RFC 5267): the server keeps telling how the result of a search changes.

``Search(query, returns=("UPDATE", "ALL"))`` begins; its result's `context` names it.  From then on `SearchUpdate`s
come, whenever they like, until the mailbox is left or `CancelUpdate` ends it.  With `Update` in place of ``"UPDATE"``,
what is to be known of new messages comes along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.order import refuse_too_many
from imapkit.protocol.model import SELECTED, Code, Collector, Command, Done, Extension, Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.extensions.esearch import ListChange
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "CancelUpdate", "NoUpdate", "Update", "is_update", "updated"]


@dataclass(frozen=True, slots=True)
class Update:
    """The RETURN option UPDATE with `items` to be sent of each new message among the results (RFC 5465, 7).

    They come unasked, as `Fetched`, before the `SearchUpdate` that tells of the message; of one that has become a
    result because its flags changed, nothing is sent.  Capabilities NOTIFY and CONTEXT=SEARCH (CONTEXT=SORT).
    """

    items: tuple[Item[object], ...]

    def write(self, out: Encoder) -> None:
        """UPDATE (item...)."""
        if not self.items:
            raise InvalidArgument('UPDATE with no items is "UPDATE"')
        # The grammar of RFC 5465, section 8, has no space; its example has one, as search-return-opt of RFC 4466.
        out.word("UPDATE").open()
        for item in self.items:
            out.word(item.asked_as)
        out.close()


def is_update(option: object) -> bool:
    """Whether a RETURN option asks to be told of changes."""
    return option == "UPDATE" or isinstance(option, Update)


@dataclass(frozen=True, slots=True)
class NoUpdate(Code):
    """``[NOUPDATE "tag"]``: the search is answered, but its changes will not be told (too many contexts)."""

    tag: str

    @property
    def name(self) -> str:
        """NOUPDATE."""
        return "NOUPDATE"


# resp-text-code =/ "NOUPDATE" SP quoted
def _no_update(cursor: Cursor) -> NoUpdate:
    return NoUpdate(cursor.string().decode("latin-1"))


@dataclass(frozen=True, slots=True)
class CancelUpdate(Command[None]):
    """CANCELUPDATE: tell no more of the changes of these results (`SearchResult.context` of each)."""

    contexts: tuple[str, ...]

    name = "CANCELUPDATE"
    requires = ("CONTEXT=SEARCH", "CONTEXT=SORT")
    states = SELECTED

    def write(self, out: Encoder) -> None:
        """CANCELUPDATE "tag"..."""
        if not self.contexts:
            raise InvalidArgument("no context to cancel")
        out.word("CANCELUPDATE")
        for context in self.contexts:
            out.string(context)

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


def updated(results: Iterable[int], changes: Iterable[ListChange]) -> tuple[int, ...]:
    """The list of results after these changes (RFC 5267, 4.3.3 and 4.3.4).

    Raises `LimitExceeded` where there would be more than ten million, as `NumberOrder.numbers` does.

    >>> from imapkit.protocol.extensions.esearch import ListChange
    >>> from imapkit.protocol.extensions.order import NumberOrder
    >>> updated((2734, 2735), [ListChange("ADDTO", 1, NumberOrder("2731:2733"))])
    (2731, 2732, 2733, 2734, 2735)
    """
    current = list(results)
    for change in changes:
        at = change.position - 1
        if change.action == "REMOVEFROM":
            # Where the server's idea of the list is another than ours, what it names counts, not where it stood.
            gone = change.numbers.as_set()
            current = [number for number in current if number not in gone]
            continue
        numbers = change.numbers.numbers()
        refuse_too_many(len(current) + len(numbers))
        if at >= 0:
            current[at:at] = numbers
        else:
            current = sorted({*current, *numbers})
    return tuple(current)


EXTENSIONS = (
    Extension(
        name="CONTEXT=SEARCH",
        rfc="RFC 5267",
        capabilities=("CONTEXT=SEARCH",),
        commands=(CancelUpdate,),
        codes={"NOUPDATE": _no_update},
    ),
)
