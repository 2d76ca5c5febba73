"""HTML to text: what a browser shows and where its lines break; hostile input takes linear time."""

from __future__ import annotations

import html as standard
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.mime.html import render

telling = st.lists(
    st.sampled_from(
        ["<", ">", "<!--", "-->", "--!>", "<!", "</", "<?", "<p>", "</p>", "<br>", "<a href='", '"', "'", "=", "&",
         "&#", "&amp;", "&#xd800;", "<script>", "</script>", "<head>", "</head>", "<body>", "<pre>", "</pre>", "\n",
         " ", "\xa0", "<blockquote>", "</blockquote>", "<li>", "</li>", "<td>", "x", "\0", "\u2028", "<title>"]
    ),
    max_size=40,
).map("".join) | st.text()  # fmt: skip


@given(telling)
def test_lines_are_lines(source: str) -> None:
    text = render(source)
    assert "\0" not in text
    assert text == "\n".join(line.rstrip() for line in text.splitlines())
    assert "\n\n\n" not in text
    assert text == text.strip("\n")


@given(st.lists(st.from_regex(r"[!-~ä日]{1,10}", fullmatch=True), min_size=1, max_size=20).map(" ".join))
def test_text_is_itself(text: str) -> None:
    escaped = standard.escape(text)
    assert render(escaped) == text
    assert render(f"<p title='{escaped}'>{escaped}<!-- {text.replace('-', '')} --></p>") == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain\r\n text", "plain text"),
        ("a<br>b<BR/>c<br />d", "a\nb\nc\nd"),
        ("a<br><br>b<br><br><br>c", "a\n\nb\n\nc"),
        ("<br>a", "a"),
        ("<div>a</div><div>b</div>c", "a\nb\nc"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>a</div><div>&nbsp;</div><div>b</div>", "a\n\nb"),
        ("<p>a</p>\n<p>b<p>c", "a\n\nb\n\nc"),
        ("<h1>T</h1>a<hr>b", "T\n\na\n\nb"),
        ("a <b>bold</b>, <i>x</i>y", "a bold, xy"),
        ("<ul><li>a</li><li></li><li>b<li>c</ul>d", "- a\n- b\n- c\n\nd"),
        ("<ul><li><p>a</p></li></ul>", "- a"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c<td>d</table>", "a b\nc d"),
        ("a<blockquote>b<blockquote>c</blockquote>d</blockquote></blockquote>e", "a\n\n> b\n>\n>> c\n>\n> d\n\ne"),
        ("<blockquote>" * 10 + "a", ">" * 8 + " a"),
        ("<pre>\n  a\n\tb\n\n\nc</pre></pre>d", "  a\n        b\n\nc\n\nd"),
        ("<pre>a<b>b</b>\r\n</pre>", "ab"),
        ("<pre> </pre>x", "x"),
        ("<pre>a<b>&#x11;</b>b</pre>", "ab"),
        ("&lt;a&gt; &amp;&eacute;&#233;&#xE9;&nbsp;x", "<a> &ééé x"),
        ("&#0;&#xD800;&#999999999999;&unknown;&", "\ufffd\ufffd\ufffd&unknown;&"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("<script>a</b></script><style>b</style>c", "c"),
        ("<SCRIPT>x</scripty></SCRIPT >c", "c"),
        ("a<script>b", "a"),
        ("a<title>b</title", "a"),
        ("<head><title>a</title>b</head>c", "c"),
        ("<head>a<body>b", "b"),
        ("<head>a<head>b", "ab"),
        ("<header>a</header>b", "a\nb"),
        ("a<!-- > -- b -->c<!-->d<!--->e<!--f--!>g<!--h", "acdeg"),
        ("<!DOCTYPE html>a<?xml?>b</ c>d<![if mso]>e", "abde"),
        ("a<!b", "a"),
        ("1 < 2 <3 <", "1 < 2 <3 <"),
        ("<a href=\"x>y\" title='>'>a</a>", "a"),
        ('<a class=x">b', "b"),
        ("<a href=x>b", "b"),
        ('a<a href="b>c', "a"),
        ("a<b", "a"),
        ("a\0b\u2028c", "ab c"),
    ],
)
def test_render(source: str, text: str) -> None:
    assert render(source) == text


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", "<!", "</a ", "<a b='", "<![CDATA[", "<script>", "<head>", "<", "&", "&#9", "<pre>\n",
     "<blockquote>x", "<br>", "<li>x", "=<a b=", "<p><p>", "<x =", " ", "</head", "\n\xa0"],
)  # fmt: skip
def test_time_is_linear(piece: str) -> None:
    started = time.process_time()
    render(piece * (500_000 // len(piece)))
    render("<pre><a x" + piece * (500_000 // len(piece)))
    assert time.process_time() - started < 5
