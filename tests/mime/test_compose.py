"""Subjects of replies, quotations, and RFC 5256's base subject against a naive reading of its seven steps."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imapkit.mime.compose import base_subject, forward_subject, is_reply, quote, reply_subject

subjects = st.lists(
    st.sampled_from(
        ["re", "Re:", "Re :", "fw", "FWD:", "fwd[x]:", "[", "]", "[a]", "[list] ", "[fwd:", "[Fwd: ", "(fwd)", "(FWD) ",
         " ", "\t", "\r\n ", ":", "tea", "é", "=?utf-8?q?Re=3A_x?="]
    ),
    max_size=12,
).map("".join) | st.text()  # fmt: skip


def naive(subject: str) -> str:
    """RFC 5256, 2.1, word for word, on a subject without encoded words and controls."""
    text = re.sub(" +", " ", subject.replace("\t", " "))
    while True:
        while found := re.search(r"(?: |\(fwd\))\Z", text, re.IGNORECASE):  # (2)
            text = text[: found.start()]
        again = True
        while again:
            again = False
            leader = r"(?:(?:\[[^\[\]\0]*\][ \t]*)*(?:re|fwd?)[ \t]*(?:\[[^\[\]\0]*\][ \t]*)?:|[ \t])"
            if found := re.match(leader, text, re.IGNORECASE):  # (3)
                text = text[found.end() :]
                again = True
            if (found := re.match(r"\[[^\[\]\0]*\][ \t]*", text)) and text[found.end() :].strip(" \t"):  # (4)
                text = text[found.end() :]
                again = True
        if text[:5].lower() == "[fwd:" and text.endswith("]") and len(text) > 5:  # (6)
            text = text[5:-1]
        else:
            return text


@given(subjects.filter(lambda text: "=?" not in text and not set(text) & set("\r\n\0\ufeff")))
def test_the_base_subject_is_what_the_rfc_says(subject: str) -> None:
    assert base_subject(subject) == naive(subject)


@given(subjects)
def test_nothing_raises_and_all_is_one_line(subject: str) -> None:
    for text in (base_subject(subject), reply_subject(subject), forward_subject(subject)):
        assert not set(text) & set("\r\n\0")
    assert base_subject(base_subject(subject)) == base_subject(subject) or "=?" in subject
    assert reply_subject(reply_subject(subject)) == reply_subject(subject)
    assert forward_subject(forward_subject(subject)) == forward_subject(subject)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Tea", "Tea"),
        ("", ""),
        ("Re:", ""),
        ("re: Tea", "Tea"),
        ("Re : Fw: FWD: Tea", "Tea"),
        ("Re[2]: Tea", "Tea"),
        ("Re^2: Tea", "Re^2: Tea"),
        ("AW: Tea", "AW: Tea"),
        ("[list] Re: [list] Tea", "Tea"),
        ("[a][b] [c] Tea", "Tea"),
        ("[a] [b]", "[b]"),
        ("[a]", "[a]"),
        ("Re: [a]", "[a]"),
        ("[a] Re:", ""),
        ("Tea (fwd) (FWD)", "Tea"),
        ("(fwd)", ""),
        ("[Fwd: Tea]", "Tea"),
        ("[fwd: Re: [fwd: Tea (fwd)]] (fwd)", "Tea"),
        ("[fwd:]", ""),
        ("[fwd:", "[fwd:"),
        ("[fwd: Tea", "[fwd: Tea"),
        ("Fwd: [Fwd: Tea] more", "more"),
        ("  many\t  spaces  here ", "many spaces here"),
        ("Re:\r\n Tea", "Tea"),
        ("=?utf-8?q?Re=3A_T=C3=A9?=", "Té"),
        ("Reply: Tea", "Reply: Tea"),
        ("re [x] : Tea", "Tea"),
        ("[x [y] Re: Tea", "[x [y] Re: Tea"),
    ],
)
def test_base_subject(subject: str, base: str) -> None:
    assert base_subject(subject) == base


@pytest.mark.parametrize(
    ("subject", "reply", "forward"),
    [
        ("Tea", "Re: Tea", "Fwd: Tea"),
        ("", "Re:", "Fwd:"),
        ("  Tea\r\nBcc: x ", "Re: Tea Bcc: x", "Fwd: Tea Bcc: x"),
        ("RE: Tea", "Re: Tea", "Fwd: RE: Tea"),
        ("Re: re: AW: Sv :Antw: Tea", "Re: Tea", "Fwd: Re: re: AW: Sv :Antw: Tea"),
        ("Re[2]: Re(3): Re^4: Re [5] : Tea", "Re: Tea", "Fwd: Re[2]: Re(3): Re^4: Re [5] : Tea"),
        ("Fwd: WG: TR: Tea", "Re: Fwd: WG: TR: Tea", "Fwd: Tea"),
        ("Re: Fwd: Re: Tea", "Re: Fwd: Re: Tea", "Fwd: Re: Fwd: Re: Tea"),
        ("\u56de\u590d\uff1aTea", "Re: Tea", "Fwd: \u56de\u590d\uff1aTea"),
        ("\u8f6c\u53d1: Tea", "Re: \u8f6c\u53d1: Tea", "Fwd: Tea"),
        ("Re Tea", "Re: Re Tea", "Fwd: Re Tea"),
        ("Reply: Tea", "Re: Reply: Tea", "Fwd: Reply: Tea"),
        ("R: Tea", "Re: R: Tea", "Fwd: R: Tea"),
    ],
)
def test_subjects_of_replies_and_forwards(subject: str, reply: str, forward: str) -> None:
    assert reply_subject(subject) == reply
    assert forward_subject(subject) == forward


@given(st.text())
def test_every_line_is_quoted(text: str) -> None:
    quoted = quote(text)
    assert all(line.startswith(">") for line in quoted.splitlines())
    assert [line[1:].removeprefix(" ") for line in quoted.splitlines() if line[1:2] != ">"] == [
        line for line in text.splitlines() if not line.startswith(">")
    ]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("", ""), ("a\r\n\r\n> b\n>> c\n d\n", "> a\n>\n>> b\n>>> c\n>  d")],
)
def test_quote(text: str, quoted: str) -> None:
    assert quote(text) == quoted


@pytest.mark.parametrize(
    "piece", ["[a]", "[a] ", "[", "]", "[fwd:", "re:", "re [", "(fwd)", " ", "Re[1]", "re ", "[fwd: [a] ", "[a]re[b]:"]
)
def test_time_is_linear(piece: str) -> None:
    started = time.process_time()
    for subject in (piece * (300_000 // len(piece)), piece * (150_000 // len(piece)) + "]" * 150_000):
        base_subject(subject)
        reply_subject(subject)
        forward_subject(subject)
    assert time.process_time() - started < 5


class TestIsReply:
    @pytest.mark.parametrize(
        "subject",
        ["Re: x", "re [7] : x", "[list] FW: x", "x (fwd)", "[fwd: x]", "[a] [Fwd: [b] x]", "Re:", "=?utf-8?q?Re:_x?="],
    )
    def test_it_is(self, subject: str) -> None:
        assert is_reply(subject)

    @pytest.mark.parametrize(
        "subject", ["", "x", " x ", "[list] x", "[list] [other]", "Regards: x", "AW: x", "[fwd: x"]
    )
    def test_it_is_not(self, subject: str) -> None:
        assert not is_reply(subject)
