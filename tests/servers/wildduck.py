"""The protocol half of WildDuck (npm `wildduck`, its imap-core) with the in-memory back end of WildDuck's own tests.

WildDuck itself keeps its mail in MongoDB, which is not in Debian.  `tools/install_servers.py wildduck` installs it, and
Node.js too where there is none.  Any user name logs in with `testpass`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.servers.rig import RealServer, Recipe, not_installed, place, program
from tools import install_servers

PROGRAM = Path(__file__).parent / "programs" / "wildduck_imapd.js"


def missing() -> str | None:
    """Why WildDuck cannot run here, or None."""
    return not_installed("wildduck") or (None if install_servers.node() else "wildduck needs Node.js")


def serve() -> AbstractContextManager[RealServer]:
    """Run WildDuck's imap-core until the block ends."""
    argv = [install_servers.node() or "node", "--no-deprecation", str(PROGRAM), str(place("wildduck"))]
    return program("wildduck", argv)


RECIPE = Recipe("wildduck", "WildDuck imap-core", missing, serve)
