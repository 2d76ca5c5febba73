"""Messages come back from each real server as they were appended, and say what they said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit import Flag, Mailbox, Message
from tests.servers.conftest import new_name, top
from tests.servers.rig import RealServer
from tests.servers.samples import SAMPLES

Find = Callable[[str], Message]


class Shelf:
    """A folder with all samples; each is fetched once."""

    def __init__(self, mail: Mailbox) -> None:
        self.mail = mail
        self._folder = top(mail, new_name()).create(subscribe=False)
        for sample in SAMPLES.values():
            self._folder.append(sample.raw, flags=(Flag.SEEN,))
        self._uids = dict(zip(SAMPLES, self._folder.messages.uids(), strict=True))
        self._messages: dict[str, Message] = {}

    def find(self, name: str) -> Message:
        """The message of a name."""
        if name not in self._messages:
            self._messages[name] = self._folder.get(self._uids[name])
        return self._messages[name]


@pytest.fixture(scope="session")
def shelves() -> dict[tuple[str, str], Shelf]:
    """The samples on each server in each world."""
    return {}


@pytest.fixture
def find(mail: Mailbox, real_server: RealServer, world: str, shelves: dict[tuple[str, str], Shelf]) -> Find:
    """Finds the message of a name."""
    key = (real_server.name, world)
    if key not in shelves or shelves[key].mail is not mail:  # the connection was lost
        shelves[key] = Shelf(mail)
    return shelves[key].find


@pytest.mark.parametrize("name", SAMPLES)
class TestSample:
    def test_octets(self, find: Find, name: str) -> None:
        message, sample = find(name), SAMPLES[name]
        assert message.raw() == sample.raw
        assert message.size == len(sample.raw)

    def test_envelope(self, find: Find, name: str) -> None:
        message, sample = find(name), SAMPLES[name]
        assert message.subject == sample.subject
        assert str(message.from_) == sample.sender

    def test_headers(self, find: Find, name: str) -> None:
        message, sample = find(name), SAMPLES[name]
        headers = message.headers()
        assert list(headers["SUBJECT"]) == [sample.subject]

    def test_text(self, find: Find, name: str) -> None:
        message, sample = find(name), SAMPLES[name]
        assert message.text().replace("\r\n", "\n").rstrip("\n") == sample.text.rstrip("\n")
        html = message.html()
        assert (html and html.replace("\r\n", "\n").rstrip("\n")) == (sample.html and sample.html.rstrip("\n"))

    def test_attachments(self, find: Find, name: str) -> None:
        message, sample = find(name), SAMPLES[name]
        assert {attachment.filename: attachment.read() for attachment in message.attachments} == sample.attachments
