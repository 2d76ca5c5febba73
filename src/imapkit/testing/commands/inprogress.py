"""INPROGRESS (RFC 9585): how far a long command has come.

Nothing takes long here, so what counts is how much there is to do: each hundred messages are told of.  Other commands
tell what `Server.progress_next` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from imapkit.testing.features import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imapkit.testing.features import Request
    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE", "tell", "told"]

T = TypeVar("T")

_OFTEN: Final = 100


def told(session: ServerSession, request: Request, things: Sequence[T]) -> Iterator[T]:
    """The things to do, one after the other; the client is told of every hundred that are done."""
    for done, thing in enumerate(things):
        if done and done % _OFTEN == 0 and session.supports("INPROGRESS"):
            session.condition("OK", f"{done} of {len(things)} are done.", code=_code(request.tag, done, len(things)))
        yield thing


def tell(session: ServerSession, request: Request) -> None:
    """Tell what this command is to tell before it is carried out."""
    progress = session.site.progress_of(request.name)
    if progress is None:
        return
    for done in progress.done:
        tag = request.tag if progress.tagged else None
        session.condition("OK", "Still at it.", code=_code(tag, done, progress.goal if done is not None else None))


# resp-text-code =/ "INPROGRESS" [SP "(" (quoted / nil) SP (number / nil) SP (nz-number / nil) ")"]
def _code(tag: str | None, done: int | None, goal: int | None) -> str:
    if tag is None and done is None:
        return "INPROGRESS"
    # A tag with "]" in it would end the code for many clients, so it is left out (section 4).
    name = "NIL" if tag is None or "]" in tag else f'"{tag}"'
    return f"INPROGRESS ({name} {_number(done)} {_number(goal)})"


def _number(number: int | None) -> str:
    return "NIL" if number is None else str(number)


FEATURE = Feature(capabilities=("INPROGRESS",))
