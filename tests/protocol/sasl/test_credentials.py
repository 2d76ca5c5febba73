from __future__ import annotations

import pickle

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl import Credentials, from_auth
from imapkit.types.auth import Anonymous, External, OAuth2, Password, Secret


def test_password():
    credentials = from_auth(Password("ann", "open sesame"), host="imap.example.org", port=993)
    assert credentials == Credentials(
        kind="password", user="ann", password=Secret("open sesame"), host="imap.example.org", port=993
    )


def test_a_plain_token_and_one_that_was_fetched():
    assert from_auth(OAuth2("ann", "t1")).token.reveal() == "t1"
    assert from_auth(OAuth2("ann", lambda: "t2"), token="t3").token.reveal() == "t3"
    assert from_auth(OAuth2("ann", "t1"), token="fresh").token.reveal() == "fresh"


def test_a_token_source_is_not_asked_here():
    with pytest.raises(InvalidArgument, match="asked for a token first"):
        from_auth(OAuth2("ann", lambda: "t"))


def test_external_and_anonymous():
    assert from_auth(External("ann")) == Credentials(kind="external", authzid="ann")
    assert from_auth(Anonymous("sirhc")) == Credentials(kind="anonymous", trace="sirhc")


def test_secrets_do_not_show_but_survive_pickling():
    credentials = Credentials(kind="password", user="ann", password=Secret("s3cret"), token=Secret("t0ken"))
    assert "s3cret" not in repr(credentials)
    assert "t0ken" not in f"{credentials}"
    assert pickle.loads(pickle.dumps(credentials)) == credentials
