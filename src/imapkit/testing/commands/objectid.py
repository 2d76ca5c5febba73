"""OBJECTID (RFC 8474), and OBJECTID+ (draft-ietf-mailmaint-imap-objectid-bis), which bundles the identifiers.

OBJECTID+ is turned on by ENABLE, or by whoever asks for some of it, who is told so; then SELECT, CREATE and RENAME
tell the bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imapkit.testing.commands.fetch import plain_item
from imapkit.testing.features import Feature, FetchItem, ItemParser, SelectParameter, StatusItem
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.testing.view import View

__all__ = ["CAPABILITIES", "FEATURE", "NamedByIdentifier", "code_of"]

CAPABILITIES: Final = ("OBJECTID", "OBJECTID+")
_PLUS: Final = "OBJECTID+"


def code_of(session: ServerSession, mailbox: StoredMailbox, *, renamed: bool = False) -> str | None:
    """The response code that tells what a mailbox is called for good; of one that is renamed only OBJECTID+ tells."""
    if _PLUS in session.enabled:
        return f"OBJECTID {_mailbox_ids(mailbox)}"
    return f"MAILBOXID ({mailbox.mailbox_id})" if session.supports("OBJECTID") and not renamed else None


def _turn_on(session: ServerSession) -> None:
    """Tell the client, ahead of what is another now, unless it knows."""
    if _PLUS not in session.enabled:
        session.enabled.add(_PLUS)
        session.untagged(b"ENABLED", _PLUS.encode("ascii"))


def _mailbox_ids(mailbox: StoredMailbox) -> str:
    return f"(MAILBOXID {mailbox.mailbox_id} ACCOUNTID {mailbox.account.account_id})"


def _describe(session: ServerSession, view: View) -> None:
    code = code_of(session, view.mailbox)
    if code is not None:
        session.condition("OK", "Ok", code=code)


# --- messages ---------------------------------------------------------------------------------------------------


def _thread_id(session: ServerSession, message: StoredMessage) -> str:
    return session.view.mailbox.account.conversations.thread_id(message.content)


def _all_ids(session: ServerSession, _arguments: Cursor) -> FetchItem:
    _turn_on(session)
    return FetchItem(
        b"OBJECTID",
        lambda session, message: (
            f"(EMAILID {message.content.email_id} THREADID {_thread_id(session, message)})".encode()
        ),
    )


# --- mailboxes --------------------------------------------------------------------------------------------------


def _status(session: ServerSession, mailbox: StoredMailbox) -> bytes:
    _turn_on(session)
    return _mailbox_ids(mailbox).encode("ascii")


@dataclass(frozen=True, slots=True)
class NamedByIdentifier:
    """A SELECT that names its mailbox by identifiers: the name is for where there is none (any longer)."""

    mailbox: StoredMailbox | None

    def __call__(self, view: View) -> None:
        """Nothing is left to do when it is selected."""


# select-param =/ "OBJECTID" [SP "(" name SP objectid *(SP name SP objectid) ")"]
def _parameter(session: ServerSession, arguments: Cursor) -> NamedByIdentifier:
    _turn_on(session)
    wanted: dict[str, str] = {}
    if arguments.text.startswith(b" (", arguments.pos):
        arguments.sp()
        for _ in arguments.items():
            name = arguments.keyword()
            arguments.sp()
            wanted[name] = arguments.atom()
    if not wanted.keys() <= {"MAILBOXID", "ACCOUNTID"}:
        raise Refused("A mailbox is named by its MAILBOXID and ACCOUNTID", status="BAD")
    return NamedByIdentifier(_found(session, wanted) if "MAILBOXID" in wanted else None)


def _found(session: ServerSession, wanted: dict[str, str]) -> StoredMailbox | None:
    for mailbox in session.namespace.listable().values():
        known = {"MAILBOXID": mailbox.mailbox_id, "ACCOUNTID": mailbox.account.account_id}
        if wanted.items() <= known.items():
            return mailbox
    return None


FEATURE = Feature(
    capabilities=CAPABILITIES,
    fetch_items=dict(
        [
            plain_item("EMAILID", lambda _session, message: f"({message.content.email_id})".encode(), *CAPABILITIES),
            plain_item("THREADID", lambda session, m: f"({_thread_id(session, m)})".encode(), *CAPABILITIES),
            ("OBJECTID", ItemParser(_all_ids, (_PLUS,))),
        ]
    ),
    status_items={
        "MAILBOXID": StatusItem(lambda _, mailbox: f"({mailbox.mailbox_id})".encode(), CAPABILITIES),
        "OBJECTID": StatusItem(_status, (_PLUS,)),
    },
    select_parameters={"OBJECTID": SelectParameter(_parameter, (_PLUS,))},
    describes=_describe,
    enables=(_PLUS,),
)
