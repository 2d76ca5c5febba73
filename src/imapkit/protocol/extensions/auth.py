"""LOGIN and AUTHENTICATE (RFC 9051, 6.2.2 and 6.2.3), SASL-IR (RFC 4959), LOGINDISABLED."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from imapkit.errors import InvalidArgument, ProtocolError
from imapkit.protocol.model import NOT_AUTHENTICATED, Collector, Command, Done, Effect, Extension, Tagged
from imapkit.protocol.sasl import decode_challenge, encode_base64

if TYPE_CHECKING:
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "Authenticate", "Exchange", "Login"]


class Exchange(Protocol):
    """A SASL exchange under way (`imapkit.protocol.sasl`)."""

    @property
    def finished(self) -> bool:
        """Whether the mechanism has seen all it must see before success can be believed."""
        ...

    def respond(self, challenge: bytes, /) -> bytes:
        """The answer to a challenge.  Raises when the server must not be trusted."""
        ...


@dataclass(frozen=True, slots=True)
class Login(Command[None]):
    """LOGIN: user name and password as they are; for ASCII alone (others need a SASL mechanism)."""

    user: str
    password: str = field(repr=False)

    name = "LOGIN"
    states = NOT_AUTHENTICATED
    effects = Effect.BARRIER

    def write(self, out: Encoder) -> None:
        """LOGIN userid password."""
        if not (self.user.isascii() and self.password.isascii()):
            raise InvalidArgument("LOGIN takes ASCII alone: this user name or password needs AUTHENTICATE")
        out.word("LOGIN").string(self.user).string(self.password)

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


class _AuthenticateCollector(Collector[None]):
    def __init__(self, exchange: Exchange, initial: bytes | None, *, sent: bool) -> None:
        self._exchange = exchange
        # What answers the server's first, empty challenge when the initial response was not sent with the command.
        self._waiting = None if sent else initial
        self._asked = False  # the server waits for an answer
        self._ending = False
        self._cancelled = False

    def respond(self, challenge: bytes) -> bytes | None:
        self._asked = True
        if self._ending:
            return self._cancel()
        decoded = decode_challenge(challenge.strip())
        if self._waiting is not None:
            response, self._waiting = self._waiting, None
        else:
            response = self._exchange.respond(decoded)
        self._asked = False
        return encode_base64(response)

    def end(self) -> bytes | None:
        """Cancel the exchange: now if the server waits for an answer, else when it asks for the next one."""
        self._ending = True
        return self._cancel() if self._asked else None

    def _cancel(self) -> bytes:
        self._asked = False
        self._cancelled = True
        return b"*"  # RFC 9051, 6.2.2; the server answers BAD

    def finish(self, completion: Tagged) -> None:
        if self._cancelled:
            raise ProtocolError("the server reported success of an authentication that was cancelled")
        if self._waiting is not None or not self._exchange.finished:
            raise ProtocolError("the server reported success before it had proved that it knows the password")


@dataclass(frozen=True, slots=True)
class Authenticate(Command[None]):
    """AUTHENTICATE: a SASL mechanism; `initial` is its initial response, None where the server speaks first.

    With `in_command` (capability SASL-IR) the initial response goes out with the command and saves a round trip.
    """

    mechanism: str
    exchange: Exchange = field(repr=False)
    initial: bytes | None = field(default=None, repr=False)
    in_command: bool = False

    name = "AUTHENTICATE"
    states = NOT_AUTHENTICATED
    effects = Effect.BARRIER

    def write(self, out: Encoder) -> None:
        """AUTHENTICATE mechanism [initial response]."""
        out.word("AUTHENTICATE").atom(self.mechanism)
        if self.in_command and self.initial is not None:
            # RFC 4959, 3: an empty initial response is written as "=".
            out.word(encode_base64(self.initial).decode("ascii") or "=")

    def collector(self) -> Collector[None]:
        """Nothing."""
        return _AuthenticateCollector(self.exchange, self.initial, sent=self.in_command)


EXTENSIONS = (
    Extension(name="LOGIN", rfc="RFC 9051, 6.2.3", commands=(Login,)),
    Extension(name="LOGINDISABLED", rfc="RFC 9051, 6.2.3", capabilities=("LOGINDISABLED",)),
    Extension(name="SASL-IR", rfc="RFC 4959", capabilities=("SASL-IR",), commands=(Authenticate,)),
)
