"""The targets of tools/fuzz, without atheris: they pass on what they begin with, and see what they are there to see."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from imapkit.mime import charsets
from imapkit.mime.transfer import Decoder
from imapkit.protocol.connection import Connection, Pending
from imapkit.protocol.item_data import ItemData
from imapkit.protocol.model import Tagged
from imapkit.protocol.wire import mutf7
from imapkit.protocol.wire.encoder import Encoder
from imapkit.protocol.wire.framer import Framed, Framer
from imapkit.testing.session import ServerSession
from tools import bootstrap
from tools.fuzz import connection, encoder, growth, mime, names_urls, responses, seeds, server
from tools.fuzz.__main__ import main
from tools.fuzz.inputs import MARK, choose, cut
from tools.fuzz.targets import TARGETS

SEEDS = 60  # of each target


def some_seeds(target: str) -> Iterator[bytes]:
    """Some of all kinds."""
    found = tuple(TARGETS[target].seeds())
    assert len(found) >= 50
    return iter(found[:: max(1, len(found) // SEEDS)])


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_passes_on_what_it_begins_with(target: str) -> None:
    for seed in some_seeds(target):
        TARGETS[target].check(seed)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("data", [b"", b"\0", MARK, b"\xff" * 40, bytes(range(256))], ids=repr)
def test_a_target_takes_any_octets(target: str, data: bytes) -> None:
    TARGETS[target].check(data)


def test_an_input_is_cut_and_chooses() -> None:
    assert cut(b"a" + MARK + MARK + b"b") == [b"a", b"", b"b"]
    assert choose(b"\4rest", "abc") == ("b", b"rest")
    assert choose(b"", "abc") == ("a", b"")


def test_an_input_grows() -> None:
    assert (
        growth.grown(MARK.join((b"x", b"a", b"bc", b"d"))) == b"x" + MARK + b"a" + b"bc" * (growth.LENGTH // 2) + b"d"
    )
    assert growth.grown(b"a" + MARK + b"b") == b"a" + MARK + b"b"


@pytest.mark.parametrize("target", ["responses", "mime"])
def test_what_takes_too_long_is_seen(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "SECONDS", 0.0)
    with pytest.raises(AssertionError, match="it took"):
        TARGETS[target].check(b"\0* 1 EXISTS\r\n")


def test_the_dictionary_has_the_words_of_all_extensions() -> None:
    words = seeds.dictionary().splitlines()
    assert {'"BODYSTRUCTURE "', '"X-GM-LABELS "', '"COPYUID "', '"{3}\\x0D\\x0A"', '"\\x22\\x22"'} <= set(words)
    assert all(word.isascii() and word[0] == word[-1] == '"' for word in words)


# --- each target finds a mistake of the kind it is there for ----------------------------------------------------------


def broken(*_: object) -> object:
    raise LookupError("not what was promised")


def test_responses_that_depend_on_how_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Framer.feed
    monkeypatch.setattr(Framer, "feed", lambda self, data: feed(self, data if len(data) > 1 else data.upper()))
    responses.check(b"\0* 1 EXISTS\r\n")
    with pytest.raises(AssertionError):
        responses.check(b"\0* 1 exists\r\n")


def test_responses_that_are_not_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Framed, "raw", lambda self: self.text)
    with pytest.raises(AssertionError):
        responses.check(b"\0* 1 FETCH (BODY[] {3}\r\nabc)\r\n")


def test_a_value_that_raises_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ItemData, "names", broken)
    with pytest.raises(LookupError):
        responses.check(b"\0* 1 FETCH (UID 7)\r\n")


SEND_NOOP = b"\1" + connection._number(
    next(at for at, make in enumerate(connection._commands()) if make().name == "NOOP")
)


def test_a_command_that_succeeds_before_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def credulous(self: Connection, completion: Tagged) -> None:
        pending = self._running.get(completion.tag) or next(iter(self._queue), None)
        if pending is not None:
            self._running[pending.tag] = pending
            self._complete(pending, completion)

    hold = b"\2"
    talk = b"\2" + MARK + hold + MARK + SEND_NOOP + b"K1 OK done\r\n"
    connection.check(talk)
    monkeypatch.setattr(Connection, "_tagged", credulous)
    with pytest.raises(AssertionError, match="never sent"):
        connection.check(talk)


def test_a_dead_connection_that_leaves_commands_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pending, "fail", lambda self, error: None)
    with pytest.raises(AssertionError):
        connection.check(b"\2" + MARK + SEND_NOOP + b"* BYE now\r\n")


def test_text_that_cannot_be_encoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charsets, "_guess", lambda data, candidates: data.decode("utf-8", "surrogateescape"))
    with pytest.raises(UnicodeEncodeError):
        mime.check(bytes([mime._READERS.index(mime._charset)]) + b"utf-8" + MARK + b"\xff")


def test_a_decoder_that_depends_on_how_it_is_fed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Decoder, "feed", lambda self, chunk: chunk[:2])
    with pytest.raises(AssertionError):
        mime.check(bytes([mime._READERS.index(mime._transfer)]) + b"8bit" + MARK + b"abc")


def test_a_name_that_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutf7, "encode", lambda name: name.encode("ascii", "replace"))
    with pytest.raises(AssertionError):
        names_urls.check(b"\0Entw&APw-rfe")


def test_a_server_that_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ServerSession, "_succeed", broken)
    with pytest.raises(LookupError):
        server.check(b"\2a NOOP\r\n")


def test_a_server_that_says_what_is_no_imap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ServerSession, "condition", lambda self, status, text, *, code=None: self.untagged(b"(?)"))
    with pytest.raises(AssertionError):
        server.check(b"\2a NOOP\r\n")


@pytest.mark.parametrize("text", [b"\r\nK9 NOOP", b"a b", b'"', b"(", b"{3}\r\nabc"])
def test_an_argument_that_becomes_more_than_one_element(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    commands = encoder._commands()
    login = next(at for at, (command, _) in enumerate(commands) if command.name == "LOGIN")
    data = login.to_bytes(2) + b"\0\0" + text
    encoder.check(data)

    def careless(self: Encoder, text: str) -> Encoder:
        return self._put(text.encode())

    monkeypatch.setattr(Encoder, "string", careless)
    with pytest.raises(AssertionError):
        encoder.check(data)


def test_a_text_that_is_a_word_of_the_grammar_is_one_element_of_any_command() -> None:
    for number, (_, places) in enumerate(encoder._commands()):
        for place in range(len(places)):
            for word in (b"CHARSET", b"REVERSE", b"REVERSE CC", b"CC"):
                encoder.check(number.to_bytes(2) + bytes([place, 0]) + word)


# --- the command ------------------------------------------------------------------------------------------------------


def test_an_input_is_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = tmp_path / "finding"
    finding.write_bytes(b"\0* 1 EXISTS\r\n")
    monkeypatch.setattr(sys, "argv", ["fuzz", "responses", "--replay", str(finding)])
    assert main() == 0
    monkeypatch.setattr(Framed, "raw", broken)
    with pytest.raises(LookupError):
        main()


def test_whose_input_it_is_must_be_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["fuzz", "--replay", "finding"])
    with pytest.raises(SystemExit):
        main()
    assert "name it" in capsys.readouterr().err


def test_what_is_no_target_is_told() -> None:
    command = [sys.executable, str(bootstrap.ROOT / "tools/fuzz"), "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no such target: nothing (there are responses, connection," in done.stderr


def test_atheris_is_asked_for_by_name() -> None:
    assert any(requirement.startswith("atheris") for requirement in bootstrap.requirements("fuzz"))
