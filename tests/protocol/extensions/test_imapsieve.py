"""IMAPSIEVE: the capability and its URL (RFC 6785, 2.1)."""

from __future__ import annotations

import pytest

from imapkit.protocol.extensions.imapsieve import SCRIPT, sieve_url
from imapkit.protocol.extensions.metadata import GetMetadata
from tests.protocol.extensions.talking import ask, connect


@pytest.mark.parametrize(
    ("capabilities", "url"),
    [
        ("IMAPSIEVE=sieve://localhost:4190", "sieve://localhost:4190"),
        ("ImapSieve=sieve://Sieve.example.org/Ann", "sieve://Sieve.example.org/Ann"),
        ("IMAPSIEVE=", ""),
        ("METADATA", None),
    ],
)
def test_url(capabilities: str, url: str | None) -> None:
    assert sieve_url(connect(capabilities).session.capabilities or frozenset()) == url


def test_the_script_of_a_mailbox() -> None:
    sent, result = ask(
        GetMetadata("INBOX", (SCRIPT,)),
        b'* METADATA INBOX (/shared/imapsieve/script "inbox-rules")',
        capabilities="METADATA IMAPSIEVE=sieve://example.org",
    )
    assert sent == b"GETMETADATA INBOX (/shared/imapsieve/script)"
    assert result.get(SCRIPT) == b"inbox-rules"
