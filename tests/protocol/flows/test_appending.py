"""Putting a message into a mailbox."""

from __future__ import annotations

import pytest

from imapkit.errors import FolderNotFound, InvalidArgument, OverQuota
from imapkit.protocol.extensions.append import NewMessage
from imapkit.protocol.flows.appending import append
from imapkit.protocol.wire.encoder import LiteralStream
from tests.protocol.peer import Run, dialogue, greeted

ASKED = b"K1 APPEND x {5}\r\n"


@pytest.mark.parametrize(
    ("answer", "uid", "uidvalidity"),
    [
        (b"K1 OK [APPENDUID 7 12] done\r\n", 12, 7),
        (b"K1 OK done\r\n", None, None),
        (b"K1 OK [APPENDUID] x\r\n", None, None),
    ],
)
def test_where_it_went(answer: bytes, uid: int | None, uidvalidity: int | None) -> None:
    peer = greeted()
    flow = append(peer.connection, "x", NewMessage(b"hello"))
    result = dialogue(peer, flow, (ASKED, b"+ go\r\n"), (b"hello\r\n", answer))
    assert (result.folder, result.uid, result.uidvalidity) == ("x", uid, uidvalidity)


@pytest.mark.parametrize(
    ("answer", "kind"), [(b"K1 NO [TRYCREATE] no\r\n", FolderNotFound), (b"K1 NO [OVERQUOTA] full\r\n", OverQuota)]
)
def test_refused(answer: bytes, kind: type[Exception]) -> None:
    peer = greeted()
    with pytest.raises(kind):
        dialogue(peer, append(peer.connection, "x", NewMessage(b"hello")), (ASKED, answer))


@pytest.mark.parametrize("data", [b"hello!", LiteralStream(6, iter([b"hello!"]))], ids=["octets", "stream"])
def test_larger_than_the_server_takes(data: bytes | LiteralStream) -> None:
    peer = greeted("APPENDLIMIT=5")
    with pytest.raises(InvalidArgument, match="has 6 octets, and the server takes at most 5"):
        Run(peer, append(peer.connection, "x", NewMessage(data)))
    peer.expect(b"")


@pytest.mark.parametrize("capabilities", ["APPENDLIMIT=6", "APPENDLIMIT", "APPENDLIMIT=x", "5", ""])
def test_not_too_large(capabilities: str) -> None:
    peer = greeted(capabilities)
    run = Run(peer, append(peer.connection, "x", NewMessage(b"hello!")))
    run.expect(b"K1 APPEND x {6}\r\n")
