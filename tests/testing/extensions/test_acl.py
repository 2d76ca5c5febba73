"""ACL: rights are granted, shown, and stand between a command and a mailbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
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
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.expunge import Expunge
from imapkit.protocol.extensions.fetch import FLAGS, Fetch, body_section
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create, Delete, Rename, Subscribe
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.select import Close, Select
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.model import Command
from imapkit.testing import Server
from imapkit.types.folders import Namespace, Namespaces
from imapkit.types.rights import Rights
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, logged_in

MAIL = NewMessage(b"Subject: tea\r\n\r\nAt four.\r\n", flags=("\\Seen", "\\Deleted", "\\Flagged"))
WORK = "Other Users/ann/Work"


@pytest.fixture
def share(ann: Client) -> Callable[[str], None]:
    """Gives Bob these rights to Ann's mailbox "Work", in which there is one message."""
    ann(Create("Work"))
    ann(Append("Work", (MAIL,)))

    def give(rights: str) -> None:
        ann(SetAcl("Work", "bob", Rights(rights)))

    return give


def code_of(client: Client, command: Command[object]) -> str | None:
    with pytest.raises(CommandError) as refused:
        client(command)
    return refused.value.code


class TestTheList:
    def test_the_owner_begins_with_everything(self, ann: Client) -> None:
        assert ann.said(GetAcl("INBOX"))[0] == "* ACL INBOX ann lrswipkxtecdan"
        assert ann.said(MyRights("INBOX"))[0] == "* MYRIGHTS INBOX lrswipkxtecdan"

    def test_granting_and_taking(self, ann: Client) -> None:
        ann(SetAcl("INBOX", "bob", Rights("lrs")))
        ann(SetAcl("INBOX", "bob", Rights("iw"), "+"))
        ann(SetAcl("INBOX", "bob", Rights("s"), "-"))
        acl = ann(GetAcl("INBOX"))
        assert acl is not None
        assert acl.entries[1:] == (AclEntry("bob", Rights("lriw")),)
        ann(DeleteAcl("INBOX", "bob"))
        ann(DeleteAcl("INBOX", "nobody"))
        assert ann(GetAcl("INBOX")) == Acl("INBOX", acl.entries[:1])

    def test_the_rights_of_rfc_2086_are_virtual(self, ann: Client) -> None:
        # The examples of RFC 4314, 2.1.1.
        ann(Create("Drafts/x"))
        ann(SetAcl("Drafts/x", "David", Rights("lrswida")))
        ann(SetAcl("Drafts/x", "Byron", Rights("lrswikda")))
        told = ann.said(GetAcl("Drafts/x"))[0]
        assert told == "* ACL Drafts/x ann lrswipkxtecdan David lrswiteda Byron lrswiktecda"

    def test_what_can_be_granted(self, ann: Client) -> None:
        assert ann.said(ListRights("INBOX", "bob"))[0] == '* LISTRIGHTS INBOX bob "" l r s w i p k x t e c d a n'
        assert ann.said(ListRights("INBOX", "ann"))[0] == "* LISTRIGHTS INBOX ann la r s w i p k x t e c d n"
        assert ann(ListRights("INBOX", "ann")) == GrantableRights(
            "INBOX", "ann", Rights("la"), tuple(map(Rights, "rswipkxten"))
        )

    def test_identifiers_are_prepared(self, ann: Client) -> None:
        ann(SetAcl("INBOX", "b\u00adob", Rights("l")))  # a soft hyphen
        assert ann.said(GetAcl("INBOX"))[0].endswith(" bob l")
        assert ann.said(ListRights("INBOX", "b\u00adob"))[0].startswith("* LISTRIGHTS INBOX {5}b")
        for identifier in ("\u00ad", "-", "-\u00ad", "\x07"):
            with pytest.raises(CommandError, match="no identifier"):
                ann(SetAcl("INBOX", identifier, Rights("l")))

    @pytest.mark.parametrize("rights", [b"lrQ", b"lrq", b"+z", b"-1"])
    def test_unknown_rights_are_refused(self, server: Server, rights: bytes) -> None:
        assert logged_in(server)(b"a SETACL INBOX bob " + rights)[0].startswith(b"a BAD The right")

    def test_without_rights_it_is_a_server_of_rfc_2086(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 ACL"))
        assert line(b"a SETACL INBOX bob lrk") == [b"a BAD The right 'k' is not supported"]
        assert line(b"b SETACL INBOX bob lrd", b"c GETACL INBOX") == [
            b"b OK SETACL completed.",
            b"* ACL INBOX ann lrswipcda bob lrd",
            b"c OK GETACL completed.",
        ]

    def test_where_it_is_not_offered(self) -> None:
        with Server() as server:
            server.add_user("ann")
            assert logged_in(server)(b"a GETACL INBOX")[0].endswith(b"Unknown command")


class TestWhoMayWhat:
    def test_everybody_and_the_exception(self, ann: Client, bob: Client, share: Callable[[str], None]) -> None:
        share("l")
        ann(SetAcl("Work", "anyone", Rights("lrsi")))
        ann(SetAcl("Work", "-bob", Rights("si")))
        assert bob(MyRights(WORK)) == MailboxRights(WORK, Rights("lr"))

    def test_what_one_may_not_look_up_is_not_there(self, bob: Client, share: Callable[[str], None]) -> None:
        for rights in ("", "k"):
            share(rights)
            for command in (Select(WORK), GetStatus(WORK, (MESSAGES,)), GetAcl(WORK), Append(WORK, (MAIL,))):
                assert code_of(bob, command) == "NONEXISTENT"
        assert code_of(bob, Select("Other Users/ann/Nowhere")) == "NONEXISTENT"
        assert code_of(bob, Select("Other Users/nobody/Work")) == "NONEXISTENT"

    def test_a_right_to_each(self, bob: Client, share: Callable[[str], None]) -> None:
        share("l")
        for command in (Select(WORK), GetStatus(WORK, (MESSAGES,)), GetAcl(WORK), ListRights(WORK, "bob")):
            assert code_of(bob, command) == "NOPERM"
        for change in (Append(WORK, (MAIL,)), Create(WORK + "/x"), Delete(WORK), Rename(WORK, WORK + "s")):
            assert code_of(bob, change) == "NOPERM"
        bob(Subscribe(WORK))
        share("lkx")
        bob(Create(WORK + "/x"))
        assert bob(MyRights(WORK + "/x")) == MailboxRights(WORK + "/x", Rights("lkx"))  # inherited
        bob(Rename(WORK + "/x", WORK + "/y"))
        bob(Delete(WORK + "/y"))
        assert code_of(bob, Rename(WORK, "Mine")) == "CANNOT"
        assert code_of(bob, Create("Other Users/ann/New")) == "NOPERM"

    @pytest.mark.parametrize(
        ("rights", "kept"), [("lri", ()), ("lris", ("\\Seen",)), ("lritw", ("\\Deleted", "\\Flagged"))]
    )
    def test_flags_that_may_not_be_set_are_lost_on_the_way(
        self, bob: Client, share: Callable[[str], None], rights: str, kept: tuple[str, ...]
    ) -> None:
        share(rights)
        bob(Append(WORK, (MAIL,)))
        bob(Append("INBOX", (MAIL,)))
        bob(Select("INBOX"))
        bob(Copy(UidSet([1]), WORK))
        bob(Select(WORK))
        fetched = bob(Fetch(UidSet([2, 3]), (FLAGS,)))
        assert [set(message.get(FLAGS) or ()) - {"\\Recent"} for message in fetched.values()] == [set(kept)] * 2

    def test_storing(self, bob: Client, share: Callable[[str], None]) -> None:
        share("lrw")
        selected = bob(Select(WORK))
        assert not selected.read_only
        assert set(selected.permanent_flags or ()) == {"\\Answered", "\\Flagged", "\\Draft", "\\*"}
        bob(Store(UidSet([1]), "", ("\\Answered",)))
        assert set(bob(Fetch(UidSet([1]), (FLAGS,)))[1].get(FLAGS) or ()) - {"\\Recent"} == {
            *("\\Seen", "\\Deleted"),  # these were not his to take
            "\\Answered",
        }
        assert code_of(bob, Store(UidSet([1]), "-", ("\\Seen",))) == "NOPERM"
        assert code_of(bob, Expunge()) == "NOPERM"
        assert code_of(bob, Move(UidSet([1]), "INBOX")) == "NOPERM"
        bob(Close())
        assert bob.said(GetStatus(WORK, (MESSAGES,)))[0] == f'* STATUS "{WORK}" (MESSAGES 1)'

    def test_reading_marks_nothing_as_seen(self, ann: Client, bob: Client, share: Callable[[str], None]) -> None:
        share("lrw")
        ann(Append("Work", (NewMessage(b"Subject: new\r\n\r\n"),)))
        bob(Select(WORK))
        bob(Fetch(UidSet([2]), (body_section(),)))
        assert "\\Seen" not in (bob(Fetch(UidSet([2]), (FLAGS,)))[2].get(FLAGS) or ())

    def test_whoever_may_change_nothing_reads_only(self, bob: Client, share: Callable[[str], None]) -> None:
        share("lrp")
        assert bob(Select(WORK)).read_only

    def test_the_list_goes_with_the_mailbox(self, ann: Client, bob: Client, share: Callable[[str], None]) -> None:
        share("lr")
        ann(Rename("Work", "Job"))
        assert bob(MyRights("Other Users/ann/Job")) == MailboxRights("Other Users/ann/Job", Rights("lr"))


class TestTheTree:
    def test_the_namespaces(self, ann: Client) -> None:
        assert ann(GetNamespaces()) == Namespaces((Namespace("", "/"),), (Namespace("Other Users/", "/"),), ())

    def test_what_others_share_is_in_the_list(self, bob: Client, share: Callable[[str], None]) -> None:
        names = {listed.mailbox for listed in bob(List(("*",))).mailboxes}
        assert "Other Users" not in names
        share("l")
        listed = {listed.mailbox: listed.attributes for listed in bob(List(("*",))).mailboxes}
        assert listed.keys() - names == {"Other Users", "Other Users/ann", WORK}
        assert listed["Other Users"] == ("\\Noselect", "\\HasChildren")
        assert listed[WORK] == ("\\HasNoChildren",)

    def test_rights_with_the_list(self, bob: Client, share: Callable[[str], None]) -> None:
        # RFC 8440, 4: nothing for a name that is no mailbox.
        share("lrs")
        result = bob(List(("Other Users*",), rights=True))
        assert result.rights == (MailboxRights(WORK, Rights("lrs")),)

    def test_counts_with_the_list_need_the_right_to_read(self, bob: Client, share: Callable[[str], None]) -> None:
        share("l")
        assert bob(List(("Other Users*",), status=(MESSAGES,))).status == ()
        share("lr")
        (status,) = bob(List(("Other Users*",), status=(MESSAGES,))).status
        assert status.get(MESSAGES) == 1

    def test_two_users_in_one_mailbox(
        self, ann: Client, bob: Client, server: Server, share: Callable[[str], None]
    ) -> None:
        share("lrswite")
        line = Line(server.open_stream())
        line(b"a LOGIN ann pw", b"b SELECT Work")
        bob(Select(WORK))
        bob(Store(UidSet([1]), "", ("\\Answered",)))
        assert line(b"c NOOP")[0] == b"* 1 FETCH (FLAGS (\\Answered \\Recent))"
