"""No text of a caller's makes another command of a command: whatever argument of whichever command it stands in."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from enum import Enum
from typing import cast

import pytest

from imapkit.errors import InvalidArgument
from imapkit.protocol.extensions.raw import Raw
from imapkit.protocol.model import Command
from imapkit.protocol.wire.encoder import Dialect, Encoder
from tests.protocol.test_vectors import COMMANDS, CommandVector, command_of, identify

POISONS = ("\r\nK9 DELETE INBOX", "\r", "\n", "\0")
DIALECTS = (Dialect(), Dialect(literal_plus=True, utf8=True))


def poisoned(value: object, poison: str) -> Iterator[object]:
    """The same value with the poison in one of its texts; for each of its texts."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield value + poison
        yield value[: len(value) // 2] + poison + value[len(value) // 2 :]
    elif isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        for at, part in enumerate(parts):
            for bad in poisoned(part, poison):
                yield (*parts[:at], bad, *parts[at + 1 :])
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from changed(value, poison)


def changed(value: object, poison: str) -> Iterator[object]:
    """The same dataclass with the poison in one of its fields; what it refuses itself is not given."""
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        if not field.init:
            continue
        for bad in poisoned(getattr(value, field.name), poison):
            with contextlib.suppress(ValueError):
                yield dataclasses.replace(value, **{field.name: bad})  # type: ignore[type-var]


def lines(command: Command[object], dialect: Dialect) -> bytes:
    """What is sent, without the content of literals."""
    out = Encoder(dialect)
    command.write(out)
    segments = out.finish()
    text = b""
    for segment in segments:
        data = segment.data if isinstance(segment.data, bytes) else b""
        text += b"" if text.endswith(b"}\r\n") else data
    return text


def test_there_is_something_to_poison() -> None:
    (login,) = (command_of(vector) for vector in COMMANDS if identify(vector) == "auth: LOGIN (RFC 9051, 6.2.3)")
    assert len(list(changed(login, "\n"))) == 4


@pytest.mark.parametrize("vector", [vector for vector in COMMANDS if vector.refused is None], ids=identify)
def test_poison_is_refused(vector: CommandVector) -> None:
    command = command_of(vector)
    if isinstance(command, Raw):
        return  # it takes its arguments as they are called; see its own tests
    for poison in POISONS:
        for bad in changed(command, poison):
            assert isinstance(bad, Command)
            for dialect in DIALECTS:
                try:
                    sent = lines(bad, dialect)
                except InvalidArgument:
                    continue
                # It is in a literal that may hold it (a message, an annotation), or is not sent.
                assert b"DELETE INBOX" not in sent
                assert not set(sent.replace(b"}\r\n", b"")) & set(b"\r\n\0")


def test_queries_refuse_it_when_they_are_made() -> None:
    from imapkit.types.query import Q

    for poison in POISONS:
        for make in (Q.subject, Q.body, Q.keyword):
            with pytest.raises(InvalidArgument):
                make(f"x{poison}")
