"""URLAUTH and URLAUTH=BINARY: the examples of RFC 4467 and RFC 5524."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.urlauth import (
    GeneratedUrls,
    GenUrlAuth,
    ResetKey,
    UrlContent,
    UrlFetch,
    UrlFetched,
    UrlMechanisms,
)
from imapkit.types.bodystructure import Part
from tests.protocol.extensions.talking import ask, completion, connect, untagged

RUMP = "imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred"
FULL = f"{RUMP}:internal:91354a473744909de610943775f92038"


def test_generating() -> None:
    sent, urls = ask(
        GenUrlAuth((RUMP, RUMP)),
        f'* GENURLAUTH "{FULL}" {FULL} '.encode(),
        b"* 1 EXISTS",
        b"* GENURLAUTH x",
        capabilities="URLAUTH",
    )
    assert sent == f'GENURLAUTH "{RUMP}" INTERNAL "{RUMP}" INTERNAL'.encode()
    assert urls == (FULL, FULL, "x")
    assert "internal" not in repr(GeneratedUrls(urls))


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (ResetKey(), b"RESETKEY"),
        (ResetKey("INBOX"), b"RESETKEY INBOX"),
        (ResetKey("My Box", ("INTERNAL", "XSAMPLE")), b'RESETKEY "My Box" INTERNAL XSAMPLE'),
    ],
)
def test_resetting(command: ResetKey, octets: bytes) -> None:
    ok = b"OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] All keys removed"
    sent, mechanisms = ask(command, capabilities="URLAUTH", ok=ok)
    assert (sent, mechanisms) == (octets, ("INTERNAL", "XSAMPLE=P34OKhO7VEkCbsiYY8rGEg=="))
    assert ask(command, capabilities="URLAUTH")[1] == ()
    assert ask(command, b"* OK [URLMECH INTERNAL] mechs", b"* OK see", capabilities="URLAUTH")[1] == ("INTERNAL",)


def test_mechanisms() -> None:
    code = completion(b"OK [URLMECH ] none").code
    assert code == UrlMechanisms(())
    assert code.name == "URLMECH"


def test_select_tells_the_mechanisms() -> None:
    _, selected = ask(Select("INBOX"), b"* OK [URLMECH INTERNAL XSAMPLE] mechanisms", capabilities="URLAUTH")
    assert selected.url_mechanisms == ("INTERNAL", "XSAMPLE")


def test_fetching() -> None:
    answer = f'* URLFETCH "{FULL}" {{28}}\r\nSi vis pacem, para bellum.\r\n "imap://x" NIL'.encode()
    sent, contents = ask(UrlFetch((FULL, "imap://x")), answer, b"* 1 EXISTS", b"* URLFETCH y z", capabilities="URLAUTH")
    assert sent == f'URLFETCH "{FULL}" "imap://x"'.encode()
    assert contents[:2] == (UrlContent(FULL, b"Si vis pacem, para bellum.\r\n"), UrlContent("imap://x"))
    assert "internal" not in repr(contents)
    assert "internal" not in repr(UrlFetch((FULL,)))


def test_fetching_decoded() -> None:
    answer = (
        f'* URLFETCH "{FULL}" (BODYPARTSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 28 1))'
        " (BINARY ~{5}\r\na\0b\xff\n) (X-NEW (1))"
    ).encode("latin-1")
    sent, (content,) = ask(
        UrlFetch((FULL,), decode=True, structure=True), answer, capabilities="URLAUTH URLAUTH=BINARY"
    )
    assert sent == f'URLFETCH ("{FULL}" BODYPARTSTRUCTURE BINARY)'.encode()
    assert (content.data, content.decoded) == (b"a\0b\xff\n", True)
    assert isinstance(content.structure, Part)


@pytest.mark.parametrize(
    ("octets", "content"),
    [
        (b"(BODY {2}\r\nhi)", UrlContent("u", b"hi")),
        (b"(BINARY NIL)", UrlContent("u", None, decoded=True)),
        (b"(BODYPARTSTRUCTURE NIL)", UrlContent("u")),
    ],
)
def test_extended_answers(octets: bytes, content: UrlContent) -> None:
    assert untagged(b"* URLFETCH u " + octets) == UrlFetched((content,))


def test_what_is_asked_for() -> None:
    sent, _ = ask(UrlFetch(("u",), structure=True), capabilities="URLAUTH URLAUTH=BINARY")
    assert sent == b'URLFETCH ("u" BODYPARTSTRUCTURE BODY)'
    sent, _ = ask(UrlFetch(("u",), structure=True, data=False), capabilities="URLAUTH URLAUTH=BINARY")
    assert sent == b'URLFETCH ("u" BODYPARTSTRUCTURE)'
    sent, _ = ask(UrlFetch(("u", "v"), decode=True), capabilities="URLAUTH URLAUTH=BINARY")
    assert sent == b'URLFETCH ("u" BINARY) ("v" BINARY)'


def test_what_came_before_it_failed() -> None:
    connection = connect("URLAUTH")
    pending = connection.send(UrlFetch(("u",)))
    connection.data_to_send()
    connection.receive_data(b"* URLFETCH u x\r\nK1 NO rest\r\n")
    with pytest.raises(CommandError) as caught:
        pending.result()
    assert caught.value.partial == (UrlContent("u", b"x"),)
    assert pending.command.answers() == {"URLFETCH"}
    assert GenUrlAuth(("u",)).answers() == {"GENURLAUTH"}


@pytest.mark.parametrize(
    "command",
    [
        GenUrlAuth(()),
        GenUrlAuth(("imap://joe@a/b/;uid=1",)),
        GenUrlAuth(("imap://joe@a/b;urlauth=anonymous",)),
        GenUrlAuth((FULL,)),
        GenUrlAuth((RUMP.replace("joe@", ""),)),
        GenUrlAuth((RUMP.replace("imap:", "imaps:"),)),
        GenUrlAuth((RUMP.replace("INBOX", "My Box"),)),
        GenUrlAuth((RUMP.replace("INBOX", "Entw\u00fcrfe"),)),
        GenUrlAuth((RUMP,), "A B"),
        GenUrlAuth((RUMP,), "X_SAMPLE"),
        ResetKey(None, ("INTERNAL",)),
        ResetKey("INBOX", ("",)),
        UrlFetch(()),
        UrlFetch(("a\r\nb",)),
        UrlFetch(("u",), data=False),
        UrlFetch(("u",), structure=True, decode=True, data=False),
    ],
)
def test_refusals(command: GenUrlAuth | ResetKey | UrlFetch) -> None:
    with pytest.raises(InvalidArgument):
        ask(command, capabilities="URLAUTH URLAUTH=BINARY")


@pytest.mark.parametrize(
    ("command", "offered", "missing"),
    [
        (UrlFetch(("u",)), "", "URLAUTH"),
        (UrlFetch(("u",), decode=True), "URLAUTH", "URLAUTH=BINARY"),
        (UrlFetch(("imap://a/b/;UID=1/;PARTIAL=0.5",)), "URLAUTH", "URL-PARTIAL"),
    ],
)
def test_capabilities(command: UrlFetch, offered: str, missing: str) -> None:
    with pytest.raises(NotSupported, match=missing):
        ask(command, capabilities=offered)
