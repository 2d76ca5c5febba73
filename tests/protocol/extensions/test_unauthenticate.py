"""UNAUTHENTICATE, and what is left of a session after it (RFC 8437, 4.1)."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.channel import DeflateFilter
from imapkit.protocol.extensions.auth import Login
from imapkit.protocol.extensions.compress import Compress
from imapkit.protocol.extensions.enable import Enable
from imapkit.protocol.extensions.namespace import GetNamespaces
from imapkit.protocol.extensions.proxyauth import ProxyAuth
from imapkit.protocol.extensions.select import Select
from imapkit.protocol.extensions.session import Noop
from imapkit.protocol.extensions.unauthenticate import Unauthenticate
from imapkit.protocol.model import State
from tests.protocol.extensions.talking import ask, connect, talk


def test_everything_starts_over() -> None:
    connection = connect("UNAUTHENTICATE ENABLE NAMESPACE")
    talk(connection, Enable(("UTF8=ACCEPT",)), b"* ENABLED UTF8=ACCEPT")
    talk(connection, Select("INBOX"), b"* 9 EXISTS")
    talk(connection, GetNamespaces(), b'* NAMESPACE (("" "/")) NIL NIL')
    sent, _ = talk(connection, Unauthenticate())
    assert sent == b"UNAUTHENTICATE"
    session = connection.session
    assert session.state is State.NOT_AUTHENTICATED
    assert session.selected is None
    assert not session.enabled
    assert session.namespaces is None
    assert session.capabilities is None
    talk(connection, Login("ann", "secret"))
    assert session.state is State.AUTHENTICATED


def test_capabilities_told_with_it_hold() -> None:
    connection = connect("UNAUTHENTICATE")
    talk(connection, Unauthenticate(), ok=b"OK [CAPABILITY IMAP4rev1 SASL-IR] done")
    assert connection.supports("SASL-IR")
    assert not connection.supports("UNAUTHENTICATE")


def test_nothing_goes_beside_it() -> None:
    connection = connect("UNAUTHENTICATE")
    connection.send(Unauthenticate())
    connection.send(Noop())
    assert connection.data_to_send() == b"K1 UNAUTHENTICATE\r\n"


def test_not_where_it_does_not_go() -> None:
    with pytest.raises(NotSupported):
        connect().send(Unauthenticate())
    with pytest.raises(InvalidArgument, match="not authenticated"):
        connect("UNAUTHENTICATE", state="OK").send(Unauthenticate())


@pytest.mark.parametrize("command", [Unauthenticate(), Compress()])
def test_not_after_compress(command: Unauthenticate) -> None:
    connection = connect("UNAUTHENTICATE COMPRESS=DEFLATE")
    talk(connection, Compress())
    connection.resume(DeflateFilter())
    with pytest.raises(InvalidArgument, match="COMPRESS"):
        connection.send(command)


def test_after_proxyauth_the_namespaces_are_others() -> None:
    connection = connect("PROXYAUTH NAMESPACE")
    talk(connection, GetNamespaces(), b'* NAMESPACE (("" "/")) NIL NIL')
    talk(connection, ProxyAuth("ann"))
    assert connection.session.namespaces is None
    assert ask(ProxyAuth("ann"), capabilities="PROXYAUTH")[0] == b"PROXYAUTH ann"
