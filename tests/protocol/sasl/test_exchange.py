from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, LimitExceeded
from imapkit.protocol.sasl import MAX_CHALLENGE, MECHANISMS, Context, Credentials, Exchange
from imapkit.types.auth import Secret

ANN = Credentials(kind="password", user="ann", password=Secret("s3cret"))


@pytest.mark.parametrize("mechanism", MECHANISMS.values(), ids=MECHANISMS)
def test_credentials_of_another_kind_are_refused(mechanism):
    other = Credentials(kind="token" if mechanism.kind != "token" else "password")
    with pytest.raises(InvalidArgument, match=mechanism.name):
        Exchange(mechanism, other)


def test_without_sasl_ir_the_empty_challenge_invites_the_initial_response():
    exchange = Exchange(MECHANISMS["PLAIN"], ANN)
    assert not exchange.finished
    assert exchange.respond(b"") == b"\0ann\0s3cret"
    assert exchange.finished


def test_the_initial_response_may_be_asked_for_again():
    exchange = Exchange(MECHANISMS["PLAIN"], ANN)
    assert exchange.initial() == exchange.initial()
    assert exchange.finished


def test_nothing_is_finished_before_anything_was_said():
    exchange = Exchange(MECHANISMS["EXTERNAL"], Credentials(kind="external"))
    assert not exchange.finished
    exchange.initial()
    assert exchange.finished


def test_a_huge_challenge_is_refused():
    exchange = Exchange(MECHANISMS["CRAM-MD5"], ANN)
    with pytest.raises(LimitExceeded):
        exchange.respond(bytes(MAX_CHALLENGE + 1))
    assert exchange.respond(bytes(MAX_CHALLENGE)).startswith(b"ann ")


def test_a_repr_shows_no_secret():
    exchange = Exchange(MECHANISMS["PLAIN"], ANN)
    assert "s3cret" not in repr(exchange)


@pytest.mark.parametrize("nonce", ["a,b", "a b", "\u00e9", "a\n"])
def test_an_injected_nonce_is_checked(nonce: str):
    with pytest.raises(InvalidArgument):
        Context(nonce=nonce)
