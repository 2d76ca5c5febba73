"""The comparators (RFC 4790) by name: what makes two texts equal that count as equal.

>>> COMPARATORS["i;ascii-casemap"]("Grüße"), COMPARATORS["i;octet"]("Grüße")
('GRüßE', 'Grüße')
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["COMPARATORS", "DEFAULT"]

DEFAULT: Final = "i;unicode-casemap"

_TO_UPPER: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


def _ascii_casemap(text: str) -> str:
    return text.translate(_TO_UPPER)


COMPARATORS: Final[Mapping[str, Callable[[str], str]]] = {
    DEFAULT: str.casefold,
    "i;ascii-casemap": _ascii_casemap,
    "i;octet": str,
}
