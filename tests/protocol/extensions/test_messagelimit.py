"""MESSAGELIMIT and SAVELIMIT: the examples of RFC 9738."""

from __future__ import annotations

import contextlib

import pytest

from imapkit.protocol.extensions.fetch import FLAGS
from imapkit.protocol.extensions.messagelimit import MessageLimit, message_limit, save_limit
from imapkit.protocol.flows.base import Signal
from imapkit.protocol.flows.messages import fetch
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import completion, connect


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"OK [MESSAGELIMIT 1000 23007] FETCH exceeds the maximum 1000-message limit", MessageLimit(1000, 23007)),
        (b"NO [MESSAGELIMIT 1000] UID COPY exceeds the limit", MessageLimit(1000)),
        (b"OK [MESSAGELIMIT 1000 ] x", MessageLimit(1000)),
    ],
)
def test_codes(octets: bytes, code: MessageLimit) -> None:
    assert completion(octets).code == code
    assert code.name == "MESSAGELIMIT"


def test_what_is_asked_of_many_messages_is_asked_in_parts() -> None:
    connection = connect("MESSAGELIMIT=3", selected=True)
    flow = fetch(connection, UidSet("1:7"), (FLAGS,))
    next(flow)
    sent = b""
    for tag in (b"K2", b"K3", b"K4"):
        sent += connection.data_to_send()
        connection.receive_data(tag + b" OK done\r\n")
        with contextlib.suppress(StopIteration):
            flow.send(Signal.PROGRESS)
    assert sent == (b"K2 UID FETCH 1:3 (UID FLAGS)\r\nK3 UID FETCH 4:6 (UID FLAGS)\r\nK4 UID FETCH 7 (UID FLAGS)\r\n")


@pytest.mark.parametrize(
    ("capabilities", "messages", "saved"),
    [
        (("MESSAGELIMIT=1000", "SAVELIMIT=2000"), 1000, 2000),
        (("SAVELIMIT=2000",), None, 2000),
        (("MESSAGELIMIT=", "SAVELIMIT=x"), None, None),
        (("MESSAGELIMIT=0", "SAVELIMIT=²"), None, None),
        (("MESSAGELIMIT=" + "9" * 5000, "SAVELIMIT=00"), None, None),
    ],
)
def test_limits(capabilities: tuple[str, ...], messages: int | None, saved: int | None) -> None:
    offered = frozenset(capabilities)
    assert (message_limit(offered), save_limit(offered)) == (messages, saved)
