"""ANNOTATE-EXPERIMENT-1: values beside messages are stored, fetched, searched, copied, and told of."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, OverQuota
from imapkit.protocol.extensions.acl import SetAcl
from imapkit.protocol.extensions.annotate import (
    AnnotateCode,
    AnnotationEntry,
    AnnotationsCode,
    StoreAnnotations,
    annotation_contains,
    message_annotations,
)
from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.copy import Copy, Move
from imapkit.protocol.extensions.fetch import Fetch, Fetched
from imapkit.protocol.extensions.mailboxes import Rename
from imapkit.protocol.extensions.notify import Event, EventGroup, NotifySet
from imapkit.protocol.extensions.quota import GetQuota, SetQuota
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.select import Select
from imapkit.testing import Server
from imapkit.types.query import Key
from imapkit.types.rights import Rights
from imapkit.types.uids import UidSet
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, deliver, selected

ONE = UidSet([1])
COMMENT = message_annotations("/comment")


def comment(private: bytes | None = None, shared: bytes | None = None) -> AnnotationEntry:
    return AnnotationEntry("/comment", (("value.priv", private), ("value.shared", shared)))


@pytest.fixture
def inbox(server: Server, ann: Client) -> Client:
    """Ann's client with three messages in the selected INBOX."""
    deliver(server)
    ann(Select("INBOX"))
    return ann


@pytest.fixture
def line(server: Server) -> Line:
    """Ann's connection with three messages in the selected INBOX, who wants to hear of annotations."""
    deliver(server)
    line = selected(server)
    assert line(b"a SELECT INBOX (ANNOTATE)")[-1] == b"a OK [READ-WRITE] SELECT completed."
    return line


class TestStoringAndFetching:
    @pytest.mark.parametrize("value", [b"My comment", b"", b"two\r\nlines", b"\0\xff", "grün".encode()])
    def test_values_come_back(self, inbox: Client, value: bytes) -> None:
        inbox(StoreAnnotations(ONE, (comment(value, b"shared"),)))
        assert inbox(Fetch(ONE, (COMMENT,)))[1].get(COMMENT) == (comment(value, b"shared"),)
        inbox(StoreAnnotations(ONE, (comment(None, None),)))
        assert inbox(Fetch(ONE, (COMMENT,)))[1].get(COMMENT) == (comment(None, None),)

    def test_as_the_rfc_has_it(self, line: Line) -> None:
        # RFC 5257, 4.5, 4.3 and 4.4.
        assert line(b'b STORE 1 ANNOTATION (/comment (value.priv "My comment" value.shared "Group note"))') == [
            b"b OK STORE completed."
        ]
        assert line(b"c FETCH 1 (ANNOTATION (/comment value))")[0] == (
            b'* 1 FETCH (ANNOTATION (/comment (value.priv "My comment" value.shared "Group note")))'
        )
        line(b'd STORE 1 ANNOTATION (/comment (value.shared NIL) /altsubject (value.priv "Rhinoceroses!"))')
        assert line(b"e FETCH 1 (ANNOTATION (/comment (value size)))")[0] == (
            b"* 1 FETCH (ANNOTATION (/comment "
            b'(value.priv "My comment" value.shared NIL size.priv "10" size.shared "0")))'
        )
        assert line(b"f UID FETCH 1 (UID ANNOTATION (/* (value.priv size.priv)))")[0] == (
            b'* 1 FETCH (UID 1 ANNOTATION (/altsubject (value.priv "Rhinoceroses!" size.priv "13") '
            b'/comment (value.priv "My comment" size.priv "10")))'
        )
        assert line(b"g FETCH 1 (ANNOTATION ((/comment /altsubject) value.priv))")[0] == (
            b'* 1 FETCH (ANNOTATION (/comment (value.priv "My comment") /altsubject (value.priv "Rhinoceroses!")))'
        )

    def test_wildcards(self, line: Line) -> None:
        line(b'b STORE 1 ANNOTATION (/comment (value.priv "1") /1/comment (value.priv "2"))')
        assert line(b"c FETCH 1 (ANNOTATION (/% value.priv))")[0] == (
            b'* 1 FETCH (ANNOTATION (/comment (value.priv "1")))'
        )
        assert line(b"d FETCH 2 (ANNOTATION (* value.priv))")[0] == b"* 2 FETCH (ANNOTATION ())"

    def test_a_changed_annotation_has_a_new_mod_sequence(self, line: Line) -> None:
        line(b"b FETCH 1 MODSEQ")
        assert line(b'c STORE 1:2 ANNOTATION (/comment (value.priv "1"))')[:2] == [
            b"* 1 FETCH (UID 1 MODSEQ (5))",
            b"* 2 FETCH (UID 2 MODSEQ (5))",
        ]
        assert line(b'd STORE 1 (UNCHANGEDSINCE 4) ANNOTATION (/comment (value.priv "2"))') == [
            b"d OK [MODIFIED 1] Conditional store failed."
        ]

    def test_what_select_tells(self, ann: Client) -> None:
        assert ann(Select("INBOX", annotate=True)).annotations == AnnotationsCode(supported=True, size=16384)
        assert ann(Select("INBOX", read_only=True)).annotations == AnnotationsCode(supported=True)

    @pytest.mark.parametrize(
        "said",
        [
            b"FETCH 1 ANNOTATION",
            b"FETCH 1 (ANNOTATION (/comment))",
            b"FETCH 1 (ANNOTATION (/comment ()))",
            b"FETCH 1 (ANNOTATION (/comment colour))",
            b"FETCH 1 (ANNOTATION (/comment value.public))",
            b"STORE 1 ANNOTATION (/comment (value x))",
            b'STORE 1 ANNOTATION (/comment (value "x"))',
            b'STORE 1 ANNOTATION (/comment (size.priv "x"))',
            b'STORE 1 ANNOTATION (comment (value.priv "x"))',
            b'STORE 1 +ANNOTATION (/comment (value.priv "x"))',
            b"STORE 1 ANNOTATION ()",
            b'SEARCH ANNOTATION /comment size.priv "x"',
        ],
    )
    def test_what_is_wrong(self, line: Line, said: bytes) -> None:
        assert line(b"b " + said)[0].startswith(b"b BAD")


