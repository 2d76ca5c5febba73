"""URLAUTH and URLAUTH=BINARY: URLs by which others may read one message."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError, NotSupported
from imapkit.protocol.extensions.acl import SetAcl
from imapkit.protocol.extensions.mailboxes import Delete
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.urlauth import GenUrlAuth, ResetKey, UrlContent, UrlFetch, UrlMechanisms
from imapkit.protocol.model import Condition
from imapkit.testing import Server
from imapkit.types.bodystructure import Part
from imapkit.types.rights import Rights
from tests.testing.extensions.clients import Client
from tests.testing.lines import logged_in

MIXED = (
    b"Subject: two\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nText\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n"
    b"--b\r\nContent-Transfer-Encoding: x-odd\r\n\r\nodd\r\n--b--\r\n"
)
PART = "imap://ann@localhost/INBOX;UIDVALIDITY=1001/;UID=1/;SECTION=1"


@pytest.fixture
def ann(server: Server) -> Client:
    """Ann's client, with one message in INBOX."""
    server.deliver("ann", MIXED)
    return Client(server, "ann")


@pytest.fixture
def submit(server: Server) -> Client:
    """The client of a submission server."""
    server.add_user("submit")
    return Client(server, "submit")


def fetched(client: Client, *urls: str) -> list[bytes | None]:
    """What URLs lead to for this client."""
    contents = client(UrlFetch(urls))
    assert [content.url for content in contents] == list(urls)
    return [content.data for content in contents]


class TestGenerating:
    def test_who_may_read(self, ann: Client, bob: Client, submit: Client) -> None:
        rights = ("anonymous", "authuser", "user+bob", "user+ann", "submit+ann")
        urls = ann(GenUrlAuth(tuple(f"{PART};URLAUTH={one}" for one in rights)))
        assert all(url.startswith(f"{PART};URLAUTH={one}:INTERNAL:") for one, url in zip(rights, urls, strict=True))
        text = b"Text"
        assert fetched(ann, *urls) == [text, text, None, text, None]
        assert fetched(bob, *urls) == [text, text, text, None, None]
        assert fetched(submit, *urls) == [text, text, None, None, text]

    def test_the_mailbox_need_not_be_selected_nor_shared(self, ann: Client, bob: Client) -> None:
        (url,) = ann(GenUrlAuth((f"{PART};URLAUTH=anonymous",)))
        bob(Select("Sent"))
        assert fetched(bob, url) == [b"Text"]

    def test_a_change_makes_it_worthless(self, ann: Client) -> None:
        (url,) = ann(GenUrlAuth((f"{PART};URLAUTH=anonymous",)))
        others = (
            url.replace("SECTION=1", "SECTION=2"),
            url[:-1] + ("0" if url[-1] != "0" else "1"),
            f"{PART};URLAUTH=anonymous:INTERNAL:{'0' * 66}",
            f"{PART};URLAUTH=anonymous",
            url.replace("ann@", "nobody@"),
            url.replace("localhost", "example.org"),
            url.replace("INBOX", "Nowhere"),
        )
        assert fetched(ann, url, *others) == [b"Text", *[None] * 7]
        assert fetched(ann, url.upper().replace("IMAP://ANN", "imap://ann")) == [None]
        assert fetched(ann, url.replace("INTERNAL", "internal")) == [b"Text"]
        assert fetched(ann, "http://x", "nothing") == [None, None]

    def test_what_is_gone_is_gone(self, ann: Client) -> None:
        urls = ann(
            GenUrlAuth((f"{PART[:-11]};URLAUTH=anonymous", PART.replace("UID=1", "UID=7") + ";URLAUTH=anonymous"))
        )
        assert fetched(ann, *urls) == [MIXED, None]

    @pytest.mark.parametrize(("expire", "data"), [("2999-01-01T00:00:00Z", b"Text"), ("2001-01-01T00:00:00Z", None)])
    def test_an_end(self, ann: Client, expire: str, data: bytes | None) -> None:
        (url,) = ann(GenUrlAuth((f"{PART};EXPIRE={expire};URLAUTH=anonymous",)))
        assert fetched(ann, url) == [data]

    def test_an_end_that_is_no_day_has_come(self, ann: Client) -> None:
        (url,) = ann(GenUrlAuth((f"{PART};EXPIRE=2999-02-31T00:00:00Z;URLAUTH=anonymous",)))
        assert fetched(ann, url) == [None]

    @pytest.mark.parametrize(
        "url",
        [
            "imap://bob@localhost/INBOX/;UID=1;URLAUTH=anonymous",
            "imap://localhost/INBOX/;UID=1;URLAUTH=anonymous",
            "imap://ann@example.org/INBOX/;UID=1;URLAUTH=anonymous",
            "imap://ann@localhost/nowhere/;UID=1;URLAUTH=anonymous",
            "imap://ann@localhost/INBOX/;UID=1;URLAUTH=whoever",
            f"imap://ann@localhost/INBOX/;UID=1;URLAUTH=anonymous:INTERNAL:{'0' * 40}",
            "imap://ann@localhost/INBOX/;UID=1;EXPIRE=2999-01-01T00:00:00;URLAUTH=anonymous",
            "imap://ann@localhost/INBOX/;UID=1",
            "imap://ann@localhost/;URLAUTH=anonymous",
        ],
    )
    def test_refusals(self, server: Server, url: str) -> None:
        (answer,) = logged_in(server)(f'a GENURLAUTH "{url}" INTERNAL'.encode())
        assert answer.startswith(b"a BAD ")

    def test_others_are_not_told_the_key(self, server: Server, ann: Client, bob: Client) -> None:
        ann(SetAcl("INBOX", "bob", Rights("lr")))
        with pytest.raises(CommandError):
            bob(GenUrlAuth((f"{PART};URLAUTH=anonymous",)))
        with pytest.raises(CommandError):
            ann(GenUrlAuth((f"{PART};URLAUTH=anonymous",), mechanism="XSAMPLE"))
        assert not any("URLAUTH=anonymous" in one for one in server.transcript if one.startswith("C: "))


