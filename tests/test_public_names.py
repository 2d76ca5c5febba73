"""What `import imapkit` gives: every name is where it is said to be, and whatever the API takes or gives has one."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import imapkit

SOURCES = Path(imapkit.__file__).parent
LISTED = {name for names in imapkit._HOMES.values() for name in names}


def test_each_is_listed_everywhere() -> None:
    assert imapkit.__all__ == sorted(imapkit.__all__)
    assert set(imapkit.__all__) == {*LISTED, "__version__"}
    assert dir(imapkit) == imapkit.__all__


def test_type_checkers_find_each_in_the_same_place() -> None:
    tree = ast.parse((SOURCES / "__init__.py").read_text("utf-8"))
    (for_checkers,) = [node for node in tree.body if isinstance(node, ast.If)]
    found = {
        (node.module, alias.name)
        for node in for_checkers.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert found == {(home, name) for home, names in imapkit._HOMES.items() for name in names}


@pytest.mark.parametrize("name", sorted(LISTED))
def test_each_is_there(name: str) -> None:
    assert getattr(imapkit, name) is getattr(import_module(imapkit._HOME_OF[name]), name)


def test_both_worlds_connect_with_the_same_arguments() -> None:
    ours, theirs = inspect.signature(imapkit.connect), inspect.signature(imapkit.connect_async)
    assert ours.parameters == theirs.parameters


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        getattr(imapkit, "nonsense")  # noqa: B009 - type checkers know that it is not there


def test_a_name_is_loaded_when_it_is_used() -> None:
    program = "import sys, imapkit; before = set(sys.modules); imapkit.FlagColor; print(set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert "imapkit.types.flags" in done.stdout
    assert "asyncio" not in done.stdout


def annotated(tree: ast.Module) -> Iterator[str]:
    """Names in what the methods of public classes, and public functions, take and give."""
    public = [node for node in tree.body if getattr(node, "name", "_") in LISTED]
    methods = [node for one in public if isinstance(one, ast.ClassDef) for node in one.body]
    for node in (*public, *methods):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            for part in ast.walk(node.returns or ast.Constant(None)):
                yield from (part.id,) if isinstance(part, ast.Name) else ()
            for part in ast.walk(node.args):
                yield from (part.id,) if isinstance(part, ast.Name) else ()


@pytest.mark.parametrize("name", ["account.py", *sorted(f"_async/{path.name}" for path in SOURCES.glob("_async/*.py"))])
def test_what_the_api_takes_and_gives_has_a_name(name: str) -> None:
    tree = ast.parse((SOURCES / name).read_text("utf-8"))
    homes = {
        alias.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used = {part for part in annotated(tree) if homes.get(part, "").startswith(("imapkit.types", "imapkit.files"))}
    assert used <= LISTED
