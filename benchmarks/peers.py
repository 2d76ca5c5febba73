"""Who can take part on this machine.

The Python peers live in a virtual environment of their own under the cache directory, never in the project's; ImapFlow
in a directory beside it; go-imap is what Debian packages (golang, golang-github-emersion-go-imap-dev).  Whoever is not
there and cannot be installed is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.arena import ROOT, Entry
from benchmarks.data import CASES

__all__ = ["ours", "peers", "versions"]

EVERYTHING = frozenset(CASES)
_FETCHES = frozenset({"envelope", "flags", "bodystructure", "headers", "literal"})
_TYPED = _FETCHES | {"list", "search"}
_PYTHON_PEERS = {
    "IMAPClient": ("imapclient_", "IMAPClient", _TYPED),
    "imap_tools": ("imap_tools_", "imap-tools", frozenset({"headers", "list", "search"})),
    "aioimaplib": ("aioimaplib_", "aioimaplib", _TYPED),
}
_GO_SOURCES = Path("/usr/share/gocode")


def _python(name: str, module: str, cases: frozenset[str], *arguments: str, python: str = sys.executable) -> Entry:
    # Whichever Python it is: imapkit is this tree's, installed or not.
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    command = (python, "-m", f"benchmarks.contestants.{module}", *arguments)
    return Entry(name, command, cases, {"PYTHONPATH": path})


def ours() -> list[Entry]:
    """The floor, imapkit in its roles, and the standard library: always there."""
    return [
        _python("floor: framing", "floor", EVERYTHING, "framing"),
        _python("floor: tokens", "floor", EVERYTHING - {"literal"}, "tokens"),
        _python("imapkit, untouched", "ours", EVERYTHING, "untouched"),
        _python("imapkit, parsed", "ours", frozenset({"envelope", "bodystructure"}), "parsed"),
        _python("imapkit, all read", "ours", EVERYTHING - {"list", "literal"}, "read"),
        _python("imapkit, streamed", "ours", frozenset({"literal"}), "streamed"),
        _python("imaplib (raw)", "imaplib_", EVERYTHING),
    ]


def peers(cache: Path) -> list[Entry]:
    """Those that are installed under `cache`, or can be."""
    cache.mkdir(parents=True, exist_ok=True)
    return [*_python_peers(cache / "venv"), *_imapflow(cache), *_go_imap(cache)]


def versions(cache: Path) -> str:
    """Which releases they are."""
    python = cache / "venv" / "bin" / "python"
    listed = _succeeds([str(python), "-m", "pip", "freeze"]) if python.exists() else None
    node = _succeeds(["npm", "ls", "--prefix", str(cache), "imapflow"]) if shutil.which("npm") else None
    found = [line for line in (listed or "").splitlines() if "==" in line]
    found += [line.split(" ")[-1] for line in (node or "").splitlines() if "imapflow@" in line]
    debian = ("dpkg-query", "-W", "-f", "${Package} ${Version}\n", "golang", "golang-github-emersion-go-imap-dev")
    found += (_succeeds(list(debian)) or "").splitlines() if shutil.which("dpkg-query") else []
    return ", ".join(found)


def _python_peers(directory: Path) -> list[Entry]:
    python = directory / "bin" / "python"
    packages = [package for _, package, _ in _PYTHON_PEERS.values()]
    if not python.exists():
        venv.create(directory, with_pip=True)
    missing = [p for p in packages if _succeeds([str(python), "-m", "pip", "show", "-q", p]) is None]
    if missing and _succeeds([str(python), "-m", "pip", "install", "-q", *missing]) is None:
        print(f"left out, cannot be installed: {', '.join(missing)}", file=sys.stderr)
    return [
        _python(name, module, cases, python=str(python))
        for name, (module, package, cases) in _PYTHON_PEERS.items()
        if _succeeds([str(python), "-m", "pip", "show", "-q", package]) is not None
    ]


def _imapflow(directory: Path) -> list[Entry]:
    node, npm = shutil.which("node"), shutil.which("npm")
    installed = directory / "node_modules" / "imapflow"
    if node and npm and not installed.exists():
        _succeeds([npm, "install", "--no-fund", "--no-audit", "--prefix", str(directory), "imapflow"])
    if not node or not installed.exists():
        print("left out: ImapFlow (it needs node and npm)", file=sys.stderr)
        return []
    script = ROOT / "benchmarks" / "contestants" / "imapflow.mjs"
    return [Entry("ImapFlow", (node, str(script), str(directory)), _TYPED)]


def _go_imap(directory: Path) -> list[Entry]:
    go = shutil.which("go")
    program = directory / "go_imap"
    source = ROOT / "benchmarks" / "contestants" / "go_imap.go"
    if go and (_GO_SOURCES / "src/github.com/emersion/go-imap").exists():
        environment = os.environ | {"GOPATH": str(_GO_SOURCES), "GO111MODULE": "off"}
        environment.setdefault("GOCACHE", str((directory / "go-build").resolve()))
        _succeeds([go, "build", "-o", str(program.resolve()), str(source)], environment)
        if program.exists():
            return [Entry("go-imap v1", (str(program.resolve()),), _TYPED)]
    print("left out: go-imap (it needs golang and golang-github-emersion-go-imap-dev)", file=sys.stderr)
    return []


def _succeeds(command: list[str], environment: dict[str, str] | None = None) -> str | None:
    """Its output; None when it fails."""
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout
