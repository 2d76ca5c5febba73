"""XLIST, as Gmail, Cyrus, WildDuck and Dovecot answer it."""

from __future__ import annotations

import pytest

from imapkit.errors import NotSupported
from imapkit.protocol.extensions.list import List, Listed
from imapkit.protocol.extensions.xlist import Xlist
from imapkit.types.folders import Role, role_of
from tests.protocol.extensions.talking import ask, connect, untagged


@pytest.mark.parametrize(
    ("octets", "mailbox", "role"),
    [
        (rb'* XLIST (\HasNoChildren \Inbox) "/" "Posteingang"', "Posteingang", Role.INBOX),
        (rb'* XLIST (\HasNoChildren \AllMail) "/" "[Gmail]/All Mail"', "[Gmail]/All Mail", Role.ALL),
        (rb'* XLIST (\HasNoChildren \Spam) "/" "[Gmail]/Spam"', "[Gmail]/Spam", Role.JUNK),
        (rb'* XLIST (\HasNoChildren \archive) "/" Archive', "Archive", Role.ARCHIVE),
        (rb'* XLIST (\HasNoChildren \Sent) "/" "[Gmail]/Sent Mail"', "[Gmail]/Sent Mail", Role.SENT),
        (rb'* XLIST (\HasNoChildren) "/" Trans&AOk-', "Trans\xe9", None),
    ],
    ids=["Gmail's inbox", "all", "spam", "Cyrus", "WildDuck", "plain"],
)
def test_responses(octets: bytes, mailbox: str, role: Role | None) -> None:
    listed = untagged(octets)
    assert isinstance(listed, Listed)
    assert listed.mailbox == mailbox
    assert role_of(frozenset(listed.attributes), listed.mailbox, "/")[0] is role


@pytest.mark.parametrize("name", [b"XLIST", b"LIST"])
def test_command(name: bytes) -> None:
    sent, result = ask(Xlist("%", "a/"), b"* " + name + rb' (\Sent) "/" b', capabilities="XLIST")
    assert sent == b'XLIST "a/" "%"'
    assert result.mailboxes == (Listed(("\\Sent",), "/", "b"),)


def test_it_is_alone_with_list() -> None:
    connection = connect("XLIST")
    connection.send(Xlist())
    connection.send(List())
    assert connection.data_to_send() == b'K1 XLIST "" "*"\r\n'


def test_needs_its_capability() -> None:
    with pytest.raises(NotSupported):
        connect("SPECIAL-USE").send(Xlist())
