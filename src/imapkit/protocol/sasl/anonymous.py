"""ANONYMOUS (RFC 4505): access without an identity; the trace is a courtesy to the server's log.

::

    message     = [ email / token ]
    token       = 1*255TCHAR        ; any character but "@"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument
from imapkit.protocol.sasl.mechanism import Mechanism
from imapkit.protocol.sasl.saslprep import refuse_prohibited

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Context, SaslExchange

__all__ = ["ANONYMOUS"]

_MAX_TRACE = 255


def _anonymous(credentials: Credentials, _context: Context) -> SaslExchange:
    trace = credentials.trace
    if len(trace) > _MAX_TRACE:
        raise InvalidArgument(f"the trace of an anonymous login has at most {_MAX_TRACE} characters")
    # Section 3: the "trace" profile maps and normalises nothing, and prohibits what SASLprep does but for
    # non-ASCII spaces (C.1.2) and characters inappropriate for canonical representation (C.7).
    refuse_prohibited(trace, "trace", spare=("c12", "c7"))
    yield trace.encode()


ANONYMOUS = Mechanism(
    "ANONYMOUS", kind="anonymous", strength=10, client_first=True, plaintext=False, responses=1, start=_anonymous
)
