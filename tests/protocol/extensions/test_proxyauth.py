from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.proxyauth import ProxyAuth
from imapkit.protocol.extensions.session import Noop
from tests.protocol.extensions.talking import ask, connect


def test_it() -> None:
    assert ask(ProxyAuth("ann"), capabilities="PROXYAUTH") == (b"PROXYAUTH ann", None)
    assert ask(ProxyAuth("ann"), capabilities="ACL XSENDER X-NETSCAPE XSERVERINFO") == (b"PROXYAUTH ann", None)
    assert ask(ProxyAuth("ann"), capabilities="XSENDER X-SUN-IMAP") == (b"PROXYAUTH ann", None)
    assert ask(ProxyAuth('a "b"'), capabilities="PROXYAUTH") == (b'PROXYAUTH "a \\"b\\""', None)


def test_nothing_goes_beside_it() -> None:
    connection = connect("PROXYAUTH")
    connection.send(ProxyAuth("ann"))
    connection.send(Noop())
    assert connection.data_to_send() == b"K1 PROXYAUTH ann\r\n"


def test_refused() -> None:
    with pytest.raises(InvalidArgument):
        connect("PROXYAUTH").send(ProxyAuth(""))
    with pytest.raises(NotSupported):
        connect().send(ProxyAuth("ann"))
