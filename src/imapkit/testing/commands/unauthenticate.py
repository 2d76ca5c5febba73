"""UNAUTHENTICATE (RFC 8437): the session is nobody's again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imapkit.testing.features import Completion, Feature, Handler, Request

if TYPE_CHECKING:
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]


def _unauthenticate(session: ServerSession, request: Request) -> Completion | None:
    request.end()
    if session.compressed:
        # NO is not permitted, BYE is (section 3): here nothing ends compression in the middle of the stream.
        session.bye("UNAUTHENTICATE cannot end compression")
        return None
    session.log_out()
    return Completion(code=f"CAPABILITY {session.capability_list()}")


FEATURE = Feature(
    capabilities=("UNAUTHENTICATE",),
    commands=(Handler("UNAUTHENTICATE", _unauthenticate, requires=("UNAUTHENTICATE",)),),
)
