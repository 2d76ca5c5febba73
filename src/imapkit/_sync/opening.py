# Generated from src/imapkit/_async/opening.py by tools/unasync.py; do not edit.
"""From settings to a session that is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from imapkit._sync.mailbox import Mailbox
from imapkit.errors import TokenRejected
from imapkit.protocol.channel import TlsFilter
from imapkit.protocol.connection import Connection
from imapkit.protocol.flows.opening import Preparation, authenticate, open_connection, prepare
from imapkit.protocol.sasl import from_auth
from imapkit.transport.blocking import Session, open_tcp
from imapkit.transport.hostnames import ascii_host
from imapkit.transport.settling import settle
from imapkit.transport.trust import default_context
from imapkit.types.auth import OAuth2, Password, Secret, TokenSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.transport.streams import Stream
    from imapkit.types.settings import ConnectionSettings

__all__ = ["Dial", "open_mailbox", "open_session"]

Dial: TypeAlias = "Callable[[], Stream]"
"""Opens a new stream to the server."""


def open_mailbox(settings: ConnectionSettings, dial: Dial | None = None) -> Mailbox:
    """Connect and log in.

    `dial` replaces the TCP connection to the host and port of the settings: a subprocess's pipes, an in-process
    server.
    """

    def open_one() -> Session:
        return open_session(settings, dial)

    return Mailbox(settings, open_one(), open_one)


def open_session(settings: ConnectionSettings, dial: Dial | None = None) -> Session:
    """Connect and log in, without the object API around it."""
    host = ascii_host(settings.host)
    timeout = settings.timeout
    if dial is None:
        stream = open_tcp(host, settings.actual_port, timeout=timeout.connect)
    else:
        stream = dial()
    connection = Connection()
    session = Session(connection, stream, timeout)

    def make_tls() -> TlsFilter:
        return TlsFilter(settings.ssl_context or default_context(), host)

    try:
        session.run(open_connection(connection, settings.security, make_tls), timeout=timeout.connect)
        _log_in(session, settings)
        session.run(prepare(connection, Preparation(settings.client_id, settings.compress)))
    except BaseException:
        session.close()
        raise
    return session


def _log_in(session: Session, settings: ConnectionSettings) -> None:
    """Log in; a `TokenSource` whose token was refused is asked once more."""
    token = _token(settings, None)
    try:
        _authenticate(session, settings, token)
    except TokenRejected:
        if not isinstance(settings.auth, OAuth2) or not isinstance(settings.auth.token, TokenSource):
            raise
        _authenticate(session, settings, _token(settings, token))


def _authenticate(session: Session, settings: ConnectionSettings, token: Secret | None) -> None:
    connection = session.connection
    auth = settings.auth
    credentials = from_auth(auth, token.reveal() if token is not None else None, settings.host, settings.actual_port)
    allowed = auth.mechanisms if isinstance(auth, Password) else ()
    # security="none" is the caller's word that nobody can listen: a pipe, the loopback interface, a tunnel.
    private = settings.security == "none"
    # However steadily a server talks, one that lets nobody in is given up after the longest silence that is borne.
    patience = settings.timeout.read if settings.timeout.read is not None else settings.timeout.total
    session.run(authenticate(connection, credentials, private=private, allowed=allowed), timeout=patience)


def _token(settings: ConnectionSettings, rejected: Secret | None) -> Secret | None:
    if not isinstance(settings.auth, OAuth2):
        return None
    token = settings.auth.token
    if isinstance(token, str):
        return Secret(token)
    if isinstance(token, TokenSource):
        source = token
        return Secret(settle(lambda: source.token(rejected.reveal() if rejected is not None else None)))
    return Secret(settle(token))
