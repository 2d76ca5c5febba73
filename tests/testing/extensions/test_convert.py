"""CONVERT: text in another charset, HTML as plain text, headers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError, NotSupported
from imapkit.protocol.extensions.convert import (
    Conversion,
    Conversions,
    Convert,
    ConvertError,
    available_conversions,
    converted,
    converted_header,
    converted_size,
    converted_structure,
)
from imapkit.protocol.extensions.fetch import FLAGS, Fetch
from imapkit.protocol.extensions.select import Select
from imapkit.testing import Server
from imapkit.types.uids import SeqSet, UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, selected

MIXED = (
    b"From: =?iso-8859-2?q?=AEofie?= <z@example.org>\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BCn?=\r\n =?iso-8859-1?q?_ist?= gut =?x-odd?q?a?=\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"=A4 5\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"PHA+R3LDvG48L3A+\r\n"
    b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n"
)
ONE = UidSet("1")


@pytest.fixture
def mixed(server: Server, ann: Client) -> Client:
    """Ann's client; message 1 of its INBOX has a text, an HTML and an image."""
    server.deliver("ann", MIXED)
    ann(Select("INBOX"))
    return ann


@pytest.fixture
def line(server: Server, mixed: Client) -> Line:
    """The same in octets."""
    return selected(server)


class TestConversions:
    def test_what_there_is(self, ann: Client) -> None:
        names = ("charset", "unknown-character-replacement")
        plain = Conversion("text/plain", "text/plain", names)
        assert ann(Conversions()) == (plain, Conversion("text/html", "text/plain", names))
        assert ann(Conversions("text/plain", "text/plain")) == (plain,)
        assert ann(Conversions("image/*", "text/*")) == ()

    def test_octets(self, line: Line) -> None:
        assert line(b'a CONVERSIONS "TEXT/HTML" "*"')[0] == (
            b'* CONVERSION "text/html" "text/plain" ("charset" "unknown-character-replacement")'
        )
        assert line(b'b CONVERSIONS "text" "*"') == [b"b BAD This is no type of content"]


class TestText:
    @pytest.mark.parametrize(
        ("part", "charset", "octets"),
        [
            ("1", "utf-8", "€ 5".encode()),
            ("1", "iso-8859-15", b"\xa4 5"),
            ("2", "utf-8", "Grün".encode()),
            ("2", "iso-8859-1", b"Gr\xfcn"),
        ],
    )
    def test_charsets(self, mixed: Client, part: str, charset: str, octets: bytes) -> None:
        items = (converted(part), converted_size(part), converted(part, partial=(1, 2)))
        data = mixed(Convert(ONE, items, "text/plain", (("charset", charset),)))[1]
        assert [data.get(item) for item in items] == [octets, len(octets), octets[1:3]]

    def test_the_default(self, mixed: Client) -> None:
        items = (converted_structure("2"), converted("2"), available_conversions("2"))
        data = mixed(Convert(SeqSet("1"), items))[1]
        structure = data.get(items[0])
        assert structure is not None
        assert not isinstance(structure, ConvertError)
        assert (structure.content_type, structure.charset, structure.size) == ("text/plain", "utf-8", 5)
        assert [data.get(item) for item in items[1:]] == ["Grün".encode(), ("text/plain",)]

    def test_characters_that_are_not_there(self, mixed: Client) -> None:
        item = converted("2")
        parameters = (("charset", "us-ascii"), ("unknown-character-replacement", "?"))
        assert mixed(Convert(ONE, (item,), "text/plain", parameters))[1].get(item) == b"Gr?n"
        with pytest.raises(CommandError, match="All conversions failed") as refused:
            mixed(Convert(ONE, (item,), "text/plain", parameters[:1]))
        partial = refused.value.partial
        assert isinstance(partial, dict)

    def test_when_some_fail(self, mixed: Client) -> None:
        items = (converted("1"), converted("3"), converted("9"), FLAGS)
        data = mixed(Convert(ONE, items[:3], "text/plain"))[1]
        assert data.get(items[0]) == "€ 5".encode()
        assert data.get(items[1]) == ConvertError(
            "This can't be converted so", "BADPARAMETERS", b'"image/png" "text/plain"'
        )
        assert data.get(items[2]) == ConvertError("There is no such part", "BADPARAMETERS", b'NIL "text/plain"')
        # CONVERT never sets \Seen (RFC 5259, 6).
        assert mixed(Fetch(ONE, (FLAGS,)))[1].get(FLAGS) == {"\\Recent"}

    @pytest.mark.parametrize(
        ("said", "phrase"),
        [
            (
                b'("text/plain" ("charset" "us-ascii")) BINARY[2]',
                b'BADPARAMETERS "text/html" "text/plain" ("charset" "us-ascii")',
            ),
            (b'("text/plain" (pix-x 5)) BINARY[2]', b'BADPARAMETERS "text/html" "text/plain" ("pix-x" "5")'),
            (b'("text/plain" (charset x-no)) BINARY[2]', b'BADPARAMETERS "text/html" "text/plain" ("charset" "x-no")'),
            (
                b'("text/plain" (charset base64)) BINARY[2]',
                b'BADPARAMETERS "text/html" "text/plain" ("charset" "base64")',
            ),
            (
                b'("text/plain" (charset ascii unknown-character-replacement {2+}\r\n\xc3\xbc)) BINARY[2]',
                (
                    b'BADPARAMETERS "text/html" "text/plain" '
                    b'("charset" "ascii" "unknown-character-replacement" {2}\r\n\xc3\xbc)'
                ),
            ),
            (b'("image/jpeg") BINARY.SIZE[3]', b'BADPARAMETERS "image/png" "image/jpeg"'),
            (b"(NIL) BINARY[]", b'BADPARAMETERS "multipart/mixed" "text/plain"'),
            (b"(NIL) BODY[HEADER]", b"MISSINGPARAMETERS NIL NIL (CHARSET)"),
            (b"(NIL (charset utf-8)) BODY[3.HEADER]", b'BADPARAMETERS NIL "message/rfc822"'),
        ],
    )
    def test_errors(self, line: Line, said: bytes, phrase: bytes) -> None:
        answer, completion = line(b"b002 CONVERT 1 " + said)
        assert answer.startswith(b'* 1 CONVERTED (TAG "b002") (')
        assert answer.endswith(b" " + phrase + b"))")
        assert completion == b"b002 NO All conversions failed"


