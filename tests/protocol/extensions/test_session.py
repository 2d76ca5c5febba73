"""CAPABILITY and the names of the base protocol's response codes."""

from __future__ import annotations

import pytest

from tests.protocol.extensions.talking import completion


@pytest.mark.parametrize(
    ("octets", "name"),
    [
        (b"OK [CAPABILITY IMAP4rev1] x", "CAPABILITY"),
        (b"OK [PERMANENTFLAGS (a)] x", "PERMANENTFLAGS"),
        (b"OK [uidnext 7] x", "UIDNEXT"),
        (b"OK [MODIFIED 7] x", "MODIFIED"),
        (b"OK [COPYUID 1 2 3] x", "COPYUID"),
        (b"OK [APPENDUID 1 2] x", "APPENDUID"),
        (b"OK [HIGHESTMODSEQ 1] x", "HIGHESTMODSEQ"),
        (b"NO [trycreate] x", "TRYCREATE"),
    ],
)
def test_a_code_has_a_name(octets: bytes, name: str) -> None:
    code = completion(octets).code
    assert code is not None
    assert code.name == name
