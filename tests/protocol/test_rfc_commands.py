"""The RFCs' own examples of commands: the server in process takes them, and typed commands write the same.

The format is described in `tests/protocol/rfc_examples/README.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from imapkit.protocol.model import NOT_AUTHENTICATED, SELECTED, Command, State
from imapkit.protocol.sasl import MECHANISMS, Context, Credentials, Exchange
from imapkit.protocol.wire.encoder import Dialect
from imapkit.testing import Server
from imapkit.testing.commands import TABLE
from imapkit.types.auth import Secret
from tests.protocol.spelling import canonical
from tests.protocol.test_vectors import VOCABULARY, written

DIRECTORY = Path(__file__).parent / "rfc_examples"
ANNOUNCEMENT = re.compile(rb"\{(\d+)\+?\}(?:\r\n|\Z)")


@dataclass(frozen=True, kw_only=True)
class Example:
    """One command as an RFC has it, and the typed command that writes it, or why there is none."""

    rfc: str
    sent: str
    python: str | None = None
    unsent: str | None = None
    wrong: str | None = None
    taken: bool = False
    asked: list[str] = field(default_factory=list[str])
    messages: int = 200

    def __str__(self) -> str:
        return f"{self.rfc}: {self.sent.splitlines()[0]}"

    @property
    def tag(self) -> bytes:
        return self.sent.partition(" ")[0].encode()

    @property
    def name(self) -> str:
        """FETCH or UID FETCH, say."""
        first, second = (*self.sent.upper().split()[1:3], "")[:2]
        return f"{first} {second}" if first == "UID" else first

    @property
    def is_dialogue(self) -> bool:
        """Whether the lines after the first answer continuation requests that no literal waits for."""
        return self.name in ("AUTHENTICATE", "IDLE")

    @property
    def answers(self) -> list[bytes]:
        """Those lines."""
        return self.sent.encode().split(b"\n")[1:] if self.is_dialogue else []

    @property
    def command(self) -> bytes:
        """The octets up to them.  What an RFC leaves out of its last literal is made up."""
        text = self.sent.partition("\n")[0] if self.is_dialogue else self.sent
        octets = text.replace("\n", "\r\n").encode()
        if octets.endswith(b"}"):
            octets += b"\r\n"
        return octets.ljust(max((end for _, end in literals(octets)), default=0), b"x")


def literals(command: bytes) -> Iterator[tuple[int, int]]:
    """Where each literal begins and ends."""
    end = 0
    while (found := ANNOUNCEMENT.search(command, end)) is not None:
        end = found.end() + int(found[1])
        yield found.end(), end


EXAMPLES = [
    Example(rfc=path.stem, **entry)
    for path in sorted(DIRECTORY.glob("*.toml"))
    for entry in tomllib.loads(path.read_text("utf-8"))["command"]
]
EXPRESSED = [example for example in EXAMPLES if example.python is not None]


# --- the server takes it --------------------------------------------------------------------------------------

# Those that the RFCs tell of.
MAILBOXES = b"""
    FOO SHARED/FOO SHARED/STUFF REMOTE BANANA blurdybloop foo foo/bar bar #news.comp.mail.mime saved-messages test X Y
    MEETING INBOX/Drafts ~/Mail/saved archive/imap TargetMailbox meeting funny drafts misc this oldmail MyDrafts Notes
    SavedDrafts SentMail frop
"""


def said_in_the_end(example: Example) -> bytes:
    """The last line of the server's answer: the completion, or a "+" for more than the RFC shows."""
    server = Server(profile="everything")
    server.add_user("ann")
    for _ in range(example.messages):
        server.deliver("ann", b"Subject: tea\r\n\r\nAt four.\r\n")
    handler = TABLE.commands.get(example.name)
    states = SELECTED if handler is None else handler.states
    stream = server.open_stream(tls="starttls" if example.name == "STARTTLS" else "none")
    if states != NOT_AUTHENTICATED:
        stream.write(b"0 LOGIN ann pw\r\n0 ENABLE QRESYNC\r\n")
        stream.write(b"".join(b"0 CREATE %b\r\n" % name for name in MAILBOXES.split() if name in example.command))
    if State.SELECTED in states:
        stream.write(b"0 SELECT INBOX\r\n")
    stream.read()
    pieces = re.split(rb"(?<=[0-9]\}\r\n)", example.command + b"\r\n")
    if not example.asked:  # else the answers are for the RFC's server, not for this one
        pieces += [answer + b"\r\n" for answer in example.answers]
    said = b"+"
    while pieces and said.startswith(b"+"):
        stream.write(pieces.pop(0))
        said = stream.read() or b""
    return said.splitlines()[-1]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_server_takes_it(example: Example) -> None:
    said = said_in_the_end(example)
    if example.wrong is None or example.taken:
        taken = (example.tag + b" OK ", example.tag + b" NO ")
        assert said.startswith((*taken, b"+ ") if example.is_dialogue else taken)
    else:
        assert said.startswith((b"* BAD ", example.tag + b" BAD "))


