"""Every exception that imapkit raises on purpose, as one tree.

    ImapError
     +- ConnectionLost           (ConnectionError)   the connection ended; nothing is known to be half done
     |   +- ServerBye                                the server said BYE (or refused us in its greeting)
     |   +- OutcomeUnknown                           it ended while a change was under way: it may have happened
     +- ImapTimeout              (TimeoutError)      no answer within the deadline
     +- TLSError                                     TLS failed, or what was demanded of it was not given
     +- ProtocolError                                the server broke the protocol beyond repair
     |   +- LimitExceeded                            it sent more than the configured limits allow
     +- CommandError                                 the server answered NO or BAD
     |   +- AuthenticationError                      credentials refused
     |   |   +- TokenRejected                        an OAuth2 token was refused (expired, wrong scope)
     |   +- FolderNotFound       (LookupError)
     |   +- FolderExists
     |   +- PermissionDenied     (PermissionError)
     |   +- OverQuota
     |   +- ServerUnavailable                        try again later; `retry_after` when the server said how long
     +- InvalidArgument          (ValueError)        refused before a byte was sent
     +- NotSupported                                 this server lacks the capability
     +- MessageNotFound          (LookupError)
     +- UidValidityChanged       (LookupError)       the folder's UIDs mean other messages now (RFC 9051, 2.3.1.1)
     +- ReadOnly                                     a change was asked of a read-only session
     +- NotFetched               (AttributeError)    an attribute that was not fetched was read

Each also derives from the built-in that fits (in parentheses), so ``except TimeoutError`` works as expected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AuthenticationError",
    "CommandError",
    "ConnectionLost",
    "FolderExists",
    "FolderNotFound",
    "ImapError",
    "ImapTimeout",
    "InvalidArgument",
    "LimitExceeded",
    "MessageNotFound",
    "NotFetched",
    "NotSupported",
    "OutcomeUnknown",
    "OverQuota",
    "PermissionDenied",
    "ProtocolError",
    "ReadOnly",
    "ServerBye",
    "ServerUnavailable",
    "TLSError",
    "TokenRejected",
    "UidValidityChanged",
    "command_error",
]


class ImapError(Exception):
    """The root: everything imapkit raises on purpose is one of these."""


class ConnectionLost(ImapError, ConnectionError):
    """The connection ended before the answer came; connect again."""


class ServerBye(ConnectionLost):
    """The server ended the session itself; the message is the reason it gave.

    `response_code` is its response code with all it says (an `imapkit.protocol.model.Code`), such as a REFERRAL to
    another server, or `None`.
    """

    response_code: object = None


class OutcomeUnknown(ConnectionLost):
    """The connection ended after a change was sent and before it was answered: it may or may not have happened.

    Look before you repeat it; imapkit never repeats it by itself.
    """


class ImapTimeout(ImapError, TimeoutError):
    """The server did not answer within the deadline; the connection is not used again."""


class TLSError(ImapError):
    """TLS could not be established, or the server would have us go on without what was demanded of it."""


class ProtocolError(ImapError):
    """The server sent something after which the stream cannot be understood any more."""


class LimitExceeded(ProtocolError):
    """The server announced or sent more than the limits allow (see `imapkit.protocol.wire.limits.Limits`)."""


class CommandError(ImapError):
    """The server refused a command.

    `command` is the command's name (never its arguments), `status` is ``"NO"`` or ``"BAD"``, `code` the
    response code of RFC 5530 in upper case or `None`, `text` the server's words, and `partial` what it had
    delivered before it refused (RFC 9051 allows a FETCH to fail half-way), or `None`.  `response_code` is the code
    with all it says (an `imapkit.protocol.model.Code`), such as the largest value that METADATA takes.  `hint` says
    what to do about it, where that is known and the server does not say.
    """

    response_code: object = None
    hint: str = ""

    def __init__(
        self,
        command: str,
        status: Literal["NO", "BAD"],
        code: str | None,
        text: str,
        partial: object = None,
    ) -> None:
        # OSError, a base of PermissionDenied, reads meaning into two and more arguments; it gets one.
        super().__init__(text)
        self.command = command
        self.status: Literal["NO", "BAD"] = status
        self.code = code
        self.text = text
        self.partial = partial

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.command, self.status, self.code, self.text, self.partial), self.__dict__

    def __str__(self) -> str:
        code = f" [{self.code}]" if self.code else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.command}: {self.status}{code} {self.text}".rstrip() + hint


class AuthenticationError(CommandError):
    """The server refused the credentials."""


class TokenRejected(AuthenticationError):
    """The server refused the OAuth2 token: get a fresh one, or check its scope."""


class FolderNotFound(CommandError, LookupError):
    """There is no such folder."""


class FolderExists(CommandError):
    """There is such a folder already."""


class PermissionDenied(CommandError, PermissionError):
    """The account may not do that (RFC 4314 rights)."""


class OverQuota(CommandError):
    """The account's storage is used up (RFC 9208)."""


