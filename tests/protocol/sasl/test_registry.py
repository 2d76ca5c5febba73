from __future__ import annotations

import subprocess
import sys

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.sasl import MECHANISMS, ChannelBinding, Credentials, Mechanism, choose
from imapkit.types.auth import Secret

PASSWORD = Credentials(kind="password", user="ann", password=Secret("s3cret"))
TOKEN = Credentials(kind="token", user="ann", token=Secret("t0ken"))
BINDING = ChannelBinding("tls-server-end-point", b"\1\2")


def names(mechanisms: list[Mechanism]) -> list[str]:
    return [mechanism.name for mechanism in mechanisms]


def test_ordered_by_strength():
    assert list(MECHANISMS) == [
        "SCRAM-SHA-512-PLUS",
        "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-1-PLUS",
        "SCRAM-SHA-512",
        "SCRAM-SHA-256",
        "SCRAM-SHA-1",
        "CRAM-MD5",
        "PLAIN",
        "OAUTHBEARER",
        "LOGIN",
        "XOAUTH2",
        "EXTERNAL",
        "ANONYMOUS",
    ]


def test_importing_costs_no_cryptography():
    code = "import sys, imapkit.protocol.sasl; print({'hashlib', 'hmac', 'ssl', 'stringprep'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"set()"


def test_strongest_first_whatever_the_order_of_the_offer():
    offered = ["LOGIN", "plain", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "XOAUTH2", "GSSAPI"]
    assert names(choose(offered, PASSWORD, secure=True)) == [
        "SCRAM-SHA-256",
        "SCRAM-SHA-1",
        "CRAM-MD5",
        "PLAIN",
        "LOGIN",
    ]
    assert names(choose(offered, PASSWORD, secure=True, channel_binding=BINDING))[:2] == [
        "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-256",
    ]


def test_nothing_readable_without_tls():
    offered = ["PLAIN", "LOGIN", "SCRAM-SHA-1", "CRAM-MD5"]
    assert names(choose(offered, PASSWORD, secure=False)) == ["SCRAM-SHA-1", "CRAM-MD5"]
    with pytest.raises(NotSupported, match="without TLS LOGIN, PLAIN would send the secret readable"):
        choose(["PLAIN", "LOGIN"], PASSWORD, secure=False)
    with pytest.raises(NotSupported, match="connect with TLS"):
        choose(["XOAUTH2"], TOKEN, secure=False)


def test_nothing_outside_what_is_allowed():
    offered = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-1"]
    assert names(choose(offered, PASSWORD, secure=True, allowed=("scram-sha-1", "PLAIN"))) == ["SCRAM-SHA-1", "PLAIN"]
    with pytest.raises(
        NotSupported, match=r"the server offers PLAIN, SCRAM-SHA-1, SCRAM-SHA-256, usable .* SCRAM-SHA-512$"
    ):
        choose(offered, PASSWORD, secure=True, allowed=("SCRAM-SHA-512",))


def test_a_name_that_does_not_exist_is_an_error_not_an_empty_choice():
    with pytest.raises(InvalidArgument, match="no such SASL mechanism: SCRAM-SHA256;"):
        choose(["SCRAM-SHA-256"], PASSWORD, secure=True, allowed=("SCRAM-SHA256",))


def test_only_what_the_credentials_are_for():
    offered = ["PLAIN", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS"]
    assert names(choose(offered, TOKEN, secure=True)) == ["OAUTHBEARER", "XOAUTH2"]
    assert names(choose(offered, Credentials(kind="external"), secure=False)) == ["EXTERNAL"]
    assert names(choose(offered, Credentials(kind="anonymous"), secure=False)) == ["ANONYMOUS"]


def test_the_message_says_what_was_offered_and_what_would_do():
    with pytest.raises(NotSupported) as caught:
        choose([], TOKEN, secure=True)
    assert str(caught.value) == (
        "no SASL mechanism can be used: the server offers none, usable with these credentials would be "
        "OAUTHBEARER, XOAUTH2"
    )
    assert caught.value.capability == "AUTH"
    with pytest.raises(NotSupported, match="would be none that is allowed"):
        choose(["PLAIN"], TOKEN, secure=True, allowed=("PLAIN",))
