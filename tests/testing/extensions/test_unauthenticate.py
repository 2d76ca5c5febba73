"""UNAUTHENTICATE and PROXYAUTH: one connection, several users."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.proxyauth import ProxyAuth
from imapkit.protocol.extensions.quota import GetQuotaRoot
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.protocol.extensions.unauthenticate import Unauthenticate
from imapkit.protocol.model import State
from imapkit.testing import Server
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, logged_in


class TestUnauthenticate:
    def test_one_user_after_another(self, ann: Client) -> None:
        ann(Enable(("UTF8=ACCEPT", "CONDSTORE")))
        ann(Select("INBOX"))
        ann(Unauthenticate())
        assert ann.connection.session.state is State.NOT_AUTHENTICATED
        assert ann.connection.supports("AUTH=PLAIN")
        ann(Login("bob", "pw"))
        assert ann(GetQuotaRoot("INBOX")).roots == ("#user/bob",)

    def test_nothing_is_left(self, server: Server) -> None:
        deliver(server, 1)
        line = logged_in(server)
        line(b"a ENABLE CONDSTORE UTF8=ACCEPT METADATA", b"b LANGUAGE de", b"c COMPARATOR i;octet", b"d SELECT INBOX")
        line(b"e NOTIFY SET (selected (MessageNew MessageExpunge)) (personal (MessageNew MessageExpunge))")
        line(b"f STORE 1 +FLAGS (\\Deleted)")
        (answer,) = line(b"g UNAUTHENTICATE")
        assert answer.startswith(b"g OK [CAPABILITY IMAP4rev1 ")
        assert answer.endswith(b"] UNAUTHENTICATE completed.")
        deliver(server, 1)
        assert line.heard() == []
        assert line(b"h FETCH 1 FLAGS")[0].startswith(b"h BAD")
        line(b"i LOGIN ann pw")
        assert line(b"j COMPARATOR")[0] == b"* COMPARATOR i;unicode-casemap"
        line(b"k SELECT INBOX")
        assert line(b"l FETCH 1 FLAGS")[0] == b"* 1 FETCH (FLAGS (\\Deleted))"  # not expunged, and no MODSEQ

    def test_pipelined(self, server: Server) -> None:
        answers = logged_in(server)(b"a UNAUTHENTICATE", b"b LOGIN bob pw", b"c GETQUOTAROOT INBOX")
        assert [answer[:4] for answer in answers] == [b"a OK", b"b OK", b"* QU", b"* QU", b"c OK"]

    def test_only_for_whom_is_somebody(self, server: Server) -> None:
        assert Line(server.open_stream())(b"a UNAUTHENTICATE")[0].startswith(b"a BAD")

    def test_compression_ends_with_the_connection(self, server: Server) -> None:
        from imapkit.protocol.channel import DeflateFilter

        line = logged_in(server)
        line(b"a COMPRESS DEFLATE")
        deflate = DeflateFilter()
        deflate.send(b"b UNAUTHENTICATE\r\n")
        line.stream.write(deflate.data_to_send())
        assert deflate.receive(line.stream.read() or b"") == b"* BYE UNAUTHENTICATE cannot end compression\r\n"


class TestProxyAuth:
    def test_an_administrator_acts_for_somebody(self, server: Server) -> None:
        server.deliver("ann", b"Subject: x\r\n\r\n")
        admin = Client(server, "admin")
        admin(GetNamespaces())
        admin(ProxyAuth("ann"))
        assert admin.connection.session.namespaces is None
        status = admin(GetStatus("INBOX", (MESSAGES,)))
        assert status is not None
        assert status.get(MESSAGES) == 1
        with pytest.raises(CommandError):
            admin(ProxyAuth("bob"))  # Ann is no administrator

    @pytest.mark.parametrize(("who", "whom"), [("ann", "bob"), ("admin", "nobody")])
    def test_refusals(self, server: Server, who: str, whom: str) -> None:
        with pytest.raises(CommandError) as refused:
            Client(server, who)(ProxyAuth(whom))
        assert refused.value.code == "AUTHORIZATIONFAILED"
