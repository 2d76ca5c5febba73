"""UTF8=ACCEPT and UTF8=ONLY: names, strings and headers are UTF-8 once the client says that it can."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.errors import CommandError
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.fetch import Fetch, body_section
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.mailboxes import Create
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Capability, Noop
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import logged_in

MAIL = NewMessage("From: Jörg <jörg@example.org>\r\nSubject: Grüße\r\n\r\nHallo\r\n".encode())


class TestAccept:
    def test_names(self, ann: Client) -> None:
        ann(Create("Entwürfe"))
        assert ann.said(List(("E*",)))[0] == '* LIST (\\HasNoChildren) "/" Entw&APw-rfe'
        ann(Enable(("UTF8=ACCEPT",)))
        assert ann.said(List(("E*",)))[0] == '* LIST (\\HasNoChildren) "/" "Entwürfe"'
        ann(Create("Ärger"))
        assert {listed.mailbox for listed in ann(List(("*r*",))).mailboxes} >= {"Entwürfe", "Ärger"}

    def test_headers(self, ann: Client) -> None:
        with pytest.raises(CommandError) as refused:
            ann(Append("INBOX", (MAIL,)))
        assert refused.value.code == "CANNOT"
        ann(Enable(("UTF8=ACCEPT",)))
        ann(Append("INBOX", (MAIL, NewMessage(MAIL.data, utf8=True))))
        ann(Select("INBOX"))
        body = body_section()
        assert [message.get(body) for message in ann(Fetch(UidSet([1, 2]), (body,))).values()] == [MAIL.data] * 2

    def test_search_needs_no_charset(self, server: Server, ann: Client) -> None:
        ann(Enable(("UTF8=ACCEPT",)))
        ann(Append("INBOX", (MAIL,)))
        ann(Select("INBOX"))
        assert list(ann(Search(Q.subject("grüße"))).uids) == [1]
        line = logged_in(server)
        line(b"a ENABLE UTF8=ACCEPT", b"b SELECT INBOX")
        assert line(b"c SEARCH CHARSET UTF-8 ALL")[0].startswith(b"c BAD")
        for command in (b"SORT (DATE)", b"THREAD REFERENCES"):
            assert line(b"d " + command + b" utf-8 ALL")[-1].startswith(b"d OK")
            assert line(b"e " + command + b" US-ASCII ALL")[0].startswith(b"e BAD")

    def test_what_is_no_utf_8(self, server: Server) -> None:
        """RFC 9755, 3: it is refused in a quoted string; a literal may hold anything."""
        line = logged_in(server)
        line(b"a ENABLE UTF8=ACCEPT", b"b SELECT INBOX")
        assert line(b'c SEARCH SUBJECT "\xc3"') == [b"c BAD Error in IMAP command SEARCH: this is no UTF-8"]
        assert line(b'd SEARCH SUBJECT "\xc3\xbc"')[-1].startswith(b"d OK")
        assert line(b"e APPEND INBOX {1+}\r\n\xff")[-1].startswith(b"e OK")

    def test_the_append_extension_without_it(self, server: Server) -> None:
        line = logged_in(server)
        said = "Subject: ä\r\n\r\n".encode()
        assert line.raw(b"a APPEND INBOX UTF8 (~{%d+}\r\n%s)\r\n" % (len(said), said))[0].startswith(b"a NO [CANNOT]")

    def test_the_append_extension_takes_a_literal(self, server: Server) -> None:
        assert logged_in(server)(b"a APPEND INBOX UTF8 (x)")[0].startswith(b"a BAD")


def test_imap4rev2_has_it_built_in() -> None:
    with Server(profile="rfc9051") as server:
        server.add_user("ann", "pw")
        ann = Client(server)
        ann(Create("R&D, Entwürfe"))
        assert "R&D, Entwürfe" in {listed.mailbox for listed in ann(List(("*",))).mailboxes}
        assert 'C: K2 CREATE "R&D, Entwürfe"' in server.transcript


class TestOnly:
    CAPABILITIES = "IMAP4rev1 ENABLE UTF8=ONLY AUTH=PLAIN IDLE"

    def test_nothing_goes_before(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering(self.CAPABILITIES))
        for said in (b"SELECT INBOX", b'LIST "" *', b"STATUS INBOX (MESSAGES)", b"IDLE"):
            assert line(b"a " + said)[-1] == b"a NO [CANNOT] ENABLE UTF8=ACCEPT first"
        assert line(b"b NOOP") == [b"b OK NOOP completed."]
        assert line(b"c ENABLE UTF8=ONLY") == [b"* ENABLED", b"c OK ENABLE completed."]

    def test_the_client_knows(self, offering: Callable[[str], Server]) -> None:
        ann = Client(offering(self.CAPABILITIES))
        ann(Noop())
        assert "UTF8=ONLY" in ann(Capability())
        assert ann(Enable(("UTF8=ACCEPT",))) == {"UTF8=ACCEPT"}
        ann(Create("Entwürfe"))
        ann(Append("Entwürfe", (MAIL,)))
        assert ann(Select("Entwürfe")).exists == 1
