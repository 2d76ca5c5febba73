"""XAPPLEPUSHSERVICE: a device registers for Apple's push service, as servers that imitate Apple's take it.

No device is ever woken from here; the answer is all there is to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_KEYS: Final = ("aps-version", "aps-account-id", "aps-device-token", "aps-subtopic")
_TOPIC: Final = b"com.apple.mail.XServer.localhost"


# "XAPPLEPUSHSERVICE" 1*(SP key SP astring) SP "mailboxes" SP "(" mailbox *(SP mailbox) ")"
def _register(session: ServerSession, request: Request) -> None:
    arguments = request.arguments
    values: dict[str, bytes] = {}
    mailboxes: list[str] = []
    while not values or not arguments.at_end():
        if values:
            arguments.sp()
        key = arguments.atom().lower()
        arguments.sp()
        if key == "mailboxes":
            mailboxes = arguments.list_of(arguments.mailbox)
        else:
            values[key] = arguments.astring()
    missing = [key for key in _KEYS if key not in values]
    if missing or not mailboxes:
        raise Refused(f"{' and '.join(missing) or 'mailboxes'}: that is missing", status="BAD")
    for name in mailboxes:
        session.namespace.find(name, "r")
    session.untagged(b'XAPPLEPUSHSERVICE aps-version "%s" aps-topic "%s"' % (values["aps-version"], _TOPIC))


FEATURE = Feature(
    capabilities=("XAPPLEPUSHSERVICE",),
    commands=(Handler("XAPPLEPUSHSERVICE", _register, requires=("XAPPLEPUSHSERVICE",)),),
)
