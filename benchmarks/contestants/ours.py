"""imapkit, over its own blocking session: the fields untouched, each value made, or each text in them read, too.

python -m benchmarks.contestants.ours untouched|parsed|read|streamed
"""

from __future__ import annotations

import hashlib
import sys
from typing import cast

from benchmarks.contestants.worker import serve
from benchmarks.data import Facts
from imapkit.mime.headers import parse_headers
from imapkit.protocol.connection import Connection
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.extensions.condstore import MODSEQ
from imapkit.protocol.extensions.fetch import (
    BODYSTRUCTURE,
    ENVELOPE,
    FLAGS,
    INTERNALDATE,
    RFC822_SIZE,
    UID,
    Fetch,
    Fetched,
    FetchResult,
    body_section,
)
from imapkit.protocol.extensions.list import List, ListResult
from imapkit.protocol.extensions.search import Search, SearchResult
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Capability, Logout
from imapkit.protocol.flows.base import Flow, Wait, execute
from imapkit.protocol.model import Command, Item
from imapkit.transport.blocking import Session, open_tcp
from imapkit.types.bodystructure import BodyStructure, Multipart, Part, walk
from imapkit.types.envelope import Envelope
from imapkit.types.query import Q
from imapkit.types.sections import Section
from imapkit.types.timeouts import Timeout
from imapkit.types.uids import UidSet

HEADER = body_section(Section(text="HEADER"))
BODY = body_section()
EVERYBODY = UidSet("1:4294967295")

ITEMS: dict[str, tuple[Item[object], ...]] = {
    "envelope": (UID, FLAGS, INTERNALDATE, RFC822_SIZE, ENVELOPE),
    "flags": (UID, FLAGS, MODSEQ),
    "bodystructure": (UID, BODYSTRUCTURE),
    "headers": (UID, FLAGS, RFC822_SIZE, HEADER),
    "literal": (UID, BODY),
}


def greeted(connection: Connection) -> Flow[None]:
    while connection.greeting is None:
        connection.check()
        yield Wait()


class Ours:
    def __init__(self, role: str) -> None:
        self._role = role
        self._session: Session | None = None
        self._octets = 0  # that were streamed

    def open(self, port: int, case: str) -> None:
        connection = Connection()
        self._session = Session(connection, open_tcp("127.0.0.1", port, timeout=10), Timeout())
        self._session.run(greeted(connection))
        commands: tuple[Command[object], ...] = (Login("user", "secret"), Capability(), Select(case, read_only=True))
        for command in commands:
            self._session.run(execute(connection, command))

    def run(self, case: str) -> object:
        session = self._session
        assert session is not None
        self._octets = 0
        answer = session.run(execute(session.connection, self._command(case)))
        if self._role == "parsed":
            parse(case, answer)
        elif self._role == "read":
            read(case, answer)
        return answer

    def _take(self, octets: bytes) -> None:
        """A sink that keeps nothing."""
        self._octets += len(octets)

    def _streamed_facts(self) -> list[object]:
        session, digest, sizes = self._session, hashlib.sha256(), list[int]()
        assert session is not None

        def take(octets: bytes) -> None:
            sizes.append(len(octets))
            digest.update(octets)

        command = Fetch(EVERYBODY, (UID,), streams=((BODY, take),))
        answer = session.run(execute(session.connection, command))
        return [answer[1].uid, sum(sizes), digest.hexdigest()]

    def _command(self, case: str) -> Command[object]:
        if case == "list":
            return List()
        if case in {"search", "esearch"}:
            return Search(Q.all, returns=("ALL",) if case == "esearch" else ())
        if self._role == "streamed":
            return Fetch(EVERYBODY, (UID,), streams=((BODY, self._take),))
        return Fetch(EVERYBODY, ITEMS[case])

    def count(self, case: str, answer: object) -> int:
        if self._role == "streamed":
            return self._octets
        match answer:
            case ListResult(mailboxes):
                return len(mailboxes)
            case SearchResult(uids):
                return len(uids)
            case _:
                fetched = cast("FetchResult", answer)
                if case != "literal":
                    return len(fetched)
                body = fetched[1].get(BODY)
                return len(body or b"")

    def facts(self, case: str, answer: object) -> Facts:
        match answer:
            case ListResult(mailboxes):
                return [[one.mailbox, one.delimiter, list(one.attributes)] for one in mailboxes]
            case SearchResult(uids):
                return [[len(uids), sum(uids)]]
            case _ if self._role == "streamed":
                return [self._streamed_facts()]
            case _:
                return [message_facts(case, message) for message in cast("FetchResult", answer).values()]

    def close(self) -> None:
        session = self._session
        if session is not None:
            session.run(execute(session.connection, Logout()))
            session.close()


