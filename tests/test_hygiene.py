"""What a reader should never stumble over in this tree."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tools import unasync

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 800
#: A home directory, or somebody's checkout.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/[\w.]")


def sources() -> list[Path]:
    """The text files of the tree: those git tracks or would, or all of them in an unpacked sdist."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        paths = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [path for path in ROOT.rglob("*") if not any(p.startswith(".") for p in path.relative_to(ROOT).parts)]
    return sorted(path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096])


def test_no_source_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in (ROOT / "src").rglob("*.py")}
    assert lengths
    assert not {path.name: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_no_file_names_a_directory_of_somebody_s_machine() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if MACHINE_PATH.search(line)
    }
    assert not found


@pytest.mark.parametrize("path", ["/" + "home/ann/mail", "open('/" + "root/x')", "see /" + "Users/bob"])
def test_such_a_path_would_be_seen(path: str) -> None:
    assert MACHINE_PATH.search(path)


@pytest.mark.parametrize("path", ["https://example.org/" + "home/x", "src/" + "work/x", "/tmp/x"])
def test_other_paths_are_nobody_s(path: str) -> None:
    assert not MACHINE_PATH.search(path)


def test_the_blocking_half_is_what_unasync_generates() -> None:
    assert unasync.differences() == []
