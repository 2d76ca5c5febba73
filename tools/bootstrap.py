"""Give a command of this repository the environment it needs, on a machine that has only Python 3.11 and pip.

``enter("test", COMMAND)`` returns once the running interpreter has the package (editable) and the requirements of the
dependency group; when it has not, `.venv` is made, filled, and the command starts anew inside it.  A stamp holding the
hash of pyproject.toml makes every later start immediate.

Three environments are told apart:

* a virtual environment of the user's own (uv, plain venv, CI) that already holds everything is used as it is;
* `.venv` whose stamp is current is used as it is;
* anything else leads to `.venv`.  `IMAPKIT_VENV` names another place for it, for instance one for each Python version.

Debian's Python comes without ensurepip (so ``python3 -m venv`` fails half-way) and refuses ``pip install`` outside of a
virtual environment, but its pip can install INTO one from outside: ``pip --python .venv/bin/python install``.  That pip
(23.0) knows no ``--group``, so the dependency groups (PEP 735) are read here.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

if sys.version_info < (3, 11):  # noqa: UP036  (this is where older ones are told)
    sys.exit(f"imapkit needs Python 3.11 or newer; this is {sys.version.split()[0]}, {sys.executable}")

import tomllib

WINDOWS = os.name == "nt"
ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"

#: Which groups' stamps also vouch for a group, because they install all of it.
VOUCHING = {"runtime": ("runtime", "test", "dev"), "test": ("test", "dev"), "dev": ("dev",)}


def enter(group: str, command: Path) -> None:
    """Return when this interpreter has what `group` asks for; otherwise start `command` anew in one that has.

    `group` is "runtime" (the package and its dependencies) or a dependency group of pyproject.toml.  `command` is the
    file or directory that Python was started with; it gets the same arguments again.
    """
    venv = Path(os.environ.get("IMAPKIT_VENV", ROOT / ".venv")).absolute()
    inside = venv.exists() and venv.samefile(sys.prefix)
    ours = inside and _stamps(venv)
    if ours and stamped(venv, group):
        return
    if not ours and sys.prefix != sys.base_prefix and complete(group):
        return
    if not stamped(venv, group):
        prepare(venv, group)
    start(venv, command)


def start(venv: Path, command: Path) -> NoReturn:
    """Run `command` with the arguments of this process in the environment's interpreter, in place of this process."""
    argv = [str(python_of(venv)), str(command), *sys.argv[1:]]
    sys.stdout.flush()
    if WINDOWS:  # exec on Windows detaches from the console
        sys.exit(subprocess.run(argv, check=False).returncode)
    os.execv(argv[0], argv)


def python_of(venv: Path) -> Path:
    """The interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


# What is asked for, and whether it is there ---------------------------------------------------------------------------


def requirements(group: str) -> list[str]:
    """Everything to install for a group, besides the package itself."""
    if group == "runtime":
        return []
    found: list[str] = []
    for entry in _pyproject()["dependency-groups"][group]:
        found += [entry] if isinstance(entry, str) else requirements(entry["include-group"])
    return found


def complete(group: str) -> bool:
    """Whether the running interpreter has this tree's package and a distribution for each requirement of the group."""
    package = importlib.util.find_spec("imapkit")
    if package is None or package.origin is None or not Path(package.origin).resolve().is_relative_to(ROOT / "src"):
        return False
    runtime: list[str] = _pyproject()["project"]["dependencies"]
    return all(_installed(requirement) for requirement in [*runtime, *requirements(group)])


def _installed(requirement: str) -> bool:
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _pyproject() -> dict[str, dict[str, Any]]:
    return tomllib.loads(PYPROJECT.read_text("utf-8"))


def stamped(venv: Path, group: str) -> bool:
    """Whether the environment was filled for the group from pyproject.toml as it is now."""
    return python_of(venv).exists() and any(_stamps(venv).get(vouching) == digest() for vouching in VOUCHING[group])


def _stamps(venv: Path) -> dict[str, str]:
    return {file.name.removeprefix(".imapkit-"): file.read_text("ascii") for file in venv.glob(".imapkit-*")}


def digest() -> str:
    """What a stamp holds: a hash of pyproject.toml and of the tree's place, which an editable install points to."""
    return hashlib.sha256(PYPROJECT.read_bytes() + str(ROOT).encode()).hexdigest()


# Making it ------------------------------------------------------------------------------------------------------------


def prepare(venv: Path, group: str) -> None:
    """Make the environment when it is missing, and install the package and the group into it."""
    if not python_of(venv).exists():
        create(venv)
    wanted = "imapkit" if group == "runtime" else f"imapkit and its {group} tools"
    print(f"Installing {wanted} into {venv.name}, once ...", flush=True)
    install = ["install", "--quiet", "--disable-pip-version-check", "--editable", str(ROOT), *requirements(group)]
    if subprocess.run([*pip_for(venv), *install], cwd=ROOT, check=False).returncode:
        sys.exit("pip could not install it; its message is above.")
    (venv / f".imapkit-{group}").write_text(digest(), "ascii")


def create(venv: Path) -> None:
    """Make an empty environment: with pip where this Python can, else without."""
    print(f"Making {venv.name} ...", flush=True)
    make = [sys.executable, "-m", "venv", "--clear", str(venv)]
    if _succeeds(make):
        return
    made = subprocess.run(
        [*make, "--without-pip"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if made.returncode:
        sys.exit(f"This Python cannot make a virtual environment ({' '.join(make)} --without-pip):\n{made.stdout}")


def pip_for(venv: Path) -> list[str]:
    """The start of a pip command line that installs into the environment."""
    python = str(python_of(venv))
    outside: str = getattr(sys, "_base_executable", sys.executable)  # the pip of the Python that makes environments
    for pip in ([python, "-m", "pip"], [outside, "-m", "pip", "--python", python]):
        if _succeeds([*pip, "--version"]):
            return pip
    if _succeeds([python, "-m", "ensurepip"]):
        return [python, "-m", "pip"]
    sys.exit(
        "This Python has neither pip nor ensurepip, so nothing can be installed.  "
        "On Debian and Ubuntu: apt-get install python3-pip"
    )


def _succeeds(command: list[str]) -> bool:
    return not subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
