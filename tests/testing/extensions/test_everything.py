"""The profile "everything": what is built is offered, and a client can use all of it in one session."""

from __future__ import annotations

import imaplib

from imapkit.protocol.extensions.acl import MailboxRights
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.metadata import Metadata
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.testing import Server
from imapkit.testing.commands import TABLE
from imapkit.types.rights import Rights
from tests.testing.extensions.clients import Client

# Another one says the same, or more (see `profiles`).
LEFT_OUT = {"LITERAL-", "UTF8=ONLY", "I18NLEVEL=1", "XYMHIGHESTMODSEQ", "OBJECTID"}


def test_all_that_is_built_is_offered(ann: Client) -> None:
    missing = {
        name
        for name in TABLE.capabilities
        if not name.startswith(("AUTH=", "APPENDLIMIT=", "SAVELIMIT=")) and not ann.connection.supports(name)
    }
    assert missing <= LEFT_OUT


def test_one_list_for_the_whole_tree(ann: Client) -> None:
    comment = "/private/comment"
    result = ann(List(returns=("SUBSCRIBED", "CHILDREN"), status=(MESSAGES,), rights=True, metadata=(comment,)))
    names = [listed.mailbox for listed in result.mailboxes]
    assert names == ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"]
    assert [(data.mailbox, data.get(MESSAGES)) for data in result.status] == [(name, 0) for name in names]
    assert list(result.rights) == [MailboxRights(name, Rights("lrswipkxtean")) for name in names]
    assert list(result.metadata) == [Metadata(name, ((comment, None),)) for name in names]


def test_imaplib(server: Server) -> None:
    host, port = server.serve(tls="none")
    with imaplib.IMAP4(host, port) as client:
        client.login("ann", "pw")
        assert client.getquotaroot("INBOX") == ("OK", [[b'INBOX "#user/ann"'], [b'"#user/ann" ()']])
        assert client.setquota("#user/ann", "(STORAGE 512)") == ("OK", [b'"#user/ann" (STORAGE 0 512)'])
        assert client.setacl("INBOX", "bob", "lr") == ("OK", [b"SETACL completed."])
        assert client.getacl("INBOX") == ("OK", [b"INBOX ann lrswipkxtecdan bob lr"])
        assert client.myrights("INBOX") == ("OK", [b"INBOX lrswipkxtecdan"])
        assert client.setannotation("INBOX", '"/comment"', '("value.priv" "x")') == ("OK", [None])
        assert client.getannotation("INBOX", '"/comment"', '"value.priv"') == (
            "OK",
            [b'INBOX "/comment" ("value.priv" "x")'],
        )
        assert client.namespace() == ("OK", [b'(("" "/")) (("Other Users/" "/")) NIL'])
        assert client.enable("UTF8=ACCEPT") == ("OK", [b"ENABLE completed."])


def test_the_default_profile_has_none_of_it() -> None:
    with Server() as server:
        server.add_user("ann", quota=1000)
        ann = Client(server)
        for name in ("ACL", "QUOTA", "METADATA", "NOTIFY", "LANGUAGE", "UNAUTHENTICATE", "UTF8=ACCEPT"):
            assert not ann.connection.supports(name)
        assert ann.said(GetStatus("INBOX", (MESSAGES,)))[0] == "* STATUS INBOX (MESSAGES 0)"
