"""From a byte stream to a session that is logged in: greeting, TLS, authentication, what to know of the server."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imapkit.errors import (
    AuthenticationError,
    CommandError,
    ImapError,
    NotSupported,
    ServerUnavailable,
    TLSError,
    TokenRejected,
)
from imapkit.protocol.channel import DeflateFilter
from imapkit.protocol.extensions.auth import Authenticate, Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.id import Id
from imapkit.protocol.extensions.list import List
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.session import Capability, Logout, StartTls
from imapkit.protocol.flows.base import Flow, Signal, Wait, execute, wait_for
from imapkit.protocol.model import State
from imapkit.protocol.sasl import ChannelBinding, Context, Exchange, Mechanism, choose, discreet, scrub
from imapkit.types.folders import Namespace, Namespaces

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.channel import TlsFilter
    from imapkit.protocol.connection import Connection, Pending
    from imapkit.protocol.sasl import Credentials

__all__ = ["Security", "authenticate", "log_out", "open_connection", "prepare"]

Security = Literal["tls", "starttls", "none"]

# Codes that say what is wrong with the credentials, or that trying again in another way is pointless.
_FINAL = {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED", "CONTACTADMIN", "UNAVAILABLE"}

_PATIENCE = 2.0  # seconds that the answer to LOGOUT is worth


def open_connection(connection: Connection, security: Security, make_tls: Callable[[], TlsFilter]) -> Flow[None]:
    """Get the greeting, under TLS from the start (``"tls"``), or ask for TLS then (``"starttls"``).

    Raises `TLSError` when the server does not give the TLS that was demanded.
    """
    try:
        if security == "tls":
            connection.channel.push(make_tls())
        while connection.greeting is None:
            connection.check()
            yield Wait()
        if security == "starttls":
            yield from _start_tls(connection, make_tls)
    except ImapError as error:
        connection.fail(error)
        raise


def _start_tls(connection: Connection, make_tls: Callable[[], TlsFilter]) -> Flow[None]:
    if connection.session.state is not State.NOT_AUTHENTICATED:
        # Somebody in the middle could have said this to keep us from TLS (RFC 9051, 11.2).
        raise TLSError("the server greets with PREAUTH, which leaves no room for the STARTTLS that was demanded")
    if connection.session.capabilities is None:
        yield from execute(connection, Capability())
    if not connection.supports("STARTTLS"):
        raise TLSError("the server does not offer STARTTLS: use security='tls' (port 993) if it has that")
    try:
        yield from execute(connection, StartTls())
    except CommandError as error:
        raise TLSError(f"the server refuses STARTTLS: {error.text}") from error
    connection.resume(make_tls())
    while not connection.channel.secure:
        connection.check()
        yield Wait()


def authenticate(
    connection: Connection, credentials: Credentials, *, private: bool, allowed: tuple[str, ...]
) -> Flow[None]:
    """Log in by the strongest mechanism that the server offers and `allowed` (empty: any) contains.

    `private` says that nobody can listen even without TLS (a pipe, the loopback interface, or the caller's word).
    A mechanism that the server refuses before it has seen a proof of the password is followed by the next one; SCRAM
    bound to the channel, by SCRAM that is not.
    Raises `AuthenticationError` or `TokenRejected`, or `NotSupported` when nothing fits.
    """
    if connection.session.capabilities is None:
        yield from execute(connection, Capability())
    if connection.session.state is State.AUTHENTICATED:
        return
    secure = connection.channel.secure or private
    login = _login_command(connection, credentials, secure=secure, allowed=allowed)
    try:
        mechanisms = choose(
            _offered(connection), credentials, secure=secure, allowed=allowed, channel_binding=_binding(connection)
        )
    except NotSupported:
        if login is None:
            raise
        mechanisms = []
    attempts: list[Mechanism | Login] = [*mechanisms, login] if login is not None else [*mechanisms]
    while True:
        attempt = attempts.pop(0)
        refused = yield from _try(connection, attempt, credentials)
        if refused is None:
            break
        if refused.proved:  # it was SCRAM with channel binding
            attempts = [other for other in attempts if _is_unbound(other, attempt)]
        if not attempts:
            raise _failure(refused.error, credentials) from refused.error
    if connection.session.capabilities is None:
        yield from execute(connection, Capability())


def _offered(connection: Connection) -> frozenset[str]:
    names = connection.session.capabilities or frozenset()
    return frozenset(name.removeprefix("AUTH=") for name in names if name.startswith("AUTH="))


def _binding(connection: Connection) -> ChannelBinding | None:
    tls = connection.channel.tls
    data = tls.channel_binding("tls-server-end-point") if tls is not None else None
    return ChannelBinding("tls-server-end-point", data) if data else None


@dataclass(frozen=True, slots=True)
class _Refused:
    error: CommandError
    proved: bool
    """Whether the server has seen a proof of the password."""


def _is_unbound(other: Mechanism | Login, attempt: Mechanism | Login) -> bool:
    """Whether this is the mechanism without channel binding that belongs to one with it.

    Cyrus 3.6 offers SCRAM-SHA-256-PLUS and its like, and knows no channel binding but tls-unique, which TLS 1.3 has
    not: it refuses ours when it has seen the proof.
    """
    names = [way.name for way in (other, attempt) if not isinstance(way, Login)]
    return len(names) == 2 and names[1] == f"{names[0]}-PLUS"


def _try(connection: Connection, attempt: Mechanism | Login, credentials: Credentials) -> Flow[_Refused | None]:
    """Try one way to log in: None on success, the refusal when another may be tried; raises when none may."""
    way: Login | Exchange
    if isinstance(attempt, Login):
        way, exchange = attempt, None
    else:
        way = exchange = Exchange(attempt, credentials, Context(_offered(connection), _binding(connection)))
    try:
        # No variable here holds what is secret: tracebacks may show variables.
        with discreet(connection.defects):
            yield from execute(connection, _command(connection, way))
    except ImapError as error:
        scrub(error, credentials, exchange)
        if not isinstance(error, CommandError):
            raise
        # BAD to a password as it is may mean the command (LOGIN is left); BAD to a proof asks for the password itself.
        saw_proof = exchange is not None and (exchange.proved or (exchange.finished and error.status == "NO"))
        bound = exchange is not None and exchange.mechanism.name.endswith("-PLUS")
        if error.code in _FINAL or (saw_proof and not bound) or isinstance(error, ServerUnavailable):
            raise _failure(error, credentials) from error
        return _Refused(error, saw_proof)
    finally:
        if connection.error is not None:
            scrub(connection.error, credentials, exchange)
    return None


def _command(connection: Connection, way: Login | Exchange) -> Login | Authenticate:
    if isinstance(way, Login):
        return way
    return Authenticate(way.mechanism.name, way, way.initial(), in_command=connection.supports("SASL-IR"))


def _login_command(
    connection: Connection, credentials: Credentials, *, secure: bool, allowed: tuple[str, ...]
) -> Login | None:
    """LOGIN, for servers without SASL PLAIN; None where it is forbidden or could not be sent."""
    if credentials.kind != "password" or not secure or "LOGINDISABLED" in (connection.session.capabilities or ()):
        return None
    if allowed and "LOGIN" not in {name.upper() for name in allowed}:
        return None
    command = Login(credentials.user, credentials.password.reveal())
    return command if command.user.isascii() and command.password.isascii() else None


def _failure(error: CommandError, credentials: Credentials) -> CommandError:
    if isinstance(error, ServerUnavailable):  # too many connections and the like: nothing is wrong with the password
        return error
    kind = TokenRejected if credentials.kind == "token" else AuthenticationError
    if isinstance(error, kind):
        return error
    failure = kind(error.command, error.status, error.code, error.text)
    failure.response_code = error.response_code
    return failure


@dataclass(frozen=True, slots=True)
class Preparation:
    """What to do once logged in: say who we are, switch on extensions, compress."""

    client_id: tuple[tuple[str, str], ...] = ()
    compress: bool = False


def prepare(connection: Connection, preparation: Preparation) -> Flow[None]:
    """Learn namespaces and the server's name, switch on what makes things better; all in one or two round trips."""
    pending: list[Pending[object]] = []
    if connection.supports("ID"):
        pending.append(connection.send(Id(preparation.client_id)))
    delimiter = None
    if connection.supports("NAMESPACE"):
        pending.append(connection.send(GetNamespaces()))
    else:  # an empty name is no mailbox, but asks for the delimiter (RFC 3501, 6.3.8)
        delimiter = connection.send(List(("",)))
        pending.append(delimiter)
    wanted = _worth_enabling(connection)
    if wanted:
        pending.append(connection.send(Enable(wanted)))
    yield from wait_for(connection, pending)
    connection.check()
    # A server that refuses one of these serves as well without it.
    if delimiter is not None:
        with suppress(CommandError):
            roots = delimiter.result().mailboxes
            personal = tuple(Namespace("", listed.delimiter) for listed in roots[:1])
            connection.session.namespaces = Namespaces(personal)
    if preparation.compress and connection.supports("COMPRESS=DEFLATE"):
        with suppress(CommandError):
            yield from execute(connection, Compress())
            connection.resume(DeflateFilter(connection.limits.inflated))


def _worth_enabling(connection: Connection) -> tuple[str, ...]:
    """IMAP4rev2 where the server speaks both (RFC 9051, 6.3.1); UTF8=ACCEPT where it speaks nothing else."""
    capabilities = connection.session.capabilities or frozenset()
    if not connection.supports("ENABLE"):
        return ()
    # With QRESYNC, changes that are told unasked come with the UID (RFC 7162, 3.2.4), so flags can be followed.
    qresync = ("QRESYNC",) if connection.supports("QRESYNC") else ()
    if {"IMAP4REV1", "IMAP4REV2"} <= capabilities:
        return ("IMAP4rev2", *qresync)
    return ("UTF8=ACCEPT", *qresync) if "UTF8=ONLY" in capabilities else qresync


def log_out(connection: Connection) -> Flow[None]:
    """Say goodbye, and wait a moment for the answer; a connection that is dead already needs none."""
    if connection.closed:
        return
    patience = Wait(_PATIENCE)
    with suppress(ImapError):  # a server that refuses, or hangs up without its OK, is left all the same
        pending = connection.send(Logout())
        try:
            while not (pending.done or connection.closed):
                if (yield patience) is Signal.TIMEOUT:
                    break
        finally:
            pending.abandon()
    connection.channel.close()
