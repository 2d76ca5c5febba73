"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit.testing import Server
from tests.testing.lines import Line, deliver, logged_in, selected


class TestCreate:
    def test_it_is_there(self, ann: Line) -> None:
        assert ann(b"a CREATE new") == [b"a OK CREATE completed."]
        assert ann(b'b LIST "" new')[0] == b'* LIST (\\HasNoChildren) "/" new'

    def test_branches_are_implied(self, ann: Line) -> None:
        ann(b"a CREATE a/b/c/")
        assert ann(b'b LIST "" a*') == [
            b'* LIST (\\Noselect \\HasChildren) "/" a',
            b'* LIST (\\Noselect \\HasChildren) "/" a/b',
            b'* LIST (\\HasNoChildren) "/" a/b/c',
            b"b OK LIST completed.",
        ]

    def test_special_use(self, ann: Line) -> None:
        assert ann(b"a CREATE mine (USE (\\sent))") == [b"a OK CREATE completed."]
        assert ann(b'b LIST "" mine')[0] == b'* LIST (\\HasNoChildren \\Sent) "/" mine'

    @pytest.mark.parametrize("use", [b"(USE (\\Nonsense))", b"(USE (\\Sent \\Junk))"])
    def test_a_special_use_that_cannot_be(self, ann: Line, use: bytes) -> None:
        assert ann(b"a CREATE mine " + use) == [b"a NO [USEATTR] A mailbox can't have that special use"]

    @pytest.mark.parametrize("name", [b"INBOX", b"inbox", b"Sent"])
    def test_it_exists_already(self, ann: Line, name: bytes) -> None:
        assert ann(b"a CREATE " + name) == [b"a NO [ALREADYEXISTS] Mailbox already exists"]

    @pytest.mark.parametrize("name", [b'""', b"a//b", b"/a", b'"*"', b'"a%"', b"{3+}\r\na\tb", b"x" * 1001])
    def test_names_that_cannot_be(self, ann: Line, name: bytes) -> None:
        assert ann(b"a CREATE " + name)[-1].startswith(b"a NO [CANNOT] Invalid mailbox name")

    def test_an_unknown_parameter(self, ann: Line) -> None:
        assert ann(b"a CREATE x (COLOUR (red))") == [b"a BAD Unknown parameter of CREATE"]

    def test_the_mailbox_has_an_id(self, offering: Callable[[str], Server]) -> None:
        line = logged_in(offering("IMAP4rev1 OBJECTID"))
        answer = line(b"a CREATE new")[0]
        assert answer.startswith(b"a OK [MAILBOXID (F")
        identifier = answer[answer.index(b"(") : answer.index(b")") + 1]
        assert line(b"b STATUS new (MAILBOXID)")[0] == b"* STATUS new (MAILBOXID " + identifier + b")"


class TestDelete:
    def test_it_is_gone(self, ann: Line) -> None:
        assert ann(b"a DELETE Junk") == [b"a OK DELETE completed."]
        assert ann(b"b STATUS Junk (MESSAGES)") == [b"b NO [NONEXISTENT] Mailbox doesn't exist: Junk"]

    def test_what_is_below_stays(self, ann: Line) -> None:
        ann(b"a CREATE Junk/more")
        assert ann(b"b DELETE Junk") == [b"b OK DELETE completed."]
        assert ann(b'c LIST "" Junk') == [b'* LIST (\\Noselect \\HasChildren) "/" Junk', b"c OK LIST completed."]
        assert ann(b"d DELETE Junk") == [b"d NO [HASCHILDREN] Only a branch of the hierarchy has this name"]

    def test_inbox_stays(self, inbox: Line) -> None:
        assert inbox(b"a DELETE inbox") == [b"a NO [CANNOT] INBOX can't be deleted"]

    def test_the_selected_one(self, server: Server) -> None:
        line = selected(server, b"Junk")
        assert line(b"a DELETE Junk") == [
            b"* OK [CLOSED] The mailbox is deleted, and so no longer selected.",
            b"a OK DELETE completed.",
        ]
        assert line(b"b FETCH 1 UID")[0].endswith(b"not now (authenticated)")

    def test_a_new_one_of_the_name_has_another_uidvalidity(self, ann: Line) -> None:
        before = ann(b"a STATUS Junk (UIDVALIDITY)")[0]
        ann(b"b DELETE Junk", b"c CREATE Junk")
        assert ann(b"d STATUS Junk (UIDVALIDITY)")[0] != before


