# Generated from src/imapkit/_async/tree.py by tools/unasync.py; do not edit.
"""The folders of an account as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from imapkit.types.drawing import draw_tree, nested

if TYPE_CHECKING:
    from imapkit._sync.folder import Folder
    from imapkit.types.folders import FolderInfo, Role

__all__ = ["FolderTree"]


class FolderTree(Mapping[str, "Folder"]):
    """What the server listed, once: a mapping from path to folder.  Printing it draws the tree."""

    def __init__(self, folders: Iterable[Folder]) -> None:
        self._folders = {folder.path: folder for folder in folders}

    def role(self, role: Role) -> Folder | None:
        """The folder that serves a role; None when none does."""
        return next((folder for folder in self._folders.values() if folder.info and folder.info.role is role), None)

    def walk(self) -> Iterator[tuple[int, Folder]]:
        """Each folder with its depth, parents before children, INBOX first."""
        for depth, info in nested(self._infos()):
            yield depth, self._folders[info.path]

    @property
    def roots(self) -> Sequence[Folder]:
        """The folders at the top."""
        return tuple(folder for depth, folder in self.walk() if not depth)

    def _infos(self) -> list[FolderInfo]:
        return [folder.info for folder in self._folders.values() if folder.info is not None]

    def __getitem__(self, path: str) -> Folder:
        return self._folders[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)

    def __str__(self) -> str:
        return draw_tree(self._infos())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} folders>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"
