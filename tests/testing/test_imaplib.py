"""Python's own imaplib does all it can with the server: a client that nobody here wrote."""

from __future__ import annotations

import imaplib
import time
from collections.abc import Iterator

import pytest

from imapkit.testing import Server

MESSAGE = b"From: a@example.org\r\nSubject: grass\r\n\r\nGreen.\r\n"


@pytest.fixture(params=["implicit", "starttls", "none"])
def client(server: Server, request: pytest.FixtureRequest) -> Iterator[imaplib.IMAP4]:
    """imaplib, logged in as Ann."""
    host, port = server.serve(tls=request.param)
    if request.param == "implicit":
        made: imaplib.IMAP4 = imaplib.IMAP4_SSL("localhost", port, ssl_context=server.client_context(), timeout=20)
    else:
        made = imaplib.IMAP4(host, port, timeout=20)
    with made:
        if request.param == "starttls":
            assert "LOGINDISABLED" in made.capabilities
            assert made.starttls(server.client_context())[0] == "OK"
        assert made.login("ann", "pw")[0] == "OK"
        yield made


def test_a_whole_life(client: imaplib.IMAP4) -> None:
    assert client.create("work")[0] == "OK"
    assert b'(\\HasNoChildren) "/" work' in client.list()[1]
    assert client.subscribe("work")[0] == "OK"
    assert client.lsub('""', "w*") == ("OK", [b'() "/" work'])
    date = imaplib.Time2Internaldate(time.time())
    assert client.append("work", "(\\Seen)", date, MESSAGE)[0] == "OK"
    assert client.append("work", None, None, MESSAGE)[0] == "OK"  # type: ignore[arg-type]
    assert client.status("work", "(MESSAGES UNSEEN)") == ("OK", [b"work (MESSAGES 2 UNSEEN 1)"])

    assert client.select("work") == ("OK", [b"2"])
    assert client.response("UIDVALIDITY")[1] != [None]
    assert client.search(None, "SUBJECT", "grass") == ("OK", [b"1 2"])
    assert client.search("UTF-8", "UNSEEN") == ("OK", [b"2"])
    assert client.uid("SEARCH", "SEEN") == ("OK", [b"1"])
    assert client.fetch("1", "(UID FLAGS)") == ("OK", [b"1 (UID 1 FLAGS (\\Seen \\Recent))"])
    assert client.fetch("2", "(RFC822)") == (
        "OK",
        [(b"2 (RFC822 {47}", MESSAGE), b" FLAGS (\\Seen \\Recent))"],
    )
    assert client.store("1", "+FLAGS", "(\\Flagged $Label)") == (
        "OK",
        [b"1 (FLAGS (\\Seen \\Flagged $Label \\Recent))"],
    )
    assert client.copy("1", "Archive")[0] == "OK"
    assert client.uid("COPY", "1:2", "Archive")[0] == "OK"
    assert client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")[0] == "OK"
    assert client.expunge() == ("OK", [b"2"])
    assert client.uid("MOVE", "1", "Trash")[0] == "OK"
    assert client.check()[0] == "OK"
    assert client.noop()[0] == "OK"
    assert client.close()[0] == "OK"

    assert client.select("Archive", readonly=True) == ("OK", [b"3"])
    assert client.unselect()[0] == "OK"
    assert client.rename("work", "play")[0] == "OK"
    assert client.unsubscribe("work")[0] == "OK"
    assert client.delete("play")[0] == "OK"
    assert client.namespace() == ("OK", [b'(("" "/")) NIL NIL'])
    assert client.enable("CONDSTORE")[0] == "OK"
    assert client.logout()[0] == "BYE"


def test_authenticate(server: Server) -> None:
    host, port = server.serve(tls="none")
    with imaplib.IMAP4(host, port, timeout=20) as client:
        assert client.login_cram_md5("ann", "pw")[0] == "OK"
    with imaplib.IMAP4(host, port, timeout=20) as client:
        assert client.authenticate("PLAIN", lambda _: b"\0ann\0pw")[0] == "OK"


def test_errors(server: Server) -> None:
    host, port = server.serve(tls="none")
    with imaplib.IMAP4(host, port, timeout=20) as client:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login("ann", "wrong")
        client.login("ann", "pw")
        assert client.select("nope")[0] == "NO"
        with pytest.raises(imaplib.IMAP4.error, match="Invalid status item"):
            client.status("INBOX", "(NONSENSE)")


def test_a_cut_connection(server: Server) -> None:
    host, port = server.serve(tls="none")
    client = imaplib.IMAP4(host, port, timeout=20)
    server.drop_connections()
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        client.noop()
    client.shutdown()


def test_a_large_message(client: imaplib.IMAP4) -> None:
    message = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 100_000
    assert client.append("INBOX", None, None, message)[0] == "OK"  # type: ignore[arg-type]
    client.select()
    answer = client.fetch("1", "(BODY.PEEK[])")[1][0]
    assert isinstance(answer, tuple)
    assert answer[1] == message
