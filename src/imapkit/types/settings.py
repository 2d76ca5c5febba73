"""What a connection is made from, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from imapkit.errors import InvalidArgument
from imapkit.types.timeouts import Timeout

if TYPE_CHECKING:
    import ssl

    from imapkit.types.auth import Auth

__all__ = ["ConnectionSettings", "Security"]

Security: TypeAlias = Literal["tls", "starttls", "none"]

_PORTS = {"tls": 993, "starttls": 143, "none": 143}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """Where to connect, as whom, and how.

    `security` is ``"tls"`` (from the first octet, port 993), ``"starttls"`` (port 143) or ``"none"``, which sends
    everything readable, the password too: for loopback and pipes.  `ssl_context` replaces the default one, which
    verifies certificate and host name.  `read_only` makes every method that changes something raise `ReadOnly`.
    `client_id` is what ID tells the server of the program (RFC 2971).  `compress` asks for COMPRESS=DEFLATE.
    """

    host: str
    auth: Auth
    port: int | None = None
    security: Security = "tls"
    ssl_context: ssl.SSLContext | None = None
    timeout: Timeout = Timeout()  # noqa: RUF009 - it is immutable
    read_only: bool = False
    client_id: tuple[tuple[str, str], ...] = ()
    compress: bool = False

    def __post_init__(self) -> None:
        if self.security not in _PORTS:
            raise InvalidArgument(f"security={self.security!r}: 'tls', 'starttls' and 'none' are possible")
        if self.port is not None and not 0 < self.port < 65536:
            raise InvalidArgument(f"port={self.port!r}: a port is a number from 1 to 65535")

    @property
    def actual_port(self) -> int:
        """The port, or the one that goes with `security`."""
        return self.port if self.port is not None else _PORTS[self.security]

    @property
    def user(self) -> str:
        """The user name, where there is one."""
        return str(getattr(self.auth, "user", ""))
