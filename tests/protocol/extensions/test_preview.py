"""PREVIEW: the examples of RFC 8970, and what Dovecot and Cyrus answer."""

from __future__ import annotations

import pytest

from imapkit.protocol.extensions.fetch import Fetch
from imapkit.protocol.extensions.preview import PREVIEW, PREVIEW_LAZY
from imapkit.types.uids import UidSet
from tests.protocol.extensions.talking import ask


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b'"Preview text!"', "Preview text!"),
        (b"NIL", None),
        (b'""', ""),
        (b"{6}\r\ngr\xc3\xbcn\xff", "grün\ufffd"),
        (b'(FUZZY "Preview text!")', "Preview text!"),
    ],
    ids=["RFC 8970", "not at hand", "no words", "literal", "Dovecot, the old way"],
)
def test_values(value: bytes, text: str | None) -> None:
    answer = b"* 1 FETCH (UID 1 PREVIEW " + value + b" FLAGS ())"
    sent, found = ask(Fetch(UidSet("1"), (PREVIEW_LAZY,)), answer, capabilities="PREVIEW", selected=True)
    assert sent == b"UID FETCH 1 (PREVIEW (LAZY))"
    assert found[1].get(PREVIEW) == text
    assert not found[1].defects
