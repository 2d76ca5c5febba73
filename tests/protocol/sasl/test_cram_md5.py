from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, ProtocolError
from imapkit.protocol.sasl import MECHANISMS, Credentials, Exchange, decode_challenge, encode_base64
from imapkit.types.auth import Secret

CRAM_MD5 = MECHANISMS["CRAM-MD5"]
TIM = Credentials(kind="password", user="tim", password=Secret("tanstaaftanstaaf"))


def test_example_of_rfc_2195():
    exchange = Exchange(CRAM_MD5, TIM)
    assert exchange.initial() is None
    challenge = decode_challenge(b"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+")
    assert challenge == b"<1896.697170952@postoffice.reston.mci.net>"
    assert encode_base64(exchange.respond(challenge)) == b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
    assert exchange.finished


def test_an_empty_challenge_is_not_answered():
    exchange = Exchange(CRAM_MD5, TIM)
    with pytest.raises(ProtocolError, match="empty"):
        exchange.respond(b"")
    assert not exchange.finished


def test_bad_arguments_are_refused_before_anything_is_sent():
    with pytest.raises(InvalidArgument):
        Exchange(CRAM_MD5, Credentials(kind="password", user="t\0m", password=Secret("x")))


def test_shows_no_password():
    assert not CRAM_MD5.plaintext
