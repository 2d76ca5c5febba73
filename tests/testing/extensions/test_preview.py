"""PREVIEW: the first words of a message, now or when they are at hand."""

from __future__ import annotations

from imapkit.protocol.extensions.fetch import Fetch
from imapkit.protocol.extensions.preview import PREVIEW, PREVIEW_LAZY
from imapkit.protocol.extensions.select import Select
from imapkit.testing import Server
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import selected

LONG = b"Subject: x\n\nThe first words. " + b"And many more. " * 2000


def test_words(server: Server, ann: Client) -> None:
    server.deliver("ann", b"Content-Type: text/html; charset=utf-8\n\n<p>Gr\xc3\xbcn<br>ist   gut</p>")
    server.deliver("ann", b"Content-Type: image/png\n\nx")
    ann(Select("INBOX"))
    found = ann(Fetch(UidSet("1:2"), (PREVIEW,)))
    assert found[1].get(PREVIEW) == "Grün ist gut"
    assert found[2].get(PREVIEW) == ""


def test_no_more_than_256_characters(server: Server, ann: Client) -> None:
    server.deliver("ann", LONG)
    ann(Select("INBOX"))
    words = ann(Fetch(UidSet("1"), (PREVIEW,)))[1].get(PREVIEW)
    assert words is not None
    assert words.startswith("The first words. And many")
    assert len(words) <= 256


def test_lazy(server: Server, ann: Client) -> None:
    server.deliver("ann", b"Subject: x\n\nshort")
    server.deliver("ann", LONG)
    ann(Select("INBOX"))
    assert [data.get(PREVIEW_LAZY) for data in ann(Fetch(UidSet("1:2"), (PREVIEW_LAZY,))).values()] == ["short", None]
    made = ann(Fetch(UidSet("2"), (PREVIEW,)))[2].get(PREVIEW)
    assert ann(Fetch(UidSet("2"), (PREVIEW_LAZY,)))[2].get(PREVIEW_LAZY) == made


def test_octets(server: Server) -> None:
    server.deliver("ann", LONG)
    line = selected(server)
    assert line(b"a FETCH 1 (UID PREVIEW (LAZY))")[0] == b"* 1 FETCH (UID 1 PREVIEW NIL)"
    assert line(b"b FETCH 1 PREVIEW (EAGER)") == [b"b BAD Unknown modifier of PREVIEW"]
    assert line(b"b FETCH 1 (PREVIEW ())") == [b"b BAD Unknown modifier of PREVIEW"]
