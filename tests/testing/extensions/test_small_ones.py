"""JMAPACCESS, IMAPSIEVE, XAPPLEPUSHSERVICE: one answer each."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.applepush import ApplePush, RegisterApplePush
from imapkit.protocol.extensions.imapsieve import sieve_url
from imapkit.protocol.extensions.jmapaccess import GetJmapAccess, JmapAccess
from imapkit.testing import Server
from tests.testing.extensions.clients import Client
from tests.testing.lines import logged_in


def test_jmapaccess(ann: Client) -> None:
    assert ann(GetJmapAccess()) == JmapAccess("https://localhost/.well-known/jmap")
    assert ann.said(GetJmapAccess())[0] == '* JMAPACCESS "https://localhost/.well-known/jmap"'


def test_imapsieve(ann: Client) -> None:
    assert sieve_url(ann.connection.session.capabilities or frozenset()) == "sieve://localhost"


def test_a_device_registers(ann: Client) -> None:
    push = ann(RegisterApplePush("account", "token", ("INBOX", "Sent")))
    assert push == ApplePush("2", "com.apple.mail.XServer.localhost")


def test_a_device_wants_a_mailbox_that_there_is_not(ann: Client) -> None:
    with pytest.raises(CommandError) as refused:
        ann(RegisterApplePush("account", "token", ("Nowhere",)))
    assert refused.value.code == "NONEXISTENT"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b" aps-version 2",
        b" aps-version 2 aps-account-id x aps-device-token y aps-subtopic z",
        b" aps-version 2 aps-account-id x aps-device-token y mailboxes (INBOX)",
        b" aps-version 2 aps-account-id x aps-device-token y aps-subtopic z mailboxes ()",
        b" aps-version 2 aps-account-id x aps-device-token y aps-subtopic z mailboxes INBOX",
    ],
)
def test_a_device_says_too_little(server: Server, said: bytes) -> None:
    assert logged_in(server)(b"a XAPPLEPUSHSERVICE" + said)[0].startswith(b"a BAD")
