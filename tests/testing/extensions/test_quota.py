"""QUOTA: limits are told, set and kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError, OverQuota
from imapkit.protocol.extensions.acl import SetAcl
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.quota import (
    DELETED_STORAGE,
    GetQuota,
    GetQuotaRoot,
    MailboxQuota,
    QuotaLimits,
    Resource,
    SetQuota,
)
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.status import DELETED, MESSAGES, GetStatus
from imapkit.testing import Server
from imapkit.types.rights import Rights
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import logged_in

ROOT = "#user/ann"
MAIL = NewMessage(b"Subject: tea\r\n\r\n" + b"x" * 2000)


class TestTelling:
    def test_nothing_is_limited(self, ann: Client) -> None:
        assert ann(GetQuotaRoot("inbox")) == MailboxQuota("INBOX", (ROOT,), (QuotaLimits(ROOT, ()),))
        assert ann.said(GetQuota(ROOT))[0] == f'* QUOTA "{ROOT}" ()'

    def test_of_a_mailbox_that_is_yet_to_be(self, ann: Client) -> None:
        assert ann.said(GetQuotaRoot("New"))[:2] == [f'* QUOTAROOT New "{ROOT}"', f'* QUOTA "{ROOT}" ()']

    def test_storage_is_counted_in_units_of_1024_octets(self) -> None:
        with Server(profile="everything") as server:
            server.add_user("ann", quota=5000)
            server.deliver("ann", b"x" * 1025)
            assert Client(server)(GetQuota(ROOT)) == QuotaLimits(ROOT, (Resource("STORAGE", 2, 5),))

    def test_that_of_others_is_nobodys_business(self, server: Server, ann: Client, bob: Client) -> None:
        with pytest.raises(CommandError, match="no such quota root"):
            bob(GetQuota(ROOT))
        with pytest.raises(CommandError) as refused:
            bob(GetQuotaRoot("Other Users/ann/INBOX"))
        assert refused.value.code == "NONEXISTENT"
        ann(SetAcl("INBOX", "bob", Rights("lr")))
        assert bob(GetQuotaRoot("Other Users/ann/INBOX")).roots == (ROOT,)
        assert Client(server, "admin")(GetQuota(ROOT)) == QuotaLimits(ROOT, ())

    def test_what_an_expunge_would_free(self, ann: Client) -> None:
        # RFC 9208, 4.1.4.
        for flags in ((), ("\\Deleted",), ("\\Deleted", "\\Seen")):
            ann(Append("INBOX", (NewMessage(MAIL.data, flags=flags),)))
        said = ann.said(GetStatus("INBOX", (MESSAGES, DELETED, DELETED_STORAGE)))
        assert said[0] == "* STATUS INBOX (MESSAGES 3 DELETED 2 DELETED-STORAGE 4032)"


class TestLimits:
    def test_setting_them_replaces_all(self, ann: Client) -> None:
        ann(Append("INBOX", (MAIL,)))
        assert ann(SetQuota(ROOT, (("STORAGE", 510), ("MESSAGE", 10)))) == QuotaLimits(
            ROOT, (Resource("STORAGE", 2, 510), Resource("MESSAGE", 1, 10))
        )
        said = ann.said(SetQuota(ROOT, (("MAILBOX", 7), ("ANNOTATION-STORAGE", 3))))
        assert said[0] == f'* QUOTA "{ROOT}" (MAILBOX 6 7 ANNOTATION-STORAGE 0 3)'
        assert ann(SetQuota(ROOT, ())) == QuotaLimits(ROOT, ())

    def test_storage(self, ann: Client) -> None:
        ann(SetQuota(ROOT, (("STORAGE", 4),)))
        ann(Append("INBOX", (MAIL, MAIL)))
        with pytest.raises(OverQuota):
            ann(Append("INBOX", (MAIL,)))
        ann(Select("INBOX"))
        with pytest.raises(OverQuota):
            ann(Copy(UidSet([1]), "Sent"))

    def test_messages(self, ann: Client) -> None:
        ann(SetQuota(ROOT, (("MESSAGE", 2),)))
        with pytest.raises(OverQuota):
            ann(Append("INBOX", (MAIL, MAIL, MAIL)))
        ann(Append("INBOX", (MAIL, MAIL)))
        ann(Select("INBOX"))
        with pytest.raises(OverQuota):
            ann(Copy(UidSet([1]), "Sent"))

    def test_mailboxes(self, ann: Client) -> None:
        ann(SetQuota(ROOT, (("MAILBOX", 7),)))
        ann(Create("Seventh"))
        with pytest.raises(OverQuota):
            ann(Create("Eighth"))

    def test_what_others_put_there_counts_against_the_owner(self, ann: Client, bob: Client) -> None:
        ann(SetAcl("INBOX", "bob", Rights("lri")))
        ann(SetQuota(ROOT, (("STORAGE", 1),)))
        with pytest.raises(OverQuota):
            bob(Append("Other Users/ann/INBOX", (MAIL,)))
        bob(Append("INBOX", (MAIL,)))

    def test_who_may_set_them(self, server: Server, ann: Client, bob: Client) -> None:
        with pytest.raises(CommandError, match="no such quota root"):
            bob(SetQuota(ROOT, ()))
        Client(server, "admin")(SetQuota(ROOT, (("MESSAGE", 1),)))
        assert ann(GetQuota(ROOT)) == QuotaLimits(ROOT, (Resource("MESSAGE", 0, 1),))

    def test_a_resource_that_there_is_not(self, ann: Client) -> None:
        with pytest.raises(CommandError, match="no resource X-INK"):
            ann(SetQuota(ROOT, (("X-INK", 1),)))


class TestOlderServers:
    def test_rfc_2087(self, offering: Callable[[str], Server]) -> None:
        ann = Client(offering("IMAP4rev1 QUOTA"))
        limits = QuotaLimits(ROOT, (Resource("STORAGE", 0, 9), Resource("MESSAGE", 0, 8)))
        assert ann(SetQuota(ROOT, (("STORAGE", 9), ("MESSAGE", 8)))) == limits
        with pytest.raises(CommandError, match="no resource MAILBOX"):
            ann(SetQuota(ROOT, (("MAILBOX", 9),)))

    def test_without_quotaset(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 QUOTA QUOTA=RES-STORAGE"))
        assert line(b"a SETQUOTA #user/ann (STORAGE 1)") == [b"a BAD Quota is not to be set here"]
        assert line(b"b STATUS INBOX (DELETED)")[0].startswith(b"b BAD")
