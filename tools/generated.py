"""Files of the tree that a tool writes: the same command line for each of those tools, ``[--check]``."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable
from pathlib import Path

from tools import bootstrap

__all__ = ["command", "difference"]


def difference(path: Path, wanted: str) -> str:
    """A unified diff from the file there is to what it should hold; empty when that is the same."""
    there = path.read_text("utf-8") if path.exists() else ""
    name = path.relative_to(bootstrap.ROOT).as_posix()
    return "".join(difflib.unified_diff(there.splitlines(True), wanted.splitlines(True), name, f"{name} (generated)"))


def command(tool: str, what: str, write: Callable[[], object], compare: Callable[[], str]) -> int:
    """Write, or with ``--check`` only show what `compare` finds; the exit status."""
    parser = argparse.ArgumentParser(description=f"Generate {what}.")
    parser.add_argument("--check", action="store_true", help="only compare; fail with the difference")
    if not parser.parse_args().check:
        write()
        return 0
    found = compare()
    sys.stdout.write(found or f"What tools/{tool} generates is up to date: {what}.\n")
    if found:
        print(f"Not what tools/{tool} generates: {what}; run: python3 tools/{tool}")
    return 1 if found else 0
