"""The RFCs' own examples of responses: all are understood, but for those that the RFCs got wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from imapkit.protocol.dispatch import Dispatcher
from imapkit.protocol.extensions import ALL
from imapkit.protocol.model import Unknown
from imapkit.protocol.wire.framer import Framer

FILES = sorted((Path(__file__).parent / "rfc_examples").glob("*.txt"))


def examples(file: Path) -> list[tuple[str, str | None]]:
    """Each response with the reason why it is none."""
    found: list[tuple[str, str | None]] = []
    reason: str | None = None
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("! "):
            reason = line.removeprefix("! ")
        else:
            found.append((line, reason))
            reason = None
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_example_is_understood(file: Path) -> None:
    dispatcher = Dispatcher(ALL)
    for line, reason in examples(file):
        framer = Framer()
        framer.feed(line.encode() + b"\r\n")
        framed = framer.next()
        assert framed is not None
        response = dispatcher.parse(framed)
        odd = isinstance(response, Unknown) or bool(dispatcher.defects)
        assert odd == (reason is not None), (line, response, dispatcher.defects)


def test_there_are_examples() -> None:
    assert sum(len(examples(file)) for file in FILES) > 1000
