from __future__ import annotations

from pathlib import Path

import pytest

from tools import unasync


@pytest.mark.parametrize(
    ("asyncio_form", "blocking_form"),
    [
        ("async def get(self) -> AsyncMessage: ...", "def get(self) -> Message: ..."),
        ("return await self._run(flows.get(uid))", "return self._run(flows.get(uid))"),
        ("async with await folder.open() as f:", "with folder.open() as f:"),
        ("[m async for m in messages if await m.text()]", "[m for m in messages if m.text()]"),
        ("async for m in messages:", "for m in messages:"),
        ("def f(s: AsyncMessageSet) -> AsyncMessageList: ...", "def f(s: MessageSet) -> MessageList: ..."),
        ("-> AsyncIterator[Event[AsyncMessage]]:", "-> Iterator[Event[Message]]:"),
        ("-> AsyncGenerator[AsyncMessage, None]:", "-> Generator[Message, None, None]:"),
        (
            "-> AsyncGenerator[Event[AsyncMessage], dict[str, int]]:",
            "-> Generator[Event[Message], dict[str, int], None]:",
        ),
        ("do: Callable[[AsyncMailbox], Awaitable[R]]", "do: Callable[[Mailbox], R]"),
        ("Awaitable[dict[str, list[AsyncFolder]]] | None", "dict[str, list[Folder]] | None"),
        ("async def __aenter__(self) -> Self:", "def __enter__(self) -> Self:"),
        ("async def __aexit__(self, *e: object) -> None:", "def __exit__(self, *e: object) -> None:"),
        ("raise StopAsyncIteration", "raise StopIteration"),
        ("await anext(messages)", "next(messages)"),
        ("await messages.aclose()", "messages.close()"),
        ("from contextlib import asynccontextmanager", "from contextlib import contextmanager"),
        ("from imapkit._async.folder import AsyncFolder", "from imapkit._sync.folder import Folder"),
        ("from imapkit.transport.asyncio_ import AsyncSession", "from imapkit.transport.blocking import Session"),
        ('__all__ = ["AsyncMailbox", "settle_async"]', '__all__ = ["Mailbox", "settle"]'),
        ('folder: "AsyncFolder"', 'folder: "Folder"'),
        ("#: what `AsyncFolder.get` gives", "#: what `Folder.get` gives"),
    ],
)
def test_substitutions(asyncio_form: str, blocking_form: str) -> None:
    assert unasync.translate(asyncio_form) == blocking_form


@pytest.mark.parametrize(
    "untouched",
    ["asynchronous", "MyAsyncFolder", "AsyncFolders", "run_async", "await_", "asyncio", "awaiting the server"],
)
def test_what_only_looks_alike_stays(untouched: str) -> None:
    assert unasync.translate(untouched) == untouched


def test_docstrings_and_their_examples_change_like_the_code() -> None:
    source = '"""Use it.\n\n    async with connect_async(host) as mail:\n        print(await mail.inbox.count())\n"""\n'
    assert (
        unasync.translate(source)
        == '"""Use it.\n\n    with connect(host) as mail:\n        print(mail.inbox.count())\n"""\n'
    )


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    source = tmp_path / "src/imapkit/_async"
    source.mkdir(parents=True)
    (tmp_path / "src/imapkit/_sync").mkdir()
    monkeypatch.setattr("tools.bootstrap.ROOT", tmp_path)
    monkeypatch.setattr(unasync, "TREES", ((source, tmp_path / "src/imapkit/_sync"),))
    (source / "mailbox.py").write_text(
        '"""Mailboxes."""\n\nfrom collections.abc import AsyncIterator, Iterator\n\n'
        "from imapkit._async.folder import AsyncFolder\n\n\n"
        "def names(folders: Iterator[AsyncFolder]) -> AsyncIterator[str]: ...\n"
    )
    return tmp_path


def test_a_written_tree_has_no_differences(tree: Path) -> None:
    assert len(unasync.differences()) == 1
    unasync.write()
    assert unasync.differences() == []


def test_the_twin_names_its_origin_and_is_tidy(tree: Path) -> None:
    unasync.write()
    assert (tree / "src/imapkit/_sync/mailbox.py").read_text() == (
        "# Generated from src/imapkit/_async/mailbox.py by tools/unasync.py; do not edit.\n"
        '"""Mailboxes."""\n\nfrom collections.abc import Iterator\n\n'
        "from imapkit._sync.folder import Folder\n\n\n"
        "def names(folders: Iterator[Folder]) -> Iterator[str]: ...\n"
    )


def test_an_edited_twin_is_noticed(tree: Path) -> None:
    unasync.write()
    twin = tree / "src/imapkit/_sync/mailbox.py"
    twin.write_text(twin.read_text().replace("-> Iterator[str]", "-> list[str]"))
    (difference,) = unasync.differences()
    assert "-def names(folders: Iterator[Folder]) -> list[str]: ..." in difference
    assert "+def names(folders: Iterator[Folder]) -> Iterator[str]: ..." in difference


def test_a_twin_without_a_source_is_noticed_and_removed(tree: Path) -> None:
    unasync.write()
    (tree / "src/imapkit/_sync/old.py").write_text("")
    assert unasync.differences() == ["src/imapkit/_sync/old.py has no source any more\n"]
    unasync.write()
    assert not (tree / "src/imapkit/_sync/old.py").exists()


def test_source_that_is_not_python_is_an_error(tree: Path) -> None:
    (tree / "src/imapkit/_async/mailbox.py").write_text("def (:\n")
    with pytest.raises(SystemExit, match="ruff"):
        unasync.write()
