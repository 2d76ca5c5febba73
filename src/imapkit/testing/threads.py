"""Putting messages into threads: ORDEREDSUBJECT and REFERENCES (RFC 5256), and REFS (draft-ietf-morg-inthread).

A thread is a tree of `Node`s.  A node without a message is a dummy: a message that others name and that is not among
those that were searched, or what holds together messages of one subject.  Conversations can be a thousand answers deep,
so nothing here recurses.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from imapkit.mime.compose import is_reply
from imapkit.testing.message.references import message_id, references
from imapkit.testing.sorting import sent_date, subject_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from imapkit.testing.comparators import Comparator
    from imapkit.testing.store import StoredMessage

__all__ = ["Node", "by_references", "by_subject", "refs", "written"]


class Node:
    """A place in a thread."""

    __slots__ = ("children", "message", "parent")

    def __init__(self, message: StoredMessage | None = None, children: Iterable[Node] = ()) -> None:
        self.message = message
        self.parent: Node | None = None
        self.children: list[Node] = []
        for child in children:
            child.move_to(self)

    def move_to(self, parent: Node | None) -> None:
        """Make this a child of another, or of none."""
        if self.parent is not None:
            self.parent.children.remove(self)
        self.parent = parent
        if parent is not None:
            parent.children.append(self)

    def is_below(self, other: Node) -> bool:
        """Whether it is the other one, or a descendant of it."""
        node: Node | None = self
        while node is not None and node is not other:
            node = node.parent
        return node is not None

    def bottom_up(self) -> Iterator[Node]:
        """The node and all below it, each after those below itself."""
        order: list[Node] = [self]
        for node in order:
            order += node.children
        return reversed(order)

    @property
    def first(self) -> StoredMessage:
        """The message by which a thread is sorted and named: that of its first child where it is a dummy itself."""
        node = self
        while node.message is None:
            node = node.children[0]
        return node.message


def _by_date(node: Node) -> tuple[dt.datetime, int]:
    return sent_date(node.first), node.first.uid


# --- ORDEREDSUBJECT ---------------------------------------------------------------------------------------------


def by_subject(messages: list[StoredMessage], comparator: Comparator) -> list[Node]:
    """The messages of one base subject are answers to the first of them."""
    threads: dict[str, Node] = {}
    for message in sorted(messages, key=lambda message: (sent_date(message), message.uid)):
        first = threads.setdefault(subject_key(message, comparator), Node(message))
        if first.message is not message:
            Node(message).move_to(first)
    return sorted(threads.values(), key=_by_date)


# --- REFERENCES -------------------------------------------------------------------------------------------------


def by_references(messages: list[StoredMessage], comparator: Comparator) -> list[Node]:
    """Answers below what they answer, and threads of one subject together."""
    roots = _pruned(_linked(messages))
    for root in roots:  # (4)
        if root.message is None:
            root.children.sort(key=_by_date)
    roots.sort(key=_by_date)
    return _sorted(_merged(roots, comparator), _by_date)


def refs(messages: list[StoredMessage]) -> list[Node]:
    """The same by References alone; threads are in the order of their latest messages."""

    def latest(root: Node) -> tuple[dt.datetime, int]:
        dates = [(sent_date(node.message), node.message.uid) for node in root.bottom_up() if node.message is not None]
        return max(dates)

    return _sorted(_pruned(_linked(messages)), latest)


def _linked(messages: list[StoredMessage]) -> list[Node]:
    """Steps 1 and 2: link each message to those that it names; gives all that have no parent."""
    nodes: list[Node] = []
    known: dict[bytes, Node] = {}

    def node_of(name: bytes) -> Node:
        if name not in known:
            known[name] = Node()
            nodes.append(known[name])
        return known[name]

    for message in messages:
        own = message_id(message.content.structure)
        node = node_of(own) if own else None
        if node is None or node.message is not None:  # the second with a Message-ID counts as having none
            node = Node()
            nodes.append(node)
        node.message = message
        _link(node, [node_of(name) for name in references(message.content.structure)])
    return [node for node in nodes if node.parent is None]


def _link(node: Node, ancestors: list[Node]) -> None:
    for older, newer in pairwise(ancestors):  # (1) (A)
        if newer.parent is None and not older.is_below(newer):
            newer.move_to(older)
    node.move_to(None)  # (1) (B)
    if ancestors and not ancestors[-1].is_below(node):
        node.move_to(ancestors[-1])


def _pruned(roots: list[Node]) -> list[Node]:
    """Step 3: leave out dummies, but for those that hold several threads together."""
    kept: list[Node] = []
    for root in roots:
        for node in root.bottom_up():
            for child in tuple(node.children):
                if child.message is None:
                    for grandchild in tuple(child.children):
                        grandchild.move_to(node)
                    child.move_to(None)
        if root.message is None and len(root.children) == 1:
            only = root.children[0]
            only.move_to(None)
            kept.append(only)
        elif root.message is not None or root.children:
            kept.append(root)
    return kept


def _merged(roots: list[Node], comparator: Comparator) -> list[Node]:
    """Step 5: gather threads that have the same base subject."""
    table = _subject_table(roots, comparator)
    merged = dict.fromkeys(roots)  # an ordered set
    for current in roots:
        subject = subject_key(current.first, comparator)
        other = table.get(subject)
        if other is None or other is current:
            continue
        del merged[current]
        if other.message is None and current.message is None:
            for child in tuple(current.children):
                child.move_to(other)
        elif other.message is None or (_is_reply(current) and not _is_reply(other)):
            current.move_to(other)
        else:
            del merged[other]
            table[subject] = Node(children=(current, other))
            merged[table[subject]] = None
    return list(merged)


def _subject_table(roots: list[Node], comparator: Comparator) -> dict[str, Node]:
    """Step 5 (B): one thread for each subject, rather a dummy, rather no reply."""
    table: dict[str, Node] = {}
    for current in roots:
        subject = subject_key(current.first, comparator)
        if not subject:
            continue
        other = table.setdefault(subject, current)
        if other.message is not None and (current.message is None or (_is_reply(other) and not _is_reply(current))):
            table[subject] = current
    return table


def _is_reply(node: Node) -> bool:
    subject = node.first.content.structure.value(b"subject") or b""
    return is_reply(subject.decode("utf-8", "surrogateescape"))


def _sorted(roots: list[Node], key: Callable[[Node], tuple[dt.datetime, int]]) -> list[Node]:
    """Step 6: siblings by date, grandchildren before children, and the threads last."""
    for root in roots:
        for node in root.bottom_up():
            node.children.sort(key=_by_date)
    return sorted(roots, key=key)


# --- writing ----------------------------------------------------------------------------------------------------


# thread-list = "(" (thread-members / thread-nested) ")"; thread-members = nz-number *(SP nz-number) [SP thread-nested]
def written(threads: list[Node], number: Callable[[StoredMessage], int]) -> bytes:
    """Write all threads."""
    pieces: list[bytes] = []
    left: list[Node | bytes] = [piece for thread in reversed(threads) for piece in (b")", thread, b"(")]
    while left:
        item = left.pop()
        if isinstance(item, bytes):
            pieces.append(item)
            continue
        if item.message is not None:
            pieces.append(b"%d" % number(item.message))
            pieces += [b" "] if item.children else []
        if len(item.children) == 1 and item.message is not None:
            left.append(item.children[0])
        else:
            left += [piece for child in reversed(item.children) for piece in (b")", child, b"(")]
    return b"".join(pieces)
