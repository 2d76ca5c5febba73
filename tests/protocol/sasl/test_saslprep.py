from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl.saslprep import refuse_prohibited, saslprep


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        # RFC 4013, section 3
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        # beyond
        ("", ""),
        ("a\u00a0b", "a b"),
        ("\u200b\u00ad", ""),
        ("\u05d0\u05d1", "\u05d0\u05d1"),
        ("\u06271\u0628", "\u06271\u0628"),
        ("e\u0301", "\u00e9"),
        ("\U0001f511", "\U0001f511"),
    ],
)
def test_prepared(text: str, prepared: str):
    assert saslprep(text) == prepared


@pytest.mark.parametrize(
    "text",
    [
        "\u0007",  # RFC 4013, section 3
        "\u0627\u0031",  # RFC 4013, section 3
        "\u05d0a\u05d0",
        "a\u05d0",
        "\x7f",
        "\u0085",
        "\ue000",
        "\ufdd0",
        "\ud800",
        "a\ufffd",
        "\u2ff0",
        "\u200e",
        "\U000e0001",
    ],
)
def test_prohibited(text: str):
    with pytest.raises(InvalidArgument, match="the password"):
        saslprep(text, "password")


def test_non_ascii_space_is_prohibited_where_nothing_is_mapped():
    with pytest.raises(InvalidArgument, match="non-ASCII space"):
        refuse_prohibited("a\u00a0b", "trace")


def test_unassigned_characters_are_refused_in_stored_strings():
    with pytest.raises(InvalidArgument, match=r"Unicode 3\.2"):
        saslprep("\U0001f511", stored=True)
    assert saslprep("\u00aa", stored=True) == "a"


@given(st.text())
def test_preparing_twice_changes_nothing(text: str):
    try:
        prepared = saslprep(text)
    except InvalidArgument:
        return
    assert saslprep(prepared) == prepared


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_printable_ascii_is_its_own_form(text: str):
    assert saslprep(text) == text
