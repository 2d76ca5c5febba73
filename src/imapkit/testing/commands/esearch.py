"""ESEARCH (RFC 4731), ESORT (RFC 5267, 3), SEARCHRES (RFC 5182): what is to be told of a result, or kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imapkit.testing.features import Feature, ReturnOption

if TYPE_CHECKING:
    from imapkit.testing.searching import Answer, Results

__all__ = ["ALL", "FEATURE"]


def ALL(results: Results) -> bytes | None:  # noqa: N802 - it is the option's name
    """All numbers."""
    return b"ALL " + results.numbers(results.messages) if results.messages else None


# MIN and MAX of a SORT are the first and the last in its order (RFC 5267, 3.1).
def _min(results: Results) -> bytes | None:
    return b"MIN %d" % results.number(results.messages[0]) if results.messages else None


def _max(results: Results) -> bytes | None:
    return b"MAX %d" % results.number(results.messages[-1]) if results.messages else None


def _count(results: Results) -> bytes:
    return b"COUNT %d" % len(results.messages)


def _save(results: Results) -> None:
    results.view.saved = {message.uid for message in results.told}


def _option(answer: Answer, *requires: str) -> ReturnOption:
    return ReturnOption(lambda _session, _arguments: answer, requires)


_ESEARCH: Final = ("ESEARCH", "ESORT", "CONTEXT=SEARCH", "CONTEXT=SORT", "MULTISEARCH", "PARTIAL")

FEATURE = Feature(
    capabilities=("ESEARCH", "ESORT", "SEARCHRES"),
    return_options={
        "MIN": _option(_min, *_ESEARCH),
        "MAX": _option(_max, *_ESEARCH),
        "ALL": _option(ALL, *_ESEARCH),
        "COUNT": _option(_count, *_ESEARCH),
        "SAVE": _option(_save, "SEARCHRES"),
    },
)
