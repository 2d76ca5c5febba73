"""Who one logs in as, as values: hashable, picklable, and safe to print, because secrets never show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, final, runtime_checkable

from imapkit.errors import InvalidArgument

__all__ = ["Anonymous", "Auth", "External", "OAuth2", "Password", "Secret", "Token", "TokenSource"]

_HIDDEN = "***"


@final
class Secret:
    """Text that does not show: `repr()`, `str()` and `format()` give ``***``, only `reveal()` gives it.

    Pickling keeps the text: an `Account` must survive the trip to another process.

    >>> secret = Secret("open sesame")
    >>> secret, f"{secret:>12}", secret.reveal()
    (***, '***', 'open sesame')
    """

    __slots__ = ("_text",)

    _text: str

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself."""
        return self._text

    def __repr__(self) -> str:
        return _HIDDEN

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        # Padding or cutting would show nothing, but a width must not become a way to measure.
        return _HIDDEN

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (self._text,)


@runtime_checkable
class TokenSource(Protocol):
    """Where OAuth2 access tokens come from: an object of yours, or of an OAuth2 library."""

    def token(self, rejected: str | None, /) -> str:
        """Give a token that is worth trying; `rejected` is the one that the server has just refused, if any."""
        ...


Token: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]] | TokenSource
"""An access token, a function (plain or async) that gives one, or a `TokenSource`."""


@final
@dataclass(frozen=True, slots=True, repr=False)
class Password:
    """User name and password, for LOGIN and for the SASL mechanisms that take one.

    `mechanisms` names the SASL mechanisms that may be used (and LOGIN for the command of that name), whatever else
    the server offers, for example ``("SCRAM-SHA-256",)``. Empty, the default, leaves the choice to imapkit: the
    strongest that is offered.

    It never prints the password, but it is a dataclass that holds it: `dataclasses.asdict()` and `astuple()`, of it
    and of the `Account` it is part of, give the password as it is.  Log the value itself, never these.

    >>> Password("ann", "open sesame")
    Password(user='ann', password=***)
    """

    user: str
    password: str
    mechanisms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.mechanisms, str):
            raise InvalidArgument(f"mechanisms is a tuple of names: write ({self.mechanisms!r},)")
        object.__setattr__(self, "mechanisms", tuple(name.upper() for name in self.mechanisms))

    def __repr__(self) -> str:
        only = f", mechanisms={self.mechanisms!r}" if self.mechanisms else ""
        return f"Password(user={self.user!r}, password={_HIDDEN}{only})"


@final
@dataclass(frozen=True, slots=True, repr=False)
class OAuth2:
    """User name and OAuth2 access token, for SASL OAUTHBEARER (RFC 7628) and XOAUTH2.

    A function or a `TokenSource` is called for each login; a `TokenSource` once more, with the token that the server
    refused, before the login fails with `TokenRejected`. Getting, refreshing and caching tokens stays with the
    libraries that do it well.

    >>> OAuth2("ann", lambda: "ya29.a0A")
    OAuth2(user='ann', token=***)
    """

    user: str
    token: Token

    def __repr__(self) -> str:
        # A function may be a partial over a token, a source may print its cache: hide whatever it is.
        return f"OAuth2(user={self.user!r}, token={_HIDDEN})"


@final
@dataclass(frozen=True, slots=True)
class External:
    """What the connection itself proves, mostly a TLS client certificate (SASL EXTERNAL, RFC 4422, appendix A).

    `user` is the identity to act as; empty, the default, leaves it to the server to read it from the certificate.
    """

    user: str = ""


@final
@dataclass(frozen=True, slots=True)
class Anonymous:
    """A guest (SASL ANONYMOUS, RFC 4505); `trace` is an e-mail address or a word that the server may log."""

    trace: str = ""


Auth: TypeAlias = Password | OAuth2 | External | Anonymous
"""Any of the ways to log in."""
