"""HTML read as a browser reads it, as far as that decides which text is shown and where its lines break.

This is not `html.parser`: that one takes quadratic time for input that never closes what it opens (80 KB of ``<a ``
keep it busy for half a minute), and mail is written by strangers. Here each step either takes what it looked at or
knows that looking again is of no use, so time is linear whatever comes. What is a tag, a comment, an attribute follows
the tokenization of the HTML standard; nesting is not checked, since no tree is built.
"""

from __future__ import annotations

import re
from html import unescape

__all__ = ["render"]

# Elements whose content is never shown: skipped up to their own end tag, whatever stands in between.
_HIDDEN = {
    name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE)
    for name in ("iframe", "noembed", "noframes", "script", "style", "template", "textarea", "title", "xmp")
}
_END_OF_HEAD = re.compile(r"</head(?=[\s/>])|<body(?=[\s/>])", re.IGNORECASE)

# Elements that stand on lines of their own, and those that an empty line sets apart.
_PARAGRAPHS = frozenset({"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"})
_LINES = (
    _PARAGRAPHS
    | {"address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dt", "fieldset", "figure"}
    | {"figcaption", "footer", "form", "header", "li", "main", "nav", "section", "summary", "tbody", "tr"}
)

_MARKUP = re.compile(r"<(?:(!--)|(/?)([A-Za-z][^\s/>]*)|[!?/])")
_END_OF_COMMENT = re.compile(r"--!?>")
# What decides where a tag ends: ">", but not within a quoted value.  A quotation mark that is never closed quotes all.
_IN_TAG = re.compile(r"""(>)|=\s*(?:"[^"]*"?|'[^']*'?)?""")

# Each of these is a line break to somebody; in HTML all are a space.  A no-break space is none until the line is done.
_SPACES = re.compile("[ \t-\r\x1c-\x1e\x85\u2028\u2029]+")
_NO_BREAK = "\xa0"
# int() refuses numbers of thousands of digits; no character has more than seven.
_HUGE_REFERENCE = re.compile(r"&#\d{9,};?")
_DEEPEST_QUOTE = 8


def render(html: str) -> str:
    """See `imapkit.mime.text.html_to_text`."""
    page = _Page()
    html = html.replace("\0", "")
    position = 0
    in_head = False
    while found := _MARKUP.search(html, position):
        page.text(html[position : found.start()])
        position = found.end()
        name = (found[3] or "").lower()
        if found[1]:
            end = _END_OF_COMMENT.search(html, position - 2)  # "<!-->" is a whole comment
            position = end.end() if end else len(html)
        elif not name:
            position = html.find(">", position) + 1 or len(html)
        else:
            position = _end_of_tag(html, position)
            if found[2]:
                page.close(name)
            elif name in _HIDDEN:
                end = _HIDDEN[name].search(html, position)
                position = end.start() if end else len(html)
            elif name == "head" and not in_head:
                in_head = True  # once: what was not found need not be looked for again
                end = _END_OF_HEAD.search(html, position)
                position = end.start() if end else position
            else:
                page.open(name)
    page.text(html[position:])
    return page.finish()


def _end_of_tag(html: str, position: int) -> int:
    while found := _IN_TAG.search(html, position):
        position = found.end()
        if found[1]:
            return position
    return len(html)


class _Page:
    """The lines written so far, the pieces of the one at hand, and what must stand before the next."""

    __slots__ = ("_bullet", "_depth", "_gap", "_last_depth", "_lines", "_pieces", "_preformatted")

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._gap = False  # an empty line comes before the next one
        self._bullet = False  # the next line is the first of an item
        self._depth = self._last_depth = 0  # blockquotes around this line, and around the one before
        self._preformatted = 0

    def text(self, source: str) -> None:
        if "&" in source:
            source = unescape(_HUGE_REFERENCE.sub("\ufffd", source))  # nothing is left of "&#x11;" alone
        if not source:
            return
        if not self._preformatted:
            self._pieces.append(source)
            return
        for number, line in enumerate(source.splitlines()):
            if number:
                self._break()
            self._pieces.append(line.expandtabs().replace(" ", _NO_BREAK))
        if source[-1] in "\r\n":
            self._break()

    def open(self, name: str) -> None:
        if name == "br":
            self._break()
        elif name in ("td", "th"):
            self._pieces.append(" ")
        elif name in _LINES:
            self._block(name)
            self._depth += name == "blockquote"
            self._preformatted += name == "pre"
            self._bullet = self._bullet or name == "li"

    def close(self, name: str) -> None:
        if name in _LINES:
            self._block(name)
            self._depth -= name == "blockquote" and self._depth > 0
            self._preformatted -= name == "pre" and self._preformatted > 0
            self._bullet = self._bullet and name != "li"

    def finish(self) -> str:
        self._write()
        return "\n".join(self._lines)

    def _block(self, name: str) -> None:
        self._write()
        self._gap = self._gap or name in _PARAGRAPHS

    def _break(self) -> None:
        # The second of two breaks leaves an empty line.
        self._gap = not self._write() or self._gap

    def _write(self) -> bool:
        """End the line at hand; whether there was one."""
        if not self._pieces:
            return False
        line = _SPACES.sub(" ", "".join(self._pieces)).strip(" ")
        self._pieces.clear()
        if not line.strip():
            # Editors write an empty line as one no-break space.
            self._gap = self._gap or bool(line)
            return False
        line = line.replace(_NO_BREAK, " ").rstrip()
        depth = min(self._depth, _DEEPEST_QUOTE)
        if self._gap and self._lines:
            self._lines.append(">" * min(depth, self._last_depth))
        mark = ">" * depth + " " if depth else ""
        self._lines.append(f"{mark}- {line}" if self._bullet else mark + line)
        self._gap = self._bullet = False
        self._last_depth = depth
        return True
