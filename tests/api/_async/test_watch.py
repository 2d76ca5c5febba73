"""watch(): what happens in a folder, as it happens, on a connection of its own."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from imapkit import Arrived, ConnectionLost, Flag, FlagsChanged, FolderNotFound, Removed, Role, UidSet
from tests.api.places import InMemory, Place, letter


class TestTells:
    async def test_what_comes_changes_and_goes(self, place: Place) -> None:
        place.deliver(letter("old"))
        inbox = place.elsewhere.inbox
        acts = (
            lambda: place.deliver(letter("new", text="Just now.")),
            lambda: inbox.by_uid(2).add_flags(Flag.FLAGGED),
            lambda: inbox.by_uid(2).delete(),
        )
        told: list[object] = []
        async with place.connect_async() as mail:
            with place.meanwhile(*acts):
                async with aclosing(mail.inbox.watch(timeout=10)) as events:
                    async for event in events:
                        match event:
                            case Arrived(message):
                                told.append((message.subject, (await message.text()).strip(), message.folder.path))
                            case FlagsChanged(message):
                                # Deleting begins with a flag, which some servers tell and some do not.
                                if Flag.DELETED not in message.flags:
                                    told.append((message.subject, message.flagged))
                            case Removed(uids):
                                told.append(uids)
                                break
        assert told == [("new", "Just now.", "INBOX"), ("new", True), UidSet([2])]

    async def test_a_message_that_can_be_worked_with_at_once(self, place: Place) -> None:
        """The mailbox's own connection has INBOX selected, and has not heard of the message yet."""
        async with place.connect_async() as mail:
            assert await mail.inbox.messages.count() == 0
            with place.meanwhile(lambda: place.deliver(letter("new"))):
                async with aclosing(mail.inbox.watch(timeout=10)) as events:
                    async for event in events:
                        assert isinstance(event, Arrived)
                        await event.message.add_flags(Flag.FLAGGED)
                        assert event.message.flagged
                        await event.message.move("Archive")
                        break
            assert await mail.folder("Archive").search(flagged=True).count() == 1

    async def test_of_a_role(self, place: Place) -> None:
        async with place.connect_async() as mail:
            with place.meanwhile(lambda: place.deliver(letter("sent"), folder="Sent")):
                async with aclosing(mail.folder(Role.SENT).watch(timeout=10)) as events:
                    async for event in events:
                        assert isinstance(event, Arrived)
                        assert event.message.ref.folder == "Sent"
                        break

    async def test_nothing_when_nothing_happens(self, place: Place) -> None:
        place.deliver()
        async with place.connect_async() as mail:
            assert [event async for event in mail.inbox.watch(timeout=0.2)] == []
            assert [event async for event in mail.inbox.watch(timeout=0)] == []

    async def test_on_an_account_that_is_only_read(self, place: Place) -> None:
        async with place.connect_async(read_only=True) as mail:
            with place.meanwhile(lambda: place.deliver(letter("new"))):
                async with aclosing(mail.inbox.watch(timeout=10)) as events:
                    async for event in events:
                        assert isinstance(event, Arrived)
                        assert not event.message.seen
                        break


class TestItsConnection:
    async def test_is_opened_when_it_begins_and_closed_at_its_end(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            events = mail.inbox.watch(timeout=0.1)
            assert memory.connections == 1
            assert [event async for event in events] == []
            assert memory.connections == 1

    async def test_is_closed_early(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            assert memory.elsewhere.inbox.messages.count() == 0
            with memory.meanwhile(memory.deliver):
                async with aclosing(mail.inbox.watch(timeout=10)) as events:
                    async for event in events:
                        assert isinstance(event, Arrived)
                        assert memory.connections == 3
                        break
            assert memory.connections == 2
            await mail.noop()

    async def test_is_closed_when_the_loop_fails(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            assert memory.elsewhere.inbox.messages.count() == 0

            async def fail() -> None:
                async with aclosing(mail.inbox.watch(timeout=10)) as events:
                    async for _ in events:
                        raise ZeroDivisionError

            with memory.meanwhile(memory.deliver), pytest.raises(ZeroDivisionError):
                await fail()
            assert memory.connections == 2

    async def test_may_be_closed_before_it_begins(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            async with aclosing(mail.inbox.watch()):
                pass
            assert memory.connections == 1

    async def test_is_not_kept_where_there_is_no_folder(self, place: Place) -> None:
        async with place.connect_async() as mail:
            with pytest.raises(FolderNotFound):
                async for _ in mail.folder("nowhere").watch(timeout=5):
                    pass
            if isinstance(place, InMemory):
                assert place.connections == 1

    async def test_that_is_cut_raises(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            with memory.meanwhile(memory.server.drop_connections), pytest.raises(ConnectionLost):
                async for _ in mail.inbox.watch(timeout=10):
                    pass
            assert memory.connections == 0

    async def test_that_lives_on_when_the_other_is_cut(self, memory: InMemory) -> None:
        async with memory.connect_async() as mail:
            assert await mail.inbox.messages.count() == 0
            with memory.meanwhile(memory.deliver):
                async with aclosing(mail.inbox.watch(timeout=10)) as events:
                    await mail.close()
                    async for event in events:
                        assert isinstance(event, Arrived)
                        assert event.message.subject == "tea"
                        break
