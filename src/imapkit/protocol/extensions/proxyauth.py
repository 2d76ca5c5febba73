"""PROXYAUTH: an administrator goes on as somebody else (Netscape, iPlanet, Sun and Oracle servers).

Others have the SASL authorization identity for it (RFC 4422), which is to be preferred.  No specification is to be had;
clients of these servers (JavaMail among them) send it as here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Done, Effect, Extension

if TYPE_CHECKING:
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "ProxyAuth"]


@dataclass(frozen=True, slots=True)
class ProxyAuth(Command[None]):
    """PROXYAUTH: from now on, the session is this user's."""

    user: str

    name = "PROXYAUTH"
    # The servers that have it do not list it: what tells them apart is X-NETSCAPE, and X-SUN-IMAP of the later ones.
    requires = ("PROXYAUTH", "X-NETSCAPE", "X-SUN-IMAP")
    states = AUTHENTICATED
    effects = Effect.BARRIER

    def write(self, out: Encoder) -> None:
        """PROXYAUTH user."""
        if not self.user:
            raise InvalidArgument("an empty user name")
        out.word("PROXYAUTH").astring(self.user)

    def collector(self) -> Collector[None]:
        """Nothing."""
        return Done()


EXTENSIONS = (Extension(name="PROXYAUTH", rfc="Netscape", capabilities=("PROXYAUTH",), commands=(ProxyAuth,)),)
