"""pymap (PyPI `pymap`), its in-memory back end: a server in Python, independent of this project.

`tools/install_servers.py pymap` installs it into a virtual environment of its own.  Any user name logs in with
`testpass`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.servers.rig import RealServer, Recipe, not_installed, place, program

PROGRAM = Path(__file__).parent / "programs" / "pymap_imapd.py"


def missing() -> str | None:
    """Why pymap cannot run here, or None."""
    return not_installed("pymap")


def serve() -> AbstractContextManager[RealServer]:
    """Run pymap until the block ends."""
    return program("pymap", [str(place("pymap") / "bin" / "python"), str(PROGRAM)])


RECIPE = Recipe("pymap", "pymap", missing, serve)
