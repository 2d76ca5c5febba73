"""A set of messages, page by page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import NotSupported
from imapkit.protocol.extensions.fetch import FLAGS
from imapkit.protocol.flows.messages import delete
from imapkit.protocol.flows.pages import PAGE, Found, Page, Plan, act_on, fetch_page, pages, resolve
from imapkit.types.query import Q
from imapkit.types.results import Include
from imapkit.types.uids import UidSet
from tests.protocol.peer import Run, dialogue, greeted, selected

NOTHING: frozenset[Include] = frozenset()


class TestResolve:
    FOUND = b"* SEARCH 1 2 3 4 5\r\nK2 OK\r\n"

    @pytest.mark.parametrize(
        ("plan", "question", "expected"),
        [
            (Plan(), b"UID SEARCH ALL", "1:5"),
            (Plan(Q.unseen), b"UID SEARCH UNSEEN", "1:5"),
            (Plan(Q.unseen, uids=UidSet([1, 9])), b"UID SEARCH UNSEEN UID 1,9", "1:5"),
            (Plan(count=2), b"UID SEARCH ALL", "1:2"),
            (Plan(count=2, newest_first=True), b"UID SEARCH ALL", "4:5"),
            (Plan(count=9, newest_first=True), b"UID SEARCH ALL", "1:5"),
        ],
    )
    def test_asked(self, plan: Plan, question: bytes, expected: str) -> None:
        peer = selected()
        found = dialogue(peer, resolve(peer.connection, plan), (b"K2 %b\r\n" % question, self.FOUND))
        assert found == Found(7, UidSet(expected))

    @pytest.mark.parametrize(
        ("plan", "expected"),
        [
            (Plan(uids=UidSet([1, 5, 9])), "1,5"),
            (Plan(uids=UidSet([1, 5, 9]), count=1, newest_first=True), "5"),
        ],
    )
    def test_those_that_are_gone_are_passed_over(self, plan: Plan, expected: str) -> None:
        peer = selected()
        turn = (b"K2 UID SEARCH UID 1,5,9\r\n", b"* SEARCH 1 5\r\nK2 OK\r\n")
        assert dialogue(peer, resolve(peer.connection, plan), turn) == Found(7, UidSet(expected))

    def test_none(self) -> None:
        peer = selected()
        assert dialogue(peer, resolve(peer.connection, Plan(Q.unseen, uids=UidSet()))).uids == UidSet()

    def test_long_sets_are_cut(self) -> None:
        peer = selected("MESSAGELIMIT=2")
        found = dialogue(
            peer,
            resolve(peer.connection, Plan(uids=UidSet([1, 3, 5]))),
            (b"K2 UID SEARCH UID 1,3\r\n", b"* SEARCH 3\r\nK2 OK\r\n"),
            (b"K3 UID SEARCH UID 5\r\n", b"* SEARCH 5\r\nK3 OK\r\n"),
        )
        assert found.uids == UidSet([3, 5])

    @pytest.mark.parametrize(
        ("plan", "known"),
        [
            (Plan(uids=UidSet([1])), True),
            (Plan(), False),
            (Plan(uids=UidSet([1]), count=1), False),
            (Plan(Q.seen, uids=UidSet([1])), False),
        ],
    )
    def test_what_need_not_be_asked_to_be_read(self, plan: Plan, known: bool) -> None:
        assert plan.known is known


class TestActing:
    def test_on_what_was_found(self) -> None:
        peer = selected("UIDPLUS")
        done = dialogue(
            peer,
            act_on(peer.connection, Plan(Q.seen), lambda uids: delete(peer.connection, uids)),
            (b"K2 UID SEARCH SEEN\r\n", b"* SEARCH 2 4\r\nK2 OK\r\n"),
            (b"K3 UID STORE 2,4 +FLAGS.SILENT (\\Deleted)\r\n", b"K3 OK\r\n"),
            (b"K4 UID EXPUNGE 2,4\r\n", b"K4 OK\r\n"),
        )
        assert done == 2


class TestPages:
    @given(st.sets(st.integers(1, 5000), max_size=450), st.booleans())
    def test_all_of_them_in_order(self, uids: set[int], newest_first: bool) -> None:
        cut = list(pages(Plan(newest_first=newest_first), UidSet(uids)))
        assert all(0 < len(page) <= PAGE for page in cut)
        joined = [uid for page in cut for uid in (reversed(page) if newest_first else page)]
        assert joined == sorted(uids, reverse=newest_first)
        assert len(cut) == -(-len(uids) // PAGE)


class TestFetchPage:
    def test_everything_in_one_command(self) -> None:
        peer = selected()
        page = dialogue(
            peer,
            fetch_page(peer.connection, Plan(), UidSet([2, 3])),
            (
                b"K2 UID FETCH 2:3 (UID FLAGS ENVELOPE BODYSTRUCTURE RFC822.SIZE INTERNALDATE)\r\n",
                b"* 2 FETCH (UID 3 FLAGS ())\r\n* 1 FETCH (UID 2 FLAGS (a))\r\nK2 OK\r\n",
            ),
        )
        assert page.uidvalidity == 7
        assert [data.get(FLAGS) for data in page.messages] == [{"a"}, set()]
        assert page.previews == {}

    @pytest.mark.parametrize(
        ("plan", "items"),
        [
            (Plan(include=NOTHING), b"UID"),
            (Plan(include=frozenset({Include.SIZE}), body=True), b"UID RFC822.SIZE BODY.PEEK[]"),
            (Plan(include=NOTHING, headers=("To", "X-Y")), b"UID BODY.PEEK[HEADER.FIELDS (TO X-Y)]"),
        ],
    )
    def test_what_is_asked_for(self, plan: Plan, items: bytes) -> None:
        peer = selected()
        turn = (b"K2 UID FETCH 2 (%b)\r\n" % items, b"K2 OK\r\n")
        assert dialogue(peer, fetch_page(peer.connection, plan, UidSet([2])), turn) == Page(
            7, (), {}, plan.items(peer.connection), 1
        )

    def test_labels_belong_to_everything_where_there_are_any(self) -> None:
        peer = selected("X-GM-EXT-1")
        items = b"UID FLAGS ENVELOPE BODYSTRUCTURE RFC822.SIZE INTERNALDATE X-GM-LABELS"
        for number, plan, asked in (
            (2, Plan(), items),
            (3, Plan(include=Plan().include | {Include.LABELS}), items),
            (4, Plan(include=frozenset({Include.SIZE})), b"UID RFC822.SIZE"),
            (5, Plan(include=frozenset({Include.LABELS})), b"UID X-GM-LABELS"),
        ):
            turn = (b"K%d UID FETCH 2 (%b)\r\n" % (number, asked), b"K%d OK\r\n" % number)
            page = dialogue(peer, fetch_page(peer.connection, plan, UidSet([2])), turn)
            assert page.asked == plan.items(peer.connection)

    def test_labels_that_are_asked_for_where_there_are_none(self) -> None:
        peer = selected()
        with pytest.raises(NotSupported, match="X-GM-EXT-1"):
            Run(peer, fetch_page(peer.connection, Plan(include=frozenset({Include.LABELS})), UidSet([2])))
        peer.expect(b"")

    @pytest.mark.parametrize("structure", [True, False])
    def test_previews_newest_first(self, structure: bool) -> None:
        peer = selected()
        include = frozenset({Include.PREVIEW, *([Include.STRUCTURE] if structure else [])})
        answer = b'* 1 FETCH (UID %d BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 5 1))\r\n'
        page = dialogue(
            peer,
            fetch_page(peer.connection, Plan(include=include, newest_first=True), UidSet([2, 3])),
            (b"K2 UID FETCH 2:3 (UID BODYSTRUCTURE)\r\n", answer % 2 + answer % 3 + b"K2 OK\r\n"),
            (
                b"K3 UID FETCH 2:3 (UID BODY.PEEK[1]<0.2048>)\r\n",
                b'* 1 FETCH (UID 2 BODY[1]<0> "two")\r\n* 2 FETCH (UID 3 BODY[1]<0> "three")\r\nK3 OK\r\n',
            ),
        )
        assert [data.uid for data in page.messages] == [3, 2]
        assert page.previews == {2: "two", 3: "three"}

    def test_previews_that_the_server_makes(self) -> None:
        peer = selected("PREVIEW")
        answer = b'* 1 FETCH (UID %d PREVIEW %b BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 5 1))\r\n'
        page = dialogue(
            peer,
            fetch_page(peer.connection, Plan(include=frozenset({Include.PREVIEW})), UidSet([2, 3, 4])),
            (
                b"K2 UID FETCH 2:4 (UID BODYSTRUCTURE PREVIEW)\r\n",
                answer % (2, b'"by the  server"') + answer % (3, b"NIL") + answer % (4, b'""') + b"K2 OK\r\n",
            ),
            (b"K3 UID FETCH 3 (UID BODY.PEEK[1]<0.2048>)\r\n", b'* 2 FETCH (UID 3 BODY[1]<0> "here")\r\nK3 OK\r\n'),
        )
        assert page.previews == {2: "by the server", 3: "here", 4: ""}

    def test_a_mailbox_that_is_left_meanwhile(self) -> None:
        peer = greeted()
        assert dialogue(peer, fetch_page(peer.connection, Plan(), UidSet())) == Page(
            None, (), {}, Plan().items(peer.connection), 0
        )
