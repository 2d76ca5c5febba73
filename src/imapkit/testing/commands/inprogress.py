"""INPROGRESS (RFC 9585): how far a long command has come.

Nothing takes long here, so what counts is how much there is to do: each hundred messages are told of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from imapkit.testing.features import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imapkit.testing.features import Request
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE", "told"]

T = TypeVar("T")

_OFTEN: Final = 100


# resp-text-code =/ "INPROGRESS" [SP "(" (quoted / nil) SP (number / nil) SP (nz-number / nil) ")"]
def told(session: ServerSession, request: Request, things: Sequence[T]) -> Iterator[T]:
    """The things to do, one after the other; the client is told of every hundred that are done."""
    for done, thing in enumerate(things):
        if done and done % _OFTEN == 0 and session.supports("INPROGRESS"):
            code = f'INPROGRESS ("{request.tag}" {done} {len(things)})'
            session.condition("OK", f"{done} of {len(things)} are done.", code=code)
        yield thing


FEATURE = Feature(capabilities=("INPROGRESS",))
