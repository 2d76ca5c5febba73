"""OAUTHBEARER (RFC 7628): an OAuth 2.0 access token in a GS2 message.

::

    client-resp = gs2-header kvsep *kvpair kvsep
    kvpair      = key "=" value kvsep
    kvsep       = %x01

On failure the server sends a JSON document as one more challenge; section 3.2.3 has the client answer it with a single
%x01, and the tagged NO follows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl.fields import saslname
from imapkit.protocol.sasl.mechanism import Mechanism, Refusal

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["OAUTHBEARER", "bearer_token"]

_SEPARATOR = b"\x01"
# RFC 6750 has 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="; servers issue what they like,
# and what is printable cannot end a field.
_TOKEN = re.compile(r"[!-~]+")
_HOST = re.compile(r"[!-~]+")


def bearer_token(credentials: Credentials) -> bytes:
    """The access token, or `InvalidArgument` when it cannot be one."""
    token = credentials.token.reveal()
    if not _TOKEN.fullmatch(token):
        raise InvalidArgument(
            "an OAuth2 access token is printable ASCII without spaces: give it alone, without 'Bearer' or a line end"
        )
    return token.encode("ascii")


def _oauthbearer(credentials: Credentials, _context: Context) -> SaslExchange:
    user = saslname(credentials.user, "user name")
    if _SEPARATOR in user:
        raise InvalidArgument("the user name contains the control character U+0001, which ends a field of OAUTHBEARER")
    fields = [b"n,a=" + user + b","]
    if credentials.host:
        if not _HOST.fullmatch(credentials.host):
            raise InvalidArgument("the host name is not printable ASCII: give it in its xn-- form")
        fields.append(b"host=" + credentials.host.encode("ascii"))
    if credentials.port:
        fields.append(b"port=%d" % credentials.port)
    # No variable holds the token while the server has its say: tracebacks may show variables.
    error = yield _SEPARATOR.join((*fields, b"auth=Bearer " + bearer_token(credentials))) + _SEPARATOR * 2
    raise Refusal(error, answer=_SEPARATOR)


OAUTHBEARER = Mechanism(
    "OAUTHBEARER", kind="token", strength=20, client_first=True, plaintext=True, responses=1, start=_oauthbearer
)
