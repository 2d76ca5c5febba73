"""Names of mailboxes, imap:// URLs, sets of UIDs, sections, dates.

The first octet chooses the reader.  What must hold: what cannot be read is refused by a `ValueError` (which
`InvalidArgument` is), and what can be read is written and read again as the same.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable, Iterator

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire import mutf7
from imapkit.protocol.wire.dates import format_date_time, parse_date_time
from imapkit.protocol.wire.names import canonical, opaque, opaque_octets
from imapkit.types.drawing import draw_tree, nested
from imapkit.types.folder_names import role_named
from imapkit.types.folders import FolderInfo, role_of
from imapkit.types.sections import Section
from imapkit.types.uids import UidSet
from imapkit.types.urls import ImapUrl, MessageRef
from tools.fuzz import seeds as samples
from tools.fuzz.inputs import MARK, choose, cut

__all__ = ["check", "seeds"]

_FEW = 2000  # so many UIDs can be spelled out


def check(data: bytes) -> None:
    """Check one input."""
    reader, octets = choose(data, _READERS)
    reader(octets)


def _name_of_server(octets: bytes) -> None:
    """Octets that a server sends as a name come back as they were."""
    name = mutf7.decode(octets)
    assert mutf7.encode(name) == octets
    assert mutf7.encode_utf8(mutf7.decode_utf8(octets)) == octets
    assert opaque_octets(opaque(octets)) == octets
    assert canonical(canonical(name)) == canonical(name)


def _name_of_user(octets: bytes) -> None:
    """A name that a user gives is the same when it comes back."""
    name = octets.decode("utf-8", "replace")
    wire = mutf7.encode(name)
    assert wire.isascii()
    assert mutf7.decode(wire) == name
    assert mutf7.decode_utf8(mutf7.encode_utf8(name)) == name


def _folders(octets: bytes) -> None:
    """Names of folders, as roles and in a tree."""
    infos: list[FolderInfo] = []
    for piece in cut(octets):
        path = mutf7.decode(piece)
        role_named(path)
        role, source = role_of(frozenset({path[:9]}), path, "/")
        infos.append(FolderInfo(path, path.rsplit("/", 1)[-1], "/", role, source))
    assert len(nested(infos)) == len(infos)
    draw_tree(infos).encode()


def _url(octets: bytes) -> None:
    """A URL, and one relative to it."""
    text, *relatives = octets.decode("utf-8", "surrogateescape").split(MARK.decode())
    try:
        url = ImapUrl.parse(text)
    except InvalidArgument:
        return
    _check_url(url)
    for relative in relatives:
        try:
            joined = ImapUrl.join(url, relative)
        except InvalidArgument:
            continue
        _check_url(joined)
        assert ImapUrl.join(str(url), relative) == joined
    assert ImapUrl.join(url, url.relative) == url


def _check_url(url: ImapUrl) -> None:
    written = str(url)
    again = ImapUrl.parse(written)
    assert again == url
    assert str(again) == written
    assert written.isascii()
    assert pickle.loads(pickle.dumps(url)) == url
    reference = url.message
    if reference is not None:
        assert MessageRef.parse(str(reference)) == reference


def _uids(octets: bytes) -> None:
    """Sets of UIDs, compared with Python's own sets where they are small."""
    sets: list[UidSet] = []
    for piece in cut(octets):
        try:
            sets.append(UidSet.parse(piece))
        except ValueError:
            continue
    for one in sets:
        assert UidSet.parse(str(one)) == one
        assert UidSet.from_ranges(one.ranges) == one
        assert len(one.take_first(3)) == len(one.take_last(3)) == min(3, len(one))
        if len(one) <= _FEW:
            assert UidSet(list(one)) == one
            assert [uid for part in one.chunks(7) for uid in part] == list(one)
            assert all(len(str(part)) <= 21 for part in one.chunks_by_octets(21))
    for left, right in itertools.pairwise(sets):
        both, either, only = left & right, left | right, left - right
        assert len(both) + len(either) == len(left) + len(right)
        assert only == left ^ both
        assert only.isdisjoint(right)
        assert both <= left <= either
        if len(left) + len(right) <= _FEW:
            assert (set(both), set(either)) == (set(left) & set(right), set(left) | set(right))


def _section(octets: bytes) -> None:
    """A part, and what of it."""
    part, *fields = octets.decode("latin-1").split(MARK.decode())
    try:
        section = Section(part, "HEADER.FIELDS" if fields else "", tuple(fields))
    except InvalidArgument:
        return
    assert str(section).isascii()
    assert not set(str(section)) & set('\r\n\0"[]{')


def _date_time(octets: bytes) -> None:
    """INTERNALDATE."""
    moment = parse_date_time(octets)
    if moment is not None:
        assert moment.utcoffset() is not None
        try:
            written = format_date_time(moment)
        except InvalidArgument:  # a zone that IMAP cannot say
            return
        assert parse_date_time(written.encode("ascii")) == moment


_READERS: tuple[Callable[[bytes], None], ...] = (
    *(_name_of_server, _name_of_user, _folders, _url, _uids, _section, _date_time),
)


def seeds() -> Iterator[bytes]:
    """URLs of the vectors, alone and in pairs; some of everything else."""
    names = (
        b"INBOX",
        b"Entw&APw-rfe",
        b"Q&A",
        b"&-",
        b"&2D3eAA-",
        b"&AOk",
        b"caf\xe9",
        "Entwürfe/\U0001f600&".encode(),
    )
    for reader in (_name_of_server, _name_of_user, _folders):
        yield from (bytes([_READERS.index(reader)]) + name for name in (*names, MARK.join(names)))
    urls = tuple(samples.urls())
    url = bytes([_READERS.index(_url)])
    for one, other in itertools.pairwise(urls):
        yield url + one
        yield url + one + MARK + other
        yield url + one + MARK + other.rpartition(b"/")[2]
    yield bytes([_READERS.index(_uids)]) + MARK.join((b"304,319:320", b"1:*", b"7:3,5", b"4294967295:1", b"9"))
    yield bytes([_READERS.index(_section)]) + MARK.join((b"1.2", b"From", b"Subject"))
    yield from (
        bytes([_READERS.index(_date_time)]) + date
        for date in (b"17-Jul-1996 02:44:60 -0700", b" 1-jan-0001 00:00:00 +2359")
    )
