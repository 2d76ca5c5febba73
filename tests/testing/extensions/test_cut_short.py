"""A command that ends too early, wherever that is, is answered like any mistake (found by tools/fuzz)."""

from __future__ import annotations

import pytest

from imapkit.testing import Server
from tests.protocol.test_vectors import COMMANDS, CommandVector, identify
from tests.testing.lines import Line, selected

ONE_LINE = [vector for vector in COMMANDS if vector.sent is not None and "\r\n" not in vector.sent]
ENDS = (b"LOGOUT", b"COMPRESS", b"UNAUTHENTICATE", b"IDLE")  # they are whole sooner, and then it is over


@pytest.fixture
def line(server: Server) -> Line:
    return selected(server)


@pytest.mark.parametrize("vector", ONE_LINE, ids=identify)
def test_every_beginning(line: Line, vector: CommandVector) -> None:
    assert vector.sent is not None
    sent = vector.sent.encode("latin-1")
    for end in range(len(sent)):
        if not sent[:end].startswith(ENDS):
            assert line(b"a " + sent[:end])[-1].startswith((b"a OK", b"a NO", b"a BAD", b"+ "))
