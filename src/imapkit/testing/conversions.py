"""Converting parts of messages (RFC 5259): text from one charset to another, HTML to plain text, encoded words.

The conversions that the RFC demands (section 7.1), and one that it recommends; there are none of images here.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final

from imapkit.mime import charsets, headers
from imapkit.mime.text import html_to_text
from imapkit.testing import render
from imapkit.testing.commands.binary import decoded
from imapkit.testing.message.parts import Part, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PARAMETERS", "TARGETS", "ConversionFailed", "convert", "convert_header"]

PARAMETERS: Final = ("charset", "unknown-character-replacement")
TARGETS: Final[Mapping[str, tuple[str, ...]]] = {"text/plain": ("text/plain",), "text/html": ("text/plain",)}
"""What can be converted to what; the first target is that of the default conversion."""

_DEFAULT_CHARSET: Final = "utf-8"
# encoded-word = "=?" charset "?" encoding "?" encoded-text "?="; what stands between two of them is no text (RFC 2047).
_ENCODED_WORDS = re.compile(rb"=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=(?:[ \t\r\n]+=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=)*")
_CHARSET_OF_WORD = re.compile(rb"=\?([^?*\s]+)[^?\s]*\?[BbQq]\?")
_LONGEST_WORD: Final = 75
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]*")


class ConversionFailed(Exception):
    """A conversion cannot be done: `phrase` says why, as ``converterror-phrase``."""

    def __init__(self, text: str, code: str, *details: bytes) -> None:
        super().__init__(text)
        self.phrase = b"(ERROR %s %s)" % (render.string(text.encode()), b" ".join([code.encode("ascii"), *details]))


def convert(part: Part | None, target: str | None, parameters: Mapping[str, str]) -> Part:
    """The part as another type of content; its body needs no decoding any more."""
    if part is None:
        raise ConversionFailed("There is no such part", "BADPARAMETERS", b"NIL", _quoted(target or "text/plain"))
    source = part.kind.decode("latin-1")
    possible = TARGETS.get(source, ())
    octets = decoded(part)
    wanted = possible[0] if target is None and possible else target or "text/plain"
    if wanted not in possible or octets is None:
        raise ConversionFailed("This can't be converted so", "BADPARAMETERS", _quoted(source), _quoted(wanted))
    unknown = {name: value for name, value in parameters.items() if name not in PARAMETERS}
    if unknown:
        raise _bad("These parameters mean nothing here", source, wanted, unknown)
    text, _ = charsets.decode(octets, dict(part.content_type[1]).get(b"charset", b"us-ascii").decode("latin-1"))
    charset = parameters.get("charset", _DEFAULT_CHARSET)
    converted = _encode(html_to_text(text) if source == "text/html" else text, charset, source, wanted, parameters)
    header = f"Content-Type: {wanted}; charset={charset}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    return parse(header.encode("ascii") + converted)


def _encode(text: str, charset: str, source: str, target: str, parameters: Mapping[str, str]) -> bytes:
    _insist_on_charset(charset, source, target)
    replacement = parameters.get("unknown-character-replacement")
    try:
        # What replaces others has to be there itself (RFC 5259, 7.1).
        fill = None if replacement is None else replacement.encode(charset)
        if fill is None:
            return text.encode(charset)
    except UnicodeEncodeError:
        raise _bad(f"There are characters that {charset} has not", source, target, parameters) from None
    return b"".join(_encoded_or(character, charset, fill) for character in text)


def _encoded_or(character: str, charset: str, fill: bytes) -> bytes:
    try:
        return character.encode(charset)
    except UnicodeEncodeError:
        return fill


def _insist_on_charset(charset: str, source: str, target: str) -> None:
    if not _is_charset(charset):
        raise _bad("Unknown charset", source, target, {"charset": charset})


def _is_charset(name: str) -> bool:
    try:
        "".encode(name if _CHARSET.fullmatch(name) else "")
    except LookupError:
        return False
    return True


def _bad(text: str, source: str, target: str, parameters: Mapping[str, str]) -> ConversionFailed:
    listed = (_quoted(word) for pair in parameters.items() for word in pair)
    return ConversionFailed(text, "BADPARAMETERS", _quoted(source), _quoted(target), render.parenthesised(listed))


def _quoted(text: str) -> bytes:
    return render.string(text.encode("utf-8", "surrogateescape"))


# --- headers ----------------------------------------------------------------------------------------------------


def convert_header(header: bytes, parameters: Mapping[str, str]) -> bytes:
    """A header whose encoded words are in the charset that is asked for; one that cannot be read stays as it is."""
    if "charset" not in parameters:
        raise ConversionFailed("Which charset?", "MISSINGPARAMETERS", b"NIL", b"NIL", b"(CHARSET)")
    kind = "message/rfc822"
    charset = parameters["charset"]
    _insist_on_charset(charset, kind, kind)

    def replace(found: re.Match[bytes]) -> bytes:
        if not all(_is_charset(name.decode("latin-1")) for name in _CHARSET_OF_WORD.findall(found[0])):
            return found[0]
        return _encoded_words(headers.decode_text(found[0]), charset, kind, parameters)

    return _ENCODED_WORDS.sub(replace, header)


def _encoded_words(text: str, charset: str, kind: str, parameters: Mapping[str, str]) -> bytes:
    """Encoded words of as many characters as fit into 75 octets each (RFC 2047, 2)."""
    words: list[bytes] = []
    line = ""
    for character in text:
        if len(_encoded_word(line + character, charset, kind, parameters)) > _LONGEST_WORD:
            words.append(_encoded_word(line, charset, kind, parameters))
            line = ""
        line += character
    return b"\r\n ".join([*words, _encoded_word(line, charset, kind, parameters)])


def _encoded_word(text: str, charset: str, kind: str, parameters: Mapping[str, str]) -> bytes:
    encoded = base64.b64encode(_encode(text, charset, kind, kind, parameters))
    return b"=?%s?B?%s?=" % (charset.encode("ascii"), encoded)
