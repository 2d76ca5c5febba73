"""Imports only point down, the core does no I/O, and `import imapkit` stays cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src"

#: From the bottom up; the modules of one line may use each other and everything above that line.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("imapkit.errors", "imapkit.types", "imapkit.mime"),
    ("imapkit.protocol.wire", "imapkit.protocol.sasl", "imapkit.protocol.channel", "imapkit.protocol.capabilities"),
    ("imapkit.protocol.model", "imapkit.protocol.item_data"),
    ("imapkit.protocol.extensions",),
    ("imapkit.protocol",),
    ("imapkit.protocol.flows",),
    ("imapkit.transport", "imapkit.files", "imapkit.live"),
    ("imapkit._async", "imapkit._sync"),
    ("imapkit",),
)

#: What may use nothing of the project but these, whatever their layer allows.
SELF_CONTAINED = {
    "imapkit.errors": (),
    "imapkit.protocol.wire": ("imapkit.errors", "imapkit.types"),
    "imapkit.protocol.sasl": ("imapkit.errors", "imapkit.types"),
    "imapkit.protocol.channel": ("imapkit.errors", "imapkit.types"),
}

#: Halves that never meet.
STRANGERS = (("imapkit._async", "imapkit._sync"), ("imapkit.transport.asyncio_", "imapkit._sync"))

CORE = ("imapkit.errors", "imapkit.types", "imapkit.mime", "imapkit.protocol")
NOT_IN_THE_CORE = {"socket", "asyncio", "threading", "select", "selectors", "time", "subprocess", "signal"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((SOURCE / "imapkit").rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def imports(name: str, tree: ast.AST) -> Iterator[str]:
    """The absolute names of what a module imports, in functions and under TYPE_CHECKING too."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            ancestors = package.split(".")
            base = ancestors[: len(ancestors) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                submodule = f"{origin}.{alias.name}"
                yield submodule if submodule in MODULES else origin


def imported(name: str) -> set[str]:
    return set(imports(name, ast.parse(MODULES[name].read_text("utf-8"))))


def inside(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def layer(name: str) -> int:
    """The layer that names the module, or the closest of its packages."""
    while True:
        for index, names in enumerate(LAYERS):
            if name in names:
                return index
        name = name.rpartition(".")[0]


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    upward = {other for other in imported(name) if inside(other, "imapkit") and layer(other) > layer(name)}
    assert not upward, f"{name} may not know {sorted(upward)}"


@pytest.mark.parametrize("name", [name for name in MODULES if inside(name, *SELF_CONTAINED)])
def test_what_is_self_contained_stays_so(name: str) -> None:
    (package,) = (package for package in SELF_CONTAINED if inside(name, package))
    used = {other for other in imported(name) if inside(other, "imapkit")}
    assert not {other for other in used if not inside(other, package, *SELF_CONTAINED[package])}


@pytest.mark.parametrize("name", [name for name in MODULES if inside(name, *CORE)])
def test_the_core_does_no_input_or_output(name: str) -> None:
    assert not {other.partition(".")[0] for other in imported(name)} & NOT_IN_THE_CORE


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_the_two_worlds_do_not_know_each_other(one: str, other: str) -> None:
    assert not [name for name in MODULES if inside(name, one) and any(inside(used, other) for used in imported(name))]
    assert not [name for name in MODULES if inside(name, other) and any(inside(used, one) for used in imported(name))]


@pytest.mark.parametrize("heavy", ["asyncio", "email.message", "idna", "certifi"])
def test_importing_the_package_does_not_load(heavy: str) -> None:
    program = f"import sys; before = set(sys.modules); import imapkit; print({heavy!r} in set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


class TestTheseChecks:
    """A check that finds nothing must be able to find something."""

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("import socket", {"socket"}),
            ("import os.path as p", {"os.path"}),
            ("def f():\n    from asyncio import sleep", {"asyncio"}),
            ("from imapkit.protocol import wire", {"imapkit.protocol.wire"}),
            ("from imapkit.errors import ImapError", {"imapkit.errors"}),
            ("from . import extensions", {"imapkit.protocol.extensions"}),
            ("from .wire import x", {"imapkit.protocol.wire"}),
            ("from ..errors import ImapError", {"imapkit.errors"}),
            ("if TYPE_CHECKING:\n    from imapkit.transport import x", {"imapkit.transport"}),
        ],
    )
    def test_imports_are_seen(self, source: str, found: set[str]) -> None:
        assert set(imports("imapkit.protocol", ast.parse(source))) == found

    def test_every_layer_is_above_the_last(self) -> None:
        assert layer("imapkit.types.flags") < layer("imapkit.protocol.wire.framer") < layer("imapkit.protocol.model")
        assert layer("imapkit.protocol.extensions.quota") < layer("imapkit.protocol.connection")
        assert layer("imapkit.protocol.connection") < layer("imapkit.protocol.flows.move") < layer("imapkit.transport")
        assert layer("imapkit.transport.blocking") < layer("imapkit._sync") < layer("imapkit.testing.server")
