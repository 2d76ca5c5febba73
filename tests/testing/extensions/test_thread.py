"""THREAD: ORDEREDSUBJECT and REFERENCES by RFC 5256, step by step, and REFS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imapkit.errors import NotSupported
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.thread import GetThreads
from imapkit.testing import Server
from imapkit.types.query import Q
from imapkit.types.results import Thread
from tests.testing.extensions.clients import Client
from tests.testing.lines import Line, selected

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def put(server: Server, *messages: str, folder: str = "INBOX") -> None:
    """Deliver messages, each an hour after the one before: "id subject references", split by "|"."""
    for hour, message in enumerate(messages):
        name, subject, related = (part.strip() for part in f"{message}||".split("|")[:3])
        sent = START + dt.timedelta(hours=hour)
        lines = [
            *([f"Message-ID: <{name}@x>"] if name else []),
            *([f"Subject: {subject}"] if subject else []),
            *([f"References: {' '.join(f'<{one}@x>' for one in related.split())}"] if related else []),
            f"Date: {sent:%a, %d %b %Y %H:%M:%S} +0000",
            "",
            "x",
        ]
        server.deliver("ann", "\n".join(lines).encode(), folder=folder, received=sent)


def threads(server: Server, algorithm: bytes = b"REFERENCES") -> bytes:
    """What the server makes of INBOX."""
    heard = selected(server)(b"a THREAD " + algorithm + b" UTF-8 ALL")
    assert heard[-1] == b"a OK THREAD completed."
    return heard[0].removeprefix(b"* THREAD").strip()


class TestOrderedSubject:
    def test_subjects_gather(self, server: Server) -> None:
        put(server, "a|tea", "b|Coffee", "c|Re: TEA", "d|Fwd: [x] tea", "e|re: coffee", "f|")
        assert threads(server, b"ORDEREDSUBJECT") == b"(1 (3)(4))(2 5)(6)"

    def test_nothing(self, server: Server) -> None:
        assert selected(server)(b"A284 UID THREAD ORDEREDSUBJECT US-ASCII TEXT gewp") == [
            b"* THREAD",
            b"A284 OK UID THREAD completed.",
        ]


class TestReferences:
    def test_a_chain(self, server: Server) -> None:
        put(server, "a|s", "b|s|a", "c|s|a b", "d|s|a b c")
        assert threads(server) == b"(1 2 3 4)"

    def test_branches(self, server: Server) -> None:
        put(server, "a|s", "b|s|a", "c|s|a", "d|s|a b", "e|s|a c")
        assert threads(server) == b"(1 (2 4)(3 5))"

    def test_who_is_missing_is_left_out(self, server: Server) -> None:
        put(server, "a|s", "c|s|a b", "d|s|a b c")
        assert threads(server) == b"(1 2 3)"

    def test_but_holds_several_together(self, server: Server) -> None:
        put(server, "b|1|a", "c|2|a", "d|3")
        assert threads(server) == b"((1)(2))(3)"

    def test_one_child_of_nobody_is_a_thread(self, server: Server) -> None:
        put(server, "b|1|a0 a1 a2", "c|2|b")
        assert threads(server) == b"(1 2)"

    def test_a_parent_that_comes_later(self, server: Server) -> None:
        put(server, "b|s|a", "a|s")
        assert threads(server) == b"(2 1)"

    def test_in_reply_to_where_there_are_no_references(self, server: Server) -> None:
        put(server, "a|s")
        server.deliver("ann", b"In-Reply-To: Your mail <a@x> of <b@x>\nReferences: none at all\n\nx")
        assert threads(server) == b"(1 2)"

    def test_quoting_makes_no_difference(self, server: Server) -> None:
        server.deliver("ann", b'Message-ID: <"01KF.8"@x>\n\nx')
        server.deliver("ann", b"References: <01KF.8@x>\n\nx")
        server.deliver("ann", b"References: <01kf.8@x>\n\nx")  # but case does
        assert threads(server) == b"(1 2)(3)"

    def test_of_two_with_one_id_the_first_has_it(self, server: Server) -> None:
        put(server, "a|1", "a|2", "b|3|a")
        assert threads(server) == b"(1 3)(2)"

    def test_no_loops(self, server: Server) -> None:
        put(server, "a|1|b", "b|2|a", "c|3|c", "d|4|a b a")
        assert threads(server) == b"(2 1 4)(3)"

    def test_truncated_references_do_not_break_links(self, server: Server) -> None:
        # The third says that "c" answers "a"; that it answers "b" is known already.
        put(server, "a|s", "b|s|a", "c|s|b", "d|s|a c")
        assert threads(server) == b"(1 2 3 4)"

    def test_its_own_references_count_more(self, server: Server) -> None:
        # The first says that "b" answers "x"; "b" itself says that it answers "a".
        put(server, "c|1|x b", "a|2", "b|3|a")
        assert threads(server) == b"(2 3 1)"

    def test_an_answer_without_references_is_no_answer(self, server: Server) -> None:
        put(server, "c|1|a b", "b|2", "a|3")
        assert threads(server) == b"(2 1)(3)"

    def test_siblings_are_in_the_order_of_their_dates(self, server: Server) -> None:
        put(server, "a|s")
        for day in (3, 1, 2):
            server.deliver("ann", b"References: <a@x>\nDate: %d Feb 2024 00:00 +0000\n\nx" % day)
        assert threads(server) == b"(1 (3)(4)(2))"


class TestSubjects:
    def test_an_answer_goes_below_what_it_answers(self, server: Server) -> None:
        put(server, "a|tea", "b|Re: tea", "c|Re: tea")
        assert threads(server) == b"(1 (2)(3))"

    def test_even_where_it_comes_first(self, server: Server) -> None:
        put(server, "a|Re: tea", "b|tea", "c|Re: tea")
        assert threads(server) == b"(2 (1)(3))"

    def test_equals_get_a_parent_that_is_nobody(self, server: Server) -> None:
        put(server, "a|tea", "b|TEA", "c|tea")
        assert threads(server) == b"((1)(2)(3))"

    def test_two_answers_too(self, server: Server) -> None:
        put(server, "a|Re: tea", "b|Fwd: tea")
        assert threads(server) == b"((1)(2))"

    def test_a_dummy_takes_in_others(self, server: Server) -> None:
        put(server, "b|tea|a", "c|tea|a", "d|tea", "e|x|z", "f|y|z", "g|tea|w", "h|tea|w")
        assert threads(server) == b"((1)(2)(3)(6)(7))((4)(5))"

    def test_without_a_subject_nothing_gathers(self, server: Server) -> None:
        put(server, "a|", "b|Re:", "c|")
        assert threads(server) == b"(1)(2)(3)"

    def test_whole_threads_move(self, server: Server) -> None:
        put(server, "a|tea", "b|other|a", "c|Re: tea", "d|other|c")
        assert threads(server) == b"(1 (2)(3 4))"


class TestRefs:
    def test_subjects_do_not_matter_and_the_latest_is_last(self, server: Server) -> None:
        put(server, "a|tea", "b|tea", "c|Re: tea|a")
        assert threads(server, b"REFS") == b"(2)(1 3)"


class TestTheClient:
    def test_reads_it(self, server: Server, ann: Client) -> None:
        put(server, "a|tea", "b|Re: tea|a", "d|x|c", "e|y|c")
        ann(Select("INBOX"))
        assert ann(GetThreads("REFERENCES")) == (
            Thread(1, (Thread(2),)),
            Thread(None, (Thread(3), Thread(4))),
        )
        assert ann(GetThreads("REFS", Q.subject("tea"))) == (Thread(1, (Thread(2),)),)
        assert ann(GetThreads("ORDEREDSUBJECT", Q.seen)) == ()

    def test_a_conversation_of_thousands(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 THREAD=REFERENCES")
        ann = Client(server)
        put(server, "m0|s", *(f"m{number}|s|m{number - 1}" for number in range(1, 3000)))
        ann(Select("INBOX"))
        (thread,) = ann(GetThreads("REFERENCES"))
        depth = 0
        while thread.children:
            (thread,) = thread.children
            depth += 1
        assert depth == 2999


class TestMistakes:
    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            (b"THREAD GUESS UTF-8 ALL", b"a BAD Unknown threading algorithm GUESS"),
            (b"THREAD REFS X-NO ALL", b"a NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset"),
            (b"THREAD REFS UTF-8", b"a BAD Error in IMAP command THREAD: a space expected at 19: b''"),
        ],
    )
    def test_refusals(self, server: Server, said: bytes, answer: bytes) -> None:
        assert selected(server)(b"a " + said) == [answer]

    def test_where_it_is_not_offered(self, offering: Callable[[str], Server]) -> None:
        server = offering("IMAP4rev1 THREAD=REFS")
        line: Line = selected(server)
        assert line(b"a THREAD REFERENCES UTF-8 ALL") == [b"a BAD Unknown threading algorithm REFERENCES"]
        client = Client(server)
        client(Select("INBOX"))
        with pytest.raises(NotSupported):
            client(GetThreads("REFERENCES"))


NAMES = st.sampled_from("abcdefg")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from(["", "tea", "Re: tea", "Re: x", "x"]), st.lists(NAMES, max_size=4)), max_size=9
    )
)
def test_every_message_is_somewhere_once(messages: list[tuple[str, str, list[str]]]) -> None:
    with Server(profile="everything") as server:
        server.add_user("ann")
        put(server, *(f"{name}|{subject}|{' '.join(related)}" for name, subject, related in messages))
        client = Client(server)
        client(Select("INBOX"))
        for algorithm in ("REFERENCES", "ORDEREDSUBJECT", "REFS"):
            left = list(client(GetThreads(algorithm)))
            found: list[int] = []
            while left:
                thread = left.pop()
                left += thread.children
                if thread.message is not None:
                    found.append(thread.message)
            assert sorted(found) == list(range(1, len(messages) + 1))
