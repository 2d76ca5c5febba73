"""What a message's header says of it, as the server parsed it (RFC 9051, 7.5.2, ENVELOPE).

The octets are kept as they came, and decoded when they are read: a folder's listing shows three of these fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imapkit.mime import headers

if TYPE_CHECKING:
    import datetime as dt

    from imapkit.types.defects import Defect

__all__ = ["Envelope", "EnvelopeAddress"]


@dataclass(frozen=True, slots=True)
class EnvelopeAddress:
    """One address.  A group (RFC 5322) comes as an address without `raw_host`, its members, and one without anything.

    >>> EnvelopeAddress(b"=?utf-8?q?Ren=C3=A9?=", None, b"rene", b"example.org").name
    'René'
    """

    raw_name: bytes | None
    raw_route: bytes | None
    raw_mailbox: bytes | None
    raw_host: bytes | None
    name: str = field(init=False, repr=False, compare=False)
    """The display name, decoded; empty when there is none."""
    address: str = field(init=False, repr=False, compare=False)
    """``mailbox@host``, or what there is of it."""

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            # Decoded when it is read first, and kept: one object stands for the same person in many messages.
            if name == "name":
                value = headers.decode_text(self.raw_name) if self.raw_name else ""
            elif name == "address":
                value = self._address()
            else:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            object.__setattr__(self, name, value)
            return value

    @property
    def mailbox(self) -> str:
        """What stands before the @."""
        return headers.one_line(self.raw_mailbox.decode("utf-8", "replace")) if self.raw_mailbox else ""

    @property
    def host(self) -> str:
        """What stands behind the @."""
        return headers.one_line(self.raw_host.decode("utf-8", "replace")) if self.raw_host else ""

    def _address(self) -> str:
        octets = b"%b@%b" % (self.raw_mailbox or b"", self.raw_host) if self.raw_host else self.raw_mailbox or b""
        return headers.one_line(octets.decode("utf-8", "replace"))

    @property
    def is_group_mark(self) -> bool:
        """Whether this opens or closes a group instead of naming somebody."""
        return self.raw_host is None

    def __str__(self) -> str:
        name = self.name
        return f"{name} <{self.address}>" if name else self.address


@dataclass(frozen=True, slots=True)
class Envelope:
    """The ENVELOPE of a message.  A field that the header lacks is None, or empty."""

    raw_date: bytes | None = None
    raw_subject: bytes | None = None
    from_: tuple[EnvelopeAddress, ...] = ()
    sender: tuple[EnvelopeAddress, ...] = ()
    reply_to: tuple[EnvelopeAddress, ...] = ()
    to: tuple[EnvelopeAddress, ...] = ()
    cc: tuple[EnvelopeAddress, ...] = ()
    bcc: tuple[EnvelopeAddress, ...] = ()
    raw_in_reply_to: bytes | None = None
    raw_message_id: bytes | None = None
    defects: tuple[Defect, ...] = ()

    @property
    def date(self) -> dt.datetime | None:
        """The Date field, timezone-aware; None when there is none that can be understood."""
        return headers.parse_date(self.raw_date) if self.raw_date else None

    @property
    def subject(self) -> str:
        """The subject, decoded (RFC 2047); empty when there is none."""
        return headers.decode_text(self.raw_subject) if self.raw_subject else ""

    @property
    def in_reply_to(self) -> tuple[str, ...]:
        """The message ids of what this answers."""
        return headers.parse_message_ids(self.raw_in_reply_to) if self.raw_in_reply_to else ()

    @property
    def message_id(self) -> str | None:
        """The message id with its angle brackets."""
        return headers.parse_message_id(self.raw_message_id) if self.raw_message_id else None
