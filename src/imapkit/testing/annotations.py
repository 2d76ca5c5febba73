"""Named values beside mailboxes and messages: what METADATA, ANNOTATEMORE and ANNOTATE-EXPERIMENT-1 have in common.

An entry is named like a file, in ASCII and in any case.  Each has a value for everybody, and one for each user alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.testing import render
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imapkit.protocol.wire.cursor import Cursor

__all__ = ["LARGEST", "MOST", "Metadata", "carried", "matches", "read_entry", "read_value", "write_value"]

LARGEST: Final = 16 * 1024
"""How many octets a value may have; RFC 5464, 4.1 and RFC 5257, 4.1 ask for 1,024 at least."""
MOST: Final = 100
"""How many entries a mailbox, or a message, may have; both ask for 10 at least."""

_ENTRY = re.compile(rb"(?:/[^\x00-\x1f\x7f-\xff/*%]+)+")


def read_entry(cursor: Cursor) -> str:
    """Read an entry's name; in lower case, as case does not matter."""
    name = cursor.astring()
    if not _ENTRY.fullmatch(name):
        raise Refused("This can be no entry: one is like /comment", status="BAD")
    return name.decode("ascii").lower()


# value = nstring / literal8
def read_value(cursor: Cursor) -> bytes | None:
    """Read a value; None for NIL."""
    if cursor.peek() not in tuple(b'"{~') and cursor.text[cursor.pos : cursor.pos + 3].upper() != b"NIL":
        raise cursor.error("a string or NIL")
    return cursor.nstring()


def write_value(value: bytes | None) -> bytes:
    """Write a value in the plainest form that holds it."""
    return render.literal8(value) if value is not None and b"\0" in value else render.nstring(value)


def matches(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern, in which ``*`` stands for anything, and ``%`` for anything but "/"."""
    wildcards = {"*": ".*", "%": "[^/]*"}
    text = "".join(wildcards.get(character) or re.escape(character) for character in re.sub(r"\*+", "*", pattern))
    return re.fullmatch(text, name, re.IGNORECASE) is not None


def carried(
    annotations: Mapping[tuple[str, str], bytes], user: str, rights: frozenset[str]
) -> dict[tuple[str, str], bytes]:
    """What a copy of a message takes along: the user's own, and everybody's where that may be set (RFC 5257, 4.6)."""
    taken = {user, ""} if "n" in rights else {user}
    return {name: value for name, value in annotations.items() if name[0] in taken}


class Metadata:
    """The entries of a mailbox, or of the server, under their names in METADATA: /shared/... and /private/..."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], bytes] = {}

    def copy(self) -> Metadata:
        """The same entries once more."""
        copied = Metadata()
        copied._values.update(self._values)
        return copied

    def get(self, user: str, entry: str) -> bytes | None:
        """The value that an entry has for this user."""
        return self._values.get(_key(user, entry))

    def names(self, user: str) -> list[str]:
        """The entries that have a value for this user."""
        return sorted(entry for owner, entry in self._values if owner in ("", user))

    def set(self, user: str, values: Mapping[str, bytes | None]) -> None:
        """Give entries new values, all or none; None removes one."""
        for value in values.values():
            if value is not None and len(value) > LARGEST:
                raise Refused("A value is too large", code=f"METADATA MAXSIZE {LARGEST}")
        changed = dict(self._values)
        for entry, value in values.items():
            changed.pop(_key(user, entry), None)
            if value is not None:
                changed[_key(user, entry)] = value
        if len(changed) > MOST and len(changed) > len(self._values):
            raise Refused("There are too many entries", code="METADATA TOOMANY")
        self._values = changed


def _key(user: str, entry: str) -> tuple[str, str]:
    return ("" if entry.startswith("/shared/") else user), entry
