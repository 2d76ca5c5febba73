"""SASLprep (RFC 4013): the one form of a user name or password that both sides hash.

A profile of stringprep (RFC 3454): map, normalise to NFKC, refuse what is prohibited, check the writing direction.
Its tables are those of Unicode 3.2, which the standard library keeps for it.  They load only for a string that is not
printable ASCII, which is its own prepared form.
"""

from __future__ import annotations

from imapkit.errors import InvalidArgument

__all__ = ["refuse_prohibited", "saslprep"]


def saslprep(text: str, what: str = "string", *, stored: bool = False) -> str:
    r"""Prepare `text`; `what` names it in the error, which never quotes it.

    As a query (the default) characters that Unicode 3.2 does not know pass unchanged, so that a password with an
    emoji works; as a `stored` string they are refused (RFC 3454, section 7).

    Raises `InvalidArgument` for characters that SASLprep prohibits and for mixed writing directions.

    >>> saslprep("I\u00adX"), saslprep("\u2168")
    ('IX', 'IX')
    """
    if text.isascii() and text.isprintable():
        return text
    import stringprep
    from unicodedata import ucd_3_2_0 as unicode_3_2

    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char)
    )
    prepared = unicode_3_2.normalize("NFKC", mapped)
    refuse_prohibited(prepared, what)
    if stored and any(map(stringprep.in_table_a1, prepared)):
        raise InvalidArgument(f"the {what} contains a character that Unicode 3.2 does not know (RFC 4013, section 2.5)")
    return prepared


def refuse_prohibited(text: str, what: str, *, spare: tuple[str, ...] = ()) -> None:
    """Raise `InvalidArgument` for what RFC 4013 sections 2.3 and 2.4 prohibit, but for the tables in `spare`."""
    if text.isascii() and text.isprintable():
        return
    import stringprep

    prohibited = {
        "c12": (stringprep.in_table_c12, "a non-ASCII space"),
        "c2": (stringprep.in_table_c21_c22, "a control character"),
        "c3": (stringprep.in_table_c3, "a private-use character"),
        "c4": (stringprep.in_table_c4, "a non-character code point"),
        "c5": (stringprep.in_table_c5, "an unpaired surrogate"),
        "c6": (stringprep.in_table_c6, "a replacement character"),
        "c7": (stringprep.in_table_c7, "an ideographic description character"),
        "c8": (stringprep.in_table_c8, "a deprecated or direction-changing character"),
        "c9": (stringprep.in_table_c9, "a tagging character"),
    }
    for name, (contains, description) in prohibited.items():
        if name not in spare and any(map(contains, text)):
            raise InvalidArgument(f"the {what} contains {description}, which SASL prohibits (RFC 4013, section 2.3)")
    right_to_left = [stringprep.in_table_d1(char) for char in text]
    if any(right_to_left) and (any(map(stringprep.in_table_d2, text)) or not (right_to_left[0] and right_to_left[-1])):
        raise InvalidArgument(f"the {what} mixes writing directions in a way SASL prohibits (RFC 4013, section 2.4)")
