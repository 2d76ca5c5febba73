"""LIST in all its forms, LSUB, XLIST."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, logged_in


def names(responses: list[bytes]) -> list[bytes]:
    """What was listed."""
    return [response.split(b' "/" ')[1] for response in responses[:-1]]


class TestPlainList:
    def test_everything(self, ann: Line) -> None:
        assert ann(b'a LIST "" "*"') == [
            b'* LIST (\\HasNoChildren) "/" INBOX',
            b'* LIST (\\HasNoChildren \\Archive) "/" Archive',
            b'* LIST (\\HasNoChildren \\Drafts) "/" Drafts',
            b'* LIST (\\HasNoChildren \\Junk) "/" Junk',
            b'* LIST (\\HasNoChildren \\Sent) "/" Sent',
            b'* LIST (\\HasNoChildren \\Trash) "/" Trash',
            b"a OK LIST completed.",
        ]

    def test_the_delimiter(self, ann: Line) -> None:
        assert ann(b'a LIST "" ""') == [b'* LIST (\\Noselect) "/" ""', b"a OK LIST completed."]

    @pytest.mark.parametrize(
        ("pattern", "found"),
        [
            (b'"" inbox', [b"INBOX"]),
            (b'"" InB%', [b"INBOX"]),
            (b'"" sent', []),
            (b'"" a%', [b"a"]),
            (b'"" a/%', [b"a/b"]),
            (b"a/ %", [b"a/b"]),
            (b"a/b/ *", [b"a/b/c", b"a/b/c/d"]),
            (b'"" a*d', [b"a/b/c/d"]),
            (b'"" "%/%"', [b"a/b"]),
            (b'"" "a/%/%"', [b"a/b/c"]),
            (b'"" nope', []),
            (b'"" "**c**"', [b"Archive", b"a/b/c", b"a/b/c/d"]),
            (b'"" "A.chive"', []),
        ],
    )
    def test_patterns(self, ann: Line, pattern: bytes, found: list[bytes]) -> None:
        ann(b"a CREATE a/b/c/d", b"b CREATE a/b/c")
        assert names(ann(b"c LIST " + pattern)) == found

    def test_a_server_without_extensions_tells_less(self) -> None:
        with Server(profile="minimal") as server:
            server.add_user("ann")
            line = logged_in(server)
            assert line(b'a LIST "" Sent')[0] == b'* LIST () "/" Sent'
            assert line(b'b LIST (SUBSCRIBED) "" *') == [b"b BAD Extended LIST is not offered here"]

    def test_names_beyond_ascii(self, ann: Line) -> None:
        ann(b"a CREATE &ZeVnLIqe-")
        assert names(ann(b'b LIST "" "&ZeU*"')) == []
        assert names(ann(b'c LIST "" "&ZeVnLIqe-*"')) == [b"&ZeVnLIqe-"]

    def test_after_enable_they_are_utf8(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 ENABLE UTF8=ACCEPT"))
        line(b"a CREATE &ZeVnLIqe-", b"b ENABLE UTF8=ACCEPT")
        assert names(line('c LIST "" "日%"'.encode())) == ['"日本語"'.encode()]


class TestExtendedList:
    def test_several_patterns(self, ann: Line) -> None:
        assert names(ann(b'a LIST "" (INBOX "S%")')) == [b"INBOX", b"Sent"]

    def test_what_revision_2_contains(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev2"))
        assert b'* LIST (\\Subscribed \\HasNoChildren \\Sent) "/" Sent' in line(
            b'a LIST "" (S%) RETURN (SUBSCRIBED CHILDREN)'
        )
        assert line(b'b LIST "" (INBOX "S%")') == [b"b BAD LIST with several patterns is not offered here"]
        assert line(b'c LIST (SPECIAL-USE) "" *') == [b"c BAD Unknown selection option SPECIAL-USE"]
        assert line(b'd LIST "" * RETURN (SPECIAL-USE)') == [b"d BAD Unknown return option SPECIAL-USE"]

    def test_selection(self, ann: Line) -> None:
        ann(b"a CREATE plain")
        assert names(ann(b'b LIST (SPECIAL-USE) "" *')) == [b"Archive", b"Drafts", b"Junk", b"Sent", b"Trash"]
        assert b"plain" not in names(ann(b'c LIST (SUBSCRIBED REMOTE) "" *'))
        ann(b"d UNSUBSCRIBE Junk")
        assert names(ann(b'e LIST (SUBSCRIBED SPECIAL-USE) "" *')) == [b"Archive", b"Drafts", b"Sent", b"Trash"]

    def test_return_options(self, ann: Line) -> None:
        ann(b"a UNSUBSCRIBE Sent")
        assert ann(b'b LIST "" (Sent Junk) RETURN (SUBSCRIBED CHILDREN SPECIAL-USE)') == [
            b'* LIST (\\Subscribed \\HasNoChildren \\Junk) "/" Junk',
            b'* LIST (\\HasNoChildren \\Sent) "/" Sent',
            b"b OK LIST completed.",
        ]

    def test_return_status(self, server: Server, ann: Line) -> None:
        server.deliver("ann", subject="x", flags=["\\Seen"])
        ann(b"a CREATE INBOX/a/b")
        assert ann(b'b LIST "" INBOX* RETURN (STATUS (MESSAGES UNSEEN))') == [
            b'* LIST (\\HasChildren) "/" INBOX',
            b"* STATUS INBOX (MESSAGES 1 UNSEEN 0)",
            b'* LIST (\\NonExistent \\HasChildren) "/" INBOX/a',
            b'* LIST (\\HasNoChildren) "/" INBOX/a/b',
            b"* STATUS INBOX/a/b (MESSAGES 0 UNSEEN 0)",
            b"b OK LIST completed.",
        ]

    def test_recursive_match(self, ann: Line) -> None:
        ann(b"a CREATE a/b/c", b"b SUBSCRIBE a/b/c", b"c CREATE Sent/2", b"d SUBSCRIBE Sent/2")
        assert ann(b'e LIST (SUBSCRIBED RECURSIVEMATCH) "" (a% Sent)') == [
            b'* LIST (\\Subscribed \\HasChildren \\Sent) "/" Sent ("CHILDINFO" ("SUBSCRIBED"))',
            b'* LIST (\\NonExistent \\HasChildren) "/" a ("CHILDINFO" ("SUBSCRIBED"))',
            b"e OK LIST completed.",
        ]
        assert names(ann(b'f LIST (SUBSCRIBED RECURSIVEMATCH) "" a*')) == [b"a/b/c"]

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b'(RECURSIVEMATCH) "" *', b"BAD RECURSIVEMATCH needs something to match"),
            (b'(NONSENSE) "" *', b"BAD Unknown selection option NONSENSE"),
            (b'"" * RETURN (NONSENSE)', b"BAD Unknown return option NONSENSE"),
            (b'"" * RETURN (STATUS (NONSENSE))', b"BAD Invalid status item NONSENSE"),
            (b'"" * GIVE (CHILDREN)', b"BAD Error in IMAP command LIST: RETURN expected at 16: b' (CHILDREN)'"),
            (
                b'"" * RETURN (CHILDREN) x',
                b"BAD Error in IMAP command LIST: the end of the command expected at 29: b' x'",
            ),
        ],
    )
    def test_mistakes(self, ann: Line, said: bytes, answer: bytes) -> None:
        assert ann(b"a LIST " + said) == [b"a " + answer]


class TestLsub:
    def test_a_branch_stands_for_what_is_below(self, ann: Line) -> None:
        ann(b"a CREATE a/b", b"b SUBSCRIBE a/b")
        assert ann(b'c LSUB "" a%') == [b'* LSUB (\\Noselect) "/" a', b"c OK LSUB completed."]
        assert ann(b'd LSUB "" a*') == [b'* LSUB () "/" a/b', b"d OK LSUB completed."]


class TestXlist:
    def test_what_gmail_called_them(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 XLIST SPECIAL-USE LIST-EXTENDED"))
        assert line(b'a XLIST "" (INBOX Junk Sent)') == [
            b'* XLIST (\\Inbox) "/" INBOX',
            b'* XLIST (\\Spam) "/" Junk',
            b'* XLIST (\\Sent) "/" Sent',
            b"a OK XLIST completed.",
        ]
