"""Write docs/servers.md: which real servers the tests meet, in which versions, and what they do wrong.

    python3 tools/servers_page.py            write it
    python3 tools/servers_page.py --check    fail, with the difference, when it is not what would be written

Versions are those in tests/servers/offered.toml, faults those in tests/servers/known.py, and what is said of each
server is the beginning of its recipe, tests/servers/NAME.py.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import bootstrap, generated, install_servers

PAGE = bootstrap.ROOT / "docs/servers.md"
SERVERS = bootstrap.ROOT / "tests/servers"

BEFORE = """\
# Real servers

<!-- Written by tools/servers_page.py. -->

One suite, `tests/servers/test_matrix_*.py`, says what every server has to do, and runs against each of the servers
below, with threads and with asyncio: connecting over plaintext, STARTTLS and TLS, every SASL mechanism that is offered,
compression; the tree of folders, odd names, subscriptions, counts; appending, searching, paging, flags, copying,
moving, removing; a dozen nasty messages, read back octet by octet and part by part; and two connections, of which one
watches what the other does. What a server lacks follows from its capabilities: there, `NotSupported` is expected.
What some servers offer beyond that is in `tests/servers/test_*_extensions.py`, and in [extensions.md](extensions.md).
imapkit's own server is met as each of its profiles; `rfc9051` and `minimal` when all are asked for.

    python3 tools/install_servers.py                    install them, on Debian
    python3 tests tests/servers                         the tests on Dovecot, Cyrus and imapkit's own server
    IMAPKIT_SERVERS=all python3 tests tests/servers     the tests on all of them

`.ci/run` tests all; the absence of Dovecot or Cyrus is a failure there.

| Server | Version | From |
|---|---|---|
"""

PUT_UP_WITH = """
## What is put up with

Found by these tests, and read all the same, each with exact octets in a test of its own:

- GNU Mailutils ends its answer to AUTHENTICATE in LF alone, and writes `[TRYCREATE]` where it is no response code.
- Cyrus offers the -PLUS forms of SCRAM and refuses their channel binding: SCRAM without it follows.
- Courier and GNU Mailutils do not show a session the messages that it has appended or copied itself until it asks.
- pymap sends a Content-Disposition as one string, and closes no mailbox that is open for reading only.
- hoodiecrow says BAD where a folder does not exist, and names no reason when it refuses a copy.
- Twisted leaves quotation marks around parameters, sends parts without media type, and lists flags as attributes.

## What they do wrong

Tests that must fail, from `tests/servers/known.py`; when one passes, its entry has to go.
"""


def page() -> str:
    """What docs/servers.md says."""
    from tests.servers.ours import RECIPES

    offers = tomllib.loads((SERVERS / "offered.toml").read_text("utf-8"))
    titles = {name: str(offer["title"]) for name, offer in offers.items()}
    rows = [f"| {titles[name]} | {_short(str(offers[name]['version']))} | {_source(name)} |\n" for name in titles]
    ours = [f"| {recipe.title} | of this tree | this package, over TCP |\n" for recipe in RECIPES]
    about = [f"\n**{title}.** {_about(name)}\n" for name, title in titles.items()]
    return "".join([BEFORE, *rows, *ours, *about, PUT_UP_WITH, *_faults(titles)])


def _short(version: str) -> str:
    """A Debian version without its epoch and without what Debian adds."""
    return version.rpartition(":")[2].partition("+")[0].partition("-")[0]


def _source(name: str) -> str:
    match install_servers.SERVERS[name]:
        case install_servers.Debian(packages):
            return f"Debian, `{packages[0]}`"
        case install_servers.Unpacked(packages):
            return f"Debian, `{packages[0]}`, unpacked"
        case install_servers.Python(requirements):
            return f"PyPI, `{requirements[0]}`"
        case install_servers.Npm(package, version):
            return f"npm, `{package}@{version}`"


def _about(name: str) -> str:
    """The first paragraph of a recipe's docstring, without what the table says."""
    text = ast.get_docstring(ast.parse((SERVERS / f"{name}.py").read_text("utf-8"))) or ""
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    return paragraphs[0]


def _faults(titles: dict[str, str]) -> Iterator[str]:
    from tests.servers.known import KNOWN, NO_ANSWER

    for name, title in titles.items():
        tests: dict[str, list[str]] = {}
        for (server, test), reason in KNOWN.items():
            if server == name:
                tests.setdefault(reason.removeprefix(NO_ANSWER), []).append(test)
        if tests:
            yield f"\n### {title}\n\n"
        for reason, affected in tests.items():
            yield f"- {reason}: {', '.join(f'`{test}`' for test in affected)}\n"


def difference() -> str:
    """From the page there is to the page there should be."""
    return generated.difference(PAGE, page())


def main() -> int:
    """Run the command line."""
    return generated.command("servers_page.py", "docs/servers.md", lambda: PAGE.write_text(page(), "utf-8"), difference)


if __name__ == "__main__":
    bootstrap.enter("test", Path(__file__).resolve())
    sys.exit(main())
