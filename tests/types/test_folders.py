from __future__ import annotations

import pickle

import pytest

from imapkit.types.folders import FolderInfo, Namespace, Namespaces, Role, Status, role_of


@pytest.mark.parametrize(
    ("attributes", "path", "role"),
    [
        ({"\\Drafts"}, "x", Role.DRAFTS),
        ({"\\HasNoChildren", "\\Sent"}, "Trash", Role.SENT),
        ({"\\archive"}, "x", Role.ARCHIVE),  # Cyrus
        ({"\\IMPORTANT"}, "[Gmail]/Important", Role.IMPORTANT),
        ({"\\All"}, "[Gmail]/All Mail", Role.ALL),
        ({"\\Memos"}, "x", Role.MEMOS),
        ({"\\Scheduled"}, "Drafts", Role.SCHEDULED),
        ({"\\Snoozed"}, "x", Role.SNOOZED),  # Cyrus
        ({"\\Flagged"}, "[Gmail]/Starred", Role.FLAGGED),
        ({"\\Junk"}, "x", Role.JUNK),
        ({"\\Trash"}, "x", Role.TRASH),
        # XLIST
        ({"\\Inbox"}, "Posteingang", Role.INBOX),
        ({"\\Starred"}, "x", Role.FLAGGED),
        ({"\\Spam"}, "x", Role.JUNK),
        ({"\\AllMail"}, "x", Role.ALL),
        # several (RFC 6154, section 2): the narrower use
        ({"\\All", "\\Archive"}, "x", Role.ARCHIVE),
        ({"\\Archive", "\\Sent"}, "x", Role.SENT),
        # a reserved name
        ({"\\All"}, "INBOX", Role.INBOX),
        (set(), "INBOX", Role.INBOX),
        (set(), "inbox", Role.INBOX),
        ({"\\Noselect"}, "INBOX", Role.INBOX),
    ],
)
def test_role_by_the_server(attributes: set[str], path: str, role: Role) -> None:
    assert role_of(frozenset(attributes), path, "/") == (role, "server")


def test_flags_are_no_attributes() -> None:  # Twisted 26.10 lists both as one
    attributes = frozenset({"\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"})
    assert role_of(attributes, "Sent", "/") == (Role.SENT, "name")
    assert role_of(attributes, "x", "/") == (None, None)


@pytest.mark.parametrize(
    ("path", "delimiter", "role"),
    [
        ("Sent", "/", Role.SENT),
        ("INBOX.Sent", ".", Role.SENT),
        ("[Gmail]/Papierkorb", "/", Role.TRASH),
        ("INBOX/Entwu\u0308rfe", "/", Role.DRAFTS),
        ("Courrier ind\u00e9sirable", None, Role.JUNK),
        ("Архив", "|", Role.ARCHIVE),
    ],
)
def test_role_by_the_name(path: str, delimiter: str | None, role: Role) -> None:
    assert role_of(frozenset({"\\HasNoChildren"}), path, delimiter) == (role, "name")


@pytest.mark.parametrize(
    ("attributes", "path", "delimiter"),
    [
        (set(), "Invoices", "/"),
        (set(), "Sent/Invoices", "/"),
        (set(), "a/Sent", None),
        (set(), "INBOX/INBOX", "/"),
        (set(), "\u0131nbox", "/"),
        (set(), "", "/"),
        ({"\\Noselect"}, "Sent", "/"),
        ({"\\NonExistent"}, "Sent", "/"),
        ({"\\NoSelect"}, "Trash", "/"),
    ],
)
def test_no_role(attributes: set[str], path: str, delimiter: str | None) -> None:
    assert role_of(frozenset(attributes), path, delimiter) == (None, None)


def test_values() -> None:
    status = Status(messages=3, unseen=1, uidnext=9, uidvalidity=7)
    assert (status.highestmodseq, status.size, status.deleted) == (None, None, None)
    info = FolderInfo(path="INBOX.Sent", name="Sent", delimiter=".", role=Role.SENT, role_source="name", status=status)
    assert info.selectable
    assert info.subscribed is None
    spaces = Namespaces(personal=(Namespace("", "/"),), shared=(Namespace("#shared/", "/"),))
    assert spaces.other_users == ()
    for value in (status, info, spaces, Namespaces()):
        assert pickle.loads(pickle.dumps(value)) == value
        assert len({value, pickle.loads(pickle.dumps(value))}) == 1
        assert not hasattr(value, "__dict__")


def test_role_is_text() -> None:
    assert Role.SENT == "sent"
    assert Role("trash") is Role.TRASH
