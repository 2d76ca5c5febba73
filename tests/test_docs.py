"""The documentation is executed: every Python block of the README and of docs/, and every doctest of the package.

The blocks of one page share one namespace and run in order, as a reader would type them; `await` works at their top
level.  What a page may use without defining it is in PRELUDE.  A block that cannot run says why, on the line before it:

    <!-- not executed: it needs an account at a provider -->
"""

from __future__ import annotations

import ast
import asyncio
import doctest
import importlib
import inspect
import re
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from imapkit.testing import Server, certificates
from imapkit.transport import trust

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@contextmanager
def example_server() -> Iterator[Server]:
    """Ann's mail at imap.example.org, as the pages have it: over TLS, verified, in this process."""
    with Server() as server, tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        server.add_user("ann", "open sesame")
        for number in range(1, 4):
            invoice = EmailMessage()
            invoice["From"], invoice["Subject"] = "Billing <billing@example.net>", f"Your invoice {number}"
            invoice.set_content("See the attachment.")
            invoice.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename=f"invoice-{number}.pdf")
            server.deliver("ann", invoice)
        host, port = server.serve()
        resolve = socket.getaddrinfo

        def example_host(name: str, wanted: int, *more: Any, **options: Any) -> object:
            at_home = name == "imap.example.org"
            return resolve(host if at_home else name, port if at_home else wanted, *more, **options)

        patch.setattr(socket, "getaddrinfo", example_host)
        patch.setenv("SSL_CERT_FILE", str(Path(certificates.__file__).with_name("authority.pem")))
        patch.setattr(trust, "_built", [])  # a context made anew, which trusts that file
        patch.chdir(directory)
        yield server


#: Names that the blocks of every page find ready, each made anew for a page and closed after it.
PRELUDE: dict[str, Callable[[], AbstractContextManager[object]]] = {"imap_server": example_server}

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)")
NOT_EXECUTED = re.compile(r"<!-- not executed: (?P<reason>\S.*) -->$")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: its language, its text, the line its text starts on, why it is not executed."""

    language: str
    text: str
    line: int
    skipped: str | None


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        if opening is None:
            number += 1
            continue
        start = number + 1
        end = next(n for n in range(start, len(lines)) if lines[n].strip() == "```")
        indent = len(opening["indent"])
        before = next((line for line in reversed(lines[:number]) if line.strip()), "")
        mark = NOT_EXECUTED.search(before)
        text = "\n".join(line[indent:] for line in lines[start:end]) + "\n"
        yield Block(opening["language"], text, start + 1, mark["reason"] if mark else None)
        number = end + 1


def execute(block: Block, filename: str, namespace: dict[str, object]) -> None:
    """Run one block so that a traceback shows the page and its line."""
    source = "\n" * (block.line - 1) + block.text
    code = compile(source, filename, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    result = eval(code, namespace)  # gives the coroutine when the block awaits
    if inspect.iscoroutine(result):
        asyncio.run(result)


def run_page(page: Path) -> int:
    """Run a page's blocks; the number of those that ran."""
    count = 0
    with ExitStack() as stack:
        names = {name: stack.enter_context(make()) for name, make in PRELUDE.items()}
        namespace: dict[str, object] = {"__name__": page.stem, **names}
        for block in blocks(page.read_text("utf-8")):
            if block.skipped is None and block.language == "python":
                execute(block, str(page), namespace)
                count += 1
            elif block.skipped is None and block.language == "pycon":
                name = f"{page.name}:{block.line}"
                test = doctest.DocTestParser().get_doctest(block.text, namespace, name, str(page), block.line - 1)
                run_doctest(test)
                count += 1
    return count


def run_doctest(test: doctest.DocTest) -> None:
    """Run a doctest; a difference is a failure that shows it."""
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(test, out=report.append, clear_globs=False)
    assert not runner.failures, "".join(report)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page)


def modules_with_examples() -> list[str]:
    """The modules of the package whose text holds a doctest."""
    paths = sorted((ROOT / "src/imapkit").rglob("*.py"))
    with_examples = [path for path in paths if ">>> " in path.read_text("utf-8")]
    return [".".join(path.relative_to(ROOT / "src").with_suffix("").parts) for path in with_examples]


@pytest.mark.parametrize("name", modules_with_examples())
def test_docstrings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name.removesuffix(".__init__"))
    tests = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    assert tests, f"{name} holds '>>> ' where doctest does not look"
    with ExitStack() as stack:
        names = {name: stack.enter_context(make()) for name, make in PRELUDE.items()}
        for test in tests:
            test.globs = {**names, **test.globs}
            run_doctest(test)


class TestTheRunner:
    """A page with an error must fail, and where."""

    def page(self, tmp_path: Path, text: str) -> Path:
        path = tmp_path / "page.md"
        path.write_text(text)
        return path

    def test_blocks_share_a_namespace(self, tmp_path: Path) -> None:
        page = self.page(tmp_path, "```python\nx = 1\n```\n\ntext\n\n```python\nassert x == 1\n```\n")
        assert run_page(page) == 2

    def test_a_failure_is_raised_from_the_line_of_the_page(self, tmp_path: Path) -> None:
        page = self.page(tmp_path, "# Title\n\n```python\nx = 1\n1 / 0\n```\n")
        with pytest.raises(ZeroDivisionError) as caught:
            run_page(page)
        assert (str(caught.traceback[-1].path), caught.traceback[-1].lineno) == (str(page), 4)

    def test_await_works(self, tmp_path: Path) -> None:
        page = self.page(tmp_path, "```python\nimport asyncio\nassert await asyncio.sleep(0, 7) == 7\n```\n")
        assert run_page(page) == 1

    def test_an_indented_block_is_one_too(self, tmp_path: Path) -> None:
        page = self.page(tmp_path, "1. first\n\n   ```python\n   if True:\n       assert False, 'ran'\n   ```\n")
        with pytest.raises(AssertionError, match="ran"):
            run_page(page)

    def test_other_languages_do_not_run(self, tmp_path: Path) -> None:
        assert run_page(self.page(tmp_path, "```sh\nexit 1\n```\n\n```\n1 / 0\n```\n")) == 0

    def test_a_reason_keeps_a_block_from_running(self, tmp_path: Path) -> None:
        assert run_page(self.page(tmp_path, "<!-- not executed: no account -->\n```python\n1 / 0\n```\n")) == 0

    def test_without_a_reason_it_runs(self, tmp_path: Path) -> None:
        with pytest.raises(ZeroDivisionError):
            run_page(self.page(tmp_path, "<!-- not executed: -->\n```python\n1 / 0\n```\n"))

    def test_a_session_is_compared(self, tmp_path: Path) -> None:
        assert run_page(self.page(tmp_path, "```pycon\n>>> 1 + 1\n2\n```\n")) == 1
        with pytest.raises(AssertionError, match="Expected:"):
            run_page(self.page(tmp_path, "```pycon\n>>> 1 + 1\n3\n```\n"))

    def test_the_prelude_is_there_and_closed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        events: list[str] = []

        @contextmanager
        def server() -> Iterator[str]:
            yield "a server"
            events.append("closed")

        monkeypatch.setitem(PRELUDE, "imap_server", server)
        assert run_page(self.page(tmp_path, "```python\nassert imap_server == 'a server'\n```\n")) == 1
        assert events == ["closed"]
