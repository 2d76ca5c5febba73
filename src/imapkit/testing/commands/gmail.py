"""X-GM-EXT-1: what Gmail knows of messages beyond IMAP (labels, identifiers, its search box).

https://developers.google.com/workspace/gmail/imap/imap-extensions
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imapkit.testing import render
from imapkit.testing.commands.fetch import plain_item
from imapkit.testing.features import Change, Feature, SearchKey, StoreItem
from imapkit.testing.gmail_query import read_query
from imapkit.testing.labels import STARRED, find_folder, label_of, labels_of, siblings
from imapkit.testing.refusal import Refused
from imapkit.testing.search_keys import Having

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.testing.search_keys import SearchKeys
    from imapkit.testing.session import ServerSession
    from imapkit.testing.store import StoredMailbox, StoredMessage
    from imapkit.types.query import Query

__all__ = ["FEATURE"]

_REQUIRES: Final = ("X-GM-EXT-1",)
_SYSTEM_LABEL = re.compile(rb"\\[A-Za-z]+")


# --- identifiers ------------------------------------------------------------------------------------------------


def _message_id(message: StoredMessage) -> int:
    return _number(message.content.email_id)


def _thread_id(mailbox: StoredMailbox, message: StoredMessage) -> int:
    return _number(mailbox.account.conversations.thread_id(message.content))


def _number(identifier: str) -> int:
    """Sixty bits of the hexadecimal digits behind the first letter; Gmail's are of that size, too."""
    return int(identifier[1:16], 16)


# --- labels -----------------------------------------------------------------------------------------------------


def _written(session: ServerSession, message: StoredMessage) -> bytes:
    return render.parenthesised(
        render.string(label.encode("ascii")) if label.startswith("\\") else render.mailbox(label, utf8=session.utf8)
        for label in labels_of(session.view.mailbox, message)
    )


def _read_label(arguments: Cursor) -> str:
    found = _SYSTEM_LABEL.match(arguments.text, arguments.pos)
    if found is None:
        return arguments.mailbox()
    arguments.pos = found.end()
    return found[0].decode("ascii")


# store-att-flags =/ (["+" / "-"] "X-GM-LABELS" [".SILENT"]) SP (astring / "(" [astring *(SP astring)] ")")
def _store(session: ServerSession, arguments: Cursor, sign: str, silent: bool) -> Change:
    if arguments.peek() == ord("("):
        given = arguments.list_of(lambda: _read_label(arguments))
    else:
        given = [_read_label(arguments)]
    labels = ["\\Inbox" if label.upper() == "INBOX" else label for label in given]

    def apply(messages: list[StoredMessage]) -> None:
        mailbox = session.view.mailbox
        for label in labels:
            _insist_on_folder(mailbox, label)
        for message in messages:
            _relabel(mailbox, message, labels, sign)

    def tell(message: StoredMessage) -> list[bytes]:
        return [] if silent else [b"X-GM-LABELS " + _written(session, message)]

    return Change(apply, tell)


def _insist_on_folder(mailbox: StoredMailbox, label: str) -> None:
    """A label that does not exist is made; Gmail's own exist or not."""
    if label.lower() == STARRED.lower() or find_folder(mailbox.account, label) is not None:
        return
    if label.startswith("\\"):
        raise Refused(f"There is no label {label}", status="BAD")
    mailbox.account.create(label)


def _relabel(mailbox: StoredMailbox, message: StoredMessage, labels: Iterable[str], sign: str) -> None:
    """Add labels, take them away, or replace all but that of the folder itself."""
    wanted = set(map(_folded, labels))
    current = set(map(_folded, labels_of(mailbox, message)))
    for label in wanted - current if sign != "-" else ():
        _add(mailbox, message, label)
    if sign == "-":
        removed = wanted & (current | {_folded(label_of(mailbox) or "")})
    else:
        removed = current - wanted if not sign else set[str]()
    for label in removed:
        _remove(mailbox, message, label)


def _folded(label: str) -> str:
    """A label as it is compared: Gmail's own have no case."""
    return label.lower() if label.startswith("\\") else label


def _add(mailbox: StoredMailbox, message: StoredMessage, label: str) -> None:
    if label == STARRED.lower():
        mailbox.store([message], [message.flags | {"\\Flagged"}])
        return
    folder = find_folder(mailbox.account, label)
    if folder is not None and all(one.content is not message.content for one in folder):
        folder.add(message.content, flags=message.flags, received=message.received)


def _remove(mailbox: StoredMailbox, message: StoredMessage, label: str) -> None:
    if label == STARRED.lower():
        mailbox.store([message], [message.flags - {"\\Flagged"}])
        return
    folder = find_folder(mailbox.account, label)
    for other, copy in [(mailbox, message), *siblings(mailbox, message)]:
        if other is folder:
            other.expunge([copy])


# --- searching --------------------------------------------------------------------------------------------------


def _by_label(keys: SearchKeys) -> Query:
    keys.arguments.sp()
    label = _read_label(keys.arguments)
    mailbox = keys.view.mailbox
    wanted = "\\inbox" if label == "INBOX" else label.lower()

    def holds(message: StoredMessage) -> bool:
        return wanted in {one.lower() for one in (label_of(mailbox) or "", *labels_of(mailbox, message))}

    return Having(holds)


def _by_message_id(keys: SearchKeys) -> Query:
    number = keys.number()
    return Having(lambda message: _message_id(message) == number)


def _by_thread_id(keys: SearchKeys) -> Query:
    number, mailbox = keys.number(), keys.view.mailbox
    return Having(lambda message: _thread_id(mailbox, message) == number)


def _raw(keys: SearchKeys) -> Query:
    return read_query(keys.text(), keys.view.mailbox)


FEATURE = Feature(
    capabilities=_REQUIRES,
    fetch_items=dict(
        [
            plain_item("X-GM-MSGID", lambda _session, message: b"%d" % _message_id(message), *_REQUIRES),
            plain_item(
                "X-GM-THRID", lambda session, message: b"%d" % _thread_id(session.view.mailbox, message), *_REQUIRES
            ),
            plain_item("X-GM-LABELS", _written, *_REQUIRES),
        ]
    ),
    store_items={"X-GM-LABELS": StoreItem(_store, _REQUIRES)},
    search_keys={
        "X-GM-LABELS": SearchKey(_by_label, _REQUIRES),
        "X-GM-MSGID": SearchKey(_by_message_id, _REQUIRES),
        "X-GM-THRID": SearchKey(_by_thread_id, _REQUIRES),
        "X-GM-RAW": SearchKey(_raw, _REQUIRES),
    },
)
