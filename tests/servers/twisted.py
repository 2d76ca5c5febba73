"""Twisted's IMAP4Server (PyPI `twisted[tls]`) over mailboxes in memory.

`tools/install_servers.py twisted` installs it into a virtual environment of its own; the mailboxes are
programs/twisted_imapd.py's.  Any user name logs in with `testpass`, over TLS.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.servers.rig import RealServer, Recipe, not_installed, place, program

PROGRAM = Path(__file__).parent / "programs" / "twisted_imapd.py"


def missing() -> str | None:
    """Why Twisted cannot run here, or None."""
    return not_installed("twisted")


def serve() -> AbstractContextManager[RealServer]:
    """Run Twisted until the block ends."""
    return program("twisted", [str(place("twisted") / "bin" / "python"), str(PROGRAM)])


RECIPE = Recipe("twisted", "Twisted", missing, serve)
