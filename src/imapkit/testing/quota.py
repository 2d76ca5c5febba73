"""How much a user may keep: one quota root for all of an account (RFC 9208)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imapkit.testing.store import Account

__all__ = ["RESOURCES", "Quota"]

RESOURCES: Final[Mapping[str, int]] = {"STORAGE": 1024, "MESSAGE": 1, "MAILBOX": 1, "ANNOTATION-STORAGE": 1024}
"""The resources and their units: storage is counted in units of 1,024 octets on the wire, here in octets."""


class Quota:
    """The limits of an account, in octets where it is storage; a resource that is not in `limits` has none."""

    def __init__(self, account: Account, storage: int | None) -> None:
        self.root = f"#user/{account.user}"
        self.limits: dict[str, int] = {} if storage is None else {"STORAGE": storage}
        self._account = account

    def usage(self, resource: str) -> int:
        """How much of a resource is used."""
        mailboxes = self._account.mailboxes.values()
        match resource:
            case "STORAGE":
                return sum(message.size for mailbox in mailboxes for message in mailbox)
            case "MESSAGE":
                return sum(len(mailbox.messages) for mailbox in mailboxes)
            case "MAILBOX":
                return len(mailboxes)
            case _:
                values = (
                    value for mailbox in mailboxes for message in mailbox for value in message.annotations.values()
                )
                return sum(map(len, values))

    def insist_on_room(self, *, octets: int = 0, messages: int = 0, mailboxes: int = 0, annotations: int = 0) -> None:
        """Refuse what would go over a limit."""
        more = {"STORAGE": octets, "MESSAGE": messages, "MAILBOX": mailboxes, "ANNOTATION-STORAGE": annotations}
        for resource, limit in self.limits.items():
            if more[resource] and self.usage(resource) + more[resource] > limit:
                raise Refused("Quota exceeded (mailbox for user is full)", code="OVERQUOTA")
