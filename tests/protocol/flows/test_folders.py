"""Listing mailboxes, and making, renaming and removing them."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, FolderExists, FolderNotFound, NotSupported, PermissionDenied
from imapkit.protocol.flows.folders import create, delete, exists, list_folders, rename, set_subscribed, status
from imapkit.types.folders import FolderInfo, Role, Status
from tests.protocol.peer import Peer, Run, dialogue, greeted

LIST = b'K1 LIST "" "*"\r\nK2 LSUB "" "*"\r\n'
EXTENDED = b'K1 LIST "" "*" RETURN (SUBSCRIBED CHILDREN)\r\n'


class TestListing:
    def test_subscriptions_by_LSUB(self) -> None:  # noqa: N802
        peer = greeted()
        answer = (
            b'* LIST (\\HasChildren) "/" INBOX\r\n* LIST () "/" INBOX/Sent\r\n* LIST (\\Noselect) "/" Node\r\n'
            b'* LSUB () "/" INBOX/Sent\r\nK1 OK\r\nK2 OK\r\n'
        )
        infos = dialogue(peer, list_folders(peer.connection), (LIST, answer))
        assert infos == [
            FolderInfo(*("INBOX", "INBOX", "/", Role.INBOX, "server"), frozenset({"\\HasChildren"}), subscribed=False),
            FolderInfo("INBOX/Sent", "Sent", "/", Role.SENT, "name", subscribed=True),
            FolderInfo("Node", "Node", "/", None, None, frozenset({"\\Noselect"}), subscribed=False, selectable=False),
        ]

    def test_only_the_subscribed_ones(self) -> None:
        peer = greeted("LIST-EXTENDED SPECIAL-USE")
        question = b'K1 LIST "" "a*" RETURN (SUBSCRIBED CHILDREN SPECIAL-USE)\r\n'
        answer = b"* LIST (\\subscribed) NIL a1\r\n* LIST () NIL a2\r\nK1 OK\r\n"
        infos = dialogue(peer, list_folders(peer.connection, "a*", subscribed=True), (question, answer))
        assert [(info.path, info.name, info.delimiter) for info in infos] == [("a1", "a1", None)]

    def test_revision_2_has_the_attributes_of_special_use_and_no_option_for_them(self) -> None:
        peer = Peer()
        peer.say(b"* PREAUTH [CAPABILITY IMAP4rev2] hello\r\n")
        answer = b'* LIST (\\Subscribed \\Sent) "/" x\r\nK1 OK\r\n'
        infos = dialogue(peer, list_folders(peer.connection), (EXTENDED, answer))
        assert [(info.path, info.role, info.subscribed) for info in infos] == [("x", Role.SENT, True)]

    def test_a_mailbox_that_is_listed_twice(self) -> None:
        peer = greeted("LIST-EXTENDED")
        answer = b'* LIST () "/" x\r\n* LIST () "/" y\r\n* LIST (\\Subscribed) "/" x\r\nK1 OK\r\n'
        infos = dialogue(peer, list_folders(peer.connection), (EXTENDED, answer))
        assert [(info.path, info.subscribed) for info in infos] == [("x", True), ("y", False)]

    def test_one_mailbox_for_each_role(self) -> None:
        peer = greeted("LIST-EXTENDED")
        names = [b"a/b/Sent", b"a/Sent", b"Sent", b"Trash", b"Drafts", b"x/Trash"]
        lines = [b'* LIST () "/" %b\r\n' % name for name in names]
        lines.append(b'* LIST (\\Trash) "/" Bin\r\n* LIST (\\Trash) "/" Bin2\r\n')
        infos = dialogue(peer, list_folders(peer.connection), (EXTENDED, b"".join(lines) + b"K1 OK\r\n"))
        assert {info.path: info.role for info in infos if info.role} == {
            "Sent": Role.SENT,
            "Drafts": Role.DRAFTS,
            "Bin": Role.TRASH,
            "Bin2": Role.TRASH,  # the server says so
        }

    def test_a_flat_namespace(self) -> None:
        peer = greeted("LIST-EXTENDED")
        infos = dialogue(peer, list_folders(peer.connection), (EXTENDED, b"* LIST () NIL Sent\r\nK1 OK\r\n"))
        assert infos[0].role is Role.SENT


class TestCounts:
    ITEMS = b"(MESSAGES UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ SIZE DELETED)"
    COUNTS = b"(MESSAGES 3 UNSEEN 1 UIDNEXT 9 UIDVALIDITY 7 HIGHESTMODSEQ 5 SIZE 100 DELETED 0)"
    CAPABILITIES = "CONDSTORE STATUS=SIZE STATUS=DELETED"

    def test_in_the_same_round_trip(self) -> None:
        peer = greeted(f"LIST-EXTENDED LIST-STATUS {self.CAPABILITIES}")
        question = b'K1 LIST "" "*" RETURN (SUBSCRIBED CHILDREN STATUS ' + self.ITEMS + b")\r\n"
        answer = b'* LIST () "/" x\r\n* STATUS x ' + self.COUNTS + b"\r\nK1 OK\r\n"
        infos = dialogue(peer, list_folders(peer.connection, with_status=True), (question, answer))
        assert infos[0].status == Status(3, 1, 9, 7, 5, 100, 0)

    def test_what_LIST_left_out_is_asked_for(self) -> None:  # noqa: N802
        peer = greeted("LIST-EXTENDED LIST-STATUS")
        items = b"(MESSAGES UNSEEN UIDNEXT UIDVALIDITY)"
        infos = dialogue(
            peer,
            list_folders(peer.connection, with_status=True),
            (
                b'K1 LIST "" "*" RETURN (SUBSCRIBED CHILDREN STATUS ' + items + b")\r\n",
                (
                    b'* LIST () "/" x\r\n* LIST () "/" y\r\n* LIST () "/" z\r\n* LIST (\\NonExistent) "/" n\r\n'
                    b"* STATUS x (MESSAGES 1)\r\nK1 OK\r\n"
                ),
            ),
            (
                b"K2 STATUS y " + items + b"\r\nK3 STATUS z " + items + b"\r\n",
                b"* STATUS y (MESSAGES 2)\r\nK2 OK\r\nK3 NO [NOPERM] no\r\n",
            ),
        )
        assert [info.status and info.status.messages for info in infos] == [1, 2, None, None]

    def test_one_that_is_not_answered(self) -> None:
        peer = greeted("LIST-EXTENDED")
        infos = dialogue(
            peer,
            list_folders(peer.connection, with_status=True),
            (EXTENDED, b'* LIST () "/" x\r\nK1 OK\r\n'),
            (b"K2 STATUS x (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)\r\n", b"K2 OK\r\n"),
        )
        assert infos[0].status is None

    ASKED = b"K1 STATUS x (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)\r\n"

    def test_of_one_mailbox(self) -> None:
        peer = greeted()
        answer = b"* STATUS x (MESSAGES 3 UNSEEN 1 UIDNEXT 9 UIDVALIDITY 7)\r\nK1 OK\r\n"
        assert dialogue(peer, status(peer.connection, "x"), (self.ASKED, answer)) == Status(3, 1, 9, 7)

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (b"K1 OK\r\n", FolderNotFound),
            (b"K1 NO no such mailbox\r\n", FolderNotFound),
            (b"K1 NO [NONEXISTENT] x\r\n", FolderNotFound),
            (b"K1 NO [NOPERM] x\r\n", PermissionDenied),
            (b"K1 NO [SERVERBUG] x\r\n", CommandError),
            (b"K1 BAD [CLIENTBUG] x\r\n", CommandError),
        ],
    )
    def test_of_none(self, answer: bytes, kind: type[CommandError]) -> None:
        peer = greeted()
        with pytest.raises(CommandError) as caught:
            dialogue(peer, status(peer.connection, "x"), (self.ASKED, answer))
        assert type(caught.value) is kind

    @pytest.mark.parametrize(
        ("listed", "kind"), [(b"", FolderNotFound), (b'* LIST () "/" x\r\n', CommandError)], ids=["no such", "there"]
    )
    def test_bad_is_hoodiecrow_s_word_for_it(self, listed: bytes, kind: type[CommandError]) -> None:
        peer = greeted()
        with pytest.raises(CommandError) as caught:
            dialogue(
                peer,
                status(peer.connection, "x"),
                (self.ASKED, b"K1 BAD Invalid mailbox name\r\n"),
                (b'K2 LIST "" "x"\r\n', listed + b"K2 OK\r\n"),
            )
        assert type(caught.value) is kind
        assert caught.value.status == "BAD"


class TestExists:
    @pytest.mark.parametrize(
        ("name", "listed", "there"),
        [
            ("x", b'* LIST () "/" x\r\n', True),
            ("x", b"", False),
            ("x", b'* LIST (\\NoSelect) "/" x\r\n', False),
            ("x", b'* LIST (\\nonexistent) "/" x\r\n', False),
            ("x", b'* LIST () "/" y\r\n', False),
            ("a*", b'* LIST () "/" ab\r\n', False),
            ("a*", b'* LIST () "/" ab\r\n* LIST () "/" "a*"\r\n', True),
            ("inbox", b'* LIST () "/" INBOX\r\n', True),
        ],
    )
    def test_exists(self, name: str, listed: bytes, there: bool) -> None:
        peer = greeted()
        question = b'K1 LIST "" "%b"\r\n' % name.encode()
        assert dialogue(peer, exists(peer.connection, name), (question, listed + b"K1 OK\r\n")) is there


class TestCreate:
    CREATE = b"K1 CREATE x\r\n"
    EXISTS = b'K2 LIST "" "x"\r\n'
    THERE = b'* LIST () "/" x\r\nK2 OK\r\n'

    def test_and_subscribe(self) -> None:
        peer = greeted()
        dialogue(peer, create(peer.connection, "x"), (self.CREATE, b"K1 OK\r\n"), (b"K2 SUBSCRIBE x\r\n", b"K2 OK\r\n"))

    def test_or_not(self) -> None:
        peer = greeted()
        dialogue(peer, create(peer.connection, "x", subscribe=False), (self.CREATE, b"K1 OK\r\n"))

    def test_with_a_role(self) -> None:
        peer = greeted("CREATE-SPECIAL-USE")
        flow = create(peer.connection, "x", subscribe=False, role=Role.ARCHIVE)
        dialogue(peer, flow, (b"K1 CREATE x (USE (\\Archive))\r\n", b"K1 OK\r\n"))
        peer = greeted()
        with pytest.raises(NotSupported):
            Run(peer, create(peer.connection, "x", role=Role.ARCHIVE))

    def test_there_already(self) -> None:
        peer = greeted()
        with pytest.raises(FolderExists):
            dialogue(peer, create(peer.connection, "x"), (self.CREATE, b"K1 NO [ALREADYEXISTS] x\r\n"))

    @pytest.mark.parametrize("code", [b"", b"[CANNOT] "])
    def test_there_already_in_words_alone(self, code: bytes) -> None:
        peer = greeted()
        turns = (self.CREATE, b"K1 NO " + code + b"Mailbox exists\r\n"), (self.EXISTS, self.THERE)
        with pytest.raises(FolderExists, match="Mailbox exists"):
            dialogue(peer, create(peer.connection, "x"), *turns)

    def test_and_that_is_fine(self) -> None:
        peer = greeted()
        flow = create(peer.connection, "x", exist_ok=True)
        turns = (self.CREATE, b"K1 NO [ALREADYEXISTS] x\r\n"), (b"K2 SUBSCRIBE x\r\n", b"K2 OK\r\n")
        dialogue(peer, flow, *turns)

    def test_refused(self) -> None:
        peer = greeted()
        with pytest.raises(CommandError, match="no room"):
            dialogue(
                peer, create(peer.connection, "x"), (self.CREATE, b"K1 NO no room\r\n"), (self.EXISTS, b"K2 OK\r\n")
            )
        peer = greeted()
        with pytest.raises(PermissionDenied):
            dialogue(peer, create(peer.connection, "x", exist_ok=True), (self.CREATE, b"K1 NO [NOPERM] x\r\n"))
        peer = greeted()
        with pytest.raises(CommandError):
            dialogue(peer, create(peer.connection, "x"), (self.CREATE, b"K1 BAD x\r\n"))


class TestRename:
    def test_subscriptions_move_along(self) -> None:
        peer = greeted("LIST-EXTENDED")
        listed = b"".join(
            b'* LIST (%b) "/" %b\r\n' % (b"\\Subscribed" if yes else b"", name)
            for name, yes in ((b"x", True), (b"x/a", True), (b"x/b", False), (b"xy", True))
        )
        dialogue(
            peer,
            rename(peer.connection, "x", "new"),
            (EXTENDED, listed + b"K1 OK\r\n"),
            (b"K2 RENAME x new\r\n", b"K2 OK\r\n"),
            (b"K3 SUBSCRIBE new\r\n", b"K3 OK\r\n"),
            (b"K4 UNSUBSCRIBE x\r\n", b"K4 OK\r\n"),
            (b"K5 SUBSCRIBE new/a\r\n", b"K5 NO no\r\n"),
        )

    def test_in_a_flat_namespace(self) -> None:
        peer = greeted("LIST-EXTENDED")
        dialogue(
            peer,
            rename(peer.connection, "x", "new"),
            (EXTENDED, b"* LIST (\\Subscribed) NIL xNone\r\nK1 OK\r\n"),
            (b"K2 RENAME x new\r\n", b"K2 OK\r\n"),
        )

    def test_inbox_stays(self) -> None:
        peer = greeted("LIST-EXTENDED")
        listed = b'* LIST (\\Subscribed) "/" INBOX\r\n* LIST (\\Subscribed) "/" INBOX/a\r\n'
        dialogue(
            peer,
            rename(peer.connection, "inbox", "old"),
            (EXTENDED, listed + b"K1 OK\r\n"),
            (b"K2 RENAME inbox old\r\n", b"K2 OK\r\n"),
            (b"K3 SUBSCRIBE old\r\n", b"K3 OK\r\n"),
        )

    def test_refused(self) -> None:
        peer = greeted("LIST-EXTENDED")
        turns = (EXTENDED, b"K1 OK\r\n"), (b"K2 RENAME x y\r\n", b"K2 NO [ALREADYEXISTS] y\r\n")
        with pytest.raises(FolderExists):
            dialogue(peer, rename(peer.connection, "x", "y"), *turns)


class TestDelete:
    DELETE = b"K1 DELETE x\r\n"

    @pytest.mark.parametrize("answer", [b"K2 OK\r\n", b"K2 NO not subscribed\r\n"])
    def test_with_its_subscription(self, answer: bytes) -> None:
        peer = greeted()
        dialogue(peer, delete(peer.connection, "x"), (self.DELETE, b"K1 OK\r\n"), (b"K2 UNSUBSCRIBE x\r\n", answer))

    @pytest.mark.parametrize(
        ("answer", "listed", "kind"),
        [
            (b"K1 NO gone\r\n", b"", FolderNotFound),
            (b"K1 NO it has children\r\n", b'* LIST () "/" x\r\n', CommandError),
            (b"K1 BAD x\r\n", b"", CommandError),
            (b"K1 NO [NOPERM] x\r\n", b'* LIST () "/" x\r\n', PermissionDenied),
        ],
    )
    def test_refused(self, answer: bytes, listed: bytes, kind: type[CommandError]) -> None:
        peer = greeted()
        with pytest.raises(CommandError) as caught:
            dialogue(
                peer,
                delete(peer.connection, "x"),
                (self.DELETE, answer),
                (b'K2 LIST "" "x"\r\n', listed + b"K2 OK\r\n"),
            )
        assert type(caught.value) is kind


@pytest.mark.parametrize(("yes", "question"), [(True, b"K1 SUBSCRIBE x\r\n"), (False, b"K1 UNSUBSCRIBE x\r\n")])
def test_subscribing(yes: bool, question: bytes) -> None:
    peer = greeted()
    dialogue(peer, set_subscribed(peer.connection, "x", subscribed=yes), (question, b"K1 OK\r\n"))
