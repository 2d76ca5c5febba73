from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, ProtocolError
from imapkit.protocol.sasl import MECHANISMS, Credentials, Exchange
from imapkit.types.auth import Secret

LOGIN = MECHANISMS["LOGIN"]
TIM = Credentials(kind="password", user="tim", password=Secret("tanstaaf"))


@pytest.mark.parametrize("prompts", [(b"Username:", b"Password:"), (b"User Name\0", b"Password\0"), (b"", b"")])
def test_whatever_the_prompts_say_user_name_then_password(prompts: tuple[bytes, bytes]):
    exchange = Exchange(LOGIN, TIM)
    assert exchange.initial() is None
    assert exchange.respond(prompts[0]) == b"tim"
    assert not exchange.finished
    assert exchange.respond(prompts[1]) == b"tanstaaf"
    assert exchange.finished
    with pytest.raises(ProtocolError):
        exchange.respond(b"Once more:")


def test_success_before_the_password_was_asked_for_is_not_believed():
    exchange = Exchange(LOGIN, TIM)
    exchange.respond(b"Username:")
    assert not exchange.finished


def test_a_bad_password_is_refused_before_the_user_name_has_left():
    with pytest.raises(InvalidArgument, match="password contains a NUL"):
        Exchange(LOGIN, Credentials(kind="password", user="tim", password=Secret("\0")))


def test_only_inside_tls():
    assert LOGIN.plaintext
