"""The plain facts of one message, as a value that outlives its connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from email.headerregistry import Address

    from imapkit.types.envelope import EnvelopeAddress
    from imapkit.types.urls import MessageRef

__all__ = ["MessageSummary", "to_address", "to_addresses"]


@dataclass(frozen=True, slots=True)
class MessageSummary:
    """A snapshot of a message: picklable, hashable, without ties to a connection.

    `from_` and `to` are the standard library's `email.headerregistry.Address`; `received` is aware, as the server
    wrote it; `size` is in octets.
    """

    ref: MessageRef
    subject: str
    from_: Address | None
    to: tuple[Address, ...]
    date: dt.datetime | None
    received: dt.datetime
    size: int
    flags: frozenset[str]

    def __hash__(self) -> int:
        return hash((self.ref, self.subject, self.received, self.size, self.flags))  # an Address has no hash


def to_address(address: EnvelopeAddress) -> Address:
    """The standard library's form of an address.  Never fails: what it refuses is left out."""
    from email.headerregistry import Address

    def clean(text: str) -> str:
        return text.replace("\r", "").replace("\n", "")

    return Address(clean(address.name), clean(address.mailbox), clean(address.host))


def to_addresses(addresses: tuple[EnvelopeAddress, ...]) -> tuple[Address, ...]:
    """The standard library's form of a list of addresses, its groups flattened."""
    return tuple(to_address(address) for address in addresses if not address.is_group_mark)
