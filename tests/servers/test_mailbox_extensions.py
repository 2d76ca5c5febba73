"""What mailboxes have beside messages, on each real server that offers it: quota, rights, annotations, lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imapkit.errors import CommandError, OverQuota
from imapkit.protocol.extensions.acl import DeleteAcl, GetAcl, ListRights, MyRights, SetAcl
from imapkit.protocol.extensions.annotate import (
    AnnotationEntry,
    StoreAnnotations,
    annotation_contains,
    message_annotations,
)
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.appendlimit import limit_of
from imapkit.protocol.extensions.fetch import FLAGS, UID, Fetch, Fetched
from imapkit.protocol.extensions.imapsieve import sieve_url
from imapkit.protocol.extensions.list import List, Listed
from imapkit.protocol.extensions.mailboxes import Create, Rename, Subscribe
from imapkit.protocol.extensions.metadata import GetMetadata, SetMetadata
from imapkit.protocol.extensions.notify import Event, EventGroup, NotifyNone, NotifySet
from imapkit.protocol.extensions.quota import GetQuota, GetQuotaRoot, SetQuota
from imapkit.protocol.extensions.referrals import Referral, RemoteList
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.status import MESSAGES, UNSEEN, StatusData
from imapkit.protocol.extensions.xlist import Xlist
from imapkit.types.folders import Role, role_of
from imapkit.types.rights import Right, Rights
from imapkit.types.uids import UidSet
from tests.servers.cyrus import ADMINISTRATOR
from tests.servers.rig import RealServer
from tests.servers.speaking import Speaker, speaking

GRASS = b"Subject: grass\r\n\r\nGreen.\r\n"


@pytest.fixture
def speaker(real_server: RealServer) -> Iterator[Speaker]:
    with speaking(real_server) as speaker:
        yield speaker


class TestQuota:
    def test_roots_and_limits(self, speaker: Speaker) -> None:
        speaker.needs("QUOTA")
        found = speaker.do(GetQuotaRoot("INBOX"))
        assert found.mailbox == "INBOX"
        assert found.roots
        assert [limits.root for limits in found.limits] == list(found.roots)

    def test_dovecot_has_limits(self, dovecot: RealServer) -> None:
        with speaking(dovecot) as speaker:
            speaker.needs("QUOTA")
            (limits,) = speaker.do(GetQuotaRoot("INBOX")).limits
            assert speaker.do(GetQuota(limits.root)) == limits
            quota = limits.quota()
            assert quota.storage is not None
            assert quota.storage.limit == 2**30
            assert quota.messages is not None
            assert quota.messages.limit == 100_000

    def test_a_full_account(self, dovecot: RealServer) -> None:
        with speaking(dovecot, "quota") as speaker:
            speaker.needs("QUOTA")
            with pytest.raises(OverQuota):
                speaker.do(Append("INBOX", (NewMessage(b"Subject: big\r\n\r\n" + b"x" * 100_000),)))

    def test_an_administrator_sets_limits(self, cyrus: RealServer) -> None:
        user = cyrus.new_user()
        with speaking(cyrus, user):
            pass  # the first login makes the mailboxes
        with speaking(cyrus, ADMINISTRATOR) as administrator:
            administrator.do(SetQuota(f"user/{user}", (("STORAGE", 1000), ("MESSAGE", 10))))
        with speaking(cyrus, user) as speaker:
            quota = speaker.do(GetQuotaRoot("INBOX")).limits[0].quota()
            assert quota.storage is not None
            assert quota.storage.limit == 1000 * 1024
            assert quota.messages is not None
            assert quota.messages.limit == 10


class TestAcl:
    def test_rights_are_given_and_taken(self, speaker: Speaker) -> None:
        speaker.needs("ACL")
        name = speaker.top("Shared work")
        speaker.do(Create(name))
        speaker.do(SetAcl(name, "testuser", Rights("lrs")))
        speaker.do(SetAcl(name, "testuser", Rights("i"), "+"))
        assert _rights(speaker, name, "testuser") == Rights("lrsi")
        speaker.do(SetAcl(name, "testuser", Rights("s"), "-"))
        assert _rights(speaker, name, "testuser") == Rights("lri")
        speaker.do(DeleteAcl(name, "testuser"))
        assert _rights(speaker, name, "testuser") is None

    def test_ones_own_rights(self, speaker: Speaker) -> None:
        speaker.needs("ACL")
        mine = speaker.do(MyRights("inbox"))
        assert mine is not None
        assert mine.mailbox == "INBOX"
        assert mine.rights >= {Right.LOOKUP, Right.READ, Right.INSERT, Right.DELETE_MESSAGES, Right.ADMINISTER}
        assert not mine.rights & {"c", "d"}

    def test_what_can_be_given(self, speaker: Speaker) -> None:
        speaker.needs("ACL")
        grantable = speaker.do(ListRights("INBOX", "testuser"))
        assert grantable is not None
        assert grantable.identifier == "testuser"
        assert Rights("r") in grantable.optional


def _rights(speaker: Speaker, mailbox: str, identifier: str) -> Rights | None:
    acl = speaker.do(GetAcl(mailbox))
    assert acl is not None
    return next((entry.rights for entry in acl.entries if entry.identifier == identifier), None)


class TestMetadata:
    @pytest.mark.parametrize("value", [b"a note", b"", b"two\r\nlines", "grün".encode(), b'"quoted" \\'])
    def test_values_come_back(self, speaker: Speaker, value: bytes) -> None:
        speaker.needs("METADATA")
        speaker.do(SetMetadata("INBOX", (("/private/comment", value),)))
        found = speaker.do(GetMetadata("INBOX", ("/private/comment",))).get("/private/comment")
        assert (found or b"") == value  # Cyrus keeps an empty value as none
        speaker.do(SetMetadata("INBOX", (("/private/comment", None),)))
        assert speaker.do(GetMetadata("INBOX", ("/private/comment",))).get("/private/comment") is None

    def test_what_is_below(self, speaker: Speaker) -> None:
        speaker.needs("METADATA")
        entries = (("/private/vendor/imapkit/a", b"1"), ("/private/vendor/imapkit/a/b", b"22"))
        speaker.do(SetMetadata("INBOX", entries))
        found = speaker.do(GetMetadata("INBOX", ("/private/vendor/imapkit",), depth="infinity"))
        assert {(name, value) for name, value in found.entries if value} == set(entries)

    def test_of_the_server(self, speaker: Speaker) -> None:
        speaker.needs("METADATA", "METADATA-SERVER")
        result = speaker.do(GetMetadata("", ("/shared/admin", "/shared/comment")))
        assert {name for name, _ in result.entries} <= {"/shared/admin", "/shared/comment"}

    def test_dovecots_is_known(self, dovecot: RealServer) -> None:
        with speaking(dovecot) as speaker:
            speaker.needs("METADATA")
            result = speaker.do(GetMetadata("", ("/shared/admin",)))
            assert result.get("/shared/admin") == b"mailto:postmaster@example.org"

    def test_what_is_too_long_is_left_out(self, speaker: Speaker) -> None:
        speaker.needs("METADATA")
        speaker.do(SetMetadata("INBOX", (("/private/comment", b"x" * 100),)))
        found = speaker.do(GetMetadata("INBOX", ("/private/comment",), max_size=10))
        assert found.get("/private/comment") is None
        assert found.left_out in {100, None}


class TestList:
    def test_everything_at_once(self, speaker: Speaker) -> None:
        supports = speaker.connection.supports
        speaker.needs("LIST-STATUS")
        result = speaker.do(
            List(
                ("*",),
                returns=("SUBSCRIBED", "CHILDREN", *(("SPECIAL-USE",) if supports("SPECIAL-USE") else ())),
                status=(MESSAGES, UNSEEN),
                rights=supports("LIST-MYRIGHTS"),
                metadata=("/private/comment",) if supports("LIST-METADATA") else (),
            )
        )
        names = {listed.mailbox for listed in result.mailboxes}
        # At Gmail, it is "[Gmail]/Sent Mail".
        assert {name.rpartition("/")[2].partition(" ")[0] for name in names} >= {"INBOX", "Drafts", "Sent", "Trash"}
        assert {data.mailbox: data.get(MESSAGES) for data in result.status}["INBOX"] == 0
        if supports("LIST-MYRIGHTS"):
            assert Right.READ in {rights.mailbox: rights.rights for rights in result.rights}["INBOX"]
        if supports("LIST-METADATA"):
            assert {data.mailbox for data in result.metadata} <= names

    def test_children_that_match(self, speaker: Speaker) -> None:
        if speaker.connection.supports("IMAP4rev1"):  # IMAP4rev2 contains what this needs
            speaker.needs("LIST-EXTENDED")
        speaker.do(Create("Up/Down"))
        speaker.do(Subscribe("Up/Down"))
        result = speaker.do(List(("%",), select=("SUBSCRIBED", "RECURSIVEMATCH")))
        assert {listed.mailbox: listed.child_info for listed in result.mailboxes}["Up"] == ("SUBSCRIBED",)

    def test_xlist(self, speaker: Speaker) -> None:
        speaker.needs("XLIST")
        roles = {
            role_of(frozenset(listed.attributes), listed.mailbox, "/")[0] for listed in speaker.do(Xlist()).mailboxes
        }
        assert {Role.INBOX, Role.DRAFTS, Role.SENT} <= roles

    def test_rlist(self, speaker: Speaker) -> None:
        speaker.needs("MAILBOX-REFERRALS")
        assert "INBOX" in {listed.mailbox for listed in speaker.do(RemoteList()).mailboxes}


class TestNotify:
    def test_another_mailbox_and_the_selected_one(self, real_server: RealServer) -> None:
        user = real_server.new_user()
        with speaking(real_server, user) as watcher, speaking(real_server, user) as other:
            watcher.needs("NOTIFY")
            watcher.do(Select("INBOX"))
            new = (Event.MESSAGE_NEW, Event.MESSAGE_EXPUNGE)
            status = watcher.do(
                NotifySet(
                    (
                        EventGroup("selected", new, fetch=(UID, FLAGS)),
                        EventGroup("personal", (*new, Event.MAILBOX_NAME)),
                    ),
                    status=True,
                )
            )
            assert {data.mailbox for data in status} >= {"Drafts", "Sent"}
            other.do(Append("Drafts", (NewMessage(GRASS),)))
            watcher.wait_for_news(StatusData, lambda told: (told.mailbox, told.get(MESSAGES)) == ("Drafts", 1))
            other.do(Append("INBOX", (NewMessage(GRASS, flags=("\\Flagged",)),)))
            watcher.do(Noop())  # Dovecot tells of the selected mailbox with the next command
            fetched = watcher.wait_for_news(Fetched)
            assert "\\Flagged" in (fetched.get(FLAGS) or ())
            other.do(Create("Fresh"))
            watcher.wait_for_news(Listed, lambda listed: listed.mailbox == "Fresh")
            other.do(Rename("Fresh", "Old"))
            watcher.wait_for_news(Listed, lambda listed: listed.mailbox == "Old")
            watcher.do(NotifyNone())


class TestAnnotations:
    def test_of_messages(self, speaker: Speaker) -> None:
        speaker.needs("ANNOTATE-EXPERIMENT-1")
        comment = AnnotationEntry("/comment", (("value.priv", b"green"),))
        speaker.do(Append("INBOX", (NewMessage(GRASS, annotations=(comment,)),)))
        selected = speaker.do(Select("INBOX", annotate=True))
        assert selected.annotations is not None
        assert selected.annotations.supported
        asked = message_annotations("/comment", attributes=("value.priv",))
        assert speaker.do(Fetch(UidSet([1]), (asked,)))[1].get(asked) == (comment,)
        speaker.do(StoreAnnotations(UidSet([1]), (AnnotationEntry("/comment", (("value.priv", b"very green"),)),)))
        found = speaker.do(Search(annotation_contains("/comment", "very", attribute="value.priv")))
        assert list(found.uids) == [1]


class TestCapabilities:
    def test_appendlimit(self, cyrus: RealServer) -> None:
        with speaking(cyrus) as speaker:
            assert limit_of(speaker.connection.session.capabilities or frozenset()) == 67108864

    def test_imapsieve(self, dovecot: RealServer) -> None:
        with speaking(dovecot) as speaker:
            speaker.needs("IMAPSIEVE=")
            assert sieve_url(speaker.connection.session.capabilities or frozenset()) == "sieve://localhost:4190"

    def test_login_referral(self, dovecot: RealServer) -> None:
        with pytest.raises(CommandError) as caught, speaking(dovecot, "refer"):
            pytest.fail("it was let in")
        assert isinstance(caught.value.response_code, Referral)
        assert caught.value.response_code.targets()[0].host == "imap2.example.org"
