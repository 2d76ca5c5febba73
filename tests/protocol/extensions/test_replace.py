"""REPLACE: the examples of RFC 8508, and what Dovecot answers."""

from __future__ import annotations

import pytest

from imapkit.errors import InvalidArgument, NotSupported
from imapkit.protocol.extensions.append import AppendUid, NewMessage
from imapkit.protocol.extensions.catenate import Catenation, UrlPart
from imapkit.protocol.extensions.replace import Replace
from imapkit.protocol.model import Effect
from tests.protocol.extensions.talking import ask

DRAFT = NewMessage(b"Subject: hi\r\n\r\n", ("\\Seen", "\\Draft"))


@pytest.mark.parametrize(
    ("answers", "ok", "code"),
    [
        ((b"* OK [APPENDUID 1 2000] Replacement Message ready", b"* 5 EXISTS", b"* 4 EXPUNGE"), b"OK Replace completed",
         AppendUid(1, ((2000, 2000),))),
        ((b"* OK [APPENDUID 1 4] saved",), b"OK [HIGHESTMODSEQ 18] Replace completed", AppendUid(1, ((4, 4),))),
        ((), b"OK [APPENDUID 1 5] done", AppendUid(1, ((5, 5),))),
        ((), b"OK done", None),
    ],
    ids=["RFC 8508", "Dovecot", "with the completion", "untold"],
)  # fmt: skip
def test_where_it_went(answers: tuple[bytes, ...], ok: bytes, code: AppendUid | None) -> None:
    sent, result = ask(Replace(2000, "Drafts", DRAFT), *answers, capabilities="REPLACE", ok=ok, selected=True)
    assert sent == b"UID REPLACE 2000 Drafts (\\Seen \\Draft) {15}\r\nSubject: hi\r\n\r\n"
    assert result == code


def test_by_sequence_number() -> None:
    command = Replace(4, "Drafts", DRAFT, by_uid=False)
    sent, _ = ask(command, capabilities="REPLACE LITERAL+", selected=True)
    assert sent.startswith(b"REPLACE 4 Drafts (\\Seen \\Draft) {15+}\r\n")
    assert command.disturbs() & Effect.USES_SEQUENCE_NUMBERS
    assert not Replace(4, "Drafts", DRAFT).disturbs() & Effect.USES_SEQUENCE_NUMBERS
    assert command.answers() == {"APPENDUID"}


@pytest.mark.parametrize("number", [0, -1, 2**32])
def test_refusals(number: int) -> None:
    with pytest.raises(InvalidArgument):
        ask(Replace(number, "Drafts", DRAFT), capabilities="REPLACE", selected=True)


def test_capabilities() -> None:
    with pytest.raises(NotSupported, match="REPLACE"):
        ask(Replace(1, "Drafts", DRAFT), selected=True)
    with pytest.raises(NotSupported, match="CATENATE"):
        ask(Replace(1, "Drafts", Catenation((UrlPart("/a"),))), capabilities="REPLACE", selected=True)
