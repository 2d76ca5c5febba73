"""`imapkit.testing.Server`, over TCP, as one more server for each of its profiles.

What holds for the others holds for it.  "ours" is the profile "dovecot", "ours-gmail" is another one, and so on.  It is
part of the package: nothing is to be installed.  Accounts are `testuser` and those of `RealServer.new_user`, with
`testpass`, which is the token of XOAUTH2 and OAUTHBEARER, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path

from imapkit.testing.profiles import ProfileName
from tests import certificates
from tests.servers.rig import PASSWORD, USER, RealServer, Recipe, server_directory


def missing() -> str | None:
    """It is always there."""
    return None


@contextlib.contextmanager
def serve(name: str, profile: ProfileName) -> Generator[RealServer]:
    """Serve in this process until the block ends."""
    import imapkit
    from imapkit.testing import Server
    from imapkit.testing import certificates as authority

    with server_directory(name) as directory, Server(profile=profile) as server:
        server.add_user(USER, PASSWORD)
        yield RealServer(
            name=name,
            port=server.serve(tls="starttls")[1],
            tls_port=server.serve()[1],
            cafile=Path(authority.__file__).parent / "authority.pem",
            certificates=certificates.make(directory, client_name=USER),
            directory=directory,
            log=directory / "log",
            version=imapkit.__version__,
            create_user=lambda name: server.add_user(name, PASSWORD),
            token=lambda user: PASSWORD,
        )


def _recipe(profile: ProfileName) -> Recipe:
    name = "ours" if profile == "dovecot" else f"ours-{profile}"
    return Recipe(name, f"imapkit.testing ({profile})", missing, lambda: serve(name, profile))


PROFILES: tuple[ProfileName, ...] = ("dovecot", "everything", "gmail", "rfc9051", "minimal")
RECIPES = tuple(map(_recipe, PROFILES))