class TestLimits:
    def test_too_big(self, inbox: Client) -> None:
        with pytest.raises(CommandError) as refused:
            inbox(StoreAnnotations(ONE, (comment(b"x" * 20_000),)))
        assert refused.value.response_code == AnnotateCode("TOOBIG")

    def test_too_many(self, inbox: Client) -> None:
        entries = tuple(AnnotationEntry(f"/{number}", (("value.priv", b"x"),)) for number in range(100))
        inbox(StoreAnnotations(ONE, entries))
        with pytest.raises(CommandError) as refused:
            inbox(StoreAnnotations(UidSet([1, 2]), (comment(b"x"),)))
        assert refused.value.response_code == AnnotateCode("TOOMANY")
        assert inbox(Fetch(UidSet([2]), (COMMENT,)))[2].get(COMMENT) == (comment(),)  # none, if not all

    def test_quota(self, inbox: Client) -> None:
        inbox(SetQuota("#user/ann", (("ANNOTATION-STORAGE", 4),)))
        inbox(StoreAnnotations(ONE, (comment(b"x" * 2000, b"x" * 1000),)))
        limits = inbox(GetQuota("#user/ann"))
        assert limits is not None
        assert (limits.resources[0].usage, limits.resources[0].limit) == (3, 4)
        with pytest.raises(OverQuota):
            inbox(StoreAnnotations(UidSet([2]), (comment(b"x" * 2000),)))
        with pytest.raises(OverQuota):
            inbox(Copy(ONE, "Sent"))
        with pytest.raises(OverQuota):
            inbox(Append("INBOX", (NewMessage(b"Subject: x\r\n\r\n", annotations=(comment(b"x" * 2000),)),)))
        inbox(StoreAnnotations(ONE, (comment(b"y" * 2000),)))


class TestWithMessages:
    def test_appending(self, ann: Client) -> None:
        draft = NewMessage(b"Subject: x\r\n\r\n", ("\\Draft",), annotations=(comment(b"Don't send until I say so"),))
        ann(Append("Drafts", (draft, NewMessage(b"Subject: y\r\n\r\n"))))
        ann(Select("Drafts"))
        found = ann(Fetch(UidSet([1, 2]), (COMMENT,)))
        assert found[1].get(COMMENT) == (comment(b"Don't send until I say so"),)
        assert found[2].get(COMMENT) == (comment(),)

    def test_copying_and_moving(self, inbox: Client) -> None:
        inbox(StoreAnnotations(ONE, (comment(b"mine", b"ours"),)))
        inbox(Copy(ONE, "Sent"))
        inbox(Move(ONE, "Sent"))
        inbox(Select("Sent"))
        found = inbox(Fetch(UidSet([1, 2]), (COMMENT,)))
        assert [found[uid].get(COMMENT) for uid in (1, 2)] == [(comment(b"mine", b"ours"),)] * 2

    def test_renaming_inbox(self, inbox: Client) -> None:
        inbox(StoreAnnotations(ONE, (comment(b"mine"),)))
        inbox(Rename("INBOX", "Old"))
        inbox(Select("Old"))
        assert inbox(Fetch(ONE, (COMMENT,)))[1].get(COMMENT) == (comment(b"mine"),)

    def test_searching(self, inbox: Client) -> None:
        inbox(StoreAnnotations(ONE, (comment(b"IMAP4 is old"),)))
        inbox(StoreAnnotations(UidSet([2]), (AnnotationEntry("/1/comment", (("value.shared", b"imap4rev2"),)),)))

        def found(key: Key) -> list[int]:
            return list(inbox(Search(key)).uids)

        assert found(annotation_contains("/comment", "imap4")) == [1]
        assert found(annotation_contains("*", "imap4")) == [1, 2]
        assert found(annotation_contains("/%", "imap4")) == [1]
        assert found(annotation_contains("*", "imap4", attribute="value.priv")) == [1]
        assert found(annotation_contains("*", "imap4", attribute="value.shared")) == [2]
        assert found(annotation_contains("*", "pop3")) == []