class ServerUnavailable(CommandError):
    """The server cannot serve this now: try again later, after `retry_after` seconds where it said so."""

    retry_after: float | None = None
    """Seconds to wait; None where the server did not say."""


class InvalidArgument(ImapError, ValueError):
    """An argument that the protocol cannot carry; nothing was sent."""


class NotSupported(ImapError):
    """The server does not offer what this needs; `capability` names it."""

    def __init__(self, capability: str, message: str = "") -> None:
        super().__init__(message or f"the server does not offer {capability}")
        self.capability = capability

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.capability, str(self)), self.__dict__


class MessageNotFound(ImapError, LookupError):
    """There is no message with this UID in the folder (any more)."""


class UidValidityChanged(ImapError, LookupError):
    """The folder's UIDVALIDITY is another: UIDs remembered from before name other messages now."""


class ReadOnly(ImapError):
    """A change was asked of a session or a folder that was opened read-only."""


class NotFetched(ImapError, AttributeError):
    """An attribute that was not fetched was read; the message names the `prefetch()` argument that fetches it."""


_BY_CODE: Mapping[str, type[CommandError]] = {
    "ALREADYEXISTS": FolderExists,
    "AUTHENTICATIONFAILED": AuthenticationError,
    "AUTHORIZATIONFAILED": AuthenticationError,
    "EXPIRED": AuthenticationError,
    "NONEXISTENT": FolderNotFound,
    "TRYCREATE": FolderNotFound,
    "NOPERM": PermissionDenied,
    "OVERQUOTA": OverQuota,
    "UNAVAILABLE": ServerUnavailable,
    "INUSE": ServerUnavailable,
    "LIMIT": ServerUnavailable,
}


# What servers say in words alone: Exchange Online throttles ("BAD Request is throttled. Suggested Backoff Time: 92415
# milliseconds"), Gmail refuses the sixteenth connection ("NO [ALERT] Too many simultaneous connections").
_BACKOFF = re.compile(r"Suggested Backoff Time: ([0-9]{1,9}) milliseconds", re.IGNORECASE)
# What some servers say in words alone, and what to do about it.
_BY_WORDS: tuple[tuple[re.Pattern[str], type[CommandError], str], ...] = (
    (  # Microsoft 365 accepts a login, then refuses every command
        re.compile(r"User is authenticated but not connected", re.IGNORECASE),
        AuthenticationError,
        "the login opens no mailbox: check the user name, the scope of the token, and that IMAP is switched on for it",
    ),
    (re.compile(r"is throttled", re.IGNORECASE), ServerUnavailable, ""),
    (
        re.compile(r"Too many simultaneous connections", re.IGNORECASE),  # Gmail
        ServerUnavailable,
        "close other connections to this account, or wait until the server has dropped them",
    ),
)


def command_error(
    command: str,
    status: Literal["NO", "BAD"],
    code: str | None,
    text: str,
    partial: object = None,
) -> CommandError:
    """The exception for a refused command, chosen by its response code (RFC 5530), or the words of servers without.

    >>> command_error("CREATE", "NO", "ALREADYEXISTS", "Mailbox already exists")
    FolderExists('Mailbox already exists')
    """
    kind, hint = _BY_CODE.get(code or ""), ""
    if kind is None:
        said = ((kind, hint) for words, kind, hint in _BY_WORDS if words.search(text))
        kind, hint = next(said, (CommandError, ""))
    error = kind(command, status, code, text, partial)
    if hint:
        error.hint = hint
    backoff = _BACKOFF.search(text)
    if backoff is not None and isinstance(error, ServerUnavailable):
        error.retry_after = int(backoff[1]) / 1000
    return error