def parse(case: str, answer: object) -> None:
    """Make the value of each item: an envelope, a tree of parts.  Texts in them stay as they came."""
    for message in cast("FetchResult", answer).values():
        for item in ITEMS[case]:
            message.get(item)


def read(case: str, answer: object) -> None:
    """Read each field of each item, decoded."""
    match answer:
        case ListResult():
            pass  # its fields are plain values already
        case SearchResult(uids):
            list(uids)
        case _:
            fetched = cast("FetchResult", answer)
            for message in fetched.values():
                READERS[case](message)


def read_envelope(message: Fetched) -> None:
    _ = message.uid
    message.get(FLAGS)
    message.get(INTERNALDATE)
    message.get(RFC822_SIZE)
    read_whole_envelope(message.get(ENVELOPE))


def read_whole_envelope(envelope: Envelope | None) -> None:
    assert envelope is not None
    _ = envelope.date, envelope.subject, envelope.in_reply_to, envelope.message_id
    for addresses in (envelope.from_, envelope.sender, envelope.reply_to, envelope.to, envelope.cc, envelope.bcc):
        for address in addresses:
            _ = address.name, address.address


def read_flags(message: Fetched) -> None:
    _ = message.uid
    message.get(FLAGS)
    message.get(MODSEQ)


def read_bodystructure(message: Fetched) -> None:
    _ = message.uid
    structure = message.get(BODYSTRUCTURE)
    assert structure is not None
    read_parts(structure)


def read_parts(structure: BodyStructure) -> None:
    for part in walk(structure):
        _ = part.content_type, part.parameters, part.disposition, part.languages, part.location
        if isinstance(part, Part):
            _ = part.charset, part.filename, part.content_id, part.description, part.encoding, part.size, part.lines
            if part.envelope is not None:
                read_whole_envelope(part.envelope)
            if part.message is not None:
                read_parts(part.message)


def read_header(message: Fetched) -> None:
    """The octets, as the peers give them: decoding the fields is another row."""
    _ = message.uid
    message.get(FLAGS)
    message.get(RFC822_SIZE)
    message.get(HEADER)


def read_body(message: Fetched) -> None:
    _ = message.uid
    message.get(BODY)


READERS = {
    "envelope": read_envelope,
    "flags": read_flags,
    "bodystructure": read_bodystructure,
    "headers": read_header,
    "literal": read_body,
}


def message_facts(case: str, message: Fetched) -> list[object]:
    uid = message.get(UID)
    match case:
        case "envelope":
            envelope = message.get(ENVELOPE) or Envelope()
            sender = envelope.from_[0]
            flags = sorted(message.get(FLAGS) or ())
            return [uid, flags, message.get(RFC822_SIZE), envelope.subject, sender.name, sender.address]
        case "flags":
            return [uid, sorted(message.get(FLAGS) or ()), message.get(MODSEQ)]
        case "bodystructure":
            structure = message.get(BODYSTRUCTURE)
            assert structure is not None
            return [uid, [part.content_type for part in walk(structure) if not isinstance(part, Multipart)]]
        case "headers":
            block = message.get(HEADER) or b""
            return [uid, len(block), parse_headers(block).first("Subject")]
        case _:
            body = message.get(BODY) or b""
            return [uid, len(body), hashlib.sha256(body).hexdigest()]


if __name__ == "__main__":
    serve(Ours(sys.argv[1]))
