"""One authentication from the first response to the server's verdict.

How a flow drives it::

    exchange = Exchange(mechanism, credentials, context)     # refuses bad arguments here, before a byte has left
    with SASL-IR:       AUTHENTICATE NAME <exchange.initial()>            ("=" for an empty one, RFC 4959)
    without:            AUTHENTICATE NAME, and at the first "+"           exchange.initial()
    at each further "+" exchange.respond(challenge)
    at the tagged OK    exchange.finished says whether to believe it
    at the tagged NO    exchange.server_error says more, for the mechanisms that have a way to

A server-first mechanism has no initial response: `initial` gives `None` and the first ``+`` is a challenge already.
When `respond` raises, the flow sends ``*`` to cancel, awaits the tagged BAD and raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.errors import InvalidArgument, LimitExceeded, ProtocolError
from imapkit.protocol.sasl.encoding import MAX_CHALLENGE
from imapkit.protocol.sasl.mechanism import Context, Refusal

if TYPE_CHECKING:
    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import Mechanism

__all__ = ["Exchange"]


class Exchange:
    """A running mechanism; see the module's text for the order of calls."""

    __slots__ = ("_first", "_given", "_script", "mechanism", "server_error")

    def __init__(self, mechanism: Mechanism, credentials: Credentials, context: Context | None = None) -> None:
        """Begin; raises `InvalidArgument` when the mechanism cannot carry the credentials."""
        if credentials.kind != mechanism.kind:
            raise InvalidArgument(f"{mechanism.name} takes credentials of the kind {mechanism.kind!r}")
        self.mechanism = mechanism
        self.server_error: bytes | None = None
        """What the server reported in a challenge instead of going on: JSON for the OAuth mechanisms, a word
        such as ``channel-binding-not-supported`` for SCRAM (RFC 5802, section 7)."""
        self._script = mechanism.start(credentials, context or Context())
        self._first = next(self._script)
        self._given = 0

    def initial(self) -> bytes | None:
        """The initial response, or `None` when the server has to speak first."""
        if not self.mechanism.client_first:
            return None
        self._given = max(self._given, 1)
        return self._first

    def respond(self, challenge: bytes) -> bytes:
        """The response to a challenge.

        Raises `ProtocolError` when the challenge is malformed, a proof in it is wrong, or nothing is left to say.
        """
        if len(challenge) > MAX_CHALLENGE:
            raise LimitExceeded(f"the server's SASL challenge is longer than {MAX_CHALLENGE} octets")
        if self.mechanism.client_first and not self._given:
            # The empty challenge that invites the initial response (RFC 4422, section 5.1).
            self._given = 1
            return self._first
        try:
            response = self._script.send(challenge)
        except StopIteration:
            raise ProtocolError(f"{self.mechanism.name}: the server sent a challenge more than there can be") from None
        except Refusal as refusal:
            self.server_error = refusal.error
            return refusal.answer
        self._given += 1
        return response

    @property
    def finished(self) -> bool:
        """Whether the mechanism has said and seen all it must: only then is a tagged OK to be believed.

        For SCRAM, a server that says OK before has not proved that it knows the password (RFC 5802, 3).
        """
        return self.server_error is None and self._given >= self.mechanism.responses

    @property
    def proved(self) -> bool:
        """Whether the server has a proof of the password that is not the password itself.

        It must not have the password as well: a refusal from then on is final, whatever its form.
        """
        return not self.mechanism.plaintext and self._given > int(self.mechanism.client_first)
