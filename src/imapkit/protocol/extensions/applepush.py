"""XAPPLEPUSHSERVICE: let Apple's push service wake a device when there is new mail (Apple's servers, and Fastmail).

Apple's own documentation does not tell of it; this is what iOS sends, and what servers that imitate Apple's answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import AUTHENTICATED, Collector, Command, Effect, Extension, LastOf, Untagged

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = ["EXTENSIONS", "ApplePush", "RegisterApplePush"]


@dataclass(frozen=True, slots=True)
class ApplePush(Untagged):
    """``* XAPPLEPUSHSERVICE``: the version that is spoken, and the topic under which notifications will come."""

    version: str | None
    topic: str | None


# "XAPPLEPUSHSERVICE" *(SP key SP value), the keys being aps-version and aps-topic
def _apple_push(cursor: Cursor) -> ApplePush:
    values: dict[str, str] = {}
    while not cursor.at_end():
        key = cursor.astring().decode("latin-1").lower()
        cursor.spaces()
        values[key] = cursor.astring().decode("latin-1")
        cursor.spaces()
    return ApplePush(values.get("aps-version"), values.get("aps-topic"))


@dataclass(frozen=True, slots=True)
class RegisterApplePush(Command[ApplePush | None]):
    """XAPPLEPUSHSERVICE: wake this device when mail comes into one of these mailboxes."""

    account_id: str = field(repr=False)
    device_token: str = field(repr=False)
    mailboxes: tuple[str, ...] = ("INBOX",)
    subtopic: str = "com.apple.mobilemail"
    version: int = 2

    name = "XAPPLEPUSHSERVICE"
    requires = ("XAPPLEPUSHSERVICE",)
    states = AUTHENTICATED
    effects = Effect.MAY_EXPUNGE | Effect.CHANGES_DATA

    def write(self, out: Encoder) -> None:
        """XAPPLEPUSHSERVICE key value ... mailboxes (mailbox...)."""
        if not self.mailboxes:
            raise InvalidArgument("no mailbox to watch")
        out.word("XAPPLEPUSHSERVICE").word("aps-version").number(self.version)
        out.word("aps-account-id").astring(self.account_id)
        out.word("aps-device-token").astring(self.device_token)
        out.word("aps-subtopic").astring(self.subtopic)
        out.word("mailboxes").open()
        for mailbox in self.mailboxes:
            out.mailbox(mailbox)
        out.close()

    def collector(self) -> Collector[ApplePush | None]:
        """The topic; None when the server does not tell."""
        return LastOf(ApplePush)

    def answers(self) -> frozenset[object]:
        """XAPPLEPUSHSERVICE."""
        return frozenset({"XAPPLEPUSHSERVICE"})


EXTENSIONS = (
    Extension(
        name="XAPPLEPUSHSERVICE",
        rfc="Apple",
        capabilities=("XAPPLEPUSHSERVICE",),
        commands=(RegisterApplePush,),
        responses={"XAPPLEPUSHSERVICE": _apple_push},
    ),
)
