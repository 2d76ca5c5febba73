"""Octets of a server whose client has commands in flight.

The first octet says how the session stands (`_STARTS`), marks cut the rest into turns.  In each turn but the first,
the client does something, as the turn's first octets say (`_ACTIONS`); then the server says the rest.  What must hold:

* nothing but an `ImapError` comes out, and it comes out of where it belongs: commands and `Connection.error`;
* no command succeeds that had not been sent whole;
* after an error the connection takes, sends and promises nothing more, and no command waits for ever;
* it makes no difference whether the server's octets come together or one by one.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial

from imapkit.errors import ImapError
from imapkit.protocol.channel.deflate import DeflateFilter
from imapkit.protocol.connection import Connection, Pending
from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.auth import Authenticate
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.model import Command
from imapkit.protocol.sasl import MECHANISMS, ChannelBinding, Context, Credentials, Exchange, Mechanism
from imapkit.protocol.wire.encoder import Dialect, Encoder, LiteralStream, Segment
from imapkit.protocol.wire.limits import Limits
from imapkit.types.auth import Secret
from tools.fuzz import seeds as samples
from tools.fuzz.inputs import MARK, choose, cut
from tools.fuzz.reading import read

__all__ = ["check", "seeds"]

_LIMITS = Limits(line=2000, literal=500, response=4000, inflated=10_000)
_LONGEST_IN_OCTETS = 600  # longer inputs are not sent octet by octet: it takes its time
_DIALECTS = tuple(itertools.starmap(Dialect, itertools.product((False, True), repeat=3)))
_RAW_DEFLATE = -15

_NOT_OFFERED = ("LITERAL+", "LITERAL-", "LOGINDISABLED")
_OFFERED = " ".join(
    name for each in ALL for name in each.capabilities if not name.endswith("=") and name not in _NOT_OFFERED
)
_GREETINGS = tuple(
    f"* {status} [CAPABILITY {_OFFERED}{literals}] hello\r\n".encode()
    for status, literals in (("OK", ""), ("PREAUTH", ""), ("PREAUTH", " LITERAL-"))
)
_SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] as ever\r\nK1 OK [READ-WRITE] done\r\n"


def check(data: bytes) -> None:
    """Check one input."""
    start, octets = choose(data, _STARTS)
    turns = cut(octets)
    told = _Talk(start, turns).told
    if len(octets) <= _LONGEST_IN_OCTETS:
        assert _Talk(start, turns, in_octets=True).told == told


class _Talk:
    """One session, from its greeting to its end."""

    def __init__(self, start: Callable[[_Talk], None], turns: list[bytes], *, in_octets: bool = False) -> None:
        self.connection = Connection(limits=_LIMITS)
        self.connection.listeners.append(self._hear_news)
        self.pending: list[Pending[object]] = []
        self.listening = True
        self.compressed = False
        self._in_octets = False
        self._inflate, self._deflate = zlib.decompressobj(_RAW_DEFLATE), zlib.compressobj(wbits=_RAW_DEFLATE)
        self._heard = b""  # what the client has sent
        self._news: list[str] = []
        start(self)
        self._in_octets = in_octets
        self.say(turns[0])
        for turn in turns[1:]:
            action, rest = choose(turn, _ACTIONS)
            rest = action(self, rest)
            self._hear()
            self.say(rest)
            self._check()
        self.connection.receive_eof()
        self._check()
        self.told = self._tell()

    def say(self, octets: bytes) -> None:
        """The server says this, and hears what the client has to say to it."""
        connection = self.connection
        if self.compressed:
            octets = self._deflate.compress(octets) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        for piece in [octets[at : at + 1] for at in range(len(octets))] if self._in_octets else [octets]:
            connection.receive_data(piece)
        self._hear()

    def _hear(self) -> None:
        while self.listening and (data := self.connection.data_to_send()):
            self._heard += self._inflate.decompress(data) if self.compressed else data

    def send(self, command: Command[object]) -> None:
        """The client gives a command, if it can."""
        dead = self.connection.error is not None
        try:
            self.pending.append(self.connection.send(command))
        except ImapError:
            return
        assert not dead

    def compress(self) -> None:
        """The client puts a filter in place (that of COMPRESS, which will do for STARTTLS)."""
        if self.connection.paused and not self.compressed:
            self.compressed = True
            try:
                self.connection.resume(DeflateFilter(_LIMITS.inflated))
            except ImapError:
                assert self.connection.error is not None

    def _hear_news(self, response: object) -> None:
        read(response)
        self._news.append(repr(response))

    def _check(self) -> None:
        connection = self.connection
        if connection.error is not None:
            assert isinstance(connection.error, ImapError)
            assert all(pending.done for pending in self.pending)
            assert self.compressed or not connection.data_to_send()
            try:
                connection.check()
            except ImapError:
                pass
            else:
                raise AssertionError("a dead connection finds nothing wrong with itself")
        for pending in self.pending:
            if pending.done and not isinstance(_outcome(pending), ImapError):
                assert self._was_sent(pending)

    def _was_sent(self, pending: Pending[object]) -> bool:
        begin = self._heard.find(f"{pending.tag} ".encode())
        assert begin >= 0, "a command succeeded that was never sent"
        begin += len(pending.tag) + 1
        return any(self._heard.startswith(text + b"\r\n", begin) for text in _written(pending.command))

    def _tell(self) -> object:
        """All that can be told of the session."""
        outcomes = [_outcome(pending) for pending in self.pending]
        for outcome in outcomes:
            read(outcome)
        connection = self.connection
        defects = list(map(str, connection.defects))
        return list(map(repr, outcomes)), self._heard, self._news, repr(connection.error), defects


def _outcome(pending: Pending[object]) -> object:
    """The result, or the error.  There is no other."""
    assert pending.done
    try:
        return pending.result()
    except ImapError as error:
        return error


def _written(command: Command[object]) -> Iterator[bytes]:
    """The command as it can be written, in all dialects."""
    for dialect in _DIALECTS:
        segments = _segments(command, dialect)
        if segments is not None:
            yield b"".join(segment.data for segment in segments if isinstance(segment.data, bytes))


def _segments(command: Command[object], dialect: Dialect) -> list[Segment] | None:
    out = Encoder(dialect)
    try:
        command.write(out)
    except ImapError:
        return None
    return out.finish()


# What the client does -------------------------------------------------------------------------------------------------


@cache
def _commands() -> tuple[Callable[[], Command[object]], ...]:
    """What makes commands: the vectors' (but for those with streams, which can be read once), all SASL mechanisms."""
    plain = (command for command in samples.commands() if not isinstance(command, Authenticate))
    return (
        *(partial(_itself, command) for command in plain if not _has_streams(command)),
        *(partial(_authenticate, mechanism, early) for mechanism in MECHANISMS.values() for early in (False, True)),
    )


