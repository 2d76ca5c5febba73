"""JMAPACCESS (RFC 9698): where the same mail is to be had by JMAP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.features import Feature, Handler, Request

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_URL: Final = b'"https://localhost/.well-known/jmap"'


# resp-jmapaccess = "JMAPACCESS" SP quoted  (RFC 9698, 4)
def _get(session: ServerSession, request: Request) -> None:
    request.end()
    session.untagged(b"JMAPACCESS", _URL)


FEATURE = Feature(capabilities=("JMAPACCESS",), commands=(Handler("GETJMAPACCESS", _get, requires=("JMAPACCESS",)),))
