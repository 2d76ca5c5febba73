"""LOGIN-REFERRALS and MAILBOX-REFERRALS: what is elsewhere is said to be there, and the client is told where."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, InvalidArgument
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.extensions.copy import Copy
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create, Delete, Rename, Subscribe
from imapkit.protocol.extensions.referrals import Referral, RemoteList, RemoteLsub
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.model import Command
from imapkit.testing import Server
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line

FOO = "imap://ann;AUTH=*@server2.example.org/SHARED/FOO"
MAIL = NewMessage(b"Subject: x\r\n\r\n")


def referral(client: Client, command: Command[object]) -> tuple[str, ...]:
    with pytest.raises(CommandError) as refused:
        client(command)
    assert isinstance(refused.value.response_code, Referral)
    assert len(refused.value.response_code.targets()) == len(refused.value.response_code.urls)
    return refused.value.response_code.urls


class TestLogin:
    def test_whoever_is_at_home_elsewhere(self, server: Server) -> None:
        # RFC 2221, 4.1.
        server.refer("ann", "imap://ann@server2.example.org/")
        line = Line(server.open_stream())
        answer = b"NO [REFERRAL imap://ann@server2.example.org/] This user is at home on another server."
        assert line(b"a LOGIN ann pw") == [b"a " + answer]
        assert line(b"b AUTHENTICATE PLAIN AGFubgBwdw==") == [b"b " + answer]
        assert line(b"c LOGIN bob pw")[0].startswith(b"c OK")

    def test_the_client_understands(self, server: Server) -> None:
        server.refer("ann", "imap://ann@server2.example.org/")
        client = Client(server, None)
        assert referral(client, Login("ann", "pw")) == ("imap://ann@server2.example.org/",)

    def test_nothing_is_told_to_whom_it_is_not(self, server: Server) -> None:
        server.refer("ann", "imap://ann@server2.example.org/")
        line = Line(server.open_stream())
        assert line(b"a LOGIN ann wrong") == [b"a NO [AUTHENTICATIONFAILED] Authentication failed."]

    def test_where_it_is_not_offered(self) -> None:
        with Server() as server:
            server.add_user("ann")
            server.refer("ann", "imap://ann@server2.example.org/")
            server.refer("ann", FOO, folder="SHARED/FOO")
            line = Line(server.open_stream())
            assert line(b"a LOGIN ann pw")[0].startswith(b"a OK")
            assert line(b"b SELECT SHARED/FOO")[0].startswith(b"b NO [NONEXISTENT]")

    def test_what_is_no_url(self, server: Server) -> None:
        with pytest.raises(InvalidArgument):
            server.refer("ann", "https://example.org/")
        with pytest.raises(InvalidArgument):
            server.refer("nobody", FOO)


class TestMailboxes:
    @pytest.fixture(autouse=True)
    def remote(self, server: Server) -> None:
        server.refer("ann", FOO, folder="SHARED/FOO")

    @pytest.mark.parametrize(
        "command",
        [
            Select("SHARED/FOO"),
            Select("SHARED/FOO", read_only=True),
            GetStatus("SHARED/FOO", (MESSAGES,)),
            Append("SHARED/FOO", (MAIL,)),
            Delete("SHARED/FOO"),
            Subscribe("SHARED/FOO"),
            Create("SHARED/FOO"),
        ],
    )
    def test_every_command_that_names_one(self, ann: Client, command: Command[object]) -> None:
        assert referral(ann, command) == (FOO,)

    def test_copying_there(self, ann: Client) -> None:
        ann(Append("INBOX", (MAIL,)))
        ann(Select("INBOX"))
        assert referral(ann, Copy(UidSet([1]), "SHARED/FOO")) == (FOO,)

    def test_below_it(self, ann: Client) -> None:
        assert referral(ann, Create("SHARED/FOO/Entwürfe")) == (f"{FOO}/Entw%C3%BCrfe",)
        with pytest.raises(CommandError) as refused:
            ann(Select("SHARED/FOOD"))
        assert refused.value.code == "NONEXISTENT"

    def test_renaming(self, ann: Client) -> None:
        # RFC 2193, 4.3: a pair of URLs.
        assert referral(ann, Rename("SHARED/FOO", "BAR")) == (FOO, "imap://ann;AUTH=*@server2.example.org/BAR")
        assert referral(ann, Rename("Sent", "SHARED/FOO/Sent")) == (f"{FOO}/Sent",)

    def test_a_url_without_a_mailbox(self, server: Server, ann: Client) -> None:
        server.refer("ann", "imap://server3.example.org/", folder="Other")
        assert referral(ann, Select("Other")) == ("imap://server3.example.org/Other",)

    def test_the_list_is_without_them(self, ann: Client) -> None:
        local = {listed.mailbox for listed in ann(List(("*",))).mailboxes}
        assert not {"SHARED", "SHARED/FOO"} & local
        remote = {listed.mailbox: listed.attributes for listed in ann(RemoteList()).mailboxes}
        assert remote.keys() - local == {"SHARED", "SHARED/FOO"}
        assert remote["SHARED/FOO"] == ("\\HasNoChildren",)
        assert remote["SHARED"] == ("\\Noselect", "\\HasChildren")

    def test_subscriptions(self, ann: Client) -> None:
        assert "SHARED/FOO" in {listed.mailbox for listed in ann(RemoteLsub()).mailboxes}
        said = ann.said(RemoteLsub("SHARED/*"))
        assert said[0] == '* LSUB () "/" SHARED/FOO'

    def test_the_option_of_list(self, ann: Client) -> None:
        # RFC 5258, 3.1.
        result = ann(List(("SHARED/*", "INBOX"), select=("REMOTE",)))
        assert {listed.mailbox: listed.attributes for listed in result.mailboxes} == {
            "INBOX": ("\\HasNoChildren",),
            "SHARED/FOO": ("\\Remote", "\\HasNoChildren"),
        }
