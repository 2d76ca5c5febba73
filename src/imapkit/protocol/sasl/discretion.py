"""Servers that repeat what they were told: while logging in, that is the password.

``BAD Error in IMAP command: LOGIN "ann" "open sesame"`` is what some say, in the completion, in a BYE, or in something
that is no response at all.  From there it would get into exceptions, into the log and into what a connection keeps of
the oddities it put up with.  So while a login is under way nothing of what the server says is logged or kept, and an
exception loses every form in which the secret could have been repeated.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from imapkit.errors import CommandError
from imapkit.protocol.sasl.encoding import encode_base64
from imapkit.types.defects import Defect

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Generator, Iterator

    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.exchange import Exchange

__all__ = ["discreet", "scrub"]

_HIDDEN: Final = "***"
_logging_in: ContextVar[bool] = ContextVar("_logging_in", default=False)
_HARMLESS: Final = {"%s %s", "%s %s: %s"}  # a tag, the name of a command, and OK, NO or BAD


class _Discretion(logging.Filter):
    """Lets through that something is logged, but not what the server said."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _logging_in.get() and record.msg not in _HARMLESS:
            record.msg, record.args = "what the server says while one logs in is not shown", ()
        return True


logging.getLogger("imapkit.protocol").addFilter(_Discretion())


@contextmanager
def discreet(defects: deque[Defect]) -> Generator[None, None, None]:
    """Log nothing that the server says, and keep nothing of it in `defects` but that there was something."""
    before = tuple(defects)
    defects.clear()
    _logging_in.set(True)
    try:
        yield
    finally:
        _logging_in.set(False)
        during = len(defects)
        defects.clear()
        defects.extend(before)
        defects.extend([Defect("put up with while logging in, and so not shown")] * during)


def scrub(error: BaseException, credentials: Credentials, exchange: Exchange | None = None) -> None:
    """Remove the secret from an exception and from what caused it, in whatever form the server has repeated it."""
    forms = sorted(_forms(credentials, exchange), key=len, reverse=True)
    if not forms:
        return
    secret = re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)
    cause: BaseException | None = error
    while cause is not None:
        cause.args = tuple(secret.sub(_HIDDEN, value) if isinstance(value, str) else value for value in cause.args)
        if isinstance(cause, CommandError):
            cause.text = secret.sub(_HIDDEN, cause.text)
            cause.code = cause.code and secret.sub(_HIDDEN, cause.code)
            if secret.search(repr(cause.response_code)):
                cause.response_code = None
        cause = cause.__cause__ if cause.__cause__ is not cause else None


def _forms(credentials: Credentials, exchange: Exchange | None) -> Iterator[str]:
    """How it was written on the wire, and how a parser may have read and shown that."""
    for text in (credentials.password.reveal(), credentials.token.reveal()):
        if not text:
            continue
        octets = text.encode("utf-8", "surrogatepass")
        for form in (text, text.replace("\\", "\\\\").replace('"', '\\"'), octets.decode("latin-1")):
            yield from (form, repr(form)[1:-1])
        yield repr(octets)[2:-1]
        yield _base64(octets)
    initial = exchange.initial() if exchange is not None and exchange.mechanism.plaintext else None
    if initial:
        yield _base64(initial)


def _base64(octets: bytes) -> str:
    return encode_base64(octets).decode("ascii").rstrip("=")
