"""What one connection does, another sees as it happens, on each real server."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator, Iterator
from typing import TypeAlias

import pytest

from imapkit import Arrived, Event, Flag, FlagsChanged, Folder, Message, Removed
from imapkit.protocol.extensions.expunge import Expunge
from tests.servers.conftest import Connector
from tests.servers.rig import RealServer

MESSAGE = b"From: ann@example.org\r\nSubject: news\r\n\r\nSomething happened.\r\n"
Watched: TypeAlias = tuple[Folder, Iterator[Event[Message]]]
#: Seconds without news after which a server is taken to tell none.
SILENCE = 3.0


@contextlib.contextmanager
def repeated(action: Callable[[], object]) -> Generator[None]:
    """Do it again and again beside the block."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(0.3):
            action()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def first(events: Iterator[Event[Message]], kind: type[Event[Message]]) -> Event[Message]:
    """The first event of this kind; fails when there is silence before."""
    for event in events:
        if isinstance(event, kind):
            return event
    pytest.fail(f"{SILENCE:g} s without {kind.__name__}")


@pytest.fixture
def watched(connect: Connector, connect_in_threads: Connector, real_server: RealServer) -> Iterator[Watched]:
    """An inbox with a message, as another connection sees it; and what happens in it, from the next message on."""
    user = real_server.new_user()
    mail = connect(real_server, user)
    mail.inbox.append(MESSAGE, flags=[Flag.SEEN])
    assert mail.inbox.messages.count() == 1  # before the first SELECT, Mailutils has no UIDVALIDITY that lasts
    with contextlib.closing(mail.inbox.watch(timeout=SILENCE)) as events:
        yield connect_in_threads(real_server, user).inbox, events


def test_a_watch_sees_an_arrival(watched: Watched) -> None:
    folder, events = watched
    with repeated(lambda: folder.append(MESSAGE, flags=[Flag.SEEN])):
        event = next(events, None)
    assert isinstance(event, Arrived)
    assert event.message.subject == "news"
    assert event.message.raw() == MESSAGE


def test_a_watch_sees_flags(watched: Watched) -> None:
    folder, events = watched
    with repeated(lambda: folder.append(MESSAGE, flags=[Flag.SEEN])):
        first(events, Arrived)
    (message,) = folder.messages.oldest(1)
    message.add_flags(Flag.ANSWERED)
    event = first(events, FlagsChanged)
    assert isinstance(event, FlagsChanged)
    assert event.message.uid == message.uid
    assert Flag.ANSWERED in event.message.flags


def test_a_watch_sees_a_removal(watched: Watched) -> None:
    folder, events = watched
    with repeated(lambda: folder.append(MESSAGE, flags=[Flag.SEEN])):
        first(events, Arrived)
    (message,) = folder.messages.oldest(1)
    if folder.mailbox.supports("UIDPLUS"):
        message.delete()
    else:
        message.add_flags(Flag.DELETED)
        folder.mailbox.execute(Expunge())
    event = first(events, Removed)
    assert isinstance(event, Removed)
    assert list(event.uids) == [message.uid]
