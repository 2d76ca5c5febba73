"""Write the blocking half of the object API, `src/imapkit/_sync`, from the asyncio half, `src/imapkit/_async`.

The tests of the object API are written once and generated in the same way (`tests/api/_async`, `tests/api/_sync`).

    python3 tools/unasync.py            write it
    python3 tools/unasync.py --check    fail, with the difference, when it is not what would be written

The asyncio half holds signatures, docstrings and one line each, so its twin follows by the substitutions below and
nothing else.  They run over the whole text: names in annotations, strings, comments and docstrings must change alike,
and a docstring's example must lose its `await` like the code does.  ruff then sorts the imports and formats.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import bootstrap, generated

#: Each source with the place of its twin: the object API, and its tests.
TREES = tuple(
    (bootstrap.ROOT / tree / "_async", bootstrap.ROOT / tree / "_sync") for tree in ("src/imapkit", "tests/api")
)

#: Syntax: what disappears, and the types whose parameters change.  `X` is a type with at most two levels of brackets.
X = r"((?:[^\[\],]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])+)"
PATTERNS = (
    (r"\basync (?=def\b|for\b|with\b)", ""),
    (r"\bawait ", ""),
    (rf"\bAwaitable\[{X}\]", r"\1"),
    (rf"\bAsyncGenerator\[{X}, {X}\]", r"Generator[\1, \2, None]"),
)

#: Whole words.
NAMES = {
    "AsyncAttachment": "Attachment",
    "AsyncFolder": "Folder",
    "AsyncFolderTree": "FolderTree",
    "AsyncMailbox": "Mailbox",
    "AsyncMessage": "Message",
    "AsyncMessageList": "MessageList",
    "AsyncMessageSet": "MessageSet",
    "AsyncSession": "Session",
    "connect_async": "connect",
    "settle_async": "settle",
    "AsyncStream": "Stream",
    "_async": "_sync",
    "asyncio_": "blocking",
    # The standard library's pairs.
    "AbstractAsyncContextManager": "AbstractContextManager",
    "AsyncExitStack": "ExitStack",
    "AsyncGenerator": "Generator",
    "AsyncIterable": "Iterable",
    "AsyncIterator": "Iterator",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aclosing": "closing",
    "aiter": "iter",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
}


def translate(source: str) -> str:
    """The blocking twin of asyncio source text, not yet formatted."""
    for pattern, replacement in PATTERNS:
        source = re.sub(pattern, replacement, source)
    return re.sub(rf"\b(?:{'|'.join(NAMES)})\b", lambda match: NAMES[match[0]], source)


def generate(path: Path, twin: Path) -> str:
    """What belongs into the twin of a file of `_async`."""
    origin = path.relative_to(bootstrap.ROOT).as_posix()
    text = f"# Generated from {origin} by tools/unasync.py; do not edit.\n{translate(path.read_text('utf-8'))}"
    text = _ruff("check", "--fix-only", "--select", "I,F401,F811,RUF022", "--stdin-filename", str(twin), text=text)
    return _ruff("format", "--stdin-filename", str(twin), text=text)


def _ruff(*arguments: str, text: str) -> str:
    command = [sys.executable, "-m", "ruff", *arguments, "--quiet", "-"]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", cwd=bootstrap.ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def twins() -> dict[Path, str]:
    """Every file that the `_sync` should hold, with its text."""
    wanted: dict[Path, str] = {}
    for source, target in TREES:
        for path in sorted(source.rglob("*.py")):
            twin = target / path.relative_to(source)
            wanted[twin] = generate(path, twin)
    return wanted


def existing() -> set[Path]:
    """Every file that the `_sync` do hold."""
    return {twin for _, target in TREES for twin in target.rglob("*.py")}


def differences() -> list[str]:
    """Unified diffs from the twins there are to the twins there should be."""
    found: list[str] = []
    wanted = twins()
    for twin in sorted({*wanted, *existing()}):
        if difference := generated.difference(twin, wanted.get(twin, "")):
            found.append(difference)
        elif twin not in wanted:
            found.append(f"{twin.relative_to(bootstrap.ROOT).as_posix()} has no source any more\n")
    return found


def write() -> None:
    """Write every twin, and remove those whose source is gone."""
    wanted = twins()
    for twin in existing() - set(wanted):
        twin.unlink()
    for twin, text in wanted.items():
        twin.parent.mkdir(parents=True, exist_ok=True)
        twin.write_text(text, "utf-8")


def main() -> int:
    """Run the command line."""
    return generated.command("unasync.py", "the _sync trees", write, lambda: "".join(differences()))


if __name__ == "__main__":
    bootstrap.enter("test", Path(__file__).resolve())
    sys.exit(main())
