"""What the real servers offer, as they say: `offered.toml`, from which docs/extensions.md tells where what was tested.

    python3 -m tests.servers.offered        ask those servers that are installed, and write it

A server says more, or other things, before the login than after it (STARTTLS, SASL-IR); this is all of it.
"""

from __future__ import annotations

import imaplib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from imapkit.protocol.extensions.session import Capability
from tests.servers.rig import RealServer
from tests.servers.speaking import speaking

FILE = Path(__file__).with_name("offered.toml")


@dataclass(frozen=True, slots=True)
class Offer:
    """One server: what it is called, which version was asked, its capabilities in upper case."""

    title: str
    version: str
    capabilities: frozenset[str]


def recorded() -> dict[str, Offer]:
    """All that is on record, by the names of recipes."""
    servers = tomllib.loads(FILE.read_text("utf-8"))
    return {
        name: Offer(server["title"], server["version"], frozenset(server["capabilities"].split()))
        for name, server in servers.items()
    }


def ask(server: RealServer, title: str) -> Offer:
    """What a running server says."""
    with imaplib.IMAP4(server.host, server.port, timeout=20) as client:
        before = client.capabilities
    with speaking(server) as speaker:
        after = speaker.do(Capability())
    return Offer(title, server.version, frozenset(before) | after)


def written(offers: dict[str, Offer]) -> str:
    """The text of the file."""
    lines = [
        "# What the real servers offer: written by `python3 -m tests.servers.offered`, checked by test_offered.py.\n"
    ]
    for name, offer in offers.items():
        lines += (
            f"\n[{name}]\n",
            f'title = "{offer.title}"\n',
            f'version = "{offer.version}"\n',
            'capabilities = """\n',
        )
        lines += (f"{capability}\n" for capability in sorted(offer.capabilities))
        lines.append('"""\n')
    return "".join(lines)


def main() -> None:
    """Ask all servers that are installed; keep what is on record of the others."""
    from tests.servers import RECIPES

    offers = recorded() if FILE.exists() else {}
    for name, recipe in RECIPES.items():
        if not name.startswith("ours") and recipe.missing() is None:  # what ours offers, its profiles say
            with recipe.serve() as server:
                offers[name] = ask(server, recipe.title)
    FILE.write_text(written(offers), "utf-8")


if __name__ == "__main__":
    main()
