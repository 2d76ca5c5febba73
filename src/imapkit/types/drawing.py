"""Drawing a tree of folders as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imapkit.types.folders import FolderInfo

__all__ = ["draw_tree", "nested"]


def nested(infos: Iterable[FolderInfo]) -> list[tuple[int, FolderInfo]]:
    """The folders in the order of a tree, each with its depth: INBOX first, then by name, children below parents.

    A folder whose parent was not listed stands where its nearest listed ancestor has its children.
    """
    infos = tuple(infos)
    paths = {info.path for info in infos}
    return [(_depth(info, paths), info) for info in sorted(infos, key=_place)]


def _place(info: FolderInfo) -> tuple[tuple[bool, str, str], ...]:
    parts = info.path.split(info.delimiter) if info.delimiter else [info.path]
    first = parts[0].lower() == "inbox"
    return tuple((not (first and index == 0), part.casefold(), part) for index, part in enumerate(parts))


def _depth(info: FolderInfo, paths: set[str]) -> int:
    if not info.delimiter:
        return 0
    parts = info.path.split(info.delimiter)
    return sum(info.delimiter.join(parts[:length]) in paths for length in range(1, len(parts)))


def draw_tree(infos: Iterable[FolderInfo]) -> str:
    """The tree, a line for each folder: name, role, and counts where they are known.

    >>> from imapkit.types.folders import FolderInfo, Role
    >>> print(draw_tree([FolderInfo("INBOX", "INBOX", "/", Role.INBOX), FolderInfo("Work", "Work", "/"),
    ...                  FolderInfo("Work/2026", "2026", "/")]))
    INBOX
    Work
    └── 2026
    """
    rows = nested(infos)
    lines: list[str] = []
    for index, (depth, info) in enumerate(rows):
        lines.append(f"{_branches(rows, index, depth)}{_label(info, depth)}")
    return "\n".join(lines)


def _branches(rows: Sequence[tuple[int, FolderInfo]], index: int, depth: int) -> str:
    if not depth:
        return ""
    later = [row[0] for row in rows[index + 1 :]]
    branch = "".join("│   " if _goes_on(later, level) else "    " for level in range(1, depth))
    return branch + ("├── " if _goes_on(later, depth) else "└── ")


def _goes_on(later: Sequence[int], level: int) -> bool:
    """Whether a row of this level follows before the tree gets any shallower."""
    for depth in later:
        if depth <= level:
            return depth == level
    return False


def _label(info: FolderInfo, depth: int) -> str:
    # A name that was listed whole (its parent was not) keeps its path, so that it can be found.
    name = info.name if depth or not info.delimiter or info.delimiter not in info.path else info.path
    name = name.encode("utf-8", "backslashreplace").decode("utf-8")
    role = f"  [{info.role.value}]" if info.role is not None and info.role.value != "inbox" else ""
    if info.status is None:
        return f"{name}{role}" if info.selectable else f"{name}{role}  (no messages of its own)"
    unseen = f", {info.status.unseen} unread" if info.status.unseen else ""
    return f"{name}{role}  {info.status.messages}{unseen}"
