"""ANNOTATEMORE: the examples of draft-daboo-imap-annotatemore-08."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.annotate import AnnotationEntry
from imapkit.protocol.extensions.annotatemore import (
    AnnotateMoreCode,
    Annotations,
    GetAnnotation,
    SetAnnotation,
)
from tests.protocol.extensions.talking import ask, completion, connect, untagged

COMMENT = Annotations("INBOX", (AnnotationEntry("/comment", (("value.priv", b"My comment"),)),))


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b'* ANNOTATION "INBOX" "/comment" ("value.priv" "My comment")', COMMENT),
        (b'* ANNOTATION "" "/motd" ("value.shared" NIL) "/admin" ("value.shared" {1}\r\nx)',
         Annotations("", (AnnotationEntry("/motd", (("value.shared", None),)),
                          AnnotationEntry("/admin", (("value.shared", b"x"),))))),
        (b'* ANNOTATION "INBOX" ("/comment" "/Sort") ',
         Annotations("INBOX", (AnnotationEntry("/comment"), AnnotationEntry("/sort")))),
        (b'* ANNOTATION "INBOX" "/comment"', Annotations("INBOX", (AnnotationEntry("/comment"),))),
    ],
)  # fmt: skip
def test_responses(octets: bytes, expected: Annotations) -> None:
    assert untagged(octets) == expected


def test_codes() -> None:
    assert completion(b"NO [ANNOTATEMORE TOOBIG] no").code == AnnotateMoreCode("TOOBIG")
    assert AnnotateMoreCode("TOOMANY").name == "ANNOTATEMORE"


def test_get() -> None:
    answer = b'* ANNOTATION "INBOX" "/comment" ("value.priv" "My comment")'
    command = GetAnnotation("INBOX%", ("/comment", "/vendor/*"), ("value.priv",))
    sent, found = ask(command, b"* 3 EXISTS", answer, capabilities="ANNOTATEMORE")
    assert sent == b'GETANNOTATION "INBOX%" ("/comment" "/vendor/*") ("value.priv")'
    assert found == (COMMENT,)


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        (SetAnnotation("INBOX", "/comment", (("value.priv", b"My"), ("value.shared", None))),
         b'SETANNOTATION INBOX "/comment" ("value.priv" "My" "value.shared" NIL)'),
        (SetAnnotation("", "/motd", (("value.shared", b"a\r\nb"),)),
         b'SETANNOTATION "" "/motd" ("value.shared" {4}\r\na\r\nb)'),
        (SetAnnotation("", "/motd", (("value.shared", b"a\nb"),)),
         b'SETANNOTATION "" "/motd" ("value.shared" {3}\r\na\nb)'),
    ],
)  # fmt: skip
def test_set(command: SetAnnotation, sent: bytes) -> None:
    assert ask(command, capabilities="ANNOTATEMORE") == (sent, None)


@pytest.mark.parametrize(
    "command",
    [
        GetAnnotation("", ()),
        GetAnnotation("", ("/a",), ()),
        GetAnnotation("", ("é",)),
        SetAnnotation("", "/a", ()),
        SetAnnotation("", "/a*", (("value.priv", None),)),
        SetAnnotation("", "/a", (("value.%", None),)),
        SetAnnotation("", "/a", (("value.priv", b"\0"),)),
    ],
)
def test_refused(command: SetAnnotation) -> None:
    with pytest.raises(InvalidArgument):
        connect("ANNOTATEMORE").send(command)


def test_needs_its_capability() -> None:
    with pytest.raises(NotSupported):
        connect("METADATA").send(GetAnnotation("", ("/a",)))


def test_answers_do_not_mix() -> None:
    connection = connect("ANNOTATEMORE")
    connection.send(GetAnnotation("a", ("/a",)))
    connection.send(GetAnnotation("b", ("/a",)))
    assert len(connection.data_to_send().splitlines()) == 1
