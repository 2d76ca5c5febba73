"""Whom to trust, unless the caller says otherwise."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

__all__ = ["default_context"]

_building = threading.Lock()
_built: list[ssl.SSLContext] = []


def default_context() -> ssl.SSLContext:
    """The TLS context of every connection that was not given one; do not change it.

    It verifies certificates and host names against the system's authorities and those of `certifi`, and wants TLS 1.2
    at least.  It is made when it is first asked for, once: reading some hundred certificates takes 27 ms.
    """
    with _building:
        if not _built:
            _built.append(_build())
        return _built[0]


def _build() -> ssl.SSLContext:
    import ssl

    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
