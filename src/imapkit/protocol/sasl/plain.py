"""PLAIN (RFC 4616): the password as it is, so only inside TLS.

::

    message = [authzid] UTF8NUL authcid UTF8NUL passwd

The strings go out unprepared: preparing them is left to the server, which knows how it stored them (section 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.sasl.fields import utf8
from imapkit.protocol.sasl.mechanism import Mechanism

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["PLAIN"]


def _plain(credentials: Credentials, _context: Context) -> SaslExchange:
    authzid = utf8(credentials.authzid, "authorization identity") if credentials.authzid else b""
    yield b"\0".join((authzid, utf8(credentials.user, "user name"), utf8(credentials.password.reveal(), "password")))


PLAIN = Mechanism("PLAIN", kind="password", strength=20, client_first=True, plaintext=True, responses=1, start=_plain)
