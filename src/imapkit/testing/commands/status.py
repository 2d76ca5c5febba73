"""STATUS (RFC 9051, 6.3.11): counters of a mailbox that is not selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing import render
from imapkit.testing.commands import condstore
from imapkit.testing.features import Feature, Handler, ListReturn, Request, StatusItem, offered
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox

__all__ = ["FEATURE", "read_items", "send_status"]


# status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
def _status(session: ServerSession, request: Request) -> None:
    name = request.arguments.mailbox()
    request.arguments.sp()
    items = read_items(session, request.arguments)
    request.end()
    send_status(session, session.namespace.find(name, "r"), items)


def read_items(session: ServerSession, cursor: Cursor) -> list[str]:
    """Read the list of items, each of which must be known and offered."""
    names = cursor.list_of(cursor.keyword)
    for name in names:
        if offered(session, session.site.table.status_items, name) is None:
            raise Refused(f"Invalid status item {name}", status="BAD")
    if not names:
        raise Refused("No status items", status="BAD")
    if "HIGHESTMODSEQ" in names:
        condstore.announce(session)  # RFC 7162, 3.1
    return names


def send_status(session: ServerSession, mailbox: StoredMailbox, items: list[str]) -> None:
    """Send one STATUS response."""
    known = session.site.table.status_items
    values = [item.encode("ascii") + b" " + known[item].value(session, mailbox) for item in items]
    name = render.mailbox(session.namespace.name_of(mailbox), utf8=session.utf8)
    session.untagged(b"STATUS", name, render.parenthesised(values))


def _beside_list(session: ServerSession, cursor: Cursor) -> Callable[[StoredMailbox], None]:
    """STATUS as a return option of LIST (RFC 9051, 6.3.9.8); nothing comes for a mailbox that may not be read."""
    cursor.sp()
    items = read_items(session, cursor)

    def send(mailbox: StoredMailbox) -> None:
        if "r" in session.namespace.rights(mailbox):
            send_status(session, mailbox, items)

    return send


def _number(value: int) -> bytes:
    return b"%d" % value


def _count_without(mailbox: StoredMailbox, flag: str) -> int:
    return sum(flag not in message.flags for message in mailbox)


FEATURE = Feature(
    capabilities=("STATUS=SIZE", "LIST-STATUS"),
    commands=(Handler("STATUS", _status),),
    list_returns={"STATUS": ListReturn(_beside_list)},
    status_items={
        "MESSAGES": StatusItem(lambda _, mailbox: _number(len(mailbox.messages))),
        "UIDNEXT": StatusItem(lambda _, mailbox: _number(mailbox.uidnext)),
        "UIDVALIDITY": StatusItem(lambda _, mailbox: _number(mailbox.uidvalidity)),
        "UNSEEN": StatusItem(lambda _, mailbox: _number(_count_without(mailbox, "\\Seen"))),
        "RECENT": StatusItem(
            lambda _, mailbox: _number(sum(message.uid >= mailbox.first_recent for message in mailbox)),
            ("IMAP4REV1",),
        ),
        "SIZE": StatusItem(lambda _, mailbox: _number(sum(m.size for m in mailbox)), ("STATUS=SIZE",)),
        "DELETED": StatusItem(
            lambda _, mailbox: _number(len(mailbox.messages) - _count_without(mailbox, "\\Deleted")),
            ("STATUS=DELETED", "QUOTA=RES-MESSAGE"),
        ),
    },
)
