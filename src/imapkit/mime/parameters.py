"""Parameters of Content-Type and Content-Disposition (RFC 2045, 2183, 2231), and file names safe to write to.

One parameter can come in four shapes, and mail mixes them: ``filename=x``, ``filename*=utf-8''x``, in sections
``filename*0=x; filename*1=y``, and in sections of which some are percent-encoded, ``filename*0*=utf-8''x``. The best
wins: the extended value, then sections, then the plain one; of several equal ones the first. Encoded words do not
belong into parameters (RFC 2047, 5), yet many senders put them there, so they are decoded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.mime import charsets
from imapkit.mime.headers import decode_text, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Parameters = Iterable[tuple[bytes, bytes | None]]

__all__ = ["decode_parameters", "parse_parameter_header", "safe_filename", "split_parameter_header"]

# parameter-name = attribute ["*" section] ["*"]  (RFC 2231, 7)
_NAME = re.compile(rb"(.+?)(?:\*(\d{1,4}))?(\*)?\Z", re.DOTALL)
_LONGEST_ATTRIBUTE = 256  # octets; what is longer is cut
_EXTENDED = re.compile(rb"([^']*)'[^']*'(.*)\Z", re.DOTALL)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_OCTETS = {b"%02x" % octet: bytes((octet,)) for octet in range(256)}


class _Shapes:
    """What came for one parameter: its plain value, its extended value, its sections."""

    __slots__ = ("extended", "plain", "sections")

    def __init__(self) -> None:
        self.plain: bytes | None = None
        self.extended: bytes | None = None
        self.sections: dict[int, tuple[bytes, bool]] = {}

    def add(self, section: bytes | None, encoded: bool, value: bytes) -> None:
        if section is not None:
            self.sections.setdefault(int(section), (value, encoded))
        elif encoded:
            self.extended = value if self.extended is None else self.extended
        else:
            self.plain = value if self.plain is None else self.plain

    def text(self) -> str:
        if self.extended is not None:
            return _decode_sections([(self.extended, True)])
        if self.sections:  # a missing one costs only itself
            return _decode_sections([self.sections[number] for number in sorted(self.sections)])
        return decode_text(self.plain or b"")


def decode_parameters(pairs: Parameters) -> dict[str, str]:
    """Names in lower case to decoded values, from the pairs of a BODYSTRUCTURE; one without a value is left out.

    >>> decode_parameters([(b"NAME", b"=?utf-8?q?=C3=A4?="), (b"name*0*", b"utf-8''%C3"), (b"name*1*", b"%A5.txt")])
    {'name': 'å.txt'}
    """
    pairs = tuple(pairs)
    plain: dict[str, str] = {}
    for name, value in pairs:
        if not value or not name.isalnum() or len(name) > _LONGEST_ATTRIBUTE or value.startswith(b'"'):
            return _decode_shapes(pairs)
        plain[name.decode("ascii").lower()] = decode_text(value)
    return plain if len(plain) == len(pairs) else _decode_shapes(pairs)


# What is not of the common form: more than letters and digits in a name, quotation marks around a value.
def _decode_shapes(pairs: Parameters) -> dict[str, str]:
    found: dict[str, _Shapes] = {}
    for raw_name, value in pairs:
        if value is not None and len(value) > 1 and value.startswith(b'"') and value.endswith(b'"'):
            value = value[1:-1]  # Twisted leaves the quotation marks of the header field around a string
        parts = _NAME.match(raw_name[:_LONGEST_ATTRIBUTE].strip())
        if parts is not None and value is not None:
            name = one_line(charsets.decode(parts[1], None)[0]).lower()
            found.setdefault(name, _Shapes()).add(parts[2], parts[3] is not None, value)
    return {name: shapes.text() for name, shapes in found.items()}


def _decode_sections(sections: list[tuple[bytes, bool]]) -> str:
    """Join sections, then decode: a character may be cut by the end of one."""
    if not any(encoded for _, encoded in sections):
        return decode_text(b"".join(value for value, _ in sections))
    charset = b""
    first, encoded = sections[0]
    if encoded and (named := _EXTENDED.match(first)):
        charset, first = named.groups()
    octets = b"".join(
        _PERCENT.sub(_percent, value) if encoded else value for value, encoded in [(first, encoded), *sections[1:]]
    )
    return one_line(charsets.decode(octets, charset.decode("latin-1") or None)[0])


def _percent(found: re.Match[bytes]) -> bytes:
    return _OCTETS[found[1].lower()]


# parameter = attribute "=" value; value = token / quoted-string (RFC 2045, 5.1).  Loosened: a value in no quotation
# marks may hold anything but ";", one within them also marks that nobody escaped: as in quirk G05, only a mark followed
# by what may follow a value ends it.  Between two parameters the ";" may be missing after a quotation mark.
_VALUE = re.compile(rb"\s*([^\s;=]*)(?=[\s;]|\Z)")
_PARAMETER = re.compile(rb"(?<![^\s;\"])([^\s;=\"()<>@,:/\[\]?\\]+)\s*=\s*")
_END_OF_QUOTED = re.compile(rb"\"(?=\s*(?:[;(]|\Z|[\w*-]+\s*=))")
_ESCAPED = re.compile(rb"\\([\\\"])")
_TRAILING_COMMENT = re.compile(rb"\s\([^()]*\)\s*\Z")


def parse_parameter_header(raw: bytes) -> tuple[str, dict[str, str]]:
    r"""The value of a Content-Type or Content-Disposition field, in lower case, and its parameters.

    >>> parse_parameter_header(b'Text/Plain; charset="utf-8"; format=flowed (RFC 3676)')
    ('text/plain', {'charset': 'utf-8', 'format': 'flowed'})

    In quoted strings a backslash escapes only a quotation mark and itself: ``"C:\temp"`` is nearly always a path.
    """
    value, pairs = split_parameter_header(raw)
    return one_line(charsets.decode(value, None)[0]).lower(), decode_parameters(pairs)


def split_parameter_header(raw: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    """The value and the parameters as they came.

    >>> split_parameter_header(b'attachment; filename="a b.txt"')
    (b'attachment', ((b'filename', b'a b.txt'),))
    """
    found = _VALUE.match(raw)
    value, start = (found[1].strip(b'"'), found.end()) if found else (b"", 0)
    return value, tuple(_split(raw, start))


def _split(raw: bytes, position: int) -> Iterator[tuple[bytes, bytes]]:
    no_mark_ends = False  # known once, it need not be looked for again: time stays linear
    while found := _PARAMETER.search(raw, position):
        position = found.end()
        end = None
        if raw.startswith(b'"', position) and not no_mark_ends:
            end = _end_of_quoted(raw, position + 1)
            no_mark_ends = end is None
        if end is not None:
            yield found[1], _ESCAPED.sub(rb"\1", raw[position + 1 : end])
            position = end + 1
        else:
            end = raw.find(b";", position)
            end = len(raw) if end < 0 else end
            yield found[1], _bare_value(raw[position:end])
            position = end


def _end_of_quoted(raw: bytes, position: int) -> int | None:
    for mark in _END_OF_QUOTED.finditer(raw, position):
        before = raw[max(position, mark.start() - 64) : mark.start()]
        if (len(before) - len(before.rstrip(b"\\"))) % 2 == 0:
            return mark.start()
    return None


def _bare_value(value: bytes) -> bytes:
    if value.find(b"(") > 0:
        value = _TRAILING_COMMENT.sub(b"", value)
    return value.strip(b' \t\r\n"')


# Cc controls, Cf that reorder or hide text, line separators, halves of surrogate pairs.
_INVISIBLE = re.compile("[\0-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_WHITE = re.compile(r"\s")
_SEPARATORS = re.compile(r"[/\\]+")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DRIVE = re.compile(r"^ *[A-Za-z]:")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE)
_LONGEST_NAME = 255
_LONGEST_EXTENSION = 32


def safe_filename(name: str | None, default: str) -> str:
    r"""A name to save an attachment under, on any system; `default` where nothing of `name` is left.

    Of a path only its last part stays. Controls and characters that reorder text go, what Windows forbids becomes
    ``_``, and so do leading dots (nobody mails you a hidden file) and the mark before a device's name. The result is
    at most 255 octets of UTF-8; what is cut is the end of the stem, not the extension.

    >>> safe_filename("..\\..\\CON.txt", "attachment"), safe_filename("/etc/..", "attachment")
    ('_CON.txt', 'attachment')
    """
    cleaned = _WHITE.sub(" ", _INVISIBLE.sub("", name or ""))
    parts = [part for part in _SEPARATORS.split(cleaned) if part.strip()]
    last = _DRIVE.sub("", parts[-1], count=1) if parts else ""
    last = _FORBIDDEN.sub("_", last).strip().rstrip(" .")
    visible = last.lstrip(".")
    if not visible:
        return default
    shortened = _cut(visible)
    if visible != last or _DEVICE.match(shortened):
        return _cut(f"_{shortened}")
    return shortened


def _cut(name: str) -> str:
    octets = name.encode()
    if len(octets) <= _LONGEST_NAME:
        return name
    stem, dot, extension = octets.rpartition(b".")
    if not stem or len(extension) > _LONGEST_EXTENSION:
        stem, dot, extension = octets, b"", b""
    kept = stem[: _LONGEST_NAME - len(dot + extension)].decode("utf-8", "ignore")
    return f"{kept.rstrip(' .')}{(dot + extension).decode()}"
