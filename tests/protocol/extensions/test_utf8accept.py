"""UTF8=ACCEPT: what changes on the wire (RFC 9755, section 3)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.list import List, Listed
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.status import MESSAGES, GetStatus
from imapkit.types.query import Key
from tests.protocol.extensions.talking import connect, talk


def accepting(*, selected: bool = False) -> Connection:
    connection = connect("ENABLE UTF8=ACCEPT")
    sent, enabled = talk(connection, Enable(("UTF8=ACCEPT",)), b"* ENABLED UTF8=ACCEPT")
    assert sent == b"ENABLE UTF8=ACCEPT"
    assert enabled == {"UTF8=ACCEPT"}
    if selected:
        talk(connection, Select("INBOX"), b"* 9 EXISTS")
    return connection


def test_names_are_utf8() -> None:
    connection = accepting()
    sent, result = talk(connection, List(("Entwürfe/%",)), '* LIST () "/" "Entwürfe/R&AOk-D"'.encode())
    assert sent == 'LIST "" "Entwürfe/%"'.encode()
    assert result.mailboxes == (Listed((), "/", "Entwürfe/R&AOk-D"),)


def test_without_it_they_are_modified_utf7() -> None:
    sent, result = talk(connect(), List(("Entwürfe/%",)), b'* LIST () "/" "R&AOk-D"')
    assert sent == b'LIST "" "Entw&APw-rfe/%"'
    assert result.mailboxes == (Listed((), "/", "RéD"),)


def test_search_has_no_charset() -> None:
    sent, _ = talk(accepting(selected=True), Search(Key("SUBJECT", ("Grüße",))))
    assert sent == 'UID SEARCH SUBJECT "Grüße"'.encode()


def test_append_as_it_is() -> None:
    message = NewMessage("Subject: é\r\n\r\n".encode())
    sent, _ = talk(accepting(), Append("é", (message,)))
    assert sent == 'APPEND "é" {15}\r\nSubject: é\r\n\r\n'.encode()


@given(st.text(min_size=1))
def test_any_name(name: str) -> None:
    connection = accepting()
    try:
        sent, status = talk(connection, GetStatus(name, (MESSAGES,)))
    except InvalidArgument:
        assert any(letter in "\r\n\0" or "\ud800" <= letter <= "\udfff" for letter in name)
        return
    assert status is None
    written = sent.removeprefix(b"STATUS ").removesuffix(b" (MESSAGES)")
    _, result = talk(connection, List(), b'* LIST () "/" ' + written)
    assert result.mailboxes[0].mailbox == ("INBOX" if name.upper() == "INBOX" else name)
