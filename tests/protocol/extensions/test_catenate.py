"""CATENATE and URL-PARTIAL: the examples of RFC 4469."""

from __future__ import annotations

import datetime as dt

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.append import Append, AppendUid, NewMessage
from imapkit.protocol.extensions.catenate import BadUrl, Catenation, TextPart, UrlPart
from imapkit.protocol.extensions.urlpartial import is_partial
from imapkit.protocol.model import OtherCode
from tests.protocol.extensions.talking import ask, completion, read

MESSAGE = UrlPart("/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER")


def test_append() -> None:
    message = Catenation(
        (MESSAGE, TextPart(b"\r\n--------------030308070208000400050907\r\n"), UrlPart("/x y")),
        ("\\Seen", "\\Draft"),
        dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
    )
    sent, code = ask(Append("Sent", (message,)), capabilities="CATENATE", ok=b"OK [APPENDUID 1 45] done")
    assert sent == (
        b'APPEND Sent (\\Seen \\Draft) " 2-Jan-2026 03:04:05 +0000"'
        b" CATENATE (URL /Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER"
        b' TEXT {42}\r\n\r\n--------------030308070208000400050907\r\n URL "/x y")'
    )
    assert code == AppendUid(1, ((45, 45),))


def test_among_others() -> None:
    messages = (NewMessage(b"a"), Catenation((TextPart(b"b"),)), NewMessage(b"c", ("\\Seen",)))
    sent, _ = ask(Append("Sent", messages), capabilities="CATENATE MULTIAPPEND LITERAL+")
    assert sent == b"APPEND Sent {1+}\r\na CATENATE (TEXT {1+}\r\nb) (\\Seen) {1+}\r\nc"


@pytest.mark.parametrize(
    ("octets", "url"),
    [
        (b"NO [BADURL /INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9] failed",
         "/INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9"),
        (b'NO [BADURL "/x y"] failed', "/x y"),
        (b"NO [BADURL ] failed", ""),
    ],
    ids=["RFC 4469", "quoted", "nothing"],
)  # fmt: skip
def test_bad_url(octets: bytes, url: str) -> None:
    code = completion(octets).code
    assert code == BadUrl(url)
    assert code.name == "BADURL"


def test_other_codes() -> None:
    assert completion(b"NO [TOOBIG] no").code == OtherCode("TOOBIG")
    response, defects = read(b"A1 NO [BADURL /INBOX")
    assert defects
    assert "BADURL" in repr(response)


def test_refusals() -> None:
    with pytest.raises(InvalidArgument):
        ask(Append("x", (Catenation(()),)), capabilities="CATENATE")
    with pytest.raises(InvalidArgument):
        ask(Append("x", (Catenation((UrlPart("/a\r\nb"),)),)), capabilities="CATENATE")


@pytest.mark.parametrize(
    ("message", "offered", "missing"),
    [
        (Catenation((MESSAGE,)), "BINARY", "CATENATE"),
        (Catenation((MESSAGE, UrlPart("/INBOX/;UID=1/;PARTIAL=0.9"))), "CATENATE", "URL-PARTIAL"),
    ],
)
def test_capabilities(message: Catenation, offered: str, missing: str) -> None:
    with pytest.raises(NotSupported, match=missing):
        ask(Append("x", (message,)), capabilities=offered)


@pytest.mark.parametrize(
    ("url", "partial"), [("/INBOX/;UID=1/;partial=0.9", True), ("/INBOX/;UID=1", False), ("/;PARTIAL=x", False)]
)
def test_partial_urls(url: str, partial: bool) -> None:
    assert is_partial(url) is partial
