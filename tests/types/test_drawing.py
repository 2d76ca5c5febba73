"""Folders drawn as a tree."""

from __future__ import annotations

from imapkit.types.drawing import draw_tree, nested
from imapkit.types.folders import FolderInfo, Role, Status
from tools.fuzz.growth import in_linear_time


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


def test_ancestors_that_were_not_listed() -> None:
    assert [(depth, one.path) for depth, one in nested([info("a/b/c/d"), info("a/b"), info("a/b/c/d/e/f")])] == [
        (0, "a/b"),
        (1, "a/b/c/d"),
        (2, "a/b/c/d/e/f"),
    ]


def test_names_that_differ_in_case_keep_their_children() -> None:
    tree = draw_tree([info("a"), info("A/x"), info("a/y"), info("A"), info("inbox/INBOX"), info("inbox/a"), info("0")])
    assert tree.splitlines() == ["inbox/a", "inbox/INBOX", "0", "A", "└── x", "a", "└── y"]


class TestLinear:
    def test_folders_by_the_ten_thousand(self) -> None:
        infos = [info("r"), info("r/a"), info("r/b"), *(info(f"r/a/{n:05}") for n in range(30_000))]
        with in_linear_time():
            lines = draw_tree(infos).splitlines()
        assert lines[:3] == ["r", "├── a", "│   ├── 00000"]
        assert lines[-3:] == ["│   ├── 29998", "│   └── 29999", "└── b"]

    def test_one_path_of_many_levels(self) -> None:
        deep = info("/".join(["a"] * 60_000))
        with in_linear_time():
            assert nested([deep]) == [(0, deep)]

    def test_a_chain_of_two_thousand_levels(self) -> None:
        with in_linear_time():
            lines = draw_tree(info("/".join(["a"] * length)) for length in range(1, 2001)).splitlines()
        assert [line.index("a") for line in lines] == [4 * depth for depth in range(2000)]
