"""Every line marked E must be refused by a type checker, and no other."""

import imapkit
from imapkit import AsyncMailbox, Q, Role


def refused(mb: imapkit.Mailbox, am: AsyncMailbox) -> None:
    mb.inbox.search(unsen=True)  # E a typing error in a key
    mb.inbox.search(seen="no")  # E wrong type
    mb.inbox.search(since="01-Nov-2026")  # E a string is no date
    mb.inbox.search("UNSEEN")  # E raw text is not a query
    print(Q.seen & "FLAGGED")  # E nor is it one half of a query
    print(Q.seen & Q.from_)  # E not called
    mb.inbox.by_uid("1:*")  # E no sequence strings
    mb.inbox.by_uid([1]).move(Role("trash"), "x")  # E one target
    mb.inbox.by_uid(["1"])  # E UIDs are ints
    for _ in am.inbox.messages:  # E async needs async for
        ...
    print(len(mb.inbox.messages))  # E count() says that it talks to the server
    imapkit.connect("h", "bob", "pw")  # E keyword only: no mix-up of user and password
    imapkit.connect("h", user="b", password="p", security="startls")  # E no such security
    print(mb.inbox.messages[0])  # E neither index nor UID: say newest(1) or by_uid
    mb.inbox.messages.only("flags", "nothing")  # E what to fetch is an Include
    mb.inbox.get("1")  # E a UID is an int
    mb.append("text", "INBOX", date="today")  # E a date is a datetime
    mb.inbox.get(1).subject = "other"  # E attributes tell, they do not set


async def refused_too(am: AsyncMailbox) -> None:
    print((am.inbox.status()).messages)  # E not awaited
    with am.inbox.watch():  # E no context manager: aclosing() makes one
        ...
    print([message async for message in await am.inbox.messages.all()])  # E a list is read already
