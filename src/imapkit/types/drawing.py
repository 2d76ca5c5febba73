"""Drawing a tree of folders as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.types.folders import FolderInfo

__all__ = ["draw_tree", "nested"]


class _Place:
    """A folder, and those below it that have none nearer above them."""

    __slots__ = ("below", "info", "path")

    def __init__(self, info: FolderInfo) -> None:
        self.info = info
        # With what sorts before all other characters in place of the delimiter, so that parents come before children.
        self.path = info.path.replace(info.delimiter, _DELIMITER) if info.delimiter else info.path
        self.below: list[_Place] = []

    def __lt__(self, other: _Place) -> bool:
        return self.path < other.path


_DELIMITER = "\0"


def nested(infos: Iterable[FolderInfo]) -> list[tuple[int, FolderInfo]]:
    """The folders in the order of a tree, each with its depth: INBOX first, then by name, children below parents.

    A folder whose parent was not listed stands where its nearest listed ancestor has its children.
    """
    top: list[_Place] = []
    above: list[_Place] = []  # the last folder, and before it all its ancestors
    for place in sorted(map(_Place, infos)):
        while above and not place.path.startswith(above[-1].path + _DELIMITER):
            above.pop()
        (above[-1].below if above else top).append(place)
        above.append(place)
    rows: list[tuple[int, FolderInfo]] = []
    waiting = [(0, place) for place in sorted(top, key=_top_order, reverse=True)]
    while waiting:  # a tree may be deeper than Python calls functions
        depth, place = waiting.pop()
        rows.append((depth, place.info))
        waiting += [(depth + 1, child) for child in sorted(place.below, key=_order, reverse=True)]
    return rows


def _order(place: _Place) -> tuple[str, str]:
    return place.path.casefold(), place.path


def _top_order(place: _Place) -> tuple[bool, str, str]:
    return place.path.partition(_DELIMITER)[0].lower() != "inbox", *_order(place)


def draw_tree(infos: Iterable[FolderInfo]) -> str:
    """The tree, a line for each folder: name, role, and counts where they are known.

    >>> from imapkit.types.folders import FolderInfo, Role
    >>> print(draw_tree([FolderInfo("INBOX", "INBOX", "/", Role.INBOX), FolderInfo("Work", "Work", "/"),
    ...                  FolderInfo("Work/2026", "2026", "/")]))
    INBOX
    Work
    └── 2026
    """
    lines: list[str] = []
    # From the last line on, so that it is known of each level whether more of it follows: what is drawn below a folder.
    beneath: list[str] = []
    for depth, info in reversed(nested(infos)):
        del beneath[depth:]
        beneath += [_NOTHING] * (depth - len(beneath))
        branches = "".join(beneath)
        if depth:
            branches = branches[: -len(_NOTHING)] + ("├── " if beneath[-1] is _MORE else "└── ")
            beneath[-1] = _MORE
        lines.append(f"{branches}{_label(info, depth)}")
    return "\n".join(reversed(lines))


_NOTHING, _MORE = "    ", "│   "


def _label(info: FolderInfo, depth: int) -> str:
    # A name that was listed whole (its parent was not) keeps its path, so that it can be found.
    name = info.name if depth or not info.delimiter or info.delimiter not in info.path else info.path
    name = name.encode("utf-8", "backslashreplace").decode("utf-8")
    role = f"  [{info.role.value}]" if info.role is not None and info.role.value != "inbox" else ""
    if info.status is None:
        return f"{name}{role}" if info.selectable else f"{name}{role}  (no messages of its own)"
    unseen = f", {info.status.unseen} unread" if info.status.unseen else ""
    return f"{name}{role}  {info.status.messages}{unseen}"
