"""METADATA: values of mailboxes and of the server are set, told, and told of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.acl import SetAcl
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.imapsieve import SCRIPT
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create, Delete, Rename
from imapkit.protocol.extensions.metadata import (
    GetMetadata,
    Metadata,
    MetadataChanged,
    MetadataCode,
    MetadataResult,
    SetMetadata,
)
from imapkit.protocol.extensions.session import Noop
from imapkit.testing import Server
from imapkit.types.rights import Rights
from tests.testing.extensions.clients import Client
from tests.testing.lines import logged_in

COMMENT = "/private/comment"
SHARED = "/shared/comment"
FILTERS = "/private/filters/values"


class TestValues:
    @pytest.mark.parametrize(
        "value",
        [b"My comment", b"", b'"quoted" \\', b"My new comment across\r\ntwo lines.\r\n", "grün".encode(), b"\0\xff"],
    )
    def test_they_come_back(self, ann: Client, value: bytes) -> None:
        ann(SetMetadata("INBOX", ((COMMENT, value),)))
        assert ann(GetMetadata("inbox", (COMMENT,))) == MetadataResult(((COMMENT, value),))

    def test_as_the_rfc_has_it(self, ann: Client) -> None:
        # RFC 5464, 4.2.
        ann(SetMetadata("INBOX", ((COMMENT, b"My own comment"), (SHARED, b"Shared comment"))))
        assert ann.said(GetMetadata("INBOX", (SHARED, COMMENT)))[0] == (
            '* METADATA INBOX (/shared/comment "Shared comment" /private/comment "My own comment")'
        )

    def test_what_has_no_value(self, ann: Client) -> None:
        ann(SetMetadata("INBOX", ((COMMENT, b"x"),)))
        ann(SetMetadata("INBOX", ((COMMENT, None), (SHARED, None))))
        assert ann.said(GetMetadata("INBOX", (COMMENT,)))[0] == "* METADATA INBOX (/private/comment NIL)"

    def test_case_does_not_matter(self, ann: Client) -> None:
        ann(SetMetadata("INBOX", (("/Private/Comment", b"x"),)))
        assert ann(GetMetadata("INBOX", ("/PRIVATE/comment",))).get("/private/COMMENT") == b"x"

    def test_large_ones_are_left_out(self, ann: Client) -> None:
        ann(SetMetadata("INBOX", ((COMMENT, b"short"), (SHARED, b"x" * 2199))))
        told, completion = ann.said(GetMetadata("INBOX", (SHARED, COMMENT), max_size=1024))
        assert told == '* METADATA INBOX (/private/comment "short")'
        assert completion.endswith(" OK [METADATA LONGENTRIES 2199] GETMETADATA completed.")
        assert ann(GetMetadata("INBOX", (SHARED, COMMENT), max_size=1024)).left_out == 2199
        assert ann(GetMetadata("INBOX", (SHARED,), max_size=2199)).left_out is None

    def test_what_is_below(self, ann: Client) -> None:
        below = ((f"{FILTERS}/boss", b'FROM "boss@example.org"'), (f"{FILTERS}/small", b"SMALLER 5000"))
        deeper = ((f"{FILTERS}/small/really", b"SMALLER 500"),)
        ann(SetMetadata("INBOX", (*below, *deeper, ("/private/filters/valuesque", b"no"))))
        assert ann(GetMetadata("INBOX", (FILTERS,))).entries == ((FILTERS, None),)
        assert ann(GetMetadata("INBOX", (FILTERS,), depth=1)).entries == below
        assert ann(GetMetadata("INBOX", (FILTERS,), depth="infinity")).entries == (*below, *deeper)
        assert ann(GetMetadata("INBOX", ("/private/none",), depth=1)).entries == ()

    def test_they_go_with_the_mailbox(self, ann: Client) -> None:
        ann(Create("Work"))
        ann(SetMetadata("Work", ((COMMENT, b"x"),)))
        ann(Rename("Work", "Job"))
        assert ann(GetMetadata("Job", (COMMENT,))).get(COMMENT) == b"x"
        ann(Delete("Job"))
        ann(Create("Job"))
        assert ann(GetMetadata("Job", (COMMENT,))).get(COMMENT) is None

    def test_inbox_keeps_them_when_it_is_renamed(self, ann: Client) -> None:
        ann(SetMetadata("INBOX", ((COMMENT, b"x"),)))
        ann(Rename("INBOX", "Old"))
        ann(SetMetadata("INBOX", ((COMMENT, b"y"),)))
        assert [ann(GetMetadata(name, (COMMENT,))).get(COMMENT) for name in ("Old", "INBOX")] == [b"x", b"y"]

    def test_the_script_of_imapsieve(self, ann: Client) -> None:
        ann(SetMetadata("INBOX", ((SCRIPT, b"filing"),)))
        assert ann(GetMetadata("INBOX", (SCRIPT,))).get(SCRIPT) == b"filing"


class TestRefusals:
    @pytest.mark.parametrize("entry", [COMMENT, SHARED])
    def test_too_large(self, ann: Client, entry: str) -> None:
        with pytest.raises(CommandError) as refused:
            ann(SetMetadata("INBOX", (("/private/other", b"x"), (entry, b"x" * 20_000))))
        assert refused.value.response_code == MetadataCode("MAXSIZE", 16384)
        assert ann(GetMetadata("INBOX", ("/private/other",))).get("/private/other") is None  # all or none

    def test_too_many(self, ann: Client) -> None:
        ann(SetMetadata("INBOX", tuple((f"/private/{number}", b"x") for number in range(100))))
        with pytest.raises(CommandError) as refused:
            ann(SetMetadata("INBOX", ((COMMENT, b"x"),)))
        assert refused.value.response_code == MetadataCode("TOOMANY")
        ann(SetMetadata("INBOX", (("/private/1", None), (COMMENT, b"x"))))

    @pytest.mark.parametrize(
        "said",
        [
            b"GETMETADATA INBOX /comment",
            b"GETMETADATA INBOX /private",
            b"GETMETADATA INBOX /private//x",
            b"GETMETADATA INBOX /private/%",
            b"GETMETADATA INBOX ()",
            b"GETMETADATA (DEPTH 2) INBOX /private/x",
            b"GETMETADATA (X 2) INBOX /private/x",
            b"SETMETADATA INBOX (/private/x y)",
            b"SETMETADATA INBOX (/private/x)",
            b"SETMETADATA INBOX ()",
            b"SETMETADATA INBOX (/private/x NIL) x",
            b'LIST "" * RETURN (METADATA /private/x)',
        ],
    )
    def test_what_is_wrong(self, server: Server, said: bytes) -> None:
        assert logged_in(server)(b"a " + said)[0].startswith(b"a BAD")

    def test_a_mailbox_that_there_is_not(self, ann: Client) -> None:
        with pytest.raises(CommandError) as refused:
            ann(GetMetadata("Nowhere", (COMMENT,)))
        assert refused.value.code == "NONEXISTENT"


class TestTheServer:
    def test_its_administrator(self, ann: Client) -> None:
        assert (
            ann.said(GetMetadata("", ("/shared/admin",)))[0] == '* METADATA "" (/shared/admin "mailto:admin@localhost")'
        )

    def test_who_may_set_what(self, server: Server, ann: Client) -> None:
        admin = Client(server, "admin")
        ann(SetMetadata("", ((COMMENT, b"mine"),)))
        admin(SetMetadata("", ((SHARED, b"everybody's"),)))
        assert ann(GetMetadata("", (COMMENT, SHARED))).entries == ((COMMENT, b"mine"), (SHARED, b"everybody's"))
        for client, entry in ((ann, SHARED), (admin, "/shared/admin")):
            with pytest.raises(CommandError) as refused:
                client(SetMetadata("", ((entry, b"x"),)))
            assert refused.value.code == "NOPERM"

    def test_alone(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 METADATA-SERVER")
        assert Client(server)(GetMetadata("", (COMMENT,))).entries == ((COMMENT, None),)
        assert logged_in(server)(b"a GETMETADATA INBOX /private/x")[0].startswith(b"a BAD Only")


class TestTwoUsers:
    def test_private_and_shared(self, ann: Client, bob: Client) -> None:
        ann(SetAcl("INBOX", "bob", Rights("lr")))
        ann(SetMetadata("INBOX", ((COMMENT, b"Ann's"), (SHARED, b"ours"))))
        bob(SetMetadata("Other Users/ann/INBOX", ((COMMENT, b"Bob's"),)))
        found = bob(GetMetadata("Other Users/ann/INBOX", (COMMENT, SHARED)))
        assert found.entries == ((COMMENT, b"Bob's"), (SHARED, b"ours"))
        assert ann(GetMetadata("INBOX", (COMMENT,))).get(COMMENT) == b"Ann's"

    @pytest.mark.parametrize(("rights", "code"), [("", "NONEXISTENT"), ("r", "NONEXISTENT"), ("lkx", "NOPERM")])
    def test_the_rights_that_it_needs(self, ann: Client, bob: Client, rights: str, code: str) -> None:
        ann(SetAcl("INBOX", "bob", Rights(rights)))
        for command in (
            GetMetadata("Other Users/ann/INBOX", (COMMENT,)),
            SetMetadata("Other Users/ann/INBOX", ((SHARED, b""),)),
        ):
            with pytest.raises(CommandError) as refused:
                bob(command)
            assert refused.value.code == code


class TestWithList:
    def test_as_the_rfc_has_it(self, ann: Client) -> None:
        color = "/shared/vendor/cmu/cyrus-imapd/color"
        ann(SetMetadata("INBOX", ((color, b"#b71c1c"),)))
        ann(Create("bar/x"))
        said = ann.said(List(("%",), metadata=(color,)))
        assert said[0:2] == ['* LIST (\\HasNoChildren) "/" INBOX', f'* METADATA INBOX ({color} "#b71c1c")']
        assert f"* METADATA Archive ({color} NIL)" in said
        assert "* METADATA bar" not in " ".join(said)  # it is no mailbox
        result = ann(List(("INBOX",), metadata=(color,)))
        assert result.metadata == (Metadata("INBOX", ((color, b"#b71c1c"),)),)

    def test_of_what_one_may_read(self, ann: Client, bob: Client) -> None:
        ann(SetAcl("INBOX", "bob", Rights("lk")))
        assert bob(List(("Other Users*",), metadata=(SHARED,))).metadata == ()
        ann(SetAcl("INBOX", "bob", Rights("lp")))
        (found,) = bob(List(("Other Users*",), metadata=(SHARED,))).metadata
        assert found == Metadata("Other Users/ann/INBOX", ((SHARED, None),))


class TestNews:
    def test_only_who_asked_for_it_is_told(self, server: Server, ann: Client) -> None:
        other, silent = Client(server), Client(server)
        assert other(Enable(("METADATA", "METADATA-SERVER"))) == {"METADATA", "METADATA-SERVER"}
        ann(SetMetadata("INBOX", ((SHARED, b"x"), (COMMENT, None))))
        ann(SetMetadata("", ((COMMENT, b"x"),)))
        assert not other.hear()  # not before a command
        other(Noop())
        silent(Noop())
        assert other.news == [
            MetadataChanged("INBOX", (SHARED,)),
            MetadataChanged("INBOX", (COMMENT,)),
            MetadataChanged("", (COMMENT,)),
        ]
        assert not silent.news
        assert not ann.news

    def test_while_idling(self, server: Server, ann: Client) -> None:
        line = logged_in(server)
        line(b"a ENABLE METADATA", b"b IDLE")
        ann(SetMetadata("INBOX", ((SHARED, b"x"),)))
        assert line.heard() == [b"* METADATA INBOX /shared/comment"]

    def test_of_what_one_may_know(self, ann: Client, bob: Client) -> None:
        bob(Enable(("METADATA",)))
        ann(SetMetadata("INBOX", ((SHARED, b"x"), (COMMENT, b"x"))))
        bob(Noop())
        assert not bob.news
        ann(SetAcl("INBOX", "bob", Rights("lr")))
        ann(SetMetadata("INBOX", ((SHARED, b"y"), (COMMENT, b"y"))))
        bob(Noop())
        assert bob.news == [MetadataChanged("Other Users/ann/INBOX", (SHARED,))]
