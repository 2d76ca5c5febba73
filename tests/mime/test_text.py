"""HTML bodies and previews."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.mime.text import html_to_text, snippet

lines = st.lists(
    st.sampled_from(["", "> quoted", ">", "-- ", "--", "text", " \u200b ", "\xa0", "longer text"]) | st.text()
)


@given(lines.map("\n".join), st.integers(-1, 300))
def test_a_snippet_is_one_short_line(text: str, limit: int) -> None:
    line = snippet(text, limit)
    assert len(line) <= max(limit, 0)
    assert len(line.splitlines()) <= 1
    assert line == line.strip(" ")
    assert "  " not in line


@given(st.text())
def test_html_never_raises(html: str) -> None:
    html_to_text(html)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("Hello", "Hello"),
        ("Hello,\r\n\r\n  Ada\t!\n", "Hello, Ada !"),
        ("> What?\n\nYes.\n> More?\nNo.\n-- \nAda\nLovelace", "Yes. No."),
        ("> only\n>> quoted\n", "only quoted"),
        ("-- \nAda", "-- Ada"),
        ("--\nAda", "-- Ada"),
        ("-- no signature", "-- no signature"),
        ("Sale\u200c\xa0\u200c\xa0\u200b \ufeff!", "Sale !"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("a\0b\x1bc", "a b c"),
        ("word " * 100, ("word " * 40)[:-1]),
        ("x" * 300, "x" * 200),
    ],
)
def test_snippet(text: str, line: str) -> None:
    assert snippet(text) == line


def test_a_snippet_of_html() -> None:
    html = "<p>Dear all,</p><div>tea&nbsp;at <b>four</b></div><blockquote>When?</blockquote>--<br>Ada"
    assert snippet(html_to_text(html)) == "Dear all, tea at four"


def test_a_snippet_of_a_long_text_takes_little_time() -> None:
    started = time.process_time()
    for piece in ("\n", " ", "> a\n", "\u200b", "a\u200b", "a ", "--\n"):
        snippet(piece * 500_000)
    assert time.process_time() - started < 10


def test_entities_are_loaded_when_needed() -> None:
    code = (
        "import sys, imapkit.mime.charsets, imapkit.mime.headers, imapkit.mime.parameters, imapkit.mime.transfer,"
        " imapkit.mime.text;"
        "print([m for m in ('html', 'html.entities', 'email', 'asyncio', 'socket') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
