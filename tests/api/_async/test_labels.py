r"""Gmail's labels: a folder is one, and what is in several folders is one message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing

import pytest

from imapkit import (
    Arrived,
    CommandError,
    Flag,
    Include,
    InvalidArgument,
    NotFetched,
    NotSupported,
    Role,
    UidSet,
)
from imapkit.testing import Server
from tests.api.places import InMemory, Script, letter


@pytest.fixture
def gmail() -> Iterator[InMemory]:
    """Ann's account at Gmail, with three messages."""
    place = InMemory(Server(profile="gmail"))
    for number in range(3):
        place.server.deliver("ann", letter(f"number {number}"))
    yield place
    place.close()


class TestReading:
    async def test_they_come_with_everything_else(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            assert await mail.inbox.by_uid(1).add_labels("Büro", "\\Starred") == 1
            before = gmail.now
            found = [message async for message in mail.inbox.messages]
            assert len([line for line in gmail.said(before) if line.startswith("UID FETCH")]) == 1
            before = gmail.now
            assert [message.labels for message in found] == [{"\\Starred", "Büro"}, frozenset(), frozenset()]
            assert gmail.now == before
            # In the folder of one label, it is the others that are told.
            (copy,) = await mail.folder("Büro").messages.all()
            assert copy.labels == {"\\Inbox", "\\Starred"}
            (copy,) = await mail.folder(Role.ALL).search(gmail="label:Büro").all()
            assert copy.labels == {"\\Inbox", "\\Starred", "Büro"}

    async def test_alone_or_not_at_all(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            before = gmail.now
            message = await mail.inbox.messages.only(Include.LABELS).first()
            assert message is not None
            assert message.labels == frozenset()
            assert "UID FETCH 1 (UID X-GM-LABELS)" in gmail.said(before)
            with pytest.raises(NotFetched, match="only"):
                _ = message.size
            message = await mail.inbox.messages.only(Include.SIZE).first()
            assert message is not None
            with pytest.raises(NotFetched, match=r"only\(Include.LABELS\)"):
                _ = message.labels

    async def test_by_whatever_way_a_message_is_found(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            await mail.inbox.by_uid([1, 2, 3]).add_labels("Work")
            for found in (
                await mail.inbox.get(2),
                await mail.get((await mail.inbox.get(2)).ref),
                await mail.inbox.messages.prefetch(preview=True).newest(1).first(),
                (await mail.inbox.search(seen=False).all())[2],
            ):
                assert found is not None
                assert found.labels == {"Work"}

    async def test_a_server_that_does_not_send_them(self) -> None:
        script = Script({"UID FETCH": "* 1 FETCH (UID 1 FLAGS ())"}, capabilities="IMAP4rev1 NAMESPACE X-GM-EXT-1")
        async with script.connect_async() as mail:
            message = await mail.inbox.get(1)
            with pytest.raises(NotFetched, match="did not send"):
                _ = message.labels

    async def test_where_there_are_none(self, memory: InMemory) -> None:
        memory.deliver()
        async with memory.connect_async() as mail:
            message = await mail.inbox.get(1)
            with pytest.raises(NotFetched, match="no labels, only folders"):
                _ = message.labels
            before = memory.now
            with pytest.raises(NotSupported, match="X-GM-EXT-1"):
                await mail.inbox.by_uid(1).only(Include.FLAGS, Include.LABELS).all()
            assert not [line for line in memory.said(before) if line.startswith("UID FETCH")]


class TestChanging:
    async def test_adding_and_removing(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            some = mail.inbox.by_uid([1, 3, 9])
            assert await some.add_labels("Büro", "Work/2026") == 2
            assert await mail.folder("Büro").messages.count() == 2
            assert await mail.inbox.search(gmail="label:Büro").uids() == UidSet([1, 3])
            assert await mail.inbox.by_uid(3).remove_labels("Büro") == 1
            assert [message.labels async for message in some] == [{"Büro", "Work/2026"}, {"Work/2026"}]
            assert (await mail.folders())["Work/2026"].path == "Work/2026"

    async def test_messages_that_are_held_follow(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            message = await mail.inbox.get(1)
            again = await mail.inbox.get(1)
            other = await mail.inbox.get(2)
            await mail.inbox.by_uid(1).add_labels("Work")
            assert message.labels == again.labels == {"Work"}
            assert other.labels == frozenset()
            # What another client does is seen in what is fetched next.
            gmail.elsewhere.inbox.by_uid(1).add_labels("Home")
            assert (await mail.inbox.messages.only(Include.FLAGS).all())[0].labels == {"Work"}
            assert (await mail.inbox.get(1)).labels == message.labels == {"Work", "Home"}
            await mail.inbox.by_uid(1).remove_labels("Work", "Home", "Nonsense")
            assert message.labels == frozenset()

    async def test_without_the_label_of_its_folder_a_message_leaves_it(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            assert await mail.inbox.by_uid(2).remove_labels("\\Inbox") == 1
            assert await mail.inbox.messages.uids() == UidSet([1, 3])
            assert await mail.folder(Role.ALL).messages.count() == 3

    async def test_starred_is_flagged(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            await mail.inbox.by_uid(1).add_labels("\\Starred")
            assert (await mail.inbox.get(1)).flagged
            await mail.inbox.by_uid(1).remove_flags(Flag.FLAGGED)
            assert (await mail.inbox.get(1)).labels == frozenset()

    async def test_what_finds_nothing_changes_nothing(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            before = gmail.now
            assert await mail.inbox.by_uid([]).add_labels("Work") == 0
            assert gmail.now == before
            assert await mail.inbox.search(flagged=True).remove_labels("Work") == 0
            assert not [line for line in gmail.said(before) if line.startswith("UID STORE")]

    @pytest.mark.parametrize("labels", [(), ("",), ("\\In box",), ("a\r\nb",)])
    async def test_what_can_be_no_label(self, gmail: InMemory, labels: tuple[str, ...]) -> None:
        async with gmail.connect_async() as mail:
            with pytest.raises(InvalidArgument):
                await mail.inbox.messages.add_labels(*labels)
            assert not [line for line in gmail.said() if line.startswith("UID STORE")]

    async def test_one_that_the_server_refuses(self, gmail: InMemory) -> None:
        async with gmail.connect_async() as mail:
            with pytest.raises(CommandError, match="Nonsense"):
                await mail.inbox.messages.add_labels("\\Nonsense")

    async def test_where_there_are_none(self, memory: InMemory) -> None:
        memory.deliver()
        async with memory.connect_async() as mail:
            before = memory.now
            for messages in (mail.inbox.messages, mail.inbox.by_uid([])):
                for change in (messages.add_labels, messages.remove_labels):
                    with pytest.raises(NotSupported, match="no labels, only folders") as caught:
                        await change("Work")
                    assert caught.value.capability == "X-GM-EXT-1"
            assert memory.now == before


async def test_watching(gmail: InMemory) -> None:
    async with gmail.connect_async() as mail:
        with gmail.meanwhile(gmail.deliver):
            async with aclosing(mail.inbox.watch(timeout=10)) as events:
                async for event in events:
                    assert isinstance(event, Arrived)
                    assert event.message.labels == frozenset()
                    break
