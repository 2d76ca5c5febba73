"""Host names as DNS, TLS and certificates want them: in ASCII."""

from __future__ import annotations

import re
from typing import Final

from imapkit.errors import InvalidArgument

__all__ = ["ascii_host"]

# RFC 1123, 2.1; the underscore is no part of a host name, but of names that exist.
_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST: Final = 253


def ascii_host(host: str) -> str:
    """Give a host name in ASCII and lower case (IDNA 2008, mapped by UTS 46 as browsers do), an address as it is.

    A trailing dot and the brackets around an IPv6 address are dropped, its zone is kept.  Raises `InvalidArgument` for
    what cannot be the name of a host.

    >>> from imapkit.transport.hostnames import ascii_host
    >>> ascii_host("imap.Bücher.example")
    'imap.xn--bcher-kva.example'
    >>> ascii_host("[fe80::1%eth0]")
    'fe80::1%eth0'
    """
    if host.startswith("[") or ":" in host:
        return _ipv6(host)
    if len(host) > _LONGEST + 1:
        raise InvalidArgument(f"a host name has {_LONGEST} characters at most, not {len(host)}")
    name = (host if host.isascii() else _idna(host)).removesuffix(".")
    if not name:
        raise InvalidArgument("the host name is empty")
    for label in name.split("."):
        if not _LABEL.fullmatch(label):
            raise _refused(host, f"{label!r} cannot be a part of it" if label else "a part of it is empty")
    return name.lower()


def _idna(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError as error:  # idna.IDNAError is one
        raise _refused(host, str(error)) from error


def _ipv6(host: str) -> str:
    import ipaddress

    address = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    # ipaddress takes anything for the zone, which is the name or the number of an interface (RFC 4007, 11.2).
    zone = address.partition("%")[2]
    try:
        if zone and not re.fullmatch(r"[A-Za-z0-9._~-]+", zone):
            raise ValueError(f"{zone!r} is no zone")
        ipaddress.IPv6Address(address)
    except ValueError as error:
        raise _refused(host, f"{error}; the port is given apart from it") from error
    return address


def _refused(host: str, why: str) -> InvalidArgument:
    return InvalidArgument(f"{host!r} is no host name: {why}")
