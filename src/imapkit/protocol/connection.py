"""One connection, without any I/O: bytes from the server in, bytes for the server out, results in between.

Commands go in with `send` and come back as `Pending`; what the server sent goes in with `receive_data`; what must go
to it comes out of `data_to_send`.  Whoever owns a socket, a pipe or a test moves the bytes.

*Pipelining.*  Commands wait in line until nothing in flight speaks against them (`Effect`; RFC 9051, 5.5) and are
never reordered.  A synchronizing literal halts the line until the server's "+" comes.  A command can be taken back
(`Pending.abandon`) until its first octet is handed out, and is no longer wanted from its last one on; in between,
there is no way back.

*Upgrades.*  At the OK of STARTTLS or COMPRESS the connection pauses: nothing more is read as IMAP until `resume`
has put the filter in place.  What a STARTTLS finds behind its OK was injected, and ends the connection.

*Failure.*  After a broken stream, an end of file or a BYE the connection is dead (`error`): every command that still
waits fails, with `OutcomeUnknown` where it was sent whole and may have changed something.
"""

from __future__ import annotations

import copy
import logging
from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Generic, TypeVar, cast

from imapkit.errors import (
    ConnectionLost,
    ImapError,
    InvalidArgument,
    NotSupported,
    OutcomeUnknown,
    ProtocolError,
    ServerBye,
    TLSError,
    command_error,
)
from imapkit.protocol.channel import Channel, Filter
from imapkit.protocol.dispatch import Dispatcher
from imapkit.protocol.extensions import ALL
from imapkit.protocol.extensions.session import Logout, StartTls
from imapkit.protocol.model import (
    Code,
    Command,
    Condition,
    Continuation,
    Effect,
    Extension,
    State,
    Tagged,
    Unknown,
    Untagged,
)
from imapkit.protocol.state import TELLING, SessionState
from imapkit.protocol.wire.encoder import Dialect, Encoder, LiteralStream, Segment
from imapkit.protocol.wire.framer import Disposal, Framed, Framer, Routing, Sink
from imapkit.protocol.wire.limits import DEFAULT_LIMITS, Limits
from imapkit.types.defects import Defect

