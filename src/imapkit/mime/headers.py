"""Header fields: the text in them (RFC 2047, RFC 6532), blocks of them, dates and message identifiers (RFC 5322).

`decode_text` runs for each subject and each name of each message listed. Nearly all of those are plain ASCII, so that
case is three looks in C; only text with an encoded word or raw 8-bit octets takes the slow way:

1. unfold;
2. take the encoded words out; white space between two of them goes (RFC 2047, 6.2), all other text stays;
3. join the octets of neighbours that name the same charset, and only then decode them: senders cut lines without
   regard for characters, although RFC 2047, 5 (3) forbids it;
4. drop what could start a new header field, wherever it came from: no result holds CR, LF or NUL.
"""

from __future__ import annotations

import datetime as dt
import re
from binascii import Error as BinasciiError
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from imapkit.mime import charsets, transfer

__all__ = ["Headers", "decode_text", "one_line", "parse_date", "parse_headers", "parse_message_id", "parse_message_ids"]

_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FOLDS = re.compile(r"\r?\n(?=[ \t])")
_BREAK = re.compile("[\r\n]+")

# encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?=" (RFC 2047, 2; RFC 2231, 5).
# Loosened: any length, and spaces, "?", "=" and 8-bit octets inside.  The text ends where another word begins: without
# that, a line of unfinished words would take quadratic time.
_ENCODED_WORD = re.compile(
    rb"=\?([^?\s]{1,80})\?([BbQq])\?([^?=]*(?:(?:\?(?!=)|=(?!\?[^?\s]{1,80}\?[BbQq]\?))[^?=]*)*)\?="
)

_Word = tuple[bytes, bytes, bytes]  # charset, encoding, encoded text


def decode_text(raw: bytes | str) -> str:
    """The text of an unstructured value, a phrase or a display name; one line, whatever came.

    >>> decode_text(b"=?utf-8?Q?Za=C5=BC=C3?= =?utf-8?Q?=B3=C5=82=C4=87?= (2)")
    'Zażółć (2)'
    """
    if isinstance(raw, str):
        raw = _octets(raw)
    if raw.isascii() and b"=?" not in raw:
        text = raw.decode("ascii")
        return text if text.isprintable() else one_line(_FOLDS.sub("", text))
    if b"\n" in raw:
        raw = _FOLD.sub(b"", raw)
    return one_line(_decode_words(raw))


def one_line(text: str) -> str:
    r"""`text` without NUL, and with a space for each run of CR and LF.

    >>> one_line("a\r\nBcc: b")
    'a Bcc: b'
    """
    if "\n" in text or "\r" in text or "\0" in text:
        return _BREAK.sub(" ", text.replace("\0", ""))
    return text


