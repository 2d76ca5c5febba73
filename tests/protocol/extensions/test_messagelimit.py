"""MESSAGELIMIT and SAVELIMIT: the examples of RFC 9738."""

from __future__ import annotations

import pytest

from imapkit.protocol.extensions.messagelimit import MessageLimit, message_limit, save_limit
from tests.protocol.extensions.talking import completion


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


@pytest.mark.parametrize(
    ("capabilities", "messages", "saved"),
    [
        (("MESSAGELIMIT=1000", "SAVELIMIT=2000"), 1000, 2000),
        (("SAVELIMIT=2000",), None, 2000),
        (("MESSAGELIMIT=", "SAVELIMIT=x"), None, None),
        (("MESSAGELIMIT=0", "SAVELIMIT=²"), None, None),
    ],
)
def test_limits(capabilities: tuple[str, ...], messages: int | None, saved: int | None) -> None:
    offered = frozenset(capabilities)
    assert (message_limit(offered), save_limit(offered)) == (messages, saved)
