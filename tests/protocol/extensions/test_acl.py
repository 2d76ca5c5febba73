"""ACL: the examples of RFC 4314, and what servers really send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.acl import (
    Acl,
    AclEntry,
    DeleteAcl,
    GetAcl,
    GrantableRights,
    ListRights,
    MailboxRights,
    MyRights,
    SetAcl,
)
from imapkit.protocol.model import Condition, OtherCode
from imapkit.types.rights import Rights
from tests.protocol.extensions.talking import ask, connect, read, untagged


class TestResponses:
    @pytest.mark.parametrize(
        ("octets", "mailbox", "entries"),
        [
            (b"* ACL INBOX Fred rwipslxetad -Fred wetd $team w", "INBOX",
             [("Fred", "rwipslxeta"), ("-Fred", "wet"), ("$team", "w")]),
            (b"* ACL INBOX/Drafts Fred rwipslxcetda Byron lrswikcdeta", "INBOX/Drafts",
             [("Fred", "rwipslxeta"), ("Byron", "lrswiketa")]),
            (b'* ACL "INBOX" "owner" "acdilrsw" "administrators" "acdilrsw"', "INBOX",
             [("owner", "akxetilrsw"), ("administrators", "akxetilrsw")]),
            (b'* acl a {1}\r\n\xff "" ', "a", [("\udcff", "")]),
            (b"* ACL a", "a", []),
        ],
        ids=["negative rights", "virtual rights", "Courier", "odd identifier", "empty"],
    )  # fmt: skip
    def test_acl(self, octets: bytes, mailbox: str, entries: list[tuple[str, str]]) -> None:
        assert untagged(octets) == Acl(mailbox, tuple(AclEntry(name, Rights(letters)) for name, letters in entries))

    def test_negative_rights(self) -> None:
        assert AclEntry("-Fred", Rights("w")).negative
        assert not AclEntry("Fred", Rights("w")).negative

    @pytest.mark.parametrize(
        ("octets", "required", "optional"),
        [
            (b"* LISTRIGHTS m smith la r swicdkxte", "la", ["r", "swikxte"]),
            (b'* LISTRIGHTS m smith "" l r s w i p k x t e c d a 0 1 2', "", list("lrswipkxtea012")),
            (b'* LISTRIGHTS m smith "" lr s w i p k x te c d', "", ["lr", "s", "w", "i", "p", "k", "x", "te"]),
            (b'* LISTRIGHTS m smith "" lr swted i p k x c', "", ["lr", "swte", "i", "p", "k", "x"]),
            (b'* LISTRIGHTS m smith "" a c d i l', "", ["a", "k", "et", "i", "l"]),
            (b"* LISTRIGHTS m smith", "", []),
        ],
        ids=["tied", "single", "te", "swted", "RFC 2086", "nothing"],
    )
    def test_list_rights(self, octets: bytes, required: str, optional: list[str]) -> None:
        assert untagged(octets) == GrantableRights("m", "smith", Rights(required), tuple(map(Rights, optional)))

    def test_my_rights(self) -> None:
        assert untagged(b"* MYRIGHTS INBOX rwiptsldaex") == MailboxRights("INBOX", Rights("rwiptslaex"))

    def test_bad_values_cost_themselves(self) -> None:
        response, defects = read(b"* ACL a Fred lRr Chris")
        assert response == Acl("a", (AclEntry("Fred", Rights("lr")),))
        assert [defect.message for defect in defects] == [
            "rights that are no lower-case letters or digits",
            "an identifier without rights",
        ]

    def test_couriers_code_is_data(self) -> None:
        assert untagged(b'* OK [MYRIGHTS "acdilrsw"] ACL') == Condition(
            "OK", OtherCode("MYRIGHTS", b'"acdilrsw"'), "ACL"
        )


class TestCommands:
    def test_get_acl(self) -> None:
        sent, acl = ask(GetAcl("inbox"), b"* ACL other x l", b"* ACL INBOX Fred rwipsldexta", capabilities="ACL")
        assert sent == b"GETACL inbox"
        assert acl == Acl("INBOX", (AclEntry("Fred", Rights("rwipsldexta")),))

    @pytest.mark.parametrize(
        ("command", "sent"),
        [
            (SetAcl("INBOX/Drafts", "David", Rights("lrswida")), b"SETACL INBOX/Drafts David lrswida"),
            (SetAcl("INBOX/Drafts", "Chris", Rights("cda"), "+"), b"SETACL INBOX/Drafts Chris +cda"),
            (SetAcl("a b", "$team", Rights("kx"), "-"), b'SETACL "a b" $team -kx'),
            (SetAcl("a", "b", Rights()), b'SETACL a b ""'),
            (DeleteAcl("INBOX", "Fred"), b"DELETEACL INBOX Fred"),
            (DeleteAcl("INBOX", 'F"d'), b'DELETEACL INBOX "F\\"d"'),
        ],
    )
    def test_changes(self, command: SetAcl | DeleteAcl, sent: bytes) -> None:
        assert ask(command, capabilities="ACL RIGHTS=texk") == (sent, None)

    def test_list_rights(self) -> None:
        sent, grantable = ask(
            ListRights("~/Mail/saved", "smith"),
            b"* LISTRIGHTS ~/Mail/other smith la",
            b"* LISTRIGHTS ~/Mail/saved smith la r swicdkxte",
            capabilities="ACL",
        )
        assert sent == b"LISTRIGHTS ~/Mail/saved smith"
        assert grantable == GrantableRights("~/Mail/saved", "smith", Rights("la"), (Rights("r"), Rights("swikxte")))

    def test_my_rights(self) -> None:
        sent, rights = ask(MyRights("INBOX"), b"* MYRIGHTS a l", b"* MYRIGHTS INBOX rwiptsldaex", capabilities="ACL")
        assert sent == b"MYRIGHTS INBOX"
        assert rights == MailboxRights("INBOX", Rights("rwiptslaex"))

    def test_silence(self) -> None:
        assert ask(MyRights("INBOX"), capabilities="ACL ACL2=UNION")[1] is None

    @pytest.mark.parametrize(
        ("command", "capabilities"),
        [
            (GetAcl("a"), ""),
            (DeleteAcl("a", "b"), ""),
            (ListRights("a", "b"), ""),
            (MyRights("a"), ""),
            (SetAcl("a", "b", Rights("l")), ""),
            (SetAcl("a", "b", Rights("lk")), "ACL"),
        ],
    )
    def test_what_the_server_lacks_is_not_sent(self, command: GetAcl, capabilities: str) -> None:
        with pytest.raises(NotSupported):
            connect(capabilities).send(command)

    def test_obsolete_rights_need_no_more(self) -> None:
        assert ask(SetAcl("a", "b", Rights("lcd")), capabilities="ACL")[0] == b"SETACL a b lcd"

    def test_an_empty_identifier_is_refused(self) -> None:
        with pytest.raises(InvalidArgument, match="identifier"):
            connect("ACL").send(DeleteAcl("a", ""))

    def test_answers_are_told_apart(self) -> None:
        connection = connect("ACL")
        for command in (GetAcl("a"), ListRights("a", "b"), MyRights("a"), MyRights("b"), GetAcl("A")):
            connection.send(command)
        assert len(connection.data_to_send().splitlines()) == 5
        connection.send(MyRights("a"))
        assert connection.data_to_send() == b""

    @given(st.text(min_size=1))
    def test_identifiers(self, identifier: str) -> None:
        connection = connect("ACL LITERAL+")
        try:
            connection.send(DeleteAcl("a", identifier))
        except InvalidArgument:
            assert any(letter in "\r\n\0" or "\ud800" <= letter <= "\udfff" for letter in identifier)
            return
        sent = connection.data_to_send().removeprefix(b"K1 DELETEACL a ")[:-2].replace(b"+}\r\n", b"}\r\n")
        listed, _ = read(b"* ACL a " + sent + b" l")
        assert listed == Acl("a", (AclEntry(identifier, Rights("l")),))
