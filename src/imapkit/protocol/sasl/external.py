"""EXTERNAL (RFC 4422, appendix A): the server knows the client already, by its TLS certificate or its Unix user.

The response is the identity to act as, empty for the one that the server derives from what it knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.sasl.fields import utf8
from imapkit.protocol.sasl.mechanism import Mechanism

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["EXTERNAL"]


def _external(credentials: Credentials, _context: Context) -> SaslExchange:
    yield utf8(credentials.authzid, "authorization identity") if credentials.authzid else b""


EXTERNAL = Mechanism(
    "EXTERNAL", kind="external", strength=10, client_first=True, plaintext=False, responses=1, start=_external
)