def _octets(text: str) -> bytes:
    """`text` as it came over the wire; lone surrogates stand for octets (PEP 383) where they can."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _decode_words(raw: bytes) -> str:
    out: list[str] = []
    neighbours: list[_Word] = []
    alone = _ENCODED_WORD.fullmatch(raw)
    if alone is not None:
        charset, encoding, text = alone.groups()
        return charsets.decode(_decode_word((charset, encoding.lower(), text)), _charset(charset))[0]
    position = 0
    for found in _ENCODED_WORD.finditer(raw):
        between = raw[position : found.start()]
        position = found.end()
        charset, encoding, text = found.groups()
        apart = bool(between.strip(b" \t\r\n"))
        if neighbours and (apart or charset.lower() != neighbours[-1][0]):
            out.append(_decode_neighbours(neighbours))
            neighbours = []
        if between and (apart or not (out or neighbours)):
            out.append(charsets.decode(between, None)[0])
        neighbours.append((charset.lower(), encoding.lower(), text))
    if neighbours:
        out.append(_decode_neighbours(neighbours))
    if position < len(raw):
        out.append(charsets.decode(raw[position:], None)[0])
    return "".join(out)


def _decode_neighbours(words: list[_Word]) -> str:
    """Decode encoded words of one charset that follow each other."""
    charset = _charset(words[0][0])
    text, clean = charsets.decode(b"".join(map(_decode_word, words)), charset)
    if clean or len(words) == 1 or any(encoding != b"b" for _, encoding, _ in words):
        return text
    # Some senders cut the base64 itself, in the middle of four characters.
    joined = transfer.decode(b"".join(word[2] for word in words), "base64")
    alternative, clean = charsets.decode(joined, charset)
    return alternative if clean else text


def _charset(label: bytes) -> str:
    """Without the language that may stand behind it (RFC 2231, 5)."""
    return (label.partition(b"*")[0] if b"*" in label else label).decode("latin-1")


def _decode_word(word: _Word) -> bytes:
    _, encoding, text = word
    if encoding == b"q":
        return a2b_qp(text, header=True)
    try:
        return a2b_base64(text, strict_mode=True)
    except BinasciiError:
        return transfer.decode(text, "base64")


# field = field-name ":" unstructured CRLF, folded lines and all (RFC 5322, 2.2).  Loosened: bare LF ends a line, white
# space before the colon (obs-optional).  What is no field matches nowhere and costs only itself: mbox's "From " line, a
# continuation of nothing, a line of garbage.
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_BLANK_LINE = re.compile(rb"^\r?$", re.MULTILINE)


class Headers(Mapping[str, tuple[str, ...]]):
    r"""The fields of one header block: name, in any case, to the decoded values of all fields of that name, in order.

    Iterating gives each name once, in the order and spelling of its first field. Values are decoded when they are
    asked for; `raw` and `fields` have the octets.

    >>> headers = parse_headers(b"Subject: =?utf-8?Q?=C3=84?=\r\nReceived: a\r\nReceived: b\r\n\r\nText")
    >>> headers["subject"], headers["Received"], headers.first("To")
    (('Ä',), ('a', 'b'), None)
    """

    __slots__ = ("_decoded", "_fields", "_index")

    def __init__(self, fields: Iterable[tuple[str, bytes]] = ()) -> None:
        self._fields = tuple(fields)
        self._decoded: dict[str, tuple[str, ...]] = {}
        self._index: dict[str, list[bytes]] = {}
        for name, value in self._fields:
            self._index.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> tuple[str, ...]:
        folded = name.lower()
        values = self._decoded.get(folded)
        if values is None:
            values = self._decoded[folded] = tuple(map(decode_text, self._index[folded]))
        return values

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._index

    def __iter__(self) -> Iterator[str]:
        spellings: dict[str, str] = {}
        for name, _ in self._fields:
            spellings.setdefault(name.lower(), name)
        return iter(spellings.values())

    def __len__(self) -> int:
        return len(self._index)

    def __eq__(self, other: object) -> bool:
        return self._fields == other._fields if isinstance(other, Headers) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._fields)

    def __reduce__(self) -> tuple[type[Headers], tuple[tuple[tuple[str, bytes], ...]]]:
        return Headers, (self._fields,)

    def __repr__(self) -> str:
        return f"<Headers {', '.join(self)}>"

    @property
    def fields(self) -> tuple[tuple[str, bytes], ...]:
        """Names and raw values in order: folds kept, white space around each value gone."""
        return self._fields

    def raw(self, name: str) -> tuple[bytes, ...]:
        """The octets of each field called `name`, as they came; empty where there is none."""
        return tuple(self._index.get(name.lower(), ()))

    def first(self, name: str) -> str | None:
        """The decoded value of the first field called `name`, None where there is none."""
        return self[name][0] if name in self else None


def parse_headers(block: bytes) -> Headers:
    """The fields of a header block, or of a message up to its first empty line."""
    end = _BLANK_LINE.search(block)
    found = _FIELD.finditer(block, 0, end.start() if end else len(block))
    return Headers((field[1].decode("ascii"), field[2].strip(b" \t\r\n")) for field in found)


# date-time = [day-of-week ","] day month year hour ":" minute [":" second] zone (RFC 5322, 3.3): as it should be, which
# most are.
_USUAL_DATE = re.compile(
    rb"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ((?:19|20)\d\d) "
    rb"((?:[01]\d|2[0-3]):\d\d:\d\d) ([+-]\d{4}|GMT)(?= \(|\Z)"
)
# With what is obsolete (4.3), and loosened: no seconds, no comma, any weekday, whole names of months, "-" for spaces,
# "GMT" before an offset, a colon in it, text after the zone.
_DATE = re.compile(
    rb"\s*(?:[A-Za-z]{2,12}\.?[\s,]\s*,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]{0,6}[.,]?[\s-]+(\d{2,4})\s+"
    rb"(\d{1,2})\s*:\s*(\d{1,2})(?:\s*:\s*(\d{1,2})(?:\.\d+)?)?(?![\d:.])\s*(?:(?:GMT|UTC?)?([+-]\d\d:?\d\d)(?!\d)|([A-Za-z]+)|)"
)
_COMMENT = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_LONGEST_DATE = 256

_MONTHS = {
    name: number
    for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}  # fmt: skip
_MONTHS_OF_ISO = {name.capitalize(): b"%02d" % number for name, number in _MONTHS.items()}

# RFC 5322, 4.3.  All other names, the military letters too, "SHOULD be considered equivalent to -0000".
_ZONE_HOURS = {b"EDT": -4, b"EST": -5, b"CDT": -5, b"CST": -6, b"MDT": -6, b"MST": -7, b"PDT": -7, b"PST": -8}


def parse_date(raw: bytes | str) -> dt.datetime | None:
    """The moment that a ``Date`` field names, always timezone-aware; None where it names none.

    Where the zone is unknown (``-0000``, a name without a meaning, none at all) the time is taken as UTC.

    >>> parse_date("Mon, 7 Feb 1994 21:52:25 -0800 (PST)").isoformat()
    '1994-02-07T21:52:25-08:00'
    """
    if isinstance(raw, str):
        raw = _octets(raw)
    usual = _USUAL_DATE.match(raw)
    return (_moment_of(usual) if usual is not None else None) or _moment_patiently(raw[:_LONGEST_DATE])


def _moment_of(usual: re.Match[bytes]) -> dt.datetime | None:
    """Python's reader of ISO 8601 takes less time than six calls of `int`."""
    day, month, year, clock, zone = usual.groups()
    try:
        iso = b"%b-%b-%bT%b%b" % (year, _MONTHS_OF_ISO[month], day.zfill(2), clock, zone if zone != b"GMT" else b"Z")
        return dt.datetime.fromisoformat(iso.decode("ascii"))
    except (KeyError, ValueError):  # a leap second; or what has to be looked at more closely
        return None