class TestTwoUsers:
    def test_private_and_shared(self, inbox: Client, bob: Client) -> None:
        inbox(SetAcl("INBOX", "bob", Rights("lrn")))
        inbox(StoreAnnotations(ONE, (comment(b"Ann's", b"ours"),)))
        bob(Select("Other Users/ann/INBOX"))
        assert bob(Fetch(ONE, (COMMENT,)))[1].get(COMMENT) == (comment(None, b"ours"),)
        bob(StoreAnnotations(ONE, (comment(b"Bob's", b"both's"),)))
        bob(Copy(ONE, "INBOX"))
        bob(Select("INBOX"))
        assert bob(Fetch(ONE, (COMMENT,)))[1].get(COMMENT) == (comment(b"Bob's", b"both's"),)
        assert inbox(Fetch(ONE, (COMMENT,)))[1].get(COMMENT) == (comment(b"Ann's", b"both's"),)
        assert list(bob(Search(annotation_contains("*", "Ann"))).uids) == []

    def test_what_is_everybodys_needs_a_right(self, inbox: Client, bob: Client) -> None:
        inbox(SetAcl("INBOX", "bob", Rights("lrwi")))
        bob(Select("Other Users/ann/INBOX"))
        with pytest.raises(CommandError) as refused:
            bob(StoreAnnotations(ONE, (comment(b"x", b"y"),)))
        assert refused.value.code == "NOPERM"
        bob(StoreAnnotations(ONE, (AnnotationEntry("/comment", (("value.priv", b"x"),)),)))
        with pytest.raises(CommandError):
            bob(
                Append(
                    "Other Users/ann/INBOX", (NewMessage(b"Subject: x\r\n\r\n", annotations=(comment(b"x", b"y"),)),)
                )
            )

    def test_changes_are_told_without_values(self, line: Line, ann: Client, bob: Client) -> None:
        ann(SetAcl("INBOX", "bob", Rights("lrwn")))
        bob(Select("Other Users/ann/INBOX"))
        bob(StoreAnnotations(ONE, (comment(b"private", b"shared"),)))
        assert line(b"b NOOP") == [b"* 1 FETCH (ANNOTATION (/comment))", b"b OK NOOP completed."]
        line(b"c SELECT INBOX")
        bob(StoreAnnotations(ONE, (comment(b"private", b"other"),)))
        assert line(b"d NOOP") == [b"d OK NOOP completed."]

    def test_notify_tells_of_them_at_once(self, server: Server, line: Line, inbox: Client) -> None:
        line(b"b NOTIFY SET (selected (MessageNew MessageExpunge AnnotationChange))")
        inbox(StoreAnnotations(ONE, (comment(b"x"),)))
        assert line.heard() == [b"* 1 FETCH (UID 1 ANNOTATION (/comment))"]
        line(b"c NOTIFY SET (personal (MessageNew MessageExpunge AnnotationChange))", b"d SELECT Sent (CONDSTORE)")
        inbox(StoreAnnotations(ONE, (comment(b"y"),)))
        assert line.heard() == [b"* STATUS INBOX (UIDVALIDITY 1001 HIGHESTMODSEQ 9)"]

    def test_the_client_understands(self, server: Server, inbox: Client) -> None:
        other = Client(server)
        other(Select("INBOX"))
        events = (Event.MESSAGE_NEW, Event.MESSAGE_EXPUNGE, Event.ANNOTATION_CHANGE)
        other(NotifySet((EventGroup("selected", events),)))
        inbox(StoreAnnotations(ONE, (comment(b"x"),)))
        (fetched,) = other.hear()
        assert isinstance(fetched, Fetched)
        assert fetched.get(COMMENT) == (AnnotationEntry("/comment"),)
