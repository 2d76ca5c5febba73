from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.protocol.wire.names import canonical, opaque, opaque_octets


@pytest.mark.parametrize("name", ["INBOX", "inbox", "InBox"])
def test_inbox_in_any_case_is_inbox(name: str) -> None:
    assert canonical(name) == "INBOX"


@pytest.mark.parametrize("name", ["", "Inbox/Work", "ınbox", "İNBOX", " INBOX", "ＩＮＢＯＸ"])  # noqa: RUF001
def test_other_names_stay(name: str) -> None:
    assert canonical(name) == name


@given(st.binary())
def test_opaque_octets_come_back(octets: bytes) -> None:
    assert opaque_octets(opaque(octets)) == octets


def test_a_surrogate_that_stands_for_no_octet() -> None:
    with pytest.raises(InvalidArgument, match="lone surrogate"):
        opaque_octets("\ud800")
