"""CATENATE and URL-PARTIAL: messages put together on the server; BINARY: any octets, and parts decoded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError, NotSupported
from imapkit.protocol.extensions.append import Append, AppendUid, NewMessage
from imapkit.protocol.extensions.binary import binary_section, binary_size
from imapkit.protocol.extensions.catenate import BadUrl, Catenation, TextPart, UrlPart
from imapkit.protocol.extensions.fetch import FLAGS, Fetch, body_section
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.replace import Replace
from imapkit.protocol.extensions.select import Select
from imapkit.testing import Server
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import deliver, logged_in, selected

WHOLE = body_section()
MIXED = (
    b"Subject: two\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nText\r\n"
    b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n--b--\r\n"
)


@pytest.fixture
def drafts(server: Server, ann: Client) -> Client:
    """Ann's client with a message of two parts in Drafts (UIDVALIDITY 1002)."""
    server.deliver("ann", MIXED, folder="Drafts")
    return ann


def made(client: Client, *parts: TextPart | UrlPart) -> bytes | None:
    """The message that these parts make."""
    code = client(Append("Sent", (Catenation(parts, ("\\Seen",)),)))
    assert isinstance(code, AppendUid)
    client(Select("Sent"))
    ((uid, _),) = code.uids
    data = client(Fetch(UidSet([uid]), (FLAGS, WHOLE)))[uid]
    assert "\\Seen" in (data.get(FLAGS) or ())
    return data.get(WHOLE)


