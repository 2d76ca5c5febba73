"""Referrals: the examples of RFC 2221 and RFC 2193 (those whose code does not end are mended)."""

from __future__ import annotations

import pickle

import pytest

from imapkit.errors import CommandError, NotSupported, ServerBye
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.list import List, Listed, Lsub
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.referrals import Referral, RemoteList, RemoteLsub
from imapkit.protocol.model import Condition, OtherCode, Tagged
from tests.protocol.extensions.talking import ask, completion, connect, read, untagged


@pytest.mark.parametrize(
    ("octets", "urls", "places"),
    [
        (b"NO [REFERRAL IMAP://user;AUTH=*@SERVER2/] Remote Server", ["IMAP://user;AUTH=*@SERVER2/"],
         [("server2", "user", None)]),
        (b"OK [REFERRAL IMAP://MATTHEW@SERVER2/] Specified", ["IMAP://MATTHEW@SERVER2/"],
         [("server2", "MATTHEW", None)]),
        (b"NO [REFERRAL IMAP://user;AUTH=*@SERVER2/SHARED/FOO]", ["IMAP://user;AUTH=*@SERVER2/SHARED/FOO"],
         [("server2", "user", "SHARED/FOO")]),
        (b"NO [referral IMAP://user;AUTH=*@SERVER2/REMOTE  IMAP://user;AUTH=*@SERVER3/REMOTE] Try those",
         ["IMAP://user;AUTH=*@SERVER2/REMOTE", "IMAP://user;AUTH=*@SERVER3/REMOTE"],
         [("server2", "user", "REMOTE"), ("server3", "user", "REMOTE")]),
        (b"NO [REFERRAL imap://u@[2001:db8::1]/a imap://[::1]] There [it] is",
         ["imap://u@[2001:db8::1]/a", "imap://[::1]"], [("2001:db8::1", "u", "a"), ("::1", None, None)]),
        (b"NO [REFERRAL http://example.org/ imap://b/] odd", ["http://example.org/", "imap://b/"],
         [("b", None, None)]),
    ],
)  # fmt: skip
def test_code(octets: bytes, urls: list[str], places: list[tuple[str, str | None, str | None]]) -> None:
    code = completion(octets).code
    assert code == Referral(tuple(urls))
    assert code.name == "REFERRAL"
    assert [(url.host.lower(), url.user, url.folder or None) for url in code.targets()] == places


def test_when_the_server_takes_its_leave() -> None:
    condition = untagged(b"* BYE [REFERRAL IMAP://user;AUTH=*@SERVER2/] Server not accepting connections")
    assert condition == Condition("BYE", Referral(("IMAP://user;AUTH=*@SERVER2/",)), "Server not accepting connections")


@pytest.mark.parametrize(
    ("octets", "code"),
    [(b"A1 NO [REFERRAL] where?", OtherCode("REFERRAL")), (b"A1 NO [REFERRAL imap://a", None)],
)
def test_malformed(octets: bytes, code: OtherCode | None) -> None:
    response, defects = read(octets)
    assert isinstance(response, Tagged)
    assert response.code == code
    assert defects


def test_remote_list() -> None:
    sent, result = ask(RemoteList("%"), b'* LIST () "/" REMOTE', b'* LSUB () "/" x', capabilities="MAILBOX-REFERRALS")
    assert sent == b'RLIST "" "%"'
    assert result.mailboxes == (Listed((), "/", "REMOTE"),)


def test_remote_lsub() -> None:
    command = RemoteLsub("*", "SHARED/")
    sent, result = ask(command, b'* LIST () "/" x', b'* LSUB () "/" SHARED/FOO', capabilities="MAILBOX-REFERRALS")
    assert sent == b'RLSUB "SHARED/" "*"'
    assert result.mailboxes == (Listed((), "/", "SHARED/FOO", is_lsub=True),)


@pytest.mark.parametrize(("command", "other"), [(RemoteList(), List()), (RemoteLsub(), Lsub())])
def test_alone(command: RemoteList, other: List) -> None:
    connection = connect("MAILBOX-REFERRALS")
    connection.send(command)
    connection.send(other)
    assert len(connection.data_to_send().splitlines()) == 1
    with pytest.raises(NotSupported):
        connect("LOGIN-REFERRALS").send(command)


def test_a_refusal_carries_it() -> None:
    with pytest.raises(CommandError) as caught:
        ask(Create("SHARED/FOO"), ok=b"NO [REFERRAL IMAP://user;AUTH=*@SERVER2/SHARED/FOO]")
    code = pickle.loads(pickle.dumps(caught.value)).response_code
    assert code == Referral(("IMAP://user;AUTH=*@SERVER2/SHARED/FOO",))
    assert caught.value.code == "REFERRAL"


@pytest.mark.parametrize("greeted", [False, True])
def test_a_farewell_carries_it(greeted: bool) -> None:
    connection = connect() if greeted else Connection()
    connection.receive_data(b"* BYE [REFERRAL IMAP://user;AUTH=*@SERVER2/] Not here\r\n")
    with pytest.raises(ServerBye, match="Not here") as caught:
        connection.check()
    assert caught.value.response_code == Referral(("IMAP://user;AUTH=*@SERVER2/",))
