from __future__ import annotations

import dataclasses
import functools
import logging
import pickle

import pytest

from imapkit.errors import InvalidArgument
from imapkit.types.auth import Anonymous, External, OAuth2, Password, Secret, TokenSource


class Refreshing:
    def token(self, rejected: str | None, /) -> str:
        return f"after {rejected}"


def give_token(token: str) -> str:
    return token


def shown(value: object) -> str:
    record = logging.LogRecord("imapkit", logging.INFO, __file__, 1, "%s %r", (value, value), None)
    return f"{value} {value!r} {value!s} {value:} {[value]} {record.getMessage()}"


@pytest.mark.parametrize(
    "value",
    [
        Secret("hunter2"),
        Password("ann", "hunter2"),
        Password("ann", "hunter2", ("PLAIN",)),
        OAuth2("ann", "hunter2"),
        OAuth2("ann", functools.partial(give_token, "hunter2")),
    ],
)
def test_secrets_never_show(value: object) -> None:
    assert "hunter2" not in shown(value)
    assert "***" in shown(value)


def test_secret() -> None:
    secret = Secret("hunter2")
    assert secret.reveal() == "hunter2"
    assert str(secret) == repr(secret) == f"{secret}" == f"{secret:>20}" == f"{secret:.1}" == "***"
    assert secret == Secret("hunter2")
    assert secret != Secret("other")
    assert secret != "hunter2"
    assert len({secret, Secret("hunter2")}) == 1
    assert secret
    assert not Secret("")
    assert pickle.loads(pickle.dumps(secret)).reveal() == "hunter2"
    assert not hasattr(secret, "__dict__")


def test_password() -> None:
    password = Password("ann", "hunter2", mechanisms=("scram-sha-256", "PLAIN"))
    assert password.mechanisms == ("SCRAM-SHA-256", "PLAIN")
    assert repr(password) == "Password(user='ann', password=***, mechanisms=('SCRAM-SHA-256', 'PLAIN'))"
    assert repr(Password("ann", "hunter2")) == "Password(user='ann', password=***)"
    assert Password("ann", "hunter2").mechanisms == ()
    assert Password("ann", "hunter2", ["plain"]).mechanisms == ("PLAIN",)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match=r"write \('PLAIN',\)"):
        Password("ann", "hunter2", "PLAIN")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "auth",
    [
        Password("ann", "hunter2", ("PLAIN",)),
        OAuth2("ann", "ya29"),
        OAuth2("ann", functools.partial(give_token, "ya29")),
        External(),
        External("ann"),
        Anonymous(),
        Anonymous("ann@example.org"),
    ],
)
def test_credentials_are_values(auth: object) -> None:
    again = pickle.loads(pickle.dumps(auth))
    assert type(again) is type(auth)
    assert repr(again) == repr(auth)
    assert len({auth, auth}) == 1
    with pytest.raises(AttributeError):
        setattr(auth, dataclasses.fields(auth)[0].name, "eve")  # type: ignore[arg-type]


def test_equality() -> None:
    assert Password("ann", "a") == Password("ann", "a")
    assert Password("ann", "a") != Password("ann", "b")
    assert OAuth2("ann", "a") != OAuth2("ann", "b")
    assert repr(External("ann")) == "External(user='ann')"
    assert repr(Anonymous("guest")) == "Anonymous(trace='guest')"


def test_a_token_source_is_told_from_a_function() -> None:
    assert isinstance(Refreshing(), TokenSource)
    assert not isinstance(give_token, TokenSource)
    assert not isinstance("ya29", TokenSource)
    source: TokenSource = Refreshing()
    assert source.token("old") == "after old"
