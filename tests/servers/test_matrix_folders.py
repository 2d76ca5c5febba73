"""Folders of each real server: the tree, odd names, subscriptions, counts."""

from __future__ import annotations

import pytest

from imapkit import CommandError, Flag, Folder, FolderExists, FolderNotFound, InvalidArgument, Mailbox, Role
from tests.servers.conftest import new_name, top

MESSAGE = b"From: ann@example.org\r\nSubject: x\r\n\r\nx\r\n"


class TestTree:
    def test_inbox_is_there(self, mail: Mailbox) -> None:
        tree = mail.folders()
        inbox = tree.role(Role.INBOX)
        assert inbox is not None
        assert inbox.path == mail.inbox.path == "INBOX"
        assert tree["INBOX"].info is not None
        assert tree["INBOX"].info.selectable
        assert "INBOX" in str(tree)

    def test_roles(self, mail: Mailbox) -> None:
        tree = mail.folders()
        for role in (Role.DRAFTS, Role.SENT, Role.TRASH):
            folder = tree.role(role)
            if folder is None:  # the account began without
                with pytest.raises(FolderNotFound):
                    mail.folder(role).status()
                continue
            assert folder.info is not None
            told = mail.supports("SPECIAL-USE") or not mail.supports("IMAP4rev1")  # RFC 9051, 7.3.1 has the attributes
            assert folder.info.role_source == ("server" if told else "name")
            assert mail.folder(role).status().messages == folder.status().messages

    def test_counts(self, mail: Mailbox, folder: Folder) -> None:
        folder.append(MESSAGE, flags=[Flag.SEEN])
        folder.append(MESSAGE, flags=[Flag.FLAGGED])
        status = folder.status()
        assert (status.messages, status.unseen) == (2, 1)
        assert status.uidnext > 2
        listed = mail.folders(status=True)[folder.path]
        assert listed.info is not None
        assert listed.info.status is not None
        assert (listed.info.status.messages, listed.info.status.unseen) == (2, 1)
        assert listed.info.status.uidvalidity == status.uidvalidity

    def test_patterns(self, mail: Mailbox, folder: Folder) -> None:
        assert folder.path in mail.folders("*" + folder.path[-3:])
        assert folder.path not in mail.folders("no such*")

    def test_folders_in_folders(self, mail: Mailbox) -> None:
        parent = top(mail, new_name()).create()
        child = (parent / "child").create()
        grandchild = (child / "grand child").create()
        paths = [folder.path for _, folder in mail.folders().walk()]
        assert paths.index(parent.path) < paths.index(child.path) < paths.index(grandchild.path)
        depths = {folder.path: depth for depth, folder in mail.folders().walk()}
        assert depths[grandchild.path] == depths[child.path] + 1 == depths[parent.path] + 2
        grandchild.append(MESSAGE, flags=[Flag.SEEN])
        renamed = parent.rename(top(mail, new_name()))
        moved = renamed / "child" / "grand child"
        assert moved.status().messages == 1
        assert not grandchild.exists()


NAMES = {
    "space": "two words",
    "quotation marks": 'the "quoted" one',
    "backslash": "back\\slash",
    "not ASCII": "Entwürfe",
    "not Latin": "日本語 メール",
    "beyond 16 bits": "smile 😀",
    "ampersand": "this & that",
    "looks encoded": "&AOQ-",
    "percent": "100%",
    "star": "st*r",
    "parentheses": "(in)",
    "braces": "{10}",
    "brackets": "[Gmail]",
    "leading hash": "#hash",
    "tilde": "~home",
    "NIL": "NIL",
    "single quotation mark": "it's",
}


@pytest.mark.parametrize("name", NAMES)
def test_odd_name(mail: Mailbox, name: str) -> None:
    """Made, listed, filled and read; or refused by the server when it was to be made."""
    folder = top(mail, f"{new_name()} {NAMES[name]}")
    try:
        folder.create()
    except CommandError as error:
        if error.status == "BAD" or name.startswith("not "):  # these every server has to take
            raise
        assert folder.path not in mail.folders()
        return
    assert folder.exists()
    info = mail.folders()[folder.path].info
    assert info is not None
    assert info.subscribed
    assert info.name.endswith(NAMES[name])
    folder.append(MESSAGE, flags=[Flag.SEEN])
    (message,) = folder.messages
    assert message.raw() == MESSAGE
    assert folder.status().messages == 1


class TestChanges:
    def test_renamed_and_removed(self, mail: Mailbox) -> None:
        folder = top(mail, f"{new_name()} Entwürfe & mehr").create()
        folder.append(MESSAGE, flags=[Flag.SEEN])
        assert folder.messages.count() == 1
        renamed = folder.rename(folder.path + " (2)")
        assert renamed.messages.count() == 1
        assert not folder.exists()
        tree = mail.folders()
        assert folder.path not in tree
        info = tree[renamed.path].info
        assert info is not None
        assert info.subscribed
        renamed.delete()
        assert not renamed.exists()
        assert renamed.path not in mail.folders()
        with pytest.raises(FolderNotFound):
            renamed.messages.count()

    def test_what_exists_cannot_be_made(self, folder: Folder) -> None:
        with pytest.raises(FolderExists):
            folder.create()
        folder.create(exist_ok=True)

    def test_what_does_not_exist_cannot_be_removed(self, mail: Mailbox) -> None:
        with pytest.raises(FolderNotFound):
            top(mail, new_name()).delete()

    def test_subscriptions(self, mail: Mailbox, folder: Folder) -> None:
        folder.subscribe()
        assert folder.path in mail.folders(subscribed=True)
        folder.unsubscribe()
        assert folder.path not in mail.folders(subscribed=True)
        assert folder.path in mail.folders()

    def test_a_delimiter_that_is_none_here(self, mail: Mailbox) -> None:
        inbox = mail.folders()["INBOX"].info
        assert inbox is not None
        if inbox.delimiter == ".":
            with pytest.raises(InvalidArgument, match="delimiter"):
                top(mail, "a/b").create()

    def test_a_name_with_the_delimiter_is_no_name(self, folder: Folder) -> None:
        with pytest.raises(InvalidArgument):
            folder / "a/b" if folder.path.startswith("work") else folder / "a.b"