class TestResetting:
    def test_of_a_mailbox(self, ann: Client) -> None:
        assert ann(Select("INBOX")).url_mechanisms == ("INTERNAL",)
        urls = ann(GenUrlAuth((f"{PART};URLAUTH=anonymous",)))
        assert ann(ResetKey("Sent")) == ("INTERNAL",)
        assert fetched(ann, *urls) == [b"Text"]
        assert ann(ResetKey("INBOX", ("INTERNAL",))) == ("INTERNAL",)
        assert fetched(ann, *urls) == [None]
        assert ann(GenUrlAuth((f"{PART};URLAUTH=anonymous",))) != urls

    def test_of_all(self, ann: Client) -> None:
        urls = ann(GenUrlAuth((f"{PART};URLAUTH=anonymous",)))
        assert ann(ResetKey()) == ()
        assert fetched(ann, *urls) == [None]

    def test_who_has_it_selected_is_told(self, server: Server, ann: Client, bob: Client) -> None:
        same, other = Client(server), Client(server)
        same(Select("INBOX"))
        other(Select("Sent"))
        ann(SetAcl("INBOX", "bob", Rights("lr")))
        bob(Select("Other Users/ann/INBOX"))
        ann(ResetKey("INBOX"))
        for client in (same, other, bob, ann):
            client.news.clear()
            client(Noop())
            told = [one.code for one in client.news if isinstance(one, Condition)]
            assert told == ([UrlMechanisms(("INTERNAL",))] if client is same else [])

    def test_refusals(self, ann: Client) -> None:
        for command in (ResetKey("nowhere"), ResetKey("INBOX", ("XSAMPLE",))):
            with pytest.raises(CommandError):
                ann(command)

    def test_a_mailbox_that_is_made_again(self, server: Server, ann: Client) -> None:
        server.deliver("ann", b"x", folder="Archive")
        urls = ann(GenUrlAuth(("imap://ann@localhost/Archive/;UID=1;URLAUTH=anonymous",)))
        ann(Delete("Archive"))
        assert fetched(ann, *urls) == [None]


