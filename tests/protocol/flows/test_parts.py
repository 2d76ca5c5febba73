"""What a reader wants of a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imapkit.errors import MessageNotFound
from imapkit.protocol.extensions.fetch import BODYSTRUCTURE, Fetched, body_section
from imapkit.protocol.flows.parts import (
    attachments,
    decoded,
    html_part,
    known_header,
    known_part,
    previews,
    readable,
    section_octets,
    text_part,
)
from imapkit.types.bodystructure import BodyStructure, Disposition, Multipart, Part
from tests.protocol.extensions.talking import read
from tests.protocol.peer import dialogue, selected

PLAIN = Part("1", "text", "plain", encoding="quoted-printable", size=9)
HTML = Part("2", "text", "html", size=9)
ATTACHED = Part("3", "text", "plain", disposition=Disposition("attachment"))
NAMED = Part("4", "text", "html", ((b"name", b"page.html"),))
INLINE = Part("5", "text", "plain", disposition=Disposition("inline"))
IMAGE = Part("6", "image", "png")
FORWARDED = Part("7", "message", "rfc822", message=Part("7.1", "text", "plain"))


def mixed(*parts: BodyStructure) -> Multipart:
    return Multipart("", "multipart", "mixed", parts=parts)


def fetched(octets: bytes) -> Fetched:
    response, _ = read(octets)
    assert isinstance(response, Fetched)
    return response


class TestChoice:
    @pytest.mark.parametrize(
        ("structure", "text", "html"),
        [
            (PLAIN, PLAIN, None),
            (HTML, HTML, HTML),
            (IMAGE, None, None),
            (mixed(HTML, PLAIN), PLAIN, HTML),
            (mixed(ATTACHED, NAMED, IMAGE), None, None),
            (mixed(ATTACHED, INLINE), INLINE, None),
            (mixed(mixed(HTML), IMAGE), HTML, HTML),
            (mixed(FORWARDED), None, None),  # what a message inside says is not what this one says
            (mixed(), None, None),
        ],
    )
    def test_texts(self, structure: BodyStructure, text: Part | None, html: Part | None) -> None:
        assert text_part(structure) == text
        assert html_part(structure) == html

    def test_attachments(self) -> None:
        structure = mixed(mixed(PLAIN, HTML), ATTACHED, NAMED, INLINE, IMAGE, FORWARDED)
        assert attachments(structure) == (ATTACHED, NAMED, IMAGE, FORWARDED)


class TestOctets:
    ASKED = b"K2 UID FETCH 2 (UID BODY.PEEK[1])\r\n"

    def test_of_a_section(self) -> None:
        peer = selected()
        turn = (self.ASKED, b'* 1 FETCH (UID 2 BODY[1] "x")\r\nK2 OK\r\n')
        assert dialogue(peer, section_octets(peer.connection, 2, body_section("1")), turn) == b"x"

    @pytest.mark.parametrize("answer", [b"", b"* 1 FETCH (UID 2)\r\n", b"* 1 FETCH (UID 2 BODY[1] NIL)\r\n"])
    def test_of_what_is_not_there(self, answer: bytes) -> None:
        peer = selected()
        with pytest.raises(MessageNotFound, match=r"UID 2 any more, or it has no BODY\[1\]"):
            dialogue(peer, section_octets(peer.connection, 2, body_section("1")), (self.ASKED, answer + b"K2 OK\r\n"))

    WHOLE = b"Subject: x\r\n\r\nhello\r\n"

    def test_known_already(self) -> None:
        data = fetched(b"* 1 FETCH (BODY[] {%d}\r\n%b UID 2)" % (len(self.WHOLE), self.WHOLE))
        part = replace(PLAIN, size=7)
        assert known_part(data, part, part) == b"hello\r\n"
        assert known_part(data, PLAIN, PLAIN) is None  # the message is not what its structure says
        assert known_header(data) == b"Subject: x\r\n\r\n"

    def test_not_known(self) -> None:
        data = fetched(b"* 1 FETCH (UID 2 FLAGS ())")
        assert known_part(data, PLAIN, PLAIN) is None
        assert known_header(data) is None

    @pytest.mark.parametrize("name", [b"BODY[HEADER.FIELDS (SUBJECT TO)]", b'body[header.fields ("Subject" "To")]'])
    def test_some_fields(self, name: bytes) -> None:
        data = fetched(b"* 1 FETCH (UID 2 %b {14}\r\nSubject: x\r\n\r\n)" % name)
        assert known_header(data) == b"Subject: x\r\n\r\n"


class TestReading:
    def test_decoded(self) -> None:
        assert decoded(PLAIN, b"a=C3=A9\r\nb=\r\nc") == "aé\nbc"

    def test_readable(self) -> None:
        assert readable(PLAIN, b"<b>x</b>") == "<b>x</b>"
        assert readable(HTML, b"<p>x<br>y</p>").strip() == "x\ny"


class TestPreviews:
    def test_one_fetch_for_each_section(self) -> None:
        peer = selected()
        messages = [
            (fetched(b"* 1 FETCH (UID 1)"), PLAIN),
            (fetched(b"* 2 FETCH (UID 2)"), mixed(IMAGE, HTML)),
            (fetched(b"* 3 FETCH (UID 3)"), PLAIN),
            (fetched(b"* 4 FETCH (UID 4)"), IMAGE),
            (fetched(b"* 5 FETCH (UID 5)"), None),
            (fetched(b"* 6 FETCH (FLAGS ())"), PLAIN),
            (fetched(b"* 7 FETCH (UID 7)"), PLAIN),
        ]
        snippets = dialogue(
            peer,
            previews(peer.connection, messages),
            (
                b"K2 UID FETCH 1,3,7 (UID BODY.PEEK[1]<0.2048>)\r\n",
                b'* 1 FETCH (UID 1 BODY[1]<0> "a =C3=A9")\r\n* 3 FETCH (UID 3 BODY[1]<0> NIL)\r\nK2 OK\r\n',
            ),
            (
                b"K3 UID FETCH 2 (UID BODY.PEEK[2]<0.2048>)\r\n",
                b'* 2 FETCH (UID 2 BODY[2]<0> "<p>b</p>")\r\nK3 OK\r\n',
            ),
        )
        assert snippets == {1: "a é", 2: "b", 3: "", 4: "", 5: ""}

    def test_of_nothing(self) -> None:
        peer = selected()
        assert dialogue(peer, previews(peer.connection, [])) == {}


def test_the_structure_of_a_response_is_what_is_chosen_from() -> None:
    structure = fetched(b'* 1 FETCH (BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 5 1))').get(BODYSTRUCTURE)
    assert structure is not None
    assert text_part(structure) is structure
