from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.errors import LimitExceeded, ProtocolError
from imapkit.protocol.sasl import MAX_CHALLENGE, decode_challenge, encode_base64


@given(st.binary())
def test_round_trip(data: bytes):
    assert decode_challenge(encode_base64(data)) == data


@pytest.mark.parametrize(
    "text", [b"YQ", b"YQ=", b"YQ== ", b"YQ==YQ==", b"Y Q==", b"\nYQ==", b"=YQ=", b"Y$==", b"\xff\xff\xff\xff"]
)
def test_strict(text: bytes):
    with pytest.raises(ProtocolError, match="not base64") as caught:
        decode_challenge(text)
    assert not isinstance(caught.value, LimitExceeded)


def test_bounded():
    assert len(decode_challenge(encode_base64(bytes(MAX_CHALLENGE)))) == MAX_CHALLENGE
    with pytest.raises(LimitExceeded):
        decode_challenge(encode_base64(bytes(MAX_CHALLENGE + 3)))
