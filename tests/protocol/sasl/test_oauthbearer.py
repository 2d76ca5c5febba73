from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl import MECHANISMS, Credentials, Exchange, decode_challenge, encode_base64
from imapkit.types.auth import Secret

OAUTHBEARER = MECHANISMS["OAUTHBEARER"]


def credentials(
    user: str = "user@example.com",
    token: str = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
    host: str = "server.example.com",
    port: int = 143,
) -> Credentials:
    return Credentials(kind="token", user=user, token=Secret(token), host=host, port=port)


def test_example_of_rfc_7628_section_4_1():
    exchange = Exchange(OAUTHBEARER, credentials())
    first = exchange.initial()
    assert first is not None
    assert encode_base64(first) == (
        b"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhv"
        b"c3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
        b"HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQ"
        b"EB"
    )
    assert exchange.finished


def test_failure_of_rfc_7628_section_4_3():
    exchange = Exchange(OAUTHBEARER, credentials())
    exchange.initial()
    challenge = decode_challenge(
        b"eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxl"
        b"X3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRpb24iOiJodHRwczovL2V4"
        b"YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9u"
        b"In0="
    )
    assert encode_base64(exchange.respond(challenge)) == b"AQ=="
    assert exchange.server_error == challenge
    assert not exchange.finished


def test_host_and_port_are_left_out_when_unknown():
    exchange = Exchange(OAUTHBEARER, credentials(token="t", host="", port=0))
    assert exchange.initial() == b"n,a=user@example.com,\x01auth=Bearer t\x01\x01"


def test_the_user_name_is_escaped():
    exchange = Exchange(OAUTHBEARER, credentials("a=b,c", "t", "", 0))
    assert exchange.initial() == b"n,a=a=3Db=2Cc,\x01auth=Bearer t\x01\x01"


@pytest.mark.parametrize(
    "bad",
    [
        credentials(user="a\x01b"),
        credentials(user="a\0b"),
        credentials(user=""),
        credentials(token="a b"),
        credentials(token="a\x01b"),
        credentials(host="a\x01b"),
        credentials(host="m\u00fcnchen.example"),
    ],
)
def test_what_would_end_a_field_is_refused(bad: Credentials):
    with pytest.raises(InvalidArgument):
        Exchange(OAUTHBEARER, bad)


def test_only_inside_tls():
    assert OAUTHBEARER.plaintext
