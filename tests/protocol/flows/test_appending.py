"""Putting a message into a mailbox."""

from __future__ import annotations

import pytest

from imapkit.errors import CommandError, FolderNotFound, InvalidArgument, OverQuota
from imapkit.protocol.extensions.append import NewMessage
from imapkit.protocol.flows.appending import append
from imapkit.protocol.wire.encoder import LiteralStream
from tests.protocol.peer import Run, dialogue, greeted, selected

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


@pytest.mark.parametrize("name", ["INBOX", "inbox"])
def test_the_selected_mailbox_shows_it(name: str) -> None:
    asked = f"K2 APPEND {name} {{5}}\r\n".encode()
    peer = selected(exists=3)
    flow = append(peer.connection, name, NewMessage(b"hello"))
    dialogue(peer, flow, (asked, b"+ go\r\n"), (b"hello\r\n", b"* 4 EXISTS\r\nK2 OK done\r\n"))
    peer = selected(exists=3)  # Courier 5.0, GNU Mailutils 3.15
    flow = append(peer.connection, name, NewMessage(b"hello"))
    dialogue(
        peer,
        flow,
        (asked, b"+ go\r\n"),
        (b"hello\r\n", b"K2 OK done\r\n"),
        (b"K3 NOOP\r\n", b"* 4 EXISTS\r\nK3 OK\r\n"),
    )
    mailbox = peer.connection.session.selected
    assert mailbox is not None
    assert mailbox.exists == 4


@pytest.mark.parametrize(
    ("answer", "kind"), [(b"K1 NO [TRYCREATE] no\r\n", FolderNotFound), (b"K1 NO [OVERQUOTA] full\r\n", OverQuota)]
)
def test_refused(answer: bytes, kind: type[Exception]) -> None:
    peer = greeted()
    with pytest.raises(kind):
        dialogue(peer, append(peer.connection, "x", NewMessage(b"hello")), (ASKED, answer))


@pytest.mark.parametrize(
    ("listed", "kind"), [(b"", FolderNotFound), (b'* LIST () "/" x\r\n', CommandError)], ids=["no such", "there"]
)
@pytest.mark.parametrize("status", ["NO", "BAD"])
def test_refused_without_a_code(listed: bytes, kind: type[CommandError], status: str) -> None:
    # GNU Mailutils 3.15; Twisted says "BAD Server error encountered while opening mailbox."
    refusal = f"K1 {status} APPEND [TRYCREATE] failed\r\n".encode()
    peer = greeted()
    flow = append(peer.connection, "x", NewMessage(b"hello"))
    with pytest.raises(CommandError) as caught:
        dialogue(peer, flow, (ASKED, refusal), (b'K2 LIST "" "x"\r\n', listed + b"K2 OK\r\n"))
    assert type(caught.value) is kind


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