class TestRename:
    def test_with_all_below(self, ann: Line) -> None:
        ann(b"a CREATE Junk/a", b"b CREATE Junk/a/b", b"c CREATE Junkyard")
        before = ann(b"d STATUS Junk/a (UIDVALIDITY)")[0].split(b"(")[1]
        assert ann(b"e RENAME Junk Heap/Junk") == [b"e OK RENAME completed."]
        assert [response.split()[-1] for response in ann(b'f LIST "" *Junk*')[:-1]] == [
            b"Heap/Junk",
            b"Heap/Junk/a",
            b"Heap/Junk/a/b",
            b"Junkyard",
        ]
        assert ann(b"g STATUS Heap/Junk/a (UIDVALIDITY)")[0].split(b"(")[1] == before

    def test_inbox_is_emptied(self, inbox: Line) -> None:
        assert inbox(b"a RENAME INBOX old") == [
            b"* 3 EXPUNGE",
            b"* 2 EXPUNGE",
            b"* 1 EXPUNGE",
            b"* 0 RECENT",
            b"a OK RENAME completed.",
        ]
        assert inbox(b"b STATUS old (MESSAGES UIDNEXT)")[0] == b"* STATUS old (MESSAGES 3 UIDNEXT 4)"
        assert inbox(b"c STATUS INBOX (MESSAGES UIDNEXT)")[0] == b"* STATUS INBOX (MESSAGES 0 UIDNEXT 4)"

    @pytest.mark.parametrize(
        ("names", "answer"),
        [
            (b"nope new", b"NO [NONEXISTENT] Mailbox doesn't exist: nope"),
            (b"Junk Sent", b"NO [ALREADYEXISTS] Mailbox already exists"),
            (b"Junk Junk/a", b"NO [CANNOT] A mailbox can't be moved below itself"),
            (b"Junk a//b", b"NO [CANNOT] Invalid mailbox name: an empty or overlong part"),
        ],
    )
    def test_what_cannot_be(self, ann: Line, names: bytes, answer: bytes) -> None:
        assert ann(b"a RENAME " + names) == [b"a " + answer]

    def test_onto_what_is_below_a_name(self, ann: Line) -> None:
        ann(b"a CREATE Junk/a", b"b CREATE x/a")
        assert ann(b"c RENAME Junk x") == [b"c NO [ALREADYEXISTS] A mailbox of such a name exists already"]

    def test_in_modified_utf7(self, ann: Line) -> None:
        assert ann(b'a RENAME Junk "M&APw-ll"') == [b"a OK RENAME completed."]
        assert ann(b'b LIST "" M*')[0] == b'* LIST (\\HasNoChildren \\Junk) "/" M&APw-ll'

    def test_it_stays_selected(self, server: Server) -> None:
        deliver(server, 1, "Junk")
        line = selected(server, b"Junk")
        line(b"a RENAME Junk Heap")
        assert line(b"b FETCH 1 UID")[0] == b"* 1 FETCH (UID 1)"


class TestSubscriptions:
    def test_come_and_go(self, ann: Line) -> None:
        assert ann(b"a UNSUBSCRIBE Junk") == [b"a OK UNSUBSCRIBE completed."]
        assert ann(b'b LSUB "" Junk') == [b"b OK LSUB completed."]
        assert ann(b"c SUBSCRIBE Junk") == [b"c OK SUBSCRIBE completed."]
        assert ann(b'd LSUB "" Junk') == [b'* LSUB () "/" Junk', b"d OK LSUB completed."]

    def test_of_what_is_gone(self, ann: Line) -> None:
        ann(b"a DELETE Junk")
        assert ann(b'b LIST (SUBSCRIBED) "" Junk')[0] == b'* LIST (\\NonExistent \\Subscribed \\HasNoChildren) "/" Junk'
        assert ann(b"c SUBSCRIBE Junk") == [b"c NO [NONEXISTENT] Mailbox doesn't exist: Junk"]
        assert ann(b"d UNSUBSCRIBE Junk") == [b"d OK UNSUBSCRIBE completed."]