# --- a typed command writes it --------------------------------------------------------------------------------

NAMES = {made.__name__: made for made in (Context, Credentials, Exchange, Secret)} | {"MECHANISMS": MECHANISMS}


def typed(example: Example) -> Command[object]:
    octets = example.command
    sent = [octets[begin:end] for begin, end in literals(octets)]
    command = eval(f"({example.python})", VOCABULARY | NAMES | {"literals": sent})
    assert isinstance(command, Command)
    return command


@pytest.mark.parametrize("example", EXPRESSED, ids=str)
def test_a_typed_command_writes_it(example: Example) -> None:
    sent = written(typed(example), Dialect()).replace(b"\r\n|", b"\r\n")
    assert canonical(sent) == canonical(example.command.removeprefix(example.tag + b" "))


@pytest.mark.parametrize("example", [example for example in EXPRESSED if example.answers], ids=str)
def test_a_typed_command_answers(example: Example) -> None:
    collector = typed(example).collector()
    for asked, answer in zip(example.asked or [""] * len(example.answers), example.answers, strict=True):
        if answer == b"*":  # cancelled
            collector.end()
        said = collector.respond(asked.encode())
        assert (collector.end() if said is None else said) == answer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"LOGIN ann pw", b'login "ann" {2}\r\npw'),
        (b"LIST () (INBOX)", b"list inbox"),
        (b"UID FETCH 4:6,2 FLAGS", b"UID FETCH 2,6:4 (FLAGS)"),
        (b"FETCH 1 FAST", b"FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)"),
        (b"FETCH 1 (UID) (CHANGEDSINCE 7 PARTIAL 1:2)", b"FETCH 1 UID (PARTIAL 1:2 CHANGEDSINCE 7)"),
        (b"UID STORE $ +FLAGS a b", b"STORE $ +FLAGS (a b)"),
        (b"SEARCH RETURN () CHARSET UTF-8 (OR 1 2) SEEN", b"SEARCH RETURN (ALL) OR 1 2 SEEN"),
    ],
)
def test_what_says_the_same(one: bytes, other: bytes) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"LOGIN ann pw", b'LOGIN ann "PW"'),
        (b"SETMETADATA x (/y NIL)", b'SETMETADATA x (/y "NIL")'),
        (b"FETCH 1 FLAGS", b"UID FETCH 1 FLAGS"),
        (b"FETCH 1 (BODY[1])", b"FETCH 1 (BODY[2])"),
        (b"FETCH 1 (UID FLAGS)", b"FETCH 1 (FLAGS UID)"),
        (b"SEARCH NOT (SEEN DRAFT)", b"SEARCH NOT SEEN DRAFT"),
        (b"SEARCH OR (SEEN DRAFT) 1", b"SEARCH OR SEEN (DRAFT 1)"),
        (b"SEARCH CHARSET UTF-8 TEXT {2}\r\n\xc3\xbc", b"SEARCH TEXT {2}\r\n\xc3\xbc"),
        (b"LIST (SUBSCRIBED) x", b"LIST x"),
    ],
)
def test_what_does_not(one: bytes, other: bytes) -> None:
    assert canonical(one) != canonical(other)


# --- the examples themselves ----------------------------------------------------------------------------------


def test_it_is_said_why_there_is_no_typed_command() -> None:
    for example in EXAMPLES:
        assert example.python or example.unsent or example.wrong, example
        assert not (example.python and example.unsent), example


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 600
    assert len({str(example) for example in EXAMPLES}) > 600
