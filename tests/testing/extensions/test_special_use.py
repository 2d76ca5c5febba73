"""SPECIAL-USE with RFC 8457's part of it, XLIST, CHILDREN: what a mailbox is for, and whether it has others in it."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.fetch import FLAGS, Fetch
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.xlist import Xlist
from imapkit.types.folders import Role, role_of
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client


def test_important(ann: Client) -> None:
    ann(Create("Priority", special_use=("\\Important",)))
    listed = {listed.mailbox: listed.attributes for listed in ann(List(("P*",), returns=("SPECIAL-USE",))).mailboxes}
    assert listed == {"Priority": ("\\HasNoChildren", "\\Important")}
    (found,) = ann(List(("P*",), select=("SPECIAL-USE",))).mailboxes
    assert role_of(frozenset(found.attributes), found.mailbox, "/") == (Role.IMPORTANT, "server")


def test_its_keyword(ann: Client) -> None:
    ann(Append("INBOX", (NewMessage(b"Subject: x\r\n\r\n", ("$Important",)),)))
    ann(Select("INBOX"))
    assert "$Important" in (ann(Fetch(UidSet([1]), (FLAGS,)))[1].get(FLAGS) or ())


def test_a_use_that_there_is_not(ann: Client) -> None:
    with pytest.raises(CommandError) as refused:
        ann(Create("Funny", special_use=("\\Funny",)))
    assert refused.value.code == "USEATTR"


def test_xlist(ann: Client) -> None:
    ann(Create("All", special_use=("\\All",)))
    roles = {role_of(frozenset(each.attributes), each.mailbox, "/")[0] for each in ann(Xlist()).mailboxes}
    assert roles == {Role.INBOX, Role.ALL, Role.ARCHIVE, Role.DRAFTS, Role.JUNK, Role.SENT, Role.TRASH}
    said = ann.said(Xlist("*"))
    assert '* XLIST (\\HasNoChildren \\Inbox) "/" INBOX' in said
    assert '* XLIST (\\HasNoChildren \\AllMail) "/" All' in said
    assert '* XLIST (\\HasNoChildren \\Spam) "/" Junk' in said


def test_children(ann: Client) -> None:
    ann(Create("Up/Down"))
    listed = {listed.mailbox: listed.attributes for listed in ann(List(("Up*",), returns=("CHILDREN",))).mailboxes}
    assert listed == {"Up": ("\\NonExistent", "\\HasChildren"), "Up/Down": ("\\HasNoChildren",)}
