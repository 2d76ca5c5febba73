"""The installer of real servers, as far as it goes without the network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ALL
from tools import install_servers
from tools.bootstrap import ROOT


def run(*arguments: str, cache: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, str(ROOT / "tools" / "install_servers.py"), *arguments]
    variables = {**os.environ, "IMAPKIT_SERVER_CACHE": str(cache), "IMAPKIT_REQUIRE_SERVERS": "", **environment}
    return subprocess.run(argv, env=variables, capture_output=True, text=True, check=False, timeout=60)


def test_each_recipe_can_be_installed() -> None:
    assert set(install_servers.NAMES) == {name for name in ALL if not name.startswith("ours")}


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cyrus").mkdir()
    (tmp_path / "cyrus" / "VERSION").write_text("3.6.1\n")
    done = run("cyrus", cache=tmp_path, PATH="")
    assert (done.returncode, done.stdout) == (0, "cyrus 3.6.1 is installed.\n")


@pytest.mark.parametrize(("required", "status"), [("", 0), ("dovecot, cyrus", 1), ("pymap", 0)])
def test_a_failure_counts_where_the_server_is_required(tmp_path: Path, required: str, status: int) -> None:
    done = run("cyrus", cache=tmp_path, PATH="", IMAPKIT_REQUIRE_SERVERS=required)
    assert done.returncode == status
    assert "cyrus could not be installed: " in done.stdout


def test_an_unknown_name(tmp_path: Path) -> None:
    done = run("nosuch", cache=tmp_path)
    assert done.returncode == 2
    assert "no such server: nosuch" in done.stderr


@pytest.mark.skipif(not Path("/usr/bin/dpkg-deb").exists(), reason="dpkg-deb is Debian's")
def test_libraries_are_what_a_package_depends_on(tmp_path: Path) -> None:
    control = tmp_path / "made" / "DEBIAN" / "control"
    control.parent.mkdir(parents=True)
    control.write_text(
        "Package: made\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: x\n"
        "Pre-Depends: init-system-helpers (>= 1.54~), libz1\n"
        "Depends: adduser, libicu72 (>= 72.1~rc-1~), libgamin0 | libfam0, perl:any, libimap-perl, libc6 (>= 2)\n"
    )
    archive = tmp_path / "made.deb"
    subprocess.run(["dpkg-deb", "--build", str(control.parents[1]), str(archive)], check=True, capture_output=True)
    assert install_servers._libraries(archive) == {"libz1", "libicu72", "libgamin0", "libc6"}
