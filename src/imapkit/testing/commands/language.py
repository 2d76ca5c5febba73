"""LANGUAGE (RFC 5255, 3): the words of completions, and what the namespaces are called, in another language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.protocol.model import ANY_STATE
from imapkit.testing import render
from imapkit.testing.commands.session import send_namespaces
from imapkit.testing.features import Feature, Handler, Request
from imapkit.testing.languages import LANGUAGES, Language
from imapkit.testing.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imapkit.testing.session import ServerSession

__all__ = ["FEATURE"]

_PREFERRED: Final = "en"  # what "default" stands for


# language-cmd = "LANGUAGE" *(SP lang-range-quoted)
def _language(session: ServerSession, request: Request) -> None:
    ranges = [language_range.lower() for language_range in request.words()]
    if not ranges:
        _send(session, LANGUAGES)
        return
    language = _found(ranges)
    if language is None:
        raise Refused(session.language.unknown)
    session.language = language
    _send(session, (language.tag,))
    if language.other_users and session.authenticated and session.supports("NAMESPACE"):
        send_namespaces(session)


def _found(ranges: Iterable[str]) -> Language | None:
    """The first range that a language fits, by the lookup of RFC 4647, 3.4: "de-AT" falls back to "de"."""
    for language_range in ranges:
        tag = _PREFERRED if language_range == "default" else language_range
        while tag and tag not in LANGUAGES:
            tag = tag.rpartition("-")[0]
        if tag:
            return LANGUAGES[tag]
    return None


# language-data = "LANGUAGE" SP "(" lang-tag-quoted *(SP lang-tag-quoted) ")"
def _send(session: ServerSession, tags: Iterable[str]) -> None:
    session.untagged(b"LANGUAGE", render.parenthesised(tag.encode("ascii") for tag in tags))


FEATURE = Feature(
    capabilities=("LANGUAGE",),
    commands=(Handler("LANGUAGE", _language, states=ANY_STATE, requires=("LANGUAGE",)),),
)
