"""METADATA: the examples of RFC 5464, and what servers really send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.extensions.metadata import (
    GetMetadata,
    Metadata,
    MetadataChanged,
    MetadataCode,
    MetadataResult,
    SetMetadata,
)
from tests.protocol.extensions.talking import ask, completion, connect, read, untagged


class TestResponses:
    @pytest.mark.parametrize(
        ("octets", "expected"),
        [
            (b'* METADATA "" (/shared/comment "Shared comment")',
             Metadata("", (("/shared/comment", b"Shared comment"),))),
            ((b'* METADATA "INBOX" (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss '
              b'"FROM \\"boss@example.com\\"")'),
             Metadata("INBOX", (("/private/filters/values/small", b"SMALLER 5000"),
                                ("/private/filters/values/boss", b'FROM "boss@example.com"')))),
            (b'* METADATA "" ("/shared/admin" NIL "/Shared/Comment" NIL)',
             Metadata("", (("/shared/admin", None), ("/shared/comment", None)))),
            (b"* METADATA inbox (/private/comment {2}\r\nhi /shared/comment ~{3}\r\na\0b)",
             Metadata("INBOX", (("/private/comment", b"hi"), ("/shared/comment", b"a\0b")))),
            (b"* METADATA a ()", Metadata("a", ())),
            (b'* METADATA "" /shared/comment', MetadataChanged("", ("/shared/comment",))),
            (b'* METADATA "INBOX" /shared/comment /private/Comment ',
             MetadataChanged("INBOX", ("/shared/comment", "/private/comment"))),
            (b"* METADATA a", MetadataChanged("a", ())),
        ],
        ids=["server", "mailbox", "Cyrus", "literals", "empty", "changed", "two changed", "none changed"],
    )  # fmt: skip
    def test_metadata(self, octets: bytes, expected: Metadata) -> None:
        assert untagged(octets) == expected

    @pytest.mark.parametrize("bad", [b"()", b"(a (b) c)", b"word"])
    def test_a_bad_value_costs_itself(self, bad: bytes) -> None:
        response, defects = read(b"* METADATA a (/private/x " + bad + b' /private/comment "hi" /private/y)')
        assert isinstance(response, Metadata)
        values = dict(response.entries)
        assert values.pop("/private/x") == (b"word" if bad == b"word" else None)
        assert values == {"/private/comment": b"hi", "/private/y": None}
        assert len(defects) == 2

    @pytest.mark.parametrize(
        ("octets", "code"),
        [
            (b"OK [METADATA LONGENTRIES 2199] done", MetadataCode("LONGENTRIES", 2199)),
            (b"NO [METADATA MAXSIZE 1024] too big", MetadataCode("MAXSIZE", 1024)),
            (b"NO [METADATA TOOMANY] no", MetadataCode("TOOMANY")),
            (b"NO [metadata noprivate] no", MetadataCode("NOPRIVATE")),
        ],
    )
    def test_codes(self, octets: bytes, code: MetadataCode) -> None:
        assert completion(octets).code == code
        assert code.name == "METADATA"


class TestGet:
    @pytest.mark.parametrize(
        ("command", "sent"),
        [
            (GetMetadata("", ("/shared/comment",)), b'GETMETADATA "" (/shared/comment)'),
            (GetMetadata("INBOX", ("/shared/comment", "/private/comment")),
             b"GETMETADATA INBOX (/shared/comment /private/comment)"),
            (GetMetadata("INBOX", ("/private/filters/values",), depth=1),
             b"GETMETADATA (DEPTH 1) INBOX (/private/filters/values)"),
            (GetMetadata("a b", ("/private",), depth="infinity", max_size=0),
             b'GETMETADATA (MAXSIZE 0 DEPTH infinity) "a b" (/private)'),
            (GetMetadata("a", ('/private/a "b"',)), b'GETMETADATA a ("/private/a \\"b\\"")'),
        ],
    )  # fmt: skip
    def test_sent(self, command: GetMetadata, sent: bytes) -> None:
        assert ask(command, capabilities="METADATA") == (sent, MetadataResult())

    def test_the_answer_may_come_in_pieces(self) -> None:
        _, result = ask(
            GetMetadata("inbox", ("/private/comment", "/shared/comment")),
            b'* METADATA "INBOX" (/private/comment "My comment")',
            b'* METADATA other (/private/comment "Nobody asked")',
            b"* METADATA INBOX /private/changed",
            b'* METADATA "INBOX" (/shared/Comment "Its sunny outside!")',
            capabilities="METADATA",
        )
        assert result.get("/Private/Comment") == b"My comment"
        assert result.get("/shared/comment") == b"Its sunny outside!"
        assert result.get("/shared/other") is None
        assert result.left_out is None

    def test_what_was_left_out(self) -> None:
        command = GetMetadata("INBOX", ("/shared/comment", "/private/comment"), max_size=1024)
        answer = b'* METADATA "INBOX" (/private/comment "My own comment")'
        sent, result = ask(command, answer, ok=b"OK [METADATA LONGENTRIES 2199] done", capabilities="METADATA")
        assert sent == b"GETMETADATA (MAXSIZE 1024) INBOX (/shared/comment /private/comment)"
        assert result == MetadataResult((("/private/comment", b"My own comment"),), 2199)

    def test_half_an_answer(self) -> None:
        command = GetMetadata("a", ("/private/x",))
        with pytest.raises(CommandError) as caught:
            ask(command, b'* METADATA a (/private/x "1")', capabilities="METADATA", ok=b"NO half-way")
        assert caught.value.partial == MetadataResult((("/private/x", b"1"),))
        with pytest.raises(CommandError) as caught:
            ask(command, capabilities="METADATA", ok=b"NO at once")
        assert caught.value.partial is None

    def test_two_mailboxes_at_once(self) -> None:
        connection = connect("METADATA")
        connection.send(GetMetadata("a", ("/private/x",)))
        connection.send(GetMetadata("b", ("/private/x",)))
        connection.send(GetMetadata("a", ("/private/y",)))
        assert len(connection.data_to_send().splitlines()) == 2


class TestSet:
    @pytest.mark.parametrize(
        ("value", "sent"),
        [
            (b"My new comment", b'"My new comment"'),
            (None, b"NIL"),
            (b"", b'""'),
            (b"NIL", b'"NIL"'),
            (b"My new comment across\r\ntwo lines.\r\n", b"{35}\r\nMy new comment across\r\ntwo lines.\r\n"),
            (b"a\nb", b"{3}\r\na\nb"),
            (b"a\0b", b"~{3}\r\na\0b"),
            ("é".encode(), b"{2}\r\n\xc3\xa9"),
        ],
    )
    def test_values(self, value: bytes | None, sent: bytes) -> None:
        command = SetMetadata("INBOX", (("/private/comment", value),))
        assert ask(command, capabilities="METADATA") == (b"SETMETADATA INBOX (/private/comment " + sent + b")", None)

    def test_several_entries_of_the_server(self) -> None:
        command = SetMetadata("", (("/private/comment", b"My"), ("/shared/comment", b"Yours")))
        sent, _ = ask(command, capabilities="METADATA-SERVER")
        assert sent == b'SETMETADATA "" (/private/comment "My" /shared/comment "Yours")'

    @given(st.binary() | st.none())
    def test_what_is_set_can_be_read(self, value: bytes | None) -> None:
        sent, _ = ask(SetMetadata("a", (("/private/x", value),)), capabilities="METADATA")
        assert untagged(sent.replace(b"SETMETADATA", b"* METADATA", 1)) == Metadata("a", (("/private/x", value),))


class TestRefused:
    @pytest.mark.parametrize(
        "entry", ["", "comment", "/", "/private/", "/private//x", "/private/*", "/a%", "/é", "/a\nb", "/a\x7f"]
    )
    def test_what_is_no_entry(self, entry: str) -> None:
        for command in (GetMetadata("a", (entry,)), SetMetadata("a", ((entry, b"x"),))):
            with pytest.raises(InvalidArgument, match="entry"):
                connect("METADATA").send(command)

    @pytest.mark.parametrize("command", [GetMetadata("a", ()), SetMetadata("a", ())])
    def test_nothing(self, command: GetMetadata | SetMetadata) -> None:
        with pytest.raises(InvalidArgument, match="nothing"):
            connect("METADATA").send(command)

    @pytest.mark.parametrize(
        ("mailbox", "capabilities", "missing"),
        [("a", "METADATA-SERVER", "METADATA"), ("", "", "METADATA-SERVER"), ("a", "", "METADATA")],
    )
    def test_what_the_server_lacks(self, mailbox: str, capabilities: str, missing: str) -> None:
        for command in (GetMetadata(mailbox, ("/private/x",)), SetMetadata(mailbox, (("/private/x", None),))):
            with pytest.raises(NotSupported) as caught:
                connect(capabilities).send(command)
            assert caught.value.capability == missing
