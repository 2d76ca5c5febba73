"""The text of a message for the eye: HTML made plain, and the one line that previews it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["html_to_text", "snippet"]


def html_to_text(html: str) -> str:
    r"""The readable text of an HTML body: lines as a browser would break them, nothing that it would not show.

    Paragraphs are set apart by an empty line, items of lists begin with ``- ``, quotations with ``> `` as in plain
    text mail; ``pre`` keeps its spaces. Links and pictures leave nothing but their text.

    >>> html_to_text("<style>p{}</style><p>Tea &amp; <b>scones</b>?<blockquote>at four<br>sharp</blockquote>")
    'Tea & scones?\n\n> at four\n> sharp'
    """
    # Loaded for the first HTML body: the names of all entities are a large table.
    from imapkit.mime.html import render

    return render(html)


# Characters that show nothing.  Newsletters pad their preview with hundreds of them, so beside white space they are
# white space; within a word (Persian, emoji) they have a meaning.
_BLANK = re.compile(
    "[\\s\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\ufeff]+"
)
_WHITE = re.compile("[\\s\0-\x1f\x7f-\x9f]")
_SIGNATURE = ("-- ", "--")


def snippet(text: str, limit: int = 200) -> str:
    r"""`text` on one line of at most `limit` characters, as PREVIEW has it (RFC 8970, 3.3).

    Quoted lines and the signature are left out where something else remains.

    >>> snippet("> Tea?\n\nYes,\n  at four.\n-- \nAda")
    'Yes, at four.'
    >>> snippet("> Tea?\n-- \nAda")
    'Tea? -- Ada'
    """
    own = _collapse(_own_lines(text), limit)
    return own or _collapse((line.lstrip("> ") for line in text.splitlines()), limit)


def _own_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line in _SIGNATURE:
            return
        if not line.startswith(">"):
            yield line


def _collapse(lines: Iterator[str], limit: int) -> str:
    collected: list[str] = []
    length = 0
    for line in lines:
        shown = _BLANK.sub(_blank, line).strip(" ")
        if shown:
            collected.append(shown)
            length += len(shown) + 1
            if length > limit:
                break
    return " ".join(collected)[: max(0, limit)].rstrip()


def _blank(found: re.Match[str]) -> str:
    return " " if _WHITE.search(found[0]) else found[0]
