from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, ProtocolError
from imapkit.protocol.sasl import MECHANISMS, Credentials, Exchange
from imapkit.types.auth import Secret

PLAIN = MECHANISMS["PLAIN"]


def credentials(user: str = "tim", password: str = "tanstaaftanstaaf", authzid: str = "") -> Credentials:
    return Credentials(kind="password", user=user, password=Secret(password), authzid=authzid)


def test_first_example_of_rfc_4616():
    exchange = Exchange(PLAIN, credentials())
    assert not exchange.finished
    assert exchange.initial() == b"\0tim\0tanstaaftanstaaf"
    assert exchange.finished


def test_second_example_of_rfc_4616_acts_as_another():
    assert Exchange(PLAIN, credentials("Kurt", "xipj3plmq", "Ursel")).initial() == b"Ursel\0Kurt\0xipj3plmq"


def test_strings_go_out_unprepared():
    assert Exchange(PLAIN, credentials("zo\u00eb", "p\u00adw")).initial() == "\0zo\u00eb\0p\u00adw".encode()


@pytest.mark.parametrize(
    "bad",
    [
        credentials(user=""),
        credentials(password=""),
        credentials(user="a\0b"),
        credentials(password="s3cr\0et"),
        credentials(password="s3cr\udc80et"),
        credentials(authzid="a\0"),
    ],
)
def test_what_cannot_be_carried_is_refused_before_anything_is_sent(bad: Credentials):
    with pytest.raises(InvalidArgument) as caught:
        Exchange(PLAIN, bad)
    assert "s3cr" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_further_challenge_is_one_too_many():
    exchange = Exchange(PLAIN, credentials())
    exchange.initial()
    with pytest.raises(ProtocolError, match="PLAIN: the server sent a challenge more"):
        exchange.respond(b"more")


def test_only_inside_tls():
    assert PLAIN.plaintext
