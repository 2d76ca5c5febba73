"""Commands that the tests of a connection send."""

from __future__ import annotations

from imapkit.protocol.extensions.append import Append, NewMessage
from imapkit.protocol.extensions.auth import Authenticate
from imapkit.protocol.extensions.fetch import FLAGS, Fetch
from imapkit.protocol.extensions.search import Search
from imapkit.protocol.extensions.store import Store
from imapkit.protocol.sasl import Credentials, Exchange
from imapkit.protocol.sasl.plain import PLAIN
from imapkit.protocol.wire.encoder import LiteralStream
from imapkit.types.auth import Secret
from imapkit.types.query import Q
from imapkit.types.uids import SeqSet, UidSet

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
PASSWORD = "correct horse"
SEQ = SeqSet([2])
UIDS = UidSet([2])
FETCH_SEQ, FETCH_UID = Fetch(SEQ, (FLAGS,)), Fetch(UIDS, (FLAGS,))
STORE_SEQ, STORE_UID = Store(SEQ, "+", ("\\Seen",)), Store(UIDS, "+", ("\\Seen",))
SEARCH_SEQ, SEARCH_UID = Search(Q.unseen, by_uid=False), Search(Q.unseen)


def append(data: bytes | LiteralStream = MESSAGE, mailbox: str = "INBOX") -> Append:
    return Append(mailbox, (NewMessage(data),))


def stream(*chunks: bytes, size: int | None = None) -> LiteralStream:
    return LiteralStream(sum(map(len, chunks)) if size is None else size, iter(chunks))


def plain(*, in_command: bool) -> Authenticate:
    exchange = Exchange(PLAIN, Credentials(kind="password", user="ann", password=Secret(PASSWORD)))
    return Authenticate("PLAIN", exchange, exchange.initial(), in_command=in_command)