def _itself(command: Command[object]) -> Command[object]:
    return command


def _has_streams(command: Command[object]) -> bool:
    return any(isinstance(segment.data, LiteralStream) for segment in _segments(command, Dialect(utf8=True)) or ())


def _authenticate(mechanism: Mechanism, early: bool) -> Command[object]:
    credentials = Credentials(kind=mechanism.kind, user="ann", password=Secret("pw"), token=Secret("t"))
    binding = ChannelBinding("tls-exporter", b"tls")
    exchange = Exchange(mechanism, credentials, Context(channel_binding=binding, nonce="fuzz", iterations=(1, 9)))
    return Authenticate(mechanism.name, exchange, exchange.initial(), in_command=early)


def _send(talk: _Talk, rest: bytes) -> bytes:
    """Give the command of this number."""
    high, low = rest[:2].ljust(2, b"@")
    commands = _commands()
    talk.send(commands[(high % 64 * 64 + low % 64) % len(commands)]())
    return rest[2:]


def _number(number: int) -> bytes:
    """A number as two letters or so: no octet of it is a mark."""
    return bytes(64 + digit for digit in divmod(number, 64))


def _listen(talk: _Talk, rest: bytes) -> bytes:
    """Do nothing; what the client has to say goes out from now on."""
    talk.listening = True
    return rest


def _hold(talk: _Talk, rest: bytes) -> bytes:
    """Nothing that the client has to say goes out from now on."""
    talk.listening = False
    return rest


def _abandon_first(talk: _Talk, rest: bytes) -> bytes:
    """Give up the oldest command that is under way."""
    for pending in talk.pending:
        if not pending.done:
            pending.abandon()
            break
    return rest


def _abandon_last(talk: _Talk, rest: bytes) -> bytes:
    """Give up the command that was given last."""
    if talk.pending:
        talk.pending[-1].abandon()
    return rest


def _end(talk: _Talk, rest: bytes) -> bytes:
    """End what was begun last: IDLE, an exchange."""
    if talk.pending:
        talk.pending[-1].end()
    return rest


def _resume(talk: _Talk, rest: bytes) -> bytes:
    """Go on after STARTTLS or COMPRESS."""
    talk.compress()
    return rest


_ACTIONS: tuple[Callable[[_Talk, bytes], bytes], ...] = (
    *(_listen, _send, _hold, _abandon_first, _abandon_last, _end, _resume),
)


# How it begins --------------------------------------------------------------------------------------------------------


def _greeted(greeting: bytes) -> Callable[[_Talk], None]:
    def start(talk: _Talk) -> None:
        talk.say(greeting)

    return start


def _selected(greeting: bytes) -> Callable[[_Talk], None]:
    def start(talk: _Talk) -> None:
        talk.say(greeting)
        talk.send(Select("INBOX"))
        talk.say(b"")
        talk.say(_SELECTED)

    return start


_STARTS: tuple[Callable[[_Talk], None], ...] = (
    _greeted(b""),
    *map(_greeted, _GREETINGS),
    *map(_selected, _GREETINGS[1:]),
)


def seeds() -> Iterator[bytes]:
    """Every command, begun in every way and answered with one response or another; some upgrades and refusals."""
    answers = itertools.cycle(samples.responses())
    send, resume = bytes([_ACTIONS.index(_send)]), bytes([_ACTIONS.index(_resume)])
    for number, start in itertools.product(range(len(_commands())), range(len(_STARTS))):
        command = send + _number(number)
        tag = b"K2" if start > len(_GREETINGS) else b"K1"
        begin = bytes([start]) + (b"" if start else b"* OK [CAPABILITY IMAP4rev1 SASL-IR] hello\r\n") + MARK + command
        answer = re.sub(rb"^K1 ", tag + b" ", next(answers), flags=re.MULTILINE)
        yield begin + answer + tag + b" OK done\r\n"
        yield begin + b"+ \r\n+ cj1mdXp6WCxzPWMyRnNkQT09LGk9NA==\r\n" + answer + tag + b" NO [TRYCREATE] not now\r\n"
    for upgrade, greeted in (("COMPRESS", b"\2"), ("STARTTLS", b"\1")):
        first = next(at for at, make in enumerate(_commands()) if make().name == upgrade)
        upgraded = greeted + MARK + send + _number(first) + b"K1 OK done\r\n" + MARK + resume
        for number in range(len(_commands())):
            yield upgraded + MARK + send + _number(number) + next(answers) + b"K2 OK done\r\n"
