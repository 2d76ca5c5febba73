# Generated from tests/api/_async/test_message_set.py by tools/unasync.py; do not edit.
"""Sets of messages: lazy, paged, narrowed, and changed at one stroke."""

from __future__ import annotations

import pickle
from datetime import date

import pytest

from imapkit import (
    CopyResult,
    Flag,
    FolderNotFound,
    Include,
    InvalidArgument,
    Mailbox,
    MessageSet,
    NotFetched,
    NotSupported,
    Q,
    ReadOnly,
    Role,
    UidSet,
    UidValidityChanged,
)
from imapkit.testing import Server
from tests.api.places import InMemory, Place, Script, letter


def some(place: Place, count: int) -> None:
    for number in range(1, count + 1):
        place.deliver(letter(f"number {number}"), flags=["\\Seen"] if number % 2 else [])


class TestLazy:
    def test_nothing_is_sent_until_it_is_used(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            before = memory.now
            found = mail.inbox.search(seen=False).filter(Q.flagged).newest(3).prefetch(preview=True)
            assert repr(found) == f"<{type(found).__name__} of {mail.inbox!r}: UNSEEN FLAGGED>"
            assert memory.now == before

    def test_it_is_no_sequence(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            messages = mail.inbox.messages
            with pytest.raises(TypeError, match=r"count\(\)"):
                bool(messages)
            with pytest.raises(TypeError):
                len(messages)  # type: ignore[arg-type]
            with pytest.raises(TypeError):
                messages[0]  # type: ignore[index]

    def test_each_use_asks_anew(self, place: Place) -> None:
        with place.connect() as mail:
            unread = mail.inbox.search(seen=False)
            assert unread.count() == 0
            mail.inbox.append(letter())
            assert unread.count() == 1

    def test_it_does_not_pickle(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            with pytest.raises(TypeError):
                pickle.dumps(mail.inbox.messages)


class TestReading:
    def test_in_order_of_arrival(self, place: Place) -> None:
        some(place, 5)
        with place.connect() as mail:
            assert [message.uid for message in mail.inbox.messages] == [1, 2, 3, 4, 5]
            assert [message.uid for message in mail.inbox.messages.newest(2)] == [5, 4]
            assert [message.uid for message in mail.inbox.messages.oldest(2)] == [1, 2]
            assert [message.uid for message in mail.inbox.search(seen=True).newest(9)] == [5, 3, 1]
            assert mail.inbox.messages.newest(2).uids() == UidSet([4, 5])
            assert mail.inbox.messages.oldest(9).count() == 5

    def test_a_page_at_a_time(self, memory: InMemory) -> None:
        for number in range(250):
            memory.server.deliver("ann", letter(f"number {number}"))
        with memory.connect() as mail:
            before = memory.now
            subjects = [message.subject for message in mail.inbox.messages]
            assert subjects == [f"number {number}" for number in range(250)]
            said = memory.said(before)
            assert [line.split(" (")[0] for line in said if "FETCH" in line] == [
                "UID FETCH 1:100",
                "UID FETCH 101:200",
                "UID FETCH 201:250",
            ]
            assert len([line for line in said if "SEARCH" in line]) == 1
            before = memory.now
            newest = [message.uid for message in mail.inbox.messages.newest(150)]
            assert newest == list(range(250, 100, -1))
            assert [line.split(" (")[0] for line in memory.said(before) if "FETCH" in line] == [
                "UID FETCH 151:250",
                "UID FETCH 101:150",
            ]

    def test_only_as_much_as_is_wanted(self, memory: InMemory) -> None:
        for _ in range(250):
            memory.server.deliver("ann", letter())
        with memory.connect() as mail:
            before = memory.now
            for message in mail.inbox.messages:
                assert message.uid == 1
                break
            assert len([line for line in memory.said(before) if "FETCH" in line]) == 1
            before = memory.now
            first = mail.inbox.messages.first()
            newest = mail.inbox.messages.newest(20).first()
            assert first is not None
            assert newest is not None
            assert (first.uid, newest.uid) == (1, 250)
            assert [line.split(" (")[0] for line in memory.said(before) if "FETCH" in line] == [
                "UID FETCH 1",
                "UID FETCH 250",
            ]

    def test_commands_inside_the_loop(self, place: Place) -> None:
        some(place, 6)
        with place.connect() as mail:
            seen: list[str] = []
            for message in mail.inbox.messages:
                seen.append((message.text()).strip())
                message.mark_seen()
                mail.folder(Role.DRAFTS).status()
                if message.uid == 3:
                    message.move("Archive")
                for other in mail.folder("Archive").messages:
                    assert other.subject == "number 3"
            assert seen == ["At four."] * 6
            assert mail.inbox.search(seen=True).count() == 5

    def test_what_is_removed_meanwhile_is_passed_over(self, place: Place) -> None:
        some(place, 4)
        with place.connect() as mail:
            found = mail.inbox.by_uid([1, 2, 3, 4, 99])
            mail.inbox.by_uid(2).delete()
            assert [message.uid for message in found] == [1, 3, 4]

    def test_a_list(self, place: Place) -> None:
        some(place, 5)
        with place.connect() as mail:
            messages = mail.inbox.messages.all()
            assert len(messages) == 5
            assert messages[0].subject == "number 1"
            assert messages[-1].uid == 5
            assert [message.uid for message in messages[1:3]] == [2, 3]
            assert type(messages[1:3]) is type(messages)
            assert repr(messages) == f"<{type(messages).__name__} of 5 messages>"
            with pytest.raises(TypeError, match=r"message\.ref"):
                pickle.dumps(messages)

    def test_a_list_in_a_notebook_shows_what_was_fetched_escaped(self, memory: InMemory) -> None:
        memory.deliver(letter("<script>alert(1)</script>", From="<b>Bob</b> & Co <bob@example.net>"))
        with memory.connect() as mail:
            messages = mail.inbox.messages.all()
            bare = mail.inbox.messages.only(Include.FLAGS).all()
            before = memory.now
            html = messages._repr_html_()
            assert "<script>" not in html
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
            assert "<b>" not in html
            assert "2026-11-20 08:30" in html
            assert "<td></td><td></td><td></td>" in bare._repr_html_()
            assert memory.now == before

    def test_nothing_found(self, place: Place) -> None:
        with place.connect() as mail:
            found = mail.inbox.search(subject="nothing of the kind")
            assert [message for message in found] == []
            assert found.first() is None
            assert len(found.all()) == 0
            assert found.uids() == UidSet()

    def test_where_there_is_no_folder(self, place: Place) -> None:
        with place.connect() as mail:
            with pytest.raises(FolderNotFound):
                mail.folder("nowhere").messages.count()


class TestNarrowing:
    def test_by_queries_and_keys(self, place: Place) -> None:
        some(place, 5)
        place.deliver(letter("Zażółć gęślą jaźń"), flags=["\\Flagged", "$Work"])
        with place.connect() as mail:
            inbox = mail.inbox
            assert inbox.search(Q.flagged | Q.subject("number 2")).uids() == UidSet([2, 6])
            assert inbox.search(~Q.keyword("$Work"), seen=False).uids() == UidSet([2, 4])
            assert inbox.search(subject="gęślą").uids() == UidSet([6])
            assert inbox.search(since=date(2026, 11, 20), before=date(2026, 11, 21)).count() == 6
            assert inbox.search(since=date(2026, 11, 21)).count() == 0
            assert inbox.search(from_="bob@example.net", larger=10).filter(seen=True).uids() == UidSet([1, 3, 5])
            assert inbox.by_uid([2, 3, 6]).filter(flagged=True).uids() == UidSet([6])
            assert inbox.by_uid(range(1, 4)).filter(Q.seen).newest(1).uids() == UidSet([3])

    def test_by_uid_of_every_kind(self, memory: InMemory) -> None:
        some(memory, 5)
        with memory.connect() as mail:
            for uids in (3, [3], {3}, range(3, 4), UidSet([3])):
                assert [message.uid for message in mail.inbox.by_uid(uids)] == [3]

    @pytest.mark.parametrize("uids", ["1:*", ["1"], 0, [-1], [True], 2**32, None])
    def test_what_is_no_uid(self, memory: InMemory, uids: object) -> None:
        with memory.connect() as mail:
            with pytest.raises((InvalidArgument, TypeError)):
                mail.inbox.by_uid(uids)  # type: ignore[arg-type]

    def test_not_after_it_was_counted(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            with pytest.raises(InvalidArgument, match=r"filter\(\) before newest\(\)"):
                mail.inbox.messages.newest(3).filter(seen=False)

    @pytest.mark.parametrize("count", [0, -1])
    def test_at_least_one(self, memory: InMemory, count: int) -> None:
        with memory.connect() as mail:
            with pytest.raises(InvalidArgument, match="at least one"):
                mail.inbox.messages.newest(count)
            with pytest.raises(InvalidArgument):
                mail.inbox.messages.oldest(count)


class TestPrefetching:
    def test_previews_of_a_page(self, memory: InMemory) -> None:
        for number in range(30):
            memory.server.deliver("ann", letter(text=f"This is number {number}.\n\nBye."))
        with memory.connect() as mail:
            before = memory.now
            previews = [message.preview for message in mail.inbox.messages.newest(20).prefetch(preview=True)]
            assert previews[0] == "This is number 29. Bye."
            assert len(previews) == 20
            assert len(memory.said(before)) <= 4
            assert mail.inbox.search(seen=True).count() == 0

    def test_header_fields(self, place: Place) -> None:
        place.deliver(letter(List_Id="Gardening <garden.example.net>", X_Other="not wanted"))
        with place.connect() as mail:
            message = mail.inbox.messages.prefetch(headers=["List-Id", "x-none"]).first()
            assert message is not None
            mail.close()
            headers = message.headers()
            assert headers["list-id"] == ("Gardening <garden.example.net>",)
            assert "X-Other" not in headers

    def test_whole_messages(self, place: Place) -> None:
        place.deliver(letter("one"))
        with place.connect() as mail:
            message = mail.inbox.messages.prefetch(body=True).first()
            assert message is not None
            mail.close()
            assert message.raw() == letter("one")
            assert (message.email())["Subject"] == "one"
            assert (message.headers())["subject"] == ("one",)

    def test_they_add_up(self, memory: InMemory) -> None:
        memory.deliver(letter("one"))
        with memory.connect() as mail:
            message = mail.inbox.messages.prefetch(preview=True).prefetch(headers=["To"]).first()
            assert message is not None
            assert message.preview == "At four."
            assert (message.headers())["To"] == ("Ann <ann@example.org>",)

    def test_only_some(self, memory: InMemory) -> None:
        memory.deliver(letter("one"))
        with memory.connect() as mail:
            before = memory.now
            message = mail.inbox.messages.only(Include.SIZE, Include.PREVIEW).first()
            assert message is not None
            assert message.size == len(letter("one"))
            assert message.preview == "At four."
            assert "ENVELOPE" not in "".join(memory.said(before))
            with pytest.raises(NotFetched, match=r"only\(Include\.ENVELOPE\)"):
                _ = message.subject

    def test_a_header_field_that_cannot_be(self, memory: InMemory) -> None:
        with memory.connect() as mail:
            with pytest.raises(InvalidArgument, match="header field"):
                mail.inbox.messages.prefetch(headers=["two words"])


class TestChanging:
    def test_flags(self, place: Place) -> None:
        some(place, 4)
        with place.connect() as mail:
            assert mail.inbox.search(seen=False).add_flags(Flag.FLAGGED, "$Work") == 2
            assert mail.inbox.search(flagged=True, keyword="$Work").uids() == UidSet([2, 4])
            assert mail.inbox.by_uid([2, 3]).remove_flags(Flag.FLAGGED) == 2
            assert mail.inbox.search(flagged=True).uids() == UidSet([4])
            assert mail.inbox.search(seen=False).mark_seen() == 2
            assert mail.inbox.search(seen=False).count() == 0

    def test_no_flags_at_all(self, memory: InMemory) -> None:
        memory.deliver()
        with memory.connect() as mail:
            with pytest.raises(InvalidArgument, match="no flags"):
                mail.inbox.messages.add_flags()

    def test_copying(self, place: Place) -> None:
        some(place, 3)
        with place.connect() as mail:
            result = mail.inbox.by_uid([1, 3]).copy(Role.ARCHIVE)
            assert (result.folder, result.count, dict(result)) == ("Archive", 2, {1: 1, 3: 2})
            assert result.uidvalidity == (mail.folder("Archive").status()).uidvalidity
            assert [message.subject for message in mail.folder("Archive").messages] == ["number 1", "number 3"]
            assert mail.inbox.messages.count() == 3

    def test_moving(self, place: Place) -> None:
        some(place, 3)
        with place.connect() as mail:
            result = mail.inbox.search(seen=True).move(mail.folder("Archive"))
            assert (result.folder, result.count, dict(result)) == ("Archive", 2, {1: 1, 3: 2})
            assert mail.inbox.messages.uids() == UidSet([2])
            assert (mail.inbox.messages.trash()).folder == "Trash"
            assert mail.inbox.messages.count() == 0

    def test_where_there_is_no_folder(self, place: Place) -> None:
        some(place, 1)
        with place.connect() as mail:
            with pytest.raises(FolderNotFound):
                mail.inbox.messages.move("nowhere")
            with pytest.raises(FolderNotFound):
                mail.inbox.messages.copy(Role.IMPORTANT)
            assert mail.inbox.messages.count() == 1

    def test_deleting_exactly_these(self, place: Place) -> None:
        some(place, 4)
        place.elsewhere.inbox.by_uid(1).add_flags(Flag.DELETED)
        with place.connect() as mail:
            assert mail.inbox.by_uid([2, 3]).delete() == 2
            assert mail.inbox.messages.uids() == UidSet([1, 4])

    def test_an_empty_set_sends_nothing(self, memory: InMemory) -> None:
        memory.deliver()
        with memory.connect() as mail:
            mail.folders()
            before = memory.now
            nothing = mail.inbox.by_uid([])
            assert nothing.add_flags(Flag.SEEN) == 0
            assert nothing.remove_flags(Flag.SEEN) == 0
            assert nothing.mark_seen() == 0
            assert nothing.move("Archive") == CopyResult("Archive", 0)
            assert nothing.copy(Role.ARCHIVE) == CopyResult("Archive", 0)
            assert nothing.trash() == CopyResult("Trash", 0)
            assert nothing.delete() == 0
            assert nothing.count() == 0
            assert nothing.first() is None
            assert [message for message in nothing] == []
            assert memory.now == before

    def test_a_search_that_finds_nothing_changes_nothing(self, memory: InMemory) -> None:
        memory.deliver()
        with memory.connect() as mail:
            before = memory.now
            assert mail.inbox.search(flagged=True).add_flags(Flag.SEEN) == 0
            assert mail.inbox.search(flagged=True).delete() == 0
            assert {line.split(" ")[1] for line in memory.said(before) if line.startswith("UID")} == {"SEARCH"}

    def test_there_is_never_a_plain_expunge(self, memory: InMemory) -> None:
        some(memory, 3)
        with memory.connect() as mail:
            mail.inbox.by_uid(1).delete()
            mail.inbox.by_uid(2).move("Archive")
            mail.inbox.by_uid(3).trash()
        assert not [line for line in memory.said() if line.startswith(("EXPUNGE", "CLOSE"))]
        assert "UID EXPUNGE 1" in memory.said()


class TestGone:
    def test_those_that_are_gone_are_not_counted(self, place: Place) -> None:
        some(place, 4)
        place.elsewhere.inbox.by_uid([1, 4]).delete()
        with place.connect() as mail:
            some_uids = mail.inbox.by_uid([1, 2, 3, 4, 99])
            assert some_uids.count() == 2
            assert some_uids.uids() == UidSet([2, 3])
            assert [message.uid for message in some_uids.newest(1)] == [3]
            first = some_uids.first()
            assert first is not None
            assert first.uid == 2
            assert some_uids.add_flags(Flag.FLAGGED) == 2
            assert some_uids.remove_flags(Flag.FLAGGED) == 2
            assert (some_uids.copy("Archive")).count == 2
            assert (mail.inbox.by_uid([1, 2]).move("Archive")).count == 1
            assert some_uids.delete() == 1
            assert some_uids.delete() == 0

    def test_reading_known_uids_asks_for_nothing_else(self, memory: InMemory) -> None:
        some(memory, 2)
        with memory.connect() as mail:
            before = memory.now
            assert [message.uid for message in mail.inbox.by_uid([1, 2, 9])] == [1, 2]
            assert not [line for line in memory.said(before) if "SEARCH" in line]


class TestAnotherValidity:
    """The folder is made anew while a set is in use: its UIDs mean other messages then."""

    @staticmethod
    def read(script: Script, mail: Mailbox, messages: MessageSet) -> None:
        for message in messages:
            if message.uid == 100:
                script.answers["SELECT"] = "* 300 EXISTS\n* OK [UIDVALIDITY 4] ok"
                mail.folder("Other").messages.count()

    @pytest.mark.parametrize("known", [True, False])
    def test_between_pages(self, known: bool) -> None:
        every = "\n".join(f"* {n} FETCH (UID {n} FLAGS ())" for n in range(1, 101))
        script = Script(
            {
                "SELECT": "* 300 EXISTS\n* OK [UIDVALIDITY 3] ok",
                "UID SEARCH": "* SEARCH " + " ".join(map(str, range(1, 201))),
                "UID FETCH": every,
            }
        )
        with script.connect() as mail:
            messages = mail.inbox.by_uid(range(1, 201)) if known else mail.inbox.messages
            with pytest.raises(UidValidityChanged):
                self.read(script, mail, messages)


class TestLesserServers:
    def test_where_single_messages_cannot_be_removed(self) -> None:
        memory = InMemory(Server(profile="minimal"))
        memory.server.deliver("ann", letter())
        with memory.connect() as mail:
            with pytest.raises(NotSupported) as caught:
                mail.inbox.messages.delete()
            assert caught.value.capability == "UIDPLUS"
            with pytest.raises(NotSupported):
                mail.inbox.messages.move("Archive")
            assert not [line for line in memory.said() if "STORE" in line or "COPY" in line]
            assert (mail.inbox.messages.copy("Archive")) == CopyResult("Archive", 1)
        memory.close()

    def test_moving_without_move(self) -> None:
        memory = InMemory(Server(capabilities=["IMAP4rev1", "UIDPLUS", "AUTH=PLAIN"]))
        memory.server.deliver("ann", letter("kept"), flags=["\\Deleted"])
        memory.server.deliver("ann", letter("moved"))
        with memory.connect() as mail:
            assert dict(mail.inbox.by_uid(2).move("Archive")) == {2: 1}
            assert [message.subject for message in mail.inbox.messages] == ["kept"]
            assert [message.subject for message in mail.folder("Archive").messages] == ["moved"]
        memory.close()

    def test_a_flag_that_the_folder_would_forget(self) -> None:
        script = Script(
            {
                "SELECT": "* 1 EXISTS\n* OK [PERMANENTFLAGS (\\Seen)] kept\n* OK [UIDVALIDITY 1] ok",
                "UID SEARCH": "* SEARCH 1",
            }
        )
        with script.connect() as mail:
            with pytest.raises(InvalidArgument, match=r"\$Work"):
                mail.inbox.messages.add_flags("$Work")
            mail.inbox.messages.remove_flags("$Work")
        assert [line for line in script.heard if "STORE" in line] == ["UID STORE 1 -FLAGS ($Work)"]


class TestReadOnly:
    def test_reading_uses_examine(self, memory: InMemory) -> None:
        some(memory, 2)
        with memory.connect(read_only=True) as mail:
            before = memory.now
            assert mail.inbox.messages.count() == 2
            assert memory.said(before)[0].startswith("EXAMINE")

    def test_nothing_is_changed(self, place: Place) -> None:
        some(place, 2)
        with place.connect(read_only=True) as mail:
            messages = mail.inbox.messages
            with pytest.raises(ReadOnly, match=r"add_flags\(\)"):
                messages.add_flags(Flag.SEEN)
            with pytest.raises(ReadOnly, match=r"remove_flags\(\)"):
                messages.remove_flags(Flag.SEEN)
            with pytest.raises(ReadOnly, match=r"add_labels\(\)"):
                messages.add_labels("Work")
            with pytest.raises(ReadOnly, match=r"remove_labels\(\)"):
                messages.remove_labels("Work")
            for refused in (messages.mark_seen, messages.trash, messages.delete):
                with pytest.raises(ReadOnly):
                    refused()
            with pytest.raises(ReadOnly, match=r"move\(\)"):
                messages.move("Archive")
            with pytest.raises(ReadOnly, match=r"copy\(\)"):
                messages.copy("Archive")
            with pytest.raises(ReadOnly):
                mail.inbox.by_uid([]).delete()
            assert messages.count() == 2
            assert mail.folder("Archive").messages.count() == 0
