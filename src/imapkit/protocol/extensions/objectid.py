"""OBJECTID (RFC 8474), and OBJECTID+ (draft-ietf-mailmaint-imap-objectid-bis): names that stay when things move.

A mailbox keeps its MAILBOXID when it is renamed; a message keeps its EMAILID when it is copied or moved, and shares
its THREADID with the rest of its conversation.  OBJECTID+ gives them in one list, adds the ACCOUNTID, and lets SELECT
find a mailbox by its identifiers (`Select.objects`); asking for any of it turns it on (``* ENABLED OBJECTID+`` says
so), as ``Enable(("OBJECTID+",))`` does.  What a server does not know of a thing is left out of the list.

Identifiers are compared octet for octet: "A1" and "a1" are two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.model import Code, Collector, Extension, Item, Tagged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imapkit.protocol.wire.cursor import Cursor
    from imapkit.protocol.wire.encoder import Encoder

__all__ = [
    "EMAILID",
    "EXTENSIONS",
    "MAILBOXID",
    "MAILBOX_OBJECTS",
    "MESSAGE_OBJECTS",
    "THREADID",
    "ObjectIds",
    "ObjectIdsCode",
    "ObjectIdsCollector",
    "write_objects",
]

# objectid = 1*255(ALPHA / DIGIT / "_" / "-")
_OBJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class ObjectIds:
    """The identifiers that the server knows of a mailbox or a message; None where it told none."""

    mailbox: str | None = None
    account: str | None = None
    email: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectIdsCode(Code):
    """``[MAILBOXID (id)]``, or ``[OBJECTID (MAILBOXID id ACCOUNTID id)]``: of the mailbox selected, made, renamed."""

    label: str
    ids: ObjectIds

    @property
    def name(self) -> str:
        """MAILBOXID or OBJECTID."""
        return self.label


class ObjectIdsCollector(Collector[ObjectIds | None]):
    """For CREATE and RENAME, whose completion tells how the mailbox is called for good."""

    def finish(self, completion: Tagged) -> ObjectIds | None:
        """The identifiers, where the server tells them."""
        return completion.code.ids if isinstance(completion.code, ObjectIdsCode) else None


# mailboxid-code = "MAILBOXID" SP "(" objectid ")"
def _mailbox_id_code(cursor: Cursor) -> ObjectIdsCode:
    return ObjectIdsCode("MAILBOXID", ObjectIds(mailbox=_object_id(cursor)))


def _object_ids_code(cursor: Cursor) -> ObjectIdsCode:
    return ObjectIdsCode("OBJECTID", _object_ids(cursor))


# fetch-emailid-resp = "EMAILID" SP "(" objectid ")"     fetch-threadid-resp = "THREADID" SP ( "(" objectid ")" / nil )
# RFC 8474 allows NIL for a THREADID alone.  What is longer or has other characters in it is still a name: it is taken
# as it is.
def _object_id(cursor: Cursor) -> str | None:
    if cursor.peek() != ord("("):
        cursor.nstring()
        return None
    identifiers = cursor.list_of(cursor.astring)
    if len(identifiers) != 1:
        raise cursor.error("one identifier in parentheses")
    return identifiers[0].decode("utf-8", "surrogateescape")


# object-ids = "OBJECTID" SP "(" [object-id *(SP object-id)] ")"     object-id = name SP objectid
def _object_ids(cursor: Cursor) -> ObjectIds:
    found: dict[str, str] = {}
    for _ in cursor.items():
        name = cursor.keyword()
        cursor.sp()
        found[name] = cursor.astring().decode("utf-8", "surrogateescape")
    get = found.get
    return ObjectIds(get("MAILBOXID"), get("ACCOUNTID"), get("EMAILID"), get("THREADID"))


EMAILID: Item[str | None] = Item("EMAILID", _object_id, requires=("OBJECTID", "OBJECTID+"))
THREADID: Item[str | None] = Item("THREADID", _object_id, requires=("OBJECTID", "OBJECTID+"))
MAILBOXID: Item[str | None] = Item("MAILBOXID", _object_id, requires=("OBJECTID", "OBJECTID+"))
"""The STATUS item."""
MESSAGE_OBJECTS: Item[ObjectIds] = Item("OBJECTID", _object_ids, requires=("OBJECTID+",))
"""All identifiers of a message in one FETCH item."""
MAILBOX_OBJECTS: Item[ObjectIds] = Item("OBJECTID", _object_ids, requires=("OBJECTID+",))
"""All identifiers of a mailbox in one STATUS item."""


def write_objects(out: Encoder, ids: ObjectIds) -> None:
    """Write the parameter of SELECT: ``OBJECTID``, and which mailbox is meant where `ids` says so."""
    out.word("OBJECTID")
    named = tuple(_named(ids))
    if named:
        out.open()
        for name, identifier in named:
            if not _OBJECT_ID.match(identifier):
                raise InvalidArgument(f"{identifier!r} is no object identifier: letters, digits, '_' and '-' make one")
            out.word(name).word(identifier)
        out.close()


def _named(ids: ObjectIds) -> Iterator[tuple[str, str]]:
    if ids.email is not None or ids.thread is not None:
        raise InvalidArgument("a mailbox is found by its MAILBOXID and ACCOUNTID, not by those of a message")
    if ids.mailbox is not None:
        yield "MAILBOXID", ids.mailbox
    if ids.account is not None:
        yield "ACCOUNTID", ids.account


EXTENSIONS = (
    Extension(
        name="OBJECTID",
        rfc="RFC 8474",
        capabilities=("OBJECTID",),
        codes={"MAILBOXID": _mailbox_id_code},
        fetch_items=(EMAILID, THREADID),
        status_items=(MAILBOXID,),
    ),
    Extension(
        name="OBJECTID+",
        rfc="draft-ietf-mailmaint-imap-objectid-bis",
        capabilities=("OBJECTID+",),
        codes={"OBJECTID": _object_ids_code},
        fetch_items=(MESSAGE_OBJECTS,),
        status_items=(MAILBOX_OBJECTS,),
    ),
)
