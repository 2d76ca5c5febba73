"""QUOTA: the examples of RFC 9208, and what servers really send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.quota import (
    DELETED_STORAGE,
    GetQuota,
    GetQuotaRoot,
    MailboxQuota,
    QuotaLimits,
    QuotaRoots,
    Resource,
    SetQuota,
)
from imapkit.protocol.extensions.status import DELETED, MESSAGES, GetStatus
from imapkit.protocol.wire.names import canonical, opaque, opaque_octets
from imapkit.types.results import Quota, Usage
from tests.protocol.extensions.talking import ask, connect, read, untagged

STORAGE = Resource("STORAGE", 104, 10923847)


class TestResponses:
    @pytest.mark.parametrize(
        ("octets", "expected"),
        [
            (b'* QUOTA "!partition/sda4" (STORAGE 104 10923847)', QuotaLimits("!partition/sda4", (STORAGE,))),
            (b'* QUOTA "" (STORAGE 10 512)', QuotaLimits("", (Resource("STORAGE", 10, 512),))),
            (b"* QUOTA INBOX ()", QuotaLimits("INBOX", ())),
            (b'* QUOTA "ROOT"', QuotaLimits("ROOT", ())),
            (b"* quota {4}\r\na b\xff (storage 9223372036854775807 0)",
             QuotaLimits("a b\udcff", (Resource("STORAGE", 2**63 - 1, 0),))),
        ],
        ids=["RFC 9208", "empty name", "Cyrus", "Courier", "literal"],
    )  # fmt: skip
    def test_quota(self, octets: bytes, expected: QuotaLimits) -> None:
        assert untagged(octets) == expected

    @pytest.mark.parametrize(
        "bad",
        [b"STORAGE 1 -1", b"STORAGE 1", b"STORAGE 1 9223372036854775808", b"STORAGE (1 2) 3", b'STORAGE "1" NIL', b"7"],
    )
    def test_a_bad_resource_costs_itself(self, bad: bytes) -> None:
        response, defects = read(b'* QUOTA "" (MAILBOX 1 2 ' + bad + b" MESSAGE 42 1000)")
        assert response == QuotaLimits("", (Resource("MAILBOX", 1, 2), Resource("MESSAGE", 42, 1000)))
        assert defects

    @pytest.mark.parametrize(
        ("octets", "expected"),
        [
            (b'* QUOTAROOT INBOX "#user/alice" "!partition/sda4"',
             QuotaRoots("INBOX", ("#user/alice", "!partition/sda4"))),
            (b"* QUOTAROOT comp.mail.mime", QuotaRoots("comp.mail.mime", ())),
            (b'* QUOTAROOT Inbox "" ', QuotaRoots("INBOX", ("",))),
        ],
        ids=["RFC 9208", "none", "mox"],
    )  # fmt: skip
    def test_quota_root(self, octets: bytes, expected: QuotaRoots) -> None:
        assert untagged(octets) == expected

    def test_as_the_object_api_has_it(self) -> None:
        limits = QuotaLimits("", (Resource("STORAGE", 10, 512), Resource("MAILBOX", 1, 2)))
        assert limits.quota() == Quota("", storage=Usage(10240, 524288), messages=None)


class TestCommands:
    def test_get_quota(self) -> None:
        answer = b'* QUOTA "!partition/sda4" (STORAGE 104 10923847)'
        sent, limits = ask(GetQuota("!partition/sda4"), b'* QUOTA "" ()', answer, b"* 3 EXISTS", capabilities="QUOTA")
        assert sent == b"GETQUOTA !partition/sda4"
        assert limits == QuotaLimits("!partition/sda4", (STORAGE,))

    def test_a_root_with_odd_octets_comes_back_as_it_was(self) -> None:
        sent, _ = ask(GetQuota("caf\udce9"), capabilities="QUOTA LITERAL+")
        assert sent == b"GETQUOTA {4+}\r\ncaf\xe9"

    def test_get_quota_root(self) -> None:
        sent, found = ask(
            GetQuotaRoot("inbox"),
            b"* QUOTAROOT other x",
            b'* QUOTAROOT INBOX "#user/alice" "!partition/sda4"',
            b'* QUOTA "#user/alice" (MESSAGE 42 1000)',
            b'* QUOTA "!partition/sda4" (STORAGE 104 10923847)',
            capabilities="QUOTA QUOTA=RES-STORAGE",
        )
        assert sent == b"GETQUOTAROOT inbox"
        limits = (
            QuotaLimits("#user/alice", (Resource("MESSAGE", 42, 1000),)),
            QuotaLimits("!partition/sda4", (STORAGE,)),
        )
        assert found == MailboxQuota("INBOX", ("#user/alice", "!partition/sda4"), limits)

    def test_set_quota(self) -> None:
        command = SetQuota("#user/alice", (("STORAGE", 510),))
        sent, limits = ask(
            command, b'* QUOTA "#user/alice" (STORAGE 58 512)', capabilities="QUOTA QUOTA=RES-STORAGE QUOTASET"
        )
        assert sent == b"SETQUOTA #user/alice (STORAGE 510)"
        assert limits == QuotaLimits("#user/alice", (Resource("STORAGE", 58, 512),))

    def test_no_limits_at_all(self) -> None:
        assert ask(SetQuota("", ()), capabilities="QUOTA") == (b'SETQUOTA "" ()', None)

    @pytest.mark.parametrize(
        ("command", "capabilities"),
        [
            (GetQuota(""), ""),
            (GetQuotaRoot("INBOX"), ""),
            (SetQuota("", ()), ""),
            (SetQuota("", ()), "QUOTA QUOTA=RES-MESSAGE"),
            (GetStatus("INBOX", (DELETED_STORAGE,)), "QUOTA QUOTA=RES-MESSAGE"),
        ],
    )
    def test_what_the_server_lacks_is_not_sent(self, command: GetQuota, capabilities: str) -> None:
        connection = connect(capabilities)
        with pytest.raises(NotSupported):
            connection.send(command)
        assert connection.data_to_send() == b""

    @pytest.mark.parametrize(
        "command",
        [SetQuota("", (("A B", 1),)), SetQuota("", (("STORAGE", -1),)), GetQuota("a\r\nb"), GetQuota("\ud800")],
    )
    def test_refused(self, command: GetQuota) -> None:
        with pytest.raises(InvalidArgument):
            connect("QUOTA QUOTASET").send(command)

    def test_status(self) -> None:
        command = GetStatus("INBOX", (MESSAGES, DELETED, DELETED_STORAGE))
        answer = b"* STATUS INBOX (MESSAGES 12 DELETED 4 DELETED-STORAGE 8)"
        sent, status = ask(command, answer, capabilities="QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE")
        assert sent == b"STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)"
        assert status is not None
        assert [status.get(item) for item in command.items] == [12, 4, 8]

    def test_answers_are_told_apart(self) -> None:
        connection = connect("QUOTA")
        connection.send(GetQuota("a"))
        connection.send(GetQuotaRoot("b"))
        connection.send(SetQuota("c", ()))
        assert connection.data_to_send() == b"K1 GETQUOTA a\r\n"


class TestNames:
    @given(st.binary())
    def test_opaque_names_survive(self, octets: bytes) -> None:
        assert opaque_octets(opaque(octets)) == octets

    def test_inbox(self) -> None:
        assert canonical("iNBOX") == "INBOX"
        assert canonical("INBOX/x") == "INBOX/x"

    @given(st.binary().filter(lambda octets: not {0, 10, 13} & set(octets)))
    def test_roots_as_they_are_listed_can_be_asked_for(self, octets: bytes) -> None:
        listed, _ = read(b"* QUOTAROOT INBOX {%d}\r\n%b" % (len(octets), octets))
        assert isinstance(listed, QuotaRoots)
        sent, _ = ask(GetQuota(listed.roots[0]), capabilities="QUOTA LITERAL+")
        again, _ = read(b"* QUOTAROOT INBOX" + sent.removeprefix(b"GETQUOTA").replace(b"+}\r\n", b"}\r\n"))
        assert again == listed
