r"""The character classes and compound patterns of RFC 9051, section 9, as regular expressions.

They run over the text that the framer hands out, in which a literal is its announcement alone (``{5}\r\n``), so a
literal is one more spelling of a string.  Quantifiers are possessive (``*+``): no input makes them backtrack.

A group that is repeated so is an atomic one, ``(?>...)*+``, where a round of it may fail behind its first octets:
before Python 3.11.5 (Debian 12 has 3.11.2) matching went on from there, not from where the round began (gh-106052).
"""

from __future__ import annotations

import re

__all__ = [
    "ATOM",
    "ATOM_STRICT",
    "FLAG_STRICT",
    "LEVELS",
    "LITERAL",
    "NUMBER",
    "QUOTED",
    "RECOVERED_QUOTED",
    "TAG_STRICT",
    "UNCLOSED_QUOTED",
    "VALUE",
    "WITHIN_LIST",
    "unescape",
]

# What may follow a value.  A quotation mark that anything else follows was not the closing one (imap.qq.com, Gmail
# and Lotus Domino leave quotation marks inside strings unescaped).
END_OF_VALUE = rb"(?=[ ()\]]|\Z)"

# quoted = DQUOTE *QUOTED-CHAR DQUOTE; only "\" and DQUOTE may be escaped, but any escape is taken.
_UNCLOSED = rb'"[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+'
_QUOTED = _UNCLOSED + rb'"' + END_OF_VALUE
_LITERAL = rb"\{\d++\+?\}\r\n"

QUOTED = re.compile(_QUOTED)
UNCLOSED_QUOTED = re.compile(_UNCLOSED)
LITERAL = re.compile(rb"~?" + _LITERAL)

# The recovery from an unescaped quotation mark: the string ends at the first one that the end of a value follows.
RECOVERED_QUOTED = re.compile(rb'"((?>[^"\r]++|"(?![ ()\]]|\Z)|\r(?!\n))*+)"')

# atom = 1*ATOM-CHAR.  In what a server sends, "%", "*", "\" and 8-bit octets are taken too; "]" ends a response
# code and is taken in flags and names alone.
ATOM = re.compile(rb'[^\x00-\x20\x7f(){"\]]++')
ASTRING_ATOM = re.compile(rb'[^\x00-\x20\x7f(){"]++')
NUMBER = re.compile(rb"\d++")
NIL = re.compile(rb"NIL" + END_OF_VALUE, re.IGNORECASE)

# What we may send: strict.
ATOM_STRICT = re.compile(r'[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+\Z')
ASTRING_STRICT = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\]+\Z')
FLAG_STRICT = re.compile(r'\\?[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+\Z')
# tag = 1*<any ASTRING-CHAR except "+">
TAG_STRICT = re.compile(r'[^\x00-\x20\x7f-\U0010ffff(){%*"\\+]+\Z')

# In a value that is passed over whole, a brace that announces nothing is as good as a letter.
# The order of the alternatives is that of speed; a string in a list is never the last thing in the text.
_STRING = _UNCLOSED + rb'"(?=[ ()\]])'
_OTHER = rb"[^()\"{]++|" + _LITERAL + rb"|\{"
_WORD = rb'[^ ()"{]++(?:\{[^ ()"{]*+)*+|(?:\{[^ ()"{]*+)++'
LEVELS = 12


def _nested(levels: int) -> bytes:
    pattern = rb"\((?:" + _STRING + rb"|" + _OTHER + rb")*+\)"
    for _ in range(levels):
        pattern = rb"\((?:" + _STRING + rb"|" + pattern + rb"|" + _OTHER + rb")*+\)"
    return pattern


# Any one value: a list with up to a dozen levels of lists in it, a string, an atom.  What it does not match (deeper
# nesting, an unescaped quotation mark) is left to Cursor.skip_value, which takes its time.
VALUE = re.compile(rb"(?>" + rb"|".join([_nested(LEVELS), _QUOTED, rb"~?" + _LITERAL, _WORD]) + rb")")

# What stands in a list between parentheses and quotation marks.
WITHIN_LIST = re.compile(rb"(?:[^()\"{]++|" + _LITERAL + rb"|\{)++")

_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


def unescape(quoted: bytes) -> bytes:
    """The content of a quoted string, without its quotation marks, as it was meant."""
    return _ESCAPE.sub(rb"\1", quoted) if b"\\" in quoted else quoted
