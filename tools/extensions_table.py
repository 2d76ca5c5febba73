"""Write docs/extensions.md, the table of what is spoken, from `imapkit.protocol.extensions.ALL`.

    python3 tools/extensions_table.py            write it
    python3 tools/extensions_table.py --check    fail, with the difference, when it is not what would be written

The columns come from where the truth is: names, RFC, commands, items and codes from the `Extension` records; the
servers from tests/servers/offered.toml and from what the tests beside it are about; the server in the process from its
table of features.  Only the order and the headings are said here.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import bootstrap, generated

if TYPE_CHECKING:
    from imapkit.protocol.model import Extension

PAGE = bootstrap.ROOT / "docs/extensions.md"
SERVERS = bootstrap.ROOT / "tests/servers"

#: What the server in the process adds to its profile as long as there is no TLS.
WITHOUT_TLS = frozenset({"STARTTLS", "LOGINDISABLED"})

#: The headings, and the rows below each, by the names of their records.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Base": (
        *("IMAP4rev1", "IMAP4rev2", "STARTTLS", "LOGIN", "LOGINDISABLED", "SASL-IR", "ENABLE", "LITERAL+", "LITERAL-"),
        *(
            "ID",
            "IDLE",
            "NAMESPACE",
            "LIST",
            "CHILDREN",
            "Mailboxes",
            "STATUS",
            "SELECT",
            "UNSELECT",
            "APPEND",
            "FETCH",
        ),
        *("STORE", "SEARCH", "COPY", "MOVE", "EXPUNGE", "UIDPLUS", "COMPRESS=DEFLATE", "UTF8=ACCEPT", "UNAUTHENTICATE"),
        *("LANGUAGE", "I18NLEVEL", "LOGIN-REFERRALS", "MAILBOX-REFERRALS", "INPROGRESS", "Response codes"),
        "JMAPACCESS",
    ),
    "Mailboxes": (
        *("LIST-EXTENDED", "LIST-STATUS", "LIST-MYRIGHTS", "LIST-METADATA", "SPECIAL-USE", "CREATE-SPECIAL-USE"),
        *(r"\Important, $Important", "Keywords", "Flag colours", "STATUS=SIZE", "STATUS=DELETED", "APPENDLIMIT"),
        *("QUOTA", "QUOTASET", "ACL", "RIGHTS=", "METADATA", "METADATA-SERVER", "ANNOTATE-EXPERIMENT-1", "NOTIFY"),
    ),
    "Messages": (
        *("MULTIAPPEND", "CATENATE", "REPLACE", "BINARY", "URLAUTH", "URLAUTH=BINARY", "URL-PARTIAL", "CONVERT"),
        *("OBJECTID", "OBJECTID+", "SAVEDATE", "PREVIEW", "IMAPSIEVE"),
    ),
    "Search and synchronisation": (
        *("ESEARCH", "SEARCHRES", "CONTEXT=SEARCH", "CONTEXT=SORT", "ESORT", "SORT", "SORT=DISPLAY", "THREAD"),
        *("SEARCH=FUZZY", "WITHIN", "FILTERS", "MULTISEARCH", "PARTIAL", "CONDSTORE", "QRESYNC", "UIDONLY"),
        *("UIDBATCHES", "MESSAGELIMIT", "SAVELIMIT"),
    ),
    "Vendors' and yesterday's": (
        *("X-GM-EXT-1", "XLIST", "XYMHIGHESTMODSEQ", "XAPPLEPUSHSERVICE", "ANNOTATEMORE", "PROXYAUTH"),
    ),
    "Beyond": ("imap:// URLs", "Raw command"),
}

#: Tests against real servers that are about a row without naming a command, item or capability of it.
TESTS: Mapping[str, str] = {
    "STARTTLS": "test_it_connects",
    "LOGIN": "test_it_connects",
    "SASL-IR": "test_mechanism",
    "COMPRESS=DEFLATE": "test_compression",
    "LOGIN-REFERRALS": "test_login_referral",
}

#: Its paragraphs are filled anew.
INTRODUCTION = """
All that imapkit speaks: {count} rows. `mail.execute(command)` runs any of the commands, in both worlds; what the server
does not offer is refused before anything is sent. Each row has vectors in `tests/vectors/`: octets and what they mean;
a test fails for a row without.

**Servers** are those that offer it, of the ones that the tests meet: {servers}. Their capability lists are in
`tests/servers/offered.toml`, which a test compares with the running servers. They stand in parentheses where no test in
`tests/servers/` is about the row in particular; imapkit makes use of it there all the same, since it goes by what is
offered. **In process** tells whether `imapkit.testing` can offer it, so that tests, yours too, run against it without
another server. Rows without a capability and a command are values; they depend on no server.

