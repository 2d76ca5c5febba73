"""What stands in messages: header fields, parameters, encodings, charsets, HTML.

The first octet chooses the reader; marks cut the rest, for readers of several things.  What must hold:

* nothing is raised, whatever it is;
* what is decoded can be encoded again, and no decoded field can start another one;
* raw values stay as they came, and two ways to the same value give the same;
* time is linear, also where a piece of the input comes a thousand times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from imapkit.mime.charsets import decode
from imapkit.mime.compose import base_subject, forward_subject, is_reply, quote, reply_subject
from imapkit.mime.headers import decode_text, parse_date, parse_headers, parse_message_ids
from imapkit.mime.parameters import (
    decode_parameters,
    parse_parameter_header,
    safe_filename,
    split_parameter_header,
)
from imapkit.mime.reply import reply
from imapkit.mime.splitting import header_octets, part_octets
from imapkit.mime.text import html_to_text, snippet
from imapkit.mime.transfer import Decoder
from imapkit.types.bodystructure import Multipart, Part
from tests.testing.nasty import MESSAGES
from tools.fuzz import seeds as samples
from tools.fuzz.growth import grown, in_linear_time
from tools.fuzz.inputs import MARK, choose, cut

__all__ = ["check", "seeds"]

_BREAK = re.compile("[\0\r\n]")
_NOT_IN_A_FILE_NAME = re.compile(r'[\0-\x1f\x7f-\x9f/\\<>:"|?*]')


def check(data: bytes) -> None:
    """Check one input."""
    (reader, grows), octets = choose(data, _WAYS)
    with in_linear_time():
        reader(grown(octets) if grows else octets)


def _text(octets: bytes) -> None:
    text = decode_text(octets)
    assert not _BREAK.search(text)
    text.encode()
    if octets.isascii():
        assert decode_text(octets.decode("ascii")) == text
    for subject in (reply_subject(text), forward_subject(text), base_subject(text)):
        assert not _BREAK.search(subject)
    is_reply(text)


def _date(octets: bytes) -> None:
    moment = parse_date(octets)
    if moment is not None:
        assert moment.utcoffset() is not None
        moment.isoformat()


def _message_ids(octets: bytes) -> None:
    for found in parse_message_ids(octets):
        assert re.fullmatch(r"<[^<>\0 \t\r\n]+>", found), found
        assert parse_message_ids(found) == (found,)


def _header(octets: bytes) -> None:
    headers = parse_headers(octets)
    for name, value in headers.fields:
        assert value in octets
        assert value in headers.raw(name)
        assert decode_text(value) in headers[name.upper()]
    assert sum(len(headers[name]) for name in headers) == len(headers.fields)
    assert octets.startswith(header_octets(octets))
    text = octets.decode("utf-8", "replace")
    for to_all in (False, True):
        bytes(reply(headers, text, from_="Ann <ann@example.org>", to_all=to_all, quoted=text))


def _parameters(octets: bytes) -> None:
    value, pairs = split_parameter_header(octets)
    assert value in octets
    decoded_value, decoded = parse_parameter_header(octets)
    assert decoded == decode_parameters(pairs)
    decoded_value.encode()
    _check_parameters(pairs)


def _pairs(octets: bytes) -> None:
    """Names and values as a BODYSTRUCTURE has them."""
    pieces = cut(octets)
    _check_parameters(tuple(zip(pieces[::2], [*pieces[1::2], None], strict=False)))


def _check_parameters(pairs: tuple[tuple[bytes, bytes | None], ...]) -> None:
    decoded = decode_parameters(pairs)
    # One that has no value changes nothing, but takes the way of those that are not of the common form.
    assert decode_parameters((*pairs, (b"none*", None))) == decoded
    for value in decoded.values():
        value.encode()
        _check_file_name(value)


def _file_name(octets: bytes) -> None:
    _check_file_name(octets.decode("utf-8", "surrogateescape"))


def _check_file_name(name: str | None) -> None:
    safe = safe_filename(name, "attachment")
    assert 0 < len(safe.encode()) <= 255
    assert not _NOT_IN_A_FILE_NAME.search(safe)
    assert not safe.startswith(".")
    assert not safe.endswith((".", " "))
    assert safe_filename(safe, "attachment") == safe


def _charset(octets: bytes) -> None:
    label, *rest = cut(octets)
    for charset in (label.decode("latin-1"), None):
        text, _ = decode(MARK.join(rest), charset)
        text.encode()


def _html(octets: bytes) -> None:
    html = octets.decode("utf-8", "replace")
    text = html_to_text(html)
    text.encode()
    assert "\0" not in text
    for limit in (0, 7, 200):
        assert len(snippet(text, limit)) <= limit
        assert "\n" not in snippet(html, limit)
    assert len(quote(html).splitlines()) == len(html.splitlines())


def _transfer(octets: bytes) -> None:
    """An encoding, and chunks in it: what comes out is the same as if they came whole, or one by one."""
    encoding, *chunks = cut(octets)
    label, body = encoding.decode("latin-1"), b"".join(chunks)
    whole = _decoded(label, [body])
    assert _decoded(label, chunks) == whole
    assert _decoded(label, [body[at : at + 1] for at in range(len(body))]) == whole


def _decoded(encoding: str, chunks: list[bytes]) -> tuple[bytes, frozenset[str]]:
    decoder = Decoder(encoding)
    decoded = b"".join(map(decoder.feed, chunks)) + decoder.finish()
    return decoded, frozenset(decoder.defects)


def _parts(octets: bytes) -> None:
    """A boundary, and a message of two parts."""
    boundary, *rest = cut(octets)
    entity = MARK.join(rest)
    parts = (Part("1", "text", "plain"), Part("2", "text", "html"))
    structure = Multipart("", "multipart", "mixed", ((b"boundary", boundary),), parts=parts)
    for section in ("1", "2", "3", "1.1"):
        part = part_octets(entity, structure, section)
        assert part is None or part in entity


_READERS: tuple[Callable[[bytes], None], ...] = (
    *(_text, _date, _message_ids, _header, _parameters, _pairs, _file_name, _charset, _html, _transfer, _parts),
)

_WAYS = tuple((reader, grows) for grows in (False, True) for reader in _READERS)

_SAMPLES: tuple[tuple[Callable[[bytes], None], tuple[bytes, ...]], ...] = (
    (
        _text,
        (
            b"=?utf-8?Q?Za=C5=BC=C3?= =?utf-8?Q?=B3=C5=82=C4=87?= (2)",
            b"=?iso-2022-jp?B?GyRCJEYbKEI=?= x =?us-ascii*en?q?a_b?=",
            b"Re: [list] Fwd: [Fwd: Re: Tea (fwd)]  (FWD)",
            b"AW: Re[2]: caf\xc3\xa9 \xe9\r\n folded",
        ),
    ),
    (
        _date,
        (
            b"Mon, 7 Feb 1994 21:52:25 -0800 (PST)",
            b"7-Feb-94 21:52 GMT+01:00",
            b"(a (b)) Tue, 1 January 2026 0:00:60 EST",
        ),
    ),
    (_message_ids, (b"<a@example.org> and <b@ example.org>", b"a@b c@d")),
    (
        _parameters,
        (
            b'text/plain; charset="utf-8"; filename*0*=utf-8\'\'%C3; filename*1*=%A9.txt; filename*2="x\\"y"',
            b"attachment; filename==?utf-8?q?a?=; name*=iso-8859-1'en'%e9 (comment)",
            b"attachment; filename=a b.txt; size=1",
        ),
    ),
    (_pairs, (MARK.join((b"NAME", b"=?utf-8?q?=C3=A4?=", b"name*0*", b"utf-8''%C3", b"name*1*", b"%A5.txt")),)),
    (_file_name, (b"..\\..\\CON.txt", b"C:\\a\\.b ", "\u202ecod.exe ".encode(), b"x" * 300 + b".tar.gz")),
    (
        _charset,
        (
            *(b"utf-8" + MARK + b"\xef\xbb\xbfna\xc3\xafve", b'"3Dwindows-1252"' + MARK + b"na\xefve\x81"),
            *(b"utf-16" + MARK + b"\xff\xfea\0", b"utf-7" + MARK + b"+2D3eAA-", b"hz" + MARK + b"~{VP~}"),
            *(
                b"iso-2022-jp" + MARK + b"\x1b$B$F\x1b(B",
                b"gb2312" + MARK + b"\xc4\xe3",
                b"unknown-8bit" + MARK + b"\xe9",
            ),
        ),
    ),
    (
        _html,
        (
            b"<style>p{}</style><p>Tea &amp; <b>scones</b>?<blockquote>at four<br>sharp</blockquote>",
            b"<pre>a\r\n\tb</pre><ul><li>x<li>y</ul><!-- c --><td>1<td>2<script>if (a<b)</script>&#x1f600;&#55296;",
            b"> quoted\r\nown\r\n-- \r\nsignature",
        ),
    ),
    (
        _transfer,
        (
            *(b"base64" + MARK + b"SGVsb" + MARK + b"G8=\r\nmore", b"base64" + MARK + b"S=GV" + MARK + b"s"),
            *(b"quoted-printable" + MARK + b"a=C3=" + MARK + b"A9 = \r" + MARK + b"\n=4=", b"8bit" + MARK + b"x"),
            b"x-uuencode" + MARK + b"begin 644 x\r\n#0V%" + MARK + b"T\r\n`\r\nend\r\n",
        ),
    ),
    (_parts, (b"b" + MARK + b"x: y\r\n\r\n--b\r\n\r\none\r\n--b \r\ntwo\r\n--b--\r\n",)),
)


def seeds() -> Iterator[bytes]:
    """A few for each reader; messages that are known to be difficult, and URLs and responses as text."""
    for reader, several in _SAMPLES:
        octet = bytes([_READERS.index(reader)])
        for sample in several:
            yield octet + sample
            third = len(sample) // 3
            pieces = (sample[:third], sample[third : 2 * third], sample[2 * third :])
            yield bytes([octet[0] + len(_READERS)]) + MARK.join(pieces)
    header, parts = bytes([_READERS.index(_header)]), bytes([_READERS.index(_parts)])
    for message in MESSAGES.values():
        yield header + message
        yield parts + b"b" + MARK + message
    text = bytes([_READERS.index(_text)])
    yield from (text + url for url in samples.urls())
