"""Answers to messages."""

from __future__ import annotations

from email.policy import SMTPUTF8

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


def test_a_mailbox_in_any_letters_can_be_answered() -> None:
    answer = reply(parse_headers("From: Jörg <jörg@example.org>\r\nCc: é@例え.jp\r\n\r\n".encode()), "Ja", to_all=True)
    (to,), (copy,) = answer["To"].addresses, answer["Cc"].addresses
    assert (to.display_name, to.username, to.domain) == ("Jörg", "jörg", "example.org")
    assert (copy.username, copy.domain) == ("é", "例え.jp")
    assert "To: Jörg <jörg@example.org>\r\n".encode() in answer.as_bytes(policy=SMTPUTF8)


def test_what_is_no_mailbox_is_not_answered() -> None:
    fields = b'From: "a b"@example.org, ann, d@[127.0.0.1], a..b.@c, .d@e, ., =?utf-8?q?=0a?= <x@y>, <.@y>, b@['
    answer = reply(parse_headers(fields), "Yes")
    assert answer["To"] == '"a b"@example.org, ann, d@[127.0.0.1], a..b.@c, x@y'
    assert bytes(answer)


def test_what_python_takes_for_line_breaks_and_encoded_words_does_no_harm() -> None:
    original = parse_headers(
        "From: a\x85b\u2028c <a@example.org>\r\nSubject: Tea\u2028time =?utf-8?q?=3D=3Futf-8=3Fq=3F=0A=3F=3D?=\r\n"
        "Message-ID: <a\x85b@c>\r\nReferences: <1@c> <2\u2028@c>\r\n\r\n".encode()
    )
    answer = reply(original, "Yes")
    assert answer["To"] == "a b c <a@example.org>"
    assert answer["Subject"].startswith("Re: Tea time = ?utf-8?q?")
    assert len(bytes(answer).split(b"\n\n")[0].splitlines()) == len(answer.items())
