"""What a mechanism needs to know of the user: `imapkit.types.auth` values with the token fetched already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from imapkit.errors import InvalidArgument
from imapkit.types.auth import External, OAuth2, Password, Secret

if TYPE_CHECKING:
    from imapkit.types.auth import Auth

__all__ = ["Credentials", "Kind", "from_auth"]

Kind: TypeAlias = Literal["password", "token", "external", "anonymous"]

_NOTHING: Final = Secret("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One identity, of one `kind`; the fields that other kinds use stay empty.

    >>> Credentials(kind="password", user="ann", password=Secret("open sesame")).password
    ***
    """

    kind: Kind
    user: str = ""
    """Whose credentials these are (the authentication identity)."""
    password: Secret = _NOTHING
    token: Secret = _NOTHING
    """An OAuth2 access token."""
    authzid: str = ""
    """Whom to act as, where that is somebody else."""
    trace: str = ""
    """What ANONYMOUS leaves in the server's log."""
    host: str = ""
    """The server's name, as OAUTHBEARER tells it (RFC 7628, section 3.1); empty to leave it out."""
    port: int = 0
    """The server's port, likewise; 0 to leave it out."""


def from_auth(auth: Auth, token: str | None = None, host: str = "", port: int = 0) -> Credentials:
    """Credentials of an `imapkit.types.auth` value.

    `token` is the access token where ``auth.token`` is no string but a function or `TokenSource`, which the caller
    has asked: nothing here calls it.  Raises `InvalidArgument` without one.
    """
    match auth:
        case Password():
            return Credentials(kind="password", user=auth.user, password=Secret(auth.password), host=host, port=port)
        case OAuth2():
            if token is None:
                if not isinstance(auth.token, str):
                    raise InvalidArgument("the token source has to be asked for a token first")
                token = auth.token
            return Credentials(kind="token", user=auth.user, token=Secret(token), host=host, port=port)
        case External():
            return Credentials(kind="external", authzid=auth.user, host=host, port=port)
        case _:
            return Credentials(kind="anonymous", trace=auth.trace, host=host, port=port)
