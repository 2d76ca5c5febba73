"""Octets to text, by the charset that the message names, or by a better guess where that name is wrong.

A label is looked up in three steps: its spelling is simplified (case, quotation marks, ``3D`` left over from
quoted-printable, a language suffix), then names that mail uses in another sense than Python are replaced, by the
superset that senders really use where there is one (``gb2312`` is gb18030, ``iso-8859-1`` is windows-1252), and at
last Python's own aliases apply. Only codecs listed here are ever used: Python would as well inflate ``zip`` or
evaluate ``unicode_escape``, and remembers for ever each name it was asked for.

Where the octets do not fit the label, they are tried as UTF-8; then what decodes with a few octets replaced is taken,
if more of it was understood than lost (a preview cut in the middle of a character); else it is windows-1252, which
fits everything.
"""

from __future__ import annotations

import codecs
import re
from encodings.aliases import aliases as _python_aliases
from functools import lru_cache

__all__ = ["decode"]

_TEXT_CODEC = re.compile(
    "ascii|big5(hkscs)?|cp[0-9]{3,4}|euc_(jis_2004|jisx0213|jp|kr)|gb(18030|2312|k)|hp_roman8|hz"
    "|iso2022_(jp(_1|_2|_2004|_3|_ext)?|kr)|iso8859_[0-9]{1,2}|johab|koi8_[rtu]|kz1048"
    "|mac_(arabic|croatian|cyrillic|farsi|greek|iceland|latin2|roman|romanian|turkish)|palmos|ptcp154"
    "|shift_jis(_2004|x0213)?|tis_620|utf_(7|8)|utf_(16|32)(_[bl]e)?"
)

# Codecs to try in turn instead of the one that was named: what senders mean by that name (WHATWG's Encoding Standard
# came to nearly the same list), and the named one itself where the superset has holes.
_SUPERSETS = {
    "big5": ("cp950", "big5hkscs"),
    "cp65001": ("utf_8",),
    "euc_kr": ("cp949",),
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "iso2022_jp": ("iso2022_jp", "iso2022_jp_ext"),
    "iso8859_1": ("cp1252",),
    "iso8859_9": ("cp1254", "iso8859_9"),
    "iso8859_11": ("cp874", "iso8859_11"),
    "latin_1": ("cp1252",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "tis_620": ("cp874", "iso8859_11"),
    "utf_8_sig": ("utf_8",),
}

# Names seen in mail that Python does not know, or knows as something else.
_ALIASES = {
    "ansi_x3_4": "ascii",
    "euc_cn": "gb18030",
    "gb_2312": "gb18030",
    "koi8": "koi8_r",
    "koi8_ru": "koi8_u",
    "ks_c_5601": "cp949",
    "ks_c_5601_1987": "cp949",
    "ks_c_5601_1989": "cp949",
    "ksc5601": "cp949",
    "sjis": "shift_jis",
    "unicode": "utf_16",
    "unicode_1_1_utf_7": "utf_7",
    "unicode_1_1_utf_8": "utf_8",
    "unicode_2_0_utf_7": "utf_7",
    "unicode_2_0_utf_8": "utf_8",
    "utf8mb4": "utf_8",
    "windows_31j": "cp932",
    "us": "ascii",
    "utf": "utf_8",
}

# Labels that say "I do not know": RFC 1428 made up unknown-8bit.
_NO_LABEL = re.compile("[78]bit|autodetect(_all)?|binary|default|none|null|unknown(_8bit)?|user_defined")

_UTF_8 = ("utf_8",)

_LABEL = re.compile(r"(?:[\s\"'<=]|3D|charset=)*([A-Za-z0-9](?:[A-Za-z0-9_.:+-]| (?=\d)){0,60})", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_CODE_PAGE = re.compile(r"(?:cp|windows|win|ibm|dos|ms|oem|microsoft_cp)_?(\d{3,5})")
_ISO_8859 = re.compile(r"iso_?(?:ir_)?8859_?(\d\d?)(?:_[ei]|_\d{4})?")

_WIDE = ("utf_16", "utf_32")
_REPLACEMENT = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")

# cp1252 has five holes. Where one turns up, it is the C1 control of that number: a charset that fits everything.
_C1_IN_WINDOWS = {octet: bytes((octet,)).decode("cp1252", "ignore") or chr(octet) for octet in range(0x80, 0xA0)}


def decode(data: bytes, charset: str | None) -> tuple[str, bool]:
    r"""The text of `data`, and whether it is clean: what `charset` says, or ASCII or UTF-8 where that is None.

    A leading byte order mark is dropped. The text can always be encoded again: it holds no surrogates.

    >>> decode(b"na\xc3\xafve", "utf8"), decode(b"na\xefve", "utf8"), decode(b"na\xefve", '"3Dwindows-1252"')
    (('naïve', True), ('naïve', False), ('naïve', True))
    """
    candidates = _UTF_8 if charset is None else _codecs(charset[:120])
    for codec in candidates:
        text = _decode_strictly(data, codec)
        if text is not None:
            return text.removeprefix("\ufeff"), True
    return _guess(data, candidates).removeprefix("\ufeff"), False


@lru_cache(maxsize=512)
def _codecs(label: str) -> tuple[str, ...]:
    """Python's codecs to try in turn for the charset that `label` names; none for a name that nobody knows."""
    found = _LABEL.match(label)
    if found is None:
        return _UTF_8
    name = _NOT_IN_A_NAME.sub("_", found[1].lower()).strip("_").removeprefix("x_")
    if _NO_LABEL.fullmatch(name):
        return _UTF_8
    if page := _CODE_PAGE.fullmatch(name):
        name = f"cp{page[1]}"
    elif part := _ISO_8859.fullmatch(name):
        name = f"iso8859_{part[1]}"
    name = _ALIASES.get(name) or _python_aliases.get(name, name)
    if name in _SUPERSETS:
        return _SUPERSETS[name]
    return (name,) if _TEXT_CODEC.fullmatch(name) and _exists(name) else ()


def _exists(codec: str) -> bool:
    try:
        codecs.lookup(codec)
    except LookupError:
        return False
    return True


def _decode_strictly(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except UnicodeError:
        return data.decode("latin-1").translate(_C1_IN_WINDOWS) if codec == "cp1252" else None
    # UTF-7 alone can spell half of a surrogate pair.
    return None if codec == "utf_7" and _SURROGATE.search(text) else text


def _guess(data: bytes, candidates: tuple[str, ...]) -> str:
    """The most likely text of octets that none of `candidates` decodes."""
    # UTF-16 that was cut in two is no less UTF-16, and would be valid UTF-8 full of NUL.
    wide = candidates[:1] if candidates[:1] and candidates[0].startswith(_WIDE) else ()
    if not wide and (text := _decode_strictly(data, "utf_8")) is not None:
        return text
    for codec in wide or (*candidates, "utf_8"):
        text = _SURROGATE.sub(_REPLACEMENT, data.decode(codec, "replace"))
        lost = text.count(_REPLACEMENT)
        understood = len(text) - len(text.encode("ascii", "ignore")) - lost
        if wide or understood > lost:
            return text
    return data.decode("latin-1").translate(_C1_IN_WINDOWS)
