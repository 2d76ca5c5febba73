from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A directory that passes for a virtual environment."""
    python = bootstrap.python_of(tmp_path)
    python.parent.mkdir(parents=True)
    python.touch()
    return tmp_path


def stamp(venv: Path, group: str, text: str | None = None) -> None:
    (venv / f".imapkit-{group}").write_text(bootstrap.digest() if text is None else text)


class TestRequirements:
    def test_the_runtime_group_is_the_package_alone(self) -> None:
        assert bootstrap.requirements("runtime") == []

    def test_an_included_group_is_part_of_a_group(self) -> None:
        groups = tomllib.loads(bootstrap.PYPROJECT.read_text())["dependency-groups"]
        assert {"include-group": "test"} in groups["dev"]
        assert set(bootstrap.requirements("dev")) > set(bootstrap.requirements("test")) == set(groups["test"])

    def test_this_interpreter_runs_the_tests_so_it_is_complete_for_them(self) -> None:
        assert bootstrap.complete("test")

    def test_a_missing_distribution_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def version(name: str) -> str:
            raise importlib.metadata.PackageNotFoundError(name)

        monkeypatch.setattr(importlib.metadata, "version", version)
        assert not bootstrap.complete("runtime")

    def test_the_package_of_another_tree_does_not_count(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
        assert not bootstrap.complete("runtime")


class TestStamps:
    def test_an_environment_without_a_stamp_is_not_ready(self, venv: Path) -> None:
        assert not bootstrap.stamped(venv, "runtime")

    def test_a_current_stamp_will_do(self, venv: Path) -> None:
        stamp(venv, "test")
        assert bootstrap.stamped(venv, "test")

    def test_a_larger_group_vouches_for_a_smaller_one_only(self, venv: Path) -> None:
        stamp(venv, "test")
        assert bootstrap.stamped(venv, "runtime")
        assert not bootstrap.stamped(venv, "dev")

    def test_a_changed_pyproject_makes_a_stamp_worthless(self, venv: Path) -> None:
        stamp(venv, "test", "the hash of an older file")
        assert not bootstrap.stamped(venv, "test")

    def test_a_vanished_interpreter_makes_a_stamp_worthless(self, venv: Path) -> None:
        stamp(venv, "test")
        bootstrap.python_of(venv).unlink()
        assert not bootstrap.stamped(venv, "test")


def test_windows_keeps_its_interpreter_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bootstrap.python_of(Path("venv")) == Path("venv/bin/python")
    monkeypatch.setattr(bootstrap, "WINDOWS", True)
    assert bootstrap.python_of(Path("venv")) == Path("venv/Scripts/python.exe")


def test_an_empty_environment_is_made_without_pip_where_ensurepip_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def debian(command: list[str]) -> bool:
        assert "--without-pip" not in command
        return False

    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, "_succeeds", debian)
        bootstrap.create(tmp_path / "venv")
    python = bootstrap.python_of(tmp_path / "venv")
    no_pip = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False)
    assert python.exists()
    assert no_pip.returncode
    pip = bootstrap.pip_for(tmp_path / "venv")
    assert subprocess.run([*pip, "list"], capture_output=True, check=True).stdout == b""


def test_no_pip_anywhere_is_said_in_one_sentence(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(command: list[str]) -> bool:
        return False

    monkeypatch.setattr(bootstrap, "_succeeds", never)
    with pytest.raises(SystemExit, match="neither pip nor ensurepip"):
        bootstrap.pip_for(venv)


def test_a_second_start_goes_straight_into_the_prepared_environment(
    venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp(venv, "test")
    started: list[list[str]] = []

    def execute(path: str, argv: list[str]) -> None:
        started.append(argv)

    monkeypatch.setenv("IMAPKIT_VENV", str(venv))
    monkeypatch.setattr(sys, "argv", ["tests", "-q", "--maxfail=1"])
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(os, "execv", execute)
    bootstrap.enter("test", Path("tests"))
    assert started == [[str(bootstrap.python_of(venv)), "tests", "-q", "--maxfail=1"]]
