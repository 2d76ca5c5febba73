"""BINARY (RFC 3516): parts of a message decoded by the server, and messages with any octets in them.

`binary_section()` and `binary_size()` make FETCH items; a `NewMessage` with `binary` is appended as a literal8.  A part
whose Content-Transfer-Encoding the server does not know is refused with the code UNKNOWN-CTE.
"""

from __future__ import annotations

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import Extension, Item
from imapkit.protocol.wire.cursor import Cursor
from imapkit.types.sections import Section

__all__ = ["EXTENSIONS", "binary_section", "binary_size"]

_REQUIRES = ("BINARY", "IMAP4REV2")  # IMAP4rev2 has the FETCH side of it (RFC 9051, appendix E)


# msg-att-static =/ "BINARY" section-binary ["<" number ">"] SP (nstring / literal8)
def _octets(cursor: Cursor) -> bytes | None:
    return cursor.nstring()


def binary_section(
    part: str = "", *, partial: tuple[int, int] | None = None, mark_seen: bool = False
) -> Item[bytes | None]:
    r"""The octets of a part, decoded; or of `partial` = (first octet, how many) of it.

    The ``\Seen`` flag is left alone unless `mark_seen` asks for it (BINARY.PEEK against BINARY).

    >>> binary_section("1.2", partial=(0, 1000)).asked_as, binary_section("1.2", partial=(0, 1000)).key
    ('BINARY.PEEK[1.2]<0.1000>', 'BINARY[1.2]<0>')
    """
    section = Section(part)
    asked = f"{'BINARY' if mark_seen else 'BINARY.PEEK'}[{section}]"
    if partial is None:
        return Item(f"BINARY[{section}]", _octets, asked, _REQUIRES)
    first, count = partial
    if first < 0 or count < 1 or first + count > 2**63 - 1:
        raise InvalidArgument(f"{partial} is no range of octets: a first one from 0 on and a count from 1 on are")
    return Item(f"BINARY[{section}]<{first}>", _octets, f"{asked}<{first}.{count}>", _REQUIRES)


def binary_size(part: str = "") -> Item[int]:
    """How many octets a part has when it is decoded; it may cost the server as much as decoding it."""
    return Item(f"BINARY.SIZE[{Section(part)}]", Cursor.number64, requires=_REQUIRES)


EXTENSIONS = (
    Extension(
        name="BINARY",
        rfc="RFC 3516",
        capabilities=("BINARY",),
        fetch_items=(binary_section(), binary_size()),
    ),
)