def _moment_patiently(raw: bytes) -> dt.datetime | None:
    found = _DATE.match(_without_comments(raw))
    if found is None:
        return None
    day, month, year, hour, minute, second, offset, zone = found.groups()
    seconds = int(second or 0)
    # RFC 5322, 3.3: "any numeric year 1900 or later"; one less than datetime knows, so that any zone can show it.
    if seconds > 60 or not 1900 <= (full_year := _full_year(year)) < dt.MAXYEAR:
        return None
    try:
        moment = dt.datetime(
            full_year,
            _MONTHS[month.lower()],
            int(day),
            int(hour),
            int(minute),
            min(seconds, 59),
            tzinfo=_zone(offset or zone),
        )
    except (ValueError, KeyError):
        return None
    # A leap second is one more than the 59th, as POSIX counts.
    return moment if seconds < 60 else moment + dt.timedelta(seconds=1)


def _without_comments(raw: bytes) -> bytes:
    """Take nested comments out from within; the length of a date bounds the rounds."""
    found = 1
    while found:
        raw, found = _COMMENT.subn(b" ", raw)
    return raw


def _full_year(digits: bytes) -> int:
    """RFC 5322, 4.3: two digits below 50 are of this century; two others, and three, count from 1900."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if len(digits) == 2 and year < 50 else 1900)


@lru_cache(maxsize=256)
def _zone(name: bytes | None) -> dt.timezone:
    if not name:
        return dt.UTC
    if name[:1] in (b"+", b"-"):
        minutes = int(name[1:3]) * 60 + int(name[-2:])
        offset = dt.timedelta(minutes=-minutes if name[:1] == b"-" else minutes)
    else:
        offset = dt.timedelta(hours=_ZONE_HOURS.get(name.upper(), 0))
    return dt.timezone(offset) if offset else dt.UTC


_ONE_MESSAGE_ID = re.compile(rb"<[!-;=?-~]+>\Z")
_MESSAGE_ID = re.compile(rb"<([^<>]+)>")
_WHITE = re.compile(rb"\s+")
_WITHOUT_BRACKETS = bytes.maketrans(b"<>", b"  ")


def parse_message_id(raw: bytes) -> str | None:
    """The first of them."""
    if _ONE_MESSAGE_ID.match(raw):
        return raw.decode("ascii")
    return next(iter(parse_message_ids(raw)), None)


def parse_message_ids(raw: bytes | str) -> tuple[str, ...]:
    r"""The message identifiers in ``Message-ID``, ``In-Reply-To`` or ``References``, each with its angle brackets.

    Words around them are skipped (RFC 5322, 4.5.4), white space that folding put inside goes. Where nothing stands in
    brackets, words with an ``@`` are taken for identifiers that lost theirs.

    >>> parse_message_ids(b"<a@example.org>\r\n <b@example.org>")
    ('<a@example.org>', '<b@example.org>')
    """
    if isinstance(raw, str):
        raw = _octets(raw)
    if _ONE_MESSAGE_ID.match(raw):
        return (raw.decode("ascii"),)
    found: list[bytes] = [_WHITE.sub(b"", identifier) for identifier in _MESSAGE_ID.findall(raw)]
    if not found:
        words = (word.strip(b",;\"'") for word in raw.translate(_WITHOUT_BRACKETS).split())
        found = [word for word in words if b"@" in word[1:-1]]
    return tuple(f"<{one_line(charsets.decode(identifier, None)[0])}>" for identifier in found if identifier)