class TestBinary:
    @pytest.fixture
    def urls(self, ann: Client) -> tuple[str, ...]:
        parts = (f"{PART[:-1]}{number};URLAUTH=anonymous" for number in (1, 2, 3))
        return ann(GenUrlAuth(tuple(parts)))

    def test_decoded_with_structure(self, ann: Client, urls: tuple[str, ...]) -> None:
        text, image, odd = ann(UrlFetch(urls, decode=True, structure=True))
        assert (text.data, image.data, odd.data) == (b"Text", b"\0\1\2\xff", None)
        assert text.structure is not None
        assert image.structure is not None
        assert (text.structure.content_type, image.structure.content_type) == ("text/plain", "image/png")
        assert image.decoded
        # RFC 5524, 3.2: it tells of what was sent, not of what it was made from.
        assert isinstance(image.structure, Part)
        assert isinstance(odd.structure, Part)
        assert (image.structure.encoding, image.structure.size) == ("binary", 4)
        assert (odd.structure.encoding, odd.structure.size) == ("x-odd", 3)

    def test_structure_alone(self, ann: Client, urls: tuple[str, ...]) -> None:
        _, image, _ = ann(UrlFetch(urls, structure=True, data=False))
        assert isinstance(image.structure, Part)
        assert (image.structure.encoding, image.structure.size, image.data) == ("base64", 8, None)

    def test_as_it_is(self, ann: Client, urls: tuple[str, ...]) -> None:
        _, image, odd = ann(UrlFetch(urls, structure=True))
        assert (image.data, odd.data, image.decoded) == (b"AAEC/w==", b"odd", False)
        (none,) = ann(UrlFetch((urls[0] + "0",), structure=True))
        assert none == UrlContent(urls[0] + "0")

    def test_of_a_message_of_one_part(self, server: Server, ann: Client) -> None:
        server.deliver("ann", b"Content-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n")
        part, whole = (PART.replace("UID=1", "UID=2") + ";URLAUTH=anonymous", PART.replace("UID=1/;SECTION=1", "UID=2"))
        first, message = ann(UrlFetch(ann(GenUrlAuth((part, whole + ";URLAUTH=anonymous"))), decode=True))
        assert first.data == b"\0\1\2\xff"
        assert message.data == b"Content-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n"

    def test_a_header_has_no_structure(self, ann: Client) -> None:
        (url,) = ann(GenUrlAuth((f"{PART[:-1]}HEADER;URLAUTH=anonymous",)))
        (content,) = ann(UrlFetch((url,), structure=True, decode=True))
        assert (content.structure, content.data) == (None, MIXED[: MIXED.index(b"--b")])

    def test_some_octets(self, ann: Client) -> None:
        (url,) = ann(GenUrlAuth((f"{PART[:-1]}2/;PARTIAL=1.2;URLAUTH=anonymous",)))
        assert ann(UrlFetch((url,)))[0].data == b"AE"
        assert ann(UrlFetch((url,), decode=True))[0].data == b"\1\2"

    def test_octets(self, server: Server, ann: Client, urls: tuple[str, ...]) -> None:
        line = logged_in(server)
        url = urls[1].encode()
        assert line(b'a URLFETCH "' + url + b'" "' + url + b'"')[0] == b'* URLFETCH "%s" "AAEC/w==" "%s" "AAEC/w=="' % (
            url,
            url,
        )
        assert line(b'b URLFETCH ("' + url + b'" BINARY)')[0] == b'* URLFETCH "%s" (BINARY ~{4}\r\n\0\1\2\xff)' % url
        assert line(b'b URLFETCH ("' + url + b'")')[0] == b'* URLFETCH "%s" "AAEC/w=="' % url
        assert line(b"b URLFETCH http://x")[0] == b'* URLFETCH "http://x" NIL'
        for wrong in (b"(x BINARY BODY)", b"(x BODY BODY)", b"(x SIZE)", b"()", b""):
            assert line(b"c URLFETCH " + wrong)[0].startswith(b"c BAD ")


def test_where_it_is_not_offered(offering: Callable[[str], Server]) -> None:
    server = offering("IMAP4rev1 URLAUTH")
    client = Client(server)
    with pytest.raises(NotSupported):
        client(UrlFetch((PART,), decode=True))
    assert logged_in(server)(b"a URLFETCH (x BINARY)") == [b"a BAD A URL is needed"]
    with pytest.raises(NotSupported):
        Client(offering("IMAP4rev1"))(ResetKey())
