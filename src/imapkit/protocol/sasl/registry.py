"""Every mechanism there is, and the choice among those that a server offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.sasl.anonymous import ANONYMOUS
from imapkit.protocol.sasl.cram_md5 import CRAM_MD5
from imapkit.protocol.sasl.external import EXTERNAL
from imapkit.protocol.sasl.login import LOGIN
from imapkit.protocol.sasl.oauthbearer import OAUTHBEARER
from imapkit.protocol.sasl.plain import PLAIN
from imapkit.protocol.sasl.scram import SCRAM_MECHANISMS
from imapkit.protocol.sasl.xoauth2 import XOAUTH2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imapkit.protocol.sasl.credentials import Credentials
    from imapkit.protocol.sasl.mechanism import ChannelBinding, Mechanism

__all__ = ["MECHANISMS", "choose"]

MECHANISMS: Final[Mapping[str, Mechanism]] = {
    mechanism.name: mechanism
    for mechanism in sorted(
        (*SCRAM_MECHANISMS, CRAM_MD5, PLAIN, LOGIN, OAUTHBEARER, XOAUTH2, EXTERNAL, ANONYMOUS),
        key=lambda mechanism: mechanism.strength,
        reverse=True,
    )
}
"""By name, the strongest first.  A new mechanism is one file and its place in this table."""


def choose(
    offered: Iterable[str],
    credentials: Credentials,
    *,
    secure: bool,
    allowed: tuple[str, ...] = (),
    channel_binding: ChannelBinding | None = None,
) -> list[Mechanism]:
    """The mechanisms that can be used, the strongest first.

    Take the first, and the next one only when the server refuses the mechanism itself: bad credentials are bad with
    every mechanism, and trying them again may lock the account.

    `offered` are the names behind ``AUTH=`` in the server's capabilities.  Unless `secure` (TLS, or the caller said in
    so many words that the wire is safe), none that sends the password or token readable is among them.  `allowed`, when
    not empty, names all that may be used.  Without `channel_binding` the ``-PLUS`` forms are left out.

    Raises `NotSupported` when none is left, `InvalidArgument` when `allowed` names one that does not exist here.

    >>> from imapkit.protocol.sasl import Credentials
    >>> from imapkit.types.auth import Secret
    >>> ann = Credentials(kind="password", user="ann", password=Secret("open sesame"))
    >>> [mechanism.name for mechanism in choose(["LOGIN", "PLAIN", "SCRAM-SHA-256"], ann, secure=True)]
    ['SCRAM-SHA-256', 'PLAIN', 'LOGIN']
    """
    there = {name.upper() for name in offered}
    permitted = _permitted(allowed)
    fitting = [
        mechanism
        for mechanism in MECHANISMS.values()
        if mechanism.kind == credentials.kind
        and mechanism.name in permitted
        and (channel_binding is not None or not mechanism.name.endswith("-PLUS"))
    ]
    in_the_offer = [mechanism for mechanism in fitting if mechanism.name in there]
    usable = [mechanism for mechanism in in_the_offer if secure or not mechanism.plaintext]
    if not usable:
        raise NotSupported("AUTH", _why_none(there, fitting, in_the_offer))
    return usable


def _permitted(allowed: tuple[str, ...]) -> set[str]:
    if not allowed:
        return set(MECHANISMS)
    permitted = {name.upper() for name in allowed}
    if unknown := permitted - set(MECHANISMS):
        raise InvalidArgument(f"no such SASL mechanism: {_names(unknown)}; there are {', '.join(MECHANISMS)}")
    return permitted


def _why_none(there: set[str], fitting: list[Mechanism], in_the_offer: list[Mechanism]) -> str:
    if in_the_offer:
        return (
            f"without TLS {_names(m.name for m in in_the_offer)} would send the secret readable, and the server offers "
            "nothing else that could be used: connect with TLS"
        )
    return (
        f"no SASL mechanism can be used: the server offers {_names(there) or 'none'}, "
        f"usable with these credentials would be {', '.join(m.name for m in fitting) or 'none that is allowed'}"
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