class TestHeaders:
    def test_encoded_words(self, mixed: Client) -> None:
        item = converted_header()
        header = mixed(Convert(ONE, (item,), None, (("charset", "utf-8"),)))[1].get(item)
        assert header == MIXED[: MIXED.index(b"--b")].replace(
            b"=?iso-8859-2?q?=AEofie?=", b"=?utf-8?B?xb1vZmll?="
        ).replace(b"=?utf-8?q?Gr=C3=BCn?=\r\n =?iso-8859-1?q?_ist?=", b"=?utf-8?B?R3LDvG4gaXN0?=")

    def test_long_ones_are_folded(self, server: Server, ann: Client) -> None:
        server.deliver("ann", b"Subject: =?iso-8859-1?q?" + b"=FC" * 40 + b"?=\r\n\r\nx")
        ann(Select("INBOX"))
        item = converted_header()
        header = ann(Convert(ONE, (item,), None, (("charset", "utf-8"),)))[1].get(item)
        assert isinstance(header, bytes)
        lines = header.splitlines()
        assert len(lines) == 3
        assert all(len(one) <= 78 or one.startswith(b"Subject: ") for one in lines)

    def test_of_a_part(self, mixed: Client) -> None:
        item = converted_header("3", mime=True)
        header = mixed(Convert(ONE, (item,), None, (("charset", "utf-8"),)))[1].get(item)
        assert header == b"Content-Type: image/png\r\n\r\n"


class TestCommand:
    def test_octets(self, line: Line) -> None:
        assert line(b"a UID CONVERT 1 (NIL) (BINARY[1] BINARY.SIZE[1])")[0] == (
            b'* 1 CONVERTED (TAG "a") (UID 1 BINARY[1] {5}\r\n\xe2\x82\xac 5 BINARY.SIZE[1] 5)'
        )
        assert line(b"b CONVERT 1 (NIL) (BINARY[1]<1.2> UID)")[0] == (
            b'* 1 CONVERTED (TAG "b") (UID 1 BINARY[1]<1> {2}\r\n\x82\xac)'
        )
        assert line(b"c UID CONVERT 99 (NIL) BINARY[1]") == [b"c OK UID CONVERT completed."]

    @pytest.mark.parametrize(
        "said",
        [
            b"CONVERT 1 (NIL) UID",
            b"CONVERT 1 (NIL) FLAGS",
            b"CONVERT 1 (NIL) BODY[TEXT]",
            b'CONVERT 1 ("text/plain" (charset utf-8)) BODY[HEADER]',
            b"CONVERT 1 (TEXT) BINARY[1]",
            b'CONVERT 1 ("text") BINARY[1]',
            b"CONVERT 1 NIL BINARY[1]",
            b"CONVERT 1 (NIL) [1]",
            b"CONVERT 1 (NIL) BINARY[1] x",
            b"CONVERT 1 (NIL)",
        ],
    )
    def test_mistakes(self, line: Line, said: bytes) -> None:
        assert line(b"a " + said)[0].startswith(b"a BAD ")

    def test_limits(self, server: Server, line: Line) -> None:
        deliver(server, 100)
        line(b"x NOOP")
        assert line(b"a CONVERT 1:* (NIL) BINARY[1]") == [b"a NO [MAXCONVERTMESSAGES 100] Too many messages at once"]
        many = b" ".join([b"BINARY[1]"] * 21)
        assert line(b"b CONVERT 1 (NIL) (" + many + b")") == [b"b NO [MAXCONVERTPARTS 20] Too many parts at once"]

    def test_where_it_is_not_offered(self, offering: Callable[[str], Server]) -> None:
        with pytest.raises(NotSupported):
            Client(offering("IMAP4rev1"))(Conversions())
