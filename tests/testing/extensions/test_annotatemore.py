"""ANNOTATEMORE: the same values as METADATA's, by their old names."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.acl import SetAcl
from imapkit.protocol.extensions.annotate import AnnotationEntry
from imapkit.protocol.extensions.annotatemore import AnnotateMoreCode, Annotations, GetAnnotation, SetAnnotation
from imapkit.protocol.extensions.metadata import GetMetadata, SetMetadata
from imapkit.testing import Server
from imapkit.types.rights import Rights
from tests.testing.extensions.clients import Client
from tests.testing.lines import logged_in

VALUE = ("value.priv",)


def test_values_come_back(ann: Client) -> None:
    ann(SetAnnotation("INBOX", "/comment", (("value.priv", b"My\r\ncomment"), ("value.shared", b"Ours"))))
    assert ann(GetAnnotation("INBOX", ("/comment",))) == (
        Annotations(
            "INBOX", (AnnotationEntry("/comment", (("value.priv", b"My\r\ncomment"), ("value.shared", b"Ours"))),)
        ),
    )


def test_as_the_draft_has_it(ann: Client) -> None:
    ann(SetAnnotation("INBOX", "/comment", (("value.priv", b"My comment"),)))
    said = ann.said(GetAnnotation("INBOX", ("/comment",), ("value.priv", "value.shared", "size")))
    assert said[0] == (
        '* ANNOTATION INBOX "/comment" '
        '("value.priv" "My comment" "value.shared" NIL "size.priv" "10" "size.shared" "0")'
    )


def test_it_is_metadata(ann: Client) -> None:
    ann(SetAnnotation("INBOX", "/comment", (("value.shared", b"x"),)))
    assert ann(GetMetadata("INBOX", ("/shared/comment",))).get("/shared/comment") == b"x"
    ann(SetMetadata("INBOX", (("/private/vendor/x", b"y"),)))
    (found,) = ann(GetAnnotation("INBOX", ("/vendor/x",), VALUE))
    assert found.entries == (AnnotationEntry("/vendor/x", (("value.priv", b"y"),)),)


def test_patterns(ann: Client) -> None:
    for mailbox in ("INBOX", "Sent"):
        ann(SetAnnotation(mailbox, "/comment", (("value.priv", b"1"),)))
        ann(SetAnnotation(mailbox, "/vendor/x/y", (("value.priv", b"2"),)))
    found = ann(GetAnnotation("*", ("/%",), VALUE))
    assert {annotations.mailbox: [entry.name for entry in annotations.entries] for annotations in found} == {
        "INBOX": ["/comment"],
        "Sent": ["/comment"],
    }
    (found_in_sent,) = ann(GetAnnotation("S%", ("/vendor/*", "/none"), ("*.priv",)))
    assert found_in_sent.entries == (AnnotationEntry("/vendor/x/y", (("value.priv", b"2"), ("size.priv", b"1"))),)


def test_several_entries_at_once(server: Server, ann: Client) -> None:
    line = logged_in(server)
    said = b'a SETANNOTATION INBOX ("/a" ("value.priv" "1") "/b" ("value.shared" "2"))'
    assert line(said) == [b"a OK SETANNOTATION completed."]
    (found,) = ann(GetAnnotation("INBOX", ("*",)))
    assert [entry.name for entry in found.entries] == ["/a", "/b"]


def test_of_the_server(ann: Client) -> None:
    (found,) = ann(GetAnnotation("", ("/admin",), ("value.shared",)))
    assert found == Annotations("", (AnnotationEntry("/admin", (("value.shared", b"mailto:admin@localhost"),)),))
    with pytest.raises(CommandError) as refused:
        ann(SetAnnotation("", "/comment", (("value.shared", b"x"),)))
    assert refused.value.code == "NOPERM"


def test_removing(ann: Client) -> None:
    ann(SetAnnotation("INBOX", "/comment", (("value.priv", b"x"),)))
    ann(SetAnnotation("INBOX", "/comment", (("value.priv", None),)))
    assert ann(GetAnnotation("INBOX", ("*",))) == ()


def test_refusals(ann: Client, bob: Client) -> None:
    with pytest.raises(CommandError) as refused:
        ann(SetAnnotation("INBOX", "/comment", (("value.priv", b"x" * 20_000),)))
    assert refused.value.response_code == AnnotateMoreCode("TOOBIG")
    for number in range(100):
        ann(SetAnnotation("INBOX", f"/{number}", (("value.priv", b"x"),)))
    with pytest.raises(CommandError) as refused:
        ann(SetAnnotation("INBOX", "/comment", (("value.priv", b"x"),)))
    assert refused.value.response_code == AnnotateMoreCode("TOOMANY")
    with pytest.raises(CommandError) as refused:
        ann(SetAnnotation("INBOX", "/comment", (("size.priv", b"1"),)))
    assert refused.value.code == "CANNOT"
    with pytest.raises(CommandError) as refused:
        ann(SetAnnotation("Nowhere", "/comment", (("value.priv", b"1"),)))
    assert refused.value.code == "NONEXISTENT"
    ann(SetAcl("INBOX", "bob", Rights("lk")))
    assert bob(GetAnnotation("Other Users/*", ("*",))) == ()


@pytest.mark.parametrize(
    "said",
    [
        b'GETANNOTATION INBOX () "value"',
        b'GETANNOTATION INBOX "/x"',
        b'SETANNOTATION INBOX "x" ("value.priv" "1")',
        b'SETANNOTATION INBOX "/x" ()',
        b'SETANNOTATION INBOX "/x" ("value.priv" 1)',
        b"SETANNOTATION INBOX ()",
    ],
)
def test_what_is_wrong(server: Server, said: bytes) -> None:
    assert logged_in(server)(b"a " + said)[0].startswith(b"a BAD")
