"""The comparators (RFC 4790) by name: what makes two texts equal that count as equal.

>>> COMPARATORS["i;ascii-casemap"]("Grüße"), COMPARATORS["i;octet"]("Grüße")
('GRüßE', 'Grüße')
"""

from __future__ import annotations

import string
import unicodedata
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["COMPARATORS", "DEFAULT", "Comparator"]

Comparator: TypeAlias = "Callable[[str], str]"
"""What texts have in common that it finds equal; and their order."""

DEFAULT: Final = "i;unicode-casemap"

_TO_UPPER: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


# RFC 5051, 2: titlecase, then compatibility decomposition.
def _unicode_casemap(text: str) -> str:
    return unicodedata.normalize("NFKD", "".join(map(str.title, text)))


def _ascii_casemap(text: str) -> str:
    return text.translate(_TO_UPPER)


COMPARATORS: Final[Mapping[str, Comparator]] = {
    DEFAULT: _unicode_casemap,
    "i;ascii-casemap": _ascii_casemap,
    "i;octet": str,
}
