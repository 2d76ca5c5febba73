"""One client's session, without any I/O: its octets in, the answers out.

The mirror image of `imapkit.protocol.connection`: the same framer finds where a command ends, the same cursor reads
it, and a table says who carries it out.  Each command is carried out when the whole of it has come, one after the
other, so pipelined commands are answered in their order.  What happened meanwhile in the selected mailbox is told
before the tagged response, as far as RFC 9051, 7.5.1 allows, and to an idling client at once.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from imapkit.errors import ImapError, InvalidArgument, ProtocolError
from imapkit.protocol.capabilities import speaks_rev2, supports
from imapkit.protocol.channel import Channel, TlsFilter
from imapkit.protocol.model import SELECTED, State
from imapkit.protocol.wire.cursor import Cursor, ParseError
from imapkit.protocol.wire.framer import Disposal, Framed, Framer, Routing
from imapkit.protocol.wire.limits import Limits
from imapkit.testing.commands import inprogress
from imapkit.testing.commands.appendlimit import LARGEST
from imapkit.testing.comparators import DEFAULT
from imapkit.testing.features import Completion, Dialogue, Handler, Request
from imapkit.testing.languages import I_DEFAULT
from imapkit.testing.namespace import Namespace
from imapkit.testing.notifications import Notifications
from imapkit.testing.refusal import Refused
from imapkit.testing.transcript import HIDDEN, readable
from imapkit.testing.updates import tell, tell_arrivals

if TYPE_CHECKING:
    from imapkit.testing.news import News
    from imapkit.testing.site import Site
    from imapkit.testing.store import Account
    from imapkit.testing.view import View

__all__ = ["ServerSession", "Tls"]

Tls = Literal["implicit", "starttls", "none"]

LIMITS: Final = Limits(line=1024 * 1024, literal=LARGEST, response=2 * LARGEST)
_LITERAL_BEFORE_LOGIN: Final = 64 * 1024
_LITERAL_MINUS: Final = 4096  # RFC 7888, 5

# tag = 1*<any ASTRING-CHAR except "+">; a command's name is one atom, or two with UID.
_BEGINNING = re.compile(rb'([^\x00-\x20\x7f-\xff(){%*"\\+]+) ((?:UID )?[A-Z][A-Z0-9.-]*)(?: |\Z)', re.IGNORECASE)
_TAG = re.compile(rb'([^\x00-\x20\x7f-\xff(){%*"\\+]+)(?: |\Z)')
_SYNCHRONIZING = re.compile(rb"\{\d+\}\r\n\Z")


class ServerSession:
    """A session of the `site`.  `wake` is called when there is something to send that no `receive_data` caused."""

    def __init__(self, site: Site, *, tls: Tls = "none") -> None:
        self.site = site
        self.state = State.NOT_AUTHENTICATED
        self.enabled: set[str] = set()
        self.condstore = False
        """Whether the client knows of mod-sequences (RFC 7162, 3.1), so that FETCH answers carry them."""
        self.compressed = False
        self.closed = False
        """Whether nothing more is read, and the connection ends when all is sent."""
        self.aborted = False
        """Whether it ends at once."""
        self.wake: Callable[[], None] = _nobody
        self.channel = Channel()
        self._tls = tls
        self.notifications = Notifications(self)
        self.language = I_DEFAULT
        self.comparator = DEFAULT
        """How SEARCH compares texts (RFC 5255)."""
        self._namespace: Namespace | None = None
        self._untold: list[tuple[bytes, ...]] = []
        self._view: View | None = None
        self._framer = self._new_framer()
        self._dialogue: Dialogue | None = None
        self._dialogue_of: tuple[Handler, Request] | None = None
        self._idling = False
        self._refusal: _RefusedLiteral | None = None
        if tls == "implicit":
            self.start_tls()
        self.condition("OK", "imapkit test server ready.", code=f"CAPABILITY {self.capability_list()}")

    # --- bytes ------------------------------------------------------------------------------------------------

    def receive_data(self, data: bytes) -> None:
        """Take what came from the client."""
        if self.closed:
            return
        self.site.acting = self
        try:
            self._framer.feed(self.channel.receive(data))
            while not self.closed and (framed := self._framer.next()) is not None:
                self._take(framed)
            self._refuse_literal()
        except ProtocolError as error:
            self.bye(str(error))
        except ImapError:
            self.close()  # TLS failed, and tells the client why
        finally:
            self.site.acting = None

    def receive_eof(self) -> None:
        """The client is gone."""
        self._leave()
        self.closed = True

    def data_to_send(self) -> bytes:
        """What has to go to the client, once."""
        return b"" if self.aborted else self.channel.data_to_send()

    def abort(self) -> None:
        """End without a word, as when a cable is cut."""
        self._leave()
        self.closed = self.aborted = True
        self.wake()

    def bye(self, text: str, *, code: str | None = None) -> None:
        """End with a word."""
        self.condition("BYE", text, code=code)
        self.close()

    def close(self) -> None:
        """End, when all is sent."""
        self._leave()
        self.closed = True
        self.state = State.LOGOUT
        self.channel.close()
        self.wake()

    # --- what commands need -----------------------------------------------------------------------------------

    @property
    def namespace(self) -> Namespace:
        """The mailboxes that the user can reach."""
        if self._namespace is None:
            raise Refused("Log in first", status="BAD")
        return self._namespace

    @property
    def account(self) -> Account:
        """Whose session it is."""
        return self.namespace.account

    @property
    def view(self) -> View:
        """The selected mailbox as this client knows it."""
        if self._view is None:
            raise Refused("No mailbox selected", status="BAD")
        return self._view

    @property
    def writable(self) -> View:
        """The same, where it may be changed."""
        if self.view.read_only:
            raise Refused("Mailbox is read-only", code="READ-ONLY")
        return self.view

    def insist_on(self, rights: str) -> None:
        """Refuse what needs these rights to the selected mailbox, unless the user has them (RFC 4314, 4)."""
        if not self.view.rights.issuperset(rights):
            raise Refused(f"This needs the right {' and '.join(rights)}", code="NOPERM")

    @property
    def secure(self) -> bool:
        """Whether a password may cross the wire: inside TLS, or where TLS is not asked for."""
        return self._tls == "none" or self.channel.tls is not None

    @property
    def can_start_tls(self) -> bool:
        """Whether STARTTLS is possible now."""
        return self._tls == "starttls" and self.channel.tls is None

    @property
    def rev2(self) -> bool:
        """Whether IMAP4rev2 is spoken: it was enabled, or it is all there is (RFC 9051, 6.3.1)."""
        return speaks_rev2(self.site.profile.names, frozenset(self.enabled))

    @property
    def utf8(self) -> bool:
        """Whether names and strings are UTF-8."""
        return self.rev2 or "UTF8=ACCEPT" in self.enabled

    def supports(self, *names: str) -> bool:
        """Whether one of these capabilities is offered, or contained in what is."""
        offered = self.site.profile.names
        return any(supports(offered, frozenset(self.enabled), name) for name in names)

    def capability_list(self) -> str:
        """The capabilities as they are now (RFC 9051, 6.1.1)."""
        names = self.site.profile.capabilities
        if self.state is State.NOT_AUTHENTICATED:
            hidden = frozenset[str]() if self.secure else _PLAINTEXT
            shown = [name for name in names if name.upper() not in hidden]
            shown += ["STARTTLS"] if self.can_start_tls else []
            shown += [] if self.secure else ["LOGINDISABLED"]
            return " ".join(shown)
        useless = ("AUTH=", "COMPRESS=") if self.compressed else ("AUTH=",)
        return " ".join(name for name in names if not name.upper().startswith(useless))

    def untagged(self, *elements: bytes) -> None:
        """Send an untagged response."""
        self._write(b"* " + b" ".join(elements) + b"\r\n")

    def condition(self, status: str, text: str, *, code: str | None = None) -> None:
        """Send an untagged status response."""
        self.untagged(status.encode("ascii"), _words(code, text))

    def log_in(self, account: Account) -> None:
        """The client has proved who it is."""
        self._namespace = Namespace(
            self.site, account, shares=self.supports("ACL"), refers=self.supports("MAILBOX-REFERRALS")
        )
        self.state = State.AUTHENTICATED

    def log_out(self) -> None:
        """Be nobody's session again, as after the greeting; only TLS and compression stay (RFC 8437, 3)."""
        self.select(None)
        self._namespace = None
        self._untold.clear()
        self.enabled.clear()
        self.condstore = False
        self.notifications = Notifications(self)
        self.language, self.comparator = I_DEFAULT, DEFAULT
        self.state = State.NOT_AUTHENTICATED

    @property
    def authenticated(self) -> bool:
        """Whether somebody has logged in."""
        return self._namespace is not None

    def select(self, view: View | None) -> None:
        """Look at another mailbox, or at none."""
        if self._view is not None:
            self._view.close()
        self._view = view
        self.state = State.AUTHENTICATED if view is None else State.SELECTED

    @property
    def selected(self) -> View | None:
        """The selected mailbox, if one is."""
        return self._view

    def idle(self, idling: bool) -> None:
        """Tell changes as they happen, or wait for commands again."""
        self._idling = idling
        self.announce()

    def announce(self) -> None:
        """Something happened in the selected mailbox."""
        if self._idling or (self.notifications.immediate and self.site.acting is not self):
            tell(self, shifts=self._idling or self.notifications.of_selected.filter == "SELECTED")
            self.wake()

    def tell_later(self, *elements: bytes) -> None:
        """Send an untagged response with the next answer, or at once while idling."""
        self._untold.append(elements)

    def take_untold(self) -> list[tuple[bytes, ...]]:
        """What was to be told later, once."""
        untold, self._untold = self._untold, []
        return untold

    def flush(self) -> None:
        """Something was written that no command asked for."""
        if self._idling:
            tell(self, shifts=True)
        self.wake()

    def hear(self, news: News) -> None:
        """Something happened that others did."""
        if self._namespace is not None and not self.closed:
            self.notifications.hear(news)

    def start_tls(self) -> None:
        """From now on, all is TLS; what came in plain text behind STARTTLS is dropped (RFC 9051, 11.1)."""
        self._framer.take_rest()
        self.channel.push(TlsFilter(self.site.tls_context(), None, server_side=True))

    # --- commands ---------------------------------------------------------------------------------------------

    def _take(self, framed: Framed) -> None:
        if self._refusal is not None:
            self._note(None, framed)
            self._complete_refused(self._refusal)
        elif self._dialogue is not None and self._dialogue_of is not None:
            handler, request = self._dialogue_of
            self.site.transcript.client(HIDDEN if handler.secret is not None else readable(framed.text))
            self._converse(handler, request, self._dialogue, framed.text)
        else:
            self._dispatch(framed)

    def _dispatch(self, framed: Framed) -> None:
        found = _BEGINNING.match(framed.text)
        if found is None:
            self._note(None, framed)
            self._complete_unknown(_tag(framed.text), "Error in IMAP command received by server.")
            return
        request = self._request(found, framed)
        handler = self.site.table.commands.get(request.name)
        self._note(handler, framed)
        if self.utf8 and not _is_utf8(framed.text):
            # RFC 9755, 3.  What is in a literal may be anything.
            self._complete(request.tag, "BAD", f"Error in IMAP command {request.name}: this is no UTF-8")
            return
        if handler is None or (handler.requires and not self.supports(*handler.requires)):
            self._complete_unknown(request.tag, f"Error in IMAP command {request.name}: Unknown command")
            return
        failure = self.site.failure_of(request.name)
        if failure is not None:
            self._complete(request.tag, failure.status, failure.text or "Failed, as was asked for", failure.code)
            return
        if self.state not in handler.states:
            self._complete(request.tag, "BAD", f"Error in IMAP command {request.name}: not now ({self.state.value})")
            return
        inprogress.tell(self, request)
        self._run(handler, request)

    def _request(self, found: re.Match[bytes], framed: Framed) -> Request:
        arguments = Cursor(framed.text, framed.literals, found.end(), utf8=self.utf8)
        return Request(found[1].decode("ascii"), found[2].decode("ascii").upper(), arguments)

    def _run(self, handler: Handler, request: Request) -> None:
        if "UIDONLY" in self.enabled and self.site.table.is_about_numbers(request.name):
            self._complete(request.tag, "BAD", f"UIDONLY is enabled: use UID {request.name}", "UIDREQUIRED")
            return
        if handler.states == SELECTED:
            # What was delivered before the command is there for it, as in Cyrus; Dovecot tells of it afterwards.
            tell_arrivals(self)
        try:
            for guard in self.site.table.guards:
                guard(self, handler)
            outcome = handler.run(self, request)
        except (Refused, ParseError, InvalidArgument) as error:
            self._fail(handler, request, error)
            return
        if isinstance(outcome, Generator):
            self._converse(handler, request, outcome, None)
        else:
            self._succeed(handler, request, outcome)

    def _converse(self, handler: Handler, request: Request, dialogue: Dialogue, line: bytes | None) -> None:
        self._dialogue, self._dialogue_of = None, None
        try:
            challenge = next(dialogue) if line is None else dialogue.send(line)
        except StopIteration as stop:
            self._succeed(handler, request, stop.value)
        except (Refused, ParseError, InvalidArgument) as error:
            self._fail(handler, request, error)
        else:
            self._dialogue, self._dialogue_of = dialogue, (handler, request)
            self._write(b"+ " + challenge + b"\r\n")

    def _succeed(self, handler: Handler, request: Request, completion: Completion | None) -> None:
        completion = completion or Completion()
        tell(self, shifts=handler.shifts)
        if self.closed:
            return
        self._complete(
            request.tag, "OK", completion.text or self.language.completed.format(request.name), completion.code
        )
        if completion.then is not None:
            completion.then()

    def _fail(self, handler: Handler, request: Request, error: Refused | ParseError | InvalidArgument) -> None:
        tell(self, shifts=handler.shifts)
        if isinstance(error, Refused):
            self._complete(request.tag, error.status, error.text, error.code)
        else:
            self._complete(request.tag, "BAD", f"Error in IMAP command {request.name}: {_one_line(str(error))}")

    def _complete(self, tag: str, status: str, text: str, code: str | None = None) -> None:
        self._write(b"%s %s %s\r\n" % (tag.encode("ascii"), status.encode("ascii"), _words(code, text)))

    def _complete_unknown(self, tag: str, text: str) -> None:
        # Before the login, what is no command may be a password that its client sent too late.
        shown = b"*** BAD" if self.state is State.NOT_AUTHENTICATED else None
        self._write(f"{tag} BAD {text}\r\n".encode("ascii"), shown)

    # --- literals ---------------------------------------------------------------------------------------------

    def _new_framer(self) -> Framer:
        return Framer(LIMITS, route=self._route, of_client=True)

    def _route(self, first: bytes, line: bytes, size: int) -> Routing:
        synchronizing = _SYNCHRONIZING.search(line) is not None
        if self._refusal is None:
            try:
                self._admit(first, line, size, synchronizing)
            except Refused as refused:
                self._refusal = _RefusedLiteral(_tag(first), refused, size if synchronizing else -1)
        if self._refusal is not None:
            return Disposal.DISCARD
        if synchronizing:
            self._write(b"+ OK\r\n")
        return Disposal.BUFFER

    def _admit(self, first: bytes, line: bytes, size: int, synchronizing: bool) -> None:
        """Refuse a literal that cannot be taken."""
        most = LIMITS.literal if self.state is not State.NOT_AUTHENTICATED else _LITERAL_BEFORE_LOGIN
        if size > most:
            raise Refused(f"A literal of more than {most} octets", code="TOOBIG")
        if not synchronizing and not self.supports("LITERAL+"):
            if not self.supports("LITERAL-"):
                raise Refused("Non-synchronizing literals are not offered here", status="BAD")
            if size > _LITERAL_MINUS:
                raise Refused("LITERAL- has literals of at most 4096 octets", code="TOOBIG", status="BAD")
        found = _BEGINNING.match(first)
        if first is line and synchronizing and size and found is not None:
            request = self._request(found, Framed(first[:-2]))
            handler = self.site.table.commands.get(request.name)
            if handler is not None and handler.announced is not None and self.state in handler.states:
                with contextlib.suppress(ParseError):  # what cannot be told yet is told when all is there
                    handler.announced(self, request, size)

    def _refuse_literal(self) -> None:
        """A client that waits for "+" sends no more of a command that is refused: the next line begins another."""
        refusal = self._refusal
        if refusal is not None and self._framer.octets_missing == refusal.awaited:
            self._framer = self._new_framer()
            self._complete_refused(refusal)

    def _complete_refused(self, refusal: _RefusedLiteral) -> None:
        self._refusal = None
        self._complete(refusal.tag, refusal.reason.status, refusal.reason.text, refusal.reason.code)

    # --- how it is done ---------------------------------------------------------------------------------------

    def _note(self, handler: Handler | None, framed: Framed) -> None:
        text = readable(framed.raw())
        if handler is not None and handler.secret is not None:
            words = text.split(" ")
            text = " ".join([*words[: handler.secret], *([HIDDEN] if len(words) > handler.secret else [])])
        elif handler is None and self.state is State.NOT_AUTHENTICATED:
            text = HIDDEN
        self.site.transcript.client(text)

    def _write(self, data: bytes, shown: bytes | None = None) -> None:
        if not self.closed:
            self.site.transcript.server(data if shown is None else shown)
            self.channel.send(data)

    def _leave(self) -> None:
        self._idling = False
        if self._dialogue is not None:
            self._dialogue.close()
        self._dialogue = None
        if self._view is not None:
            self._view.close()
            self._view = None


# Mechanisms that show the password, or what is as good as one, to whoever listens.
_PLAINTEXT: Final = frozenset({"AUTH=PLAIN", "AUTH=LOGIN", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER"})


@dataclass(frozen=True, slots=True)
class _RefusedLiteral:
    """Why a literal is not taken; `awaited` is its size if the client waits for "+", and no size at all if not."""

    tag: str
    reason: Refused
    awaited: int


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _tag(line: bytes) -> str:
    found = _TAG.match(line)
    return found[1].decode("ascii") if found else "*"


def _nobody() -> None:
    """Nobody waits."""


def _words(code: str | None, text: str) -> bytes:
    # A name with raw 8-bit octets holds lone surrogates.
    return (f"[{code}] {text}" if code else text).encode("utf-8", "backslashreplace")


def _one_line(text: str) -> str:
    return " ".join(text.split())
