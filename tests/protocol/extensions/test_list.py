r"""LIST: the examples of RFCs 9051, 5258, 5819, 8440 and 9590, and what servers really send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import CommandError, InvalidArgument, NotSupported
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.acl import MailboxRights, MyRights
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.list import List, Listed, ListResult, Lsub, _kind
from imapkit.protocol.extensions.metadata import GetMetadata, Metadata
from imapkit.protocol.extensions.quota import DELETED_STORAGE
from imapkit.protocol.extensions.status import MESSAGES, UNSEEN, GetStatus
from imapkit.types.rights import Rights
from tests.protocol.extensions.talking import ask, connect, read, talk, untagged

EXTENDED = "LIST-EXTENDED LIST-STATUS LIST-MYRIGHTS LIST-METADATA"


def rev2(capabilities: str, *, enabled: bool = False) -> Connection:
    """A connection to a server of IMAP4rev2, or of both revisions."""
    connection = Connection()
    connection.receive_data(f"* PREAUTH [CAPABILITY {capabilities}] hello\r\n".encode())
    if enabled:
        talk(connection, Enable(("IMAP4rev2",)), b"* ENABLED IMAP4rev2")
    return connection


class TestResponses:
    @pytest.mark.parametrize(
        ("octets", "expected"),
        [
            (rb'* LIST (\Noselect) "/" ""', Listed(("\\Noselect",), "/", "")),
            (rb'* LIST (\Noselect) "." #news.', Listed(("\\Noselect",), ".", "#news.")),
            (b'* LIST () "/" ~/Mail/meetings', Listed((), "/", "~/Mail/meetings")),
            (rb'* LIST (\Marked \NoInferiors) "/" "inbox"', Listed(("\\Marked", "\\NoInferiors"), "/", "INBOX")),
            (b"* list () nil a", Listed((), None, "a")),
            (rb'* LIST () "\\" "a\\b"', Listed((), "\\", "a\\b")),
            (b'* LSUB () "." "a"', Listed((), ".", "a", is_lsub=True)),
            (b'* LIST () "/" {5}\r\na b\xc3\xa9', Listed((), "/", "a bé")),
            (b'* LIST () "/" a\tb c', Listed((), "/", "a\tb c")),
            (b'* LIST () "/" old (2020) mail', Listed((), "/", "old (2020) mail")),
            (b'* LIST () "/" mail (old)', Listed((), "/", "mail (old)")),
            (b'* LIST () "" a', Listed((), None, "a")),
            (b'* LIST () "-+" a', Listed((), "-+", "a")),
            (b'* LIST (\\X \xc3\xa4\xa0\x85b) "/" "a"', Listed(("\\X", "ä\udca0\udc85b"), "/", "a")),
        ],
        ids=["root", "news", "tilde", "inbox", "flat", "backslash", "LSUB", "literal", "Exchange", "parentheses",
             "parentheses at the end", "no delimiter", "a long delimiter", "8 bits"],
    )  # fmt: skip
    def test_mailboxes(self, octets: bytes, expected: Listed) -> None:
        assert untagged(octets, utf8=True) == expected

    @pytest.mark.parametrize(
        ("octets", "child_info", "old_name"),
        [
            (b'* LIST () "/" "Foo" ("CHILDINFO" ("SUBSCRIBED"))', ("SUBSCRIBED",), None),
            (b'* LIST () "." foo (CHILDINFO ("Subscribed" "SPECIAL-USE"))', ("SUBSCRIBED", "SPECIAL-USE"), None),
            (b'* LIST () "/" "NewMailbox" ("OLDNAME" ("OldMailbox"))', (), "OldMailbox"),
            (b'* LIST () "/" a (oldname ({3}\r\na b) "CHILDINFO" ("REMOTE"))', ("REMOTE",), "a b"),
            (b'* LIST () "/" a (X-SIZE 1:4 "tag" (a (b) "c") OLDNAME (inbox))', (), "INBOX"),
            (b'* LIST () "/" a ()', (), None),
            (b'* LIST () "/" "a" (OLDNAME ())', (), None),
        ],
    )
    def test_extended_data(self, octets: bytes, child_info: tuple[str, ...], old_name: str | None) -> None:
        listed = untagged(octets)
        assert isinstance(listed, Listed)
        assert (listed.child_info, listed.old_name) == (child_info, old_name)

    @pytest.mark.parametrize("bad", [b"x", b"(CHILDINFO", b"(CHILDINFO x)", b"(OLDNAME (a)"])
    def test_bad_extended_data_costs_itself(self, bad: bytes) -> None:
        response, defects = read(b'* LIST () "/" "a" ' + bad)
        assert isinstance(response, Listed)
        assert response.mailbox == "a"
        assert [defect.message for defect in defects] == ["extended data of a mailbox that cannot be read"]

    def test_a_literal_is_no_attribute(self) -> None:
        response, defects = read(b'* LIST ({3}\r\nabc \\X) "/" "a"')
        assert response == Listed(("\\X",), "/", "a")
        assert [defect.message for defect in defects] == ["a flag with a control character in it"]

    def test_what_is_remembered_is_short(self) -> None:
        remembered = _kind.cache_info().misses
        response, _ = read(b'* LIST (%b) %b"/" "a"' % (b" " * 10_000, b" " * 10_000))
        assert response == Listed((), "/", "a")
        assert _kind.cache_info().misses == remembered

    def test_without_a_name(self) -> None:
        response, _ = read(b'* LIST () "/" ')
        assert not isinstance(response, Listed)


class TestList:
    @pytest.mark.parametrize(
        ("command", "sent"),
        [
            (List(), b'LIST "" "*"'),
            (List(("%",), "~/Mail/"), b'LIST "~/Mail/" "%"'),
            (List(("INBOX", "Drafts", "Sent/%")), b'LIST "" ("INBOX" "Drafts" "Sent/%")'),
            (List(select=("SUBSCRIBED", "RECURSIVEMATCH"), returns=("CHILDREN",)),
             b'LIST (SUBSCRIBED RECURSIVEMATCH) "" "*" RETURN (CHILDREN)'),
            (List(("%",), status=(MESSAGES, UNSEEN)), b'LIST "" "%" RETURN (STATUS (MESSAGES UNSEEN))'),
            (List(("%",), rights=True), b'LIST "" "%" RETURN (MYRIGHTS)'),
            (List(("%",), metadata=("/shared/comment", "/private/comment")),
             b'LIST "" "%" RETURN (METADATA (/shared/comment /private/comment))'),
            (List(returns=("SUBSCRIBED",), status=(MESSAGES,), rights=True, metadata=("/private/a b",)),
             b'LIST "" "*" RETURN (SUBSCRIBED STATUS (MESSAGES) MYRIGHTS METADATA ("/private/a b"))'),
        ],
    )  # fmt: skip
    def test_sent(self, command: List, sent: bytes) -> None:
        assert ask(command, capabilities=EXTENDED) == (sent, ListResult(()))

    def test_everything_in_one_round_trip(self) -> None:
        command = List(("%",), status=(MESSAGES,), rights=True, metadata=("/private/comment",))
        _, result = ask(
            command,
            b'* LIST () "." "INBOX"',
            b"* STATUS INBOX (MESSAGES 17)",
            b'* MYRIGHTS "INBOX" lrswipkxtecda',
            b'* METADATA "INBOX" ("/private/comment" NIL)',
            rb'* LIST (\NonExistent) "." "bar"',
            b'* LSUB () "." "bar"',
            b'* METADATA "INBOX" /private/comment',
            capabilities=EXTENDED,
        )
        assert result.mailboxes == (Listed((), ".", "INBOX"), Listed(("\\NonExistent",), ".", "bar"))
        assert [(data.mailbox, data.get(MESSAGES)) for data in result.status] == [("INBOX", 17)]
        assert result.rights == (MailboxRights("INBOX", Rights("lrswipkxtea")),)
        assert result.metadata == (Metadata("INBOX", (("/private/comment", None),)),)

    def test_what_nobody_asked_for_is_news(self) -> None:
        connection = connect()
        news: list[object] = []
        connection.listeners.append(news.append)
        connection.send(List())
        connection.data_to_send()
        connection.receive_data(b"* STATUS a (MESSAGES 1)\r\n* MYRIGHTS a l\r\n* METADATA a (/private/x NIL)\r\n")
        assert len(news) == 3

    def test_half_an_answer(self) -> None:
        with pytest.raises(CommandError) as caught:
            ask(List(), b'* LIST () "/" a', ok=b"NO no more")
        assert caught.value.partial == ListResult((Listed((), "/", "a"),))
        with pytest.raises(CommandError) as caught:
            ask(List(), ok=b"NO nothing")
        assert caught.value.partial is None

    @pytest.mark.parametrize(
        "command",
        [
            List(()),
            List(select=("X",)),
            List(returns=("MYRIGHTS",)),
            List(select=("RECURSIVEMATCH",)),
            List(select=("RECURSIVEMATCH", "REMOTE")),
            List(select=("SPECIAL-USE", "RECURSIVEMATCH")),
            List(metadata=("comment",)),
            List(("a\nb",)),
        ],
    )
    def test_refused(self, command: List) -> None:
        with pytest.raises(InvalidArgument):
            connect(f"{EXTENDED} SPECIAL-USE").send(command)

    @pytest.mark.parametrize(
        ("command", "capabilities", "missing"),
        [
            (List(("a", "b")), "", "LIST-EXTENDED"),
            (List(select=("SUBSCRIBED",)), "SPECIAL-USE", "LIST-EXTENDED"),
            (List(returns=("CHILDREN",)), "SPECIAL-USE", "LIST-EXTENDED"),
            (List(select=("SPECIAL-USE",)), "LIST-EXTENDED", "SPECIAL-USE"),
            (List(returns=("SPECIAL-USE", "CHILDREN")), "LIST-EXTENDED", "SPECIAL-USE"),
            (List(status=(MESSAGES,)), "LIST-EXTENDED", "LIST-STATUS"),
            (List(status=(DELETED_STORAGE,)), "LIST-STATUS", "QUOTA=RES-STORAGE"),
            (List(rights=True), "LIST-EXTENDED ACL", "LIST-MYRIGHTS"),
            (List(metadata=("/private/x",)), "LIST-EXTENDED METADATA", "LIST-METADATA"),
        ],
    )
    def test_what_the_server_lacks(self, command: List, capabilities: str, missing: str) -> None:
        with pytest.raises(NotSupported) as caught:
            connect(capabilities).send(command)
        assert caught.value.capability == missing

    @pytest.mark.parametrize(
        ("command", "sent"),
        [
            (List(select=("SUBSCRIBED",)), b'LIST (SUBSCRIBED) "" "*"'),
            (List(select=("REMOTE",)), b'LIST (REMOTE) "" "*"'),
            (List(("%",), select=("SUBSCRIBED", "RECURSIVEMATCH")), b'LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"'),
            (List(returns=("SUBSCRIBED", "CHILDREN"), status=(MESSAGES,)),
             b'LIST "" "*" RETURN (SUBSCRIBED CHILDREN STATUS (MESSAGES))'),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize(("revisions", "enabled"), [("IMAP4rev2", False), ("IMAP4rev1 IMAP4rev2", True)])
    def test_what_revision_2_contains(self, revisions: str, enabled: bool, command: List, sent: bytes) -> None:
        assert talk(rev2(revisions, enabled=enabled), command) == (sent, ListResult(()))

    @pytest.mark.parametrize(
        ("command", "missing"),
        [
            (List(("a", "b")), "LIST-EXTENDED"),
            (List(("a", "b"), select=("SUBSCRIBED",)), "LIST-EXTENDED"),
            (List(select=("SPECIAL-USE",)), "SPECIAL-USE"),
            (List(returns=("CHILDREN", "SPECIAL-USE")), "SPECIAL-USE"),
            (List(rights=True), "LIST-MYRIGHTS"),
            (List(metadata=("/private/x",)), "LIST-METADATA"),
        ],
    )
    @pytest.mark.parametrize(("revisions", "enabled"), [("IMAP4rev2", False), ("IMAP4rev1 IMAP4rev2", True)])
    def test_what_revision_2_does_not_contain(self, revisions: str, enabled: bool, command: List, missing: str) -> None:
        connection = rev2(revisions, enabled=enabled)
        with pytest.raises(NotSupported) as caught:
            connection.send(command)
        assert caught.value.capability == missing
        assert connection.data_to_send() == b""
        talk(rev2(f"{revisions} {missing}", enabled=enabled), command)

    def test_revision_2_that_is_not_enabled_contains_nothing(self) -> None:
        with pytest.raises(NotSupported):
            rev2("IMAP4rev1 IMAP4rev2").send(List(returns=("CHILDREN",)))

    def test_special_use_is_enough_for_itself(self) -> None:
        command = List(select=("SPECIAL-USE",), returns=("SPECIAL-USE",))
        sent, _ = ask(command, capabilities="SPECIAL-USE")
        assert sent == b'LIST (SPECIAL-USE) "" "*" RETURN (SPECIAL-USE)'

    @pytest.mark.parametrize(
        "other", [GetStatus("a", (MESSAGES,)), MyRights("a"), GetMetadata("a", ("/private/x",)), List()]
    )
    def test_answers_do_not_mix(self, other: List) -> None:
        whole = List(status=(MESSAGES,), rights=True, metadata=("/private/x",))
        for first, second in ((whole, other), (other, whole)):
            connection = connect(EXTENDED + " ACL METADATA")
            connection.send(first)
            connection.send(second)
            assert len(connection.data_to_send().splitlines()) == 1
        connection = connect("ACL METADATA")
        connection.send(List(("x",)))
        connection.send(other)
        assert len(connection.data_to_send().splitlines()) == (1 if isinstance(other, List) else 2)


class TestLsub:
    def test_it(self) -> None:
        sent, result = ask(Lsub("%", "#news."), b'* LIST () "." x', b'* LSUB () "." #news.comp')
        assert sent == b'LSUB "#news." "%"'
        assert result.mailboxes == (Listed((), ".", "#news.comp", is_lsub=True),)

    def test_beside_a_list(self) -> None:
        connection = connect()
        for command in (List(), Lsub(), Lsub()):
            connection.send(command)
        assert len(connection.data_to_send().splitlines()) == 2


@given(st.text(min_size=1))
def test_any_name_is_listed_as_it_is_asked_for(name: str) -> None:
    connection = connect("LITERAL+")
    try:
        connection.send(GetStatus(name, (MESSAGES,)))
    except InvalidArgument:
        return
    sent = connection.data_to_send().removeprefix(b"K1 STATUS ").removesuffix(b" (MESSAGES)\r\n")
    listed, _ = read(b'* LIST () "/" ' + sent.replace(b"+}\r\n", b"}\r\n"))
    assert isinstance(listed, Listed)
    assert listed.mailbox == ("INBOX" if name.upper() == "INBOX" else name)
