"""Answers to messages."""

from __future__ import annotations

from imapkit.mime.headers import parse_headers
from imapkit.mime.reply import reply

ORIGINAL = parse_headers(
    b"From: Ann <ann@example.org>\r\nTo: Bob <bob@example.net>, carol@example.org\r\nCc: ann@example.org\r\n"
    b"Subject: Re: Tea\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <2@example.org>\r\n"
    b"References: <1@example.org>\r\n\r\n"
)


def test_it_goes_to_the_author_and_belongs_to_the_conversation() -> None:
    answer = reply(ORIGINAL, "At four.", from_="bob@example.net")
    assert (answer["From"], answer["To"], answer["Cc"]) == ("bob@example.net", "Ann <ann@example.org>", None)
    assert answer["Subject"] == "Re: Tea"
    assert answer["In-Reply-To"] == "<2@example.org>"
    assert answer["References"] == "<1@example.org> <2@example.org>"
    assert answer.get_content() == "At four.\n"


def test_it_goes_to_all_but_who_answers_and_who_has_it_already() -> None:
    answer = reply(ORIGINAL, "At four.", from_="bob@example.net", to_all=True, quoted="Tea?\n")
    assert answer["Cc"] == "carol@example.org"
    assert answer.get_content().splitlines()[2:] == [
        "On Mon, 23 Nov 2026 10:00:00 +0000, Ann <ann@example.org> wrote:",
        "> Tea?",
    ]


def test_it_goes_where_an_answer_should_go() -> None:
    answer = reply(parse_headers(b"From: a@example.org\r\nReply-To: list@example.org\r\n\r\n"), "Yes", quoted="Tea?")
    assert answer["To"] == "list@example.org"
    assert "In-Reply-To" not in answer
    assert "References" not in answer
    assert "\na@example.org wrote:\n> Tea?" in answer.get_content()
