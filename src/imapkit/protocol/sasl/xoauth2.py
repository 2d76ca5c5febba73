"""XOAUTH2: an OAuth 2.0 access token the way Google introduced it and Microsoft took it over.

::

    user={user}^Aauth=Bearer {token}^A^A        (^A is the octet 1)

On failure the server sends a JSON document as one more challenge, and wants an empty response before its tagged NO.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl.fields import utf8
from imapkit.protocol.sasl.mechanism import Mechanism, Refusal
from imapkit.protocol.sasl.oauthbearer import bearer_token

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["XOAUTH2"]


def _xoauth2(credentials: Credentials, _context: Context) -> SaslExchange:
    user = utf8(credentials.user, "user name")
    if b"\x01" in user:
        raise InvalidArgument("the user name contains the control character U+0001, which ends a field of XOAUTH2")
    error = yield b"user=" + user + b"\x01auth=Bearer " + bearer_token(credentials) + b"\x01\x01"
    raise Refusal(error, answer=b"")


XOAUTH2 = Mechanism(
    "XOAUTH2", kind="token", strength=10, client_first=True, plaintext=True, responses=1, start=_xoauth2
)
