"""The secret is removed from exceptions, in every form in which a server may have repeated it."""

from __future__ import annotations

from base64 import b64encode
from collections import deque

import pytest

from imapkit.errors import CommandError, ProtocolError
from imapkit.protocol.sasl import MECHANISMS, Context, Credentials, Exchange, discreet, scrub
from imapkit.types.auth import Secret
from imapkit.types.defects import Defect

SECRET = 'zo\u00eb\\"s'
ANN = Credentials(kind="password", user="ann", password=Secret(SECRET))
TOKEN = Credentials(kind="token", user="ann", token=Secret("ya29.a0A"))


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        SECRET.upper(),
        'zo\u00eb\\\\\\"s',
        SECRET.encode().decode("latin-1"),
        repr(SECRET)[1:-1],
        repr(SECRET.encode())[2:-1],
        b64encode(SECRET.encode()).decode(),
        b64encode(b"\0ann\0" + SECRET.encode()).decode().rstrip("="),
    ],
)
def test_every_form(form: str) -> None:
    error = CommandError("LOGIN", "BAD", form, f"what is {form}?")
    error.__cause__ = ProtocolError(f"{form} is odd", 3)
    scrub(error, ANN, Exchange(MECHANISMS["PLAIN"], ANN))
    assert error.text.rstrip("=?") == "what is ***"
    assert error.args == (error.text,)
    assert (error.code or "").rstrip("=") == "***"
    assert error.__cause__.args[0].replace("=", "") == "*** is odd"
    assert error.__cause__.args[1] == 3


def test_a_token() -> None:
    error = ProtocolError("Bearer ya29.a0A, " + b64encode(b"ya29.a0A").decode())
    scrub(error, TOKEN)
    assert str(error).rstrip("=") == "Bearer ***, ***"


def test_who_has_no_secret() -> None:
    error = CommandError("AUTHENTICATE", "NO", None, "no guests")
    error.__cause__ = error
    scrub(error, ANN)
    scrub(error, Credentials(kind="anonymous", trace="ann"))
    assert error.text == "no guests"


def test_a_response_code_that_says_nothing_of_it_stays() -> None:
    error = CommandError("LOGIN", "NO", "X", "no")
    error.response_code = ("X", "3")
    scrub(error, ANN)
    assert error.response_code == ("X", "3")
    error.response_code = ("X", SECRET)
    scrub(error, ANN)
    assert error.response_code is None


def test_only_what_is_put_up_with_meanwhile_is_not_kept() -> None:
    defects = deque([Defect("before")], maxlen=10)
    with discreet(defects):
        defects.append(Defect("odd", SECRET.encode()))
    assert [defect.message for defect in defects] == ["before", "put up with while logging in, and so not shown"]


@pytest.mark.parametrize("mechanism", list(MECHANISMS.values()), ids=lambda mechanism: mechanism.name)
def test_no_variable_of_a_mechanism_holds_it_while_the_server_has_its_say(mechanism: object) -> None:
    from imapkit.protocol.sasl import Mechanism

    assert isinstance(mechanism, Mechanism)
    if mechanism.kind not in {"password", "token"} or mechanism.name.endswith("-PLUS"):
        return
    credentials = {
        "password": Credentials(kind="password", user="ann", password=Secret("open-sesame")),
        "token": Credentials(kind="token", user="ann", token=Secret("open-sesame")),
    }[mechanism.kind]
    script = mechanism.start(credentials, Context())
    next(script)
    frame = getattr(script, "gi_frame")  # noqa: B009 - a generator, which the type does not tell
    assert frame.f_locals["credentials"] is credentials
    assert "sesame" not in repr(frame.f_locals)