class TestCatenate:
    def test_an_attachment_is_kept(self, drafts: Client) -> None:
        # RFC 4469, appendix A, example 2
        here = "/Drafts;UIDVALIDITY=1002/;UID=1/;SECTION="
        edited = (
            TextPart(
                b"Subject: new\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nNew text\r\n--b\r\n"
            ),
            UrlPart(here + "2.MIME"),
            UrlPart(here + "2"),
            TextPart(b"\r\n--b--\r\n"),
        )
        assert made(drafts, *edited) == MIXED.replace(b"two", b"new").replace(
            b"Content-Type: text/plain\r\n\r\nText", b"\r\nNew text"
        )

    @pytest.mark.parametrize(
        ("url", "octets"),
        [
            ("/Drafts/;UID=1", MIXED),
            ("/Drafts;UIDVALIDITY=1002/;UID=1/;section=HEADER", MIXED[: MIXED.index(b"--b")]),
            ("/Drafts/;UID=1/;SECTION=HEADER.FIELDS%20(SUBJECT)", b"Subject: two\r\n\r\n"),
            ("/Drafts/;UID=1/;SECTION=1", b"Text"),
            ("/Drafts/;UID=1/;SECTION=TEXT/;PARTIAL=2.5", b"b\r\nCo"),
            ("/Drafts/;UID=1/;PARTIAL=0.10", MIXED[:10]),
            ("/Drafts/;UID=1/;PARTIAL=150", MIXED[150:]),
        ],
    )
    def test_what_a_url_leads_to(self, drafts: Client, url: str, octets: bytes) -> None:
        assert made(drafts, UrlPart(url)) == octets

    def test_relative_to_the_selected_mailbox(self, drafts: Client) -> None:
        drafts(Create("Entwürfe"))
        deliver(drafts.server, 1, "Entwürfe")
        drafts(Select("Entwürfe"))
        assert made(drafts, UrlPart(";UID=1/;SECTION=TEXT"), TextPart(b"!")) == b"1\r\n!"
        assert made(drafts, UrlPart("/Entw%C3%BCrfe/;UID=1/;SECTION=TEXT")) == b"1\r\n"

    def test_with_replace(self, drafts: Client) -> None:
        # RFC 8508, 4.2
        drafts(Select("Drafts"))
        drafts(Replace(1, "Drafts", Catenation((TextPart(b"To: mitzy@example.org\r\n"), UrlPart("/Drafts/;UID=1")))))
        assert drafts(Fetch(UidSet("2"), (WHOLE,)))[2].get(WHOLE) == b"To: mitzy@example.org\r\n" + MIXED

    def test_several_at_once(self, drafts: Client) -> None:
        parts = Catenation((UrlPart("/Drafts/;UID=1/;SECTION=1"),))
        assert drafts(Append("Sent", (parts, NewMessage(b"x"), parts))) == AppendUid(1003, ((1, 3),))

    @pytest.mark.parametrize(
        "url",
        [
            "/Drafts/;UID=9",
            "/Drafts;UIDVALIDITY=1/;UID=1",
            "/nowhere/;UID=1",
            "/Drafts/;UID=1/;SECTION=7",
            "/Drafts/;UID=1/;SECTION=HEADER]",
            "/Drafts/;UID=1/;SECTION=what",
            "/Drafts",
            "/Drafts/;UID=x",
            "imap://ann@localhost/Drafts/;UID=1",
            "//localhost/Drafts/;UID=1",
            "http://x/",
            "/Entw%FCrfe/;UID=1",
            "ä",
        ],
    )
    def test_a_url_that_leads_nowhere(self, drafts: Client, url: str) -> None:
        with pytest.raises(CommandError) as refused:
            drafts(Append("Sent", (Catenation((TextPart(b"x"), UrlPart(url))),)))
        assert refused.value.response_code == BadUrl(url.replace("]", "%5D").replace("ä", "%C3%A4"))
        assert drafts(Select("Sent")).exists == 0

    def test_too_much_of_it(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 CATENATE APPENDLIMIT=5000")
        server.deliver("ann", b"x" * 1000)
        line = logged_in(server)
        parts = [b"URL /INBOX/;UID=1"] * 6
        assert line(b"a APPEND Sent CATENATE (" + b" ".join(parts) + b")") == [
            b"a NO [TOOBIG] A message of more than 5000 octets"
        ]
        assert line(b"b APPEND Sent CATENATE (" + b" ".join(parts[:5]) + b")")[0].startswith(b"b OK ")

    def test_octets(self, server: Server, drafts: Client) -> None:
        line = logged_in(server)
        assert line(b"a APPEND Sent CATENATE (TEXT {5+}", b"a: b\n URL /Drafts/;UID=1/;SECTION=1)") == [
            b"a OK [APPENDUID 1003 1] APPEND completed."
        ]
        assert line(b"b APPEND Sent CATENATE ()")[0].startswith(b"b BAD ")
        assert line(b"b APPEND Sent CATENATE (URI x)") == [b"b BAD Unknown part URI"]
        assert line(b"b APPEND Sent CATENATE (TEXT x)")[0].startswith(b"b BAD ")
        assert line(b"b APPEND Sent CATENATE (TEXT {0+}", b")") == [b"b NO Can't save a message of no octets"]

    def test_where_it_is_not_offered(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 CATENATE")
        deliver(server, 1)
        client = Client(server)
        with pytest.raises(NotSupported):
            client(Append("Sent", (Catenation((UrlPart("/INBOX/;UID=1/;PARTIAL=0.1"),)),)))
        line = logged_in(server)
        assert line(b"a APPEND Sent CATENATE (URL /INBOX/;UID=1/;PARTIAL=0.1)")[0].startswith(b"a NO [BADURL ")
        line = logged_in(offering("IMAP4rev1"))
        assert line(b"a APPEND Sent CATENATE (URL /INBOX/;UID=1)")[0].startswith(b"a BAD ")


class TestBinary:
    def test_parts_are_decoded(self, drafts: Client) -> None:
        drafts(Select("Drafts"))
        items = (
            binary_section("2"),
            binary_size("2"),
            binary_section("2", partial=(1, 2)),
            binary_section("1"),
            binary_section("9"),
            FLAGS,
        )
        data = drafts(Fetch(UidSet("1"), items))[1]
        assert [data.get(item) for item in items[:5]] == [b"\0\1\2\xff", 4, b"\1\2", b"Text", None]
        assert data.get(FLAGS) == {"\\Recent"}
        drafts(Fetch(UidSet("1"), (binary_section("1", mark_seen=True),)))
        assert drafts(Fetch(UidSet("1"), (FLAGS,)))[1].get(FLAGS) == {"\\Seen", "\\Recent"}

    def test_octets(self, server: Server, drafts: Client) -> None:
        line = selected(server, b"Drafts")
        assert line(b"a FETCH 1 BINARY.PEEK[2]")[0] == b"* 1 FETCH (BINARY[2] ~{4}\r\n\0\1\2\xff)"
        assert line(b"b FETCH 1 BINARY.PEEK[1]")[0] == b"* 1 FETCH (BINARY[1] {4}\r\nText)"
        assert line(b"c FETCH 1 BINARY.PEEK[2]<3.9>")[0] == b"* 1 FETCH (BINARY[2]<3> {1}\r\n\xff)"
        assert line(b"d FETCH 1 BINARY.SIZE[HEADER]")[0].startswith(b"d BAD ")

    def test_nul_goes_in_and_out(self, ann: Client) -> None:
        raw = b"Content-Type: application/x\r\nContent-Transfer-Encoding: binary\r\n\r\n\0\1\0"
        ann(Append("Sent", (NewMessage(raw, binary=True),)))
        ann(Select("Sent"))
        assert ann(Fetch(UidSet("1"), (binary_section("1"),)))[1].get(binary_section("1")) == b"\0\1\0"

    def test_an_encoding_that_nobody_knows(self, server: Server, ann: Client) -> None:
        server.deliver("ann", b"Content-Transfer-Encoding: x-uuencode\n\nx")
        ann(Select("INBOX"))
        with pytest.raises(CommandError) as refused:
            ann(Fetch(UidSet("1"), (binary_section("1"),)))
        assert refused.value.code == "UNKNOWN-CTE"
