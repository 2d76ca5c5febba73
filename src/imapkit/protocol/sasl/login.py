"""LOGIN: user name and password, each asked for by the server; PLAIN's predecessor, never standardised.

It is here for servers that offer nothing better (Exchange for years).  draft-murchison-sasl-login-00 has the prompts
``User Name`` NUL and ``Password`` NUL, most servers send ``Username:`` and ``Password:``, some translate them: only
their order counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.protocol.sasl.fields import utf8
from imapkit.protocol.sasl.mechanism import Mechanism

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["LOGIN"]


def _login(credentials: Credentials, _context: Context) -> SaslExchange:
    user = utf8(credentials.user, "user name")
    utf8(credentials.password.reveal(), "password")  # refuses it before anything is sent; no variable holds it
    yield b""
    yield user
    yield utf8(credentials.password.reveal(), "password")


LOGIN = Mechanism("LOGIN", kind="password", strength=10, client_first=False, plaintext=True, responses=2, start=_login)
