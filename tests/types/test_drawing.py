"""Folders drawn as a tree."""

from __future__ import annotations

from imapkit.types.drawing import draw_tree, nested
from imapkit.types.folders import FolderInfo, Role, Status


def info(path: str, delimiter: str | None = "/", **more: object) -> FolderInfo:
    name = path.rsplit(delimiter, 1)[-1] if delimiter else path
    return FolderInfo(path, name, delimiter, **more)  # type: ignore[arg-type]


def test_branches_roles_and_counts() -> None:
    counts = Status(messages=3, unseen=1, uidnext=4, uidvalidity=1)
    tree = draw_tree(
        [
            info("Work/2026/May", status=Status(messages=0, unseen=0, uidnext=1, uidvalidity=1)),
            info("Work", selectable=False),
            info("Sent", role=Role.SENT),
            info("Work/2026"),
            info("inbox", role=Role.INBOX, status=counts),
            info("Work/Old"),
            info("Lone/Child"),
        ]
    )
    assert tree.splitlines() == [
        "inbox  3, 1 unread",
        "Lone/Child",
        "Sent  [sent]",
        "Work  (no messages of its own)",
        "├── 2026",
        "│   └── May  0",
        "└── Old",
    ]


def test_a_server_without_hierarchy() -> None:
    assert [depth for depth, _ in nested([info("b", None), info("a/b", None)])] == [0, 0]


def test_what_cannot_be_printed() -> None:
    assert draw_tree([info("Q\udc26A")]) == "Q\\udc26A"
