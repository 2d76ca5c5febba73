"""Whatever a client says, the server answers within the grammar, and nothing ends it but its own decision."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in

WORDS = st.sampled_from(
    [
        *(b"NOOP", b"SELECT", b"LIST", b"FETCH", b"UID", b"STORE", b"SEARCH", b"COPY", b"MOVE", b"APPEND", b"STATUS"),
        *(b"EXPUNGE", b"CLOSE", b"IDLE", b"DONE", b"CREATE", b"DELETE", b"RENAME", b"ENABLE", b"LSUB", b"AUTHENTICATE"),
        *(b"INBOX", b"Sent", b"1", b"1:*", b"*", b"$", b"2,3", b"99", b"(", b")", b"()", b'""', b'"a b"', b"{1+}\r\nx"),
        *(b"+FLAGS", b"-FLAGS.SILENT", b"\\Seen", b"\\Deleted", b"Work", b"FLAGS", b"BODY[]", b"BODY.PEEK[1.MIME]"),
        *(b"RETURN", b"(SAVE)", b"(MIN ALL)", b"ALL", b"NOT", b"OR", b"UNSEEN", b"SUBJECT", b"1-Jan-2020", b"MODSEQ"),
        *(
            b"CHARSET",
            b"UTF-8",
            b"(UNCHANGEDSINCE 1)",
            b"(MESSAGES)",
            b"%",
            b"(SUBSCRIBED)",
            b"CONDSTORE",
            b"\xff",
            b"[",
        ),
    ]
)
COMMANDS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(b" ".join), min_size=1, max_size=8)
RESPONSE = re.compile(rb"(?:\* |\+ |t |DONE BAD )")


@settings(deadline=None)
@given(COMMANDS, st.booleans())
def test_commands_made_of_words(commands: list[bytes], minimal: bool) -> None:
    with Server(profile="minimal" if minimal else "dovecot") as server:
        server.add_user("ann")
        deliver(server)
        line = logged_in(server)
        line(b"s SELECT INBOX")
        for command in commands:
            heard = line(b"t " + command, b"DONE", b"t NOOP")
            assert heard
            assert all(map(RESPONSE.match, heard))
        line(b"DONE", b"*")
        assert line(b"u NOOP")[-1] == b"u OK NOOP completed."


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30), max_size=6))
def test_octets(chunks: list[bytes]) -> None:
    with Server() as server:
        line = Line(server.open_stream())
        for chunk in chunks:
            line.raw(chunk)
        heard = line.raw(b"\r\n\r\nu NOOP\r\n")
        assert heard[-1:] == [b"u OK NOOP completed."] or b"{" in b"".join(chunks)
