"""hoodiecrow (npm `hoodiecrow-imap`): a scriptable server that others test their clients with.

`tools/install_servers.py hoodiecrow` installs it, and Node.js too where there is none.  Any user name logs in with
`testpass`, or by XOAUTH2 with the token `token-of-NAME`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from tests.servers.rig import RealServer, Recipe, not_installed, place, program
from tools import install_servers

PROGRAM = Path(__file__).parent / "programs" / "hoodiecrow_imapd.js"


def missing() -> str | None:
    """Why hoodiecrow cannot run here, or None."""
    return not_installed("hoodiecrow") or (None if install_servers.node() else "hoodiecrow needs Node.js")


def serve() -> AbstractContextManager[RealServer]:
    """Run hoodiecrow until the block ends."""
    argv = [install_servers.node() or "node", "--no-deprecation", str(PROGRAM), str(place("hoodiecrow"))]
    return program("hoodiecrow", argv, token=lambda user: f"token-of-{user}")


RECIPE = Recipe("hoodiecrow", "hoodiecrow", missing, serve)