A name that ends in `=` stands for any value. `* X` is an untagged response, `[X]` a response code.
"""

HEAD = (
    "| Extension | RFC | Capabilities | Commands, items, responses, codes | Module | Servers | In process |\n"
    "|---|---|---|---|---|---|---|\n"
)


# The servers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """What a real server offers."""

    title: str
    version: str
    capabilities: frozenset[str]


def offers() -> list[Offer]:
    """All servers on record; versions without what Debian adds to them."""
    servers = tomllib.loads((SERVERS / "offered.toml").read_text("utf-8")).values()
    return [
        Offer(
            server["title"],
            re.sub(r"^\d+:|[-+].*$", "", server["version"]),
            frozenset(server["capabilities"].split()),
        )
        for server in servers
    ]


@cache
def words_of_tests() -> frozenset[str]:
    """All names, those of the tests too, and strings in the tests against real servers."""
    found: set[str] = set()
    for path in SERVERS.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Name(name) | ast.Attribute(attr=name) | ast.Constant(str(name)) | ast.FunctionDef(name=name):
                    found.add(name)
                case _:
                    pass
    return frozenset(found)


def is_tested(extension: Extension, module: ModuleType) -> bool:
    """Whether a test against real servers uses a command or an item of it, or names its capability; or TESTS knows."""
    items = (*extension.fetch_items, *extension.status_items)
    words = {command.__name__ for command in extension.commands} | {*extension.capabilities}
    words |= {name for name, value in vars(module).items() if any(value is item for item in items)}
    words |= {TESTS[extension.name]} if extension.name in TESTS else set()
    return bool(words & words_of_tests())


def has(capabilities: frozenset[str], extension: Extension) -> bool:
    """Whether one of an extension's capabilities is among these, which are in upper case."""
    names = tuple(name.upper() for name in extension.capabilities)
    return not capabilities.isdisjoint(names) or any(
        capability.startswith(name) for name in names if name.endswith("=") for capability in capabilities
    )


def servers(extension: Extension, module: ModuleType) -> str:
    """Which servers offer it; in parentheses, where no test is about it."""
    having = [offer.title for offer in offers() if has(offer.capabilities, extension)]
    if not extension.capabilities and extension.commands:  # there is no server without it
        having = [offer.title for offer in offers()]
    named = "all" if len(having) == len(offers()) else ", ".join(having)
    return named if is_tested(extension, module) or not named else f"({named})"


def is_in_process(extension: Extension) -> bool:
    """Whether the server of `imapkit.testing` has it."""
    from imapkit.testing.commands import TABLE

    if extension.capabilities:
        return has(WITHOUT_TLS.union(map(str.upper, TABLE.capabilities)), extension)
    items = {*TABLE.fetch_items, *TABLE.status_items}
    return any(command.name in TABLE.commands for command in extension.commands) or any(
        item.key in items for item in (*extension.fetch_items, *extension.status_items)
    )


# The rows -------------------------------------------------------------------------------------------------------------


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules that hold the records."""
    from imapkit.protocol import extensions

    names = [found.name for found in pkgutil.iter_modules(extensions.__path__, f"{extensions.__name__}.")]
    return tuple(importlib.import_module(name) for name in names)


def module_of(extension: Extension) -> ModuleType:
    """Where a record is."""
    return next(module for module in modules() if any(each is extension for each in getattr(module, "EXTENSIONS", ())))


def code(words: Iterator[str]) -> str:
    """Each of these once, as code."""
    return ", ".join(f"`{word}`" for word in dict.fromkeys(words))


def adds(extension: Extension) -> Iterator[str]:
    """What it adds, in words of the protocol."""
    yield from (command.name for command in extension.commands if command.name.isupper())
    yield from (f"FETCH {item.key}" for item in extension.fetch_items)
    yield from (f"STATUS {item.key}" for item in extension.status_items)
    yield from (f"* {name}" for name in extension.responses)
    yield from (f"* n {name}" for name in extension.numbered)
    yield from (f"[{name}]" for name in extension.codes)


def linked(rfc: str) -> str:
    """An RFC or draft with its address; anything else as it is."""
    if found := re.fullmatch(r"RFC (\d+)(?:, ([\d.]+)(?:-[\d.]+)?)?", rfc):
        section = f"#section-{found[2]}" if found[2] else ""
        return f"[{rfc}](https://www.rfc-editor.org/rfc/rfc{found[1]}{section})"
    if rfc.startswith("draft-"):
        return f"[{rfc}](https://datatracker.ietf.org/doc/{rfc})"
    return rfc


def row(extension: Extension) -> str:
    """One line of the table."""
    module = module_of(extension)
    file = f"{module.__name__.rpartition('.')[2]}.py"
    cells = (
        extension.name,
        linked(extension.rfc),
        code(iter(extension.capabilities)),
        code(adds(extension)),
        f"[{file}](../src/imapkit/protocol/extensions/{file})",
        servers(extension, module),
        "yes" if is_in_process(extension) else "",
    )
    return f"| {' | '.join(cells)} |\n"


def page() -> str:
    """The text of docs/extensions.md."""
    from imapkit.protocol.extensions import ALL

    records = {extension.name: extension for extension in ALL}
    listed = [name for names in SECTIONS.values() for name in names]
    if astray := set(listed) ^ set(records):
        raise SystemExit(f"{', '.join(sorted(astray))}: in one of ALL and tools/extensions_table.py's SECTIONS only")
    met = ", ".join(f"{offer.title} {offer.version}" for offer in offers())
    introduction = INTRODUCTION.format(count=len(records), servers=met)
    paragraphs = (textwrap.fill(text.strip(), 120, break_on_hyphens=False) for text in introduction.split("\n\n"))
    parts = ["<!-- Generated by tools/extensions_table.py; do not edit. -->\n\n# Extensions\n"]
    parts += (f"\n{paragraph}\n" for paragraph in paragraphs)
    for heading, names in SECTIONS.items():
        parts.append(f"\n## {heading}\n\n{HEAD}{''.join(row(records[name]) for name in names)}")
    return "".join(parts)


# The command ----------------------------------------------------------------------------------------------------------


def difference() -> str:
    """From the page there is to the page there should be."""
    return generated.difference(PAGE, page())


def main() -> int:
    """Run the command line."""
    return generated.command(
        "extensions_table.py", "docs/extensions.md", lambda: PAGE.write_text(page(), "utf-8"), difference
    )


if __name__ == "__main__":
    bootstrap.enter("test", Path(__file__).resolve())
    sys.exit(main())
