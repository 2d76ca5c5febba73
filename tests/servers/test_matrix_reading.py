"""Messages come back from each real server as they were appended, and say what they said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imapkit import CommandError, Flag, Mailbox, Message
from tests.servers.conftest import new_name, top
from tests.servers.rig import RealServer
from tests.servers.samples import SAMPLES

Find = Callable[[str], Message]


class Shelf:
    """A folder with all samples that the server takes; each is fetched once."""

    def __init__(self, mail: Mailbox) -> None:
        self.mail = mail
        self._folder = top(mail, new_name()).create(subscribe=False)
        taken = [name for name, sample in SAMPLES.items() if self._takes(sample.raw)]
        self._uids = dict(zip(taken, self._folder.messages.uids(), strict=True))
        self._messages: dict[str, Message] = {}

    def _takes(self, raw: bytes) -> bool:
        try:
            self._folder.append(raw, flags=(Flag.SEEN,))
        except CommandError as error:
            # RFC 9755, 4: a server that offers UTF8=ACCEPT takes no 8-bit header before that is enabled.
            if self.mail.supports("UTF8=ACCEPT") and error.code == "CANNOT" and not raw.isascii():
                return False
            raise
        return True

    def find(self, name: str) -> Message:
        """The message of a name."""
        if name not in self._uids:
            pytest.skip("this server takes no 8-bit header before UTF8=ACCEPT is enabled")
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
