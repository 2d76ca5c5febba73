"""Whatever a client says with the words of all extensions, the server answers within the grammar and goes on."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.protocol.dispatch import Dispatcher
from imapkit.protocol.extensions import ALL
from imapkit.protocol.model import Unknown
from imapkit.protocol.wire.framer import Framer
from imapkit.testing import Server
from tests.testing.lines import deliver

COMMANDS = st.sampled_from(
    b"SEARCH|UID SEARCH|SORT|UID SORT|THREAD|UID THREAD|ESEARCH|FETCH|UID FETCH|STORE|UID STORE|CONVERT|UID CONVERT|"
    b"CONVERSIONS|SELECT|EXAMINE|REPLACE|UID REPLACE|APPEND|GENURLAUTH|URLFETCH|RESETKEY|UIDBATCHES|CANCELUPDATE|COPY|"
    b"UID MOVE|EXPUNGE|UID EXPUNGE|STATUS|CREATE|RENAME|NOOP|SETMETADATA".split(b"|")
)
WORDS = st.sampled_from(
    b"RETURN|(UPDATE ALL)|(PARTIAL 1:2 SAVE)|(PARTIAL -1:-3)|(RELEVANCY ALL)|(MIN MAX COUNT)|()|(|)|CHARSET|UTF-8|ALL|"
    b"FUZZY|SUBJECT m1|FILTER f|UNSEEN|NOT|OR|MODSEQ 2|UID 1:*|1:*|$|2|99|*|X-GM-RAW {12+}\r\n-in:(a OR b |X-GM-LABELS "
    b"\\Inbox|UIDAFTER 1|EMAILID M1|(DATE)|(REVERSE SUBJECT SIZE)|(RELEVANCY)|REFERENCES|REFS|ORDEREDSUBJECT|IN|"
    b"(personal)|(subtree (a b))|(selected)|FLAGS|(FLAGS MODSEQ UID)|BINARY[1]|BINARY.SIZE[2]|PREVIEW (LAZY)|OBJECTID|"
    b"X-GM-LABELS|(CHANGEDSINCE 1 VANISHED)|(CHANGEDSINCE 2)|(UNCHANGEDSINCE 2)|+FLAGS|-X-GM-LABELS.SILENT|(\\Deleted)|"
    b"(work \\Flagged)|(QRESYNC (1001 1 1:9 (1:2 1:2)))|(OBJECTID (MAILBOXID F3e9))|(CONDSTORE)|INBOX|Sent|a|{4+}\r\n"
    b'\r\n\r\n|CATENATE|(URL /INBOX/;UID=1 TEXT {1+}\r\nx)|(NIL)|("text/plain" (charset utf-8))|BODY[HEADER]|'
    b'"imap://ann@localhost/INBOX/;UID=1;URLAUTH=anonymous"|INTERNAL|500|1:2|"t"|"text/*"|(OBJECTID)|""|'
    b'(/private/filters/values/f "FILTER f")|(/private/filters/values/f "SEEN")'.split(b"|")
)
WHOLE = st.sampled_from(
    [
        *(b"UID SEARCH RETURN (UPDATE ALL) UNSEEN", b"SEARCH RETURN (UPDATE COUNT) NOT DELETED", b'CANCELUPDATE "t4"'),
        *(b"UID SORT RETURN (UPDATE) (REVERSE SUBJECT) UTF-8 UNSEEN", b"UID SEARCH RETURN (SAVE PARTIAL -1:-2) ALL"),
        *(b"UID STORE 1:2 +FLAGS (\\Seen)", b"UID STORE 2:* -FLAGS (\\Seen)", b"UID STORE $ +FLAGS.SILENT (\\Deleted)"),
        *(b"EXPUNGE", b"UID EXPUNGE 1", b"CLOSE", b"SELECT INBOX", b"SELECT INBOX (QRESYNC (1001 2))", b"SELECT Sent"),
        *(b"UID COPY 1:* Sent", b"UID MOVE 2 Sent", b"UID COPY 1 a/b", b"CREATE a/b", b"RENAME a c", b"DELETE a/b"),
        *(b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 1 VANISHED)", b"UID FETCH 1:* PREVIEW (PARTIAL -1:-1)"),
        *(b"UID FETCH 1:9 (X-GM-LABELS X-GM-MSGID X-GM-THRID EMAILID THREADID)", b"UID FETCH 1:9 (BINARY[1] OBJECTID)"),
        *(b"UID STORE 1:* +X-GM-LABELS (Work \\Starred)", b"UID STORE 1 -X-GM-LABELS (\\Inbox)", b"SELECT Work"),
        *(b"UID THREAD REFERENCES UTF-8 ALL", b"UID THREAD ORDEREDSUBJECT UTF-8 UNSEEN", b"UIDBATCHES 500"),
        *(
            b"ESEARCH IN (personal) RETURN (COUNT ALL) UNSEEN",
            b"UID CONVERT 1:* (NIL) (BINARY[1] BODYPARTSTRUCTURE[1])",
        ),
        *(b"UID REPLACE 1 INBOX {4+}\r\nx: y", b"APPEND INBOX CATENATE (URL /INBOX/;UID=2 TEXT {1+}\r\nx)"),
        *(b'GENURLAUTH "imap://ann@localhost/INBOX/;UID=1;URLAUTH=anonymous" INTERNAL', b"RESETKEY INBOX"),
        *(b'SETMETADATA "" (/private/filters/values/f "NOT SEEN")', b"UID SEARCH FILTER f FUZZY SUBJECT m"),
        *(b'SELECT "[Gmail]/All Mail"', b'SELECT "[Gmail]/Starred"', b'UID MOVE 1 "[Gmail]/Trash"', b"IDLE\r\nDONE"),
        *(
            b"UID SEARCH X-GM-RAW {9+}\r\nis:unread X-GM-LABELS Work",
            b"STATUS INBOX (HIGHESTMODSEQ)",
            b"FETCH 1:2 FLAGS",
        ),
    ]
)
MADE = st.tuples(COMMANDS, st.lists(WORDS, max_size=5)).map(lambda made: b" ".join([made[0], *made[1]]))
LINES = st.lists(st.one_of(WHOLE, WHOLE, MADE), min_size=1, max_size=14)
ENABLED = st.sampled_from([b"", b"ENABLE QRESYNC", b"ENABLE UIDONLY", b"ENABLE CONDSTORE UIDONLY", b"ENABLE IMAP4rev2"])


@pytest.mark.parametrize("profile", ["everything", "gmail"])
@settings(deadline=None, max_examples=150)
@given(LINES, ENABLED)
def test_commands_made_of_words(profile: Literal["everything", "gmail"], lines: list[bytes], enable: bytes) -> None:
    with Server(profile=profile) as server:
        server.add_user("ann")
        deliver(server)
        stream = server.open_stream()
        framer, dispatcher = Framer(), Dispatcher(ALL)
        said = [b"LOGIN ann pw", enable or b"NOOP", b"SELECT INBOX", *lines]
        for number, line in enumerate(said):
            stream.write(b"t%d %b\r\n" % (number, line))
        stream.write(b"last NOOP\r\n")
        heard = b""
        while chunk := stream.read():
            heard += chunk
        assert b"\r\nlast OK NOOP completed.\r\n" in heard
        dispatcher.utf8 = enable == b"ENABLE IMAP4rev2"
        framer.feed(heard)
        while (framed := framer.next()) is not None:
            response = dispatcher.parse(framed)
            assert not isinstance(response, Unknown), response
            assert not dispatcher.defects
