"""The vocabulary of SASL (RFC 4422): what a mechanism is, and what it is told about the connection it runs on."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from imapkit.errors import InvalidArgument

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials, Kind

__all__ = ["BindingKind", "ChannelBinding", "Context", "Mechanism", "Refusal", "SaslExchange"]

SaslExchange: TypeAlias = Generator[bytes, bytes, None]
"""One side of an exchange: yields each client response, is sent each server challenge (both without base64).

Every argument is checked before the first yield, so that nothing has left when one is refused.  The first yield is
the initial response; a server-first mechanism has none and yields ``b""`` there, which is dropped.
"""

BindingKind: TypeAlias = Literal["tls-exporter", "tls-server-end-point", "tls-unique"]

_PRINTABLE = re.compile(r"[!-+\--~]*")


@dataclass(frozen=True, slots=True)
class ChannelBinding:
    """What ties an authentication to the TLS connection it runs in (RFC 5056, RFC 5929, RFC 9266).

    A man in the middle has another TLS connection to each side, so the two see different `data`.
    """

    kind: BindingKind
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Context:
    """What a mechanism may know of the connection.

    `offered` are the mechanisms the server offers (SCRAM tells the server which it saw, so that a stripped offer is
    noticed), `channel_binding` is what the client can bind to, or `None`.  `nonce` is for tests that replay an
    exchange; empty means a fresh random one.  `iterations` are the fewest and the most rounds of PBKDF2 that SCRAM
    lets the server ask for: too few let whoever poses as the server guess the password from what he is sent
    (RFC 7677, section 4), too many keep the client computing.
    """

    offered: frozenset[str] = frozenset()
    channel_binding: ChannelBinding | None = None
    nonce: str = ""
    iterations: tuple[int, int] = (4096, 10_000_000)

    def __post_init__(self) -> None:
        if not _PRINTABLE.fullmatch(self.nonce):
            raise InvalidArgument("a SCRAM nonce is printable ASCII without a comma (RFC 5802, section 7)")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One row of `imapkit.protocol.sasl.MECHANISMS`."""

    name: str
    """As the server offers it behind ``AUTH=``."""
    kind: Kind
    """The kind of credentials it takes."""
    strength: int
    """The higher, the better: what `choose` orders by."""
    client_first: bool
    """Whether the client may speak first, with SASL-IR in the AUTHENTICATE command itself (RFC 4959)."""
    plaintext: bool
    """Whether a password or token crosses the wire readable, so that it needs TLS around it."""
    responses: int
    """How many responses a successful exchange takes; a server that reports success earlier is not believed."""
    start: Callable[[Credentials, Context], SaslExchange] = field(repr=False)
    """Begins an exchange; `Exchange` wraps what it returns."""


class Refusal(Exception):
    """Raised by a mechanism's generator when the server's challenge is an error report; `Exchange` catches it.

    `error` is the report, `answer` what the mechanism has the client answer to it.  The tagged NO follows.
    """

    def __init__(self, error: bytes, answer: bytes) -> None:
        super().__init__(error)
        self.error = error
        self.answer = answer
