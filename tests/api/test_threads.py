"""Many threads on one mailbox: each gets its own answers, whatever folder is selected."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from imapkit import AsyncMailbox, Flag, Mailbox
from tests.api.places import InMemory, Place, letter

COUNT = 20
ROUNDS = 2  # in which a folder is seen anew after it was changed


def prepare(place: Place) -> None:
    """A folder for each, with as many messages as its number."""
    for number in range(COUNT):
        place.elsewhere.folder(f"folder {number}").create()
        for index in range(number % 4 + 1):
            place.deliver(letter(f"{number}.{index}", text=f"Text of {number}.{index}"), folder=f"folder {number}")


def work(mail: Mailbox, number: int) -> None:
    folder = mail.folder(f"folder {number}")
    subjects = [f"{number}.{index}" for index in range(number % 4 + 1)]
    for _ in range(ROUNDS):
        assert [message.subject for message in folder.messages] == subjects
        assert folder.status().messages == len(subjects)
        for message in folder.messages:
            assert message.text().strip() == f"Text of {message.subject}"
            message.add_flags(Flag.FLAGGED)
            assert message.flagged
            message.remove_flags(Flag.FLAGGED)
        result = folder.append(letter("more"))
        assert folder.by_uid(result.uid or 0).delete() == 1


async def work_async(mail: AsyncMailbox, number: int) -> None:
    folder = mail.folder(f"folder {number}")
    subjects = [f"{number}.{index}" for index in range(number % 4 + 1)]
    for _ in range(ROUNDS):
        assert [message.subject async for message in folder.messages] == subjects
        assert (await folder.status()).messages == len(subjects)
        async for message in folder.messages:
            assert (await message.text()).strip() == f"Text of {message.subject}"
            await message.add_flags(Flag.FLAGGED)
            assert message.flagged
            await message.remove_flags(Flag.FLAGGED)
        result = await folder.append(letter("more"))
        assert await folder.by_uid(result.uid or 0).delete() == 1


def in_threads(act: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(COUNT) as pool:
        list(pool.map(act, range(COUNT)))


def test_twenty_threads(place: Place) -> None:
    prepare(place)
    with place.connect() as mail:
        in_threads(lambda number: work(mail, number))
        assert not mail.closed


async def test_twenty_tasks(place: Place) -> None:
    prepare(place)
    async with place.connect_async() as mail, asyncio.TaskGroup() as group:
        for number in range(COUNT):
            group.create_task(work_async(mail, number))


def test_twenty_threads_save_attachments_of_one_name(memory: InMemory, tmp_path: Path) -> None:
    uids = [
        memory.deliver(letter(text=f"{number}", Content_Type='application/pdf; name="scan.pdf"'))
        for number in range(COUNT)
    ]

    def save(number: int) -> None:
        mail.inbox.get(uids[number]).attachments[0].save(tmp_path)

    with memory.connect() as mail:
        in_threads(save)
    assert {path.read_bytes().strip() for path in tmp_path.iterdir()} == {b"%d" % number for number in range(COUNT)}
    assert len(list(tmp_path.iterdir())) == COUNT


def test_flags_of_one_message_in_many_threads(memory: InMemory) -> None:
    memory.deliver()

    def flag(number: int) -> None:
        mail.inbox.get(1).add_flags(f"k{number}")

    with memory.connect() as mail:
        message = mail.inbox.get(1)
        in_threads(flag)
        assert {f"k{number}" for number in range(COUNT)} <= message.flags


def test_one_message_read_in_many_threads(memory: InMemory) -> None:
    for _ in range(50):
        memory.deliver(letter("a subject", text="text\n" * 50))
    interval = sys.getswitchinterval()
    with memory.connect() as mail:
        messages = mail.inbox.messages.all()
        expected = {(message.subject, message.size, message.received) for message in mail.inbox.messages}

        def read(number: int) -> set[tuple[str, int, dt.datetime]]:
            return {(message.subject, message.size, message.received) for message in messages}

        sys.setswitchinterval(1e-6)
        try:
            with ThreadPoolExecutor(COUNT) as pool:
                assert all(found == expected for found in pool.map(read, range(COUNT)))
        finally:
            sys.setswitchinterval(interval)


async def test_tasks_that_are_cancelled_disturb_nobody(place: Place) -> None:
    prepare(place)
    dice = random.Random(7)

    async def disturbed(mail: AsyncMailbox, number: int) -> None:
        task = asyncio.create_task(work_async(mail, number))
        await asyncio.sleep(dice.random() * 0.2)
        task.cancel()
        await asyncio.wait([task])

    async with place.connect_async() as mail:
        await asyncio.gather(*(disturbed(mail, number) for number in range(0, COUNT, 2)), work_async(mail, 1))
        assert not mail.closed
        assert (await mail.folder("folder 3").status()).messages == 4


async def test_a_cancelled_watch_closes_its_connection(memory: InMemory) -> None:
    async with memory.connect_async() as mail:

        async def watch() -> None:
            async for _ in mail.inbox.watch():
                pass

        task = asyncio.create_task(watch())
        await asyncio.to_thread(memory.wait_for_listener, 0, 1)
        assert memory.connections == 2
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert memory.connections == 1
        await mail.noop()
