from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, ProtocolError
from imapkit.protocol.sasl import MECHANISMS, Credentials, Exchange
from imapkit.types.auth import Secret

XOAUTH2 = MECHANISMS["XOAUTH2"]


def credentials(
    user: str = "someuser@example.com", token: str = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
) -> Credentials:
    return Credentials(kind="token", user=user, token=Secret(token))


def test_initial_response():
    exchange = Exchange(XOAUTH2, credentials())
    assert exchange.initial() == (
        b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
    )
    assert exchange.finished


def test_failure_is_kept_and_answered_with_nothing():
    exchange = Exchange(XOAUTH2, credentials())
    exchange.initial()
    assert exchange.respond(b'{"status":"401","schemes":"bearer"}') == b""
    assert exchange.server_error == b'{"status":"401","schemes":"bearer"}'
    assert not exchange.finished
    with pytest.raises(ProtocolError):
        exchange.respond(b"")


@pytest.mark.parametrize(
    ("user", "token"),
    [
        ("a\x01auth=Bearer x", "t"),
        ("", "t"),
        ("a", ""),
        ("a", "t\x01x"),
        ("a", "Bearer t"),
        ("a", "t\n"),
        ("a", "t\u00e9"),
    ],
)
def test_what_would_end_a_field_is_refused(user: str, token: str):
    with pytest.raises(InvalidArgument):
        Exchange(XOAUTH2, credentials(user, token))


def test_only_inside_tls():
    assert XOAUTH2.plaintext