__all__ = ["CompletionListener", "Connection", "Listener", "Pending"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Listener = Callable[[Untagged], object]
"""Told of every untagged response that no command claimed."""

CompletionListener = Callable[[Command[object], object], object]
"""Told of every command that succeeded and of its result, in the order of the server, whoever waits for it or not."""

logger = logging.getLogger("imapkit.protocol")

_PIECE = 256 * 1024  # how much is handed out at once
_MAX_DEFECTS = 1000
_NOT_LOGGED_IN = frozenset({State.GREETING, State.NOT_AUTHENTICATED})


class _Progress(Enum):
    QUEUED = "queued"  # nothing of it has left
    WRITING = "writing"  # some of it has left, not all
    SENT = "sent"
    DONE = "done"


class Pending(Generic[T_co]):
    """A command under way.  `done` says that `result` will give the result, or raise what became of it."""

    __slots__ = (
        *("_connection", "_error", "_result", "abandoned", "code", "collector"),
        *("command", "dialect", "progress", "segments", "tag"),
    )

    def __init__(self, connection: Connection, command: Command[T_co], tag: str, dialect: Dialect) -> None:
        self._connection = connection
        self._error: Exception | None = None
        self._result: list[T_co] = []
        self.command = command
        self.collector = command.collector()
        self.collector.tag = tag
        self.tag = tag
        self.segments: deque[Segment] = deque()
        self.progress = _Progress.QUEUED
        self.abandoned = False
        self.code: Code | None = None
        """The code of its tagged OK: what it says beside the result, such as MESSAGELIMIT."""
        self.write(dialect)

    def write(self, dialect: Dialect) -> None:
        """Have the command written in this dialect.  Raises `InvalidArgument`."""
        out = Encoder(dialect)
        self.command.write(out)
        self.dialect = dialect
        self.segments = deque(out.finish())

    @property
    def done(self) -> bool:
        """Whether it has completed, or failed with its connection."""
        return self.progress is _Progress.DONE

    def result(self) -> T_co:
        """The result.  Raises `CommandError` when the server refused, or what ended the connection."""
        if self._error is not None:
            raise self._error
        if not self._result:
            raise ConnectionLost(f"{self.command.name} has not completed")
        return self._result[0]

    def is_meant(self, tag: str | None) -> bool:
        """Whether a response with this tag is about this command; without one, it is about the only one under way."""
        return tag == self.tag if tag is not None else self._connection.is_alone(self)

    def end(self) -> None:
        """Bring an interactive command (IDLE) to its end; its completion is still to come."""
        self._connection.end(self)

    def abandon(self) -> None:
        """Stop caring for the result: take the command back, or let its answer pass unheard.

        A command that is half-way out cannot be taken back; then the connection is given up.
        """
        self._connection.abandon(self)

    def fail_with(self, error: Exception) -> None:
        """Remember what went wrong on our side; it is raised when the command completes."""
        if self._error is None:
            self._error = error

    def complete(self, completion: Tagged) -> object:
        """Make the result; the collector may find that success cannot be believed."""
        result = self.collector.finish(completion)
        self.code = completion.code
        self._result.append(result)
        return result

    def fail(self, error: Exception) -> None:
        """It has failed."""
        self.fail_with(error)
        self.progress = _Progress.DONE

    def __repr__(self) -> str:
        return f"<Pending {self.tag} {self.command.name} {self.progress.value}>"


# What waits to be handed out.  A command itself stands behind its last octet.
_Outgoing = bytes | memoryview | LiteralStream | Pending[object]


class Connection:
    """A client's side of one IMAP connection."""

    def __init__(self, *, limits: Limits = DEFAULT_LIMITS, extensions: Iterable[Extension] = ALL) -> None:
        self.channel = Channel()
        self.limits = limits
        self.session = SessionState()
        self.greeting: Condition | None = None
        self.error: ImapError | None = None
        """Why the connection is dead; None while it lives."""
        self.paused = False
        """Whether an upgrade is under way: `resume` goes on."""
        self.defects: deque[Defect] = deque(maxlen=_MAX_DEFECTS)
        """What was put up with lately."""
        self.listeners: list[Listener] = []
        self.completions = 0
        """How many commands have been completed: between two moments, what came in the first is the older."""
        self.completion_listeners: list[CompletionListener] = []
        self._dispatcher = Dispatcher(extensions, limits)
        self._framer = Framer(limits, route=self._route)
        self._follow_state()
        self._queue: deque[Pending[object]] = deque()
        self._selecting: list[Pending[object]] = []  # what changes the selection; some of it may be done already
        self._running: dict[str, Pending[object]] = {}
        self._writing: Pending[object] | None = None
        self._granted = False  # the "+" that the command being written waits for has come
        self._refused: dict[str, Tagged] = {}  # completions of commands that are still being written
        self._out: deque[_Outgoing] = deque()
        self._streamed = 0  # octets taken from the LiteralStream at the head of _out
        self._upgrading_to_tls = False  # and so what comes while paused was injected
        self._held = b""  # came while paused
        self._count = 0

    # --- for flows --------------------------------------------------------------------------------------------

    def supports(self, capability: str) -> bool:
        """Whether the server takes what this capability stands for."""
        return self.session.supports(capability)

    @property
    def closed(self) -> bool:
        """Whether nothing more can be done with it."""
        return self.error is not None

    @property
    def changes_selection(self) -> bool:
        """Whether a command that changes the selection is in line or in flight, even if nobody wants it any more."""
        self._selecting = [pending for pending in self._selecting if not pending.done]
        return bool(self._selecting)

    @property
    def awaited(self) -> str:
        """What the server owes us, in words for a message."""
        if not self.channel.ready:
            return "the TLS handshake"
        if self.greeting is None:
            return "the greeting"
        if self._framer.octets_missing:
            return f"{self._framer.octets_missing} octets of a literal"
        names = [pending.command.name for pending in (*self._running.values(), *self._queue)]
        if not names:
            return "news"
        return f"the answer to {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")

    def check(self) -> None:
        """Raise what ended the connection, if something did."""
        if self.error is not None:
            raise _again(self.error)

    def send(self, command: Command[T]) -> Pending[T]:
        """Put a command in line.  Everything that can be wrong with it is found here, before a byte leaves.

        Raises `InvalidArgument`, `NotSupported`, and what ended the connection where it is dead.
        """
        self.check()
        session = self.session
        refusal = session.refusal(command)
        if refusal is not None:
            raise InvalidArgument(refusal)
        missing = command.missing(self.supports)
        if missing is not None:
            why = "goes with IMAP4rev2 no more" if missing == "IMAP4REV1" else "this server does not offer"
            raise NotSupported(missing, f"{command.name} needs {missing}, which {why}")
        pending = Pending(self, command, f"K{self._count + 1}", self._dialect())
        self._count += 1
        if command.disturbs() & Effect.CHANGES_SELECTION:
            session.leave()
            self._selecting.append(pending)
        self._queue.append(pending)
        return pending

    def _dialect(self) -> Dialect:
        return Dialect(
            literal_plus=self.supports("LITERAL+"),
            literal_minus=self.supports("LITERAL-"),
            utf8=self.session.utf8,
        )

    def is_alone(self, pending: Pending[object]) -> bool:
        """Whether this command is under way, and no other."""
        return self._running.keys() == {pending.tag}

    def end(self, pending: Pending[object]) -> None:
        """Bring an interactive command to its end (see `Pending.end`)."""
        line = pending.collector.end()
        if line is not None and not pending.done:
            self._out.append(line + b"\r\n")

    def abandon(self, pending: Pending[object]) -> None:
        """Stop caring for a command (see `Pending.abandon`)."""
        if pending.done or pending.abandoned:
            return
        pending.abandoned = True
        if pending.progress is _Progress.QUEUED:
            self._queue.remove(pending)
            pending.fail(ConnectionLost(f"{pending.command.name} was taken back before it was sent"))
        elif pending.progress is _Progress.WRITING:
            self.fail(ConnectionLost(f"{pending.command.name} was given up half-way, and the connection with it"))
        else:
            self.end(pending)

    def resume(self, upgrade: Filter) -> None:
        """Put an upgrade's filter in place and go on.

        Raises `TLSError` when somebody spoke between the OK of STARTTLS and TLS: that was not the server.
        """
        self.check()
        rest = self._framer.take_rest() + self._held
        self._held = b""
        self.paused = False
        if self._upgrading_to_tls and rest:
            self.fail(TLSError("something was sent between STARTTLS's OK and TLS: somebody may be in the middle"))
            self.check()
        self.channel.push(upgrade)
        if rest:
            try:
                self._receive(upgrade.receive(rest))
            except ImapError as error:
                self.fail(error)

    def fail(self, error: ImapError) -> None:
        """End the connection: nothing more is sent or read, all commands fail."""
        if self.error is not None:
            return
        self.error = error
        self.session.state = State.LOGOUT
        for pending in (*self._running.values(), *self._queue):
            changes = bool(pending.command.disturbs() & Effect.CHANGES_DATA)
            if changes and pending.progress is _Progress.SENT:
                unknown = OutcomeUnknown(f"{pending.command.name} was sent but not answered, it may be done: {error}")
                unknown.__cause__ = error
                pending.fail(unknown)
            else:
                pending.fail(_again(error))
        self._running.clear()
        self._queue.clear()
        self._out.clear()
        self._writing = None

    # --- for transports ---------------------------------------------------------------------------------------

    def data_to_send(self) -> bytes:
        """The next bytes for the server; empty when there are none now.  Call it again after sending them."""
        while self.error is None and self.channel.ready:
            self._pump()
            if not self._out:
                break
            ready = self.channel.data_to_send()
            if ready:
                return ready
            piece = self._next_piece()
            if piece:
                self.channel.send(piece)
        return self.channel.data_to_send()

    def receive_data(self, data: bytes) -> None:
        """Take what came from the server.  What is wrong with it ends the connection (`error`)."""
        if self.error is not None:
            return
        try:
            self._receive(self.channel.receive(data))
        except ImapError as error:
            self.fail(error)

    def receive_eof(self) -> None:
        """The server closed the connection."""
        if self.error is not None:
            return
        try:
            self.channel.receive_eof()
        except ImapError as error:
            self.fail(error)
        missing = self._framer.octets_missing
        if missing:
            self.fail(ConnectionLost(f"the server closed the connection {missing} octets before the end of a literal"))
        elif self._framer.within_response and not self.paused:  # what an upgrade finds behind its OK has not been read
            self.fail(ConnectionLost("the server closed the connection in the middle of a response"))
        else:
            self.fail(ConnectionLost("the server closed the connection"))

    # --- in ---------------------------------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        if self.paused:
            self._held += data
            if len(self._held) > _PIECE:
                raise ProtocolError("the server goes on while an upgrade is under way")
            return
        framer = self._framer
        framer.feed(data)
        while self.error is None and not self.paused:
            ahead = framer.ahead()
            if ahead:
                for response in self._dispatcher.parse_alike(ahead):
                    self._offer(response)
            framed = framer.next() if ahead else framer.next_in_pieces()
            if framed is None:
                return
            self._handle(framed)

    def _handle(self, framed: Framed) -> None:
        dispatcher = self._dispatcher
        response = dispatcher.parse(framed)
        if dispatcher.defects:
            self._report(dispatcher.defects)
        if self.greeting is None:
            if response is not None:
                self._greet(response)
        elif isinstance(response, Untagged):
            if type(response) in TELLING:
                self.session.apply(response)
            self._offer(response)
        elif isinstance(response, Tagged):
            self._tagged(response)
        elif response is not None:
            self._continue(response)

    def _offer(self, response: Untagged) -> None:
        for pending in self._running.values():
            if pending.collector.claim(response):
                return
        self._unclaimed(response)

    def _report(self, defects: Iterable[Defect]) -> None:
        for defect in defects:
            logger.debug("put up with: %s", defect)
            self.defects.append(defect)

    def _greet(self, response: Untagged | Tagged | Continuation) -> None:
        if not isinstance(response, Condition):
            raise ProtocolError("this is no IMAP server: it does not greet as one")
        if response.status in {"BYE", "NO", "BAD"}:
            raise _bye("the server refused the connection", response)
        self.greeting = response
        self.session.state = State.AUTHENTICATED if response.status == "PREAUTH" else State.NOT_AUTHENTICATED
        self.session.apply(response)
        self._follow_state()

    def _follow_state(self) -> None:
        """Read from now on as the session's state wants it."""
        self._dispatcher.utf8 = self.session.utf8
        # GNU Mailutils' imap4d (3.15) ends its answer to AUTHENTICATE in LF alone, and waits.  Before anybody is
        # logged in, no content of a message can be in a line.
        loosely = self.session.state in _NOT_LOGGED_IN
        if loosely is not self._framer.lf_ends_lines:
            self._framer.lf_ends_lines = loosely
            self._framer.feed(self._framer.take_rest())  # lines that it has cut out already are cut anew

    def _unclaimed(self, response: Untagged) -> None:
        if isinstance(response, Condition) and response.status == "BYE":
            if not any(isinstance(pending.command, Logout) for pending in self._running.values()):
                raise _bye("the server ended the session", response)
            return
        if isinstance(response, Unknown):
            self._not_understood(response)
        for listener in tuple(self.listeners):
            listener(response)

    def _not_understood(self, response: Unknown) -> None:
        logger.debug("not understood: %s %s", response.name, response.error or "")
        self.defects.append(Defect(response.error or f"unknown response {response.name}", response.raw[:200]))
        pending = self._running.get(response.raw[:20].partition(b" ")[0].decode("latin-1"))
        if pending is not None:  # nobody knows how it ended, and nothing more will be said of it
            raise ProtocolError(f"the server completed {pending.command.name} with what is no OK, NO or BAD")

    def _tagged(self, completion: Tagged) -> None:
        pending = self._running.get(completion.tag)
        if pending is None:
            self.defects.append(Defect("a completion of no command of ours", completion.tag.encode("latin-1")))
            return
        if pending.progress is _Progress.SENT:
            self._complete(pending, completion)
        elif completion.status == "OK":
            raise ProtocolError(f"the server completed {pending.command.name} before it had it")
        else:
            self._refuse_early(pending, completion)

    def _refuse_early(self, pending: Pending[object], completion: Tagged) -> None:
        """The server refuses what it has not got whole; what is on its way to it must go out all the same."""
        if pending is self._writing:
            # It refuses a literal that it was asked to take: nothing more of this command is sent.
            self._writing = None
            self._granted = False
            pending.segments.clear()
            if not self._out:
                self._complete(pending, completion)
                return
            self._out.append(pending)
        self._refused[pending.tag] = completion

    def _complete(self, pending: Pending[object], completion: Tagged) -> None:
        del self._running[pending.tag]
        command = pending.command
        logger.debug("%s %s: %s", pending.tag, command.name, completion.status)
        result: object = None
        if completion.status == "OK":
            try:
                result = pending.complete(completion)
            except ImapError as error:  # success that must not be believed: a forged SASL exchange
                pending.fail(error)
                raise
        self._selecting = [other for other in self._selecting if other is not pending and not other.done]
        self.session.complete(command, completion, result, superseded=pending.abandoned or bool(self._selecting))
        self._follow_state()
        self.completions += 1
        if completion.status == "OK":
            if command.disturbs() & Effect.UPGRADES:
                self.paused = True
                self._upgrading_to_tls = isinstance(command, StartTls)
            pending.progress = _Progress.DONE
            for listener in tuple(self.completion_listeners):
                listener(command, result)
        else:
            code = completion.code.name if completion.code is not None else None
            partial = pending.collector.partial()
            refused = command_error(command.name, completion.status, code, completion.text, partial)
            refused.response_code = completion.code
            pending.fail(refused)

    def _continue(self, request: Continuation) -> None:
        writing = self._writing
        if writing is not None and not self._out:  # the announcement of a literal has left
            self._granted = True
            return
        for pending in self._running.values():
            try:
                line = pending.collector.respond(request.text)
            except ImapError as error:
                # The exchange must not go on; the command is cancelled, and its completion raises what was wrong.
                pending.fail_with(error)
                line = pending.collector.end()
            if line is not None:
                self._out.append(line + b"\r\n")
            return
        self.defects.append(Defect("a continuation request that nothing waits for", request.text[:200]))

    def _route(self, first: bytes, line: bytes, size: int) -> Routing:
        for pending in self._running.values():
            routing = pending.collector.route(first, line, size)
            if routing is not None:
                return routing if isinstance(routing, Disposal) else _guarded(pending, routing)
        return Disposal.BUFFER

    # --- out --------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        """Move what may be sent now from the line of waiting commands to `_out`.

        That is done when the transport asks for more, and for one command at a time: what is still in line can be
        taken back.
        """
        while True:
            pending = self._writing
            if pending is None:
                if self._out or not self._queue or not self._may_start(self._queue[0]):
                    return
                pending = self._queue.popleft()
                if not self._rewritten(pending):
                    continue
                self._writing = pending
                self._running[pending.tag] = pending
                pending.progress = _Progress.WRITING
                self.session.sent(pending.command)
                logger.debug("%s %s", pending.tag, pending.command.name)
                self._out.append(f"{pending.tag} ".encode("ascii"))
            while pending.segments:
                if pending.segments[0].waits and not self._granted:
                    return
                self._granted = False
                self._out.append(pending.segments.popleft().data)
            self._out.extend((b"\r\n", pending))
            self._writing = None

    def _rewritten(self, pending: Pending[object]) -> bool:
        """Write a command again when the dialect has changed while it was in line; whether it can be sent still."""
        dialect = self._dialect()
        if pending.dialect != dialect:
            try:
                pending.write(dialect)
            except ImapError as error:
                pending.fail(error)
        return not pending.done

    def _may_start(self, pending: Pending[object]) -> bool:
        if self.paused:
            return False
        running = self._running.values()
        effects = pending.command.disturbs()
        alone = Effect.BARRIER | Effect.CHANGES_SELECTION
        if running and effects & alone:
            return False
        answers = pending.command.answers()
        for other in running:
            others = other.command.disturbs()
            if others & alone or _mix_up(answers, other.command.answers()):
                return False
            if effects & Effect.USES_SEQUENCE_NUMBERS and others & Effect.MAY_EXPUNGE:
                return False
        return True

    def _next_piece(self) -> bytes:
        """Some plain bytes from the head of `_out`; small ones are joined, large ones cut."""
        pieces: list[bytes | memoryview] = []
        size = 0
        while size < _PIECE:
            self._pump()
            if not self._out:
                break
            head = self._out.popleft()
            if isinstance(head, Pending):
                self._handed_out(head)
                continue
            piece: bytes | memoryview
            if isinstance(head, LiteralStream):
                piece = self._chunk_of(head)
                if self.error is not None:
                    return b""
            elif len(head) > _PIECE:
                view = memoryview(head)
                piece = view[:_PIECE]
                self._out.appendleft(view[_PIECE:])
            else:
                piece = head
            pieces.append(piece)
            size += len(piece)
        while self._out and isinstance(ended := self._out[0], Pending):  # with its last octet, a command is out
            self._out.popleft()
            self._handed_out(ended)
        return b"".join(pieces)

    def _handed_out(self, pending: Pending[object]) -> None:
        """The whole command is out now."""
        pending.progress = _Progress.SENT
        refusal = self._refused.pop(pending.tag, None)
        if refusal is not None:
            self._complete(pending, refusal)

    def _chunk_of(self, stream: LiteralStream) -> bytes:
        """The next chunk of a literal that is produced as it is sent; it must yield what was announced."""
        try:
            chunk = next(stream.chunks, None)
        except Exception as error:  # noqa: BLE001 - whatever the source raises is the failure of its command
            self._stream_failed(f"the source of a message failed: {error}", error)
            return b""
        self._streamed += len(chunk or b"")
        if self._streamed > stream.size or (chunk is None and self._streamed < stream.size):
            self._stream_failed(f"a message of {stream.size} octets was announced, its source gave another number")
            return b""
        if chunk is None:
            self._streamed = 0
            return b""
        self._out.appendleft(stream)
        return chunk

    def _stream_failed(self, message: str, cause: Exception | None = None) -> None:
        error = ConnectionLost(f"{message}; the command was half-way out, so the connection is given up")
        error.__cause__ = cause
        self.fail(error)


def _mix_up(some: frozenset[object], others: frozenset[object]) -> bool:
    """Whether two sets of `Command.answers` meet: a bare name meets all pairs that begin with it."""
    return not (some.isdisjoint(others) and _names(some).isdisjoint(others) and _names(others).isdisjoint(some))


def _names(answers: frozenset[object]) -> set[object]:
    return {cast("tuple[object, object]", key)[0] for key in answers if isinstance(key, tuple)}


def _guarded(pending: Pending[object], sink: Sink) -> Sink:
    """A sink that never raises: what goes wrong in it is raised by its command, and the rest is thrown away."""
    broken = False

    def take(octets: bytes) -> None:
        nonlocal broken
        if broken or pending.abandoned:
            return
        try:
            sink(octets)
        except Exception as error:  # noqa: BLE001 - raised again by pending.result()
            broken = True
            pending.fail_with(error)

    return take


def _bye(what: str, condition: Condition) -> ServerBye:
    error = ServerBye(f"{what}: {condition.text}")
    error.response_code = condition.code
    return error


def _again(error: ImapError) -> ImapError:
    """The same error once more: each command raises one of its own, so that tracebacks do not grow together."""
    again = copy.copy(error)
    again.__cause__ = error.__cause__
    return again
